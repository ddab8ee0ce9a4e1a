"""The declared constraints but keys, by Pandera's verdict.

Each constraint is an expression that turns a field's column into truth values. Pandera asks for all
of a block's at once, and its verdict on them decides; the truth values tell which rows fail. A null
cell is tested by `required` alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from importlib import import_module
from threading import Thread
from typing import Any

import polars as pl

from mtopendata.checks.kind import Kind, Known
from mtopendata.ledger.outcome import Found, Outcome, untested
from mtopendata.ledger.report import Finding
from mtopendata.package.constraint import Test, UnusableConstraintError
from mtopendata.package.constraints import CONSTRAINTS, in_force, repeats_enum
from mtopendata.package.model import DESCRIPTOR, Field
from mtopendata.package.texts import parse_texts
from mtopendata.reading.folds import NO_FAILURES, Failures, failures
from mtopendata.reading.frictionless_values import is_left_out
from mtopendata.reading.tables import Block, Columns, Place, Table
from mtopendata.reading.whole_tables import concluded
from mtopendata.values.cells import cell_text
from mtopendata.values.pyspark_imports import ignore_pyspark_warnings

Tests = dict[tuple[str, str], Test]
"""What is asked of a table's columns, by field and constraint."""
Failed = dict[tuple[str, str], Failures]
"""What fails, by field and constraint."""
Failing = tuple[tuple[bool, ...], dict[tuple[str, str], pl.Series], dict[tuple[str, str], str]]
"""Whether each test holds in a block; by field and constraint, the indexes of all rows that fail;
and why one has no answer.
"""


@dataclass(frozen=True, slots=True)
class Answered:
    """What is kept of blocks: the number of their rows, how many cells of each field hold a value,
    which rows fail a constraint, and why one that is tested while cells are read cannot be. `holds`
    says, by block and test, whether no row failed.
    """

    rows: int
    present: Mapping[str, int]
    failed: Failed
    unusable: Mapping[tuple[str, str], str] = field(default_factory=dict)
    holds: tuple[tuple[bool, ...], ...] = ()


