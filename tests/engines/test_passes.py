"""A table that is seen in tasks has the same report, wherever its files are cut into ranges."""

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mtopendata import MtopendataError, Options, validate
from mtopendata.engines.spark import passes
from mtopendata.engines.spark.passes import Spread
from mtopendata.report import render
from tests.kit.clusters import in_process
from tests.kit.examples import examples, sample
from tests.kit.packages import FOLDERS, MONTANA, schema_of, write_package, write_table

SETTINGS = settings(
    max_examples=examples(100),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def told(folder: Path, options: Options | None = None) -> str:
    return render("validation", "json", validate(folder, options), verbose=True)


def told_in_tasks(folder: Path, width: int, limit: int = 100, seed: int = 0) -> str:
    return told(folder, Options(limit, block=width, engine=Spread(in_process(seed))))


TEXTS = ['"a\nb"', '"q""q\r\n"', "1", "", "2.50", "x", '"a,b"', '"\n\n"', "9" * 40, 'a"b', "é"]


@SETTINGS
@given(
    rows=st.lists(st.lists(st.sampled_from(TEXTS), min_size=2, max_size=3), max_size=30),
    end=st.sampled_from(["\n", "\r\n"]),
    width=st.integers(1, 90),
    limit=st.sampled_from([1, 100]),
    seed=st.integers(0, 9),
)
def test_any_width_of_ranges_gives_the_same_report(
    rows: Sequence[Sequence[str]], end: str, width: int, limit: int, seed: int, tmp_path: Path
) -> None:
    text = "".join(",".join(row) + end for row in [["a", "b", "c"], *rows])
    fields = [
        {"name": "a", "type": "string", "constraints": {"unique": True}},
        {"name": "b", "type": "number", "constraints": {"required": True}},
        {"name": "c", "type": "string"},
    ]
    key = {"fields": ["c"], "reference": {"resource": "", "fields": ["a"]}}
    schema = {"fields": fields, "primaryKey": ["a", "b"], "foreignKeys": [key]}
    write_table(tmp_path, text, schema=schema)
    whole = told(tmp_path, Options(limit))
    assert told_in_tasks(tmp_path, width, limit, seed) == whole


def figures(rows: Sequence[tuple[str, str, int, str]]) -> str:
    lines = [f"{measure},{area},{period},{value}" for measure, area, period, value in rows]
    return "\n".join(["measure,area,period,value", *lines]) + "\n"


@SETTINGS
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["a", "b", "total"]),
            st.sampled_from(["x", "y", "z", "ALL", ""]),
            st.integers(2001, 2003),
            st.sampled_from(["1", "2", "3", "2.5", ""]),
        ),
        max_size=25,
    ),
    width=st.integers(5, 120),
    limit=st.sampled_from([1, 100]),
)
def test_rules_are_decided_in_pieces_as_in_one(
    rows: Sequence[tuple[str, str, int, str]], width: int, limit: int, tmp_path: Path
) -> None:
    write_package(tmp_path, DESCRIPTOR, {**RULES, "figures.csv": figures(rows)})
    whole = told(tmp_path, Options(limit))
    assert told_in_tasks(tmp_path, width, limit) == whole


RULES = {
    "rules.csv": "rule,relation,severity\n"
    "sum,=,error\nwithin,<=,error\ngrows,<=,warning\nall,=,error\n",
    "rule_terms.csv": "rule,measure,area,lag,coefficient\n"
    "sum,a,,0,1\nsum,b,,0,1\nsum,total,,0,-1\n"
    "within,a,,0,1\nwithin,a,ALL,0,-1\n"
    "grows,total,,1,1\ngrows,total,,0,-1\ngrows,b,ALL,1,1\n"
    "all,a,ALL,0,1\nall,b,ALL,0,-1\n",
}


def described(name: str, *texts: str, **types: str) -> dict[str, Any]:
    return {"name": name, "path": f"{name}.csv", "schema": schema_of(*texts, **types)}


DESCRIPTOR = {
    "resources": [
        described("figures", "measure", "area", period="integer", value="number"),
        described("rules", "rule", "relation", "severity"),
        described("rule_terms", "rule", "measure", "area", lag="integer", coefficient="number"),
    ]
}


