"""Where it may come from that rows do not make a total: what would make good the difference."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import islice

from mtopendata.sheets.tables.entries import Entry
from mtopendata.sheets.tables.table import TableRow, place_words, sum_of

_MOST = 3
"""Rows that one cause is told of: more would be no likely ones."""


def likely_causes(rows: Sequence[TableRow], total: TableRow, left: Sequence[Entry]) -> list[str]:
    """What makes good the difference between rows and their total, in words with the places.
    `left` are names without a number and numbers without a name.
    """
    difference = sum_of(rows) - sum_of([total])
    found: list[str] = []
    for causes in (
        _entries_left(rows, left, difference),
        _whole_rows(rows, difference),
        _whole_pages(rows, difference),
        _rests(rows, left, difference),
        _digit_runs(rows, difference),
        _of_total(total, difference),
    ):
        told = list(islice(causes, _MOST + 1))
        found += told if len(told) <= _MOST else [*told[:_MOST], "and more such rows"]
    return found


def _entries_left(
    rows: Sequence[TableRow], left: Sequence[Entry], difference: int
) -> Iterator[str]:
    """Numbers without a name that are the difference, and names without a number."""
    nameless = [entry for entry in left if not entry.name]
    for entry in nameless:
        if _suspect_value(entry.number) == -difference:
            yield f"the number {entry.number} in {_where(entry)}, which has no name"
    names = [
        *((entry.name, _where(entry)) for entry in left if not entry.number),
        *((row.name, row.where) for row in rows if row.number is None),
    ]
    if difference < 0 and len(names) <= _MOST:
        for name, where in names:
            yield f"{name!r} in {where}, whose number would be {-difference:,} if no other is amiss"


def _whole_rows(rows: Sequence[TableRow], difference: int) -> Iterator[str]:
    """Rows that are the difference, which may be none, or be there twice."""
    for row in rows:
        if difference > 0 and row.number == difference:
            same = [other for other in rows if other.name == row.name and other is not row]
            twice = f", which {same[0].where} has too" if same else ", which may be no row"
            yield f"{_said_of(row)}{twice}"


def _whole_pages(rows: Sequence[TableRow], difference: int) -> Iterator[str]:
    """Pages whose rows are the difference, which may be there twice."""
    sums: dict[int, int] = {}
    for row in rows:
        if row.page is not None:
            sums[row.page] = sums.get(row.page, 0) + (row.number or 0)
    for page, number in sums.items():
        if difference > 0 and number == difference and len(sums) > 1:
            yield f"all rows of page {page}, which may be there twice"


def _digit_runs(rows: Sequence[TableRow], difference: int) -> Iterator[str]:
    """Rows whose number has too many or too few digits, or two that changed places."""
    for row in rows:
        if row.number is None:
            continue
        tail = row.name.rsplit(" ", 1)[-1]
        if _suspect_value(f"{tail}{row.number}") == row.number - difference and tail.isdecimal():
            yield f"{_said_of(row)}: the end of the name may be the beginning of the number"
        if row.number - difference in _shortened(row.number):
            yield f"{_said_of(row)}: it may be two numbers, joined"
        if row.number - difference in _swapped(row.number):
            yield f"{_said_of(row)}: two of its digits may have changed places"


def _rests(rows: Sequence[TableRow], left: Sequence[Entry], difference: int) -> Iterator[str]:
    """Rows whose number may go on in the number without a name that is next behind them."""
    ordered = sorted(rows, key=_place_of_entry)
    places = [_place_of_entry(row) for row in ordered]
    for entry in (entry for entry in left if not entry.name):
        index = bisect_left(places, entry.first.place) - 1
        row = ordered[index] if index >= 0 else None
        if row is None or row.number is None:
            continue
        if _suspect_value(f"{row.number}{entry.number}") == row.number - difference:
            yield f"{_said_of(row)}: {entry.number} in {_where(entry)} may be the rest of it"


def _place_of_entry(row: TableRow) -> tuple[int, int]:
    return row.page or 0, row.line


def _of_total(total: TableRow, difference: int) -> Iterator[str]:
    printed = sum_of([total])
    made = printed + difference
    if made in _swapped(printed) or made in _shortened(printed):
        yield f"{_said_of(total)} itself: it would be {made:,}"


def _shortened(number: int) -> set[int]:
    """What a number is without its first digits, or its last ones."""
    digits = str(number)
    places = range(1, len(digits))
    return {int(part) for p in places for part in (digits[p:], digits[:p])}


def _swapped(number: int) -> set[int]:
    """What a number is with two neighbours of its digits in each other's place."""
    digits = str(number)
    found = {
        int(digits[:p] + digits[p + 1] + digits[p] + digits[p + 2 :])
        for p in range(len(digits) - 1)
    }
    return found - {number}


def _suspect_value(text: str) -> int | None:
    digits = text.replace(",", "")
    return int(digits) if digits.isascii() and digits.isdecimal() else None


def _said_of(row: TableRow) -> str:
    return f"{row.name!r} {row.printed} in {row.where}"


def _where(entry: Entry) -> str:
    return place_words(entry.first.page, entry.first.line)
