"""The report for people has all that was found, and nothing of the data is more than text in it."""

import html
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest

import mtopendata
from mtopendata.ledger.excerpt import Excerpt, ExcerptRow
from mtopendata.ledger.report import Check, Finding, Report, RuleInstance, Severity
from mtopendata.report import report_page
from mtopendata.report.report_page import LISTED_ALIKE, column_letters
from mtopendata.report.validation.html import render
from mtopendata.values.html.elements import read_html
from mtopendata.values.html.safety import unsafe
from mtopendata.values.html.texts import exact
from tests.kit.packages import MONTANA, schema_of, write_package, write_table
from tests.kit.program import run
from tests.kit.reports import NASTY, enter, nasty_report, sampled_reports

MOST = 5_000_000
"""Bytes that a page says it has at most."""


def page(report: Report) -> Element:
    """The page of a report, in which a parser that follows the standard finds no fault."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    parsed: Element = parser.parse(render(report))
    return parsed


def text(element: Element) -> str:
    """What a reader sees of an element: with single blanks, without marks of direction."""
    words = " ".join("".join(element.itertext()).split())
    return re.sub("[\u2066-\u2069]", "", words)


def as_shown(value: object) -> str:
    """A text of the data's as the page shows it."""
    return " ".join(html.unescape(str(exact(str(value)))).split())


def of_class(element: Element, name: str) -> list[Element]:
    return [item for item in element.iter() if name in item.get("class", "").split()]


def rows(element: Element, name: str) -> list[list[str]]:
    """The cells of the rows of a class."""
    return [[text(cell) for cell in row] for row in of_class(element, name)]


def many(count: int, severity: Severity = "error", **what: Any) -> list[Finding]:
    made = Finding("type", severity, "'x' is no integer", "mend it", "t", "t.csv", 2, "n")
    return [replace(made, row=2 + 2 * number, **what) for number in range(count)]


@pytest.mark.slow
def test_every_finding_stands_in_the_page_with_its_line_and_what_to_do() -> None:
    for report in sampled_reports():
        main = text(page(report))
        for found in report.findings:
            assert as_shown(found.message) in main
            assert as_shown(found.hint) in main
            assert as_shown(found.path or found.resource or "package") in main
            if found.row is not None:
                assert re.search(rf"Line {found.row:,}\b", main)
            if found.column is not None:
                assert f"Line {found.row:,}, character {found.column:,}:" in main


@pytest.mark.slow
def test_the_ledger_and_the_rules_are_those_of_the_report() -> None:
    for report in sampled_reports():
        parsed = page(report)
        assert Counter(map(tuple, rows(parsed, "check"))) == Counter(
            (
                as_shown(check.resource or "package"), as_shown(check.name), check.kind,
                check.engine, f"{check.tested:,}", f"{check.failed:,}",
            )
            for check in report.checks
        )  # fmt: skip
        assert Counter((row[0], row[1], row[2]) for row in rows(parsed, "rule")) == Counter(
            (rule.state, as_shown(rule.equation), rule.rule) for rule in report.rules
        )


@pytest.mark.slow
def test_the_verdict_stands_first_in_words_and_all_is_counted() -> None:
    for report in sampled_reports():
        body = page(report).find("body")
        assert body is not None
        main = body.find("main")
        assert main is not None
        head = text(main[0])
        assert head.startswith("Valid " if report.valid else "Not valid ")
        for count, word in ((report.errors, "error"), (report.warnings, "warning")):
            assert f"{count:,} {word}" in head
        assert f"{len(report.checks):,} check" in head
        failed = [row[5] != "0" for row in rows(body, "check")]
        assert failed == sorted(failed, reverse=True)


