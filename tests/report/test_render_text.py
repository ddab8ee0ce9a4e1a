"""What a person is told of a validation."""

import pytest

from mtopendata.ledger.report import Report, RuleInstance, State
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
