"""Table Schema → Pandera, for a validation: `frames` has it for frames of the user's own.

Each field becomes a Pandera column of the type that it was read as, each constraint an expression
that turns the column into truth values, which Pandera checks. A null cell is tested by `required`
alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from mtopendata.checks.kind import Kind
from mtopendata.ledger.outcome import Found, Outcome, untested
from mtopendata.ledger.report import Finding
from mtopendata.package.constraint import Test, UnusableConstraintError
from mtopendata.package.constraints import CONSTRAINTS, in_force, repeats_enum
from mtopendata.package.model import DESCRIPTOR, Field
from mtopendata.package.texts import parse_texts
from mtopendata.reading.frictionless_values import is_left_out
from mtopendata.reading.tables import Table
from mtopendata.values.cells import cell_text

if TYPE_CHECKING:
    import pandera.polars as pa

Tests = dict[tuple[str, str], Test]
"""What is asked of a table's columns, by field and constraint."""


def check_constraints(table: Table) -> Found:
    """Test every declared constraint but keys: an outcome for each, of which rows failed.

    A constraint whose own value is none, such as a pattern that is no regular expression, is an
    error in the descriptor and tests nothing.
    """
    tests, faults = _tests_of(table)
    yield from faults
    yield from _absent_constraints(table)
    yield from _concluded(table, see(table.frame, tests))


# What is asked of a table


def _tests_of(table: Table) -> tuple[Tests, list[Finding]]:
    """The tests of the fields' columns, and what is wrong with constraints and examples."""
    tests: Tests = {}
    faults: list[Finding] = []
    for item in table.fields():
        faults += _example_faults(table, item)
        unusable = dict(table.unusable.get(item.name, {}))
        dtype = table.frame.schema[item.name]
        for name, value in _left_to_test(table, item).items():
            make = CONSTRAINTS[name].test
            try:
                if make:
                    tests[item.name, name] = make(value, item, dtype)
            except UnusableConstraintError as error:
                unusable[name] = str(error)
        faults += [_unusable_constraint(table, item, name, why) for name, why in unusable.items()]
    return tests, faults


def _left_to_test(table: Table, item: Field) -> dict[str, Any]:
    """The constraints that were not tested while the cells were read, with their values.

    Frictionless, which reads what is no CSV, tests nearly all.
    """
    done = {**table.delegated.get(item.name, {}), **table.unusable.get(item.name, {})}
    return {
        name: value
        for name, value in in_force(item).items()
        if name not in done and (table.resource.is_csv or is_left_out(item, name))
    }


def _example_faults(table: Table, item: Field) -> Iterator[Finding]:
    example = item.descriptor.get("example")
    if example is None or isinstance(example, list | dict) or item.name in table.delegated:
        return
    if parse_texts(item, pl.Series([cell_text(example, item.type)])).null_count():
        message = f"the example {cell_text(example)!r} is no {item.type}"
        yield _fault_of_descriptor("example", table, item, message)


def _unusable_constraint(table: Table, item: Field, name: str, why: str) -> Finding:
    message = f"the constraint {name!r} cannot be tested: {why}"
    return _fault_of_descriptor("constraint", table, item, message)


def _fault_of_descriptor(code: str, table: Table, item: Field, message: str) -> Finding:
    return Finding(
        code,
        "error",
        message,
        "correct it in the descriptor",
        table.resource.name,
        DESCRIPTOR,
        field=item.name,
    )


def _absent_constraints(table: Table) -> Found:
    """The constraints of fields that have no column, and need none."""
    for item in table.absent_fields():
        unique = ["unique"] if item.constraints.get("unique") else []
        for name in [*in_force(item), *unique]:
            yield untested("constraint", f"{item.name}: {name}", table.resource.name)


# What rows tell


@dataclass(frozen=True, slots=True)
class Seen:
    """What is kept of rows: their number, how many cells of each field hold a value, and the
    indexes of those that fail each test.
    """

    rows: int
    present: dict[str, int]
    failed: dict[tuple[str, str], pl.Series]


def see(frame: pl.DataFrame, tests: Tests) -> Seen:
    """Put rows to the tests."""
    present = {series.name: series.count() for series in frame}
    return Seen(frame.height, present, _failed_rows(frame, tests))


