"""The types that a column of text may have, from the narrowest to the widest."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import polars as pl

from mtopendata.package.fields import read_field
from mtopendata.package.model import Field
from mtopendata.package.place import Place
from mtopendata.package.texts import parse_texts, present_text

_ERRORS = ("#N/A", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")
MARKERS = (
    *_ERRORS, "NA", "N/A", "n/a", "na", "NaN", "nan", "null", "NULL", "Null", "None", "none",
    "-", "--", "---", "–", "—", ".", "..", "...", "…", "?", ":", "nd", "n.d.", "ND",
    "missing", "unknown", "not available",
)  # fmt: skip
"""What publishers write where nothing is known. In a column of text they may be text."""

_MOST_MARKERS = 4
_SPACES = ("\u00a0", "\u202f", " ")
_WORDS = (
    ("yes", "no"), ("y", "n"), ("t", "f"), ("ja", "nein"), ("oui", "non"),
    ("sí", "no"), ("si", "no"),
)  # fmt: skip
_DAYS = (
    r"\d{4}/\d{1,2}/\d{1,2}", "%Y/%m/%d",
    r"\d{1,2}\.\d{1,2}\.\d{4}", "%d.%m.%Y",
    r"\d{1,2}/\d{1,2}/\d{4}", "%d/%m/%Y",
    r"\d{1,2}/\d{1,2}/\d{4}", "%m/%d/%Y",
    r"\d{1,2}-\d{1,2}-\d{4}", "%d-%m-%Y",
    r"\d{1,2}-\d{1,2}-\d{4}", "%m-%d-%Y",
    r"\d{1,2} [A-Za-z]+ \d{4}", "%d %B %Y",
    r"\d{1,2} [A-Za-z]{3} \d{4}", "%d %b %Y",
    r"\d{1,2}-[A-Za-z]{3}-\d{4}", "%d-%b-%Y",
    r"[A-Za-z]+ \d{1,2}, \d{4}", "%B %d, %Y",
    r"[A-Za-z]{3} \d{1,2}, \d{4}", "%b %d, %Y",
)  # fmt: skip
DAYS = tuple(zip(_DAYS[::2], _DAYS[1::2], strict=True))
_NUMERIC_DAYS = ((r"\d{4}-\d{2}-\d{2}", "%Y-%m-%d"), *DAYS[:6])
_CLOCKS = ((r"\d{2}:\d{2}:\d{2}", "%H:%M:%S"), (r"\d{2}:\d{2}", "%H:%M"))
_YEARLY = re.compile(r"year|yr\b|jahr|ann[ée]e|\bano\b|año|anno|\bår\b|vuosi", re.IGNORECASE)
_DATED = re.compile(r"date|day|datum|tag\b|fecha|data\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A type: what a field says to have it, and a pattern that all its texts must have besides.
    `rival` is another reading of the same texts, with other values.
    """

    raw: dict[str, Any]
    shape: str = ""
    rival: "Candidate | None" = None

    def field(self, name: str, missing: Sequence[str] = ("",)) -> Field:
        """The field, as the reader of descriptors has it."""
        raw = {**self.raw, "name": name}
        return read_field(raw, Place(Path(), [], version=2), tuple(missing), ())

    def values(self, item: Field, texts: pl.Series) -> tuple[pl.Series, pl.Series]:
        """The values of texts without missing ones, and which texts are none of the type."""
        values = parse_texts(item, texts)
        fails = values.is_null() & texts.is_not_null()
        if self.shape:
            fails |= ~texts.str.contains(f"^(?:{self.shape})$").fill_null(value=True)
        return values, fails

    def fits(self, texts: pl.Series) -> bool:
        """Whether all texts are values of the type."""
        return not self.values(self.field("0"), texts)[1].any()

    @property
    def is_text(self) -> bool:
        """Whether it says nothing of a text."""
        return self.raw["type"] in ("string", "any")


TEXT = Candidate({"type": "string"})
ANY = Candidate({"type": "any"})
"""Text beside values of a workbook, which are no text to a reader of workbooks."""


def guess(
    label: str, texts: pl.Series, *, is_valued: bool = False
) -> tuple[Candidate, tuple[str, ...]]:
    """The narrowest type that has all of some different texts, and those among them that would be
    missing values: none where the column is text. Where it `is_valued`, some are the values of a
    workbook, which know no format.
    """
    text = ANY if is_valued else TEXT
    markers = [text for text in texts if text.strip() in MARKERS]
    present = texts.filter(~texts.is_in(markers)) if markers else texts
    if present.is_empty() or len(markers) > _MOST_MARKERS:
        return text, ()
    for found in _candidates(label, present):
        if not (is_valued and len(found.raw) > 1) and found.fits(present):
            return found, tuple(markers)
    return text, ()


