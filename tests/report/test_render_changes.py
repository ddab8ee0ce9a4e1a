"""What people and programs are told of the changes between two versions."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt

import mtopendata
from mtopendata.changes.comparison import Comparison
from mtopendata.changes.figures import FigureChange
from mtopendata.cli import main
from mtopendata.reading.options import Options
from mtopendata.report import formats, render
from mtopendata.report.change_words import difference_words
from mtopendata.report.comparison.markdown import MAX_CHARACTERS, ROOMS
from mtopendata.report.printable import printable
from mtopendata.values import json_values
from mtopendata.values.excerpts import CONTEXT, apart, cut
from tests.kit.packages import MONTANA, ROOT, schema_of, write_package
from tests.kit.vintages import FIELDS, Row, figure, revision, write_vintage

SCHEMA = json.loads((ROOT / "docs" / "diff.schema.json").read_text("utf-8"))
A, B = figure("a", 2023, 29), figure("b", 2023, 7)
A30 = figure("a", 2023, 30)
NASTY = (
    "@octocat fixes #1, https://example.org <b>*x*</b> | `y`\n::error::z\x1b[31m\x9b31m \u202eabc "
    "```\n</details> :tada: $x$"
)
NOTE = "The sheet gives this for the whole country, and {} in each of the places that it names."


def text(comparison: Comparison, *, verbose: bool = False) -> str:
    return render("comparison", "text", comparison, verbose=verbose)


def markdown(comparison: Comparison) -> str:
    return render("comparison", "markdown", comparison)


def versions(
    folder: Path,
    old: Sequence[Row],
    new: Sequence[Row],
    revisions: Sequence[Row] | None = None,
    **package: Any,
) -> Comparison:
    """Two versions of figures, compared."""
    before = write_vintage(folder / "old", "1.0.0", old)
    after = write_vintage(folder / "new", "1.0.1", new, revisions or [], **package)
    return mtopendata.diff(before, after)


def write_tables(folder: Path, version: str = "1.0.0", **tables: str) -> Path:
    """A package of these tables, each with its first column as its key."""
    files = {f"{name}.csv": rows for name, rows in tables.items()}
    resources = []
    for name, rows in tables.items():
        fields = rows.split("\n", 1)[0].split(",")
        keyed = {**schema_of(*fields), "primaryKey": fields[:1]}
        resources.append({"name": name, "path": f"{name}.csv", "schema": keyed})
    descriptor = {"name": "p", "version": version, "resources": resources}
    return write_package(folder, descriptor, {**files, "CHANGELOG.md": f"## {version}\n"})


def tables(page: str) -> list[list[list[str]]]:
    """The tables of a Markdown page, as the texts that a reader sees in their cells."""
    found: list[list[list[str]]] = []
    for token in MarkdownIt("gfm-like", {"linkify": False}).parse(page):
        if token.type == "table_open":
            found.append([])
        elif token.type == "tr_open":
            found[-1].append([])
        elif token.type == "inline" and found and token.level > 3:
            found[-1][-1].append("".join(child.content for child in token.children or []))
    return found


@pytest.fixture
def changed(tmp_path: Path) -> Comparison:
    """A comparison with something in each of its parts."""
    old = write_vintage(tmp_path / "old", "1.0.0", [A, B, figure("gone", 2023, 1)], title="T")
    rows = [A30, {**B, "note": "n"}, {**figure("new", 2023, 3), "note": NASTY, "since": "1.0.1"}]
    new = write_vintage(
        tmp_path / "new", "1.0.1", rows, [revision(A, "1.0.1", note="*Seen* by <i>us</i>.")],
        title="<script>", fields={**FIELDS, "more": "string"},
    )  # fmt: skip
    return mtopendata.diff(old, new)


@pytest.fixture
def nasty(tmp_path: Path) -> Comparison:
    """A comparison with a text that wants to act wherever the data can put one."""
    old = [{**A, "measure": NASTY, "note": NASTY}, {**B, "note": NASTY}, figure("c", 2023, 2)]
    new = [
        {**A30, "measure": NASTY, "note": NASTY[::-1]},
        {**figure("c", 2023, 3), "printed": NASTY, "unit": NASTY, "note": NASTY},
        {**figure("d", 2023, 4, "1.0.1"), "printed": NASTY, "note": NASTY},
    ]
    row = revision(old[2], "1.0.1", NASTY, NASTY)
    found = versions(tmp_path, old, new, [row], title=NASTY, sources=[{"title": NASTY}])
    sides = (replace(side, label=NASTY) for side in (found.old, found.new))
    found.old, found.new = sides
    found.report.findings += [
        replace(found.report.findings[0], path=NASTY, code="other", hint=NASTY, message=NASTY)
    ]
    found.files.append(NASTY)
    found.uncompared.append(NASTY)
    return found


def test_the_json_fits_its_published_schema(changed: Comparison, tmp_path: Path) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    validator = Draft202012Validator(SCHEMA)
    unchanged = mtopendata.diff(tmp_path / "old", tmp_path / "old")
    for comparison in (changed, unchanged, mtopendata.diff(MONTANA, tmp_path / "new")):
        validator.validate(json.loads(render("comparison", "json", comparison)))
    found = json.loads(render("comparison", "json", changed))
    assert found["explained"] is False
    assert found["step"] == "major"
    assert found["next_version"] == "2.0.0"


def test_the_same_comparison_is_written_in_several_forms(tmp_path: Path) -> None:
    old = write_vintage(tmp_path / "old", "1.0.0", [A])
    new = write_vintage(tmp_path / "new", "1.0.1", [A30])
    outputs = [f"--output={name}={tmp_path / name}" for name in formats("comparison")]
    done = CliRunner().invoke(main, ["diff", str(old), str(new), *outputs])
    assert done.exit_code == 1
    assert (tmp_path / "text").read_text("utf-8") == done.stdout
    assert json.loads((tmp_path / "json").read_text("utf-8"))["explained"] is False
    assert "#### What is missing" in (tmp_path / "markdown").read_text("utf-8")


# Data do not act


@pytest.mark.parametrize("name", formats("comparison"))
def test_no_form_has_control_characters_of_the_data(name: str, nasty: Comparison) -> None:
    for verbose in (False, True):
        page = render("comparison", name, nasty, verbose=verbose)
        page = re.sub(r"\x1b\[\d*m", "", page) if name == "text" else page
        assert all(line.isprintable() for line in page.split("\n"))
        assert not any(line.startswith("::") for line in page.split("\n") if name != "markdown")


def test_json_says_exactly_what_the_data_say(nasty: Comparison) -> None:
    assert json.loads(render("comparison", "json", nasty)) == json.loads(
        json.dumps(nasty.to_dict())
    )


def test_the_markdown_shows_data_as_text(changed: Comparison, nasty: Comparison) -> None:
    for comparison in (changed, nasty):
        tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(markdown(comparison))
        inline = [child for token in tokens for child in token.children or []]
        assert {token.type for token in inline} <= {
            "text", "text_special", "code_inline", "softbreak", "em_open", "em_close",
        }  # fmt: skip
        emphasised = [
            inline[n + 1].content for n, token in enumerate(inline) if token.type == "em_open"
        ]
        assert set(emphasised) <= {"none"}
        assert not [token for token in tokens if token.type == "html_block"]
        words = "".join(token.content for token in inline if token.type != "code_inline")
        assert not re.search(r"@octocat|#1|://|:tada:|\$x\$", words)
        [fence] = [token for token in tokens if token.type == "fence"]
        assert fence.info == "csv"
        rows = "\n".join(comparison.rows_to_add) + "\n"
        assert fence.content == "".join(c if c in "\n\t" else printable(c) for c in rows)
        assert ("written as escapes" in markdown(comparison)) is (comparison is nasty)
    cells = [cell for table in tables(markdown(changed)) for row in table for cell in row]
    assert "correction: *Seen* by <i>us</i>." in cells


# What does not fit


def check_what_is_left_out(comparison: Comparison) -> str:
    """The page fits into a comment, and what it has and what it leaves out is all there is."""
    page = markdown(comparison)
    assert len(page) <= MAX_CHARACTERS
    title, _, rest = page.partition("#### What is missing")
    assert title.startswith("### ")
    left = re.search(r"^… and ([\d,]+) more$", rest.split("####")[0], re.MULTILINE)
    listed = len(tables(rest)[0]) - 1
    hidden = int(left[1].replace(",", "")) if left else 0
    assert listed > 0
    assert listed + hidden == comparison.report.errors + comparison.report.warnings
    return page


def test_long_cells_are_shortened_before_rows_are_left_out(tmp_path: Path) -> None:
    rows = [figure("a", year, year, note=f"{'x' * 900} {year}") for year in range(1900, 1970)]
    new = [{**row, "note": "y" * 900} for row in rows]
    page = check_what_is_left_out(versions(tmp_path, rows, new))
    assert page.count("- changed: ") == 70


@pytest.mark.slow
@pytest.mark.parametrize("size", [100, 200_000])
def test_the_markdown_fits_into_a_comment_and_says_what_it_leaves_out(
    size: int, tmp_path: Path
) -> None:
    count = 600 if size == 100 else 12
    note = "@x|`\\\u202e"[:6] * (size // 6)
    rows = [figure("a", year, year, note=note) for year in range(1000, 1000 + count)]
    found = versions(tmp_path, rows, [{**row, "value": 1, "note": None} for row in rows])
    page = check_what_is_left_out(found)
    fence = re.search(r"```csv\n(.*?)\n```", page, re.DOTALL)
    pasted = fence[1].count("\n") + 1 if fence else 0
    left = re.search(r"… and ([\d,]+) more; `mtopendata diff --format json`", page)
    hidden = int(left[1].replace(",", "")) if left else 0
    assert pasted + hidden == len(found.rows_to_add) + found.rows_to_add_unlisted == count
    assert f"{count:,} changed" in page


@pytest.mark.slow
def test_more_tables_than_a_comment_has_room_for_are_counted(tmp_path: Path) -> None:
    names = [f"table{number}" for number in range(150)]
    old = write_tables(tmp_path / "old", **dict.fromkeys(names, "k,v\na,1\n"))
    new = write_tables(tmp_path / "new", **dict.fromkeys(names, "k,v\na,2\n"))
    page = check_what_is_left_out(mtopendata.diff(old, new))
    shown = len(re.findall("^#### `table", page, re.MULTILINE))
    assert f"… and {150 - shown} more changed tables" in page


@pytest.mark.slow
def test_the_last_and_smallest_form_always_fits(nasty: Comparison) -> None:
    worst = "`|" * 2_000
    nasty.report.findings = [
        replace(nasty.report.findings[0], path=worst, message=worst, hint=worst, code="other")
    ] * 100
    nasty.rows_to_add = [worst] * 100
    nasty.files = nasty.uncompared = [worst] * 100
    nasty.tables = [replace(table, resource=worst) for table in nasty.tables] * 100
    nasty.descriptor = [replace(change, message=worst) for change in nasty.descriptor] * 100
    sides = (replace(side, label=worst) for side in (nasty.old, nasty.new))
    nasty.old, nasty.new = sides
    page = check_what_is_left_out(nasty)
    assert page.count("| undo") + page.count("| \\`") >= ROOMS[-1].findings


def test_figures_beyond_the_limit_are_counted_once(tmp_path: Path) -> None:
    old = [figure("a", year, 1) for year in range(2000, 2030)]
    new = [{**row, "value": 2, "lower": 2, "upper": 2, "printed": "2"} for row in old]
    before = write_vintage(tmp_path / "old", "1.0.0", old)
    after = write_vintage(tmp_path / "new", "1.0.1", new)
    page = markdown(mtopendata.diff(before, after, Options(limit=10)))
    _, figures, table = re.split("#### (?:Figures|`figures`)", page)
    assert "… and 20 more" in figures
    assert "more" not in table
    assert len(re.findall("^a,.*,,$", page, re.MULTILINE)) == 30


# What differs


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("short", "other", ("short", "other")),
        (NOTE.format(2) * 2, NOTE.format(2) + NOTE.format(3), None),
        ("x" * 200, "x" * 199 + "y", ("…" + "x" * 20 + "x", "…" + "x" * 20 + "y")),
        ("x" * 200, "x" * 199, ("…" + "x" * 20 + "x", "…" + "x" * 20)),
        ("a" + "x" * 200, "b" + "x" * 200, ("a" + "x" * 20 + "…", "b" + "x" * 20 + "…")),
        ("x" * 200, "", ("x" * 79 + "…", "")),
        ("x" * 200, "y" * 300, ("x" * 79 + "…", "y" * 79 + "…")),
    ],
)
def test_long_texts_are_cut_to_where_they_differ(
    one: str, other: str, expected: tuple[str, str] | None
) -> None:
    found = apart(one, other)
    assert found == (expected or found)
    assert found[0] != found[1]
    assert apart(other, one) == found[::-1]
    assert all(len(side) <= 80 for side in found)


def test_the_context_of_a_difference_has_whole_words() -> None:
    assert apart(NOTE.format("2 families") * 2, NOTE.format("2 families") + NOTE.format("x")) == (
        "…whole country, and 2 families in each of the…",
        "…whole country, and x in each of the…",
    )
    assert CONTEXT < 80
    assert cut("x" * 81) == "x" * 79 + "…"


def test_a_long_note_shows_where_it_changed(tmp_path: Path) -> None:
    old = {**A, "note": NOTE.format("2 families") * 2}
    new = {**A, "note": NOTE.format("2 families") + NOTE.format("3 families")}
    found = versions(tmp_path, [old], [new])
    line = "…whole country, and {} families in each…"
    said = " → ".join(line.format(count) for count in (2, 3))
    assert f" note {said}\n" in text(found)
    assert f"- changed: a, 2023; `note` {said}\n" in markdown(found)
    assert f"note {old['note']} → {new['note']}\n" in text(found, verbose=True)
    assert "#### Figures that changed" not in markdown(found)


def share(measure: str, value: int) -> dict[str, Any]:
    """A share in per cent, printed to one place."""
    bounds = {"lower": f"{value - 1}.95", "upper": f"{value}.05", "printed": f"{value}.0%"}
    return {**figure(measure, 2023, value, unit="percent"), **bounds, "qualifier": "rounded"}


def test_a_figure_shows_what_tells_its_two_versions_apart(tmp_path: Path) -> None:
    old = [A, B, share("c", 19), figure("d", 2023, 5)]
    new = [
        {**A, "qualifier": "rounded", "upper": 31},
        {**B, "value": None, "lower": None, "upper": None, "printed": None, "qualifier": None},
        share("c", 20),
        {**figure("d", 2023, 6), "unit": "child"},
        figure("e", 2023, 2500, "1.0.1", printed="about 2,500"),
    ]
    _, rows, *_ = tables(markdown(versions(tmp_path, old, new)))
    assert [row[:4] for row in rows[1:]] == [
        ["a, 2023", "29; qualifier exact; upper 29", "29; qualifier rounded; upper 31", ""],
        ["b, 2023", "7", "not reported", ""],
        [
            "c, 2023",
            "19 (19.0%)",
            "20 (20.0%)",
            "+1 percentage point (+5.3 %), more than rounding explains",
        ],
        ["d, 2023", "5; unit case", "6; unit child", ""],
    ]
    assert "- added: e, 2023: 2500 (about 2,500)\n" in markdown(versions(tmp_path, old, new))


def test_a_withdrawn_figure_shows_its_number(tmp_path: Path) -> None:
    found = versions(tmp_path, [A, figure("gone", 2023, 1234)], [A])
    assert "withdrawn  gone, 2023: 1,234\n" in re.sub(r"\x1b\[\d*m", "", text(found))
    assert tables(markdown(found))[1][1][:3] == ["gone, 2023", "1,234", "none"]


@pytest.mark.parametrize(
    ("before", "after", "unit", "expected"),
    [
        (29, 30, "case", "+1 (+3.4 %)"),
        (40000, 39999, "case", "-1 (down by less than 0.1 %)"),
        (40000, 40001, "case", "+1 (up by less than 0.1 %)"),
        (0, 3, "case", "+3"),
        (19, 21, "percent", "+2 percentage points (+10.5 %)"),
        (19, 18, "percent", "-1 percentage point (-5.3 %)"),
    ],
)
def test_a_difference_has_its_sign_and_its_unit(
    before: int, after: int, unit: str, expected: str, tmp_path: Path
) -> None:
    figures = (
        [share("a", value) if unit == "percent" else figure("a", 2023, value, unit=unit)]
        for value in (before, after)
    )
    [change] = versions(tmp_path, *figures).figures
    assert isinstance(change, FigureChange)
    assert (difference_words(change) or "").startswith(f"{expected}, more than rounding")
    assert difference_words(replace(change, difference=Decimal(0))) is None


def test_rows_that_came_or_went_show_their_first_cells(tmp_path: Path) -> None:
    rows = "k,name,city,zone,more\na,Mill,Troy,1,x\n"
    old = write_tables(tmp_path / "old", t=rows)
    new = write_tables(tmp_path / "new", t=rows.replace("a,Mill", f"b,{'M' * 100}"))
    found = mtopendata.diff(old, new)
    plain = re.sub(r"\x1b\[\d*m", "", text(found))
    long = "M" * 79 + "…"
    assert "withdrawn  a: name Mill, city Troy, zone 1, …\n" in plain
    assert f"added      b: name {long}, city Troy, zone 1, …\n" in plain
    assert "- withdrawn: a; name Mill, city Troy, zone 1, …\n" in markdown(found)
    assert f"- added: b; name {long}, city Troy, zone 1, …\n" in markdown(found)


def test_terms_of_a_rule_that_changed_are_said_once(tmp_path: Path) -> None:
    old = ROOT / "tests" / "packages" / "good-rule-balance"
    new = tmp_path / "new"
    new.mkdir()
    for file in old.iterdir():
        (new / file.name).write_bytes(file.read_bytes())
    terms = (new / "rule_terms.csv").read_text("utf-8")
    (new / "rule_terms.csv").write_text(terms.replace("r,1,b", "r,2,b"), "utf-8")
    for folder in (old, new):
        descriptor = json.loads((folder / "datapackage.json").read_text("utf-8"))
        [schema] = [r["schema"] for r in descriptor["resources"] if r["name"] == "rule_terms"]
        schema["primaryKey"] = ["rule", "measure"]
        target = tmp_path / ("new" if folder == new else "old")
        target.mkdir(exist_ok=True)
        for file in folder.iterdir():
            (target / file.name).write_bytes(file.read_bytes())
        (target / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    found = mtopendata.diff(tmp_path / "old", new)
    plain = re.sub(r"\x1b\[\d*m", "", text(found))
    assert (
        "rule_terms: 1 changed (3 → 3 rows; patch step)\n  changed    1 row of the rules" in plain
    )
    assert plain.count("coefficient") == 0
    assert "`rule_terms`: 1 changed (3 → 3 rows; patch step)\n\n- 1 of the rules" in markdown(found)
    assert "changed: `r`: a + b = c" in markdown(found)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([{"name": "A"}], [{"name": "B"}], 'x changed from [{"name": "A"}] to [{"name": "B"}]'),
        (
            [{"title": "T" * 90, "path": "a.csv"}], [{"title": "T" * 90, "path": "b.csv"}],
            'x changed from …"path": "a.csv"}] to …"path": "b.csv"}]',
        ),
        ({"a": [1]}, None, 'x {"a": [1]} removed'),
        ("T" * 90 + "a", "T" * 90 + "b", f"x changed from …{'T' * 20}a' to …{'T' * 20}b'"),
        ([{"t": "\x1b\u202e"}], [], r'x changed from [{"t": "\u001b\u202e"}] to []'),
        ({"a": Decimal("0.10")}, {"a": 1}, 'x changed from {"a": "0.1"} to {"a": 1}'),
    ],
)  # fmt: skip
def test_a_changed_list_or_object_shows_where_it_differs(
    before: object, after: object, expected: str
) -> None:
    assert json_values.said("x", before, after) == expected


# What is not known


def test_a_table_that_is_not_compared_is_named_and_not_called_unchanged(tmp_path: Path) -> None:
    old = write_tables(tmp_path / "old", t="k,v\na,1\n", u="k,v\na,1\n")
    new = write_tables(tmp_path / "new", t="k,v\na,1\n", u="k,v\na,1\n")
    (new / "t.csv").write_bytes(b"")
    found = mtopendata.diff(old, new)
    plain = re.sub(r"\x1b\[\d*m", "", text(found))
    assert "\nt: not compared\n" in plain
    assert plain.splitlines()[-1].endswith(
        ": not compared: t (nothing else changed; 1 error, 0 warnings)"
    )
    assert markdown(found).splitlines()[0].endswith(": not compared: t")
    assert "nothing changed" not in text(found) + markdown(found)
    write_tables(tmp_path / "new", t="k,v\na,1\n", u="k,v\na,2\n")
    (new / "t.csv").write_bytes(b"")
    assert ": not explained; not compared: t\n" in markdown(mtopendata.diff(old, new))


def test_a_version_with_faults_is_named_at_the_top(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # a long path is shortened
    old = write_tables(Path("old"), t="k,v\na,1\na,2\n", u="k,v\na,1,3\n")
    new = write_tables(Path("new"), t="k,v\na,1\n", u="k,v\na,1\n")
    found = mtopendata.diff(old, new)
    words = (
        "is compared as it is written, since it has 2 faults (t: primary key (k): unique; u: text)"
    )
    plain = re.sub(r"\x1b\[\d*m", "", text(found))
    assert plain.splitlines()[2] == f"{old} {words}"
    assert words.split(" (")[0] in markdown(found).split("####")[0]
    assert [item["faults"] for item in found.to_dict()["as_written"]] == [1, 1]


def test_a_row_to_paste_stands_once_and_whole(tmp_path: Path) -> None:
    found = versions(tmp_path, [{**A, "note": 'two\nlines, | and a quote"'}], [A30])
    page = markdown(found)
    assert page.count('"two\nlines, | and a quote"""') == 1
    assert (
        tables(page)[0][1][2] == "undo the change; or add its row below, with a reason and a note"
    )


def test_the_step_before_1_0_0_is_said_as_it_counts(tmp_path: Path) -> None:
    old = write_tables(tmp_path / "old", "0.3.0", t="k,v\na,1\n")
    new = write_tables(tmp_path / "new", "0.4.0", t="k\na\n")
    said = "need a major step, which before 1.0.0 is a minor one, to 0.4.0 or later"
    assert said in text(mtopendata.diff(old, new))
