"""What `mtopendata init` writes for workbooks validates without a word."""

import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.chart import BarChart
from openpyxl.styles import PatternFill

import mtopendata
from mtopendata.commands.init import Drafted, init
from mtopendata.reading.options import Options
from tests.kit.examples import examples
from tests.kit.program import run

Rows = Sequence[Sequence[Any]]
RED = PatternFill("solid", fgColor="FF0000")


def workbook(sheets: Mapping[str, Rows]) -> Any:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    return book


def saved(folder: Path, sheets: Mapping[str, Rows] | Any, name: str = "book.xlsx") -> Path:
    book = workbook(sheets) if isinstance(sheets, Mapping) else sheets
    book.save(folder / name)
    return folder / name


def drafted(file: Path) -> Drafted:
    """What is written for a workbook, which validates without an error or a warning."""
    found = init([file])
    assert found.problems == ()
    report = mtopendata.validate(file.parent)
    assert (report.errors, report.warnings) == (0, 0), report.findings
    assert json.loads((file.parent / "datapackage.json").read_bytes()) == found.descriptor
    return found


def looks(found: Drafted) -> str:
    return "\n".join(f"{doubt.path} {doubt.field}: {doubt.what}" for doubt in found.doubts)


def column(cells: Sequence[Any], label: str = "c") -> Rows:
    return [("id", label), *enumerate(cells, 1)]


TABLE = [("id", "name", "cases"), (1, "Ada", 5), (2, "Bo", 7), (3, "Cy", 9)]

TYPES: dict[str, tuple[list[Any], dict[str, Any]]] = {
    "whole numbers": ([1, -20, 0], {"type": "integer"}),
    "whole numbers that are stored as others": ([1.0, 2.0, 3.0], {"type": "integer"}),
    "numbers": ([1, -2.5, 0.1 + 0.2], {"type": "number"}),
    "days": ([date(2020, 2, 29), datetime(2021, 1, 1)], {"type": "date"}),
    "moments": ([datetime(2020, 2, 29), datetime(2021, 1, 1, 10, 30)], {"type": "datetime"}),
    "times": ([time(10), time(11, 30)], {"type": "time"}),
    "truth values": ([True, False, True], {"type": "boolean"}),
    "texts": (["a", "1"], {"type": "string"}),
    "texts of codes": (["01234", "59601"], {"type": "string"}),
    "numbers as text": (["1", "2"], {"type": "integer"}),
    "numbers as text beside numbers": ([1, "2"], {"type": "integer"}),
    "days as text beside days": ([date(2020, 2, 29), "1899-01-01"], {"type": "date"}),
    "German numbers as text": (
        ["1.234,5", "12"], {"type": "number", "groupChar": ".", "decimalChar": ","},
    ),
    "German numbers as text beside numbers": (["1.234,5", 12], {"type": "any"}),
    "numbers beside words": ([1, "many"], {"type": "any"}),
    "numbers that look like days": ([20200101, 20200102], {"type": "integer"}),
    "durations": ([timedelta(hours=30), timedelta(hours=7)], {"type": "any"}),
}  # fmt: skip


@pytest.mark.parametrize(("cells", "type_"), TYPES.values(), ids=TYPES)
def test_a_column_of_a_sheet_has_the_narrowest_type_of_all_its_cells(
    cells: list[Any], type_: dict[str, Any], tmp_path: Path
) -> None:
    label = "date" if "look like days" in str(cells) else "c"
    [resource] = drafted(saved(tmp_path, {"T": column(cells, label)})).descriptor["resources"]
    assert resource["schema"]["fields"][1] == {
        "name": label, **type_, "constraints": {"required": True},
    }  # fmt: skip


