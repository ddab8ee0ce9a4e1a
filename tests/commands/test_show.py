"""Figures are found by name, title and words, listed, and shown with what to quote and cite."""

import json
from pathlib import Path

import pytest

from mtopendata.report import formats
from tests.kit.examples import sample
from tests.kit.packages import (
    MONTANA,
    PACKAGES,
    copy_own,
    replace_text,
    write_package,
    write_table,
)
from tests.kit.program import run


def shown(*words: str, package: Path = MONTANA) -> dict[str, dict[str, object]]:
    """What is shown of each figure, by its name; a card has rules, a row of a list has none."""
    done = run("show", *words, "--package", package, "--format", "json")
    assert done.exit_code == 0, done.stderr
    return {figure["name"]: figure for figure in json.loads(done.stdout)["figures"]}


def measures(found: dict[str, dict[str, object]]) -> set[str]:
    return {name.split("/")[0] for name in found}


def test_without_words_all_figures_are_listed_by_programme_in_80_columns() -> None:
    done = run("show", "--package", MONTANA)
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[0] == "CyberTipline"
    assert lines[-1].startswith("20 figures; ")
    figures = (MONTANA / "resources" / "figures.csv").read_text("utf-8").splitlines()[1:]
    names = ["/".join(line.split(",")[:3]) for line in figures]
    assert {line.strip() for line in lines} >= set(names)
    assert "  more than 105 million  Files in CyberTipline reports" in done.stdout


def test_json_lists_what_tells_figures_apart() -> None:
    found = shown()
    assert len(found) == 20
    assert found["cybertipline_files/ALL/2023/ncmec-montana-2023"] == {
        "name": "cybertipline_files/ALL/2023/ncmec-montana-2023",
        "measure": "cybertipline_files",
        "title": "Files in CyberTipline reports",
        "programme": "CyberTipline",
        "area": "ALL",
        "area_title": "All of NCMEC's work",
        "period": 2023,
        "printed": "more than 105 million",
    }


def test_a_card_and_a_list_have_the_same_formats() -> None:
    assert formats("figure") == formats("figures")


@pytest.mark.slow
def test_a_state_is_found_by_its_name_and_its_postal_code() -> None:
    found = shown("Montana")
    assert len(found) == 9
    assert {figure["area"] for figure in found.values()} == {"US-MT"}
    assert found == shown("MT") == shown("mt") == shown("US-MT") == shown("in", "Montana")


@pytest.mark.slow
def test_words_are_found_in_titles_codes_programmes_and_years() -> None:
    assert len(measures(shown("cybertipline"))) == 3
    assert len(measures(shown("missing", "children"))) == 7
    assert measures(shown("team_adam")) == {"team_adam_activations", "long_term_cases_assisted"}
    assert len(shown("2023")) == 20
    assert measures(shown("identif")) == {"children_identified", "submissions_reviewed"}


def test_all_words_must_be_there_and_one_figure_is_shown_whole() -> None:
    found = shown("missing children MT")
    assert len(found) == 4
    assert all("rules" not in figure for figure in found.values())
    (figure,) = shown("hope", "MT").values()
    assert "rules" in figure
    # Two letters are no beginning of a word: `us` is in no title that has `users`.
    assert {figure["area"] for figure in shown("us").values()} == {"US-MT"}


LISTED = shown()


@pytest.mark.sampled
@pytest.mark.parametrize("name", sample(sorted(LISTED)))
def test_a_title_and_a_name_are_arguments(name: str) -> None:
    listed = LISTED[name]
    by_title = shown(str(listed["title"]))
    assert name in by_title
    assert measures(by_title) == {listed["measure"]}
    assert all("rules" in figure for figure in by_title.values())
    assert set(shown(name)) == {name}


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("missing kids", "(with 'missing')"),
        ("cyberptiline", "nearest: cybertipline_reports/ALL/2023"),
        ("missing_child_cases_handeld", "nearest: missing_child_cases_handled/US-MT/2023"),
        ("cybertipline hope", "nearest: "),
        ("children_identified/US-OR", "nearest: children_identified/ALL/2023"),
        ("zebra", "mtopendata show lists all figures"),
        ("", "mtopendata show lists all figures"),
        ("%/\x1b", "mtopendata show lists all figures"),
    ],
)
def test_what_is_not_there_is_answered_with_figures_that_hold_the_words(
    words: str, hint: str
) -> None:
    done = run("show", words, "--package", MONTANA)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "is no figure of the package" in done.stderr
    assert hint in done.stderr
    assert "\x1b" not in done.stderr


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("cybertipline_reports", "(All of NCMEC's work, 2023) is 36.2 million (rounded), as "),
        ("cybertipline_files", "(All of NCMEC's work, 2023) is more than 105 million, as "),
        ("children_identified", "(All of NCMEC's work, cumulative, 2023) is 27,130, as "),
        ("missing_child_likely_trafficked_share", "is 19% (rounded), as "),
        ("missing_child_cases_from_orr", "(Montana, 2023) is 0, as "),
    ],
)
def test_a_sentence_to_quote_says_what_is_printed_and_what_to_mind(name: str, said: str) -> None:
    (figure,) = shown(name).values()
    quote = str(figure["quote"])
    assert said in quote
    measure = figure["measure"]
    assert isinstance(measure, dict)
    start, _, caveat = quote.partition(" (NCMEC), 2023. ")
    assert start.startswith(f'The figure for "{measure["title"]}" ')
    assert caveat
    assert measure["caveat"].startswith(caveat)
    assert caveat.endswith(".")


