"""Whether what an earlier version published stands, or a revision of it says why not."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from semver import Version

from mtopendata.changes.comparison import Comparison
from mtopendata.changes.resources import renamed_fields, with_names
from mtopendata.changes.rows import TableChanges, differing_cells, differing_rows, match_rows
from mtopendata.checks.keys import primary_key_holds
from mtopendata.checks.revisions import check_revisions
from mtopendata.checks.temporary import record_check
from mtopendata.figures.revisions import (
    FIGURE,
    PREVIOUS,
    REVISION,
    SINCE,
    figure_key,
    has_revisions,
    has_since,
    is_after,
    is_revisions,
    patterns,
    states_as_of,
)
from mtopendata.figures.tables import FIGURE_COLUMNS
from mtopendata.ledger.outcome import record
from mtopendata.ledger.report import Check, Finding, Report
from mtopendata.package.csv_text import csv_row
from mtopendata.package.model import DESCRIPTOR, Resource
from mtopendata.reading.options import Options
from mtopendata.reading.tables import Table
from mtopendata.values.cells import cell_text
from mtopendata.values.excerpts import apart

REASONS = ("better_source", "recalculation", "method", "correction", "description")
"""Why a figure changes, where the descriptor of a package does not say it otherwise."""

Row = Mapping[str, Any]

MAX_ROWS = 10_000
"""Rows to add that are listed, whatever the limit of findings: they are there to be pasted."""


def check_explanations(comparison: Comparison, options: Options, *, is_validated: bool) -> None:
    """Test that every published figure stands, or that a true revision explains why it does not.

    Goes to the report of `comparison`, with the rows to add. `is_validated`: the report of NEW has
    what is wrong with the revisions by themselves.
    """
    old, new, report = comparison.old, comparison.new, comparison.report
    if fault := _fault(comparison):
        report.record(
            Check("figures stand", "revision", "figures", "none", 0, 0),
            [
                Finding(
                    "not-compared", "error",
                    f"nobody can tell whether changed figures are explained: {fault}",
                    "look at each change yourself", "figures", DESCRIPTOR,
                )
            ],
        )  # fmt: skip
        return
    before = old.tables.get("figures")
    if before is None or not FIGURE_COLUMNS.is_present(before):
        return  # no figures were published, whatever a table is called now
    changes = _figure_changes(comparison)
    if changes is None or not changes.key or old.version is None:
        return  # nothing was published that could be read back, or it could not be compared
    tables = dict(new.tables)
    if "revisions" in comparison.uncompared or _has_broken_key(tables.get("revisions")):
        tables.pop("revisions", None)  # its faults are findings already
    elif has_revisions(tables) and not is_validated:
        held = Report(report.package)
        if tables["revisions"].frame.height:
            from mtopendata.checks.constraints import (
                check_schema,  # Pandera takes a while to import
            )

            check_schema(tables["revisions"], held, options)
        record(check_revisions(tables, new.package.descriptor.get("version")), held, options.limit)
        report.include(held)
    _check_published(comparison, tables, changes, old.version, options)


def _fault(comparison: Comparison) -> str | None:
    """Why what OLD published cannot be held against NEW; None: it can, or there are no figures."""
    old, new = comparison.old, comparison.new
    before, after = old.tables.get("figures"), new.tables.get("figures")
    if (
        before is None
        or not FIGURE_COLUMNS.is_present(before)
        or "figures" in comparison.uncompared
    ):
        return None
    key = figure_key(before)
    if not key:
        return "they have no primary key" if _figure_changes(comparison) else None
    if after is None:
        return "the figures are gone"
    if not FIGURE_COLUMNS.is_met(before):
        return f"numbers of {old.label} are not exact"
    if not FIGURE_COLUMNS.is_present(after):
        return f"the columns of {new.label} are no longer those of figures"
    if not FIGURE_COLUMNS.is_met(after):
        return f"numbers of {new.label} are not exact"
    renamed = renamed_fields(comparison.descriptor, "figures")
    if {renamed.get(name, name) for name in key} != set(figure_key(after)):
        return "the two versions have no common primary key"
    if odd := patterns([*before.frame.columns, *after.frame.columns]):
        return f"a field is called {odd[0]!r}"
    if old.version is None and _figure_changes(comparison):
        return f"{old.label} has no version such as 1.0.0"
    return None


def _figure_changes(comparison: Comparison) -> TableChanges | None:
    return next((item for item in comparison.tables if item.resource == "figures"), None)


def _has_broken_key(revisions: Table | None) -> bool:
    return revisions is not None and not primary_key_holds(revisions)


def _check_published(
    comparison: Comparison, new: Mapping[str, Table], changes: TableChanges, version: Version,
    options: Options,
) -> None:  # fmt: skip
    """The figures of `version` as they are read back from NEW are those that it published."""
    old, report, next_ = comparison.old.tables, comparison.report, _next(comparison)
    figures = new["figures"]
    key = figure_key(figures)
    revisions = new["revisions"] if is_revisions(new) else None
    before = with_names(old["figures"], renamed_fields(comparison.descriptor, "figures"))
    _check_history(comparison, new, key, version, options)
    frame = None if revisions is None else revisions.frame
    published, now = _concerned(before.frame, figures.frame, frame, changes, key, version)
    states = states_as_of(now, frame, key, version)
    fields = [name for name in published.columns if name in states.columns and name not in key]
    match = match_rows(published, states, key)
    cells = differing_cells(published, states, match, fields)
    changed = differing_rows(cells)
    is_revised = match.common(
        pl.repeat(None, published.height, eager=True), states.get_column(REVISION).is_not_null()
    )[1].gather(changed)

    def pairs(numbers: pl.Series) -> list[tuple[Row, Row, list[str]]]:
        """What was published, what is said of it, and where the two differ."""
        found: list[tuple[Row, Row, list[str]]] = []
        for number in numbers.head(options.limit):
            here, there = match.indexes(number)
            names = [name for name, differs in cells.items() if differs[number]]
            row, state = published.row(here, named=True), states.row(there, named=True)
            found.append((row, state, names))
        return found

    def paste(row: Row) -> str:
        return row_to_add(row, key, figures, revisions, next_)

    silent = changed.filter(~is_revised)
    gone = match.withdrawn
    still = _indexes_of(published[gone], now, key)
    findings = [
        _unexplained(figures, row, state, names, version, _advice(paste(row), revisions))
        for row, state, names in pairs(silent)
    ]
    for here, there in zip(gone.head(options.limit), still, strict=False):
        row = published.row(here, named=True)
        findings.append(
            _withdrawn(figures, row, key, version, _advice(paste(row), revisions))
            if there is None
            else _dated_forward(figures, there, version)
        )
    to_add = [match.indexes(number)[0] for number in silent]
    to_add += [here for here, there in zip(gone, still, strict=True) if there is None]
    comparison.rows_to_add = [paste(published.row(here, named=True)) for here in to_add[:MAX_ROWS]]
    comparison.rows_to_add_unlisted = max(0, len(to_add) - MAX_ROWS)
    record_check(
        figures, f"figures of {version} stand, or have their revisions", before.frame.height,
        len(silent) + len(gone), findings, report,
    )  # fmt: skip
    extra = states[match.added]
    if revisions is not None:
        untrue = changed.filter(is_revised)
        invented = extra.get_column(REVISION).drop_nulls()
        findings = [_untrue(revisions, *pair, version) for pair in pairs(untrue)]
        findings += [_invented(revisions, row, version) for row in invented.head(options.limit)]
        record_check(
            revisions, f"previous figures are those of {version}",
            int(states.get_column(REVISION).is_not_null().sum()), len(untrue) + len(invented),
            findings, report,
        )  # fmt: skip
        _check_reasons(comparison, revisions, version, options)
    if has_since(figures.frame):
        early = extra.get_column(FIGURE).drop_nulls()
        findings = [_dated_back(figures, row, version, next_) for row in early.head(options.limit)]
        record_check(
            figures, f"new figures are new since {version}", changes.added, len(early), findings,
            report,
        )  # fmt: skip


def _next(comparison: Comparison) -> str:
    """The version in which the changes are, or have to be."""
    old, new = comparison.old.version, comparison.new.version
    if comparison.takes_step and new != old:
        return str(new)
    return comparison.next_version or str(new)


def _indexes_of(rows: pl.DataFrame, now: pl.DataFrame, key: Sequence[str]) -> list[int | None]:
    """For each of the rows the index of the figure with the same key; None: there is none."""
    match = match_rows(rows, now, key)
    here, there = match.common(
        pl.Series(range(rows.height), dtype=pl.UInt32), now.get_column(FIGURE)
    )
    known = dict(zip(here, there, strict=True))
    return [known.get(row) for row in range(rows.height)]


def _concerned(
    old: pl.DataFrame, new: pl.DataFrame, revisions: pl.DataFrame | None, changes: TableChanges,
    key: Sequence[str], version: Version,
) -> tuple[pl.DataFrame, pl.DataFrame]:  # fmt: skip
    """The figures of both versions that need looking at: the others are equal, and nothing says
    that they were ever different. It saves most of the work on millions of figures. The later ones
    bear their index.
    """
    indexes = (pl.Series(range(frame.height), dtype=pl.UInt32) for frame in (old, new))
    before, after = changes.match.common(*indexes)
    here = [before.gather(changes.differing), changes.match.withdrawn]
    there = [after.gather(changes.differing), changes.match.added]
    if has_since(new):
        late = is_after(new.get_column(SINCE), version).arg_true()
        here.append(before.filter(after.is_in(late.implode())))
        there.append(late)
    found = []
    for frame, rows in ((old, here), (new, there)):
        indexed = frame.with_row_index(FIGURE)
        if revisions is not None:
            keys = revisions.select(key).unique()
            rows.append(_with_key(indexed, keys, key))
        wanted = pl.concat([series.cast(pl.UInt32).rename("") for series in rows])
        found.append(indexed[wanted.unique().sort()])
    return found[0].drop(FIGURE), found[1]


def _with_key(figures: pl.DataFrame, keys: pl.DataFrame, key: Sequence[str]) -> pl.Series:
    """The indexes of the figures with one of these keys."""
    match = match_rows(keys, figures, key)
    _, there = match.common(keys.to_series(), figures.get_column(FIGURE))
    return there


def _check_reasons(
    comparison: Comparison, revisions: Table, version: Version, options: Options
) -> None:
    """Revisions since `version` say why."""
    frame = revisions.frame
    later = is_after(frame.get_column("version"), version).arg_true()
    schema = revisions.resource.schema
    # A missing cell that the schema requires is said already.
    required = {f.name for f in schema.fields if f.constraints.get("required")} if schema else set()
    findings: list[Finding] = []
    failed = 0
    for row in later:
        missing = []
        for name in ("reason", "note"):
            cell = frame.get_column(name)[row] if name in frame.columns else None
            if not (cell or "").strip() and (cell is not None or name not in required):
                missing.append(name)
        failed += bool(missing)
        if missing and len(findings) < options.limit:
            findings.append(
                revisions.finding(
                    "unexplained", row, missing[0], None,
                    f"the revision does not say why: {' and '.join(missing)} missing",
                    f"give a reason ({reasons_of(revisions)}) and a note",
                )
            )  # fmt: skip
    check = Check(
        f"revisions since {version} say why", "revision", revisions.resource.name, "polars",
        len(later), failed,
    )  # fmt: skip
    comparison.report.record(check, findings)


def _check_history(
    comparison: Comparison, new: Mapping[str, Table], key: Sequence[str], version: Version,
    options: Options,
) -> None:  # fmt: skip
    """Revisions that were published stand, and none is added of a version that is out: they are how
    earlier versions are read back.
    """
    by = [*key, "version"]
    old, report = comparison.old.tables, comparison.report
    before = None
    if has_revisions(old):
        before = with_names(old["revisions"], renamed_fields(comparison.descriptor, "revisions"))
        before = before if before.has(by) else None
    after = new["revisions"] if is_revisions(new) else None
    is_gone = comparison.new.package.resource("revisions") is None
    if before is not None and (after is not None or is_gone):
        _check_kept(before, after, by, report, options)
    elif has_revisions(old) and "revisions" in new and not has_revisions(new):
        report.record(
            Check("published revisions stand", "revision", "revisions", "none", 0, 0),
            [
                Finding(
                    "not-compared", "error",
                    "nobody can tell whether published revisions stand: the table is none of "
                    "revisions any more",
                    f"restore its fields 'version' and {PREVIOUS}…", "revisions", DESCRIPTOR,
                )
            ],
        )  # fmt: skip
    if after is None:
        return
    added = pl.Series(range(after.frame.height), dtype=pl.UInt32)
    if before is not None:
        added = match_rows(before.frame, after.frame, by).added
    is_out = ~is_after(after.frame.get_column("version"), version)
    late = added.filter(is_out.gather(added).fill_null(value=False))
    findings = [
        after.finding(
            "rewritten", row, "version", after.frame["version"][row],
            f"{after.frame['version'][row]} is out already, and had no such revision",
            f"write a version after {version}: what was published is not changed afterwards",
        )
        for row in late.head(options.limit)
    ]  # fmt: skip
    record_check(
        after, f"new revisions are of versions after {version}", len(added), len(late), findings,
        report,
    )  # fmt: skip


def _check_kept(
    before: Table, after: Table | None, by: Sequence[str], report: Report, options: Options
) -> None:
    """The revisions that were published are still there, and say the same."""
    findings: list[Finding] = []
    failed = before.frame.height
    gone = pl.Series(range(before.frame.height), dtype=pl.UInt32)
    if after is not None:
        fields = [name for name in before.frame.columns if name in after.frame.columns]
        values = [name for name in fields if name not in by]
        match = match_rows(before.frame, after.frame, by)
        cells = differing_cells(before.frame, after.frame, match, values)
        changed = differing_rows(cells)
        gone = match.withdrawn
        failed = len(changed) + len(gone)
        for number in changed.head(options.limit):
            here, there = match.indexes(number)
            name = next(name for name, differs in cells.items() if differs[number])
            was, is_ = before.frame[name][here], after.frame[name][there]
            findings.append(
                after.finding(
                    "rewritten", there, name, shown(is_),
                    f"the revision was published with {name} {shown(was)}, not {shown(is_)}",
                    "restore it: a published revision is never changed",
                )
            )  # fmt: skip
    for here in gone.head(max(0, options.limit - len(findings))):
        row = before.frame.row(here, named=True)
        line = csv_row((row[name] for name in before.frame.columns), before.resource)
        findings.append(
            Finding(
                "rewritten", "error", f"the revision of {_named(row, by)} is gone",
                f"restore the row: {line}", "revisions", (after or before).resource.path,
            )
        )  # fmt: skip
    record_check(
        after or before, "published revisions stand", before.frame.height, failed, findings, report
    )


# Words


def _unexplained(
    figures: Table, row: Row, state: Row, names: Sequence[str], version: Version, advice: str
) -> Finding:
    changes = ", ".join(f"{n} {was} → {is_}" for n, was, is_ in _apart(row, state, names))
    return figures.finding(
        "unexplained", state[FIGURE], names[0], _text(state[names[0]]),
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


def _dated_back(figures: Table, row: int, version: Version, next_: str) -> Finding:
    return figures.finding(
        "since", row, SINCE, figures.frame[SINCE][row], f"{version} did not publish this figure",
        f"write {next_}; a figure that was withdrawn and is back begins anew, too",
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
    said = ", ".join(
        f"{PREVIOUS}{n} should be {was}, and is {is_}" for n, was, is_ in _apart(row, state, names)
    )
    return revisions.finding(
        "previous", state[REVISION], PREVIOUS + names[0], _text(state[names[0]]),
        f"{version} published otherwise: {said}",
        "write what was published, as the earlier version has it",
    )  # fmt: skip


def row_to_add(
    row: Row, key: Sequence[str], figures: Table, revisions: Table | None, next_: str
) -> str:
    """The row of revisions for a figure that was published as `row`, but for why it changed."""
    cells: dict[str, Any] = {name: row[name] for name in key} | {"version": next_}
    cells |= {PREVIOUS + name: row.get(name) for name in figures.frame.columns if name not in key}
    cells |= {"reason": None, "note": None}
    if revisions is None:
        return csv_row(cells.values(), Resource("revisions"))
    return csv_row(map(cells.get, revisions.frame.columns), revisions.resource)


def _advice(row: str, revisions: Table | None) -> str:
    if revisions is None:
        return (
            f"undo the change; or add the table 'revisions', and in it the row {row} with a reason "
            f"({', '.join(REASONS)}) and a note"
        )
    is_last = revisions.frame.columns[-2:] == ["reason", "note"]
    place = ", in the last two cells" if is_last else ""
    return (
        f"undo the change; or add to {revisions.resource.path} the row {row} with a reason "
        f"({reasons_of(revisions)}) and a note{place}"
    )


def reasons_of(revisions: Table) -> str:
    """The reasons that the descriptor allows."""
    fields = revisions.resource.schema.fields if revisions.resource.schema else ()
    allowed = next((item.constraints.get("enum") for item in fields if item.name == "reason"), None)
    return ", ".join(map(str, allowed or REASONS))


def _named(row: Row, key: Sequence[str]) -> str:
    return ", ".join(shown(row[name]) for name in key)


def _apart(row: Row, state: Row, names: Sequence[str]) -> list[tuple[str, str, str]]:
    """Each field with its cell in `row` and in `state`, cut to where the two differ."""
    return [(name, *apart(shown(row[name]), shown(state[name]))) for name in names]


def shown(value: Any) -> str:
    return "(missing)" if value is None else cell_text(value)


def _text(value: Any) -> str | None:
    return None if value is None else cell_text(value)