PRINTED = {
    "measures.csv": "measure,kind\na,cumulative\nb,flow\ntotal,stock\n",
    "sources.csv": "source,date\none,2001-01-01\ntwo,2002-01-01\n",
    "figures.csv": "",
}
PRINTED_DESCRIPTOR = {
    "resources": [
        described(
            "figures",
            *("measure", "area", "source", "note", "qualifier"),
            period="integer",
            **dict.fromkeys(("value", "lower", "upper"), "number"),
        ),
        described("measures", "measure", "kind"),
        described("sources", "source", date="date"),
    ]
}


@SETTINGS
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["a", "b", "total"]),
            st.sampled_from(["x", "y"]),
            st.sampled_from(["one", "two"]),
            st.sampled_from(["", "2001", "as in one"]),
            st.integers(2001, 2003),
            st.sampled_from(["1", "2", "30", "2.5", ""]),
        ),
        max_size=25,
    ),
    width=st.integers(5, 120),
    limit=st.sampled_from([1, 100]),
)
def test_years_and_sources_are_compared_in_pieces_as_in_one(
    rows: Sequence[tuple[str | int, ...]], width: int, limit: int, tmp_path: Path
) -> None:
    header = "measure,area,source,note,qualifier,period,value,lower,upper"
    cells = ((*row[:4], "exact", row[4], *row[-1:] * 3) for row in rows)
    lines = [header, *(",".join(map(str, row)) for row in cells)]
    write_package(tmp_path, PRINTED_DESCRIPTOR, PRINTED | {"figures.csv": "\n".join(lines) + "\n"})
    whole = told(tmp_path, Options(limit))
    assert "running totals do not fall" in whole
    assert "sources of one figure agree" in whole
    assert told_in_tasks(tmp_path, width, limit) == whole


CELLS = ["1", "2", "3", "02", "2.0", "x", ""]
TYPES = ["integer", "number", "string"]


def referring(kinds: Sequence[str], others: Sequence[str], *, required: bool) -> dict[str, Any]:
    """A child and two parents, the second of which refers to the child in turn."""
    child = schema_of(a=kinds[0], b=kinds[1])
    child["fields"][0]["constraints"] = {"required": required}
    keys = [(["a"], "p", ["x"]), (["a", "b"], "p", ["x", "y"]), (["b"], "q", ["y"])]
    child["foreignKeys"] = [
        {"fields": here, "reference": {"resource": name, "fields": there}}
        for here, name, there in [*keys, (["b"], "", ["a"])]
    ]
    parent = schema_of(x=others[0], y=others[1])
    back = {"fields": ["x"], "reference": {"resource": "child", "fields": ["a"]}}
    return {
        "resources": [
            {"name": "child", "path": "child.csv", "schema": child},
            {"name": "p", "path": "p.csv", "schema": parent},
            {"name": "q", "path": "q.csv", "schema": {**parent, "foreignKeys": [back]}},
        ]
    }


def keep_at_most(size: int, patch: pytest.MonkeyPatch) -> None:
    """Leave on the workers what takes more bytes."""
    patch.setattr(passes, "MOST_KEPT", size)
    patch.setattr(passes, "LEAST_KEPT", 0)


def write_doubled(folder: Path) -> None:
    """A table of which most rows have one or both of two keys twice."""
    rows = [f"{number % 70},{'xyz'[number % 3]}{number % 50}" for number in range(100)]
    schema = {**KEYED, "uniqueKeys": [["b"]]}
    write_table(folder, "\n".join(["a,b", *rows, ""]), schema=schema)


def write_referring(folder: Path) -> None:
    """Such tables, of which one row and one field refer to nothing."""
    lines = [f"{number},{number % 7}" for number in range(60)]
    files = {
        "child.csv": "\n".join(["a,b", *lines, "1000,1", ""]),
        "p.csv": "\n".join(["x,y", *lines, ""]),
        "q.csv": "x,y\n1,1\n",
    }
    write_package(folder, referring(["integer"] * 2, ["integer", "string"], required=True), files)


KEYS = st.lists(st.tuples(st.sampled_from(CELLS), st.sampled_from(CELLS)), min_size=1, max_size=12)


