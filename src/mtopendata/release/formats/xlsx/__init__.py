"""All tables as one workbook: a first sheet to read or print, and a sheet for each resource.

A workbook holds less than a table can: what it cannot hold exactly is left out, and said so.
Nothing in it is a formula or a link, and text that begins like a formula is marked as text.
"""

from contextlib import closing
from pathlib import Path
from typing import Any

from mtopendata.reading.options import Progress
from mtopendata.release.formats.xlsx.about import write_about
from mtopendata.release.formats.xlsx.columns import write_columns
from mtopendata.release.formats.xlsx.plan import ABOUT, BATCH, COLUMNS, fitting_tables
from mtopendata.release.formats.xlsx.reading import prove_xlsx
from mtopendata.release.formats.xlsx.tables import write_table
from mtopendata.release.model import Release
from mtopendata.release.reproducible import EARLIEST, settle_office


def write_xlsx(release: Release, path: Path, progress: Progress | None = None) -> list[str]:
    """Write the workbook, read it back, and return a sentence for each thing left out."""
    from xlsxwriter import Workbook

    tables, notes = fitting_tables(release)
    options = {"constant_memory": True, "tmpdir": str(path.parent)}
    done, rows = 0, sum(frame.height for _, frame in tables.values())
    with closing(Workbook(str(path), options)) as book:
        described = release.descriptor
        # Without a date of its own a workbook takes the clock's.
        created = release.date or EARLIEST
        book.set_properties(
            {"title": str(described.get("title") or release.name),
             "comments": str(described.get("description") or "")[:255],
             "created": created.replace(tzinfo=None)}
        )  # fmt: skip
        formats = {
            name: book.add_format({"valign": "top"} | properties)
            for name, properties in _FORMATS.items()
        }
        write_about(book.add_worksheet(ABOUT), release, notes, formats)
        for sheet_name, (resource, frame) in tables.items():
            sheet = book.add_worksheet(sheet_name)
            for _ in write_table(sheet, resource, frame, formats):
                done += 1
                if progress and done % BATCH == 0:
                    progress(path.name, done, done, 2 * rows)
        write_columns(book.add_worksheet(COLUMNS), tables, formats)
    settle_office(path, release.date)
    prove_xlsx(release, path)
    return notes


_FORMATS: dict[str, dict[str, Any]] = {
    "head": {
        "bold": True,
        "bottom": 1,
        "text_wrap": True,
        "bg_color": "#E8EEF4",
        "align": "left",
        "indent": 1,
    },
    "number_head": {
        "bold": True,
        "bottom": 1,
        "text_wrap": True,
        "bg_color": "#E8EEF4",
        "align": "right",
    },
    # Without an indent a text touches the number on its left.
    "text": {"num_format": "@", "align": "left", "indent": 1},
    "quoted": {"num_format": "@", "align": "left", "indent": 1, "quote_prefix": True},
    "long": {"num_format": "@", "align": "left", "indent": 1, "text_wrap": True},
    "long_quoted": {
        "num_format": "@",
        "align": "left",
        "indent": 1,
        "text_wrap": True,
        "quote_prefix": True,
    },
    "integer": {"num_format": "#,##0"},
    "plain": {"num_format": "0", "align": "center"},
    "number": {"num_format": "#,##0.###############"},
    "date": {"num_format": "yyyy-mm-dd"},
    "title": {"bold": True, "font_size": 16, "num_format": "@"},
    "wrapped": {"text_wrap": True, "num_format": "@", "align": "left", "indent": 1},
    "label": {"bold": True, "num_format": "@"},
}
