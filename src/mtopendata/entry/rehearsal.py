"""An entry tried on a copy of its package, before anything is written."""

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from mtopendata.ledger.report import Finding, Report, RuleInstance
from mtopendata.package.model import Package
from mtopendata.release.staging import stage
from mtopendata.values.errors import MtopendataError


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a validation says of the package with the entry, and did not say before."""

    findings: tuple[Finding, ...] = ()
    rules: tuple[RuleInstance, ...] = ()


NOTHING_NEW = Rehearsal()


def rehearse(
    package: Package,
    contents: Mapping[Path, bytes],
    before: Report,
    validate: Callable[[Path], Report],
) -> Rehearsal:
    """What is new in the report with these contents of files. Nothing, where no copy can be made.

    `before` is the report without them.
    """
    with tempfile.TemporaryDirectory(prefix="mtopendata-") as temporary:
        folder = Path(temporary) / "package"
        try:
            stage(package, package.folder / package.file, folder)
        except (MtopendataError, OSError):
            return NOTHING_NEW
        home = package.folder.resolve()
        for place, content in contents.items():
            # A changelog can lie above the package, and is not tested here.
            if place.resolve().is_relative_to(home):
                (folder / place.resolve().relative_to(home)).write_bytes(content)
        after = validate(folder)
    known = {(found.code, found.message) for found in before.findings}
    return Rehearsal(
        tuple(found for found in after.findings if (found.code, found.message) not in known),
        tuple(rule for rule in after.rules if rule not in before.rules),
    )
