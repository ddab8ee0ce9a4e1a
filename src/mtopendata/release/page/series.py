"""A measure over the years: a line through its values, with each year's interval."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from mtopendata.figures.described import Described, as_printed
from mtopendata.figures.printed_numbers import PERCENT
from mtopendata.figures.source_order import comes_first
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
        first = [item for item in items if comes_first(item, same)]
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


@dataclass(frozen=True, slots=True)
class _Axes:
    """Where years and values are drawn."""

    first: int
    last: int
    least: Decimal
    greatest: Decimal

    def x_of(self, year: int) -> str:
        """How far to the right a year stands."""
        share = Decimal(year - self.first) / (self.last - self.first)
        return plain((_LEFT + 20 + share * (_RIGHT - _LEFT - 40)).quantize(_TENTH))

    def y_of(self, value: object) -> str:
        """How far down a value stands; empty where there is none."""
        if value is None:
            return ""
        span = (self.greatest - self.least) or Decimal(1)
        share = (Decimal(str(value)) - self.least) / span
        return plain((_BOTTOM - share * (_BOTTOM - _TOP)).quantize(_TENTH))


def _drawn(items: Sequence[Described]) -> Series:
    first, last = (int(items[end].figure["period"]) for end in (0, -1))
    numbers = [
        Decimal(item.figure[n]) for item in items for n in NUMBERS if item.figure[n] is not None
    ]
    axes = _Axes(first, last, min(Decimal(0), *numbers), max(numbers))
    every = (len(items) - 1) // _LABELS + 1
    years = [
        _year_point(item, axes, has_label=not index % every) for index, item in enumerate(items)
    ]
    sign = "%" if items[0].figure.get("unit") == PERCENT else ""
    marks = nice_steps(axes.least, axes.greatest or Decimal(1))
    steps = tuple((axes.y_of(step), in_words(step) + sign) for step in marks)
    where = ", ".join(dict.fromkeys((items[0].area_title, *_one_source(items))))
    return Series(where, tuple(years), tuple(_runs(items, years)), steps)


def _year_point(item: Described, axes: _Axes, *, has_label: bool) -> Year:
    row = item.figure
    value, low, high = (axes.y_of(row[name]) for name in NUMBERS)
    return Year(
        item.period,
        item.period if has_label else "",
        axes.x_of(int(row["period"])),
        value or "0",
        low,
        high,
        as_printed(row) or "",
        bounds_in_words(item),
    )


def _runs(items: Sequence[Described], years: Sequence[Year]) -> Iterator[str]:
    """The points of years without a gap, where they are more than one."""
    run: list[str] = []
    before: int | None = None
    for item, year in zip(items, years, strict=True):
        number = int(item.figure["period"])
        if before is not None and number - before > 1:
            yield from [" ".join(run)] * (len(run) > 1)
            run = []
        run.append(f"{year.x},{year.y}")
        before = number
    yield from [" ".join(run)] * (len(run) > 1)


def _one_source(items: Sequence[Described]) -> Iterator[str]:
    """The source of all figures of a line, if it is one and has a title."""
    titles = {str(item.source.get("title") or "") for item in items}
    if len(titles) == 1:
        yield from filter(None, titles)
