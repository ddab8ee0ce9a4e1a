"""Rules over exact figures of one area and year as VTL has them for sums: hierarchical rulesets."""

from mtopendata.release.vtl.spelling import UnsaidError, code_item
from mtopendata.rules.model import Rule, Term


def hierarchical_rule(rule: Rule) -> str | None:
    """The rule as one of a hierarchical ruleset: an item, a comparison, and items that are added or
    taken away. None: it is no such rule.
    """
    if rule.relation.is_share or not all(map(_is_point_rule, rule.terms)):
        return None
    if len({term.measure for term in rule.terms}) < len(rule.terms):
        return None
    terms = list(rule.terms)
    first = next(
        (term for term in terms if rule.relation.is_balance == (term.coefficient < 0)), None
    )
    if first is None or len(terms) < 2:
        return None
    terms.remove(first)
    try:
        left = code_item(first.measure)
        right = [
            (term.coefficient * first.coefficient < 0, code_item(term.measure)) for term in terms
        ]
    except UnsaidError:
        return None
    # What is added comes first, so that no rule begins with a minus where it need not.
    right.sort(key=lambda item: not item[0])
    said = " ".join(f"{'+' if is_added else '-'} {item}" for is_added, item in right)
    return f"{left} {rule.relation.sign} {said.removeprefix('+ ')}"


def _is_point_rule(term: Term) -> bool:
    is_here = term.area is None and not term.lag and not term.of_parts
    return is_here and abs(term.coefficient) == 1 and term.if_missing == "undecided"
