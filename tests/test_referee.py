"""Frictionless is the referee: it agrees with us on every package, except where the tables say so.

It numbers records where we number lines, which is the same but for cells of several lines and files
in several parts.
"""

import re
import warnings
from decimal import InvalidOperation
from pathlib import Path
from typing import Any, NamedTuple

import frictionless
import pytest

from mtopendata.package.model import descriptor_in
from tests.kit.packages import FOLDERS, report_on

# What frictionless lets pass, by the reason why we do not.
_STRICTER: dict[str, tuple[str, ...]] = {
    "It ignores categories.": (
        "categories", "categories-empty", "categories-integer", "categories-labelled",
        "categories-no-value",
        "categories-own-version-2", "categories-twice", "categories-twice-labelled",
        "categories-wrong-type", "constraint-enum-beyond-categories", "data-categories",
    ),
    "It ignores lineTerminator.": ("dialect-line-terminator",),
    "It ignores uniqueKeys.": ("key-unique", "key-unique-one-field", "key-unique-unknown-field"),
    "It accepts a key without fields, by which nothing is checked.": (
        "key-foreign-empty", "key-unique-empty",
    ),
    "It accepts a primary key with a missing part.": ("key-primary-part-missing",),
    "It anchors the pattern a|b as ^a|b$, which accepts axx.": (
        "constraint-pattern-alternation",
    ),
    "Its $ also matches before a line end at the end of a cell.": (
        "constraint-pattern-not-at-line-end", "type-string-email-line-end",
    ),
    "It reads patterns as Python's: XML Schema's [a-z-[aeiou]] has a bracket behind it, and \\w an "
    "underscore.": (
        "constraint-pattern-class-subtraction", "constraint-pattern-two-meanings",
        "constraint-pattern-word",
    ),
    "It accepts enum values that are not values of the field's type.": (
        "constraint-enum-no-value", "constraint-enum-null",
    ),
    "It reads what Python's int and Decimal read: 1_000, padding, digits of any script, nan.": (
        "type-integer-underscore", "type-integer-arabic-digits", "type-integer-blanks",
        "type-number-underscore", "type-year-wide-digits", "integer-long-lax",
        "dialect-skip-initial-space",
    ),
    "It takes the groupChar out of a number wherever it stands: 12,34 is 1234.": (
        "number-group-none",
    ),
    "It reads ($5) and 5- as 5, where bareNumber is false.": ("number-bare-negative",),
    "It takes in the lines up to a quote that ends in another row, and what follows it.": (
        "text-quote-takes-lines", "dialect-skip-initial-space-quote",
    ),
    "It accepts dates that are not in the form YYYY-MM-DD.": ("type-date-short",),
    "It accepts day 366 and week 53 of years that have none, as days of the next year.": (
        "type-date-day-of-year",
    ),
    "It accepts months that are not in the form YYYY-MM.": ("type-yearmonth-lax",),
    "It accepts times of the default format with a zone or a fraction, where version 2 of "
    "the standard asks for hh:mm:ss.": ("type-time-zone",),
    "It accepts date-times that XML Schema has not: a blank for T, a decimal comma, +0100.": (
        "type-datetime-lax",
    ),
    "It accepts durations that XML Schema has not: PT, weeks, fractions but of seconds, a plus.": (
        "type-duration-lax",
    ),
    "It strips the blanks around the items of a list and the numbers of a geopoint.": (
        "type-list-blanks", "type-geopoint-blanks",
    ),
    "It accepts texts as the numbers of a geopoint in JSON.": ("type-geopoint-array-texts",),
    "It accepts as a URI whatever begins with a scheme; a URI of RFC 3986 has no blanks, and no "
    "letters but those of ASCII.": ("type-string-uri-lax",),
    "It accepts as base64 whatever has some: a blank, a sign that is none, ends amid the text.": (
        "type-string-binary-lax",
    ),
    "It accepts a UUID without its hyphens, in braces or behind urn:uuid:.": (
        "type-string-uuid-bare",
    ),
    "It strips the blanks around labels.": ("label-blanks",),
    "It guesses an undeclared encoding, where the standard says UTF-8.": (
        "encoding-latin-1-undeclared",
    ),
    "It guesses an undeclared delimiter, where the standard says a comma.": (
        "dialect-delimiter-undeclared",
    ),
    "It guesses which line is the header, where the standard says the first.": (
        "label-title-line",
    ),
    "It ends an unclosed quote where the file ends, as Python's csv module does.": (
        "text-unclosed-quote", "text-unclosed-quote-at-end", "dialect-escape-char-unclosed-quote",
    ),
    "It looks for comments in cells: a quoted cell is one, and a quote in one takes in lines.": (
        "dialect-comment-quote", "dialect-comment-quoted-cell",
    ),
    "It reads bz2 and xz only to the end of a stream, whatever follows it.": (
        "bz2-bytes-behind", "xz-bytes-behind", "xz-padding",
    ),
    "It skips the first line of each later part without reading it.": (
        "parts-header", "parts-no-header",
    ),
    "It treats a table with a blank header row as one without a header.": (
        "text-blank-header-superset",
    ),
    "It treats an empty part as one without rows.": ("parts-empty",),
    "It reads parts of which some are compressed and others not.": ("parts-other-form",),
    "It treats a .json file with a schema as a document and does not read it.": (
        "json-bad-cell", "json-bound-no-value", "json-broken", "json-label", "json-minimum",
        "json-pattern-alternation", "json-pattern-class-subtraction", "json-unusable-pattern",
    ),
    "It uses the last of two equal keys, as most but not all JSON readers do.": (
        "json-duplicate-key", "json-name-twice", "jsonl-name-twice", "yaml-duplicate-key",
    ),
    "It ignores the names in JSON that are no field, if its first object has them not.": (
        "data-first-lacks-name", "json-name-extra", "jsonl-late-name",
    ),
    "It reads Infinity and NaN in JSON Lines.": ("jsonl-nan",),
    "It reads half a character, such as \\ud800 alone in JSON.": (
        "json-half-character", "jsonl-half-character",
    ),
    "It takes 1e-999999999999 for a whole number.": ("json-integer-fraction",),
    "It does not check what an itemType is.": ("json-item-type-unknown",),
    "It does not check the JSON type of trueValues.": ("json-type-true-values",),
    "It accepts a package without resources, which has no data.": ("resources-empty",),
    "It reads the first of several files in a zip.": ("zip-two-files",),
    "It does not read a table in a file of SQLite.": (
        "sqlite-bad-cell", "sqlite-no-table-named", "sqlite-stored-type",
    ),
    "It reads text in Parquet as numbers.": ("parquet-stored-type",),
    "It accepts a schema without fields, by which nothing is checked.": ("fields-empty",),
    "It does not check figures.": (
        "figures-bounds", "figures-bounds-about", "figures-bounds-at-least",
        "figures-bounds-at-most", "figures-bounds-exact", "figures-bounds-fewer-than",
        "figures-bounds-more-than", "figures-bounds-rounded", "figures-bounds-rounded-open",
        "figures-fractional-count", "figures-half-reported", "figures-half-reported-bounds",
        "figures-half-reported-qualifier", "figures-half-reported-value",
        "figures-negative-count", "figures-negative-percent", "figures-percent-bound-over-100",
        "figures-percent-over-100", "figures-printed-bounds", "figures-printed-of-any-size",
        "figures-printed-percent-of-cases",
        "figures-printed-qualifier", "figures-printed-qualifier-dropped",
        "figures-printed-unknown", "figures-printed-value",
        "rule-row-outside-its-bounds", "rule-row-printed-otherwise",
    ),
    "It does not check revisions of figures.": (
        "revision-changes-nothing", "revision-previous-disagrees", "revision-repeated",
        "revision-to-come", "since-lost-by-revision", "since-to-come",
    ),
    "It knows no ranges and no withheld numbers, and audits nothing that gives one away.": (
        "disclosure-areas", "disclosure-at-most", "disclosure-combined",
        "disclosure-other-source", "disclosure-parts", "disclosure-share", "disclosure-total",
        "disclosure-width",
        "disclosure-years", "figures-between-one-end", "figures-between-unprinted",
        "figures-between-with-value", "figures-mark-of-another-source", "figures-mark-otherwise",
        "figures-mark-undeclared", "figures-printed-no-range", "figures-printed-range-exact",
        "figures-suppressed-as-zero", "mark-ends-of-zero", "mark-is-a-number",
        "mark-no-ends", "mark-no-meaning", "mark-twice",
    ),
    "It does not hold figures against cues, nor sources against each other.": (
        "figures-in-another-area", "figures-in-another-section", "figures-not-covered",
        "sources-disagree",
    ),
    "It knows no differences that are declared.": (
        "differences-no-text", "differences-unusable", "rule-compares",
        "sources-defined-otherwise-elsewhere",
    ),
    "It does not check rules.": (
        "rule-area", "rule-at-most", "rule-at-most-rounded-violated", "rule-bad-relation",
        "rule-balance-culprit", "rule-balance-printed-agrees", "rule-coefficient-zero",
        "rule-parts", "rule-parts-circle", "rule-parts-none", "rule-share",
        "rule-lagged", "rule-matches-nothing", "rule-term-of-no-rule",
        "rule-term-without-measure", "rule-two-areas", "rule-without-terms", "rules-contradict",
    ),
}  # fmt: skip
STRICTER = {folder: reason for reason, folders in _STRICTER.items() for folder in folders}

