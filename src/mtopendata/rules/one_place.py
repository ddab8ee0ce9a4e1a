"""What the figures of a rule's terms decide in one place, in decimals, as sums do in all places."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from mtopendata.figures.printed_numbers import EXACT
from mtopendata.ledger.report import State
from mtopendata.rules.model import Figure, Rule
from mtopendata.rules.shares import state_of_share


def weighted_sum(pairs: Iterable[tuple[Decimal, Decimal]]) -> Decimal:
    """Σ weight × number, without rounding."""
    total = Decimal(0)
    for weight, number in pairs:
        total = EXACT.fma(weight, number, total)
    return total


def state_of(rule: Rule, area: str | None, figures: Sequence[Figure | None]) -> State:
    """What the figures of the rule's terms decide where it is checked for this area."""
    if rule.relation.is_share:
        return state_of_share(figures)
    ends: list[list[tuple[Decimal, Decimal | None]]] = [[], []]
    for term, figure in zip(rule.terms_in(area), figures, strict=True):
        if figure is None and term.if_missing == "zero":
            continue
        bounds = (None, None) if figure is None else (figure.lower, figure.upper)
        for side, bound in zip(ends, bounds if term.coefficient > 0 else bounds[::-1], strict=True):
            side.append((term.coefficient, bound))
    return rule.relation.state(_sign(ends[0], unbounded=-1), _sign(ends[1], unbounded=1))


def _sign(end: Sequence[tuple[Decimal, Decimal | None]], unbounded: int) -> int:
    known = [(weight, bound) for weight, bound in end if bound is not None]
    total = weighted_sum(known)
    return (total > 0) - (total < 0) if len(known) == len(end) else unbounded
