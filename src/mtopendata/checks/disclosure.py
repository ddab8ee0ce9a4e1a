"""Whether suppressed figures stay hidden: what other figures and the rules leave of each.

A total gives away the one part of it that is withheld. The figures are about children, so that this
is tested of every package with suppressed figures, and is an error.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import polars as pl

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
from mtopendata.figures.marks import REVEALING_WIDTH, SUPPRESSED, Marks, read_marks
from mtopendata.figures.tables import AREAS, FIGURE_COLUMNS, FIGURES, MARKS, RULES, SCOPES, TERMS
from mtopendata.ledger.outcome import Found, Item, Outcome, untested
from mtopendata.ledger.report import Finding
from mtopendata.reading.folds import Again, Fold
from mtopendata.reading.tables import Block, Columns
from mtopendata.rules.model import Rule
from mtopendata.rules.reading import read_rules
from mtopendata.rules.tables import has_rules, untyped_column

NAME = "suppressed figures stay hidden"
MOST_TRIED = 40
"""Links of which each is left out once, to see whether the others give a figure away without it."""
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

    def see(self, block: Block) -> frozenset[str]:
        """The measures of a block's suppressed figures."""
        frame = block.frame.select("measure", "qualifier")
        found = frame.filter(pl.col("qualifier") == SUPPRESSED)
        return frozenset(found.get_column("measure").drop_nulls()) if found.height else frozenset()

    def merge(self, one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
        """Those of both."""
        return one | other

    def conclude(self, kept: frozenset[str]) -> Found | Again:
        """Nothing where no figure is suppressed; else another look, at what is linked to them."""
        if not kept:
            return ()
        # Rules link measures, and these others: until nothing more is linked.
        by_measure = rules_by_measure(self.rules)
        linked, left = set(kept), list(kept)
        while left:
            rules = by_measure.get(left.pop(), ())
            new = {term.measure for rule in rules for term in rule.terms} - linked
            linked |= new
            left += new
        return Again(Disclosure(self.figures, self.rules, linked, self.marks, self.sound))


class Disclosure:
    """The audit of the suppressed figures among those of linked measures."""

    def __init__(
        self,
        figures: Columns,
        rules: Sequence[Rule],
        measures: Collection[str],
        marks: Marks,
        sound: SoundRows,
    ) -> None:
        self.table = figures
        self.rules = rules
        self.measures = measures
        self.marks = marks
        self.sound = sound

    def see(self, block: Block) -> list[LinkedFigure]:
        """The figures of linked measures. A row with errors says no number."""
        sound = self.sound.without_numbers(block)
        names = [name for name in _COLUMNS if name in sound.frame.columns]
        rows = (
            sound.frame.select(names)
            .hstack(block.places())
            .filter(pl.col("measure").is_in(list(self.measures)))
        )
        return [linked_figure(row) for row in rows.iter_rows(named=True)]

    def merge(self, one: list[LinkedFigure], other: list[LinkedFigure]) -> list[LinkedFigure]:
        """Those of both."""
        return one + other

    def conclude(self, kept: list[LinkedFigure]) -> Found:
        """An outcome, with each figure that is given away."""
        figures = {item.key: item for item in sorted(kept, key=lambda item: item.place)}
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
            _GivenAway(item, left[item.key][0], tuple(left[item.key][1]), links)
            for item in suppressed
            if item.key in left and self._gives_away(item, left[item.key][0])
        ]
        yield Outcome(
            "disclosure",
            NAME,
            self.table.resource.name,
            len(suppressed),
            found,
            self._say,
            engine="python",
        )
        if partly:
            yield self._in_part(partly)

    def _gives_away(self, item: LinkedFigure, left: Interval) -> bool:
        """Whether what is left is narrower than what the mark says, and too narrow."""
        width = left.width
        if width is None or width < 0 or (left.lower, left.upper) == (item.lower, item.upper):
            return False
        mark = self.marks.of(item.printed or "", item.key.source)
        return width <= Fraction(REVEALING_WIDTH if mark is None else mark.revealing_width)

    def _say(self, found: "_GivenAway") -> Finding:
        telling = self._fewest(found)
        item, left = found.item, found.left
        number = _as_fraction(left.lower)
        what = number if left.width == 0 else f"from {number} to {_as_fraction(left.upper)}"
        where = ", ".join(str(part) for part in item.key[1:3] if part is not None)
        name = item.key.measure + (f" ({where})" if where else "")
        by = "; ".join(f"{link.name} ({self._rows(link, found)})" for link in telling)
        message = f"{name} is suppressed, and other figures tell that it is {what}: {by}"
        hint = (
            "suppress a second figure of the same total, or leave the total out: "
            "docs/suppressed.md shows how to choose it"
        )
        return self.table.finding_at(
            "disclosed", item.place, "qualifier", SUPPRESSED, message, hint
        )

    def _fewest(self, found: "_GivenAway") -> list[Link]:
        """Links that give a figure away, none of which could be left out."""
        telling = list(found.telling)
        if len(telling) > MOST_TRIED:
            return telling
        for link in found.telling:
            rest = [other for other in telling if other != link]
            left, _ = found.links.left(rest).get(found.item.key, (None, []))
            if left and (left.lower, left.upper) == (found.left.lower, found.left.upper):
                telling = rest
        return telling

    def _rows(self, link: Link, found: "_GivenAway") -> str:
        """The other figures of a link, by their rows."""
        keys = [key for _, key in link.terms if key != found.item.key]
        known = [found.links.figures[key] for key in keys if key in found.links.figures]
        return ", ".join(
            f"{item.printed or 'no number'} in row {item.place.line}" for item in known
        )

    def _in_part(self, count: int) -> Finding:
        what = (
            "group of suppressed figures is" if count == 1 else "groups of suppressed figures are"
        )
        message = f"{count} {what} linked by more rules than can be combined: not all was tested"
        hint = "look at their totals yourself, or divide the rules into fewer that are linked"
        resource = self.table.resource
        return Finding("rule-arithmetic", "warning", message, hint, resource.name, resource.path)


@dataclass(frozen=True, slots=True)
class _GivenAway:
    """A suppressed figure, what is left of it, and the links that tell."""

    item: LinkedFigure
    left: Interval
    telling: tuple[Link, ...]
    links: Links


_COLUMNS = (*_KEY, "lower", "upper", "qualifier", "unit", "printed")


def _as_fraction(value: Fraction | None) -> str:
    if value is None:
        return "any number"
    return str(value.numerator) if value.denominator == 1 else f"{float(value):g}"


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
