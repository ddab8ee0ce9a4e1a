"""Figures that a document prints several times: they must agree."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from mtopendata.sheets.reading import Problem, SheetFigure

_Place = tuple[str, str | None, int | None]


def first_of_each(figures: Iterable[SheetFigure]) -> tuple[list[SheetFigure], list[Problem]]:
    """Each figure where it stands first, and what prints it otherwise behind that."""
    found: dict[_Place, SheetFigure] = {}
    slips: list[Problem] = []
    for figure in figures:
        place = (figure.measure, figure.area, figure.period)
        first = found.setdefault(place, figure)
        if first is not figure and not _may_be_one(first, figure):
            slips.append(_slip(first, figure))
    return list(found.values()), slips


def _may_be_one(one: SheetFigure, other: SheetFigure) -> bool:
    """Whether some number can be both; what is not reported once may be so elsewhere."""
    if one.said is None or other.said is None:
        return True
    return _is_below(one.said.lower, other.said.upper) and _is_below(
        other.said.lower, one.said.upper
    )


def _is_below(lower: Decimal | None, upper: Decimal | None) -> bool:
    return lower is None or upper is None or lower <= upper


def _slip(first: SheetFigure, other: SheetFigure) -> Problem:
    name = f"{first.measure}/{first.area}/{first.period}"
    return Problem(
        "printed-twice",
        f"{name} is {first.printed} on page {first.page}, line {first.line} ({first.position}), "
        f"and {other.printed} here ({other.position})",
        "the first one is the figure; look which of them other documents have",
        other.line,
        page=other.page,
    )


def twice_in_one_table(figures: Sequence[SheetFigure]) -> Iterator[Problem]:
    """Figures that two rows of one table give."""
    seen: dict[_Place, SheetFigure] = {}
    for figure in figures:
        first = seen.setdefault((figure.measure, figure.area, figure.period), figure)
        if first is not figure:
            yield Problem(
                "found-twice",
                f"{figure.measure}/{figure.area}/{figure.period} is {first.printed} in line "
                f"{first.line} and {figure.printed} in line {figure.line} of one table",
                "look which row its cue means",
                figure.line,
                page=figure.page,
            )
