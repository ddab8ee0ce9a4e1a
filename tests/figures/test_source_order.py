"""Of several sources the one comes first that is declared to."""

import json
from pathlib import Path

import pytest

import mtopendata
from tests.kit.packages import schema_of, write_package

FIGURES = "measure,area,period,source,value,qualifier,lower,upper\n"
NUMBERS = {"value": "number", "lower": "number", "upper": "number"}


def a_package(folder: Path, figures: str, sources: str) -> Path:
    schema = schema_of("measure", "area", "source", "qualifier", period="year", **NUMBERS)
    columns = ("measure", "area", "period", "source", "value", "qualifier", "lower", "upper")
    schema["fields"].sort(key=lambda field: columns.index(field["name"]))
    schema["primaryKey"] = ["measure", "area", "period", "source"]
    resources = [
        {"name": "figures", "path": "figures.csv", "schema": schema},
        {
            "name": "sources",
            "path": "sources.csv",
            "schema": schema_of("source", "title", rank="integer", recorded="date"),
        },
    ]
    files = {
        "figures.csv": FIGURES + figures,
        "sources.csv": "source,title,rank,recorded\n" + sources,
    }
    return write_package(folder, {"resources": resources}, files)


ONE = "m,MT,2023,one,5,rounded,4.5,5.5\n"
TWO = "m,MT,2023,two,5,exact,5,5\n"
LEFT_OUT = "m,MT,2023,two,,,,\n"


@pytest.mark.parametrize(
    ("figures", "sources", "first"),
    [
        (ONE + TWO, "one,A,1,\ntwo,B,2,\n", "one"),
        (ONE + TWO, "one,A,2,\ntwo,B,1,\n", "two"),
        (ONE + TWO, "one,A,,\ntwo,B,7,\n", "two"),
        (ONE + TWO, "one,A,,\ntwo,B,,\n", "one"),
        (ONE + TWO, "one,A,1,2024-01-01\ntwo,A,2,2024-02-01\n", "two"),
        (ONE + LEFT_OUT, "one,A,2,\ntwo,B,1,\n", "one"),
    ],
    ids=["rank", "rank behind", "one has a rank", "no ranks", "later edition", "not reported"],
)
def test_of_several_sources_one_is_given(
    figures: str, sources: str, first: str, tmp_path: Path
) -> None:
    package = a_package(tmp_path, figures + "m,OR,2023,two,1,exact,1,1\n", sources)
    loaded = mtopendata.load(package, one_source=True)["figures"]
    assert loaded.get_column("source").to_list() == [first, "two"]
    assert mtopendata.load(package)["figures"].height == 3


def test_ranks_may_stand_in_a_table_of_their_own(tmp_path: Path) -> None:
    package = a_package(tmp_path, ONE + TWO, "one,A,,\ntwo,B,,\n")
    descriptor = json.loads((package / "datapackage.json").read_text("utf-8"))
    descriptor["resources"][1]["schema"] = schema_of("source", "title", recorded="date")
    ranked = {"name": "source_ranks", "path": "ranks.csv"}
    descriptor["resources"].append({**ranked, "schema": schema_of("source", rank="integer")})
    files = {
        "figures.csv": FIGURES + ONE + TWO,
        "sources.csv": "source,title,recorded\none,A,\ntwo,B,\n",
        "ranks.csv": "source,rank\ntwo,1\n",
    }
    loaded = mtopendata.load(write_package(tmp_path, descriptor, files), one_source=True)
    assert loaded["figures"].get_column("source").to_list() == ["two"]


def test_figures_without_sources_are_all_given(tmp_path: Path) -> None:
    resource = {"name": "figures", "path": "f.csv", "schema": schema_of("measure")}
    package = write_package(tmp_path, {"resources": [resource]}, {"f.csv": "measure\na\na\n"})
    assert mtopendata.load(package, one_source=True)["figures"].height == 2
