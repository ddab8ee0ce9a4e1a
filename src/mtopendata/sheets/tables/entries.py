"""Strips put together to the entries of a table: a name can go on in further lines.

In a PDF the lines of one name are nearer to each other than to the next name. Where they are not,
and in a text, only a sign that leaves the name open tells. Otherwise a name without a number stays
one, for a person to look at.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median

from mtopendata.sheets.tables.strips import Strip

_NEAR = 0.9
"""So many times the usual distance of two rows is that of two lines of one name, or less."""
_INDENTED = 0.4
"""So many times that distance begins a line farther right that goes on with the name above."""
_LINES = 6
"""Lines that one name has at the most."""
_OPEN, _BRACKETS = ("/", "-", "–", ",", "&"), (("(", ")"), ("[", "]"))
"""Signs that leave a name open, and those that do until they are closed."""


@dataclass(frozen=True, slots=True)
class Entry:
    """The strips of a name and of its number; one of the two may be missing. `is_edge`: nothing
    stands above it, or nothing below it, in its column of names.
    """

    strips: tuple[Strip, ...]
    is_edge: bool = False

    @property
    def first(self) -> Strip:
        """Where it begins."""
        return self.strips[0]

    @property
    def name(self) -> str:
        """The parts of its name, with a blank between them unless a sign joins them."""
        name = ""
        for part in (strip.name for strip in self.strips if strip.name):
            is_joined = name.endswith(("/", "-")) and name[-2:-1] != " "
            name = f"{name}{part}" if is_joined or not name else f"{name} {part}"
        return name

    @property
    def number(self) -> str:
        """Its number as it is printed; empty where it has none."""
        return next((strip.number for strip in self.strips if strip.number), "")

    @property
    def is_across(self) -> bool:
        """Whether a line of it is not made of a name and a number."""
        return any(strip.is_across for strip in self.strips)

    @property
    def is_complete(self) -> bool:
        """Whether it has both."""
        return bool(self.name and self.number) and not self.is_across


def find_entries(strips: Sequence[Strip], *, is_text: bool) -> list[Entry]:
    """The entries of a document in the order of reading."""
    columns = [list(found) for _, found in groupby(strips, key=lambda s: (s.page, s.column))]
    usual = _usual_distance(columns)
    found: list[Entry] = []
    for column in columns:
        entries = [
            Entry(part) for run in _near_strips(column, usual) for part in _entry_parts(run, usual)
        ]
        entries = _with_next(entries, is_text=is_text)
        entries = _with_before(entries, usual)
        last = len(entries) - 1
        found += (Entry(e.strips, index in (0, last)) for index, e in enumerate(entries))
    return found


def _usual_distance(columns: Sequence[Sequence[Strip]]) -> float:
    """How far the lines of two rows are apart; 0 where it says nothing."""
    distances = [
        lower.middle - upper.middle
        for column in columns
        for upper, lower in pairwise(column)
        if upper.name and upper.number and lower.name and lower.number
        and upper.middle is not None and lower.middle is not None
    ]  # fmt: skip
    return median(distances) if distances else 0.0


def _is_near(upper: Strip, lower: Strip, usual: float) -> bool:
    if upper.middle is None or lower.middle is None:
        return False
    return lower.middle - upper.middle < _NEAR * usual


def _near_strips(column: Sequence[Strip], usual: float) -> Iterator[list[Strip]]:
    """Strips that are near to each other; two that are rows already are none of the same."""
    run: list[Strip] = []
    for strip in column:
        is_row = run and all(s.name and s.number for s in (run[-1], strip))
        if run and (is_row or not _is_near(run[-1], strip, usual)):
            yield run
            run = []
        run.append(strip)
    if run:
        yield run


def _entry_parts(run: Sequence[Strip], usual: float) -> Iterator[tuple[Strip, ...]]:
    """A run as one entry, if it is certain that it is one; else strip by strip."""
    names = [strip for strip in run if strip.name]
    is_one = sum(bool(strip.number) for strip in run) == 1 and bool(names)
    # A number halfway between two rows is that of a merged cell.
    if is_one and all(_is_near(upper, lower, usual) for upper, lower in pairwise(names)):
        yield tuple(run)
    else:
        yield from ((strip,) for strip in run)


def _with_next(entries: Sequence[Entry], *, is_text: bool) -> list[Entry]:
    """A name without a number goes on in the next line if a sign leaves it open, and in a text if
    a number alone stands there.
    """
    found: list[Entry] = []
    for entry in reversed(entries):
        is_name = bool(found) and not entry.number and not entry.is_across
        if is_name and _leads_to(entry, found[-1], is_text=is_text):
            found[-1] = Entry(entry.strips + found[-1].strips)
        else:
            found.append(entry)
    return found[::-1]


def _leads_to(above: Entry, below: Entry, *, is_text: bool) -> bool:
    if len(below.strips) >= _LINES:
        return False
    if below.name:
        return _is_open(above.name)
    return is_text and below.first.line == above.strips[-1].line + 1


def _with_before(entries: Sequence[Entry], usual: float) -> list[Entry]:
    """A name without a number goes on with the row above if a sign leaves that open, or if it is
    indented.
    """
    found: list[Entry] = []
    for entry in entries:
        is_name = bool(found) and not entry.number and not entry.is_across
        if is_name and found[-1].is_complete and _goes_on(found[-1], entry, usual):
            found[-1] = Entry(found[-1].strips + entry.strips)
        else:
            found.append(entry)
    return found


def _goes_on(above: Entry, below: Entry, usual: float) -> bool:
    if len(above.strips) >= _LINES:
        return False
    return _is_open(above.name) or _is_indented(above.first, below.first, usual)


def _is_open(name: str) -> bool:
    return name.endswith(_OPEN) or any(
        name.count(opening) > name.count(closing) for opening, closing in _BRACKETS
    )


def _is_indented(above: Strip, below: Strip, usual: float) -> bool:
    if above.left is None or below.left is None or not usual:
        return False
    return below.left - above.left > _INDENTED * usual
