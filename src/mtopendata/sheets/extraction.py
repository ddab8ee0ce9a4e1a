"""Figures in the text of a sheet, found by cues. What is not certain is a problem, no guess."""

import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from mtopendata.figures.printed import PERCENT, read_printed
from mtopendata.package.types.number import MAX_DIGITS
from mtopendata.sheets.areas import find_areas
from mtopendata.sheets.claims import Claim, Claims
from mtopendata.sheets.cues import Cue
from mtopendata.sheets.document import Document
from mtopendata.sheets.doubts import doubt
from mtopendata.sheets.layout import lay_out
from mtopendata.sheets.period import dating_words, years_of
from mtopendata.sheets.positions import positions
from mtopendata.sheets.reading import Problem, Reading, SheetFigure, Vocabulary
from mtopendata.sheets.words import Word, read_lines
from mtopendata.values.cells import cell_text
from mtopendata.values.errors import MtopendataError

AROUND = 5
"""Words on each side of a number that are shown with it."""


def read_sheet(
    document: Document, vocabulary: Vocabulary, not_reported: Collection[str] = ()
) -> Reading:
    """Find the area, the year and the figures of a sheet.

    `not_reported` are the names of figures of which a person says that the sheet leaves them out,
    such as `measure` or `measure/ALL`. MtopendataError: no cue knows such a figure.
    """
    return _Extraction(document, vocabulary, _names(vocabulary, not_reported)).run()


def _names(vocabulary: Vocabulary, wanted: Iterable[str]) -> set[str]:
    known = vocabulary.by_figure()
    names = set()
    for name in wanted:
        fitting = [figure for figure in known if figure == name or figure.split("/")[0] == name]
        if name in known:
            fitting = [name]
        if len(fitting) != 1:
            raise MtopendataError(
                name, "is the name of several figures" if fitting else "is no figure of any cue",
                f"name one of {', '.join(fitting or known)}",
            )  # fmt: skip
        names.update(fitting)
    return names


