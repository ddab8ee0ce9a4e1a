"""Every example of docs/use.md runs as it stands, and reads all figures as they are; and so does
that of docs/diff.md in Python.

Programs that are not there are skipped, saying what to install. npm packages are looked for in the
folder that MTOPENDATA_NODE_MODULES names, else in ./node_modules.
"""

import csv
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from importlib.util import find_spec
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest

import mtopendata
from mtopendata.commands.build import build
from tests.kit.packages import MONTANA, ROOT
from tests.kit.referees import NODE_MODULES, npm_package
from tests.kit.releases import with_versions

STEM = "mtopendata-1.0.0"
"""The release that the examples are run on, whatever version the docs name."""
TEXT = with_versions((ROOT / "docs" / "use.md").read_text("utf-8"), "1.0.0")
PATH = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"

Rows = Sequence[Mapping[str, Any]]


def _snippets(text: str) -> dict[tuple[str, int], tuple[str, str]]:
    """Language and code of each fenced example, by section and place in it."""
    found: dict[tuple[str, int], tuple[str, str]] = {}
    for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        section, body = part.split("\n", 1)
        fences = re.findall(r"^```(\w*)\n(.*?)^```$", body, re.MULTILINE | re.DOTALL)
        for number, (language, code) in enumerate(fences, 1):
            found[section, number] = language, code
    return found


SNIPPETS = _snippets(TEXT)


def _from_json(folder: Path) -> dict[str, Rows]:
    """Tables in which a number is one of JSON, or {"number": "18.5"} where that is not exact."""
    return {
        file.stem: json.loads(
            file.read_text("utf-8"), parse_float=Decimal, parse_int=Decimal,
            object_hook=lambda found: Decimal(found["number"]) if "number" in found else found,
        )
        for file in folder.glob("*.json")
    }  # fmt: skip


def _from_csv(name: str) -> Callable[[Path], dict[str, Rows]]:
    def read(folder: Path) -> dict[str, Rows]:
        with (folder / name).open(encoding="utf-8", newline="") as file:
            rows = [
                {column: cell or None for column, cell in row.items()}
                for row in csv.DictReader(file)
            ]
        return {"figures": rows}

    return read


def _from_sqlite(folder: Path) -> dict[str, Rows]:
    with closing(sqlite3.connect(folder / "own.sqlite")) as database:
        database.row_factory = sqlite3.Row
        return {
            name: [dict(row) for row in database.execute(f"SELECT * FROM {name}")]  # noqa: S608
            for name in ("figures", "areas")
        }


def _from_folder(folder: Path) -> dict[str, Rows]:
    package = mtopendata.load(folder / "mtopendata")
    return {name: package[name].rows(named=True) for name in ("figures", "areas")}


PROGRAMS = {
    "datasette": "pip install datasette",
    "frictionless": "pip install -e '.[dev]'",
    "node": "Node.js 20 or later",
    "Rscript": "apt-get install r-base-core",
    "sha256sum": "apt-get install coreutils",
    "soffice": "apt-get install libreoffice-calc",
    "sqlite3": "apt-get install sqlite3",
    "unzip": "apt-get install unzip",
}
PYTHON_WRITE = """
import json
for name, rows in {{{tables}}}.items():
    cells = [
        {{key: cell if cell is None or isinstance(cell, str) else {{"number": str(cell)}}
         for key, cell in row.items()}}
        for row in rows
    ]
    with open(name + ".json", "w", encoding="utf-8") as file:
        json.dump(cells, file)
"""


def _python_ending(rows: str, *names: str) -> str:
    tables = ", ".join(f'"{name}": {rows.format(name)}' for name in names)
    return PYTHON_WRITE.format(tables=tables)


POLARS_ROWS = "{}.rows(named=True)"
PANDAS_ROWS = "{0}.astype(object).where({0}.notna(), None).to_dict('records')"
DUCKDB_ROWS = "duckdb.table('{}').pl().rows(named=True)"
POLARS, PANDAS, DUCKDB = (
    _python_ending(rows, "figures", "areas") for rows in (POLARS_ROWS, PANDAS_ROWS, DUCKDB_ROWS)
)
R = "".join(
    f'\njsonlite::write_json({name}, "{name}.json", na = "null", digits = NA)\n'
    for name in ("figures", "areas")
)
NODE = """
const { writeFileSync } = await import("node:fs");
const digits = (key, value) => (typeof value === "bigint" ? Number(value) : value);
for (const [name, rows] of Object.entries({ figures, areas }))
  writeFileSync(`${name}.json`, JSON.stringify(rows, digits));
"""
PAGE = "/" + STEM.replace(".", "~2E")
DATASETTE = "".join(
    f" --get '{PAGE}/{name}.json?_shape=array&_size=max' > {name}.json\n{start}"
    for name, start in (("figures", f"datasette -i {STEM}.sqlite"), ("areas", "true"))
)

