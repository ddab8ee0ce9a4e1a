"""Sheets are read whatever their typography, and nothing in them is guessed."""

import json
import random
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtopendata.ledger.codes import CODES
from mtopendata.sheets.reading import Reading
from mtopendata.sheets.words import joined, read_lines
from mtopendata.values.errors import MtopendataError
from tests.kit import sheets
from tests.kit.examples import examples

SETTINGS = settings(max_examples=examples(40), deadline=None, derandomize=True)
BROKEN = [
    (sheet, case)
    for sheet in sheets.SHEETS
    for case in json.loads((sheet.parent / "broken.json").read_text("utf-8"))
]


@pytest.mark.parametrize("sheet", sheets.SHEETS, ids=lambda sheet: sheet.parent.name)
def test_each_sheet_is_read_as_a_person_reads_it(sheet: Path) -> None:
    reading = sheets.read(sheets.text_of(sheet))
    assert reading.problems == []
    found = [
        {
            "measure": item.measure, "area": item.area, "period": item.period,
            "value": item.said and item.said.value, "qualifier": item.said and item.said.qualifier,
            "lower": item.said and item.said.lower, "upper": item.said and item.said.upper,
            "printed": item.printed,
        }
        for item in reading.figures
    ]  # fmt: skip
    numbers = ("value", "lower", "upper")
    wanted = [
        {name: Decimal(str(cell)) if name in numbers and cell is not None else cell
         for name, cell in row.items()}
        for row in sheets.expected(sheet)
    ]  # fmt: skip
    assert found == wanted
    assert len(found) == len(sheets.vocabulary().by_figure())


@pytest.mark.parametrize("sheet", sheets.SHEETS, ids=lambda sheet: sheet.parent.name)
def test_a_figure_stands_at_the_line_and_column_that_are_given(sheet: Path) -> None:
    text = sheets.text_of(sheet)
    lines = text.split("\n")
    for item in sheets.read(text).figures:
        assert item.line is not None
        assert item.column is not None
        assert item.printed is not None
        there = lines[item.line - 1][item.column - 1 :]
        assert there.startswith(item.printed.split()[0])


@pytest.mark.parametrize(
    ("sheet", "case"), BROKEN, ids=[f"{s.parent.name}-{c['fault']}" for s, c in BROKEN]
)
def test_a_broken_sheet_has_its_problems_and_no_wrong_figure(
    sheet: Path, case: dict[str, Any]
) -> None:
    text = sheets.text_of(sheet)
    old, new = case["replace"]
    assert text.count(old) == 1
    whole, broken = sheets.read(text), sheets.read(text.replace(old, new))
    assert sheets.codes(broken) == set(case["problems"])
    assert sheets.codes(broken) <= set(CODES)
    known = {sheets.named(item): item for item in whole.figures}
    if "*" in case["unread"]:
        for item in broken.figures:
            assert item.said == known[f"{item.measure}/{item.area or whole.area}"].said
        return
    assert {sheets.named(item) for item in broken.figures} == set(known) - set(case["unread"])
    assert sheets.said(broken) <= sheets.said(whole)


# What printing and copying do to a text, and what it says stays the same

Mangle = Callable[[str, random.Random], str]
FOOTERS = (
    "Page 1 of 2", "- 1 -", "NCMEC | Page 2", "National Center for Missing & Exploited Children",
    "© 2031 National Center for Missing & Exploited Children. All rights reserved.",
    "www.missingkids.org", "1-800-THE-LOST | missingkids.org",
    "National Center for Missing & Exploited Children | missingkids.org | Page 1",
)  # fmt: skip


def wrapped(text: str, chance: random.Random) -> str:
    return wrapped_at(chance.choice([40, 60, 90]), text)


def wrapped_at(width: int, text: str) -> str:
    lines = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            if line and len(line) + len(word) >= width:
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}" if line else word
        lines.append(line)
    return "\n".join(lines)


def hyphenated(text: str, chance: random.Random) -> str:
    def broken(match: re.Match[str]) -> str:
        word = match[0]
        place = chance.randint(3, len(word) - 3)
        mark = chance.choice(["-\n", "\u00ad\n", "\u00ad", "\u2010\n"])
        return word[:place] + mark + word[place:] if chance.random() < 0.15 else word

    return re.sub("[A-Za-z]{7,}", broken, text)


