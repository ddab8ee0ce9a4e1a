"""What `mtopendata init` writes validates without a word, and says nothing that is not so."""

import gzip
import json
import zipfile
from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import mtopendata
from mtopendata.commands.init import Drafted, init
from mtopendata.values.errors import MtopendataError
from tests.kit.examples import examples
from tests.kit.packages import MONTANA
from tests.kit.program import run

ROWS = "id,name\n1,Ada\n2,Bo\n3,Cy\n"


def written(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(exist_ok=True, parents=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def drafted(folder: Path, files: Mapping[str, str | bytes]) -> Drafted:
    """What is written for the files, which validates without an error or a warning."""
    found = init([written(folder, files)])
    assert found.problems == ()
    report = mtopendata.validate(folder)
    assert (report.errors, report.warnings) == (0, 0), report.findings
    assert json.loads((folder / "datapackage.json").read_bytes()) == found.descriptor
    return found


def schema_of(folder: Path, text: str | bytes) -> dict[str, Any]:
    [resource] = drafted(folder, {"t.csv": text}).descriptor["resources"]
    schema: dict[str, Any] = resource["schema"]
    return schema


def column(cells: list[str], label: str = "c") -> str:
    lines = [f'{number},"{cell}"' for number, cell in enumerate(cells, 1)]
    return "\n".join([f"id,{label}", *lines]) + "\n"


TYPES: dict[str, tuple[list[str], dict[str, Any]]] = {
    "whole numbers": (["1", "-20", "0"], {"type": "integer"}),
    "numbers": (["1", "-2.5", ".5"], {"type": "number"}),
    "decimal commas": (["1", "2,5"], {"type": "number", "decimalChar": ","}),
    "thousands": (["1,234,567", "12"], {"type": "integer", "groupChar": ","}),
    "thousands with decimals": (["1,234.5", "12"], {"type": "number", "groupChar": ","}),
    "German numbers": (
        ["1.234,5", "12"], {"type": "number", "groupChar": ".", "decimalChar": ","},
    ),
    "spaces in numbers": (["1\u00a0234", "12"], {"type": "integer", "groupChar": "\u00a0"}),
    "shares": (["5%", "6.5%"], {"type": "number", "bareNumber": False, "groupChar": ","}),
    "days": (["2020-02-29", "2021-01-01"], {"type": "date"}),
    "German days": (["29.02.2020", "01.12.2021"], {"type": "date", "format": "%d.%m.%Y"}),
    "American days": (["02/29/2020", "01/12/2021"], {"type": "date", "format": "%m/%d/%Y"}),
    "British days": (["29/02/2020", "01/12/2021"], {"type": "date", "format": "%d/%m/%Y"}),
    "moments": (["2020-02-29T10:00:00", "2021-01-01T00:00:00"], {"type": "datetime"}),
    "moments as databases write them": (
        ["2020-02-29 10:00:00"] * 2, {"type": "datetime", "format": "%Y-%m-%d %H:%M:%S"},
    ),
    "times": (["10:00:00", "11:30:00"], {"type": "time"}),
    "months": (["2020-02", "2021-12"], {"type": "yearmonth"}),
    "true and false": (["true", "FALSE"], {"type": "boolean"}),
    "yes and no": (
        ["Yes", "No"], {"type": "boolean", "trueValues": ["Yes"], "falseValues": ["No"]},
    ),
    "codes with leading zeros": (["01234", "59601"], {"type": "string"}),
    "whole numbers of any length": (
        ["1" * 45, "2", "1\u00a0000"], {"type": "integer", "groupChar": "\u00a0"},
    ),
    "an impossible day": (["2020-02-30", "2020-01-01"], {"type": "string"}),
    "words": (["a", "1"], {"type": "string"}),
}  # fmt: skip


@pytest.mark.parametrize(("cells", "type_"), TYPES.values(), ids=TYPES)
def test_a_column_has_the_narrowest_type_of_all_its_cells(
    cells: list[str], type_: dict[str, Any], tmp_path: Path
) -> None:
    field = schema_of(tmp_path, column(cells))["fields"][1]
    assert field == {"name": "c", **type_, "constraints": {"required": True}}


@pytest.mark.slow
def test_a_cell_far_behind_the_sample_refutes_a_type(tmp_path: Path) -> None:
    numbers = [str(number) for number in range(25_000)]
    for name, last in (("number", "0.5"), ("string", "007"), ("date", None)):
        folder = tmp_path / name
        folder.mkdir()
        cells = [*numbers, last] if last else ["01/02/2020"] * 25_000 + ["13/02/2020"]
        assert schema_of(folder, column(cells))["fields"][1]["type"] == name


def test_years_are_told_by_their_label(tmp_path: Path) -> None:
    text = "id,year,cases\n1,2020,2020\n2,2021,2021\n"
    assert [item["type"] for item in schema_of(tmp_path, text)["fields"]] == [
        "integer", "year", "integer",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "word"),
    [(["01/02/2020", "03/04/2020"], "%m/%d/%Y"), (["1,234", "5,678"], "decimalChar")],
)
def test_what_has_two_readings_stays_text_and_is_listed(
    cells: list[str], word: str, tmp_path: Path
) -> None:
    found = drafted(tmp_path, {"t.csv": column(cells)})
    assert found.descriptor["resources"][0]["schema"]["fields"][1]["type"] == "string"
    assert any(doubt.field == "c" and word in doubt.what for doubt in found.doubts)


def test_marks_of_missing_values_count_only_beside_values_of_a_type(tmp_path: Path) -> None:
    found = drafted(tmp_path, {"t.csv": "id,n,country\n1,5,NA\n2,n/a,DE\n3,-,FR\n"})
    _, number, country = found.descriptor["resources"][0]["schema"]["fields"]
    assert number == {"name": "n", "type": "integer", "missingValues": ["", "n/a", "-"]}
    assert country == {"name": "country", "type": "string", "constraints": {"required": True}}
    assert [doubt.field for doubt in found.doubts] == ["n", "country"]


FORMS: dict[str, tuple[str, bytes, dict[str, Any]]] = {
    "UTF-8": ("t.csv", ROWS.encode(), {"encoding": "utf-8"}),
    "a byte order mark": ("t.csv", ROWS.encode("utf-8-sig"), {"encoding": "utf-8-sig"}),
    "UTF-16": ("t.csv", ROWS.encode("utf-16"), {"encoding": "utf-16"}),
    "Windows-1252": ("t.csv", ROWS.replace("Bo", "Bö€").encode("cp1252"), {"encoding": "cp1252"}),
    "semicolons": (
        "t.csv", ROWS.replace(",", ";").encode(),
        {"encoding": "utf-8", "dialect": {"delimiter": ";"}},
    ),
    "tabs": ("t.tsv", ROWS.replace(",", "\t").encode(), {"encoding": "utf-8"}),
    "tabs in a .tab": (
        "t.tab", ROWS.replace(",", "\t").encode(), {"format": "tsv", "encoding": "utf-8"},
    ),
    "single quotes": (
        "t.csv", b"id,name\n'1','a,b'\n'2','c'\n'3','d'\n",
        {"encoding": "utf-8", "dialect": {"quoteChar": "'"}},
    ),
    "blanks": (
        "t.csv", ROWS.replace(",", ", ").encode(),
        {"encoding": "utf-8", "dialect": {"skipInitialSpace": True}},
    ),
    "comments": (
        "t.csv", f"# by the state\n{ROWS}".encode(),
        {"encoding": "utf-8", "dialect": {"commentChar": "#"}},
    ),
    "a title": (
        "t.csv", f"Table 1\n\n{ROWS}".encode(),
        {"encoding": "utf-8", "dialect": {"headerRows": [3]}},
    ),
    "gzip": ("t.csv.gz", gzip.compress(ROWS.encode()), {"encoding": "utf-8"}),
}  # fmt: skip


@pytest.mark.parametrize(("name", "content", "form"), FORMS.values(), ids=FORMS)
def test_a_file_is_described_as_it_is_written(
    name: str, content: bytes, form: dict[str, Any], tmp_path: Path
) -> None:
    [resource] = drafted(tmp_path, {name: content}).descriptor["resources"]
    schema = resource.pop("schema")
    assert resource == {"name": "t", "type": "table", "path": name, **form}
    assert [item["type"] for item in schema["fields"]] == ["integer", "string"]
    assert schema["primaryKey"] == ["id"]


def test_commas_in_a_single_column_separate_nothing(tmp_path: Path) -> None:
    [resource] = drafted(tmp_path, {"t.csv": "rate\n1,5\n2,5\n3,25\n"}).descriptor["resources"]
    assert [item["name"] for item in resource["schema"]["fields"]] == ["rate"]
    assert resource["schema"]["fields"][0]["decimalChar"] == ","


def test_a_header_that_is_too_short_is_no_title(tmp_path: Path) -> None:
    written(tmp_path, {"t.csv": "name,age\n1,Ada,36\n2,Bo,40\n3,Cy,9\n"})
    assert "the row has 3 cells where the header has 2" in init([tmp_path]).problems[0].what


def test_a_table_in_a_zip_is_described(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "t.csv.zip", "w") as archive:
        archive.writestr("t.csv", ROWS)
    assert drafted(tmp_path, {}).descriptor["resources"][0]["path"] == "t.csv.zip"


AREAS = "code,title\nMT,Montana\nID,Idaho\nWY,Wyoming\n"
PAIRS = [f"{area},{year}" for area, year in product(("MT", "ID", "WY"), range(2000, 2012))]


def test_tables_refer_to_each_other_where_all_values_are_there(tmp_path: Path) -> None:
    kinds = [f"{pair},{'big' if index % 2 else 'small'}" for index, pair in enumerate(PAIRS)]
    files = {
        "areas.csv": AREAS,
        "data/cases.csv": "\n".join(["area,year,size", *kinds]) + "\n",
        "data/other.csv": "\n".join(["area,year", *PAIRS, "XX,2000"]) + "\n",
    }
    areas, cases, other = drafted(tmp_path, files).descriptor["resources"]
    assert areas["schema"]["primaryKey"] == ["code"]
    assert cases["path"] == "data/cases.csv"
    assert cases["schema"]["primaryKey"] == ["area", "year"]
    assert cases["schema"]["foreignKeys"] == [
        {"fields": ["area"], "reference": {"resource": "areas", "fields": ["code"]}}
    ]
    assert cases["schema"]["fields"][2]["constraints"]["enum"] == ["big", "small"]
    assert "foreignKeys" not in other["schema"]


@pytest.mark.slow
def test_the_keys_of_a_real_package_are_found(tmp_path: Path) -> None:
    names = ("areas", "measures", "programmes", "rules", "rule_terms", "figures")
    files = {f"{name}.csv": (MONTANA / f"resources/{name}.csv").read_bytes() for name in names}
    tables = {
        item["name"]: item["schema"] for item in drafted(tmp_path, files).descriptor["resources"]
    }
    assert tables["measures"]["primaryKey"] == ["measure"]
    refers = {
        (name, key["fields"][0], key["reference"]["resource"])
        for name, schema in tables.items()
        for key in schema.get("foreignKeys", ())
    }
    assert {("rule_terms", "rule", "rules"), ("areas", "parent", "")} <= refers
    assert {("figures", name, f"{name}s") for name in ("measure", "area")} <= refers


def test_a_sum_that_holds_in_all_rows_is_proposed_and_one_that_does_not_is_none(
    tmp_path: Path,
) -> None:
    rows = [f"{n},{n % 7 + 1},{n % 5 + 1},{n % 7 + n % 5 + 2}" for n in range(1, 700)]
    text = "\n".join(["id,boys,girls,all", *rows]) + "\n"
    (tmp_path / "good").mkdir()
    assert drafted(tmp_path / "good", {"t.csv": text}).rules == (
        ("t.csv", "boys + girls = all", 699),
    )
    (tmp_path / "bad").mkdir()
    assert drafted(tmp_path / "bad", {"t.csv": f"{text}700,1,1,3\n"}).rules == ()


BAD: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "it is empty"),
    "blank": (b"\n\n", "it is empty"),
    "binary": (bytes(range(256)), "it is no text"),
    "without rows": (b"a,b\n", "it has no rows"),
    "a label missing": (b"a,,c\n1,2,3\n", "column 2 has no label"),
    "a label twice": (b"a,a\n1,2\n", "the label 'a' stands 2 times"),
    "rows of other widths": (b"a,b\n1,2\n3\n", "the row has 1 cell"),
    "a quotation without an end": (b'a,b\n1,"2\n3,4\n', "never ends"),
}


