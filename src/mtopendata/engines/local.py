"""Threads of this process: what reads tables has them already."""

from contextlib import AbstractContextManager, nullcontext

from mtopendata.engines.engine import Engine


def _nothing_started(_: str | None) -> AbstractContextManager[None]:
    return nullcontext()


ENGINE = Engine("local", 0, _nothing_started)
