"""Published figures that changed: what they were before, in which version they changed, and why.

A row of the table `revisions` is a figure's key, the version that changed or withdrew the figure,
what the version before published (`previous_value` for `value`, and so on), a reason and a note.
With it, the figures of each version follow from today's: a figure's state in a version is the
`previous` one of its first later revision, or else what it is now; and a figure has been there from
the version in its field `since` on.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl
from semver import Version

from mtopendata.errors import MtopendataError
from mtopendata.figures import check_figures, is_figures
from mtopendata.package import DESCRIPTOR
from mtopendata.report import Check, Finding, Report
from mtopendata.rounding import cell_text
from mtopendata.table_changes import (
    TableChanges,
    comparable,
    differing_cells,
    differing_rows,
    match_rows,
)
from mtopendata.tables import Options, Table
from mtopendata.versions import read_version

PREVIOUS = "previous_"
"""With this the field of a revision begins that holds what the figure's field held before."""
SINCE = "since"
"""The figures' field for the version in which a figure was first published."""
REASONS = ("better_source", "recalculation", "method", "correction", "description")
"""Why a figure changes, where the descriptor of a package does not say it otherwise."""

_NOW = "figure"
_BEFORE = "revision"
"""Columns of states: the index of the figure or the revision that a state was taken from."""


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
    states = _states_as_of(figures.with_row_index(_NOW), revisions, key, version)
    return states.drop(_NOW, _BEFORE)


def _states_as_of(
    figures: pl.DataFrame, revisions: pl.DataFrame | None, key: Sequence[str], version: Version
) -> pl.DataFrame:
    """The figures of a version, each with the index of the figure or the revision it stands in. Of
    `figures`, which bear their index, those may be left out that have always been what they are.
    """
    now = figures.with_columns(pl.lit(None, pl.UInt32).alias(_BEFORE))
    if revisions is None or not revisions.height:
        states = now
    else:
        fields = restored_fields(figures, revisions)
        ranks = _ranks([revisions.get_column("version")], [version])
        first = (
            revisions.with_row_index(_BEFORE)
            .with_columns(_rank=_ranked("version", ranks))
            .filter(pl.col("_rank") > ranks[str(version)])
            .sort("_rank", maintain_order=True)
            .unique(key, keep="first", maintain_order=True)
        )
        before = first.select(
            *key, *(pl.col(PREVIOUS + name).alias(name) for name in fields),
            pl.lit(None, pl.UInt32).alias(_NOW), _BEFORE,
        )  # fmt: skip
        states = _stacked(now, before, key)
    if SINCE in states.columns:
        ranks = _ranks([states.get_column(SINCE)], [version])
        states = states.filter(
            _ranked(SINCE, ranks).fill_null(0) <= ranks[str(version)]
        )  # fmt: skip
    return states


def _stacked(now: pl.DataFrame, before: pl.DataFrame, key: Sequence[str]) -> pl.DataFrame:
    """Earlier states in the place of today's, and behind those the ones that have none."""
    columns = []
    for name in before.columns:
        columns.append(comparable(now.get_column(name), before.get_column(name)))
    now = now.with_columns(here for here, _ in columns)
    before = before.with_columns(there for _, there in columns)
    match = match_rows(now, before, key)
    place = pl.Series("_place", range(now.height), dtype=pl.UInt32)
    old, new = match.both or (place, place)
    places = pl.concat(
        [pl.DataFrame({"_row": new, "_place": old}),
         pl.DataFrame({"_row": match.added, "_place": match.added + now.height})],
        how="vertical_relaxed",
    )  # fmt: skip
    earlier = before.with_row_index("_row").join(
        places.with_columns(pl.col("_row").cast(pl.UInt32), pl.col("_place").cast(pl.UInt32)),
        on="_row",
    )  # fmt: skip
    kept = now.with_columns(place).filter(~pl.col("_place").is_in(old.implode()))
    stacked = pl.concat([kept, earlier.drop("_row")], how="diagonal")
    return stacked.sort("_place").select(now.columns)


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


