"""The column of a finding is where its cell begins, as Python's csv module divides the line."""

import bz2
import csv
import gzip
import io
import json
import tempfile
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import mtopendata
from mtopendata.ledger.report import Report
from mtopendata.package.model import Dialect
from mtopendata.reading import places
from mtopendata.reading.places import _cell, _cell_spans
from tests.kit.examples import examples
from tests.kit.packages import PACKAGES, schema_of, write_package


def validated(folder: Path, data: bytes, types: dict[str, str], **resource: Any) -> Report:
    declared = {"name": "t", "path": "t.csv", "schema": schema_of(**types), **resource}
    write_package(folder, {"resources": [declared]}, {declared["path"]: data})
    return mtopendata.validate(folder)


def columns(report: Report) -> list[tuple[int | None, str | None, int | None]]:
    found = [finding for finding in report.findings if finding.severity == "error"]
    return [(finding.row, finding.field, finding.column) for finding in found]


CELLS = st.text(alphabet="ab ,;\"'\\\té😀|", max_size=6)
DIALECTS = st.builds(
    Dialect,
    delimiter=st.sampled_from(",;\t|"),
    quote_char=st.sampled_from(['"', "'", None]),
    double_quote=st.booleans(),
    escape_char=st.sampled_from([None, "\\"]),
    skip_initial_space=st.booleans(),
)


@settings(max_examples=examples(300), deadline=None)
@example(line='","\\,', dialect=Dialect(escape_char="\\"))
@given(line=st.lists(CELLS, min_size=1, max_size=6).map(",".join), dialect=DIALECTS)
def test_cells_begin_where_the_csv_module_says_whatever_the_line(
    line: str, dialect: Dialect
) -> None:
    line = line.replace(",", dialect.delimiter) + "x"  # so that no escape is the last character
    options: dict[str, Any] = {
        "delimiter": dialect.delimiter,
        "quotechar": dialect.quote_char,
        "doublequote": dialect.double_quote,
        "escapechar": dialect.escape_char,
        "skipinitialspace": dialect.skip_initial_space,
        "quoting": csv.QUOTE_MINIMAL if dialect.quote_char else csv.QUOTE_NONE,
    }
    (cells,) = csv.reader([line], **options)
    starts = [start for start, _ in _cell_spans(line, _cell(dialect))]
    assert len(starts) == len(cells)
    for number, start in enumerate(starts):
        # From there on the module reads the very cells that are left.
        (rest,) = csv.reader([line[start:]], **options) if line[start:] else ([""],)
        assert rest == cells[number:]


@settings(max_examples=examples(60), deadline=None)
@given(
    rows=st.lists(
        st.lists(st.text(alphabet='x,"\né😀', max_size=4), min_size=3, max_size=3),
        min_size=1,
        max_size=6,
    ),
    ends=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le"]),
)
def test_a_line_from_its_column_on_begins_with_the_cell(
    rows: list[list[str]], ends: str, encoding: str
) -> None:
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, lineterminator=ends)
    writer.writerows([["a", "b", "c"], *([f"{cell}!" for cell in row] for row in rows)])
    with tempfile.TemporaryDirectory() as folder:
        report = validated(
            Path(folder) / "p", sink.getvalue().encode(encoding),
            {"a": "integer", "b": "integer", "c": "integer"}, encoding=encoding,
        )  # fmt: skip
    lines = sink.getvalue().replace("\r\n", "\n").split("\n")
    found = [finding for finding in report.findings if finding.code == "type"]
    assert len(found) == 3 * len(rows)
    for finding in found:
        assert finding.row
        line = lines[finding.row - 1]
        if finding.column is None:  # it begins in a later line of the record
            earlier = "abc".index(finding.field or "")
            assert any("\n" in cell for cell in _record(lines, finding.row)[:earlier])
        else:
            rest = [line[finding.column - 1 :], *lines[finding.row :]]
            assert _record(rest, 1)[0] == finding.cell


def _record(lines: list[str], row: int) -> list[str]:
    return next(csv.reader(io.StringIO("\n".join(lines[row - 1 :]), newline="")))


def test_columns_count_characters_and_not_bytes(tmp_path: Path) -> None:
    report = validated(tmp_path, "a,b\né😀,x\n".encode(), {"a": "string", "b": "integer"})
    assert columns(report) == [(2, "b", 4)]


