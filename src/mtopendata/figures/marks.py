"""What a source prints in place of a number, and what it means there: withheld, not reported, or 0.

The marks differ from source to source, so a package declares them in the table `marks`; none is
guessed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from mtopendata.figures.printed_numbers import PERCENT, Printed, read_printed
from mtopendata.figures.tables import EXACT, MARKS, TEXT, Demand
from mtopendata.reading.tables import Table

MARK_COLUMNS = Demand(
    MARKS,
    {"mark": TEXT, "means": TEXT},
    {"source": TEXT, **dict.fromkeys(("lower", "upper", "revealing_width"), EXACT)},
)
SUPPRESSED, NOT_REPORTED, ZERO = "suppressed", "not_reported", "zero"
MEANINGS = (SUPPRESSED, NOT_REPORTED, ZERO)
REVEALING_WIDTH = Decimal(1)
"""An interval no wider than this gives a suppressed number away, unless its mark declares another
width: of two neighbours whoever knows of one case more than the table knows which it is.
"""
USUAL = frozenset(
    (
        "*", "**", "***", "†", "-", "–", "—", "--", ".", "..", "…", ":", "s", "(s)", "c", "(c)",
        "d", "(d)", "x", "(x)", "nd", "na", "n/a", "n.a.", "suppressed", "withheld", "redacted",
        "masked", "confidential", "not available", "not reported", "not shown", "not applicable",
        "no data",
    )
)  # fmt: skip
"""Marks that many sources print. What they mean differs."""


MARK_HINT = (
    "if it stands in place of a number, say in the table marks what it means in this source: "
    f"{', '.join(MEANINGS[:-1])} or {MEANINGS[-1]}"
)


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark. `source` None: of all sources that declare no other meaning. `lower` and `upper`
    are the ends of what a suppressed number can be.
    """

    mark: str
    means: str
    source: str | None = None
    lower: Decimal | None = None
    upper: Decimal | None = None
    revealing_width: Decimal = REVEALING_WIDTH

    @property
    def said(self) -> Printed | None:
        """What it says of a figure; None: that the figure is not reported."""
        if self.means == ZERO:
            return Printed(Decimal(0), "exact", Decimal(0), Decimal(0))
        if self.means == SUPPRESSED:
            return Printed(None, "suppressed", self.lower, self.upper)
        return None


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of a package, by source and text."""

    by_text: Mapping[tuple[str | None, str], Mark] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.by_text)

    def of(self, text: str, source: str | None) -> Mark | None:
        """What a text means in a source, be it unknown; None: it is not declared."""
        key = mark_key(text)
        return self.by_text.get((source, key)) or self.by_text.get((None, key))

    def of_source(self, source: str | None) -> "Marks":
        """Those that count in one source, as the marks of all."""
        general = {key: mark for (of, key), mark in self.by_text.items() if of is None}
        own = {key: mark for (of, key), mark in self.by_text.items() if of == source}
        return Marks({(None, key): mark for key, mark in {**general, **own}.items()})


def mark_key(text: str) -> str:
    """What a mark is compared by: neither case nor the width of blanks counts."""
    return " ".join(text.split()).casefold()


def is_usual(text: str) -> bool:
    """Whether many sources print this in place of a number."""
    return mark_key(text) in USUAL


def read_marks(tables: Mapping[str, Table]) -> Marks:
    """The marks of a package that can be used; none where it declares none."""
    table = MARK_COLUMNS.usable(tables)
    if table is None:
        return Marks()
    found: dict[tuple[str | None, str], Mark] = {}
    for row in table.frame.iter_rows(named=True):
        if row["mark"] is not None and not list(_mark_faults(row)):
            item = _mark(row)
            found.setdefault((item.source, mark_key(item.mark)), item)
    return Marks(found)


def _mark(row: Mapping[str, Any]) -> Mark:
    lower, upper, width = (
        None if row.get(name) is None else Decimal(row[name])
        for name in ("lower", "upper", "revealing_width")
    )
    width = REVEALING_WIDTH if width is None else width
    return Mark(row["mark"], row["means"], row.get("source"), lower, upper, width)


def mark_faults(rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, str, str]]:
    """Why marks cannot be used: the index of the row, the field, and what is wrong in it."""
    seen: dict[tuple[Any, str], int] = {}
    for index, row in enumerate(rows):
        for name, fault in _mark_faults(row):
            yield index, name, fault
        if row["mark"] is None:
            continue
        key = (row.get("source"), mark_key(row["mark"]))
        if key in seen:
            yield index, "mark", f"{row['mark']!r} is declared twice"
        seen.setdefault(key, index)


def _mark_faults(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    mark, means = row["mark"], row["means"]
    if mark is not None and any(read_printed(mark, unit) for unit in ("", PERCENT)):
        yield "mark", f"{mark!r} is a number, which says itself what it means"
    if means is not None and means not in MEANINGS:
        yield "means", f"{means!r} is no meaning of a mark: {', '.join(MEANINGS)}"
    else:
        yield from _faults_of_ends(means, row.get("lower"), row.get("upper"))
    width = row.get("revealing_width")
    if width is not None and width < 0:
        yield "revealing_width", "a width is not negative"


def _faults_of_ends(means: str | None, lower: Any, upper: Any) -> Iterator[tuple[str, str]]:
    if means == SUPPRESSED and (lower is None or upper is None or not 0 <= lower < upper):
        yield "lower" if lower is None else "upper", "a suppressed number has two ends, from 0 up"
    elif means in (NOT_REPORTED, ZERO) and (lower is not None or upper is not None):
        yield "lower" if lower is not None else "upper", f"{means!r} has no ends"