def test_nothing_of_the_data_becomes_an_element_an_attribute_or_an_address() -> None:
    plain, nasty = page(sampled_reports()[0]), page(nasty_report())
    kept = {"html", "head", "meta", "title", "style", "body", "a", "main", "header", "h1", "h2",
            "h3", "h4", "p", "span", "code", "section", "table", "thead", "tbody", "tr", "th", "td",
            "div", "details", "summary", "footer", "script", "mark", "ul", "li"}  # fmt: skip
    for parsed in (plain, nasty):
        for element in parsed.iter():
            if not isinstance(element.tag, str):
                continue
            assert element.tag in kept
            assert set(element.keys()) <= {
                "class", "id", "href", "lang", "charset", "name", "content", "http-equiv", "scope",
                "role", "aria-label", "aria-labelledby", "tabindex", "data-sort", "data-value",
                "data-search", "data-label", "colspan", "open",
            }  # fmt: skip
            if element.tag == "a":
                assert re.fullmatch("#[a-z-]+", element.get("href", ""), re.IGNORECASE)
        assert sum(element.tag == "script" for element in parsed.iter()) == 1


def test_a_page_can_do_no_more_than_one_of_this_program() -> None:
    for report in (nasty_report(), *sampled_reports()):
        assert list(unsafe(read_html(render(report)))) == []


def test_every_hostile_text_is_shown_as_it_is() -> None:
    shown = text(page(nasty_report()))
    for found in NASTY:
        assert as_shown(f"m{found}") in shown
    assert r"\x00" in shown
    assert r"\u202e" in shown


def test_the_rows_around_a_fault_are_a_table_with_its_cell_marked(tmp_path: Path) -> None:
    csv = "a,n\nx,1\ny,no\nz,3\n"
    report = mtopendata.validate(
        write_table(tmp_path, csv, schema=schema_of(a="string", n="integer"))
    )
    [table] = of_class(page(report), "rows")
    assert [[text(cell) for cell in row] for row in table.iter("tr")] == [
        ["line", "A a", "B n"], ["2", "x", "1"], ["3", "y", "no"], ["4", "z", "3"],
    ]  # fmt: skip
    assert [text(mark) for mark in table.iter("mark")] == ["no"]
    assert [text(row) for row in of_class(table, "own")] == ["3yno"]


def test_a_cell_that_is_not_there_and_an_empty_one_are_marked_in_words() -> None:
    lines = (ExcerptRow(2, ("", None)), ExcerptRow(3, ("half a record",), is_divided=False))
    for marked, words in ((0, "(empty)"), (1, "(no cell)")):
        excerpt = Excerpt("", ("a", "b"), 0, marked, lines)
        found = Finding("type", "error", "m", "h", "t", "t.csv", 2, "a", excerpt=excerpt)
        parsed = page(Report("p", [found]))
        assert [text(mark) for mark in parsed.iter("mark")] == [words]
        assert "half a record" in text(parsed)


def test_many_findings_alike_are_folded_and_each_line_is_named() -> None:
    parsed = page(Report("p", many(500)))
    assert len(of_class(parsed, "fault")) == 3
    [told] = of_class(parsed, "lines")
    assert len(told) == LISTED_ALIKE - 3
    shown = text(parsed)
    assert f"Lines {2 + 2 * 100}, 204, 206, " in shown
    assert ", 998, 1000 The ledger" in shown
    assert "400 more such findings" in shown
    assert shown.count("mend it") == 1


def test_findings_that_are_not_listed_are_counted() -> None:
    report = Report("p")
    enter(report, Check("n: type", "type", "t", "polars", 99, 50), many(20))
    enter(report, Check("m: type", "type", "t", "polars", 99, 7))
    shown = text(page(report))
    assert "57 errors" in shown
    assert "37 findings more are counted above and not listed here" in shown
    assert "The check found 30 more, which are not listed." in shown


