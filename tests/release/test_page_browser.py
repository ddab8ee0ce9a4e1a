"""The page in a real browser: it runs and loads nothing of others, and everyone can read it."""

from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

import mtopendata
from tests.kit.browser import SCHEMES, barriers, shown, started
from tests.kit.markup import markup_faults
from tests.kit.packages import MONTANA, ROOT
from tests.kit.pages import figures_of_years, hostile_package

FILES = ("own", "years", "hostile", "invalid", "tables")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with started() as browser:
        yield browser


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory, own_release: Path) -> dict[str, Path]:
    """Pages of several kinds of packages; this one's stands among the files of its release."""
    folder = tmp_path_factory.mktemp("pages")
    packages = {
        "years": figures_of_years(folder / "years"),
        "hostile": hostile_package(folder / "hostile"),
        "invalid": ROOT / "tests" / "packages" / "figures-bounds",
        "tables": ROOT / "tests" / "packages" / "data-foreign-key",
    }
    made = {"own": next(own_release.glob("*.html"))}
    for name, package in packages.items():
        made[name] = folder / f"{name}.html"
        assert mtopendata.page(package, made[name], force=True).file is not None
    return made


@pytest.mark.parametrize("name", FILES)
def test_nothing_is_complained_of_and_nothing_asked_for(
    browser: Browser, pages: dict[str, Path], name: str
) -> None:
    with shown(browser, pages[name]) as found:
        title = found.page.title()
        found.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        for width in (320, 1440):
            found.widen(width)
            # Everything is opened, and much is pressed.
            for button in found.page.locator("main button").all()[:12]:
                button.click()
            found.page.mouse.wheel(0, 10_000)
            assert found.page.title() == title != "run"
            assert found.complaints == []
            assert found.requests == []


@pytest.mark.parametrize("name", ["own", "hostile", "years", "invalid", "tables"])
def test_axe_finds_no_barrier(browser: Browser, pages: dict[str, Path], name: str) -> None:
    with shown(browser, pages[name], bypass_csp=True) as found:
        page = found.page
        # Of what stands there many times, some are enough: the large pages have all of it.
        opened = ".measure:nth-of-type(-n+2) details" if name == "years" else "details"
        page.evaluate(f"document.querySelectorAll('{opened}').forEach(d => d.open = true)")
        assert barriers(page) == []


def test_axe_finds_a_barrier(browser: Browser, pages: dict[str, Path]) -> None:
    with shown(browser, pages["tables"], bypass_csp=True) as found:
        found.page.evaluate("document.body.style.color = '#999'")
        found.page.evaluate("document.querySelector('main').append(document.createElement('img'))")
        report = Axe().run(found.page).response["violations"]
        assert {"color-contrast", "image-alt"} <= {item["id"] for item in report}


WIDER_AND_UNREACHED = """
[...document.querySelectorAll("body *")].filter(
  (e) => e.scrollWidth > e.clientWidth + 1 && e.tabIndex < 0
         && getComputedStyle(e).overflowX !== "visible" && !e.closest("svg")
         && !e.matches(".unseen, input, summary")
).map((e) => e.outerHTML.slice(0, 99))
"""


@pytest.mark.parametrize("name", FILES)
def test_nobody_scrolls_sideways(browser: Browser, pages: dict[str, Path], name: str) -> None:
    with shown(browser, pages[name]) as found:
        found.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        for width in (320, 1440):
            found.widen(width)
            assert found.page.evaluate("document.documentElement.scrollWidth") <= width
            # What is wider scrolls in a box of its own, which the keyboard reaches.
            assert found.page.evaluate(WIDER_AND_UNREACHED) == []


def test_the_keyboard_alone_reaches_all_that_can_be_used(
    browser: Browser, pages: dict[str, Path]
) -> None:
    with shown(browser, pages["years"]) as found:
        page = found.page
        count = page.evaluate(
            """(() => {
              const kinds = "a[href], button, input, summary, [tabindex='0']";
              const all = [...document.querySelectorAll(kinds)].filter((e) => e.checkVisibility());
              window.unreached = new Set(all);
              window.unseen = 0;
              document.addEventListener("focusin", ({ target }) => {
                window.unreached.delete(target);
                window.unseen += getComputedStyle(target).outlineStyle !== "solid";
              });
              return all.length;
            })()"""
        )
        for _ in range(count):
            page.keyboard.press("Tab")
        left = "[...window.unreached].map((e) => e.outerHTML.slice(0, 99))"
        assert page.evaluate(left) == []
        assert page.evaluate("window.unseen") == 0  # one sees where one is
        page.locator("summary").first.focus()
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.parentElement.open")
        page.locator(".skip").focus()
        page.keyboard.press("Enter")
        assert page.url.endswith("#content")


