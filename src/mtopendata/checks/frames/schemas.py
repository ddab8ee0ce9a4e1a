"""Table Schema → a Pandera schema that anybody can put a frame to.

A validation asks for all verdicts at once and words each finding itself; here each constraint is a
check of its own, which Pandera's own reports name as the ledger does.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pandera.polars as pa
import polars as pl

from mtopendata.checks.frames.dtypes import Moment, Number, Whole
from mtopendata.package.constraint import Constraint, UnusableConstraintError, named_values
from mtopendata.package.constraints import CONSTRAINTS, in_force, repeats_enum
from mtopendata.package.model import Field, Schema
from mtopendata.package.texts import canonical, is_fast, parse_texts
from mtopendata.package.type import by_frictionless
from mtopendata.package.types import TYPES
from mtopendata.reading.frictionless_values import read_values, unusable_constraints
from mtopendata.reading.header import must_have_column
from mtopendata.values.cells import cell_text

Holds = Callable[[Any], Any]
"""What Pandera calls with a frame and the name of a column; it answers with truth values."""


class UnusableSchemaError(Exception):
    """A field, or a constraint of it, is none that Pandera can test. The message says why."""


def frame_schema(schema: Schema, name: str, title: str | None = None) -> pa.DataFrameSchema:
    """What a schema says of its fields and keys, but for foreign keys.

    UnusableSchemaError: one of them cannot be tested, which must not pass for tested.
    """
    fields = {item.name: item for item in schema.fields}
    keys = {f"unique key ({', '.join(key)})": key for key in schema.unique_keys}
    is_spelt = any(TYPES[fields[name].type].canonical for name in schema.primary_key)
    if is_spelt:  # Pandera knows texts, and not what they mean
        keys[f"primary key ({', '.join(schema.primary_key)}): unique"] = schema.primary_key
    return pa.DataFrameSchema(
        {item.name: _column(item, schema) for item in schema.fields},
        checks=[_unique(name, [fields[part] for part in key]) for name, key in keys.items()],
        # Only for the primary key: to Pandera two nulls are equal, it tests no second key once one
        # has failed, and it leaves out of a key the columns that are not there.
        unique=None if is_spelt else list(schema.primary_key) or None,
        strict=schema.fields_match in ("exact", "equal", "superset"),
        ordered=schema.fields_match == "exact",
        name=name,
        title=title,
    )


def _column(item: Field, schema: Schema) -> pa.Column:
    if item.name == "*" or (item.name.startswith("^") and item.name.endswith("$")):
        raise UnusableSchemaError(f"to Polars the field name {item.name!r} means other fields too")
    must_be_there = must_have_column(item, schema)
    return pa.Column(
        _dtype(item),
        list(_checks(item)),
        nullable=not must_be_there,
        required=must_be_there or schema.fields_match in ("exact", "equal", "subset"),
        title=item.descriptor.get("title"),
        description=item.descriptor.get("description"),
    )


def _dtype(item: Field) -> Any:
    if item.type == "number":
        return Number()
    dtype = _dtype_of_values(item)
    if isinstance(dtype, pl.Datetime):
        return Moment()
    return Whole() if dtype == pl.Int64 else dtype


def _dtype_of_values(item: Field) -> pl.DataType:
    """The type of a column of the field's values, as far as the field tells."""
    if is_fast(item):
        return parse_texts(item, pl.Series([], dtype=pl.String)).dtype
    return pl.String()


# Constraints


def _checks(item: Field) -> Iterator[pa.Check]:
    """The checks of a field's constraints, without `required`, which a column says of itself."""
    if item.constraints.get("unique"):
        yield _unique(f"{item.name}: unique", (item,))
    if TYPES[item.type].reading is by_frictionless:
        return  # its cells stay text, and what is asked is asked of the values that they stand for
    for name, value in in_force(item).items():
        if name == "required":
            continue
        label = "enum and categories" if name == "enum" and repeats_enum(item) else name
        try:
            yield from _checks_of(CONSTRAINTS[name], value, item, f"{item.name}: {label}")
        except UnusableConstraintError as error:
            raise UnusableSchemaError(
                f"the constraint {name!r} of the field {item.name!r} cannot be tested: {error}"
            ) from error


