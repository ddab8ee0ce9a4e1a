"""`mtopendata page`: what is written, what is not, and over what."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import mtopendata
from tests.kit.packages import FOLDERS, MONTANA, copy_own, replace_text, report_on
from tests.kit.program import run

INVALID = next(folder for folder in FOLDERS if not report_on(folder).valid)


def test_a_page_is_written_and_replaced(tmp_path: Path) -> None:
    for _ in range(2):
        done = run("page", MONTANA, folder=tmp_path)
        assert done.exit_code == 0, done.stderr
        (file,) = tmp_path.iterdir()
        assert file.name.startswith("mtopendata-")
        assert file.suffix == ".html"
        assert f"written: {file.stat().st_size:,} bytes, {file.name}" in done.stdout


def test_the_same_package_gives_the_same_bytes(tmp_path: Path) -> None:
    copy = copy_own(tmp_path / "copy", "CHANGELOG.md")
    for name, package in (("a.html", MONTANA), ("b.html", copy)):
        assert run("page", package, "--out", tmp_path / name).exit_code == 0
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_json_says_what_was_written(tmp_path: Path) -> None:
    out = tmp_path / "a.html"
    done = run("page", "--released", "--out", out, "--format", "json")
    said = json.loads(done.stdout)
    assert (said["file"], said["bytes"]) == (str(out), out.stat().st_size)
    assert said["report"]["valid"]


def test_a_package_with_errors_has_its_findings_and_no_page(tmp_path: Path) -> None:
    out = tmp_path / "a.html"
    done = run("page", INVALID, "--out", out)
    assert done.exit_code == 1
    assert "error" in done.stdout
    assert "nothing was written" in done.stdout
    assert not out.exists()
    forced = run("page", INVALID, "--out", out, "--force")
    assert forced.exit_code == 1
    assert "This package is not valid." in out.read_text("utf-8").partition("<h1>")[0]


def test_what_has_errors_is_not_to_be_quoted(tmp_path: Path) -> None:
    folder = copy_own(tmp_path / "p")
    replace_text(folder / "resources" / "figures.csv", "montana-2023,22,", "montana-2023,2,")
    assert run("page", folder, "--out", tmp_path / "a.html", "--force").exit_code == 1
    page = (tmp_path / "a.html").read_text("utf-8")
    assert 'data-copy="citation"' not in page
    assert 'data-copy="quotation"' not in page


@pytest.mark.parametrize("text", ["", "<!DOCTYPE html><p>mine", "a,b\n1,2\n"])
def test_another_file_is_not_replaced(tmp_path: Path, text: str) -> None:
    out = tmp_path / "a.html"
    out.write_text(text)
    for force in ((), ("--force",)):
        done = run("page", MONTANA, "--out", out, *force)
        assert done.exit_code == 2
        assert "no page that this program has made" in done.stderr
        assert out.read_text() == text
    assert [file.name for file in tmp_path.iterdir()] == ["a.html"]


def test_a_file_of_the_package_is_not_replaced(tmp_path: Path) -> None:
    folder = copy_own(tmp_path / "p")
    assert run("page", folder, "--out", folder / "datapackage.json").exit_code == 2
    assert mtopendata.validate(folder).valid


@pytest.mark.parametrize(
    ("out", "said"),
    [(".", "is a folder"), ("none/a.html", "no folder"), ("datapackage.json/a.html", "no folder")],
)
def test_a_place_that_cannot_be_written_is_told(tmp_path: Path, out: str, said: str) -> None:
    folder = copy_own(tmp_path / "p")
    done = run("page", folder, "--out", folder / out)
    assert done.exit_code == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write all")
def test_a_folder_without_rights_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert run("page", MONTANA, "--out", tmp_path / "a.html").exit_code == 2


def test_one_figure_is_a_drawing_alone(tmp_path: Path) -> None:
    out = tmp_path / "a.svg"
    for _ in range(2):  # its own drawing is replaced
        done = run("page", MONTANA, "--figure", "trafficking_reports", "--out", out)
        assert done.exit_code == 0, done.stderr
    text = out.read_text("utf-8")
    assert text.startswith("<svg xmlns=")
    for part in (
        "more than 18,400",
        "18,401 or more",
        "Source: National Center",
        "<title",
        "<desc",
    ):
        assert part in text


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("survivors_families_supported", "names several figures"),
        ("no such thing", "is no figure of the package"),
    ],
)
def test_a_figure_that_is_not_one_is_told(tmp_path: Path, name: str, said: str) -> None:
    done = run("page", MONTANA, "--figure", name, "--out", tmp_path / "a.svg")
    assert done.exit_code == 2
    assert said in done.stderr
    assert not list(tmp_path.iterdir())


def test_python_has_the_same(tmp_path: Path) -> None:
    paged = mtopendata.page(MONTANA, tmp_path / "a.html")
    assert paged.report.valid
    assert paged.file == tmp_path / "a.html"
    assert mtopendata.page(INVALID, tmp_path / "b.html").file is None
    with pytest.raises(mtopendata.MtopendataError, match="is a folder"):
        mtopendata.page(MONTANA, tmp_path)


@pytest.mark.slow
def test_who_writes_no_page_does_not_wait_for_templates() -> None:
    program = (
        "import sys\n"
        "import mtopendata\n"
        f"assert mtopendata.validate({str(MONTANA)!r}).valid\n"
        "assert 'polars' in sys.modules\n"
        "assert not {'jinja2', 'markupsafe'} & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
