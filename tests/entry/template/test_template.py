"""A template asks for what the schema asks, and what is filled in validates."""

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import mtopendata
from mtopendata.commands.template import template
from mtopendata.package.descriptors import open_package
from mtopendata.values.errors import MtopendataError
from tests.kit.packages import MONTANA
from tests.kit.program import run

AREAS: dict[str, Any] = {
    "fields": [
        {"name": "code", "title": "Area code", "constraints": {"pattern": "[A-Z]{2}"}},
        {"name": "title", "description": "In plain words.", "constraints": {"maxLength": 40}},
    ],
    "primaryKey": "code",
}
CASES: dict[str, Any] = {
    "fields": [
        {"name": "area", "constraints": {"required": True}},
        {"name": "year", "type": "year", "constraints": {"minimum": 2000}},
        {"name": "boys", "type": "integer", "constraints": {"minimum": 0, "maximum": 500}},
        {"name": "share", "type": "number", "constraints": {"minimum": 0, "exclusiveMaximum": 1}},
        {"name": "day", "type": "date", "format": "%d.%m.%Y",
         "constraints": {"exclusiveMinimum": "31.12.2019"}},
        {"name": "kind", "constraints": {"enum": ["small, or none", "big"]}},
        {"name": "grade", "type": "integer", "constraints": {"enum": [1, 2, 3]}},
        {"name": "is_new", "type": "boolean"},
        {"name": "is_open", "type": "boolean", "trueValues": ["yes"], "falseValues": ["no"]},
        {"name": "month", "type": "yearmonth"},
        {"name": "seen", "type": "datetime"},
        {"name": "note"},
    ],
    "foreignKeys": [{"fields": "area", "reference": {"resource": "areas", "fields": "code"}}],
}  # fmt: skip
ROW = [
    "MT", 2020, 7, 0.25, date(2020, 1, 31), "small, or none", 2, True, "yes", "2020-01",
    datetime(2020, 1, 31, 12, 30), "1",
]  # fmt: skip


def package(folder: Path, schemas: Mapping[str, Any], **others: Any) -> Path:
    resources = [
        {"name": name, "path": f"{name}.csv", "encoding": "utf-8", "schema": schema}
        for name, schema in schemas.items()
    ]
    folder.mkdir(exist_ok=True, parents=True)
    for name, schema in schemas.items():
        labels = [item["name"] for item in schema["fields"]]
        (folder / f"{name}.csv").write_text(",".join(labels) + "\n")
    described = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "p", "title": "Cases", "resources": resources, **others,
    }  # fmt: skip
    (folder / "datapackage.json").write_text(json.dumps(described))
    return folder


def written(folder: Path) -> Path:
    home = package(folder / "p", {"areas": AREAS, "cases": CASES})
    return template(folder / "entry.xlsx", home).workbook


def filled(file: Path, sheets: Mapping[str, Sequence[Sequence[Any]]]) -> None:
    book = openpyxl.load_workbook(file)
    for name, rows in sheets.items():
        for number, row in enumerate(rows, 2):
            for place, value in enumerate(row, 1):
                book[name].cell(number, place, value)
    book.save(file)


def checks_of(file: Path, sheet: str) -> dict[str, Any]:
    page = openpyxl.load_workbook(file)[sheet]
    labels = {cell.column_letter: cell.value for cell in page[1]}
    return {
        labels[str(check.sqref).rstrip(":0123456789").partition("2")[0]]: check
        for check in page.data_validations.dataValidation
    }


def test_a_template_has_a_sheet_for_each_table_with_its_header(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(written(tmp_path))
    assert book.sheetnames == ["areas", "cases", "Columns", "Lists"]
    assert book["Lists"].sheet_state == "hidden"
    assert [cell.value for cell in book["areas"][1]] == ["code", "title"]
    assert [cell.value for cell in book["cases"][1]] == [item["name"] for item in CASES["fields"]]
    assert (book["cases"].freeze_panes, book["cases"].max_row) == ("A2", 1)
    assert book["cases"].column_dimensions["F"].width > len("small, or none")


def test_what_is_filled_in_as_asked_validates(tmp_path: Path) -> None:
    file = written(tmp_path)
    filled(file, {"areas": [("MT", "Montana"), ("ID", "Idaho")], "cases": [ROW]})
    report = mtopendata.validate(file.with_suffix(".json"))
    assert (report.errors, report.warnings) == (0, 0), report.findings
    loaded = mtopendata.load(file.with_suffix(".json"))
    assert loaded["cases"].height == 1


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (0, "XX"),
        (1, 1999),
        (2, 501),
        (2, 1.5),
        (3, 1),
        (4, date(2019, 12, 31)),
        (5, "huge"),
        (8, 1),
    ],
)
def test_what_is_filled_in_otherwise_is_found(place: int, value: Any, tmp_path: Path) -> None:
    file = written(tmp_path)
    row = [*ROW[:place], value, *ROW[place + 1 :]]
    filled(file, {"areas": [("MT", "Montana")], "cases": [row]})
    assert mtopendata.validate(file.with_suffix(".json")).errors > 0


