"""The corruption drill's claims: what `validate` must catch, and the table in the README."""

import json
from collections import defaultdict
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

import pytest

import mtopendata
from drill import corruptions as drill
from drill import localisation, markdown, tables, trials
from drill.corruptions import NO_FAULT, Corruption
from tests.kit.examples import sample


@pytest.fixture(scope="module")
def corruptions() -> list[Corruption]:
    return list(drill.corruptions())


@pytest.fixture
def package(tmp_path: Path) -> Path:
    trials.copy_package(tmp_path)
    return tmp_path


@pytest.fixture
def package_without_rules(package: Path) -> Path:
    """A rule's finding is about several rows, so it does not show which of them is caught. Other
    tables that figures do not refer to only take time.
    """
    descriptor = json.loads((package / "datapackage.json").read_text("utf-8"))
    without = ("rules", "rule_terms", "revisions", "programmes")
    kept = [r for r in descriptor["resources"] if r["name"] not in without]
    (package / "datapackage.json").write_text(
        json.dumps({**descriptor, "resources": kept}), "utf-8"
    )
    return package


def is_excluded(corruption: Corruption) -> bool:
    return (corruption.field, corruption.kind) in NO_FAULT


def in_rounds(corruptions: list[Corruption]) -> Iterator[list[Corruption]]:
    """Corruptions of cells in rounds with at most one for each row: a run tests a whole round."""
    by_row: defaultdict[int | None, list[Corruption]] = defaultdict(list)
    for corruption in corruptions:
        by_row[corruption.row].append(corruption)
    for round_ in zip_longest(*by_row.values()):
        yield [corruption for corruption in round_ if corruption]


def errors(package: Path, corruptions: list[Corruption]) -> list[mtopendata.Finding]:
    """The errors of the figures with some rows corrupted, a corruption a row."""
    path = package / "resources" / "figures.csv"
    rows = tables.read_rows(tables.PACKAGE / "resources" / "figures.csv")
    for corruption in corruptions:
        assert corruption.row is not None
        rows[corruption.row] = corruption.rows[corruption.row]
    path.write_bytes(tables.as_csv(rows))
    findings = mtopendata.validate(package).findings
    return [f for f in findings if f.resource == "figures" and f.severity == "error"]


def test_the_package_has_no_fault_before_the_drill(package: Path) -> None:
    assert not mtopendata.validate(package).findings


def test_writing_a_table_again_changes_no_byte(package: Path) -> None:
    for resource in tables.resources():
        path = package / resource["path"]
        assert tables.as_csv(tables.read_rows(path)) == path.read_bytes()


def test_every_corruption_changes_its_file_and_happens_once(
    corruptions: list[Corruption],
) -> None:
    seen = {str(corruption) for corruption in corruptions}
    original = {
        resource["path"]: (tables.PACKAGE / resource["path"]).read_bytes()
        for resource in tables.resources()
    }
    unchanged = [str(c) for c in corruptions if tables.as_csv(c.rows) == original[c.path]]
    assert len(seen) == len(corruptions)
    assert not unchanged


def test_every_kind_finds_something_to_corrupt(corruptions: list[Corruption]) -> None:
    assert {corruption.kind for corruption in corruptions} == set(drill.KINDS)


def test_every_cell_with_a_text_is_corrupted(corruptions: list[Corruption]) -> None:
    done = {(c.resource, c.row, c.field) for c in corruptions}
    missed = [
        (resource["name"], row, field)
        for resource in tables.corrupted()
        for header, *lines in [tables.read_rows(tables.PACKAGE / resource["path"])]
        for row, line in enumerate(lines, 1)
        for field, cell in zip(header, line, strict=True)
        if cell and (resource["name"], row, field) not in done
    ]
    assert not missed


