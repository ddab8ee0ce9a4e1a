"""Cues: the few words by which a figure, a section, the area and the year of a sheet are known.

They are rows of a table, each with a phrase in which `#` stands for the number, AREA for the name
of the sheet's area, YEAR for a year, and `…` for some words more of the same sentence.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

import polars as pl

from mtopendata.figures.printed_numbers import PERCENT
from mtopendata.figures.tables import CUES, MEASURES, text_columns
from mtopendata.reading.tables import Table
from mtopendata.sheets.phrases import AREA, GAP, NUMBER, PLACES, YEAR, elements_of

COLUMNS = ("section", "kind", "phrase", "measure", "area")
CUE_TABLE, MEASURE_TABLE = text_columns(CUES, *COLUMNS), text_columns(MEASURES, "measure", "unit")
"""What a package needs so that sheets can be read with it."""

FIGURES = ("sentence", "row")
"""The kinds of cue that find a figure of a fact sheet."""
REPORT_FIGURES = ("table row", "report sentence", "year table")
"""The kinds of cue that find a figure of a report with year tables, if they name its measure."""
MAY_FIND = ("number column", "total", "subtotal")
"""The kinds of cue of a table of names that say what is counted there, if that is published."""
KINDS: dict[str, str] = {
    "heading": "a line that begins the section",
    "sentence": "a figure in running text",
    "row": "a figure in a table: its label, which the number stands behind or before",
    "area": "words that name the area of the sheet",
    "period": "words that name the year of the sheet",
    "line": "a whole line that is no part of the text, such as a footer",
    "aside": "words with a number that is no figure",
    "table heading": "words that name a table of names and numbers",
    "name column": "the heading of the column of names in such a table",
    "number column": "the heading of its column of numbers",
    "period column": "the heading of a column with the year in each row",
    "other column": "the heading of a column that is not read",
    "total": "the name of the row that has the sum of all rows",
    "subtotal": "the name of a row that has the sum of the rows above it",
    "table row": "a figure in a table: the label of its row, … and the heading of its column",
    "report": "words that name a report with tables of years, and its year",
    "report sentence": "a figure in the running text of such a report",
    "year table": "words that name a table of such a report",
    "year column": "how the heading of a column names its year",
    "year row": "how the label of a row names its year",
}
"""What a cue can be for."""
COLUMN_KINDS = ("name column", "number column", "period column", "other column")
YEAR_KINDS = ("report", "year column", "year row")
TABLE_KINDS = ("table heading", *COLUMN_KINDS, "total", "subtotal", "year table", *YEAR_KINDS)
"""The kinds of cue by which tables of names and numbers are read; the section is the table's."""


@dataclass(frozen=True, slots=True)
class Cue:
    """`elements` are keys of words, NUMBER, AREA, YEAR or GAP. `area` None: the sheet's own."""

    section: str
    kind: str
    phrase: str
    elements: tuple[str, ...]
    measure: str | None = None
    area: str | None = None

    @property
    def figure(self) -> str:
        """The figure's name: its measure, and its area unless that is the sheet's."""
        return "/".join(filter(None, (self.measure, self.area)))

    @property
    def left(self) -> tuple[str, ...]:
        """What stands before the number."""
        return self.elements[: self.elements.index(NUMBER)]

    @property
    def right(self) -> tuple[str, ...]:
        """What stands behind the number."""
        return self.elements[self.elements.index(NUMBER) + 1 :]

    @property
    def right_without_whole(self) -> tuple[str, ...] | None:
        """What stands behind a share but for the `of …` that names its whole; None: no such."""
        if self.right[:1] != ("of",) or GAP not in self.right:
            return None
        whole = list(takewhile(lambda element: element != GAP, self.right))
        return self.right[len(whole) :]


def cues_of_kind(cues: Sequence[Cue], kind: str) -> list[Cue]:
    """The cues of one kind, in their order."""
    return [cue for cue in cues if cue.kind == kind]


def read_cues(frame: pl.DataFrame) -> list[Cue]:
    """The cues of a table that passed `check_cues`."""
    return [
        Cue(section, kind, phrase, elements_of(phrase), measure, area)
        for section, kind, phrase, measure, area in frame.select(COLUMNS).iter_rows()
    ]


