"""Release → its rules as a VTL script: what each needs of the figures, and the ruleset of it."""

from collections.abc import Iterator, Mapping, Sequence

from mtopendata.figures.tables import FIGURES, RULES
from mtopendata.reading.tables import Table
from mtopendata.release.model import Release
from mtopendata.release.tables import tables_of
from mtopendata.release.vtl.blocks import RuleBlock, rule_blocks
from mtopendata.release.vtl.exact_figures import hierarchical_rule
from mtopendata.release.vtl.share_statements import CAN_HOLD, ENDS, MUST_HOLD, share_statements
from mtopendata.release.vtl.spelling import UnsaidError, comment, message_text, unique_words
from mtopendata.release.vtl.sums import sum_statements
from mtopendata.rules.model import Rule
from mtopendata.rules.reading import readable_rules
from mtopendata.rules.words import statement

LEVELS = {"error": 2, "warning": 1}
"""The errorlevel of a rule by its severity; that of a place that is not decided is 0."""
LEFT_OUT = "Left out, since VTL cannot say it here: "


def script_of(release: Release) -> str:
    """The whole script of a release that has rules."""
    return script_text(tables_of(release), f"{release.name} {release.version or ''}".rstrip())


def script_text(tables: Mapping[str, Table], name: str) -> str:
    """The script of a package with this name. It must have rules that can be read."""
    rules = list(readable_rules(tables).values())
    figures = tables[FIGURES].frame.columns
    reasons = tables[RULES].frame
    because = reasons["reason"] if "reason" in reasons.columns else [None] * reasons.height
    columns: list[str] = [name for name in ("area", "period", "source") if name in figures]
    if set(columns) <= {"area"}:
        columns.append("place")
    lines = [_opening_comment(name, figures, columns), *_bounds_statement(figures, columns, rules)]
    for rule, word in zip(rules, unique_words(rule.name for rule in rules), strict=True):
        lines += _statements_of_rule(rule, str(because[rule.row] or ""), word, columns)
    return "\n\n".join(lines) + "\n"


def _opening_comment(name: str, figures: Sequence[str], columns: Sequence[str]) -> str:
    ends = "lower, upper" if {"lower", "upper"} <= set(figures) else "value"
    keys = ", ".join(("measure", *(column for column in columns if column != "place")))
    return comment(
        f"The rules of {name} in VTL 2.1.",
        "",
        "Input: the dataset figures, the package's table of that name. Identifiers, of which none",
        f"is empty: {keys} (period is an integer). Measures: {ends}; others may be there.",
        "",
        "Each rule has a dataset checked_NAME, with two rows a place. can_hold is false where it",
        "is violated; must_hold is true where it is satisfied; else it is undecided there. The",
        "errorlevel of can_hold is 2 for a rule that must hold, and 1 for one that is expected to.",
        "exact_NAME is the same by check_hierarchy, of figures that are exact.",
    )


def _bounds_statement(
    figures: Sequence[str], columns: Sequence[str], rules: Sequence[Rule]
) -> Iterator[str]:
    """The figures as intervals; those of earlier years, whatever their source; the exact ones."""
    has_bounds = {"lower", "upper"} <= set(figures)
    place = '\n  [calc identifier place := "all"]' if "place" in columns else ""
    if has_bounds:
        kept = (
            "[keep 'lower', 'upper']\n  [rename 'measure' to item, 'lower' to low, 'upper' to high]"
        )
    else:
        kept = "[keep 'value'][calc low := 'value', high := 'value'][keep low, high]\n" \
            "  [rename 'measure' to item]"  # fmt: skip
    yield f"bounds := figures{kept}{place};"
    if any(term.lag for rule in rules for term in rule.terms):
        area = "area, " if "area" in columns else ""
        yield (
            comment("An earlier year counts with all that any of its sources allows.")
            + "\nearlier := bounds\n"
            "  [calc no_low := if isnull(low) then 1 else 0,\n"
            "        no_high := if isnull(high) then 1 else 0]\n"
            "  [aggr low := min(low), high := max(high), no_low := sum(no_low), "
            "no_high := sum(no_high)\n"
            f"   group by item, {area}period]\n"
            "  [calc low := if no_low = 0 then low else null, "
            "high := if no_high = 0 then high else null]\n"
            "  [keep low, high];"
        )
    if any(hierarchical_rule(rule) for rule in rules):
        yield "exact := bounds[filter low = high][keep low];"


def _statements_of_rule(
    rule: Rule, reason: str, word: str, columns: Sequence[str]
) -> Iterator[str]:
    about = (f"{rule.name}: {rule.title}", statement(rule), reason)
    try:
        parts = list(rule_blocks(rule, columns))
        words = unique_words(f"{word}_in_{p.area}" if p.area else word for p in parts)
        said = [
            line
            for part, own in zip(parts, list(words), strict=True)
            for line in _block_lines(part, own)
        ]
    except UnsaidError as unsaid:
        yield comment(*about, f"{LEFT_OUT}{unsaid}.")
        return
    yield comment(*about, "" if parts else f"{LEFT_OUT}no area has parts.")
    yield from said
    if (plain := hierarchical_rule(rule)) and "place" not in columns:
        yield (
            f"define hierarchical ruleset hierarchy_{word} (variable rule item) is\n"
            f"  {word if word[0].isalpha() else f'r_{word}'}: {plain}\n"
            f"    errorcode {message_text(rule.title)} errorlevel {LEVELS[rule.severity]}\n"
            "end hierarchical ruleset;"
        )
        checked = f"check_hierarchy(exact, hierarchy_{word} rule item partial_null all)"
        yield f"exact_{word} <- {checked};"


def _block_lines(part: RuleBlock, name: str) -> Iterator[str]:
    rule = part.rule
    if rule.relation.is_share:
        yield from share_statements(part, name)
        variables, can_hold, must_hold = ", ".join(ENDS), CAN_HOLD, MUST_HOLD
    else:
        yield from sum_statements(part, name)
        variables = "low, high"
        is_balance = rule.relation.is_balance
        can_hold = "low <= 0 and high >= 0" if is_balance else "low <= 0"
        must_hold = "low >= 0 and high <= 0" if is_balance else "high <= 0"
    place = f" ({part.area})" if part.area else ""
    yield (
        f"define datapoint ruleset rule_{name} (variable {variables}) is\n"
        f"  can_hold: {can_hold}\n"
        f"    errorcode {message_text(rule.title + place)} errorlevel {LEVELS[rule.severity]};\n"
        f"  must_hold: {must_hold}\n"
        '    errorcode "undecided or violated" errorlevel 0\n'
        "end datapoint ruleset;"
    )
    yield f"checked_{name} <- check_datapoint(places_{name}, rule_{name} all);"
