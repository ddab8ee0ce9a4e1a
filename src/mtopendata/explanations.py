"""Whether what an earlier version published stands, or a revision of it says why not."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl
from semver import Version

from mtopendata.report import Check, Finding, Report
from mtopendata.revisions import (
    FIGURE,
    PREVIOUS,
    REVISION,
    SINCE,
    figure_key,
    is_revisions,
    ranked,
    ranks_of,
    restored_fields,
    states_as_of,
)
from mtopendata.rounding import cell_text
from mtopendata.table_changes import (
    TableChanges,
    differing_cells,
    differing_rows,
    match_rows,
)
from mtopendata.tables import Options, Table

REASONS = ("better_source", "recalculation", "method", "correction", "description")
"""Why a figure changes, where the descriptor of a package does not say it otherwise."""

Row = Mapping[str, Any]


def reasons(
    tables: Mapping[str, Table], version: Version | None, keys: Sequence[tuple[Any, ...]]
) -> dict[tuple[Any, ...], tuple[str | None, str | None]]:
    """The reason and the note of the last revision after `version`, for each of the figures with
    these keys that has one.
    """
    if version is None or not is_revisions(tables):
        return {}
    key = figure_key(tables["figures"])
    frame = tables["revisions"].frame
    ranks = ranks_of([frame.get_column("version")], [version])
    rank = ranked("version", ranks)
    later = frame.filter(rank > ranks[str(version)]).sort(rank, maintain_order=True)
    wanted = set(keys)
    found = {}
    for row in later.iter_rows(named=True):
        if (figure := tuple(row[name] for name in key)) in wanted:
            found[figure] = (row.get("reason"), row.get("note"))
    return found


def check_published(
    old: Mapping[str, Table], new: Mapping[str, Table], changes: TableChanges, version: Version,
    next_: str, report: Report, options: Options,
) -> list[str]:  # fmt: skip
    """Test that what `version` published stands, or that a true revision explains why it does not.

    The figures of `version` as they are read back from `new` must be those that it published.
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
    states = states_as_of(now, frame, key, version)
    restored = restored_fields(figures.frame, frame)
    fields = [name for name in published.columns if name in restored and name not in key]
    match = match_rows(published, states, key)
    cells = differing_cells(published, states, match, fields)
    changed = differing_rows(cells)
    _, revised = match.common(published.to_series(), states.get_column(REVISION).is_not_null())
    is_revised = revised.gather(changed)

    def pairs(numbers: pl.Series) -> list[tuple[Row, Row, list[str]]]:
        """What was published, what is said of it, and where the two differ."""
        found: list[tuple[Row, Row, list[str]]] = []
        for number in numbers.head(options.limit):
            here, there = match.indexes(number)
            names = [name for name, differs in cells.items() if differs[number]]
            row, state = published.row(here, named=True), states.row(there, named=True)
            found.append((row, state, names))
        return found

    to_add: list[str] = []

    def advice(row: Row) -> str:
        to_add.append(_row_to_add(row, key, figures, revisions, next_))
        return _advice(to_add[-1], revisions)

    silent = changed.filter(~is_revised)
    gone = published[match.withdrawn].join(
        now.select(*key, FIGURE), on=key, how="left", nulls_equal=True, maintain_order="left"
    )
    findings = [
        _unexplained(figures, row, state, names, version, advice(row))
        for row, state, names in pairs(silent)
    ]
    findings += [
        _withdrawn(figures, row, key, version, advice(row))
        if row[FIGURE] is None
        else _dated_forward(figures, row[FIGURE], version)
        for row in gone.head(options.limit).iter_rows(named=True)
    ]
    _record(
        figures, f"figures of {version} stand, or have their revisions", height,
        len(silent) + gone.height, findings, report,
    )  # fmt: skip
    extra = states[match.added]
    if revisions is not None:
        untrue = changed.filter(is_revised)
        invented = extra.get_column(REVISION).drop_nulls()
        findings = [_untrue(revisions, *pair, version) for pair in pairs(untrue)]
        findings += [_invented(revisions, row, version) for row in invented.head(options.limit)]
        _record(
            revisions, f"previous figures are those of {version}",
            int(states.get_column(REVISION).is_not_null().sum()), len(untrue) + len(invented),
            findings, report,
        )  # fmt: skip
    if SINCE in figures.frame.columns:
        early = extra.get_column(FIGURE).drop_nulls()
        findings = [_dated_back(figures, row, version) for row in early.head(options.limit)]
        _record(
            figures, f"new figures are new since {version}", changes.added, len(early), findings,
            report,
        )  # fmt: skip
    return to_add


