"""Whether the figures that an earlier version published stand, or revisions say why not."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl
from semver import Version

from mtopendata.changes.history import revisions_say_why
from mtopendata.changes.matching import RowMatch, differing_rows, match_rows
from mtopendata.changes.revision_rows import Row, advice_to_add, differences, key_text, row_to_add
from mtopendata.figures.revisions import FIGURE, PREVIOUS, REVISION, SINCE, has_since
from mtopendata.ledger.outcome import Outcome
from mtopendata.ledger.report import Finding
from mtopendata.reading.tables import Table
from mtopendata.values.cells import optional_text

MAX_ROWS = 10_000
"""Rows to add that are listed, whatever the limit of findings: they are there to be pasted."""


@dataclass(frozen=True)
class Published:
    """What `version` published, beside the same figures as the package reads them back today.

    `states` are the latter, each with the index of the figure or the revision that it stands in;
    `match` says which rows belong together, and `cells` which of those differ, by field. `count` is
    how many figures were published, `new` how many are new, and `coming` the version in which the
    changes are, or have to be.
    """

    version: Version
    coming: str
    figures: Table
    revisions: Table | None
    key: tuple[str, ...]
    published: pl.DataFrame
    states: pl.DataFrame
    match: RowMatch
    cells: Mapping[str, pl.Series]
    now: pl.DataFrame
    count: int
    new: int

    def outcomes(self) -> Iterator[Outcome]:
        """Whether all of them stand."""
        yield self._stand()
        if self.revisions is not None:
            yield self._are_true(self.revisions)
            yield revisions_say_why(self.revisions, self.version)
        if has_since(self.figures.frame):
            yield self._new_are_new()

    def unexplained(self) -> list[int]:
        """The indexes of the published figures of which the table of revisions lacks a row."""
        changed = [self.match.indexes(number)[0] for number in self._changed[0]]
        gone = zip(self.match.withdrawn, self._still, strict=True)
        return changed + [here for here, there in gone if there is None]

    def row_to_add(self, index: int) -> str:
        """The row that is lacking for a published figure, but for why it changed."""
        row = self.published.row(index, named=True)
        return row_to_add(row, self.key, self.figures, self.revisions, self.coming)

    @cached_property
    def _changed(self) -> tuple[pl.Series, pl.Series]:
        """The numbers of the matched rows that differ: those of which no revision speaks, and those
        of which one does.
        """
        changed = differing_rows(self.cells)
        nothing = pl.repeat(None, self.published.height, eager=True)
        speaks = self.states.get_column(REVISION).is_not_null()
        is_revised = self.match.common(nothing, speaks)[1].gather(changed)
        return changed.filter(~is_revised), changed.filter(is_revised)

    @cached_property
    def _still(self) -> list[int | None]:
        """For each figure that is not read back, the index of the figure with its key today."""
        return _indexes_of(self.published[self.match.withdrawn], self.now, self.key)

    def _pair(self, number: int) -> tuple[Row, Row, list[str]]:
        """What was published, what is said of it, and where the two differ."""
        here, there = self.match.indexes(number)
        names = [name for name, differs in self.cells.items() if differs[number]]
        return self.published.row(here, named=True), self.states.row(there, named=True), names

    def _stand(self) -> Outcome:
        gone = [*zip(self.match.withdrawn, self._still, strict=True)]

        def say(found: int | tuple[int, int | None]) -> Finding:
            if not isinstance(found, tuple):
                return self._unexplained(found)
            here, there = found
            return self._withdrawn(here) if there is None else self._dated_forward(there)

        return Outcome(
            "revision",
            f"figures of {self.version} stand, or have their revisions",
            self.figures.resource.name,
            self.count,
            [*self._changed[0], *gone],
            say,
        )

    def _are_true(self, revisions: Table) -> Outcome:
        """What revisions say of the version is what it published."""
        extra = self.states[self.match.added]
        invented = [(row,) for row in extra.get_column(REVISION).drop_nulls()]

        def say(found: int | tuple[int]) -> Finding:
            if isinstance(found, tuple):
                return self._invented(revisions, found[0])
            return self._untrue(revisions, found)

        return Outcome(
            "revision",
            f"previous figures are those of {self.version}",
            revisions.resource.name,
            int(self.states.get_column(REVISION).is_not_null().sum()),
            [*self._changed[1], *invented],
            say,
        )

    def _new_are_new(self) -> Outcome:
        extra = self.states[self.match.added]
        return Outcome(
            "revision",
            f"new figures are new since {self.version}",
            self.figures.resource.name,
            self.new,
            extra.get_column(FIGURE).drop_nulls(),
            self._dated_back,
        )

    def _unexplained(self, number: int) -> Finding:
        row, state, names = self._pair(number)
        changes = ", ".join(f"{n} {was} → {now}" for n, was, now in differences(row, state, names))
        return self.figures.finding(
            "unexplained",
            state[FIGURE],
            names[0],
            optional_text(state[names[0]]),
            f"the figure is not what {self.version} published, and no revision says why: {changes}",
            advice_to_add(self.row_to_add(self.match.indexes(number)[0]), self.revisions),
        )

    def _withdrawn(self, index: int) -> Finding:
        name = key_text(self.published.row(index, named=True), self.key)
        message = f"the figure {name} of {self.version} is gone, and no revision says why"
        hint = advice_to_add(self.row_to_add(index), self.revisions)
        where = self.figures.resource.name, self.figures.resource.path
        return Finding("unexplained", "error", message, hint, *where)

    def _dated_forward(self, row: int) -> Finding:
        return self.figures.finding(
            "since",
            row,
            SINCE,
            self.figures.frame[SINCE][row],
            f"{self.version} published this figure already",
            "restore the version that first had it; only a figure that was withdrawn, with a "
            "revision that says so, can begin anew",
        )

    def _dated_back(self, row: int) -> Finding:
        since = self.figures.frame[SINCE][row]
        message = f"{self.version} did not publish this figure"
        hint = f"write {self.coming}; a figure that was withdrawn and is back begins anew, too"
        return self.figures.finding("since", row, SINCE, since, message, hint)

    def _invented(self, revisions: Table, row: int) -> Finding:
        message = f"{self.version} did not publish this figure, so that there was nothing to revise"
        hint = "remove the row, or correct its key"
        version = revisions.frame["version"][row]
        return revisions.finding("previous", row, "version", version, message, hint)

    def _untrue(self, revisions: Table, number: int) -> Finding:
        row, state, names = self._pair(number)
        parts = differences(row, state, names)
        told = ", ".join(f"{PREVIOUS}{n} should be {was}, and is {now}" for n, was, now in parts)
        return revisions.finding(
            "previous",
            state[REVISION],
            PREVIOUS + names[0],
            optional_text(state[names[0]]),
            f"{self.version} published otherwise: {told}",
            "write what was published, as the earlier version has it",
        )


def _indexes_of(rows: pl.DataFrame, now: pl.DataFrame, key: Sequence[str]) -> list[int | None]:
    """For each of the rows the index of the figure with the same key; None: there is none."""
    match = match_rows(rows, now, key)
    here, there = match.common(
        pl.Series(range(rows.height), dtype=pl.UInt32), now.get_column(FIGURE)
    )
    known = dict(zip(here, there, strict=True))
    return [known.get(row) for row in range(rows.height)]
