"""Versions with faults are compared as they are written: what was mended is a change to be seen."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import mtopendata
from mtopendata import Options
from mtopendata.changes.comparison import Comparison
from tests.kit.packages import codes, write_package

FIELDS = (
    {"name": "k", "type": "integer"},
    {"name": "d", "type": "date"},
    {"name": "t", "type": "string"},
)
GOOD = "k,d,t\n1,1945-01-01,x\n2,2000-01-01,y\n"


def package(
    folder: Path, files: dict[str, str | bytes], schema: Any = None, **properties: Any
) -> Path:
    """A package without a version: a table `t`, and a second one, which is good."""
    declared = {"fields": list(FIELDS), "primaryKey": "k"} if schema is None else schema
    resource = {"name": "t", "path": "t.csv", "schema": declared, **properties}
    other = {"name": "u", "path": "u.csv", "schema": {"fields": [{"name": "a"}]}}
    return write_package(folder, {"name": "p", "resources": [resource, other]}, files)


def told(found: Comparison) -> list[tuple[str, dict[str, tuple[Any, Any]]]]:
    """The rows of the first table that differs, with their cells as text."""
    [table] = [item for item in found.to_dict()["tables"] if item["resource"] == "t"] or [{}]
    return [
        (row["kind"], {n: (cell["before"], cell["after"]) for n, cell in row["cells"].items()})
        for row in table.get("rows", [])
    ]


def compared(tmp_path: Path, old: str | bytes, new: str | bytes = GOOD, **how: Any) -> Comparison:
    before = package(tmp_path / "old", {"t.csv": old, "u.csv": "a\n1\n"}, **how)
    after = package(tmp_path / "new", {"t.csv": new, "u.csv": "a\n2\n"})
    found = mtopendata.diff(before, after)
    assert [item.resource for item in found.tables if item][-1] == "u"
    return found


CHANGED: dict[str, tuple[Any, Any]] = {
    "a cell of another type": (
        "k,d,t\n1,1945,x\n2,2000-01-01,y\n", [("changed", {"d": ("1945", "1945-01-01")})],
    ),
    "a key that is none": (
        "k,d,t\none,1945-01-01,x\n2,2000-01-01,y\n",
        [
            ("withdrawn", {"d": ("1945-01-01", None), "t": ("x", None)}),
            ("added", {"d": (None, "1945-01-01"), "t": (None, "x")}),
        ],
    ),
    "a key that stands twice": (
        "k,d,t\n1,1945-01-01,x\n2,2000-01-01,y\n2,,z\n",
        [("withdrawn", {"k": ("2", None), "t": ("z", None)})],
    ),
    "a row without its key": (
        "k,d,t\n1,1945-01-01,x\n,2000-01-01,y\n2,2000-01-01,y\n",
        [("withdrawn", {"d": ("2000-01-01", None), "t": ("y", None)})],
    ),
    "a row that is too short": (
        "k,d,t\n1,1945-01-01,x\n2,2000-01-01\n", [("changed", {"t": (None, "y")})],
    ),
    "bytes that are no text": (
        GOOD.encode().replace(b"y", b"\xff"), [("changed", {"t": ("\ufffd", "y")})],
    ),
    "columns in another order": (
        "d,k,t\n1945-01-01,1,x\n2001-01-01,2,y\n",
        [("changed", {"d": ("2001-01-01", "2000-01-01")})],
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", CHANGED)
def test_what_was_mended_is_shown(kind: str, tmp_path: Path) -> None:
    text, rows = CHANGED[kind]
    found = compared(tmp_path, text)
    assert told(found) == rows
    assert [(item.side, item.resource) for item in found.as_written] == [("old", "t")]
    assert (found.uncompared, codes(found.report)) == ([], [])


def test_a_label_that_was_mended_is_another_column(tmp_path: Path) -> None:
    found = compared(tmp_path, GOOD.replace("k,d,t", "k,day,t"))
    assert [(item.kind, item.field) for item in found.descriptor] == [
        ("field-removed", "day"), ("field-added", "d"),
    ]  # fmt: skip
    assert (told(found), found.files) == ([], [])


@pytest.mark.parametrize(
    "text", [GOOD.replace("x\n", "x,z\n"), GOOD.replace("x\n", "x\n\n")], ids=["extra", "blank"]
)
def test_what_is_in_no_cell_makes_another_file(text: str, tmp_path: Path) -> None:
    found = compared(tmp_path, text)
    assert (told(found), found.files) == ([], ["t"])


@pytest.mark.parametrize(
    "how",
    [
        {"schema": {"fields": [{"name": "k", "type": "whole"}, *FIELDS[1:]], "primaryKey": "k"}},
        {"schema": {"fields": list(FIELDS), "primaryKey": 1}},
        {"schema": []},
    ],
    ids=["unknown type", "key of another JSON type", "schema of another JSON type"],
)
def test_a_property_that_is_none_counts_as_absent(how: Any, tmp_path: Path) -> None:
    found = compared(tmp_path, "k,d,t\n01,1945-01-01,x\n2,2001-01-01,y\n", **how)
    assert told(found)
    assert [(item.side, item.resource) for item in found.as_written] == [("old", None)]


def test_a_table_without_a_schema_is_compared_as_it_is_written(tmp_path: Path) -> None:
    before = package(tmp_path / "old", {"t.csv": "k,v\n007,1.50\n8,x\n", "u.csv": "a\n1\n"})
    descriptor = json.loads((before / "datapackage.json").read_text("utf-8"))
    del descriptor["resources"][0]["schema"]
    (before / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    schema = {"fields": [{"name": "k", "type": "integer"}, {"name": "v", "type": "number"}]}
    files: dict[str, str | bytes] = {"t.csv": "k,v\n007,1.50\n8,2\n", "u.csv": "a\n1\n"}
    found = mtopendata.diff(before, package(tmp_path / "new", files, schema))
    assert told(found) == [
        ("withdrawn", {"k": ("8", None), "v": ("x", None)}),
        ("added", {"k": (None, "8"), "v": (None, "2")}),
    ]


def test_a_checksum_that_is_wrong_hinders_no_comparison(tmp_path: Path) -> None:
    found = compared(tmp_path, GOOD.replace("x", "z"), bytes=1, hash="0" * 32)
    assert told(found) == [("changed", {"t": ("z", "x")})]
    assert [item.checks for item in found.as_written] == [("bytes", "hash")]


def without_file(folder: Path) -> None:
    (folder / "t.csv").unlink()


def undecodable(folder: Path) -> None:
    (folder / "t.csv").write_bytes(GOOD.encode("utf-16"))


def empty(folder: Path) -> None:
    (folder / "t.csv").write_bytes(b"")


def undivided(folder: Path) -> None:
    (folder / "t.csv").write_text(GOOD.replace(",", ";"), "utf-8")


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (without_file, "t.csv"),
        (undecodable, "UTF-16"),
        (empty, "the file ends before its header"),
        (undivided, "single label"),
    ],
)
def test_only_what_cannot_be_read_is_not_compared(
    damage: Callable[[Path], None], why: str, tmp_path: Path
) -> None:
    files: dict[str, str | bytes] = {"t.csv": GOOD, "u.csv": "a\n1\n"}
    before = package(tmp_path / "old", files)
    damage(before)
    after = package(tmp_path / "new", {**files, "u.csv": "a\n2\n"})
    found = mtopendata.diff(before, after)
    assert (found.uncompared, codes(found.report)) == (["t"], ["not-compared"])
    assert why in found.report.findings[0].message
    assert [item.resource for item in found.tables if item] == ["u"]


def test_a_file_that_neither_version_can_read_is_compared_by_its_bytes(tmp_path: Path) -> None:
    sides = [
        package(tmp_path / name, {"t.csv": text.encode("utf-16"), "u.csv": "a\n1\n"})
        for name, text in (("old", GOOD), ("same", GOOD), ("new", GOOD.replace("x", "z")))
    ]
    assert not mtopendata.diff(sides[0], sides[1]).changed
    found = mtopendata.diff(sides[0], sides[2])
    assert (found.files, found.uncompared) == (["t"], [])


def test_faults_that_both_versions_have_are_no_change(tmp_path: Path) -> None:
    text = "k,d,t\n1,1945,x\n1,?,y\n"
    found = compared(tmp_path, text, text)
    assert told(found) == []
    assert [item.side for item in found.as_written] == ["old", "new"]


@pytest.mark.parametrize("block", [1, 20, None])
def test_cells_are_compared_whatever_block_they_stand_in(block: int | None, tmp_path: Path) -> None:
    rows = [f"{number},{number}?,{number}" for number in range(30)]
    mended = [
        f"{number},{'2000-01-01' if number == 17 else f'{number}?'},x" for number in range(30)
    ]
    for name, lines in (("old", rows), ("new", mended)):
        text = "\n".join(["k,d,t", *lines]) + "\n"
        package(tmp_path / name, {"t.csv": text, "u.csv": "a\n1\n"})
    found = mtopendata.diff(tmp_path / "old", tmp_path / "new", Options(block=block))
    [table] = [item for item in found.tables if item]
    assert table.cells == {"d": 1, "t": 30}
    assert told(found)[17][1] == {"d": ("17?", "2000-01-01"), "t": ("17", "x")}


def test_cells_of_json_are_compared_as_they_are_written(tmp_path: Path) -> None:
    for name, day in (("old", "1945"), ("new", "1945-01-01")):
        data = [{"k": 1, "d": day, "t": "x"}]
        package(tmp_path / name, {"t.json": json.dumps(data), "u.csv": "a\n1\n"}, path="t.json")
    found = mtopendata.diff(tmp_path / "old", tmp_path / "new")
    assert told(found) == [("changed", {"d": ("1945", "1945-01-01")})]


def test_the_faults_of_the_new_version_are_errors_where_a_version_is_declared(
    tmp_path: Path,
) -> None:
    found = compared(tmp_path, GOOD, "k,d,t\n1,1945,x\n2,2000-01-01,y\n")
    assert told(found) == [("changed", {"d": ("1945-01-01", "1945")})]
    assert codes(found.report) == []
    for name in ("old", "new"):
        text = (tmp_path / name / "datapackage.json").read_text("utf-8")
        (tmp_path / name / "datapackage.json").write_text('{"version": "1.0.0", ' + text[1:])
    assert "as-written" in codes(mtopendata.diff(tmp_path / "old", tmp_path / "new").report)


def test_a_validation_notes_that_the_earlier_version_has_faults(tmp_path: Path) -> None:
    compared(tmp_path, "k,d,t\n1,1945,x\n2,2000-01-01,y\n")
    report = mtopendata.validate(tmp_path / "new", against=tmp_path / "old")
    [found] = [item for item in report.findings if item.code == "as-written"]
    assert (found.severity, found.resource) == ("note", "t")
    assert "it has faults in" in found.message
