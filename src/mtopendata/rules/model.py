"""Rules over figures, as data: a rule is a linear relation, Σ coefficient × figure `=` or `<=` 0.

Each figure is an interval, and so is the sum of a rule's terms. The signs of the sum's two ends
decide the rule. A figure that is not there has no bounds. See R's packages validate and errorlocate
for the vocabulary.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal

import polars as pl

from mtopendata.ledger.report import Severity, State
from mtopendata.reading.tables import Place

PLACE = {"area": pl.String(), "period": pl.Int64(), "source": pl.String()}
"""What a rule is checked for, each by each: the figures' columns, with their types."""

STATES: tuple[State, ...] = ("violated", "undecided", "satisfied")
"""In the order in which the places of a rule are listed."""


@dataclass(frozen=True, slots=True)
class Relation:
    """What a rule says of the sum of its terms: that its sign is one from `least` to `greatest`.

    `sign` is how the table of rules writes the relation, `symbol` how mathematics does, and
    `denial` how the contrary is written. `is_share`: it is no sum, but the first of three terms is
    the second as a share of the third, in percent.
    """

    sign: str
    symbol: str
    denial: str
    least: int
    greatest: int
    is_share: bool = False

    @property
    def is_balance(self) -> bool:
        """Whether the sum must be 0, so that each term follows from the others."""
        return self.least == self.greatest == 0 and not self.is_share

    def state(self, lower: int, upper: int) -> State:
        """What the signs of a sum's two ends decide, each -1, 0 or 1.

        Of an end without a bound, the lower has the sign -1 and the upper 1.
        """
        if lower > self.greatest or upper < self.least:
            return "violated"
        if lower >= self.least and upper <= self.greatest:
            return "satisfied"
        return "undecided"


IfMissing = Literal["undecided", "zero", "skip"]
"""What a rule makes of a figure that has no row: it can be anything, which leaves the rule
undecided; it counts as 0; or the rule is not checked there.
"""


@dataclass(frozen=True, slots=True)
class Term:
    """`area` None: the area being checked. `lag`: years before the period being checked.
    `of_parts`: the figures of all areas directly below the area, in place of its own.
    """

    coefficient: Decimal
    measure: str
    area: str | None
    lag: int
    of_parts: bool = False
    if_missing: IfMissing = "undecided"


@dataclass(frozen=True, slots=True)
class Rule:
    """`row` is the rule's own in its table. `numbers` are those that the terms bear, none where
    they bear none. `parts` are the areas directly below each area, which only a rule has of which
    a term is `of_parts`.
    """

    name: str
    relation: Relation
    severity: Severity
    title: str
    row: int
    terms: tuple[Term, ...]
    numbers: tuple[int, ...] = ()
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict, compare=False)

    @property
    def is_over_parts(self) -> bool:
        """Whether it is checked for areas that have parts, and for no others."""
        return any(term.of_parts and term.area is None for term in self.terms)

    @property
    def needs_all(self) -> bool:
        """Whether it is checked only where no figure is missing, but for those that count as 0."""
        return any(term.if_missing == "skip" for term in self.terms)

    def terms_in(self, area: str | None) -> tuple[Term, ...]:
        """The terms with one figure each, where the rule is checked for this area."""
        if not self.parts:
            return self.terms
        return tuple(one for term in self.terms for one in self._single(term, area))

    def places_of(self, term: Term, area: str | None) -> Iterator[str | None]:
        """The area for which the rule is checked where a term without one takes a figure of this
        area; nothing where it is checked for none.
        """
        if term.of_parts:
            yield from (whole for whole, parts in self.parts.items() if area in parts)
        elif not self.is_over_parts or area in self.parts:
            yield area

    @property
    def spread(self) -> tuple[Term, ...]:
        """The terms with one figure each, but for the parts of the area being checked."""
        over = [term for term in self.terms if term.of_parts and term.area is None]
        return (*self.terms_in(None), *over)

    def _single(self, term: Term, area: str | None) -> Iterator[Term]:
        if not term.of_parts:
            yield term
            return
        for part in self.parts.get(term.area or area or "", ()):
            yield replace(term, area=part, of_parts=False)


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the figures as an interval; None: no bound on that side. `place` is the row's.
    `is_wrong`: it has errors of its own, so that nothing is known of the figure.
    """

    value: Decimal | None
    lower: Decimal | None
    upper: Decimal | None
    source: str | None
    place: Place
    printed: str | None
    unit: str | None
    is_wrong: bool = False


@dataclass(frozen=True, slots=True)
class Instance:
    """A rule in one place, decided: `figures` are those of its terms there (`Rule.terms_in`), None
    where there is none. Area and source are None where the rule does not vary with them.
    """

    rule: Rule
    area: str | None
    period: int | None
    source: str | None
    state: State
    figures: tuple[Figure | None, ...]
