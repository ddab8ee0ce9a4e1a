"""Patterns mean what XML Schema says, by elementpath; and beyond it what they mean to Python."""

import re
import time
import unicodedata
from collections.abc import Callable

import polars as pl
import pytest
from elementpath.regex import translate_pattern
from hypothesis import given, settings
from hypothesis import strategies as st

from mtopendata.package.constraint import UnusableConstraintError
from mtopendata.package.constraints import CONSTRAINTS
from mtopendata.package.constraints.json_schema import json_schema_test
from mtopendata.package.model import Field
from mtopendata.package.patterns.timed import TakesTooLongError, timed, whole_test
from mtopendata.package.patterns.translation import translated
from mtopendata.package.patterns.words import fault_in_words

CHARACTERS = "abeAZ_-09 \t\n\r^$:.,&~|+[]{}()\\/#@éßΑΩжא€\u00a0\u0301\u0661\u0370\u1f00\U0001d49c"


def matched(pattern: str, *cells: str) -> list[str]:
    """The cells that pass."""
    test = CONSTRAINTS["pattern"].test
    assert test
    column = pl.Series("v", cells, dtype=pl.String)
    passes = test(pattern, Field("v"), pl.String())(pl.col("v"))
    return column.to_frame().filter(passes)["v"].to_list()


def why_refused(pattern: str) -> str:
    with pytest.raises(UnusableConstraintError) as caught:
        matched(pattern, "a")
    return str(caught.value)


def by_elementpath(pattern: str) -> Callable[[str], object]:
    """The same of the library that xmlschema takes to read XML Schema's patterns."""
    python = translate_pattern(
        pattern, xsd_version="1.1", back_references=False, lazy_quantifiers=False, anchors=False
    )
    return re.compile(python).search


# XML Schema


_plain = st.sampled_from("abeAZ09éßжא€_:,&~@#/ ")
_escaped = st.sampled_from([rf"\{sign}" for sign in "ntr\\|.?*+(){}-[]^"])
# Not \\w and \\S: elementpath takes Python's, which have an underscore and no-break spaces.
# Not \w and \S: elementpath takes Python's, with an underscore and without no-break spaces.
# Not \w and \S: elementpath takes Python's, with an underscore and without no-break spaces.
_set = st.sampled_from(
    [
        r"\d", r"\i", r"\c", r"\p{L}", r"\p{Lu}", r"\p{Nd}", r"\p{S}", r"\p{Zs}", r"\p{M}",
        r"\p{IsBasicLatin}", r"\p{IsLatin-1Supplement}", r"\p{IsCyrillic}", r"\p{IsGreek}",
    ]
)  # fmt: skip
_not_set = st.sampled_from([r"\D", r"\I", r"\C", r"\P{L}", r"\P{P}", r"\P{IsBasicLatin}"])
_range = st.sampled_from(["a-z", "A-Z", "0-9", "a-e", "!-/", "\u0400-\u04ff", r"\[-\]", r"\--:"])


_items = st.lists(_plain | _escaped | _set | _range, min_size=1, max_size=4).map("".join)
# Elementpath takes nothing away from negative sets; they are tested by sets of characters below.
_removed = st.just("") | _items.map("-[{}]".format)
_classes = st.builds("[{}{}{}]".format, st.sampled_from(["", "^"]), _items, _removed)
_atom = _plain | _escaped | _set | _not_set | _classes | st.just(".")
_times = st.sampled_from(["", "?", "*", "+", "{2}", "{1,}", "{0,2}"])
_piece = st.builds("{}{}".format, _atom, _times)


