"""Published figures that changed: what they were before, in which version they changed, and why.

A row of the table `revisions` is a figure's key, the version that changed or withdrew the figure,
what the version before published (`previous_value` for `value`, and so on), a reason and a note.
With it, the figures of each version follow from today's: a figure's state in a version is the
`previous` one of its first later revision, or else what it is now; and a figure has been there from
the version in its field `since` on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl
from semver import Version

from mtopendata.errors import MtopendataError
from mtopendata.figures import check_figures, is_figures
from mtopendata.package import DESCRIPTOR
from mtopendata.report import Check, Finding, Report
from mtopendata.table_changes import comparable
from mtopendata.tables import Options, Table
from mtopendata.versions import read_version

PREVIOUS = "previous_"
"""With this the field of a revision begins that holds what the figure's field held before."""
SINCE = "since"
"""The figures' field for the version in which a figure was first published."""

FIGURE, REVISION = "figure\0", "revision\0"
"""Columns of states: the index of the figure or the revision that a state was taken from. No field
of a table can be called that.
"""
_RANK, _PLACE = "rank\0", "place\0"


def is_revisions(tables: Mapping[str, Table]) -> bool:
    """Whether a package has figures with a key, and revisions of them."""
    figures, revisions = tables.get("figures"), tables.get("revisions")
    if figures is None or revisions is None or not is_figures(figures):
        return False
    key = figure_key(figures)
    return bool(
        key
        and revisions.has(key)
        and revisions.is_typed(["version"], pl.String)
        and any(name.startswith(PREVIOUS) for name in revisions.frame.columns)
    )


def figure_key(figures: Table) -> tuple[str, ...]:
    """The primary key of the figures, of which the data have each field; empty without one."""
    schema = figures.resource.schema
    return schema.primary_key if schema and figures.has(schema.primary_key) else ()


def restored_fields(figures: pl.DataFrame, revisions: pl.DataFrame | None) -> list[str]:
    """The fields of figures whose earlier cells can be known."""
    if revisions is None:
        return figures.columns
    return [name for name in figures.columns if PREVIOUS + name in revisions.columns]


# Reading back


