"""What a validation found: findings, and the ledger of checks that ran. Plain data."""

from collections import Counter
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal

from mtopendata.ledger.excerpt import Excerpt
from mtopendata.ledger.repairs import ImpliedBounds, Repair
from mtopendata.values.notebooks import as_html, in_lines
from mtopendata.values.plurals import plural

Severity = Literal["error", "warning", "note"]
"""An error is a fault; a warning, what someone should look at; a note, what is worth knowing."""

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
"""The gravest first."""

State = Literal["satisfied", "violated", "undecided"]

REPORT_VERSION = "1.3"
"""Version of the JSON report: a new key is a minor step, a removed or changed one a major."""

CELL_LENGTH = 200
"""Longest cell text, in characters, that a finding carries; the rest is cut with an ellipsis."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault. `row` is the line number that an editor shows; None: not about one row.

    `column` is the character of that line, counted from 1, with which the cell begins; None: not
    known. `check` is the name of the check in the ledger that found it; None: no check did.
    `excerpt` is what stands around the cell, for people: programs have it in the file.
    """

    code: str
    severity: Severity
    message: str
    hint: str
    resource: str | None = None
    path: str | None = None
    row: int | None = None
    field: str | None = None
    cell: str | None = None
    column: int | None = None
    check: str | None = None
    excerpt: Excerpt | None = None

    def __post_init__(self) -> None:
        if self.cell is not None and len(self.cell) > CELL_LENGTH:
            object.__setattr__(self, "cell", self.cell[:CELL_LENGTH] + "…")

    def to_dict(self) -> dict[str, Any]:
        """The finding as JSON-ready data."""
        return {
            item.name: getattr(self, item.name) for item in fields(self) if item.name != "excerpt"
        }


def gravity(finding: Finding) -> int:
    """A key to sort by: errors come first, notes last."""
    return SEVERITIES.index(finding.severity)


@dataclass(frozen=True, slots=True)
class Check:
    """One row of the ledger. `tested` and `failed` count cells, rows, or a rule's instances."""

    name: str
    kind: str
    resource: str | None
    engine: str
    tested: int
    failed: int


@dataclass(frozen=True, slots=True)
class RuleInstance:
    """A rule in one place: area and source are None where the rule does not vary with them."""

    rule: str
    area: str | None
    period: int | None
    source: str | None
    state: State
    equation: str


@dataclass(repr=False)
class Report:
    """Everything a validation found. Built up by the checks, read by `render`."""

    package: str
    findings: list[Finding] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    rules: list[RuleInstance] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)
    implied: list[ImpliedBounds] = field(default_factory=list)
    undecided: int = 0
    undecided_of: Counter[str] = field(default_factory=Counter)
    unlisted: Counter[Severity] = field(default_factory=Counter)
    rows: int = 0

    def __repr__(self) -> str:
        lines = [
            f"{place}{field and f' [{field}]'}: {severity} {code}: {message}"
            for place, field, severity, code, message in self._shown()
        ]
        return in_lines(f"<Report: {self._title()}>", lines)

    def _repr_html_(self) -> str:
        head = ["place", "field", "severity", "code", "message"]
        return as_html(self._title(), head, self._shown())

    def _title(self) -> str:
        verdict = "valid" if self.valid else "not valid"
        counts = (plural(self.count(severity), severity) for severity in SEVERITIES)
        checks = plural(len(self.checks), "check")
        return f"{self.package} is {verdict}, {checks}, {', '.join(counts)}"

    def _shown(self) -> list[tuple[str, str, str, str, str]]:
        """Place, field, severity, code and message of each finding, errors first."""
        found: list[tuple[str, str, str, str, str]] = []
        for item in sorted(self.findings, key=gravity):
            file = item.path or item.resource or "package"
            place = file if item.row is None else f"{file}:{item.row}"
            found.append((place, item.field or "", item.severity, item.code, item.message))
        return found

    @property
    def errors(self) -> int:
        """Errors found, those beyond the listing limit included."""
        return self.count("error")

    @property
    def warnings(self) -> int:
        """Warnings found, those beyond the listing limit included."""
        return self.count("warning")

    @property
    def notes(self) -> int:
        """Notes made, those beyond the listing limit included."""
        return self.count("note")

    @property
    def valid(self) -> bool:
        """True where there is no error; warnings and notes do not count."""
        return self.errors == 0

    def count(self, severity: Severity) -> int:
        """Findings of a severity, listed or not."""
        listed = sum(finding.severity == severity for finding in self.findings)
        return listed + self.unlisted[severity]

    def include(self, other: "Report") -> None:
        """Take over all that another report holds."""
        self.findings.extend(other.findings)
        self.checks.extend(other.checks)
        self.rules.extend(other.rules)
        self.repairs.extend(other.repairs)
        self.implied.extend(other.implied)
        self.undecided += other.undecided
        self.undecided_of += other.undecided_of
        self.unlisted += other.unlisted
        self.rows += other.rows

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON-ready data; docs/report.md describes each key."""
        return {
            "version": REPORT_VERSION,
            "package": self.package,
            "valid": self.valid,
            "errors": self.errors,
            "warnings": self.warnings,
            "notes": self.notes,
            "undecided": self.undecided,
            "findings": [finding.to_dict() for finding in self.findings],
            "checks": [asdict(check) for check in self.checks],
            "rules": [asdict(instance) for instance in self.rules],
            "repairs": [repair.to_dict() for repair in self.repairs],
            "implied": [bounds.to_dict() for bounds in self.implied],
        }
