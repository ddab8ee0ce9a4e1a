"""Versions rise as the changes ask, and the changelog speaks of them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtopendata.changes.changelog import find_changelog, has_version
from mtopendata.values.versions import Step, next_version, read_version, takes_step

NUMBERS = st.tuples(*(st.integers(0, 3),) * 3).map(lambda n: ".".join(map(str, n)))


@pytest.mark.parametrize(
    ("old", "step", "new", "enough"),
    [
        ("1.0.0", Step.NONE, "1.0.0", True),
        ("1.0.0", Step.NONE, "0.9.0", False),
        ("1.0.0", Step.PATCH, "1.0.0", False),
        ("1.0.0", Step.PATCH, "1.0.1", True),
        ("1.0.9", Step.PATCH, "1.0.10", True),
        ("1.0.0", Step.MINOR, "1.0.1", False),
        ("1.0.0", Step.MINOR, "1.1.0", True),
        ("1.0.0", Step.MINOR, "2.0.0", True),
        ("1.9.0", Step.MAJOR, "1.10.0", False),
        ("1.9.0", Step.MAJOR, "2.0.0", True),
        ("2.0.0", Step.PATCH, "1.9.9", False),
        # Nothing is promised before 1.0.0.
        ("0.1.0", Step.MAJOR, "0.2.0", True),
        ("0.1.0", Step.MAJOR, "0.1.1", False),
        # A pre-release announces its release, and may itself be changed in any way.
        ("1.0.0", Step.MINOR, "1.1.0-rc.1", True),
        ("1.0.0", Step.MAJOR, "1.1.0-rc.1", False),
        ("2.0.0-rc.1", Step.MAJOR, "2.0.0-rc.2", True),
        ("2.0.0-rc.2", Step.PATCH, "2.0.0-rc.1", False),
        ("2.0.0-rc.1", Step.MAJOR, "2.0.0", True),
        # What is built differently is the same version.
        ("1.0.0+a", Step.PATCH, "1.0.0+b", False),
    ],
)
def test_a_version_takes_a_step_where_it_rises_as_far(
    old: str, step: Step, new: str, enough: bool
) -> None:
    before, after = read_version(old), read_version(new)
    assert before
    assert after
    assert takes_step(before, after, step) is enough


@given(NUMBERS, NUMBERS, st.sampled_from(Step))
def test_the_next_version_is_the_lowest_that_takes_the_step(
    old: str, other: str, step: Step
) -> None:
    before, after = read_version(old), read_version(other)
    assert before
    assert after
    lowest = next_version(before, step)
    assert takes_step(before, lowest, step)
    assert takes_step(before, after, step) is (after >= lowest)


@pytest.mark.parametrize("text", ["1.0", "v1.0.0", "1.0.0.0", "01.0.0", "", "latest", None, 1, 1.0])
def test_what_is_no_semantic_version_is_none(text: object) -> None:
    assert read_version(text) is None


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("## [1.0.1] - 2026-01-01", True),
        ("## 1.0.1", True),
        ("# mtopendata v1.0.1 (January)", True),
        ("1.0.1\n=====", True),
        ("Release 1.0.1\n-------------", True),
        ("## [1.0.1] (follows 1.0.0)", True),
        ("1.0.1 is still to be written", False),
        ("## [2.0.0] (since 1.0.1)", False),
        ("```sh\n# pip install x==1.0.1\n```", False),
        ("<!--\n## 1.0.1\n-->", False),
        ("<!-- x -->\n## 1.0.1", True),
        ("Use `<!--`.\n\n## 1.0.1\n\nOr `-->`.", True),
        ("```inline```\n\n## 1.0.1", True),
        ("~~~\n```\n~~~\n## 1.0.1", True),
        ("## [11.0.1]", False),
        ("## [1.0.10]", False),
        ("## [1.0.1.1]", False),
        ("## [1.0.1-rc.1]", False),
        ("## Unreleased\n\nWill be 1.0.1.", False),
        ("[1.0.1]: https://example.org/1.0.1", False),
        ("", False),
    ],
)
def test_a_changelog_has_a_version_where_a_heading_has_it(
    text: str, named: bool, tmp_path: Path
) -> None:
    file = tmp_path / "CHANGELOG.md"
    file.write_text(f"# Changes\n\n{text}\n", "utf-8")
    assert has_version(file, "1.0.1") is named


def test_a_changelog_is_found_beside_the_descriptor_or_above_it_in_the_repository(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "repository" / "data" / "package"
    folder.mkdir(parents=True)
    (tmp_path / "CHANGELOG.md").touch()
    assert find_changelog(folder) is None
    (tmp_path / "repository" / ".git").mkdir()
    assert find_changelog(folder) is None
    (tmp_path / "repository" / "CHANGELOG.md").touch()
    assert find_changelog(folder) == tmp_path / "repository" / "CHANGELOG.md"
    (folder / "NEWS.md").touch()
    assert find_changelog(folder) == folder / "NEWS.md"
