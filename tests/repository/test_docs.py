"""The generated parts of the docs are what the code says today.

`python -m tests.repository.test_docs` writes them anew.
"""

import ast
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import click
import polars as pl
import pytest
import yaml
from click.testing import CliRunner

import mtopendata
from mtopendata import cli
from mtopendata.changes.steps import KINDS
from mtopendata.ledger.codes import CODES
from mtopendata.ledger.report import RuleInstance
from mtopendata.package.constraints import CONSTRAINTS
from mtopendata.package.properties import PROPERTIES
from mtopendata.package.types import TYPES
from mtopendata.reading.options import Options
from mtopendata.reading.packages import read_package
from mtopendata.release.metadata import standards
from mtopendata.release.terms.citing import citation
from mtopendata.rules.reading import readable_rules
from mtopendata.rules.words import statement
from tests.kit.examples import sample
from tests.kit.packages import MONTANA, ROOT, copy_own, report_on
from tests.kit.releases import NAMED, with_versions


def _table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    titles = list(head)
    lines = [titles, ["---"] * len(titles), *([str(cell) for cell in row] for row in rows)]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in line) + " |"
        for line in lines
    )


def figures() -> str:
    """The figures of the newest fact sheet for Montana, and how many more there are."""
    package = mtopendata.load(ROOT)
    sheets = package["sources"].filter(pl.col("form").str.contains("fact sheet"))["source"]
    of_montana = package["figures"].filter(
        pl.col("source").is_in(sheets.implode()), pl.col("area") == "US-MT"
    )
    newest = of_montana.sort("period", maintain_order=True)["source"][-1]
    measures = package["measures"].select("measure", "title")
    joined = package["figures"].join(measures, on="measure", maintain_order="left")
    shown = joined.filter(pl.col("source") == newest)
    rows = shown.select("title", "area", "period", "printed").iter_rows()
    table = _table(
        ("figure", "area", "year", "as printed"),
        ((title, "All" if area == "ALL" else area, year, text) for title, area, year, text in rows),
    )
    others = joined.height - shown.height
    sources = package["sources"].height - 1
    return (
        f"{table}\n\nBeside these {shown.height} it has {others} figures of {sources} other "
        "documents of NCMEC's: `mtopendata list` finds them."
    )


def definitions() -> str:
    """What each measure means and how it can mislead, by programme."""
    package = mtopendata.load(ROOT)
    parts = []
    for programme in package["programmes"].iter_rows(named=True):
        parts.append(f"### {programme['title']}\n\n{programme['description']}")
        for measure in package["measures"].iter_rows(named=True):
            if measure["programme"] == programme["programme"]:
                caveat = measure["caveat"] and f"\n  *Caveat:* {measure['caveat']}"
                name = f"**{measure['title']}** (`{measure['measure']}`)"
                parts.append(f"- {name}: {measure['definition']}{caveat or ''}")
    return "\n\n".join(parts)


def commands() -> str:
    """The first sentence of each command's help."""
    return _table(
        ("command", "what it does"),
        (
            (f"[`mtopendata {name}`](docs/cli.md#mtopendata-{name})", _purpose(command.help or ""))
            for name, command in sorted(cli.main.commands.items())
        ),
    )


def _purpose(text: str) -> str:
    return " ".join(text.split("\n\n")[0].split())


SHOWN = 4
"""Rules that the README shows, whatever number of sheets the package has."""


