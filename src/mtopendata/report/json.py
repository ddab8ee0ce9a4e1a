"""A Report, a build or a verification as JSON."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mtopendata.ledger.report import Report
from mtopendata.values.json_values import json_text

if TYPE_CHECKING:
    from mtopendata.changes.comparison import Comparison
    from mtopendata.commands.build import Built


def render_json(report: Report, *, verbose: bool = False) -> str:  # noqa: ARG001
    """For a program: docs/report.md describes it. It is always whole."""
    return to_json(report.to_dict())


def render_build_json(built: "Built", *, verbose: bool = False) -> str:  # noqa: ARG001
    """For a program: docs/releases.md describes it."""
    return to_json(built.to_dict())


def render_verification_json(
    reports: Sequence[Report],
    *,
    verbose: bool = False,  # noqa: ARG001
) -> str:
    """For a program: docs/releases.md describes it."""
    return to_json(
        {
            "valid": all(report.valid for report in reports),
            "archives": [report.to_dict() for report in reports],
        }
    )


def render_diff_json(comparison: "Comparison", *, verbose: bool = False) -> str:  # noqa: ARG001
    """For a program: docs/diff.md describes it."""
    return to_json(comparison.to_dict())


def to_json(value: object) -> str:
    """JSON-ready data as text for a file or a terminal."""
    return json_text(value, indent=2) + "\n"