EARLIER = "Figures of an earlier version"
OWN_FRAME = "Check a frame of your own"


@dataclass(frozen=True)
class Run:
    """How an example is run: what it needs, what is added to its end so that its tables can be
    compared, and how they are read.
    """

    needs: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    r_packages: tuple[str, ...] = ()
    npm_packages: tuple[str, ...] = ()
    ending: str = ""
    read: Callable[[Path], dict[str, Rows]] = _from_json
    unpacked: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)


RUNS: dict[tuple[str, int], Run] = {
    ("Check and unpack", 1): Run(("sha256sum", "unzip"), read=_from_folder),
    ("Python with mtopendata", 1): Run(ending=POLARS),
    (OWN_FRAME, 1): Run(ending=_python_ending(POLARS_ROWS, "figures")),
    ("pandas", 1): Run(modules=("pandas", "pyarrow"), ending=PANDAS),
    ("pandas", 2): Run(modules=("pandas", "pyarrow"), ending=PANDAS),
    ("Polars", 1): Run(ending=POLARS),
    ("R", 1): Run(("Rscript",), r_packages=("jsonlite",), ending=R),
    ("R", 2): Run(("Rscript",), r_packages=("jsonlite", "RSQLite"), ending=R),
    ("DuckDB", 1): Run(modules=("duckdb", "pyarrow"), ending=DUCKDB),
    ("DuckDB", 2): Run(("unzip",), ("duckdb", "pyarrow"), ending=DUCKDB, unpacked=True),
    ("SQLite", 1): Run(("sqlite3",), read=_from_csv("figures.csv")),
    ("SQLite", 2): Run(("sqlite3",), read=_from_sqlite),
    ("SQLite", 3): Run(("datasette",), ending=DATASETTE),
    # A language with decimal commas, and a profile of its own: two offices with one cannot run.
    ("Excel and LibreOffice", 1): Run(
        ("soffice",), read=_from_csv(f"{STEM}-figures.csv"),
        environment={"LANG": "de_DE.UTF-8", "HOME": "."},
    ),
    ("JavaScript", 1): Run(("node",), npm_packages=("hyparquet",), ending=NODE),
    ("frictionless", 1): Run(("frictionless",), read=_from_csv("figures.csv")),
    (EARLIER, 1): Run(ending=_python_ending(POLARS_ROWS, "figures")),
    (EARLIER, 2): Run(
        modules=("duckdb", "pyarrow"), ending=_python_ending(DUCKDB_ROWS, "figures")
    ),
    (EARLIER, 3): Run(
        modules=("pandas", "pyarrow"), ending=_python_ending(PANDAS_ROWS, "figures")
    ),
}  # fmt: skip
KEYS = {"figures": itemgetter("measure", "area", "period"), "areas": itemgetter("area")}
CITE = "How to cite"
WITHOUT = {
    "Before you count": "rules for people, with nothing to run",
    CITE: "to copy, not to run",
    "Find a figure": "commands, which tests/commands/test_list.py runs",
}
"""Sections without an example, and why."""


@pytest.fixture(scope="module")
def expected() -> dict[str, Rows]:
    package = mtopendata.load(MONTANA)
    return {name: package[name].rows(named=True) for name in ("figures", "areas")}


def _exact(number: int) -> Mapping[str, str]:
    return {
        "value": f"{number}", "qualifier": "exact", "lower": f"{number}", "upper": f"{number}",
        "printed": f"{number:,}",
    }  # fmt: skip


