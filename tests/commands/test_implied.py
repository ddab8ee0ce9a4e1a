"""What rules leave of figures is shown, marked as derived, and stored nowhere."""

import json
import shutil
from pathlib import Path

import mtopendata
from tests.kit.packages import MONTANA, PACKAGES
from tests.kit.program import run


def test_validate_lists_what_rules_leave_only_where_it_is_asked_for() -> None:
    assert mtopendata.validate(MONTANA).implied == []
    report = mtopendata.validate(MONTANA, implied=True)
    (item,) = report.implied
    assert item.measure == "trafficking_reports"
    assert (item.printed_lower, item.printed_upper) == ("18401", None)
    assert (item.lower, item.upper) == ("18401", "36249999")
    assert item.rules == ("trafficking_reports_within_cybertipline",)
    assert item.is_narrowest
    assert item.is_expected
    (check,) = [
        check for check in report.checks if check.name.endswith("leave each figure a number")
    ]
    assert (check.tested, check.failed) == (3, 0)


def test_text_and_json_say_that_bounds_are_derived() -> None:
    text = run("validate", MONTANA, "--implied").stdout
    assert (
        "derived  trafficking_reports/ALL/2023 (row 14): the rules leave [18401, 36249999]" in text
    )
    document = json.loads(run("validate", MONTANA, "--implied", "--format", "json").stdout)
    assert document["implied"][0]["rules"] == ["trafficking_reports_within_cybertipline"]


def test_a_card_shows_what_rules_leave() -> None:
    card = run("show", "trafficking_reports", "--package", MONTANA).stdout
    assert "derived      the rules leave [18401, 36249999] of [18401, ∞)" in card
    shown = json.loads(
        run("show", "trafficking_reports", "--package", MONTANA, "--format", "json").stdout
    )
    assert shown["figures"][0]["implied"][0]["upper"] == "36249999"
    assert "derived" not in run("show", "missing_child_cases_other", "--package", MONTANA).stdout


def test_nothing_is_derived_from_a_package_with_errors() -> None:
    report = mtopendata.validate(PACKAGES / "rule-balance-printed-agrees", implied=True)
    assert report.implied == []
    assert [found.code for found in report.findings] == ["not-derived", "rule"]


def test_figures_that_only_all_rules_together_forbid_are_an_error(tmp_path: Path) -> None:
    folder = tmp_path / "package"
    shutil.copytree(PACKAGES / "rule-balance-culprit", folder)
    rows = ["measure,value,lower,upper,unit,printed"]
    rows += ["a,5,0,9,percent,", "b,2,0,4,percent,", "c,8,6,9,percent,"]
    (folder / "figures.csv").write_text("\n".join(rows) + "\n", "utf-8")
    (folder / "rules.csv").write_text("rule,relation,severity\nr,=,error\nq,=,error\n", "utf-8")
    terms = "rule,coefficient,measure\nr,1,a\nr,-1,b\nq,1,a\nq,-1,c\n"
    (folder / "rule_terms.csv").write_text(terms, "utf-8")
    assert mtopendata.validate(folder).valid
    report = mtopendata.validate(folder, implied=True)
    (found,) = [found for found in report.findings if found.severity == "error"]
    assert found.code == "rules-together"
    assert "all together cannot hold: r, q" in found.message