def test_each_sheet_with_a_table_is_a_resource_and_refers_to_others(tmp_path: Path) -> None:
    areas = [("code", "title"), ("MT", "Montana"), ("ID", "Idaho"), ("WY", "Wyoming")]
    years = range(2000, 2012)
    cases: list[tuple[Any, ...]] = [("area", "year", "boys", "girls", "all", "size")]
    for index, area in enumerate(("MT", "ID", "WY")):
        for year in years:
            kind = "big" if year % 2 else "small"
            cases.append((area, year, year % 7 + 1, index + 1, year % 7 + index + 2, kind))
    found = drafted(saved(tmp_path, {"Areas": areas, "Cases by year": cases}))
    first, second = found.descriptor["resources"]
    assert [first["name"], second["name"]] == ["areas", "cases-by-year"]
    assert {first["path"], second["path"]} == {"book.xlsx"}
    assert second["dialect"] == {"sheetName": "Cases by year"}
    schema = second["schema"]
    assert schema["primaryKey"] == ["area", "year"]
    assert [item["type"] for item in schema["fields"][:3]] == ["string", "year", "integer"]
    assert schema["fields"][5]["constraints"]["enum"] == ["big", "small"]
    assert schema["foreignKeys"] == [
        {"fields": ["area"], "reference": {"resource": "areas", "fields": ["code"]}}
    ]
    assert [rule for _, rule, _ in found.rules] == ["boys + girls = all"]


def test_what_is_no_table_is_named_and_left_out(tmp_path: Path) -> None:
    notes = [("Read me",), ("These figures are by the state.",)]
    book = workbook({"Notes": notes, "Cases": TABLE, "Empty": [], "Old": TABLE, "Head": TABLE[:1]})
    book["Old"].sheet_state = "hidden"
    book.create_chartsheet("Chart").add_chart(BarChart())
    found = drafted(saved(tmp_path, book))
    assert [item["name"] for item in found.descriptor["resources"]] == ["cases"]
    told = {doubt.path: doubt.what for doubt in found.doubts if "left out" in doubt.what}
    assert {place.partition("'")[2][:-1] for place in told} == {
        "Notes", "Empty", "Old", "Head", "Chart",
    }  # fmt: skip
    assert "hidden" in told["book.xlsx, sheet 'Old'"]
    assert "chart" in told["book.xlsx, sheet 'Chart'"]


def test_the_only_sheet_is_called_after_the_file_if_nobody_has_named_it(tmp_path: Path) -> None:
    [resource] = drafted(saved(tmp_path, {"Sheet1": TABLE}, "towns.xlsx")).descriptor["resources"]
    assert (resource["name"], resource["dialect"]) == ("towns", {"sheetName": "Sheet1"})


def test_a_title_blank_rows_and_notes_around_a_table_are_left_out_and_told(tmp_path: Path) -> None:
    rows = [("Cases in 2020",), (), *TABLE, (), (4, "Di", 2), (), ("Source: the state",), ("*",)]
    book = workbook({"T": rows})
    book["T"].merge_cells("A1:C1")
    found = drafted(saved(tmp_path, book))
    [resource] = found.descriptor["resources"]
    assert resource["dialect"] == {
        "sheetName": "T", "headerRows": [3], "commentRows": [10, 11], "skipBlankRows": True,
    }  # fmt: skip
    assert found.rows == 4
    assert "taken to be row 3" in looks(found)
    assert "2 rows, 10, 11" in looks(found)


def test_columns_and_rows_that_have_a_format_alone_are_none(tmp_path: Path) -> None:
    book = workbook({"T": TABLE})
    for place in ("F2", "B40"):
        book["T"][place].fill = RED
    found = drafted(saved(tmp_path, book))
    assert found.rows == 3
    assert len(found.descriptor["resources"][0]["schema"]["fields"]) == 3


def test_merged_cells_and_comments_are_told(tmp_path: Path) -> None:
    book = workbook({"T": [("area", "n"), ("MT", 1), (None, 2), ("ID", 3)]})
    book["T"].merge_cells("A2:A3")
    book["T"]["B2"].comment = openpyxl.comments.Comment("estimated", "me")
    found = drafted(saved(tmp_path, book))
    assert "A2:A3" in looks(found)
    assert "comments" in looks(found)


def test_labels_below_merged_ones_are_a_problem_that_says_what_to_do(tmp_path: Path) -> None:
    rows = [("Area", "Cases", None), (None, "boys", "girls"), ("MT", 1, 2), ("ID", 3, 4)]
    book = workbook({"T": rows})
    book["T"].merge_cells("B1:C1")
    book["T"].merge_cells("A1:A2")
    saved(tmp_path, book)
    done = run("init", "book.xlsx", folder=tmp_path)
    assert done.exit_code == 1
    assert "book.xlsx, sheet 'T'" in done.output
    assert "merged" in done.output
    assert [file.name for file in tmp_path.iterdir()] == ["book.xlsx"]