class ConstraintFold:
    """Every declared constraint of a table: an outcome for each, of which rows failed.

    A constraint whose own value is none, such as a pattern that is no regular expression, is an
    error in the descriptor and tests nothing.
    """

    def __init__(self, columns: Columns, limit: int) -> None:
        self.table = columns
        self.limit = limit
        self.faults: list[Finding] = []
        self._fields = list(columns.fields())
        self._left = {item.name: _left_to_test(columns, item) for item in self._fields}
        self._by_types: dict[tuple[pl.DataType, ...], Tests] = {}
        self._listed = [name for name, left in self._left.items() if "enum" in left]
        self._tested: dict[str, list[str]] = {}
        self._usual = self._tests(columns.schema, self.faults)
        for name, constraint in self._usual:
            self._tested.setdefault(name, []).append(constraint)

    def __reduce__(self) -> tuple[Any, ...]:
        """On another machine tests are made anew: not all can be carried."""
        return ConstraintFold, (self.table, self.limit)

    # What is asked

    @property
    def tests_any(self) -> bool:
        """Whether there is a constraint to be tested."""
        return bool(self._tested)

    def _tests(self, schema: Mapping[str, pl.DataType], faults: list[Finding]) -> Tests:
        """The tests of columns of these types, and what is wrong with constraints and examples."""
        tests: Tests = {}
        for item in self._fields:
            faults += _example_faults(self.table, item)
            unusable = dict(self.table.unusable.get(item.name, {}))
            for name, value in self._left[item.name].items():
                make = CONSTRAINTS[name].test
                try:
                    if make:
                        tests[item.name, name] = make(value, item, schema[item.name])
                except UnusableConstraintError as error:
                    unusable[name] = str(error)
            faults += [
                _unusable_constraints(self.table, item, name, why) for name, why in unusable.items()
            ]
        return tests

    def _tests_of(self, frame: pl.DataFrame) -> Tests:
        """The tests of a block's columns: numbers are whole in one and decimals in another, which
        matters where they are looked up in a list.
        """
        types = tuple(frame.schema[name] for name in self._listed)
        if types == tuple(self.table.schema[name] for name in self._listed):
            return self._usual
        if types not in self._by_types:
            self._by_types[types] = self._tests(frame.schema, [])
        return self._by_types[types]

    # What blocks tell

    def see(self, block: Block) -> Answered:
        """Put a block to the tests."""
        frame = block.fitting()
        holds, failing, undecided = self.failing(block)
        failed: Failed = {
            (name, constraint): self._failures(block, name, rows)
            for (name, constraint), rows in failing.items()
        }
        unusable = undecided | {
            (name, constraint): why
            for name, reasons in block.unusable.items()
            for constraint, why in reasons.items()
            if constraint not in self.table.unusable.get(name, {})
        }
        present = {series.name: series.count() for series in frame}
        count = frame.height - (0 if block.misfits is None else int(block.misfits.sum()))
        return Answered(count, present, failed, unusable, (holds,) if holds else ())

    def failing(self, block: Block) -> Failing:
        """Whether each test holds in a block, and the indexes of the rows that fail one."""
        return block.once("constraints", self._failing)

    def _failing(self, block: Block) -> Failing:
        failing = {}
        frame = block.fitting()
        tests = self._tests_of(frame)
        holds: tuple[bool, ...] = ()
        undecided: dict[tuple[str, str], str] = {}
        if frame.height and tests:
            tests, told, undecided = _answers_and_refusals(frame, tests)
            undecided |= self._undecided(frame, tests, told)
            holds = told.select(pl.all().all()).row(0) if tests else ()
            for (name, constraint), answer, is_held in zip(tests, told, holds, strict=True):
                if is_held:
                    continue
                wrong = (~answer).fill_null(value=False)
                if constraint == "required":  # a cell that did not parse is a fault of its type
                    wrong &= ~block.is_unread([name])
                if wrong.any():
                    failing[name, constraint] = wrong.arg_true()
        for name, delegated in block.delegated.items():
            for constraint, rows in delegated.items():
                failing[name, constraint] = rows.filter(block.of_fitting(rows))
        return holds, failing, undecided

    def _undecided(
        self, frame: pl.DataFrame, tests: Tests, told: pl.DataFrame
    ) -> dict[tuple[str, str], str]:
        """Why constraints cannot be tested that have no answer for a cell with a value."""
        by_name = {item.name: item for item in self._fields}
        return {
            (name, constraint): CONSTRAINTS[constraint].undecided(
                by_name[name].constraints.get(constraint)
            )
            for (name, constraint), answer in zip(tests, told, strict=True)
            if answer.null_count() and answer.null_count() > frame.get_column(name).null_count()
        }

    def _failures(self, block: Block, name: str, rows: pl.Series) -> Failures:
        # By another name, because to Polars a field called `^$` means several.
        first = block.frame.get_column(name).alias("cell").gather(rows.head(self.limit))
        texts = (None if value is None else cell_text(value) for value in first)
        return failures(block, rows, self.limit, texts)

    def merge(self, one: Answered, other: Answered) -> Answered:
        """Add up."""
        failed = dict(one.failed)
        for key, more in other.failed.items():
            failed[key] = failed.get(key, NO_FAILURES).plus(more, self.limit)
        present = {name: count + other.present[name] for name, count in one.present.items()}
        unusable = {**other.unusable, **one.unusable}
        holds = one.holds + other.holds
        return Answered(one.rows + other.rows, present, failed, unusable, holds)

    def conclude(self, kept: Answered) -> Found:
        """The faults of the descriptor, and an outcome for each constraint that was tested.

        They are made when they are asked for, so that Pandera is there by then.
        """
        by_name = {item.name: item for item in self._fields}
        yield from self.faults
        for (name, constraint), why in kept.unusable.items():
            yield _unusable_constraints(self.table, by_name[name], constraint, why)
        yield from _absent_constraints(self.table)
        if kept.holds and all_hold(kept.holds):
            delegated = self.table.delegated
            failed = {key: rows for key, rows in kept.failed.items() if key[0] in delegated}
            kept = replace(kept, failed=failed)
        for item in self._fields:
            yield from self._outcomes(item, kept)

    def _outcomes(self, item: Field, kept: Answered) -> Iterator[Outcome]:
        present = kept.present[item.name]
        for name in self._tested.get(item.name, ()):
            tested = kept.rows if name == "required" else present
            if (item.name, name) not in kept.unusable:
                yield self._outcome(item, name, "pandera", tested, kept)
        for name in self.table.delegated.get(item.name, ()):
            if (item.name, name) not in kept.unusable:
                yield self._outcome(item, name, "frictionless", present, kept)

    def _outcome(self, item: Field, name: str, engine: str, tested: int, kept: Answered) -> Outcome:
        found = kept.failed.get((item.name, name), NO_FAILURES)
        label = "enum and categories" if name == "enum" and repeats_enum(item) else name
        return Outcome(
            "constraint",
            f"{item.name}: {label}",
            self.table.resource.name,
            tested,
            found.listed,
            partial(_not_fulfilled, self.table, item, name),
            engine=engine,
            failures=found.count,
        )


