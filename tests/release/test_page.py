"""The page of a release: what stands on it, that it is read back, and that it stays small."""

import json
import re
import shutil
import tracemalloc
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import mtopendata
from mtopendata.package.checksums import CHECKSUMS, sha256, write_checksums
from mtopendata.package.model import Resource
from mtopendata.reading.tables import Block, Header
from mtopendata.release.model import Release
from mtopendata.release.page.reading import prove_page
from mtopendata.release.page.scales import scale_for
from mtopendata.release.page.summaries import DISTINCT, Summary, summary_of
from mtopendata.release.proof import UnprovenError
from mtopendata.values.html.elements import Element, read_html
from tests.kit.examples import sample
from tests.kit.packages import FOLDERS, MONTANA, PACKAGES, report_on, write_package
from tests.kit.pages import HOSTILE, figures_of_years, hostile_package
from tests.kit.releases import released


@pytest.fixture(scope="session")
def own_page(own_release: Path) -> Path:
    (page,) = own_release.glob("*.html")
    return page


def parsed(file: Path) -> Element:
    return read_html(file.read_text("utf-8"))


def made(package: Path, folder: Path, *, force: bool = False) -> Element:
    out = folder / "page.html"
    assert mtopendata.page(package, out, force=force).file is not None
    return parsed(out)


def article(page: Element, anchor: str) -> Element:
    (found,) = page.all("article", id=anchor)
    return found


# What stands on it


def test_every_figure_stands_there_as_it_is_printed(own_page: Path) -> None:
    figures = mtopendata.load(MONTANA)["figures"]
    articles = list(parsed(own_page).all("article", class_="figure"))
    printed = [data.text for item in articles for data in item.all("data")]
    assert sorted(printed) == sorted(figures["printed"])
    assert all(any(item.all("svg", class_="interval")) for item in articles)
    for item in articles:
        drawing = next(item.all("svg", class_="interval"))
        assert [part.tag for part in drawing.every()][:2] == ["title", "desc"]


def test_a_card_tells_all_of_a_figure(own_page: Path) -> None:
    text = article(parsed(own_page), "missing_child_cases_handled/US-MT/2023").text
    for part in (
        "Exactly 29", "unit: case", "7 + 22 + 0 = 29", "satisfied",
        "7 Cases of children missing from a social services facility",
        "section 2, paragraph 2, number 1", "Since version 1.0.0: 29",
        "@misc{mtopendata-1-0-0-9", "TY  - DATA",
        "TI  - Missing-child cases handled, Montana, 2023: 29.",
    ):  # fmt: skip
        assert part in text, part


@pytest.mark.parametrize(
    ("anchor", "bounds", "form"),
    [
        ("cybertipline_reports/ALL/2023", "36,150,000 to 36,249,999", "bar"),
        ("cybertipline_files/ALL/2023", "105,000,001 or more", "arrow"),
        ("missing_child_likely_trafficked_share/ALL/2023", "18.5% to 19.5%", "bar"),
        ("missing_child_cases_from_orr/US-MT/2023", "Exactly 0", "point"),
    ],
)
def test_an_interval_is_a_point_a_bar_or_an_arrow(
    own_page: Path, anchor: str, bounds: str, form: str
) -> None:
    found = article(parsed(own_page), anchor)
    (said,) = found.all("p", class_="bounds")
    assert said.text.startswith(bounds)
    (drawing,) = found.all("svg", class_="interval")
    circles = list(drawing.all("circle"))
    paths = [path.attributes["d"] for path in drawing.all("path", class_="stroke")]
    assert bool(circles) == (form == "point")
    assert any("l7 6" in path for path in paths) == (form == "arrow")
    assert any(path.endswith("m0-7v14") for path in paths) == (form == "bar")


def test_parts_are_as_wide_as_they_are_large(own_page: Path) -> None:
    (drawing,) = parsed(own_page).all("svg", class_="balance")
    widths = [Decimal(block.attributes["width"]) for block in drawing.all("rect", class_="part")]
    assert len(widths) == 2
    assert abs(widths[1] / widths[0] - Decimal(22) / 7) < Decimal("0.01")
    (zero,) = drawing.all("rect", class_="zero")
    assert Decimal(zero.attributes["width"]) < widths[0] / 10


def test_what_must_not_be_compared_follows_from_units_and_rules(own_page: Path) -> None:
    page = parsed(own_page)
    sections = {next(s.all("h4")).text: s for s in page.all("section", class_="measure")}
    assert "No rule relates it to" in sections["Long-term missing-child cases assisted"].text
    assert (
        "“Missing-child cases assisted”" in sections["Long-term missing-child cases assisted"].text
    )
    handled = next(sections["Missing-child cases handled"].all("details")).text
    assert "a child can have several" in handled
    assert "“Missing-child cases assisted”" not in handled


