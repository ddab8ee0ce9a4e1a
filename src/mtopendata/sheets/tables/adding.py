"""Entries as rows and totals, and whether the rows make the totals that are printed."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import inf

from mtopendata.figures.printed_numbers import LONGEST
from mtopendata.sheets.reading import Problem
from mtopendata.sheets.tables.entries import Entry
from mtopendata.sheets.tables.suspects import likely_causes
from mtopendata.sheets.tables.table import TableRow, sum_of
from mtopendata.sheets.tables.table_cues import TableKind, elements_of_text
from mtopendata.values.plurals import plural

_DASHES = ("-", "–", "—")
_FORM = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+|[1-9][0-9]*|0")
"""A count as these tables print it. Other languages' separators are none: 1.234 may be a share."""


@dataclass(slots=True)
class Sorted:
    """What entries are; `in_order` are rows, subtotals and totals as they are printed. A subtotal
    comes with the rows above it, from the one before on; `left` are names without a number, numbers
    without a name, and lines across the columns; `unread` have a number of a form that is not
    known.
    """

    rows: list[TableRow] = field(default_factory=list)
    in_order: list[TableRow] = field(default_factory=list)
    subtotals: list[tuple[TableRow, list[TableRow]]] = field(default_factory=list)
    totals: list[TableRow] = field(default_factory=list)
    left: list[Entry] = field(default_factory=list)
    unread: list[Entry] = field(default_factory=list)

    @property
    def end(self) -> tuple[float, float]:
        """The place of the last total; behind all others where there is none."""
        places = [(row.page or 0, row.line) for row in self.totals]
        return max(places, default=(inf, inf))

    @property
    def difference(self) -> int | None:
        """By how much the rows make more than the one total; None: there is not one."""
        if len(self.totals) != 1:
            return None
        return sum_of(self.rows) - sum_of(self.totals)


def sort_entries(entries: Sequence[Entry], kind: TableKind) -> Sorted:
    """Tell rows, totals and the rest of a document apart. What stands below the total and is no
    row is a note to the table.
    """
    found = Sorted()
    part: list[TableRow] = []
    for entry in entries:
        if not entry.is_complete:
            found.left.append(entry)
            continue
        is_total = elements_of_text(entry.name) in kind.totals | kind.subtotals
        is_dash = entry.number in _DASHES and not is_total
        is_count = len(entry.number) <= LONGEST and _FORM.fullmatch(entry.number)
        if not is_dash and not is_count:
            found.unread.append(entry)
            continue
        row = _likely_row(entry)
        found.in_order.append(row)
        if (elements := elements_of_text(entry.name)) in kind.totals:
            found.totals.append(row)
        elif elements in kind.subtotals:
            found.subtotals.append((row, part))
            part = []
        else:
            found.rows.append(row)
            part.append(row)
    found.left = [e for e in found.left if not e.name or e.first.place < found.end]
    return found


def _likely_row(entry: Entry) -> TableRow:
    number = None if entry.number in _DASHES else int(entry.number.replace(",", ""))
    first = entry.first
    return TableRow(entry.name, number, entry.number, first.page, first.line)


def problems_of(found: Sorted, kind: TableKind, empty_pages: Sequence[int]) -> Iterator[Problem]:
    """All that has to be decided before the rows can be used. A number alone at the edge of a page
    or below the total is no row, if the rows make the total without it.
    """
    is_exact = found.difference == 0
    for entry in found.left:
        is_outside = entry.is_edge or entry.first.place > found.end
        if entry.name or not (is_exact and is_outside):
            yield _left_problem(entry)
    yield from (_unread_problem(entry) for entry in found.unread)
    if not found.rows and not found.unread and not found.left:
        message = "the table has no row with a name and a number"
        hint = "look whether the document is whole, and whether its text is in columns"
        yield Problem("no-table-rows", message, hint)
    else:
        yield from _total_problems(found, kind, empty_pages)
    for subtotal, rows in found.subtotals:
        if sum_of(rows) != sum_of([subtotal]):
            yield _difference(subtotal, rows, found, empty_pages)


