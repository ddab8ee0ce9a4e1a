"""The lines that are drawn on a page of a PDF, level and upright."""

from collections.abc import Iterable, Iterator, Sequence
from ctypes import c_float, c_int
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from mtopendata.sheets.tables.pdf_lines import line_edges

SAME = 2.0
"""Points by which two places may differ, and still be one: lines are drawn in pieces, and twice."""
_SHORTEST = 3.0
"""Points of the shortest piece of a line that is no corner."""
_DEEPEST = 3
"""Levels of drawings within drawings that are looked into."""
MOST = 20_000
"""Pieces of lines that are read of a page; one with more is a drawing, and has none."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """A straight line: level at `place` from the top, or upright at `place` from the left, and how
    far it reaches the other way.
    """

    is_level: bool
    place: float
    start: float
    end: float

    def reaches(self, place: float) -> bool:
        """Whether it reaches there, or nearly."""
        return self.start - SAME <= place <= self.end + SAME


def rulings_of_page(page: Any) -> list[Ruling]:
    """The lines of a page, each whole, though it may be drawn in pieces."""
    import pypdfium2.raw as pdfium

    turned = page.get_rotation()
    pieces: list[Ruling] = []
    for drawn in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH], max_depth=_DEEPEST):
        pieces += (
            ruling
            for left, bottom, right, top in _boxes(drawn)
            if (ruling := _ruling(*line_edges((left, bottom, right, top), turned)))
        )
        if len(pieces) > MOST:
            return []
    return [*_joined_rulings(pieces, True), *_joined_rulings(pieces, False)]


def _ruling(left: float, top: float, right: float, bottom: float) -> Ruling | None:
    """The line that a box is; None: it is none, for it is too wide or too short."""
    top, bottom = sorted((top, bottom))
    width, height = right - left, bottom - top
    if height <= SAME and width >= _SHORTEST:
        return Ruling(True, (top + bottom) / 2, left, right)
    if width <= SAME and height >= _SHORTEST:
        return Ruling(False, (left + right) / 2, top, bottom)
    return None


def _boxes(drawn: Any) -> Iterator[tuple[float, float, float, float]]:
    """The boxes of the pieces of a path; that of all of it where only its area is filled."""
    import pypdfium2.raw as pdfium

    filled, stroked = c_int(), c_int()
    pdfium.FPDFPath_GetDrawMode(drawn.raw, filled, stroked)
    if not stroked.value:
        if filled.value:
            yield drawn.get_bounds()
        return
    matrix = drawn.get_matrix()
    start = last = (0.0, 0.0)
    for index in range(min(pdfium.FPDFPath_CountSegments(drawn.raw), MOST)):
        segment = pdfium.FPDFPath_GetPathSegment(drawn.raw, index)
        x, y = c_float(), c_float()
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = matrix.on_point(x.value, y.value)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_LINETO:
            yield _box(last, point)
        elif kind == pdfium.FPDF_SEGMENT_MOVETO:
            start = point
        last = point
        if pdfium.FPDFPathSegment_GetClose(segment):
            yield _box(last, start)


def _box(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float, float, float]:
    (left, right), (bottom, top) = sorted((one[0], other[0])), sorted((one[1], other[1]))
    return left, bottom, right, top


def _joined_rulings(pieces: Iterable[Ruling], is_level: bool) -> Iterator[Ruling]:
    """The pieces of one direction put together where they touch."""
    found = sorted((p for p in pieces if p.is_level is is_level), key=lambda p: p.place)
    places = [piece.place for piece in found]
    centres = _centres(places)
    keyed = [(centres[piece.place], piece) for piece in found]
    for place, same in groupby(keyed, key=lambda item: item[0]):
        start = end = None
        for _, piece in sorted(same, key=lambda item: item[1].start):
            if start is not None and end is not None and piece.start <= end + SAME:
                end = max(end, piece.end)
                continue
            if start is not None and end is not None:
                yield Ruling(is_level, place, start, end)
            start, end = piece.start, piece.end
        if start is not None and end is not None:
            yield Ruling(is_level, place, start, end)


def _centres(places: Sequence[float]) -> dict[float, float]:
    """For each of some sorted places the middle of those that are one with it."""
    found: dict[float, float] = {}
    group: list[float] = []
    for place in [*places, float("inf")]:
        if group and place - group[-1] > SAME / 2:
            found |= dict.fromkeys(group, (group[0] + group[-1]) / 2)
            group = []
        group.append(place)
    return found