NEWEST = "1.10.0"
CHANGES: dict[str, dict[tuple[str, str], Mapping[str, str] | None]] = {
    "1.0.0": {},
    "1.2.0": {
        ("survivors_families_supported", "2023"): _exact(5760),
        ("team_adam_activations", "2023"): None,
        ("long_term_cases_assisted", "2022"): {
            **_exact(150), "since": "1.2.0", "position": "paragraph 2, number 9",
        },
    },
    "1.9.0": {
        ("survivors_families_supported", "2023"): _exact(5761),
        ("missing_child_likely_trafficked_share", "2023"): {
            "value": "18.75", "lower": "18.745", "upper": "18.755", "printed": "18.75%",
        },
        ("children_identified", "2023"): {
            **dict.fromkeys(("value", "qualifier", "lower", "upper", "printed"), ""),
            "position": "absent 1",
        },
    },
    NEWEST: {
        ("survivors_families_supported", "2023"): _exact(5762),
        ("team_adam_activations", "2023"): {"since": NEWEST},
        ("long_term_cases_assisted", "2022"): None,
    },
}  # fmt: skip
"""By version and figure (measure and period, in all areas together), the cells that change; None:
it is withdrawn. The first version has the figures of today.
"""


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Rows]]:
    """A release with revisions, and the figures that each of its versions published."""
    folder = tmp_path_factory.mktemp("history")
    descriptor = json.loads((MONTANA / "datapackage.json").read_text("utf-8"))
    resources = MONTANA / "resources"
    with (resources / "figures.csv").open(encoding="utf-8", newline="") as file:
        first = [{**row, "since": "1.0.0"} for row in csv.DictReader(file)]
    figures = {(row["measure"], row["area"], row["period"]): row for row in first}
    known = {(measure, area): row for (measure, area, _), row in figures.items()}
    columns = (resources / "revisions.csv").read_text("utf-8").splitlines()[0].split(",")
    revisions: list[Mapping[str, str]] = []
    published: dict[str, Rows] = {}
    for version, changes in CHANGES.items():
        for (measure, period), cells in changes.items():
            key = (measure, "ALL", period)
            if before := figures.pop(key, None):
                previous = {f"previous_{name}": cell for name, cell in before.items()}
                told = {"version": version, "reason": "correction", "note": "For a test."}
                revision = {**before, **previous, **told}
                revisions.append({name: revision[name] for name in columns})
            if cells is not None:
                figures[key] = {**(before or known[measure, "ALL"]), "period": period, **cells}
        package = folder / version
        shutil.copytree(resources, package / "resources")
        (package / "datapackage.json").write_text(
            json.dumps(descriptor | {"version": version}), "utf-8"
        )
        _write_csv(package / "resources" / "figures.csv", list(first[0]), figures.values())
        # Newest first: nothing may lean on the order of rows.
        _write_csv(package / "resources" / "revisions.csv", columns, reversed(revisions))
        published[version] = mtopendata.load(package)["figures"].rows(named=True)
    assert build(folder / NEWEST, folder / "dist").report.valid
    return folder / "dist", published


