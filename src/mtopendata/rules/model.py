"""Rules over figures, as data: a rule is a linear relation, Σ coefficient × figure `=` or `<=` 0.

Each figure is an interval, and so is the sum of a rule's terms. The signs of the sum's two ends
decide the rule. A figure that is not there has no bounds. See R's packages validate and errorlocate
for the vocabulary.
"""

from dataclasses import dataclass
from decimal import Decimal

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
    `denial` how the contrary is written.
    """

    sign: str
    symbol: str
    denial: str
    least: int
    greatest: int

    @property
    def is_balance(self) -> bool:
        """Whether the sum must be 0, so that each term follows from the others."""
        return self.least == self.greatest == 0

    def state(self, lower: int, upper: int) -> State:
        """What the signs of a sum's two ends decide, each -1, 0 or 1.

        Of an end without a bound, the lower has the sign -1 and the upper 1.
        """
        if lower > self.greatest or upper < self.least:
            return "violated"
        if lower >= self.least and upper <= self.greatest:
            return "satisfied"
        return "undecided"


@dataclass(frozen=True, slots=True)
class Term:
    """`area` None: the area being checked. `lag`: years before the period being checked."""

    coefficient: Decimal
    measure: str
    area: str | None
    lag: int


@dataclass(frozen=True, slots=True)
class Rule:
    """`row` is the rule's own in its table. `numbers` are those that the terms bear, none where
    they bear none.
    """

    name: str
    relation: Relation
    severity: Severity
    title: str
    row: int
    terms: tuple[Term, ...]
    numbers: tuple[int, ...] = ()


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
    """A rule in one place, decided: `figures` are those of its terms there, None where there is
    none. Area and source are None where the rule does not vary with them.
    """

    rule: Rule
    area: str | None
    period: int | None
    source: str | None
    state: State
    figures: tuple[Figure | None, ...]
