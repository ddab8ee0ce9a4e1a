"""What would make the violated rules of a package hold: the repairs of places that are listed."""

from collections.abc import Mapping, Sequence

from mtopendata.ledger.repairs import Repair, ViolatedPlace
from mtopendata.reading.tables import Columns
from mtopendata.rules.linear.effort import Effort
from mtopendata.rules.listed_repairs import listed_repair
from mtopendata.rules.model import Rule
from mtopendata.rules.repairs import all_repairs
from mtopendata.rules.share_repairs import share_repairs
from mtopendata.rules.system import System, system_of
from mtopendata.rules.system_figures import MOST_FIGURES, Surroundings

RepairOf = Mapping[ViolatedPlace, Repair]


def repairs_of(
    figures: Columns,
    rules: Sequence[Rule],
    listed: Sequence[ViolatedPlace],
    around: Surroundings,
    *,
    are_signed: bool,
) -> RepairOf:
    """The repair of each violated place that is listed. Repairs of one figure come first, and of
    these what explains the most.
    """
    if not listed:
        return {}
    if around.figures is None:
        why = f"rules bear on more than {MOST_FIGURES:,} figures here"
        return {place: Repair((place,), (), incomplete=why) for place in listed}
    incomplete = None
    fixed: set[str] = set()
    if not around.has_all_areas:
        fixed = {t.area for rule in rules for t in rule.spread if t.area is not None}
        areas = ", ".join(sorted(fixed))
        why = f"rules bear on more than {MOST_FIGURES:,} figures"
        incomplete = f"{why}, so that those of {areas or 'other areas'} were taken as they are"
    system = system_of(rules, around.figures, are_signed=are_signed, fixed_areas=fixed)
    by_name = {rule.name: rule for rule in rules}
    found = share_repairs(figures, by_name, listed, around.figures, are_signed=are_signed)
    for repairs in all_repairs(system, _beside(system, listed), Effort()):
        repair = listed_repair(system, repairs, figures, incomplete)
        found.update(dict.fromkeys(repair.violated, repair))
    size = {
        place: len(next(iter(repair.sets), ())) or len(found) for place, repair in found.items()
    }
    return dict(sorted(found.items(), key=lambda item: (size[item[0]], -len(item[1].violated))))


def _beside(system: System, listed: Sequence[ViolatedPlace]) -> list[int]:
    """The violated places of a system that are listed, and those that share a figure with one."""
    wanted = {(item.rule, item.area, item.period, item.source) for item in listed}
    ahead = [
        index
        for index, place in enumerate(system.places)
        if (place.rule.name, place.area, place.period, place.source) in wanted
        and place.state == "violated"
    ]
    found: set[int] = set()
    while ahead:
        index = ahead.pop()
        if index in found:
            continue
        found.add(index)
        for quantity in system.places[index].weights:
            others = system.places_of[quantity]
            ahead += (other for other in others if system.places[other].state == "violated")
    return sorted(found)