MILDER = {
    "good-dialect-case-insensitive": "It ignores version 1's caseSensitiveHeader.",
    "good-dialect-null-sequence": "It ignores nullSequence.",
    "good-null-sequence-field-missing": "It ignores nullSequence.",
    "good-dialect-header-rows-shorter": "It joins rows of a header as far as the shorter one.",
    "good-number-bare-point": "It reads $.50 as 50 where bareNumber is false.",
    "good-fields-match-array": "It wants fieldsMatch as a string; the standard has an array.",
    "json-byte-order-mark": "It refuses a descriptor that begins with a byte order mark.",
    "licence-no-object": "It refuses a licence that is no object; here it is a warning.",
    "licence-without-name": "It refuses a licence without name and path; here it is a warning.",
    "good-pattern-class-subtraction": "It reads [a-z-[aeiou]]+ as [a-z[aei] and brackets.",
    "good-pattern-word-symbol": "Its \\w has no symbols such as €, which that of XML Schema has.",
    **dict.fromkeys(
        (
            "data-object-schema", "data-text-schema", "good-data-number", "good-data-object",
            "good-data-text", "good-data-text-csv",
        ),
        "It refuses data in the descriptor that are no list: text, such as a CSV, and objects.",
    ),
    "data-hash": "It compares bytes and hash with data that are in the descriptor, not in a file.",
    "data-empty": "It refuses a list without rows.",
    "json-empty": "It refuses a list without rows.",
    "good-data-no-table": "It takes every list in the descriptor for a table.",
    "good-json-encoding": "It takes all JSON for UTF-8, whatever is declared.",
    "json-bom": "It refuses JSON behind a byte order mark.",
    "good-json-name-order": "It takes the order of names in JSON for that of columns.",
    "json-no-schema": "It takes the columns of JSON from its first object.",
    "good-json-property": "It has other names for version 2's property, itemType and itemKeys.",
    "good-json-structures": "It refuses places that are objects in JSON.",
    "good-jsonl-parts": "It takes the header of a later part in JSON Lines for a row.",
    "json-number-beyond-doubles": "It cannot tell whether a number of 400 digits is whole.",
    "good-json-fields-match": "It refuses missing values with labels, which version 2 has.",
    "good-year-beyond-four-digits": "It refuses years before 0 and after 9999.",
    "good-group-char-integer": "It ignores the groupChar of integers, which version 2 has.",
    "good-group-char-many-digits": "It ignores the groupChar of integers, which version 2 has.",
}  # fmt: skip
"""What the standard allows and frictionless refuses."""

