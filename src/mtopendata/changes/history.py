"""Whether revisions that were published stand, and those that are new say why, and of what."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import polars as pl
from semver import Version

from mtopendata.changes.matching import differing_cells, differing_rows, match_rows
from mtopendata.changes.revision_rows import key_text, reasons_of
from mtopendata.figures.revisions import PREVIOUS, has_revisions, is_after, is_revisions
from mtopendata.figures.tables import REVISIONS
from mtopendata.ledger.outcome import Item, Outcome, untested
from mtopendata.ledger.report import Finding
from mtopendata.package.csv_text import csv_row
from mtopendata.package.model import DESCRIPTOR
from mtopendata.reading.tables import Table
from mtopendata.values.cells import shown_cell

Tables = Mapping[str, Table]


def history_stands(
    old: Tables, new: Tables, by: Sequence[str], version: Version, *, is_gone: bool
) -> Iterator[Item]:
    """Revisions that were published stand, and none is added of a version that is out: they are how
    earlier versions are read back.

    `old` are the tables of `version`, with the names that fields have today; `by` is the key of a
    revision. `is_gone`: the package has no table of revisions any more.
    """
    has_before = has_revisions(old)
    before = old[REVISIONS] if has_before and old[REVISIONS].has(by) else None
    after = new[REVISIONS] if is_revisions(new) else None
    if before is not None and (after is not None or is_gone):
        yield _revisions_stand(before, after, by)
    elif has_before and REVISIONS in new and not has_revisions(new):
        name = "published revisions stand"
        yield untested("revision", name, REVISIONS)
        yield Finding(
            "not-compared",
            "error",
            "it cannot be tested whether published revisions are still there: the table has no "
            "columns of revisions any more",
            f"restore its fields 'version' and {PREVIOUS}…",
            REVISIONS,
            DESCRIPTOR,
            check=name,
        )
    if after is not None:
        yield _new_revisions(before, after, by, version)


def _new_revisions(
    before: Table | None, after: Table, by: Sequence[str], version: Version
) -> Outcome:
    """No revision is added of a version that is out."""
    versions = after.frame.get_column("version")
    added = pl.Series(range(after.frame.height), dtype=pl.UInt32)
    if before is not None:
        added = match_rows(before.frame, after.frame, by).added
    is_out = ~is_after(versions, version)
    hint = f"write a version after {version}: what was published is not changed afterwards"

    def say(row: int) -> Finding:
        message = f"{versions[row]} is out already, and had no such revision"
        return after.finding("rewritten", row, "version", versions[row], message, hint)

    return Outcome(
        "revision",
        f"new revisions are of versions after {version}",
        after.resource.name,
        len(added),
        added.filter(is_out.gather(added).fill_null(value=False)),
        say,
    )


def _revisions_stand(before: Table, after: Table | None, by: Sequence[str]) -> Outcome:
    """The revisions that were published are still there, and say the same."""
    path = (after or before).resource.path
    gone = pl.Series(range(before.frame.height), dtype=pl.UInt32)
    changed: list[tuple[str, int, int]] = []
    if after is not None:
        fields = [name for name in before.frame.columns if name in after.frame.columns]
        match = match_rows(before.frame, after.frame, by)
        values = [name for name in fields if name not in by]
        cells = differing_cells(before.frame, after.frame, match, values)
        gone = match.withdrawn
        for number in differing_rows(cells):
            name = next(name for name, differs in cells.items() if differs[number])
            changed.append((name, *match.indexes(number)))

    def say(found: Any) -> Finding:
        if isinstance(found, tuple) and after is not None:
            return _rewritten(before, after, *found)
        row = before.frame.row(found, named=True)
        line = csv_row((row[name] for name in before.frame.columns), before.resource)
        message = f"the revision of {key_text(row, by)} is gone"
        hint = f"restore the row: {line}"
        return Finding("rewritten", "error", message, hint, REVISIONS, path)

    return Outcome(
        "revision",
        "published revisions stand",
        (after or before).resource.name,
        before.frame.height,
        [*changed, *gone],
        say,
    )


def _rewritten(before: Table, after: Table, name: str, here: int, there: int) -> Finding:
    was, is_now = shown_cell(before.frame[name][here]), shown_cell(after.frame[name][there])
    message = f"the revision was published with {name} {was}, not {is_now}"
    hint = "restore it: a published revision is never changed"
    return after.finding("rewritten", there, name, is_now, message, hint)


def revisions_say_why(revisions: Table, version: Version) -> Outcome:
    """Revisions since `version` have a reason and a note."""
    frame = revisions.frame
    later = is_after(frame.get_column("version"), version).arg_true()
    schema = revisions.resource.schema
    # A missing cell that the schema requires is said already.
    required = {f.name for f in schema.fields if f.constraints.get("required")} if schema else set()
    return Outcome(
        "revision",
        f"revisions since {version} say why",
        revisions.resource.name,
        len(later),
        [(row, missing) for row in later if (missing := _missing_cells(frame, row, required))],
        partial(_no_reason, revisions),
    )


def _missing_cells(frame: pl.DataFrame, row: int, required: set[str]) -> list[str]:
    """Which of reason and note a revision lacks, or has blank."""
    missing = []
    for name in ("reason", "note"):
        cell: Any = frame.get_column(name)[row] if name in frame.columns else None
        if not (cell or "").strip() and (cell is not None or name not in required):
            missing.append(name)
    return missing


def _no_reason(revisions: Table, found: tuple[int, list[str]]) -> Finding:
    row, missing = found
    message = f"the revision does not say why: {' and '.join(missing)} missing"
    hint = f"give a reason ({reasons_of(revisions)}) and a note"
    return revisions.finding("unexplained", row, missing[0], None, message, hint)