@SETTINGS
@given(
    rows=st.tuples(KEYS, KEYS, KEYS),
    kinds=st.tuples(st.sampled_from(TYPES), st.sampled_from(TYPES)),
    others=st.tuples(st.sampled_from(TYPES), st.sampled_from(TYPES)),
    required=st.booleans(),
    width=st.integers(2, 40),
    limit=st.sampled_from([1, 3, 100]),
    most=st.sampled_from([0, 2_000, passes.MOST_KEPT]),
)
def test_foreign_keys_are_looked_up_in_pieces_as_in_one(
    rows: Sequence[Sequence[tuple[str, str]]],
    kinds: Sequence[str],
    others: Sequence[str],
    required: bool,
    width: int,
    limit: int,
    most: int,
    tmp_path: Path,
) -> None:
    names = "child", "p", "q"
    files = {
        f"{name}.csv": "\n".join(["a,b" if name == "child" else "x,y", *map(",".join, lines), ""])
        for name, lines in zip(names, rows, strict=True)
    }
    write_package(tmp_path, referring(kinds, others, required=required), files)
    whole = told(tmp_path, Options(limit))
    with pytest.MonkeyPatch.context() as patch:
        keep_at_most(most, patch)
        assert told_in_tasks(tmp_path, width, limit) == whole