def published_figures(tables: Mapping[str, Table], current: object, version: str) -> pl.DataFrame:
    """The figures as `version` published them. `current` is the package's own version.

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
    found = figures_as_of(figures.frame, revisions.frame, figure_key(figures), wanted)
    if found.is_empty():
        raise MtopendataError(version, "published no figures", "name a later version")
    return found


def figures_as_of(
    figures: pl.DataFrame, revisions: pl.DataFrame, key: Sequence[str], version: Version
) -> pl.DataFrame:
    """The figures as `version` published them: those still published in today's order, and then
    those withdrawn since. The revisions must have passed `check_revisions`.
    """
    states = states_as_of(figures.with_row_index(FIGURE), revisions, key, version)
    return states.drop(FIGURE, REVISION)


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
        fields = restored_fields(figures, revisions)
        ranks = ranks_of([revisions.get_column("version")], [version])
        first = (
            revisions.with_row_index(REVISION)
            .with_columns(ranked("version", ranks).alias(_RANK))
            .filter(pl.col(_RANK) > ranks[str(version)])
            .sort(_RANK, maintain_order=True)
            .unique(key, keep="first", maintain_order=True)
        )
        before = first.select(
            *key, *(pl.col(PREVIOUS + name).alias(name) for name in fields),
            pl.lit(None, pl.UInt32).alias(FIGURE), REVISION,
        )  # fmt: skip
        states = _stacked(now, before, key)
    if SINCE in states.columns:
        ranks = ranks_of([states.get_column(SINCE)], [version])
        states = states.filter(
            ranked(SINCE, ranks).fill_null(0) <= ranks[str(version)]
        )  # fmt: skip
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


def ranks_of(columns: Sequence[pl.Series], others: Sequence[Version]) -> dict[str, int]:
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


# Within a package


def check_revisions(
    tables: Mapping[str, Table], version: object, report: Report, options: Options
) -> None:
    """Test that the revisions can be true of each other and of the figures as they are now.

    `version` is the package's. `is_revisions` must be true, and the keys of both tables must hold.
    """
    figures, revisions = tables["figures"], tables["revisions"]
    key = figure_key(figures)
    for name in figures.frame.columns:
        if name not in key and PREVIOUS + name not in revisions.frame.columns:
            report.add(
                Finding(
                    "revision", "error",
                    f"there is no field {PREVIOUS + name!r}, so that a change of {name!r} is lost",
                    "add the field, with the type that it has in figures", "revisions", DESCRIPTOR,
                )
            )  # fmt: skip
    _check_versions(figures, revisions, version, report, options)
    _check_chains(figures, revisions, key, report, options)
    _check_previous(revisions, report, options)


def _check_versions(
    figures: Table, revisions: Table, version: object, report: Report, options: Options
) -> None:
    """No revision and no figure is of a version that is yet to come."""
    current = read_version(version)
    pairs = [(revisions, "version")] + ([(figures, SINCE)] if figures.has([SINCE]) else [])
    for table, name in pairs:
        column = table.frame.get_column(name)
        if current is None:
            late = pl.repeat(value=True, n=len(column), dtype=pl.Boolean, eager=True)
        else:
            ranks = ranks_of([column], [current])
            late = table.frame.select(
                (ranked(name, ranks) > ranks[str(current)]).fill_null(value=True)
            ).to_series()
        late &= column.is_not_null()
        rows = late.arg_true()
        findings = [
            table.finding(
                "revision" if table is revisions else "since", row, name, column[row],
                f"{column[row]!r} is no version up to that of the package, {version!r}",
                "write a version such as 1.0.1, and give the package that version or a later one",
            )
            for row in rows.head(options.limit)
        ]  # fmt: skip
        label = f"{table.resource.name}.{name} is not after the package's version"
        _record(table, label, len(column) - column.null_count(), len(rows), findings, report)


def _check_chains(
    figures: Table, revisions: Table, key: Sequence[str], report: Report, options: Options
) -> None:
    """Each revision of a figure leads to another state of it, which is the next revision's previous
    one or today's.
    """
    fields = restored_fields(figures.frame, revisions.frame)
    known = [revisions.frame.get_column("version")]
    if SINCE in fields:
        known += [figures.frame.get_column(SINCE), revisions.frame.get_column(PREVIOUS + SINCE)]
    ranks = ranks_of(known, [])
    end = len(ranks) + 1
    before = revisions.frame.with_row_index(REVISION).select(
        *key, *(pl.col(PREVIOUS + name).alias(name) for name in fields), REVISION,
        ranked("version", ranks).alias(_RANK),
    ).drop_nulls(_RANK)  # fmt: skip
    # A figure that was never revised has nothing to be compared with.
    now = figures.frame.select(*key, *fields).join(before, on=key, how="semi", nulls_equal=True)
    pairs = [comparable(now.get_column(name), before.get_column(name)) for name in (*key, *fields)]
    before = before.with_columns(there for _, there in pairs)
    now = pl.DataFrame([here for here, _ in pairs]).with_columns(
        pl.lit(None, pl.UInt32).alias(REVISION), pl.lit(end, pl.Int64).alias(_RANK)
    )
    states = pl.concat([before, now.select(before.columns)]).sort([*key, _RANK])
    following = states.shift(-1)
    same_figure = [states[name].eq_missing(following[name]) for name in key]
    same_cells = [states[name].eq_missing(following[name]) for name in fields]
    frame = states.select(REVISION).with_columns(
        followed=pl.DataFrame(same_figure).select(pl.all_horizontal(pl.all())).to_series(),
        same=pl.DataFrame(same_cells).select(pl.all_horizontal(pl.all())).to_series(),
        changed=states[_RANK],
    )
    revised = frame.filter(pl.col(REVISION).is_not_null())
    idle = revised.filter(pl.col("followed") & pl.col("same")).get_column(REVISION).sort()
    findings = [
        revisions.finding(
            "revision", row, "version", revisions.frame["version"][row],
            "the revision changes nothing: its previous figure is what the figure was afterwards",
            "remove the row, or correct what the figure was or is",
        )
        for row in idle.head(options.limit)
    ]  # fmt: skip
    _record(
        revisions, "each revision changes its figure", revised.height, len(idle), findings, report
    )
    if SINCE not in fields:
        return
    dated = frame.with_columns(
        since=states.select(ranked(SINCE, ranks)).to_series(),
        next=following.select(ranked(SINCE, ranks)).to_series(),
    ).filter(pl.col(REVISION).is_not_null())
    wrong = dated.filter(
        (pl.col("since") >= pl.col("changed"))
        # What was withdrawn may come back, but only later.
        | (
            pl.col("followed")
            & (pl.col("next") != pl.col("since"))
            & (pl.col("next") <= pl.col("changed"))
        )
    )
    wrong_rows = wrong.get_column(REVISION).sort()
    findings = [
        revisions.finding(
            "since", row, PREVIOUS + SINCE, revisions.frame[PREVIOUS + SINCE][row],
            "a figure is published before it is revised, and keeps its 'since' when it changes",
            f"correct {PREVIOUS + SINCE!r} here, or 'since' of the figure",
        )
        for row in wrong_rows.head(options.limit)
    ]  # fmt: skip
    _record(
        revisions, "figures were published before they were revised", dated.height,
        len(wrong_rows), findings, report,
    )  # fmt: skip


def _check_previous(revisions: Table, report: Report, options: Options) -> None:
    """The previous figures hold what every figure must."""
    own = {name: name.removeprefix(PREVIOUS) for name in revisions.frame.columns}
    fields = [name for name in own if name.startswith(PREVIOUS)]
    frame = pl.DataFrame(
        [revisions.frame.get_column(name).alias(own[name]) for name in ("measure", *fields)]
        if revisions.has(["measure"])
        else []
    )
    unread = {own[name]: rows for name, rows in revisions.unread.items() if name in fields}
    previous = Table(revisions.resource, frame, revisions.lines, unread)
    if not is_figures(previous):
        return
    found = Report(report.package)
    check_figures(previous, found, options)
    found.findings = [
        replace(item, field=item.field and PREVIOUS + item.field) for item in found.findings
    ]
    found.checks = [replace(check, name=f"previous: {check.name}") for check in found.checks]
    report.include(found)


def _record(
    table: Table, name: str, tested: int, failed: int, findings: list[Finding], report: Report
) -> None:
    report.record(Check(name, "revision", table.resource.name, "polars", tested, failed), findings)
