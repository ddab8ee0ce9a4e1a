"""The package that this repository publishes, and what must be true of it in any year; of what its
version 1.0.0 published, more.
"""

import csv
import hashlib
import io
import json
from decimal import Decimal
from pathlib import Path

import duckdb
import frictionless
import polars as pl
import pytest

import mtopendata
from tests.kit import sheets
from tests.kit.packages import MONTANA, ROOT

DESCRIPTOR = json.loads((ROOT / "datapackage.json").read_text("utf-8"))

# area, printed, value, qualifier, lower, upper, unit: as a second person read them off the sheet.
PRINTED = [
    ("ALL", "36.2 million", 36_200_000, "rounded", "36150000", "36249999", "report"),
    ("ALL", "more than 105 million", 105_000_000, "more_than", "105000001", None, "file"),
    ("US-MT", "1,747", 1_747, "exact", "1747", "1747", "report"),
    ("ALL", "27,130", 27_130, "exact", "27130", "27130", "child"),
    ("US-MT", "34", 34, "exact", "34", "34", "submission"),
    ("ALL", "28,886", 28_886, "exact", "28886", "28886", "case"),
    ("ALL", "22,442", 22_442, "exact", "22442", "22442", "case"),
    ("ALL", "19%", 19, "rounded", "18.5", "19.5", "percent"),
    ("US-MT", "29", 29, "exact", "29", "29", "case"),
    ("US-MT", "7", 7, "exact", "7", "7", "case"),
    ("US-MT", "22", 22, "exact", "22", "22", "case"),
    ("US-MT", "0", 0, "exact", "0", "0", "case"),
    ("ALL", "more than 18,400", 18_400, "more_than", "18401", None, "report"),
    ("ALL", "5,759", 5_759, "exact", "5759", "5759", "survivor_or_family"),
    ("US-MT", "18", 18, "exact", "18", "18", "survivor_or_family"),
    ("US-MT", "13", 13, "exact", "13", "13", "survivor_or_family"),
    ("ALL", "57", 57, "exact", "57", "57", "incident"),
    ("ALL", "146", 146, "exact", "146", "146", "case"),
    ("ALL", "more than 18,000", 18_000, "more_than", "18001", None, "user"),
    ("US-MT", "106", 106, "exact", "106", "106", "user"),
]


@pytest.mark.parametrize("package", [MONTANA, ROOT], ids=["1.0.0", "today"])
def test_the_twenty_figures_are_those_of_the_sheet(package: Path) -> None:
    columns = ("area", "printed", "value", "qualifier", "lower", "upper", "unit")
    of_the_sheet = pl.col("source") == "ncmec-montana-2023"
    rows = mtopendata.load(package)["figures"].filter(of_the_sheet).select(columns).rows()
    expected = [
        (area, printed, Decimal(value), qualifier, Decimal(lower),
         None if upper is None else Decimal(upper), unit)
        for area, printed, value, qualifier, lower, upper, unit in PRINTED
    ]  # fmt: skip
    assert rows == expected


def test_the_package_has_neither_errors_nor_warnings() -> None:
    report = mtopendata.validate(MONTANA)
    assert report.findings == []
    assert {instance.equation for instance in report.rules} >= {"7 + 22 + 0 = 29"}


@pytest.mark.slow
def test_the_package_of_today_is_valid_and_is_released_whole(tmp_path: Path) -> None:
    built = mtopendata.build(ROOT, tmp_path / "release")
    assert built.report.valid, built.report.findings
    assert built.folder
    assert mtopendata.verify(built.folder, rebuild=ROOT).valid
    version = DESCRIPTOR["version"]
    assert (built.folder / f"mtopendata-{version}.zip").is_file()


def test_every_rule_is_decided_as_its_documentation_says() -> None:
    states = {instance.rule: instance.state for instance in mtopendata.validate(MONTANA).rules}
    undecided = {"trafficking_reports_within_cybertipline", "children_identified_not_falling"}
    assert len(states) == 9
    assert {rule for rule, state in states.items() if state == "undecided"} == undecided
    assert set(states.values()) == {"satisfied", "undecided"}


def test_frictionless_finds_the_package_valid_too() -> None:
    assert frictionless.validate(str(ROOT / "datapackage.json")).valid


@pytest.mark.parametrize("resource", DESCRIPTOR["resources"], ids=lambda item: item["name"])
def test_each_table_is_described_whole(resource: dict[str, object]) -> None:
    schema = resource["schema"]
    assert isinstance(schema, dict)
    assert resource["title"]
    assert resource["description"]
    assert schema["primaryKey"]
    for field in schema["fields"]:
        assert field["title"], field["name"]
        assert field["description"], field["name"]
        assert field["type"], field["name"]
        if "enum" in field.get("constraints", {}):
            coded = [category["value"] for category in field["categories"]]
            assert coded == field["constraints"]["enum"]
            assert all(category["label"] for category in field["categories"])


