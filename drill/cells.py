"""Kinds of corruption of a cell."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from drill.tables import Rows


@dataclass(frozen=True, slots=True)
class Context:
    """Where a cell stands: its table, the index of its row there, and what its field allows."""

    table: Rows
    row: int
    field: str
    type: str
    codes: tuple[str, ...]

    def beside(self, field: str) -> str:
        """Another cell of the same row; empty where the table has no such column."""
        header = self.table[0]
        return self.table[self.row][header.index(field)] if field in header else ""

    def neighbour(self, step: int) -> list[str]:
        """The cell above (-1) or below (1), where there is one."""
        row = self.row + step
        column = self.table[0].index(self.field)
        return [self.table[row][column]] if 0 < row < len(self.table) else []


NUMBER = re.compile(r"(?<![\w.,-])[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?(?!\w)")
LIMIT = re.compile(r"more than |million| million|%")
KEYBOARD = "1234567890"


def digit_lost(cell: str, _: Context) -> list[str]:
    return [cell[:i] + cell[i + 1 :] for i, sign in enumerate(cell) if sign in KEYBOARD]


def digit_doubled(cell: str, _: Context) -> list[str]:
    return [cell[:i] + sign + cell[i:] for i, sign in enumerate(cell) if sign in KEYBOARD]


def swapped(cell: str, fits: Callable[[str], bool]) -> list[str]:
    return [
        cell[:i] + cell[i + 1] + cell[i] + cell[i + 2 :]
        for i in range(len(cell) - 1)
        if fits(cell[i]) and fits(cell[i + 1])
    ]


def digits_swapped(cell: str, _: Context) -> list[str]:
    return swapped(cell, lambda sign: sign in KEYBOARD)


def digit_mistyped(cell: str, _: Context) -> list[str]:
    """Each digit replaced by those that lie beside it on the keyboard."""
    return [
        cell[:i] + KEYBOARD[key] + cell[i + 1 :]
        for i, sign in enumerate(cell)
        if sign in KEYBOARD
        for key in (KEYBOARD.index(sign) - 1, KEYBOARD.index(sign) + 1)
        if 0 <= key < len(KEYBOARD)
    ]


def shifted(cell: str, places: int) -> list[str]:
    """Each number in the text times a power of ten, written as it was."""
    texts = []
    for match in NUMBER.finditer(cell):
        number = Decimal(match[0].replace(",", "")).scaleb(places)
        text = format(number, ",f" if "," in match[0] else "f")
        texts.append(cell[: match.start()] + text + cell[match.end() :])
    return texts


def point_right(cell: str, _: Context) -> list[str]:
    return shifted(cell, 1)


def point_left(cell: str, _: Context) -> list[str]:
    return shifted(cell, -1)


def separator_moved(cell: str, _: Context) -> list[str]:
    """A comma or point among digits, one digit further left or right."""
    return [
        cell[: place - 1] + moved + cell[place + 2 :]
        for place in (m.start() for m in re.finditer(r"(?<=[0-9])[.,](?=[0-9])", cell))
        for before, mark, after in [tuple(cell[place - 1 : place + 2])]
        for moved in (mark + before + after, before + after + mark)
    ]


def separator_changed(cell: str, _: Context) -> list[str]:
    """A comma for a point, a point for a comma."""
    other = {",": ".", ".": ","}
    return [
        cell[: m.start()] + other[m[0]] + cell[m.end() :]
        for m in re.finditer(r"(?<=[0-9])[.,](?=[0-9])", cell)
    ]


def separator_lost(cell: str, _: Context) -> list[str]:
    return [cell[: m.start()] + cell[m.end() :] for m in re.finditer(r"(?<=[0-9]),(?=[0-9])", cell)]


def separator_added(cell: str, context: Context) -> list[str]:
    if context.type not in ("number", "integer") or not cell.isdigit() or len(cell) < 4:
        return []
    return [f"{int(cell):,}".replace(",", separator) for separator in ",. "]


def sign_changed(cell: str, context: Context) -> list[str]:
    if context.type not in ("number", "integer") and context.field != "printed":
        return []
    if cell.startswith("-"):
        return [cell[1:]]
    return [cell[: m.start()] + "-" + cell[m.start() :] for m in NUMBER.finditer(cell)]


def cell_above(_: str, context: Context) -> list[str]:
    return context.neighbour(-1)


def cell_below(_: str, context: Context) -> list[str]:
    return context.neighbour(1)


def emptied(cell: str, _: Context) -> list[str]:
    return [""] if cell else []


def letter_lost(cell: str, _: Context) -> list[str]:
    return [cell[:i] + cell[i + 1 :] for i, sign in enumerate(cell) if sign.isalpha()]


def letters_swapped(cell: str, _: Context) -> list[str]:
    return swapped(cell, str.isalpha)


def case_changed(cell: str, _: Context) -> list[str]:
    return [cell.upper(), cell.capitalize(), cell.lower()]


def blank_added(cell: str, _: Context) -> list[str]:
    return [cell + " "] if cell else []


def qualifier_dropped(cell: str, context: Context) -> list[str]:
    return ["exact"] if context.field == "qualifier" and cell else []


def word_dropped(cell: str, context: Context) -> list[str]:
    """The printed text without the words, or the sign, that qualify its number."""
    if context.field != "printed":
        return []
    return [cell[: m.start()] + cell[m.end() :] for m in LIMIT.finditer(cell)]


def word_changed(cell: str, context: Context) -> list[str]:
    if context.field != "printed":
        return []
    texts = [cell.replace("million", scale) for scale in ("thousand", "billion")]
    limits = ("at least", "about", "nearly", "up to", "fewer than")
    if cell.startswith("more than "):
        return texts + [cell.replace("more than", limit) for limit in limits]
    return texts + [f"{limit} {cell}" for limit in ("more than", *limits)]


def unit_changed(cell: str, context: Context) -> list[str]:
    return list(context.codes) if context.field == "unit" and cell else []


def code_changed(cell: str, context: Context) -> list[str]:
    return list(context.codes) if context.field != "unit" and cell else []


def bound_at_value(_: str, context: Context) -> list[str]:
    """A rounded or limited figure's bound set to the number that is printed."""
    return [context.beside("value")] if context.field in ("lower", "upper") else []


