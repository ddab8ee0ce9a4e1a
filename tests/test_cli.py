"""The command line: exit codes, outputs, the terminal, and the package inside the wheel."""

import html
import json
import os
import pty
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import click
import pytest

from mtopendata.checks.runner import check_package
from mtopendata.cli import progress
from mtopendata.reading.options import Options
from mtopendata.report import formats
from tests.kit.packages import MONTANA, PACKAGES, ROOT, copy_own, schema_of, write_table
from tests.kit.program import run, run_alone, run_in_turn

BROKEN = PACKAGES / "type-integer"


def test_a_valid_package_exits_with_0_and_says_so_briefly(tmp_path: Path) -> None:
    done = run_alone("validate", copy_own(tmp_path))
    assert done.returncode == 0
    assert "satisfied  7 + 22 + 0 = 29" in done.stdout
    assert "valid (9 tables, " in done.stdout
    assert len(done.stdout.splitlines()) < 15
    assert done.stderr == ""
    assert "\033" not in done.stdout


def test_a_package_with_errors_exits_with_1_and_names_file_row_and_field() -> None:
    done = run_alone("validate", BROKEN)
    finding = json.loads((BROKEN / "expected.json").read_text())["findings"][0]
    assert done.returncode == 1
    assert f":{finding['row']} [{finding['field']}]: error type:" in done.stdout


def test_a_package_that_is_not_there_exits_with_2_and_one_line(tmp_path: Path) -> None:
    done = run_alone("validate", str(tmp_path / "nowhere"))
    assert done.returncode == 2
    assert done.stdout == ""
    assert "does not exist; name a package" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["datapackage.json"], "To check a package: mtopendata validate datapackage.json"),
        (["my data"], "To check a package: mtopendata validate 'my data'"),
        (["valdate"], "Did you mean 'validate'?"),
        (["validate", "--releasd"], "'--released'"),
    ],
)
def test_what_is_no_command_is_refused_with_what_may_be_meant(
    arguments: list[str], said: str, tmp_path: Path
) -> None:
    (tmp_path / "my data").mkdir()
    done = run(*arguments, folder=tmp_path)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr


def test_strict_exits_with_1_for_warnings_alone(tmp_path: Path) -> None:
    write_table(tmp_path, "a\n1\r\n", schema={"fields": [{"name": "a"}]})
    assert run("validate", tmp_path).exit_code == 0
    assert run("validate", tmp_path, "--strict").exit_code == 1


def test_json_is_the_whole_report_and_nothing_else() -> None:
    done = run("validate", BROKEN, "--format", "json")
    report = json.loads(done.stdout)
    assert report["valid"] is False
    assert set(report) >= {"version", "valid", "errors", "warnings", "findings", "checks"}
    assert set(report["checks"][0]) == {"name", "kind", "resource", "engine", "tested", "failed"}
    assert set(report["findings"][0]) == {
        "code", "severity", "resource", "path", "row", "field", "cell", "message", "hint",
        "column", "check",
    }  # fmt: skip


def test_verbose_prints_every_check_of_the_ledger() -> None:
    ledger = json.loads(run("validate", MONTANA, "--format", "json").stdout)["checks"]
    printed = run("validate", MONTANA, "--verbose").stdout
    for check in ledger:
        line = f"  {check['name']}: {check['tested']:,} tested, {check['failed']:,} failed"
        assert line in printed


def test_findings_beyond_the_limit_are_counted_and_not_listed(tmp_path: Path) -> None:
    write_table(tmp_path, "a\n" + "x\n" * 1000, schema=schema_of(a="integer"))
    report = json.loads(run("validate", tmp_path, "--limit", "3", "--format", "json").stdout)
    assert report["errors"] == 1000
    assert [finding["row"] for finding in report["findings"]] == [2, 3, 4]


def test_without_a_package_the_one_of_this_folder_is_taken(tmp_path: Path) -> None:
    shutil.copytree(BROKEN, tmp_path, dirs_exist_ok=True)
    assert run("validate", folder=tmp_path).exit_code == 1


