"""Figures of which a person says that the sheet leaves them out: they are not reported, never 0."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from difflib import get_close_matches

from mtopendata.sheets.cues import FIGURES
from mtopendata.sheets.layout import SheetLayout
from mtopendata.sheets.reading import SheetFigure, Vocabulary
from mtopendata.values.errors import MtopendataError

_LIKELY = 20
"""Names of figures that are told where none fits, the likeliest first."""


def names_left_out(
    vocabulary: Vocabulary, wanted: Iterable[str], kinds: Sequence[str] = FIGURES
) -> set[str]:
    """The whole names of figures that a person names by the measure, or by measure and area; cues
    of these kinds know them.

    MtopendataError: no cue knows such a figure, or several fit.
    """
    known = vocabulary.by_figure(kinds)
    names = set()
    for name in wanted:
        fitting = [figure for figure in known if figure == name or figure.split("/")[0] == name]
        if name in known:
            fitting = [name]
        if len(fitting) != 1:
            what = "is the name of several figures" if fitting else "is no figure of any cue"
            likely = fitting or get_close_matches(name, known, _LIKELY, 0)
            raise MtopendataError(name, what, f"name one, such as {', '.join(likely)}")
        names.update(fitting)
    return names


def absent_figures(
    names: Collection[str],
    vocabulary: Vocabulary,
    layout: SheetLayout,
    area: str | None,
    period: int | None,
) -> Iterator[SheetFigure]:
    """The figures of these names, without numbers. Their positions count those of each section."""
    printed = {section.code: section.number for section in layout.sections}
    order = list(dict.fromkeys(cue.section for cue in vocabulary.of_kind("heading")))
    counts: dict[int, int] = {}
    for name, (cue, *_) in vocabulary.by_figure().items():
        if name not in names:
            continue
        section = printed.get(cue.section) or order.index(cue.section) + 1
        counts[section] = counts.get(section, 0) + 1
        measure = vocabulary.measures[cue.measure or ""]
        yield SheetFigure(
            measure.measure,
            cue.area or area,
            period,
            measure.unit,
            section,
            f"absent {counts[section]}",
        )