@pytest.mark.sampled
def test_a_corruption_of_a_figures_number_is_an_error_in_its_row(
    corruptions: list[Corruption], package_without_rules: Path
) -> None:
    numbers = [c for c in corruptions if c.group == drill.FIGURE_NUMBERS and not is_excluded(c)]
    escaped = []
    for round_ in sample(list(in_rounds(numbers))[::2]):  # half of them; the drill tries all
        lines = {finding.row for finding in errors(package_without_rules, round_)}
        escaped += [str(c) for c in round_ if c.row is None or c.row + 1 not in lines]
    assert not escaped, "\n".join(["not caught:", *escaped])


def test_what_is_excluded_as_no_fault_is_not_caught(
    corruptions: list[Corruption], package_without_rules: Path
) -> None:
    excluded = [c for c in corruptions if c.group == drill.FIGURE_NUMBERS and is_excluded(c)]
    for round_ in in_rounds(excluded):
        assert not errors(package_without_rules, round_)


@pytest.mark.sampled
def test_a_sample_of_all_corruptions_leaves_a_report_and_the_package_as_it_was(
    corruptions: list[Corruption], package: Path
) -> None:
    escaped = []
    for corruption in sample(corruptions[::250]):
        found, _ = trials.errors_and_warnings(package, corruption)
        is_number = corruption.group == drill.FIGURE_NUMBERS
        if is_number and not is_excluded(corruption) and not found:
            escaped.append(str(corruption))
    assert not escaped
    assert mtopendata.validate(package).valid


def test_the_docs_have_the_kinds_of_the_drill(corruptions: list[Corruption]) -> None:
    table = markdown.between_markers((tables.ROOT / "docs" / "drill.md").read_text("utf-8"))
    assert table is not None, f"docs/drill.md has no {markdown.MARKERS[0]}"
    expected = {(c.group, c.kind) for c in corruptions}
    assert markdown.kinds_in(table) == expected, "run: python -m drill --write docs/drill.md"


def test_the_table_is_put_between_the_markers_and_nowhere_else() -> None:
    start, end = markdown.MARKERS
    text = f"before\n{start}\nold\n{end}\nafter\n"
    new = markdown.with_table(text, "new\n")
    assert new == f"before\n{start}\nnew\n{end}\nafter\n"
    assert markdown.between_markers(new) == "new\n"
    assert markdown.with_table(new, "new\n") == new


def test_a_text_without_markers_is_no_place_for_the_table() -> None:
    with pytest.raises(SystemExit, match="put <!-- drill -->"):
        markdown.with_table("no markers", "table\n")


def test_a_share_is_whole_only_where_it_is_all_and_nothing_only_where_it_is_none() -> None:
    assert markdown.share(999, 1000).startswith("99 %")
    assert markdown.share(1, 1000).startswith("1 %")
    assert markdown.share(0, 3).startswith("0 %")
    assert markdown.share(3, 3).startswith("100 %")


@pytest.mark.slow
def test_a_figure_changed_as_a_whole_agrees_with_its_printed_text(
    corruptions: list[Corruption], package_without_rules: Path
) -> None:
    """Otherwise the drill would count as hard what the simplest check sees."""
    whole = [c for c in corruptions if c.group == drill.CONSISTENT and "copied" not in c.kind]
    codes = {f.code for round_ in in_rounds(whole) for f in errors(package_without_rules, round_)}
    assert "printed" not in codes  # other errors there may be: 190 % is no share


def test_the_drill_counts_whether_the_wrong_figure_is_named(package: Path) -> None:
    figures = package / "resources" / "figures.csv"
    text = figures.read_text("utf-8")
    wrong = text.replace(",22,exact,22,22,case,22,", ",2,exact,2,2,case,2,")
    assert wrong != text
    figures.write_text(wrong, "utf-8")
    row = next(n for n, line in enumerate(wrong.splitlines(), 1) if "cases_other," in line)
    counted = localisation.named(mtopendata.validate(package), row)
    # Each of the four figures is one slip away, and this one is not in the first of their rows.
    assert counted == {"violated": 1, "among": 1, "first": 0, "only": 0}