def _concerned(
    old: pl.DataFrame, new: pl.DataFrame, revisions: pl.DataFrame | None, changes: TableChanges,
    key: Sequence[str], version: Version,
) -> tuple[pl.DataFrame, pl.DataFrame]:  # fmt: skip
    """The figures of both versions that need looking at: the others are equal, and nothing says
    that they were ever different. The later ones bear their index.
    """
    indexes = (pl.Series(range(frame.height), dtype=pl.UInt32) for frame in (old, new))
    before, after = changes.match.common(*indexes)
    here = [before.gather(changes.differing), changes.match.withdrawn]
    there = [after.gather(changes.differing), changes.match.added]
    if SINCE in new.columns:
        ranks = ranks_of([new.get_column(SINCE)], [version])
        late = new.select((ranked(SINCE, ranks) > ranks[str(version)]).arg_true()).to_series()
        here.append(before.filter(after.is_in(late.implode())))
        there.append(late)
    found = []
    for frame, rows in ((old, here), (new, there)):
        indexed = frame.with_row_index(FIGURE)
        if revisions is not None:
            keys = revisions.select(key).unique()
            revised = indexed.select(FIGURE, *key).join(keys, on=key, how="semi", nulls_equal=True)
            rows.append(revised.get_column(FIGURE))
        wanted = pl.concat([series.cast(pl.UInt32).rename("") for series in rows])
        found.append(indexed[wanted.unique().sort()])
    return found[0].drop(FIGURE), found[1]


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


def _record(
    table: Table, name: str, tested: int, failed: int, findings: list[Finding], report: Report
) -> None:
    report.record(Check(name, "revision", table.resource.name, "polars", tested, failed), findings)


# Words


def _unexplained(
    figures: Table, row: Row, state: Row, names: Sequence[str], version: Version, advice: str
) -> Finding:
    first = names[0]
    changes = ", ".join(f"{n} {_shown(row[n])} → {_shown(state[n])}" for n in names)
    cell = state[first]
    return figures.finding(
        "unexplained", state[FIGURE], first, None if cell is None else cell_text(cell),
        f"the figure is not what {version} published, and no revision says why: {changes}", advice,
    )  # fmt: skip


def _withdrawn(
    figures: Table, row: Row, key: Sequence[str], version: Version, advice: str
) -> Finding:
    return Finding(
        "unexplained", "error",
        f"the figure {_named(row, key)} of {version} is gone, and no revision says why", advice,
        figures.resource.name, figures.resource.path,
    )  # fmt: skip


def _dated_forward(figures: Table, row: int, version: Version) -> Finding:
    since = figures.frame[SINCE][row]
    return figures.finding(
        "since", row, SINCE, since, f"{version} published this figure already",
        "restore the version that first had it; only a figure that was withdrawn, with a revision "
        "that says so, can begin anew",
    )  # fmt: skip


def _dated_back(figures: Table, row: int, version: Version) -> Finding:
    return figures.finding(
        "since", row, SINCE, figures.frame[SINCE][row], f"{version} did not publish this figure",
        "write the version that first has it",
    )  # fmt: skip


def _invented(revisions: Table, row: int, version: Version) -> Finding:
    return revisions.finding(
        "previous", row, "version", revisions.frame["version"][row],
        f"{version} did not publish this figure, so that there was nothing to revise",
        "remove the row, or correct its key",
    )  # fmt: skip


def _untrue(
    revisions: Table, row: Row, state: Row, names: Sequence[str], version: Version
) -> Finding:
    first = names[0]
    said = ", ".join(f"{PREVIOUS}{n} is {_shown(state[n])}, not {_shown(row[n])}" for n in names)
    cell = state[first]
    return revisions.finding(
        "previous", state[REVISION], PREVIOUS + first, None if cell is None else cell_text(cell),
        f"{version} published something else: {said}",
        "write what was published, as the earlier version has it",
    )  # fmt: skip


def _row_to_add(
    row: Row, key: Sequence[str], figures: Table, revisions: Table | None, next_: str
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


def _named(row: Row, key: Sequence[str]) -> str:
    return ", ".join(_shown(row[name]) for name in key)


def _shown(value: Any) -> str:
    return "(missing)" if value is None else cell_text(value)
