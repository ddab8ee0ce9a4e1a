"""What would make a violated share hold: one of its three figures, between which values."""

from collections.abc import Mapping, Sequence

from mtopendata.ledger.repairs import Repair, RepairedFigure, ViolatedPlace
from mtopendata.reading.tables import Columns
from mtopendata.rules.instances import KnownFigures, term_key
from mtopendata.rules.linear.exact import reduced
from mtopendata.rules.listed_repairs import repaired_figure
from mtopendata.rules.model import Figure, Rule
from mtopendata.rules.shares import remedies_of_share
from mtopendata.rules.system import Limits, Range, unit_limits, whole_range


def share_repairs(
    figures: Columns,
    rules: Mapping[str, Rule],
    listed: Sequence[ViolatedPlace],
    known: KnownFigures,
    *,
    are_signed: bool,
) -> dict[ViolatedPlace, Repair]:
    """The repair of each violated place of a share. Other rules are not asked: each set is a single
    figure, beside which the two others stay as they are.
    """
    return {
        place: Repair((place,), _sets(figures, rules[place.rule], place, known, are_signed))
        for place in listed
        if place.rule in rules and rules[place.rule].relation.is_share
    }


def _sets(
    figures: Columns, rule: Rule, place: ViolatedPlace, known: KnownFigures, are_signed: bool
) -> tuple[tuple[RepairedFigure, ...], ...]:
    found: list[Figure | None] = []
    keys = [term_key(term, place.area, place.period) for term in rule.terms]
    for key in keys:
        candidates = [item for item in known.get(key, ()) if item.source == place.source]
        found.append(candidates[0] if candidates else None)
    sets = []
    for index, bounds in remedies_of_share(found).items():
        figure = found[index]
        if figure is None:
            continue
        limits = unit_limits(figure.unit, are_signed=are_signed)
        possible = _within_limits(bounds, limits)
        if possible is not None:
            sets.append((repaired_figure(figures, keys[index], figure, possible),))
    return tuple(sorted(sets, key=lambda items: (items[0].slip is None, items[0].row)))


def _within_limits(found: Range, limits: Limits) -> Range | None:
    """The part of a range that the limits of a unit leave; None: nothing."""
    lowers = [end for end in (found[0], limits.lower) if end is not None]
    uppers = [end for end in (found[1], limits.upper) if end is not None]
    lower = reduced(max(lowers)) if lowers else None
    upper = reduced(min(uppers)) if uppers else None
    if lower is not None and upper is not None and lower > upper:
        return None
    return whole_range((lower, upper), limits)
