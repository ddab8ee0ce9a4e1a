"""Releases for the tests, made as a build makes them but not written."""

import tempfile
from dataclasses import replace
from pathlib import Path

from mtopendata.commands.build import staged_release
from mtopendata.reading.options import Options
from mtopendata.release.model import Release


def released(folder: Path) -> Release:
    """The release of a valid package; its copy of the files lives as long as it does."""
    copy = tempfile.TemporaryDirectory()
    report, release = staged_release(folder, Path(copy.name) / "package", Options())
    assert release is not None, report.findings
    return replace(release, package=replace(release.package, unpacked=copy))
