"""The figures of a table of names and numbers: the rows whose names are areas of the package."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mtopendata.figures.printed_numbers import read_printed
from mtopendata.sheets.cues import Cue, cues_of_kind
from mtopendata.sheets.reading import PackageArea, Problem, Reading, SheetFigure, Vocabulary
from mtopendata.sheets.tables.table import TableReading, TableRow
from mtopendata.sheets.tables.table_cues import Elements, elements_of_phrase, elements_of_text
from mtopendata.values.plurals import plural


@dataclass(frozen=True, slots=True)
class _Counted:
    """What a row counts: the measure and the area of its figure."""

    measure: str
    area: str


def figures_of_areas(table: TableReading, vocabulary: Vocabulary) -> Reading:
    """The figures of a table: totals of which a cue names measure and area, and the rows whose
    names are areas of the package, one level below that of the cue of their numbers.

    The rest is no figure, though its sum is tested with all rows. None are given where the table
    leaves something uncertain.
    """
    cues = [cue for cue in vocabulary.cues if cue.section == table.kind]
    figures: list[SheetFigure] = []
    others = 0
    counts: dict[int | None, int] = {}
    for row in table.in_order:
        counts[row.page] = counts.get(row.page, 0) + 1
        counted = _counted(row, table, cues, vocabulary.known)
        if counted is None:
            others += 1
        elif table.is_certain:
            figures.append(_figure_of_row(row, counted, counts[row.page], table.period, vocabulary))
    problems = [*table.problems, *_table_problems(table, cues, figures)]
    title = next((cue.phrase for cue in cues if cue.kind == "table heading"), table.kind)
    title = title.replace("YEAR", str(table.period or ""))
    return Reading(
        table.document,
        None,
        table.period,
        figures,
        problems,
        len(table.in_order),
        table.kind,
        title,
        table.slips,
        _not_entered(others),
    )


def _counted(
    row: TableRow, table: TableReading, cues: Sequence[Cue], areas: Sequence[PackageArea]
) -> _Counted | None:
    """The measure and the area of a row; None: it is no figure of the package."""
    name = elements_of_text(row.name)
    kind = _kind_of(row, table)
    numbers = next((cue for cue in cues if cue.kind == "number column" and cue.measure), None)
    measure = numbers.measure if numbers else None
    own = [cue for cue in cues_of_kind(cues, kind) if cue.area]
    area: str | None = None
    if said := next((cue for cue in own if elements_of_phrase(cue.phrase) == name), None):
        area, measure = said.area, said.measure or measure
    elif kind == "table row" and numbers:
        area = _area_called(name, [one for one in areas if one.parent == numbers.area])
    return _Counted(measure, area) if measure and area else None


def _area_called(name: Elements, areas: Sequence[PackageArea]) -> str | None:
    """The one of the areas that has a name; None: none has, or several have."""
    named = [area.area for area in areas if area.is_called(name)]
    return named[0] if len(named) == 1 else None


def _kind_of(row: TableRow, table: TableReading) -> str:
    """The kind of the cues that can name a row."""
    if row is table.total:
        return "total"
    return "subtotal" if row in table.subtotals else "table row"


def _figure_of_row(
    row: TableRow, counted: _Counted, count: int, period: int | None, vocabulary: Vocabulary
) -> SheetFigure:
    unit = vocabulary.measures[counted.measure].unit
    is_reported = row.number is not None
    return SheetFigure(
        counted.measure,
        counted.area,
        period,
        unit,
        row.page or 1,
        f"table row {count}, number 1" if is_reported else f"absent {count}",
        read_printed(row.printed, unit) if is_reported else None,
        row.printed if is_reported else None,
        row.line,
        before=row.name,
        page=row.page,
    )


def _table_problems(
    table: TableReading, cues: Sequence[Cue], figures: Sequence[SheetFigure]
) -> Iterator[Problem]:
    """Why the rows of a table that is certain are no figures of a year."""
    if table.is_certain and table.period is None:
        hint = "add a cue of the kind 'table heading' with YEAR, or a column with the year"
        yield Problem("no-period", "the table names no year", hint)
    if table.is_certain and not figures:
        what = (
            "no row has the name of an area of the package"
            if any(cue.measure for cue in cues)
            else f"no cue of the table {table.kind!r} names a measure"
        )
        yield Problem(
            "no-figures", f"no number is a figure: {what}",
            "name a measure, and an area, in the cues of its number column or its total",
        )  # fmt: skip
    seen: dict[tuple[str, str | None], SheetFigure] = {}
    for figure in figures:
        first = seen.setdefault((figure.measure, figure.area), figure)
        if first is not figure:
            yield Problem(
                "found-twice", f"{figure.measure}/{figure.area} is in line {first.line} "
                f"({first.before}) and here ({figure.before})",
                "look which of them the area is", figure.line, page=figure.page,
            )  # fmt: skip


def _not_entered(others: int) -> str:
    if not others:
        return ""
    have = "has a name that is" if others == 1 else "have names that are"
    return f"{plural(others, 'row')} {have} no area of the package; their sum is checked"