def blank(text: str, chance: random.Random) -> str:
    blanks = [" ", " ", " ", "  ", "     ", "\u00a0", "\u2009", "\u202f"]
    return re.sub(" ", lambda _: chance.choice(blanks), text)


def quoted(text: str, _: random.Random) -> str:
    return text.replace("'", "\u2019")


def tied(text: str, _: random.Random) -> str:
    return text.replace("ffi", "\ufb03").replace("fi", "\ufb01").replace("ff", "\ufb00")


def bold(text: str, chance: random.Random) -> str:
    mark, end = chance.choice([("**", "**"), ("__", "__"), ("<b>", "</b>"), ("*", "*")])

    def marked(match: re.Match[str]) -> str:
        return mark + match[0] + end if chance.random() < 0.5 else match[0]

    return re.sub(r"(?<![\w,.*])[0-9][0-9,]*[0-9](?![\w,.%+*])", marked, text)


def tabulated(text: str, chance: random.Random) -> str:
    between = chance.choice(["  ", "        ", " : ", " ", "\n", "\n\n", "\t\t", " | ", "......"])
    return text.replace("\t", between)


def footed(text: str, chance: random.Random) -> str:
    lines = wrapped_at(60, text).split("\n")
    places = [
        row for row in range(8, len(lines))
        if lines[row].strip() and lines[row - 1].strip()
        and not re.search(r"\t|Missing|Resettlement|^[0-9 |.-]*$|\|", lines[row - 1] + lines[row])
        and not re.search("- ?$|\u00ad$", lines[row - 1])
    ]  # fmt: skip
    row = chance.choice(places)
    footer = chance.choice(FOOTERS)
    lines[row:row] = chance.choice(
        [["", footer, ""], [footer], ["", footer, "\f"], [footer, "\f"], ["", "", footer, "", "\f"]]
    )
    return "\n".join(lines)


def dense(text: str, _: random.Random) -> str:
    return re.sub(r"\n\n+(?![-|])", "\n", text)


def shuffled(text: str, chance: random.Random) -> str:
    """The sections in another order, where blank lines tell headings."""
    parts = re.split(r"\n\n(?=[^\n.]{5,60}\n\n)", text)
    head, sections = parts[0], parts[1:]
    chance.shuffle(sections)
    return "\n\n".join([head, *sections])


MANGLES = (
    wrapped, hyphenated, blank, quoted, tied, bold, tabulated, footed, dense, shuffled,
)  # fmt: skip
SOME = st.lists(st.sampled_from(MANGLES), min_size=1, max_size=4, unique=True)
OREGON = next(sheet for sheet in sheets.SHEETS if sheet.parent.name == "oregon-2021")


