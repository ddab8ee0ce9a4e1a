"""What is counted is named in the singular where there is one."""

from pathlib import Path

import pytest

from tests.kit.packages import schema_of, write_table
from tests.kit.program import run


@pytest.mark.parametrize(
    ("csv", "field", "said"),
    [
        ("a,b\n1\n", {"type": "string"}, "the row has 1 cell where the header has 2"),
        ("a,b\nxy,\n", {"constraints": {"maxLength": 1}}, "'xy' is longer than 1 character\n"),
        ("a,b\nx,\n", {"constraints": {"minLength": 2}}, "'x' is shorter than 2 characters\n"),
    ],
)
def test_a_message_counts_one_as_one(
    csv: str, field: dict[str, object], said: str, tmp_path: Path
) -> None:
    write_table(tmp_path, csv, schema={"fields": [{"name": "a", **field}, {"name": "b"}]})
    assert said in run("validate", tmp_path).stdout


def test_one_finding_row_and_error_are_counted_as_one(tmp_path: Path) -> None:
    write_table(tmp_path, "a\nx\n", schema=schema_of(a="integer"))
    said = run("validate", tmp_path, "--limit", "0").stdout
    assert "… and 1 more finding, counted below; " in said
    assert "(1 table, 1 row, " in said
    assert ", 1 error, 0 warnings)" in said


def test_one_row_that_is_left_is_counted_as_one(tmp_path: Path) -> None:
    for name, csv in (("old", "a\nx\ny\n"), ("new", "a\nx\n")):
        schema = schema_of("a") | {"primaryKey": "a"}
        write_table(tmp_path / name, csv, schema=schema)
    assert "2 → 1 row;" in run("diff", tmp_path / "old", tmp_path / "new").stdout
