"""What was named instead of a package: what it is, and what to do with it."""

import shlex
import stat
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from mtopendata.package.model import DESCRIPTOR, DESCRIPTORS, is_yaml
from mtopendata.values.errors import MtopendataError
from mtopendata.values.plurals import plural

_NAME_ONE = f"name a package: a folder, a {DESCRIPTOR} or a .zip"
_DESCRIBE = f"name it as the path of a resource in a {DESCRIPTOR}"
_AS_CSV = f"save its tables as CSV, and describe these in a {DESCRIPTOR}"

_BY_ENDING = {
    ("xlsm", "xls", "numbers"): ("a workbook", _AS_CSV),
    ("mdb", "accdb", "duckdb"): ("a database", _AS_CSV),
    ("dta", "sav", "rds", "rdata", "sas7bdat"): ("a table of a statistics program", _AS_CSV),
    ("sqlite", "sqlite3", "db", "gpkg"): ("an SQLite database", _DESCRIBE),
    ("parquet",): ("a Parquet table", _DESCRIBE),
    ("feather", "arrow"): ("an Arrow table", _DESCRIBE),
    ("jsonl", "ndjson"): ("rows as JSON Lines", _DESCRIBE),
    ("topojson", "shp", "kml", "gml"): ("a map", _DESCRIBE),
    ("tar", "tgz", "tbz2", "txz", "gz", "bz2", "xz", "zst", "7z", "rar"): (
        "an archive other than .zip",
        "unpack it, and name the folder",
    ),
}
_KINDS = {ending: kind for endings, kind in _BY_ENDING.items() for ending in endings}
_TABLES = (".csv", ".tsv", ".tab")
_WORKBOOKS = (".xlsx", ".ods")
"""Those that can be drafted."""
_COMPRESSED = (".gz", ".bz2", ".xz", ".zst")

_BY_BEGINNING = {
    b"PAR1": "parquet",
    b"ARROW1": "arrow",
    b"SQLite format 3": "sqlite",
    b"\x1f\x8b": "gz",
    b"BZh": "bz2",
    b"\xfd7zXZ": "xz",
    b"\x28\xb5\x2f\xfd": "zst",
    b"7z\xbc\xaf": "7z",
    b"\xd0\xcf\x11\xe0": "xls",
}
"""How files of these kinds begin, whatever they are called."""

_NO_FILES = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)
_MANY = 1000
"""Entries of a folder that are looked at."""


def require_file(file: Path, todo: str = _NAME_ONE) -> None:
    """MtopendataError: it is not there, or is no file that ends, such as a pipe. OSError: nobody
    may look at it.
    """
    try:
        mode = file.stat().st_mode
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        if file.is_symlink():
            what = f"is a link to {str(file.readlink())!r}, which does not exist"
            raise MtopendataError(str(file), what, "mend the link") from error
        raise MtopendataError(str(file), "does not exist", todo) from error
    for is_such, name in _NO_FILES:
        if is_such(mode):
            raise MtopendataError(str(file), f"is {name}, not a file", todo)


def require_descriptor(file: Path) -> None:
    """MtopendataError: it is no file, a link to elsewhere, or something else by its name or by how
    it begins. What is JSON is for `require_package` to tell.
    """
    require_file(file)
    if file.is_symlink() and not file.resolve().is_relative_to(file.parent.resolve()):
        what = "is a link that leads out of its folder"
        raise MtopendataError(str(file), what, "put the file itself there")
    if file.suffix.lower() == ".json" or is_yaml(file):
        return
    with file.open("rb") as stream:
        beginning = stream.read(16)
    if kind := _kind_of_file(file, beginning):
        what, todo = kind
        raise MtopendataError(str(file), f"is {what}, not a package", todo)
    if not beginning.removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b"{", b"[")):
        raise MtopendataError(str(file), "is not the descriptor of a package", _NAME_ONE)


