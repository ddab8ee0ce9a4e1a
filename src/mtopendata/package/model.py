"""A package as declared. Plain, frozen data."""

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtopendata.values.notebooks import as_html, in_lines

if TYPE_CHECKING:
    import polars as pl

DESCRIPTOR = "datapackage.json"
DESCRIPTORS = (DESCRIPTOR, "datapackage.yaml", "datapackage.yml")
"""Names of a folder's descriptor: the first that is there is read."""

STORED = ("parquet", "parq", "sqlite", "sqlite3", "db")
"""Formats whose cells have types of their own, which are read here."""
TABLES = (
    "csv", "tsv", "json", "jsonl", "ndjson", "xlsx", "xls", "ods", *STORED,
    "html", "yaml", "sav", "zsav", "",
)  # fmt: skip
"""Formats whose files are tables where they have a schema. Nothing is known of one without a name.
"""

JSON_LINES = ("jsonl", "ndjson")
"""The formats that are JSON line by line."""

Contents = tuple[Path | bytes, ...]
"""What holds a table: files, or text in the descriptor as bytes."""


@dataclass(frozen=True, slots=True)
class Field:
    """A column as declared. `categories` is None where the field declares none. `version` is that
    of the standard, 1 or 2, by which it is declared. Names are unique: a field that is declared
    under the name of another has a number behind it. `has_name` is False where none can be read.
    """

    name: str
    type: str = "string"
    format: str = "default"
    constraints: Mapping[str, Any] = field(default_factory=dict)
    missing: tuple[str, ...] = ("",)
    categories: tuple[str, ...] | None = None
    descriptor: Mapping[str, Any] = field(default_factory=dict)
    version: int = 1
    has_name: bool = True

    def is_label(self, label: str, *, case_sensitive: bool) -> bool:
        """Whether a column with this label is the field's."""
        name = str(self.descriptor.get("name", self.name))
        return label == name or (not case_sensitive and label.casefold() == name.casefold())


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """`resource` is the referenced resource's name; a reference to itself bears its own."""

    fields: tuple[str, ...]
    resource: str
    reference: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Schema:
    """A Table Schema as declared, its keys normalised to tuples of field names."""

    fields: tuple[Field, ...]
    fields_match: str = "exact"
    primary_key: tuple[str, ...] = ()
    unique_keys: tuple[tuple[str, ...], ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()


@dataclass(frozen=True, slots=True)
class Dialect:
    """A CSV dialect with its defaults filled in. Row numbers count records from 1; `header_rows`
    None is the first record that is no comment, and () no header.
    """

    delimiter: str = ","
    quote_char: str | None = '"'
    double_quote: bool = True
    escape_char: str | None = None
    skip_initial_space: bool = False
    header_rows: tuple[int, ...] | None = None
    header_join: str = " "
    case_sensitive: bool = True
    comment_char: str | None = None
    comment_rows: tuple[int, ...] = ()
    skip_blank_rows: bool = False


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource as declared. `files` are the checked places of `paths`, none where a path was
    refused; `inner` is the name of the file in a zip, if it is declared; `schema` is None where
    none is declared or it could not be read.
    """

    name: str
    paths: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()
    format: str = ""
    encoding: str = "utf-8"
    compression: str = ""
    inner: str = ""
    dialect: Dialect = Dialect()
    dialect_properties: Mapping[str, Any] = field(default_factory=dict)
    schema: Schema | None = None
    hash: str | None = None
    bytes: int | None = None
    descriptor: Mapping[str, Any] = field(default_factory=dict)

    @property
    def path(self) -> str | None:
        """The path that findings name: the first one."""
        return self.paths[0] if self.paths else None

    def path_of(self, part: int) -> str | None:
        """The path of the file of this index; None where the data stand in the descriptor."""
        return self.paths[part] if part < len(self.paths) else None

    @property
    def is_inline(self) -> bool:
        """Whether the data stand in the descriptor, and in no file."""
        return "data" in self.descriptor and not self.paths

    @property
    def contents(self) -> "Contents":
        """Its files, or its text in the descriptor."""
        data = self.descriptor.get("data")
        return (data.encode(),) if self.is_inline and isinstance(data, str) else self.files

    @property
    def is_csv(self) -> bool:
        """Whether it is text that the fast way reads."""
        is_text = self.is_inline and isinstance(self.descriptor["data"], str)
        return self.format in ("csv", "tsv") and (is_text or bool(self.files))

    @property
    def is_json(self) -> bool:
        """Whether it is JSON, if it is a table: a file of it, or data in the descriptor."""
        is_value = self.is_inline and not isinstance(self.descriptor["data"], str)
        return self.format in ("json", *JSON_LINES) or is_value

    @property
    def is_declared_table(self) -> bool:
        """Whether it says of itself that it is a table."""
        profile = self.descriptor.get("profile")
        return self.descriptor.get("type") == "table" or profile == "tabular-data-resource"

    @property
    def is_stored(self) -> bool:
        """Whether it is a table in a file whose cells have types of their own."""
        return self.format in STORED and self.is_tabular and bool(self.files)

    @property
    def is_read_here(self) -> bool:
        """Whether it is a table whose cells are read, and tested, without frictionless."""
        return self.is_csv or self.is_json or self.is_stored

    @property
    def is_tabular(self) -> bool:
        """Whether it is a table at all, and not a file of any other kind."""
        is_of_table = self.schema is not None and (self.is_inline or self.format in TABLES)
        return is_of_table or self.format in ("csv", "tsv") or self.is_declared_table


@dataclass(frozen=True, repr=False)
class Package:
    """A package as declared. After `mtopendata.load`, `package[name]` is a resource's table.

    `file` is the name of its descriptor, as findings have it.
    """

    name: str
    folder: Path
    descriptor: Mapping[str, Any]
    resources: tuple[Resource, ...]
    tables: "Mapping[str, pl.DataFrame]" = field(default_factory=dict)
    unpacked: "tempfile.TemporaryDirectory[str] | None" = None
    file: str = DESCRIPTOR

    def __getitem__(self, name: str) -> "pl.DataFrame":
        """The table of the resource `name`, with exact types; KeyError where there is none."""
        if name in self.tables:
            return self.tables[name]
        raise KeyError(self._no_such_table(name))

    def _no_such_table(self, name: str) -> str:
        if self.resource(name) is not None:
            return f"{name!r} has no table here: mtopendata.load gives the tables"
        near = get_close_matches(name, self.tables, n=1)
        meant = f"; did you mean {near[0]!r}?" if near else ""
        return f"there is no table {name!r}, but {', '.join(self.tables) or 'none'}{meant}"

    def __repr__(self) -> str:
        lines = [
            f"{name}: {rows} rows, {columns} columns" if rows else str(name)
            for name, _, rows, columns in self._shown()
        ]
        return in_lines(f"<Package: {self._title()}>", lines)

    def _repr_html_(self) -> str:
        return as_html(self._title(), ["resource", "title", "rows", "columns"], self._shown())

    def _title(self) -> str:
        version = self.descriptor.get("version")
        named = self.name or str(self.folder)
        return f"{named} {version}" if version else named

    def _shown(self) -> list[tuple[str, str, str, str]]:
        """Name and title of each resource, and how many rows and columns its table has, if it is
        here.
        """
        found = []
        for item in self.resources:
            table = self.tables.get(item.name)
            size = ("", "") if table is None else (f"{table.height:,}", str(table.width))
            found.append((item.name, str(item.descriptor.get("title", "")), *size))
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self.tables)

    def __len__(self) -> int:
        return len(self.tables)

    def resource(self, name: str) -> Resource | None:
        """The resource called `name`, or None."""
        return next((item for item in self.resources if item.name == name), None)


def descriptor_in(folder: Path) -> Path:
    """The descriptor of a folder; where there is none, the place where it should be."""
    places = [folder / name for name in DESCRIPTORS]
    return next((file for file in places if file.exists() or file.is_symlink()), places[0])


def is_yaml(file: Path) -> bool:
    """Whether a file is YAML by its name."""
    return file.suffix.lower() in (".yaml", ".yml")
