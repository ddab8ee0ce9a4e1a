"""Published figures that changed: what they were before, in which version they changed, and why.

A row of the table `revisions` is a figure's key, the version that changed or withdrew the figure,
what the version before published (`previous_value` for `value`, and so on), a reason and a note.
With it, the figures of each version follow from today's: a figure's state in a version is the
`previous` one of its first later revision, or else what it is now; and a figure has been there from
the version in its field `since` on.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl
from semver import Version

from mtopendata.figures.tables import FIGURE_COLUMNS, is_log
from mtopendata.reading.queries import comparable
from mtopendata.reading.tables import Columns, Table
from mtopendata.values.errors import MtopendataError
from mtopendata.values.versions import read_version

PREVIOUS = "previous_"
"""With this the field of a revision begins that holds what the figure's field held before."""
SINCE = "since"
"""The figures' field for the version in which a figure was first published."""

FIGURE, REVISION = "figure\0", "revision\0"
"""Columns of states: the index of the figure or the revision that a state was taken from. No field
of a table can be called that.
"""
RANK, _PLACE = "rank\0", "place\0"


def has_revisions(tables: Mapping[str, Columns]) -> bool:
    """Whether a package has figures with a key, and a table that is meant to revise them."""
    figures, revisions = tables.get("figures"), tables.get("revisions")
    return (
        figures is not None
        and revisions is not None
        and FIGURE_COLUMNS.is_met(figures)
        and bool(figure_key(figures))
        and is_log(revisions.resource)
    )


def revision_faults(tables: Mapping[str, Columns]) -> list[str]:
    """Why no figure could be read back from the revisions. `has_revisions` must be true."""
    figures, revisions = tables["figures"].schema, tables["revisions"].schema
    key = figure_key(tables["figures"])
    faults = []
    if SINCE not in figures:
        faults.append(f"figures have no field {SINCE!r} for the version that first published them")
    for name in (*key, "version", *(PREVIOUS + name for name in value_fields(figures, key))):
        field = name.removeprefix(PREVIOUS)
        if name not in revisions:
            faults.append(f"there is no field {name!r}")
        elif not _is_alike(figures.get(field, pl.String()), revisions[name], is_key=name in key):
            faults.append(f"the field {name!r} has another type than {field!r} of figures")
    faults += [f"a field of figures is called {name!r}" for name in patterns(figures)]
    texts = [(figures, SINCE), (revisions, "version")]
    faults += [
        f"the field {name!r} is no text, as versions are"
        for schema, name in texts
        if name in schema and schema[name] != pl.String
    ]
    return faults


def is_revisions(tables: Mapping[str, Columns]) -> bool:
    """Whether figures can be read back from the revisions."""
    return has_revisions(tables) and not revision_faults(tables)


def patterns(names: Iterable[str]) -> list[str]:
    """The names of fields that to Polars mean several fields."""
    return [name for name in names if name == "*" or name[:1] == "^"]


def value_fields(figures: Iterable[str], key: Sequence[str]) -> list[str]:
    return [name for name in figures if name not in key]


def _is_alike(one: pl.DataType, other: pl.DataType, *, is_key: bool) -> bool:
    """Whether values of two types can be compared exactly; those of a key must have one type."""
    exact = [dtype.is_integer() or dtype.is_decimal() for dtype in (one, other)]
    return one == other or (all(exact) and not is_key)


def figure_key(figures: Columns) -> tuple[str, ...]:
    """The primary key of the figures, of which the data have each field; empty without one."""
    schema = figures.resource.schema
    return schema.primary_key if schema and figures.has(schema.primary_key) else ()


def has_since(figures: pl.DataFrame) -> bool:
    """Whether figures say which version first published them."""
    return figures.schema.get(SINCE) == pl.String


def revisions_of(
    figure: Mapping[str, Any], key: Sequence[str], tables: Mapping[str, Table]
) -> list[Mapping[str, Any]]:
    """The revisions of one figure, as their table has them; none where it cannot be used."""
    if not is_revisions(tables):
        return []
    rows = tables["revisions"].frame.iter_rows(named=True)
    return [row for row in rows if all(row[name] == figure[name] for name in key)]


# Reading back


