"""The sheets of a workbook, and the cells of a sheet as a validation reads them: by frictionless.

Frictionless and what it stands on may raise anything on hostile input, so calls of them are fenced.
"""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from mtopendata.package.files import expands_beyond
from mtopendata.reading.faults import UnreadableError
from mtopendata.values.installing import install_hint
from mtopendata.values.plurals import plural

WORKBOOKS = {"xlsx": "excel", "ods": "ods"}
"""The formats of workbooks, and the extra of this program that reads each."""
AGAIN = "open it in a spreadsheet program, and save it again"
_LIBRARIES = {"xlsx": "openpyxl", "ods": "ezodf"}
_OLE = b"\xd0\xcf\x11\xe0"
"""How old workbooks begin, and those that are protected by a password."""


class Sheet(NamedTuple):
    """A sheet. `part` is its file in the workbook; empty where it has no cells, as a chart, or
    where the format does not keep sheets apart.
    """

    name: str
    is_hidden: bool = False
    is_of_cells: bool = True
    part: str = ""


def require_workbook(file: Path, format_: str, max_bytes: int) -> None:
    """Refuse what is no workbook that can be read here.

    UnreadableError: it is empty, no archive, protected by a password, or expands to more than
    `max_bytes`; or the library that reads it is not installed.
    """
    with file.open("rb") as stream:
        first = stream.read(len(_OLE))
    if not first:
        raise UnreadableError("it is empty", "save the workbook again")
    if first == _OLE:
        what = "it is protected by a password, or in the form of Excel before 2007"
        raise UnreadableError(what, "save it as .xlsx without a password")
    if not zipfile.is_zipfile(file):
        raise UnreadableError("it is no workbook, or a part of it is missing", AGAIN)
    if expands_beyond(file, max_bytes):
        what = f"it expands to more than {plural(max_bytes, 'byte')}"
        raise UnreadableError(what, "save its tables as CSV, or allow more with --max-bytes")
    try:
        __import__(_LIBRARIES[format_])
    except ImportError as error:
        what = f"what reads {format_} is not installed"
        how = f"{install_hint(WORKBOOKS[format_])}, or save its tables as CSV"
        raise UnreadableError(what, how) from error


def sheets_of(file: Path, format_: str) -> list[Sheet]:
    """The sheets of a workbook, in their order. UnreadableError: it is damaged."""
    try:
        return list(_of_xlsx(file) if format_ == "xlsx" else _of_ods(file))
    except Exception as error:
        raise UnreadableError(f"its sheets cannot be read ({_reason(error)})", AGAIN) from error


def cells_of(file: Path, format_: str, sheet: str) -> Iterator[list[Any]]:
    """The rows of a sheet from its first one on, as values of Python; None for empty cells.

    UnreadableError: it is damaged.
    """
    import frictionless

    try:
        source = frictionless.Resource.from_descriptor(
            {
                "name": "sheet",
                "type": "table",
                "path": file.name,
                "format": format_,
                "dialect": {"header": False, WORKBOOKS[format_]: {"sheet": sheet}},
            },
            basepath=str(file.parent),
        )
        with source:
            yield from source.cell_stream
    except Exception as error:
        what = f"the sheet {sheet!r} cannot be read ({_reason(error)})"
        raise UnreadableError(what, AGAIN) from error


def _reason(error: Exception) -> str:
    note = getattr(getattr(error, "error", None), "note", None) or str(error)
    return str(note).partition("\n")[0][:200] or type(error).__name__


def _of_xlsx(file: Path) -> Iterator[Sheet]:
    from xml.etree import ElementTree

    with zipfile.ZipFile(file) as archive:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
        links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    parts = {link.get("Id"): link for link in links}
    for sheet in book.iter():
        if _local_name(sheet.tag) != "sheet":
            continue
        by_bare = {_local_name(name): value for name, value in sheet.attrib.items()}
        link = parts.get(by_bare.get("id"))
        target = "" if link is None else link.get("Target", "")
        is_of_cells = link is not None and link.get("Type", "").endswith("/worksheet")
        part = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
        is_hidden = by_bare.get("state", "visible") != "visible"
        yield Sheet(by_bare.get("name", ""), is_hidden, is_of_cells, part)


def _of_ods(file: Path) -> Iterator[Sheet]:
    import ezodf

    for sheet in ezodf.opendoc(str(file)).sheets:
        yield Sheet(sheet.name)


def _local_name(name: str) -> str:
    """A name of XML without its namespace."""
    return name.rpartition("}")[2]
