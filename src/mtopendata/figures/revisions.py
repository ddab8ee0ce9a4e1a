"""Published figures that changed: what they were before, in which version they changed, and why.

A row of the table `revisions` is a figure's key, the version that changed or withdrew the figure,
what the version before published (`previous_value` for `value`, and so on), a reason and a note.
With it, the figures of each version follow from today's: a figure's state in a version is the
`previous` one of its first later revision, or else what it is now; and a figure has been there from
the version in its field `since` on.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl
from semver import Version

from mtopendata.changes.rows import comparable
from mtopendata.checks.figures import check_figures, is_figures
from mtopendata.ledger.report import Check, Finding, Report
from mtopendata.package.model import DESCRIPTOR
from mtopendata.reading.tables import Options, Table, is_log
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
_RANK, _PLACE = "rank\0", "place\0"


def has_revisions(tables: Mapping[str, Table]) -> bool:
    """Whether a package has figures with a key, and a table that is meant to revise them."""
    figures, revisions = tables.get("figures"), tables.get("revisions")
    return (
        figures is not None
        and revisions is not None
        and is_figures(figures)
        and bool(figure_key(figures))
        and is_log(revisions.resource)
    )


def revision_faults(tables: Mapping[str, Table]) -> list[str]:
    """Why no figure could be read back from the revisions. `has_revisions` must be true."""
    figures, revisions = tables["figures"].frame, tables["revisions"].frame
    key = figure_key(tables["figures"])
    faults = []
    if SINCE not in figures.columns:
        faults.append(f"figures have no field {SINCE!r} for the version that first published them")
    for name in (*key, "version", *(PREVIOUS + name for name in _values(figures, key))):
        field = name.removeprefix(PREVIOUS)
        if name not in revisions.columns:
            faults.append(f"there is no field {name!r}")
        elif not _is_alike(
            figures.schema.get(field, pl.String()), revisions.schema[name], is_key=name in key
        ):
            faults.append(f"the field {name!r} has another type than {field!r} of figures")
    faults += [f"a field of figures is called {name!r}" for name in patterns(figures.columns)]
    texts = [(figures, SINCE), (revisions, "version")]
    faults += [
        f"the field {name!r} is no text, as versions are"
        for frame, name in texts
        if name in frame.columns and frame.schema[name] != pl.String
    ]
    return faults


def is_revisions(tables: Mapping[str, Table]) -> bool:
    """Whether figures can be read back from the revisions."""
    return has_revisions(tables) and not revision_faults(tables)


def patterns(names: Iterable[str]) -> list[str]:
    """The names of fields that to Polars mean several fields."""
    return [name for name in names if name == "*" or name[:1] == "^"]


def _values(figures: pl.DataFrame, key: Sequence[str]) -> list[str]:
    return [name for name in figures.columns if name not in key]


def _is_alike(one: pl.DataType, other: pl.DataType, *, is_key: bool) -> bool:
    """Whether values of two types can be compared exactly; those of a key must have one type."""
    exact = [dtype.is_integer() or dtype.is_decimal() for dtype in (one, other)]
    return one == other or (all(exact) and not is_key)


def figure_key(figures: Table) -> tuple[str, ...]:
    """The primary key of the figures, of which the data have each field; empty without one."""
    schema = figures.resource.schema
    return schema.primary_key if schema and figures.has(schema.primary_key) else ()


def has_since(figures: pl.DataFrame) -> bool:
    """Whether figures say which version first published them."""
    return figures.schema.get(SINCE) == pl.String


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
    ranks = _ranks([revisions.get_column("version")], [version])
    rank = _ranked("version", ranks)
    return revisions.filter(rank > ranks[str(version)]).sort(rank, maintain_order=True)


def is_after(versions: pl.Series, version: Version) -> pl.Series:
    """Whether each is later than `version`; null for what is no version."""
    ranks = _ranks([versions], [version])
    placed = versions.replace_strict(ranks, default=None, return_dtype=pl.Int64)
    return placed > ranks[str(version)]


def _ranks(columns: Sequence[pl.Series], others: Sequence[Version]) -> dict[str, int]:
    """The place of each version among these in ascending order, from 1 on; what is no version has
    none.
    """
    texts = {text for column in columns for text in column.unique() if text is not None}
    versions = {text: version for text in texts if (version := read_version(text))}
    versions |= {str(version): version for version in others}
    order = {version: place for place, version in enumerate(sorted(set(versions.values())), 1)}
    return {text: order[version] for text, version in versions.items()}


def _ranked(name: str, ranks: Mapping[str, int]) -> pl.Expr:
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


def check_revisions(
    tables: Mapping[str, Table], version: object, report: Report, options: Options
) -> None:
    """Test that the revisions can be true of each other and of the figures as they are now.

    `version` is the package's. `has_revisions` must be true, and the keys of both tables must hold.
    """
    figures, revisions = tables["figures"], tables["revisions"]
    key = figure_key(figures)
    if faults := revision_faults(tables):
        report.record(
            Check("revisions fit the figures", "revision", "revisions", "none", 0, 0),
            [
                Finding(
                    "revision", "error", f"no figure can be read back: {fault}",
                    "give revisions the fields of figures, those outside of the key with "
                    f"{PREVIOUS!r} before their names", "revisions", DESCRIPTOR,
                )
                for fault in faults
            ],
        )  # fmt: skip
        return
    if (current := read_version(version)) is None:
        report.record(
            Check("versions of figures", "revision", "revisions", "none", 0, 0),
            [
                Finding(
                    "revision", "error",
                    "the package has no version such as 1.0.0, by which revisions are dated",
                    "declare 'version' as MAJOR.MINOR.PATCH", path=DESCRIPTOR,
                )
            ],
        )  # fmt: skip
    else:
        _check_versions(figures, revisions, current, report, options)
    if revisions.frame.height:
        _check_chains(figures, revisions, key, report, options)
        _check_previous(revisions, report, options)


def _check_versions(
    figures: Table, revisions: Table, current: Version, report: Report, options: Options
) -> None:
    """No revision and no figure is of a version that is yet to come; each version is told once."""
    for table, name in ((revisions, "version"), (figures, SINCE)):
        column = table.frame.get_column(name)
        known = column.drop_nulls().unique(maintain_order=True)
        wrong = [text for text in known if (read_version(text) or _NEVER) > current]
        findings = []
        for text in wrong[: options.limit]:
            rows = (column == text).arg_true()
            many = f" (in {len(rows):,} rows)" if len(rows) > 1 else ""
            is_version = read_version(text) is not None
            findings.append(
                table.finding(
                    "revision" if table is revisions else "since", rows[0], name, text,
                    f"{text!r}{many} is later than the package's version, {current}"
                    if is_version
                    else f"{text!r}{many} is no version",
                    f"set 'version' of the package to {text} or a later one, or correct it here"
                    if is_version
                    else f"write a version up to {current}, the package's own",
                )
            )  # fmt: skip
        label = f"{table.resource.name}.{name} is not after the package's version"
        record_check(table, label, len(known), len(wrong), findings, report)


_NEVER = Version(2**62)
"""Later than any version: what is none has not been published."""


def _check_chains(
    figures: Table, revisions: Table, key: Sequence[str], report: Report, options: Options
) -> None:
    """Each revision of a figure leads to another state of it, which is the next revision's previous
    one or today's.
    """
    fields = _values(figures.frame, key)
    known = [
        revisions.frame.get_column("version"), revisions.frame.get_column(PREVIOUS + SINCE),
        figures.frame.get_column(SINCE),
    ]  # fmt: skip
    ranks = _ranks(known, [])
    end = len(ranks) + 1
    before = revisions.frame.with_row_index(REVISION).select(
        *key, *(pl.col(PREVIOUS + name).alias(name) for name in fields), REVISION,
        _ranked("version", ranks).alias(_RANK),
    ).drop_nulls(_RANK)  # fmt: skip
    # A figure that was never revised has nothing to be compared with.
    now = figures.frame.select(*key, *fields).with_row_index(FIGURE)
    now = now.join(before, on=key, how="semi", nulls_equal=True)
    pairs = [comparable(now.get_column(name), before.get_column(name)) for name in (*key, *fields)]
    none = pl.lit(None, pl.UInt32)
    before = before.with_columns(*(there for _, there in pairs), none.alias(FIGURE))
    now = now.with_columns(
        *(here for here, _ in pairs), none.alias(REVISION), pl.lit(end, pl.Int64).alias(_RANK)
    )
    states = pl.concat([before, now.select(before.columns)]).sort([*key, _RANK])
    following = states.shift(-1)
    same_figure = [states[name].eq_missing(following[name]) for name in key]
    same_cells = [states[name].eq_missing(following[name]) for name in fields]
    frame = states.select(REVISION).with_columns(
        followed=pl.DataFrame(same_figure).select(pl.all_horizontal(pl.all())).to_series(),
        same=pl.DataFrame(same_cells).select(pl.all_horizontal(pl.all())).to_series(),
        changed=states[_RANK],
        next_changed=following[_RANK],
    )
    revised = frame.filter(pl.col(REVISION).is_not_null())
    idle = revised.filter(pl.col("followed") & pl.col("same")).get_column(REVISION).sort()
    findings = [
        revisions.finding(
            "revision", row, "version", revisions.frame["version"][row],
            "the revision changes nothing: its previous figure is what the figure was afterwards",
            "if the figure was withdrawn and is back, write the version in which it came back into "
            "its 'since'; else correct what it was or is, or leave out the row",
        )
        for row in idle.head(options.limit)
    ]  # fmt: skip
    record_check(
        revisions, "each revision changes its figure", revised.height, len(idle), findings, report
    )
    twice = revised.filter("followed", pl.col("changed") == pl.col("next_changed"))
    rows = twice.get_column(REVISION).sort()
    findings = [
        revisions.finding(
            "revision", row, "version", revisions.frame["version"][row],
            "the figure has two revisions of this version", "keep one: a version changes it once",
        )
        for row in rows.head(options.limit)
    ]  # fmt: skip
    record_check(
        revisions, "one revision of a figure a version", revised.height, len(rows), findings, report
    )
    since, next_ = pl.col("since"), pl.col("next")
    dated = frame.with_columns(
        since=states.select(_ranked(SINCE, ranks)).to_series(),
        next=following.select(_ranked(SINCE, ranks)).to_series(),
        next_figure=following[FIGURE],
        next_revision=following[REVISION],
    ).filter(pl.col(REVISION).is_not_null())
    early = dated.filter(since >= pl.col("changed")).get_column(REVISION).sort()
    # What was withdrawn may come back, but only later.
    moved = dated.filter(
        pl.col("followed"), since < pl.col("changed"), next_ != since, next_ <= pl.col("changed")
    ).sort(REVISION)
    findings = [
        revisions.finding(
            "since", row, "version", revisions.frame["version"][row],
            f"a figure first published in {revisions.frame[PREVIOUS + SINCE][row]} cannot have "
            f"changed in {revisions.frame['version'][row]}",
            "write the version in which it changed, or what its 'since' was",
        )
        for row in early.head(options.limit)
    ]  # fmt: skip
    for before_, figure, revision in moved.head(options.limit).select(
        REVISION, "next_figure", "next_revision"
    ).iter_rows():  # fmt: skip
        table, row, name = (
            (revisions, revision, PREVIOUS + SINCE) if figure is None else (figures, figure, SINCE)
        )
        was = revisions.frame[PREVIOUS + SINCE][before_]
        findings.append(
            table.finding(
                "since", row, name, table.frame[name][row],
                f"a figure keeps its 'since' when it changes, which was {was}",
                f"restore {was}; only a figure that was withdrawn begins anew, in a later version",
            )
        )  # fmt: skip
    record_check(
        revisions, "figures were published before they were revised", dated.height,
        len(early) + len(moved), findings, report,
    )  # fmt: skip


def _check_previous(revisions: Table, report: Report, options: Options) -> None:
    """The previous figures hold what every figure must."""
    own = {name: name.removeprefix(PREVIOUS) for name in revisions.frame.columns}
    fields = [name for name in own if name.startswith(PREVIOUS) and own[name] != "measure"]
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


def record_check(
    table: Table, name: str, tested: int, failed: int, findings: list[Finding], report: Report
) -> None:
    """Record a check of revisions with its findings."""
    report.record(Check(name, "revision", table.resource.name, "polars", tested, failed), findings)
