"""A report is the same however a table is cut into blocks, and whoever looks at them first."""

import json
import random
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mtopendata import Options, validate
from mtopendata.ledger.report import Report
from mtopendata.reading import scanning
from mtopendata.reading.csv_tables import CsvTable, Job
from mtopendata.report import render
from tests.kit.examples import examples, sample
from tests.kit.packages import MONTANA, write_package

PACKAGES = Path(__file__).parents[1] / "packages"
ROOT = Path(__file__).parents[2]
FOLDERS = sorted(path for path in PACKAGES.iterdir() if path.is_dir())
SETTINGS = settings(
    max_examples=examples(60),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def told(report: Report) -> str:
    return render("validation", "json", report, verbose=True)


@pytest.mark.sampled
@pytest.mark.parametrize("folder", sample([MONTANA, *FOLDERS]), ids=lambda folder: folder.name)
def test_a_report_is_the_same_for_blocks_of_one_record(folder: Path) -> None:
    try:
        whole = told(validate(folder))
    except Exception as error:  # noqa: BLE001 - whatever it is, it must be the same
        with pytest.raises(type(error)):
            validate(folder, Options(block=1))
        return
    assert told(validate(folder, Options(block=1, threads=1))) == whole


def shuffled(seed: int) -> Callable[..., Iterator[tuple[Any, Any]]]:
    """Jobs whose results come in another order than theirs."""

    def in_any_order(
        see: Callable[[Any], Any], jobs: Iterator[Any], _: int | None
    ) -> Iterator[tuple[Any, Any]]:
        results = [(job, see(job)) for job in jobs]
        random.Random(seed).shuffle(results)  # noqa: S311 - no secret
        return iter(results)

    return in_any_order


CELLS = ["", "1", "2", "2.50", "-3", "x", '"a\nb"', '"q""q"', "1e3", "0.5", "9" * 20, "NaN", 'a"b']


@SETTINGS
@given(
    rows=st.lists(st.lists(st.sampled_from(CELLS), min_size=1, max_size=4), max_size=25),
    block=st.integers(1, 60),
    threads=st.integers(1, 3),
    limit=st.sampled_from([1, 2, 100]),
    seed=st.integers(0, 9),
)
def test_a_report_depends_on_the_table_alone(
    rows: Sequence[Sequence[str]],
    block: int,
    threads: int,
    limit: int,
    seed: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = "".join(",".join(row) + "\n" for row in [["a", "b", "c"], *rows])
    folder = write_three_columns(tmp_path / "p", "t.csv", text)
    whole = told(validate(folder, Options(limit=limit)))
    assert told(validate(folder, Options(limit=limit, block=block, threads=threads))) == whole
    with monkeypatch.context() as patched:
        patched.setattr(scanning, "_in_threads", shuffled(seed))
        assert told(validate(folder, Options(limit=limit, block=block))) == whole


def write_three_columns(folder: Path, path: str, text: str) -> Path:
    """A package of one table that refers to itself, with constraints and keys of all kinds."""
    shutil.rmtree(folder, ignore_errors=True)
    fields = [
        {"name": "a", "type": "string", "constraints": {"enum": ["1", "2", "x"], "unique": True}},
        {"name": "b", "type": "number", "constraints": {"minimum": 0, "required": True}},
        {"name": "c", "type": "integer", "constraints": {"maximum": 2}},
    ]
    key = {"fields": ["b"], "reference": {"resource": "t", "fields": ["c"]}}
    schema = {
        "fields": fields,
        "primaryKey": ["a", "b"],
        "uniqueKeys": [["b"], ["c"]],
        "foreignKeys": [key],
    }
    resource = {"name": "t", "path": path, "schema": schema}
    return write_package(folder, {"resources": [resource]}, {path: text})


LINES = [
    "", "  ", '{"a": "1", "b": 1, "c": 2}', '{"a": "x", "b": 2.50}', '{"c": 1, "z": null}', "{}",
    '{"b": 1e400}', '{"b": 0.5, "c": 12345678901234567890, "a": "2"}', '{"a": 1, "b": "y"}',
    '{"a": "q", "a": "r"}', r'{"a": "\ud800"}', "[1, 2, 3]", '["a", "b", "c"]', '["1", 1, 1.0]',
    "[1]", "5", "{", "NaN", '{"a": NaN}',
]  # fmt: skip


@SETTINGS
@given(
    lines=st.lists(st.sampled_from(LINES), max_size=12),
    block=st.integers(1, 60),
    threads=st.integers(1, 3),
    limit=st.sampled_from([1, 100]),
)
def test_a_report_depends_on_the_lines_of_json_alone(
    lines: Sequence[str], block: int, threads: int, limit: int, tmp_path: Path
) -> None:
    folder = write_three_columns(tmp_path / "p", "t.jsonl", "\n".join(lines))
    whole = told(validate(folder, Options(limit=limit)))
    assert told(validate(folder, Options(limit=limit, block=block, threads=threads))) == whole


def test_a_file_that_changes_while_it_is_read_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "t.csv").write_text("a\n" + "1\n" * 9)
    schema = {"fields": [{"name": "a", "type": "integer"}], "primaryKey": ["a"]}
    resource = {"name": "t", "path": "t.csv", "schema": schema}
    (tmp_path / "datapackage.json").write_text(json.dumps({"resources": [resource]}))
    read = CsvTable.read
    seen: list[int] = []

    def changed(self: CsvTable, job: Job) -> Any:
        block = read(self, job)
        seen.append(job.number)
        if len(seen) == 2:  # the second look finds another key
            return replace(block, frame=block.frame + 1)
        return block

    monkeypatch.setattr(CsvTable, "read", changed)
    (found,) = [item for item in validate(tmp_path).findings if item.severity == "error"]
    assert found.code == "unreadable"
    assert found.message.startswith("the file changed while it was read")
    assert len(seen) == 2


def test_a_file_that_grows_while_it_is_read_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "t.csv"
    file.write_text("a\n1\n")
    schema = {"fields": [{"name": "a", "type": "integer"}]}
    resource = {"name": "t", "path": "t.csv", "schema": schema}
    (tmp_path / "datapackage.json").write_text(json.dumps({"resources": [resource]}))
    blocks = CsvTable._blocks

    def growing(self: CsvTable, *rest: Any) -> Iterator[Any]:
        yield from blocks(self, *rest)
        file.write_text("a\n1\n2\n")

    monkeypatch.setattr(CsvTable, "_blocks", growing)
    (found,) = [item for item in validate(tmp_path).findings if item.severity == "error"]
    assert found.hint == "validate it again when nothing writes to it"


def test_a_stray_quote_leads_the_blocks_behind_it_not_astray(tmp_path: Path) -> None:
    rows = [f"{number},a" for number in range(40)]
    rows[20] = '20,5" pipe'
    (tmp_path / "t.csv").write_text("k,v\n" + "\n".join(rows) + "\n")
    fields = [{"name": "k", "type": "integer"}, {"name": "v", "type": "string"}]
    resource = {"name": "t", "path": "t.csv", "schema": {"fields": fields, "primaryKey": ["k"]}}
    (tmp_path / "datapackage.json").write_text(json.dumps({"resources": [resource]}))
    reports = [told(validate(tmp_path, Options(block=size))) for size in (1, 7, 50, 10**6)]
    assert reduce(lambda one, other: one if one == other else "", reports)
