"""The files of a release: their addresses inside it, and of what kind they are."""

import re
from collections.abc import Mapping
from urllib.parse import quote

from mtopendata.release.model import Release, StoredFile
from mtopendata.release.terms.properties import Json, text

_SUFFIX_TYPES: Mapping[str, str] = {
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "txt": "text/plain",
    "md": "text/markdown",
    "json": "application/json",
    "geojson": "application/geo+json",
    "jsonl": "application/jsonl",
    "ndjson": "application/jsonl",
    "xml": "application/xml",
    "html": "text/html",
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "svg": "image/svg+xml",
    "zip": "application/zip",
    "gz": "application/gzip",
    "bz2": "application/x-bzip2",
    "xz": "application/x-xz",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "parquet": "application/vnd.apache.parquet",
    "sqlite": "application/vnd.sqlite3",
}
"""Written out, because the table of the `mimetypes` module differs between systems."""


def path_address(path: str) -> str:
    """A file's path inside the package as a relative address: percent-encoded, never absolute."""
    encoded = quote(path.replace("\\", "/"), safe="/-._~!$&'()*+,;=@")
    while encoded.startswith("./"):
        encoded = encoded.removeprefix("./")
    return encoded


def resource_of(release: Release, stored: StoredFile) -> Json:
    """The descriptor of the first resource that has this file; {} where none has."""
    found = (item for item in release.package.resources if stored.path in item.paths)
    return next((item.descriptor for item in found), {})


def media_type(properties: Json, path: str) -> str | None:
    """What kind of file `path` is: as its resource declares, else by its name's ending, else
    None. A compressed file is of the kind of its compression.
    """
    suffix = path.rpartition(".")[2].lower() if "." in path else ""
    if suffix in ("gz", "bz2", "xz", "zip"):
        return _SUFFIX_TYPES[suffix]
    declared = text(properties, "mediatype")
    if declared and re.fullmatch(r"[\w.+-]+/[\w.+-]+(\s*;.*)?", declared):
        return declared
    form = text(properties, "format")
    return _SUFFIX_TYPES.get(suffix) or _SUFFIX_TYPES.get((form or "").lower())
