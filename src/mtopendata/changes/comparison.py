"""What changed between two versions of a package, and whether it is explained. Plain data."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import zip_longest
from typing import Any

from mtopendata.changes.as_written import AsWritten
from mtopendata.changes.change import Change
from mtopendata.changes.figures import FigureChange
from mtopendata.changes.rows import RowChange, TableChanges
from mtopendata.changes.rules import RuleChange
from mtopendata.ledger.report import Report
from mtopendata.reading.packages import ReadPackage
from mtopendata.values.cells import optional_text
from mtopendata.values.versions import Step, next_version, takes_step

DIFF_VERSION = "1.1"
"""Version of the JSON form: a new key is a minor step, a removed or changed one a major."""


@dataclass
class Comparison:
    """What changed between two versions of a package, and whether it is explained.

    `files` names the resources whose bytes differ where no rows tell how, `uncompared` those that
    could not be compared. `figures` goes with the rows of the table of figures. `rows_to_add` are
    lines of CSV for the table of revisions, which want a reason and a note; of
    `rows_to_add_unlisted` more there is only the number. `report` holds the checks of the
    explanation. `as_written` is what has faults in one of the versions. `is_judged`: explanations
    are asked for, since a version is declared or somebody wants them.
    """

    old: ReadPackage
    new: ReadPackage
    descriptor: list[Change]
    tables: list[TableChanges]
    files: list[str]
    uncompared: list[str]
    figures: list[FigureChange]
    rules: list[RuleChange]
    report: Report
    as_written: Sequence[AsWritten] = ()
    rows_to_add: Sequence[str] = ()
    rows_to_add_unlisted: int = 0
    is_judged: bool = True

    @property
    def changed(self) -> bool:
        """Whether anything differs but the version and its date, or could not be compared."""
        return bool(self.descriptor or self.files or self.uncompared or any(self.tables))

    @property
    def explained(self) -> bool:
        """Whether nothing changed, or all that did is explained. Warnings do not count."""
        return self.report.valid

    @property
    def step(self) -> Step:
        """What the changes ask of the version."""
        return max((step for step, _ in self.steps()), default=Step.NONE)

    def steps(self) -> Iterator[tuple[Step, str]]:
        """Each change with the step that it asks for, in words."""
        for change in self.descriptor:
            place = ", ".join(name for name in (change.resource, change.field) if name)
            yield change.step, f"{place}: {change.message}" if place else change.message
        for table in self.tables:
            yield table.step, f"{table.resource}: {table.counts}"
        for name in self.files:
            yield Step.PATCH, f"{name}: another file"

    @property
    def next_version(self) -> str | None:
        """The lowest version that the changes allow; None where OLD has none to count from."""
        old = self.old.version
        return None if old is None else str(next_version(old, self.step))

    @property
    def step_words(self) -> str:
        """The step, such as `a minor step`; before 1.0.0 also what takes it."""
        words = f"a {self.step.name.lower()} step"
        is_early = self.old.version is not None and self.old.version.major == 0
        if is_early and self.step is Step.MAJOR:
            words += ", which before 1.0.0 is a minor one"
        return words

    @property
    def takes_step(self) -> bool:
        """Whether the version of NEW is high enough for what changed."""
        old, new = self.old.version, self.new.version
        if old is None or new is None:
            return self.step is Step.NONE
        return takes_step(old, new, self.step)

    def rows_of(self, table: TableChanges) -> Iterator[tuple[RowChange, FigureChange | None]]:
        """The listed changes of a table's rows, each with its figure's, if it is one."""
        figures = self.figures if table.resource == "figures" else []
        return zip_longest(table.rows, figures)

    def to_dict(self) -> dict[str, Any]:
        """The comparison as JSON-ready data; docs/diff.md describes each key."""
        return {
            "version": DIFF_VERSION,
            "old": _version_json(self.old),
            "new": _version_json(self.new),
            "as_written": [asdict(item) for item in self.as_written],
            "changed": self.changed,
            "judged": self.is_judged,
            "explained": self.explained,
            "step": self.step.name.lower(),
            "next_version": self.next_version,
            "takes_step": self.takes_step,
            "descriptor": [
                {**asdict(change), "step": change.step.name.lower()} for change in self.descriptor
            ],
            "tables": [
                {
                    "resource": table.resource,
                    "key": list(table.key),
                    "step": table.step.name.lower(),
                    "rows_before": table.before,
                    "rows_after": table.after,
                    "added": table.added,
                    "withdrawn": table.withdrawn,
                    "changed": table.changed,
                    "cells": dict(table.cells),
                    "rows": [_row_json(table, *pair) for pair in self.rows_of(table)],
                }
                for table in self.tables
                if table
            ],
            "rules": [asdict(rule) for rule in self.rules],
            "files": self.files,
            "uncompared": self.uncompared,
            "revisions_to_add": list(self.rows_to_add),
            "revisions_unlisted": self.rows_to_add_unlisted,
            "errors": self.report.errors,
            "warnings": self.report.warnings,
            "notes": self.report.notes,
            "findings": [finding.to_dict() for finding in self.report.findings],
            "checks": [asdict(check) for check in self.report.checks],
        }


def _version_json(vintage: ReadPackage) -> dict[str, Any]:
    return {"label": vintage.label, "version": vintage.package.descriptor.get("version")}


def _row_json(table: TableChanges, row: RowChange, figure: FigureChange | None) -> dict[str, Any]:
    found: dict[str, Any] = {
        "kind": row.kind,
        "key": {name: optional_text(value) for name, value in zip(table.key, row.key, strict=True)},
        "cells": {
            cell.field: {"before": optional_text(cell.before), "after": optional_text(cell.after)}
            for cell in row.cells
        },
    }
    if figure is not None:
        found |= {
            "labels": dict(figure.labels),
            "difference": optional_text(figure.difference),
            "percent": optional_text(figure.percent),
            "beyond_rounding": figure.beyond_rounding,
            "wrong": list(figure.wrong),
            "reason": figure.reason,
            "note": figure.note,
        }
    return found
