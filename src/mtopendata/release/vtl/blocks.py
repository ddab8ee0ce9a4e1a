"""A rule as blocks that VTL can work out: one for all areas, or one for each area that has parts.

A block has groups of terms whose figures are added up by one key. The figures of the first group
say where the rule is checked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mtopendata.release.vtl.spelling import UnsaidError
from mtopendata.rules.model import Rule, Term

MOST_AREAS = 200
"""Areas with parts, of which each needs a block: a script of more is for nobody."""


@dataclass(frozen=True, slots=True)
class TermGroup:
    """Terms of one lag, each with its area if it has one, and the figures' columns by which they
    are added up. `without` are areas whose figures do not count.
    """

    terms: tuple[Term, ...]
    lag: int
    keys: tuple[str, ...]
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleBlock:
    """A rule where it is checked for all areas, or for the one that is named. `needed`: how many
    figures it needs in each place.
    """

    rule: Rule
    area: str | None
    groups: tuple[TermGroup, ...]
    needed: int


def rule_blocks(rule: Rule, columns: Sequence[str]) -> Iterator[RuleBlock]:
    """The blocks of a rule; `columns` are those of area, period and source that figures have.
    UnsaidError: it cannot be said.
    """
    _require(rule, columns)
    if not rule.is_over_parts:
        yield _block_of(rule, None, rule.terms_in(None), columns)
        return
    named = {term.area for term in rule.spread if term.area is not None}
    wholes = [area for area in rule.parts if area not in named]
    if len(wholes) > MOST_AREAS:
        raise UnsaidError(f"it is checked for {len(wholes):,} areas, each of which needs a block")
    for whole in wholes:
        yield _block_of(rule, whole, rule.terms_in(whole), columns)


def _require(rule: Rule, columns: Sequence[str]) -> None:
    if "area" not in columns and any(term.area or term.of_parts for term in rule.terms):
        raise UnsaidError("it names areas, and figures have no area")
    if "period" not in columns and any(term.lag for term in rule.terms):
        raise UnsaidError("it compares years, and figures have no period")


def _block_of(
    rule: Rule, whole: str | None, terms: Sequence[Term], columns: Sequence[str]
) -> RuleBlock:
    """The terms in groups: at the area being checked, and at areas of their own; by their lag."""
    own = [term for term in rule.terms_in(None) if term.area is not None]
    groups: list[TermGroup] = []
    for lag in sorted({term.lag for term in terms}):
        of_lag = [term for term in terms if term.lag == lag]
        groups += _groups_of(of_lag, lag, own, whole, columns)
    if _goes_by_lagged_terms(rule):
        raise UnsaidError("all of its figures of the year itself have areas of their own")
    for group in groups:
        _require_distinct(group.terms)
    needed = sum(term.if_missing != "zero" for term in terms)
    return RuleBlock(rule, whole, tuple(groups), needed)


def _groups_of(
    terms: Sequence[Term],
    lag: int,
    own: Sequence[Term],
    whole: str | None,
    columns: Sequence[str],
) -> Iterator[TermGroup]:
    """The terms of one lag: those at the area being checked, and those of `own` areas."""
    has_own = [term in own if whole else term.area is not None for term in terms]
    here = [term for term, is_own in zip(terms, has_own, strict=True) if not is_own]
    there = [term for term, is_own in zip(terms, has_own, strict=True) if is_own]
    left_out = {"area", "source"} if lag else {"area"}
    keys = tuple(name for name in columns if name not in left_out)
    if here:
        local = keys if whole or "area" not in columns else ("area", *keys)
        named = tuple(dict.fromkeys(term.area for term in own if term.area is not None))
        placed = tuple(_placed_at(term, whole) for term in here)
        yield TermGroup(placed, lag, local, () if lag or whole else named)
    if there:
        yield TermGroup(tuple(there), lag, keys)


def _goes_by_lagged_terms(rule: Rule) -> bool:
    """Whether only earlier figures are of the area being checked."""
    local = [term for term in rule.terms if term.area is None]
    return bool(local) and all(term.lag for term in local)


def _placed_at(term: Term, whole: str | None) -> Term:
    area = term.area or whole
    return Term(term.coefficient, term.measure, area, term.lag, False, term.if_missing)


def _require_distinct(terms: Sequence[Term]) -> None:
    figures = [(term.measure, term.area) for term in terms]
    if len(set(figures)) < len(figures):
        raise UnsaidError("one figure stands in two of its terms")