@pytest.mark.parametrize("path", sorted((ROOT / "resources").glob("*.csv")), ids=lambda p: p.stem)
def test_the_official_text_is_plain_csv(path: Path) -> None:
    data = path.read_bytes()
    assert not data.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in data
    assert data.endswith(b"\n")
    assert not data.endswith(b"\n\n")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True))
    again = io.StringIO()
    csv.writer(again, lineterminator="\n").writerows(rows)
    assert again.getvalue() == data.decode("utf-8"), "quote only where RFC 4180 needs it"


def test_every_reference_to_another_table_is_a_foreign_key() -> None:
    keys = {
        resource["schema"]["primaryKey"][0]: resource["name"]
        for resource in DESCRIPTOR["resources"]
        if len(resource["schema"]["primaryKey"]) == 1
        and resource["name"] != "source_ranks"  # it says more of sources, whose key it has
    }
    for resource in DESCRIPTOR["resources"]:
        schema = resource["schema"]
        covered = (
            {name for key in schema["foreignKeys"] for name in key["fields"]}
            if ("foreignKeys" in schema)
            else set()
        )
        for field in schema["fields"]:
            if field["name"] in keys and keys[field["name"]] != resource["name"]:
                assert field["name"] in covered, (resource["name"], field["name"])  # fmt: skip


def test_an_analyst_can_evaluate_a_balance_in_sql_with_a_join_and_a_group_by() -> None:
    folder = ROOT / "resources"
    total = (
        duckdb.connect()
        .execute(
            f"""SELECT sum(t.coefficient * f.value)
            FROM read_csv('{folder}/rule_terms.csv') t
            JOIN read_csv('{folder}/figures.csv') f USING (measure)
            WHERE t.rule = 'missing_child_cases_balance' GROUP BY f.area, f.period, f.source"""  # noqa: S608
        )
        .fetchall()
    )
    assert set(total) == {(0,)}


def test_load_gives_exact_types() -> None:
    package = mtopendata.load(MONTANA)
    figures = package["figures"]
    assert figures.schema["value"] == pl.Decimal(38, 0)
    assert figures.schema["lower"] == pl.Decimal(38, 1)
    assert figures.schema["period"] == pl.Int64
    assert package["sources"].schema["recorded"] == pl.Date
    assert figures["upper"].null_count() == 3
    declared = json.loads((MONTANA / "datapackage.json").read_text("utf-8"))["resources"]
    assert set(package) == {resource["name"] for resource in declared}


def test_load_refuses_a_package_with_errors() -> None:
    with pytest.raises(mtopendata.MtopendataError, match="has 1 error, such as"):
        mtopendata.load(ROOT / "tests" / "packages" / "type-integer")


def test_a_copy_of_the_source_is_nowhere_in_the_repository() -> None:
    """But for the sheets of invented numbers, which a trial of next year's enters."""
    invented = {hashlib.sha256(path.read_bytes()).hexdigest() for path in sheets.SHEETS}
    sources = list(csv.DictReader((ROOT / "resources" / "sources.csv").open(encoding="utf-8")))
    sizes = {int(source["bytes"]) for source in sources}
    kept = {path for path in ROOT.rglob("*.txt") if path.stat().st_size in sizes}
    digests = {hashlib.sha256(path.read_bytes()).hexdigest() for path in kept} - invented
    assert digests.isdisjoint({source["sha256"] for source in sources})


def test_a_figure_is_left_out_where_its_position_says_so() -> None:
    figures = mtopendata.load(ROOT)["figures"]
    absent = figures["position"].str.starts_with("absent")
    assert (absent == figures["printed"].is_null()).all()


def test_positions_count_on_without_a_gap() -> None:
    """A row that was lost leaves a gap, unless it was the last of its paragraph. In other documents
    than sheets numbers count that are not published.
    """
    package = mtopendata.load(ROOT)
    sheets = package["sources"].filter(pl.col("form").str.contains("fact sheet"))
    figures = package["figures"].filter(pl.col("source").is_in(sheets["source"].implode()))
    assert figures.height
    places = figures.select(
        "source", "section",
        place=pl.col("position").str.extract(r"^(.*), number"),
        number=pl.col("position").str.extract(r"number (\d+)$").cast(pl.Int64),
    )  # fmt: skip
    counted = places.group_by("source", "section", "place", maintain_order=True).agg("number")
    for numbers in counted.filter(pl.col("place").is_not_null())["number"]:
        assert numbers.to_list() == list(range(1, len(numbers) + 1))
