"""What changed in a descriptor: each kind of change, its version step and its words; and that no
limit is called loosened that refuses something it accepted.
"""

import copy
import itertools
import json
import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtopendata import MtopendataError
from mtopendata.changes.change import Change
from mtopendata.changes.descriptor import descriptor_changes
from mtopendata.changes.steps import KINDS
from mtopendata.changes.tightening import TIGHTENING
from mtopendata.package.descriptors import open_package
from mtopendata.package.model import Field, Package, Resource, Schema
from mtopendata.package.properties import PROPERTIES
from mtopendata.reading.frictionless_values import read_values
from mtopendata.values.versions import Step
from tests.kit.examples import examples
from tests.kit.packages import MONTANA
from tests.test_fuzz import SEEDS, damaged_descriptor

SETTINGS = settings(max_examples=examples(80), deadline=None, derandomize=True)

Json = dict[str, Any]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Json], Package]:
    """A descriptor as the program reads it. Faults in it are not told."""
    file = tmp_path_factory.mktemp("package") / "datapackage.json"

    def read(descriptor: Json) -> Package:
        file.write_text(json.dumps(descriptor), encoding="utf-8")
        return open_package(file)[0]

    return read


def package(*resources: Json, **properties: Any) -> Json:
    return {"name": "p", "resources": list(resources), **properties}


def table(*fields: Json, name: str = "t", path: str = "t.csv", **schema: Any) -> Json:
    return {"name": name, "path": path, "schema": {"fields": list(fields), **schema}}


def field(name: str = "a", type_: str = "string", **properties: Any) -> Json:
    return {"name": name, "type": type_, **properties}


def limited(type_: str = "string", **constraints: Any) -> Json:
    """A package with a single field that has these constraints."""
    return package(table(field("a", type_, constraints=constraints)))


def single(type_: str = "string", **properties: Any) -> Json:
    """A package with a single field that has these properties."""
    return package(table(field("a", type_, **properties)))


def line(change: Change) -> str:
    """A change on one line: step, kind, where, and the words."""
    where = ".".join(filter(None, (change.resource, change.field)))
    place = f"{where or 'package'}[{change.property or ''}]"
    return f"{change.step.name} {change.kind} {place}: {change.message}"


A, B, C = field("a"), field("b"), field("c")
LABELLED = [{"value": "x", "label": "X"}, {"value": "y", "label": "Y"}]
CODES = table(field("code"), field("other"), name="codes", path="codes.csv")


def referring(resource: str, to: str, fields: Any = "a") -> Json:
    return {"fields": fields, "reference": {"resource": resource, "fields": to}}