def _branches(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    branch = st.lists(inner, min_size=1, max_size=3).map("".join)
    either = st.lists(branch, min_size=1, max_size=2).map("|".join)
    return st.builds("({}){}".format, either, _times)


_patterns = st.lists(st.recursive(_piece, _branches, max_leaves=6), min_size=1, max_size=3).map(
    "".join
)


@settings(deadline=None)
@given(_patterns, st.lists(st.text(CHARACTERS, min_size=1, max_size=4), max_size=8))
def test_a_pattern_means_what_elementpath_reads_in_it(pattern: str, cells: list[str]) -> None:
    # Names in elementpath have nothing beyond \uffff, as they had until XML's fifth edition.
    cells = [cell for cell in [*CHARACTERS, *cells] if max(cell) <= "\uffff"]
    is_matched = by_elementpath(pattern)
    assert matched(pattern, *cells) == [cell for cell in cells if is_matched(cell)]


Set = tuple[str, frozenset[str]]
"""A class, and those of the characters that are in it."""
_ALL = frozenset(CHARACTERS)
_ITEMS: list[Set] = [
    *((re.escape(sign), frozenset(sign)) for sign in "ab-[]^&~"),
    ("a-e", frozenset("abe")),
    (r"\d", frozenset("09\u0661")),
    (r"\S", _ALL - set(" \t\n\r")),
    (r"\w", frozenset(sign for sign in _ALL if unicodedata.category(sign)[0] not in "PZC")),
    (r"\P{L}", frozenset(sign for sign in _ALL if not sign.isalpha())),
]


def _set_without(other: st.SearchStrategy[Set]) -> st.SearchStrategy[Set]:
    def built(items: list[Set], removed: Set | None, is_negated: bool) -> Set:
        found = frozenset[str]().union(*(signs for _, signs in items))
        found = _ALL - found if is_negated else found
        text = ("^" if is_negated else "") + "".join(text for text, _ in items)
        return (f"[{text}-{removed[0]}]", found - removed[1]) if removed else (f"[{text}]", found)

    items = st.lists(st.sampled_from(_ITEMS), min_size=1, max_size=3)
    return st.builds(built, items, st.none() | other, st.booleans())


@settings(deadline=None)
@given(st.recursive(st.just(("[b]", frozenset("b"))), _set_without, max_leaves=3))
def test_a_class_has_the_characters_of_its_sets(of: Set) -> None:
    pattern, signs = of
    assert set(matched(pattern, *CHARACTERS)) == signs


@settings(deadline=None)
@given(_patterns, st.lists(st.text(CHARACTERS, max_size=4), max_size=8))
def test_both_engines_read_a_translation_alike(pattern: str, cells: list[str]) -> None:
    cells = [*CHARACTERS, *cells]
    is_whole = whole_test(pattern)
    assert matched(pattern, *cells) == [cell for cell in cells if is_whole(cell)]


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        ("[a-z-[aeiou]]+", ["bcd"], ["aei", "b]", "-", "["]),
        ("[a-z-[aeiou-[e]]]+", ["bed"], ["bad"]),
        ("[^a-z-[0-9]]", ["A", "-"], ["a", "1"]),
        (r"[\w-[\d_]]+", ["ab"], ["a1", "a_"]),
        (r"[\p{L}-[A-Z]]+", ["aé"], ["A"]),
        (r"\i\c*", ["a-b.1", "_x", ":y"], ["1a", "-a", "a b", ""]),
        (r"[\i-[:]][\c-[:]]*", ["a-b", "_1"], ["a:b", ":a"]),
        (r"\I\C", ["1 ", "-/"], ["a ", "1a"]),
        (r"[\I]", ["1", "-", " "], ["a", "_"]),
        (r"\p{IsGreek}+", ["αβγ"], ["ἀ", "a"]),  # the script has what the block has not
        (r"[\p{IsGreekExtended}a]+", ["ἀa"], ["α"]),
        (r"\P{IsBasicLatin}", ["é"], ["a", "\t"]),
        (r"[^\p{IsBasicLatin}]", ["é"], ["a"]),
        (r"\p{IsCombiningMarksforSymbols}", ["\u20d0"], ["a"]),
        (r"\p{IsPrivateUse}", ["\ue000", "\uf8ff"], ["a", "\uf900"]),
        (r"\p{IsLatinExtended-A}", ["ő"], ["é"]),
        (r"\w+", ["aé1", "a+", "€"], ["a_b", "a-b", "a b", "."]),
        (r"\d+", ["12", "\u0661"], ["²", "a"]),
        (r"\S+", ["a\u00a0b", "\u2028"], ["a b", "a\tb"]),
        (r".", ["a", "\u2028", "\x85", "\v"], ["\n", "\r"]),
        ("[a&&b]+", ["&ab"], ["c"]),
        ("[a~~b||c]+", ["~|abc"], ["d"]),
        (r"[a\-\-b]+", ["-ab"], ["c"]),
    ],
)  # fmt: skip
def test_a_pattern_is_xml_schema(pattern: str, good: list[str], bad: list[str]) -> None:
    assert matched(pattern, *good, *bad) == good


