"""Several reports in one run, each whole and in its place, or refused before any work."""

import json
import os
import shutil
import stat
import zipfile
from importlib import import_module
from inspect import signature
from pathlib import Path
from unittest.mock import patch

import click
import pytest
from click.testing import CliRunner, Result

from mtopendata import cli
from mtopendata.commands import validate as validation
from mtopendata.report import formats
from tests.kit.packages import PACKAGES, contents
from tests.kit.program import run

BROKEN = PACKAGES / "type-integer"
SOURCE = Path(cli.__file__).parents[1]
FORMATS = formats("validation")


def validate(*arguments: str | Path) -> Result:
    return run("validate", BROKEN, *arguments)


@pytest.mark.parametrize(
    ("command", "kind"),
    [
        ("validate", "validation"),
        ("diff", "comparison"),
        ("build", "build"),
        ("verify", "verification"),
        ("extract", "extraction"),
        ("trace", "tracing"),
        ("show", "figure"),
    ],
)
def test_the_command_line_knows_every_format_of_a_report(command: str, kind: str) -> None:
    files = {file.stem for file in (SOURCE / "report" / kind).glob("*.py")} - {"__init__"}
    option = next(item for item in cli.main.commands[command].params if item.name == "format_")
    assert isinstance(option.type, click.Choice)
    assert list(option.type.choices) == ["text", *sorted(files - {"text"})]


KINDS = sorted(folder.parent.name for folder in (SOURCE / "report").glob("*/__init__.py"))


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind in KINDS for name in formats(kind)]
)
def test_every_file_of_a_format_renders_a_result_and_at_most_more_of_it(
    kind: str, name: str
) -> None:
    parameters = signature(import_module(f"mtopendata.report.{kind}.{name}").render).parameters
    assert len(parameters) == 1 or list(parameters)[1:] == ["verbose"]


def test_every_file_of_a_command_is_a_command() -> None:
    files = {file.stem for file in (SOURCE / "cli" / "commands").glob("*.py")} - {"__init__"}
    assert set(cli.main.commands) == files


def test_every_format_is_written_in_one_run_and_is_what_it_would_print(tmp_path: Path) -> None:
    options = [part for name in FORMATS for part in ("--output", f"{name}={tmp_path / name}")]
    with patch.object(
        validation, "validated", side_effect=validation.validated
    ) as validated:  # fmt: skip
        result = validate(*options)
    assert validated.call_count == 1
    assert result.exit_code == 1
    assert ": not valid (" in result.stdout
    for name in FORMATS:
        printed = validate("--format", name).stdout_bytes
        assert (tmp_path / name).read_bytes() == printed
        assert b"\r" not in printed
        assert b"\x1b" not in printed
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(FORMATS)


def test_a_report_has_the_same_format_in_two_files(tmp_path: Path) -> None:
    validate("--output", f"json={tmp_path / 'a'}", "--output", f"json={tmp_path / 'b=c'}")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b=c").read_bytes()


@pytest.mark.parametrize(
    ("outputs", "words"),
    [
        (["report.json"], "'report.json' is not FORMAT=FILE"),
        (["json="], "'json=' is not FORMAT=FILE"),
        (["xml=a.xml"], "'xml' is no format; take one of text, github, html, json, junit"),
        (["json=-"], "'-' is no file; print the report with --format json"),
        (["json=."], "'.' is a folder"),
        (["json=none/a.json"], "the folder of 'none/a.json' does not exist"),
        (["json=a", "json=./a"], "'a' is named twice"),
        (["json=a", "sarif=link"], "'a' is named twice"),
        (["json=" + "x" * 300], ""),
    ],
)
def test_an_output_that_cannot_be_written_is_refused_before_validating(
    outputs: list[str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link").symlink_to("a")
    with patch.object(validation, "validated", side_effect=AssertionError):
        result = validate(*(part for output in outputs for part in ("--output", output)))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert words in result.stderr.replace("\n", " ")
    assert [path.name for path in tmp_path.iterdir()] == ["link"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write all")
def test_a_folder_that_may_not_be_written_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    result = validate("--output", f"json={tmp_path / 'a'}")
    tmp_path.chmod(0o700)
    assert result.exit_code == 2
    assert "may not be written" in result.stderr


def test_an_earlier_report_is_replaced_as_a_whole_and_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x" * 100_000)
    (tmp_path / "link").symlink_to("a")
    validate("--output", f"json={tmp_path / 'link'}")
    assert json.loads((tmp_path / "a").read_text("utf-8"))["version"]
    assert (tmp_path / "link").is_symlink()


def test_a_report_is_as_readable_as_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("")
    validate("--output", f"json={tmp_path / 'a'}")
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("plain", "a")]
    assert modes[0] == modes[1]


def test_a_report_that_fails_half_way_leaves_the_earlier_one(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("earlier")
    with patch.object(Path, "replace", side_effect=OSError(28, "No space left on device")):
        result = validate("--output", f"json={tmp_path / 'a'}")
    assert result.exit_code == 2
    assert "No space left on device" in result.stderr
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("a", "earlier")]


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="this system has no /dev/null")
def test_a_device_is_written_to_and_not_replaced() -> None:
    assert validate("--output", "json=/dev/null").exit_code == 1
    assert Path("/dev/null").is_char_device()


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package with a link to one of its files beside it."""
    folder = tmp_path / "package"
    shutil.copytree(PACKAGES / "good-rule-balance", folder)
    (tmp_path / "link").symlink_to(folder / "figures.csv")
    with zipfile.ZipFile(tmp_path / "package.zip", "w") as archive:
        for file in folder.iterdir():
            archive.write(file, file.name)
    return folder


@pytest.mark.parametrize("command", [["validate"], ["diff", "package"]])
@pytest.mark.parametrize(
    ("name", "output"),
    [
        ("package", "package/datapackage.json"),
        ("package", "package/../package/figures.csv"),
        ("package/datapackage.json", "package/datapackage.json"),
        ("package", "link"),
        ("package.zip", "package.zip"),
    ],
)
def test_no_report_replaces_a_file_of_the_package(
    command: list[str], name: str, output: str, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(package.parent)
    before = contents(package.parent)
    arguments = [*command, name, "--output=markdown=fresh", f"--output=json={output}"]
    result = CliRunner().invoke(cli.main, arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        f"error {output}: is a file of the package; write the report to another file\n"
    )
    assert contents(package.parent) == before


def test_a_report_may_lie_beside_the_files_of_a_package(package: Path) -> None:
    for name in ("validate", "diff"):
        arguments = [name, str(package), *([str(package)] if name == "diff" else [])]
        file = package / f"{name}.json"
        result = CliRunner().invoke(cli.main, [*arguments, f"--output=json={file}"])
        assert result.stderr == ""
        assert json.loads(file.read_text("utf-8"))["errors"] == 0


def test_a_file_that_the_package_names_and_does_not_have_is_not_written(package: Path) -> None:
    (package / "figures.csv").unlink()
    output = f"--output=json={package / 'figures.csv'}"
    assert CliRunner().invoke(cli.main, ["validate", str(package), output]).exit_code == 2
    assert not (package / "figures.csv").exists()
