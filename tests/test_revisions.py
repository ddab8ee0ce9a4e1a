"""Published figures change only with a true revision, and can be read back from the revisions."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mtopendata
from mtopendata.report import Finding, Report
from vintages import FIELDS, KEY, Row, figure, revision, write_vintage

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
    assert "previous_value is 28, not 29" in found.message
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
    assert codes == {"since", "unexplained"}


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
    new = write_vintage(tmp_path / "new", "1.0.0", [A, B])
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
        tmp_path / "new", "1.0.1", [{**A30, "place": "x"}], [revision(A, "1.0.1")], fields=fields
    )
    [found] = mtopendata.validate(new).findings
    assert found.code == "revision"
    assert "previous_place" in found.message


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


@settings(max_examples=10, deadline=None)
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
