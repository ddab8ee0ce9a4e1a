"""Where the programs are that others wrote, and that judge what this one writes."""

import os
import shutil
from pathlib import Path

import pytest

from tests.kit.packages import ROOT

NODE_MODULES = Path(os.environ.get("MTOPENDATA_NODE_MODULES") or ROOT / "node_modules").resolve()


def node() -> str:
    """Node's program; without it the test is skipped."""
    program = shutil.which("node")
    if program is None:
        pytest.skip("node is not there: Node.js 20 or later")
    return program


def npm_package(name: str) -> Path:
    """A package's folder; without it the test is skipped."""
    folder = NODE_MODULES / name
    if not folder.is_dir():
        pytest.skip(f"{name} is not in {NODE_MODULES}: npm install {name}; see .ci/referees")
    return folder
