"""The tables of the package as text, to be corrupted."""

import csv
import io
import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "tests" / "montana"
"""What is corrupted: the package as version 1.0.0 published it, so that the numbers of the docs
stay comparable.
"""

Rows = list[list[str]]
"""A table as text, its header first."""


def resources(root: Path = PACKAGE) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((root / "datapackage.json").read_text("utf-8"))[
        "resources"
    ]
    return found


def corrupted(root: Path = PACKAGE) -> list[dict[str, Any]]:
    """The resources that are corrupted: all but the cues, whose words nobody copies anywhere."""
    return [resource for resource in resources(root) if resource["name"] != "cues"]


def read_rows(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def as_csv(rows: Rows) -> bytes:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue().encode()