CASES: dict[str, tuple[Json, Json, list[str]]] = {
    # Package
    "name": (
        package(name="old"), package(name="new"),
        ["MAJOR package-renamed package[name]: the package's name changed from 'old' to 'new'"],
    ),
    "id": (
        package(id="1"), package(),
        ["MAJOR package-renamed package[id]: the package's id '1' removed"],
    ),
    "id given": (
        package(), package(id="1"), ["PATCH metadata-changed package[id]: id '1' added"],
    ),
    "licence": (
        package(licenses=[{"name": "CC0-1.0"}]), package(licenses=[{"name": "CC-BY-4.0"}]),
        [
            "MINOR licence-changed package[licenses]: licenses changed from "
            '[{"name": "CC0-1.0"}] to [{"name": "CC-BY-4.0"}]'
        ],
    ),
    "rights": (
        package(), package(rights="None reserved."),
        ["MINOR licence-changed package[rights]: rights 'None reserved.' added"],
    ),
    "texts": (
        package(title="Old", keywords=["k"], note=1, homepage="h"),
        package(title="New", keywords=["k", "l"], note=True),
        [
            "PATCH metadata-changed package[homepage]: homepage 'h' removed",
            "PATCH metadata-changed package[keywords]: keywords changed from ['k'] to ['k', 'l']",
            "PATCH metadata-changed package[note]: note changed from 1 to true",
            "PATCH metadata-changed package[title]: title changed from 'Old' to 'New'",
        ],
    ),
    "the release itself": (
        package({**table(A), "bytes": 1, "hash": "sha256:0"}, version="1.0.0", created="2024"),
        package({**table(A), "bytes": 2}, version="2.0.0", profile="data-package"), [],
    ),
    # Resources
    "resource added": (
        package(table(A)), package(CODES, table(A)),
        ["MINOR resource-added codes[]: the resource 'codes' is new"],
    ),
    "resource removed": (
        package(CODES, table(A)), package(table(A)),
        ["MAJOR resource-removed codes[]: the resource 'codes' is gone"],
    ),
    "resource renamed, same path": (
        package(table(A, B, name="old")), package(table(A, name="new")),
        [
            "MAJOR resource-renamed new[name]: the resource 'old' is now called 'new'",
            "MAJOR field-removed new.b[]: the field 'b' is gone",
        ],
    ),
    "resource renamed, same schema": (
        package(table(A, name="old", path="old.csv")),
        package(table(A, name="new", path="new.csv")),
        [
            "MAJOR resource-renamed new[name]: the resource 'old' is now called 'new'",
            "NONE path-changed new[path]: path changed from 'old.csv' to 'new.csv'",
        ],
    ),
    "one of two tables of the same schema": (
        package(table(A, name="y1", path="1"), table(A, name="y2", path="2")),
        package(table(A, name="y3", path="3")),
        [
            "MINOR resource-added y3[]: the resource 'y3' is new",
            "MAJOR resource-removed y1[]: the resource 'y1' is gone",
            "MAJOR resource-removed y2[]: the resource 'y2' is gone",
        ],
    ),
    "path": (
        package(table(A)), package({**table(A), "path": ["t.csv", "u.csv"]}),
        ["NONE path-changed t[path]: path changed from 't.csv' to ['t.csv', 'u.csv']"],
    ),
    "resource text": (
        package({**table(A), "title": "T"}), package({**table(A), "mediatype": "text/csv"}),
        [
            "PATCH metadata-changed t[mediatype]: mediatype 'text/csv' added",
            "PATCH metadata-changed t[title]: title 'T' removed",
        ],
    ),
    "licence inherited": (
        package(table(A), licenses=["x"]), package({**table(A), "licenses": ["x"]}, licenses=["x"]),
        [],
    ),
    "reading of files": (
        package({**table(A), "encoding": "cp1252", "dialect": {"title": "D"}}),
        package({**table(A), "format": "tsv", "compression": "gz", "dialect": {"header": False}}),
        [
            "MAJOR reading-changed t[format]: format changed from 'csv' to 'tsv'",
            "MAJOR reading-changed t[encoding]: encoding changed from 'cp1252' to 'utf-8'",
            "MAJOR reading-changed t[compression]: compression 'gz' added",
            r"MAJOR reading-changed t[dialect.delimiter]: dialect.delimiter changed from ',' "
            r"to '\t'",
            "MAJOR reading-changed t[dialect.header]: dialect.header changed from true to false",
            "PATCH metadata-changed t[dialect.title]: dialect.title 'D' removed",
        ],
    ),
    "sheet": (
        package({**table(A), "dialect": {"sheetName": "A"}}),
        package({**table(A), "dialect": {"sheetName": "B"}}),
        ["MAJOR reading-changed t[dialect.sheetName]: dialect.sheetName changed from 'A' to 'B'"],
    ),
    "header row after comments": (
        package({**table(A), "dialect": {"commentChar": "#"}}),
        package({**table(A), "dialect": {"commentChar": "#", "headerRows": [1]}}),
        ["MAJOR reading-changed t[dialect.headerRows]: dialect.headerRows changed from [] to [1]"],
    ),
    # Schema
    "schema added": (
        package({"name": "t", "path": "t.csv"}), package(table(A)),
        ["MAJOR schema-added t[schema]: the schema is new"],
    ),
    "schema removed": (
        package(table(A)), package({"name": "t", "path": "t.csv"}),
        ["MAJOR schema-removed t[schema]: the schema is gone"],
    ),
    "schema text": (
        package(table(A, title="S")), package(table(A, title="T", note="n")),
        [
            "PATCH metadata-changed t[schema.note]: schema.note 'n' added",
            "PATCH metadata-changed t[schema.title]: schema.title changed from 'S' to 'T'",
        ],
    ),
    "fields match": (
        package(table(A)), package(table(A, fieldsMatch=["subset"])),
        ["MAJOR reading-changed t[fieldsMatch]: fieldsMatch changed from 'exact' to 'subset'"],
    ),
    "missing values": (
        package(table(A, field("d"), B, C)),
        package(table(A, field("d"), field("b", missingValues=[""]),
                      field("c", missingValues=["?"]), missingValues=["", "NA"])),
        [
            "MAJOR reading-changed t[missingValues]: missingValues changed from [''] to "
            "['', 'NA']",
            "MAJOR reading-changed t.c[missingValues]: missingValues changed from [''] to ['?']",
        ],
    ),
    "field added": (
        package(table(A)), package(table(B, A)),
        ["MAJOR field-added t.b[]: the field 'b' is new"],
    ),
    "field removed": (
        package(table(A, B, C)), package(table(A, C)),
        ["MAJOR field-removed t.b[]: the field 'b' is gone"],
    ),
    "field renamed, and the keys with it": (
        package(
            table(A, B, primaryKey="a", uniqueKeys=[["b", "a"]], foreignKeys=[referring("", "a")]),
            {**CODES, "schema": {"fields": [A], "foreignKeys": [referring("t", "a")]}},
        ),
        package(
            table(field("z", title="Z"), B, primaryKey="z", uniqueKeys=[["b", "z"]],
                  foreignKeys=[referring("", "z", "z")]),
            {**CODES, "schema": {"fields": [A], "foreignKeys": [referring("t", "z")]}},
        ),
        [
            "MAJOR field-renamed t.z[name]: the field 'a' is now called 'z'",
            "PATCH metadata-changed t.z[title]: title 'Z' added",
        ],
    ),
    "another field in its place": (
        package(table(A, B)), package(table(A, field("z", "integer"))),
        [
            "MAJOR field-added t.z[]: the field 'z' is new",
            "MAJOR field-removed t.b[]: the field 'b' is gone",
        ],
    ),
    "fields reordered": (
        package(table(A, B, C)), package(table(C, field("x"), A, B)),
        [
            "MAJOR fields-reordered t[fields]: the fields stand in another order",
            "MAJOR field-added t.x[]: the field 'x' is new",
        ],
    ),
    # Keys
    "primary key": (
        package(table(A, B, primaryKey=["a", "b"])), package(table(A, B, primaryKey="a")),
        [
            "MAJOR primary-key-changed t[primaryKey]: primaryKey changed from ['a', 'b'] to ['a']",
        ],
    ),
    "primary key in another order": (
        package(table(A, B, primaryKey=["a", "b"])), package(table(A, B, primaryKey=["b", "a"])),
        [],
    ),
    "primary key removed": (
        package(table(A, primaryKey="a")), package(table(A)),
        ["MAJOR primary-key-changed t[primaryKey]: primaryKey ['a'] removed"],
    ),
    "required by the primary key already": (
        package(table(A, primaryKey="a")),
        package(table(field("a", constraints={"required": True, "unique": True}), primaryKey="a")),
        [],
    ),
    "unique keys": (
        package(table(A, B, uniqueKeys=[["a"]])), package(table(A, B, uniqueKeys=[["b"]])),
        [
            "MAJOR constraint-tightened t[uniqueKeys]: the values of ['b'] must be unique now",
            "MINOR constraint-loosened t[uniqueKeys]: the values of ['a'] need no longer be unique",
        ],
    ),
    "a wider unique key": (
        package(table(A, B, uniqueKeys=[["a"]])), package(table(A, B, uniqueKeys=[["a", "b"]])),
        ["MINOR constraint-loosened t[uniqueKeys]: the values of ['a'] need no longer be unique"],
    ),
    "unique": (
        limited(unique=False), limited(unique=True),
        ["MAJOR constraint-tightened t.a[constraints.unique]: the values must be unique now"],
    ),
    "unique in other words": (
        limited(unique=True), package(table(A, uniqueKeys=[["a"]])), [],
    ),
    "foreign key added": (
        package(table(A), CODES),
        package(table(A, foreignKeys=[referring("codes", "code")]), CODES),
        [
            "MAJOR constraint-tightened t[foreignKeys]: the foreign key ['a'] to 'codes' ['code'] "
            "is new",
        ],
    ),
    "foreign key removed": (
        package(table(A, foreignKeys=[referring("codes", "code")]), CODES),
        package(table(A), CODES),
        [
            "MINOR constraint-loosened t[foreignKeys]: the foreign key ['a'] to 'codes' ['code'] "
            "is gone",
        ],
    ),
    "foreign key elsewhere": (
        package(table(A, foreignKeys=[referring("codes", "code")]), CODES),
        package(table(A, foreignKeys=[referring("codes", "other")]), CODES),
        [
            "MINOR reference-changed t[foreignKeys]: the foreign key ['a'] to 'codes' ['code'] "
            "refers to 'codes' ['other'] now",
        ],
    ),
    "foreign key follows a renamed table": (
        package(table(A, foreignKeys=[referring("codes", "code")]), CODES),
        package(table(A, foreignKeys=[referring("list", "code")]), {**CODES, "name": "list"}),
        ["MAJOR resource-renamed list[name]: the resource 'codes' is now called 'list'"],
    ),
    # Fields
    "type": (
        single("integer"), single("string"),
        ["MAJOR type-changed t.a[type]: type changed from 'integer' to 'string'"],
    ),
    "format": (
        single("date"), single("date", format="%d.%m.%Y"),
        ["MAJOR format-changed t.a[format]: format changed from 'default' to '%d.%m.%Y'"],
    ),
    "signs": (
        single("number"), single("number", decimalChar=",", bareNumber=False, groupChar="."),
        [
            "MAJOR reading-changed t.a[decimalChar]: decimalChar changed from '.' to ','",
            "MAJOR reading-changed t.a[groupChar]: groupChar changed from '' to '.'",
            "MAJOR reading-changed t.a[bareNumber]: bareNumber changed from true to false",
        ],
    ),
    "booleans": (
        single("boolean", trueValues=["1", "yes"]), single("boolean", trueValues=["yes"]),
        [
            "MAJOR reading-changed t.a[trueValues]: trueValues changed from ['1', 'yes'] to "
            "['yes']",
        ],
    ),
    "unit": (
        single(unit="case"), single(unit="child"),
        ["MAJOR unit-changed t.a[unit]: unit changed from 'case' to 'child'"],
    ),
    "unit given": (
        single(), single(unit="case"), ["PATCH metadata-changed t.a[unit]: unit 'case' added"],
    ),
    "field text": (
        single(description="d" * 99, example="x"), single(description="e", own={"a": 1}),
        [
            f"PATCH metadata-changed t.a[description]: description changed from '{'d' * 78}… "
            "to 'e'",
            "PATCH metadata-changed t.a[example]: example 'x' removed",
            'PATCH metadata-changed t.a[own]: own {"a": 1} added',
        ],
    ),
    "labels": (
        single(categories=["x", LABELLED[1]]), single(categories=LABELLED),
        ["PATCH metadata-changed t.a[categories]: the labels of the categories changed"],
    ),
    "order of categories": (
        single(categories=["x", "y"], categoriesOrdered=True),
        single(categories=["y", "z", "x"], categoriesOrdered=True),
        [
            "MINOR constraint-loosened t.a[categories]: allowed now: ['z']",
            "MAJOR category-order-changed t.a[categories]: the categories have another order",
        ],
    ),
    "a category between others": (
        single(categories=["x", "y"], categoriesOrdered=True),
        single(categories=["x", "z", "y"], categoriesOrdered=True),
        ["MINOR constraint-loosened t.a[categories]: allowed now: ['z']"],
    ),
    "categories without order": (
        single(categories=["x", "y"], categoriesOrdered=True), single(categories=["x", "y"]),
        [
            "MAJOR category-order-changed t.a[categoriesOrdered]: the categories are no longer "
            "ordered",
        ],
    ),
    "categories with order": (
        single(categories=["x", "y"]), single(categories=["y", "x"], categoriesOrdered=True),
        ["PATCH metadata-changed t.a[categoriesOrdered]: categoriesOrdered true added"],
    ),
    # Constraints
    "required": (
        limited(), limited(required=True),
        ["MAJOR constraint-tightened t.a[constraints.required]: a value is required now"],
    ),
    "not required": (
        limited(required=True), limited(required=False),
        ["MINOR constraint-loosened t.a[constraints.required]: a value may be missing now"],
    ),
    "minimum": (
        limited("integer", minimum="9"), limited("integer", minimum=10),
        ["MAJOR constraint-tightened t.a[constraints.minimum]: minimum raised from '9' to 10"],
    ),
    "minimum of durations": (
        limited("duration", minimum="PT9M"), limited("duration", minimum="PT10M"),
        ["MAJOR constraint-tightened t.a[constraints.minimum]: minimum raised from 'PT9M' to "
         "'PT10M'"],
    ),
    "minimum of durations lowered": (
        limited("duration", minimum="PT1H"), limited("duration", minimum="PT9M"),
        ["MINOR constraint-loosened t.a[constraints.minimum]: minimum lowered from 'PT1H' to "
         "'PT9M'"],
    ),
    "minimum of durations of which none is longer": (
        limited("duration", minimum="P1M"), limited("duration", minimum="P30D"),
        ["MAJOR constraint-tightened t.a[constraints.minimum]: minimum changed from 'P1M' to "
         "'P30D'"],
    ),
    "minimum of durations written otherwise": (
        limited("duration", minimum="PT60M"), limited("duration", minimum="PT1H"), [],
    ),
    "minimum written otherwise": (
        limited("number", minimum="10"), limited("number", minimum=10.0), [],
    ),
    "maximum": (
        limited("date", maximum="2024-12-31"), limited("date", maximum="2025-01-01"),
        [
            "MINOR constraint-loosened t.a[constraints.maximum]: maximum raised from "
            "'2024-12-31' to '2025-01-01'",
        ],
    ),
    "maximum in the field's format": (
        single("date", format="%d.%m.%Y", constraints={"maximum": "02.01.2024"}),
        single("date", format="%d.%m.%Y", constraints={"maximum": "01.02.2024"}),
        [
            "MINOR constraint-loosened t.a[constraints.maximum]: maximum raised from "
            "'02.01.2024' to '01.02.2024'",
        ],
    ),
    "above, no longer from": (
        limited("number", minimum=0), limited("number", exclusiveMinimum=0),
        [
            "MAJOR constraint-tightened t.a[constraints]: minimum 0 replaced by "
            "exclusiveMinimum 0",
        ],
    ),
    "above 0 is from 1": (
        limited("integer", exclusiveMinimum=0, exclusiveMaximum=9),
        limited("integer", minimum=1, maximum=8), [],
    ),
    "a bound that bounds nothing": (
        limited("year", minimum=2000), limited("year", minimum=2000, exclusiveMinimum=1990), [],
    ),
    "both bounds removed": (
        limited("yearmonth", maximum="2024-01", exclusiveMaximum="2023-01"), limited("yearmonth"),
        [
            "MINOR constraint-loosened t.a[constraints]: maximum '2024-01' and exclusiveMaximum "
            "'2023-01' removed",
        ],
    ),
    "a bound that is no value": (
        limited("integer", minimum=1), limited("integer", minimum="1_0"),
        ["MAJOR constraint-tightened t.a[constraints.minimum]: minimum changed from 1 to '1_0'"],
    ),
    "times with and without a zone": (
        limited("datetime", minimum="2024-01-01T00:00:00"),
        limited("datetime", minimum="2023-01-01T00:00:00Z"),
        [
            "MAJOR constraint-tightened t.a[constraints.minimum]: minimum changed from "
            "'2024-01-01T00:00:00' to '2023-01-01T00:00:00Z'",
        ],
    ),
    "lengths": (
        limited(minLength=2, maxLength=5), limited(minLength=1, maxLength=4),
        [
            "MINOR constraint-loosened t.a[constraints.minLength]: minLength lowered from 2 to 1",
            "MAJOR constraint-tightened t.a[constraints.maxLength]: maxLength lowered from 5 to 4",
        ],
    ),
    "no length at least": (limited(), limited(minLength=0), []),
    "enum": (
        limited(enum=["a", "b"]), limited(enum=["c", "b"]),
        [
            "MAJOR constraint-tightened t.a[constraints.enum]: no longer allowed: ['a']; "
            "allowed now: ['c']",
        ],
    ),
    "enum of numbers in any order": (
        limited("number", enum=[1, "2.50"]), limited("number", enum=[2.5, "1.0"]), [],
    ),
    "enum of objects": (
        limited("object", enum=[{"a": 1, "b": 2}]), limited("object", enum=[{"b": 2, "a": 1.0}]),
        [],
    ),
    "enum of booleans": (
        limited("boolean", enum=[True]), limited("boolean", enum=["true", "0"]),
        ["MINOR constraint-loosened t.a[constraints.enum]: allowed now: ['0']"],
    ),
    "enum of another type": (
        limited("boolean", enum=[True]), limited("integer", enum=[1, 2]),
        [
            "MAJOR type-changed t.a[type]: type changed from 'boolean' to 'integer'",
            "MAJOR constraint-tightened t.a[constraints.enum]: allowed now: [1, 2], as integer",
        ],
    ),
    "enum that is none": (
        limited("integer", enum=[1, 2]), limited("integer", enum=[1, "x"]),
        ["MAJOR constraint-tightened t.a[constraints.enum]: the allowed values changed"],
    ),
    "enum becomes categories": (limited(enum=["x", "y"]), single(categories=["y", "x"]), []),
    "fewer categories than enum": (
        limited(enum=["x", "y"]), single(categories=["x"]),
        ["MAJOR constraint-tightened t.a[constraints]: no longer allowed: ['y']"],
    ),
    "categories added": (
        single(), single(categories=LABELLED),
        [
            "MAJOR constraint-tightened t.a[categories]: only these values are allowed now: "
            "['x', 'y']",
        ],
    ),
    "pattern": (
        limited(pattern="a+"), limited(pattern="[a-z]+"),
        [
            "MAJOR constraint-tightened t.a[constraints.pattern]: pattern changed from 'a+' to "
            "'[a-z]+'",
        ],
    ),
    "pattern removed": (
        limited(pattern="a+"), limited(),
        ["MINOR constraint-loosened t.a[constraints.pattern]: pattern 'a+' removed"],
    ),
    "JSON schema": (
        limited("object"), limited("object", jsonSchema={"type": "object"}),
        [
            "MAJOR constraint-tightened t.a[constraints.jsonSchema]: "
            'jsonSchema {"type": "object"} added'
        ],
    ),
    "JSON schema in another order": (
        limited("object", jsonSchema={"type": "object", "minimum": 1}),
        limited("object", jsonSchema={"minimum": 1.0, "type": "object"}), [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_change_has_its_step_its_place_and_its_words(
    case: tuple[Json, Json, list[str]], opened: Callable[[Json], Package]
) -> None:
    old, new, expected = case
    assert [line(change) for change in descriptor_changes(opened(old), opened(new))] == expected


def test_every_kind_of_change_has_a_case() -> None:
    shown = {text.split()[1]: text.split()[0] for _, _, lines in CASES.values() for text in lines}
    assert shown == {kind: step.name for kind, (step, _) in KINDS.items()}


def test_changes_come_in_the_order_of_the_new_package(opened: Callable[[Json], Package]) -> None:
    old = package(table(A, B, name="gone", path="g"), table(A, B, C, primaryKey="a"), title="x")
    new = package(
        table(field("d", "date"), name="first", path="f"),
        table(field("c", title="C"), field("a", title="A"), uniqueKeys=[["c"]]),
    )
    changes = descriptor_changes(opened(old), opened(new))
    assert [(c.resource, c.field) for c in changes] == [
        (None, None), ("first", None), ("t", None), ("t", None), ("t", None),
        ("t", "c"), ("t", "a"), ("t", "b"), ("gone", None),
    ]  # fmt: skip


def test_values_stay_exact() -> None:
    exact = Decimal("0.1000000000000000000000000000000000001"), Decimal("0.1")
    old, new = (
        _with_field(EMPTY, Field("a", "number", constraints={"minimum": number}))
        for number in exact
    )
    (change,) = descriptor_changes(old, new)
    assert (change.kind, change.before, change.after) == ("constraint-loosened", *exact)
    assert change.message == f"minimum lowered from {exact[0]} to 0.1"


EMPTY = Package("p", Path(), {}, ())


def _with_field(given: Package, *fields: Field, **schema: Any) -> Package:
    resource = Resource("t", schema=Schema(fields, **schema))
    return Package(given.name, given.folder, {}, (resource,))


def test_a_schema_in_a_file_of_its_own_is_the_same_schema(tmp_path: Path) -> None:
    inline = package(table(field("a", "integer"), B))
    (tmp_path / "inline.json").write_text(json.dumps(inline))
    (tmp_path / "schema.json").write_text(json.dumps(inline["resources"][0]["schema"]))
    inline["resources"][0]["schema"] = "schema.json"
    (tmp_path / "file.json").write_text(json.dumps(inline))
    packages = [open_package(tmp_path / name)[0] for name in ("inline.json", "file.json")]
    assert descriptor_changes(*packages) == descriptor_changes(*reversed(packages)) == []


def test_no_control_character_of_the_data_is_in_a_message(
    opened: Callable[[Json], Package],
) -> None:
    bad = "\x1b[31m\u202e\n"
    old = package(table(A, field("b", categories=["x"])), **{bad: 1, "title": bad})
    new = package(
        table(field(bad, "date"), field("b", categories=[bad, "x"]), uniqueKeys=[[bad]]),
        table(A, name=bad, path=bad),
        **{bad: 2, "title": [bad]},
    )
    messages = [c.message for c in descriptor_changes(opened(old), opened(new))]
    assert len(messages) > 5
    assert all(message.isprintable() for message in messages), messages


# Nothing changed


def _reordered(value: Any, rng: random.Random) -> Any:
    """The same JSON with the keys of its objects in another order."""
    if isinstance(value, dict):
        names = list(value)
        rng.shuffle(names)
        return {name: _reordered(value[name], rng) for name in names}
    return [_reordered(item, rng) for item in value] if isinstance(value, list) else value


def _explicit(descriptor: Json) -> Json:
    """The same descriptor with the defaults of Data Package 2.0 written out."""
    full = copy.deepcopy(descriptor)
    for resource in full["resources"]:
        if "path" in resource and isinstance(resource["path"], str):
            resource["path"] = [resource["path"]]
        resource.setdefault("encoding", "UTF8")
        dialect = resource.setdefault("dialect", {})
        dialect.setdefault("header", True)
        if dialect["header"] and not {"commentChar", "commentRows"} & dialect.keys():
            dialect.setdefault("headerRows", [1])
        dialect.setdefault("headerJoin", " ")
        dialect.setdefault("delimiter", "\t" if resource.get("format") == "tsv" else ",")
        dialect.setdefault("lineTerminator", "\r\n")
        dialect.setdefault("quoteChar", '"')
        dialect.setdefault("doubleQuote", True)
        dialect.setdefault("skipInitialSpace", False)
        if "schema" not in resource:
            continue
        schema = resource["schema"]
        schema.setdefault("fieldsMatch", ["exact"])
        schema.setdefault("missingValues", [""])
        schema.setdefault("uniqueKeys", [])
        for key in schema.setdefault("foreignKeys", []):
            key["reference"]["resource"] = key["reference"].get("resource") or resource["name"]
        for item in schema["fields"]:
            item.setdefault("type", "string")
            item.setdefault("format", "default")
            item.setdefault("constraints", {}).setdefault("required", False)
            if item["type"] == "boolean":
                item.setdefault("trueValues", ["true", "True", "TRUE", "1"])
                item.setdefault("falseValues", ["false", "False", "FALSE", "0"])
            if item["type"] in ("integer", "number"):
                item.setdefault("bareNumber", True)
            if item["type"] == "number":
                item.setdefault("decimalChar", ".")
            if item["type"] == "list":
                item.setdefault("delimiter", ",")
                item.setdefault("itemType", "string")
    return full


OWN_DESCRIPTOR = json.loads((MONTANA / "datapackage.json").read_text(encoding="utf-8"))
DESCRIPTORS = {"own": OWN_DESCRIPTOR, **{name: seed.descriptor for name, seed in SEEDS.items()}}


@pytest.mark.parametrize("descriptor", DESCRIPTORS.values(), ids=DESCRIPTORS)
def test_the_same_written_in_another_way_is_no_change(
    descriptor: Json, opened: Callable[[Json], Package]
) -> None:
    one, rng = opened(descriptor), random.Random(1)  # noqa: S311 - no secret
    for other in (descriptor, _reordered(descriptor, rng), _explicit(descriptor)):
        assert descriptor_changes(one, opened(other)) == []
        assert descriptor_changes(opened(other), one) == []


@pytest.mark.sampled
def test_whatever_a_descriptor_holds_the_comparison_ends(
    opened: Callable[[Json], Package], tmp_path: Path
) -> None:
    rng = random.Random(4)  # noqa: S311 - no secret
    file, compared = tmp_path / "datapackage.json", 0
    for _ in range(examples(300)):
        descriptor = rng.choice(list(DESCRIPTORS.values()))
        file.write_bytes(damaged_descriptor(rng, descriptor))
        try:
            damaged = open_package(file)[0]
        except MtopendataError:
            continue
        compared += 1
        assert descriptor_changes(damaged, damaged) == []
        whole = opened(descriptor)
        for change in descriptor_changes(whole, damaged) + descriptor_changes(damaged, whole):
            assert change.step is KINDS[change.kind][0]
            assert change.message.isprintable()
            json.dumps([change.before, change.after], default=str)
    assert compared > examples(200)


def test_a_value_that_nests_as_deep_as_the_reader_allows_is_compared(tmp_path: Path) -> None:
    file, deepest = tmp_path / "datapackage.json", 0
    for depth in range(900, 1000):
        nested = "[" * depth + "]" * depth
        file.write_text(f'{{"title": {nested}, "resources": [{{"x": {nested}}}]}}')
        try:
            package_ = open_package(file)[0]
        except MtopendataError:
            break
        deepest = depth
        assert descriptor_changes(package_, package_) == []
        changes = _called_from_below(40, package_, open_package(file)[0])
        assert {change.kind for change in changes} <= {"metadata-changed"}
    assert deepest


def _called_from_below(frames: int, old: Package, new: Package) -> list[Change]:
    """The changes, with less of the stack left than the reader had."""
    return _called_from_below(frames - 1, old, new) if frames else descriptor_changes(old, new)


# What a limit accepts: against an evaluator that knows nothing of the comparison


def outcome(old: Package, new: Package) -> list[tuple[str, str]]:
    """What was tightened and what loosened."""
    return [
        (change.property or "", change.kind.removeprefix("constraint-"))
        for change in descriptor_changes(old, new)
    ]


def kinds(found: list[tuple[str, str]]) -> set[str]:
    return {kind for _, kind in found}


OTHER = {"tightened": "loosened", "loosened": "tightened"}
BOUNDS = ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum")
START = date(2024, 2, 27)  # the days around a leap day

WRITTEN: dict[str, Callable[[int, bool], Any]] = {
    "integer": lambda n, text: str(n) if text else n,
    "year": lambda n, text: f"{2000 + n}" if text else 2000 + n,
    "number": lambda n, text: f"{Decimal(n) / 2}" if text else Decimal(n) / 2,
    "date": lambda n, _: str(START + timedelta(n)),
    "yearmonth": lambda n, _: f"{2023 + (n + 9) // 12}-{(n + 9) % 12 + 1:02d}",
    "datetime": lambda n, _: f"2024-01-01T00:00:{n + 20}",
}
"""How a type writes the number n of a bound, as text or as a JSON number if it has both. The
numbers of `number` are halves, and whole seconds leave room for fractions."""
DENSE = {"number", "datetime"}


def accepted(constraints: dict[str, int], *, is_dense: bool) -> set[float]:
    """The values that the bounds accept, among all that could tell two sets of bounds apart."""
    pool = [n / 2 for n in range(-6, 22)] if is_dense else [float(n) for n in range(-3, 11)]
    tests: dict[str, Callable[[float, int], bool]] = {
        "minimum": lambda value, bound: value >= bound,
        "exclusiveMinimum": lambda value, bound: value > bound,
        "maximum": lambda value, bound: value <= bound,
        "exclusiveMaximum": lambda value, bound: value < bound,
    }
    return {v for v in pool if all(tests[name](v, bound) for name, bound in constraints.items())}


bounds = st.dictionaries(st.sampled_from(BOUNDS), st.integers(0, 7), max_size=4)


@SETTINGS
@given(st.sampled_from(sorted(WRITTEN)), bounds, bounds, st.randoms(use_true_random=False))
def test_bounds_are_tightened_where_they_refuse_what_they_accepted(
    type_: str, old: dict[str, int], new: dict[str, int], rng: random.Random
) -> None:
    def written(constraints: dict[str, int]) -> Package:
        values = {k: WRITTEN[type_](n, rng.random() < 0.5) for k, n in constraints.items()}
        return _with_field(EMPTY, Field("a", type_, constraints=values))

    before, after = (accepted(each, is_dense=type_ in DENSE) for each in (old, new))
    one, other = written(old), written(new)
    found = outcome(one, other)
    if before - after:
        assert "tightened" in kinds(found)
    if before and not before - after:
        assert kinds(found) == ({"loosened"} if after - before else set())
    assert outcome(other, one) == [(place, OTHER[kind]) for place, kind in found]


values = st.none() | st.lists(st.sampled_from("abcd"), unique=True)


@SETTINGS
@given(values, values, values, values)
def test_allowed_values_are_tightened_where_one_is_gone(
    old_enum: list[str] | None,
    old_categories: list[str] | None,
    new_enum: list[str] | None,
    new_categories: list[str] | None,
) -> None:
    def given_(enum: list[str] | None, categories: list[str] | None) -> tuple[Package, set[str]]:
        constraints = {} if enum is None else {"enum": enum}
        chosen = None if categories is None else tuple(categories)
        item = Field("a", constraints=constraints, categories=chosen)
        lists = [each for each in (enum, categories) if each is not None]
        return _with_field(EMPTY, item), {v for v in "abcde" if all(v in each for each in lists)}

    (one, before), (other, after) = (
        given_(old_enum, old_categories),
        given_(new_enum, new_categories),
    )
    expected = {"tightened"} if before - after else {"loosened"} if after - before else set()
    assert kinds(outcome(one, other)) == expected


keys = st.lists(st.lists(st.sampled_from("abc"), min_size=1, unique=True).map(tuple), max_size=3)
ROWS = list(itertools.product(itertools.product((None, 0, 1), repeat=3), repeat=2))


@SETTINGS
@given(keys, keys, st.sampled_from([(), ("a",), ("b", "c")]))
def test_unique_keys_are_tightened_where_they_refuse_a_table_that_they_accepted(
    old: list[tuple[str, ...]], new: list[tuple[str, ...]], primary: tuple[str, ...]
) -> None:
    def given_(unique: list[tuple[str, ...]]) -> tuple[Package, set[Any]]:
        fields = [Field(name) for name in "abc"]
        schema = _with_field(EMPTY, *fields, primary_key=primary, unique_keys=tuple(unique))

        def holds(key: tuple[str, ...], rows: Any) -> bool:
            first, second = (tuple(row["abc".index(name)] for name in key) for row in rows)
            return first != second or None in first

        def is_complete(rows: Any) -> bool:
            return all(row["abc".index(name)] is not None for row in rows for name in primary)

        wanted = [*unique, *([primary] if primary else [])]
        tables = {r for r in ROWS if is_complete(r) and all(holds(key, r) for key in wanted)}
        return schema, tables

    (one, before), (other, after) = given_(old), given_(new)
    found = {change.kind for change in descriptor_changes(one, other)}
    assert ("constraint-tightened" in found) == bool(before - after)
    if after - before and not before - after:
        assert found == {"constraint-loosened"}
    if before == after:
        assert not found


TYPED: list[tuple[Json, list[Any], list[str]]] = [
    ({"type": "integer"}, [9, "10", 11], ["8", "9", "10", "11", "12"]),
    ({"type": "number"}, ["9.5", 10, "1e1", "10.50"], ["9.4", "9.5", "10", "10.5", "11"]),
    ({"type": "date"}, ["2023-12-31", "2024-01-01"], ["2023-12-30", "2023-12-31", "2024-01-01"]),
    ({"type": "date", "format": "%d.%m.%Y"}, ["02.01.2024", "01.02.2024"],
     ["01.01.2024", "02.01.2024", "15.01.2024", "01.02.2024", "01.01.2025"]),
    ({"type": "time"}, ["09:00:00", "10:00:00"], ["08:59:59", "09:00:00", "09:30:00", "11:00:00"]),
    ({"type": "datetime"}, ["2024-01-01T00:00:00", "2024-01-01T00:00:01"],
     ["2023-12-31T23:59:59", "2024-01-01T00:00:00", "2024-01-01T00:00:01", "2024-01-01T00:00:02"]),
    ({"type": "year"}, [1999, 2000], ["1998", "1999", "2000", "2001"]),
    ({"type": "yearmonth"}, ["2023-12", "2024-01"], ["2023-11", "2023-12", "2024-01", "2024-02"]),
]  # fmt: skip


@pytest.mark.parametrize("bound", BOUNDS)
@pytest.mark.parametrize(("described", "limits", "texts"), TYPED)
def test_frictionless_refuses_what_a_tightened_bound_refuses(
    described: Json, limits: list[Any], texts: list[str], bound: str
) -> None:
    def given_(limit: Any) -> tuple[Package, set[str]]:
        item = Field(
            "a", described["type"], described.get("format", "default"),
            {bound: limit}, descriptor=described,
        )  # fmt: skip
        verdicts = read_values(item, texts)
        assert not verdicts.unread
        return _with_field(EMPTY, item), set(texts) - set(verdicts.failed[bound])

    for (one, before), (other, after) in itertools.permutations(map(given_, limits), 2):
        expected = {"tightened"} if before - after else {"loosened"} if after - before else set()
        assert kinds(outcome(one, other)) == expected


def test_steps_are_those_of_the_recipe() -> None:
    assert max(step for step, _ in KINDS.values()) is Step.MAJOR
    assert [kind for kind, (step, _) in KINDS.items() if step is Step.NONE] == ["path-changed"]


def test_every_constraint_says_what_tightens_it_but_unique_which_is_a_key() -> None:
    constraints = {"categories", *PROPERTIES["constraints"]}
    assert set(TIGHTENING) == constraints - {"unique"}
