"""Tables, checks and what they keep as bytes, to be carried to a worker and back.

They are carried by what they are, so that both sides must have the same programs: of these, only
the names are carried. Functions that have no name are carried whole.
"""

from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl
from pyspark import cloudpickle

from mtopendata.checks.key_values import Keys
from mtopendata.reading.options import Options

ALIKE = pl.DataFrame({"text": ["a", None], "number": [1, -1]})
"""Rows that have the same hashes wherever keys can be compared by them."""


class _Pickler(cloudpickle.Pickler):  # type: ignore[misc]
    def reducer_override(self, thing: Any) -> Any:
        """Leave out what concerns this process alone, and where it stands."""
        if isinstance(thing, Options):
            return Options, (thing.limit, thing.max_bytes)
        if isinstance(thing, Keys):  # what is looked up has been made of them
            return Keys, (thing.columns, thing.frame.clear(), thing.too_many)
        if isinstance(thing, Path):
            return type(thing), (str(thing.absolute()),)
        return super().reducer_override(thing)


def carried(thing: Any) -> bytes:
    """A thing as bytes."""
    into = BytesIO()
    _Pickler(into, protocol=5).dump(thing)
    return into.getvalue()


def unpacked(data: bytes) -> Any:
    """The thing again."""
    return cloudpickle.loads(data)


def hashes() -> list[int]:
    """What shows whether two machines hash rows in the same way."""
    return ALIKE.hash_rows().to_list()