def check_mangled(text: str, whole: Reading, mangles: list[Mangle], seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    # Whole sections are still to be seen where they are put into another order.
    for mangle in sorted(mangles, key=lambda mangle: mangle is not shuffled):
        text = mangle(text, chance)
    reading = sheets.read(text)
    assert reading.problems == [], text
    assert sheets.said(reading) == sheets.said(whole)


@given(SOME, st.integers(0, 2**32))
@SETTINGS
def test_typography_changes_no_figure(mangles: list[Mangle], seed: int) -> None:
    text = sheets.text_of(OREGON)
    check_mangled(text, sheets.read(text), mangles, seed)


@given(SOME, st.integers(0, 2**32))
@SETTINGS
def test_typography_changes_no_figure_of_the_real_sheet(mangles: list[Mangle], seed: int) -> None:
    text = sheets.text_of(sheets.real_sheet("ncmec-montana-2023.txt"))
    check_mangled(text, sheets.read(text), mangles, seed)


# Nothing is guessed

STRANGE = (
    "hardly", "not", "another", "provisionally", "$", "±", "minus", "(revised)", "12", "1,",
)  # fmt: skip


@given(st.integers(0, 19), st.sampled_from(STRANGE))
@settings(max_examples=examples(100), deadline=None, derandomize=True)
def test_an_unknown_word_before_a_number_is_a_problem(index: int, word: str) -> None:
    text = sheets.text_of(OREGON)
    item = sheets.read(text).figures[index]
    lines = text.split("\n")
    assert item.line is not None
    assert item.column is not None
    line, column = item.line - 1, item.column - 1
    lines[line] = f"{lines[line][:column]}{word} {lines[line][column:]}"
    reading = sheets.read("\n".join(lines))
    if word == "not" and item.printed and item.printed.startswith("more than"):
        assert "at_most" in {found.said.qualifier for found in reading.figures if found.said}
        return
    assert reading.problems, lines[line]
    assert sheets.named(item) not in map(sheets.named, reading.figures)
    assert sheets.said(reading) <= sheets.said(sheets.read(text))


@given(st.integers(0, 19), st.sampled_from(["*", "¹", "-99-9", " to x", " x", " 500", "?", "st"]))
@settings(max_examples=examples(80), deadline=None, derandomize=True)
def test_an_unknown_sign_behind_a_number_is_a_problem(index: int, sign: str) -> None:
    text = sheets.text_of(OREGON)
    item = sheets.read(text).figures[index]
    assert item.line is not None
    assert item.column is not None
    assert item.printed is not None
    lines = text.split("\n")
    rest = "\n".join([lines[item.line - 1][item.column - 1 :], *lines[item.line :]])
    start = len(text) - len(rest)
    end = start + len(item.printed)
    changed = text[:end] + sign + text[end:]
    reading = sheets.read(changed)
    if sign == "?" and not reading.problems:  # the end of a sentence, and no sign of the number's
        assert sheets.said(reading) == sheets.said(sheets.read(text))
        return
    assert reading.problems, changed[start : end + 20]
    assert sheets.said(reading) <= sheets.said(sheets.read(text))


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300))
@SETTINGS
def test_any_text_is_read_without_a_guess(text: str) -> None:
    reading = sheets.read(text)
    assert reading.figures == []
    assert {"no-section", "not-found"} <= sheets.codes(reading)
    assert all(CODES[problem.code] and problem.hint for problem in reading.problems)


@given(st.integers(0, 1500), st.integers(0, 40), st.text(max_size=5))
@settings(max_examples=examples(80), deadline=None, derandomize=True)
def test_what_is_cut_out_or_put_in_makes_no_figure_that_was_not_printed(
    start: int, length: int, inserted: str
) -> None:
    text = sheets.text_of(OREGON)
    changed = text[:start] + inserted + text[start + length :]
    for item in sheets.read(changed).figures:
        assert item.printed is not None
        parts = item.printed.split()
        assert all(part in changed for part in parts)


# Particular sheets

ROWS = re.compile(r"Children Missing From.*HHS-ORR\) :\t3", re.DOTALL)
TABLE = (
    ("Children Missing From Social Services Facility", "12"),
    ("Other Missing Children Cases", "26"),
    ("Children Reported Missing by Office of Refugee Resettlement (HHS-ORR)", "3"),
)


@pytest.mark.parametrize(
    ("row", "between"),
    [
        ("{label}\t{number}", "\n"),
        ("{number}\t{label}", "\n"),
        ("{label}\n{number}", "\n"),
        ("{number}\n{label}", "\n"),
        ("{label}\n\n{number}", "\n\n"),
        ("{label} {number}", " "),
        ("{number} {label}", " "),
        ("- {label}: {number}", "\n"),
        ("• {label} – {number}", "\n"),
        ("| {label} | {number} |", "\n"),
        ("{label} = {number} cases", "\n"),
        ("{label} ............ {number}", "\n"),
    ],
)
def test_a_number_stands_behind_or_before_its_label_or_below_it(row: str, between: str) -> None:
    text = sheets.text_of(OREGON)
    table = between.join(row.format(label=label, number=number) for label, number in TABLE)
    reading = sheets.read(ROWS.sub(table, text))
    assert reading.problems == []
    assert sheets.said(reading) == sheets.said(sheets.read(text))


