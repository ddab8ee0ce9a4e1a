"""What was read from a sheet: its figures, and the problems that it leaves. Plain data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mtopendata.figures.marks import Marks
from mtopendata.figures.printed_numbers import Printed
from mtopendata.sheets.cues import FIGURES, Cue
from mtopendata.sheets.document import Document


@dataclass(frozen=True, slots=True)
class Measure:
    """What reading needs to know of a measure; `whole` is the one that a share is of."""

    measure: str
    unit: str
    whole: str | None = None


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What sheets are read with: cues, the measures that they name, codes of areas by name, what
    marks mean, and the sources of documents by their SHA-256.
    """

    cues: Sequence[Cue]
    measures: Mapping[str, Measure]
    areas: Mapping[str, str]
    marks: Marks = field(default_factory=Marks)
    sources: Mapping[str, str] = field(default_factory=dict)

    def of_kind(self, *kinds: str) -> list[Cue]:
        """The cues of these kinds."""
        return [cue for cue in self.cues if cue.kind in kinds]

    def title_of(self, area: str | None) -> str:
        """The name of the area of this code; empty where there is none."""
        return next((name for name, code in self.areas.items() if code == area), "")

    def by_figure(self) -> dict[str, list[Cue]]:
        """The cues of each figure, by its name."""
        found: dict[str, list[Cue]] = {}
        for cue in self.of_kind(*FIGURES):
            found.setdefault(cue.figure, []).append(cue)
        return found


@dataclass(frozen=True, slots=True)
class Problem:
    """What the sheet leaves uncertain. `line` and `column` count from 1; None: not in one place.
    Where there is a `page`, `line` counts its lines.
    """

    code: str
    message: str
    hint: str
    line: int | None = None
    column: int | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class SheetFigure:
    """A figure as a sheet prints it; where it is not reported, `said` and what follows from the
    place in the text are None. `area` and `period` are None where the sheet does not tell.

    `section` counts headings; `position` says where in the section the number stands; `before` and
    `after` are the words around it.
    """

    measure: str
    area: str | None
    period: int | None
    unit: str
    section: int
    position: str
    said: Printed | None = None
    printed: str | None = None
    line: int | None = None
    column: int | None = None
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a sheet says: its figures in the order of the text, and its problems by line.

    `numbers` counts the numbers in the text.
    """

    document: Document
    area: str | None
    period: int | None
    figures: list[SheetFigure]
    problems: list[Problem]
    numbers: int
