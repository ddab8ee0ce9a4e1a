"""What Python prints of a package and a report, and what a notebook shows of them."""

from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pytest

import mtopendata
from mtopendata.ledger.report import Finding, Report
from mtopendata.package.model import Package, Resource
from mtopendata.values.notebooks import LINES
from tests.kit.packages import MONTANA
from tests.kit.reports import nasty_report


class Tags(HTMLParser):
    """The tags of a page, and its texts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_a_package_shows_its_tables_in_a_few_lines() -> None:
    package = mtopendata.load(MONTANA)
    lines = repr(package).splitlines()
    assert lines[0] == f"<Package: mtopendata {package.descriptor['version']}>"
    assert f"  figures: {package['figures'].height} rows, 14 columns" in lines
    assert len(lines) <= LINES
    assert "Figures" in Tags(package._repr_html_()).texts


def test_a_report_shows_its_verdict_and_errors_first() -> None:
    found = Finding("bom", "warning", "w", "h", "t", "t.csv")
    report = Report("p", [found, replace(found, severity="error", message="e", row=3, field="a")])
    assert repr(report) == (
        "<Report: p is not valid, 0 checks, 1 error, 1 warning, 0 notes>\n"
        "  t.csv:3 [a]: error bom: e\n"
        "  t.csv: warning bom: w"
    )


@pytest.mark.parametrize("count", [0, 1, 9, 10, 500])
def test_however_much_is_found_there_are_ten_lines(count: int) -> None:
    report = Report("p", [Finding("bom", "warning", f"m{n}" * 99, "h") for n in range(count)])
    lines = repr(report).splitlines()
    assert len(lines) == min(count + 1, LINES)
    assert max(map(len, lines)) <= 100
    rest = count - (LINES - 2)
    assert (f"  … and {rest:,} more" in lines) is (count >= LINES)


def test_nothing_of_the_data_is_markup() -> None:
    page = Tags(nasty_report()._repr_html_())
    assert page.tags == {"table", "caption", "tr", "th", "td"}


def test_a_table_that_is_not_there_is_told_with_the_nearest_name() -> None:
    tables = {"figures": pl.DataFrame(), "areas": pl.DataFrame()}
    package = Package("p", Path(), {}, (Resource("photo"),), tables)
    with pytest.raises(KeyError, match="no table 'figure', but figures, areas; did you mean 'fig"):
        package["figure"]
    with pytest.raises(KeyError, match="'photo' has no table here"):
        package["photo"]