def test_a_formula_without_a_value_is_told_and_one_with_a_value_is_that(tmp_path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "book.xlsx") as book:
        sheet = book.add_worksheet("T")
        for number, row in enumerate([("id", "sum"), (1, 3), (2, 5)]):
            sheet.write_row(number, 0, row)
        sheet.write_row(3, 0, [3])
        sheet.write_formula(3, 1, "=A2+A3", None, 7)
    found = drafted(tmp_path / "book.xlsx")
    assert found.descriptor["resources"][0]["schema"]["fields"][1]["type"] == "integer"
    assert "formula" not in looks(found)
    (tmp_path / "other").mkdir()
    file = saved(tmp_path / "other", {"T": [("id", "sum"), (1, 3), (2, 5), (3, "=A2+A3")]})
    found = drafted(file)
    assert "1 formula without a value, first in B4" in looks(found)


def test_errors_of_formulas_are_missing_among_numbers_and_told(tmp_path: Path) -> None:
    cells = [1, "#N/A", 3, "#DIV/0!"]
    found = drafted(saved(tmp_path, {"T": column(cells)}))
    item = found.descriptor["resources"][0]["schema"]["fields"][1]
    assert item == {"name": "c", "type": "integer", "missingValues": ["", "#N/A", "#DIV/0!"]}
    assert "'#N/A', '#DIV/0!' stands for a missing value" in looks(found)


def test_numbers_beside_words_are_told(tmp_path: Path) -> None:
    found = drafted(saved(tmp_path, {"T": column([1, 2, "many"])}))
    assert "c: its cells have no type in common, such as '1', 'many'" in looks(found)


def test_few_values_of_several_kinds_are_no_enumeration(tmp_path: Path) -> None:
    cells = [0, date(2020, 1, 1), "many"] * 20
    found = drafted(saved(tmp_path, {"T": column(cells)}))
    constraints = found.descriptor["resources"][0]["schema"]["fields"][1]["constraints"]
    assert constraints == {"required": True}


RANGES = {"A1:B3": "outside of the range", "A1:XFD1048576": "range A1:XFD1048576 is empty"}


@pytest.mark.parametrize(("range_", "what"), RANGES.items(), ids=RANGES)
def test_a_sheet_of_another_range_than_it_says_is_a_problem(
    range_: str, what: str, tmp_path: Path
) -> None:
    file = saved(tmp_path, {"T": TABLE})
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    part = "xl/worksheets/sheet1.xml"
    assert b'<dimension ref="A1:C4"' in parts[part]
    parts[part] = parts[part].replace(b'ref="A1:C4"', f'ref="{range_}"'.encode())
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    [problem] = init([file]).problems
    assert what in problem.what


def protected() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)


def zipped(**parts: bytes) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


BAD: dict[str, tuple[str, bytes, str]] = {
    "empty": ("t.xlsx", b"", "it is empty"),
    "text": ("t.xlsx", b"id,name\n1,Ada\n", "it is no workbook"),
    "binary": ("t.xlsx", bytes(range(256)), "it is no workbook"),
    "protected by a password": ("t.xlsx", protected(), "protected by a password"),
    "an old one": ("t.xls", protected(), "save it as .xlsx"),
    "with macros": ("t.xlsm", zipped(a=b""), "save it as .xlsx"),
    "another zip": ("t.xlsx", zipped(a=b""), "its sheets cannot be read"),
    "half of one": ("t.xlsx", zipped(a=bytes(10_000))[:90], "it is no workbook"),
    "another zip as .ods": ("t.ods", zipped(a=b""), "its sheets cannot be read"),
}


@pytest.mark.parametrize(("name", "content", "what"), BAD.values(), ids=BAD)
def test_nothing_is_written_for_a_workbook_that_cannot_be_read(
    name: str, content: bytes, what: str, tmp_path: Path
) -> None:
    if name.endswith(".ods"):
        pytest.importorskip("ezodf", reason="what reads .ods is not installed")
    (tmp_path / name).write_bytes(content)
    done = run("init", name, folder=tmp_path)
    assert (done.exit_code, what in done.output) == (1, True), done.output
    assert [file.name for file in tmp_path.iterdir()] == [name]


