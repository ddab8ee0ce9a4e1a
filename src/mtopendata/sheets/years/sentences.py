"""The figures in the running text of a report, by the words around them."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from mtopendata.figures.printed_numbers import PERCENT, read_printed
from mtopendata.sheets.cues import Cue
from mtopendata.sheets.numerals import Numeral, read_numerals
from mtopendata.sheets.phrases import Match, Text
from mtopendata.sheets.reading import Problem, SheetFigure, Vocabulary
from mtopendata.sheets.ruled.pages import RuledPage
from mtopendata.sheets.tables.printed_lines import PrintedLine
from mtopendata.sheets.tables.table_cues import is_said
from mtopendata.sheets.words import Word, joined, printed_text, read_lines

_GAP = 1.4
"""So many times the usual distance of two lines is the least that ends a paragraph."""
_AROUND = 5
"""Words on each side of a number that are shown with it."""


def paragraphs_of(page: RuledPage, cues: Sequence[Cue]) -> list[list[PrintedLine]]:
    """The paragraphs of a page in their order; `cues` tell lines that are no part of the text."""
    lines = [line for line in page.plain_lines if not is_said(cues, _without_footnotes(line).text)]
    pitches = sorted(lower.top - upper.top for upper, lower in pairwise(lines))
    usual = pitches[len(pitches) // 4] if pitches else 0.0  # few lines begin a paragraph
    found: list[list[PrintedLine]] = []
    for upper, line in zip([None, *lines], lines, strict=False):
        is_new = upper is None or line.top - upper.top > _GAP * usual
        is_apart = upper is not None and line.line - upper.line > 1
        if is_new or is_apart:
            found.append([])
        found[-1].append(_without_footnotes(line))
    return found


def _without_footnotes(line: PrintedLine) -> PrintedLine:
    """A line without the signs of footnotes."""
    return PrintedLine(tuple(token.unmarked for token in line.tokens), line.page, line.line)


def sentence_figures(
    page: RuledPage, cues: Sequence[Cue], footers: Sequence[Cue], year: int | None,
    vocabulary: Vocabulary,
) -> Iterator[SheetFigure | Problem]:  # fmt: skip
    """What cues find in the text of a page. A figure without a year in its words is of `year`."""
    for count, lines in enumerate(paragraphs_of(page, footers), 1):
        words = joined(read_lines("\n".join(line.text for line in lines)))
        text = Text(words)
        found: list[tuple[Numeral, Cue, int | None]] = []
        for cue in cues:
            is_share = vocabulary.measures[cue.measure or ""].unit == PERCENT
            for numeral in read_numerals(words, is_share=is_share):
                match = _whole_match(cue, numeral, text)
                if match is not None:
                    found.append((numeral, cue, _year_in(words[match.start : match.end]) or year))
        found.sort(key=lambda item: item[0].at)
        places = list(dict.fromkeys(numeral.at for numeral, _, _ in found))
        for numeral, cue, period in found:
            position = f"paragraph {count}, number {places.index(numeral.at) + 1}"
            line = lines[words[numeral.at].row].line
            yield _figure_of_numeral(
                cue, numeral, words, position, period, (page.number, line), vocabulary
            )


def _whole_match(cue: Cue, numeral: Numeral, text: Text) -> Match | None:
    """All words that a cue has for a number; None: others stand there."""
    before = text.before(cue.left, 0, numeral.start)
    behind = text.after(cue.right, numeral.end, len(text.words))
    if before is None or behind is None:
        return None
    words = text.words[before.start : behind.end]
    # Words of two sentences say nothing of each other.
    return None if any(w.ends_sentence for w in words[:-1]) else Match(before.start, behind.end)


def _year_in(words: Sequence[Word]) -> int | None:
    years = {word.year for word in words if word.year}
    return years.pop() if len(years) == 1 else None


def _figure_of_numeral(
    cue: Cue, numeral: Numeral, words: Sequence[Word], position: str, period: int | None,
    place: tuple[int, int], vocabulary: Vocabulary,
) -> SheetFigure | Problem:  # fmt: skip
    page, line = place
    unit = vocabulary.measures[cue.measure or ""].unit
    said = read_printed(numeral.text, unit)
    if said is None:
        return Problem(
            "unknown-form", f"{cue.figure}: {numeral.text!r} is no known form of a number",
            "enter it by hand, with the bounds that it allows", line, page=page,
        )  # fmt: skip
    return SheetFigure(
        cue.measure or "",
        cue.area,
        period,
        unit,
        page,
        position,
        said,
        numeral.text,
        line,
        before=printed_text(words[max(0, numeral.start - _AROUND) : numeral.start]),
        after=printed_text(words[numeral.end : numeral.end + _AROUND]),
        page=page,
    )