def explanations(
    tables: Mapping[str, Table], version: Version | None, keys: Sequence[tuple[Any, ...]]
) -> dict[tuple[Any, ...], tuple[str | None, str | None]]:
    """The reason and the note of the last revision after `version`, for each of these figures that
    has one.
    """
    if version is None or not is_revisions(tables):
        return {}
    key = figure_key(tables["figures"])
    frame = tables["revisions"].frame
    ranks = _ranks([frame.get_column("version")], [version])
    later = frame.filter(_ranked("version", ranks) > ranks[str(version)]).sort(
        _ranked("version", ranks), maintain_order=True
    )
    wanted = set(keys)
    found = {}
    for row in later.iter_rows(named=True):
        if (figure := tuple(row[name] for name in key)) in wanted:
            found[figure] = (row.get("reason"), row.get("note"))
    return found


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
            ranks = _ranks([column], [current])
            late = table.frame.select(
                (_ranked(name, ranks) > ranks[str(current)]).fill_null(value=True)
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
    ranks = _ranks(known, [])
    end = len(ranks) + 1
    before = revisions.frame.with_row_index(_BEFORE).select(
        *key, *(pl.col(PREVIOUS + name).alias(name) for name in fields), _BEFORE,
        _ranked("version", ranks).alias("_rank"),
    ).drop_nulls("_rank")  # fmt: skip
    # A figure that was never revised has nothing to be compared with.
    now = figures.frame.select(*key, *fields).join(before, on=key, how="semi", nulls_equal=True)
    pairs = [comparable(now.get_column(name), before.get_column(name)) for name in (*key, *fields)]
    before = before.with_columns(there for _, there in pairs)
    now = pl.DataFrame([here for here, _ in pairs]).with_columns(
        pl.lit(None, pl.UInt32).alias(_BEFORE), pl.lit(end, pl.Int64).alias("_rank")
    )
    states = pl.concat([before, now.select(before.columns)]).sort([*key, "_rank"])
    following = states.shift(-1)
    same_figure = [states[name].eq_missing(following[name]) for name in key]
    same_cells = [states[name].eq_missing(following[name]) for name in fields]
    frame = states.select(_BEFORE).with_columns(
        followed=pl.DataFrame(same_figure).select(pl.all_horizontal(pl.all())).to_series(),
        same=pl.DataFrame(same_cells).select(pl.all_horizontal(pl.all())).to_series(),
        changed=states["_rank"],
    )
    revised = frame.filter(pl.col(_BEFORE).is_not_null())
    idle = revised.filter(pl.col("followed") & pl.col("same")).get_column(_BEFORE).sort()
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
        since=states.select(_ranked(SINCE, ranks)).to_series(),
        next=following.select(_ranked(SINCE, ranks)).to_series(),
    ).filter(pl.col(_BEFORE).is_not_null())
    wrong = dated.filter(
        (pl.col("since") >= pl.col("changed"))
        # What was withdrawn may come back, but only later.
        | (
            pl.col("followed")
            & (pl.col("next") != pl.col("since"))
            & (pl.col("next") <= pl.col("changed"))
        )
    )
    wrong_rows = wrong.get_column(_BEFORE).sort()
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


# Against an earlier version


def check_published(
    old: Mapping[str, Table], new: Mapping[str, Table], changes: TableChanges, version: Version,
    next_: str, report: Report, options: Options,
) -> list[str]:  # fmt: skip
    """Test that what `version` published stands, or that a revision explains why it does not.

    Returns the rows to add, as lines of CSV that want a reason and a note. `old` and `new` are the
    tables of both versions, whose figures must have the same key and hold it, and `changes` what
    differs between those; `next_` is the version that rows to add are to bear.
    """
    _check_history(old, new, report, options)
    figures, height = new["figures"], old["figures"].frame.height
    key = figure_key(figures)
    revisions = new["revisions"] if is_revisions(new) else None
    frame = None if revisions is None else revisions.frame
    published, now = _concerned(old["figures"].frame, figures.frame, frame, changes, key, version)
    states = _states_as_of(now, frame, key, version)
    restored = restored_fields(figures.frame, frame)
    fields = [name for name in published.columns if name in restored and name not in key]
    match = match_rows(published, states, key)
    cells = differing_cells(published, states, match, fields)
    changed = differing_rows(cells)
    findings: list[Finding] = []
    to_add = []
    for number in changed.head(options.limit):
        here, there = match.indexes(number)
        names = [name for name, differs in cells.items() if differs[number]]
        state, row = states.row(there, named=True), published.row(here, named=True)
        if state[_BEFORE] is not None and revisions is not None:
            findings.append(_untrue(revisions, state, row, names, version))
        else:
            to_add.append(_row_to_add(row, key, figures, revisions, next_))
            findings.append(
                _unexplained(figures, state, row, names, version, _advice(to_add[-1], revisions))
            )
    gone = published[match.withdrawn].join(
        now.select(*key, _NOW), on=key, how="left", nulls_equal=True, maintain_order="left"
    )
    for row in gone.head(max(0, options.limit - len(findings))).iter_rows(named=True):
        if row[_NOW] is not None:
            findings.append(_dated_forward(figures, row[_NOW], version))
        else:
            to_add.append(_row_to_add(row, key, figures, revisions, next_))
            findings.append(_withdrawn(figures, row, key, version, _advice(to_add[-1], revisions)))
    _record(
        figures, f"figures of {version} stand, or their revisions say why not", height,
        len(changed) + gone.height, findings, report,
    )  # fmt: skip
    _check_new(figures, revisions, states[match.added], changes.added, version, report, options)
    return to_add


