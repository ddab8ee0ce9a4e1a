"""The figures that rules link to those that are suppressed, and the rules in these places."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

from mtopendata.checks.inference import Interval, Linear, narrowed
from mtopendata.figures.marks import SUPPRESSED
from mtopendata.figures.printed_numbers import PERCENT
from mtopendata.reading.tables import LINE, PART, Place
from mtopendata.rules.model import Rule, Term
from mtopendata.rules.shares import PERCENT_OF_WHOLE

MOST_LINKS = 2_000
"""Places of rules that are taken together at the most."""
SAME = "another source of the same figure"
"""What links two sources' figures of one thing, where no rule does."""


class FigureKey(NamedTuple):
    """A figure."""

    measure: str
    area: str | None
    period: int | None
    source: str | None


@dataclass(frozen=True, slots=True)
class LinkedFigure:
    """A figure as an interval. `printed` is its text, `place` its row."""

    key: FigureKey
    lower: Fraction | None
    upper: Fraction | None
    is_whole: bool
    is_suppressed: bool
    printed: str | None
    place: Place

    @property
    def is_exact(self) -> bool:
        """Whether it is one number."""
        return self.lower is not None and self.lower == self.upper


@dataclass(frozen=True, slots=True)
class Link:
    """A rule in one place, or two sources of one figure: `terms` with the figures that they take
    there.
    """

    name: str
    terms: tuple[tuple[Fraction, FigureKey], ...]
    is_balance: bool


def linked_figure(row: Mapping[str, Any]) -> LinkedFigure:
    """The figure of a row of figures, whose line is told with it."""
    lower, upper = (
        None if row[name] is None else Fraction(row[name]) for name in ("lower", "upper")
    )
    unit = row.get("unit")
    return LinkedFigure(
        FigureKey(row["measure"], row.get("area"), row.get("period"), row.get("source")),
        lower,
        upper,
        unit is not None and unit != PERCENT,
        row["qualifier"] == SUPPRESSED and lower is not None and upper is not None,
        row.get("printed"),
        Place(row[PART], row[LINE]),
    )


def rules_by_measure(rules: Sequence[Rule]) -> dict[str, list[Rule]]:
    """The rules that have a term of each measure."""
    found: dict[str, list[Rule]] = {}
    for rule in rules:
        for measure in {term.measure for term in rule.terms}:
            found.setdefault(measure, []).append(rule)
    return found


