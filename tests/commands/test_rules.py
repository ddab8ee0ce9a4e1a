"""`mtopendata rules` lists the rules with their states and what they say of each other."""

import json

import pytest

from mtopendata.commands.rules import rules
from mtopendata.values.errors import MtopendataError
from tests.kit.packages import MONTANA, PACKAGES
from tests.kit.program import run


def test_each_rule_is_listed_with_its_states() -> None:
    listed = rules(MONTANA)
    found = {
        rule.rule: (rule.tested, rule.satisfied, rule.violated, rule.undecided)
        for rule in listed.rules
    }
    assert len(found) == 9
    assert found["missing_child_cases_balance"] == (1, 1, 0, 0)
    assert found["trafficking_reports_within_cybertipline"] == (1, 0, 0, 1)
    assert not listed.remarks
    assert not any(rule.remarks for rule in listed.rules)


def test_what_rules_say_of_each_other_stands_with_the_rule() -> None:
    done = run("rules", PACKAGES / "rules-contradict")
    assert done.exit_code == 1
    said = "  error rules-contradict: the rules 'twice' and 'same' contradict each other"
    assert said in done.stdout
    assert "a = 2 × b" in done.stdout


def test_json_has_all_that_the_text_has() -> None:
    done = run("rules", PACKAGES / "rule-implied", "--format", "json")
    document = json.loads(done.stdout)
    assert [rule["rule"] for rule in document["rules"]] == ["first", "second", "both"]
    (remark,) = document["rules"][2]["remarks"]
    assert remark["code"] == "rule-implied"
    assert remark["severity"] == "note"
    assert remark["message"] == "the rule 'both' follows from the rules 'first' and 'second'"


def test_a_rule_that_cannot_be_read_is_remarked_on() -> None:
    listed = rules(PACKAGES / "rule-bad-relation")
    assert [remark.code for remark in listed.remarks] == ["rule-relation"]


def test_a_package_without_rules_is_said_to_have_none() -> None:
    with pytest.raises(MtopendataError, match="has no rules"):
        rules(PACKAGES / "good-types")