def _concerned(
    old: pl.DataFrame, new: pl.DataFrame, revisions: pl.DataFrame | None, changes: TableChanges,
    key: Sequence[str], version: Version,
) -> tuple[pl.DataFrame, pl.DataFrame]:  # fmt: skip
    """The figures of both versions that need looking at: the others are equal, and nothing says
    that they were ever different. The later ones bear their index.
    """
    before, after = changes.match.common(*(_indexes(frame) for frame in (old, new)))
    rows = [pl.concat([before.gather(changes.differing), changes.match.withdrawn])]
    rows += [pl.concat([after.gather(changes.differing), changes.match.added])]
    if SINCE in new.columns:
        ranks = _ranks([new.get_column(SINCE)], [version])
        late = new.select((_ranked(SINCE, ranks) > ranks[str(version)]).arg_true()).to_series()
        both = pl.DataFrame({"old": before, "new": after}).filter(
            pl.col("new").is_in(late.implode())
        )
        rows = [pl.concat([rows[0], both["old"]]), pl.concat([rows[1], late])]
    found = []
    for frame, own in ((old, rows[0]), (new, rows[1])):
        indexed = frame.with_row_index(_NOW)
        wanted = own
        if revisions is not None:
            keys = revisions.select(key).unique()
            revised = indexed.select(_NOW, *key).join(keys, on=key, how="semi", nulls_equal=True)
            wanted = pl.concat([own, revised.get_column(_NOW)])
        found.append(indexed[wanted.unique().sort()])
    return found[0].drop(_NOW), found[1]


def _indexes(frame: pl.DataFrame) -> pl.Series:
    return pl.Series(range(frame.height), dtype=pl.UInt32)


def _check_new(
    figures: Table, revisions: Table | None, extra: pl.DataFrame, new: int, version: Version,
    report: Report, options: Options,
) -> None:  # fmt: skip
    """What is said to have been there in `version` was there. `extra` are the states that it did
    not publish.
    """
    if SINCE not in figures.frame.columns and revisions is None:
        return
    findings: list[Finding] = []
    failed = 0
    for now, before in extra.select(_NOW, _BEFORE).iter_rows():
        if before is not None and revisions is not None:
            finding = revisions.finding(
                "previous", before, "version", revisions.frame["version"][before],
                f"{version} did not publish this figure, so that there was nothing to revise",
                "remove the row, or correct its key",
            )  # fmt: skip
        elif SINCE in figures.frame.columns:
            finding = figures.finding(
                "since", now, SINCE, figures.frame[SINCE][now],
                f"{version} did not publish this figure", "write the version that first has it",
            )  # fmt: skip
        else:
            continue
        failed += 1
        if len(findings) < options.limit:
            findings.append(finding)
    _record(
        figures, f"new figures are new since {version}", max(new, failed), failed, findings,
        report,
    )  # fmt: skip


