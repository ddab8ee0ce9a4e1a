"""The sequence of drafting a first descriptor for tables."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mtopendata.checks.runner import check_package
from mtopendata.entry.draft.descriptor import (
    Reference,
    descriptor_of,
    doubts_of,
    possible_references,
)
from mtopendata.entry.draft.doubts import Doubt
from mtopendata.entry.draft.files import chosen_files, folder_of, slug
from mtopendata.entry.draft.model import DraftTable
from mtopendata.entry.draft.tables import draft_tables
from mtopendata.ledger.report import Report
from mtopendata.package.model import DESCRIPTOR
from mtopendata.reading.options import Options
from mtopendata.values.json_values import exact_json
from mtopendata.values.new_files import put_new


@dataclass(frozen=True, slots=True)
class Drafted:
    """A first descriptor. `file` is None where none was written. `doubts` are for a person to look
    at; `problems` stand in the way, so that nothing was written. `rules` are the sums that hold in
    all rows of a table, by its path.
    """

    descriptor: dict[str, Any]
    file: Path | None
    doubts: tuple[Doubt, ...]
    problems: tuple[Doubt, ...]
    rules: tuple[tuple[str, str, int], ...]
    rows: int

    def to_dict(self) -> dict[str, Any]:
        """All of it as JSON-ready data."""
        return {
            "written": None if self.file is None else str(self.file),
            "doubts": [doubt._asdict() for doubt in self.doubts],
            "problems": [problem._asdict() for problem in self.problems],
            "rules": [
                {"path": path, "rule": rule, "rows": rows} for path, rule, rows in self.rules
            ],
            "descriptor": self.descriptor,
        }


def init(
    names: Sequence[str | Path] = (),
    options: Options | None = None,
    *,
    out: str | Path | None = None,
    is_written: bool = True,
) -> Drafted:
    """Describe tables: files, or those in and below folders; by default all of this folder.

    The descriptor is written to the folder `out`, by default the one that has all files, if a
    validation finds no error; never where one is already. MtopendataError: a file is not there or
    outside of that folder, or a descriptor is there.
    """
    options = options or Options()
    files = chosen_files(names)
    folder = folder_of(files, out, names)
    tables: list[DraftTable] = []
    for file in files:
        tables += draft_tables(folder, file, [table.name for table in tables], options)
    problems = tuple(problem for table in tables for problem in table.problems)
    name = slug(folder.resolve().name)
    known = [table for table in tables if table.columns]
    references = possible_references(known)
    if not problems:
        with _unpublished(folder, descriptor_of(name, known, references)) as fresh:
            report = check_package(fresh, options, is_kept=False).report
        references = list(_holding(references, report))
        problems = tuple(_faults_of_draft(report))
    descriptor = descriptor_of(name, known, references)
    is_put = is_written and not problems
    return Drafted(
        descriptor,
        _write(folder, descriptor) if is_put else None,
        tuple(doubt for table in tables for doubt in doubts_of(table, references)),
        problems,
        tuple(_rules(known)),
        sum(table.rows for table in known),
    )


def _rules(tables: Sequence[DraftTable]) -> Iterator[tuple[str, str, int]]:
    """The sums that hold in all rows, by the path of their table, with the number of rows."""
    for table in tables:
        if table.columns:
            for rule in table.columns.sums:
                yield table.path, str(rule), table.columns.rows


def _holding(references: Sequence[Reference], report: Report) -> Iterator[Reference]:
    """The foreign keys that hold."""
    failed = {
        (found.resource, found.field) for found in report.findings if found.code == "foreign-key"
    }
    for reference in references:
        if reference[:2] not in failed:
            yield reference


def _faults_of_draft(report: Report) -> Iterator[Doubt]:
    """What else a validation finds."""
    for found in report.findings:
        if found.code != "foreign-key" and found.severity != "note":
            path = found.path or found.resource or report.package
            yield Doubt(path, found.field, found.message, found.hint, found.row)


@contextmanager
def _unpublished(folder: Path, descriptor: dict[str, Any]) -> Iterator[Path]:
    """The descriptor as a file beside the tables, that is gone afterwards."""
    handle, name = tempfile.mkstemp(prefix=".mtopendata-", suffix=".json", dir=folder)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(exact_json(descriptor).encode())
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _write(folder: Path, descriptor: dict[str, Any]) -> Path:
    """Put the whole descriptor into place at once, if no other is there by now."""
    file = folder / DESCRIPTOR
    with _unpublished(folder, descriptor) as fresh:
        put_new(fresh, file)
    return file
