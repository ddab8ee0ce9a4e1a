"""The sequence of a comparison of two versions of a package, and nothing else."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from mtopendata.changelog import find_changelog, has_version
from mtopendata.checksums import sha256
from mtopendata.descriptor_changes import Change, descriptor_changes
from mtopendata.explanations import check_published
from mtopendata.figure_changes import FigureChange, figure_changes
from mtopendata.figures import is_figures
from mtopendata.keys import check_keys
from mtopendata.package import DESCRIPTOR, Package, find_package
from mtopendata.report import Check, Finding, Report
from mtopendata.revisions import figure_key
from mtopendata.rounding import cell_text
from mtopendata.rule_changes import RuleChange, rule_changes
from mtopendata.table_changes import RowChange, TableChanges, table_changes
from mtopendata.tables import LOGS, Options, Table
from mtopendata.versions import Step, next_version, takes_step
from mtopendata.vintages import Vintage, published_revision, read_vintage

DIFF_VERSION = "1.0"
"""Version of the JSON form: a new key is a minor step, a removed or changed one a major."""


@dataclass
class Comparison:
    """What changed between two versions of a package, and whether it is explained.

    `files` names the resources without rows whose bytes differ. `rows_to_add` are lines of CSV for
    the table of revisions, which want a reason and a note. `report` holds the checks of the
    explanation: it is valid where nothing changed, or all that did is explained.
    """

    old: Vintage
    new: Vintage
    descriptor: list[Change]
    tables: list[TableChanges]
    figures: list[FigureChange]
    rules: list[RuleChange]
    files: list[str]
    rows_to_add: list[str] = field(default_factory=list)
    step: Step = Step.NONE
    report: Report = field(default_factory=lambda: Report(""))

    @property
    def changed(self) -> bool:
        """Whether anything differs but the version and its date."""
        return bool(self.descriptor or self.files or any(self.tables))

    @property
    def next_version(self) -> str | None:
        """The lowest version that the changes allow; None where OLD has none to count from."""
        old = self.old.version
        return None if old is None else str(next_version(old, self.step))

    @property
    def takes_step(self) -> bool:
        """Whether the version of NEW is high enough for what changed."""
        old, new = self.old.version, self.new.version
        if old is None or new is None:
            return self.step is Step.NONE
        return takes_step(old, new, self.step)

    def to_dict(self) -> dict[str, Any]:
        """The comparison as JSON-ready data; docs/diff.md describes each key."""
        figures = {(str(item.kind), item.row.key): item for item in self.figures}
        return {
            "version": DIFF_VERSION,
            "old": _side(self.old),
            "new": _side(self.new),
            "changed": self.changed,
            "explained": self.report.valid,
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
                    "rows": [
                        _row(table, row, figures if table.resource == "figures" else {})
                        for row in table.rows
                    ],
                }
                for table in self.tables
                if table
            ],
            "rules": [asdict(rule) for rule in self.rules],
            "files": self.files,
            "revisions_to_add": self.rows_to_add,
            "errors": self.report.errors,
            "warnings": self.report.warnings,
            "findings": [asdict(finding) for finding in self.report.findings],
            "checks": [asdict(check) for check in self.report.checks],
        }


def _side(vintage: Vintage) -> dict[str, Any]:
    return {"label": vintage.label, "version": vintage.package.descriptor.get("version")}


def _row(
    table: TableChanges, row: RowChange, figures: Mapping[tuple[str, Any], FigureChange]
) -> dict[str, Any]:
    found: dict[str, Any] = {
        "kind": row.kind,
        "key": {name: _text(value) for name, value in zip(table.key, row.key, strict=True)},
        "cells": {
            cell.field: {"before": _text(cell.before), "after": _text(cell.after)}
            for cell in row.cells
        },
    }
    if figure := figures.get((row.kind, row.key)):
        found |= {
            "labels": dict(figure.labels),
            "difference": _text(figure.difference),
            "percent": None if figure.percent is None else _text(round(figure.percent, 6)),
            "beyond_rounding": figure.beyond_rounding,
            "reason": figure.reason,
            "note": figure.note,
        }
    return found


def _text(value: Any) -> str | None:
    """A cell as a table writes it: numbers stay exact."""
    return None if value is None else cell_text(value)


def diff(
    old: str | Path | None = None, new: str | Path | None = None, options: Options | None = None
) -> Comparison:
    """Compare two versions of a package: folders, descriptors, zips or git revisions.

    Without `new`: ./datapackage.json, else the package that this program was released with; without
    `old`: that package as its last release tag has it, else as HEAD has it. MtopendataError: one of
    them cannot be read.
    """
    options = options or Options()
    if old is None:
        old = published_revision()
    after = read_vintage(find_package(None) if new is None else new, options)
    is_place = new is not None and Path(new).exists()
    return compared(read_vintage(old, options, new if is_place else None), after, options)


def compared(old: Vintage, new: Vintage, options: Options) -> Comparison:
    """Compare two packages that have been read, and judge whether the changes are explained."""
    report = Report(new.label)
    descriptor = descriptor_changes(old.package, new.package)
    tables = list(_compare_tables(old, new, descriptor, report, options))
    comparison = Comparison(
        old, new, descriptor, tables,
        figure_changes(old, new, tables), rule_changes(old.tables, new.tables),
        list(_changed_files(old.package, new.package)), report=report,
    )  # fmt: skip
    comparison.step = _needed_step(comparison)
    _check_figures(comparison, report, options)
    _check_version(comparison, report)
    if comparison.step is not Step.NONE:
        _check_changelog(comparison, report)
    return comparison


def _compare_tables(
    old: Vintage, new: Vintage, descriptor: Iterable[Change], report: Report, options: Options
) -> Iterator[TableChanges]:
    """The changes of each table that both versions have. One that cannot be compared is a finding:
    nobody may take it for unchanged.
    """
    renamed: dict[str, dict[str, str]] = {}
    for change in descriptor:
        if change.kind == "field-renamed" and change.resource is not None:
            renamed.setdefault(change.resource, {})[change.before] = change.after
    referenced = {
        key.resource
        for resource in old.package.resources
        for key in (resource.schema.foreign_keys if resource.schema else ())
        if key.resource != resource.name
    }
    for resource in new.package.resources:
        earlier = old.package.resource(resource.name)
        tables = old.tables.get(resource.name), new.tables.get(resource.name)
        if earlier is None or not (earlier.is_tabular or resource.is_tabular):
            continue
        if fault := _incomparable((old, new), tables):
            report.record(
                Check("comparison", "comparison", resource.name, "none", 0, 0),
                [
                    Finding(
                        "not-compared", "error", f"the table is not compared: {fault}",
                        "mend that first (mtopendata validate shows it), or compare other versions",
                        resource.name,
                        resource.path,
                    )
                ],
            )  # fmt: skip
            continue
        before, after = (table for table in tables if table is not None)
        if names := renamed.get(resource.name):
            before = replace(before, frame=before.frame.rename(names))
        key = _common_key(before, after, names or {})
        yield table_changes(
            before,
            after,
            key,
            options.limit,
            is_referenced=resource.name in referenced,
            is_log=resource.name in LOGS,
        )


def _incomparable(sides: tuple[Vintage, Vintage], tables: tuple[Table | None, ...]) -> str | None:
    """Why two tables cannot be compared, or None."""
    for side, table in zip(sides, tables, strict=True):
        if table is None:
            return f"that of {side.label} could not be read"
        faulty = (
            check.name
            for check in side.report.checks
            if check.resource == table.resource.name
            and check.failed
            and check.kind in ("text", "header", "type")
        )
        if (name := next(faulty, None)) is not None:
            return f"that of {side.label} has faults ({name})"
        if not check_keys(table, Report(""), Options(limit=0)):
            return f"the primary key of {side.label} does not hold"
    return None


def _common_key(before: Table, after: Table, renamed: Mapping[str, str]) -> tuple[str, ...]:
    """The primary key by which two tables are compared; empty where they have no common one."""
    keys = [
        table.resource.schema.primary_key if table.resource.schema else ()
        for table in (before, after)
    ]
    was = {renamed.get(name, name) for name in keys[0]}
    same = was == set(keys[1]) and before.has(keys[1]) and after.has(keys[1])
    return keys[1] if same else ()


def _changed_files(old: Package, new: Package) -> Iterator[str]:
    """The resources without rows, such as images, whose bytes differ."""
    for resource in new.resources:
        earlier = old.resource(resource.name)
        if earlier is None or resource.is_tabular or earlier.is_tabular:
            continue
        if sha256(earlier.files) != sha256(resource.files):
            yield resource.name


def _needed_step(comparison: Comparison) -> Step:
    steps = [
        *(change.step for change in comparison.descriptor),
        *(table.step for table in comparison.tables),
        *(Step.PATCH for _ in comparison.files),
    ]
    return max(steps, default=Step.NONE)


def _check_figures(comparison: Comparison, report: Report, options: Options) -> None:
    """What was published stands, or a revision explains why not."""
    old, new = comparison.old, comparison.new
    changes = next((item for item in comparison.tables if item.resource == "figures"), None)
    if changes is None or not all(is_figures(side.tables["figures"]) for side in (old, new)):
        return
    key = figure_key(new.tables["figures"])
    if not key or key != figure_key(old.tables["figures"]) or old.version is None:
        report.record(
            Check("figures stand", "revision", "figures", "none", 0, 0),
            [
                Finding(
                    "not-compared", "error",
                    "nobody can tell whether changed figures are explained, because "
                    + (
                        f"{old.label} has no version such as 1.0.0"
                        if key and old.version is None
                        else "the two versions have no common primary key"
                    ),
                    "look at each change yourself", "figures", DESCRIPTOR,
                )
            ],
        )  # fmt: skip
        return
    tables = dict(new.tables)
    if "revisions" in tables and _incomparable((new, new), (tables["revisions"],) * 2):
        del tables["revisions"]  # its faults are findings of the validation
    comparison.rows_to_add = check_published(
        old.tables, tables, changes, old.version, _next(comparison), report, options
    )  # fmt: skip


def _next(comparison: Comparison) -> str:
    """The version in which the changes are, or have to be."""
    if comparison.takes_step and comparison.new.version != comparison.old.version:
        return comparison.new.name
    return comparison.next_version or comparison.new.name


def _check_version(comparison: Comparison, report: Report) -> None:
    """The version has risen as far as the changes ask."""
    old, new = comparison.old, comparison.new
    step = comparison.step.name.lower()
    findings = []
    if comparison.step is not Step.NONE and new.version is None:
        findings = [
            (
                f"{new.label} has no version such as 1.0.0, so that nobody can tell it from the "
                "earlier one",
                "declare 'version' as MAJOR.MINOR.PATCH",
            )
        ]
    elif not comparison.takes_step and old.version is not None:
        findings = [
            (
                f"the version {'is still' if new.name == old.name else f'after {old.name} is'} "
                f"{new.name}, and the changes are a {step} step"
                if comparison.changed
                else f"the version is {new.name}, lower than {old.name}",
                f"set 'version' to {comparison.next_version} or a later one",
            )
        ]
    report.record(
        Check("version takes the step", "version", None, "mtopendata", 1, len(findings)),
        [
            Finding("version-step", "error", message, hint, path=DESCRIPTOR)
            for message, hint in findings
        ],
    )


def _check_changelog(comparison: Comparison, report: Report) -> None:
    """The changelog speaks of the version."""
    new = comparison.new
    if new.version is None:
        return
    changelog = find_changelog(new.package.folder)
    if changelog is None:
        report.record(
            Check("changelog has the version", "version", None, "none", 0, 0),
            [
                Finding(
                    "changelog", "warning", "there is no changelog that tells what changed",
                    "write a CHANGELOG.md beside the descriptor, with a heading for each version",
                )
            ],
            "warning",
        )  # fmt: skip
        return
    version = str(new.version)
    missing = not has_version(changelog, version)
    path = os.path.relpath(changelog, new.package.folder.resolve())
    findings = [
        Finding(
            "changelog", "error", f"no heading has the version {version}",
            f"add a heading '## [{version}]', and under it what changed and why", path=path,
        )
    ] if missing else []  # fmt: skip
    report.record(
        Check("changelog has the version", "version", None, "mtopendata", 1, len(findings)),
        findings,
    )
