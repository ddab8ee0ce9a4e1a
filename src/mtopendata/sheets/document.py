"""A document as text: a text or Markdown file, a PDF, or what standard input holds."""

import builtins
import codecs
import hashlib
import sys
from dataclasses import dataclass, field
from pathlib import Path

from mtopendata.package.where import local_place
from mtopendata.sheets.pdf import pdf_text
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
    what kind of file it is. `pdf` are the bytes of a PDF, in which the places of words are looked
    up; None of any other file.
    """

    name: str
    text: str
    sha256: str
    bytes: int
    form: str
    pdf: builtins.bytes | None = field(default=None, repr=False)


def read_document(place: str | Path) -> Document:
    """Read a document; `-` is standard input.

    MtopendataError: it is not there, holds no text, or is of a form that cannot be read.
    """
    content = _content(str(place))
    name = STDIN_NAME if str(place) == STDIN else str(place)
    if not content.strip():
        raise MtopendataError(name, "is empty", "name the document that prints the figures")
    is_pdf = b"%PDF-" in content[:1024]
    if is_pdf:
        form, text = "PDF of a fact sheet", pdf_text(name, content, LONGEST)
    else:
        is_markdown = Path(name).suffix.lower() in (".md", ".markdown")
        form = "Markdown text of a fact sheet" if is_markdown else "Text of a fact sheet"
        text = _plain_text(name, content)
    if len(text) > LONGEST:
        raise MtopendataError(
            name, f"has more than {LONGEST:,} characters", "name the fact sheet alone"
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    digest = hashlib.sha256(content).hexdigest()
    return Document(name, text, digest, len(content), form, content if is_pdf else None)


def _content(name: str) -> bytes:
    if name == STDIN:
        content = sys.stdin.buffer.read(LARGEST + 1)
    else:
        file = local_place(name)
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


_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def _plain_text(name: str, content: bytes) -> str:
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise MtopendataError(
            f"{name}:{line}",
            "is no UTF-8 text, nor a PDF",
            "save it as UTF-8 text, so that no character is guessed",
        ) from error
    if "\0" in text:
        raise MtopendataError(
            name, "is no text: it holds NUL characters", "name a text, Markdown or PDF file"
        )
    return text
