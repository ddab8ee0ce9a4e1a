"""Sessions of Spark Connect: where it is served, whether it can be used, its errors in words."""

import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from mtopendata.engines.spark.turns import STOPPED, let_end
from mtopendata.values.errors import MtopendataError
from mtopendata.values.installing import install_hint

OLDEST = 4
"""The first version of Spark that has all that is asked of it here."""
PORT = 15002
"""Where Spark Connect listens, unless an address says otherwise."""
SECONDS = 10
"""How long somebody may take to answer a call."""
RETRIES = 5
"""So often is a call repeated, for a quarter of a minute in all: then the server is gone."""


@contextmanager
def served(remote: str | None) -> Iterator[str]:
    """The address of a server; without one, that of a Sail for the time, in this process.

    MtopendataError: no address is given and Sail is not installed.
    """
    if remote is not None:
        yield remote
        return
    os.environ.setdefault("RUST_LOG", "off")  # what fails is told by the session
    try:
        from pysail.spark import SparkConnectServer
    except ImportError as error:
        raise MtopendataError(
            "engine spark",
            "no address is given, and Sail, which could be started here, is not installed",
            f"give --remote sc://HOST:{PORT}, or set SPARK_REMOTE, or {install_hint('sail')}",
        ) from error
    server = SparkConnectServer(port=0)
    server.start(background=True)
    try:
        host, port = server.listening_address
        yield f"sc://{host}:{port}"
    finally:
        server.stop()
        let_end()


@contextmanager
def connected_session(address: str) -> Iterator[Any]:
    """A session of its own with a server. MtopendataError: none answers, or it is too old."""
    _reach(address)
    from pyspark.sql.connect.client.core import DefaultChannelBuilder
    from pyspark.sql.connect.client.retries import DefaultPolicy
    from pyspark.sql.connect.session import SparkSession

    class Patience(DefaultPolicy):  # type: ignore[misc]
        """For as long as somebody waits."""

        def can_retry(self, exception: BaseException) -> bool:
            return not _is_interrupted(exception) and super().can_retry(exception)

    # Sail sends in one message all that comes back.
    channel = DefaultChannelBuilder(address, [("grpc.max_receive_message_length", -1)])
    session = SparkSession.builder.channelBuilder(channel).create()
    try:
        session.client.set_retry_policies([Patience(max_retries=RETRIES, max_backoff=10_000)])
        major = session.version.partition(".")[0]
        if not major.isdecimal() or int(major) < OLDEST:
            what = f"it is Spark {session.version}, which is too old"
            raise MtopendataError(address, what, f"use Spark {OLDEST}.0 or later")
        yield session
    finally:
        session.client.set_retry_policies([])
        # In a thread that may be left: where the server is gone, the channel may wait for ever.
        ending = Thread(target=_end, args=(session,), daemon=True)
        ending.start()
        ending.join(1 if STOPPED.is_set() else SECONDS)


def _end(session: Any) -> None:
    with suppress(Exception):
        session.stop()


def _reach(address: str) -> None:
    """MtopendataError: the address is none, or nobody listens there."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port or PORT
    except ValueError:
        host = None
    if not host or parts.scheme != "sc":
        todo = f"write it as sc://HOST:{PORT}"
        raise MtopendataError(address, "is no address of Spark Connect", todo)
    try:
        socket.create_connection((host, port), timeout=SECONDS).close()
    except OSError as error:
        raise MtopendataError(
            address,
            f"no server answers ({error.strerror or error})",
            "start Spark Connect there, or correct the address",
        ) from error


@contextmanager
def told_in_words(address: str) -> Iterator[None]:
    """MtopendataError: what else fails in Spark, which is not known here by its type. An embedded
    Sail stops when the process is interrupted: that is no failure.
    """
    import grpc
    from pyspark.errors import PySparkException

    STOPPED.clear()
    try:
        yield
    except (PySparkException, grpc.RpcError) as error:
        if _is_interrupted(error):
            raise KeyboardInterrupt from error
        raise MtopendataError(address, *_words(error)) from error


def _is_interrupted(error: BaseException) -> bool:
    """Whether an error is but what follows from an interruption."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, KeyboardInterrupt):
        cause = cause.__context__
    if cause is not None:
        STOPPED.set()
    return STOPPED.is_set()


def _words(error: BaseException) -> tuple[str, str]:
    """What is wrong and what to do."""
    text = str(error)
    if "UNAVAILABLE" in text or "RETRIES_EXCEEDED" in text:
        return "the server no longer answers", "look whether it runs, and validate again"
    told = re.findall(r'^\s*details = "(.*)"$', text, re.MULTILINE)
    told += [line.strip() for line in reversed(text.splitlines()) if line.strip()]
    return f"Spark could not do it ({told[0]})", "look into its log"