HEAD = "measure,qualifier,value,lower,upper,unit,printed\n"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ('at_least,18400,18400,,case,"18,400+"', "is 18,400+ (at least 18,400)."),
        ('more_than,18400,18401,,case,"over 18,400"', "is over 18,400 (more than 18,400)."),
        ("fewer_than,50,0,49,case,<50", "is <50 (fewer than 50)."),
        ("about,500,,,case,some 500", "is some 500 (about 500)."),
        ("fewer_than,500,0,499,case,nearly 500", "is nearly 500 (fewer than 500)."),
        ("between,,1,4,case,1–4", "is 1–4."),
        ("at_least,18.5,18.5,,percent,18.5% or more", "is 18.5% or more (at least 18.5%)."),
        ("more_than,1000000,1000001,,case,More than 1 million", "is More than 1 million."),
        (",,,,,", "is not reported, which is not 0."),
    ],
)
def test_a_limit_is_never_quoted_as_an_exact_number(row: str, said: str, tmp_path: Path) -> None:
    types = {"value": "number", "lower": "number", "upper": "number"}
    schema = {
        "fields": [{"name": name, "type": types.get(name, "string")}
                   for name in HEAD.strip().split(",")],
        "primaryKey": ["measure"],
    }  # fmt: skip
    resource = {"name": "figures", "path": "figures.csv", "schema": schema}
    write_package(tmp_path, {"resources": [resource]}, {"figures.csv": f"{HEAD}m,{row}\n"})
    done = run("show", "m", "--package", tmp_path, "--format", "json")
    (figure,) = json.loads(done.stdout)["figures"]
    assert figure["quote"] == f'The figure for "m" {said}'


def test_a_card_ends_with_the_citation_of_its_version() -> None:
    done = run("show", "hope", "MT", "--package", MONTANA)
    descriptor = json.loads((MONTANA / "datapackage.json").read_text("utf-8"))
    end = done.stdout[done.stdout.index("\nquote ") :]
    words = " ".join(end.split())
    assert f"(version {descriptor['version']}) [data set]" in words
    assert words.endswith(descriptor["homepage"])


def test_what_has_errors_is_not_to_be_quoted(tmp_path: Path) -> None:
    copy_own(tmp_path)
    replace_text(tmp_path / "resources" / "figures.csv", "2023,22,exact", "2023,2,exact")
    replace_text(tmp_path / "resources" / "figures.csv", ",5759,exact", ",5758,exact")
    done = run("show", "hope", "MT", "--package", tmp_path)
    assert done.exit_code == 1
    assert " errors; see mtopendata validate" in done.stderr
    assert "\nquote" not in done.stdout
    assert "\ncite" not in done.stdout
    assert run("show", "--package", tmp_path).exit_code == 1


def test_a_package_without_figures_has_none_to_list(tmp_path: Path) -> None:
    write_table(tmp_path)
    done = run("show", "--package", tmp_path)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "has no table 'figures'" in done.stderr


TIED = PACKAGES / "sources-no-first"
RANKED = PACKAGES / "good-sources-ranked"
APART = PACKAGES / "sources-defined-otherwise"


def test_of_several_sources_the_first_is_shown_with_what_the_others_have() -> None:
    found = shown("reports", package=RANKED)
    assert set(found) == {"reports/MT/2023/b"}
    (card,) = found.values()
    assert card["sources"] == [
        {
            "name": f"reports/MT/2023/{source}",
            "source": source,
            "printed": printed,
            "value": 5,
            "lower": lower,
            "upper": upper,
            "qualifier": qualifier,
        }
        for source, printed, lower, upper, qualifier in (
            ("b", "5 (rounded)", 4.5, 5.5, "rounded"),
            ("a", "5", 5, 5, "exact"),
        )
    ]
    text = run("show", "reports/MT/2023", "--package", RANKED).stdout
    assert "other source a has 5 (reports/MT/2023/a)" in text


def test_another_source_is_shown_where_its_code_is_named() -> None:
    assert set(shown("reports/MT/2023/a", package=RANKED)) == {"reports/MT/2023/a"}
    text = run("show", "reports/a", "--package", RANKED).stdout
    assert "b has 5 (rounded) (reports/MT/2023/b); it comes first" in text


def test_without_ranks_the_figure_that_stands_first_is_shown() -> None:
    assert set(shown("reports", package=TIED)) == {"reports/MT/2023/a"}


def test_what_a_figure_is_not_to_be_compared_with_is_shown_with_the_reason() -> None:
    (card,) = shown("reports/a", package=APART).values()
    assert card["not_compared"] == [
        {
            "difference": "d",
            "measure": "reports",
            "title": "reports",
            "area": None,
            "source": "b",
            "reason": "a counts agencies and b counts places",
        }
    ]
    text = run("show", "files", "--package", PACKAGES / "good-differences").stdout
    assert "not to be compared with reports. a report can have no file" in text