def validation() -> str:
    with _in(ROOT):
        output = CliRunner().invoke(cli.main, ["validate"]).stdout
    rules, _, rest = output.partition("\n\n")
    lines = rules.splitlines()
    left = [f"… and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
    return _console("mtopendata validate", "\n".join([*lines[:SHOWN], *left, "", rest]))


def broken() -> str:
    with tempfile.TemporaryDirectory() as folder:
        copy_own(Path(folder), root=ROOT)
        figures_csv = Path(folder) / "resources" / "figures.csv"
        text = figures_csv.read_text("utf-8")
        figures_csv.write_text(
            text.replace("missing_child_cases_other,US-MT,2023,ncmec-montana-2023,22,",
                         "missing_child_cases_other,US-MT,2023,ncmec-montana-2023,2,"), "utf-8"
        )  # fmt: skip
        with _in(Path(folder)):
            output = CliRunner().invoke(cli.main, ["validate"]).output
    faults = output[: output.index("\n\n")]
    edit = "sed -i 's/montana-2023,22,/montana-2023,2,/' resources/figures.csv"
    return _console(f"{edit}\n$ mtopendata validate", faults)


def release() -> str:
    """What a build prints, without what the versions of its libraries decide."""
    with tempfile.TemporaryDirectory() as folder, _in(ROOT):
        out = Path(folder) / "dist"
        output = CliRunner().invoke(cli.main, ["build", "--out", str(out)]).output
    output = re.sub(r" +[0-9,]+  [0-9a-f]{64}$", "  …", output, flags=re.MULTILINE)
    output = re.sub(r"[0-9,]+ bytes, in .*", "… bytes, in dist", output)
    return _console("mtopendata build", output)


def _console(command: str, output: str) -> str:
    return f"```console\n$ {command}\n{output.rstrip()}\n```"


def revision() -> str:
    """What a validation says of a figure that was changed silently since the last release."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("old", "new"):
            copy_own(Path(folder) / name, root=ROOT)
        figures_csv = Path(folder) / "new" / "resources" / "figures.csv"
        text = figures_csv.read_text("utf-8")
        figures_csv.write_text(text.replace('5759,5759,survivor_or_family,"5,759"',
                                            '5795,5795,survivor_or_family,"5,795"')
                               .replace(",5759,exact", ",5795,exact"), "utf-8")  # fmt: skip
        (Path(folder) / "new" / "CHANGELOG.md").write_text("## 1.0.0\n", "utf-8")
        with _in(Path(folder) / "new"):
            output = CliRunner().invoke(cli.main, ["validate", "--against", "../old"]).output
    faults = output[: output.index("\n\n")]
    edit = "sed -i 's/5759/5795/g; s/5,759/5,795/' resources/figures.csv"
    return _console(f"{edit}\n$ mtopendata validate --against v1.0.0", faults)


def extraction() -> str:
    """What a person sees of a sheet of invented numbers, and of one with a slip."""
    sheet = ROOT / "tests" / "sheets" / "oregon-2021" / "sheet.txt"
    with tempfile.TemporaryDirectory() as folder, _in(Path(folder)):
        text = sheet.read_text("utf-8").replace("handled 41 cases", "handled 4l cases")
        Path("sheet.txt").write_text(text, "utf-8")
        output = (
            CliRunner().invoke(cli.main, ["extract", "sheet.txt", "--package", str(MONTANA)]).output
        )
    lines = output.splitlines()
    start = next(row for row, line in enumerate(lines) if "children_identified" in line)
    end = next(row for row, line in enumerate(lines) if "missing_child_cases_assisted" in line)
    table = lines.index("", start)
    shown = [*lines[:2], "  …", *lines[start:end], "  …", *lines[table:]]
    return _console("mtopendata extract sheet.txt", "\n".join(shown))


def table() -> str:
    """What a person sees of a table of invented numbers, of which two digits changed places."""
    rows = ("Country     Reports", "Atlantis      1,203", "Lilliput         21",
            "Utopia           88", "Total         1,303")  # fmt: skip
    with tempfile.TemporaryDirectory() as folder, _in(Path(folder)):
        text = "\n".join(("2031 CyberTipline Reports by Country", "", *rows, ""))
        Path("table.txt").write_text(text, "utf-8")
        output = (
            CliRunner().invoke(cli.main, ["extract", "table.txt", "--package", str(ROOT)]).output
        )
    return _console("mtopendata extract table.txt", output.rstrip("\n"))


def problems() -> str:
    folders = (ROOT / "src" / "mtopendata" / name for name in ("sheets", "entry"))
    source = "".join(
        file.read_text("utf-8") for folder in folders for file in sorted(folder.rglob("*.py"))
    )
    used = set(re.findall(r'Problem\(\s*"([a-z-]+)"', source))
    return _table(("code", "meaning"), ((f"`{c}`", m) for c, m in CODES.items() if c in used))


def kinds() -> str:
    rows = sorted(KINDS.items(), key=lambda item: -item[1][0])
    return _table(
        ("change of the descriptor", "step", "meaning"),
        ((f"`{kind}`", step.name.lower(), meaning) for kind, (step, meaning) in rows),
    )


OF_THE_REPORT = ("findings", "checks")
"""Keys that a comparison and a report have in common."""


def diff_keys() -> str:
    schema = json.loads((ROOT / "docs" / "diff.schema.json").read_text("utf-8"))
    return _table(("key", "type", "meaning"), _described(schema, "", schema["$defs"]))


def _described(
    schema: dict[str, Any], prefix: str, known: dict[str, Any]
) -> Iterator[tuple[str, str, str]]:
    for name, item in schema["properties"].items():
        if name in OF_THE_REPORT:
            yield f"`{name}`", "array", "As in the [report](report.md#json)."
            continue
        reference = item.get("$ref", "")
        key = known[reference.rpartition("/")[2]] if reference else item
        yield f"`{prefix}{name}`", _types(key), item.get("description", key.get("description", ""))
        if "properties" in key:
            yield from _described(key, f"{prefix}{name}.", known)
        if "properties" in key.get("items", {}):
            yield from _described(key["items"], f"{prefix}{name}[].", known)


def action_inputs() -> str:
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    rows = (
        (f"`{name}`", f"`{item['default']}`" if item["default"] else "empty", item["description"])
        for name, item in action["inputs"].items()
    )
    return _table(("input", "default", "meaning"), rows)


def action_outputs() -> str:
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    rows = ((f"`{name}`", item["description"]) for name, item in action["outputs"].items())
    return _table(("output", "meaning"), rows)


def keys() -> str:
    schema = json.loads((ROOT / "docs" / "report.schema.json").read_text("utf-8"))
    rows = []
    for name, key in schema["properties"].items():
        rows.append((f"`{name}`", _types(key), key.get("description", "")))
        for inner, detail in key.get("items", {}).get("properties", {}).items():
            rows.append((f"`{name}[].{inner}`", _types(detail), detail.get("description", "")))
    return _table(("key", "type", "meaning"), rows)


def _types(key: dict[str, object]) -> str:
    kind = key.get("type", key.get("enum", key.get("const", "any")))
    return " or ".join(map(str, kind)) if isinstance(kind, list) else str(kind)


def codes() -> str:
    return _table(("code", "meaning"), ((f"`{code}`", text) for code, text in CODES.items()))


def properties() -> str:
    parts = []
    for level, known in PROPERTIES.items():
        rows = (
            (f"`{name}`", item.types.replace("|", " or "), item.effect)
            for name, item in known.items()
        )
        parts.append(f"### {level}\n\n" + _table(("property", "JSON type", "effect"), rows))
    return "\n\n".join(parts)


def constraints() -> str:
    return _table(
        ("type", "constraints"),
        (
            (
                f"`{kind}`",
                ", ".join(
                    f"`{name}`"
                    for name in sorted(PROPERTIES["constraints"])
                    if CONSTRAINTS[name].applies_to(item)
                ),
            )
            for kind, item in TYPES.items()
        ),
    )


def columns() -> str:
    descriptor = json.loads((ROOT / "datapackage.json").read_text("utf-8"))
    parts = []
    for resource in descriptor["resources"]:
        schema = resource["schema"]
        key = ", ".join(f"`{name}`" for name in schema["primaryKey"])
        rows = (
            (f"`{item['name']}`", item["type"], item["description"]) for item in schema["fields"]
        )
        parts.append(
            f"## {resource['name']}\n\n{resource['description']}\n\nPrimary key: {key}.\n\n"
            + _table(("column", "type", "meaning"), rows)
        )
        for item in schema["fields"]:
            if categories := item.get("categories"):
                meanings = ((f"`{c['value']}`", c["label"]) for c in categories)
                parts.append(
                    f"Codes of `{item['name']}`:\n\n" + _table(("code", "meaning"), meanings)
                )
    return "\n\n".join(parts)


def command_help() -> str:
    parts = []
    commands: list[tuple[list[str], click.Command]] = [([], cli.main)]
    commands += [([name], command) for name, command in sorted(cli.main.commands.items())]
    for path, _ in commands:
        name = " ".join(["mtopendata", *path])
        output = CliRunner().invoke(cli.main, [*path, "--help"], prog_name="mtopendata").output
        parts.append(f"## {name}\n\n```text\n{output.rstrip()}\n```")
    return "\n\n".join(parts)


def metadata() -> str:
    return _table(
        ("file", "what it is for"), ((f"`{item.file}`", item.purpose) for item in standards())
    )


def stricter() -> str:
    from tests.test_referee import STRICTER

    reasons = dict.fromkeys(STRICTER.values())
    return "\n".join(f"- {reason}" for reason in reasons)


def classes() -> str:
    """The classes' rows of the drill's table, which stands further below."""
    text = (ROOT / "docs" / "drill.md").read_text("utf-8")
    match = _pattern("drill").search(text)
    assert match
    lines = match[0].splitlines()
    head = [line for line in lines if line.startswith("|")][:2]
    return "\n".join([*head, *(line.replace("**", "") for line in lines if "| **" in line)])


def tree() -> str:
    """Every folder of the program, and every module beside them, from the highest stage to the
    lowest, with what it says of itself.
    """
    from tests.test_house import SOURCE, STAGES

    tops = [SOURCE / name for stage in reversed(STAGES) for name in stage]
    tops = [top if top.is_dir() else top.with_suffix(".py") for top in tops]
    lines = [line for top in tops for line in _branch(top, SOURCE)]
    width = max(len(name) for name, _ in lines)
    shown = (f"{name:{width}}  {purpose}" for name, purpose in lines)
    return "\n".join(["```text", "src/mtopendata/", *shown, "```"])


def _branch(path: Path, root: Path) -> Iterator[tuple[str, str]]:
    """Name and purpose of a module, or of a folder and of the folders in it."""
    module = path / "__init__.py" if path.is_dir() else path
    docstring = ast.get_docstring(ast.parse(module.read_text("utf-8")))
    assert docstring, f"{module} has no docstring"
    indent = "  " * len(path.relative_to(root).parts)
    yield f"{indent}{path.name}{'/' * path.is_dir()}", docstring.splitlines()[0]
    if path.is_dir():
        for folder in sorted(path.iterdir()):
            if (folder / "__init__.py").is_file():
                yield from _branch(folder, root)


def rules_of(severity: str) -> str:
    """The rules of a severity, each in numbers where its latest year decides it."""
    read = read_package(ROOT, Options())
    found: dict[str, RuleInstance] = {}
    for instance in mtopendata.validate(ROOT).rules:
        best = found.get(instance.rule)
        if best is None or _rank(instance) > _rank(best):
            found[instance.rule] = instance
    return _table(
        ("rule", "what it says", "in numbers"),
        (
            (f"`{name}`", f"`{statement(rule)}`", _in_numbers(found.get(name)))
            for name, rule in readable_rules(read.tables).items()
            if rule.severity == severity
        ),
    )


def _rank(instance: RuleInstance) -> tuple[bool, int, str]:
    """Decided before undecided, later before earlier, and Montana before others."""
    place = "1" if instance.area == "US-MT" else "0"
    return instance.state != "undecided", instance.period or 0, place + (instance.source or "")


def _in_numbers(instance: RuleInstance | None) -> str:
    if instance is None:
        return "nowhere"
    place = " ".join(str(part) for part in (instance.area, instance.period) if part)
    return f"{instance.equation} ({place}: {instance.state})"


def differences() -> str:
    rows = mtopendata.load(ROOT)["differences"].iter_rows(named=True)
    return _table(
        ("figures", "why they are not to be compared"),
        ((f"{_side(row, '')} and {_side(row, 'other_')}", row["reason"]) for row in rows),
    )


def _side(row: Mapping[str, Any], other: str) -> str:
    parts = (row[f"{other}measure"], row["area"], row[f"{other}source"])
    return ", ".join(f"`{part}`" for part in parts if part)


def how_to_cite() -> str:
    cited = citation(json.loads((ROOT / "datapackage.json").read_text("utf-8")))
    assert cited
    return cited.markdown


def cited_in_a_line() -> str:
    return how_to_cite().partition("\n\n")[0]


def milder() -> str:
    from tests.test_referee import MILDER

    return "\n".join(f"- {reason}" for reason in dict.fromkeys(MILDER.values()))


PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
GENERATED: dict[tuple[str, str], Callable[[], str]] = {
    ("README.md", "validation"): validation,
    ("README.md", "broken"): broken,
    ("README.md", "commands"): commands,
    ("README.md", "figures"): figures,
    ("README.md", "cite"): cited_in_a_line,
    ("docs/use.md", "cite"): how_to_cite,
    ("CONTRIBUTING.md", "tree"): tree,
    ("docs/drill.md", "classes"): classes,
    ("docs/figures.md", "figures"): figures,
    ("docs/figures.md", "definitions"): definitions,
    ("docs/relations.md", "error-rules"): partial(rules_of, "error"),
    ("docs/relations.md", "warning-rules"): partial(rules_of, "warning"),
    ("docs/relations.md", "differences"): differences,
    ("docs/report.md", "keys"): keys,
    ("docs/report.md", "codes"): codes,
    ("docs/properties.md", "properties"): properties,
    ("docs/properties.md", "constraints"): constraints,
    ("docs/columns.md", "columns"): columns,
    ("docs/cli.md", "help"): command_help,
    ("docs/releases.md", "metadata"): metadata,
    ("docs/ci.md", "inputs"): action_inputs,
    ("docs/ci.md", "outputs"): action_outputs,
    ("docs/diff.md", "kinds"): kinds,
    ("docs/sheets.md", "extract"): extraction,
    ("docs/sheets.md", "table"): table,
    ("docs/sheets.md", "problems"): problems,
    ("docs/diff.md", "revision"): revision,
    ("docs/diff.md", "keys"): diff_keys,
    ("docs/releases.md", "release"): release,
    ("docs/differences.md", "stricter"): stricter,
    ("docs/differences.md", "milder"): milder,
}


class _in:
    """A working folder for a while."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> None:
        import os

        self.before = Path.cwd()
        os.chdir(self.folder)

    def __exit__(self, *_: object) -> None:
        import os

        os.chdir(self.before)


def _pattern(marker: str) -> re.Pattern[str]:
    return re.compile(rf"(<!-- {marker} -->\n).*?(<!-- /{marker} -->)", re.DOTALL)


@pytest.mark.parametrize(("file", "marker"), GENERATED)
def test_a_generated_part_of_the_docs_is_what_the_code_says(file: str, marker: str) -> None:
    text = (ROOT / file).read_text("utf-8")
    match = _pattern(marker).search(text)
    assert match, f"{file} has no part {marker}"
    written = match[0].split("\n", 1)[1].rsplit("<!--", 1)[0].strip()
    assert written == GENERATED[file, marker]().strip(), "run python -m tests.repository.test_docs"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_docs_name_the_files_of_the_coming_release(page: Path) -> None:
    named = set(NAMED.findall(page.read_text("utf-8")))
    assert named <= {_version()}, "run python -m tests.repository.test_docs"


def test_every_code_of_a_finding_in_the_program_is_documented() -> None:
    source = "".join(path.read_text("utf-8") for path in (ROOT / "src/mtopendata").rglob("*.py"))
    used = set(re.findall(r'\b(?:Fault|Finding|_?fault|_header_fault)\(\s*"([a-z-]+)"', source))
    assert used <= set(CODES)
    assert len(used) > 20


@pytest.mark.sampled
def test_the_report_fits_its_published_schema() -> None:
    import jsonschema

    schema = json.loads((ROOT / "docs" / "report.schema.json").read_text("utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    for folder in (ROOT, *sample(sorted((ROOT / "tests" / "packages").iterdir()))):
        if (folder / "datapackage.json").is_file():
            try:
                report = report_on(folder)
            except mtopendata.MtopendataError:
                continue
            validator.validate(report.to_dict())


def test_findings_and_checks_have_one_schema_in_reports_and_comparisons() -> None:
    report, diff = (
        json.loads((ROOT / "docs" / f"{name}.schema.json").read_text("utf-8"))["properties"]
        for name in ("report", "diff")
    )
    for key in OF_THE_REPORT:
        assert diff[key] == report[key]


def test_version_and_date_are_those_of_the_newest_heading_in_the_changelog() -> None:
    heading = re.search(
        r"^## \[([^\]]+)\] - (\S+)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE
    )
    descriptor = json.loads((ROOT / "datapackage.json").read_text("utf-8"))
    assert heading
    assert heading.groups() == (descriptor["version"], descriptor["created"][:10])


def test_ci_runs_the_very_line_that_the_readme_gives_for_the_tests() -> None:
    lines = [line for line in (ROOT / "README.md").read_text("utf-8").splitlines()
             if line.endswith("pytest")]  # fmt: skip
    assert len(lines) == 1
    assert "grep -m1 'pytest$' README.md" in (ROOT / ".ci" / "run").read_text("utf-8")


def test_the_readme_is_short_and_leads_to_every_page() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    pages = {f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")}
    assert text.count("\n") <= 200
    assert {target.partition("#")[0] for target in LINK.findall(text)} >= pages


LINK = re.compile(r"\]\((?!https?:)([^)\s]+)\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text("utf-8")):
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        assert file.is_file(), target
        if anchor:
            assert anchor in _anchors(file.read_text("utf-8")), target


def _anchors(text: str) -> set[str]:
    """The anchors that GitHub gives to headings."""
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", prose, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_what_contributing_says_to_touch_is_there() -> None:
    """NAME, KIND and FORMAT stand for files that are to be added."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    table = text.partition("## What to touch")[2].partition("\n## ")[0]
    named = re.findall(
        r"`([\w./]+/[\w./]*|\w+)`", "\n".join(re.findall(r"^\|.*", table, re.MULTILINE))
    )
    paths = [re.sub(r"/(?:KIND/)?(?:NAME|FORMAT)\.py$", "", path) for path in named]
    roots = (ROOT, ROOT / "src" / "mtopendata")
    assert len(paths) > 30
    assert [path for path in paths if not any((root / path).exists() for root in roots)] == []


def test_help_waits_for_no_heavy_library_and_for_no_report() -> None:
    script = (
        "import sys, mtopendata.cli; print([m for m in sys.modules"
        " if m in ('polars', 'pandera') or m.startswith('mtopendata.report.')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def _version() -> str:
    return str(json.loads((ROOT / "datapackage.json").read_text("utf-8"))["version"])


def write() -> None:
    for page in PAGES:
        page.write_text(with_versions(page.read_text("utf-8"), _version()), "utf-8")
    for (file, marker), make in GENERATED.items():
        path = ROOT / file
        text = make()
        new = _pattern(marker).sub(
            lambda match, text=text: f"{match[1]}{text}\n{match[2]}",  # type: ignore[misc]
            path.read_text("utf-8"),
        )
        path.write_text(new, "utf-8")


if __name__ == "__main__":
    write()
