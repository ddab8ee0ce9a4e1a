"""Whether what an earlier version published stands, or a revision of it says why not."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from mtopendata.changes.as_written import read_of
from mtopendata.changes.comparison import Comparison
from mtopendata.changes.history import Tables, history_stands
from mtopendata.changes.read_back import read_back
from mtopendata.changes.renamed_tables import renamed_fields, with_names
from mtopendata.changes.rows import TableChanges, changes_of
from mtopendata.changes.unexplained_figures import MAX_ROWS
from mtopendata.checks.constraints import check_constraints
from mtopendata.checks.figures import figure_tests
from mtopendata.checks.revisions import check_revisions
from mtopendata.checks.row_tests import RowFold
from mtopendata.figures.revisions import figure_key, has_revisions, is_revisions, patterns
from mtopendata.figures.tables import FIGURE_COLUMNS, FIGURES, REVISIONS
from mtopendata.ledger.outcome import Item, untested
from mtopendata.ledger.report import Finding
from mtopendata.package.model import DESCRIPTOR
from mtopendata.reading.packages import ReadPackage
from mtopendata.reading.tables import Table
from mtopendata.reading.whole_tables import rows_of


@dataclass(frozen=True, slots=True)
class Explanation:
    """What was found, and the lines of CSV that the table of revisions lacks; of `unlisted` more
    there is only the number.
    """

    found: tuple[Item, ...] = ()
    rows_to_add: tuple[str, ...] = ()
    unlisted: int = 0


def explanation(comparison: Comparison, *, is_validated: bool) -> Explanation:
    """Test that every published figure stands, or that a true revision explains why it does not.

    `is_validated`: what is wrong with the revisions by themselves is said already.
    """
    old, new = comparison.old, comparison.new
    if fault := _why_incomparable(comparison):
        words = f"changed figures are explained: {fault}"
        return Explanation(tuple(_incomparable("figures stand", words, FIGURES)))
    before = old.tables.get(FIGURES)
    if before is None or not FIGURE_COLUMNS.is_present(before):
        return Explanation()  # no figures were published, whatever a table is called now
    changes = changes_of(comparison.tables, FIGURES)
    if changes is None or not changes.key or old.version is None:
        return Explanation()  # nothing was published that could be read back or compared
    tables = dict(new.tables)
    found: list[Item] = []
    faults = _faults_as_written(comparison, REVISIONS)
    if REVISIONS in tables and (faults or REVISIONS in comparison.uncompared):
        del tables[REVISIONS]
        if faults:
            name = "published revisions stand"
            found += _incomparable(name, f"{name}: {faults}", REVISIONS)
    if not is_validated:
        found += _revisions_hold(new, tables)
        found += _changed_rows_hold(tables, changes)
    key = figure_key(tables[FIGURES])
    is_gone = new.package.resource(REVISIONS) is None
    found += history_stands(
        _as_named_today(comparison), tables, [*key, "version"], old.version, is_gone=is_gone
    )
    renamed = with_names(before, renamed_fields(comparison.descriptor, FIGURES))
    published = read_back(renamed, tables, changes, old.version, _coming(comparison))
    found += published.outcomes()
    lacking = published.unexplained()
    rows = tuple(published.row_to_add(index) for index in lacking[:MAX_ROWS])
    return Explanation(tuple(found), rows, max(0, len(lacking) - MAX_ROWS))


def _faults_as_written(comparison: Comparison, resource: str) -> str | None:
    """That a table has faults in one of the versions, in words; None: it has none."""
    faulty = next((item for item in comparison.as_written if item.resource == resource), None)
    return f"those of {faulty.label} have faults ({', '.join(faulty.checks)})" if faulty else None


def _incomparable(check: str, words: str, resource: str) -> Iterator[Item]:
    """What nobody can tell, and why."""
    message = f"nobody can tell whether {words}"
    hint = "look at each change yourself"
    yield untested("revision", check, resource)
    yield Finding("not-compared", "error", message, hint, resource, DESCRIPTOR, check=check)


def _revisions_hold(new: ReadPackage, tables: Tables) -> Iterator[Item]:
    """What is wrong with the revisions, if there are any, whatever they are compared with."""
    if not has_revisions(tables):
        return
    revisions = tables[REVISIONS]
    if revisions.frame.height:
        yield from check_constraints(revisions, revisions.frame.height)
    if tables[FIGURES].left_out and is_revisions(tables):
        yield from read_of(new, FIGURES).concluded[0]
    else:
        yield from check_revisions(tables, new.package.descriptor.get("version"))


def _changed_rows_hold(tables: Tables, changes: TableChanges) -> Iterator[Item]:
    """A row that contradicts itself explains no change, whatever revisions say."""
    figures = tables[FIGURES]
    indexes = pl.Series(range(figures.frame.height), dtype=pl.UInt32)
    _, common = changes.match.common(pl.repeat(None, changes.before, eager=True), indexes)
    rows = [*common.gather(changes.differing), *changes.match.added]
    fold = RowFold(figures, list(figure_tests(figures, tables)), len(rows))
    yield from fold.outcomes(fold.see(rows_of(figures, rows)))


def _as_named_today(comparison: Comparison) -> Tables:
    """The tables of OLD, with the revisions' fields called as they are now."""
    tables = comparison.old.tables
    if REVISIONS not in tables or not has_revisions(tables):
        return tables
    renamed = renamed_fields(comparison.descriptor, REVISIONS)
    return {**tables, REVISIONS: with_names(tables[REVISIONS], renamed)}


def _coming(comparison: Comparison) -> str:
    """The version in which the changes are, or have to be."""
    old, new = comparison.old.version, comparison.new.version
    if comparison.takes_step and new != old:
        return str(new)
    return comparison.next_version or str(new)


def _why_incomparable(comparison: Comparison) -> str | None:
    """Why what OLD published cannot be held against NEW; None: it can, or there are no figures."""
    old, new = comparison.old, comparison.new
    before, after = old.tables.get(FIGURES), new.tables.get(FIGURES)
    if before is None or not FIGURE_COLUMNS.is_present(before) or FIGURES in comparison.uncompared:
        return None
    have_changed = bool(changes_of(comparison.tables, FIGURES))
    if not figure_key(before):
        return "they have no primary key" if have_changed else None
    if after is None:
        return "the figures are gone"
    faults = (
        _faults_as_written(comparison, FIGURES)
        or _column_fault(old.label, before)
        or _column_fault(new.label, after)
    )
    if faults:
        return faults
    renamed = renamed_fields(comparison.descriptor, FIGURES)
    if {renamed.get(name, name) for name in figure_key(before)} != set(figure_key(after)):
        return "the two versions have no common primary key"
    if odd := patterns([*before.frame.columns, *after.frame.columns]):
        return f"a field is called {odd[0]!r}"
    if old.version is None and have_changed:
        return f"{old.label} has no version such as 1.0.0"
    return None


def _column_fault(label: str, figures: Table) -> str | None:
    if not FIGURE_COLUMNS.is_present(figures):
        return f"the columns of {label} are no longer those of figures"
    return None if FIGURE_COLUMNS.is_met(figures) else f"numbers of {label} are not exact"
