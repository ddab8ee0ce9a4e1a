"""Markdown shows each text as it is, by a reader of GitHub's Markdown."""

import re
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from mtopendata.ledger.report import Check, Finding, Report, RuleInstance
from mtopendata.report.printable import printable
from mtopendata.report.validation.markdown import CHECKS, FINDINGS, RULES
from mtopendata.report.validation.markdown import render as render_markdown
from mtopendata.values.markdown import unlinked
from tests.kit.reports import NASTY, enter, nasty_report, sampled_reports

PARSER = MarkdownIt("gfm-like", {"linkify": False})
FOLD = re.compile(r"<details>\n<summary>([\d,]+ satisfied|The ledger: .+)</summary>\n|</details>\n")


def shown(token: Token) -> str:
    """The text that a reader sees of an inline token; anything but text and code is refused."""
    assert {child.type for child in token.children or ()} <= {"text", "code_inline", "text_special"}
    return "".join(child.content for child in token.children or ())


def tables(text: str) -> list[list[list[str]]]:
    """Each table, its rows, and the texts of their cells."""
    found: list[list[list[str]]] = []
    for before, token in pairwise(PARSER.parse(text)):
        if token.type == "table_open":
            found.append([])
        elif token.type == "tr_open":
            found[-1].append([])
        elif token.type == "inline" and before.type in ("td_open", "th_open"):
            found[-1][-1].append(shown(token))
    return found


def spaced(value: object) -> str:
    """A text as a page shows it: without control characters and with single blanks."""
    return " ".join(("" if value is None else printable(str(value))).split())


def test_every_cell_shows_exactly_its_text() -> None:
    for report in (nasty_report(), *sampled_reports()):
        found = tables(render_markdown(report))
        if report.findings:
            head, *rows = found.pop(0)
            assert tuple(head) == FINDINGS
            ordered = sorted(report.findings, key=lambda finding: finding.severity != "error")
            assert [(row[1], row[2], row[3], row[4]) for row in rows] == [
                (f.severity, f.code, spaced(f.message), spaced(f.hint)) for f in ordered
            ]
            for row, finding in zip(rows, ordered, strict=True):
                assert spaced(finding.path or finding.resource or "package") in spaced(row[0])
                assert str(finding.row or "") in row[0]
        open_ = [rule for rule in report.rules if rule.state != "satisfied"]
        for rules in (open_, [rule for rule in report.rules if rule.state == "satisfied"]):
            if rules:
                head, *rows = found.pop(0)
                assert tuple(head) == RULES
                assert [row[5] for row in rows] == [spaced(rule.equation) for rule in rules]
        head, *rows = found.pop(0)
        assert tuple(head) == CHECKS
        assert not found
        assert sorted((row[1], row[4], row[5]) for row in rows) == sorted(
            (spaced(check.name), f"{check.tested:,}", f"{check.failed:,}")
            for check in report.checks
        )


def test_data_make_no_html_no_links_and_no_images() -> None:
    for report in (nasty_report(), *sampled_reports()):
        tokens = PARSER.parse(render_markdown(report))
        html = [token.content for token in tokens if token.type == "html_block"]
        assert all(map(FOLD.fullmatch, html))
        assert len(html) == 2 + 2 * any(rule.state == "satisfied" for rule in report.rules)
        inner = {child.type for token in tokens for child in token.children or ()}
        assert inner <= {"text", "code_inline", "text_special"}
        assert sum(token.type == "heading_open" for token in tokens) == 1 + bool(report.rules)


class _Text(HTMLParser):
    """The text of a page outside code."""

    def __init__(self) -> None:
        super().__init__()
        self.in_code = 0
        self.text = ""

    def handle_starttag(self, tag: str, _: object) -> None:
        self.in_code += tag == "code"

    def handle_endtag(self, tag: str) -> None:
        self.in_code -= tag == "code"

    def handle_data(self, data: str) -> None:
        self.text += "" if self.in_code else data


def test_github_finds_nothing_to_link_or_to_mention_in_words_of_the_data() -> None:
    reader = _Text()
    reader.feed(PARSER.render(render_markdown(nasty_report())))
    assert not re.search(r"[@$]|://|www\.|#\d|GH-\d|:tada:", reader.text)


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_the_name_of_the_package_stays_in_its_heading(text: str) -> None:
    tokens = PARSER.parse(render_markdown(Report(text)))
    assert [token.type for token in tokens[:4]] == [
        "heading_open", "inline", "heading_close", "paragraph_open",
    ]  # fmt: skip
    assert shown(tokens[1]).endswith(": valid")


def test_the_page_stays_below_what_github_takes_and_says_what_it_leaves_out() -> None:
    report = Report("p", unlisted=Counter({"error": 5}))
    text = "é" * 300
    for number in range(3000):
        found = Finding("type", "error", text, text, "t", "t.csv", number + 2, "a")
        enter(report, Check(f"{number}: {text}", "type", "t", "polars", 1, 1), [found])
        report.rules.append(RuleInstance("r", "US", 2023, "s", "satisfied", text))
    page = render_markdown(report)
    assert len(page.encode()) < 2**20 * 0.7
    findings, rules, checks = tables(page)
    notes = re.findall(r"^… and ([0-9,]+) more$", page, re.MULTILINE)
    assert [int(note.replace(",", "")) for note in notes] == [
        3005 - len(findings) + 1, 3000 - len(rules) + 1, 3000 - len(checks) + 1,
    ]  # fmt: skip
    assert min(len(findings), len(rules), len(checks)) > 100


def test_errors_come_before_warnings_and_failed_checks_first() -> None:
    report = Report("p")
    report.findings.append(Finding("bom", "warning", "w", "h"))
    enter(report, Check("good", "type", "t", "polars", 1, 0))
    enter(report, Check("bad", "type", "t", "polars", 1, 1), [Finding("type", "error", "e", "h")])
    findings, checks = tables(render_markdown(report))
    assert [row[1] for row in findings[1:]] == ["error", "warning"]
    assert [row[1] for row in checks[1:]] == ["bad", "good"]


def test_only_the_rules_that_are_satisfied_are_folded() -> None:
    report = Report("p")
    for state in ("satisfied", "violated", "undecided"):
        report.rules.append(RuleInstance("r", "US", 2023, "s", state, state))
    page = render_markdown(report)
    rules, satisfied, _ = page.split("<details>")
    assert [row[4] for row in tables(rules)[0][1:]] == ["violated", "undecided"]
    assert satisfied.startswith("\n<summary>1 satisfied</summary>")
    assert [row[4] for row in tables(satisfied)[0][1:]] == ["satisfied"]


def test_the_punctuation_behind_a_word_is_no_part_of_its_code() -> None:
    said = "write YYYY-MM-DDThh:mm:ss, or see https://example.org. Not @this; a,b"
    assert unlinked(said) == (
        "write `YYYY-MM-DDThh:mm:ss`, or see `https://example.org`. Not `@this`; a,b"
    )
    assert unlinked("x" * 500_000)