def _check_history(
    old: Mapping[str, Table], new: Mapping[str, Table], report: Report, options: Options
) -> None:
    """Revisions that were published stand: they are how earlier versions are read back."""
    if "revisions" not in old or not is_revisions(old):
        return
    before = old["revisions"]
    after = new.get("revisions")
    key = [*figure_key(old["figures"]), "version"]
    findings: list[Finding] = []
    failed = before.frame.height
    if after is not None and after.has(key):
        fields = [name for name in before.frame.columns if name in after.frame.columns]
        values = [name for name in fields if name not in key]
        match = match_rows(before.frame, after.frame, key)
        cells = differing_cells(before.frame, after.frame, match, values)
        changed = differing_rows(cells)
        failed = len(changed) + len(match.withdrawn)
        for number in changed.head(options.limit):
            here, there = match.indexes(number)
            name = next(name for name, differs in cells.items() if differs[number])
            was, is_ = before.frame[name][here], after.frame[name][there]
            findings.append(
                after.finding(
                    "rewritten", there, name, _shown(is_),
                    f"the revision was published with {name} {_shown(was)}, not {_shown(is_)}",
                    "restore it: a published revision is never changed",
                )
            )  # fmt: skip
        gone = match.withdrawn
    else:
        gone = pl.Series(range(before.frame.height), dtype=pl.UInt32)
    for here in gone.head(max(0, options.limit - len(findings))):
        row = before.frame.row(here, named=True)
        findings.append(
            Finding(
                "rewritten", "error", f"the revision of {_named(row, key)} is gone",
                f"restore the row: {_csv(row[name] for name in before.frame.columns)}",
                "revisions", (after or before).resource.path,
            )
        )  # fmt: skip
    table = after or before
    _record(table, "published revisions stand", before.frame.height, failed, findings, report)


# Words


def _unexplained(
    figures: Table, state: Mapping[str, Any], row: Mapping[str, Any], names: Sequence[str],
    version: Version, paste: str,
) -> Finding:  # fmt: skip
    first = names[0]
    changes = ", ".join(f"{n} {_shown(row[n])} → {_shown(state[n])}" for n in names)
    cell = state[first]
    return figures.finding(
        "unexplained", state[_NOW], first, None if cell is None else cell_text(cell),
        f"the figure is not what {version} published, and no revision says why: {changes}", paste,
    )  # fmt: skip


def _withdrawn(
    figures: Table, row: Mapping[str, Any], key: Sequence[str], version: Version, paste: str
) -> Finding:
    return Finding(
        "unexplained", "error",
        f"the figure {_named(row, key)} of {version} is gone, and no revision says why", paste,
        figures.resource.name, figures.resource.path,
    )  # fmt: skip


def _dated_forward(figures: Table, row: int, version: Version) -> Finding:
    since = figures.frame[SINCE][row]
    return figures.finding(
        "since", row, SINCE, since, f"{version} published this figure already",
        "restore the version that first had it; only a figure that was withdrawn, with a revision "
        "that says so, can begin anew",
    )  # fmt: skip


def _untrue(
    revisions: Table, state: Mapping[str, Any], row: Mapping[str, Any], names: Sequence[str],
    version: Version,
) -> Finding:  # fmt: skip
    first = names[0]
    said = ", ".join(f"{PREVIOUS}{n} is {_shown(state[n])}, not {_shown(row[n])}" for n in names)
    cell = state[first]
    return revisions.finding(
        "previous", state[_BEFORE], PREVIOUS + first, None if cell is None else cell_text(cell),
        f"{version} published something else: {said}",
        "write what was published, as the earlier version has it",
    )  # fmt: skip


def _row_to_add(
    row: Mapping[str, Any], key: Sequence[str], figures: Table, revisions: Table | None, next_: str
) -> str:
    """The row of revisions for a figure that was published as `row`, but for why it changed."""
    cells: dict[str, Any] = {name: row[name] for name in key} | {"version": next_}
    cells |= {PREVIOUS + name: row.get(name) for name in figures.frame.columns if name not in key}
    cells |= {"reason": None, "note": None}
    return _csv(map(cells.get, revisions.frame.columns if revisions else cells))


def _advice(row: str, revisions: Table | None) -> str:
    if revisions is None:
        return (
            f"undo the change; or add the table 'revisions', and in it the row {row} with a reason "
            f"({', '.join(REASONS)}) and a note"
        )
    schema = revisions.resource.schema
    fields = schema.fields if schema else ()
    enum = next((f.constraints.get("enum") for f in fields if f.name == "reason"), None)
    return (
        f"undo the change; or add to {revisions.resource.path} the row {row} with a reason "
        f"({', '.join(map(str, enum or REASONS))}) and a note"
    )


def _csv(cells: Iterable[Any]) -> str:
    text = io.StringIO()
    written = ["" if value is None else cell_text(value) for value in cells]
    csv.writer(text, lineterminator="").writerow(written)
    return text.getvalue()


def _named(row: Mapping[str, Any], key: Sequence[str]) -> str:
    return ", ".join(_shown(row[name]) for name in key)


def _shown(value: Any) -> str:
    return "(missing)" if value is None else cell_text(value)