NUMBERED_OTHERWISE = {
    "parts-bad-cell": "It counts on through the parts.",
    "parts-key": "It counts on through the parts.",
    "type-multi-line-cell": "It counts records.",
    "dialect-escaped-line-end": "It counts records.",
    "json-first-lacks-name": "It takes the columns of JSON from its first object.",
    "json-only-blank-objects": "It takes the field for the name of each object.",
    "json-item-keys": "It has another name for itemKeys.",
    "jsonl-parts-header": "It takes the header of a later part for a row.",
    "dialect-delimiter": "It reads on where the whole header is a single label.",
}

CRASHES: dict[str, type[Exception]] = {
    "gz-truncated": EOFError,
    "json-type-bound": TypeError,
    "json-type-header-rows": TypeError,
    "json-type-paths": TypeError,
    "json-type-reference": AttributeError,
    "constraint-bound-nan": InvalidOperation,
    "constraint-bound-no-date": TypeError,
    "constraint-bound-no-value": TypeError,
    "constraint-bound-no-yearmonth": TypeError,
    "constraint-minimum-datetime-mixed": TypeError,
    "constraint-minimum-datetime-zone": TypeError,
    "constraint-unique-list": TypeError,
    "constraint-unique-list-spelling": TypeError,
    "constraint-unique-object": TypeError,
    "constraint-pattern-block": re.error,
    "constraint-pattern-block-unknown": re.error,
    "constraint-pattern-category": re.error,
    "constraint-pattern-names": re.error,
    "constraint-unusable-pattern": re.error,
}
"""Where frictionless raises."""

