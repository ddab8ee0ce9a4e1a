"""The program as people and other programs run it: in this process, or in one of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import chdir
from pathlib import Path

from click.testing import CliRunner, Result

from mtopendata.cli import main

SIGNALS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


def run(*arguments: str | Path, folder: Path | None = None, text: str | None = None) -> Result:
    """The command line in this process, which a build changes the signals of.

    `folder` is its working folder, and `text` its standard input.
    """
    before = [signal.getsignal(number) for number in SIGNALS]
    try:
        with chdir(folder or Path.cwd()):
            return CliRunner().invoke(main, list(map(str, arguments)), input=text)
    finally:
        for number, handler in zip(SIGNALS, before, strict=True):
            signal.signal(number, handler)


def run_alone(
    *arguments: str | Path, folder: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """The command line as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "mtopendata", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
        timeout=60,
        env={**os.environ, **environment},
    )


def run_in_turn(
    commands: Sequence[Sequence[str | Path]], folder: Path, **environment: str
) -> "tuple[list[int], subprocess.CompletedProcess[bytes]]":
    """Several commands in one process of their own, as importing takes longer than most of them:
    their exit codes, and all that they print.
    """
    codes = folder / "exit-codes.txt"
    script = (
        "import sys\n"
        "from mtopendata.__main__ import run\n"
        f"for arguments in {[[*map(str, command)] for command in commands]!a}:\n"
        "    sys.argv = ['mtopendata', *arguments]\n"
        "    try:\n"
        "        run()\n"
        "    except SystemExit as end:\n"
        f"        print(end.code, file=open({str(codes)!a}, 'a'))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        cwd=folder,
        check=False,
        timeout=120,
        env={**os.environ, **environment},
    )
    return [int(code) for code in codes.read_text().split()], done