def published_figures(tables: Mapping[str, Table], current: object, version: str) -> pl.DataFrame:
    """The figures as `version` published them: those still published in today's order, and then
    those withdrawn since. `current` is the package's own version. The revisions must have passed
    `check_revisions`.

    MtopendataError: the package has no revisions, or `version` is none that it can read back.
    """
    wanted, newest = read_version(version), read_version(current)
    if not is_revisions(tables):
        raise MtopendataError(
            "revisions", "there is no such table, or it does not fit the figures",
            "load the earlier version itself",
        )  # fmt: skip
    if wanted is None or newest is None or wanted > newest:
        raise MtopendataError(
            version, f"is no version up to that of the package, {current}", "name an earlier one"
        )
    figures, revisions = tables["figures"], tables["revisions"]
    now = figures.frame.with_row_index(FIGURE)
    found = states_as_of(now, revisions.frame, figure_key(figures), wanted)
    if found.is_empty():
        raise MtopendataError(version, "published no figures", "name a later version")
    return found.drop(FIGURE, REVISION)


def states_as_of(
    figures: pl.DataFrame, revisions: pl.DataFrame | None, key: Sequence[str], version: Version
) -> pl.DataFrame:
    """The figures of a version, each with the index of the figure or the revision it stands in. Of
    `figures`, which bear their index, those may be left out that have always been what they are.
    """
    now = figures.with_columns(pl.lit(None, pl.UInt32).alias(REVISION))
    if revisions is None or not revisions.height:
        states = now
    else:
        fields = [name for name in figures.columns if PREVIOUS + name in revisions.columns]
        fields = [name for name in fields if name not in key]
        later = later_revisions(revisions.with_row_index(REVISION), version)
        first = later.unique(key, keep="first", maintain_order=True)
        before = first.select(
            *key, *(pl.col(PREVIOUS + name).alias(name) for name in fields),
            pl.lit(None, pl.UInt32).alias(FIGURE), REVISION,
        )  # fmt: skip
        states = _stacked(now, before, key)
    if has_since(states):
        states = states.filter(~is_after(states.get_column(SINCE), version).fill_null(value=False))
    return states


def _stacked(now: pl.DataFrame, before: pl.DataFrame, key: Sequence[str]) -> pl.DataFrame:
    """Earlier states in the place of today's, and behind those the ones that have none."""
    pairs = [comparable(now[name], before[name]) for name in before.columns]
    now = now.with_columns(here for here, _ in pairs).with_row_index(_PLACE)
    before = before.with_columns(there for _, there in pairs).join(
        now.select(*key, _PLACE), on=key, how="left", nulls_equal=True, maintain_order="left"
    )
    kept = now.join(before, on=key, how="anti", nulls_equal=True)
    before = before.with_columns(pl.col(_PLACE).fill_null(now.height))
    states = pl.concat([kept, before], how="diagonal")
    return states.sort(_PLACE, maintain_order=True).drop(_PLACE)


def later_revisions(revisions: pl.DataFrame, version: Version) -> pl.DataFrame:
    """The revisions of versions after `version`, by ascending version."""
    ranks = version_ranks([revisions.get_column("version")], [version])
    rank = ranked("version", ranks)
    return revisions.filter(rank > ranks[str(version)]).sort(rank, maintain_order=True)


def is_after(versions: pl.Series, version: Version) -> pl.Series:
    """Whether each is later than `version`; null for what is no version."""
    ranks = version_ranks([versions], [version])
    placed = versions.replace_strict(ranks, default=None, return_dtype=pl.Int64)
    return placed > ranks[str(version)]


def version_ranks(columns: Sequence[pl.Series], others: Sequence[Version]) -> dict[str, int]:
    """The place of each version among these in ascending order, from 1 on; what is no version has
    none.
    """
    texts = {text for column in columns for text in column.unique() if text is not None}
    versions = {text: version for text in texts if (version := read_version(text))}
    versions |= {str(version): version for version in others}
    order = {version: place for place, version in enumerate(sorted(set(versions.values())), 1)}
    return {text: order[version] for text, version in versions.items()}


def ranked(name: str, ranks: Mapping[str, int]) -> pl.Expr:
    return pl.col(name).replace_strict(ranks, default=None, return_dtype=pl.Int64)


def reasons(
    tables: Mapping[str, Table], version: Version | None, keys: Sequence[tuple[Any, ...]]
) -> dict[tuple[Any, ...], tuple[str | None, str | None]]:
    """The reason and the note of the last revision after `version`, for each of the figures with
    these keys that has one.
    """
    if version is None or not is_revisions(tables):
        return {}
    key = figure_key(tables["figures"])
    wanted = set(keys)
    found = {}
    for row in later_revisions(tables["revisions"].frame, version).iter_rows(named=True):
        if (figure := tuple(row[name] for name in key)) in wanted:
            found[figure] = (row.get("reason"), row.get("note"))
    return found


# Within a package
