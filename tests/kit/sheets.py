"""Sheets for the tests: those of tests/sheets, whose numbers are invented, and the real ones."""

import hashlib
import json
import os
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from mtopendata.reading.options import Options
from mtopendata.reading.packages import read_package
from mtopendata.sheets.document import Document
from mtopendata.sheets.extraction import read_sheet
from mtopendata.sheets.reading import Reading, SheetFigure, Vocabulary
from mtopendata.sheets.vocabulary import vocabulary_of
from tests.kit.packages import MONTANA, ROOT

SHEETS = sorted((ROOT / "tests" / "sheets").glob("*/sheet.*"))
PLACE = "MTOPENDATA_SOURCES"
"""Names the folder with the real sheets; where it is set, they must be there."""


@cache
def vocabulary() -> Vocabulary:
    read = read_package(MONTANA, Options())
    return vocabulary_of(read.tables, str(read.package.folder))


def as_document(text: str, name: str = "sheet.txt") -> Document:
    content = text.encode()
    digest = hashlib.sha256(content).hexdigest()
    return Document(name, text, digest, len(content), "Text of a fact sheet")


def read(text: str, *not_reported: str) -> Reading:
    return read_sheet(as_document(text), vocabulary(), not_reported)


def text_of(sheet: Path) -> str:
    return sheet.read_bytes().decode("utf-8")


def expected(sheet: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((sheet.parent / "expected.json").read_text("utf-8"))
    return found


def named(figure: SheetFigure) -> str:
    return f"{figure.measure}/{figure.area}"


class Said(NamedTuple):
    """What must not change when a text is only printed otherwise."""

    name: str
    period: int | None
    printed: str | None
    said: object


def said(reading: Reading) -> set[Said]:
    return {
        Said(named(item), item.period, item.printed and " ".join(item.printed.split()), item.said)
        for item in reading.figures
    }


def codes(reading: Reading) -> set[str]:
    return {problem.code for problem in reading.problems}


def source_folder() -> Path:
    """Where NCMEC's documents lie, which are not distributed with this project."""
    return Path(os.environ.get(PLACE) or ROOT.parent / "shared" / "source")


def real_sheet(name: str) -> Path:
    """A sheet of NCMEC's, which is not distributed with this project; else the test is skipped."""
    folder = source_folder()
    file = folder / name
    if not file.is_file():
        reason = f"{name} is not in {folder}: set {PLACE} to the folder that has it"
        if os.environ.get(PLACE):
            pytest.fail(reason)
        pytest.skip(reason)
    return file