def test_a_figure_that_a_person_says_is_left_out_is_not_reported_and_never_0() -> None:
    text = sheets.text_of(OREGON)
    without = text.replace("\nChildren Reported Missing by Office of Refugee Resettlement "
                           "(HHS-ORR) :\t3", "")  # fmt: skip
    [problem] = sheets.read(without).problems
    assert problem.code == "not-found"
    assert "--not-reported missing_child_cases_from_orr" in problem.hint
    reading = sheets.read(without, "missing_child_cases_from_orr")
    assert reading.problems == []
    [absent] = [item for item in reading.figures if item.said is None]
    assert (absent.measure, absent.area, absent.period) == (
        "missing_child_cases_from_orr", "US-OR", 2021,
    )  # fmt: skip
    assert (absent.printed, absent.line, absent.position) == (None, None, "absent 1")
    assert sheets.codes(sheets.read(text, "missing_child_cases_from_orr")) == {"not-left-out"}


def test_a_section_that_a_person_says_is_left_out_is_missed_by_nobody() -> None:
    text = sheets.text_of(OREGON)
    start, end = text.index("Work to Combat Child Sex Tr"), text.index("Ways to Support")
    reading = sheets.read(text[:start] + text[end:], "trafficking_reports")
    assert reading.problems == []
    [absent] = [item for item in reading.figures if item.said is None]
    assert absent.measure == "trafficking_reports"


@pytest.mark.parametrize("name", ["nothing", "survivors_families_supported/US", ""])
def test_only_a_figure_that_there_is_can_be_left_out(name: str) -> None:
    with pytest.raises(MtopendataError, match="is no figure of any cue"):
        sheets.read(sheets.text_of(OREGON), name)


@pytest.mark.parametrize(
    ("area", "code"),
    [("West Virginia", "US-WV"), ("Virginia", "US-VA"), ("Washington", "US-WA"),
     ("New York", "US-NY"), ("Kansas", "US-KS"), ("Arkansas", "US-AR"), ("Montana", "US-MT")],
)  # fmt: skip
def test_the_area_is_the_one_of_the_title(area: str, code: str) -> None:
    text = sheets.text_of(OREGON).replace("Oregon", area)
    reading = sheets.read(text.replace("is invented.", "is invented in the State of New York."))
    assert reading.problems == []
    assert reading.area == code
    assert {item.area for item in reading.figures} == {"ALL", code}


def test_the_area_is_the_only_one_that_is_named_where_the_title_is_lost() -> None:
    reading = sheets.read(sheets.text_of(OREGON).replace("Oregon Data\n", "\n"))
    assert reading.problems == []
    assert reading.area == "US-OR"


def test_positions_count_paragraphs_table_rows_and_figures() -> None:
    positions = {
        sheets.named(item): (item.section, item.position)
        for item in sheets.read(sheets.text_of(OREGON)).figures
    }
    assert positions["cybertipline_files/ALL"] == (1, "paragraph 1, number 2")
    assert positions["submissions_reviewed/US-OR"] == (1, "paragraph 2, number 2")
    assert positions["missing_child_cases_handled/US-OR"] == (2, "paragraph 1, number 4")
    assert positions["missing_child_cases_from_orr/US-OR"] == (2, "table row 3, number 1")
    assert positions["team_adam_activations/ALL"] == (4, "paragraph 2, number 1")
    assert positions["connect_new_professionals/US-OR"] == (5, "paragraph 1, number 2")


def test_words_are_mended_and_keep_their_places() -> None:
    text = (
        "low-\ncost \u201ctraf\u00ad\nficking\u201d **1,747**\u00a0cases* | a/b <50 (HHS\u2010ORR):"
    )
    words = joined(read_lines(text))
    assert [word.text for word in words] == [
        "lowcost", "trafficking", "1,747", "cases*", "a", "b", "<50", "HHS-ORR",
    ]  # fmt: skip
    assert [word.key for word in words][:4] == ["lowcost", "trafficking", "1747", "case"]
    assert [(word.line, word.column) for word in words][:4] == [(1, 1), (2, 7), (3, 12), (3, 20)]


def test_footnotes_and_superscripts_are_never_taken_for_digits() -> None:
    for text in ("1,747²", "1,747*", "1,747†", "１７", "٣"):
        [word] = joined(read_lines(text))
        assert word.text == text
        assert word.is_number
