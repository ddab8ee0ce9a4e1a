"""What a line of a sheet looks like: a title, the end of a sentence, a part of the one before."""

from collections.abc import Sequence

from mtopendata.sheets.phrases import AREA, Text
from mtopendata.sheets.words import Line, Word

ENDS, DASHES = set(".!?:;"), set("-–—")


TEXT_WORDS = 4
"""What a line of running text has at the least."""


def goes_on(before: Sequence[Word], line: Sequence[Word]) -> bool:
    """Whether no sentence ends between two lines, though something stands between them."""
    if ENDS & set(before[-1].after):
        return False
    if line[0].text[:1].islower() or line[0].is_number:
        return True
    # A capital begins a sentence, or is a name in the middle of one.
    is_text = not is_title(line) or any(word.ends_sentence for word in line)
    return len(before) >= TEXT_WORDS and not is_title(before) and is_text


def names_area(line: Line, area: tuple[str, ...]) -> bool:
    matches = Text(line.words, area).find_all((AREA,), 0, len(line.words))
    return any(True for _ in matches)


def is_title(words: Sequence[Word]) -> bool:
    """Whether nearly all longer words begin with a capital."""
    longer = [word.text for word in words if len(word.text) > 3]
    return sum(text[:1].isupper() for text in longer) * 4 >= len(longer) * 3
