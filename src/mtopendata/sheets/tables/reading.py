"""The sequence of reading a table of names and numbers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mtopendata.sheets.cues import Cue, cues_of_kind
from mtopendata.sheets.document import Document
from mtopendata.sheets.headings import find_headings
from mtopendata.sheets.reading import Problem
from mtopendata.sheets.tables.adding import problems_of, sort_entries
from mtopendata.sheets.tables.entries import find_entries
from mtopendata.sheets.tables.headings import HeadingLine
from mtopendata.sheets.tables.pdf_lines import lines_of_pdf
from mtopendata.sheets.tables.printed_lines import PrintedLine, lines_of_text
from mtopendata.sheets.tables.records import RecordsFound, find_records
from mtopendata.sheets.tables.strips import Strip, find_strips
from mtopendata.sheets.tables.table import TableReading
from mtopendata.sheets.tables.table_cues import TableKind, is_said, kinds_of_tables, words_of
from mtopendata.sheets.words import Word, read_lines
from mtopendata.values.plurals import plural

_MOST = 10
"""Problems of one code that are told; the rest are counted."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What a document has of a kind of table: its strips, the years that it names, and what is the
    matter with the headings of its columns. `is_titled`: it has a heading of the table.
    """

    kind: TableKind
    strips: Sequence[Strip]
    years: frozenset[str]
    problems: Sequence[Problem]
    has_columns: bool
    is_titled: bool


def read_table(document: Document, cues: Sequence[Cue]) -> TableReading | None:
    """Find the rows of a table, and add them up; None: the document is none of a kind that the cues
    know.

    MtopendataError: it is a PDF that cannot be read.
    """
    kinds = kinds_of_tables(cues)
    if not kinds or _is_fact_sheet(document, cues):
        return None
    is_text = document.pdf is None
    pages = _pages_of(document)
    found = _likely_table(document, pages, kinds)
    if not found.has_columns:
        return _without_columns(document, found) if found.is_titled else None
    entries = sort_entries(find_entries(found.strips, is_text=is_text), found.kind)
    empty = [] if is_text else [number for number, lines in enumerate(pages, 1) if not lines]
    problems = [*found.problems, *_year_problems(found.years)]
    if found.strips or not problems:
        problems += problems_of(entries, found.kind, empty)
    return TableReading(
        document,
        found.kind.code,
        _year_of(found.years),
        entries.rows,
        [subtotal for subtotal, _ in entries.subtotals],
        entries.totals[0] if len(entries.totals) == 1 else None,
        list(_first_of_each(problems)),
        entries.in_order,
        list(_other_footers(pages, found.kind, kinds)),
    )


def _pages_of(document: Document) -> Sequence[Sequence[PrintedLine]]:
    if document.pdf is None:
        return lines_of_text(document.text)
    return lines_of_pdf(document.name, document.pdf)


def _likely_table(
    document: Document, pages: Sequence[Sequence[PrintedLine]], kinds: Sequence[TableKind]
) -> _Found:
    """What is found of the kind of table that the document most likely is."""
    # The lines of a title stand one below the other, whatever is beside them.
    words = [word for lines in pages for word in words_of("\n".join(line.text for line in lines))]
    candidates = [_table_found(document, pages, words, kind) for kind in kinds]
    return max(candidates, key=lambda item: (item.has_columns, item.is_titled))


def _is_fact_sheet(document: Document, cues: Sequence[Cue]) -> bool:
    """Whether it has the heading of a section with figures in sentences."""
    titles = cues_of_kind(cues, "heading")
    return next(find_headings(read_lines(document.text), titles, ()), None) is not None


def _table_found(
    document: Document,
    pages: Sequence[Sequence[PrintedLine]],
    words: Sequence[Word],
    kind: TableKind,
) -> _Found:
    is_text = document.pdf is None
    titles = list(kind.titles(words))
    titled = frozenset(str(year) for years in titles for year in years)
    is_titled = bool(titles)
    records = find_records(document.text, kind) if is_text else None
    if records is not None:
        years = titled | records.years
        return _Found(kind, records.strips, years, [*_of_record(records)], True, is_titled)
    strips, headings = find_strips(pages, kind, is_text=is_text)
    problems = [problem for heading in headings for problem in _of_heading(heading)]
    return _Found(kind, strips, titled, problems, bool(headings), is_titled)


def _other_footers(
    pages: Sequence[Sequence[PrintedLine]], kind: TableKind, kinds: Sequence[TableKind]
) -> Iterator[Problem]:
    """Lines at the edges of pages that name another kind of table than the columns do."""
    others = [other for other in kinds if other.footers and other is not kind]
    named = [
        (line, other)
        for lines in pages
        for line in lines
        for other in others
        if is_said(other.footers, line.text) and not is_said(kind.footers, line.text)
    ]
    if named:
        line, other = named[0]
        more = f" and {plural(len(named) - 1, 'further line')}" if len(named) > 1 else ""
        yield Problem(
            "other-footer", f"{line.text!r}{more} name the table {other.code!r}, and its columns "
            f"are those of {kind.code!r}", "the columns decide; look whether the document has "
            "another title", line.line, page=line.page,
        )  # fmt: skip


def _without_columns(document: Document, found: _Found) -> TableReading:
    problem = Problem(
        "no-columns", f"the table {found.kind.code!r} has no headings of columns that a cue knows",
        "add cues of the kinds 'name column' and 'number column', as the headings are printed",
    )  # fmt: skip
    year = _year_of(found.years)
    return TableReading(document, found.kind.code, year, [], [], None, [problem])


def _of_record(records: RecordsFound) -> Iterator[Problem]:
    line = records.heading.line
    yield from _heading_problems(records.unknown, records.is_ordered, line, None)


def _of_heading(heading: HeadingLine) -> Iterator[Problem]:
    line = heading.line
    yield from _heading_problems(heading.unknown, heading.is_ordered, line.line, line.page)


def _heading_problems(
    unknown: Sequence[str], is_ordered: bool, line: int, page: int | None
) -> Iterator[Problem]:
    """What is the matter with headings of columns in this place."""
    for text in unknown:
        yield Problem(
            "unknown-column", f"no cue knows the column {text!r}",
            "add a cue of the kind 'other column' if it is not to be read", line, page=page,
        )  # fmt: skip
    if not is_ordered:
        yield Problem(
            "column-order", "the columns are not names, each with its numbers behind them",
            "put the column of names before that of its numbers", line, page=page,
        )  # fmt: skip


def _year_of(years: frozenset[str]) -> int | None:
    year = next(iter(years)) if len(years) == 1 else ""
    return int(year) if year.isascii() and year.isdecimal() else None


def _year_problems(years: frozenset[str]) -> Iterator[Problem]:
    if len(years) > 1:
        named = ", ".join(sorted(years))
        hint = "give each year a document of its own"
        yield Problem("no-period", f"the table names several years: {named}", hint)


def _first_of_each(problems: Sequence[Problem]) -> Iterator[Problem]:
    """The first problems of each code in their order, the last of which counts the rest."""
    for code in dict.fromkeys(problem.code for problem in problems):
        same = [problem for problem in problems if problem.code == code]
        yield from same[:_MOST]
        if len(same) > _MOST:
            last = same[-1]
            message = f"{len(same) - _MOST} more such, the last one here: {last.message}"
            yield Problem(code, message, last.hint, last.line, page=last.page)
