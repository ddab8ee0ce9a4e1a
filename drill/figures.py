"""Figures changed as a whole, so that the printed text agrees with value and bounds."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from drill.cells import (
    CellKind,
    Context,
    digit_doubled,
    digit_lost,
    digit_mistyped,
    digits_swapped,
    point_left,
    point_right,
)
from mtopendata.figures.printed_numbers import read_printed

BLOCK = ("value", "qualifier", "lower", "upper", "printed")


def plain(number: Decimal | None) -> str:
    return "" if number is None else format(number.normalize(), "f")


def consistent(line: Mapping[str, str], printed: str) -> dict[str, str] | None:
    """A figure's row that says what another printed text says; None where that says nothing."""
    said = read_printed(printed, line["unit"])
    if said is None:
        return None
    numbers = {name: plain(getattr(said, name)) for name in ("value", "lower", "upper")}
    return {**line, **numbers, "qualifier": said.qualifier, "printed": printed}


def regrouped(text: str) -> str:
    """A printed text whose digits have changed, with its separators where they belong."""

    def group(match: re.Match[str]) -> str:
        return f"{int(match[0].replace(',', '')):,}"

    return re.sub(r"(?<![.\d])[0-9][0-9,]*", group, text)


def reprinted(kind: CellKind) -> Callable[[Mapping[str, str], Context], list[dict[str, str]]]:
    """A kind of cell corruption, done to the printed text and to all that follows from it."""

    def corrupt(line: Mapping[str, str], context: Context) -> list[dict[str, str]]:
        texts = (regrouped(text) for text in kind(line["printed"], context))
        rows = (consistent(line, text) for text in texts)
        return [row for row in rows if row and row["value"] != line["value"]]

    return corrupt


def limit_dropped(line: Mapping[str, str], _: Context) -> list[dict[str, str]]:
    row = consistent(line, line["printed"].removeprefix("more than "))
    return [row] if row else []


def figure_beside(
    step: int,
) -> Callable[[Mapping[str, str], Context], list[dict[str, str]]]:
    def corrupt(line: Mapping[str, str], context: Context) -> list[dict[str, str]]:
        row = context.row + step
        if not 0 < row < len(context.table):
            return []
        other = dict(zip(context.table[0], context.table[row], strict=True))
        return [{**line, **{name: other[name] for name in BLOCK}}]

    return corrupt


FigureKind = Callable[[Mapping[str, str], Context], list[dict[str, str]]]

FIGURE_KINDS: tuple[tuple[str, FigureKind], ...] = (
    ("digit lost everywhere", reprinted(digit_lost)),
    ("digit doubled everywhere", reprinted(digit_doubled)),
    ("digits swapped everywhere", reprinted(digits_swapped)),
    ("digit replaced by its neighbour everywhere", reprinted(digit_mistyped)),
    ("ten times as large everywhere", reprinted(point_right)),
    ("a tenth as large everywhere", reprinted(point_left)),
    ("qualifier dropped everywhere", limit_dropped),
    ("figure above copied whole", figure_beside(-1)),
    ("figure below copied whole", figure_beside(1)),
)
