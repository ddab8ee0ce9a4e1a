"""JSON → Package, without trust in the descriptor.

A property of the wrong JSON type, or a value that means nothing, is a finding and then as good as
absent: what is left can be validated.
"""

import csv
import difflib
import json
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import Any

from mtopendata.ledger.report import Finding, Severity
from mtopendata.package.constraints import CONSTRAINTS
from mtopendata.package.files import MAX_BYTES, safe_path, unpack
from mtopendata.package.model import (
    DESCRIPTOR,
    Dialect,
    Field,
    ForeignKey,
    Package,
    Resource,
    Schema,
)
from mtopendata.package.properties import PROPERTIES
from mtopendata.package.types import TYPES
from mtopendata.values.errors import MtopendataError

MAX_DESCRIPTOR = 64 * 1024**2
"""Bytes of the largest descriptor: more is data in the wrong place."""
MAX_EXPONENT = 400
"""Ten to this power is beyond any number that a table can hold."""

_OFFICIAL = r"https?://(?:datapackage\.org|specs\.frictionlessdata\.io|frictionlessdata\.io)/"
"""Where the profiles of Data Package 1 and 2 are published; their rules are in `properties`."""

Json = dict[str, Any]
Emit = Callable[[Finding], None]


def open_package(path: Path, emit: Emit, max_bytes: int = MAX_BYTES) -> Package:
    """Read the descriptor of a folder, a datapackage.json or a .zip.

    Faults in the descriptor go to `emit`. MtopendataError: there is no descriptor to speak of, or
    the archive is not safe to unpack.
    """
    unpacked = None
    try:
        if path.is_dir():
            file = path / DESCRIPTOR
        elif path.suffix.lower() == ".zip":
            unpacked = unpack(path, max_bytes)
            file = Path(unpacked.name) / DESCRIPTOR
        else:
            file = path
        descriptor = _read_json(file, shown=str(path), emit=emit)
    except OSError as error:
        raise MtopendataError(
            str(path), f"cannot be read ({error.strerror or error})", "check its name and rights"
        ) from error
    return _Reader(file.parent, emit).package(descriptor, unpacked)


def _read_json(file: Path, shown: str, emit: Emit) -> Json:
    """The JSON object in `file`. Numbers with a point stay exact (Decimal)."""
    if not file.is_file():
        raise MtopendataError(
            shown,
            f"has no {DESCRIPTOR}" if file.name == DESCRIPTOR else "does not exist",
            f"name a descriptor, or a folder or .zip with a {DESCRIPTOR} at its top",
        )
    if file.stat().st_size > MAX_DESCRIPTOR:
        raise MtopendataError(
            str(file), f"is larger than {MAX_DESCRIPTOR:,} bytes", "keep the data out of it"
        )

    def members(pairs: list[tuple[str, Any]]) -> Json:
        if len(dict(pairs)) == len(pairs):
            return dict(pairs)
        for name in [name for name, count in Counter(n for n, _ in pairs).items() if count > 1]:
            emit(
                Finding(
                    "duplicate-property",
                    "error",
                    f"{name!r} stands twice in one object, and readers differ in which they take",
                    "keep one of them",
                    path=file.name,
                )
            )
        return dict(pairs)

    try:
        text = file.read_bytes().decode("utf-8-sig")
        value = json.loads(
            text,
            parse_float=_read_float,
            parse_constant=_refuse_constant,
            object_pairs_hook=members,
        )
        # An escape such as \ud800 is half a character, which no file can hold as text.
        json.dumps(value, ensure_ascii=False, default=str).encode()
    except (ValueError, RecursionError) as error:
        raise MtopendataError(
            str(file), f"is not JSON in UTF-8 ({error})", "mend it at that place"
        ) from error
    if not isinstance(value, dict):
        raise MtopendataError(
            str(file), f"is a JSON {_json_type(value)}, not an object", "see datapackage.org"
        )
    return value


