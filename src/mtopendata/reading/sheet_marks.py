"""What stands in a sheet of an .xlsx besides values, which readers of tables pass over."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.parsers import expat

from mtopendata.package.files import DAMAGE
from mtopendata.reading.faults import UnreadableError
from mtopendata.reading.workbooks import AGAIN, Sheet


class SheetMarks(NamedTuple):
    """What stands in a sheet besides values. `merged`: ranges of cells that are one; `uncounted`:
    cells with a formula and no value, how many and the first; `beyond`: a cell outside of the range
    that the sheet says it has, of which a reader sees nothing; `vast`: that range, where nearly all
    of it is empty and reading it would take all memory.
    """

    merged: tuple[str, ...] = ()
    uncounted: int = 0
    first: str = ""
    has_drawing: bool = False
    beyond: str = ""
    vast: str = ""


_MOST_MERGED = 10_000
_VAST = 5_000_000
"""Cells of a range that may be empty, whatever their share."""
_SPARSE = 20
"""How many times more cells than it has a larger range may have."""


def marks_of(file: Path, sheet: Sheet) -> SheetMarks:
    """What stands in a sheet of an .xlsx besides values. UnreadableError: it is damaged."""
    parser = expat.ParserCreate(namespace_separator="}")
    seen = _MarksSeen(parser)
    parser.StartElementHandler = seen.begin
    try:
        with zipfile.ZipFile(file) as archive, archive.open(sheet.part) as stream:
            parser.ParseFile(stream)
    except (*DAMAGE, KeyError, OSError, expat.ExpatError) as error:
        what = f"the sheet {sheet.name!r} cannot be read ({error})"
        raise UnreadableError(what, AGAIN) from error
    return seen.marks()


class _MarksSeen:
    """What the elements of a sheet told so far."""

    def __init__(self, parser: expat.XMLParserType) -> None:
        self.parser = parser
        self.range = ""
        self.merged: list[str] = []
        self.uncounted: list[str] = []
        self.columns: dict[str, str] = {}
        self.last = ""
        self.cells = 0
        self.has_drawing = False
        self._cell = ""
        self._is_text = False
        self._is_open = False  # a formula was seen, and no value of it yet

    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition("}")[2]
        if name == "c":
            self._conclude_cell()
            self.cells += 1
            self._cell = attributes.get("r", "")
            self._is_text = attributes.get("t") == "str"
        elif name == "v":
            if self._is_open:
                self.parser.CharacterDataHandler = self._value
            self.columns.setdefault(self._cell.rstrip("0123456789"), self._cell)
            self.last = self._cell
        elif name == "f":
            self._is_open = not self._is_text  # which may be empty
        elif name == "mergeCell":
            if len(self.merged) < _MOST_MERGED:
                self.merged.append(attributes.get("ref", ""))
        elif name == "dimension":
            self.range = attributes.get("ref", "")
        elif name in ("drawing", "legacyDrawing", "picture"):
            self.has_drawing = True

    def _value(self, text: str) -> None:
        del text
        self._is_open = False
        self.parser.CharacterDataHandler = None

    def _conclude_cell(self) -> None:
        self.parser.CharacterDataHandler = None
        if self._is_open:
            self.uncounted.append(self._cell)
            self._is_open = False

    def marks(self) -> SheetMarks:
        self._conclude_cell()
        first = self.uncounted[0] if self.uncounted else ""
        beyond = next((cell for cell in self._outermost() if not self._is_within(cell)), "")
        rows, columns = place_of(self.range.rpartition(":")[2]) or (0, 0)
        is_vast = rows * columns > max(_VAST, _SPARSE * self.cells)
        vast = self.range if is_vast else ""
        return SheetMarks(
            tuple(self.merged), len(self.uncounted), first, self.has_drawing, beyond, vast
        )

    def _outermost(self) -> Iterator[str]:
        yield self.last
        yield from self.columns.values()

    def _is_within(self, cell: str) -> bool:
        place, end = place_of(cell), place_of(self.range.rpartition(":")[2])
        return not place or not end or (place[0] <= end[0] and place[1] <= end[1])


def place_of(cell: str) -> tuple[int, int] | None:
    """The row and the column, from 1, of a cell such as `B7`; None for what is none."""
    found = re.fullmatch("([A-Z]{1,3})([0-9]{1,7})", cell)
    if not found:
        return None
    column = 0
    for letter in found[1]:
        column = 26 * column + ord(letter) - 64
    return int(found[2]), column
