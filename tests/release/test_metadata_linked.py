"""schema-org.jsonld, croissant.json, ro-crate-metadata.json and csvw-metadata.json, each read by
the libraries that people read them with.
"""

import hashlib
import json
import logging
import shutil
import subprocess
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import mlcroissant
import polars as pl
import pytest
import requests
import rocrate
from csvw import CSVW
from rocrate.rocrate import ROCrate
from rocrate_validator import models, services
from rocrate_validator.utils.http import HttpRequester

from mtopendata.release.metadata.croissant import croissant
from mtopendata.release.metadata.csvw import csvw
from mtopendata.release.metadata.ro_crate import ro_crate
from mtopendata.release.metadata.schema_org import schema_org
from mtopendata.release.model import Release
from mtopendata.release.terms.licences import licences
from mtopendata.release.terms.people import agents, creators, publisher
from mtopendata.release.terms.properties import doi
from mtopendata.release.terms.required import LackingError
from tests.kit import releases
from tests.kit.examples import sample
from tests.kit.packages import MONTANA, PACKAGES, Json, schema_of, write_package
from tests.kit.referees import NODE_MODULES, node, npm_package

DATE = datetime(2026, 11, 22, tzinfo=UTC)


def released(folder: Path, date: datetime | None = DATE) -> Release:
    return replace(releases.released(folder), date=date)


