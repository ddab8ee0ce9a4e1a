"""Write small packages of the kinds that are found in public: valid, and the same every time.

    python benchmarks/small_packages.py FOLDER             # all, each in a folder of its name
    python benchmarks/small_packages.py FOLDER --only tiny

To add a kind is to add a function to PACKAGES. It writes the data into the folder that it is given,
and returns the resources of the descriptor.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

Described = dict[str, Any]
Cells = Iterable[Sequence[object]]

REQUIRED = {"required": True}
WORDS = (
    "river",
    "county",
    "school",
    "budget",
    "road",
    "bridge",
    "census",
    "harvest",
    "map",
    "mine",
)


def write_small_package(folder: Path, name: str) -> Path:
    """Write the package of this name and return its descriptor's path."""
    folder.mkdir(parents=True, exist_ok=True)
    profile = "https://datapackage.org/profiles/2.0/datapackage.json"
    described = {"$schema": profile, "name": name, "resources": PACKAGES[name](folder)}
    descriptor = folder / "datapackage.json"
    descriptor.write_text(json.dumps(described, indent=2) + "\n", "utf-8")
    return descriptor


# --- What the packages are made of -------------------------------------------------------------


def _text(header: Sequence[str], rows: Cells, delimiter: str = ",") -> str:
    sink = io.StringIO()
    writer = csv.writer(sink, delimiter=delimiter, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return sink.getvalue()


def _field(name: str, kind: str = "string", **more: Any) -> Described:
    return {"name": name, "type": kind, **more}


def _names(fields: Iterable[Described]) -> list[str]:
    return [field["name"] for field in fields]


def _resource(name: str, path: str, fields: list[Described], **more: Any) -> Described:
    """Describe a table of UTF-8; `more` are other properties, of which `schema` adds to the fields
    and the rest replaces what is said here.
    """
    schema = {"fields": fields, **more.pop("schema", {})}
    said = {"name": name, "type": "table", "path": path, "format": "csv", "encoding": "utf-8"}
    return {**said, **more, "schema": schema}


def _table(
    folder: Path, name: str, fields: list[Described], rows: Cells, **schema: Any
) -> Described:
    """Write a CSV and describe it; `schema` are its keys."""
    (folder / f"{name}.csv").write_text(_text(_names(fields), rows), "utf-8", newline="\n")
    return _resource(name, f"{name}.csv", fields, schema=schema)


def _reference(field: str, resource: str, target: str) -> Described:
    return {"fields": [field], "reference": {"resource": resource, "fields": [target]}}


# --- The packages ------------------------------------------------------------------------------


def _tiny(folder: Path) -> list[Described]:
    """One table of a few rows, as in a first attempt."""
    fields = [_field("id", "integer"), _field("name"), _field("population", "integer")]
    rows = [(1, "Helena", 32_091), (2, "Butte", 34_494), (3, "Havre", 9_362)]
    return [_table(folder, "cities", fields, rows)]


def _keys(folder: Path) -> list[Described]:
    """Regions, places in them, and counts of places, with keys of one and of two fields."""
    regions = _table(
        folder,
        "regions",
        [_field("region", constraints=REQUIRED), _field("title")],
        ((f"R{number}", f"Region {number}") for number in range(10)),
        primaryKey=["region"],
    )
    places = _table(
        folder,
        "places",
        [_field("place", constraints={"required": True, "unique": True}), _field("region")],
        ((f"P{number}", f"R{number % 10}") for number in range(200)),
        primaryKey=["place"],
        foreignKeys=[_reference("region", "regions", "region")],
    )
    counts = _table(
        folder,
        "counts",
        [_field("place"), _field("year", "integer"), _field("count", "integer")],
        ((f"P{n}", year, n * year % 977) for n in range(200) for year in range(2015, 2020)),
        primaryKey=["place", "year"],
        foreignKeys=[_reference("place", "places", "place")],
    )
    return [regions, places, counts]


def _own_parent(folder: Path) -> list[Described]:
    """A classification: each row names its parent in the same table."""
    rows = ((n, (n - 1) // 3 if n else "", f"{WORDS[n % 10]} {n}") for n in range(1_000))
    fields = [_field("code", "integer"), _field("parent", "integer"), _field("title")]
    reference = _reference("parent", "", "code")
    return [_table(folder, "classes", fields, rows, primaryKey=["code"], foreignKeys=[reference])]


def _dates(folder: Path) -> list[Described]:
    """Days and times in a form of their own, and in those of the standard."""
    fields = [
        _field("day", "date", format="%d/%m/%Y"),
        _field("at", "datetime", format="%d.%m.%Y %H:%M"),
        _field("iso", "date"),
        _field("stamp", "datetime"),
        _field("clock", "time"),
        _field("year", "year"),
        _field("month", "yearmonth"),
    ]
    rows = []
    for number in range(1_000):
        day, month, year = number % 28 + 1, number % 12 + 1, 1990 + number % 30
        hour, minute = number % 24, number % 60
        iso = f"{year}-{month:02}-{day:02}"
        clock = f"{hour:02}:{minute:02}"
        turned = f"{day:02}/{month:02}/{year}"
        at = f"{turned.replace('/', '.')} {clock}"
        rows.append((turned, at, iso, f"{iso}T{clock}:00Z", f"{clock}:00", year, iso[:7]))
    return [_table(folder, "visits", fields, rows)]


def _addresses(folder: Path) -> list[Described]:
    """Strings with a format: e-mail addresses, links and identifiers."""
    fields = [
        _field("mail", format="email"),
        _field("page", format="uri"),
        _field("id", format="uuid", constraints={"unique": True}),
        _field("code", constraints={"pattern": "[A-Z]{2}-[0-9]{4}", "minLength": 7}),
    ]
    rows = (
        (
            f"{WORDS[n % 10]}.{n}@example.org",
            f"https://example.org/{WORDS[n % 10]}/{n}?view=full",
            f"{n:08x}-89ab-4def-8123-456789abcdef",
            f"{'ABCDEFGHIJ'[n % 10]}X-{n:04}",
        )
        for n in range(1_000)
    )
    return [_table(folder, "contacts", fields, rows)]


def _geopoints(folder: Path) -> list[Described]:
    """Places on the map, written in two ways."""
    fields = [_field("site"), _field("at", "geopoint"), _field("pair", "geopoint", format="array")]
    rows = (
        (f"S{n}", f"{n % 350 - 170}.25, {n % 170 - 80}.5", f"[{n % 360 - 180}, {n % 180 - 90}]")
        for n in range(1_000)
    )
    return [_table(folder, "sites", fields, rows)]


def _booleans(folder: Path) -> list[Described]:
    """Answers in the words of a survey, with missing ones."""
    answer = {"trueValues": ["yes", "Y"], "falseValues": ["no", "N"]}
    fields = [_field("person", "integer")]
    fields += [_field(f"answer_{number}", "boolean", **answer) for number in range(10)]
    said = ("yes", "no", "Y", "N", "n/a")
    rows = ((n, *(said[(n + place) % 5] for place in range(10))) for n in range(500))
    return [_table(folder, "survey", fields, rows, missingValues=["", "n/a"])]


def _numbers(folder: Path) -> list[Described]:
    """Amounts as they are printed: with a comma, with groups, with a unit."""
    fields = [
        _field("amount", "number", decimalChar=",", groupChar="."),
        _field("share", "number", bareNumber=False, constraints={"minimum": 0, "maximum": 100}),
        _field("score", "number", constraints={"exclusiveMinimum": -1}),
        _field("factor", "number"),
    ]
    rows = (
        (f"{n}.{n % 1000:03},{n % 100:02}", f"{n % 100}.5%", f"{n % 7}.{n % 1000}", f"{n}e-3")
        for n in range(1, 1_000)
    )
    return [_table(folder, "amounts", fields, rows)]


def _wide(columns: int) -> Callable[[Path], list[Described]]:
    """A hundred rows of many whole numbers, as of genes or of census variables."""

    def write(folder: Path) -> list[Described]:
        minimum = {"minimum": 0}
        fields = [_field(f"v{n}", "integer", constraints=minimum) for n in range(columns)]
        rows = (range(row, row + columns) for row in range(100))
        return [_table(folder, "wide", fields, rows)]

    return write


def _bounded(folder: Path) -> list[Described]:
    """Three tables of 170 columns, each with its bounds, as of measuring stations."""
    bounds = {"minimum": -50, "maximum": 5_000}
    fields = [_field("station", constraints=REQUIRED)]
    fields += [_field(f"m{number}", "number", constraints=bounds) for number in range(169)]
    return [
        _table(
            folder,
            name,
            fields,
            ((f"S{row}", *(f"{row}.{n}" for n in range(169))) for row in range(50)),
            primaryKey=["station"],
        )
        for name in ("spring", "summer", "autumn")
    ]


_PRICES = [_field("item", constraints=REQUIRED), _field("note"), _field("price", "number")]


def _prices() -> Cells:
    return ((f"{WORDS[n % 10]} {n}", "Größe: à côté", f"{n}.5") for n in range(500))


def _semicolons(folder: Path) -> list[Described]:
    """What a spreadsheet saves where the comma is in the numbers."""
    fields = [*_PRICES[:2], _field("price", "number", decimalChar=",")]
    rows = ((item, note, str(price).replace(".", ",")) for item, note, price in _prices())
    (folder / "prices.csv").write_text(_text(_names(fields), rows, ";"), "utf-8", newline="\n")
    return [_resource("prices", "prices.csv", fields, dialect={"delimiter": ";"})]


def _latin_1(folder: Path) -> list[Described]:
    """A file of an older program."""
    text = _text(_names(_PRICES), _prices())
    (folder / "prices.csv").write_text(text, "latin-1", newline="\n")
    return [_resource("prices", "prices.csv", _PRICES, encoding="iso-8859-1")]


def _gz(folder: Path) -> list[Described]:
    """A compressed file."""
    packed = gzip.compress(_text(_names(_PRICES), _prices()).encode(), mtime=0)
    (folder / "prices.csv.gz").write_bytes(packed)
    return [_resource("prices", "prices.csv.gz", _PRICES, compression="gz")]


def _inline(folder: Path) -> list[Described]:  # noqa: ARG001
    """Rows in the descriptor itself."""
    fields = [_field("id", "integer"), _field("name"), _field("share", "number")]
    data = [{"id": n, "name": WORDS[n % 10], "share": n / 4} for n in range(200)]
    schema = {"fields": fields, "primaryKey": ["id"]}
    return [{"name": "rows", "type": "table", "data": data, "schema": schema}]


def _json(folder: Path) -> list[Described]:
    """Records of a web service."""
    fields = [_field("id", "integer"), _field("name"), _field("tags", "array")]
    data = [{"id": n, "name": WORDS[n % 10], "tags": list(WORDS[: n % 4])} for n in range(500)]
    (folder / "records.json").write_text(json.dumps(data), "utf-8")
    return [_resource("records", "records.json", fields, format="json")]


def _categories(folder: Path) -> list[Described]:
    """Codes with their meanings, and a column of few allowed values."""
    kinds = [{"value": n, "label": word} for n, word in enumerate(WORDS)]
    fields = [
        _field("id", "integer"),
        _field("kind", "integer", categories=kinds),
        _field("state", categories=["open", "closed"]),
        _field("level", constraints={"enum": ["low", "middle", "high"]}),
    ]
    levels = ("low", "middle", "high")
    rows = ((n, n % 10, ("open", "closed")[n % 2], levels[n % 3]) for n in range(1_000))
    return [_table(folder, "cases", fields, rows, primaryKey=["id"])]


def _many_tables(folder: Path) -> list[Described]:
    """Thirty tables that refer to one, as an export of a database."""
    fields = [_field("id", "integer", constraints=REQUIRED), _field("of", "integer")]
    fields += [_field("day", "date"), _field("title"), _field("amount", "number")]
    tables = []
    for number in range(30):
        rows = ((n, n % 50, f"2020-01-{n % 28 + 1:02}", WORDS[n % 10], n / 4) for n in range(50))
        keys: Described = {"primaryKey": ["id"]}
        if number:
            keys["foreignKeys"] = [_reference("of", "table_0", "id")]
        tables.append(_table(folder, f"table_{number}", fields, rows, **keys))
    return tables


def _long_text(folder: Path) -> list[Described]:
    """Whole reports in cells, with quotes and line ends."""
    fields = [_field("id", "integer"), _field("body", constraints={"maxLength": 100_000})]
    lines = [f'He said "{word}", and went on.' for word in WORDS]
    rows = ((n, "\n".join(lines * (n % 40 + 20))) for n in range(100))
    return [_table(folder, "reports", fields, rows, primaryKey=["id"])]


def _structures(folder: Path) -> list[Described]:
    """Cells that hold lists, objects and durations."""
    fields = [
        _field("list", "list"),
        _field("object", "object"),
        _field("array", "array"),
        _field("duration", "duration"),
    ]
    rows = ((f"a,b{n}", f'{{"a": {n}}}', f"[{n}, 2]", f"P{n % 12 + 1}M") for n in range(500))
    return [_table(folder, "structures", fields, rows)]


def _faulty(folder: Path) -> list[Described]:
    """What is not valid: in each third row a cell that is no number, and one key twice."""
    fields = [_field("id", "integer"), _field("count", "integer", constraints={"minimum": 1})]
    rows = ((n - (n == 500), "many" if n % 3 == 0 else n) for n in range(1, 1_001))
    return [_table(folder, "faulty", fields, rows, primaryKey=["id"])]


PACKAGES: dict[str, Callable[[Path], list[Described]]] = {
    "tiny": _tiny,
    "keys": _keys,
    "own-parent": _own_parent,
    "dates": _dates,
    "addresses": _addresses,
    "geopoints": _geopoints,
    "booleans": _booleans,
    "numbers": _numbers,
    "wide-500": _wide(500),
    "wide-2000": _wide(2_000),
    "wide-8000": _wide(8_000),
    "bounded-170": _bounded,
    "semicolons": _semicolons,
    "latin-1": _latin_1,
    "gz": _gz,
    "inline": _inline,
    "json": _json,
    "categories": _categories,
    "many-tables": _many_tables,
    "long-text": _long_text,
    "structures": _structures,
    "faulty": _faulty,
}
"""By its name, what writes the data of a package and describes them."""


def main() -> None:
    """Write the packages that are named, or all."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", action="append", choices=PACKAGES, help="only this; repeatable")
    options = parser.parse_args()
    for name in options.only or PACKAGES:
        write_small_package(options.folder / name, name)


if __name__ == "__main__":
    main()
