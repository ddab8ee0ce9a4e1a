"""What follows from rules and figures together, as text for a person."""

from collections.abc import Iterator, Sequence

import click

from mtopendata.ledger.repair_words import interval_text, set_words
from mtopendata.ledger.repairs import ImpliedBounds, Repair
from mtopendata.report.printable import printable
from mtopendata.values.plurals import plural

SHOWN_SETS = 6
"""Sets of figures that are shown of each repair without --verbose, and rules that it names."""


def repair_lines(repairs: Sequence[Repair], *, verbose: bool) -> Iterator[str]:
    """Of several violated places that share figures what would make all hold, and a blank line. The
    repairs of a single place stand in its finding, and here with `verbose`.
    """
    shown = [repair for repair in repairs if verbose or len(repair.violated) > 1]
    for repair in shown:
        rules = list(dict.fromkeys(place.rule for place in repair.violated))
        more = f" and {len(rules) - SHOWN_SETS:,} more" if len(rules) > SHOWN_SETS else ""
        count = plural(len(repair.violated), "violation")
        label = click.style("repair", bold=True)
        yield f"{label} of {count} ({printable(', '.join(rules[:SHOWN_SETS]))}{more}):"
        sets = repair.sets if verbose else repair.sets[:SHOWN_SETS]
        yield from (f"    {printable(set_words(figures))}" for figures in sets)
        if left := len(repair.sets) - len(sets) + repair.unlisted:
            yield f"    … and {plural(left, 'other repair')}"
        if repair.incomplete:
            yield f"    {printable(repair.incomplete)}"
    if shown:
        yield ""


def implied_lines(implied: Sequence[ImpliedBounds]) -> Iterator[str]:
    """What rules leave of figures, and a blank line."""
    for item in implied:
        key = (item.measure, item.area, item.period)
        name = "/".join(str(part) for part in key if part is not None)
        said = f"{name} (row {item.row}): {implied_words(item)}"
        yield f"{click.style('derived', bold=True)}  {printable(said)}"
    if implied:
        yield ""


def implied_words(item: ImpliedBounds) -> str:
    """What rules leave of a figure, in words."""
    left = interval_text(item.lower, item.upper)
    printed = interval_text(item.printed_lower, item.printed_upper)
    rules = ", ".join(item.rules)
    if_so = ", if what is only expected holds" if item.is_expected else ""
    more = "" if item.is_narrowest else ", or less"
    return f"the rules leave {left} of {printed}{more}{if_so} ({rules})"