def _total_problems(
    found: Sorted, kind: TableKind, empty_pages: Sequence[int]
) -> Iterator[Problem]:
    """Why there is not one total that the rows make."""
    unread = [e for e in found.unread if elements_of_text(e.name) in kind.totals]
    if len(found.totals) > 1:
        yield from _several_totals(found.totals)
    elif found.totals and found.difference != 0:
        yield _difference(found.totals[0], found.rows, found, empty_pages)
    elif not found.totals and not unread and found.rows:
        yield _lacking_total(found.rows)


def _left_problem(entry: Entry) -> Problem:
    first = entry.first
    if entry.is_across:
        return Problem(
            "not-in-columns",
            f"{entry.name!r} is not a name and a number in their columns",
            "look whether a cell is merged, a column is missing, or the columns are in another "
            "order; for a footer, add a cue of the kind 'line'",
            first.line,
            page=first.page,
        )
    if not entry.name:
        return Problem(
            "no-name",
            f"the number {entry.number} has no name beside it",
            "look whether it is a page number, part of the number above, or of a row whose name is "
            "elsewhere",
            first.line,
            page=first.page,
        )
    return Problem(
        "no-number",
        f"{entry.name!r} has no number",
        "look whether it goes on with the name above or begins the next one, or whether its number "
        "is elsewhere; for a footer, add a cue of the kind 'line'",
        first.line,
        page=first.page,
    )


def _unread_problem(entry: Entry) -> Problem:
    first = entry.first
    if _FORM.fullmatch(entry.name):
        return Problem(
            "column-order",
            f"{entry.name} stands where a name should, and {entry.number!r} where "
            "its number should",
            "put the columns in the order of their headings",
            first.line,
            page=first.page,
        )
    return Problem(
        "unknown-form",
        f"{entry.name}: {entry.number!r} is no whole number such as 1234 or 1,234",
        "write it with commas or without any sign, if you are certain which number is meant",
        first.line,
        page=first.page,
    )


def _lacking_total(rows: Sequence[TableRow]) -> Problem:
    last = rows[-1]
    return Problem(
        "no-total",
        f"no total is printed: {plural(len(rows), 'row')} make {sum_of(rows):,}; the last one is "
        f"{last.name!r}",
        "look whether the document is whole; if its total has another name, add a cue of the kind "
        "'total'",
        last.line,
        page=last.page,
    )


def _several_totals(totals: Sequence[TableRow]) -> Iterator[Problem]:
    printed = ", ".join(f"{row.printed} in {row.where}" for row in totals)
    yield Problem(
        "two-totals",
        f"there are {len(totals)} totals: {printed}",
        "give each table a document of its own; for the sum of a part, add a cue of the kind "
        "'subtotal'",
        totals[1].line,
        page=totals[1].page,
    )


def _difference(
    total: TableRow, rows: Sequence[TableRow], found: Sorted, empty_pages: Sequence[int]
) -> Problem:
    """That rows do not make a total, with what may be the reason."""
    made = sum_of(rows)
    off = made - sum_of([total])
    causes = likely_causes(rows, total, found.left)
    causes += [
        f"{plural(len(found.unread), 'row')} with a number of unknown form"
        for _ in found.unread[:1]
    ]
    causes += [f"page {page}, which holds no text, as a scanned page does" for page in empty_pages]
    told = (
        "; ".join(causes) or "no single row explains it: look for a page or a row that is missing"
    )
    return Problem(
        "not-the-sum",
        f"{plural(len(rows), 'row')} make {made:,}, and {total.name!r} is {total.printed}: "
        f"{abs(off):,} too {'many' if off > 0 else 'few'}",
        f"look at {told}" if causes else told,
        total.line,
        page=total.page,
    )
