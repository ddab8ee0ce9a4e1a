"""Published figures change only with a true revision, and can be read back from the revisions."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mtopendata
from mtopendata.ledger.report import Finding, Report
from mtopendata.reading.options import Options
from tests.kit.examples import examples
from tests.kit.vintages import FIELDS, KEY, Row, figure, revision, write_vintage

A, B, C = figure("a", 2023, 29), figure("b", 2023, 7), figure("c", 2023, None)
A30 = figure("a", 2023, 30)


def against(old: Path, new: Path) -> list[tuple[str, str | None, int | None]]:
    """The findings of a validation against the earlier version: code, resource, row."""
    report = mtopendata.validate(new, against=old)
    return [(found.code, found.resource, found.row) for found in report.findings]


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return write_vintage(tmp_path / "old", "1.0.0", [A, B, C])


def finding(report: Report, code: str) -> Finding:
    [found] = [found for found in report.findings if found.code == code]
    return found


def check(report: Report, name: str) -> tuple[int, int]:
    [found] = [check for check in report.checks if check.name == name]
    return found.tested, found.failed


# Against an earlier version


def test_an_unchanged_package_is_explained_and_every_figure_was_tested(old: Path) -> None:
    report = mtopendata.validate(old, against=old)
    assert report.findings == []
    assert check(report, "figures of 1.0.0 stand, or have their revisions") == (3, 0)
    assert check(report, "version takes the step") == (1, 0)


def test_a_changed_value_without_a_revision_is_an_error_that_shows_the_row_to_add(
    tmp_path: Path, old: Path
) -> None:
    new = write_vintage(tmp_path / "new", "1.0.1", [B, A30, C])
    report = mtopendata.validate(new, against=old)
    found = finding(report, "unexplained")
    assert (found.path, found.row, found.field, found.cell) == ("figures.csv", 3, "value", "30")
    row = found.hint.split("the row ", 1)[1].split(" with a reason", 1)[0]
    assert row == "a,2023,1.0.1,29,exact,29,29,case,29,1.0.0,,,"
    assert len(report.findings) == 1

    # The row wants its reason and its note, and then the change is explained.
    revisions = new / "revisions.csv"
    revisions.write_text(revisions.read_text("utf-8") + row + "\n", "utf-8")
    codes = [(item.code, item.field) for item in mtopendata.validate(new, against=old).findings]
    assert codes == [("required", "reason"), ("required", "note")]
    filled = row.removesuffix(",,") + ",correction,Seen.\n"
    revisions.write_text(revisions.read_text("utf-8").replace(row + "\n", filled), "utf-8")
    report = mtopendata.validate(new, against=old)
    assert report.findings == []
    assert check(report, "figures of 1.0.0 stand, or have their revisions") == (3, 0)


def test_a_row_to_add_bears_the_version_that_the_change_needs(tmp_path: Path, old: Path) -> None:
    new = write_vintage(tmp_path / "new", "1.0.0", [A30, B])
    [row, gone] = mtopendata.diff(old, new).rows_to_add
    assert row.startswith("a,2023,1.1.0,29,")
    assert gone == "c,2023,1.1.0,,,,,case,,1.0.0,,,"


def test_a_withdrawn_figure_needs_a_revision(tmp_path: Path, old: Path) -> None:
    new = write_vintage(tmp_path / "new", "1.1.0", [A, B])
    assert against(old, new) == [("unexplained", "figures", None)]
    new = write_vintage(tmp_path / "new", "1.1.0", [A, B], [revision(C, "1.1.0")])
    assert against(old, new) == []


def test_previous_values_that_were_never_published_are_an_error(tmp_path: Path, old: Path) -> None:
    false = revision(figure("a", 2023, 28), "1.0.1")
    new = write_vintage(tmp_path / "new", "1.0.1", [A30, B, C], [false])
    report = mtopendata.validate(new, against=old)
    found = finding(report, "previous")
    assert (found.path, found.row, found.field, found.cell) == (
        "revisions.csv", 2, "previous_value", "28",
    )  # fmt: skip
    assert "previous_value should be 29, and is 28" in found.message
    assert len(report.findings) == 1


def test_a_revision_of_what_was_never_published_is_an_error(tmp_path: Path, old: Path) -> None:
    invented = revision(figure("d", 2023, 1), "1.0.1")
    new = write_vintage(tmp_path / "new", "1.0.1", [A, B, C], [invented])
    assert against(old, new) == [("previous", "revisions", 2)]


def test_a_revision_of_an_unchanged_figure_is_an_error(tmp_path: Path, old: Path) -> None:
    new = write_vintage(tmp_path / "new", "1.0.1", [A, B, C], [revision(A, "1.0.1")])
    assert against(old, new) == [("revision", "revisions", 2)]


def test_a_revision_of_the_version_before_explains_nothing(tmp_path: Path, old: Path) -> None:
    new = write_vintage(tmp_path / "new", "1.0.1", [A30, B, C], [revision(A, "1.0.0")])
    codes = {code for code, _, _ in against(old, new)}
    assert codes == {"since", "rewritten", "unexplained"}


def test_a_new_figure_that_is_dated_back_is_an_error(tmp_path: Path, old: Path) -> None:
    new = write_vintage(tmp_path / "new", "1.1.0", [A, B, C, figure("d", 2023, 1, "1.0.0")])
    assert against(old, new) == [("since", "figures", 5)]
    new = write_vintage(tmp_path / "new", "1.1.0", [A, B, C, figure("d", 2023, 1, "1.1.0")])
    assert against(old, new) == []


def test_a_published_figure_that_is_dated_forward_is_an_error(tmp_path: Path, old: Path) -> None:
    new = write_vintage(tmp_path / "new", "1.1.0", [figure("a", 2023, 29, "1.1.0"), B, C])
    assert against(old, new) == [("since", "figures", 2)]


def test_a_change_of_a_note_is_a_change_of_the_figure(tmp_path: Path, old: Path) -> None:
    noted = figure("a", 2023, 29, note="Printed twice.")
    new = write_vintage(tmp_path / "new", "1.0.1", [noted, B, C])
    assert against(old, new) == [("unexplained", "figures", 2)]


def test_a_published_revision_can_be_neither_changed_nor_removed(tmp_path: Path) -> None:
    first = revision(A, "1.0.1", note="Misread.")
    old = write_vintage(tmp_path / "old", "1.0.1", [A30, B], [first])
    changed = revision(A, "1.0.1", note="Never mind.")
    new = write_vintage(tmp_path / "new", "1.0.2", [A30, B], [changed])
    assert against(old, new) == [("rewritten", "revisions", 2)]
    new = write_vintage(tmp_path / "new", "1.0.2", [A30, B], [])
    report = mtopendata.validate(new, against=old)
    assert "Misread." in finding(report, "rewritten").hint
    new = write_vintage(tmp_path / "new", "2.0.0", [A30, B], None)
    assert "rewritten" in {code for code, _, _ in against(old, new)}


def test_a_revision_of_a_version_that_is_out_cannot_be_added(tmp_path: Path) -> None:
    """It would change what an earlier version is said to have published."""
    a10 = figure("a", 2023, 10)
    backdated = revision(figure("a", 2023, 999), "1.0.1")
    new = write_vintage(tmp_path / "new", "1.0.2", [a10], [backdated])
    for revisions in ((), None):
        old = write_vintage(tmp_path / "old", "1.0.1", [a10], revisions)
        assert ("rewritten", "revisions", 2) in against(old, new)
        assert "rewritten" in [item.code for item in mtopendata.diff(old, new).report.findings]


def test_figures_that_are_gone_or_no_longer_figures_are_not_taken_for_unchanged(
    old: Path, tmp_path: Path
) -> None:
    changed = [{**row, "qual": row["qualifier"], "text": row["printed"]} for row in (A30, B, C)]
    others = {"qualifier": "qual", "printed": "text"}
    for name, other in others.items():
        fields = {other if field == name else field: type_ for field, type_ in FIELDS.items()}
        rows = [{field: row[field] for field in fields} for row in changed]
        new = write_vintage(tmp_path / "new", "2.0.0", rows, [], fields=fields)
        codes = [item.code for item in mtopendata.diff(old, new).report.findings]
        assert codes, name
    new = write_vintage(tmp_path / "new", "2.0.0", [A30, B, C])
    text = (new / "datapackage.json").read_text("utf-8")
    (new / "datapackage.json").write_text(text.replace('"figures", "path"', '"numbers", "path"'))
    comparison = mtopendata.diff(old, new)
    assert "not-compared" in [item.code for item in comparison.report.findings]
    [table] = [table for table in comparison.tables if table]
    assert (table.resource, table.changed) == ("numbers", 1)


def test_figures_that_are_not_exact_are_not_taken_for_unchanged(tmp_path: Path) -> None:
    old, new = (
        write_vintage(tmp_path / name, "1.0.0", [{**B, "value": "NaN"}, figure("a", 2023, value)])
        for name, value in (("old", 5), ("new", 6))
    )
    comparison = mtopendata.diff(old, new)
    assert {"not-compared", "inexact"} <= {item.code for item in comparison.report.findings}
    [table] = [table for table in comparison.tables if table]
    assert table.changed == 1


def test_a_column_of_figures_that_is_gone_from_the_data_is_a_change(
    old: Path, tmp_path: Path
) -> None:
    new = write_vintage(tmp_path / "new", "1.0.0", [A, B, C])
    fields = {name: type_ for name, type_ in FIELDS.items() if name != "note"}
    rows = [{name: row[name] for name in fields} for row in (A, B, C)]
    write_vintage(tmp_path / "short", "1.0.0", rows, fields=fields)
    (new / "figures.csv").write_bytes((tmp_path / "short" / "figures.csv").read_bytes())
    for folder in (old, new):
        text = (folder / "datapackage.json").read_text("utf-8")
        text = text.replace('"primaryKey"', '"fieldsMatch": "superset", "primaryKey"')
        (folder / "datapackage.json").write_text(text, "utf-8")
    comparison = mtopendata.diff(old, new)
    assert [change.kind for change in comparison.descriptor] == ["field-removed"]
    assert "version-step" in [item.code for item in comparison.report.findings]


def test_published_revisions_cannot_be_lost_with_their_schema(tmp_path: Path) -> None:
    old = write_vintage(tmp_path / "old", "1.0.1", [A30], [revision(A, "1.0.1")])
    new = write_vintage(tmp_path / "new", "2.0.0", [A30], [revision(A, "1.0.1")])
    text = (new / "datapackage.json").read_text("utf-8")
    (new / "datapackage.json").write_text(text.replace('"name": "version"', '"name": "ver"'))
    csv = (new / "revisions.csv").read_text("utf-8")
    (new / "revisions.csv").write_text(csv.replace(",version,", ",ver,"), "utf-8")
    assert "not-compared" in [item.code for item in mtopendata.diff(old, new).report.findings]


def test_a_broken_table_of_revisions_is_not_called_gone(tmp_path: Path) -> None:
    rows = [revision(A, "1.0.1")]
    old = write_vintage(tmp_path / "old", "1.0.1", [A30], rows)
    new = write_vintage(tmp_path / "new", "1.0.2", [A30], [{**rows[0], "previous_value": "x"}])
    codes = [item.code for item in mtopendata.diff(old, new).report.findings]
    assert "not-compared" in codes
    assert "rewritten" not in codes


def rename(folder: Path, resource: int, names: dict[str, str]) -> None:
    """Give fields of a resource other names, in its data and its schema."""
    descriptor = json.loads((folder / "datapackage.json").read_text("utf-8"))
    declared = descriptor["resources"][resource]
    for item in declared["schema"]["fields"]:
        item["name"] = names.get(item["name"], item["name"])
    key = declared["schema"]["primaryKey"]
    declared["schema"]["primaryKey"] = [names.get(name, name) for name in key]
    (folder / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    header, rows = (folder / declared["path"]).read_text("utf-8").split("\n", 1)
    labels = ",".join(names.get(label, label) for label in header.split(","))
    (folder / declared["path"]).write_text(f"{labels}\n{rows}", "utf-8")


def test_history_stands_where_its_fields_are_renamed(tmp_path: Path) -> None:
    first = revision(A, "1.0.1")
    old = write_vintage(tmp_path / "old", "1.0.1", [A30], [first])
    for value, expected in (("x", {"rewritten"}), (None, set())):
        row = {**first, "previous_note": value}
        new = write_vintage(tmp_path / "new", "2.0.0", [A30], [row])
        rename(new, 0, {"period": "year", "note": "remark"})
        rename(new, 1, {"period": "year", "previous_note": "previous_remark"})
        assert {item.code for item in mtopendata.diff(old, new).report.findings} == expected


def test_a_table_that_is_merely_called_figures_needs_no_revisions(tmp_path: Path) -> None:
    for name, value in (("old", "1"), ("new", "2")):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "figures.csv").write_text(f"id,x\na,{value}\n", "utf-8")
        (folder / "CHANGELOG.md").write_text("## 1.0.1\n", "utf-8")
        fields = [{"name": "id", "type": "string"}, {"name": "x", "type": "integer"}]
        resource = {"name": "figures" if name == "new" else "numbers", "path": "figures.csv",
                    "schema": {"fields": fields, "primaryKey": "id"}}  # fmt: skip
        version = "1.0.0" if name == "old" else "2.0.0"
        text = json.dumps({"version": version, "resources": [resource]})
        (folder / "datapackage.json").write_text(text, "utf-8")
    comparison = mtopendata.diff(tmp_path / "old", tmp_path / "new")
    codes = [item.code for item in comparison.report.findings]
    assert codes == ["changelog"]


@pytest.mark.parametrize("missing", ["reason", "note"])
def test_a_blank_is_no_reason(missing: str, old: Path, tmp_path: Path) -> None:
    new = write_vintage(
        tmp_path / "new", "1.0.1", [A30, B, C], [{**revision(A, "1.0.1"), missing: " "}]
    )
    assert against(old, new) == [("unexplained", "revisions", 2)]


@pytest.mark.parametrize("missing", ["reason", "note"])
def test_a_revision_that_does_not_say_why_explains_nothing(
    missing: str, old: Path, tmp_path: Path
) -> None:
    row = {**revision(A, "1.0.1"), missing: None}
    new = write_vintage(tmp_path / "new", "1.0.1", [A30, B, C], [row])
    assert against(old, new) == [("required", "revisions", 2)]
    assert [item.code for item in mtopendata.diff(old, new).report.findings] == ["required"]
    text = (new / "datapackage.json").read_text("utf-8")
    (new / "datapackage.json").write_text(text.replace('"required": true', '"unique": false'))
    assert against(old, new)[0] == ("unexplained", "revisions", 2)


def test_a_revision_of_a_later_version_explains_nothing(old: Path, tmp_path: Path) -> None:
    new = write_vintage(tmp_path / "new", "1.0.1", [A30, B, C], [revision(A, "9.0.0")])
    assert [item.code for item in mtopendata.diff(old, new).report.findings] == ["revision"]


def test_the_order_of_the_primary_key_has_no_meaning(old: Path, tmp_path: Path) -> None:
    new = write_vintage(tmp_path / "new", "1.0.1", [A30, B, C], [revision(A, "1.0.1")])
    text = (new / "datapackage.json").read_text("utf-8")
    text = text.replace('["measure", "period"]', '["period", "measure"]')
    (new / "datapackage.json").write_text(text, "utf-8")
    assert against(old, new) == []


def test_a_key_of_another_type_is_compared_by_its_text(old: Path, tmp_path: Path) -> None:
    fields = {**FIELDS, "period": "string"}
    new = write_vintage(tmp_path / "new", "2.0.0", [A30, B], [revision(A, "2.0.0")], fields=fields)
    assert against(old, new) == [("unexplained", "figures", None)]


def test_a_row_to_add_is_written_as_its_table_is(tmp_path: Path) -> None:
    first = figure("a", 2023, 29, note="two\nlines; and more")
    old = write_vintage(tmp_path / "old", "1.0.0", [first])
    new = write_vintage(tmp_path / "new", "2.0.0", [{**first, "note": "x"}])
    descriptor = (new / "datapackage.json").read_text("utf-8")
    dialect = '"path": "revisions.csv", "dialect": {"delimiter": ";"}'
    (new / "datapackage.json").write_text(descriptor.replace('"path": "revisions.csv"', dialect))
    text = (new / "revisions.csv").read_text("utf-8").replace(",", ";")
    (new / "revisions.csv").write_text(text, "utf-8")
    [row] = mtopendata.diff(old, new).rows_to_add
    assert row.endswith('"two\nlines; and more";;')
    filled = row.removesuffix(";;") + ";description;Shorter.\n"
    (new / "revisions.csv").write_text(text + filled, "utf-8", newline="\n")
    assert against(old, new) == []


def test_all_rows_to_add_are_given_whatever_the_limit(tmp_path: Path) -> None:
    rows = [figure("a", year, year) for year in range(1900, 2050)]
    old = write_vintage(tmp_path / "old", "1.0.0", rows)
    new = write_vintage(tmp_path / "new", "1.0.1", [{**row, "note": "x"} for row in rows])
    comparison = mtopendata.diff(old, new, Options(limit=3))
    assert len(comparison.rows_to_add) == 150
    assert comparison.report.errors == 150


def test_a_package_without_revisions_is_told_to_have_them(tmp_path: Path) -> None:
    old = write_vintage(tmp_path / "old", "1.0.0", [A, B], None)
    new = write_vintage(tmp_path / "new", "1.0.1", [A30, B], None)
    found = finding(mtopendata.validate(new, against=old), "unexplained")
    assert "add the table 'revisions'" in found.hint
    assert "a,2023,1.0.1,29,exact,29,29,case,29,1.0.0,,," in found.hint


def test_faulty_figures_are_not_taken_for_unchanged(tmp_path: Path, old: Path) -> None:
    new = write_vintage(tmp_path / "new", "1.0.1", [{**A, "value": "29x"}, B, C])
    codes = [code for code, _, _ in against(old, new)]
    assert "not-compared" in codes
    assert "unexplained" not in codes
    new = write_vintage(tmp_path / "new", "1.0.1", [A, A, B, C])
    assert "not-compared" in [code for code, _, _ in against(old, new)]


def test_figures_without_a_version_to_count_from_cannot_be_judged(tmp_path: Path) -> None:
    old = write_vintage(tmp_path / "old", None, [A, B])
    new = write_vintage(tmp_path / "new", "1.0.0", [A30, B])
    assert ("not-compared", "figures", None) in against(old, new)


# Within a package


def test_a_revision_of_a_version_to_come_is_an_error(tmp_path: Path) -> None:
    new = write_vintage(tmp_path / "new", "1.0.0", [A30], [revision(A, "1.0.1")])
    report = mtopendata.validate(new)
    assert [(f.code, f.row, f.field) for f in report.findings] == [("revision", 2, "version")]


@pytest.mark.parametrize("since", ["1.0.2", "one", "1.0"])
def test_a_figure_of_a_version_to_come_is_an_error(since: str, tmp_path: Path) -> None:
    new = write_vintage(tmp_path / "new", "1.0.1", [figure("a", 2023, 30, since)], [])
    report = mtopendata.validate(new)
    assert [(f.code, f.row, f.field) for f in report.findings] == [("since", 2, "since")]


def test_a_figure_keeps_its_since_when_it_is_revised(tmp_path: Path) -> None:
    new = write_vintage(
        tmp_path / "new", "1.0.1", [figure("a", 2023, 30, "1.0.1")], [revision(A, "1.0.1")]
    )
    assert [found.code for found in mtopendata.validate(new).findings] == ["since"]


def test_previous_figures_must_hold_what_figures_hold(tmp_path: Path) -> None:
    before = {**A, "printed": "92"}
    new = write_vintage(tmp_path / "new", "1.0.1", [A30], [revision(before, "1.0.1")])
    report = mtopendata.validate(new)
    [found] = report.findings
    assert (found.code, found.resource, found.row) == ("printed", "revisions", 2)
    name = "previous: printed text agrees with value, qualifier and bounds"
    assert check(report, name) == (1, 1)


def test_every_field_of_figures_has_a_previous_one(tmp_path: Path) -> None:
    fields = {**FIELDS, "place": "string"}
    new = write_vintage(
        tmp_path / "new", "1.0.1", [{**A30, "place": "x"}], [revision(A, "1.0.1")], fields=fields,
        revised=FIELDS,
    )  # fmt: skip
    [found] = mtopendata.validate(new).findings
    assert found.code == "revision"
    assert "previous_place" in found.message


@pytest.mark.parametrize(
    ("revised", "fault"),
    [
        ({**FIELDS, "value": "string"}, "'previous_value' has another type"),
        ({**FIELDS, "period": "number"}, "'period' has another type"),
        ({**FIELDS, "since": "number"}, "'previous_since' has another type"),
        (
            {name: FIELDS[name] for name in FIELDS if name != "printed"},
            "no field 'previous_printed'",
        ),
    ],
)
def test_revisions_that_do_not_fit_the_figures_are_an_error(
    revised: dict[str, str], fault: str, tmp_path: Path
) -> None:
    folder = write_vintage(tmp_path / "p", "1.0.0", [A, B], [], revised=revised)
    [found] = mtopendata.validate(folder).findings
    assert (found.code, found.resource) == ("revision", "revisions")
    assert fault in found.message
    assert mtopendata.validate(folder, against=folder).errors == 1


@pytest.mark.parametrize("name", ["*", "^v.*$"])
def test_figures_with_fields_called_as_patterns_have_no_revisions(
    name: str, tmp_path: Path
) -> None:
    fields = {**FIELDS, name: "string"}
    folder = write_vintage(tmp_path / "p", "1.0.0", [A, B], [revision(A, "1.0.0")], fields=fields)
    assert "revision" in [item.code for item in mtopendata.validate(folder).findings]
    assert mtopendata.validate(folder, against=folder).errors


def test_revisions_need_figures_that_say_since_when_they_are_published(tmp_path: Path) -> None:
    fields = {name: type_ for name, type_ in FIELDS.items() if name != "since"}
    rows = [{name: row[name] for name in fields} for row in (A, B)]
    folder = write_vintage(tmp_path / "p", "1.0.0", rows, [], fields=fields)
    [found] = mtopendata.validate(folder).findings
    assert "no field 'since'" in found.message


@pytest.mark.parametrize("type_", ["integer", "year", "any"])
def test_a_since_of_another_type_is_no_version(type_: str, tmp_path: Path) -> None:
    """In figures that have nothing to do with revisions it may mean anything."""
    rows = [figure("a", 2023, 29, "1999"), figure("b", 2023, 7, "2001")]
    fields = {**FIELDS, "since": type_}
    old = write_vintage(tmp_path / "old", "1.0.0", rows, None, fields=fields)
    later = [*rows, figure("c", 2023, 1, "1998")]
    new = write_vintage(tmp_path / "new", "1.1.0", later, None, fields=fields)
    assert [code for code, _, _ in against(old, new)] in ([], ["since"])


def test_two_revisions_of_one_version_are_an_error(tmp_path: Path) -> None:
    rows = [revision(A, "1.0.1"), revision(A30, "1.0.1+again")]
    new = write_vintage(tmp_path / "new", "1.0.1", [figure("a", 2023, 31)], rows)
    [found] = mtopendata.validate(new).findings
    assert (found.code, found.row) == ("revision", 2)
    assert "two revisions of this version" in found.message


def test_a_package_without_a_version_has_one_error_for_all_its_revisions(tmp_path: Path) -> None:
    new = write_vintage(tmp_path / "new", None, [A30, B, C], [revision(A, "1.0.1")])
    [found] = mtopendata.validate(new).findings
    assert (found.code, found.path, found.row) == ("revision", "datapackage.json", None)
    new = write_vintage(tmp_path / "new", "0.9.0", [A, B, C])
    [found] = mtopendata.validate(new).findings
    assert found.message == "'1.0.0' (in 3 rows) is later than the package's version, 0.9.0"


def test_figures_without_a_key_cannot_be_held_against_earlier_ones(tmp_path: Path) -> None:
    for name, rows in (("old", [A]), ("same", [A]), ("new", [A30])):
        folder = write_vintage(tmp_path / name, "1.0.0", rows, None)
        text = (folder / "datapackage.json").read_text("utf-8")
        (folder / "datapackage.json").write_text(text.replace('"primaryKey"', '"x"'), "utf-8")
    assert mtopendata.diff(tmp_path / "old", tmp_path / "same").report.findings == []
    comparison = mtopendata.diff(tmp_path / "old", tmp_path / "new")
    assert "not-compared" in [item.code for item in comparison.report.findings]


# Reading back


def published(folder: Path, version: str | None = None) -> list[tuple[Any, ...]]:
    frame = mtopendata.load(folder, as_of=version)["figures"]
    return sorted(frame.rows(), key=lambda row: row[:2])


@dataclass
class Chain:
    """Releases as a maintainer makes them: what each published, and the revisions so far."""

    figures: dict[tuple[str, int], Row] = field(default_factory=dict)
    revisions: list[Row] = field(default_factory=list)
    published: dict[str, list[Row]] = field(default_factory=dict)

    def release(self, version: str, changes: Sequence[tuple[str, int | None]]) -> None:
        """Give measures a value, or withdraw them with None."""
        for measure, value in changes:
            key = (measure, 2023)
            before = self.figures.pop(key, None)
            if before is not None:
                after = figure(measure, 2023, value, before["since"])
                if value is not None and after == before:
                    self.figures[key] = before
                    continue
                self.revisions.append(revision(before, version))
            if value is not None:
                since = version if before is None else before["since"]
                self.figures[key] = figure(measure, 2023, value, since)
        self.published[version] = list(self.figures.values())

    def write(self, folder: Path, version: str) -> Path:
        return write_vintage(folder, version, self.figures.values(), self.revisions)


@settings(max_examples=examples(6), deadline=None)
@given(
    st.lists(
        st.dictionaries(st.sampled_from("abcd"), st.none() | st.integers(0, 3), max_size=4),
        min_size=1, max_size=5,
    )
)  # fmt: skip
def test_every_release_of_a_chain_is_explained_and_can_be_read_back(
    releases: list[dict[str, int | None]],
) -> None:
    with TemporaryDirectory() as temporary:
        chain = Chain()
        chain.release("1.0.0", [("a", 1), ("e", 5)])
        before = chain.write(Path(temporary) / "1.0.0", "1.0.0")
        for number, changes in enumerate(releases, 1):
            version = f"1.{number}.0"
            chain.release(version, list(changes.items()))
            after = chain.write(Path(temporary) / version, version)
            assert mtopendata.validate(after, against=before).errors == 0
            before = after
        for version, figures in chain.published.items():
            expected = write_vintage(Path(temporary) / "expected", version, figures, None)
            assert published(before, version) == published(expected)


def test_a_figure_that_came_back_is_read_back_as_absent_between(tmp_path: Path) -> None:
    chain = Chain()
    chain.release("1.0.0", [("a", 1), ("b", 2)])
    chain.release("1.1.0", [("a", None)])
    chain.release("1.10.0", [("a", 1)])
    folder = chain.write(tmp_path / "p", "1.10.0")
    assert mtopendata.validate(folder).errors == 0
    measures = {v: [row[0] for row in published(folder, v)] for v in ("1.0.0", "1.2.0", "1.10.0")}
    assert measures == {"1.0.0": ["a", "b"], "1.2.0": ["b"], "1.10.0": ["a", "b"]}


def test_figures_are_read_back_in_their_order_of_today(tmp_path: Path) -> None:
    rows = [figure(measure, 2023, 1) for measure in "abc"]
    now = [rows[0], figure("b", 2023, 2), figure("d", 2023, 4, "1.1.0")]
    revisions = [revision(rows[1], "1.1.0"), revision(rows[2], "1.1.0")]
    folder = write_vintage(tmp_path / "p", "1.1.0", now, revisions)
    frame = mtopendata.load(folder, as_of="1.0.0")["figures"]
    assert frame.select("measure", "value").rows() == [("a", 1), ("b", 1), ("c", 1)]
    assert frame.columns == list(FIELDS)
    assert set(KEY) <= set(frame.columns)


@pytest.mark.parametrize("version", ["2.0.0", "1.0", "", "0.9.0", "latest"])
def test_a_version_that_published_nothing_cannot_be_read_back(version: str, tmp_path: Path) -> None:
    folder = write_vintage(tmp_path / "p", "1.0.1", [A30], [revision(A, "1.0.1")])
    with pytest.raises(mtopendata.MtopendataError):
        mtopendata.load(folder, as_of=version)


def test_a_package_without_revisions_cannot_be_read_back(tmp_path: Path) -> None:
    folder = write_vintage(tmp_path / "p", "1.0.1", [A30], None)
    with pytest.raises(mtopendata.MtopendataError, match="no such table"):
        mtopendata.load(folder, as_of="1.0.0")


def test_an_analyst_can_read_a_version_back_in_sql(tmp_path: Path) -> None:
    """The definition in the descriptor is enough: no program of ours is needed."""
    import duckdb

    chain = Chain()
    chain.release("1.0.0", [("a", 1), ("b", 2), ("c", 3)])
    chain.release("1.1.0", [("a", 7), ("b", None), ("d", 4)])
    chain.release("1.2.0", [("a", 8), ("b", 5)])
    folder = chain.write(tmp_path / "p", "1.2.0")
    for version in chain.published:
        query = duckdb.connect().execute(f"""
            WITH later AS (
                SELECT * FROM read_csv('{folder}/revisions.csv') WHERE version > '{version}'
                QUALIFY row_number() OVER (PARTITION BY measure, period ORDER BY version) = 1
            ), states AS (
                SELECT measure, previous_value AS value, previous_since AS since FROM later
                UNION ALL
                SELECT measure, value, since FROM read_csv('{folder}/figures.csv')
                ANTI JOIN later USING (measure, period)
            )
            SELECT measure, value FROM states WHERE since <= '{version}' ORDER BY measure
        """)  # noqa: S608
        assert query.fetchall() == [(row[0], row[2]) for row in published(folder, version)]


CELLS: dict[str, list[Any]] = {
    "value": [1, 2, None], "since": ["1.0.0", "1.1.0", "1.2.0"], "note": ["x", None],
    "measure": ["a", "b", "d"], "version": ["1.0.0", "1.1.0", "1.2.0"],
    "previous_value": [1, 2, None], "previous_since": ["1.0.0", "1.1.0"], "previous_note": ["x"],
}  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn, rows: list[Row], blank: Row) -> list[Row]:
    """The rows after a few slips: a cell changed, a row lost, or one too many."""
    rows = list(rows)
    for _ in range(draw(st.integers(0, 2))):
        slip = draw(st.sampled_from(["change", "lose", "add"]))
        index = draw(st.integers(0, max(0, len(rows) - 1)))
        if slip == "lose" and rows:
            del rows[index]
            continue
        row = dict(rows[index] if rows else blank)
        name = draw(st.sampled_from([name for name in CELLS if name in row]))
        row[name] = draw(st.sampled_from(CELLS[name]))
        if name.removeprefix("previous_") == "value":  # as one who believes it is right
            prefix = name.removesuffix("value")
            own = figure("", 2023, row[name])
            cells = ("lower", "upper", "qualifier", "printed")
            row |= {prefix + cell: own[cell] for cell in cells}
        if slip == "change" and rows:
            rows[index] = row
        else:
            rows.append(row)
    return rows


@settings(max_examples=examples(25), deadline=None)
@given(st.data())
def test_what_is_accepted_reads_back_as_what_was_published(data: st.DataObject) -> None:
    """Whatever is done to figures and revisions, it is an error or leaves history as it was."""
    chain = Chain()
    chain.release("1.0.0", [("a", 1), ("b", 2)])
    chain.release("1.1.0", [("a", 2), ("c", None), ("d", 1)])
    with TemporaryDirectory() as temporary:
        old = chain.write(Path(temporary) / "old", "1.1.0")
        figures = data.draw(mutated(list(chain.figures.values()), A))
        revisions = data.draw(mutated(chain.revisions, revision(A, "1.2.0")))
        new = write_vintage(Path(temporary) / "new", "1.2.0", figures, revisions)
        if mtopendata.validate(new, against=old).errors:
            return
        for version in chain.published:
            assert published(new, version) == published(old, version)


def test_figures_without_a_version_are_unchanged_against_themselves(tmp_path: Path) -> None:
    folder = write_vintage(tmp_path / "p", None, [A, B], None)
    comparison = mtopendata.diff(folder, folder)
    assert comparison.explained
    assert not comparison.changed