def test_several_years_are_a_line_with_a_gap_and_versions_a_history(tmp_path: Path) -> None:
    page = made(figures_of_years(tmp_path / "p"), tmp_path)
    (series,) = page.all("svg", class_="series")
    assert [text.text for text in series.all("text")][-3:] == ["2020", "2021", "2023"]
    assert len(list(series.all("polyline"))) == 1
    assert "not reported" in article(page, "cybertipline_reports/ALL/2022").text
    history = article(page, "submissions_reviewed/US-MT/2023").text
    assert "Since version 1.0.0: 33" in history
    assert "Since version 1.1.0: 34 (correction: It had been misread.)" in history


def test_each_of_several_sources_has_a_line_of_its_own(tmp_path: Path) -> None:
    folder = figures_of_years(tmp_path / "p")
    files = {name: folder / "resources" / f"{name}.csv" for name in ("figures", "sources")}
    text = files["sources"].read_text("utf-8")
    other = text.splitlines()[1].replace("ncmec-montana-2023,Montana Data", "other-2023,Other Data")
    other = other.replace("2c44d3d16e", "3c44d3d16e")
    files["sources"].write_text(f"{text}{other}\n", "utf-8")
    rows = [row for row in files["figures"].read_text("utf-8").splitlines() if ",202" in row]
    rows = [row for row in rows if row.startswith("cybertipline_reports,") and ",2022," not in row]
    with files["figures"].open("a", encoding="utf-8") as stream:
        for row in rows:
            stream.write(row.replace("ncmec-montana-2023", "other-2023") + "\n")
    page = made(folder, tmp_path)
    titles = [next(drawing.all("title")).text for drawing in page.all("svg", class_="series")]
    assert [title.split(", ")[-2] for title in titles] == ["Montana Data", "Other Data"]


def test_downloads_are_the_files_beside_the_page(own_page: Path) -> None:
    page = parsed(own_page)
    rows = [row for row in page.all("tr") if any(row.all("code", class_="digest"))]
    listed = {next(row.all("a")).attributes["href"]: row.text for row in rows}
    beside = {file.name for file in own_page.parent.iterdir()}
    demanded = {name for name in beside if name.endswith("-bag.zip")}
    assert set(listed) == beside - demanded - {own_page.name, CHECKSUMS}
    for name, text in listed.items():
        assert sha256([own_page.parent / name]) in text
    assert own_page.name in (own_page.parent / CHECKSUMS).read_text()


def test_search_engines_find_the_data_set(own_page: Path) -> None:
    (script,) = parsed(own_page).all("script", type="application/ld+json")
    found = json.loads(script.text)
    assert found["@type"] == "Dataset"
    assert {item["contentUrl"] for item in found["distribution"]} > {"figures.parquet"}