def _write_csv(file: Path, columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as sink:
        writer = csv.DictWriter(sink, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _require(run: Run) -> None:
    for program in run.needs:
        if shutil.which(program, path=PATH) is None:
            pytest.skip(f"{program} is not there: {PROGRAMS[program]}")
    for module in run.modules:
        if find_spec(module) is None:
            pytest.skip(f"{module} is not there: pip install {module}")
    for package in run.npm_packages:
        npm_package(package)
    for package in run.r_packages:
        test = f'quit(status = !requireNamespace("{package}", quietly = TRUE))'
        if subprocess.run(["Rscript", "-e", test], capture_output=True, check=False).returncode:
            pytest.skip(f"{package} is not there: apt-get install r-cran-{package.lower()}")


def _run(folder: Path, language: str, code: str, environment: Mapping[str, str]) -> str:
    """Run the code in the folder and return what it prints; a failure of it is one of the test."""
    # Beside the folder, as a release that holds a script is not what was released.
    place = folder.parent
    if language == "js":
        (place / "node_modules").symlink_to(NODE_MODULES)
    name, command = {
        "python": ("example.py", [sys.executable]),
        "sh": ("example.sh", ["bash", "-euo", "pipefail"]),
        "r": ("example.R", ["Rscript"]),
        "js": ("figures.mjs", ["node"]),
    }[language]
    (place / name).write_text(code, "utf-8")
    # LC_ALL would overrule what an example says of languages, or its test.
    inherited = {key: value for key, value in os.environ.items() if key != "LC_ALL"}
    done = subprocess.run(
        [*command, f"../{name}"], cwd=folder, check=False, text=True, encoding="utf-8",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env={**inherited, "LANG": "C.UTF-8", "PATH": PATH, **environment},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    return done.stdout


def _same(cell: Any, found: Any) -> bool:
    if cell is None or isinstance(cell, str):
        return type(found) is type(cell) and bool(found == cell)
    try:
        return bool(Decimal(str(found)) == cell)
    except InvalidOperation:
        return False


def _different(expected: Rows, found: Rows, key: Callable[[Any], Any]) -> list[Any]:
    """The cells that are not as expected: key, column, the cell wanted and the one found."""
    return [
        (key(row), column, cell, line[column])
        for row, line in zip(sorted(expected, key=key), sorted(found, key=key), strict=True)
        for column, cell in row.items()
        if not _same(cell, line[column])
    ]


@pytest.mark.slow
@pytest.mark.parametrize(("section", "number"), RUNS)
def test_an_example_reads_every_figure(
    section: str, number: int, own_release: Path, expected: dict[str, Rows], tmp_path: Path
) -> None:
    run = RUNS[section, number]
    _require(run)
    language, code = SNIPPETS[section, number]
    folder = tmp_path / "download"
    shutil.copytree(own_release, folder)
    if run.unpacked:
        _, unpack = SNIPPETS["Check and unpack", 1]
        _run(folder, "sh", unpack.splitlines()[-1], {})
    if language == "sql":
        language, code = "python", f"import duckdb\nprint(duckdb.execute({code!r}).fetchall())\n"
    environment = {
        key: str(tmp_path) if value == "." else value for key, value in run.environment.items()
    }
    _run(folder, language, code.rstrip() + run.ending, environment)
    found = run.read(folder)
    assert "figures" in found
    if section == EARLIER:
        expected = {"figures": mtopendata.load(MONTANA, as_of="1.0.0")["figures"].rows(named=True)}
    for table, rows in found.items():
        assert not _different(expected[table], rows, KEYS[table])


def _read_back(language: str, code: str) -> Rows:
    """Run an example of an earlier version here, in the working folder; the figures it reads."""
    names: dict[str, Any] = {}
    if language == "sql":
        import duckdb

        names["duckdb"] = database = duckdb.connect()
        database.execute(code).fetchall()
        rows = DUCKDB_ROWS
    else:
        exec(code, names)  # noqa: S102 - the code is that of the docs
        rows = PANDAS_ROWS if "import pandas" in code else POLARS_ROWS
    found: Rows = eval(rows.format("figures"), names)  # noqa: S307 - as above
    return found


@pytest.mark.slow
@pytest.mark.parametrize("number", [number for section, number in RUNS if section == EARLIER])
def test_an_example_reads_each_earlier_version_as_it_was_published(
    number: int, history: tuple[Path, dict[str, Rows]], monkeypatch: pytest.MonkeyPatch
) -> None:
    _require(RUNS[EARLIER, number])
    release, published = history
    language, code = SNIPPETS[EARLIER, number]
    code = code.replace(f"{STEM}.zip", f"mtopendata-{NEWEST}.zip")
    assert code.count("1.0.0") == 1  # so that a reader, too, has one place to change
    monkeypatch.chdir(release)
    for version, rows in published.items():
        found = _read_back(language, code.replace("1.0.0", version))
        assert _different(rows, found, KEYS["figures"]) == []


def test_versions_that_are_compared_as_text_read_back_other_figures(
    history: tuple[Path, dict[str, Rows]], monkeypatch: pytest.MonkeyPatch
) -> None:
    _require(RUNS[EARLIER, 2])
    release, published = history
    _, code = SNIPPETS[EARLIER, 2]
    as_text = re.sub(r"(MACRO numbers\(version\) AS)[^;]*;", r"\1 version;", code)
    assert as_text != code
    monkeypatch.chdir(release)
    found = _read_back("sql", as_text.replace("1.0.0", "1.9.0"))
    assert {row["printed"] for row in found} != {row["printed"] for row in published["1.9.0"]}


def test_a_comparison_in_python_has_what_is_written_of_it(
    history: tuple[Path, dict[str, Rows]], monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    text = (ROOT / "docs" / "diff.md").read_text("utf-8")
    _, code = _snippets(text)["In Python", 1]
    monkeypatch.chdir(history[0].parent)
    names: dict[str, Any] = {}
    exec(code.replace('"old"', '"1.0.0"').replace('"new"', '"1.2.0"'), names)  # noqa: S102 - as above
    printed = capsys.readouterr().out
    assert "survivors_families_supported" in printed
    assert printed.endswith("True 1.1.0\n")
    section = text.split("\n## In Python\n")[1].split("\n## ")[0]
    items = re.findall(r"^- ([^:]+):", section, re.MULTILINE)
    told = [name for item in items for name in re.findall(r"`(\w+)(?:\(\))?`", item)]
    assert len(told) > 10
    for name in told:
        assert hasattr(names["comparison"], name)


def test_the_comparison_tells_nothing_from_zero_and_text_from_numbers() -> None:
    assert _same(Decimal("18.5"), "18.50")
    assert _same(None, None)
    different: list[tuple[Any, Any]] = [
        (None, 0), (None, ""), (None, "nan"), (0, None), (0, ""), ("30", 30),
        (Decimal("18.5"), "18,5"), (36249999, "36249998.999999999999"),
    ]  # fmt: skip
    for cell, found in different:
        assert not _same(cell, found)


def test_a_frame_of_ones_own_fails_as_it_is_written(
    own_release: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(own_release)
    exec(SNIPPETS[OWN_FRAME, 1][1], {})  # noqa: S102 - as above
    assert capsys.readouterr().out == SNIPPETS[OWN_FRAME, 2][1]


def test_every_example_is_run_and_every_section_has_one(expected: dict[str, Rows]) -> None:
    printed = {place for place, (kind, _) in SNIPPETS.items() if kind in ("text", "bibtex")}
    assert printed == {(OWN_FRAME, 2), (CITE, 1), (CITE, 2)}
    assert SNIPPETS.keys() - printed == RUNS.keys()
    sections = re.findall(r"^## (.+)$", TEXT, re.MULTILINE)
    assert set(sections) == {section for section, _ in RUNS} | WITHOUT.keys()
    # What the examples have to keep, so that they cannot pass by reading something simpler.
    figures = expected["figures"]
    assert len(figures) == 20
    assert [row["value"] for row in figures].count(0) == 1
    assert [row["upper"] for row in figures].count(None) == 3
    assert [row["fips"] for row in expected["areas"]] == [None, None, "30"]


def test_the_text_names_the_files_of_this_release(own_release: Path) -> None:
    files = {file.name for file in own_release.iterdir()}
    named = set(re.findall(r"[\w.-]+\.(?:zip|sqlite|xlsx|html|vtl|parquet)\b|SHA256SUMS", TEXT))
    assert named - files == {"own.sqlite"}
    assert {name for name in files - named if not name.endswith(".parquet")} == set()


@pytest.mark.slow
def test_a_part_of_a_release_is_checked_as_described(own_release: Path, tmp_path: Path) -> None:
    for name in ("SHA256SUMS", f"{STEM}.zip"):
        shutil.copy(own_release / name, tmp_path)
    (tmp_path / "notes.txt").write_text("not of the release", "utf-8")
    assert mtopendata.verify(tmp_path / f"{STEM}.zip").valid
    assert not mtopendata.verify(tmp_path).valid
    _require(Run(("sha256sum",)))
    command = ["sha256sum", "--ignore-missing", "-c", "SHA256SUMS"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 0


def test_the_losses_in_python_are_as_described(own_release: Path) -> None:
    duckdb, pandas = pytest.importorskip("duckdb"), pytest.importorskip("pandas")
    openpyxl = pytest.importorskip("openpyxl")
    import polars as pl
    from frictionless import Schema

    areas = str(MONTANA / "resources" / "areas.csv")
    figures = MONTANA / "resources" / "figures.csv"
    assert pandas.read_csv(areas)["fips"].iloc[2] == 30.0
    assert pandas.read_csv(figures)["upper"].sum() > 0
    assert pl.read_csv(areas)["fips"].dtype == pl.Int64
    assert pl.read_csv(areas, schema_overrides={"fips": pl.String})["fips"][2] == "30"
    assert pl.read_csv(figures).filter(pl.col("upper") < 1_000_000).height == 16
    assert str(duckdb.read_csv(areas).select("fips").types[0]) == "BIGINT"
    assert str(duckdb.read_csv(str(figures)).select("upper").types[0]) == "DOUBLE"
    assert Schema.describe(areas).get_field("fips").type == "integer"
    book = openpyxl.load_workbook(own_release / f"{STEM}.xlsx")
    sheet = book["figures"]
    assert [sheet["G1"].value, sheet["H1"].value] == ["lower", "upper"]
    assert [sheet["H3"].value, sheet["J3"].value] == [None, "more than 105 million"]
    assert book.sheetnames[:2] == ["About", "figures"]
    assert "datapackage_fields" in TEXT
    with closing(sqlite3.connect(own_release / f"{STEM}.sqlite")) as database:
        told = database.execute("SELECT count(*) FROM datapackage_fields").fetchone()
    assert told[0] > 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("program", "language", "code", "printed"),
    [
        ("Rscript", "r", "write.csv(data.frame(x = 105000000), row.names = FALSE)", "1.05e+08"),
        ("Rscript", "r", "sum(c(1, NA))", "NA"),
        ("node", "js", 'console.log(null + 1, null < 1, Number(""))', "1 true 0"),
        ("node", "js", "try { JSON.stringify(1n) } catch (e) { console.log(e.name) }", "TypeError"),
    ],
)
def test_the_losses_in_other_languages_are_as_described(
    program: str, language: str, code: str, printed: str, tmp_path: Path
) -> None:
    _require(Run((program,)))
    (folder := tmp_path / "download").mkdir()
    assert printed in _run(folder, language, code, {})