def _checks_of(constraint: Constraint, value: Any, item: Field, label: str) -> Iterator[pa.Check]:
    given = _as_cells(constraint, value, item) if constraint.named(value) else value
    built_in = constraint.built_in(given)
    # Of such a type a text may mean what another one means.
    is_spelt = TYPES[item.type].canonical is not None
    is_listed = built_in is not None and built_in[0] == "isin"
    if built_in is None or is_spelt or (is_listed and not _is_plain_list(given, item)):
        yield pa.Check(_test_of(constraint, value, item), name=label)
        return
    name, arguments = built_in
    # Pandera's report of failure cases gives the name only of a check without words for errors.
    yield getattr(pa.Check, name)(**arguments, name=label, error=None)
    if item.type == "number" and name in ("ge", "gt"):
        # Polars puts NaN above all numbers, so that these two let it pass.
        yield pa.Check(_is_no_nan, name=label)


def _is_plain_list(values: Sequence[Any], item: Field) -> bool:
    """Whether Polars can look for cells of any type that the field's column may have in a list of
    these values. It makes a list Int64, whatever its numbers are later, and takes no Decimal for a
    Float64.
    """
    return item.type != "number" and all(
        not isinstance(value, int) or -(2**63) <= value < 2**63 for value in values
    )


def _as_cells(constraint: Constraint, value: Any, item: Field) -> list[Any]:
    """The values that a constraint names as the cells of the field have them."""
    dtype = _dtype_of_values(item)
    if is_fast(item):
        if constraint.test:
            constraint.test(value, item, dtype)  # raises where it cannot be tested
        return named_values(constraint.named(value), item).to_list()
    if why := unusable_constraints(item).get(constraint.name):
        raise UnusableConstraintError(why)
    texts = [cell_text(part, item.type) for part in constraint.named(value)]
    bare = Field(item.name, item.type, item.format, descriptor=item.descriptor)
    read = read_values(bare, texts)
    if read.unread:
        raise UnusableConstraintError(f"{read.unread[0]!r} is no {item.type}")
    return [read.values[text] for text in texts]


def _test_of(constraint: Constraint, value: Any, item: Field) -> Holds:
    """The test of a validation, made for the type that the frame's column has."""
    make = constraint.test
    assert make is not None  # noqa: S101 - all that is in force and not required has one
    make(value, item, _dtype_of_values(item))  # raises where it cannot be tested

    def holds(data: Any) -> pl.LazyFrame:
        dtype = data.lazyframe.collect_schema()[data.key]
        answer = make(value, item, dtype)(pl.col(data.key))
        told = data.lazyframe.select(
            answer.alias("answer"), pl.col(data.key).is_null().alias("is_null")
        )
        told = told.collect()
        if told["answer"].null_count() > told["is_null"].sum():  # null passes for true with Pandera
            raise UnusableConstraintError(constraint.undecided(value))
        answers: pl.LazyFrame = told.lazy().select("answer")
        return answers

    return holds


def _is_no_nan(data: Any) -> Any:
    if not data.lazyframe.collect_schema()[data.key].is_float():
        return True
    return data.lazyframe.select(pl.col(data.key).is_not_nan())


def _unique(label: str, key: Sequence[Field]) -> pa.Check:
    """Whether no key stands in an earlier row. A null is no part of a key, so that a row with one
    has none; neither has a frame without one of the columns.
    """

    def holds(data: Any) -> Any:
        frame = data.lazyframe.collect()
        if not {item.name for item in key} <= set(frame.columns):
            return True
        columns = pl.DataFrame(
            [
                canonical(item, frame.get_column(item.name).alias(str(index)))
                for index, item in enumerate(key)
            ]
        )
        has_none = pl.any_horizontal(pl.all().is_null())
        is_first = pl.int_range(pl.len()).over(columns.columns) == 0
        return columns.lazy().select(has_none | is_first)

    return pa.Check(holds, name=label)
