"""Documents become text: UTF-8 or UTF-16, from a file, standard input or a PDF, or a message."""

import io
import re
import sys
from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A5, LETTER
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

from mtopendata.sheets import document
from mtopendata.sheets.document import read_document
from mtopendata.sheets.extraction import read_sheet
from mtopendata.values.errors import MtopendataError
from mtopendata.values.installing import install_hint
from tests.kit import sheets
from tests.kit.referees import converted_by_office

OREGON = next(sheet for sheet in sheets.SHEETS if sheet.parent.name == "oregon-2021")


def as_pdf(file: Path, text: str, size: tuple[float, float]) -> Path:
    """A PDF with headings, paragraphs, a table, and a footer on each page."""
    styles = getSampleStyleSheet()
    parts = []
    for block in re.split(r"\n\s*\n", text.replace("**", "")):
        if "\t" in block:
            parts.append(Table([line.split("\t") for line in block.strip().split("\n")]))
            continue
        is_title = len(block) < 90 and not block.rstrip().endswith((".", ":"))
        style = styles["Heading2" if is_title else "Normal"]
        parts.append(Paragraph(block.strip().replace("&", "&amp;"), style))
        parts.append(Spacer(1, 8))

    def foot(canvas: object, page: object) -> None:
        canvas.drawString(  # type: ignore[attr-defined]
            60, 25, f"National Center for Missing & Exploited Children | Page {page.page}"  # type: ignore[attr-defined]
        )  # fmt: skip

    SimpleDocTemplate(str(file), pagesize=size).build(parts, onFirstPage=foot, onLaterPages=foot)
    return file


@pytest.mark.parametrize("size", [LETTER, A5, (300, 300)], ids=["letter", "a5", "small"])
def test_a_pdf_has_the_figures_of_its_text(tmp_path: Path, size: tuple[float, float]) -> None:
    text = sheets.text_of(OREGON)
    found = read_document(as_pdf(tmp_path / "sheet.pdf", text, size))
    assert found.form == "PDF of a fact sheet"
    reading = read_sheet(found, sheets.vocabulary())
    assert reading.problems == [], found.text
    assert sheets.said(reading) == sheets.said(sheets.read(text))
    places = {sheets.named(item): item.position for item in sheets.read(text).figures}
    if size is LETTER:  # elsewhere a page ends within a paragraph
        assert {sheets.named(item): item.position for item in reading.figures} == places


@pytest.mark.parametrize("size", [LETTER, A5], ids=["letter", "a5"])
def test_a_pdf_of_the_real_sheet_has_its_figures(tmp_path: Path, size: tuple[float, float]) -> None:
    text = sheets.real_sheet("ncmec-montana-2023.txt").read_text("utf-8")
    reading = read_sheet(
        read_document(as_pdf(tmp_path / "sheet.pdf", text, size)), sheets.vocabulary()
    )
    assert reading.problems == []
    assert sheets.said(reading) == sheets.said(sheets.read(text))


@pytest.mark.slow
def test_a_pdf_by_an_office_program_has_the_figures_of_its_text(tmp_path: Path) -> None:
    text = sheets.text_of(OREGON)
    paragraphs = "".join(
        "<table>" + "".join(
            "<tr>" + "".join(f"<td>{cell}</td>" for cell in line.split("\t")) + "</tr>"
            for line in block.split("\n")
        ) + "</table>"
        if "\t" in block else f"<p>{block}</p>"
        for block in text.strip().split("\n\n")
    )  # fmt: skip
    page = tmp_path / "sheet.html"
    page.write_text(f"<html><body><p>.</p>{paragraphs}</body></html>", "utf-8")
    reading = read_sheet(
        read_document(converted_by_office(page, tmp_path, "pdf")), sheets.vocabulary()
    )
    assert reading.problems == []
    assert sheets.said(reading) == sheets.said(sheets.read(text))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_text_is_read_in_any_unicode_that_it_declares(
    tmp_path: Path, encoding: str, end: str
) -> None:
    file = tmp_path / "sheet.txt"
    text = sheets.text_of(OREGON)
    mark = "\ufeff" if encoding in ("utf-16-le", "utf-16-be") else ""
    file.write_bytes((mark + text.replace("\n", end)).encode(encoding))
    reading = read_sheet(read_document(file), sheets.vocabulary())
    assert reading.problems == []
    assert reading.figures == sheets.read(text).figures


def test_standard_input_is_a_document(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stdin:
        buffer = io.BytesIO(OREGON.read_bytes())

    monkeypatch.setattr(sys, "stdin", Stdin)
    found = read_document("-")
    assert (found.name, found.bytes) == ("standard input", OREGON.stat().st_size)


SCAN = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>endobj
trailer<</Root 1 0 R>>
"""


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b" \n\t\n", "is empty"),
        ("Zürich\n3 Fälle".encode("latin-1"), "sheet:1: is no UTF-8 text"),
        (b"a\nb\n\xff", "sheet:3: is no UTF-8 text"),
        (b"PK\x03\x04\x00\x00", "holds NUL characters"),
        (b"%PDF-1.7\nnothing else", "is no PDF that can be read"),
        (SCAN, "holds no text, as a scanned page does"),
        (b"a" * 300_000, "has more than 200,000 characters"),
    ],
)
def test_what_holds_no_text_is_refused_with_a_reason(
    tmp_path: Path, content: bytes, message: str
) -> None:
    file = tmp_path / "sheet"
    file.write_bytes(content)
    with pytest.raises(MtopendataError, match=message):
        read_document(file)


def test_what_is_not_there_or_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MtopendataError, match="No such file"):
        read_document(tmp_path / "nowhere.txt")
    with pytest.raises(MtopendataError, match="is a folder"):
        read_document(tmp_path)
    with pytest.raises(MtopendataError, match="cannot be read"):
        read_document("a\0b")


def test_a_large_file_is_not_read_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document, "LARGEST", 10)
    (tmp_path / "sheet.txt").write_text("12345678901")
    with pytest.raises(MtopendataError, match="has more than 10 bytes"):
        read_document(tmp_path / "sheet.txt")


def test_a_pdf_without_the_library_names_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    (tmp_path / "sheet.pdf").write_bytes(SCAN)
    with pytest.raises(MtopendataError, match=re.escape(install_hint("pdf"))):
        read_document(tmp_path / "sheet.pdf")