def test_without_scripts_all_figures_are_there(browser: Browser, pages: dict[str, Path]) -> None:
    printed = mtopendata.load(MONTANA)["figures"]["printed"].to_list()
    with shown(browser, pages["own"], java_script_enabled=False) as found:
        expect(found.page.locator("article .printed")).to_have_count(len(printed))
        for article in found.page.locator("article").all():
            expect(article).to_be_visible()
        texts = found.page.locator("article .printed").all_inner_texts()
        assert sorted(texts) == sorted(printed)
        assert found.page.locator("button, input").count() == 0


def test_a_print_has_every_figure(browser: Browser, pages: dict[str, Path], tmp_path: Path) -> None:
    with shown(browser, pages["own"]) as found:
        found.page.pdf(path=tmp_path / "page.pdf", format="A4")
    document = pypdfium2.PdfDocument(tmp_path / "page.pdf")
    text = " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())
    document.close()
    figures = mtopendata.load(MONTANA)
    for printed in figures["figures"]["printed"]:
        assert printed in text
    for row in figures["measures"].iter_rows(named=True):
        assert row["title"] in text
        assert row["caveat"] is None or row["caveat"][:40] in text
    # What is folded away is printed too.
    assert "sha256sum -c" in text
    assert "Since version 1.0.0: 1,747" in text


def test_search_shows_what_holds_all_words(browser: Browser, pages: dict[str, Path]) -> None:
    with shown(browser, pages["own"]) as found:
        page = found.page
        visible = page.locator(".measure:visible")
        every = visible.count()
        page.get_by_role("searchbox").fill("montana FACILITY")
        titles = visible.locator("h4").all_inner_texts()
        assert "Cases of children missing from a social services facility" in titles
        assert len(titles) < every
        assert page.get_by_role("status").inner_text() == f"{len(titles)} of {every}"
        assert page.locator(".programme:visible h3").all_inner_texts() == ["Missing children"]
        page.get_by_role("searchbox").fill("nothing of this kind")
        assert visible.count() == 0
        page.get_by_role("searchbox").fill("")
        assert visible.count() == every


def test_a_heading_sorts_its_table_by_numbers(browser: Browser, pages: dict[str, Path]) -> None:
    with shown(browser, pages["own"]) as found:
        table = found.page.get_by_role("region", name="Files of this release").locator("table")
        heading = table.get_by_role("columnheader", name="Bytes")
        for direction in ("ascending", "descending"):
            heading.get_by_role("button").click()
            expect(heading).to_have_attribute("aria-sort", direction)
            texts = table.locator("tbody td:nth-child(3)").all_inner_texts()
            sizes = [int(text.replace(",", "")) for text in texts]
            assert sizes == sorted(sizes, reverse=direction == "descending")


def test_what_is_copied_is_what_stands_there(browser: Browser, pages: dict[str, Path]) -> None:
    permissions = ["clipboard-read", "clipboard-write"]
    with shown(browser, pages["own"], permissions=permissions) as found:
        page = found.page
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        article = page.locator("[id='missing_child_cases_handled/US-MT/2023']")
        for name in ("citation", "BibTeX", "RIS", "quotation"):
            source = article.locator(f"[data-copy='{name}']")
            article.get_by_role("button", name=f"Copy {name}").click()
            expect(article.get_by_role("button", name="Copied").first).to_be_visible()
            text = source.evaluate("e => e.textContent")
            assert page.evaluate("navigator.clipboard.readText()") == text
            assert len(text) > 99
        expect(article.get_by_role("button", name="Copied")).to_have_count(0)


def test_a_permalink_leads_to_its_figure(browser: Browser, pages: dict[str, Path]) -> None:
    for name in ("own", "hostile"):
        with shown(browser, pages[name]) as found:
            article = found.page.locator("article").last
            article.locator(".where a").click()
            assert article.evaluate("e => e.matches(':target')")


def test_colours_change_with_the_scheme(browser: Browser, pages: dict[str, Path]) -> None:
    seen = set()
    for scheme in SCHEMES:
        with shown(browser, pages["own"], color_scheme=scheme) as found:
            seen.add(
                found.page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
            )
    assert len(seen) == 2


def test_a_figure_alone_is_a_picture_in_a_page_of_others(browser: Browser, tmp_path: Path) -> None:
    drawing = tmp_path / "figure.svg"
    mtopendata.page(MONTANA, drawing, figure="cybertipline_reports")
    (tmp_path / "other.html").write_text('<img src="figure.svg" alt="36.2 million">', "utf-8")
    with shown(browser, tmp_path / "other.html") as found:
        size = found.page.locator("img").evaluate("e => [e.naturalWidth, e.naturalHeight]")
        assert size[0] == 440
        assert size[1] > 100
        assert found.complaints == []


def test_the_markup_is_valid(pages: dict[str, Path], tmp_path: Path) -> None:
    assert markup_faults(pages.values(), tmp_path) == []


def test_markup_that_is_not_valid_is_found(pages: dict[str, Path], tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    text = pages["tables"].read_text("utf-8")
    page.write_text(text.replace("<main", "<p><div id=content></div></p><main", 1), "utf-8")
    assert {"element-permitted-content", "no-dup-id"} & {
        fault.partition(",")[0] for fault in markup_faults([page], tmp_path)
    }
