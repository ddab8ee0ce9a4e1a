"""In which form a resource's data are stored: its format, compression and encoding."""

from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from mtopendata.package.json_files import Json
from mtopendata.package.model import TABLES
from mtopendata.package.zipped import inner_name

_COMPRESSIONS = ("gz", "bz2", "xz")
_SQLITE = "sqlite:///"
"""What stands before the path of a database in frictionless."""

_FORMATS = {
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "application/json": "json",
    "application/jsonl": "jsonl",
    "application/x-ndjson": "ndjson",
}
"""What data in a descriptor are, which have no path whose ending says so, by their media type."""


class StoredAs(NamedTuple):
    """Empty: a format that nobody tells, no compression."""

    format: str
    compression: str
    encoding: str


def plain_paths(paths: Sequence[str]) -> tuple[str, ...]:
    """Paths as those of files."""
    return tuple(path.removeprefix(_SQLITE) for path in paths)


def stored_as(good: Json, paths: Sequence[str], files: Sequence[Path]) -> StoredAs:
    """As declared, else as the endings of the `paths`, or the name in a zip, say."""
    encoding = good.get("encoding", "utf-8")
    if "data" in good and not paths:
        # What stands in the descriptor is neither compressed nor encoded otherwise than it.
        format_, _ = _format_and_compression(good, "")
        return StoredAs(format_ or _FORMATS.get(_media_type(good), ""), "", "utf-8")
    first = paths[0] if paths else ""
    format_, compression = _format_and_compression(good, first.removeprefix(_SQLITE))
    if first.startswith(_SQLITE):
        format_ = "sqlite"
    elif compression == "zip" and not format_ and files:
        format_ = _ending(inner_name(files[0], good.get("innerpath", "")))
    return StoredAs(format_, compression, encoding)


def are_alike(good: Json, paths: Sequence[str]) -> bool:
    """Whether the endings of all paths tell the same form, as far as they tell one."""
    forms = [_format_and_compression(good, path) for path in paths]
    formats = {format_ for format_, _ in forms if format_ in TABLES} - {""}
    return len(formats) <= 1 and len({compression for _, compression in forms}) <= 1


def _media_type(good: Json) -> str:
    """The media type without its parameters."""
    return str(good.get("mediatype", "")).partition(";")[0].strip().lower()


def _format_and_compression(good: Json, path: str) -> tuple[str, str]:
    """As declared, else as the path's endings say."""
    compression = str(good.get("compression", "")).lower()
    if not compression and path.lower().endswith(".zip") and _is_table_in_zip(good, path):
        compression = "zip"
    if compression == "zip" and path.lower().endswith(".zip"):
        path = path[:-4]
    for ending in _COMPRESSIONS:
        if path.lower().endswith(f".{ending}"):
            compression = compression or ending
            path = path[: -len(ending) - 1]
    format_ = str(good.get("format") or _ending(path)).lower()
    return format_, "" if compression == "no" else compression


def _ending(path: str) -> str:
    return PurePosixPath(path).suffix.lstrip(".").lower()


def _is_table_in_zip(good: Json, path: str) -> bool:
    """Whether a zip is a way to store a table, and no resource in its own right."""
    if good.get("format"):
        return bool(good["format"].lower() != "zip")
    is_table = good.get("type") == "table" or good.get("profile") == "tabular-data-resource"
    is_named = "innerpath" in good or _ending(path[:-4]) in ("csv", "tsv")
    return is_table or is_named or "schema" in good
