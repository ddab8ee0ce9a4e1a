"""What a measure must not be compared with, by what the package says of differences, units, kinds
and rules; and what other sources have.

Figures of one unit and kind may be set side by side. Whether one is a part of another, a rule says;
where none does, nobody has said that it is.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from mtopendata.figures.described import Described, as_printed
from mtopendata.figures.differences import StatedDifference, not_to_compare
from mtopendata.reading.tables import Columns
from mtopendata.rules.model import Term
from mtopendata.values.plurals import plural

_NAMED = 3
"""Measures that a sentence names."""
_KINDS = {
    "flow": "what was counted within a year",
    "stock": "what there was at a time",
    "cumulative": "a running total over all years",
}


def not_compared(
    item: Described,
    others: Sequence[Described],
    rules: Iterable[Sequence[Term]],
    figures: Columns,
) -> Iterator[str]:
    """Sentences for a reader, none where the package has one measure alone."""
    unit, kind = _unit_of(item), item.measure.get("kind")
    if unit and any(_unit_of(other) not in (unit, "") for other in others):
        counted = _in_a_sentence(unit, figures)
        yield f"{counted}: not with figures in another unit."
    alike = [other for other in others if _unit_of(other) == unit]
    odd = [other for other in alike if other.measure.get("kind") != kind]
    if kind in _KINDS and odd:
        yield f"It is {_KINDS[kind]}: not with {_titles(odd)}, which {_are(odd)} of another kind."
    related = _related_measures(str(item.figure["measure"]), rules)
    unrelated = [
        other for other in alike if other not in odd and other.figure["measure"] not in related
    ]
    if unrelated:
        what = "neither is" if len(unrelated) == 1 else "none is"
        yield f"No rule relates it to {_titles(unrelated)}: {what} known to be a part of the other."


def set_apart(
    figures: Iterable[Described],
    differences: Sequence[StatedDifference],
    titles: Mapping[str, str],
) -> Iterator[str]:
    """Sentences with what the package declares of a measure's figures, each once."""
    found = (
        apart for item in figures for apart in not_to_compare(item.figure, differences, titles)
    )
    for apart in dict.fromkeys(found):
        where = "".join(f", {part}" for part in (apart.area, apart.source) if part)
        yield f"Not with “{apart.title}”{where}: {apart.reason}"


def other_sources(item: Described, same: Mapping[int, Sequence[Described]]) -> Iterator[str]:
    """What other sources have of the same measure, area and period."""
    group = same.get(item.index, ())
    for other in group:
        if other is not item:
            source = other.source.get("title") or other.figure.get("source") or "another source"
            first = "; it comes first" if other is group[0] else ""
            yield f"{source}: {as_printed(other.figure) or 'not reported'}{first}"


def _related_measures(measure: str, rules: Iterable[Sequence[Term]]) -> set[str]:
    measures = ({term.measure for term in terms} for terms in rules)
    return {other for named in measures if measure in named for other in named}


def _unit_of(item: Described) -> str:
    return str(item.figure.get("unit") or item.measure.get("unit") or "").replace("_", " ")


def _in_a_sentence(unit: str, figures: Columns) -> str:
    """What the unit is, as its category says; else its name."""
    field = figures.field("unit")
    categories = field.descriptor.get("categories") if field else None
    for category in categories if isinstance(categories, list) else ():
        if isinstance(category, dict) and str(category.get("value")).replace("_", " ") == unit:
            label = category.get("label")
            if isinstance(label, str) and label:
                return f"Its unit is {label[:1].lower()}{label[1:]}"
    return f"Its unit is the {unit}"


def _titles(items: Sequence[Described]) -> str:
    """The titles of the first ones, and how many more there are."""
    titles = [f"“{item.title}”" for item in items[:_NAMED]]
    more = len(items) - len(titles)
    return ", ".join(titles) + (f" and {plural(more, 'other')}" if more else "")


def _are(items: Sequence[Described]) -> str:
    return "is" if len(items) == 1 else "are"
