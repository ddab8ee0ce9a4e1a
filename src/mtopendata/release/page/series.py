"""A measure over the years: a line through its values, with each year's interval."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from mtopendata.figures.described import Described
from mtopendata.figures.printed_numbers import PERCENT
from mtopendata.figures.tables import NUMBERS
from mtopendata.release.page.intervals import bounds_in_words
from mtopendata.release.page.scales import in_words, nice_steps
from mtopendata.values.cells import plain

WIDTH, HEIGHT = 480, 200
_LEFT, _RIGHT = Decimal(72), Decimal(464)
_TOP, _BOTTOM = Decimal(24), Decimal(168)
_TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Year:
    """A year of the line: its value's place, and the ends of its interval; empty ones are open."""

    year: str
    x: str
    y: str
    low: str
    high: str
    printed: str
    words: str


@dataclass(frozen=True, slots=True)
class Series:
    """A measure's figures in one area. `lines` are runs of years without a gap, as points."""

    area: str
    years: tuple[Year, ...]
    lines: tuple[str, ...]
    steps: tuple[tuple[str, str], ...]


def series_of(figures: Sequence[Described]) -> Iterator[Series]:
    """A line for each area of a measure that has numbers of several years, one for a year."""
    areas: dict[str, list[Described]] = {}
    for item in figures:
        if isinstance(item.figure.get("period"), int):
            areas.setdefault(str(item.figure.get("area") or ""), []).append(item)
    for items in areas.values():
        numbered = [item for item in items if item.figure.get("value") is not None]
        years = [item.figure["period"] for item in numbered]
        if len(years) > 1 and len(set(years)) == len(years):
            yield _drawn(sorted(numbered, key=lambda item: int(item.figure["period"])))


def _drawn(items: Sequence[Described]) -> Series:
    first, last = (int(items[end].figure["period"]) for end in (0, -1))
    numbers = [
        Decimal(item.figure[n]) for item in items for n in NUMBERS if item.figure[n] is not None
    ]
    greatest = max(numbers)
    least = min(Decimal(0), *numbers)
    span = (greatest - least) or Decimal(1)

    def x_of(item: Described) -> Decimal:
        share = Decimal(int(item.figure["period"]) - first) / (last - first)
        return (_LEFT + 20 + share * (_RIGHT - _LEFT - 40)).quantize(_TENTH)

    def y_of(value: Decimal) -> Decimal:
        return (_BOTTOM - (value - least) / span * (_BOTTOM - _TOP)).quantize(_TENTH)

    years = []
    lines: list[list[str]] = [[]]
    before = first
    for item in items:
        row = item.figure
        value, low, high = (None if row[n] is None else y_of(Decimal(row[n])) for n in NUMBERS)
        x, year = x_of(item), int(row["period"])
        if year - before > 1:
            lines.append([])
        lines[-1].append(f"{plain(x)},{plain(value or Decimal(0))}")
        before = year
        low_end, high_end = ("" if end is None else plain(end) for end in (low, high))
        printed = str(row.get("printed") or "")
        years.append(
            Year(
                item.period,
                plain(x),
                plain(value or Decimal(0)),
                low_end,
                high_end,
                printed,
                bounds_in_words(item),
            )
        )
    sign = "%" if items[0].figure.get("unit") == PERCENT else ""
    steps = tuple(
        (plain(y_of(step)), in_words(step) + sign)
        for step in nice_steps(least, greatest or Decimal(1))
    )
    runs = tuple(" ".join(line) for line in lines if len(line) > 1)
    return Series(items[0].area_title, tuple(years), runs, steps)
