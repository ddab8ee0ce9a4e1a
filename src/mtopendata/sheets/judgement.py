"""Which of its candidates is a figure, or why none is."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from mtopendata.figures.marks import MARK_HINT, NOT_REPORTED, is_usual
from mtopendata.sheets.candidates import Candidates
from mtopendata.sheets.claims import Claim, Claims
from mtopendata.sheets.cues import Cue
from mtopendata.sheets.reading import Problem
from mtopendata.sheets.words import Word


@dataclass(frozen=True, slots=True)
class Judgement:
    """The numbers that are figures; the names of figures that are not reported, since a person says
    so and nothing is found; and what is the matter with the others.
    """

    read: Sequence[Claim]
    absent: Collection[str]
    problems: Sequence[Problem]


def judge(candidates: Candidates, claims: Claims, left_out: Collection[str]) -> Judgement:
    """What becomes of each figure. Those `left_out` are not in the sheet, as a person says; nor are
    those of which a mark says so.
    """
    candidates = _without_empty_marks(candidates, claims, left_out)
    left_out = {*left_out, *candidates.marked_absent}
    judged = list(_judged(candidates, claims, left_out))
    return Judgement(
        [item for item in judged if isinstance(item, Claim)],
        {
            name
            for name in left_out
            if name not in candidates.doubted and not candidates.numbers[name]
        },
        [item for item in judged if isinstance(item, Problem)],
    )


def _without_empty_marks(
    candidates: Candidates, claims: Claims, left_out: Collection[str]
) -> Candidates:
    """Without marks that say "not reported", or that nobody declares where a person says so."""
    numbers, absent = {}, set()
    for name, items in candidates.numbers.items():
        marks = [
            claims.vocabulary.marks.of(item.numeral.text, None) for item in items if item.is_mark
        ]
        is_empty = len(marks) == len(items) > 0 and all(
            name in left_out if mark is None else mark.means == NOT_REPORTED for mark in marks
        )
        numbers[name] = [] if is_empty else items
        if is_empty:
            absent.add(name)
    return replace(candidates, numbers=numbers, marked_absent=absent)


def _judged(
    candidates: Candidates, claims: Claims, left_out: Collection[str]
) -> Iterator[Claim | Problem]:
    """The claims of the figures that are found once, and what is the matter with the others."""
    for name, cues in claims.vocabulary.by_figure().items():
        items = {item.numeral.at: item for item in candidates.numbers[name]}
        if items and name in left_out:
            yield Problem(
                "not-left-out",
                f"{name} is said to be left out, and is found",
                "look at the sheet again",
                *claims.words[min(items)].place,
            )
        if len(items) > 1:
            yield _found_twice(name, items, claims.words)
        elif items:
            yield from items.values()
        elif name not in candidates.doubted and name not in left_out:
            fault = candidates.label_faults.get(name)
            yield _nearly_found(name, cues, claims) or _not_found(name, cues, claims, fault)


def unknown_form(name: str, text: str, word: Word) -> Problem:
    """The problem of a number that can be a figure, but for what is printed with it."""
    return Problem(
        "unknown-form",
        f"{name}: {text!r} is no known form of a number",
        MARK_HINT if is_usual(text) else _FORM_HINT,
        *word.place,
    )


_FORM_HINT = "look at the sheet; enter it by hand, with the bounds that it allows"


def _found_twice(name: str, items: Mapping[int, Claim], words: Sequence[Word]) -> Problem:
    places = ", ".join(
        f"{item.numeral.text!r} in line {words[at].line}" for at, item in sorted(items.items())
    )
    return Problem(
        "found-twice",
        f"{name} is found {len(items)} times: {places}",
        "find out which is the figure; make its cue fit that one alone",
        *words[max(items)].place,
    )


def _nearly_found(name: str, cues: Sequence[Cue], claims: Claims) -> Problem | None:
    """The problem of a number that nearly fits, where there is one: it may be the figure."""
    sentences = (cue for cue in cues if cue.kind == "sentence")
    near = next(filter(None, map(claims.nearly, sentences)), None)
    if near is None:
        return None
    if not near.lacks_whole:
        return unknown_form(name, near.text, claims.words[near.at])
    return Problem(
        "no-whole",
        f"{name} is {near.text!r} without its whole: the sheet does not say of what it is a share",
        "enter it by hand, if its whole is certain",
        *claims.words[near.at].place,
    )


def _not_found(name: str, cues: Sequence[Cue], claims: Claims, label_fault: str | None) -> Problem:
    sections = [section for cue in cues for section in claims.sections_of(cue)]
    if label_fault:
        what = f"{name} has no number: {label_fault}"
    elif not sections:
        what = f"{name} is not found: its section is missing"
    else:
        phrases = " or ".join(repr(cue.phrase) for cue in cues)
        what = f"{name} is not found: nothing in its section fits {phrases}"
    return Problem(
        "not-found",
        what,
        "if the sheet leaves it out, it is not reported, which is never 0: say --not-reported "
        f"{name}; if it is worded otherwise, add a cue",
        sections[0].line if sections else None,
    )