COMMANDS: dict[str, list[str | Path]] = {
    "validate": [],
    "build": ["--out", "out"],
    "diff": [],
    "show": ["missing_child_cases_handled"],
    "list": ["montana"],
    "trace": ["--source", "sheet.txt"],
    "extract": ["sheet.txt"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_without_a_package_nothing_is_done(command: str, tmp_path: Path) -> None:
    (tmp_path / "sheet.txt").write_text("no figure")
    done = run(command, *COMMANDS[command], folder=tmp_path)
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"error {tmp_path}: has no datapackage.json; name a package" in done.stderr
    assert "; or take --released, the package that this program carries\n" in done.stderr
    assert sorted(file.name for file in tmp_path.iterdir()) == ["sheet.txt"]


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_the_package_that_the_program_carries_is_asked_for_by_name(
    command: str, tmp_path: Path
) -> None:
    (tmp_path / "sheet.txt").write_text("no figure")
    old: list[str | Path] = [ROOT] if command == "diff" else []
    asked = [*old, *COMMANDS[command], "--released", "--format", "json"]
    done = run(command, *asked, folder=tmp_path)
    if command == "trace":  # of this sheet the carried package knows nothing
        assert "is no document of a source" in done.stderr
    else:
        assert done.exit_code == int(command == "extract"), done.stderr
        assert json.loads(done.stdout)


def test_only_one_package_can_be_asked_for(tmp_path: Path) -> None:
    write_table(tmp_path)
    for command in (
        ["validate", ".", "--released"],
        ["show", "x", "--package", ".", "--released"],
        ["diff", ".", "--package", ".", "--released"],
        ["extract", "sheet.txt", "--into", ".", "--released"],
    ):
        done = run(*command, folder=tmp_path)
        assert (done.exit_code, done.stdout) == (2, "")
        assert "--released" in done.stderr


@pytest.mark.slow
def test_the_wheel_carries_the_package_once(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", tmp_path, str(ROOT)],
        check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert names.count("mtopendata/data/datapackage.json") == 1
    assert names.count("mtopendata/data/resources/figures.csv") == 1
    assert names.count("mtopendata/data/CHANGELOG.md") == 1  # a part of each release
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    environment = os.environ | {"PYTHONPATH": str(tmp_path / "installed")}
    done = subprocess.run(
        [sys.executable, "-m", "mtopendata", "validate", "--released"],
        capture_output=True, text=True, cwd=tmp_path, env=environment, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert str(tmp_path / "installed") in done.stdout
    done = subprocess.run(
        [sys.executable, "-m", "mtopendata", "page", "--released", "--out", "page.html"],
        capture_output=True, text=True, cwd=tmp_path, env=environment, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr  # with its templates, style and script
    assert (tmp_path / "page.html").stat().st_size > 100_000


def on_a_terminal(*arguments: str | Path) -> str:
    """What the program prints when standard output and error are a terminal."""
    reader, writer = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "mtopendata", *arguments],
        stdin=subprocess.DEVNULL, stdout=writer, stderr=writer,
    )  # fmt: skip
    os.close(writer)
    chunks = []
    while True:
        try:
            chunk = os.read(reader, 65536)
        except OSError:  # how Linux says that the other end is closed
            break
        if not chunk:
            break
        chunks.append(chunk)
    process.wait()
    os.close(reader)
    return b"".join(chunks).decode()


def test_a_terminal_gets_colour() -> None:
    assert "\033[31m" in on_a_terminal("validate", BROKEN)


def test_short_work_shows_no_progress(capsys: pytest.CaptureFixture[str]) -> None:
    with progress.Progress() as display:
        display.show("figures", 1_000, 50, 200)
    assert capsys.readouterr().err == ""


def test_no_colour_reaches_a_terminal_where_no_color_is_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\033[31m" not in on_a_terminal("validate", BROKEN)


def test_long_work_shows_its_progress_on_a_terminal_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    with progress.Progress() as display:
        display.show("figures", 1_000, 50, 200)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    context = click.Context(click.Command("validate"))
    context.color = False  # as with NO_COLOR, which may not keep the bar from being removed
    with context, progress.Progress() as display:
        display.show("figures", 1_000, 50, 200)
        display.show("areas", 7, 3, 4)
    shown = capsys.readouterr().err
    assert re.search(r"figures .* 25% .* 1,000 rows", shown)
    assert re.search(r"areas .* 75% .* 7 rows", shown)
    assert shown.endswith("\r\033[K")


def test_progress_covers_the_tables_what_is_made_of_them_and_the_rules() -> None:
    told: dict[str, list[tuple[int | None, int, int]]] = {}
    options = Options(
        progress=lambda what, rows, done, size: told.setdefault(what, []).append((rows, done, size))
    )
    check_package(MONTANA, options, is_kept=False)
    tables = [
        table["name"]
        for table in json.loads((MONTANA / "datapackage.json").read_text())["resources"]
    ]
    assert {*told} == {*tables, *(f"{name}: results" for name in tables), "rules and figures"}
    assert [*told][-1] == "rules and figures"
    assert all(done <= size for steps in told.values() for _, done, size in steps)


def test_the_name_of_a_table_commands_no_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with progress.Progress() as display:
        display.show("t\033[2J", 1, 1, 2)
    assert "\033[2J" not in capsys.readouterr().err


def test_control_characters_in_data_do_not_reach_the_terminal(tmp_path: Path) -> None:
    write_table(tmp_path, "a\n\x1b[2J\n", name="t\x1b[1m", schema=schema_of(a="integer"))
    result = run("validate", tmp_path, "--verbose")
    assert result.exit_code == 1
    assert "\x1b" not in result.output


# What the encoding of the output has not, and who does not read to the end


@pytest.mark.slow
@pytest.mark.parametrize(
    ("encoding", "environment"),
    [
        ("cp1252", {"PYTHONIOENCODING": "cp1252"}),
        ("latin-1", {"PYTHONIOENCODING": "latin-1:surrogateescape"}),
        ("ascii", {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}),
    ],
)
def test_signs_that_the_encoding_has_not_are_replaced_and_files_are_utf_8(
    encoding: str, environment: dict[str, str], tmp_path: Path
) -> None:
    copy_own(tmp_path / "own")
    shutil.copy(ROOT / "tests/sheets/oregon-2021/sheet.txt", tmp_path / "sheet.txt")
    write_table(tmp_path / "odd", "a\n≤ Ж\n", name="ж", schema=schema_of(a="integer"))
    commands: dict[int, list[list[str]]] = {
        0: [
            ["validate", "own", "--output", "markdown=report.md"],
            ["validate", "own", "--verbose"],
            ["build", "own", "--out", "release"],
            ["verify", "release"],
            ["diff", "own", "own"],
            ["show", "missing_child_cases_handled", "--package", "own"],
            ["extract", "sheet.txt", "--into", "own", "--verbose"],
            ["trace", "--source", "sheet.txt", "--package", "own"],
        ],
        1: [["validate", "odd"], ["build", "odd", "--out", "no"]],
        2: [["validate", "nowhere-ж"], ["diff", "ж"]],
    }
    in_turn = [command for some in commands.values() for command in some]
    codes, done = run_in_turn(in_turn, tmp_path, **environment)
    errors = done.stderr.decode(encoding)
    assert codes == [code for code, some in commands.items() for _ in some], errors
    assert "Traceback" not in errors
    printed = done.stdout.decode(encoding)
    assert "error type: '? ?' is no integer" in printed
    assert "106 ? [18001, " in printed
    assert "nowhere-" in errors
    assert "106 ≤ " in (tmp_path / "report.md").read_text("utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("format_", formats("validation"))
def test_what_programs_read_is_utf_8_in_any_encoding(format_: str, tmp_path: Path) -> None:
    write_table(tmp_path, "a\né\n", name="ж", schema=schema_of(a="integer"))
    done = subprocess.run(
        [sys.executable, "-m", "mtopendata", "validate", tmp_path, "--format", format_],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "cp1252"},
    )
    printed = done.stdout.decode("cp1252" if format_ == "text" else "utf-8")
    assert "'é' is no integer" in html.unescape(printed)


@pytest.mark.slow
@pytest.mark.parametrize(
    "redirection", ["| head -n 1", ">&-", "--format json >&-", "2>&-", "> /dev/full"]
)
def test_an_output_that_is_not_read_to_its_end_is_no_crash(
    redirection: str, tmp_path: Path
) -> None:
    # Beside the repository, whose tags would be named on standard error.
    command = f"{sys.executable} -m mtopendata validate {copy_own(tmp_path)} --verbose"
    done = subprocess.run(
        ["sh", "-c", f"{command} {redirection}"], capture_output=True, text=True, check=False
    )
    assert re.fullmatch("(error output: No space left on device; .*\n)?", done.stderr)
    assert (done.returncode == 2) is ("full" in redirection)
