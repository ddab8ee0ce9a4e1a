"""Whether every figure is there for which a source's sheet has a cue, where its cue says.

A row that was deleted leaves no trace where no rule needs it, nor does one that was moved to
another area or section. A sheet is known by its title, which is such as a cue for the area has, or
by having most of the figures.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from mtopendata.checks.kind import Kind, Known
from mtopendata.figures.tables import (
    AREAS,
    CUES,
    FIGURES,
    REVISIONS,
    SOURCES,
    TEXT,
    WHOLE,
    Demand,
    text_columns,
)
from mtopendata.ledger.outcome import Found, Outcome
from mtopendata.ledger.report import Finding
from mtopendata.reading.tables import LINE, PART, Block, Columns, Place, Table

CUE_COLUMNS = text_columns(CUES, "section", "kind", "phrase", "measure", "area")
PLACED = Demand(
    FIGURES, {"measure": TEXT, "area": TEXT, "source": TEXT}, {"period": WHOLE, "section": WHOLE}
)
_OWN = ""
"""Stands for the area that a sheet is about."""


@dataclass(frozen=True, slots=True)
class Cued:
    """A figure that a sheet has: its measure, its area or _OWN, and its section in the cues."""

    measure: str
    area: str
    section: str

    def __str__(self) -> str:
        return f"{self.measure}/{self.area}" if self.area else self.measure


@dataclass(frozen=True, slots=True)
class Placed:
    """A row of a source's figures."""

    measure: str
    area: str
    period: int | None
    section: int | None
    place: Place


Sheet = tuple[str, str, int | None]
"""A source, the area that its sheet is about, and its year."""


