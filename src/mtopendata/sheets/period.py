"""The year that a sheet is about."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from mtopendata.sheets.cues import Cue
from mtopendata.sheets.layout import SheetLayout
from mtopendata.sheets.reading import Problem

DATING = frozenset(("copyright", "data", "during", "for", "from", "in", "of", "sheet", "year", "©"))
"""Keys of words behind which four digits are a year."""


def years_of(layout: SheetLayout, claimed: Collection[int], cues: Sequence[Cue]) -> dict[int, int]:
    """The years that cues name, or else those that stand in the text, and in the titles above it;
    each with the line in which it stands first. Words that are `claimed` are no years.
    """
    years = _cued_years(layout, claimed, cues) or _other_years(layout, claimed)
    lines = {year: layout.words[index].line for year, index in years.items()}
    for year, line in layout.titled:
        lines.setdefault(year, line)
    return lines


def _cued_years(
    layout: SheetLayout, claimed: Collection[int], cues: Sequence[Cue]
) -> dict[int, int]:
    years: dict[int, int] = {}
    words = layout.words
    for cue in cues:
        for match in layout.text.find_all(cue.elements, 0, len(words)):
            # "In 2022 and 2023" names two.
            for index in range(match.start, layout.sentence(match.start)[1]):
                if (year := words[index].year) and index not in claimed:
                    years.setdefault(year, index)
    return years


def _other_years(layout: SheetLayout, claimed: Collection[int]) -> dict[int, int]:
    years: dict[int, int] = {}
    words = layout.words
    for index, word in enumerate(words):
        is_copyright = index > 0 and words[index - 1].key in ("copyright", "©")
        if word.year and index not in claimed and not is_copyright:
            years.setdefault(word.year, index)
    return years


def period_problems(years: Mapping[int, int]) -> Iterator[Problem]:
    """What is the matter with a sheet that names all these years, each with its line, or none."""
    if not years:
        hint = "add a cue of the kind 'period' that does"
        yield Problem("no-period", "the sheet names no year", hint)
    elif len(years) > 1:
        named = ", ".join(f"{year} in line {line}" for year, line in sorted(years.items()))
        yield Problem(
            "no-period",
            f"the sheet names several years: {named}",
            "find out which year each figure is about; the sheet's own must be the only one",
            max(years.values()),
        )


def dating_words(layout: SheetLayout, years: Collection[int]) -> Iterator[int]:
    """The words that are one of these years, where it dates something and counts no things."""
    for index, word in enumerate(layout.words):
        if word.year in years and _is_dating(layout, index):
            yield index


def _is_dating(layout: SheetLayout, index: int) -> bool:
    words = layout.words
    word = words[index]
    if index == 0 or word.before or word.after:
        return True
    before = words[index - 1]
    is_last = index + 1 == len(words) or words[index + 1].row != word.row
    is_behind = before.key in DATING or before.key in layout.text.area
    return is_last or (is_behind and not before.after)