def test_any_package_has_a_page_with_its_columns_and_keys(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    schema = {
        "fields": [
            {"name": "town", "type": "string", "description": "Where it is."},
            {"name": "year", "type": "year"},
            {"name": "people", "type": "integer"},
        ],
        "foreignKeys": [
            {"fields": ["town"], "reference": {"resource": "towns", "fields": ["code"]}}
        ],
    }
    towns = {"fields": [{"name": "code", "type": "string"}], "primaryKey": ["code"]}
    resources = [
        {"name": "towns", "path": "towns.csv", "schema": towns},
        {"name": "counts", "path": "counts.csv", "schema": schema},
        {"name": "notes", "path": "notes.txt", "title": "Some notes"},
    ]
    rows = "".join(f"t{n % 3},{1990 + n},{n * 1000 if n != 4 else ''}\n" for n in range(9))
    files = {
        "towns.csv": "code\nt0\nt1\nt2\n",
        "counts.csv": f"town,year,people\n{rows}",
        "notes.txt": "-",
    }
    page = made(write_package(tmp_path / "p", {"resources": resources}, files), tmp_path)
    text = page.text
    assert "Some notes" in text
    assert "counts: town refers to towns" in text
    assert not list(page.all("article"))
    (counts,) = (table for table in page.all("table", class_="columns") if "people" in table.text)
    cells = [[cell.text for cell in row.all("td")] for row in counts.all("tr")][1:]
    assert [row[2:4] for row in cells] == [["9", "0"], ["9", "0"], ["8", "1"]]
    assert cells[0][1] == "Where it is."
    assert cells[0][4] == "2 characterst0 × 3t1 × 3t2 × 3"
    assert cells[1][4] == "1990 to 1998all different"
    assert cells[2][4] == "0 to 8,000all different"


@pytest.mark.sampled
@pytest.mark.parametrize("folder", sample(FOLDERS[::4]), ids=lambda folder: folder.name)
def test_every_package_has_a_page_and_one_with_errors_says_so(folder: Path, tmp_path: Path) -> None:
    page = made(folder, tmp_path, force=True)
    is_valid = report_on(folder).valid
    assert ("This package is not valid." in page.text) == (not is_valid)
    assert is_valid or not list(page.all("p", **{"data-copy": "citation"}))


def test_of_several_sources_the_first_stands_first_and_says_what_the_others_have(
    tmp_path: Path,
) -> None:
    page = made(PACKAGES / "good-sources-ranked", tmp_path)
    found = [
        [item.attributes["data-row"], *(p.text for p in item.all("p", class_="others"))]
        for item in page.all("article", class_="figure")
    ]
    assert found == [
        ["1", "Other sources: A: 5"],
        ["0", "Other sources: B: 5 (rounded); it comes first"],
    ]


def test_what_is_declared_not_to_be_compared_stands_with_the_measure(tmp_path: Path) -> None:
    page = made(PACKAGES / "good-differences", tmp_path)
    told = [item.text for item in page.all("li") if "can have no file" in item.text]
    assert told == [
        "Not with “files”: a report can have no file",
        "Not with “reports”: a report can have no file",
    ]


# Read back


def rebuilt(release: Path, folder: Path) -> Path:
    """A copy of a release whose page may be changed: its checksums follow."""
    return Path(shutil.copytree(release, folder / "release"))


def findings_after(release: Path, change: Callable[[str], str]) -> list[str]:
    """What a verification finds of a page that somebody has changed, and its checksum too."""
    (page,) = release.glob("*.html")
    text = page.read_text("utf-8")
    changed = change(text)
    assert changed != text
    page.write_text(changed, "utf-8")
    files = [file for file in release.iterdir() if file.name != CHECKSUMS]
    (release / CHECKSUMS).write_text(write_checksums({f.name: sha256([f]) for f in files}))
    report = mtopendata.verify(release)
    return [found.message for found in report.findings if found.code == "content"]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    built = mtopendata.build(figures_of_years(folder / "p"), folder / "release")
    assert built.folder is not None
    return built.folder


CHANGES = {
    "number": (r'<data value="34">34', '<data value="34">43', "gives submissions"),
    "value": (r'<data value="34">', '<data value="43">', "gives submissions"),
    "bounds": (r"105,000,001 or more;", "105,000,000 or more;", "the bounds of"),
    "year": (r"2021: more than 29", "2021: more than 92", "draws another year"),
    "description": (r"<desc>Exactly 34.", "<desc>Exactly 43.", "otherwise than the bounds"),
    "place": (r'(?<=<circle class="mark" cx=")1\d\d', "350", "draws"),
    "figure": (r'(?s)<article.*?</article>', "", "figures instead of"),
    "rows": (r'<data value="13" data', '<data value="14" data', "counts other rows"),
    "preview": (r"<td>ncmec-montana-2023</td>", "<td>ncmec-montana-2024</td>", "shows other rows"),
    "missing": (r"<td>13</td><td>0</td>", "<td>12</td><td>1</td>", "counts other cells"),
    "digest": (r'(?<=<code class="digest">)\w(?=\w{63}</code></td>)', "g", "another size or SHA"),
    "download": (r'<a href="figures.parquet">figures', '<a href="x.csv">x', "lists other files"),
    "script": (r"</body>", "<script>alert(1)</script></body>", "one script"),
    "policy": (r"default-src 'none'; ", "", "another policy"),
    "handler": (r"<body>", '<body onload="alert(1)">', "an attribute that no page"),
    "link": (r'href="https://github', 'href="javascript:alert(1)//', "not safe"),
    "image": (r"<footer>", '<img src="https://a.org/x.png"><footer>', "an attribute that no page"),
    "end": (r"</footer>", "", "cannot be read"),
}  # fmt: skip


@pytest.fixture(scope="module")
def as_released(small: Path) -> Release:
    return released(small.parent / "p")


@pytest.mark.parametrize(("pattern", "other", "said"), CHANGES.values(), ids=CHANGES)
def test_a_page_that_says_something_else_is_found(
    small: Path, as_released: Release, pattern: str, other: str, said: str
) -> None:
    text = next(small.glob("mtopendata-*.html")).read_text("utf-8")
    changed = re.sub(pattern, other, text, count=1)
    assert changed != text
    page = small / "changed.html"  # beside the files that it tells of
    page.write_text(changed, "utf-8")
    try:
        with pytest.raises(UnprovenError, match=said):
            prove_page(as_released, page)
    finally:
        page.unlink()


@pytest.mark.slow
def test_a_changed_page_is_found_by_a_verification(small: Path, tmp_path: Path) -> None:
    release = rebuilt(small, tmp_path)
    (found,) = findings_after(release, lambda text: text.replace(">34<", ">43<"))
    assert "gives submissions_reviewed" in found


@pytest.mark.slow
def test_a_release_that_was_made_before_there_were_pages_is_whole(
    small: Path, tmp_path: Path
) -> None:
    release = rebuilt(small, tmp_path)
    next(release.glob("*.html")).unlink()
    files = [file for file in release.iterdir() if file.name != CHECKSUMS]
    (release / CHECKSUMS).write_text(write_checksums({f.name: sha256([f]) for f in files}))
    report = mtopendata.verify(release)
    assert {found.severity for found in report.findings} <= {"note"}
    assert mtopendata.verify(release, rebuild=small.parent / "p").valid
    # And it may be replaced by one that has its page.
    assert mtopendata.build(small.parent / "p", release).folder == release
    assert list(release.glob("*.html"))


@pytest.mark.slow
def test_a_hostile_package_is_released_and_its_page_proved(tmp_path: Path) -> None:
    built = mtopendata.build(hostile_package(tmp_path / "p"), tmp_path / "out")
    assert built.folder is not None, built.report.findings
    assert mtopendata.verify(built.folder).findings == []
    (file,) = built.folder.glob("*.html")
    page = parsed(file)
    assert file.stat().st_size < 1024**2
    assert len(list(page.all("script"))) == 2
    assert not {"img", "b", "iframe", "object", "link"} & {part.tag for part in page.every()}
    assert "\u202e" not in page.text
    assert r"\u202egnp.exe" in page.text
    assert r"a\x00b" in page.text
    assert HOSTILE[9] in page.text


# Its size, and what it needs


def test_the_page_of_this_package_is_small(own_page: Path) -> None:
    figures = len(list(parsed(own_page).all("article")))
    assert own_page.stat().st_size <= 150 * 1024 * max(1, figures / 20)


def test_a_large_table_has_a_small_page_in_bounded_memory(tmp_path: Path) -> None:
    rows = 400_000
    pl.DataFrame(
        {
            "id": range(rows),
            "name": [f"name {n}" for n in range(rows)],
            "kind": ["a", "b"] * (rows // 2),
        }
    ).write_csv(tmp_path / "t.csv")
    fields = [
        {"name": n, "type": t}
        for n, t in (("id", "integer"), ("name", "string"), ("kind", "string"))
    ]
    table = {"name": "t", "path": "t.csv", "schema": {"fields": fields}}
    write_package(tmp_path, {"resources": [table]}, {})
    tracemalloc.start()
    paged = mtopendata.page(tmp_path, tmp_path / "page.html")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert paged.bytes < 50_000
    assert peak < 100 * 1024**2
    text = parsed(tmp_path / "page.html").text
    assert f"more than {DISTINCT:,} different values" in text
    assert "a × 200,000" in text
    assert f"0 to {rows - 1:,}" in text


# Its parts


@given(st.lists(st.integers(0, 30) | st.none(), max_size=40), st.integers(1, 40))
def test_a_summary_does_not_depend_on_the_blocks(values: list[int | None], size: int) -> None:
    frame = pl.DataFrame({"a": pl.Series(values, dtype=pl.Int64)})
    columns = Header(Resource("t"), frame.schema)
    whole = summary_of(columns, frame)
    fold = Summary(columns)
    parts = [
        fold.see(Block(number, 0, part, range(part.height), {}))
        for number, part in enumerate(frame.iter_slices(size))
    ] or [fold.see(Block(0, 0, frame, range(0), {}))]
    kept = parts[-1]
    for part in parts[-2::-1]:
        kept = fold.merge(kept, part)
    assert kept.rows == whole.rows == len(values)
    assert kept.columns == whole.columns
    assert kept.preview == whole.preview
    known = [value for value in values if value is not None]
    assert whole.columns["a"].filled == len(known)
    assert whole.columns["a"].least == min(known, default=None)
    assert dict(whole.columns["a"].counts or {}) == {v: known.count(v) for v in known}


@given(st.lists(st.decimals(0, 10**12, places=2), min_size=1, max_size=20))
def test_what_is_more_stands_further_right(values: list[Decimal]) -> None:
    scale = scale_for(values)
    places = [scale.place(value) for value in sorted(values)]
    assert places == sorted(places)
    assert scale.place(Decimal(0)) <= places[0]


@given(st.lists(st.decimals(-(10**9), 10**9, places=1), min_size=1, max_size=20))
def test_a_scale_has_a_few_round_ticks_within_the_drawing(values: list[Decimal]) -> None:
    scale = scale_for(values)
    labels = [tick.label for tick in scale.ticks if tick.label]
    assert 2 <= len(labels) <= 8
    assert len(set(labels)) == len(labels)
    assert all(0 <= Decimal(tick.x) <= 400 for tick in scale.ticks)
