"""Work done by Spark: tasks by `mapInArrow`, and their pieces joined after Spark's own shuffle."""

import json
from collections.abc import Callable, Iterator
from importlib.metadata import version
from typing import Any
from uuid import uuid4

from mtopendata.engines.spark.carried import hashes
from mtopendata.engines.spark.passes import Cluster
from mtopendata.engines.spark.turns import STOPPED
from mtopendata.engines.spark.worker import INTERRUPTED, SCHEMA, Row, whole
from mtopendata.values.errors import MtopendataError

PROGRAMS = ("mtopendata", "polars")
"""What a worker must have in the driver's version."""
REFUSED = -2
"""The number of what a worker says that lacks them: it has done nothing."""


def cluster(session: Any) -> Cluster:
    """What does work by a Spark Connect session. Interrupted, it cancels its jobs.

    MtopendataError: workers lack the programs. Errors of Spark pass.
    """

    def run(work: bytes, tasks: int, shuffles: int) -> list[bytes]:
        do, joining = _functions(work, {name: version(name) for name in PROGRAMS}, hashes())
        rows = session.range(0, tasks, 1, tasks).mapInArrow(do, SCHEMA)
        for shuffle in range(1, shuffles + 1):
            rows = rows.groupBy("number").applyInArrow(joining(shuffle), SCHEMA)
        STOPPED.clear()
        found = _collected(session, rows)
        for number, *_, data in found:
            if number == REFUSED:
                raise _refused(json.loads(data))
            if number == INTERRUPTED:
                raise KeyboardInterrupt
        return [data for _, data in whole(found)]

    return run


def _collected(session: Any, rows: Any) -> list[Row]:
    tag = f"mtopendata-{uuid4()}"
    session.addTag(tag)
    try:
        table = rows.toArrow()
    except (KeyboardInterrupt, SystemExit):
        STOPPED.set()
        session.interruptTag(tag)
        raise
    finally:
        session.removeTag(tag)
    columns = (column.to_pylist() for column in table.columns)
    return list(zip(*columns, strict=True))


def _functions(
    work: bytes, wanted: dict[str, str], alike: list[int]
) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """What workers run: of a task, and after each shuffle, of all pieces of a number.

    They are carried whole, so that they run where mtopendata is not, and say so: they may name
    nothing outside of themselves.
    """

    def refusal() -> dict[str, Any] | None:
        from importlib.metadata import PackageNotFoundError, version

        found: dict[str, Any] = {}
        for name in wanted:
            try:
                found[name] = version(name)
            except PackageNotFoundError:
                found[name] = None
        if found != wanted:
            return {"wanted": wanted, "found": found}
        from mtopendata.engines.spark.carried import hashes

        return None if hashes() == alike else {"wanted": wanted, "found": found}

    def batch(row: Any) -> Any:
        import pyarrow

        number, task, index, data = row
        types = ("number", "int32"), ("task", "int32"), ("slice", "int32"), ("data", "binary")
        schema = pyarrow.schema([(name, pyarrow.type_for_alias(kind)) for name, kind in types])
        arrays = [[number], [task], [index], [data]]
        return pyarrow.RecordBatch.from_arrays(
            [pyarrow.array(a, field.type) for a, field in zip(arrays, schema, strict=True)],
            schema=schema,
        )

    def refused(why: dict[str, Any]) -> Any:
        import json

        return batch((-2, 0, 0, json.dumps(why).encode()))

    def do(batches: Any) -> Iterator[Any]:
        tasks = [task for each in batches for task in each.column(0).to_pylist()]
        if why := refusal():
            yield refused(why)
            return
        from mtopendata.engines.spark.worker import done

        for row in done(work, tasks):
            yield batch(row)

    def joining(shuffle: int) -> Callable[[Any], Any]:
        def join(table: Any) -> Any:
            import pyarrow

            if table.column(0)[0].as_py() < -1:
                return table.slice(0, 1)
            if why := refusal():
                return pyarrow.Table.from_batches([refused(why)])
            from mtopendata.engines.spark.worker import joined_pieces

            rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
            joined = joined_pieces(work, shuffle, rows)
            return pyarrow.Table.from_batches([batch(row) for row in joined])

        return join

    return do, joining


def _refused(why: dict[str, dict[str, str | None]]) -> MtopendataError:
    """What to do about workers that lack the programs."""
    wanted, found = why["wanted"], why["found"]
    needed = " and ".join(f"{name} {number}" for name, number in wanted.items())
    lacking = next((name for name in wanted if found[name] is None), None)
    other = next((name for name in wanted if found[name] != wanted[name]), None)
    if lacking:
        what = f"a worker lacks {lacking}"
    elif other:
        what = f"a worker has {other} {found[other]}, and not {wanted[other]}"
    else:
        what = "a worker hashes rows in another way than this machine, which has another processor"
    return MtopendataError("engine spark", what, f"install {needed} on all workers")
