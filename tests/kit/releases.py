"""Releases for the tests, made as a build makes them but not written."""

import re
import tempfile
from dataclasses import replace
from pathlib import Path

from mtopendata.commands.build import staged_release
from mtopendata.reading.options import Options
from mtopendata.release.model import Release

NAMED = re.compile(r"(?<=\bmtopendata-)\d+\.\d+\.\d+")
"""The version in the name of a release's file, as the docs write it."""


def with_versions(text: str, version: str) -> str:
    """A text of the docs that names the files of this version."""
    return NAMED.sub(version, text)


def released(folder: Path) -> Release:
    """The release of a valid package; its copy of the files lives as long as it does."""
    copy = tempfile.TemporaryDirectory()
    report, release = staged_release(folder, Path(copy.name) / "package", Options())
    assert release is not None, report.findings
    return replace(release, package=replace(release.package, unpacked=copy))