@dataclass
class Links:
    """All figures that can matter, by their keys, and the rules over them."""

    figures: Mapping[FigureKey, LinkedFigure]
    rules: Sequence[Rule]
    areas: dict[tuple[int | None, str | None], set[str | None]] = field(default_factory=dict)
    same: dict[tuple[str, str | None, int | None], list[FigureKey]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.by_measure = rules_by_measure(self.rules)
        for key in self.figures:
            self.areas.setdefault((key.period, key.source), set()).add(key.area)
            self.same.setdefault(key[:3], []).append(key)

    def around(self, start: FigureKey) -> tuple[list[Link], bool]:
        """The links that lead on from a figure, over figures that are not exact; and whether these
        are all.
        """
        found: dict[Link, None] = {}
        seen, left = {start}, [start]
        while left:
            for link in self._of(left.pop()):
                found[link] = None
                new = [key for _, key in link.terms if key not in seen and self._is_open(key)]
                seen.update(new)
                left += new
            if len(found) > MOST_LINKS:
                return list(found)[:MOST_LINKS], False
        return list(found), True

    def _is_open(self, key: FigureKey) -> bool:
        figure = self.figures.get(key)
        return figure is None or not figure.is_exact

    def _of(self, key: FigureKey) -> Iterator[Link]:
        for other in self.same.get(key[:3], ()):
            if other != key:
                pair = sorted((key, other), key=str)
                yield Link(SAME, ((Fraction(1), pair[0]), (Fraction(-1), pair[1])), is_balance=True)
        for rule in self.by_measure.get(key.measure, ()):
            for term in rule.spread:
                if term.measure == key.measure:
                    for area in self._areas(rule, term, key):
                        yield from self._links(rule, area, key, term)

    def _areas(self, rule: Rule, term: Term, key: FigureKey) -> Iterator[str | None]:
        """The areas for which a rule is checked where one of its terms takes a figure."""
        named = {item.area for item in rule.spread if item.area is not None}
        if term.area is None:
            yield from (area for area in rule.places_of(term, key.area) if area not in named)
        elif term.area == key.area:
            if all(item.area is not None for item in rule.spread):
                yield None
                return
            period = None if key.period is None else key.period + term.lag
            areas = self.areas.get((period, key.source), set())
            if rule.is_over_parts:
                areas = areas.intersection(rule.parts)
            yield from sorted(areas - named, key=str)

    def _links(self, rule: Rule, area: str | None, key: FigureKey, own: Term) -> Iterator[Link]:
        period = None if key.period is None else key.period + own.lag
        terms = []
        for term in rule.terms_in(area):
            place = area if term.area is None else term.area
            year = None if period is None else period - term.lag
            taken = self._taken(term, place, year, key.source)
            if taken in self.figures or term.if_missing != "zero":
                terms.append((Fraction(term.coefficient), taken))
        if rule.relation.is_share:
            yield from self._of_share(rule.name, *(taken for _, taken in terms))
        else:
            yield Link(rule.name, tuple(terms), rule.relation.is_balance)

    def _of_share(
        self, name: str, share: FigureKey, part: FigureKey, whole: FigureKey
    ) -> Iterator[Link]:
        """A share as sums: one where the whole is a number, else one for each end of the share."""
        of_whole, of_share = self.figures.get(whole), self.figures.get(share)
        percent, none = Fraction(PERCENT_OF_WHOLE), (Fraction(0), share)
        if of_whole is not None and of_whole.is_exact and of_whole.lower is not None:
            beside = (Fraction(0), whole)  # named with what it tells, though it is in the weight
            yield Link(name, ((of_whole.lower, share), (-percent, part), beside), is_balance=True)
        elif of_share is not None:
            if (lower := of_share.lower) is not None:
                yield Link(name, (none, (lower, whole), (-percent, part)), is_balance=False)
            if (upper := of_share.upper) is not None:
                yield Link(name, (none, (percent, part), (-upper, whole)), is_balance=False)

    def _taken(
        self, term: Term, area: str | None, period: int | None, source: str | None
    ) -> FigureKey:
        """The figure that a term takes: of an earlier year that of whatever source, if there is
        one alone.
        """
        key = FigureKey(term.measure, area, period, source)
        if term.lag and key not in self.figures:
            others = self.same.get(key[:3], [])
            return others[0] if len(others) == 1 else key
        return key

    def left(self, links: Sequence[Link]) -> dict[FigureKey, tuple[Interval, list[Link]]]:
        """What these links leave each of their figures, and which of them tell."""
        numbers: dict[FigureKey, int] = {}
        for link in links:
            for _, key in link.terms:
                numbers.setdefault(key, len(numbers))
        # Figures that are linked are of one kind: also those that have no row.
        are_whole = all(self.figures[key].is_whole for key in numbers if key in self.figures)
        relations = []
        for index, link in enumerate(links):
            weights: dict[int, Fraction] = {}
            for weight, key in link.terms:
                if weight:
                    weights[numbers[key]] = weights.get(numbers[key], Fraction(0)) + weight
            parts = frozenset((index,))
            relations.append(Linear(weights, Fraction(0), link.is_balance, parts))
        known = [self._known(key) for key in numbers]
        whole = [
            self.figures[key].is_whole if key in self.figures else are_whole for key in numbers
        ]
        found = narrowed(known, whole, relations)
        return {
            key: (item, [links[index] for index in sorted(item.because)])
            for key, item in zip(numbers, found, strict=True)
        }

    def _known(self, key: FigureKey) -> Interval:
        """What the tables say of a figure: no figure is negative."""
        figure = self.figures.get(key)
        if figure is None:
            return Interval(Fraction(0), None)
        lower = Fraction(0) if figure.lower is None else figure.lower
        return Interval(lower, figure.upper)
