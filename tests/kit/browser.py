"""Debian's Chromium, driven by Playwright: started once, for all tests of a process."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

HEIGHT = 900
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def chromium() -> str:
    """The browser's program; without it the test is skipped."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("chromium is not there: apt-get install chromium; see .ci/referees")
    return program


@contextmanager
def started() -> Iterator[Browser]:
    """The browser. What runs as root, as in a container, has no sandbox."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


class Shown:
    """A page in the browser, and all that it has complained of or asked for."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.requests: list[str] = []

    def open(self, file: Path) -> None:
        """Show a file, and take down what happens."""
        page = self.page
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        page.on("popup", lambda popup: self.requests.append(popup.url))
        page.on("request", lambda request: self.requests.append(request.url))
        page.goto(file.resolve().as_uri())
        self.requests.remove(file.resolve().as_uri())

    def widen(self, width: int) -> None:
        """Make the window so many pixels wide."""
        self.page.set_viewport_size({"width": width, "height": HEIGHT})


def barriers(page: Page) -> list[tuple[str, str, str]]:
    """What axe objects to by scheme, rule and element; between light and dark only the colours
    differ.
    """
    found: list[tuple[str, str, str]] = []
    for scheme, rules in zip(SCHEMES, (None, ["color-contrast"]), strict=True):
        page.emulate_media(color_scheme=scheme)
        options: dict[str, object] = {"resultTypes": ["violations"]}
        report = Axe().run(page, options=options | ({"runOnly": rules} if rules else {})).response
        assert report["passes"]
        found += [
            (scheme, item["id"], node["html"][:200])
            for item in report["violations"]
            for node in item["nodes"]
        ]
    return found


@contextmanager
def shown(browser: Browser, file: Path, width: int = 1440, **options: Any) -> Iterator[Shown]:
    """A file in a window of its own, which is `width` pixels wide."""
    size = {"width": width, "height": HEIGHT}
    context = browser.new_context(viewport=size, **options)  # type: ignore[arg-type]
    try:
        page = Shown(context.new_page())
        page.open(file)
        yield page
    finally:
        context.close()
