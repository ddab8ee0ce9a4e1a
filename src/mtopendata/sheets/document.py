"""A document as text: a text or Markdown file, a PDF, or what standard input holds."""

import codecs
import hashlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from mtopendata.values.errors import MtopendataError

LARGEST = 64 * 1024**2
"""Bytes of the largest document that is read: a fact sheet has some thousands."""
LONGEST = 200_000
"""Characters of the longest text that is read."""
STDIN, STDIN_NAME = "-", "standard input"


@dataclass(frozen=True, slots=True)
class Document:
    """The text of a document, with LF line ends and a form feed before each further page.

    `name` is what the user calls it; `sha256` and `bytes` are of the file, and `form` says in words
    what kind of file it is.
    """

    name: str
    text: str
    sha256: str
    bytes: int
    form: str


def read_document(place: str | Path) -> Document:
    """Read a document; `-` is standard input.

    MtopendataError: it is not there, holds no text, or is of a form that cannot be read.
    """
    content = _content(str(place))
    name = STDIN_NAME if str(place) == STDIN else str(place)
    if not content.strip():
        raise MtopendataError(name, "is empty", "name the document that prints the figures")
    if b"%PDF-" in content[:1024]:
        form, text = "PDF of a fact sheet", _pdf_text(name, content)
    else:
        is_markdown = Path(name).suffix.lower() in (".md", ".markdown")
        form = "Markdown text of a fact sheet" if is_markdown else "Text of a fact sheet"
        text = _plain_text(name, content)
    if len(text) > LONGEST:
        raise MtopendataError(
            name, f"has more than {LONGEST:,} characters", "name the fact sheet alone"
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return Document(name, text, hashlib.sha256(content).hexdigest(), len(content), form)


def _content(name: str) -> bytes:
    if name == STDIN:
        content = sys.stdin.buffer.read(LARGEST + 1)
    else:
        file = Path(name)
        if file.is_dir():
            raise MtopendataError(name, "is a folder", "name a text, Markdown or PDF file")
        try:
            with file.open("rb") as stream:
                content = stream.read(LARGEST + 1)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise MtopendataError(
                name, f"cannot be read ({reason})", "name a text, Markdown or PDF file, or -"
            ) from error
    if len(content) > LARGEST:
        raise MtopendataError(name, f"has more than {LARGEST:,} bytes", "name the fact sheet alone")
    return content


_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"),
          (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip


def _plain_text(name: str, content: bytes) -> str:
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise MtopendataError(
            f"{name}:{line}", "is no UTF-8 text, nor a PDF",
            "save it as UTF-8 text, so that no character is guessed",
        ) from error  # fmt: skip
    if "\0" in text:
        raise MtopendataError(
            name, "is no text: it holds NUL characters", "name a text, Markdown or PDF file"
        )
    return text


# PDF

_BROKEN_HYPHEN = "\ufffe"
"""What PDFium gives for a hyphen at the end of a line, instead of the hyphen and the line end."""
_GAP = 1.4
"""So many times the usual distance between lines is the least that ends a paragraph."""


def _pdf_text(name: str, content: bytes) -> str:
    try:
        import pypdfium2
    except ModuleNotFoundError as error:
        raise MtopendataError(
            name, "is a PDF, which needs a further library",
            "pip install 'mtopendata[pdf]', or give its text",
        ) from error  # fmt: skip
    pages: list[str] = []
    try:
        document = pypdfium2.PdfDocument(content)
        try:
            for page in document:
                pages.append(_page_text(page.get_textpage()))
                if sum(map(len, pages)) > LONGEST:
                    break
        finally:
            document.close()
    except pypdfium2.PdfiumError as error:
        raise MtopendataError(
            name, f"is no PDF that can be read ({error})",
            "open it in a reader of PDF, and print it to a new file without a password",
        ) from error  # fmt: skip
    text = "\n\f".join(pages)
    if not text.strip():
        raise MtopendataError(
            name, "holds no text, as a scanned page does", "type its text into a file"
        )
    return text


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
    return "\n".join(parts).replace(_BROKEN_HYPHEN, "-\n") + "\n"


@dataclass(slots=True)
class _Line:
    """A line of a page; `bottom` and `height`, in points, are those of its first character."""

    text: str
    bottom: float
    height: float


def _page_lines(text: Any) -> Iterator[_Line]:
    line: _Line | None = None
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
            line = _Line(sign, bottom, top - bottom)
    if line is not None:
        yield line