_NO_ROWS = pl.Series([], dtype=pl.UInt32)


def _failed_rows(table: pl.DataFrame, tests: Tests) -> dict[tuple[str, str], pl.Series]:
    """The indexes of the rows that fail each test, by Pandera's verdict."""
    answers = _answers_if_failed(table, tests) if table.height and tests else None
    if answers is None:
        return dict.fromkeys(tests, _NO_ROWS)
    return {
        key: (~answer).fill_null(value=False).arg_true()
        for key, answer in zip(tests, answers, strict=True)
    }


def _answers_if_failed(table: pl.DataFrame, tests: Tests) -> pl.DataFrame | None:
    """A column of truth values for each test, where Pandera says that one fails; else None.

    One check that answers with many columns costs Pandera as much as a single narrow one, and
    Polars evaluates its expressions together. Always eager: Pandera lets bad data in a LazyFrame
    pass.
    """
    # Not at the top: a package without constraints need not wait for it.
    import pandera.polars as pa
    from pandera.errors import SchemaErrors

    # By position, because to Polars a field called `*` means all fields.
    frame = pl.DataFrame([series.alias(str(index)) for index, series in enumerate(table)])
    expressions = [
        test(pl.col(str(table.get_column_index(field)))).alias(str(number))
        for number, ((field, _), test) in enumerate(tests.items())
    ]
    kept: list[pl.DataFrame] = []

    def answers(data: Any) -> pl.LazyFrame:
        kept.append(data.lazyframe.select(expressions).collect())
        return kept[-1].lazy()

    try:
        # Pandera need not gather what fails: the answers tell.
        check = pa.Check(answers, name="constraints", n_failure_cases=1)
        compile_schema(frame.schema, check).validate(frame, lazy=True)
    except SchemaErrors:
        if not kept:  # it never came to the check
            raise
        return kept[-1]
    return None


def compile_schema(columns: pl.Schema, check: "pa.Check") -> "pa.DataFrameSchema":
    """The Pandera schema of a frame with these columns, and one check of them all."""
    import pandera.polars as pa

    return pa.DataFrameSchema(
        {
            # `required` is a constraint, so that it has a ledger row of its own.
            # Pandera does not know Int128; the columns' types were given by the reader anyway.
            name: pa.Column(None if dtype == pl.Int128 else dtype, nullable=True)
            for name, dtype in columns.items()
        },
        checks=[check],
    )


# What follows from it


def _concluded(table: Table, seen: Seen) -> Iterator[Outcome]:
    """An outcome for each constraint that was tested, here or while the cells were read."""
    for item in table.fields():
        present = seen.present[item.name]
        for name in (name for field, name in seen.failed if field == item.name):
            rows = seen.failed[item.name, name]
            if name != "required":
                yield _outcome(table, item, name, "pandera", present, rows)
                continue
            # A cell that could not be read is there, and a fault of its type.
            unread = table.unread.get(item.name, _NO_ROWS)
            missing = rows.filter(~rows.is_in(unread.implode()))
            yield _outcome(table, item, name, "pandera", seen.rows, missing)
        for name, rows in table.delegated.get(item.name, {}).items():
            yield _outcome(table, item, name, "frictionless", present, rows)


def _outcome(
    table: Table, item: Field, name: str, engine: str, tested: int, rows: pl.Series
) -> Outcome:
    words = CONSTRAINTS[name].words
    assert words is not None  # noqa: S101 - what is tested has words
    wanted = item.categories if name == "categories" else item.constraints[name]
    column = table.frame.get_column(item.name)

    def say(row: int) -> Finding:
        cell = None if column[row] is None else cell_text(column[row])
        message, hint = words(wanted, cell or "", item)
        return table.finding(name, row, item.name, cell, message, hint)

    label = "enum and categories" if name == "enum" and repeats_enum(item) else name
    return Outcome(
        "constraint",
        f"{item.name}: {label}",
        table.resource.name,
        tested,
        rows,
        say,
        engine=engine,
    )


KIND = Kind(15, of_table=check_constraints)