def cue_faults(cues: pl.DataFrame, units: Mapping[str, str]) -> Iterator[tuple[int, str, str]]:
    """Why cues cannot find what they are for: the index of the row, the field, and what is wrong
    in it. `units` are those of measures.
    """
    for row, cells in enumerate(cues.select(COLUMNS).iter_rows(named=True)):
        for field, fault in _faults_of_cue(cells, units):
            yield row, field, fault


def units_of(tables: Mapping[str, Table]) -> dict[str, str]:
    """The units of measures; none where the package does not say."""
    measures = MEASURE_TABLE.usable(tables)
    if measures is None:
        return {}
    return dict(measures.frame.select("measure", "unit").drop_nulls().iter_rows())


def _faults_of_cue(
    cells: Mapping[str, str | None], units: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Fields of a cue with what is wrong in them. What the schema requires is its own business."""
    section, kind, phrase, measure, area = (cells[name] for name in COLUMNS)
    if section is None or kind is None or phrase is None:
        return
    if kind not in KINDS:
        yield "kind", f"{kind!r} is no kind of cue: {', '.join(KINDS)}"
        return
    if (of_figure := _fault_of_figure(kind, measure, area)) is not None:
        yield of_figure
    cue = Cue(section, kind, phrase, elements_of(phrase))
    is_share = units.get(measure or "") == PERCENT
    words = (demand(cue, is_share) for demand in _DEMANDS)
    if fault := next(filter(None, words), None):
        yield "phrase", fault


def _fault_of_figure(kind: str, measure: str | None, area: str | None) -> tuple[str, str] | None:
    """What is wrong in the figure that a cue names or does not name."""
    if kind in FIGURES or kind == "report sentence":
        if measure is None:
            return "measure", f"a cue of the kind {kind!r} names the measure whose figure it finds"
    elif kind == "table row":
        if area is None:
            return "area", f"a cue of the kind {kind!r} names the area of its figure"
    elif kind not in (*REPORT_FIGURES, *MAY_FIND) and (measure or area):
        return "measure", f"a cue of the kind {kind!r} finds no figure"
    if kind in REPORT_FIGURES and measure and area is None:
        return "area", f"a cue of the kind {kind!r} names the area of its figure"
    return None


# What a phrase must have, each with its words where it has not; the first that is lacking is told.


_PLACE_OF = {
    "sentence": NUMBER,
    "report sentence": NUMBER,
    "area": AREA,
    "period": YEAR,
    **dict.fromkeys(YEAR_KINDS, YEAR),
}


def _has_its_place(cue: Cue, _: bool) -> str | None:
    needed = _PLACE_OF.get(cue.kind)
    if needed and cue.elements.count(needed) != 1:
        return f"a cue of the kind {cue.kind!r} has {needed} once"
    return None


def _has_no_number(cue: Cue, _: bool) -> str | None:
    if cue.kind in ("heading", "row", *TABLE_KINDS) and NUMBER in cue.elements:
        return f"a cue of the kind {cue.kind!r} has no {NUMBER}"
    return None


def _has_words(cue: Cue, _: bool) -> str | None:
    is_known = any(item not in PLACES or item == AREA for item in cue.elements)
    if not is_known and cue.kind not in ("line", "period", "year column", "year row"):
        return "a cue has words by which to know what it finds"
    return None


def _has_ends(cue: Cue, _: bool) -> str | None:
    if not cue.elements or GAP in (cue.elements[0], cue.elements[-1]):
        return f"a cue neither begins nor ends with {GAP}"
    return None


def _has_no_gap_at_number(cue: Cue, _: bool) -> str | None:
    # Next to the number nothing may stand unseen: it could change what the number says.
    is_beside = any(set(pair) == {NUMBER, GAP} for pair in pairwise(cue.elements))
    if is_beside and cue.kind != "table row":  # there # is a sign of the heading
        return f"no {GAP} stands next to {NUMBER}"
    return None


def _names_its_whole(cue: Cue, is_share: bool) -> str | None:
    if cue.kind == "sentence" and is_share and cue.right_without_whole is None:
        return f"the cue of a share names its whole: {NUMBER} of … , and more words"
    return None


_DEMANDS = (
    _has_its_place,
    _has_no_number,
    _has_words,
    _has_ends,
    _has_no_gap_at_number,
    _names_its_whole,
)
