"""A measure over the years: a line through its values, with each year's interval."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from mtopendata.figures.described import Described, as_printed
from mtopendata.figures.printed_numbers import PERCENT
from mtopendata.figures.tables import NUMBERS
from mtopendata.release.page.intervals import bounds_in_words
from mtopendata.release.page.scales import in_words, nice_steps
from mtopendata.values.cells import plain

WIDTH, HEIGHT = 480, 200
_LEFT, _RIGHT = Decimal(72), Decimal(464)
_TOP, _BOTTOM = Decimal(24), Decimal(168)
_TENTH = Decimal("0.1")
_LABELS = 8
"""Years that the axis has room for."""


@dataclass(frozen=True, slots=True)
class Year:
    """A year of the line: its value's place, and the ends of its interval; empty ones are open.
    `label` stands below it, where there is room.
    """

    year: str
    label: str
    x: str
    y: str
    low: str
    high: str
    printed: str
    words: str


@dataclass(frozen=True, slots=True)
class Series:
    """A measure's figures in one area, with the source if it is one. `lines` are runs of years
    without a gap, as points.
    """

    where: str
    years: tuple[Year, ...]
    lines: tuple[str, ...]
    steps: tuple[tuple[str, str], ...]


def series_of(
    figures: Sequence[Described], same: Mapping[int, Sequence[Described]]
) -> Iterator[Series]:
    """A line for each area of a measure that has numbers of several years, through the figures of
    the sources that are declared to come first: `same` are then all figures of one thing, the first
    one first. Where nothing is declared, and several sources give one for a year, each source has a
    line of its own.
    """
    for items in _by_column(figures, "area"):
        first = [item for item in items if same.get(item.index, [item])[0].index == item.index]
        for group in [first] if _is_one_a_year(first) else _by_column(first, "source"):
            if len(group) > 1 and _is_one_a_year(group):
                yield _drawn(sorted(group, key=lambda item: int(item.figure["period"])))


def _by_column(figures: Sequence[Described], name: str) -> Iterator[list[Described]]:
    """The figures with a year and a number, by what they have in this column."""
    groups: dict[str, list[Described]] = {}
    for item in figures:
        is_number = item.figure.get("value") is not None
        if is_number and isinstance(item.figure.get("period"), int):
            groups.setdefault(str(item.figure.get(name) or ""), []).append(item)
    yield from groups.values()


def _is_one_a_year(items: Sequence[Described]) -> bool:
    return len({item.figure["period"] for item in items}) == len(items)


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
    every = (len(items) - 1) // _LABELS + 1
    for index, item in enumerate(items):
        row = item.figure
        value, low, high = (None if row[n] is None else y_of(Decimal(row[n])) for n in NUMBERS)
        x, year = x_of(item), int(row["period"])
        if year - before > 1:
            lines.append([])
        lines[-1].append(f"{plain(x)},{plain(value or Decimal(0))}")
        before = year
        low_end, high_end = ("" if end is None else plain(end) for end in (low, high))
        printed = as_printed(row) or ""
        years.append(
            Year(
                item.period,
                "" if index % every else item.period,
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
    where = ", ".join(dict.fromkeys((items[0].area_title, *_one_source(items))))
    return Series(where, tuple(years), runs, steps)


def _one_source(items: Sequence[Described]) -> Iterator[str]:
    """The source of all figures of a line, if it is one and has a title."""
    titles = {str(item.source.get("title") or "") for item in items}
    if len(titles) == 1:
        yield from filter(None, titles)
