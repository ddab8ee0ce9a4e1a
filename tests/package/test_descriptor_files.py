"""Descriptors, schemas and dialects as files: in YAML, and in text that is none of UTF-8."""

import json
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import mtopendata
from mtopendata.commands.diff import diff
from mtopendata.package.yaml_files import yaml_value
from mtopendata.values.errors import MtopendataError
from tests.kit.git import commit, initialise
from tests.kit.packages import codes, write_files
from tests.kit.program import run

PACKAGE = """
name: p
version: 1.0
created: 2024-01-01
licenses: [{name: CC0-1.0}]
resources:
  - name: t
    path: t.csv
    schema:
      fields:
        - {name: a, type: integer, constraints: {required: yes}}
"""
FILES = {"datapackage.yaml": PACKAGE, "t.csv": "a\n1\n"}


def in_field(type_: str, constraints: str) -> Any:
    """Constraints of a field of this type, as YAML has them."""
    value, _ = yaml_value(f"fields: [{{type: {type_}, constraints: {constraints}}}]", "schema")
    return value["fields"][0]["constraints"]


# What a word means


@pytest.mark.parametrize("name", ["name", "version", "created", "title", "id"])
@pytest.mark.parametrize("word", ["no", "1.0", "010", "2024-01-01", "12:30", "0x1F", "1_000", "on"])
def test_a_word_is_a_text_where_the_standard_wants_one(name: str, word: str) -> None:
    assert yaml_value(f"{name}: {word}", "package") == ({name: word}, [])


@pytest.mark.parametrize(
    ("level", "text", "value"),
    [
        ("package", "keywords: [no, 1.0]", {"keywords": ["no", "1.0"]}),
        ("package", "sources: [{title: 1984, version: 1.10}]",
         {"sources": [{"title": "1984", "version": "1.10"}]}),
        ("schema", "missingValues: [-99, no, {value: 0, label: off}]",
         {"missingValues": ["-99", "no", {"value": "0", "label": "off"}]}),
        ("schema", "primaryKey: [2024, 2025]", {"primaryKey": ["2024", "2025"]}),
        ("field", "trueValues: [yes, 1]", {"trueValues": ["yes", "1"]}),
        ("dialect", "headerRows: [1, 2]", {"headerRows": [1, 2]}),
        ("dialect", "header: no", {"header": False}),
        ("dialect", "commentChar: '#'", {"commentChar": "#"}),
        ("resource", "bytes: 12", {"bytes": 12}),
        ("resource", "bytes: '12'", {"bytes": "12"}),
        ("package", "title: null", {"title": None}),
        ("package", "own: {a: 1, b: 1.50, c: true, d: yes, e: 2024-01-01}",
         {"own": {"a": 1, "b": Decimal("1.50"), "c": True, "d": "yes", "e": "2024-01-01"}}),
    ],
)  # fmt: skip
def test_a_word_is_what_its_property_takes(level: str, text: str, value: Any) -> None:
    assert yaml_value(text, level)[0] == value


@pytest.mark.parametrize(
    ("type_", "constraints", "value"),
    [
        ("string", "{enum: [no, 010, 1.10]}", {"enum": ["no", "010", "1.10"]}),
        ("date", "{minimum: 2024-01-01}", {"minimum": "2024-01-01"}),
        ("number", "{enum: [1, 2.50]}", {"enum": [1, Decimal("2.50")]}),
        ("integer", "{minimum: 0, unique: on}", {"minimum": 0, "unique": True}),
        ("boolean", "{enum: [yes, false]}", {"enum": [True, False]}),
        ("string", "{minLength: 3, pattern: 123}", {"minLength": 3, "pattern": "123"}),
    ],
)
def test_a_value_of_a_field_is_what_its_type_takes(
    type_: str, constraints: str, value: Any
) -> None:
    assert in_field(type_, constraints) == value


def test_merged_keys_give_way_to_others() -> None:
    text = "fields: [&a {type: integer, title: no}, {<<: *a, name: b, title: b, example: 1}]"
    [_, merged] = yaml_value(text, "schema")[0]["fields"]
    assert merged == {"type": "integer", "name": "b", "title": "b", "example": 1}


