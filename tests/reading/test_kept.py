"""A run that looks only at what is new says what a full one says, whatever lies in the cache."""

import errno
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal, assert_series_equal

import mtopendata
from mtopendata.reading.csv_tables import CsvTable
from mtopendata.reading.folds import Failures
from mtopendata.reading.kept.cache import Cache
from mtopendata.reading.kept.plain import NotPlainError, from_parts, to_parts
from mtopendata.reading.options import Options
from mtopendata.reading.tables import Block, Place
from tests.kit.examples import examples, sample
from tests.kit.packages import FOLDERS, MONTANA, write_package
from tests.kit.program import run

Report = Mapping[str, Any]


@pytest.fixture(autouse=True, scope="module")
def own_folder_of_caches(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("caches")))
        yield


def said(package: Path, cache: Cache | None = None, block: int = 64) -> Report:
    """The report as JSON, read in small blocks."""
    report = mtopendata.validate(package, Options(block=block, threads=2, cache=cache))
    return report.to_dict()


@contextmanager
def counted() -> Iterator[list[int]]:
    """The numbers of the blocks that are read meanwhile."""
    numbers: list[int] = []
    read = CsvTable.read

    def reading(self: CsvTable, job: Any) -> Block:
        if self.name == "t":
            numbers.append(job.number)
        return read(self, job)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CsvTable, "read", reading)
        yield numbers


HEADER = "k,n,p\n"
FIELDS = [
    {"name": "k", "type": "integer", "constraints": {"minimum": 0}},
    {"name": "n", "type": "number", "constraints": {"maximum": 50}},
    {"name": "p", "type": "string"},
]


def write(folder: Path, parts: Sequence[str], parents: str = "p\nx\ny\n") -> Path:
    files = {f"{number}.csv": text for number, text in enumerate(parts)}
    schema = {
        "fields": FIELDS,
        "primaryKey": ["k"],
        "foreignKeys": [{"fields": ["p"], "reference": {"resource": "p", "fields": ["p"]}}],
    }
    parent = {"fields": [{"name": "p", "type": "string"}], "primaryKey": ["p"]}
    resources = [
        {"name": "t", "path": list(files), "format": "csv", "schema": schema},
        {"name": "p", "path": "p.csv", "schema": parent},
    ]
    shutil.rmtree(folder, ignore_errors=True)
    return write_package(folder, {"resources": resources}, {**files, "p.csv": parents})


def rows(numbers: range) -> str:
    return "".join(f"{number},{number % 7}.5,x\n" for number in numbers)


NUMBERS = st.sampled_from(["1", "2.50", "99", "x", "", "1e400", "12345678901234567890.5"])
LINES = st.lists(
    st.one_of(
        st.builds(lambda k, n, p: f"{k},{n},{p}\n", st.integers(-1, 30), NUMBERS,
                  st.sampled_from("xyz")),
        st.sampled_from(["1,2\n", "1,2,x,3\n", "\n", '7,1,"x"\n', '8,1,"a\nb"\n', '9,1,x"y\n',
                         "3,1,x\r\n", "4,1,é\n"]),
    ),
    max_size=12,
)  # fmt: skip
PARTS = st.lists(
    st.builds(lambda head, lines: head + "".join(lines), st.sampled_from(
        [HEADER, HEADER, HEADER, "\ufeff" + HEADER, "k,p,n\n", ""]), LINES),
    min_size=1, max_size=4,
)  # fmt: skip


@settings(max_examples=examples(100), deadline=None)
@given(
    PARTS,
    st.lists(
        st.tuples(st.sampled_from(["add", "change", "remove", "append", "parents"]), PARTS,
                  st.integers(0, 3)),
        max_size=4,
    ),
)  # fmt: skip
def test_a_later_run_says_what_a_full_one_says_whatever_has_changed(
    parts: list[str], changes: Sequence[tuple[str, list[str], int]]
) -> None:
    parents = "p\nx\ny\n"
    with TemporaryDirectory() as folder:
        place, cache = Path(folder) / "package", Path(folder) / "cache"
        for kind, others, index in [("add", [], 0), *changes]:
            index = min(index, len(parts) - 1)
            match kind:
                case "add":
                    parts = [*parts[:index], *others, *parts[index:]]
                case "change":
                    parts = [*parts[:index], *others[:1], *parts[index + 1 :]]
                case "append":
                    parts = [*parts[:index], parts[index] + others[0], *parts[index + 1 :]]
                case "remove" if len(parts) > 1:
                    parts = parts[:index] + parts[index + 1 :]
                case "parents":
                    parents = "p\nx\n" if len(parents) > 4 else "p\nx\ny\nz\n"
            write(place, parts, parents)
            assert said(place, Cache(cache)) == said(place)


def test_a_new_file_has_the_columns_of_a_known_one_behind_an_empty_one(tmp_path: Path) -> None:
    place, cache = tmp_path / "package", Cache(tmp_path / "cache")
    parts = ["", HEADER + rows(range(9))]
    for more in ([], ["k,p,n\n"]):
        write(place, [*parts, *more])
        assert said(place, cache) == said(place)


