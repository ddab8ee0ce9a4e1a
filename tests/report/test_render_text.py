"""What a person is told of a validation."""

from collections import Counter
from dataclasses import replace

import click
import pytest

from mtopendata.ledger.excerpt import Excerpt
from mtopendata.ledger.report import Check, Finding, Report, RuleInstance, Severity, State
from mtopendata.report.report_text import report_text


@pytest.mark.parametrize("state", ["satisfied", "undecided"])
def test_places_of_rules_that_are_not_shown_are_counted(state: State) -> None:
    report = Report("p")
    for count, expected in ((12, ""), (15, f"… and 3 more {state}; --verbose lists them\n")):
        report.rules = [RuleInstance("r", "US", 2023, "s", state, "a = b")] * count
        text = report_text(report)
        assert text.count("(r, US 2023)") == 12
        assert expected in text
        assert ("more" in text) is bool(expected)
        assert report_text(report, verbose=True).count("(r, US 2023)") == count


def found(row: int | None, severity: Severity = "error", field: str = "a") -> Finding:
    line = Excerpt(f"e{row}")
    return Finding("type", severity, f"m{row}", "h", "t", "t.csv", row, field, excerpt=line)


def test_many_findings_of_one_kind_are_three_and_the_lines_of_the_others() -> None:
    rows = [2, 3, 4, 5, 6, 7, 9, 11, 12, 14]
    text = click.unstyle(report_text(Report("p", [found(row) for row in rows])))
    assert [line for line in text.splitlines() if "error type" in line] == [
        f"t.csv:{row} [a]: error type: m{row}" for row in (2, 3, 4)
    ]
    assert "    … and 7 more such lines: 5–7, 9, 11–12, 14\n" in text
    assert "10 errors" in text
    assert text.count("    h\n") == 1


def test_lines_that_are_not_listed_are_told_beside_those_that_are() -> None:
    check = Check("a: type", "type", "t", "polars", 99, 50)
    faults = [replace(found(row), check="a: type") for row in range(2, 13)]
    report = Report("p", faults, [check], unlisted=Counter({"error": 39}))
    assert "8 more such lines: 5–12, and more that are not listed\n" in report_text(report)


def test_few_findings_and_those_about_no_line_are_all_told() -> None:
    report = Report("p", [found(row, field=name) for name in "ab" for row in range(2, 11)])
    report.findings += [found(None)] * 5
    text = click.unstyle(report_text(report))
    assert text.count("error type") == 23
    assert "more such" not in text


def test_a_line_stands_below_its_fault_without_what_a_terminal_obeys() -> None:
    line = Excerpt("x,\x1b[31m")
    bad = Finding("type", "error", "m", "h", "t", "t.csv", 2, "a", column=3, excerpt=line)
    assert "    line 2, character 3: x,\\x1b[31m\n" in click.unstyle(
        report_text(Report("p", [bad]))
    )


def test_notes_are_counted_and_only_told_when_verbose() -> None:
    report = Report("p", [found(2, "note")])
    assert "m2" not in report_text(report)
    assert "1 note" in report_text(report)
    assert "note type: m2" in click.unstyle(report_text(report, verbose=True))
