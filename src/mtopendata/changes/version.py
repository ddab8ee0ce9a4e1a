"""Whether the version has risen as far as the changes ask, and the changelog speaks of it."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from mtopendata.changes.changelog import find_changelog, has_version
from mtopendata.changes.comparison import Comparison
from mtopendata.ledger.outcome import Outcome
from mtopendata.ledger.report import Finding
from mtopendata.package.model import DESCRIPTOR
from mtopendata.reading.packages import ReadPackage
from mtopendata.values.versions import Step


def declares_version(side: ReadPackage) -> bool:
    """Whether a package says which version it is, be it one to count from or not."""
    return bool(side.package.descriptor.get("version"))


def check_version(comparison: Comparison) -> Outcome:
    """Whether the version has risen as far as the changes ask."""
    old, new = comparison.old, comparison.new
    fault = None
    if comparison.step is not Step.NONE and new.version is None:
        fault = (
            f"{new.label} has no version such as 1.0.0, which tells it from the earlier one",
            "declare 'version' as MAJOR.MINOR.PATCH",
        )
    elif old.version is not None and not comparison.takes_step:
        hint = f"set 'version' to {comparison.next_version} or a later one"
        fault = _too_low(comparison), hint
    faults = [Finding("version-step", "error", *fault, path=DESCRIPTOR)] if fault else []
    return Outcome("version", "version takes the step", None, 1, faults, engine="mtopendata")


def _too_low(comparison: Comparison) -> str:
    old, new = comparison.old, comparison.new
    if comparison.step is Step.NONE:
        return f"the version is {new.name}, lower than {old.name}"
    largest = next(why for step, why in comparison.steps() if step is comparison.step)
    has = "is still" if new.name == old.name else f"after {old.name} is"
    asked = f"{comparison.step_words} ({largest})"
    return f"the version {has} {new.name}, and the changes ask for {asked}"


def check_changelog(comparison: Comparison) -> Iterator[Outcome]:
    """Whether the changelog speaks of the version, where something changed. There is one wherever
    there was one before.
    """
    old, new = comparison.old, comparison.new
    if comparison.step is Step.NONE or new.version is None:
        return
    changelog = find_changelog(new.package.folder)
    if changelog is None:
        was = find_changelog(old.package.folder)
        finding = Finding(
            "changelog",
            "error",
            "the changelog is gone" if was else "there is no changelog that tells what changed",
            "write a CHANGELOG.md beside the descriptor, with a heading for each version",
            path=was.name if was else "CHANGELOG.md",
        )
        outcome = Outcome("version", "changelog is there", None, 1, [finding], engine="mtopendata")
        yield outcome if was else replace(outcome, severity="warning")
        return
    yield changelog_outcome(changelog, new.package.folder, new.name)


def changelog_outcome(changelog: Path, folder: Path, version: str) -> Outcome:
    """Whether the changelog of the package in a folder has a heading of the version."""
    finding = Finding(
        "changelog",
        "error",
        f"no heading has the version {version}",
        f"add a heading '## [{version}]', and under it what changed and why",
        path=os.path.relpath(changelog, folder.resolve()),
    )
    faults = [] if has_version(changelog, version) else [finding]
    return Outcome("version", "changelog has the version", None, 1, faults, engine="mtopendata")