@pytest.mark.parametrize(
    ("compression", "pack"), [("gz", gzip.compress), ("bz2", bz2.compress)], ids=["gz", "bz2"]
)
def test_a_compressed_file_has_columns_too(compression: str, pack: Any, tmp_path: Path) -> None:
    report = validated(tmp_path, pack(b"a,b\n1,x\n"), {"a": "string", "b": "integer"},
                       path=f"t.csv.{compression}")  # fmt: skip
    assert columns(report) == [(2, "b", 3)]


def test_each_part_of_a_table_has_its_own_lines(tmp_path: Path) -> None:
    (tmp_path / "u.csv").write_text('a,b\n"x,y",z\n')
    (tmp_path / "t.csv").write_text("a,b\n1,z\n")
    fields = [{"name": "a"}, {"name": "b", "type": "integer"}]
    resource = {"name": "t", "path": ["t.csv", "u.csv"], "schema": {"fields": fields}}
    (tmp_path / "datapackage.json").write_text(json.dumps({"resources": [resource]}))
    assert columns(mtopendata.validate(tmp_path)) == [(2, "b", 3), (2, "b", 7)]


def test_fields_in_another_order_than_the_columns_are_found(tmp_path: Path) -> None:
    schema = {
        "fieldsMatch": ["subset"],
        "fields": [{"name": "b", "type": "integer"}, {"name": "a", "type": "integer"}],
    }
    report = validated(tmp_path, b"a,c,b\n1,long,x\ny,,2\n", {}, schema=schema)
    assert sorted(columns(report)) == [(2, "b", 8), (3, "a", 1)]


def test_a_row_that_is_too_short_has_no_column(tmp_path: Path) -> None:
    constraints = {"required": True}
    schema = {"fields": [{"name": "a"}, {"name": "b", "constraints": constraints}]}
    report = validated(tmp_path, b"a,b\nx\nx,\n", {}, schema=schema)
    assert (2, None, None) in columns(report)
    assert (3, "b", 3) in columns(report)


def test_lines_are_found_across_the_pieces_in_which_a_file_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mtopendata.reading.blocks.BLOCK", 7)
    rows = [f"{number},{'x' if number % 3 else number},é" for number in range(40)]
    data = "\r\n".join(["a,b,c", *rows]).encode()
    report = validated(tmp_path, data, {"a": "integer", "b": "integer", "c": "string"})
    assert columns(report) == [
        (number + 2, "b", len(str(number)) + 2) for number in range(40) if number % 3
    ]


def test_nothing_is_read_where_nothing_was_found() -> None:
    with patch.object(places, "decompressed", side_effect=AssertionError):
        assert mtopendata.validate(PACKAGES / "good-types").valid


def test_the_file_is_read_no_further_than_the_line_below_the_last_finding(tmp_path: Path) -> None:
    report = validated(tmp_path, b"a\nx\n" + b"1\n" * 100, {"a": "integer"})
    pieces = []

    def pieced(*_: object) -> Any:
        for piece in (b"a\nx\n1\n1", b"\n1\n1\n"):
            pieces.append(piece)
            yield piece

    with patch.object(places, "decompressed", pieced):
        assert columns(mtopendata.validate(tmp_path)) == columns(report) == [(2, "a", 1)]
    assert len(pieces) == 1


def test_a_file_that_cannot_be_read_again_gives_no_columns_and_no_error(tmp_path: Path) -> None:
    with patch.object(places, "decompressed", side_effect=OSError):
        report = validated(tmp_path, b"a\nx\n", {"a": "integer"})
    assert columns(report) == [(2, "a", None)]


def test_a_cell_far_out_in_a_line_has_no_column(tmp_path: Path) -> None:
    wide = b"y" * (places.LONGEST + 1)
    report = validated(tmp_path, b"a,b\n" + wide + b",x\nz,x\n", {"a": "string", "b": "integer"})
    assert columns(report) == [(2, "b", None), (3, "b", 3)]


def test_every_finding_in_a_cell_of_a_csv_file_has_its_column() -> None:
    names = ("type-integer", "encoding-utf-16-bad-cell", "gz-bad-cell",
             "rule-balance-culprit", "text-crlf-bad-cell",
             "parts-bad-cell", "encoding-latin-1-bad-cell", "constraint-pattern")  # fmt: skip
    for name in names:
        found = mtopendata.validate(PACKAGES / name).findings
        in_cells = [finding for finding in found if finding.row and finding.field]
        assert in_cells, name
        assert all(finding.column for finding in in_cells), name
