"""The figures of a package as its page has them: by programme, and in it by measure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from mtopendata.figures.described import Described, as_printed, described_figures
from mtopendata.figures.differences import readable_differences
from mtopendata.figures.quoting import quotation
from mtopendata.figures.revisions import figure_key, revisions_of
from mtopendata.figures.source_order import of_one_thing, ranked_sources, ranks
from mtopendata.figures.tables import FIGURE_COLUMNS, FIGURES
from mtopendata.ledger.report import RuleInstance
from mtopendata.reading.tables import Columns, Table
from mtopendata.release.page.balances import Balance, balance_of
from mtopendata.release.page.cards import FigureCard, FigureRow, Figures, MeasureCard, Programme
from mtopendata.release.page.cited_figures import cited_figure
from mtopendata.release.page.comparing import not_compared, other_sources, set_apart
from mtopendata.release.page.history import editions
from mtopendata.release.page.in_full import told_in_full
from mtopendata.release.page.intervals import bounds_in_words, drawn, scales_of
from mtopendata.release.page.scales import Scale
from mtopendata.release.page.series import series_of
from mtopendata.release.terms.citing import Citation
from mtopendata.rules.model import Rule
from mtopendata.rules.of_figures import RuleOfFigure, meant_by, rules_of_figure
from mtopendata.rules.reading import readable_rules
from mtopendata.values.cells import cell_text
from mtopendata.values.html.texts import unseen_as_blanks

LISTED = 1_000
"""Figures that a page has room for."""
Key = tuple[Any, ...]


def figure_cards(
    tables: Mapping[str, Table],
    instances: Sequence[RuleInstance],
    citation: Citation | None,
    reserved: Iterable[str],
    *,
    is_valid: bool,
) -> Figures:
    """The figures of a package; none where it has no table of figures that could be read.

    `reserved` are the anchors that the page has besides. What has errors is not to be quoted.
    """
    table = FIGURE_COLUMNS.usable(tables)
    if table is None or not has_key(table):
        return Figures()
    every = described_figures(table, tables)
    sources = ranked_sources(tables)
    same = of_one_thing(every, table, sources)
    declared = same if ranks(sources) else {}
    items = first_sources_first(every[:LISTED], same)
    in_full = told_in_full(items, same)
    rules = readable_rules(tables)
    full = [item for item in items if item.index in in_full]
    cards = _Cards(
        tables,
        same,
        scales_of(items),
        rules,
        figure_key(table),
        _places_by_figure(instances, rules, {_by_programme(item) for item in full}),
        _balances(instances, rules, full),
        citation if is_valid else None,
        is_valid,
    )
    anchors = set(reserved)
    programmes: dict[str, Programme] = {}
    for item in items:
        measure = _measure_for(item, programmes)
        anchor = _anchor(item.name, anchors)
        if item.index in in_full:
            measure.figures.append(cards.card(item, anchor))
        else:
            measure.rows.append(cards.row(item, anchor))
    measures = [m for programme in programmes.values() for m in programme.measures.values()]
    titles = {str(item.figure["measure"]): item.title for item in every}
    _compare(measures, tables, rules, titles, declared)
    return Figures(tuple(programmes.values()), len(every) - len(items), cards.scales)


@dataclass
class _Cards:
    """What the cards of figures are made of, and which rules they have told of already."""

    tables: Mapping[str, Table]
    same: Mapping[int, Sequence[Described]]
    scales: tuple[Scale, Scale]
    rules: Mapping[str, Rule]
    key: Sequence[str]
    places: Mapping[Key, Sequence[RuleInstance]]
    balances: Mapping[int, Sequence[Balance]]
    citation: Citation | None
    is_valid: bool
    told: set[tuple[str, RuleInstance]] = field(default_factory=set)

    def row(self, item: Described, anchor: str) -> FigureRow:
        """A figure in one row."""
        drawing = drawn(item, self.scales)
        return FigureRow(item, anchor, *_told_numbers(item), drawing, _place_words(item))

    def card(self, item: Described, anchor: str) -> FigureCard:
        """A figure in full."""
        revisions = revisions_of(item.figure, self.key, self.tables)
        return FigureCard(
            item,
            anchor,
            *_told_numbers(item),
            drawn(item, self.scales),
            _place_words(item),
            tuple(editions(item.figure, revisions)),
            tuple(other_sources(item, self.same)),
            tuple(self._rules(item)),
            tuple(self.balances.get(item.index, ())),
            quotation(item) if self.is_valid else "",
            cited_figure(item, self.citation),
        )

    def _rules(self, item: Described) -> Iterator[RuleOfFigure]:
        """The rules of a figure. The reason of a rule is given once."""
        near = self.places.get(_by_programme(item), ())
        for rule, place in rules_of_figure(item.figure, near, self.rules, self.tables):
            is_told = (rule.rule, place) in self.told
            yield replace(rule, reason=None) if is_told else rule
        self.told |= {(instance.rule, instance) for instance in near}


def _compare(
    measures: Sequence[MeasureCard],
    tables: Mapping[str, Table],
    rules: Mapping[str, Rule],
    titles: Mapping[str, str],
    declared: Mapping[int, Sequence[Described]],
) -> None:
    """Give each measure its line over the years, and what it is not to be compared with."""
    related = [rule.terms for rule in rules.values()]
    differences = readable_differences(tables)
    for measure in measures:
        cards = [card.item for card in measure.figures]
        figures = cards + [row.item for row in measure.rows]
        measure.series = tuple(series_of(figures, declared))
        others = [other.first for other in measures if other is not measure]
        measure.not_compared = (
            *set_apart(figures, differences, titles),
            *not_compared(measure.first, others, related, tables[FIGURES]),
        )


def _told_numbers(item: Described) -> tuple[str, str, str]:
    """A figure as it is printed, its value, and its bounds in words."""
    value = item.figure["value"]
    printed = as_printed(item.figure) or ""
    return printed, "" if value is None else cell_text(value), bounds_in_words(item)


def first_sources_first(
    items: Sequence[Described], same: Mapping[int, Sequence[Described]]
) -> list[Described]:
    """The figures, with those of several sources behind the one that comes first."""
    order = {item.index: place for place, item in enumerate(items)}
    rank = {
        item.index: (min(order.get(other.index, len(order)) for other in group), place)
        for group in same.values()
        for place, item in enumerate(group)
    }
    return sorted(items, key=lambda item: rank.get(item.index, (order[item.index], 0)))


def has_key(figures: Columns) -> bool:
    """Whether a table of figures has what tells them apart."""
    return bool(figure_key(figures))


def _by_programme(item: Described) -> Key:
    """MeasureCard, area and period."""
    return item.figure["measure"], item.figure.get("area"), item.figure.get("period")


def _places_by_figure(
    instances: Sequence[RuleInstance], rules: Mapping[str, Rule], wanted: set[Key]
) -> dict[Key, list[RuleInstance]]:
    """The places of rules in which a figure may take part, by its key."""
    found: dict[Key, list[RuleInstance]] = {}
    for instance in instances:
        rule = rules.get(instance.rule)
        terms = rule.terms_in(instance.area) if rule else ()
        for key in dict.fromkeys(meant_by(term, instance) for term in terms):
            if key in wanted:
                found.setdefault(key, []).append(instance)
    return found


def _balances(
    instances: Sequence[RuleInstance], rules: Mapping[str, Rule], items: Sequence[Described]
) -> dict[int, list[Balance]]:
    """The balances by the index of the figure that is the whole."""
    by_key: dict[Key, list[Described]] = {}
    for item in items:
        by_key.setdefault(_by_programme(item), []).append(item)
    found: dict[int, list[Balance]] = {}
    for instance in instances:
        if rule := rules.get(instance.rule):
            near = [
                item
                for term in rule.terms_in(instance.area)
                for item in by_key.get(meant_by(term, instance), ())
            ]
            if balance := balance_of(rule, instance, near):
                found.setdefault(balance.whole.index, []).append(balance)
    return found


def _measure_for(item: Described, programmes: dict[str, Programme]) -> MeasureCard:
    code = str(item.measure.get("programme") or "")
    title = str(item.programme.get("title") or code)
    made = Programme(title, str(item.programme.get("description") or ""))
    programme = programmes.setdefault(code, made)
    return programme.measures.setdefault(str(item.figure["measure"]), MeasureCard(item))


def _anchor(name: str, taken: set[str]) -> str:
    """A figure's name without blanks, which no anchor may have, and like no other one."""
    base = "-".join(unseen_as_blanks(name).split()) or "figure"
    anchor, number = base, 2
    while anchor in taken:
        anchor, number = f"{base}-{number}", number + 1
    taken.add(anchor)
    return anchor


def _place_words(item: Described) -> str:
    section, position = (item.figure.get(name) for name in ("section", "position"))
    return ", ".join(filter(None, (f"section {section}" if section else "", str(position or ""))))