class _Extraction:
    def __init__(
        self, document: Document, vocabulary: Vocabulary, not_reported: Collection[str]
    ) -> None:
        self.vocabulary = vocabulary
        self.not_reported = not_reported
        self.doubted: set[str] = set()
        self.reading = Reading(document)
        lines = read_lines(document.text)
        areas = find_areas(lines, vocabulary.of_kind("area"), vocabulary.areas)
        names = {code: name for name, code in reversed([*vocabulary.areas.items()])}
        [self.reading.area] = areas if len(areas) == 1 else [None]
        self.layout = lay_out(lines, vocabulary.cues, names.get(self.reading.area or "", ""))
        self.words: Sequence[Word] = self.layout.words
        self.claims = Claims(self.layout, vocabulary)
        if self.reading.area is None:
            self._no_area(sorted(names[code] for code in areas))

    def run(self) -> Reading:
        reading = self.reading
        reading.numbers = sum(word.is_number for word in self.words)
        self.claims.claim_asides()
        found, faults = self._claimed()
        self._find_period()
        self._refuse_shared(found)
        self._report_sections()
        read = self._judged(found, faults)
        reading.figures += [figure for item in read if (figure := self._figure(item))]
        places = positions(self.layout, read)
        reading.figures = [
            replace(figure, position=places.get((figure.line, figure.column), figure.position))
            for figure in reading.figures
        ]
        self._check_wholes()
        self._report_unclaimed()
        self._report_qualifiers()
        reading.figures.sort(
            key=lambda figure: (figure.section, figure.line or sys.maxsize, figure.column or 0)
        )
        reading.problems.sort(key=lambda problem: (problem.line or 0, problem.column or 0))
        return reading

    def _problem(self, code: str, message: str, hint: str, word: int | None = None) -> None:
        place = (None, None) if word is None else (self.words[word].line, self.words[word].column)
        self.reading.problems.append(Problem(code, message, hint, *place))

    # Area and year

    def _no_area(self, names: Sequence[str]) -> None:
        what = f"names {', '.join(names)}" if names else "names no area that is known"
        self._problem(
            "no-area", f"the sheet {what}: it cannot be told which area it is about",
            "correct its title, or add a cue of the kind 'area' or the area itself",
        )  # fmt: skip

    def _find_period(self) -> None:
        """The one year that the sheet names, or a problem. What dates something is no figure."""
        lines = years_of(self.layout, self.claims.claimed, self.vocabulary.of_kind("period"))
        if len(lines) == 1:
            [self.reading.period] = lines
        elif not lines:
            message, hint = "the sheet names no year", "add a cue of the kind 'period' that does"
            self._problem("no-period", message, hint)
        else:
            named = ", ".join(f"{year} in line {line}" for year, line in sorted(lines.items()))
            message = f"the sheet names several years: {named}"
            hint = "find out which year each figure is about; the sheet's own must be the only one"
            problem = Problem("no-period", message, hint, max(lines.values()))
            self.reading.problems.append(problem)
        self.claims.claimed.update(dating_words(self.layout, lines))

    # Figures

    def _claimed(self) -> tuple[dict[str, list[Claim]], Mapping[str, str]]:
        """What cues claim, by the names of figures; and what is the matter with labels."""
        found: dict[str, list[Claim]] = {name: [] for name in self.vocabulary.by_figure()}
        for cue in self.vocabulary.of_kind("sentence"):
            found[cue.figure] += self.claims.in_sentences(cue)
        self.claims.claim(item.numeral for items in found.values() for item in items)
        self._doubt(found)
        in_tables, faults = self.claims.in_tables()
        for item in in_tables:
            found[item.cue.figure].append(item)
        self.claims.claim(item.numeral for item in in_tables)
        return found, faults

    def _doubt(self, found: dict[str, list[Claim]]) -> None:
        """Leave out the numbers whose sentences say something of them that no cue knows."""
        figures = [item for items in found.values() for item in items]
        for name, items in found.items():
            for item in items[:1] if len(items) == 1 else ():
                if reason := doubt(self.claims, item, self.reading.area, figures):
                    self.doubted.add(name)
                    self._problem(
                        "doubtful",
                        f"{name}: {item.numeral.text!r} may not be what it seems, because of "
                        f"{reason}",
                        "read the whole sentence; enter the figure by hand, if it is one",
                        item.numeral.at,
                    )  # fmt: skip
        for name in self.doubted:
            found[name] = []

    def _refuse_shared(self, found: dict[str, list[Claim]]) -> None:
        """A number belongs to one figure; one that two cues claim belongs to none."""
        owners: dict[int, set[str]] = {}
        for name, items in found.items():
            for item in items:
                owners.setdefault(item.numeral.at, set()).add(name)
        for at, names in owners.items():
            if len(names) > 1:
                named = " and ".join(sorted(names))
                self._problem(
                    "claimed-twice", f"the number {self.words[at].text!r} fits cues of {named}",
                    "make the phrases of these cues differ more", at,
                )  # fmt: skip
                for name in names:
                    found[name] = [item for item in found[name] if item.numeral.at != at]

    def _judged(
        self, found: Mapping[str, Sequence[Claim]], faults: Mapping[str, str]
    ) -> list[Claim]:
        """The claims of the figures that are found once. What the others are is reported."""
        read: list[Claim] = []
        absent: dict[int, int] = {}
        for name, cues in self.vocabulary.by_figure().items():
            items = {item.numeral.at: item for item in found[name]}
            if items and name in self.not_reported:
                self._problem(
                    "not-left-out", f"{name} is said to be left out, and is found",
                    "look at the sheet again", min(items),
                )  # fmt: skip
            if len(items) > 1:
                places = ", ".join(
                    f"{item.numeral.text!r} in line {self.words[at].line}"
                    for at, item in sorted(items.items())
                )
                self._problem(
                    "found-twice", f"{name} is found {len(items)} times: {places}",
                    "find out which is the figure; make its cue fit that one alone", max(items),
                )  # fmt: skip
            elif items:
                read.extend(items.values())
            elif name in self.doubted:
                continue  # that is said already
            elif name in self.not_reported:
                self._leave_out(cues[0], absent)
            elif not self._is_nearly_found(name, cues):
                self._report_missing(name, cues, faults.get(name))
        return read

    def _leave_out(self, cue: Cue, absent: dict[int, int]) -> None:
        """A figure that a person says is not there. `absent` counts those of each section."""
        sections = {section.code: section.number for section in self.layout.sections}
        order = dict.fromkeys(cue.section for cue in self.vocabulary.of_kind("heading"))
        number = sections.get(cue.section) or [*order].index(cue.section) + 1
        absent[number] = absent.get(number, 0) + 1
        measure = self.vocabulary.measures[cue.measure or ""]
        self.reading.figures.append(
            SheetFigure(
                measure.measure, cue.area or self.reading.area, self.reading.period, measure.unit,
                number, f"absent {absent[number]}",
            )
        )  # fmt: skip

    def _is_nearly_found(self, name: str, cues: Sequence[Cue]) -> bool:
        """Whether a number nearly fits; that is reported instead of one that is not found."""
        for cue in cues:
            near = self.claims.nearly(cue) if cue.kind == "sentence" else None
            if near is not None and near.lacks_whole:
                self._problem(
                    "no-whole",
                    f"{name} is {near.text!r} without its whole: the sheet does not say of what it "
                    "is a share",
                    "enter it by hand, if its whole is certain", near.at,
                )  # fmt: skip
            elif near is not None:
                self._unknown_form(name, near.text, near.at)
            if near is not None:
                return True
        return False

    def _figure(self, item: Claim) -> SheetFigure | None:
        measure = self.vocabulary.measures[item.cue.measure or ""]
        numeral = item.numeral
        said = read_printed(numeral.text, measure.unit)
        word = self.words[numeral.start]
        if said is None or len(cell_text(said.value)) > MAX_DIGITS:
            self._unknown_form(item.cue.figure, numeral.text, numeral.at)
            return None
        return SheetFigure(
            measure.measure, item.cue.area or self.reading.area, self.reading.period,
            measure.unit, item.section.number, "", said, numeral.text, word.line, word.column,
            _text(self.words[max(0, numeral.start - AROUND) : numeral.start]),
            _text(self.words[numeral.end : numeral.end + AROUND]),
        )  # fmt: skip

    # What is left

    def _report_sections(self) -> None:
        there = {section.code for section in self.layout.sections}
        missing: dict[str, list[str]] = {}
        for name, cues in self.vocabulary.by_figure().items():
            for code in {cue.section for cue in cues} - there:
                missing.setdefault(code, []).append(name)
        for code, names in missing.items():
            headings = [c for c in self.vocabulary.of_kind("heading") if c.section == code]
            if set(names) <= set(self.not_reported):
                continue
            self._problem(
                "no-section",
                f"there is no heading of the section {code!r} "
                f"({' or '.join(repr(cue.phrase) for cue in headings)}), which has "
                f"{', '.join(names)}",
                "look whether the sheet has the section; if its heading is worded otherwise, add "
                "a cue of the kind 'heading'",
            )  # fmt: skip

    def _report_missing(self, name: str, cues: Sequence[Cue], fault: str | None) -> None:
        sections = [section for cue in cues for section in self.claims.sections_of(cue)]
        if fault:
            what = f"{name} has no number: {fault}"
        elif not sections:
            what = f"{name} is not found: its section is missing"
        else:
            phrases = " or ".join(repr(cue.phrase) for cue in cues)
            what = f"{name} is not found: nothing in its section fits {phrases}"
        hint = (
            f"if the sheet leaves it out, it is not reported, which is never 0: say --not-reported "
            f"{name}; if it is worded otherwise, add a cue"
        )
        line = sections[0].line if sections else None
        self.reading.problems.append(Problem("not-found", what, hint, line))

    def _unknown_form(self, name: str, text: str, word: int) -> None:
        self._problem(
            "unknown-form", f"{name}: {text!r} is no known form of a number",
            "look at the sheet; enter it by hand, with the bounds that it allows", word,
        )  # fmt: skip

    def _check_wholes(self) -> None:
        read = {figure.measure for figure in self.reading.figures if figure.said}
        for figure in self.reading.figures:
            whole = self.vocabulary.measures[figure.measure].whole
            if figure.said and figure.unit == PERCENT and whole and whole not in read:
                self.reading.problems.append(
                    Problem(
                        "no-whole",
                        f"{figure.measure} is {figure.printed!r} without its whole: {whole} is "
                        "not read", "find the whole first", figure.line, figure.column,
                    )
                )  # fmt: skip

    def _report_unclaimed(self) -> None:
        for numeral, word in self.claims.unclaimed():
            said = _text(self.words[max(0, numeral.start - 3) : numeral.end + 3])
            self._problem(
                "unclaimed", f"no cue claims the number {numeral.text!r} ('{said}')",
                "if it is a figure, find out why its cue does not fit, or add one; else add a cue "
                "of the kind 'aside'", word,
            )  # fmt: skip

    def _report_qualifiers(self) -> None:
        """A qualifier at the end of a paragraph has lost its number, which may stand elsewhere."""
        for index in self.claims.lost_qualifiers():
            self._problem(
                "doubtful",
                f"the word {self.words[index].text!r} qualifies a number, and none follows it",
                "look for the number; enter its figure by hand", index,
            )  # fmt: skip


def _text(words: Sequence[Word]) -> str:
    return " ".join(f"{word.before}{word.text}{word.after}" for word in words).replace("/ ", "/")