REMOTE = {"path-url", "schema-url"}
"""Where frictionless would ask the network."""

ENDLESS = {"constraint-pattern-too-slow", "constraint-pattern-too-slow-json-schema"}
"""Where frictionless would test a pattern for years."""


class Verdict(NamedTuple):
    valid: bool
    rows: frozenset[tuple[str | None, int]]

    def agrees(self, other: "Verdict") -> bool:
        """Whether both say the same. A fault of the whole file or descriptor is in no row."""
        rows_agree = self.rows == other.rows or not self.rows or not other.rows
        return self.valid == other.valid and (self.valid or rows_agree)


def our_verdict(folder: Path) -> Verdict:
    report = report_on(folder)
    rows = {(f.resource, f.row) for f in report.findings if f.severity == "error" and f.row}
    return Verdict(report.valid, frozenset(rows))


def their_verdict(folder: Path) -> Verdict:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        report: Any = frictionless.validate(str(descriptor_in(folder)))
    rows = set()
    for task in report.tasks:
        for error in task.errors:
            # Errors of the header have the numbers of all its rows.
            numbers = getattr(error, "row_numbers", None) or [getattr(error, "row_number", None)]
            rows |= {(task.name, number) for number in numbers[-1:] if number}
    return Verdict(report.valid, frozenset(rows))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_frictionless_gives_the_same_verdict_and_rows(folder: Path) -> None:
    name = folder.name
    if name in REMOTE:
        pytest.skip("frictionless would ask the network")
    if name in ENDLESS:
        pytest.skip("frictionless would test a pattern for years")
    ours = our_verdict(folder)
    if name in CRASHES:
        with pytest.raises(CRASHES[name]):
            their_verdict(folder)
        assert not ours.valid
        return
    theirs = their_verdict(folder)
    if name in STRICTER:
        assert not ours.valid, "no longer stricter"
        assert theirs.valid or theirs.rows < ours.rows, "no longer a difference"
    elif name in MILDER:
        assert (ours.valid, theirs.valid) == (True, False), "no longer a difference"
    elif name in NUMBERED_OTHERWISE:
        assert ours.valid == theirs.valid
        assert ours.rows != theirs.rows, "no longer a difference"
    else:
        assert ours.agrees(theirs), (ours, theirs)


def test_every_exception_is_about_a_folder() -> None:
    tables = (STRICTER, MILDER, NUMBERED_OTHERWISE, CRASHES, REMOTE, ENDLESS)
    listed = [name for table in tables for name in table]
    assert len(listed) == len(set(listed))
    assert set(listed) <= {folder.name for folder in FOLDERS}