# Where it may stand


def test_a_folder_with_yaml_is_a_package(tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    for place in (tmp_path, tmp_path / "datapackage.yaml"):
        report = mtopendata.validate(place)
        assert (report.valid, codes(report)) == (True, ["yaml"])
        assert report.findings[0].path == "datapackage.yaml"
    package = mtopendata.load(tmp_path)
    assert package.descriptor["version"] == "1.0"
    assert package["t"].rows() == [(1,)]
    (tmp_path / "datapackage.yaml").rename(tmp_path / "datapackage.yml")
    assert codes(mtopendata.validate(tmp_path)) == ["yaml"]


def test_the_working_directory_may_have_yaml(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(write_files(tmp_path, FILES))
    assert "datapackage.yaml: valid (1 table, 1 row" in run("validate").stdout


def test_an_archive_may_have_yaml(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "p.zip", "w") as archive:
        for name, content in FILES.items():
            archive.writestr(name, content)
    assert codes(mtopendata.validate(tmp_path / "p.zip")) == ["yaml"]


def test_a_finding_of_the_descriptor_names_its_file(tmp_path: Path) -> None:
    write_files(tmp_path, {**FILES, "datapackage.yaml": PACKAGE.replace("required", "requird")})
    [_, found] = mtopendata.validate(tmp_path).findings
    assert (found.code, found.path) == ("misspelt-property", "datapackage.yaml")
    assert "datapackage.yaml (t) [a]: error" in run("validate", tmp_path).stdout


def test_json_goes_before_yaml_and_says_so(tmp_path: Path) -> None:
    descriptor = json.dumps({"resources": [{"name": "t", "path": "t.csv", "type": "table"}]})
    write_files(tmp_path, {**FILES, "datapackage.json": descriptor})
    assert codes(mtopendata.validate(tmp_path)) == ["other-descriptor", "no-schema"]
    named = mtopendata.validate(tmp_path / "datapackage.yaml")
    assert codes(named) == ["yaml", "other-descriptor"]


def test_a_release_of_yaml_has_json(tmp_path: Path) -> None:
    write_files(tmp_path / "p", FILES)
    built = mtopendata.build(tmp_path / "p", tmp_path / "release")
    assert built.report.valid
    [archive] = (tmp_path / "release").glob("*.zip")
    with zipfile.ZipFile(archive) as members:
        assert "datapackage.yaml" not in members.namelist()
        assert json.loads(members.read("datapackage.json"))["version"] == "1.0"
    assert mtopendata.verify(tmp_path / "release", rebuild=tmp_path / "p").valid


def test_yaml_is_compared_with_json(tmp_path: Path) -> None:
    write_files(tmp_path / "old", FILES)
    write_files(tmp_path / "new", {**FILES, "t.csv": "a\n2\n"})
    value, _ = yaml_value(PACKAGE, "package")
    (tmp_path / "new" / "datapackage.yaml").unlink()
    write_files(tmp_path / "new", {"datapackage.json": json.dumps(value)})
    changes = diff(tmp_path / "old", tmp_path / "new")
    assert not changes.descriptor
    assert [table.resource for table in changes.tables if table.withdrawn] == ["t"]


@pytest.mark.parametrize("name", ["datapackage.yaml", "datapackage.yml", "other.yaml"])
def test_a_revision_may_have_yaml(name: str, tmp_path: Path) -> None:
    write_files(initialise(tmp_path), {name: PACKAGE, "t.csv": "a\n1\n"})
    commit(tmp_path)
    write_files(tmp_path, {"t.csv": "a\n2\n"})
    place = tmp_path / name if name == "other.yaml" else tmp_path
    changes = diff("HEAD", place)
    assert [table.resource for table in changes.tables if table.withdrawn] == ["t"]


def test_a_descriptor_may_become_json(tmp_path: Path) -> None:
    write_files(initialise(tmp_path), FILES)
    commit(tmp_path, tag="v1.0")
    (tmp_path / "datapackage.yaml").unlink()
    write_files(tmp_path, {"datapackage.json": json.dumps(yaml_value(PACKAGE, "package")[0])})
    assert not diff("v1.0", tmp_path).descriptor


def test_schemas_and_dialects_may_be_yaml(tmp_path: Path) -> None:
    resource = {"name": "t", "path": "t.csv", "schema": "s/t.yaml", "dialect": "d.yml"}
    descriptor = {"resources": [resource, {**resource, "name": "u"}]}
    schema = "fields: [{name: a, type: integer}, {name: b, missingValues: [no]}]"
    files = {"t.csv": "a;b\nx;no\n", "s/t.yaml": schema, "d.yml": "delimiter: ;"}
    write_files(tmp_path, {**files, "datapackage.json": json.dumps(descriptor)})
    report = mtopendata.validate(tmp_path)
    # One and the same file is told of once.
    assert codes(report) == ["yaml", "yaml", "type", "type"]
    assert {found.path for found in report.findings[:2]} == {"s/t.yaml", "d.yml"}


# What is none


@pytest.mark.parametrize(
    "text",
    [
        "", "a: [1\nb: 2", "- a", "a: *b", "a: 1\n---\nb: 2", "a: &a [*a]", "? [1]\n: 2", "a: \x01",
        "a: !!python/object/apply:os.getcwd []", "a: !own b", "a: !!binary AAAA", "<<: 1", "\ta: 1",
        "[" * 100_000, "a: {" * 5_000, "a: 1e999", "a: " + "9" * 5_000, 'a: "\\ud800"', "# no more",
        "a: 1\n" * 900_000,
    ],
    ids=lambda text: text[:14],
)  # fmt: skip
def test_yaml_that_is_broken_or_says_more_than_json_is_refused(text: str, tmp_path: Path) -> None:
    write_files(tmp_path, {"datapackage.yaml": text})
    with pytest.raises(MtopendataError, match="YAML"):
        mtopendata.validate(tmp_path)


@pytest.mark.slow
def test_aliases_of_aliases_come_to_an_end(tmp_path: Path) -> None:
    lines = [f"a{n + 1}: &a{n + 1} [{', '.join([f'*a{n}'] * 9)}]" for n in range(20)]
    write_files(tmp_path, {"datapackage.yaml": "\n".join(["a0: &a0 text", *lines])})
    with pytest.raises(MtopendataError, match="aliases repeat too much"):
        mtopendata.validate(tmp_path)


def test_the_place_of_a_fault_in_yaml_is_told(tmp_path: Path) -> None:
    write_files(tmp_path, {"datapackage.yaml": "name: p\nresources:\n- a: b: c"})
    done = run("validate", tmp_path)
    assert done.exit_code == 2
    assert "line 3" in done.stderr


def test_a_key_that_stands_twice_in_yaml_is_an_error(tmp_path: Path) -> None:
    write_files(tmp_path, {**FILES, "datapackage.yaml": f"{PACKAGE}version: 2.0\n"})
    report = mtopendata.validate(tmp_path)
    assert codes(report) == ["duplicate-property", "yaml"]
    assert not report.valid


# Text that is none of UTF-8


def test_a_byte_order_mark_is_taken_and_told(tmp_path: Path) -> None:
    descriptor = json.dumps({"name": "p", "resources": [{"name": "t", "path": "t.txt"}]})
    write_files(tmp_path, {"datapackage.json": f"\ufeff{descriptor}", "t.txt": "x"})
    report = mtopendata.validate(tmp_path)
    assert (report.valid, codes(report)) == (True, ["bom"])


@pytest.mark.parametrize("name", ["datapackage.json", "datapackage.yaml"])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_utf_16_is_called_by_its_name(encoding: str, name: str, tmp_path: Path) -> None:
    write_files(tmp_path, {name: '{"name": "p"}'.encode(encoding)})
    with pytest.raises(MtopendataError, match="UTF-16"):
        mtopendata.validate(tmp_path)


def test_a_nul_byte_in_a_descriptor_is_told_with_its_line(tmp_path: Path) -> None:
    write_files(tmp_path, {"datapackage.json": b'{"name":\n "p\0"}'})
    with pytest.raises(MtopendataError, match="NUL byte in line 2"):
        mtopendata.validate(tmp_path)
