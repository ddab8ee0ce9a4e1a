"""What besides the bytes of a block decides what is seen in it."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from mtopendata.package.checksums import sha256
from mtopendata.package.model import Package, Resource
from mtopendata.reading.blocks import BLOCK
from mtopendata.reading.folds import Fold
from mtopendata.reading.kept.blocks import Folds, KeptTable
from mtopendata.reading.kept.cache import Cache
from mtopendata.reading.options import Options
from mtopendata.reading.scanning import scan
from mtopendata.reading.tables import Columns
from mtopendata.reading.typed_tables import TypedTable
from mtopendata.values.json_values import exact_json

_OF_FILES = ("path", "bytes", "hash")
"""Properties of a resource that say which files it has: no row is seen otherwise for them."""


def scan_kept(
    cache: Cache,
    package: Package,
    others: Collection[str],
    source: TypedTable,
    folds: Folds,
    options: Options,
) -> list[Any] | None:
    """As `scan`, but that blocks which an earlier run has seen are not read. `others` are the
    tables whose rows decide what is seen in this one.
    """
    if not _is_worth_keeping(source):
        return scan(source, folds, options)
    known = _known(package, source.resource.name, others, cache)

    def definition(source: TypedTable, columns: Columns, folds: Sequence[Fold]) -> str:
        readings = [(column.field.name, column.reading.name) for column in source.columns]
        limits = options.limit, options.max_bytes, options.block or BLOCK
        way = readings, source.way()
        names = [type(fold).__qualname__ for fold in folds]
        return _digest(known, source.labels, way, dict(columns.schema), limits, names)

    table = KeptTable(source, cache, definition)
    return scan(table, table.folds_of(folds), options)


def _is_worth_keeping(source: TypedTable) -> bool:
    """Whether a table lies in files, and has more than a block: else it is read as fast."""
    files = source.resource.files
    size = sum(file.stat().st_size for file in files)
    return bool(files) and size > (source.options.block or BLOCK)


def _known(package: Package, name: str, others: Collection[str], cache: Cache) -> str:
    """The program, all that is declared, and the bytes of the other tables."""
    declared = {key: value for key, value in package.descriptor.items() if key != "resources"}
    resources = [_without_files(resource) for resource in package.resources]
    files = [
        (resource.name, cache.digests(resource.files))
        for resource in package.resources
        if resource.name in others and resource.name != name
    ]
    return _digest(_program(), exact_json(declared), resources, files, name)


def _without_files(resource: Resource) -> str:
    described = {k: v for k, v in resource.descriptor.items() if k not in _OF_FILES}
    bare = replace(resource, paths=(), files=(), hash=None, bytes=None, descriptor={})
    return repr(bare) + exact_json(described)


@cache
def _program() -> str:
    """The bytes of this program, whatever version it calls itself, and the version of Polars; and
    how it hashes, which can be otherwise on another machine.
    """
    folder = Path(__file__).parents[2]
    files = sorted(folder.rglob("*.py"))
    values = pl.DataFrame({"number": [1, None], "text": ["x", "a text of more than twelve bytes"]})
    names = [file.name for file in files]
    return _digest(pl.__version__, values.hash_rows().to_list(), names, sha256(files))


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()
