"""What a spreadsheet program tests of a cell when something is entered, as far as it can."""

from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from mtopendata.entry.template.plan import TemplateColumn, typed_values
from mtopendata.package.constraint import UnusableConstraintError
from mtopendata.package.model import Field
from mtopendata.release.formats.xlsx.plan import FIRST_DATE

_LEAST_WHOLE, _MOST_WHOLE = -(10**15) + 1, 10**15 - 1
"""Whole numbers that a spreadsheet keeps exactly."""
_MOST = 1e300
_LONGEST = 32_767
_KINDS = {
    "integer": "whole", "year": "whole", "number": "decimal", "date": "date", "datetime": "date",
    "time": "time",
}  # fmt: skip
_WIDEST: dict[str, tuple[Any, Any]] = {
    "integer": (_LEAST_WHOLE, _MOST_WHOLE),
    "year": (0, 9999),
    "number": (-_MOST, _MOST),
    "date": (FIRST_DATE, date(9999, 12, 31)),
    "datetime": (datetime(1900, 3, 1), datetime(9999, 12, 31)),
    "time": (0, 0.999999),
}
_STEPS: dict[str, Any] = {"integer": 1, "year": 1, "date": timedelta(1)}
"""What the next value is more, of types that have one."""


class Bounds(NamedTuple):
    """The ends of a range; `is_open`: whether each end is outside of it."""

    low: Any
    high: Any
    is_open: tuple[bool, bool] = (False, False)


def cell_check(column: TemplateColumn, cell: str, source: str) -> dict[str, Any]:
    """The data validation of a column whose first cell is `cell`, as XlsxWriter takes it. `source`
    is the range that values are chosen from, or empty.
    """
    item = column.item
    if source:
        return {"validate": "list", "source": source}
    if item.type in _KINDS:
        return _of_range(item, cell)
    if item.type == "yearmonth":
        return {"validate": "custom", "value": f'=AND(LEN({cell})=7,MID({cell},5,1)="-")'}
    least = _length_check(item, "minLength", int(column.is_required))
    most = _length_check(item, "maxLength", _LONGEST)
    if item.type == "string" and (least, most) != (0, _LONGEST):
        return _range_check("length", least, most)
    return {"validate": "any"}


def _length_check(item: Field, name: str, otherwise: int) -> int:
    value = item.constraints.get(name)
    return min(value, _LONGEST) if isinstance(value, int) and value > 0 else otherwise


def _of_range(item: Field, cell: str) -> dict[str, Any]:
    kind, bounds = _KINDS[item.type], field_bounds(item)
    if bounds.low > bounds.high:  # as of days before 1900, which are text in a spreadsheet
        return {"validate": "any"}
    if not any(bounds.is_open):
        return _range_check(kind, bounds.low, bounds.high)
    tests = [
        f"{cell}{'>' if bounds.is_open[0] else '>='}{_in_formula(bounds.low)}",
        f"{cell}{'<' if bounds.is_open[1] else '<='}{_in_formula(bounds.high)}",
    ]
    return {"validate": "custom", "value": f"=AND(ISNUMBER({cell}),{','.join(tests)})"}


def _range_check(kind: str, low: Any, high: Any) -> dict[str, Any]:
    return {"validate": kind, "criteria": "between", "minimum": low, "maximum": high}


def field_bounds(item: Field) -> Bounds:
    """The range of a field's values, within what a spreadsheet can hold."""
    low, high = _WIDEST[item.type]
    is_open = [False, False]
    for place, names in enumerate(
        (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum"))
    ):
        for name in names:
            value = _bound_value(item, name)
            if value is None:
                continue
            opens = name.startswith("exclusive")
            if opens and item.type in _STEPS:
                value = value - _STEPS[item.type] if place else value + _STEPS[item.type]
                opens = False
            if place == 0 and value >= low:
                low, is_open[0] = value, opens
            elif place == 1 and value <= high:
                high, is_open[1] = value, opens
    return Bounds(low, high, (is_open[0], is_open[1]))


def _bound_value(item: Field, name: str) -> Any:
    """The value of a bound; None where there is none that a spreadsheet can compare with."""
    if item.constraints.get(name) is None:
        return None
    try:
        [value] = typed_values(item, [item.constraints[name]])
    except UnusableConstraintError:
        return None
    if isinstance(value, time):
        return (value.hour * 3600 + value.minute * 60 + value.second) / 86_400
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, date) or item.type in _STEPS:
        return value
    return float(value) if item.type == "number" else None


def _in_formula(value: Any) -> str:
    if isinstance(value, datetime):
        day = f"DATE({value.year},{value.month},{value.day})"
        return f"({day}+TIME({value.hour},{value.minute},{value.second}))"
    return repr(float(value))
