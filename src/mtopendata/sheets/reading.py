"""What was read from a sheet: its figures, and the problems that it leaves. Plain data."""

from collections.abc import Collection, Mapping, Sequence
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
class PackageArea:
    """An area of the package, and the one that it is part of. `names` are what a table can call it:
    the words of its title, and the last part of its code.
    """

    area: str
    parent: str | None
    names: Collection[tuple[str, ...]]

    def is_called(self, name: tuple[str, ...]) -> bool:
        """Whether these words are a name of it."""
        return name in self.names


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What documents are read with: cues, the measures that they name, codes of areas by name, what
    marks mean, the sources of documents by their SHA-256, and all areas of the package.
    """

    cues: Sequence[Cue]
    measures: Mapping[str, Measure]
    areas: Mapping[str, str]
    marks: Marks = field(default_factory=Marks)
    sources: Mapping[str, str] = field(default_factory=dict)
    known: Sequence[PackageArea] = ()

    def of_kind(self, *kinds: str) -> list[Cue]:
        """The cues of these kinds."""
        return [cue for cue in self.cues if cue.kind in kinds]

    def title_of(self, area: str | None) -> str:
        """The name of the area of this code; empty where there is none."""
        return next((name for name, code in self.areas.items() if code == area), "")

    def by_figure(self, kinds: Sequence[str] = FIGURES) -> dict[str, list[Cue]]:
        """The cues of each figure, by its name; of kinds that need not find one those that do."""
        found: dict[str, list[Cue]] = {}
        for cue in self.of_kind(*kinds):
            if cue.measure:
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
    `after` are the words around it. Where there is a `page`, it is the section, and `line` counts
    its lines.
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
    page: int | None = None

    def place_in(self, document: str) -> str:
        """Where in the document of this name it stands."""
        if self.page is not None:
            return f"{document}, page {self.page}, line {self.line} ({self.position})"
        return f"{document}:{self.line}" + ("" if self.column is None else f":{self.column}")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a document says: its figures in the order of the text, and its problems by line.

    `numbers` counts the numbers in the text. Of another document than a fact sheet `kind` is the
    section of the cues that know it, and `title` what it is called there; the figures have areas of
    their own, and `area` is None. `slips` are faults of the document that leave no figure in doubt,
    and `remark` says what of it is no figure.
    """

    document: Document
    area: str | None
    period: int | None
    figures: list[SheetFigure]
    problems: list[Problem]
    numbers: int
    kind: str = ""
    title: str = ""
    slips: Sequence[Problem] = ()
    remark: str = ""