def bound_off_by_one(cell: str, context: Context) -> list[str]:
    if context.field not in ("lower", "upper") or not cell:
        return []
    return [str(Decimal(cell) + step) for step in (-1, 1)]


CellKind = Callable[[str, Context], list[str]]

CELL_KINDS: tuple[tuple[str, CellKind], ...] = (
    ("digit lost", digit_lost),
    ("digit doubled", digit_doubled),
    ("digits swapped", digits_swapped),
    ("digit replaced by its neighbour on the keyboard", digit_mistyped),
    ("ten times as large", point_right),
    ("a tenth as large", point_left),
    ("separator moved by a digit", separator_moved),
    ("comma for point, point for comma", separator_changed),
    ("thousands separator added", separator_added),
    ("thousands separator lost", separator_lost),
    ("sign added or lost", sign_changed),
    ("cell above copied", cell_above),
    ("cell below copied", cell_below),
    ("cell emptied", emptied),
    ("letter lost", letter_lost),
    ("letters swapped", letters_swapped),
    ("case changed", case_changed),
    ("blank added at the end", blank_added),
    ("qualifier dropped", qualifier_dropped),
    ("qualifying word dropped from the printed text", word_dropped),
    ("qualifying word added or replaced in the printed text", word_changed),
    ("wrong unit", unit_changed),
    ("another code of the same list", code_changed),
    ("bound set to the point value", bound_at_value),
    ("bound off by one", bound_off_by_one),
)


def same(cell: str, text: str, context: Context) -> bool:
    """Whether a changed cell is no change, or is another way to write the same number."""
    if cell == text:
        return True
    if context.type not in ("number", "integer", "year"):
        return False
    try:
        return Decimal(cell) == Decimal(text)
    except InvalidOperation:
        return False
