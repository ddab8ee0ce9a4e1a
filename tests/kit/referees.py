"""Where the programs are that others wrote, and that judge what this one writes."""

import os
import shutil
import subprocess
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


def converted_by_office(file: Path, folder: Path, form: str) -> Path:
    """What LibreOffice makes of a file, in a folder and in a form such as `pdf`, behind which a
    filter may stand; without it the test is skipped.
    """
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("soffice is not there: apt-get install libreoffice-calc libreoffice-writer")
    command = [program, "--headless", f"-env:UserInstallation=file://{folder}/profile",
               "--convert-to", form, "--outdir", str(folder), str(file)]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    made = folder / f"{file.stem}.{form.partition(':')[0]}"
    if not made.is_file():
        pytest.skip(f"soffice makes no {form} of {file.name}: {done.stderr.strip()}")
    return made
