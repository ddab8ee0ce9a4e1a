"""The year that a sheet is about."""

from collections.abc import Collection, Iterator, Sequence

from mtopendata.sheets.cues import Cue
from mtopendata.sheets.layout import Layout

DATING = frozenset(("copyright", "data", "during", "for", "from", "in", "of", "sheet", "year", "©"))
"""Keys of words behind which four digits are a year."""


def years_of(layout: Layout, claimed: Collection[int], cues: Sequence[Cue]) -> dict[int, int]:
    """The years that cues name, or else those that stand in the text, and in the titles above it;
    each with the line in which it stands first. Words that are `claimed` are no years.
    """
    years = _cued_years(layout, claimed, cues) or _other_years(layout, claimed)
    lines = {year: layout.words[index].line for year, index in years.items()}
    for year, line in layout.titled:
        lines.setdefault(year, line)
    return lines


def _cued_years(layout: Layout, claimed: Collection[int], cues: Sequence[Cue]) -> dict[int, int]:
    years: dict[int, int] = {}
    words = layout.words
    for cue in cues:
        for match in layout.text.find_all(cue.elements, 0, len(words)):
            # "In 2022 and 2023" names two.
            for index in range(match.start, layout.sentence(match.start)[1]):
                if (year := words[index].year) and index not in claimed:
                    years.setdefault(year, index)
    return years


def _other_years(layout: Layout, claimed: Collection[int]) -> dict[int, int]:
    years: dict[int, int] = {}
    words = layout.words
    for index, word in enumerate(words):
        is_copyright = index > 0 and words[index - 1].key in ("copyright", "©")
        if word.year and index not in claimed and not is_copyright:
            years.setdefault(word.year, index)
    return years


def dating_words(layout: Layout, years: Collection[int]) -> Iterator[int]:
    """The words that are one of these years, where it dates something and counts no things."""
    for index, word in enumerate(layout.words):
        if word.year in years and _dates(layout, index):
            yield index


def _dates(layout: Layout, index: int) -> bool:
    words = layout.words
    word = words[index]
    if index == 0 or word.before or word.after:
        return True
    before = words[index - 1]
    is_last = index + 1 == len(words) or words[index + 1].row != word.row
    is_dating = before.key in DATING or before.key in layout.text.area
    return is_last or (is_dating and not before.after)