@pytest.mark.parametrize("folder", sample(FOLDERS), ids=lambda folder: folder.name)
def test_every_package_is_judged_again_as_it_was(folder: Path, tmp_path: Path) -> None:
    wanted = said(folder, block=32)
    for _ in range(2):
        assert said(folder, Cache(tmp_path / "cache"), block=32) == wanted


@pytest.mark.slow
def test_the_figures_are_judged_again_as_they_were(tmp_path: Path) -> None:
    wanted = said(MONTANA, block=500)
    for _ in range(2):
        assert said(MONTANA, Cache(tmp_path / "cache"), block=500) == wanted
    assert list((tmp_path / "cache").iterdir())


def test_of_files_only_the_one_that_changed_is_read(tmp_path: Path) -> None:
    parts = [HEADER + rows(range(start, start + 20)) for start in (0, 20, 40)]
    place = write(tmp_path / "p", parts)
    with counted() as first:
        said(place, Cache(tmp_path / "cache"))
    parts[1] = parts[1].replace("25,4.5", "25,3.5")
    write(place, parts)
    with counted() as second:
        said(place, Cache(tmp_path / "cache"))
    assert len(first) == 9
    assert len(second) == 1
    with counted() as third:
        said(place, Cache(tmp_path / "cache"))
    assert third == []


def test_of_a_file_only_what_was_appended_is_read(tmp_path: Path) -> None:
    place = write(tmp_path / "p", [HEADER + rows(range(40))])
    with counted() as first:
        said(place, Cache(tmp_path / "cache"))
    write(place, [HEADER + rows(range(45))])
    with counted() as second:
        said(place, Cache(tmp_path / "cache"))
    assert len(second) <= 2 < len(first)


@pytest.mark.slow
def test_a_key_that_an_older_file_has_is_found_in_a_new_one(tmp_path: Path) -> None:
    parts = [HEADER + rows(range(start, start + 20)) for start in range(0, 400, 20)]
    place = write(tmp_path / "p", parts)
    said(place, Cache(tmp_path / "cache"))
    parts[7] = parts[7].replace("145,", "7,")
    write(place, parts)
    report = mtopendata.validate(place, Options(block=64, cache=Cache(tmp_path / "cache")))
    assert [(found.code, found.row) for found in report.findings] == [("primary-key", 7)]
    assert report.to_dict() == said(place)


@pytest.mark.slow
def test_what_one_process_keeps_another_one_uses(tmp_path: Path) -> None:
    text = "x" * 2**22
    parts = [f"{HEADER}{start},1,{text}\n{start + 1},1,x\n" for start in (0, 10)]
    place = write(tmp_path / "p", parts, f"p\nx\n{text}\n")
    program = [sys.executable, "-m", "mtopendata", "validate", str(place), "--format", "json"]
    program += ["--cache", str(tmp_path / "cache")]
    subprocess.run(program, check=True, capture_output=True)
    write(place, [parts[0], parts[1].replace("\n11,", "\n1,")], f"p\nx\n{text}\n")
    done = subprocess.run(program, check=False, capture_output=True, text=True)
    codes = [finding["code"] for finding in json.loads(done.stdout)["findings"]]
    assert codes == ["primary-key"]
    with counted() as read:
        mtopendata.validate(place, Options(cache=Cache(tmp_path / "cache")))
    assert len(read) == 2  # a second look at the rows of equal keys, and nothing else


def test_a_limit_or_a_constraint_of_another_run_decides_nothing(tmp_path: Path) -> None:
    place = write(tmp_path / "p", [HEADER + rows(range(40))])
    said(place, Cache(tmp_path / "cache"))
    descriptor = place / "datapackage.json"
    descriptor.write_text(descriptor.read_text("utf-8").replace('"maximum": 50', '"maximum": 5'))
    report = said(place, Cache(tmp_path / "cache"))
    assert report["errors"] > 0
    assert report == said(place)


# What must not be trusted


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-5])


