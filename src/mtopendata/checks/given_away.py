"""A suppressed figure that others give away, and the words for it."""

from dataclasses import dataclass
from fractions import Fraction

from mtopendata.checks.inference import Interval
from mtopendata.checks.linked_figures import Link, LinkedFigure, Links
from mtopendata.figures.marks import SUPPRESSED
from mtopendata.ledger.report import Finding
from mtopendata.reading.tables import Columns

MOST_TRIED = 40
"""Links of which each is left out once, to see whether the others give a figure away without it."""


@dataclass(frozen=True, slots=True)
class GivenAway:
    """A suppressed figure, what is left of it, and the links that tell."""

    item: LinkedFigure
    left: Interval
    telling: tuple[Link, ...]
    links: Links

    def finding(self, figures: Columns) -> Finding:
        """What is told of it, as of a row of the table of figures."""
        telling = self._fewest()
        item, left = self.item, self.left
        number = _as_fraction(left.lower)
        what = number if left.width == 0 else f"from {number} to {_as_fraction(left.upper)}"
        where = ", ".join(str(part) for part in item.key[1:3] if part is not None)
        name = item.key.measure + (f" ({where})" if where else "")
        by = "; ".join(f"{link.name} ({self._rows(link)})" for link in telling)
        message = f"{name} is suppressed, and other figures tell that it is {what}: {by}"
        hint = (
            "suppress a second figure of the same total, or leave the total out: "
            "docs/suppressed.md shows how to choose it"
        )
        return figures.finding_at("disclosed", item.place, "qualifier", SUPPRESSED, message, hint)

    def _fewest(self) -> list[Link]:
        """Links that give the figure away, none of which could be left out."""
        telling = list(self.telling)
        if len(telling) > MOST_TRIED:
            return telling
        for link in self.telling:
            rest = [other for other in telling if other != link]
            left, _ = self.links.left(rest).get(self.item.key, (None, []))
            if left and (left.lower, left.upper) == (self.left.lower, self.left.upper):
                telling = rest
        return telling

    def _rows(self, link: Link) -> str:
        """The other figures of a link, by their rows."""
        keys = [key for _, key in link.terms if key != self.item.key]
        known = [self.links.figures[key] for key in keys if key in self.links.figures]
        return ", ".join(
            f"{item.printed or 'no number'} in row {item.place.line}" for item in known
        )


def _as_fraction(value: Fraction | None) -> str:
    if value is None:
        return "any number"
    return str(value.numerator) if value.denominator == 1 else f"{float(value):g}"
