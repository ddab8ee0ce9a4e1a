"""A comparison that does not keep all rows says the same as one of whole tables, word for word."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtopendata.changes import large_tables
from mtopendata.commands.diff import diff
from mtopendata.reading.options import Options
from tests.kit.examples import examples
from tests.kit.packages import write_package
from tests.kit.vintages import figure, revision, write_vintage

NEVER = 2**60
CELLS = st.tuples(
    st.sampled_from(["1", "1.0", "1.50", "2", "", "x"]),
    st.sampled_from(["", "u", "v"]),
    st.sampled_from(["P1D", "PT24H", ""]),
)
ROWS = st.dictionaries(
    st.tuples(st.sampled_from(["a", "b", "c"]), st.sampled_from(["1", "2", "3", ""])),
    CELLS,
    max_size=10,
)
NUMBERS = st.sampled_from(["number", "integer", "string"])
PARENTS = st.sets(st.sampled_from(["u", "v", "w"]))


def compared(old: Path, new: Path, large: int) -> Mapping[str, Any]:
    """A comparison in small blocks, of which the tables of so many bytes are not kept whole."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(large_tables, "LARGE", large)
        found = diff(old, new, Options(block=32, threads=2)).to_dict()
    said: Mapping[str, Any] = json.loads(json.dumps(found, default=str))
    return said


def write(
    folder: Path,
    rows: Mapping[Any, Any],
    number: str,
    parents: set[str],
    version: str,
    keys: Sequence[str] = ("k", "j"),
) -> Path:
    text = io.StringIO()
    written = csv.writer(text, lineterminator="\n")
    written.writerow(["k", "j", "n", "p", "d"])
    written.writerows([*key, *cells] for key, cells in rows.items())
    fields = {"k": "string", "j": "integer", "n": number, "p": "string", "d": "duration"}
    child = {
        "fields": [{"name": name, "type": type_} for name, type_ in fields.items()],
        "primaryKey": list(keys),
        "foreignKeys": [{"fields": ["p"], "reference": {"resource": "p", "fields": ["p"]}}],
    }
    parent = {"fields": [{"name": "p", "type": "string"}], "primaryKey": ["p"]}
    resources = [
        {"name": "t", "path": "t.csv", "schema": child},
        {"name": "p", "path": "p.csv", "schema": parent},
    ]
    files = {
        "t.csv": text.getvalue(),
        "p.csv": "\n".join(["p", *sorted(parents)]) + "\n",
        "CHANGELOG.md": f"## {version}\n",
    }
    return write_package(folder, {"version": version, "resources": resources}, files)


@settings(max_examples=examples(120), deadline=None)
@given(ROWS, ROWS, NUMBERS, NUMBERS, PARENTS, PARENTS, st.booleans())
def test_any_two_tables_are_compared_as_if_they_were_whole(
    old: Mapping[Any, Any],
    new: Mapping[Any, Any],
    before: str,
    after: str,
    parents: set[str],
    others: set[str],
    is_like: bool,
) -> None:
    if is_like:
        new = {**old, **dict(list(new.items())[:2])}
    with TemporaryDirectory() as folder:
        one = write(Path(folder) / "old", old, before, parents, "1.0.0")
        other = write(Path(folder) / "new", new, after, others, "1.1.0")
        assert compared(one, other, 0) == compared(one, other, NEVER)


FIGURES = st.lists(
    st.tuples(
        st.sampled_from("abcd"),
        st.none() | st.integers(1, 3),
        st.sampled_from(["1.0.0", "1.1.0", "1.2.0"]),
    ),
    max_size=4,
    unique_by=lambda row: row[0],
)
REVISIONS = st.lists(
    st.tuples(
        st.sampled_from("abcd"), st.integers(1, 3), st.sampled_from(["1.1.0", "1.2.0", "2.0.0"])
    ),
    max_size=3,
    unique_by=lambda row: (row[0], row[2]),
)


@settings(max_examples=examples(120), deadline=None)
@given(FIGURES, FIGURES, REVISIONS, REVISIONS, st.sampled_from(["1.0.0", "1.1.0"]))
def test_any_figures_are_explained_as_if_all_had_been_looked_at(
    old: Any, new: Any, revised: Any, revisions: Any, version: str
) -> None:
    def figures(rows: Any) -> list[Any]:
        return [{**figure(name, 2023, value), "since": since} for name, value, since in rows]

    def revisions_of(rows: Any) -> list[Any]:
        return [revision(figure(name, 2023, value), since) for name, value, since in rows]

    with TemporaryDirectory() as folder:
        one = write_vintage(Path(folder) / "old", version, figures(old), revisions_of(revised))
        other = write_vintage(Path(folder) / "new", "1.2.0", figures(new), revisions_of(revisions))
        assert compared(one, other, 0) == compared(one, other, NEVER)


def test_rows_that_are_alike_are_not_kept(tmp_path: Path) -> None:
    rows = {("a", str(number)): ("1", "u", "") for number in range(100)}
    old = write(tmp_path / "old", rows, "number", {"u"}, "1.0.0")
    new = write(tmp_path / "new", rows | {("a", "7"): ("2", "u", "")}, "number", {"u"}, "1.0.1")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(large_tables, "LARGE", 0)
        found = diff(old, new, Options(block=200))
    assert [found.old.tables[name].frame.height for name in ("t", "p")] == [1, 1]
    assert (found.tables[0].before, found.tables[0].after) == (100, 100)
    assert found.tables[0].counts == "1 changed"
