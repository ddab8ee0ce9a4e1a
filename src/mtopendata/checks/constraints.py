"""Table Schema → Pandera: the only module that knows Pandera.

Each field becomes a Pandera column of the type that it was read as, each constraint an expression
that turns the column into truth values, which Pandera checks. A null cell is tested by `required`
alone.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

from mtopendata.ledger.report import Check, Finding, Report
from mtopendata.package.model import DESCRIPTOR, Field
from mtopendata.package.texts import parse_texts
from mtopendata.reading.options import Options
from mtopendata.reading.tables import Table
from mtopendata.values.cells import cell_text

Test = Callable[[pl.Expr], pl.Expr]
Tests = dict[tuple[str, str], Test]


LONGEST = 2**31
"""More characters than a cell can have: lengths beyond it mean the same."""


class _ConstraintError(Exception):
    """The constraint itself cannot be used. The message says why."""


def check_schema(table: Table, report: Report, options: Options) -> None:
    """Test every declared constraint but keys; a ledger row for each, findings for failures.

    A constraint whose own value is none, such as a pattern that is no regular expression, is an
    error in the descriptor and tests nothing.
    """
    tests: Tests = {}
    for item in table.fields():
        _check_example(table, item, report)
        for name, message in table.unusable.get(item.name, {}).items():
            report.add(_unusable(table, item, name, message))
        for name, value in _constraints(item).items():
            if not table.resource.is_csv and name != "categories":
                continue  # frictionless has tested it while it read the resource
            if name in table.delegated.get(item.name, {}):
                continue
            if name in table.unusable.get(item.name, {}):
                continue
            try:
                tests[item.name, name] = _test(name, value, item, table.frame.schema[item.name])
            except _ConstraintError as error:
                report.add(_unusable(table, item, name, str(error)))
    for item in table.absent_fields():
        for name in [*_constraints(item), *(["unique"] if item.constraints.get("unique") else [])]:
            report.checks.append(
                Check(f"{item.name}: {name}", "constraint", table.resource.name, "none", 0, 0)
            )
    failed = _failures(table.frame, tests)
    present = {series.name: series.count() for series in table.frame}
    for item in table.fields():
        unread = table.unread.get(item.name)
        for name in (name for field, name in tests if field == item.name):
            rows = failed.get((item.name, name), pl.Series([], dtype=pl.UInt32))
            if name == "required" and unread is not None:
                rows = rows.filter(~rows.is_in(unread.implode()))
            tested = table.frame.height if name == "required" else present[item.name]
            _record(table, item, name, "pandera", tested, rows, report, options)
        for name, rows in table.delegated.get(item.name, {}).items():
            _record(table, item, name, "frictionless", present[item.name], rows, report, options)


def compile_schema(frame: pl.DataFrame, tests: Tests) -> pa.DataFrameSchema:
    """The Pandera schema of a frame: a typed column per field, and one check that answers with a
    truth value per row and constraint.

    One wide check costs Pandera as much as a single narrow one, and Polars evaluates its
    expressions together.
    """
    expressions = _expressions(tests)
    check = pa.Check(_wide(expressions), name="constraints")
    columns = {
        # `required` is a constraint, so that it has a ledger row of its own.
        # Pandera does not know Int128; the columns' types were given by the reader anyway.
        name: pa.Column(None if dtype == pl.Int128 else dtype, nullable=True)
        for name, dtype in frame.schema.items()
    }
    return pa.DataFrameSchema(columns, checks=[check] if expressions else [])


def _by_position(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with its columns named 0, 1, …: to Polars, a field called `*` means all fields."""
    return pl.DataFrame([series.alias(str(index)) for index, series in enumerate(frame)])


def _wide(expressions: list[pl.Expr]) -> Callable[[Any], pl.LazyFrame]:
    def answers(data: Any) -> pl.LazyFrame:
        frame: pl.LazyFrame = data.lazyframe
        return frame.select(expressions)

    return answers


def _expressions(tests: Tests) -> list[pl.Expr]:
    return [test(pl.col(field)).alias(f"{field}\0{name}") for (field, name), test in tests.items()]


