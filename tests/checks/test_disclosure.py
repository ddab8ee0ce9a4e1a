"""A suppressed figure that others give away is an error, and is told with what gives it away."""

from pathlib import Path

import pytest

from mtopendata.ledger.report import Report
from tests.kit.packages import FOLDERS, PACKAGES, report_on

NAME = "suppressed figures stay hidden"


def audited(report: Report) -> list[tuple[int, int]]:
    return [(check.tested, check.failed) for check in report.checks if check.name == NAME]


@pytest.mark.parametrize(
    ("name", "tested", "failed"),
    [
        ("good-figures-suppressed", 1, 0),
        ("good-disclosure-second", 2, 0),
        ("disclosure-total", 1, 1),
        ("disclosure-combined", 3, 3),
        ("good-disclosure-other-area", 2, 0),
    ],
)
def test_the_ledger_says_how_many_suppressed_figures_were_audited(
    name: str, tested: int, failed: int
) -> None:
    assert audited(report_on(PACKAGES / name)) == [(tested, failed)]


def test_without_a_suppressed_figure_nothing_is_audited() -> None:
    assert audited(report_on(PACKAGES / "good-rule-balance")) == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("disclosure-total", ["a is suppressed", "it is 7: r", "2 in row 3", "29 in row 5"]),
        ("disclosure-width", ["it is from 1 to 2: r", "* in row 3", "23 in row 5"]),
        ("disclosure-areas", ["a (MT, 2023)", "it is 3", "5 in row 3", "8 in row 4"]),
        ("disclosure-years", ["new (MT, 2023)", "it is 4", "40 in row 2", "44 in row 3"]),
        ("disclosure-other-source", ["it is 7", "7 in row 3"]),
        ("disclosure-at-most", ["it is 1", "1 in row 3"]),
        ("disclosure-parts", ["n (A)", "it is 7", "20 in row 3", "27 in row 4"]),
        ("disclosure-share", ["it is 3", "20% in row 3", "15 in row 4"]),
    ],
)
def test_the_finding_names_the_figures_that_give_it_away(name: str, words: list[str]) -> None:
    found = [item for item in report_on(PACKAGES / name).findings if item.code == "disclosed"]
    assert found
    for word in words:
        assert word in found[0].message


def test_only_what_is_needed_to_tell_a_figure_is_named() -> None:
    """Three balances tell a + b + c, and each alone tells nothing."""
    report = report_on(PACKAGES / "disclosure-combined")
    for item in report.findings:
        assert all(f"{rule} (" in item.message for rule in "rst")


def test_every_package_with_a_suppressed_figure_is_audited() -> None:
    for folder in FOLDERS:
        figures: Path = folder / "figures.csv"
        if figures.is_file() and ",suppressed," in figures.read_text("utf-8"):
            assert audited(report_on(folder)), folder.name


def test_that_too_many_rules_are_not_combined_is_told(tmp_path: Path) -> None:
    """A chain of 150 balances, each of two withheld figures."""
    count = 150
    source = PACKAGES / "disclosure-combined"
    for name in ("datapackage.json", "marks.csv"):
        (tmp_path / name).write_bytes((source / name).read_bytes())
    head = "measure,value,qualifier,lower,upper,unit,printed\n"
    withheld = "".join(f"m{n},,suppressed,1,9,case,*\n" for n in range(count + 1))
    (tmp_path / "figures.csv").write_text(head + withheld + "t,10,exact,10,10,case,10\n")
    rules = "".join(f"r{n},=,error\n" for n in range(count))
    (tmp_path / "rules.csv").write_text("rule,relation,severity\n" + rules)
    terms = "".join(f"r{n},1,m{n}\nr{n},1,m{n + 1}\nr{n},-1,t\n" for n in range(count))
    (tmp_path / "rule_terms.csv").write_text("rule,coefficient,measure\n" + terms)
    report = report_on(tmp_path)
    assert audited(report) == [(count + 1, 0)]
    assert [(item.code, item.severity) for item in report.findings] == [
        ("rule-arithmetic", "warning")
    ]