RANGES: dict[str, tuple[str, str, str, str]] = {
    "year": ("whole", "between", "2000", "9999"),
    "boys": ("whole", "between", "0", "500"),
    "day": ("date", "between", "43831", "2958465"),
}


@pytest.mark.parametrize(("name", "check"), RANGES.items(), ids=RANGES)
def test_a_cell_is_held_to_the_range_of_its_field(
    name: str, check: tuple[str, str, str, str], tmp_path: Path
) -> None:
    found = checks_of(written(tmp_path), "cases")[name]
    operator = found.operator or "between"
    assert (found.type, operator, found.formula1, found.formula2) == check
    assert str(found.sqref).endswith("1048576")


def test_an_open_end_is_a_formula_and_texts_have_a_length(tmp_path: Path) -> None:
    file = written(tmp_path)
    share = checks_of(file, "cases")["share"]
    assert (share.type, share.formula1) == ("custom", "AND(ISNUMBER(D2),D2>=0.0,D2<1.0)")
    title = checks_of(file, "areas")["title"]
    assert (title.type, title.formula1, title.formula2) == ("textLength", "0", "40")
    code = checks_of(file, "areas")["code"]
    assert (code.type, code.formula1, code.allow_blank) == ("textLength", "1", False)


def listed(file: Path, name: str) -> list[Any]:
    check = checks_of(file, "cases")[name]
    assert check.type == "list"
    sheet, _, cells = check.formula1.partition("!")
    return [row[0].value for row in openpyxl.load_workbook(file)[sheet][cells.replace("$", "")]]


def test_lists_have_the_values_of_enumerations_and_booleans(tmp_path: Path) -> None:
    file = written(tmp_path)
    assert listed(file, "kind") == ["small, or none", "big"]
    assert listed(file, "grade") == [1, 2, 3]
    assert listed(file, "is_new") == [True, False]
    assert listed(file, "is_open") == ["yes", "no"]


def test_a_foreign_key_is_chosen_from_what_the_other_sheet_has(tmp_path: Path) -> None:
    check = checks_of(written(tmp_path), "cases")["area"]
    assert check.type == "list"
    assert check.formula1 == "OFFSET(areas!$A$2,0,0,MAX(1,COUNTA(areas!$A$2:$A$1048576)),1)"


def test_a_cell_says_what_it_wants(tmp_path: Path) -> None:
    file = written(tmp_path)
    code = checks_of(file, "areas")["code"]
    assert code.promptTitle == "Area code"
    assert code.prompt == "required; text; 2 capital letters A to Z"
    assert checks_of(file, "areas")["title"].prompt.endswith(
        "at most 40 characters\nIn plain words."
    )
    rows = list(openpyxl.load_workbook(file)["Columns"].iter_rows(values_only=True))
    assert rows[0] == ("Sheet", "Column", "Wanted", "Title", "Meaning")
    assert ("cases", "area", "required; a value that is in areas.code", None, None) in rows
    assert ("cases", "grade", "one of: 1, 2, 3", None, None) in rows


def test_the_descriptor_keeps_what_the_package_says_of_itself(tmp_path: Path) -> None:
    home = package(
        tmp_path / "p", {"areas": AREAS}, licenses=[{"name": "CC0-1.0"}], version="1.2.0"
    )
    done = template(tmp_path / "entry.xlsx", home)
    described = json.loads(done.descriptor.read_bytes())
    assert (described["version"], described["licenses"]) == ("1.2.0", [{"name": "CC0-1.0"}])
    [resource] = described["resources"]
    assert resource == {
        "name": "areas", "path": "entry.xlsx", "format": "xlsx",
        "dialect": {"sheetName": "areas", "skipBlankRows": True}, "schema": AREAS,
    }  # fmt: skip


def test_a_schema_in_a_file_of_its_own_is_in_the_descriptor(tmp_path: Path) -> None:
    home = package(tmp_path / "p", {"areas": AREAS})
    (home / "areas.json").write_text(json.dumps(AREAS | {"missingValues": ["", "-"]}))
    described = json.loads((home / "datapackage.json").read_bytes())
    described["resources"][0]["schema"] = "areas.json"
    (home / "datapackage.json").write_text(json.dumps(described))
    done = template(tmp_path / "entry.xlsx", home)
    assert open_package(done.descriptor)[1] == []
    [resource] = json.loads(done.descriptor.read_bytes())["resources"]
    assert resource["schema"]["missingValues"] == ["", "-"]
    assert resource["schema"]["primaryKey"] == ["code"]


def test_a_template_of_this_package_is_a_package(tmp_path: Path) -> None:
    done = run("init", MONTANA, "--template", tmp_path / "entry.xlsx")
    assert done.exit_code == 0, done.output
    report = mtopendata.validate(tmp_path / "entry.json")
    assert report.errors == 0, report.findings


