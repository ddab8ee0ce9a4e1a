"""A value as the text of a cell."""

from datetime import date, time
from decimal import Decimal


def plain(value: Decimal) -> str:
    """The digits of a number, without an exponent and without zeros that say nothing."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def cell_text(value: object, type_: str = "") -> str:
    """A value as a cell of this type writes it: numbers without an exponent, years with four
    digits, dates and times as ISO 8601 has them.
    """
    if type_ == "year" and isinstance(value, int):
        return f"{value:05d}" if value < 0 else f"{value:04d}"
    match value:
        case bool():
            return "true" if value else "false"
        case Decimal():
            return plain(value)
        case date() | time():  # and with date, datetime
            text = value.isoformat()
            return f"{text.removesuffix('+00:00')}Z" if text.endswith("+00:00") else text
    return str(value)


def optional_text(value: object) -> str | None:
    """A cell as text; None where it is missing."""
    return None if value is None else cell_text(value)


def shown_cell(value: object) -> str:
    """A cell as messages show it."""
    return "(missing)" if value is None else cell_text(value)
