"""The text of a PDF, with a blank line where the distance between two lines says so."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from mtopendata.values.errors import MtopendataError
from mtopendata.values.installing import install_hint

BROKEN_HYPHEN = "\ufffe"
"""What PDFium gives for a hyphen at the end of a line, instead of the hyphen and the line end."""
_GAP = 1.4
"""So many times the usual distance between lines is the least that ends a paragraph."""


def pdf_text(name: str, content: bytes, longest: int) -> str:
    """The text of the PDF that the user calls `name`, with a form feed before each further page; no
    more pages than those whose text is longer than `longest` characters.

    MtopendataError: it cannot be read, or holds no text.
    """
    pages: list[str] = []
    with opened_pdf(name, content) as document:
        for page in document:
            pages.append(_page_text(page.get_textpage()))
            if sum(map(len, pages)) > longest:
                break
    text = "\n\f".join(pages)
    if not text.strip():
        raise MtopendataError(
            name, "holds no text, as a scanned page does", "type its text into a file"
        )
    return text


@contextmanager
def opened_pdf(name: str, content: bytes) -> Iterator[Any]:
    """The pages of the PDF that the user calls `name`.

    MtopendataError: it cannot be read, or the library for it is not there.
    """
    try:
        import pypdfium2
    except ModuleNotFoundError as error:
        raise MtopendataError(
            name,
            "is a PDF, which needs a further library",
            f"{install_hint('pdf')}, or give its text",
        ) from error
    try:
        document = pypdfium2.PdfDocument(content)
        try:
            yield document
        finally:
            document.close()
    except pypdfium2.PdfiumError as error:
        raise MtopendataError(
            name,
            f"is no PDF that can be read ({error})",
            "open it in a reader of PDF, and print it to a new file without a password",
        ) from error


def _page_text(text: Any) -> str:
    """The lines of a page, with a blank one where the distance between two says so."""
    lines = list(_page_lines(text))
    pitches = [upper.bottom - lower.bottom for upper, lower in pairwise(lines)]
    down = sorted(pitch for pitch in pitches if pitch > 0)
    usual = down[len(down) // 4] if down else 0.0  # few lines begin a paragraph
    parts = []
    for line, pitch in zip(lines, [0.0, *pitches], strict=False):
        # Upwards is another column, or a header that is drawn last.
        if pitch < 0 or pitch > _GAP * max(usual, line.height):
            parts.append("")
        parts.append(line.text)
    return "\n".join(parts).replace(BROKEN_HYPHEN, "-\n") + "\n"


@dataclass(slots=True)
class _PageLine:
    """A line of a page; `bottom` and `height`, in points, are those of its first character."""

    text: str
    bottom: float
    height: float


def _page_lines(text: Any) -> Iterator[_PageLine]:
    line: _PageLine | None = None
    for index in range(text.count_chars()):
        sign = text.get_text_range(index, 1)
        if sign in ("\r", "\n"):
            if line is not None:
                yield line
            line = None
        elif line is not None:
            line.text += sign
        elif sign.strip():
            _, bottom, _, top = text.get_charbox(index, loose=True)
            line = _PageLine(sign, bottom, top - bottom)
    if line is not None:
        yield line