@pytest.mark.parametrize("name", ["entry.xlsx", "entry.json"])
def test_neither_file_is_overwritten_and_none_is_left_half_way(name: str, tmp_path: Path) -> None:
    package(tmp_path, {"areas": AREAS})
    (tmp_path / name).write_text("mine")
    before = sorted(file.name for file in tmp_path.iterdir())
    done = run("init", "--template", "entry.xlsx", folder=tmp_path)
    assert (done.exit_code, f"{name}: is there already" in done.output) == (2, True), done.output
    assert (tmp_path / name).read_text() == "mine"
    assert sorted(file.name for file in tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--template", "entry.csv"], "is no name of a workbook"),
        (["--template", "none/entry.xlsx"], "is no folder"),
        (["none", "--template", "entry.xlsx"], "does not exist"),
        (["a", "b", "--template", "entry.xlsx"], "of one package"),
        (["--template", "entry.xlsx", "--dry-run"], "neither --out nor --dry-run"),
    ],
)
def test_what_cannot_be_asked_of_a_template_is_told(
    words: list[str], told: str, tmp_path: Path
) -> None:
    package(tmp_path, {"areas": AREAS})
    done = run("init", *words, folder=tmp_path)
    assert (done.exit_code, told in done.output) == (2, True), done.output
    assert {file.name for file in tmp_path.iterdir()} == {"areas.csv", "datapackage.json"}


def test_a_package_without_a_schema_has_no_template(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a\n1\n")
    (tmp_path / "datapackage.json").write_text(
        '{"name": "p", "resources": [{"name": "t", "path": "t.csv"}]}'
    )
    with pytest.raises(MtopendataError, match="no table with a schema"):
        template(tmp_path / "entry.xlsx", tmp_path)
    assert not list(tmp_path.glob("entry*"))


def test_tables_of_odd_names_have_sheets(tmp_path: Path) -> None:
    schemas = dict.fromkeys(("columns", "history", "a" * 40, "a" * 40 + "b"), AREAS)
    done = template(tmp_path / "entry.xlsx", package(tmp_path / "p", schemas))
    names = [sheet.name for sheet in done.sheets]
    assert len({name.casefold() for name in (*names, "columns", "history")}) == 6
    assert open_package(done.descriptor)[1] == []
    filled(done.workbook, {name: [("MT", "Montana")] for name in names})
    assert mtopendata.validate(done.descriptor).errors == 0


def test_odd_lists_and_texts_are_written_all_the_same(tmp_path: Path) -> None:
    odd: list[dict[str, Any]] = [
        {"name": "t", "type": "time", "constraints": {"enum": ["10:00:00", "11:30:00"]}},
        {"name": "d", "type": "date", "constraints": {"enum": ["1850-01-01", "2020-01-01"]}},
        {"name": "z", "type": "datetime", "constraints": {"enum": ["2020-01-01T10:00:00Z"]}},
        {"name": "n", "type": "number", "constraints": {"enum": [0.1, 2], "minimum": "x"}},
        {"name": "o", "type": "object", "constraints": {"enum": [{"a": 1}]}},
        {"name": "k", "type": "integer", "categories": [1, 2]},
        {"name": "p", "title": "x" * 400, "description": "a\u0001b\ufffe" * 200},
        {"name": "=A1", "constraints": {"minLength": 3, "pattern": "^(a+)+$"}},
        {"name": "old", "type": "date", "constraints": {"maximum": "1850-01-01"}},
        {
            "name": "when",
            "type": "datetime",
            "constraints": {"exclusiveMinimum": "2020-01-01T00:00:00"},
        },
        {"name": "at", "type": "time", "constraints": {"minimum": "09:00:00"}},
    ]
    file = template(
        tmp_path / "entry.xlsx", package(tmp_path / "p", {"t": {"fields": odd}})
    ).workbook
    book = openpyxl.load_workbook(file)
    assert [cell.value for cell in book["t"][1]] == [item["name"] for item in odd]
    checks = checks_of(file, "t")
    assert len(checks) == len(odd)
    assert checks["when"].formula1.startswith("AND(ISNUMBER(J2),J2>(DATE(2020,1,1)+TIME(0,0,0)),")
    assert checks["old"].type in (None, "none")
    assert (checks["at"].type, checks["at"].formula1) == ("time", "0.375")
    assert len(checks["p"].prompt) <= 255


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="soffice is not there")
def test_libreoffice_opens_a_template_and_keeps_its_checks(tmp_path: Path) -> None:
    file = written(tmp_path)
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless"]
    command += ["--convert-to", "xlsx", "--outdir", str(tmp_path / "out"), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    checks = checks_of(tmp_path / "out" / "entry.xlsx", "cases")
    assert {name: checks[name].type for name in ("area", "kind", "boys", "day", "share")} == {
        "area": "list", "kind": "list", "boys": "whole", "day": "date", "share": "custom",
    }  # fmt: skip
    assert "COUNTA" in checks["area"].formula1
