"""The report for people in a real browser: calm, reachable, and of the data nothing runs in it."""

from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page

import mtopendata
from mtopendata.ledger.report import Report
from mtopendata.report.validation.html import render
from tests.kit.browser import barriers, shown, started
from tests.kit.markup import markup_faults
from tests.kit.packages import copy_own, replace_text, schema_of, write_package, write_table
from tests.kit.pages import HOSTILE
from tests.kit.reports import nasty_report

WIDER = "document.documentElement.scrollWidth > window.innerWidth"
KINDS = ("valid", "broken", "hostile", "many")

pytestmark = pytest.mark.slow


def hostile_report(folder: Path) -> Report:
    """Of a package whose titles, names, cells and paths would all run something."""
    resources = []
    files = {}
    for number, text in enumerate(HOSTILE):
        path = f"{number}{text.replace('/', '')[:100]}.csv"
        quoted = '"' + text.replace('"', '""') + '"'
        files[path] = f"{quoted},b\n{quoted},\n{quoted},\0\n"
        schema = schema_of(**{text: "integer", "b": "integer"})
        resources.append({"name": f"t{number}", "path": path, "title": text, "schema": schema})
    described = {"name": "p", "title": HOSTILE[0], "homepage": HOSTILE[4], "resources": resources}
    return mtopendata.validate(write_package(folder, described, files))


def report_of(kind: str, folder: Path) -> Report:
    if kind == "hostile":
        return hostile_report(folder)
    if kind == "many":
        csv = "n,a\n" + "x,1\n5,no\n" * 20_000
        package = write_table(folder, csv, schema=schema_of(n="integer", a="integer"))
        return mtopendata.validate(package, mtopendata.Options(limit=100_000))
    copy_own(folder)
    if kind == "broken":
        figures = folder / "resources" / "figures.csv"
        replace_text(figures, "children_identified,ALL", "children_identified,USA")
        replace_text(figures, "146,exact,146", "146,exakt,146")
    return mtopendata.validate(folder)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A page of each kind, and one of texts that mean something somewhere."""
    folder = tmp_path_factory.mktemp("pages")
    reports = {kind: report_of(kind, folder / kind) for kind in KINDS}
    files = {}
    for kind, report in {**reports, "nasty": nasty_report()}.items():
        files[kind] = folder / f"{kind}.html"
        files[kind].write_text(render(report), "utf-8")
    return files


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with started() as browser:
        yield browser


def open_all(page: Page) -> None:
    """Unfold what is folded."""
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")


@pytest.mark.parametrize("kind", [*KINDS, "nasty"])
def test_a_page_runs_nothing_and_asks_for_nothing(
    browser: Browser, pages: dict[str, Path], kind: str
) -> None:
    with shown(browser, pages[kind]) as found:
        open_all(found.page)
        assert found.page.evaluate("document.scripts.length") == 1
        if kind == "hostile":
            assert found.page.title() == f"Not valid: {pages['hostile'].with_suffix('')}"
            assert found.page.locator("body").inner_text().count(HOSTILE[0]) > 10
        assert (found.complaints, found.requests) == ([], [])


@pytest.mark.parametrize("kind", KINDS)
def test_everyone_can_read_a_page(browser: Browser, pages: dict[str, Path], kind: str) -> None:
    with shown(browser, pages[kind]) as found:
        if kind == "many":  # its ledger is short: a long one takes long, and is like it
            open_all(found.page)
        assert barriers(found.page) == []


@pytest.mark.parametrize("kind", [*KINDS, "nasty"])
def test_no_page_scrolls_sideways(browser: Browser, pages: dict[str, Path], kind: str) -> None:
    with shown(browser, pages[kind]) as found:
        for _ in range(2):
            for width in (320, 700, 900, 1440):
                found.widen(width)
                assert found.page.evaluate(WIDER) is False, width
            open_all(found.page)


def test_a_page_shows_all_without_a_script(browser: Browser, pages: dict[str, Path]) -> None:
    with shown(browser, pages["broken"], java_script_enabled=False) as found:
        assert found.page.locator("h1").inner_text() == "Not valid"
        assert found.page.locator(".fault mark").all_inner_texts() == ["USA", "exakt", "exakt"]
        found.page.locator("#ledger ~ details summary").click()
        assert found.page.locator("tr.check").first.is_visible()


def test_the_keyboard_alone_opens_the_ledger(browser: Browser, pages: dict[str, Path]) -> None:
    with shown(browser, pages["valid"]) as found:
        page = found.page
        ledger = page.locator("tr.check")
        checks = str(ledger.count())
        for _ in range(20):
            page.keyboard.press("Tab")
            if checks in page.evaluate("document.activeElement.textContent").split()[0]:
                break
        page.keyboard.press("Enter")
        ledger.first.wait_for(state="visible")
        page.keyboard.press("Tab")
        page.keyboard.type("rule balance")
        left = page.locator("tr.check:not([hidden])")
        assert left.count() == 1
        assert "missing_child_cases_balance" in left.inner_text()
        assert page.get_by_role("status").inner_text() == f"1 of {checks}"


def test_a_heading_of_the_ledger_sorts_it(browser: Browser, pages: dict[str, Path]) -> None:
    with shown(browser, pages["broken"]) as found:
        open_all(found.page)
        button = found.page.get_by_role("button", name="Tested")
        for order in ("ascending", "descending"):
            button.click()
            values = found.page.locator("tr.check td:nth-child(5)").all_inner_texts()
            tested = [int(value.replace(",", "")) for value in values]
            assert tested == sorted(tested, reverse=order == "descending")
            assert found.page.locator(f"th[aria-sort={order}]").count() == 1


def test_a_link_of_the_overview_leads_to_its_findings(
    browser: Browser, pages: dict[str, Path]
) -> None:
    with shown(browser, pages["broken"]) as found:
        found.page.get_by_role("link", name="A cell is none of the allowed values").click()
        assert found.page.url.endswith("#error-enum")
        assert found.page.locator("#error-enum").is_visible()


def test_a_printed_page_has_every_finding_and_the_whole_ledger(
    browser: Browser, pages: dict[str, Path], tmp_path: Path
) -> None:
    with shown(browser, pages["broken"]) as found:
        (tmp_path / "page.pdf").write_bytes(found.page.pdf())
        names = found.page.locator("tr.check th").all_text_contents()
    with pypdfium2.PdfDocument(tmp_path / "page.pdf") as document:
        text = "".join("".join(page.get_textpage().get_text_range().split()) for page in document)
    for words in ("Not valid", "USA", "exakt", "7 + 22 + 0 = 29", *names):
        assert "".join(words.split()) in text


def test_the_markup_is_valid(pages: dict[str, Path], tmp_path: Path) -> None:
    assert markup_faults(pages.values(), tmp_path) == []