def test_a_workbook_that_expands_too_far_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "t.xlsx").write_bytes(zipped(bomb=bytes(3_000_000)))
    [problem] = init([tmp_path / "t.xlsx"], Options(max_bytes=1_000_000)).problems
    assert "expands to more than 1,000,000 bytes" in problem.what


HEADERS: dict[str, tuple[Rows, str]] = {
    "a label missing": ([("a", None, "c"), (1, 2, 3)], "column 2 has no label"),
    "a label twice": ([("a", "a"), (1, 2)], "the label 'a' stands 2 times"),
    "a cell behind the labels": ([("a", "b"), (1, 2), (3, 4, 5)], "column 3 has no label"),
    "no table in any sheet": ([("only a text",)], "none of its sheets is a table"),
}


@pytest.mark.parametrize(("rows", "what"), HEADERS.values(), ids=HEADERS)
def test_nothing_is_written_for_a_sheet_without_labels(
    rows: Rows, what: str, tmp_path: Path
) -> None:
    saved(tmp_path, {"T": rows})
    done = run("init", "book.xlsx", folder=tmp_path)
    assert (done.exit_code, what in done.output) == (1, True), done.output
    assert [file.name for file in tmp_path.iterdir()] == ["book.xlsx"]


def test_what_reads_workbooks_and_is_not_installed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = saved(tmp_path, {"T": TABLE})
    monkeypatch.setitem(__import__("sys").modules, "openpyxl", None)
    [problem] = init([file]).problems
    assert problem.what == "what reads xlsx is not installed"
    assert "[excel]" in problem.todo


def test_a_workbook_of_opendocument_is_described(tmp_path: Path) -> None:
    ezodf = pytest.importorskip("ezodf", reason="what reads .ods is not installed")
    book = ezodf.newdoc("ods", str(tmp_path / "book.ods"))
    letters: Rows = [("a", "b"), ("x", 1), ("y", 2), ("z", 3)]
    for name, rows in (("First", letters), ("Second", TABLE)):
        sheet = ezodf.Sheet(name, size=(len(rows), len(rows[0])))
        book.sheets += sheet
        for row, cells in enumerate(rows):
            for place, cell in enumerate(cells):
                sheet[row, place].set_value(cell)
    book.save()
    first, second = drafted(tmp_path / "book.ods").descriptor["resources"]
    assert first["dialect"] == {"sheetName": "First"}
    assert [item["type"] for item in first["schema"]["fields"]] == ["string", "integer"]
    assert [item["name"] for item in second["schema"]["fields"]] == ["id", "name", "cases"]


TEXTS = ["", "NA", "-", "1", "1.5", "1,5", "007", "2020-01-01", "31/01/2020", "true", "Yes", "5%"]
CELLS = st.one_of(
    st.none(),
    st.sampled_from(TEXTS),
    st.booleans(),
    st.integers(-(10**14), 10**14),
    st.floats(-1e9, 1e9).map(lambda number: round(number, 3)),
    st.dates(date(1901, 1, 1), date(2100, 1, 1)),
    st.datetimes(datetime(1901, 1, 1), datetime(2100, 1, 1)).map(
        lambda d: d.replace(microsecond=0)
    ),
    st.times().map(lambda moment: moment.replace(microsecond=0)),
)


@st.composite
def tables(draw: st.DrawFn) -> Rows:
    """A header, and rows whose columns have a few cells each that are drawn again and again."""
    labels = draw(
        st.lists(st.sampled_from(["id", "Code", "year", "day", "ü"]), min_size=2, unique=True)
    )
    pools = [draw(st.lists(CELLS, min_size=1, max_size=4)) for _ in labels]
    rows = draw(st.lists(st.tuples(*map(st.sampled_from, pools)), min_size=1, max_size=20))
    return [labels, *rows]


@given(rows=tables())
@settings(
    max_examples=examples(25),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_what_is_written_for_any_sheet_validates(
    rows: Rows, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = saved(tmp_path_factory.mktemp("t"), {"T": rows})
    found = init([file])
    if found.problems:
        told = ("no label", "no table", "is a table", "completely blank")
        assert all(any(words in one.what for words in told) for one in found.problems)
        return
    report = mtopendata.validate(file.parent)
    assert (report.errors, report.warnings) == (0, 0), report.findings
