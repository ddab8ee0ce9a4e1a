"""The rules of a release as VTL: an engine that is not ours has our verdicts, in every place."""

import random
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

import mtopendata
from mtopendata.ledger.report import State
from mtopendata.reading.options import Options
from mtopendata.release.proof import UnprovenError
from mtopendata.release.vtl.reading import prove_script
from mtopendata.release.vtl.script import script_of, script_text
from tests.kit.packages import MONTANA, PACKAGES, ROOT, replace_text, write_package
from tests.kit.releases import released
from tests.kit.vtl import Place, tables_in, verdicts

pytestmark = pytest.mark.filterwarnings("ignore:The inplace keyword")  # it is vtlengine that asks
MEASURES = ("a", "b", "c", "d")
PARENTS = {"US": "", "MT": "US", "OR": "US", "EU": "", "FR": "EU"}
FIGURES = ("measure", "area", "period", "source", "value", "qualifier", "lower", "upper")


def ours(folder: Path) -> dict[Place, State]:
    report = mtopendata.validate(folder, Options(limit=100_000))
    return {(item.rule, item.area, item.period, item.source): item.state for item in report.rules}


def a_number(rng: random.Random) -> list[str]:
    """Value, qualifier and bounds of a figure: exact, rounded, open, or not reported."""
    value = rng.randrange(12)
    kind = rng.choice(("exact", "exact", "exact", "rounded", "at_least", ""))
    if kind == "rounded":
        return [str(value), kind, str(value - 0.5), str(value + 0.5)]
    if not kind:
        return ["", "", "", ""]
    return [str(value), kind, str(value), str(value) if kind == "exact" else ""]


def a_term(rng: random.Random, measure: str, *, is_share: bool) -> dict[str, str]:
    scope = "parts" if not is_share and rng.random() < 0.2 else ""
    return {
        "measure": measure,
        "coefficient": "1" if is_share else str(rng.choice((1, 1, -1, -1, 2, -0.5))),
        "area": rng.choice(("", "", "", "US")),
        "lag": "" if is_share else rng.choice(("", "", "", "1")),
        "scope": scope,
        "missing": "" if is_share else rng.choice(("", "", "zero", "skip")),
    }


def a_package(folder: Path, seed: int, rules: int) -> Path:
    """Random figures in some areas and years, of two sources, and random rules over them."""
    rng = random.Random(seed)  # noqa: S311 - no secret
    figures = [
        [measure, area, str(period), source, *a_number(rng)]
        for measure in MEASURES
        for area in PARENTS
        for period in (2021, 2022)
        for source in ("s", "t")
        if rng.random() < 0.8
    ]
    head, terms = [], []
    for number in range(rules):
        relation = rng.choice(("=", "=", "<=", "<=", "%"))
        measures = rng.sample(MEASURES, 3 if relation == "%" else rng.randint(2, 4))
        head.append([f"r{number}", relation, "warning"])
        for term, measure in enumerate(measures, 1):
            row = a_term(rng, measure, is_share=relation == "%")
            terms.append([f"r{number}", str(term), *row.values()])
    tables = {
        "figures": (FIGURES, figures),
        "areas": (("area", "parent"), [[area, parent] for area, parent in PARENTS.items()]),
        "rules": (("rule", "relation", "severity"), head),
        "rule_terms": (
            ("rule", "term", "measure", "coefficient", "area", "lag", "scope", "missing"),
            terms,
        ),
    }
    types = {"period": "year", "term": "integer", "lag": "integer"} | dict.fromkeys(
        ("value", "lower", "upper", "coefficient"), "number"
    )
    resources = []
    for name, (columns, _) in tables.items():
        schema: dict[str, Any] = {"fields": [
            {"name": column, "type": types.get(column, "string")} for column in columns
        ]}  # fmt: skip
        if name == "figures":
            schema["primaryKey"] = list(FIGURES[:4])
        resources.append({"name": name, "path": f"{name}.csv", "schema": schema})
    files = {
        f"{name}.csv": "".join(",".join(row) + "\n" for row in (columns, *rows))
        for name, (columns, rows) in tables.items()
    }
    return write_package(folder, {"resources": resources}, files)


def with_blocks(script: str, found: dict[Place, State]) -> dict[Place, State]:
    """The verdicts of the rules that the script does not leave out."""
    return {place: state for place, state in found.items() if f"\nchecked_{place[0]}" in script}


@pytest.mark.parametrize("seed", range(1, 6))
@pytest.mark.slow
def test_random_rules_have_our_verdicts_in_every_place(seed: int, tmp_path: Path) -> None:
    package = a_package(tmp_path, seed, rules=6)
    tables = tables_in(package)
    script = script_text(tables, "p 1.0.0")
    expected = with_blocks(script, ours(package))
    assert set(expected.values()) >= {"violated", "undecided"}
    assert verdicts(script, tables) == expected