def _read_float(text: str) -> Decimal:
    value = Decimal(text)
    if abs(value.adjusted()) > MAX_EXPONENT:
        raise ValueError(f"{text[:20]} is out of any range")
    return value


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def _json_type(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case Decimal() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


def _is_type(value: Any, types: str) -> bool:
    allowed = types.split("|")
    name = _json_type(value)
    return "any" in allowed or name in allowed or (name == "integer" and "number" in allowed)


# Where people put a property that belongs a level deeper, and would be lost without a word.
_MISPLACED = {
    "field": dict.fromkeys(PROPERTIES["constraints"], "constraints"),
    "resource": {
        **dict.fromkeys(("delimiter", "header", "quoteChar", "escapeChar"), "dialect"),
        **dict.fromkeys(("fields", "primaryKey", "uniqueKeys", "foreignKeys"), "schema"),
        "missingValues": "schema",
    },
}


class _Reader:
    """Turns JSON into the dataclasses above; `where` is a place such as `resources[0].schema`."""

    def __init__(self, folder: Path, emit: Emit) -> None:
        self.folder = folder
        self.emit_finding = emit

    def fault(
        self,
        code: str,
        message: str,
        hint: str,
        *,
        resource: str | None = None,
        field: str | None = None,
        severity: Severity = "error",
        path: str | None = DESCRIPTOR,
    ) -> None:
        self.emit_finding(
            Finding(code, severity, message, hint, resource=resource, path=path, field=field)
        )

    def properties(
        self,
        level: str,
        raw: Json,
        where: str,
        resource: str | None = None,
        field: str | None = None,
    ) -> Json:
        """The properties of `raw` that have the right JSON type; a finding for each other one."""
        known = PROPERTIES[level]
        good: Json = {}
        for name, value in raw.items():
            place = f"{where}.{name}" if where else name
            if name not in known:
                if home := _MISPLACED.get(level, {}).get(name):
                    self.fault(
                        "misplaced-property",
                        f"{place!r} means nothing here: {name!r} belongs in {home!r}",
                        f"move it into {home!r}",
                        resource=resource,
                        field=field,
                    )
                    continue
                near = difflib.get_close_matches(name, known, n=1, cutoff=0.85)
                if level == "constraints" and not near:
                    self.fault(
                        "constraint",
                        f"nobody enforces {place!r}, which is no constraint of Table Schema",
                        f"give one of {', '.join(known)}",
                        resource=resource,
                        field=field,
                    )
                if near:
                    self.fault(
                        "misspelt-property",
                        f"{place!r} is nearly {near[0]!r}, and means nothing as it stands",
                        f"write {near[0]!r}, or choose a name less like it",
                        resource=resource,
                        # A lost constraint lets bad data pass; any other name may be meant.
                        severity="error" if level == "constraints" else "warning",
                        field=field,
                    )
                continue
            if not _is_type(value, known[name].types):
                wanted = known[name].types.replace("|", " or ")
                self.fault(
                    "property-type",
                    f"{place!r} is {_json_type(value)}, not {wanted}",
                    f"give it as JSON {wanted}",
                    resource=resource,
                    field=field,
                )
                continue
            good[name] = value
            if known[name].effect.startswith("ignored"):
                self.fault(
                    "not-enforced",
                    f"nobody enforces {place!r}: {known[name].effect.partition(': ')[2]}",
                    "nothing to do, unless you count on it",
                    resource=resource,
                    field=field,
                    severity="warning",
                )
        for name, known_property in known.items():
            if known_property.required and name not in raw:
                self.fault(
                    "missing-property",
                    f"{where or 'the descriptor'!r} has no {name!r}",
                    f"add {name!r}",
                    resource=resource,
                    field=field,
                )
        return good

    def strings(self, value: Any, where: str, resource: str | None) -> tuple[str, ...]:
        """A string or an array of strings as a tuple; a finding where it is neither."""
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            self.fault(
                "property-type",
                f"{where!r} holds something other than strings",
                "give names as JSON strings",
                resource=resource,
            )
            return ()
        return tuple(items)

    def package(self, raw: Json, unpacked: "tempfile.TemporaryDirectory[str] | None") -> Package:
        good = self.properties("package", raw, "")
        for name in ("$schema", "profile"):
            profile = good.get(name, "")
            if "://" in profile and not re.match(_OFFICIAL, profile):
                self.fault(
                    "not-enforced",
                    f"nobody enforces {name!r}: {profile!r} is not fetched",
                    "nothing to do, unless you count on it",
                    severity="warning",
                )
        items = good.get("resources", [])
        if "resources" in good and not items:
            self.fault("missing-property", "'resources' is empty", "declare a resource")
        resources: list[Resource] = []
        for index, item in enumerate(items):
            where = f"resources[{index}]"
            if isinstance(item, dict):
                resources.append(self.resource(item, where))
            else:
                self.fault(
                    "property-type",
                    f"{where!r} is {_json_type(item)}, not object",
                    "see datapackage.org",
                )
        seen: set[str] = set()
        for resource in resources:
            if resource.name in seen:
                self.fault(
                    "duplicate-resource",
                    f"two resources are called {resource.name!r}",
                    "give each its own name",
                    resource=resource.name,
                )
            seen.add(resource.name)
        return Package(str(good.get("name", "")), self.folder, raw, tuple(resources), {}, unpacked)

    def resource(self, raw: Json, where: str) -> Resource:
        named = raw.get("name")
        name = named if isinstance(named, str) and named else where
        good = self.properties("resource", raw, where, name)
        if named == "":
            self.fault(
                "missing-property", f"'{where}.name' is empty", "name the resource", resource=name
            )
        paths = self.strings(good.get("path", []), f"{where}.path", name)
        if "data" in good and paths:
            self.fault(
                "missing-property",
                f"{where!r} has both 'path' and 'data'",
                "keep one",
                resource=name,
            )
        if "data" not in raw and "path" not in raw:
            self.fault(
                "missing-property",
                f"{where!r} has neither 'path' nor 'data'",
                "add a path",
                resource=name,
            )
        files: list[Path] = []
        for path in paths:
            if file := self.file(path, name):
                files.append(file)
        compression = str(good.get("compression", "")).lower()
        bare = paths[0] if paths else ""
        for ending in ("gz", "bz2", "xz"):
            if bare.lower().endswith("." + ending):
                compression = compression or ending
                bare = bare[: -len(ending) - 1]
        format_ = str(good.get("format") or PurePosixPath(bare).suffix.lstrip(".")).lower()
        dialect, dialect_properties = self.dialect(
            good.get("dialect"), f"{where}.dialect", name, format_
        )
        null_sequence = (
            (dialect_properties["nullSequence"],) if "nullSequence" in dialect_properties else ()
        )
        return Resource(
            name=name,
            paths=paths,
            files=tuple(files) if len(files) == len(paths) else (),
            format=format_,
            encoding=good.get("encoding", "utf-8"),
            compression="" if compression == "no" else compression,
            dialect=dialect,
            dialect_properties=dialect_properties,
            schema=self.schema(good.get("schema"), f"{where}.schema", name, null_sequence),
            hash=good.get("hash"),
            bytes=good.get("bytes"),
            descriptor=raw,
        )

    def file(self, path: str, resource: str) -> Path | None:
        file, code, message = safe_path(self.folder, path)
        if file is None:
            hints = {
                "remote": "download it into the package and give its path",
                "unsafe-path": "give a path below the folder of the descriptor",
                "missing-file": "add the file or correct the path",
                "unreadable": "check that it is a file that you may read",
            }
            self.fault(code, message, hints[code], resource=resource, path=path)
        return file

    def referenced(self, value: Any, resource: str) -> Json | None:
        """`value` itself, or the JSON object in the file of the package that it names."""
        if not isinstance(value, str):
            return value if isinstance(value, dict) else None
        file = self.file(value, resource)
        if file is None:
            return None
        try:
            return _read_json(file, shown=value, emit=self.emit_finding)
        except MtopendataError as error:
            self.fault("unreadable", error.what, error.todo, resource=resource, path=value)
            return None

    def dialect(self, value: Any, where: str, resource: str, format_: str) -> tuple[Dialect, Json]:
        """The CSV dialect, and the properties from which it was made."""
        default = "\t" if format_ == "tsv" else ","
        raw = self.referenced(value, resource)
        if raw is None:
            return Dialect(delimiter=default), {}
        good = self.properties("dialect", raw, where, resource)
        if isinstance(good.get("csv"), dict):
            good |= self.properties("dialect", good["csv"], f"{where}.csv", resource)
        for name in ("delimiter", "quoteChar", "escapeChar", "commentChar"):
            if len(good.get(name, "x")) != 1 and not (name == "quoteChar" and good[name] == ""):
                self.fault(
                    "dialect",
                    f"'{where}.{name}' is {good[name]!r}, not one character",
                    "give a single character",
                    resource=resource,
                )
                del good[name]
        rows = good.get("headerRows", [1])
        comments = good.get("commentRows", [])
        for name, numbers in (("headerRows", rows), ("commentRows", comments)):
            if not all(_json_type(number) == "integer" and number > 0 for number in numbers):
                self.fault(
                    "dialect",
                    f"'{where}.{name}' holds something other than row numbers from 1",
                    "give whole numbers from 1",
                    resource=resource,
                )
                return Dialect(delimiter=default), {}
        try:
            dialect = Dialect(
                delimiter=good.get("delimiter", default),
                quote_char=good.get("quoteChar", '"') or None,
                double_quote=good.get("doubleQuote", True) or "escapeChar" not in good,
                escape_char=good.get("escapeChar"),
                skip_initial_space=good.get("skipInitialSpace", False),
                header_rows=(
                    ()
                    if not good.get("header", True)
                    else tuple(sorted(rows))
                    if "headerRows" in good
                    else None
                ),
                header_join=good.get("headerJoin", " "),
                case_sensitive=bool(good.get("headerCase", good.get("caseSensitiveHeader", True))),
                comment_char=good.get("commentChar"),
                comment_rows=tuple(comments),
                skip_blank_rows=good.get("skipBlankRows", False),
            )
            _try_dialect(dialect)
        except (ValueError, TypeError) as error:
            self.fault(
                "dialect",
                f"{where!r} is no way to write CSV ({error})",
                "choose characters that differ from each other",
                resource=resource,
            )
            dialect = Dialect(delimiter=default)
        return dialect, good

    def missing_values(self, value: Any, where: str, resource: str) -> tuple[str, ...]:
        texts = []
        for item in value:
            text = item.get("value") if isinstance(item, dict) else item
            if isinstance(text, str):
                texts.append(text)
            else:
                self.fault(
                    "property-type",
                    f"{where!r} holds something other than strings",
                    "give each as a string, or as an object with a string 'value'",
                    resource=resource,
                )
        return tuple(texts)

    def schema(
        self, value: Any, where: str, resource: str, null_sequence: tuple[str, ...]
    ) -> Schema | None:
        raw = self.referenced(value, resource)
        if raw is None:
            return None
        good = self.properties("schema", raw, where, resource)
        if "fields" not in good:
            return None
        missing = self.missing_values(
            good.get("missingValues", [""]), f"{where}.missingValues", resource
        )
        fields: list[Field] = []
        for index, item in enumerate(good["fields"]):
            place = f"{where}.fields[{index}]"
            if isinstance(item, dict):
                fields.append(self.field(item, place, resource, missing + null_sequence))
            else:
                self.fault(
                    "property-type", f"{place!r} is {_json_type(item)}, not object",
                    "describe the field by an object", resource=resource,
                )  # fmt: skip
                return None
        names = [item.name for item in fields]
        for name in [name for name, count in Counter(names).items() if count > 1]:
            self.fault(
                "duplicate-field",
                f"{where!r} declares the field {name!r} twice",
                "give each field its own name",
                resource=resource,
                field=name,
            )
        if len(set(names)) < len(names):
            return None
        match = self.strings(good.get("fieldsMatch", "exact"), f"{where}.fieldsMatch", resource)
        mode = match[0] if len(match) == 1 else ""
        if mode not in ("exact", "equal", "subset", "superset", "partial"):
            self.fault(
                "schema",
                f"'{where}.fieldsMatch' is {good['fieldsMatch']!r}",
                "give one of exact, equal, subset, superset, partial",
                resource=resource,
            )
            mode = "exact"
        return Schema(
            fields=tuple(fields),
            fields_match=mode,
            primary_key=self.key(
                good.get("primaryKey", []), names, f"{where}.primaryKey", resource
            ),
            unique_keys=tuple(
                key
                for index, item in enumerate(good.get("uniqueKeys", []))
                if (key := self.key(item, names, f"{where}.uniqueKeys[{index}]", resource))
            ),
            foreign_keys=tuple(
                self.foreign_keys(good.get("foreignKeys", []), names, where, resource)
            ),
        )

    def field(self, raw: Json, where: str, resource: str, missing: tuple[str, ...]) -> Field:
        named = raw.get("name")
        name = named if isinstance(named, str) else where
        good = self.properties("field", raw, where, resource, field=name)
        type_ = good.get("type", "string")
        if type_ not in TYPES:
            self.fault(
                "field-type",
                f"'{where}.type' is {type_!r}, which is no type of Table Schema",
                f"give one of {', '.join(TYPES)}",
                resource=resource,
                field=name,
            )
            type_ = "any"
        constraints = self.properties(
            "constraints", good.get("constraints", {}), f"{where}.constraints", resource, field=name
        )
        for constraint in [
            name for name in constraints if not CONSTRAINTS[name].applies_to(TYPES[type_])
        ]:
            self.fault(
                "constraint",
                f"'{where}.constraints.{constraint}' has no meaning for the type {type_!r}",
                "remove it, or correct the type",
                resource=resource,
                field=name,
            )
            del constraints[constraint]
        if "missingValues" in good:
            missing = self.missing_values(good["missingValues"], f"{where}.missingValues", resource)
        categories: list[str] | None = None
        if "categories" in good:
            values = [
                item.get("value") if isinstance(item, dict) else item for item in good["categories"]
            ]
            categories = [str(value) for value in values if isinstance(value, str | int)]
            if len(categories) < len(values) or not CONSTRAINTS["categories"].applies_to(
                TYPES[type_]
            ):
                self.fault(
                    "constraint",
                    f"'{where}.categories' are not values of the type {type_!r}",
                    "categories belong to strings and integers",
                    resource=resource,
                    field=name,
                )
                categories = None
        return Field(
            name=name,
            type=type_,
            format=str(good.get("format") or "default").removeprefix("fmt:"),
            constraints=constraints,
            missing=missing,
            categories=None if categories is None else tuple(categories),
            # Table Schema has no units, but many a schema gives one.
            descriptor=good | ({"unit": raw["unit"]} if isinstance(raw.get("unit"), str) else {}),
        )

    def key(self, value: Any, names: Iterable[str], where: str, resource: str) -> tuple[str, ...]:
        fields = self.strings(value, where, resource)
        for name in fields:
            if name not in names:
                self.fault(
                    "schema",
                    f"{where!r} names {name!r}, which is no field of this schema",
                    "correct the name",
                    resource=resource,
                )
                return ()
        return () if self.repeats(fields, where, resource) else fields

    def repeats(self, fields: tuple[str, ...], where: str, resource: str) -> bool:
        """Whether a key names a field twice, which is a finding."""
        if len(set(fields)) == len(fields):
            return False
        self.fault(
            "schema", f"{where!r} names a field twice", "name each field once", resource=resource
        )
        return True

    def foreign_keys(
        self, items: list[Any], names: list[str], where: str, resource: str
    ) -> Iterator[ForeignKey]:
        for index, item in enumerate(items):
            place = f"{where}.foreignKeys[{index}]"
            if not isinstance(item, dict):
                self.fault(
                    "property-type", f"{place!r} is {_json_type(item)}, not object",
                    "give 'fields' and 'reference'", resource=resource,
                )  # fmt: skip
                continue
            good = self.properties("foreignKey", item, place, resource)
            if len(good) < 2:
                continue
            reference = self.properties(
                "reference", good["reference"], f"{place}.reference", resource
            )
            fields = self.key(good["fields"], names, f"{place}.fields", resource)
            there = self.strings(reference.get("fields", []), f"{place}.reference.fields", resource)
            if self.repeats(there, f"{place}.reference.fields", resource):
                continue
            if fields and there and len(fields) == len(there):
                yield ForeignKey(fields, reference.get("resource") or resource, there)
            elif fields and there:
                self.fault(
                    "schema",
                    f"{place!r} has {len(fields)} fields here and {len(there)} there",
                    "name as many on both sides",
                    resource=resource,
                )


def _try_dialect(dialect: Dialect) -> None:
    """Raise TypeError or ValueError where Python's csv module refuses the dialect."""
    signs = [dialect.delimiter, dialect.quote_char, dialect.escape_char, dialect.comment_char]
    given = [sign for sign in signs if sign]
    if len(set(given)) < len(given):
        raise ValueError("two of its characters are the same")
    csv.reader(
        [],
        delimiter=dialect.delimiter,
        quotechar=dialect.quote_char,
        escapechar=dialect.escape_char,
        quoting=csv.QUOTE_MINIMAL if dialect.quote_char else csv.QUOTE_NONE,
    )