# What publishers write beyond it


@pytest.mark.parametrize(
    "pattern",
    [
        "^a$", "^(?:a|b)$", "(^a|b$)", "^a|b$", r"\Aa\Z", r"a\b.b", r"\Ba", r"a+?", "a*?b",
        "a{,2}", "a{2}?", "a*+a", "(?>a|ab)b", "a++b", r"(a|b)\1", r"(?P<x>a|b)(?P=x)",
        "(?=a)a.*", "a(?!b).", "(?<=a)b|(?<!a)bb", "(a)?(?(1)b|e)", "(?i)AB", "(?i:A)b",
        "(?s).b", "(?s:.)b", "(?m)^a$\n^b$", "(?x) a  b # c", "(?x)a +", "a(?#b)b", r"\x61\u0062",
        "[]a]", "[^]a]", "[^[]", "[({[]", "[-a]", "[a-]", "[a-b-]", "[a^]", "a]",
        "{a}", "a{b}", "a}",
        r"\_\:\@\/\&\~\#\<\>\%", r"[\b]", r"\a\f\v", "a|", "()", "(|a)b", "^^a$$",
        r"(?=(a|b)+$)(a+|b)+",
    ],
)  # fmt: skip
def test_beyond_xml_schema_a_pattern_means_what_it_means_to_python(pattern: str) -> None:
    signs = "ab_- &^[](){}\n]:"
    cells = [
        *signs, "", "ab", "ba", "aa", "aab", "aabb", "bb", "a b", "ab\n", "{a}", "a{b}", "a}", "a]",
        "a\nb", "AB", "Ab", "be", "_:@/&~#<>%", "\b", "\a\f\v", "]a", "abab", "e", "aaaa", "axb",
    ]  # fmt: skip
    compiled = re.compile(pattern)
    assert matched(pattern, *cells) == [cell for cell in cells if compiled.fullmatch(cell)]


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        (r"\p{Greek}", ["α", "ἀ"], ["a"]),
        (r"\p{Letter}\pN", ["é1"], ["11"]),
        (r"\p{^L}", ["1"], ["a"]),
        (r"(?<x>a|b)\k<x>", ["aa"], ["ab"]),
        (r"\x{1D49C}\u{61}", ["\U0001d49ca"], ["a"]),
        (r"^\w{1,255}$", ["é" * 255], ["a" * 256, "a_"]),
        ("(?i)[a-z-[aeiou]]+(?=d)d", ["BCD"], ["BAD"]),
    ],
)  # fmt: skip
def test_what_only_other_languages_have_is_read_where_it_is_clear(
    pattern: str, good: list[str], bad: list[str]
) -> None:
    assert matched(pattern, *good, *bad) == good


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("(", "a ( is not closed"),
        ("a)", "the ) at character 2 closes nothing"),
        ("[a", "the [ at character 1 is not closed"),
        ("[[:alpha:]]", "its brackets may be meant in two ways"),
        ("[[a-z][0-9]]+", "its brackets may be meant in two ways"),
        ("[a-z&&[^aeiou]]", "its brackets may be meant in two ways"),
        ("[a-z-[aeiou]x]", "must stand at the end"),
        ("[a--b]", "the hyphen at character 3 may be meant in two ways"),
        ("[a-z--[aeiou]]", "the hyphen at character 6 may be meant in two ways"),
        ("[--a]", "the hyphen at character 3 may be meant in two ways"),
        (r"[\w-.]", "the hyphen at character 4 may be meant in two ways"),
        ("[z-a]", "the range z-a ends before it begins"),
        ("a**", "the * at character 3 has nothing to repeat"),
        ("+a", "the + at character 1 has nothing to repeat"),
        ("^*", "the * at character 2 has nothing to repeat"),
        ("a{2}{3}", "{3} is no repetition"),
        ("a{2, 5}", "{2, 5} is no repetition"),
        ("a{5,2}", "{5,2} ends before it begins"),
        ("$[0-9]+", "nothing follows the end, $"),
        ("a^b", "nothing precedes the beginning, ^"),
        (r"\p{IsNothing}", "is no block of Unicode"),
        (r"\p{isGreek}x\p{IsNoBlock}", "is no block of Unicode"),
        (r"\p{Nothing}", "is no category of characters"),
        (r"\h", r"\h at character 1 means nothing"),
        ("\\", "means nothing"),
        (r"\012", "means nothing"),
        (r"\2(a)", "there is no group 2"),
        ("(?P=x)", "there is no group x"),
        ("(?P<x>a)(?P<x>b)", "two groups are called x"),
        ("(?U)a", "the flag U is none of i, m, s and x"),
        ("a(?i)b", "(?i) does not stand at the beginning"),
        ("(?|a|b)", "(?|a at character 1 begins no group"),
        ("(?1)", "(?1) at character 1 begins no group"),
        (r"\ud800", "half of a character"),
        ("\ud800", "half of a character"),
        (r"\x{110000}", "no character has the number 110000"),
        ("(?:(?:a{1000}){1000}){1000}", "repeats more than 100,000 characters"),
        ("a{1,9999999}(?=)", "repeats more than 100,000 characters"),
        ("(" * 5000 + ")" * 5000, "more than 100 groups lie within each other"),
        ("[a-" * 5000 + "]" * 5000, "more than 100 classes lie within each other"),
        ("a{" + "9" * 5000 + "}", "is no repetition"),
        ("\\" + "9" * 5000, "there is no group 99"),
    ],
    ids=lambda text: text[:20],
)  # fmt: skip
def test_a_pattern_that_means_nothing_or_two_things_is_refused(pattern: str, why: str) -> None:
    assert why in why_refused(pattern)


