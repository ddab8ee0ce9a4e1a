"""The rules of a package: what each says, its states, and what they say of each other."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from mtopendata.commands.validate import validated
from mtopendata.ledger.report import Finding, Report, Severity
from mtopendata.reading.options import Options
from mtopendata.reading.tables import Table
from mtopendata.rules.model import Rule
from mtopendata.rules.reading import readable_rules
from mtopendata.rules.tables import has_rules
from mtopendata.rules.words import statement
from mtopendata.values.errors import MtopendataError


@dataclass(frozen=True, slots=True)
class Remark:
    """What a validation says of a rule itself, whatever the figures are."""

    code: str
    severity: Severity
    message: str


@dataclass(frozen=True, slots=True)
class ListedRule:
    """A rule with the number of places that it was tested in, by the state there."""

    rule: str
    title: str
    severity: Severity
    reason: str | None
    statement: str
    row: int
    tested: int
    satisfied: int
    violated: int
    undecided: int
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class ListedRules:
    """The rules of a package, and the validation behind it; `remarks` are on none of these."""

    report: Report
    rules: tuple[ListedRule, ...]
    remarks: tuple[Remark, ...]

    def to_dict(self) -> dict[str, Any]:
        """The rules as JSON-ready data."""
        return {
            "package": self.report.package,
            "rules": [
                {**asdict(rule), "remarks": [asdict(remark) for remark in rule.remarks]}
                for rule in self.rules
            ],
            "remarks": [asdict(remark) for remark in self.remarks],
        }


def rules(package: str | Path | None = None, options: Options | None = None) -> ListedRules:
    """The rules of a package. MtopendataError: there is no package, or it has no rules."""
    done = validated(package, options or Options())
    report, tables = done.report, done.tables
    if not has_rules(tables):
        hint = "rules stand in the tables rules and rule_terms, and are over the table figures"
        raise MtopendataError(report.package, "has no rules", hint)
    table = tables["rules"]
    stated = readable_rules(tables).values()
    rows = {table.place(rule.row) for rule in stated}
    found = [item for item in report.findings if item.resource in ("rules", "rule_terms")]
    listed = tuple(_rule_lines_of(rule, table, report, found) for rule in stated)
    own = {(table.path(place.part), place.line) for place in rows}
    rest = [item for item in found if item.resource != "rules" or (item.path, item.row) not in own]
    return ListedRules(report, listed, tuple(map(_remark, rest)))


def _rule_lines_of(rule: Rule, table: Table, report: Report, found: list[Finding]) -> ListedRule:
    place = table.place(rule.row)
    row = table.frame.row(rule.row, named=True)
    checks = [item for item in report.checks if item.kind == "rule" and item.name == rule.name]
    tested = sum(check.tested for check in checks)
    violated = sum(check.failed for check in checks)
    undecided = report.undecided_of[rule.name]
    return ListedRule(
        rule.name,
        rule.title,
        rule.severity,
        row.get("reason"),
        statement(rule),
        place.line,
        tested,
        tested - violated - undecided,
        violated,
        undecided,
        tuple(
            _remark(item)
            for item in found
            if item.resource == "rules"
            and (item.path, item.row) == (table.path(place.part), place.line)
        ),
    )


def _remark(finding: Finding) -> Remark:
    return Remark(finding.code, finding.severity, finding.message)
