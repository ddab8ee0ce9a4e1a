"""A file of text divided into ranges of bytes, each of which is told where its records begin.

Nobody can tell from a range alone whether it begins inside of quotes. So what it holds is counted
for both cases, in any order and anywhere; the counts are then added up from the first range on.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mtopendata.reading.blocks import count_lines


@dataclass(frozen=True, slots=True)
class Range:
    """Bytes of a file, from `start` up to `end`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Beginning:
    """Where the first record of a range begins: at which byte of the file, and how many line ends
    lie before it in the range.
    """

    byte: int
    lines: int


@dataclass(frozen=True, slots=True)
class Counts:
    """What a range holds: quotes, line ends, and where the first record begins that begins in it,
    if the range itself begins outside of quotes, and if inside; None: none does.
    """

    quotes: int
    lines: int
    first: tuple[Beginning | None, Beginning | None]


@dataclass(frozen=True, slots=True)
class Span:
    """Whole records: the bytes of a file from `start` up to `end`, which begin in this line."""

    start: int
    end: int
    line: int


def ranges_of(size: int, width: int) -> list[Range]:
    """A file of so many bytes in ranges, of which the last may be shorter."""
    return [Range(start, min(start + width, size)) for start in range(0, size, width)]


def bytes_of(file: Path, start: int, end: int) -> bytes:
    """A part of a file; fewer bytes where it ends before."""
    with file.open("rb") as stream:
        stream.seek(start)
        return stream.read(end - start)


def counts_of(file: Path, part: Range, quote: bytes) -> Counts:
    """What a range of a file holds; `quote` may be empty. OSError: it cannot be read."""
    before = int(part.start > 0)  # a line end, and half of one, may lie just before it
    start = part.start - before
    data = bytes_of(file, start, part.end)
    quotes = data.count(quote, before) if quote else 0
    first: tuple[Beginning | None, Beginning | None] = Beginning(0, 0), None  # the header's
    if before:
        outside, inside = (
            _first_record(data, start, quote, is_quoted=case) for case in (False, True)
        )
        first = outside, inside
    return Counts(quotes, _line_ends(data, before, len(data)), first)


def _first_record(data: bytes, start: int, quote: bytes, *, is_quoted: bool) -> Beginning | None:
    """Where the first record begins behind a line end that no quote encloses. The data begin with
    the byte `start`, the last one before the range.
    """
    at, counted = 0, 1
    while True:
        if is_quoted:
            closing = data.find(quote, counted) if quote else -1
            if closing < 0:
                return None
            at = counted = closing + 1
        end = data.find(b"\n", at, len(data) - 1)
        if end < 0:
            return None
        is_quoted = bool(quote) and data.count(quote, counted, end) % 2 == 1
        if not is_quoted:
            return Beginning(start + end + 1, _line_ends(data, 1, end + 1))
        counted = end + 1


def _line_ends(data: bytes, start: int, end: int) -> int:
    """The line ends up to `end`, of which the last byte lies behind `start`."""
    part = data[start:end]
    return count_lines(part) - (data[:start] + part[:1] == b"\r\n")


def spans(ranges: Sequence[Range], counts: Sequence[Counts]) -> Iterator[Span]:
    """The records of a file, divided where its ranges' first ones begin."""
    quotes = lines = 0
    begun: Span | None = None
    for count in counts:
        first = count.first[quotes % 2]
        if first is not None:
            if begun is not None:
                yield Span(begun.start, first.byte, begun.line)
            begun = Span(first.byte, first.byte, lines + first.lines + 1)
        quotes += count.quotes
        lines += count.lines
    if begun is not None:
        yield Span(begun.start, ranges[-1].end, begun.line)
