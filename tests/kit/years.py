"""Invented reports with tables of years for the tests, as PDF, and cues to read them."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table

from mtopendata.sheets.cues import Cue
from mtopendata.sheets.document import Document, read_document
from mtopendata.sheets.phrases import elements_of
from mtopendata.sheets.reading import Measure, Reading, SheetFigure, Vocabulary
from mtopendata.sheets.years.reading import read_report

CUES = """
post | report | Post of YEAR | |
post | year column | In YEAR | |
post | year row | YR YEAR | |
post | report sentence | in YEAR it carried # letters | letters | ALL
post_planets | year table | Letters by Planet | |
post_planets | table row | Inner planets | letters_inner | ALL
post_planets | table row | Inner planets … % | share_inner | ALL
post_planets | table row | Outer planets, and what lies behind them | letters_outer | ALL
post_planets | table row | All letters | letters | ALL
post_planets | total | All letters | |
post_parcels | year table | Parcels in YEAR | |
post_parcels | table row | Total … All sizes | parcels | ALL
post_depots | year table | Depots Opened | depots | ALL
post_ways | year table | Ways of Delivery | |
post_ways | table row | By rocket … Sent | sent_by_rocket | ALL
post_ways | table row | By rocket … # of Sacks | sacks_by_rocket | ALL
post_answers | year table | Answers | |
post_answers | table row | From Mars … Prompt | answers_prompt | ALL
post_answers | table row | From Mars … Late | answers_late | ALL
post_answers | table row | From Mars … Total | answers | ALL
post_answers | total | Total | |
post_history | year table | Letters Since the Beginning | letters | ALL
"""
"""A kind of report that the program knows from these rows alone."""
SHARES = ("share_inner",)

PLANETS = [
    ["Letters by Planet", "In 2029", "In 2030", "In 2031"],
    ["Inner planets", "1,200\n60%", "1,500\n75%", "900\n45%"],
    ["Outer planets, and\nwhat lies behind them", "800", "500", "1,100"],
    ["All letters", "2,000", "2,000", "2,000"],
]
PARCELS = {
    year: [
        [f"Parcels in {year}", "", ""],
        ["Kind", "Small", "All sizes"],
        ["Paper", "1", str(year - 2000)],
        ["Total", "1", str(year - 2000)],
    ]
    for year in (2030, 2031)
}
DEPOTS = [["Depots Opened", "", ""], ["In 2029", "In 2030", "In 2031"], ["12", "7", "-"]]
WAYS = [
    ["", "In 2030", "", "In 2031", ""],
    ["Ways of Delivery", "Sent", "# of Sacks", "Sent", "# of Sacks"],
    ["By mule", "1", "2", "3", "4"],
    ["By rocket", "11", "24,768,90\n3", "13", "14"],
]
ANSWERS = [
    ["Answers", "In 2030", "In 2031"],
    ["From Venus", "Prompt: 1 Late: 2 Total: 3", "Prompt:\n10 Late: 20\nTotal: 30"],
    ["From Mars", "Prompt: 4 Later: 5 Total: 9", "Prompt: 40 Late:\n50 Total: 90"],
]
HISTORY = [["Years", "Letters Since the Beginning"], ["YR2031 (1/1/31-12/31/31)", "2,000"],
           ["YR2028 (1/1/28-12/31/28)", "1,999"]]  # fmt: skip
TEXT = (
    "The post has grown. In 2028 it carried 1,999 letters, and in 2029, it carried 2,000 letters."
)
TITLED = [("SPAN", (0, 0), (-1, 0))]
PAIRED = [("SPAN", (1, 0), (2, 0)), ("SPAN", (3, 0), (4, 0))]

Rows = Sequence[Sequence[str]]


@cache
def vocabulary() -> Vocabulary:
    rows = [[cell.strip() for cell in line.split("|")] for line in CUES.splitlines()]
    cues = [
        Cue(section, kind, phrase, elements_of(phrase), measure or None, area or None)
        for section, kind, phrase, measure, area in ((*row, "") [:5] for row in rows if any(row))
    ]  # fmt: skip
    measures = {cue.measure for cue in cues if cue.measure}
    return Vocabulary(
        cues,
        {name: Measure(name, "percent" if name in SHARES else "letter") for name in measures},
        {},
    )


def ruled(rows: Rows, style: Sequence[Any] = (), **options: Any) -> Table:
    """A table with lines between its cells, text in their middle."""
    look = [("GRID", (0, 0), (-1, -1), 0.5, "black"), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]
    return Table([list(row) for row in rows], style=[*look, *style], **options)


def whole(**instead: Flowable | Sequence[Flowable] | None) -> list[Flowable]:
    """All tables of a report, but for those that are given by name; None leaves one out."""
    parts: dict[str, Any] = {
        "text": Paragraph(TEXT, getSampleStyleSheet()["Normal"]),
        "planets": ruled(PLANETS),
        "parcels": [ruled(rows, TITLED) for rows in PARCELS.values()],
        "depots": ruled(DEPOTS, TITLED),
        "ways": ruled(WAYS, PAIRED),
        "answers": ruled(ANSWERS),
        "history": ruled(HISTORY),
        "end": None,
    }
    found: list[Flowable] = []
    for part in (parts | instead).values():
        many = part if isinstance(part, list) else [part]
        found += [flowable for item in many if item for flowable in (Spacer(1, 15), item)]
    return found


def as_report(file: Path, parts: Sequence[Flowable], title: str = "Post of 2031") -> Document:
    """A report with these parts below its title."""
    heading = Paragraph(title, getSampleStyleSheet()["Title"])
    SimpleDocTemplate(str(file), pagesize=A4, topMargin=50, bottomMargin=50).build(
        [heading, *parts]
    )
    return read_document(file)


def read(document: Document, *not_reported: str) -> Reading:
    found = read_report(document, vocabulary(), not_reported)
    assert found is not None
    return found


def told(reading: Reading) -> dict[tuple[str, int | None], str | None]:
    """What is printed of each figure, by its measure and year."""
    return {(item.measure, item.period): item.printed for item in reading.figures}


def only(reading: Reading, measure: str, period: int) -> SheetFigure:
    [found] = [f for f in reading.figures if (f.measure, f.period) == (measure, period)]
    return found
