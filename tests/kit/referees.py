"""Where the programs are that others wrote, and that judge what this one writes."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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


@contextmanager
def apache_spark(master: str) -> Iterator[str]:
    """The address of Apache Spark's own server, with workers of this Python; without Spark or Java
    the test is skipped.
    """
    home = Path(os.environ.get("MTOPENDATA_SPARK") or ROOT / ".referees" / "spark")
    programs = list(home.glob("lib/python*/site-packages/pyspark/bin/spark-submit"))
    if not programs or shutil.which("java") is None:
        pytest.skip(f"Spark is not in {home}, or java not there: see .ci/referees")
    with socket.socket() as found, tempfile.TemporaryDirectory() as folder:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
        found.close()
        settings = {"spark.connect.grpc.binding.port": port, "spark.ui.enabled": "false",
                    "spark.driver.host": "127.0.0.1", "spark.driver.memory": "1g",
                    "spark.executor.memory": "1g"}  # fmt: skip
        options = [item for pair in settings.items() for item in ("--conf", "{}={}".format(*pair))]
        kind = "org.apache.spark.sql.connect.service.SparkConnectServer"
        command = [
            str(programs[0]),
            "--class",
            kind,
            "--master",
            master,
            *options,
            "spark-internal",
        ]
        environment = os.environ | {"PYSPARK_PYTHON": sys.executable, "PYTHONWARNINGS": "ignore",
                                    "SPARK_HOME": str(programs[0].parents[1]),
                                    "SPARK_LOCAL_DIRS": folder,
                                    "SPARK_WORKER_DIR": folder}  # fmt: skip
        log = Path(folder) / "log"
        with log.open("w") as stream:
            server = subprocess.Popen(command, stdout=stream, stderr=stream, cwd=folder,
                                      env=environment, start_new_session=True)  # fmt: skip
        try:
            _wait_for(log, "Spark Connect server started", server)
            yield f"sc://127.0.0.1:{port}"
        finally:
            with suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def _wait_for(log: Path, text: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(360):
        if text in log.read_text("utf-8", "replace"):
            return
        assert server.poll() is None, log.read_text("utf-8", "replace")[-2000:]
        time.sleep(0.5)
    raise AssertionError(log.read_text("utf-8", "replace")[-2000:])


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
