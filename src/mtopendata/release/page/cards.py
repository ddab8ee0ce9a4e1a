"""What the page has of figures, as plain data: programmes, their measures, and the figures."""

from dataclasses import dataclass, field
from urllib.parse import quote

from mtopendata.figures.described import Described, Row
from mtopendata.release.page.balances import Balance
from mtopendata.release.page.history import Edition
from mtopendata.release.page.intervals import Drawn
from mtopendata.release.page.scales import Scale
from mtopendata.release.page.series import Series
from mtopendata.release.terms.citing import Citation
from mtopendata.rules.of_figures import RuleOfFigure


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure as a row of a table tells it. `anchor` is its permalink without the `#`; `printed`
    is empty where it is not reported. `drawn` is shown where it stands alone, or in full; `place`
    says where in the source it stands.
    """

    item: Described
    anchor: str
    printed: str
    value: str
    bounds: str
    drawn: Drawn | None
    place: str

    @property
    def where(self) -> str:
        """Area and period."""
        return ", ".join(filter(None, (self.item.area_title, self.item.period)))


@dataclass(frozen=True, slots=True)
class FigureCard(FigureRow):
    """A figure in full. `others` is what other sources have. `quote` is empty where the package has
    errors, `citation` None also where it has no title.
    """

    editions: tuple[Edition, ...]
    others: tuple[str, ...]
    rules: tuple[RuleOfFigure, ...]
    balances: tuple[Balance, ...]
    quote: str
    citation: Citation | None

    @property
    def link(self) -> str:
        """The address of the figure on its page."""
        return f"#{quote(self.anchor)}"


@dataclass
class MeasureCard:
    """What is counted, and its figures: `figures` those told in full, `rows` all others."""

    first: Described
    figures: list[FigureCard] = field(default_factory=list)
    rows: list[FigureRow] = field(default_factory=list)
    series: tuple[Series, ...] = ()
    not_compared: tuple[str, ...] = ()

    @property
    def unit(self) -> str:
        """The unit in words."""
        row = self.first.figure
        return str(row.get("unit") or self.first.measure.get("unit") or "").replace("_", " ")


@dataclass
class Programme:
    """A programme and its measures; without a title where the package has none."""

    title: str
    description: str
    measures: dict[str, MeasureCard] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of a page, and how many more there are."""

    programmes: tuple[Programme, ...] = ()
    more: int = 0
    scales: tuple[Scale, ...] = ()

    @property
    def told(self) -> list[FigureRow]:
        """The figures one after the other, those of each measure in full first."""
        measures = (m for programme in self.programmes for m in programme.measures.values())
        found: list[FigureRow] = []
        for measure in measures:
            found += measure.figures
            found += measure.rows
        return found

    @property
    def sources(self) -> list[Row]:
        """The documents that print the figures, each once."""
        found = {str(told.item.figure.get("source")): told.item.source for told in self.told}
        return [row for row in found.values() if row]
