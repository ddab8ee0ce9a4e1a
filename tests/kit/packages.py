"""Packages for the tests: those of tests/packages, this repository's own, and new ones."""

import hashlib
import json
import shutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from mtopendata import Report, validate

ROOT = Path(__file__).parents[2]
"""This repository, which is a package itself: tests ask of it only what is true in any year."""
MONTANA = ROOT / "tests" / "montana"
"""The package as version 1.0.0 published it, so that no sheet that is entered breaks a test."""
PACKAGES = ROOT / "tests" / "packages"
FOLDERS = sorted(path.parent for path in PACKAGES.glob("*/expected.json"))
"""The packages of which it is known what is to be found in them."""

Json = dict[str, Any]

KEYS = ("code", "severity", "resource", "row", "field")
"""What expected.json holds of a finding."""


def schema_of(*texts: str, **types: str) -> Json:
    """A schema of these fields: of text, or of the type that is named."""
    fields = dict.fromkeys(texts, "string") | types
    return {"fields": [{"name": name, "type": type_} for name, type_ in fields.items()]}


def write_files(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Files by their paths in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def write_package(
    folder: Path, descriptor: Mapping[str, Any], files: Mapping[str, str | bytes]
) -> Path:
    """A descriptor, and the files that stand beside and below it."""
    return write_files(folder, {**files, "datapackage.json": json.dumps(descriptor)})


def write_table(folder: Path, csv: str | bytes = "a\nx\n", **resource: Any) -> Path:
    """A package of the table `t` in t.csv: one column of text, unless `resource` has a schema."""
    declared = {"name": "t", "path": "t.csv", "schema": schema_of("a"), **resource}
    return write_package(folder, {"resources": [declared]}, {"t.csv": csv})


def copy_own(folder: Path, *others: str, root: Path = MONTANA) -> Path:
    """A copy of the package of version 1.0.0, or of another `root`, and of other files there."""
    shutil.copytree(root / "resources", folder / "resources")
    for name in ("datapackage.json", *others):
        shutil.copyfile(root / name, folder / name)
    return folder


def replace_text(file: Path, old: str, new: str, *, once: bool = False) -> None:
    """Put one text in place of another, which must be there, `once` if it is said."""
    text = file.read_text("utf-8")
    assert text.count(old) == 1 if once else old in text
    file.write_text(text.replace(old, new), "utf-8")


def contents(folder: Path) -> dict[str, str]:
    """The digest of every file below a folder, by its path; `folder` or `link` for what is none."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = f"link to {path.readlink()}"
        elif path.is_dir():
            found[name] = "folder"
        else:
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def expected_verdict(folder: Path) -> Json:
    """The verdict and the findings that a package of tests/packages must have."""
    verdict: Json = json.loads((folder / "expected.json").read_text("utf-8"))
    return verdict


@cache
def report_on(folder: Path) -> Report:
    """What a validation of a package of tests/packages says: once for all that read it."""
    return validate(folder)


def brief(report: Report) -> list[Json]:
    """The findings as expected.json holds them."""
    return [{key: getattr(found, key) for key in KEYS} for found in report.findings]


def codes(report: Report) -> list[str]:
    return [finding.code for finding in report.findings]


def codes_and_rows(report: Report) -> list[tuple[str, int | None]]:
    return [(finding.code, finding.row) for finding in report.findings]
