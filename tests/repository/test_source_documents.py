"""Each figure of the package stands on the page of its document that it names.

The documents stay outside: they are looked for where MTOPENDATA_SOURCES says. Their text is that of
pypdfium2, and not what the program reads in its own way of tables.
"""

import csv
import hashlib
import re
from functools import cache
from pathlib import Path

import pypdfium2
import pytest

from tests.kit.packages import ROOT
from tests.kit.sheets import source_folder

FIGURES = ROOT / "resources" / "figures.csv"
SOURCES = ROOT / "resources" / "sources.csv"


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@cache
def documents() -> dict[str, Path]:
    """The documents that are there, by their SHA-256."""
    folder = source_folder()
    files = folder.rglob("*.*") if folder.is_dir() else ()
    return {hashlib.sha256(file.read_bytes()).hexdigest(): file for file in files if file.is_file()}


@cache
def page_of(file: Path, number: int) -> str:
    """The text of a page, counted from 1, in one line; of a file that is no PDF all of it."""
    if file.suffix == ".pdf":
        text = pypdfium2.PdfDocument(file)[number - 1].get_textpage().get_text_range()
    else:
        text = file.read_text("utf-8")
    return " ".join(text.split())


@pytest.mark.parametrize("source", [row["source"] for row in rows(SOURCES)])
def test_every_figure_is_printed_where_the_package_says(source: str) -> None:
    (recorded,) = (row for row in rows(SOURCES) if row["source"] == source)
    file = documents().get(recorded["sha256"])
    if file is None:
        pytest.skip(f"the document {source} is not here: see MTOPENDATA_SOURCES")
    assert file.stat().st_size == int(recorded["bytes"])
    figures = [row for row in rows(FIGURES) if row["source"] == source and row["printed"]]
    assert figures
    for figure in figures:
        page = 1 if file.suffix == ".txt" else int(figure["section"])
        text = page_of(file, page).replace("**", "")
        # Neither a part of a longer number, nor cut off.
        pattern = rf"(?<![\d,.]){re.escape(figure['printed'])}(?![\d,]*\d|\.\d)"
        assert re.search(pattern, text, re.IGNORECASE), (figure["measure"], figure["printed"])
