"""Whether the version has risen as far as the changes ask, and the changelog speaks of it."""

import os

from mtopendata.changes.changelog import find_changelog, has_version
from mtopendata.changes.comparison import Comparison
from mtopendata.ledger.report import Check, Finding
from mtopendata.package.model import DESCRIPTOR
from mtopendata.values.versions import Step


def check_version(comparison: Comparison) -> None:
    """The version has risen as far as the changes ask."""
    old, new = comparison.old, comparison.new
    fault = None
    if comparison.step is not Step.NONE and new.version is None:
        fault = (
            f"{new.label} has no version such as 1.0.0, which tells it from the earlier one",
            "declare 'version' as MAJOR.MINOR.PATCH",
        )
    elif old.version is not None and not comparison.takes_step:
        hint = f"set 'version' to {comparison.next_version} or a later one"
        if comparison.step is Step.NONE:
            fault = f"the version is {new.name}, lower than {old.name}", hint
        else:
            largest = next(why for step, why in comparison.steps() if step is comparison.step)
            has = "is still" if new.name == old.name else f"after {old.name} is"
            fault = (
                f"the version {has} {new.name}, and the changes ask for {comparison.step_words} "
                f"({largest})",
                hint,
            )
    comparison.report.record(
        Check("version takes the step", "version", None, "mtopendata", 1, int(fault is not None)),
        [Finding("version-step", "error", *fault, path=DESCRIPTOR)] if fault else [],
    )


def check_changelog(comparison: Comparison) -> None:
    """The changelog speaks of the version, where something changed. There is one wherever there was
    one before.
    """
    old, new = comparison.old, comparison.new
    if comparison.step is Step.NONE or new.version is None:
        return
    changelog = find_changelog(new.package.folder)
    if changelog is None:
        was = find_changelog(old.package.folder)
        finding = Finding(
            "changelog", "error" if was else "warning",
            "the changelog is gone" if was else "there is no changelog that tells what changed",
            "write a CHANGELOG.md beside the descriptor, with a heading for each version",
            path=was.name if was else "CHANGELOG.md",
        )  # fmt: skip
        check = Check("changelog is there", "version", None, "mtopendata", 1, 1)
        comparison.report.record(check, [finding], finding.severity)
        return
    version = new.name
    missing = not has_version(changelog, version)
    findings = [
        Finding(
            "changelog", "error", f"no heading has the version {version}",
            f"add a heading '## [{version}]', and under it what changed and why",
            path=os.path.relpath(changelog, new.package.folder.resolve()),
        )
    ] if missing else []  # fmt: skip
    comparison.report.record(
        Check("changelog has the version", "version", None, "mtopendata", 1, len(findings)),
        findings,
    )
