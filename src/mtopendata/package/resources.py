"""JSON → a resource: its files and what is said of them."""

from dataclasses import replace
from pathlib import PurePosixPath

from mtopendata.package.declared import declared_names, declared_properties
from mtopendata.package.dialects import read_dialect
from mtopendata.package.json_files import Json
from mtopendata.package.licences import note_licences
from mtopendata.package.model import Resource
from mtopendata.package.place import Place
from mtopendata.package.profiles import enforce_profiles
from mtopendata.package.references import named_file
from mtopendata.package.schemas import read_schema
from mtopendata.package.zipped import inner_name

_COMPRESSIONS = ("gz", "bz2", "xz")
_SQLITE = "sqlite:///"
"""What stands before the path of a database in frictionless."""


def read_resource_descriptor(raw: Json, place: Place) -> Resource:
    """A resource with its dialect and schema. One without a name is called after its place."""
    named = raw.get("name")
    name = named if isinstance(named, str) and named else place.where
    place = replace(place, resource=name, where="").by_profile(raw)
    if "url" in raw and "path" not in raw and "data" not in raw:
        # Before version 1 a path was called so, and readers must still take it.
        raw = {**raw, "path": raw["url"]}
    good = declared_properties("resource", raw, place)
    enforce_profiles(raw, place)
    if named == "":
        place.fault("missing-property", "its 'name' is empty", "name the resource")
    paths = declared_names(good.get("path", []), place.at("path"))
    is_sqlite = any(path.startswith(_SQLITE) for path in paths)
    paths = tuple(path.removeprefix(_SQLITE) for path in paths)
    if "data" in good and paths:
        place.fault("missing-property", f"{place.what} has both 'path' and 'data'", "keep one")
    if "data" not in raw and "path" not in raw:
        place.fault("missing-property", f"{place.what} has neither 'path' nor 'data'", "add a path")
    if good.get("path") == []:
        message = "'path' is empty: it names no file, so that nothing is checked"
        place.fault("missing-property", message, "add the path of a file")
    note_licences(good, place)
    files = [file for path in paths if (file := named_file(path, place))]
    encoding = good.get("encoding", "utf-8")
    format_, compression = _format_and_compression(good, paths[0] if paths else "")
    if "data" in good and not paths:
        # What stands in the descriptor is neither compressed nor encoded otherwise than it.
        encoding, compression = "utf-8", ""
        format_ = format_ or _FORMATS.get(_media_type(good), "")
    if compression == "zip" and not format_ and files:
        format_ = _ending(inner_name(files[0], good.get("innerpath", "")))
    format_ = "sqlite" if is_sqlite else format_
    dialect, properties = read_dialect(good.get("dialect"), place.at("dialect"), format_)
    null_sequence = (properties["nullSequence"],) if "nullSequence" in properties else ()
    return Resource(
        name=name,
        paths=paths,
        files=tuple(files) if len(files) == len(paths) else (),
        format=format_,
        encoding=encoding,
        compression=compression,
        inner=good.get("innerpath", ""),
        dialect=dialect,
        dialect_properties=properties,
        schema=read_schema(good.get("schema"), place.at("schema"), null_sequence),
        hash=good.get("hash"),
        bytes=good.get("bytes"),
        descriptor=raw,
    )


_FORMATS = {
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "application/json": "json",
    "application/jsonl": "jsonl",
    "application/x-ndjson": "ndjson",
}
"""What data in a descriptor are, which have no path whose ending says so, by their media type."""


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
