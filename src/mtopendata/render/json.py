"""A Report, a build or a verification as JSON."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mtopendata.report import Report
from mtopendata.rounding import cell_text

if TYPE_CHECKING:
    from mtopendata.building import Built
    from mtopendata.comparison import Comparison


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
    """JSON-ready data as text that is always UTF-8."""
    # A number that JSON writers would round is a text of its digits.
    text = json.dumps(value, indent=2, ensure_ascii=False, default=cell_text) + "\n"
    # Half a surrogate pair is no UTF-8; its escape is JSON.
    return text.encode(errors="backslashreplace").decode()