@pytest.mark.parametrize(("content", "what"), BAD.values(), ids=BAD)
def test_nothing_is_written_for_a_table_with_problems(
    content: bytes, what: str, tmp_path: Path
) -> None:
    written(tmp_path, {"good.csv": ROWS, "bad.csv": content})
    done = run("init", folder=tmp_path)
    assert done.exit_code == 1
    assert what in done.output
    assert {file.name for file in tmp_path.iterdir()} == {"good.csv", "bad.csv"}


def test_a_damaged_archive_is_a_problem(tmp_path: Path) -> None:
    written(tmp_path, {"t.csv.gz": gzip.compress(ROWS.encode())[:20]})
    assert "cannot be read to its end" in init([tmp_path]).problems[0].what


@pytest.mark.parametrize("name", ["datapackage.json", "datapackage.yaml"])
def test_a_descriptor_that_is_there_is_never_overwritten(name: str, tmp_path: Path) -> None:
    written(tmp_path, {"t.csv": ROWS, name: "mine"})
    with pytest.raises(MtopendataError, match="is there already"):
        init([tmp_path])
    assert (tmp_path / name).read_text() == "mine"


def test_a_file_outside_of_the_folder_is_refused(tmp_path: Path) -> None:
    written(tmp_path, {"in/t.csv": ROWS, "out.csv": ROWS})
    done = run("init", tmp_path / "out.csv", "--out", tmp_path / "in")
    assert (done.exit_code, "not a relative path" in done.output) == (2, True)
    (tmp_path / "in" / "link.csv").symlink_to(tmp_path / "out.csv")
    assert run("init", tmp_path / "in").exit_code == 2
    assert not list(tmp_path.rglob("datapackage.json"))


