"""The picture of the page in README: made by `python -m tests.repository.test_page_picture`."""

import hashlib
import re
import tempfile
from pathlib import Path

from PIL import Image

import mtopendata
from mtopendata.values.html.elements import Element, read_html
from tests.kit.browser import shown, started
from tests.kit.packages import MONTANA, ROOT

PICTURE = ROOT / "docs" / "page.png"
NOTE = PICTURE.with_suffix(".png.sha256")
WIDTH, HEIGHT = 1000, 1080


def seen(page: Element) -> str:
    """The digest of what is in the picture: the top of the page and the first measure. How many
    checks there are is left out, as every column changes it.
    """
    (header,) = page.all("header")
    first = next(page.all("section", class_="measure"))
    (style,) = page.all("style")
    text = re.sub(r"✓?\s*valid: .*", "", header.text) + first.text + style.text
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()


def page_in(folder: Path) -> Path:
    file = folder / "page.html"
    mtopendata.page(MONTANA, file)
    return file


def test_the_picture_shows_what_the_page_shows(tmp_path: Path) -> None:
    now = seen(read_html(page_in(tmp_path).read_text("utf-8")))
    again = "python -m tests.repository.test_page_picture makes it again"
    assert NOTE.read_text().split()[0] == now, f"docs/page.png is of another page: {again}"


def test_the_picture_is_small_and_in_the_readme() -> None:
    assert PICTURE.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert PICTURE.stat().st_size < 80 * 1024
    assert "(docs/page.png)" in (ROOT / "README.md").read_text("utf-8")


def write() -> None:
    """Take the picture, and note of what it is one."""
    with tempfile.TemporaryDirectory() as name, started() as browser:
        file = page_in(Path(name))
        with shown(browser, file, WIDTH) as found:
            found.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
            found.page.screenshot(path=PICTURE)
        # A page in few colours needs no more of them.
        Image.open(PICTURE).convert("RGB").quantize(128).save(PICTURE, optimize=True)
        NOTE.write_text(f"{seen(read_html(file.read_text('utf-8')))}  what the picture shows\n")


if __name__ == "__main__":
    write()
