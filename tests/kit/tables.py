"""Invented tables of names and numbers for the tests, as PDF and as text, and cues to read them."""

import hashlib
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reportlab.lib.pagesizes import A5, landscape
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    Flowable,
    PageBreak,
    Paragraph,
    SimpleDocTemplate,
    Table,
)

from mtopendata.sheets.cues import Cue
from mtopendata.sheets.document import Document, read_document
from mtopendata.sheets.phrases import elements_of
from mtopendata.sheets.reading import Problem
from mtopendata.sheets.tables.reading import read_table
from mtopendata.sheets.tables.table import TableReading

CUES = """
by_planet | table heading | YEAR Letters by Planet
by_planet | name column | Planet
by_planet | number column | Letters
by_planet | number column | Number of Letters
by_planet | period column | Year
by_planet | other column | Moons
by_planet | total | Total
by_planet | subtotal | Inner planets
sheet | line | YEAR Letters by Planet #
sheet | line | Post Office of the Sun
sheet | line | Page #
"""
"""A kind of table that the program knows from these rows alone."""

PLANETS = [
    ("Mercury", "12"), ("Venus", "1,203"), ("Earth", "2,104,377"), ("Mars", "88,001"),
    ("Jupiter", "0"), ("Saturn", "94"), ("Uranus", "5"), ("Neptune", "610"),
]  # fmt: skip
HEAD = ("Planet", "Number of Letters")


def cues(text: str = CUES) -> list[Cue]:
    rows = [[cell.strip() for cell in line.split("|")] for line in text.splitlines()]
    return [
        Cue(section, kind, phrase, elements_of(phrase))
        for section, kind, phrase in filter(any, rows)
    ]


def total(rows: Sequence[tuple[str, str]]) -> tuple[str, str]:
    return "Total", f"{sum(int(number.replace(',', '')) for _, number in rows):,}"


def as_text(text: str, name: str = "table.txt") -> Document:
    content = text.encode()
    return Document(name, text, hashlib.sha256(content).hexdigest(), len(content), "Text")


def read(document: Document) -> TableReading:
    found = read_table(document, cues())
    assert found is not None
    return found


def problems(document: Document) -> list[Problem]:
    """What hinders that the rows of a table are taken."""
    found = read(document)
    assert found.is_certain is not bool(found.problems)
    return list(found.problems)


def printed(reading: TableReading) -> list[tuple[str, str]]:
    return [(row.name, row.printed) for row in reading.rows]


def as_grid(rows: Sequence[Sequence[str]], style: Sequence[Any] = (), **options: Any) -> Table:
    """A table with rules between its cells, and numbers at the right."""
    ruled = [("GRID", (0, 0), (-1, -1), 0.5, "black"), ("ALIGN", (1, 0), (1, -1), "RIGHT")]
    return Table([list(row) for row in rows], style=[*ruled, *style], **options)


def as_pdf(file: Path, *parts: Flowable, turned: int = 0, footer: str = "{page}") -> Document:
    """A document with these parts below a title, and with a footer on each page."""
    style = getSampleStyleSheet()["Normal"]
    texts = (
        "2031 Letters by Planet",
        "Of the 2,194,302 letters some may be lost. Not 18 USC 2258A.",
    )
    title = [Paragraph(text, style) for text in texts]

    def foot(canvas: Canvas, template: Any) -> None:
        canvas.setPageRotation(turned)
        canvas.drawString(150, 20, "Post Office of the Sun")
        canvas.drawString(350, 560, footer.format(page=template.page))

    template = SimpleDocTemplate(str(file), pagesize=A5, topMargin=50, bottomMargin=50)
    template.build([*title, *parts], onFirstPage=foot, onLaterPages=foot)
    return read_document(file)


def side_by_side(*parts: Flowable) -> Flowable:
    return Table([list(parts)], style=[("VALIGN", (0, 0), (-1, -1), "TOP")])


def scanned(file: Path, *pages: Sequence[Flowable] | None) -> Document:
    """A document of which some pages, those that are None, hold a picture alone."""
    parts: list[Flowable] = []
    for page in pages:
        parts += [*(page or [Picture(100, 100)]), PageBreak()]
    SimpleDocTemplate(str(file), pagesize=landscape(A5)).build(parts)
    return read_document(file)


class Picture(Flowable):  # type: ignore[misc]
    """A picture, as a scanned page is one."""

    def __init__(self, width: float, height: float) -> None:
        super().__init__()
        self.width, self.height = width, height

    def draw(self) -> None:
        from PIL import Image
        from reportlab.lib.utils import ImageReader

        content = io.BytesIO()
        Image.new("RGB", (20, 20), "grey").save(content, "PNG")
        content.seek(0)
        self.canv.drawImage(ImageReader(content), 0, 0, self.width, self.height)
