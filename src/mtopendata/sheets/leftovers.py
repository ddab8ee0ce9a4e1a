"""What is left of a sheet when its figures are read: all of it has to be known, too."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from mtopendata.figures.printed_numbers import PERCENT
from mtopendata.sheets.claims import Claims
from mtopendata.sheets.layout import SheetLayout
from mtopendata.sheets.reading import Measure, Problem, SheetFigure, Vocabulary
from mtopendata.sheets.words import printed_text


def missing_sections(
    layout: SheetLayout, vocabulary: Vocabulary, left_out: Collection[str]
) -> Iterator[Problem]:
    """Sections without a heading, but for those of which a person says that all is left out."""
    there = {section.code for section in layout.sections}
    missing: dict[str, list[str]] = {}
    for name, cues in vocabulary.by_figure().items():
        for code in {cue.section for cue in cues} - there:
            missing.setdefault(code, []).append(name)
    for code, names in missing.items():
        if set(names) <= set(left_out):
            continue
        headings = [cue for cue in vocabulary.of_kind("heading") if cue.section == code]
        yield Problem(
            "no-section",
            f"there is no heading of the section {code!r} "
            f"({' or '.join(repr(cue.phrase) for cue in headings)}), which has {', '.join(names)}",
            "look whether the sheet has the section; if its heading is worded otherwise, add a cue "
            "of the kind 'heading'",
        )


def missing_wholes(
    figures: Sequence[SheetFigure], measures: Mapping[str, Measure]
) -> Iterator[Problem]:
    """Shares of something that is not read."""
    read = {figure.measure for figure in figures if figure.said}
    for figure in figures:
        whole = measures[figure.measure].whole
        if figure.said and figure.unit == PERCENT and whole and whole not in read:
            yield Problem(
                "no-whole",
                f"{figure.measure} is {figure.printed!r} without its whole: {whole} is not read",
                "find the whole first",
                figure.line,
                figure.column,
            )


def unclaimed_numbers(claims: Claims) -> Iterator[Problem]:
    """Numbers that are neither a figure nor known to be none."""
    for numeral, at in claims.unclaimed():
        around = printed_text(claims.words[max(0, numeral.start - 3) : numeral.end + 3])
        yield Problem(
            "unclaimed",
            f"no cue claims the number {numeral.text!r} ('{around}')",
            "if it is a figure, find out why its cue does not fit, or add one; else add a cue of "
            "the kind 'aside'",
            *claims.words[at].place,
        )


def lost_qualifiers(claims: Claims) -> Iterator[Problem]:
    """Qualifiers at the end of a paragraph have lost their number, which may stand elsewhere."""
    for at in claims.lost_qualifiers():
        word = claims.words[at]
        yield Problem(
            "doubtful",
            f"the word {word.text!r} qualifies a number, and none follows it",
            "look for the number; enter its figure by hand",
            *word.place,
        )
