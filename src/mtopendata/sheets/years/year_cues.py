"""By which words a report with year tables is known, and the figures in it: its cues."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mtopendata.sheets.cues import Cue, cues_of_kind
from mtopendata.sheets.phrases import GAP, NUMBER, Text
from mtopendata.sheets.tables.table_cues import Elements, elements_of_phrase, words_of

_GLUED_YEAR = re.compile(r"(?<=[A-Za-z])(?=(?:19|20)\d\d(?!\d))")
"""Between the letters and the digits of such as CY2023."""
_BRACKETS = re.compile(r"\([^()]*\)")


@dataclass(frozen=True, slots=True)
class RowCue:
    """A cue of a figure in a table: what the label of its row says, and then the heading of its
    column and the label in its cell, where they say more than a year.
    """

    cue: Cue
    row: Elements
    others: tuple[Elements, ...]


@dataclass(frozen=True, slots=True)
class YearTable:
    """A table that cues know. `headings` with a measure say what all of its numbers are. `columns`
    and `years` are how a column and a row name their year.
    """

    code: str
    headings: Sequence[Cue]
    columns: Sequence[Cue]
    years: Sequence[Cue]
    rows: Sequence[RowCue]
    totals: frozenset[Elements]
    subtotals: frozenset[Elements]

    @property
    def figures(self) -> list[Cue]:
        """The cues of its figures."""
        return [*(cue for cue in self.headings if cue.measure), *(row.cue for row in self.rows)]


@dataclass(frozen=True, slots=True)
class ReportKind:
    """A kind of report: the words that name it, those around figures in its text, and its tables,
    whose sections begin with its own code.
    """

    code: str
    titles: Sequence[Cue]
    sentences: Sequence[Cue]
    tables: Sequence[YearTable]
    lines: Sequence[Cue]


def report_kinds(cues: Sequence[Cue]) -> list[ReportKind]:
    """The kinds of report that the cues know."""
    own = [replace(cue, elements=elements_of_phrase(cue.phrase)) for cue in cues]
    lines = cues_of_kind(own, "line")
    return [
        ReportKind(
            code,
            [cue for cue in own if cue.kind == "report" and cue.section == code],
            [cue for cue in own if cue.kind == "report sentence" and _is_of(cue, code)],
            _tables_of(code, own),
            lines,
        )
        for code in dict.fromkeys(cue.section for cue in own if cue.kind == "report")
    ]


def _is_of(cue: Cue, code: str) -> bool:
    return cue.section == code or cue.section.startswith(f"{code}_")


def _tables_of(code: str, cues: Sequence[Cue]) -> list[YearTable]:
    """The tables of a report. What its own section says of columns and rows is said of all."""
    sections = dict.fromkeys(c.section for c in cues if c.kind == "year table" and _is_of(c, code))
    return [_year_table(section, code, cues) for section in sections]


def _year_table(section: str, code: str, cues: Sequence[Cue]) -> YearTable:
    own = [cue for cue in cues if cue.section == section]
    shared = [cue for cue in cues if cue.section in (section, code)]
    return YearTable(
        section,
        cues_of_kind(own, "year table"),
        cues_of_kind(shared, "year column"),
        cues_of_kind(shared, "year row"),
        [_row_cue(cue) for cue in cues_of_kind(own, "table row")],
        *(frozenset(c.elements for c in cues_of_kind(own, kind)) for kind in ("total", "subtotal")),
    )


def _row_cue(cue: Cue) -> RowCue:
    # The sign # of a heading such as "# of files" is no word; the unit of the measure says what %
    # does, which lets two cues have one label.
    parts = (elements_of_phrase(part.replace(NUMBER, " ")) for part in cue.phrase.split(GAP))
    first, *others = parts
    return RowCue(cue, first, tuple(part for part in others if part != ("%",)))


def without_brackets(text: str) -> str:
    """A text without what its brackets add."""
    return _BRACKETS.sub(" ", text)


def said_in_full(cues: Sequence[Cue], text: str) -> tuple[Cue, int | None] | None:
    """The cue that says all of a text, with the year that it names there."""
    words = Text(words_of(_GLUED_YEAR.sub(" ", text)))
    for cue in cues:
        match = words.after(cue.elements, 0, len(words.words))
        if match and not any(word.key for word in words.words[match.end :]):
            years = [word.year for word in words.words[: match.end] if word.year]
            return cue, years[0] if years else None
    return None


def year_named(cues: Sequence[Cue], text: str) -> tuple[int, str] | None:
    """The year with which a text begins in the words of a cue, and what it says behind that."""
    words = words_of(_GLUED_YEAR.sub(" ", text))
    found = Text(words)
    for cue in cues:
        match = found.after(cue.elements, 0, len(words))
        years = [word.year for word in words[: match.end] if word.year] if match else []
        if match and len(years) == 1 and years[0]:
            return years[0], " ".join(word.text for word in words[match.end :])
    return None