def _failures(table: pl.DataFrame, tests: Tests) -> dict[tuple[str, str], pl.Series]:
    """The indexes of the rows that fail, by field and constraint. Always eager: Pandera lets bad
    data in a LazyFrame pass.
    """
    if not table.height or not tests:
        return {}
    frame = _by_position(table)
    numbered = {
        (str(table.columns.index(field)), name): test for (field, name), test in tests.items()
    }
    try:
        compile_schema(frame, numbered).validate(frame, lazy=True)
    except SchemaErrors:
        answers = frame.select(_expressions(numbered))
        return {
            key: (~answer).fill_null(value=False).arg_true()
            for key, answer in zip(tests, answers, strict=True)
        }
    return {}


def _constraints(item: Field) -> dict[str, Any]:
    constraints = {
        name: value
        for name, value in item.constraints.items()
        if name != "unique" and not (name == "required" and value is False)
    }
    if item.categories is not None and not _are_enum(item):
        constraints["categories"] = list(item.categories)
    return constraints


def _are_enum(item: Field) -> bool:
    """Whether the categories are the values of `enum` again: then one test is both."""
    values = item.constraints.get("enum")
    return isinstance(values, list) and {cell_text(value) for value in values} == set(
        item.categories or ()
    )


# Tests: what a constraint asks of a column


def _test(name: str, value: Any, item: Field, dtype: pl.DataType) -> Test:
    match name:
        case "required":
            return lambda column: column.is_not_null()
        case "enum" | "categories":
            values = literals(value, item, dtype)
            return lambda column: column.is_in(values.implode())
        case "pattern":
            return _pattern(value)
        case "minLength":
            return lambda column: column.str.len_chars() >= min(value, LONGEST)
        case "maxLength":
            return lambda column: column.str.len_chars() <= min(value, LONGEST)
    bound = _bound(value, item, dtype)
    bounds: dict[str, Test] = {
        "minimum": lambda column: column >= bound,
        "maximum": lambda column: column <= bound,
        "exclusiveMinimum": lambda column: column > bound,
        "exclusiveMaximum": lambda column: column < bound,
    }
    compared = bounds[name]
    if dtype == pl.Float64:
        # Polars puts NaN above all numbers; it is neither above nor below a bound.
        return lambda column: compared(column) & column.is_not_nan()
    return compared


def literals(values: list[Any], item: Field, dtype: pl.DataType) -> pl.Series:
    """The values of an `enum` or of categories as a column of the type that the cells have."""
    if any(value is None or isinstance(value, list | dict) for value in values):
        raise _ConstraintError(f"its values are not all single values of the type {item.type}")
    texts = pl.Series([cell_text(value, item.type) for value in values], dtype=pl.String)
    plain = Field(item.name, item.type, item.format, descriptor=_without_number_signs(item))
    parsed = parse_texts(plain, texts)
    if parsed.null_count():
        raise _ConstraintError(f"{texts.filter(parsed.is_null())[0]!r} is no {item.type}")
    if isinstance(dtype, pl.Decimal) and isinstance(parsed.dtype, pl.Decimal):
        scale = max(dtype.scale, parsed.dtype.scale)
        return parsed.cast(pl.Decimal(38, scale))
    return parsed if parsed.dtype == dtype else parsed.cast(dtype, strict=False).drop_nulls()


def _without_number_signs(item: Field) -> dict[str, Any]:
    """The field's properties, but for those about signs in its cells: JSON numbers have none."""
    signs = ("groupChar", "decimalChar", "bareNumber")
    return {key: value for key, value in item.descriptor.items() if key not in signs}


def _bound(value: Any, item: Field, dtype: pl.DataType) -> pl.Expr:
    if isinstance(value, list | dict) or value is None:
        raise _ConstraintError(f"a bound is a single value, not {value!r}")
    texts = pl.Series([cell_text(value, item.type)], dtype=pl.String)
    plain = Field(item.name, item.type, item.format, descriptor=_without_number_signs(item))
    parsed = parse_texts(plain, texts)
    if parsed.null_count():
        raise _ConstraintError(f"{texts[0]!r} is no {item.type}")
    if parsed.dtype != dtype and not (parsed.dtype.is_numeric() and dtype.is_numeric()):
        raise _ConstraintError(f"{texts[0]!r} has another form than the cells")
    return pl.lit(parsed[0], dtype=parsed.dtype)