@pytest.mark.parametrize("folder", [MONTANA, ROOT])
@pytest.mark.slow
def test_a_package_has_our_verdicts_and_exact_figures_have_them_by_hierarchies(
    folder: Path,
) -> None:
    tables = tables_in(folder)
    script = script_text(tables, "mtopendata 1.0.0")
    expected = ours(folder)
    assert "Left out" not in script
    assert verdicts(script, tables) == expected
    exact = verdicts(script, tables, "exact")
    decided = {place: state for place, state in exact.items() if state != "undecided"}
    assert ("missing_child_cases_balance", "US-MT", 2023, "ncmec-montana-2023") in decided
    assert decided.items() <= expected.items()


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["rule-share", "rule-parts", "rule-balance-culprit", "good-rule-lagged"]
)
def test_small_packages_have_our_verdicts(name: str) -> None:
    tables = tables_in(PACKAGES / name)
    assert verdicts(script_text(tables, "p"), tables) == ours(PACKAGES / name)


@pytest.mark.slow
def test_texts_and_codes_of_any_kind_stay_what_they_are(tmp_path: Path) -> None:
    hostile = 'ends */ here "twice" /* and; goes\non'
    package = a_package(tmp_path, 3, rules=2)
    descriptor = tmp_path / "datapackage.json"
    replace_text(
        descriptor,
        '{"name": "severity"',
        '{"name": "title", "type": "string"}, {"name": "severity"',
    )
    cell = '"' + hostile.replace('"', '""') + '"'
    (tmp_path / "rules.csv").write_text(
        f"rule,relation,title,severity\nr0,=,{cell},warning\n{cell},<=,{cell},warning\n"
    )
    (tmp_path / "rule_terms.csv").write_text(
        "rule,term,measure,coefficient,area,lag,scope,missing\n"
        f"r0,1,a,1,,,,\nr0,2,b,-1,,,,\n{cell},1,a,1,,,,\n{cell},2,{cell},-1,,,,\n"
    )
    with (tmp_path / "figures.csv").open("a") as figures:
        figures.write(f"{cell},MT,2022,s,1,exact,1,1\n")
    tables = tables_in(package)
    script = script_text(tables, "p")
    found = ours(package)
    expected = {place: state for place, state in found.items() if place[0] == "r0"}
    assert expected
    assert "Left out, since VTL cannot say it here: the code" in " ".join(script.split())
    assert verdicts(script, tables) == expected


@pytest.mark.parametrize(
    ("pattern", "other", "said"),
    [
        (r"\Z", "/* ", "without an end"),
        (r'"The three rows', "The three rows", "without an end"),
        (r"checked_missing_child_cases_balance <- [^;]*;", "", "does not have the rule"),
        (r"/\* missing_child_cases_balance:", "/*", "does not speak of the rule"),
        (r"checked_missing_child_cases_balance <-", "checked_other <-", "does not have the rule"),
        (r"\Z", "\nchecked_other <- check_datapoint(a, b all);", "which is no rule"),
    ],
)
def test_a_script_that_is_not_whole_is_found(
    pattern: str, other: str, said: str, tmp_path: Path
) -> None:
    release = released(MONTANA)
    file = tmp_path / "p.vtl"
    text = script_of(release)
    file.write_text(text, "utf-8")
    prove_script(release, file)
    changed = re.sub(pattern, lambda _: other, text, count=1)
    assert changed != text
    file.write_text(changed, "utf-8")
    with pytest.raises(UnprovenError, match=said):
        prove_script(release, file)


def test_a_package_without_rules_has_no_script(tmp_path: Path) -> None:
    built = mtopendata.build(PACKAGES / "good-figures", tmp_path / "out")
    assert built.folder is not None
    assert not list(built.folder.glob("*.vtl"))


@pytest.mark.slow
def test_the_example_of_the_docs_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("vtlengine", reason="vtlengine is not there: it is in dev")
    text = (ROOT / "docs" / "relations.md").read_text("utf-8")
    (code,) = (c for c in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "vtlengine" in c)
    shutil.copy(MONTANA / "resources" / "figures.csv", tmp_path)
    script = script_text(tables_in(MONTANA), "mtopendata 1.0.0")
    (tmp_path / "p.vtl").write_text(script, "utf-8")
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    exec(re.sub(r'"mtopendata-[^"]*"', '"p.vtl"', code), names)  # noqa: S102 - the code is that of the docs
    assert len(names["results"]) > len(tables_in(MONTANA)["rules"].frame)
