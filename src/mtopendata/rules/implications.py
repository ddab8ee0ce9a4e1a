"""What the rules of a package leave of figures that are rounded, open or not reported."""

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from mtopendata.figures.tables import EXACT, FIGURES
from mtopendata.ledger.outcome import Item, Outcome, untested
from mtopendata.ledger.repairs import ImpliedBounds
from mtopendata.ledger.report import Finding, Report, Severity
from mtopendata.reading.tables import Table
from mtopendata.rules.implied import Implied, Torn, implied
from mtopendata.rules.instances import Key, KnownFigures, figure_of
from mtopendata.rules.linear.effort import Effort
from mtopendata.rules.listed_repairs import exact_text
from mtopendata.rules.model import Figure, Rule
from mtopendata.rules.reading import read_rules
from mtopendata.rules.system import Quantity, Range, System, system_of
from mtopendata.rules.tables import FIGURE_FIELDS, has_rules, untyped_column
from mtopendata.values.cells import plain

MOST_FIGURES = 50_000
"""Figures of which it is asked what rules leave of them."""
KIND_OF_CHECK = "rules"
SEVERITIES_OF_RULES: tuple[Severity, ...] = ("error", "warning")
"""Rules that must hold, and rules that are expected to."""


def implications(tables: Mapping[str, Table], report: Report) -> Iterator[Item]:
    """What rules leave of the figures of a package that was validated. Rules that must hold are
    asked first, then all of them. Nothing follows where there are errors.
    """
    if not has_rules(tables) or untyped_column(tables):
        return
    figures = tables[FIGURES]
    why = _why_not(figures, report)
    if why is not None:
        yield untested(KIND_OF_CHECK, "rules: leave each figure a number", figures.resource.name)
        message = f"nothing was derived from the rules: {why}"
        hint = "nothing to do, once there are no errors"
        where = figures.resource.name, figures.resource.path
        yield Finding("not-derived", "note", message, hint, *where)
        return
    rules, _ = read_rules(tables)
    known = _figures_of_rules(figures, rules)
    torn: list[Finding] = []
    yield from _derived_from(rules, figures, known, torn)
    open_ended = sum(f.lower is None or f.lower != f.upper for some in known.values() for f in some)
    for level in SEVERITIES_OF_RULES:
        found = [finding for finding in torn if finding.severity == level]
        tested = open_ended if level == "error" else None
        name, resource = "rules: leave each figure a number", figures.resource.name
        yield Outcome(KIND_OF_CHECK, name, resource, tested, found, severity=level, engine="python")


def _derived_from(
    rules: Sequence[Rule], figures: Table, known: KnownFigures, torn: list[Finding]
) -> Iterator[ImpliedBounds]:
    """The bounds that rules leave, and into `torn` those that leave none. Bounds that all rules
    leave are told only where those that must hold leave others.
    """
    are_signed = any(f.lower is not None and f.lower < 0 for some in known.values() for f in some)
    before: dict[tuple[Key, str | None], Range] = {}
    for severity in SEVERITIES_OF_RULES:
        asked = [rule for rule in rules if severity in ("warning", rule.severity)]
        system = system_of(asked, known, are_signed=are_signed)
        for item in implied(system, Effort()):
            if isinstance(item, Torn):
                if severity == "error" or not _must_hold(system, item.places):
                    torn.append(_torn(figures, system, item, severity))
                continue
            quantity = system.quantities[item.quantity]
            key = (quantity.measure, quantity.area, quantity.period), _source(quantity)
            if before.get(key) != item.bounds:
                before[key] = item.bounds
                yield _derived(figures, system, item)


def _source(quantity: Quantity) -> str | None:
    return quantity.figure.source if quantity.figure else None


def _why_not(figures: Table, report: Report) -> str | None:
    if not report.valid:
        return "the package has errors"
    if not figures.is_typed(("value",), *EXACT):
        return "the figures are not exact numbers"
    if figures.frame.height > MOST_FIGURES:
        return f"there are more than {MOST_FIGURES:,} figures"
    return None


def _figures_of_rules(figures: Table, rules: Sequence[Rule]) -> KnownFigures:
    """The figures of the rules by their keys."""
    measures = {term.measure for rule in rules for term in rule.terms}
    names = [name for name in FIGURE_FIELDS if figures.has((name,))]
    has_bounds = figures.has(("lower", "upper"))
    found: dict[Key, list[Figure]] = {}
    for index, row in enumerate(figures.frame.select(names).iter_rows(named=True)):
        if row["measure"] in measures:
            key = (row["measure"], row.get("area"), row.get("period"))
            figure = figure_of(figures.place(index), row, has_bounds, is_wrong=False)
            found.setdefault(key, []).append(figure)
    return found


def _must_hold(system: System, places: Sequence[int]) -> bool:
    return all(system.places[place].rule.severity == "error" for place in places)


def _derived(figures: Table, system: System, item: Implied) -> ImpliedBounds:
    quantity = system.quantities[item.quantity]
    figure = cast("Figure", quantity.figure)  # only of rows anything is told
    printed = [None if end is None else plain(end) for end in (figure.lower, figure.upper)]
    left = [None if end is None else exact_text(end) for end in item.bounds]
    return ImpliedBounds(
        figures.resource.name,
        figures.path(figure.place.part),
        figure.place.line,
        quantity.measure,
        quantity.area,
        quantity.period,
        figure.source,
        printed_lower=printed[0],
        printed_upper=printed[1],
        lower=left[0],
        upper=left[1],
        rules=tuple(dict.fromkeys(system.places[place].rule.name for place in item.places)),
        is_narrowest=item.is_narrowest,
        is_expected=not _must_hold(system, item.places),
    )


def _torn(figures: Table, system: System, item: Torn, severity: Severity) -> Finding:
    stated = [system.places[place] for place in item.places]
    rules = ", ".join(dict.fromkeys(place.rule.name for place in stated))
    rows = sorted(
        {
            figure.place
            for place in stated
            for quantity in place.weights
            if (figure := system.quantities[quantity].figure) is not None
        }
    )
    message = f"no rule is violated by itself, and all together cannot hold: {rules}"
    lines = ", ".join(str(place.line) for place in rows)
    where = figures.resource.name, figures.path(rows[0].part), rows[0].line, "value"
    hint = f"compare rows {lines} with the source"
    return Finding("rules-together", severity, message, hint, *where)