def _pattern(pattern: str) -> Test:
    """The whole cell must match: `a|b` does not accept `axx`.

    Rust's regular expressions take linear time on any input; Python's are used for the few
    patterns (look-around, back-references) that they do not have.
    """
    whole = rf"\A(?:{pattern})\z"
    try:
        pl.Series(["x"]).str.contains(whole)
    except pl.exceptions.ComputeError:
        try:
            compiled = re.compile(pattern)
        except (re.error, OverflowError, RecursionError) as error:
            raise _ConstraintError(f"{pattern!r} is no regular expression ({error})") from error

        def matches(column: pl.Series) -> pl.Series:
            different = column.unique().drop_nulls()
            good = [text for text in different if compiled.fullmatch(text)]
            return column.is_in(good)

        return lambda column: column.map_batches(matches, return_dtype=pl.Boolean)
    return lambda column: column.str.contains(whole)


# Ledger


def _check_example(table: Table, item: Field, report: Report) -> None:
    example = item.descriptor.get("example")
    if example is None or isinstance(example, list | dict) or item.name in table.delegated:
        return
    parsed = parse_texts(item, pl.Series([cell_text(example, item.type)], dtype=pl.String))
    if parsed.null_count():
        report.add(
            Finding(
                "example", "error", f"the example {cell_text(example)!r} is no {item.type}",
                "correct it in the descriptor", table.resource.name, DESCRIPTOR, None, item.name,
            )
        )  # fmt: skip


def _unusable(table: Table, item: Field, name: str, message: str) -> Finding:
    return Finding(
        "constraint", "error", f"the constraint {name!r} cannot be tested: {message}",
        "correct it in the descriptor", table.resource.name, DESCRIPTOR, None, item.name,
    )  # fmt: skip


def _record(
    table: Table, item: Field, name: str, engine: str, tested: int, rows: pl.Series,
    report: Report, options: Options,
) -> None:  # fmt: skip
    label = "enum and categories" if name == "enum" and _are_enum(item) else name
    check = Check(
        f"{item.name}: {label}", "constraint", table.resource.name, engine, tested, len(rows)
    )
    column = table.frame.get_column(item.name)
    wanted = item.categories if name == "categories" else item.constraints[name]
    findings = []
    for row in rows.head(options.limit):
        cell = None if column[row] is None else cell_text(column[row])
        message, hint = _words(name, wanted, cell, item)
        findings.append(table.finding(name, row, item.name, cell, message, hint))
    report.record(check, findings)


def _listed(values: Sequence[Any]) -> str:
    texts = [cell_text(value) for value in values]
    return ", ".join(texts[:12]) + (", …" if len(texts) > 12 else "")


def _words(name: str, wanted: Any, cell: str | None, item: Field) -> tuple[str, str]:
    """Message and hint for a cell that fails a constraint."""
    shown = repr((cell or "")[:80])
    if isinstance(wanted, list | tuple):
        wanted = _listed(wanted)
    match name:
        case "required":
            allowed = item.constraints.get("enum") or item.categories
            hint = f"fill in one of {_listed(allowed)}" if allowed else "fill it in"
            return "the cell is missing, and the field requires a value", hint
        case "enum" | "categories":
            return f"{shown} is not one of the allowed values", f"write one of {wanted}"
        case "pattern":
            return f"{shown} does not match the pattern {wanted}", "correct the cell"
        case "minLength" | "maxLength":
            side = "shorter" if name == "minLength" else "longer"
            return f"{shown} is {side} than {wanted} characters", "correct the cell"
        case "jsonSchema":
            return f"{shown} does not fit the field's JSON Schema", "correct the cell"
    side = {
        "minimum": "below the minimum",
        "maximum": "above the maximum",
        "exclusiveMinimum": "not above",
        "exclusiveMaximum": "not below",
    }[name]
    bound = cell_text(wanted)
    return f"{cell} is {side} {bound}", "correct the cell"