def _change(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[-20] ^= 1
    file.write_bytes(data)


def _empty(file: Path) -> None:
    file.write_bytes(b"")


def _exchange(file: Path) -> None:
    others = [other for other in file.parent.glob("*.seen") if other != file]
    shutil.copyfile(others[0], file)


@pytest.mark.slow
@pytest.mark.parametrize("spoil", [_cut, _change, _empty, _exchange, os.unlink])
def test_an_entry_that_is_not_as_it_was_written_is_ignored(
    spoil: Callable[[Path], Any], tmp_path: Path
) -> None:
    place = write(tmp_path / "p", [HEADER + rows(range(40)), HEADER + rows(range(40, 60))])
    wanted = said(place)
    files = []
    for index in range(100):
        said(place, cache := Cache(tmp_path / "cache"))
        files = sorted(cache.folder.glob("*.seen"))
        if index >= len(files):
            break
        spoil(files[index])
        assert said(place, Cache(tmp_path / "cache")) == wanted
    assert files


def test_entries_of_another_key_are_ignored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = write(tmp_path / "p", [HEADER + rows(range(40))])
    said(place, Cache(tmp_path / "cache"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "others"))
    with counted() as read:
        said(place, Cache(tmp_path / "cache"))
    assert read


@pytest.mark.skipif(os.name != "posix", reason="rights of this kind are POSIX's")
def test_a_key_that_others_can_read_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    place = write(tmp_path / "p", [HEADER + rows(range(40))])
    said(place, Cache(tmp_path / "cache"))
    key = tmp_path / "caches" / "mtopendata" / "key"
    assert key.stat().st_mode & 0o777 == 0o600
    key.chmod(0o644)
    cache = Cache(tmp_path / "cache")
    assert said(place, cache) == said(place)
    assert cache.trouble is not None
    assert "others can read" in cache.trouble


def test_a_full_disk_is_one_line_and_the_run_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = write(tmp_path / "p", [HEADER + "x" * 2**22 + ",1,x\n" * 2 + rows(range(40))])
    wanted = run("validate", place, "--format", "json")

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "replace", full)
    done = run("validate", place, "--format", "json", "--cache", tmp_path / "cache")
    assert done.stdout == wanted.stdout
    assert done.exit_code == wanted.exit_code
    assert done.stderr == (
        f"{tmp_path / 'cache'}: the cache cannot be used (No space left on device); "
        "the run went on without it\n"
    )
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_folder_that_is_none_is_one_line_too(tmp_path: Path) -> None:
    place = write(tmp_path / "p", [HEADER + rows(range(40))])
    (tmp_path / "cache").write_text("a file")
    done = run("validate", place, "--cache", tmp_path / "cache")
    assert done.exit_code == 0
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.slow
def test_two_runs_at_once_leave_each_other_alone(tmp_path: Path) -> None:
    place = write(tmp_path / "p", [HEADER + rows(range(60)), HEADER + rows(range(50, 90))])
    wanted = said(place)
    with ThreadPoolExecutor(4) as pool:
        found = pool.map(lambda _: said(place, Cache(tmp_path / "cache")), range(12))
        assert all(report == wanted for report in found)
    assert not [file for file in (tmp_path / "cache").iterdir() if file.suffix != ".seen"]


def test_entries_that_nobody_has_asked_for_in_a_month_go(tmp_path: Path) -> None:
    place = write(tmp_path / "p", [HEADER + rows(range(40))])
    said(place, Cache(tmp_path / "cache"))
    old, *others = sorted((tmp_path / "cache").iterdir())
    os.utime(old, (0, 0))
    Cache(tmp_path / "cache").clean()
    assert not old.exists()
    assert others == sorted((tmp_path / "cache").iterdir())


# Plain data


MOMENTS = (st.times() | st.datetimes()).map(lambda moment: moment.replace(fold=0))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False)
    | st.decimals(allow_nan=False) | st.binary() | st.dates() | MOMENTS
    | st.timedeltas() | st.builds(Place, st.integers(), st.integers())
    | st.builds(range, st.integers(0, 9), st.integers(0, 9)),
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple)
    | st.dictionaries(st.text() | st.tuples(st.integers(), st.text()), inner)
    | st.frozensets(st.integers() | st.text())
    | st.builds(Failures, st.integers(), st.lists(inner).map(tuple)),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=examples(100), deadline=None)
@given(VALUES)
def test_plain_data_come_back_as_they_were(value: Any) -> None:
    found = from_parts(to_parts(value))
    assert type(found) is type(value)
    assert found == value


def test_columns_of_every_type_come_back_as_they_were() -> None:
    frame = pl.DataFrame(
        {
            "^a.*$": pl.Series([1, None], dtype=pl.UInt64),
            "wide": pl.Series([2**100, None], dtype=pl.Int128),
            "number": pl.Series([Decimal("1.50"), None], dtype=pl.Decimal(38, 2)),
            "text": pl.Series(["é", None]),
            "is": pl.Series([True, None]),
            "day": pl.Series([date(2023, 1, 2), None]),
            "hour": pl.Series([time(1, 2, 3), None]),
            "moment": pl.Series([datetime(2023, 1, 2, tzinfo=UTC), None]),
            "long": pl.Series([timedelta(days=1), None]),
            "list": pl.Series([[1, 2], None]),
        }
    )
    assert_frame_equal(from_parts(to_parts([frame]))[0], frame)
    for series in frame:
        assert_series_equal(from_parts(to_parts(series)), series)


@dataclass
class Changing:
    value: int


@pytest.mark.parametrize("value", [Changing(1), print, object(), io.BytesIO()])
def test_what_is_no_plain_data_is_not_written(value: object) -> None:
    with pytest.raises(NotPlainError):
        to_parts([value])


@pytest.mark.parametrize(
    "tree",
    [
        ["data", "os", "stat_result", []],
        ["data", "mtopendata.reading.tables", "Lines", []],
        ["data", "mtopendata.reading.tables", "Place", [1]],
        ["data", "mtopendata.nowhere", "Place", [1, 2]],
        ["frame", 3],
        ["print", "x"],
        ["date", "x"],
        [],
    ],
)
def test_nothing_else_is_made_of_bytes(tree: Any) -> None:
    with pytest.raises(NotPlainError):
        from_parts([json.dumps(tree).encode()])
    assert "mtopendata.nowhere" not in sys.modules