def test_what_is_not_there_cannot_be_described(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for name in ("none.csv", "empty"):
        assert run("init", tmp_path / name).exit_code == 2


def test_a_dry_run_shows_the_descriptor_and_writes_nothing(tmp_path: Path) -> None:
    written(tmp_path, {"t.csv": ROWS})
    done = run("init", "t.csv", "--dry-run", "--format", "json", folder=tmp_path)
    answer = json.loads(done.output)
    assert (done.exit_code, answer["written"], answer["problems"]) == (0, None, [])
    assert answer["descriptor"]["resources"][0]["path"] == "t.csv"
    assert [file.name for file in tmp_path.iterdir()] == ["t.csv"]


def test_the_text_shows_each_table_and_what_to_look_at(tmp_path: Path) -> None:
    written(tmp_path, {"t.csv": "id,n\n1,5\n2,NA\n3,7\n"})
    done = run("init", "t.csv", folder=tmp_path)
    assert done.output == (
        "t.csv: 2 fields, key id\n"
        "  id: integer\n"
        "  n: integer\n"
        "t.csv [n]: look 'NA' stands for a missing value, as the other cells are integer\n"
        "    correct 'missingValues' if it says something else\n"
        "written: datapackage.json (1 table, 3 rows, 1 to look at)\n"
    )


CELLS = st.one_of(
    st.sampled_from(["", "NA", "-", "0", "1", "2", "1.5", "1,5", "1,234", "007", "1e5", "12:00"]),
    st.sampled_from(["2020-01-01", "01/02/2020", "31/01/2020", "2020", "true", "Yes", "No", "5%"]),
    st.integers().map(str),
    st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=3),
)


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[list[str]]]:
    """Labels and rows, whose columns have a few cells each that are drawn again and again."""
    labels = draw(st.lists(st.sampled_from(["id", "Code", "year", "n", "a b", "ü"]), min_size=1,
                           max_size=4, unique=True))  # fmt: skip
    pools = [draw(st.lists(CELLS, min_size=1, max_size=4)) for _ in labels]
    return labels, draw(st.lists(st.tuples(*map(st.sampled_from, pools)).map(list), min_size=1))


@given(table=tables(), sign=st.sampled_from(",;\t|"))
@settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_what_is_written_for_any_table_validates_and_its_key_is_one(
    table: tuple[list[str], list[list[str]]], sign: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    labels, rows = table
    quoted = [sign.join('"' + cell.replace('"', '""') + '"' for cell in row)
              for row in (labels, *rows)]  # fmt: skip
    folder = written(tmp_path_factory.mktemp("t"), {"t.csv": "\n".join(quoted) + "\n"})
    found = init([folder])
    if found.problems:
        assert not (folder / "datapackage.json").exists()
        return
    report = mtopendata.validate(folder)
    assert (report.errors, report.warnings) == (0, 0), report.findings
    schema = found.descriptor["resources"][0]["schema"]
    if key := schema.get("primaryKey"):
        indexes = [labels.index(name) for name in key]
        assert len({tuple(row[index] for index in indexes) for row in rows}) == len(rows)