def _candidates(label: str, texts: pl.Series) -> Iterator[Candidate]:
    first = texts[0]
    if any(char.isdigit() for char in first):
        if _YEARLY.search(label):
            yield Candidate({"type": "year"}, r"(?:1[5-9]|20|21)\d\d")
        if _DATED.search(label):
            yield Candidate({"type": "date", "format": "%Y%m%d"}, r"(?:1[89]|20)\d{6}")
        yield from _number_candidates()
        yield from _moments()
    yield from _booleans(texts)


@cache
def _number_candidates() -> tuple[Candidate, ...]:
    sign, whole = "[-+]?", r"(?:0|[1-9]\d*)"
    by_three = r"[1-9]\d{0,2}(?:%s\d{3})+"
    found = [
        Candidate({"type": "integer"}, sign + whole),
        Candidate(
            {"type": "number"},
            rf"{sign}(?:{whole}(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{{1,3}})?",
        ),
    ]
    comma = Candidate({"type": "number", "decimalChar": ","}, rf"{sign}{whole},\d+|{sign}{whole}")
    grouped = {"type": "integer", "groupChar": ","}
    found.append(Candidate(grouped, f"{sign}(?:{whole}|{by_three % ','})", comma))
    found.append(comma)
    for group, decimal in ((",", "."), (".", ","), *product((*_SPACES, "'", "’"), ".,")):
        digits = f"{sign}(?:{whole}|{by_three % re.escape(group)})"
        if group != ",":
            found.append(Candidate({"type": "integer", "groupChar": group}, digits))
        raw = {"type": "number", "groupChar": group}
        if decimal == ",":
            raw["decimalChar"] = ","
        found.append(Candidate(raw, rf"{digits}(?:{re.escape(decimal)}\d+)?"))
    money = "[€$£¥]"
    bare = rf"{sign}(?:{money} ?)?(?:{whole}|{by_three % ','})(?:\.\d+)?(?: ?(?:%|{money}))?"
    found.append(Candidate({"type": "number", "bareNumber": False, "groupChar": ","}, bare))
    return tuple(found)


@cache
def _moments() -> tuple[Candidate, ...]:
    found = [
        Candidate({"type": "date"}),
        Candidate({"type": "datetime"}),
        Candidate({"type": "time"}),
        Candidate({"type": "time", "format": "%H:%M"}, r"\d{2}:\d{2}"),
        Candidate({"type": "yearmonth"}, r"(?:1[5-9]|20|21)\d\d-\d\d"),
    ]
    for shape, form in DAYS:
        found.append(_day_orders("date", shape, form))
    for shape, form in _NUMERIC_DAYS:
        for clock, hours in _CLOCKS:
            found += [
                _day_orders("datetime", f"{shape}{joint}{clock}", f"{form}{joint}{hours}")
                for joint in " T"
                if (form, joint, hours) != ("%Y-%m-%d", "T", "%H:%M:%S")
            ]
    return tuple(found)


def _day_orders(type_: str, shape: str, form: str) -> Candidate:
    """A form of days; where days and months could change places, that form is its rival."""
    rival = None
    for one, other in (("%d/%m", "%m/%d"), ("%d-%m", "%m-%d")):
        if one in form and not form.startswith("%Y"):
            rival = Candidate({"type": type_, "format": form.replace(one, other)}, shape)
    return Candidate({"type": type_, "format": form}, shape, rival)


def _booleans(texts: pl.Series) -> Iterator[Candidate]:
    """True and false, or two words for them, as they are spelt in the column."""
    yield Candidate({"type": "boolean"}, "(?i:true|false)")
    words = set(texts.head(3).to_list())
    for yes, no in _WORDS:
        said = [word for word in words if word.casefold() == yes]
        denied = [word for word in words if word.casefold() == no]
        if len(said) == 1 and len(denied) == 1:
            yield Candidate({"type": "boolean", "trueValues": said, "falseValues": denied})


def present(item: Field, texts: pl.Series) -> pl.Series:
    """The texts of a column but for the missing values, which are null."""
    return texts.to_frame("0").select(present_text(pl.col("0"), item)).to_series()