def _not_fulfilled(
    table: Columns, item: Field, name: str, found: tuple[Place, str | None]
) -> Finding:
    place, cell = found
    words = CONSTRAINTS[name].words
    assert words is not None  # noqa: S101 - what is tested has words
    wanted = item.categories if name == "categories" else item.constraints[name]
    message, hint = words(wanted, cell or "", item)
    return table.finding_at(name, place, item.name, cell, message, hint)


def _left_to_test(table: Columns, item: Field) -> dict[str, Any]:
    """The constraints that were not tested while the cells were read, with their values.

    Frictionless, where it reads a table, tests nearly all.
    """
    done = {*table.delegated.get(item.name, ()), *table.unusable.get(item.name, {})}
    return {
        name: value
        for name, value in in_force(item).items()
        if name not in done and (table.resource.is_read_here or is_left_out(item, name))
    }


def _example_faults(table: Columns, item: Field) -> Iterator[Finding]:
    example = item.descriptor.get("example")
    if example is None or isinstance(example, list | dict) or item.name in table.delegated:
        return
    if parse_texts(item, pl.Series([cell_text(example, item.type)])).null_count():
        message = f"the example {cell_text(example)!r} is no {item.type}"
        yield _fault_of_descriptor("example", table, item, message)


def _unusable_constraints(table: Columns, item: Field, name: str, why: str) -> Finding:
    message = f"the constraint {name!r} cannot be tested: {why}"
    return _fault_of_descriptor("constraint", table, item, message)


def _fault_of_descriptor(code: str, table: Columns, item: Field, message: str) -> Finding:
    return Finding(
        code,
        "error",
        message,
        "correct it in the descriptor",
        table.resource.name,
        DESCRIPTOR,
        field=item.name,
    )


def _absent_constraints(table: Columns) -> Found:
    """The constraints of fields that have no column, and need none."""
    for item in table.absent_fields():
        unique = ["unique"] if item.constraints.get("unique") else []
        for name in [*in_force(item), *unique]:
            yield untested("constraint", f"{item.name}: {name}", table.resource.name)


def answers(frame: pl.DataFrame, tests: Tests) -> pl.DataFrame:
    """A column of truth values for each test, in their order: Polars evaluates all together."""
    # By position, because to Polars a field called `*` means all fields.
    by_place = pl.DataFrame([series.alias(str(index)) for index, series in enumerate(frame)])
    places = {name: str(index) for index, name in enumerate(frame.columns)}
    return by_place.select(
        test(pl.col(places[name])).alias(str(number))
        for number, ((name, _), test) in enumerate(tests.items())
    )


def _answers_and_refusals(
    frame: pl.DataFrame, tests: Tests
) -> tuple[Tests, pl.DataFrame, dict[tuple[str, str], str]]:
    """The tests that can be put to these rows, their answers, and why other tests cannot."""
    try:
        return tests, answers(frame, tests), {}
    except UnusableConstraintError:  # which only some values bring to light
        unusable = {}
    for key, test in tests.items():
        try:
            answers(frame, {key: test})
        except UnusableConstraintError as error:
            unusable[key] = str(error).partition("\n")[0]
    tests = {key: test for key, test in tests.items() if key not in unusable}
    return tests, answers(frame, tests), unusable


def all_hold(verdicts: Sequence[Sequence[bool]]) -> bool:
    """Pandera's verdict on what each block answered to each test.

    One check that is given all costs Pandera as much as a single narrow one. Always eager: Pandera
    lets bad data in a LazyFrame pass.
    """
    ignore_pyspark_warnings()
    import pandera.polars as pa
    from pandera.errors import SchemaErrors

    frame = pl.DataFrame({"holds": [holds for block in verdicts for holds in block]})
    # Pandera need not gather what fails: the blocks have kept it.
    check = pa.Check(lambda data: data.lazyframe, name="constraints", n_failure_cases=1)
    try:
        pa.DataFrameSchema(checks=[check]).validate(frame, lazy=True)
    except SchemaErrors:
        return False
    return True


@cache
def _begin_import() -> None:
    """Import Pandera while tables are read, which takes half a second."""
    ignore_pyspark_warnings()
    Thread(target=import_module, args=("pandera.polars",)).start()


def check_constraints(table: Table, limit: int) -> Found:
    """What a ConstraintFold finds of a whole table."""
    found: Found = concluded(ConstraintFold(table, limit), table)
    return found


def constraint_fold(columns: Columns, known: Known) -> ConstraintFold:
    """The fold that tests a table's constraints, for all who ask."""
    fold = known.once("constraints", columns, lambda: ConstraintFold(columns, known.limit))
    if fold.tests_any:
        _begin_import()
    return fold


KIND = Kind(15, of_table=constraint_fold)
