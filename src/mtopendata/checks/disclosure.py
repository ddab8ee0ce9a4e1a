"""Whether suppressed figures stay hidden: what other figures and the rules leave of each.

A total gives away the one part of it that is withheld. The figures are about children, so that this
is tested of every package with suppressed figures, and is an error.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from mtopendata.checks.given_away import GivenAway
from mtopendata.checks.inference import MOST_BALANCES, Interval
from mtopendata.checks.kind import Kind, Known
from mtopendata.checks.linked_figures import (
    FigureKey,
    Link,
    LinkedFigure,
    Links,
    linked_figure,
    rules_by_measure,
)
from mtopendata.checks.sound_rows import SoundRows, sound_rows
from mtopendata.checks.suppressed_places import (
    Suppressed,
    SuppressedPlaces,
    places_of,
    suppressed_in,
)
from mtopendata.figures.marks import REVEALING_WIDTH, Marks, read_marks
from mtopendata.figures.tables import AREAS, FIGURE_COLUMNS, FIGURES, MARKS, RULES, SCOPES, TERMS
from mtopendata.ledger.outcome import Found, Item, Outcome, untested
from mtopendata.ledger.report import Finding
from mtopendata.reading.folds import Again, Fold
from mtopendata.reading.tables import LINE, PART, Block, Columns
from mtopendata.reading.whole_tables import stacked
from mtopendata.rules.model import Rule
from mtopendata.rules.reading import read_rules
from mtopendata.rules.tables import has_rules, untyped_column

NAME = "suppressed figures stay hidden"
_KEY = ("measure", "area", "period", "source")


def _usable_rules(known: Known, tables: Mapping[str, Columns]) -> list[Rule]:
    """The rules that can be read; what is wrong with the others is told where rules are tested."""
    if not has_rules(tables) or untyped_column(tables):
        return []
    rules, _ = read_rules(known.tables)
    return rules


class SuppressedFold:
    """Finds the suppressed figures, for which the others are then looked up."""

    def __init__(self, figures: Columns, known: Known) -> None:
        self.figures = figures
        self.rules = _usable_rules(known, known.with_columns(figures))
        self.marks = read_marks(known.tables)
        self.sound = sound_rows(figures, known)
        self.limit = known.limit

    def see(self, block: Block) -> Suppressed:
        """The suppressed figures of a block."""
        return suppressed_in(block)

    def merge(self, one: Suppressed, other: Suppressed) -> Suppressed:
        """Those of both."""
        return one.plus(other)

    def conclude(self, kept: Suppressed) -> Found | Again:
        """Nothing where no figure is suppressed; else another look, at what is linked to them."""
        if not kept.measures:
            return ()
        # Rules link measures, and these others: until nothing more is linked.
        by_measure = rules_by_measure(self.rules)
        linked, left = set(kept.measures), list(kept.measures)
        while left:
            rules = by_measure.get(left.pop(), ())
            new = {term.measure for rule in rules for term in rule.terms} - linked
            linked |= new
            left += new
        places = places_of(kept, linked, self.rules, self.figures.schema)
        which = linked, places
        return Again(
            Disclosure(self.figures, self.rules, which, self.marks, self.sound, self.limit)
        )


class Disclosure:
    """The audit of the suppressed figures. `which` figures can matter: those of the measures, in
    the places.
    """

    def __init__(
        self,
        figures: Columns,
        rules: Sequence[Rule],
        which: tuple[Collection[str], SuppressedPlaces],
        marks: Marks,
        sound: SoundRows,
        limit: int,
    ) -> None:
        self.table = figures
        self.rules = rules
        self.measures, self.places = which
        self.marks = marks
        self.sound = sound
        self.limit = limit

    def see(self, block: Block) -> list[pl.DataFrame]:
        """The figures that can matter. A row with errors says no number."""
        sound = self.sound.without_numbers(block)
        names = [name for name in _COLUMNS if name in sound.frame.columns]
        rows = (
            sound.frame.select(names)
            .hstack(block.places())
            .filter(pl.col("measure").is_in(list(self.measures)))
        )
        return [self.places.rows_in(rows)]

    def merge(self, one: list[pl.DataFrame], other: list[pl.DataFrame]) -> list[pl.DataFrame]:
        """Those of both."""
        return one + other

    def conclude(self, kept: list[pl.DataFrame]) -> Found:
        """An outcome, with each figure that is given away."""
        whole = pl.UInt32()
        rows = stacked(kept, {**self.table.schema, PART: whole, LINE: whole}).sort(PART, LINE)
        tested = partly = failures = 0
        first: list[GivenAway] = []
        for some in self.places.some_at_once(rows):
            items = map(linked_figure, some.iter_rows(named=True))
            audit = self._audited({item.key: item for item in items})
            tested += audit.tested
            partly += audit.partly
            failures += len(audit.found)
            first = sorted([*first, *audit.found], key=lambda found: found.item.place)[: self.limit]
        yield Outcome(
            "disclosure",
            NAME,
            self.table.resource.name,
            tested,
            first,
            lambda found: found.finding(self.table),
            engine="python",
            failures=failures,
        )
        if partly:
            yield self._in_part(partly)

    def _audited(self, figures: Mapping[FigureKey, LinkedFigure]) -> "_Audit":
        """What is found of some figures, to which no others are linked."""
        links = Links(figures, self.rules)
        suppressed = [item for item in figures.values() if item.is_suppressed]
        left: dict[FigureKey, tuple[Interval, list[Link]]] = {}
        partly = 0
        for item in suppressed:
            if item.key not in left:
                around, is_all = links.around(item.key)
                partly += not is_all or sum(link.is_balance for link in around) > MOST_BALANCES
                left |= links.left(around)
        found = [
            GivenAway(item, left[item.key][0], tuple(left[item.key][1]), links)
            for item in suppressed
            if item.key in left and self._gives_away(item, left[item.key][0])
        ]
        return _Audit(len(suppressed), partly, found)

    def _gives_away(self, item: LinkedFigure, left: Interval) -> bool:
        """Whether what is left is narrower than what the mark says, and too narrow."""
        width = left.width
        if width is None or width < 0 or (left.lower, left.upper) == (item.lower, item.upper):
            return False
        mark = self.marks.of(item.printed or "", item.key.source)
        return width <= Fraction(REVEALING_WIDTH if mark is None else mark.revealing_width)

    def _in_part(self, count: int) -> Finding:
        what = (
            "group of suppressed figures is" if count == 1 else "groups of suppressed figures are"
        )
        message = f"{count} {what} linked by more rules than can be combined: not all was tested"
        hint = "look at their totals yourself, or divide the rules into fewer that are linked"
        resource = self.table.resource
        return Finding("rule-arithmetic", "warning", message, hint, resource.name, resource.path)


@dataclass(frozen=True, slots=True)
class _Audit:
    """How many suppressed figures there are, how many groups of them were looked at in part only,
    and what was found.
    """

    tested: int
    partly: int
    found: Sequence[GivenAway]


_COLUMNS = (*_KEY, "lower", "upper", "qualifier", "unit", "printed")


def _suppressed_fold(columns: Columns, known: Known) -> Fold | None:
    if columns.resource.name != FIGURES or not FIGURE_COLUMNS.is_met(columns):
        return None
    return SuppressedFold(columns, known)


def _gated_audit(known: Known) -> Iterator[Item]:
    """A key that does not hold is an error of its own; that nothing was audited is told."""
    if MARKS in known.columns:
        yield untested("disclosure", NAME, FIGURES)


KIND = Kind(
    85,
    across=_suppressed_fold,
    keeps=(RULES, TERMS, SCOPES, AREAS, MARKS),
    needs=(FIGURES, RULES, TERMS),
    gated=_gated_audit,
)