@pytest.mark.slow
def test_a_hundred_thousand_findings_give_a_page_of_a_bounded_size(tmp_path: Path) -> None:
    csv = "n,a\n" + "x,1\n5,no\n" * 50_000
    package = write_table(tmp_path, csv, schema=schema_of(n="integer", a="integer"))
    out = tmp_path / "report.html"
    done = run("validate", package, "--limit", "100000", "--output", f"html={out}")
    assert done.exit_code == 1
    assert out.stat().st_size < 300_000
    assert "100,000 errors" in out.read_text("utf-8")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "count"),
    [("\U000e0001" * 3000, 300), ("'<\0" * 3000, 300), ("x", 6_000)],
    ids=["unseen", "escaped", "short"],
)
def test_a_page_has_at_most_what_it_says_and_tells_what_it_leaves_out(
    words: str, count: int
) -> None:
    excerpt = Excerpt("", (words[:300],) * 5, 0, 2, (ExcerptRow(2, (words[:40],) * 5),) * 3)
    report = Report("p")
    for number in range(count):
        name = f"{number}{words}"
        found = Finding("type", "error", words, words, name, name, 2, name, excerpt=excerpt)
        report.findings.append(found)
        report.checks.append(Check(name, "type", name, "polars", 1, 0))
        report.rules.append(RuleInstance(name, words, 2023, words, "violated", words))
        report.rules.append(RuleInstance(name, words, 2023, words, "satisfied", words))
    report.findings += many(60_000)
    made = render(report)
    assert len(made.encode()) < MOST
    assert report_page.AT_MOST == "5 MB"
    assert f"has at most {report_page.AT_MOST}" in made
    left = [int(more.replace(",", "")) for more in re.findall("… and ([0-9,]+) more", made)]
    rules = re.findall('<tr class="rule"><td><span class="state (good|bad)">', made)
    listed = [rules.count("bad"), rules.count("good"), made.count('<tr class="check">')]
    assert [one + more for one, more in zip(listed, left, strict=True)] == [count] * 3
    assert min(listed) > 3
    [more] = re.findall("([0-9,]+) findings more of this code", made)
    assert int(more.replace(",", "")) + made.count('<div class="kind">') == count + 60_000


def test_one_finding_and_none_are_worded_as_such() -> None:
    report = Report("p", many(1, "warning"))
    assert "1 finding ·" in text(page(report))
    assert "overview" not in render(report).partition("<body>")[2]
    assert "What was found" not in text(page(Report("p")))


@pytest.mark.slow
def test_the_page_is_the_same_each_time_and_from_each_option(tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    first = run("validate", MONTANA, "--format", "html", "--output", f"html={out}")
    assert first.exit_code == 0
    assert (
        first.stdout
        == out.read_text("utf-8")
        == run("validate", MONTANA, "--format", "html").stdout
    )
    assert first.stdout == render(mtopendata.validate(MONTANA))


def test_there_is_no_page_of_what_is_no_package(tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    out.write_text("as before", "utf-8")
    done = run("validate", tmp_path / "nothing", "--format", "html", "--output", f"html={out}")
    assert done.exit_code == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert out.read_text("utf-8") == "as before"


def test_a_package_of_hostile_names_and_cells_is_text(tmp_path: Path) -> None:
    hostile = "</td><script>alert(1)</script>\u202e\0" + "x" * 10_000
    schema = {"fields": [{"name": hostile, "type": "integer"}, {"name": "b", "type": "integer"}]}
    quoted = '"' + hostile.replace("\0", "") + '"'
    table = {"name": "t", "path": "<b>.csv", "title": hostile, "schema": schema}
    described = {"name": "p", "title": hostile, "resources": [table]}
    package = write_package(tmp_path / "p", described, {"<b>.csv": f'{quoted},b\n{quoted},"\0"\n'})
    report = mtopendata.validate(package)
    assert not report.valid
    parsed = page(report)
    assert sum(element.tag == "script" for element in parsed.iter()) == 1
    assert not list(parsed.iter("b"))
    assert "</td><script>alert(1)</script>" in text(parsed)


@pytest.mark.parametrize(
    ("place", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")]
)
def test_columns_have_the_letters_of_a_spreadsheet(place: int, letters: str) -> None:
    assert column_letters(place) == letters
