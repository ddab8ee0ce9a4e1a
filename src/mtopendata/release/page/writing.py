"""The page as a text, and that into its file: over no file but one that this program has made."""

import os
import tempfile
from pathlib import Path
from textwrap import wrap

from mtopendata.figures.names import named_figures
from mtopendata.release.page.cited_figures import source_link
from mtopendata.release.page.contents import Contents
from mtopendata.values.errors import MtopendataError
from mtopendata.values.html import GENERATOR, render

_HEAD = 4096
"""Bytes in which a file tells what has made it."""
_TITLE, _SMALL = 42, 60
"""Characters of a line in a drawing that stands alone."""
_MARKS = (f'<meta name="generator" content="{GENERATOR}">', f'data-generator="{GENERATOR}"')


def page_text(contents: Contents) -> str:
    """The page."""
    return render("release/page/page.html.j2", page=contents)


def figure_text(contents: Contents, name: str) -> str:
    """The drawing of one figure. MtopendataError: there is no such figure, or several."""
    told = contents.figures.told
    found = named_figures([figure.item for figure in told], name)
    if len(found) > 1:
        names = ", ".join(item.name for item in found[:3])
        raise MtopendataError(repr(name), "names several figures", f"name one of them: {names}")
    figure = next(figure for figure in told if figure.item.index == found[0].index)
    published = " ".join(filter(None, (contents.title, contents.version)))
    said = f"{figure.bounds}. Source: {source_link(figure.item) or 'none is named'}. {published}"
    return render(
        "release/page/figure.svg.j2",
        figure=figure,
        title=wrap(figure.item.title, _TITLE) or [figure.item.name],
        source=wrap(f"{said[:1].upper()}{said[1:]}.", _SMALL),
    )


def place_for(file: Path) -> Path:
    """The file, if a page may be written there. MtopendataError: it may not."""
    if file.is_dir():
        raise MtopendataError(str(file), "is a folder", "name a file in it with --out")
    if not file.parent.is_dir():
        raise MtopendataError(str(file), "lies in no folder that there is", "make it first")
    if not os.access(file.resolve().parent, os.W_OK):
        raise MtopendataError(str(file), "may not be written", "check your rights there")
    if file.exists() and not _is_ours(file):
        raise MtopendataError(
            str(file), "is there, and no page that this program has made",
            "give another --out, or remove it first",
        )  # fmt: skip
    return file


def _is_ours(file: Path) -> bool:
    """Whether a file says of itself that this program has made it."""
    if not file.is_file():
        return False
    with file.open("rb") as stream:
        head = stream.read(_HEAD).decode(errors="replace")
    return any(mark in head for mark in _MARKS)


def write_page(file: Path, text: str) -> int:
    """Put the whole text into place at once; its size in bytes."""
    made = text.encode()
    file = file.resolve()
    with tempfile.TemporaryDirectory(prefix=".mtopendata-", dir=file.parent) as folder:
        fresh = Path(folder) / "page"
        fresh.write_bytes(made)
        fresh.replace(file)
    return len(made)