def _kind_of_file(file: Path, beginning: bytes) -> tuple[str, str] | None:
    """What a file is that is no JSON, and what to do with it; None where that is not known."""
    name = Path(file.stem) if file.suffix.lower() in _COMPRESSED else file
    if name.suffix.lower() in _TABLES:
        return f"a {name.suffix[1:].upper()} table", _draft([file.name])
    if file.suffix.lower() in _WORKBOOKS:
        return "a workbook", _draft([file.name])
    for ending in (name.suffix, file.suffix):
        if kind := _KINDS.get(ending.lower().lstrip(".")):
            return kind
    if beginning.startswith(b"PK\3\4"):
        return "a zip archive by another name", "let its name end in .zip"
    known = (ending for mark, ending in _BY_BEGINNING.items() if beginning.startswith(mark))
    return next((_KINDS[ending] for ending in known), None)


def _draft(names: Sequence[str]) -> str:
    """How to begin a descriptor of tables."""
    files = f" {' '.join(map(shlex.quote, names))}" if len(names) <= 3 else ""
    what = "it" if len(names) == 1 else "them"
    return (
        f"describe {what} in a {DESCRIPTOR}; to draft one, in that folder: mtopendata init{files}"
    )


def require_package(value: Mapping[str, Any], file: Path) -> None:
    """MtopendataError: the JSON object in a file is something else than the descriptor of a
    package, or nothing says that it is one.
    """
    if "resources" in value:
        return
    what, todo = _json_kind(value)
    if what or file.name not in DESCRIPTORS:
        what = f"is {what}, not the descriptor of a package" if what else "has no 'resources'"
        raise MtopendataError(str(file), what, todo)


def _json_kind(value: Mapping[str, Any]) -> tuple[str, str]:
    """What a JSON object is, empty where that is not known, and what to do with it."""
    if value.get("type") in ("Topology", "Feature", "FeatureCollection", "GeometryCollection") or (
        "coordinates" in value
    ):
        return "a map (GeoJSON)", _DESCRIBE
    if isinstance(value.get("fields"), list):
        return (
            "the schema of a table (Table Schema)",
            f"make it the 'schema' of a resource in a {DESCRIPTOR}",
        )
    if "path" in value or ("data" in value and "name" in value):
        return "the description of one resource", f"put it into 'resources' of a {DESCRIPTOR}"
    if "properties" in value or "json-schema.org" in str(value.get("$schema")):
        return "a JSON Schema", _NAME_ONE
    if "@context" in value or "@graph" in value:
        return "JSON-LD", _NAME_ONE
    return "", _NAME_ONE


def no_descriptor(folder: Path, shown: str, *, is_zip: bool = False) -> MtopendataError:
    """That a folder, or a zip that was unpacked there, has no descriptor; and where one is, or what
    could be described in one. `shown` is what the user calls it.
    """
    what = f"has no {DESCRIPTOR}"
    entries = sorted(islice(folder.iterdir(), _MANY))
    if nearly := next((entry.name for entry in entries if _is_nearly_descriptor(entry)), None):
        return MtopendataError(shown, f"{what}, but {nearly!r}", f"call it {DESCRIPTOR}")
    if below := next((entry for entry in entries if (entry / DESCRIPTOR).is_file()), None):
        todo = "unpack it, and name that folder" if is_zip else f"name {below}"
        return MtopendataError(shown, f"{what}, but {below.name!r} in it has", todo)
    if not is_zip and (above := folder.absolute().parent / DESCRIPTOR).is_file():
        return MtopendataError(shown, f"{what}, but the folder above has", f"name {above.parent}")
    if any(entry.name == "SHA256SUMS" for entry in entries):
        todo = "check a release with mtopendata verify, or name its .zip"
        return MtopendataError(shown, what, todo)
    tables = [entry.name for entry in entries if entry.suffix.lower() in _TABLES]
    what += f", but {plural(len(tables), 'table')}" if tables else ""
    return MtopendataError(shown, what, _draft(tables) if tables else _NAME_ONE)


def _is_nearly_descriptor(entry: Path) -> bool:
    letters = "".join(c for c in entry.name.lower() if c not in "-_ ")
    return letters in (DESCRIPTOR, "datapackage", f"{DESCRIPTOR}.txt")
