"""Shares of a whole as intervals, in VTL: the bounds of all three figures in each place."""

from collections.abc import Iterator, Sequence

from mtopendata.release.vtl.blocks import RuleBlock
from mtopendata.release.vtl.spelling import UnsaidError, code_set, code_text
from mtopendata.rules.model import Term

ENDS = tuple(f"{end}_{what}" for what in ("share", "part", "whole") for end in ("low", "high"))


def share_statements(part: RuleBlock, name: str) -> Iterator[str]:
    """Statements that end with the dataset `places_NAME`, which has the columns ENDS in each place
    where the share is reported; a low end that is not there is 0, as for the program.
    """
    if any(group.lag for group in part.groups):
        raise UnsaidError("it is a share of another year")
    own = [term.area is not None for term in part.rule.terms]
    names: list[str] = []
    for group in part.groups:
        is_own = group.terms[0].area is not None
        at = [index for index, has_area in enumerate(own) if has_area == is_own]
        terms = [part.rule.terms[index] for index in at]
        names.append(f"bounds_{name}" if not names else f"bounds_{name}_2")
        yield _share_bounds(terms, at, names[-1], group.keys, group.without)
    base = names[0] if len(names) == 1 else f"left_join({', '.join(names)})"
    lows = ", ".join(f"{end} := nvl({end}, 0)" for end in ENDS if end.startswith("low"))
    yield (
        f"places_{name} := {base}\n"
        f"  [filter not (isnull(low_share) and isnull(high_share))]\n"
        f"  [calc {lows}];"
    )


def _share_bounds(
    terms: Sequence[Term], at: Sequence[int], name: str, keys: Sequence[str], without: Sequence[str]
) -> str:
    columns = []
    for term, index in zip(terms, at, strict=True):
        is_of = f"item = {code_text(term.measure)}"
        if term.area is not None:
            is_of += f" and area = {code_text(term.area)}"
        for end, source in zip(ENDS[2 * index : 2 * index + 2], ("low", "high"), strict=True):
            columns.append(f"{end} := max(if {is_of} then {source} else null)")
    wanted = f"item in {code_set(term.measure for term in terms)}"
    if without:
        wanted += f" and not (area in {code_set(without)})"
    return (
        f"{name} := bounds[filter {wanted}]\n"
        f"  [aggr {(',' + chr(10) + '        ').join(columns)}\n"
        f"   group by {', '.join(keys or ['place'])}];"
    )


CAN_HOLD = (
    "low_share < 0 or low_part < 0 or low_whole < 0\n"
    "      or (100 * high_part >= low_share * low_whole"
    " and 100 * low_part <= high_share * high_whole)"
)
MUST_HOLD = (
    "low_share >= 0 and low_part >= 0 and low_whole >= 0\n"
    "      and (low_share * high_whole <= 100 * low_part or low_share = 0)\n"
    "      and 100 * high_part <= high_share * low_whole"
)
