"""Of Parquet and JSON, too, a later run reads what is new, and says what a full one says."""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mtopendata
from mtopendata.reading.kept.cache import Cache
from mtopendata.reading.options import Options
from mtopendata.reading.tables import Block
from mtopendata.reading.typed_tables import TypedTable
from tests.kit.examples import examples
from tests.kit.packages import schema_of, write_package

Row = Mapping[str, Any]

SCHEMA = schema_of(k="integer", n="number", p="string") | {"primaryKey": ["k"]}
SCHEMA["fields"][1]["constraints"] = {"maximum": 50}


@pytest.fixture(autouse=True, scope="module")
def own_folder_of_caches(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("caches")))
        yield


def write(folder: Path, format_: str, parts: Sequence[Sequence[Row]]) -> Path:
    """A table in so many files; a row whose `p` is a list breaks that of Parquet's type."""
    shutil.rmtree(folder, ignore_errors=True)
    names = [f"{number}.{format_}" for number in range(len(parts))]
    table = {"name": "t", "path": names, "format": format_, "schema": SCHEMA}
    write_package(folder, {"resources": [table]}, {})
    for name, rows in zip(names, parts, strict=True):
        if format_ == "jsonl":
            (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
        else:
            is_other = any("q" in row for row in rows)
            types = {"k": pl.Int64, "n": pl.Float64, "q" if is_other else "p": pl.String}
            frame = pl.DataFrame(
                [[row.get(one) for one in types] for row in rows], types, orient="row"
            )
            frame.write_parquet(folder / name)
    return folder


def said(package: Path, cache: Cache | None = None) -> Mapping[str, Any]:
    return mtopendata.validate(package, Options(block=48, threads=2, cache=cache)).to_dict()


ROW = st.fixed_dictionaries(
    {"k": st.integers(0, 30), "n": st.sampled_from([1, 2.5, 99, None])},
    optional={"p": st.sampled_from(["x", "é", None]), "q": st.just("another name")},
)
PARTS = st.lists(st.lists(ROW, max_size=6), min_size=1, max_size=4)


@settings(max_examples=examples(100), deadline=None)
@given(st.sampled_from(["jsonl", "parquet"]), st.lists(PARTS, min_size=1, max_size=3), st.data())
def test_a_later_run_says_what_a_full_one_says_whatever_has_changed(
    format_: str, versions: Sequence[Sequence[Sequence[Row]]], data: st.DataObject
) -> None:
    known = [part for parts in versions for part in parts]
    with TemporaryDirectory() as folder:
        place, cache = Path(folder) / "package", Path(folder) / "cache"
        for parts in versions:
            write(place, format_, parts)
            assert said(place, Cache(cache)) == said(place)
        again = data.draw(st.lists(st.sampled_from(known), min_size=1, max_size=4))
        write(place, format_, again)
        assert said(place, Cache(cache)) == said(place)


@contextmanager
def counted() -> Iterator[list[int]]:
    """The files whose blocks are read meanwhile."""
    parts: list[int] = []
    read = TypedTable.read

    def reading(self: TypedTable, job: Any) -> Block:
        parts.append(job.part)
        return read(self, job)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TypedTable, "read", reading)
        yield parts


@pytest.mark.parametrize("format_", ["jsonl", "parquet"])
def test_of_files_only_the_one_that_changed_is_read(format_: str, tmp_path: Path) -> None:
    parts = [
        [{"k": number, "n": 1.5, "p": "x"} for number in range(start, start + 20)]
        for start in (0, 20, 40)
    ]
    place, cache = write(tmp_path / "p", format_, parts), tmp_path / "cache"
    with counted() as first:
        assert not said(place, Cache(cache))["findings"]
    assert set(first) == {0, 1, 2}
    parts[1][3] = {"k": 5, "n": 1.5, "p": "x"}
    write(place, format_, parts)
    with counted() as second:
        (finding,) = said(place, Cache(cache))["findings"]
    assert (finding["code"], finding["path"]) == ("primary-key", f"1.{format_}")
    assert 0 < second.count(1) < len(first)
    with counted() as third:
        assert len(said(place, Cache(cache))["findings"]) == 1
    # Rows with equal keys are looked at again.
    assert third.count(2) == 0
