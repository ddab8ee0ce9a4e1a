"""How a person names a figure: `measure`, or `measure/area/period/source`, or some of these; a
title; or words that it holds.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any

from mtopendata.figures.described import Described
from mtopendata.figures.revisions import figure_key
from mtopendata.figures.tables import FIGURE_COLUMNS
from mtopendata.reading.tables import Table
from mtopendata.values.cells import cell_text
from mtopendata.values.errors import MtopendataError

_FILLERS = frozenset({"a", "an", "and", "by", "for", "from", "in", "of", "the", "to"})
"""Words that say nothing of a figure, if others do. In capitals they may be a state's code."""
_SHORT = 3
"""Up to so many characters a word must be there as a whole: MT is no beginning of a word."""
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Found:
    """The figures that a text fits. `is_name`: it is their name or their title, not just words."""

    figures: Sequence[Described]
    is_name: bool


def figures_of(tables: Mapping[str, Table], place: str) -> Table:
    """The table of figures of the package at `place`. MtopendataError: there is none with a key."""
    table = tables.get("figures")
    if table is None or not FIGURE_COLUMNS.is_present(table) or not figure_key(table):
        raise MtopendataError(
            place, "has no table 'figures' with a primary key", "name a package that has one"
        )
    return table


def figure_name(row: Mapping[str, Any], key: Sequence[str]) -> str:
    """The whole name of a figure."""
    return "/".join("" if row[name] is None else cell_text(row[name]) for name in key)


def named_figures(figures: Sequence[Described], text: str) -> list[Described]:
    """The figures of which a text is the name or the title. MtopendataError: there is none, and
    what comes near to it.
    """
    found = find_figures(figures, text)
    return list(found.figures) if found.is_name else _no_figure(text, found.figures)


def find_figures(figures: Sequence[Described], text: str) -> Found:
    """The figures that a text fits. It is a name, of which the first part is the measure and each
    other one any other part of the key; or a measure's title; or words that a figure's title, code,
    programme, area and period hold, all of them. MtopendataError: there is none.
    """
    if found := _of_name(figures, text) or _of_title(figures, text):
        return Found(found, is_name=True)
    wanted = _telling_words(text)
    found = [item for item in figures if wanted and all(_holds(item, word) for word in wanted)]
    return Found(found or _nothing(text, figures, wanted), is_name=False)


def _of_name(figures: Sequence[Described], text: str) -> list[Described]:
    """The figures that a name fits; none where it begins with no measure. MtopendataError: it fits
    none of its measure's.
    """
    measure, *others = _parts_named(text)
    same = [item for item in figures if item.figure["measure"] == measure]
    found = [item for item in same if _has_parts(item, others)]
    return found or (_no_figure(text, same) if same else [])


def _of_title(figures: Sequence[Described], text: str) -> list[Described]:
    words = _words_of_name(text)
    return [item for item in figures if words and words == _words_of_name(item.title)]


def names_source(text: str, item: Described) -> bool:
    """Whether a part of a name is the source of a figure."""
    return item.figure.get("source") in _parts_named(text)


def _parts_named(text: str) -> list[str]:
    return [part.strip() for part in re.split("[/:,]", text)]


def _has_parts(item: Described, parts: Sequence[str]) -> bool:
    known = item.full_name.split("/")[1:]
    return all(part in known for part in parts)


def _no_figure(text: str, near: Sequence[Described], why: str = "") -> list[Described]:
    names = [item.name for item in near[:_SHOWN]]
    hint = f"nearest: {', '.join(names)}{why}" if names else "mtopendata show lists all figures"
    raise MtopendataError(repr(text), "is no figure of the package", hint)


def _nothing(text: str, figures: Sequence[Described], words: Sequence[str]) -> list[Described]:
    """Raise, with the figures that hold the most of the words, or of words spelt nearly so."""
    near = list(_near_words(figures, words))
    held = [(sum(_holds(item, word) for word in near), item) for item in figures]
    most = max((count for count, _ in held), default=0)
    nearest = [item for count, item in held if count == most > 0]
    # Of several words those are told that the figures named have all alike.
    named = [w for w in near if all(_holds(item, w) for item in nearest[:_SHOWN])]
    why = f" (with {', '.join(map(repr, named))})" if named else ""
    return _no_figure(text, nearest, why)


def _near_words(figures: Sequence[Described], words: Sequence[str]) -> Iterator[str]:
    """Of each word that figures hold itself, else the one of theirs that is spelt nearly so."""
    known = sorted({word for item in figures for part in _parts_of_name(item) for word in part})
    for wanted in words:
        if any(_begins(wanted, word) for word in known):
            yield wanted
        else:
            yield from get_close_matches(wanted, known, 1, cutoff=0.7)


def _telling_words(text: str) -> list[str]:
    """The words of a text, without those that say nothing where others do."""
    words = re.findall(r"[^\W_]+", text)
    telling = [word for word in words if word not in _FILLERS]
    return [word.casefold() for word in telling or words]


def _holds(item: Described, word: str) -> bool:
    return any(_begins(word, known) for part in _parts_of_name(item) for known in part)


def _begins(word: str, known: str) -> bool:
    """Whether a word is the known one, or its beginning."""
    return known == word if len(word) <= _SHORT else known.startswith(word)


def _parts_of_name(item: Described) -> Sequence[frozenset[str]]:
    """The words by which a figure is found."""
    measure = [item.title, item.figure.get("measure"), item.measure.get("programme")]
    area = [item.area_title, item.figure.get("area"), item.area.get("iso_3166")]
    texts = [*measure, item.programme.get("title"), *area, item.period]
    return [_word_set(str(text)) for text in texts if text]


def _words_of_name(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())


@cache
def _word_set(text: str) -> frozenset[str]:
    return frozenset(_words_of_name(text))
