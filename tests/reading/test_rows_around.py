"""The rows around a fault are those of the file, cut to what a person can read."""

from pathlib import Path

import pytest

import mtopendata
from mtopendata.ledger.excerpt import Excerpt, ExcerptRow
from mtopendata.reading.rows_around import ALIKE, COLUMNS, LONGEST_CELL, LONGEST_TEXT
from tests.kit.packages import PACKAGES, schema_of, write_table


def excerpts(folder: Path, csv: str, **types: str) -> list[Excerpt]:
    """Of the errors of a table of these fields."""
    report = mtopendata.validate(write_table(folder, csv, schema=schema_of(**types)))
    found = [finding for finding in report.findings if finding.severity == "error"]
    assert all(finding.excerpt for finding in found)
    return [finding.excerpt for finding in found if finding.excerpt]


def rows(excerpt: Excerpt) -> list[tuple[int, tuple[str | None, ...]]]:
    return [(row.number, row.cells) for row in excerpt.rows]


def test_the_rows_above_and_below_stand_around_a_fault_and_its_cell_is_marked(
    tmp_path: Path,
) -> None:
    csv = 'a,n\nx,1\n"y,z",no\nq,3\n'
    [found] = excerpts(tmp_path, csv, a="string", n="integer")
    assert found.columns == ("a", "n")
    assert found.marked == 1
    assert rows(found) == [(2, ("x", "1")), (3, ('"y,z"', "no")), (4, ("q", "3"))]
    assert found.line == '"y,z",no'


def test_the_header_and_the_end_of_the_file_are_no_rows(tmp_path: Path) -> None:
    [found] = excerpts(tmp_path, "n\nno\n", n="integer")
    assert rows(found) == [(2, ("no",))]
    first, last = excerpts(tmp_path / "two", "a,n\nx,no\ny,no", a="string", n="integer")
    assert rows(first) == rows(last) == [(2, ("x", "no")), (3, ("y", "no"))]


def test_some_columns_beside_the_fault_are_shown_of_a_wide_table(tmp_path: Path) -> None:
    names = [f"c{number}" for number in range(20)]
    types = dict.fromkeys(names, "integer")
    for place, first in ((0, 0), (9, 7), (19, 15)):
        cells = ["1"] * 20
        cells[place] = "no"
        csv = "\n".join([",".join(names), ",".join(cells)])
        [found] = excerpts(tmp_path / str(place), csv, **types)
        assert found.first == first
        assert found.columns == tuple(names[first : first + COLUMNS])
        assert found.marked is not None
        assert found.columns[found.marked] == f"c{place}"
        assert found.rows[0].cells[found.marked] == "no"


def test_long_cells_and_lines_are_cut(tmp_path: Path) -> None:
    csv = f"a,n\n{'y' * 999}\n{'x' * 999},no\n"
    found = excerpts(tmp_path, csv, a="string", n="integer")[-1]
    [above, own] = found.rows
    assert own.cells == ("x" * (LONGEST_CELL - 1) + "…", "no")
    assert above == ExcerptRow(2, ("y" * (LONGEST_TEXT - 1) + "…",), is_divided=False)


def test_a_part_of_a_record_is_a_text_and_no_row(tmp_path: Path) -> None:
    csv = 'a,n\nx,no\n"y\nz",2\n'
    [found] = excerpts(tmp_path, csv, a="string", n="integer")
    assert rows(found) == [(2, ("x", "no")), (3, ('"y',))]
    assert [row.is_divided for row in found.rows] == [True, False]


def test_a_cell_in_a_later_line_of_its_record_is_not_marked_in_the_first(tmp_path: Path) -> None:
    [found] = excerpts(tmp_path, 'a,n\n"x\ny",no\n', a="string", n="integer")
    assert found.marked is None
    assert [(row.cells, row.is_divided) for row in found.rows] == [
        (('"x',), False), (('y"', "no"), True),
    ]  # fmt: skip


def test_a_blank_line_is_one_text(tmp_path: Path) -> None:
    [found] = excerpts(tmp_path, "a,b\nx,y\n\nv,w\n", a="string", b="string")
    assert rows(found) == [(2, ("x", "y")), (3, ("",)), (4, ("v", "w"))]


def test_cells_that_are_too_many_or_too_few_are_marked(tmp_path: Path) -> None:
    many, few = excerpts(tmp_path, "a,b\nx,y,z\nv\n", a="string", b="string")
    assert (many.columns, many.marked) == (("a", "b", None), 2)
    assert many.rows[0].cells == ("x", "y", "z")
    assert (few.columns, few.marked) == (("a", "b"), 1)
    assert few.rows[-1].cells == ("v", None)


def test_only_the_first_of_a_kind_have_the_rows_around(tmp_path: Path) -> None:
    csv = "a,n\n" + "x,no\n" * 30
    found = excerpts(tmp_path, csv, a="string", n="integer")
    assert [bool(excerpt.rows) for excerpt in found] == [True] * ALIKE + [False] * (30 - ALIKE)
    assert all(excerpt.line == "x,no" for excerpt in found)


@pytest.mark.slow
def test_every_excerpt_of_the_broken_packages_holds_its_own_line() -> None:
    seen = 0
    for folder in sorted(PACKAGES.glob("c*")):
        try:
            report = mtopendata.validate(folder)
        except mtopendata.MtopendataError:
            continue
        for finding in report.findings:
            if finding.excerpt and finding.excerpt.rows:
                seen += 1
                numbers = [row.number for row in finding.excerpt.rows]
                assert finding.row in numbers
                assert numbers == sorted(numbers)
                assert all(
                    len(row.cells) == (len(finding.excerpt.columns) if row.is_divided else 1)
                    for row in finding.excerpt.rows
                )
    assert seen > 20
