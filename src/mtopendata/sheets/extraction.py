"""The sequence of reading a sheet. What is not certain is a problem, and no guess."""

import sys
from collections.abc import Collection
from dataclasses import replace
from typing import TypeVar

from mtopendata.figures.printed_numbers import read_printed
from mtopendata.package.types.number import MAX_DIGITS
from mtopendata.sheets.areas import area_problems, find_areas
from mtopendata.sheets.candidates import find_candidates
from mtopendata.sheets.claims import Claim, Claims
from mtopendata.sheets.document import Document
from mtopendata.sheets.judgement import Judgement, judge, unknown_form
from mtopendata.sheets.layout import lay_out
from mtopendata.sheets.left_out import absent_figures, names_left_out
from mtopendata.sheets.leftovers import (
    lost_qualifiers,
    missing_sections,
    missing_wholes,
    unclaimed_numbers,
)
from mtopendata.sheets.period import dating_words, period_problems, years_of
from mtopendata.sheets.positions import positions
from mtopendata.sheets.reading import Problem, Reading, SheetFigure, Vocabulary
from mtopendata.sheets.words import printed_text, read_lines
from mtopendata.values.cells import cell_text

Item = TypeVar("Item")
AROUND = 5
"""Words on each side of a number that are shown with it."""


def read_sheet(
    document: Document, vocabulary: Vocabulary, not_reported: Collection[str] = ()
) -> Reading:
    """Find the area, the year and the figures of a sheet.

    `not_reported` are the names of figures of which a person says that the sheet leaves them out,
    such as `measure` or `measure/ALL`. MtopendataError: no cue knows such a figure.
    """
    left_out = names_left_out(vocabulary, not_reported)
    source = vocabulary.sources.get(document.sha256)
    vocabulary = replace(vocabulary, marks=vocabulary.marks.of_source(source))
    lines = read_lines(document.text)
    areas = find_areas(lines, vocabulary.of_kind("area"), vocabulary.areas)
    area = _the_only(areas)
    layout = lay_out(lines, vocabulary.cues, vocabulary.title_of(area))
    claims = Claims(layout, vocabulary)
    claims.claim_asides()
    candidates = find_candidates(claims, area)
    years = years_of(layout, claims.claimed, vocabulary.of_kind("period"))
    claims.claimed.update(dating_words(layout, years))
    period = _the_only(years)
    judgement = judge(candidates, claims, left_out)
    figures, unknown_forms = _figures(judgement, claims, area, period)
    problems = [
        *area_problems([vocabulary.title_of(code) for code in areas]),
        *period_problems(years),
        *candidates.problems,
        *missing_sections(layout, vocabulary, left_out),
        *judgement.problems,
        *unknown_forms,
        *missing_wholes(figures, vocabulary.measures),
        *unclaimed_numbers(claims),
        *lost_qualifiers(claims),
    ]
    figures.sort(key=lambda item: (item.section, item.line or sys.maxsize, item.column or 0))
    problems.sort(key=lambda item: (item.line or 0, item.column or 0))
    numbers = sum(word.is_number for word in layout.words)
    return Reading(document, area, period, figures, problems, numbers)


def _the_only(items: Collection[Item]) -> Item | None:
    return next(iter(items)) if len(items) == 1 else None


def _figures(
    judgement: Judgement, claims: Claims, area: str | None, period: int | None
) -> tuple[list[SheetFigure], list[Problem]]:
    """The figures that are not reported or printed, and the numbers of a form that is not known."""
    places = positions(claims.layout, judgement.read)
    found = [
        _printed_figure(claim, claims, area, period, places[claim.numeral.at])
        for claim in judgement.read
    ]
    figures = [
        *absent_figures(judgement.absent, claims.vocabulary, claims.layout, area, period),
        *(item for item in found if isinstance(item, SheetFigure)),
    ]
    return figures, [item for item in found if isinstance(item, Problem)]


def _printed_figure(
    claim: Claim, claims: Claims, area: str | None, period: int | None, position: str
) -> SheetFigure | Problem:
    """The figure that a number is, or that its form is not known."""
    words, numeral = claims.words, claim.numeral
    measure = claims.vocabulary.measures[claim.cue.measure or ""]
    if claim.is_mark:
        mark = claims.vocabulary.marks.of(numeral.text, None)
        said = None if mark is None else mark.said
    else:
        said = read_printed(numeral.text, measure.unit)
    if said is None or any(
        number is not None and len(cell_text(number)) > MAX_DIGITS
        for number in (said.value, said.upper)
    ):
        return unknown_form(claim.cue.figure, numeral.text, words[numeral.at])
    return SheetFigure(
        measure.measure,
        claim.cue.area or area,
        period,
        measure.unit,
        claim.section.number,
        position,
        said,
        numeral.text,
        *words[numeral.start].place,
        printed_text(words[max(0, numeral.start - AROUND) : numeral.start]),
        printed_text(words[numeral.end : numeral.end + AROUND]),
    )