@settings(deadline=None)
@given(st.text(r"ab-[]^\(){}?*+|.$,2<=!:iwpPLIs&~", max_size=12))
def test_whatever_is_written_is_read_by_both_engines_or_refused(pattern: str) -> None:
    try:
        read = translated(pattern)
    except UnusableConstraintError:
        return
    cells = ["", "a", "b", "ab", "-", "]", "["]
    is_whole = whole_test(pattern)
    found = [cell for cell in cells if is_whole(cell)]
    assert matched(pattern, *cells) == found
    if read.is_linear:
        pl.Series(cells).str.contains(read.text)


# Time

SLOW = "(?=(a|aa)+b)a+b"


@pytest.mark.slow
def test_a_pattern_that_takes_too_long_is_given_up() -> None:
    test = CONSTRAINTS["pattern"].test
    assert test
    column = pl.Series("v", ["ab", "a" * 60, "aab", "a" * 70, None])
    passes = test(SLOW, Field("v"), pl.String())(pl.col("v"))
    start = time.thread_time()
    answers = column.to_frame().select(passes).to_series().to_list()
    assert time.thread_time() - start < 3
    assert None in answers[:4]
    assert False not in answers
    assert SLOW in CONSTRAINTS["pattern"].undecided(SLOW)


@pytest.mark.slow
def test_many_patterns_that_take_too_long_take_no_longer_together() -> None:
    start = time.thread_time()
    for number in range(20):
        is_whole = whole_test(f"{SLOW}{number}")
        for _ in range(1000):
            with pytest.raises(TakesTooLongError, match="within a repetition"):
                is_whole("a" * 60)
    assert time.thread_time() - start < 6


def test_cells_that_each_stay_below_the_limit_add_up() -> None:
    def wait(_: str, timeout: float) -> None:
        end = time.thread_time() + timeout * 0.9
        while time.thread_time() < end:
            pass

    is_matched = timed("x", wait)
    with pytest.raises(TakesTooLongError):
        list(map(is_matched, ["a"] * 1000))


def test_long_repetitions_take_no_longer_either() -> None:
    start = time.process_time()
    test = CONSTRAINTS["pattern"].test
    assert test
    passes = test("([a-z]{0,300}){0,300}x", Field("v"), pl.String())(pl.col("v"))
    column = pl.Series("v", ["x", "a" * 10_000, "a" * 10_000 + "1x"])
    assert True not in column.to_frame().select(passes).to_series()[1:].to_list()
    assert time.process_time() - start < 6


def test_a_pattern_of_linear_time_is_not_given_up() -> None:
    cells = [f"a{number}" * 10 for number in range(20_000)]
    assert matched("(?=a)[a0-9]+", *cells) == cells
    assert matched("(?=a*[0-9])[a0-9]+", *cells) == cells