def unpacked(release: Release, folder: Path) -> Path:
    """The release as it lies in the archive, with the files that are tested here."""
    for stored in release.files:
        (folder / stored.path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(release.package.folder / stored.path, folder / stored.path)
    (folder / "datapackage.json").write_text(json.dumps(release.descriptor, default=str))
    (folder / "schema-org.jsonld").write_text(schema_org(release))
    (folder / "croissant.json").write_text(croissant(release))
    for name, describe in (("ro-crate-metadata.json", ro_crate), ("csvw-metadata.json", csvw)):
        with suppress(LackingError):
            (folder / name).write_text(describe(release))
    return folder


def write(folder: Path, descriptor: Json, **tables: str) -> Path:
    return write_package(folder, descriptor, {f"{name}.csv": csv for name, csv in tables.items()})


RIGHTS: Json = {"description": "Letters.", "licenses": [{"name": "CC0-1.0"}]}

ODD: dict[str, tuple[Json, dict[str, str]]] = {
    "with a name only": (
        {"name": "bare", "resources": [{"name": "t", "path": "t.csv", "schema": schema_of("a")}]},
        {"t": "a\nx\n"},
    ),
    "without a name": ({"resources": [{"name": "t", "path": "t.csv"}]}, {"t": "a,b\nx,y\n"}),
    "with two paths": (
        {
            "name": "parts",
            **RIGHTS,
            "resources": [
                {"name": "t", "path": ["t.csv", "u.csv"], "schema": schema_of("a", n="integer")},
                {
                    "name": "v",
                    "path": "v.csv",
                    "schema": {
                        **schema_of("a"),
                        "foreignKeys": [
                            {"fields": "a", "reference": {"resource": "t", "fields": "a"}}
                        ],
                    },
                },
            ],
        },
        {"t": "a,n\nx,1\n", "u": "a,n\ny,2\n", "v": "a\ny\n"},
    ),
    "with data in the descriptor": (
        {
            "name": "inline",
            **RIGHTS,
            "resources": [
                {"name": "d", "data": [{"a": "x"}, {"a": "y"}], "schema": schema_of("a")},
                {"name": "t", "path": "t.csv", "schema": schema_of("a")},
            ],
        },
        {"t": "a\nx\n"},
    ),
    "with odd names": (
        {
            "name": "odd",
            **RIGHTS,
            "resources": [
                {
                    "name": "t/50 %",
                    "path": "t.csv",
                    "schema": {
                        **schema_of("_a-b.c", "50 % \"x\"", "größe/m²", "a", "%61", x="integer"),
                        "primaryKey": ["_a-b.c", "größe/m²"],
                    },
                }
            ],
        },
        {"t": '_a-b.c,"50 % ""x""",größe/m²,a,%61,x\nñ,"a,b",日本,"two\nlines",z,1\n'},
    ),
    "with odd metadata": (
        {
            "name": "wrong",
            "description": "Wrong\tin\n\nmany ways.",
            "title": "Ünïcødé “title”",
            "homepage": "not an address",
            "keywords": [1, "one", None, "", "one"],
            "contributors": [
                "nobody",
                {"title": ""},
                {"givenName": "Ana", "familyName": "Ñandú", "email": "nonsense", "roles": "author"},
                {"title": "Bo", "role": "publisher", "path": "https://orcid.org/0000-0002-1825-0097"},
                {"organization": "Org", "roles": ["Author", 3]},
            ],
            "licenses": [{}, {"name": "odd licence", "path": "licence.txt"}, "MIT"],
            "sources": [{"title": "A book"}, {"path": "old.csv"}, 7, {}],
            "temporal": {"start": "2020"},
            "spatial": {"name": "Montana"},
            "unknown": {"deep": [1.5]},
            "resources": [
                {
                    "name": "t",
                    "path": "t.csv",
                    "schema": {
                        "fields": [
                            {"name": "a", "unit": "kg", "rdfType": "https://schema.org/weight",
                             "type": "number", "title": 5 * "x"},
                            {"name": "b", "unit": 5, "type": "date", "format": "%d/%m/%Y"},
                        ]
                    },
                }
            ],
        },
        {"t": "a,b\n1.5,31/12/2020\n"},
    ),
    "of every type": (
        {
            "name": "types",
            **RIGHTS,
            "version": "1.0.0",
            "resources": [
                {
                    "name": "t",
                    "path": "t.csv",
                    "schema": schema_of(
                        "s", i="integer", n="number", e="number", b="boolean", d="date",
                        m="datetime", c="time", y="year", ym="yearmonth", p="duration",
                        g="geopoint", o="object", r="array", k="any",
                    ),
                }
            ],
        },
        {
            "t": "s,i,n,e,b,d,m,c,y,ym,p,g,o,r,k\n"
            "x,-3,0.10,1e3,true,2020-02-29,2020-02-29T01:02:03,23:59:59,2020,2020-02,P1Y,"
            '"1,2","{""a"": 1}","[1, 2]",z\n'
            ",,,,,,,,,,,,,,last\n"
        },
    ),
    "with keys in a circle": (
        {
            "name": "circle",
            **RIGHTS,
            "resources": [
                {
                    "name": name,
                    "path": f"{name}.csv",
                    "schema": {
                        **schema_of("k", "other", "none"),
                        "primaryKey": "k",
                        "foreignKeys": [
                            {"fields": "other", "reference": {"resource": other, "fields": "k"}},
                            {"fields": "none", "reference": {"resource": other, "fields": "k"}},
                            {"fields": "other", "reference": {"fields": "k"}},
                        ],
                    },
                }
                for name, other in (("t", "u"), ("u", "t"))
            ],
        },
        {"t": "k,other,none\nx,y,\ny,x,\n", "u": "k,other,none\nx,x,\ny,y,\n"},
    ),
    "in another dialect": (
        {
            "name": "dialect",
            **RIGHTS,
            "resources": [
                {
                    "name": "t",
                    "path": "t.csv",
                    "dialect": {"delimiter": ";", "commentChar": "#", "quoteChar": "'"},
                    "schema": {
                        **schema_of("a", n="integer"),
                        "missingValues": ["-", ""],
                    },
                },
                {
                    "name": "u",
                    "path": "u.csv",
                    "dialect": {"header": False},
                    "schema": schema_of("a", "b"),
                },
            ],
        },
        {"t": "a;n\n#no row\n'x;y';-\nz;2\n", "u": "1,2\n3,4\n"},
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def release() -> Release:
    return released(MONTANA)


@pytest.fixture(scope="module")
def archive(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpacked(release, tmp_path_factory.mktemp("archive"))


@pytest.fixture(params=ODD)
def odd(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Release, Path]:
    descriptor, files = ODD[request.param]
    odd_release = released(write(tmp_path / "package", descriptor, **files))
    (tmp_path / "archive").mkdir()
    return odd_release, unpacked(odd_release, tmp_path / "archive")


# Croissant


def records(folder: Path) -> dict[str, list[Json]]:
    """What mlcroissant reads of each record set, all with one reader, as people do."""
    logging.getLogger("absl").setLevel(logging.ERROR)
    dataset = mlcroissant.Dataset(jsonld=folder / "croissant.json")
    assert not dataset.metadata.ctx.issues.errors
    return {
        str(item.name): [
            {
                str(field.name): _decoded(row[field.id])
                for field in item.fields
            }
            for row in dataset.records(item.id)
        ]
        for item in dataset.metadata.record_sets
    }  # fmt: skip


def _decoded(value: Any) -> Any:
    return value.decode() if isinstance(value, bytes) else value


def test_croissant_yields_all_figures_exactly(release: Release, archive: Path) -> None:
    read = records(archive)["figures"]
    frame = release.package["figures"]
    assert len(read) == frame.height == 20
    for row, expected in zip(read, frame.to_dicts(), strict=True):
        assert list(row) == list(expected)
        for name, value in expected.items():
            assert row[name] == value, name


def test_croissant_yields_every_table_whole(release: Release, archive: Path) -> None:
    read = records(archive)
    for name, frame in release.package.tables.items():
        key = release.package.resource(name)
        assert key is not None
        assert key.schema is not None
        names = list(key.schema.primary_key)
        assert [[row[n] for n in names] for row in read[name]] == [
            [row[n] for n in names] for row in frame.to_dicts()
        ]


def test_croissant_states_types_keys_and_references(archive: Path) -> None:
    described = json.loads((archive / "croissant.json").read_text())
    figures = next(item for item in described["recordSet"] if item["@id"] == "figures")
    types = {item["name"]: item["dataType"] for item in figures["field"]}
    assert (types["value"], types["period"], types["unit"]) == ("sc:Float", "sc:Integer", "sc:Text")
    assert [item["@id"] for item in figures["key"]] == [
        f"figures/{name}" for name in ("measure", "area", "period", "source")
    ]
    references = {
        item["name"]: item["references"] for item in figures["field"] if "references" in item
    }
    assert references["area"]["fileObject"] == {"@id": "resources/areas.csv"}
    assert sorted(references) == ["area", "measure", "source"]


def test_croissant_files_have_their_digests(release: Release, archive: Path) -> None:
    described = json.loads((archive / "croissant.json").read_text())
    for item in described["distribution"]:
        data = (archive / item["contentUrl"]).read_bytes()
        assert item["sha256"] == hashlib.sha256(data).hexdigest()
        assert item["contentSize"] == f"{len(data)} B"
    assert len(described["distribution"]) == len(release.files)


def test_croissant_reads_odd_packages(odd: tuple[Release, Path]) -> None:
    odd_release, folder = odd
    for name, rows in records(folder).items():
        frame = odd_release.package[name]
        assert len(rows) == frame.height
        for row, expected in zip(rows, frame.to_dicts(), strict=True):
            same = [n for n in row if type(row[n]) is type(expected[n])]
            assert {n: row[n] for n in same} == {n: expected[n] for n in same}


def test_croissant_lists_a_table_in_another_dialect_as_a_file_only(tmp_path: Path) -> None:
    descriptor, files = ODD["in another dialect"]
    described = json.loads(croissant(released(write(tmp_path, descriptor, **files))))
    assert [item["contentUrl"] for item in described["distribution"]] == ["t.csv", "u.csv"]
    assert "recordSet" not in described


def test_croissant_reads_a_compressed_table(tmp_path: Path) -> None:
    release = released(PACKAGES / "good-gz")
    assert [len(rows) for rows in records(unpacked(release, tmp_path)).values()] == [
        frame.height for frame in release.package.tables.values()
    ]


def test_croissant_calls_only_plain_booleans_boolean(tmp_path: Path) -> None:
    schema = schema_of(words="boolean", digits="boolean", mixed="boolean")
    descriptor = {"name": "x", "resources": [{"name": "t", "path": "t.csv", "schema": schema}]}
    content = "words,digits,mixed\nFalse,0,0\nTrue,1,true\n"
    release = released(write(tmp_path / "package", descriptor, t=content))
    (tmp_path / "archive").mkdir()
    assert records(unpacked(release, tmp_path / "archive"))["t"] == [
        {"words": False, "digits": False, "mixed": "0"},
        {"words": True, "digits": True, "mixed": "true"},
    ]


def test_croissant_does_not_join_numbers_with_words(tmp_path: Path) -> None:
    key = {"fields": "a", "reference": {"resource": "u", "fields": "a"}}
    resources = [
        {"name": "t", "path": "t.csv", "schema": {**schema_of("a"), "foreignKeys": [key]}},
        {"name": "u", "path": "u.csv", "schema": schema_of("a")},
    ]
    descriptor = {"name": "x", "resources": resources}
    release = released(write(tmp_path / "package", descriptor, t="a\n1\n", u="a\n1\nx\n"))
    (tmp_path / "archive").mkdir()
    read = records(unpacked(release, tmp_path / "archive"))
    assert read == {"t": [{"a": "1"}], "u": [{"a": "1"}, {"a": "x"}]}
    assert "references" not in json.loads(croissant(release))["recordSet"][0]["field"][0]


def test_croissant_ids_are_of_one_thing_each(tmp_path: Path) -> None:
    resources = [{"name": "t.csv", "path": "t.csv", "schema": schema_of("..", "x y")}]
    folder = write(tmp_path / "package", {"name": "x", "resources": resources}, t="..,x y\n1,b\n")
    release = released(folder)
    (tmp_path / "archive").mkdir()
    assert records(unpacked(release, tmp_path / "archive")) == {"t.csv": [{"..": "1", "x y": "b"}]}
    ids = [item["@id"] for item in _nodes(json.loads(croissant(release)))]
    assert len(ids) == len(set(ids)) == 4


def _nodes(value: Any) -> list[Json]:
    """The objects with a type and an id, at any depth."""
    if isinstance(value, list):
        return [node for item in value for node in _nodes(item)]
    if not isinstance(value, dict):
        return []
    own = [value] if "@id" in value and "@type" in value and value["@type"] != "@json" else []
    return own + [
        node for name, item in value.items() if name != "@context" for node in _nodes(item)
    ]


@pytest.mark.slow
@pytest.mark.usefixtures("no_network")
def test_odd_paths_are_found_by_those_who_read_them(tmp_path: Path) -> None:
    path = "data set/ä #1 100%.csv"
    resources = [{"name": "t", "path": path, "title": "T", "schema": schema_of("a")}]
    folder = write(tmp_path / "package", {"name": "x", **RIGHTS, "resources": resources})
    (folder / path).parent.mkdir()
    (folder / path).write_text("a\nx\n")
    release = released(folder)
    (tmp_path / "archive").mkdir()
    archive = unpacked(release, tmp_path / "archive")
    encoded = "data%20set/%C3%A4%20%231%20100%25.csv"
    assert records(archive) == {"t": [{"a": "x"}]}
    assert crate_issues(archive, models.Severity.REQUIRED, tmp_path / "cache") == []
    assert json.loads(csvw(release))["tables"][0]["url"] == encoded
    assert json.loads(schema_org(release))["distribution"][0]["contentUrl"] == encoded
    assert unquote(encoded) == path


# RO-Crate


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """The validator fetches the JSON-LD context, of which the library rocrate holds a later
    edition with the same meaning of each term that is used.
    """
    context = (Path(rocrate.__file__).parent / "data" / "ro-crate.jsonld").read_bytes()

    def get(_: object, url: str, **__: object) -> requests.Response:
        assert url == "https://w3id.org/ro/crate/1.1/context", f"{url} was fetched"
        response = requests.Response()
        response.status_code = 200
        response.headers["Content-Type"] = "application/ld+json"
        response._content = context
        return response

    monkeypatch.setattr(HttpRequester, "get", get, raising=False)


def crate_issues(folder: Path, severity: models.Severity, cache: Path) -> list[str]:
    settings = services.ValidationSettings(
        rocrate_uri=str(folder), profile_identifier="ro-crate-1.1",
        requirement_severity=severity, offline=True, cache_path=cache,
    )  # fmt: skip
    result = services.validate(settings)
    assert len(result.executed_checks) > 20
    return [f"{issue.check.identifier} {issue.message}" for issue in result.get_issues()]


@pytest.mark.slow
@pytest.mark.usefixtures("no_network")
def test_the_crate_is_valid_with_all_recommendations(archive: Path, tmp_path: Path) -> None:
    assert crate_issues(archive, models.Severity.RECOMMENDED, tmp_path / "cache") == []


@pytest.mark.slow
@pytest.mark.usefixtures("no_network")
def test_the_crate_validator_finds_a_missing_date(archive: Path, tmp_path: Path) -> None:
    broken = shutil.copytree(archive, tmp_path / "broken")
    file = broken / "ro-crate-metadata.json"
    file.write_text(file.read_text().replace("datePublished", "dateModified"))
    issues = crate_issues(broken, models.Severity.REQUIRED, tmp_path / "cache")
    assert any("datePublished" in issue for issue in issues)


@pytest.mark.slow
@pytest.mark.usefixtures("no_network")
def test_crates_of_odd_packages_are_valid(odd: tuple[Release, Path], tmp_path: Path) -> None:
    odd_release, folder = odd
    if {"description", "licenses"} <= set(odd_release.descriptor):
        assert crate_issues(folder, models.Severity.REQUIRED, tmp_path / "cache") == []
    else:
        assert not (folder / "ro-crate-metadata.json").exists()


def test_the_crate_names_each_file_and_who_made_it(release: Release, archive: Path) -> None:
    crate = ROCrate(archive)
    paths = {entity.id for entity in crate.data_entities}
    assert paths == {"datapackage.json", *(stored.path for stored in release.files)}
    assert crate.root_dataset["author"]["name"] == "The mtopendata maintainers"
    assert crate.license.id == "https://creativecommons.org/licenses/by/4.0/"
    assert crate.datePublished == DATE.replace(tzinfo=None)


def test_a_crate_without_a_date_is_not_written(release: Release) -> None:
    undated = Release(release.package, release.files, None)
    with pytest.raises(LackingError, match="SOURCE_DATE_EPOCH"):
        ro_crate(undated)


def test_a_crate_without_a_description_or_a_licence_is_not_written(tmp_path: Path) -> None:
    descriptor, files = ODD["with a name only"]
    with pytest.raises(LackingError, match="requires a `description`, `licenses`: "):
        ro_crate(released(write(tmp_path, descriptor, **files)))


# CSV on the Web


def web_tables(folder: Path) -> dict[str, list[Json]]:
    """The rows that the library csvw reads, by file, after it has found no fault."""
    described = CSVW(str(folder / "csvw-metadata.json"), validate=True, strict=False)
    assert described.is_valid, [str(warning.message) for warning in described.warnings]
    return {table.local_name: [dict(row) for row in table] for table in described.tables}


def test_csvw_reads_all_tables_as_they_are(release: Release, archive: Path) -> None:
    read = web_tables(archive)
    assert len(read) == len(release.package.tables) == 9
    for resource in release.package.resources:
        frame = release.package[resource.name]
        assert resource.path is not None
        rows = read[resource.path]
        assert len(rows) == frame.height
        for row, expected in zip(rows, frame.to_dicts(), strict=True):
            assert {
                name: _as_loaded(value, expected[name]) for name, value in row.items()
            } == expected


def _as_loaded(value: Any, expected: Any) -> Any:
    """csvw leaves a year a text, and makes a date a moment."""
    if isinstance(expected, int) and isinstance(value, str):
        return int(value)
    return (
        value.date() if isinstance(value, datetime) and type(expected).__name__ == "date" else value
    )


def test_csvw_finds_what_breaks_a_constraint(archive: Path, tmp_path: Path) -> None:
    for index, (path, old, new) in enumerate((
        ("figures", "US-MT", "Montana"),  # a pattern
        ("figures", ",exact,", ",precise,"),  # an allowed value
        ("figures", ",1747,", ",-1747,"),  # a bound
        ("areas", "ALL,", ",", ),  # a required cell
        ("programmes", "team_hope,", "team_despair,"),  # a foreign key
    )):  # fmt: skip
        broken = shutil.copytree(archive, tmp_path / f"broken{index}")
        file = broken / "resources" / f"{path}.csv"
        content = file.read_text()
        assert old in content
        file.write_text(content.replace(old, new, 1))
        described = CSVW(str(broken / "csvw-metadata.json"), validate=True, strict=False)
        with pytest.raises((AssertionError, ValueError)):
            assert described.is_valid


def test_csvw_reads_odd_packages(odd: tuple[Release, Path]) -> None:
    odd_release, folder = odd
    read = web_tables(folder)
    for resource in odd_release.package.resources:
        if not resource.paths:
            continue
        frame = odd_release.package[resource.name]
        rows = [row for path in resource.paths for row in read[path]]
        assert len(rows) == frame.height
        for row, expected in zip(rows, frame.to_dicts(), strict=True):
            for value, wanted in zip(row.values(), expected.values(), strict=True):
                assert (value is None) == (wanted is None)
                if isinstance(wanted, str | int | Decimal) and type(value) is type(wanted):
                    assert value == wanted


def test_csvw_types_follow_how_cells_are_written(tmp_path: Path) -> None:
    descriptor, files = ODD["of every type"]
    described = json.loads(csvw(released(write(tmp_path, descriptor, **files))))
    columns = described["tables"][0]["tableSchema"]["columns"]
    assert {item["name"]: item["datatype"] for item in columns} == {
        "s": "string", "i": "integer", "n": "decimal", "e": "double", "b": "boolean", "d": "date",
        "m": "dateTime", "c": "time", "y": "gYear", "ym": "gYearMonth", "p": "duration",
        "g": "string", "o": "json", "r": "json", "k": "string",
    }  # fmt: skip


def test_csvw_has_the_patterns_that_mean_the_same_to_ecmascript(tmp_path: Path) -> None:
    kept = ["a|b", r"^\d{2}[a-z\[\]]$", "(?:a+?)b"]
    left_out = [r"\i\c*", "[a-z-[aeiou]]", r"\w+", r"\p{L}", "a*+", r"\Aa"]
    fields = [
        {"name": f"f{index}", "type": "string", "constraints": {"pattern": pattern}}
        for index, pattern in enumerate(kept + left_out)
    ]
    schema = {"fields": fields}
    descriptor = {"name": "x", "resources": [{"name": "t", "path": "t.csv", "schema": schema}]}
    names = ",".join(str(field["name"]) for field in fields)
    cells = "a,12a,ab,a,b,a,a,a,a"
    described = json.loads(csvw(released(write(tmp_path, descriptor, t=f"{names}\n{cells}\n"))))
    columns = described["tables"][0]["tableSchema"]["columns"]
    found = [item["datatype"] for item in columns]
    plain = ["string"] * len(left_out)
    assert found == [{"base": "string", "format": f"^(?:{one})$"} for one in kept] + plain


def test_csvw_titles_are_the_labels_and_names_are_encoded(tmp_path: Path) -> None:
    descriptor, files = ODD["with odd names"]
    described = json.loads(csvw(released(write(tmp_path, descriptor, **files))))
    columns = described["tables"][0]["tableSchema"]["columns"]
    assert [item["titles"] for item in columns][:3] == ["_a-b.c", '50 % "x"', "größe/m²"]
    assert [item["name"] for item in columns][:3] == [
        "%5Fa%2Db%2Ec", "50%20%25%20%22x%22", "gr%C3%B6%C3%9Fe%2Fm%C2%B2",
    ]  # fmt: skip


def test_csvw_keeps_the_order_of_the_file(tmp_path: Path) -> None:
    schema = {**schema_of("a", "b"), "fieldsMatch": ["subset"]}
    descriptor = {"name": "x", "resources": [{"name": "t", "path": "t.csv", "schema": schema}]}
    release = released(write(tmp_path / "package", descriptor, t="more,b,a\n1,2,3\n"))
    (tmp_path / "archive").mkdir()
    read = web_tables(unpacked(release, tmp_path / "archive"))
    assert read["t.csv"] == [{"more": "1", "b": "2", "a": "3"}]


def test_csvw_without_a_table_is_not_written(tmp_path: Path) -> None:
    descriptor = {"name": "x", "resources": [{"name": "d", "data": [{"a": "x"}]}]}
    with pytest.raises(LackingError, match="CSV file"):
        csvw(released(write(tmp_path, descriptor)))


# schema.org

_FIGURES = "Montana missing and exploited children: figures from NCMEC"


def test_schema_org_says_what_the_descriptor_says(release: Release) -> None:
    described = json.loads(schema_org(release))
    assert described["name"] == _FIGURES
    assert described["description"] == release.descriptor["description"]
    assert described["datePublished"] == "2026-11-22"
    assert described["license"] == ["https://creativecommons.org/licenses/by/4.0/"]
    assert {item["sha256"] for item in described["distribution"]} == {
        stored.sha256 for stored in release.files
    }
    names = {item["name"] for item in described["variableMeasured"]}
    assert names == {name for frame in release.package.tables.values() for name in frame.columns}


def test_schema_org_invents_nothing(tmp_path: Path) -> None:
    descriptor, files = ODD["with a name only"]
    release = released(write(tmp_path, descriptor, **files), date=None)
    assert set(json.loads(schema_org(release))) == {
        "@context", "@type", "name", "variableMeasured", "distribution",
    }  # fmt: skip


def compiled(texts: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Compile these JSON texts against the types that Google publishes of schema.org."""
    npm_package("schema-dts")
    (folder / "node_modules").symlink_to(NODE_MODULES)
    lines = ['import type { Dataset, WithContext } from "schema-dts";']
    for index, text in enumerate(texts.values()):
        text = text.replace('"https://schema.org/"', '"https://schema.org"', 1)
        lines.append(f"export const d{index}: WithContext<Dataset> = {text};")
    (folder / "check.ts").write_text("\n".join(lines))
    return subprocess.run(
        [node(), str(npm_package("typescript") / "bin" / "tsc"), "--noEmit", "--strict",
         "--skipLibCheck", "--module", "nodenext", "--target", "es2022", "check.ts"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.slow
def test_schema_org_has_the_types_of_schema_dts(release: Release, tmp_path: Path) -> None:
    texts = {"figures": schema_org(release)}
    for name, (descriptor, files) in ODD.items():
        folder = write(tmp_path / f"package{len(texts)}", descriptor, **files)
        texts[name] = schema_org(released(folder))
    (tmp_path / "right").mkdir()
    right = compiled(texts, tmp_path / "right")
    assert right.returncode == 0, right.stdout
    (tmp_path / "wrong").mkdir()
    wrong = compiled({"x": schema_org(release).replace("sha256", "sha257")}, tmp_path / "wrong")
    assert "sha257" in wrong.stdout


# All of them


@pytest.mark.sampled
@pytest.mark.parametrize("name", sample(sorted(path.name for path in PACKAGES.glob("good-*"))))
def test_a_valid_package_of_any_kind_gets_its_metadata(name: str) -> None:
    release = released(PACKAGES / name)
    for describe in (schema_org, croissant):
        assert json.loads(describe(release))
        assert describe(release) == describe(release)
    try:
        assert json.loads(csvw(release))["tables"]
    except LackingError:
        assert all(
            not (item.is_csv and item.files)
            or item.compression
            or item.dialect.comment_rows
            or item.dialect.header_rows
            for item in release.package.resources
        )


def test_contributors_are_read_in_both_versions_and_whatever_their_types() -> None:
    descriptor = ODD["with odd metadata"][0]
    assert [(agent.name, agent.roles, agent.is_person) for agent in agents(descriptor)] == [
        ("Ana Ñandú", (), True),
        ("Bo", ("publisher",), True),
        ("Org", ("Author",), False),
    ]
    assert [agent.name for agent in creators(descriptor)] == ["Org"]
    issuer = publisher(descriptor)
    assert issuer is not None
    assert issuer.name == "Bo"
    assert publisher({}) is None
    assert [licence.label for licence in licences(descriptor)] == ["odd licence"]


def test_a_doi_is_known_in_all_its_forms() -> None:
    for written in ("10.5281/zenodo.1", "doi:10.5281/zenodo.1", "https://doi.org/10.5281/zenodo.1"):
        assert doi({"id": written}) == "10.5281/zenodo.1"
    assert doi({"id": "https://example.org/10.5281/x"}) is None


def test_exact_numbers_stay_exact(tmp_path: Path) -> None:
    digits = "0.12345678901234567890123"
    schema = {"fields": [{"name": "a", "type": "number", "constraints": {"maximum": "MAX"}}]}
    folder = write(
        tmp_path,
        {"resources": [{"name": "t", "path": "t.csv", "schema": schema}]},
        t=f"a\n{digits}\n",
    )
    file = folder / "datapackage.json"
    file.write_text(file.read_text().replace('"MAX"', digits))
    release = released(folder)
    assert release.package["t"]["a"].dtype == pl.Decimal(38, 23)
    assert f'"maximum": {digits}' in csvw(release)