class CoverageFold:
    """The rows of figures that cues are for."""

    def __init__(self, figures: Columns, known: Known) -> None:
        # Not at the top: most packages have no cues, and need not wait for what reads sheets.
        from mtopendata.sheets.cues import FIGURES as KINDS

        self.figures = figures
        cues = known.tables[CUES].frame
        rows = (
            cues.filter(pl.col("kind").is_in(KINDS))
            .drop_nulls(["section", "measure"])
            .unique(["section", "measure", "area"], maintain_order=True)
        )
        named = rows.select("measure", "area", "section").iter_rows()
        self.cued = [Cued(measure, area or _OWN, section) for measure, area, section in named]
        self.titles = cues.filter(kind="area").get_column("phrase").drop_nulls().to_list()
        self.sources: Table = known.tables[SOURCES]
        self.areas = _areas_by_title(known)
        self.withdrawn = _withdrawn(known)
        self.fields = [name for name in ("period", "section") if figures.has((name,))]

    def see(self, block: Block) -> list[pl.DataFrame]:
        """The rows of a block that cues are for, or can be for: those without a measure too."""
        measures = {cued.measure for cued in self.cued}
        rows = block.frame.select("source", "measure", "area", *self.fields).hstack(block.places())
        return [rows.filter(pl.col("measure").is_in(measures) | pl.col("measure").is_null())]

    def merge(self, one: list[pl.DataFrame], other: list[pl.DataFrame]) -> list[pl.DataFrame]:
        """Those of both."""
        return one + other

    def conclude(self, kept: list[pl.DataFrame]) -> Found:
        """The figures that a sheet lacks, and those that are elsewhere than their cues say."""
        rows_of_cues = pl.concat(kept).sort(PART, LINE)
        whole = rows_of_cues.drop_nulls(["source", "measure", "area"])
        by_source: dict[str, list[Placed]] = {}
        for row in whole.iter_rows(named=True):
            placed = Placed(
                row["measure"], row["area"], row.get("period"), row.get("section"),
                Place(row[PART], row[LINE]),
            )  # fmt: skip
            by_source.setdefault(row["source"], []).append(placed)
        sheets = list(self._sheets(by_source))
        lacking: list[Finding] = []
        misplaced: list[Finding] = []
        for source, area, year in sheets:
            rows = by_source.get(source, [])
            found = list(self._of_sheet((source, area, year), rows))
            lacking += [item for item in found if item.code == "not-covered"]
            misplaced += [item for item in found if item.code != "not-covered"]
            misplaced += self._in_other_sections(source, rows)
        if len(lacking) <= rows_of_cues.height - whole.height:
            lacking = []  # rows of which a cell could not be read may be these
        name, tested = self.figures.resource.name, len(sheets) * len(self.cued)
        yield Outcome(
            "figure", "every figure that a sheet has a cue for is there", name, tested, lacking
        )
        yield Outcome("figure", "figures are where their cues say", name, tested, misplaced)

    def _sheets(self, by_source: Mapping[str, Sequence[Placed]]) -> Iterator[Sheet]:
        """The sources that are sheets, with their areas and years."""
        has_year = self.sources.is_typed(("year",), pl.Int64)
        for row in self.sources.frame.iter_rows(named=True):
            rows = by_source.get(row["source"], [])
            area = self._area_of_title(row.get("title"))
            own = Counter(item.area for item in rows if item.area not in self._fixed(item.measure))
            found = {(item.measure, item.area) for item in rows}
            most = own.most_common(1)[0][0] if own else None
            has_most = most and 2 * self._count(found, most) > len(self.cued)
            if area or has_most:
                yield row["source"], area or str(most), row["year"] if has_year else None

    def _count(self, found: set[tuple[str, str]], area: str) -> int:
        return sum((cued.measure, cued.area or area) in found for cued in self.cued)

    def _fixed(self, measure: str) -> set[str]:
        """The areas that cues name for a measure."""
        return {cued.area for cued in self.cued if cued.measure == measure and cued.area}

    def _area_of_title(self, title: Any) -> str | None:
        for phrase in self.titles:
            pattern = re.escape(phrase).replace("AREA", "(.+?)").replace("YEAR", r"\d{4}")
            named = re.fullmatch(rf"{pattern}(?: \d{{4}})?", str(title or ""), re.IGNORECASE)
            if named and (area := self.areas.get(named[1])):
                return area
        return None

    def _of_sheet(self, sheet: Sheet, rows: Sequence[Placed]) -> Iterator[Finding]:
        """The figures that one sheet lacks, or has in another area."""
        source, area, year = sheet
        there = {(row.measure, row.area) for row in rows if year is None or row.period == year}
        wanted = {(cued.measure, cued.area or area) for cued in self.cued}
        moved = [row for row in rows if (row.measure, row.area) not in wanted]
        for cued in self.cued:
            place = cued.area or area
            if (cued.measure, place) in there | self.withdrawn.get(source, set()):
                continue
            other = next((row for row in moved if row.measure == cued.measure), None)
            if other is None:
                yield self._lacks(cued, place, sheet)
                continue
            moved.remove(other)
            if not self.areas or other.area in self.areas.values():
                yield self._misplaced(other, source, place)
            # Else it is told already that there is no such area.

    def _misplaced(self, row: Placed, source: str, area: str) -> Finding:
        message = f"{row.measure} of {source} is in {row.area}, where its cue says {area}"
        hint = "compare with the sheet: correct the area, or the cue"
        return self.figures.finding_at(
            "misplaced-figure", row.place, "area", row.area, message, hint
        )

    def _lacks(self, cued: Cued, area: str, sheet: Sheet) -> Finding:
        source, _, year = sheet
        period = "" if year is None else f" {year}"
        message = f"{source} has no figure {cued.measure} for {area}{period}, which has a cue"
        hint = (
            "look for a row that was lost; if the sheet leaves it out, enter it as not reported: "
            f"mtopendata extract SHEET --into . --not-reported {cued}"
        )
        resource = self.figures.resource
        return Finding("not-covered", "error", message, hint, resource.name, resource.path)

    def _in_other_sections(self, source: str, rows: Sequence[Placed]) -> Iterator[Finding]:
        """The figures whose section is not that of most figures of their cues' section."""
        of = {(cued.measure, bool(cued.area)): cued.section for cued in self.cued}
        sections: dict[str, list[Placed]] = {}
        for row in rows:
            named = of.get((row.measure, row.area in self._fixed(row.measure)))
            if named and row.section is not None:
                sections.setdefault(named, []).append(row)
        taken: dict[int, str] = {}
        count = len({cued.section for cued in self.cued})
        for named, group in sorted(sections.items(), key=lambda item: -len(item[1])):
            number = Counter(row.section for row in group).most_common(1)[0][0] or 0
            is_free = taken.setdefault(number, named) == named and 1 <= number <= count
            for row in group:
                if row.section != number or not is_free:
                    message = (
                        f"{row.measure} of {source} is in section {row.section}, and the other "
                        f"figures of its part of the sheet ({named}) are not"
                    )
                    hint = "compare with the sheet: correct the section"
                    yield self.figures.finding_at(
                        "misplaced-figure", row.place, "section", str(row.section), message, hint
                    )


def _withdrawn(known: Known) -> dict[str, set[tuple[str, str]]]:
    """The figures of each source that were revised: one that is gone was withdrawn."""
    revisions = text_columns(REVISIONS, "source", "measure", "area").usable(known.tables)
    found: dict[str, set[tuple[str, str]]] = {}
    if revisions is not None:
        for source, measure, area in revisions.frame.select(
            "source", "measure", "area"
        ).iter_rows():
            found.setdefault(source, set()).add((measure, area))
    return found


def _areas_by_title(known: Known) -> dict[str, str]:
    areas = text_columns(AREAS, "area", "title").usable(known.tables)
    if areas is None:
        return {}
    return {title: area for area, title in areas.frame.select("area", "title").drop_nulls().rows()}


def _coverage_fold(columns: Columns, known: Known) -> CoverageFold | None:
    sources = text_columns(SOURCES, "source").usable(known.tables)
    if columns.resource.name != FIGURES or sources is None or not PLACED.is_met(columns):
        return None
    if CUE_COLUMNS.usable(known.tables) is None:
        return None
    fold = CoverageFold(columns, known)
    return fold if fold.cued else None


KIND = Kind(65, across=_coverage_fold, keeps=(CUES, SOURCES, AREAS, REVISIONS))