@pytest.mark.parametrize(
    "schema",
    [
        {"pattern": "(a|aa)+$"},
        {"patternProperties": {"(a|aa)+$": {}}},
        {"additionalProperties": False, "patternProperties": {"(a|aa)+$": {}}},
        {"propertyNames": {"pattern": "(a|aa)+$"}},
    ],
    ids=str,
)
def test_a_pattern_of_json_schema_takes_no_longer_either(schema: dict[str, object]) -> None:
    test = json_schema_test({"anyOf": [schema]})
    text = "a" * 60 + "!"
    with pytest.raises(TakesTooLongError):
        test({text: 1} if "pattern" not in schema else text)


def test_json_schema_with_patterns_means_what_jsonschema_reads_in_it() -> None:
    from jsonschema import Draft202012Validator

    schemas: list[dict[str, object]] = [
        {"pattern": "^a"}, {"pattern": "b"}, {"patternProperties": {"^a": {"type": "integer"}}},
        {"patternProperties": {"^a": {}}, "additionalProperties": False},
        {"patternProperties": {"b": {}}, "properties": {"c": {}}, "additionalProperties": False},
        {"patternProperties": {"b": {}}, "additionalProperties": {"type": "integer"}},
        {"properties": {"a": {}}, "additionalProperties": False},
        {"properties": {"a": {}}, "unevaluatedProperties": False},
        {"propertyNames": {"pattern": "^[a-z]+$"}},
    ]  # fmt: skip
    values: list[object] = ["a", "b", "ab", 1, None, ["a"], {}, {"a": 1}, {"a": "x"}, {"b": 1}]
    values += [{"c": 1, "ab": 2}, {"c": "x"}, {"1": 1}]
    for schema in schemas:
        is_described = json_schema_test(schema)
        expected = [Draft202012Validator(schema).is_valid(value) for value in values]
        assert list(map(is_described, values)) == expected
        assert True in expected
        assert False in expected


@pytest.mark.parametrize(
    "schema",
    [
        {"pattern": "(?:(?:a{1000}){1000}){1000}"},
        {"pattern": "("},
        {"allOf": [{"patternProperties": {"a": {}}}], "unevaluatedProperties": False},
    ],
    ids=str,
)
def test_a_json_schema_whose_patterns_cannot_be_run_is_refused(schema: dict[str, object]) -> None:
    with pytest.raises(Exception, match=r"repeats|regex|use additionalProperties"):
        json_schema_test(schema)("a")


# Words


@pytest.mark.parametrize(
    ("pattern", "cell", "words"),
    [
        (r"^\S.*$", " a", "it begins with a blank"),
        (r"^\S.*", "a\nb", ""),
        (r".*\S$", "a ", "it ends with a blank"),
        (r"^\S(?:.*\S)?$", "a\t", "it ends with a blank"),
        (r"^\S+$", "a b", "it has a blank in it"),
        (r"^\d+$", "a", "it must be digits only"),
        ("[0-9]{4}", "a", "it must be 4 digits"),
        ("^([A-Z]{2})$", "a", "it must be 2 capital letters A to Z"),
        ("[A-Z]{2}-[0-9]{1,4}", "a", "it must be 2 capital letters A to Z, '-', 1 to 4 digits"),
        (r"\d{4}-\d{2}-\d{2}", "a", "it must be 4 digits, '-', 2 digits, '-', 2 digits"),
        (
            "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$", "a",
            "it must be a date such as 2024-01-31",
        ),
        ("FR[0-9]+", "a", "it must be 'FR', 1 or more digits"),
        ("[0-9a-f]{8}", "x", "it must be 8 hexadecimal digits"),
        (r"\S+@\S+\.\S+", "a", "it must be an email address such as name@example.org"),
        ("a?b", "x", ""),
        ("ab+", "x", ""),
        ("[A-Z]|b", "x", ""),
        (r"\d+\$", "x", ""),
        (r"\d{4", "x", ""),
    ],
)  # fmt: skip
def test_a_usual_pattern_is_put_in_words(pattern: str, cell: str, words: str) -> None:
    assert cell not in matched(pattern, cell)
    assert fault_in_words(pattern, cell) == words