@pytest.mark.sampled
@pytest.mark.parametrize("folder", sample([MONTANA, *FOLDERS][::5]), ids=lambda folder: folder.name)
def test_a_package_has_the_same_report_in_tasks(folder: Path) -> None:
    largest = max(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    width = max(9, largest // 200)
    try:
        whole = told(folder)
    except MtopendataError as error:
        with pytest.raises(MtopendataError, match=str(error)[:20]):
            told_in_tasks(folder, width)
        return
    assert told_in_tasks(folder, width) == whole


KEYED = schema_of(a="integer", b="string") | {"primaryKey": ["a"]}


def test_a_compressed_file_is_one_unit(tmp_path: Path) -> None:
    rows = "".join(f"{number % 900},{number}\n" for number in range(1000))
    data = gzip.compress(f"a,b\n{rows}".encode())
    schema = schema_of(a="integer", b="integer") | {"primaryKey": ["a"]}
    resource = {"name": "t", "path": ["1.csv.gz", "2.csv.gz"], "schema": schema}
    resource["compression"] = "gz"
    write_package(tmp_path, {"resources": [resource]}, {"1.csv.gz": data, "2.csv.gz": data})
    assert told_in_tasks(tmp_path, 50) == told(tmp_path)


def test_what_comes_after_a_stray_quote_is_one_unit(tmp_path: Path) -> None:
    rows = [f"{number},a" for number in range(40)]
    rows[20] = '20,5" pipe'
    write_table(
        tmp_path, "a,b\n" + "\n".join(rows) + "\n", schema=schema_of(a="integer", b="string")
    )
    assert told_in_tasks(tmp_path, 10) == told(tmp_path)


def test_a_file_that_no_worker_sees_is_an_error_of_its_own(tmp_path: Path) -> None:
    file = write_table(tmp_path, "a\n" + "x\n" * 50) / "t.csv"

    def elsewhere(work: bytes, tasks: int, shuffles: int) -> Any:
        kept = file.read_bytes()
        file.unlink()
        try:
            return list(in_process(0)(work, tasks, shuffles))
        finally:
            file.write_bytes(kept)

    with pytest.raises(MtopendataError) as found:
        validate(tmp_path, Options(block=20, engine=Spread(elsewhere)))
    assert found.value.where == str(file)
    assert found.value.what == "a worker cannot read it: No such file or directory"


def test_a_file_that_is_another_one_there_is_a_finding(tmp_path: Path) -> None:
    file = write_table(tmp_path, "a\n" + "x\n" * 50) / "t.csv"
    calls: list[int] = []

    def grown(work: bytes, tasks: int, shuffles: int) -> Any:
        calls.append(tasks)
        if len(calls) == 2:
            file.write_bytes(file.read_bytes() + b"y\n")
        return in_process(0)(work, tasks, shuffles)

    report = validate(tmp_path, Options(block=20, engine=Spread(grown)))
    assert [found.code for found in report.findings if found.severity == "error"] == ["unreadable"]


def test_a_table_no_larger_than_a_range_is_read_here(tmp_path: Path) -> None:
    def never(work: bytes, tasks: int, shuffles: int) -> Any:
        raise AssertionError((work, tasks, shuffles))

    write_table(tmp_path, "a\nx\n")
    assert json.loads(told(tmp_path, Options(engine=Spread(never))))["valid"]


def test_a_table_that_refers_to_more_keys_than_a_message_carries_is_read_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_table(tmp_path, "a,b\n" + "1,x\n2,y\n" * 50, schema=KEYED)
    counted: list[int] = []

    def counting(work: bytes, tasks: int, shuffles: int) -> Any:
        counted.append(tasks)
        return in_process(0)(work, tasks, shuffles)

    monkeypatch.setattr(passes, "MOST", 100)
    assert told(tmp_path, Options(block=20, engine=Spread(counting))) == told(tmp_path)
    assert len(counted) == 1


def test_a_table_whose_parent_is_elsewhere_may_be_read_here_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_referring(tmp_path)
    seen: list[int] = []

    def shrinking(work: bytes, tasks: int, shuffles: int) -> Any:
        seen.append(tasks)
        if len(seen) == 2:  # of the parent, which is read first: what follows is the child
            monkeypatch.setattr(passes, "MOST", 100)
        return in_process(0)(work, tasks, shuffles)

    keep_at_most(0, monkeypatch)
    assert told(tmp_path, Options(block=40, engine=Spread(shrinking))) == told(tmp_path)


def test_a_table_with_more_equal_keys_than_a_message_carries_is_read_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_table(tmp_path, "a,b\n" + "1,x\n2,y\n" * 50, schema=KEYED)
    seen: list[int] = []

    def growing(work: bytes, tasks: int, shuffles: int) -> Any:
        seen.append(tasks)
        if len(seen) == 2:  # counted and seen: what follows is the second look
            monkeypatch.setattr(passes, "MOST", 100)
        return in_process(0)(work, tasks, shuffles)

    assert told(tmp_path, Options(block=20, engine=Spread(growing))) == told(tmp_path)
    assert len(seen) == 2


KEYS_OF_TABLES: Sequence[dict[str, Any]] = [
    {"primaryKey": ["a", "b"]},
    {"uniqueKeys": [["b", "a"]]},
    {"primaryKey": ["a"], "uniqueKeys": [["b"], ["a", "b"]]},
    {"uniqueKeys": [["b"], ["a"]]},
]


@SETTINGS
@given(
    rows=st.lists(st.tuples(st.sampled_from(CELLS), st.sampled_from(["x", "y", ""])), max_size=30),
    kind=st.sampled_from(TYPES),
    keys=st.sampled_from(KEYS_OF_TABLES),
    width=st.integers(2, 40),
    limit=st.sampled_from([1, 3, 100]),
)
def test_rows_that_stand_twice_are_compared_where_they_come_together(
    rows: Sequence[tuple[str, str]],
    kind: str,
    keys: dict[str, Any],
    width: int,
    limit: int,
    tmp_path: Path,
) -> None:
    text = "\n".join(["a,b", *map(",".join, rows), ""])
    write_table(tmp_path, text, schema=schema_of(a=kind, b="string") | keys)
    whole = told(tmp_path, Options(limit))
    with pytest.MonkeyPatch.context() as patch:
        keep_at_most(0, patch)
        assert told_in_tasks(tmp_path, width, limit) == whole


@pytest.mark.slow
def test_of_rows_that_stand_twice_few_come_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    schema = {**KEYED, "uniqueKeys": [["b"]]}
    write_table(tmp_path, "a,b\n" + "1,x\n2,y\n" * 500, schema=schema)
    sizes: list[int] = []

    def listening(work: bytes, tasks: int, shuffles: int) -> Any:
        for found in in_process(0)(work, tasks, shuffles):
            sizes.append(len(found))
            yield found

    keep_at_most(0, monkeypatch)
    options = Options(limit=3, block=20, engine=Spread(listening))
    assert told(tmp_path, options) == told(tmp_path, Options(limit=3))
    assert max(sizes) < 4000
