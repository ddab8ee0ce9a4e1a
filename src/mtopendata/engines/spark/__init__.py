"""Spark, or what else serves Spark Connect: at an address, or an embedded Sail for the time."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from mtopendata.engines.engine import Engine
from mtopendata.reading.options import Engine as Puts
from mtopendata.values.errors import MtopendataError
from mtopendata.values.installing import install_hint
from mtopendata.values.pyspark_imports import ignore_pyspark_warnings, seen_as_program
from mtopendata.values.unneeded import let_in

NEEDED = ("pyspark", "pyarrow", "grpc", "pandas")
"""What the client of Spark Connect imports."""


@contextmanager
def _started(remote: str | None) -> Iterator[Puts]:
    let_in()
    if lacking := next((name for name in NEEDED if find_spec(name) is None), None):
        raise MtopendataError("engine spark", f"{lacking} is not installed", install_hint("spark"))
    ignore_pyspark_warnings()
    # Not at the top: most validations need not wait for it.
    with seen_as_program():
        import pyspark.sql.connect.session  # noqa: F401 - once it is in, nobody asks again

        from mtopendata.engines.spark.jobs import cluster
        from mtopendata.engines.spark.passes import Spread
        from mtopendata.engines.spark.sessions import connected_session, served, told_in_words

    with (
        served(remote or os.environ.get("SPARK_REMOTE") or None) as address,
        told_in_words(address),
        connected_session(address) as session,
    ):
        yield Spread(cluster(session))


ENGINE = Engine("spark", 1, _started, takes_address=True)
