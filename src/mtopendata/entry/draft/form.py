"""How a CSV file is written: its encoding, separators, quotes and comments."""

import codecs
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any

from mtopendata.entry.draft.doubts import Doubt
from mtopendata.package.dialects import read_dialect
from mtopendata.package.place import Place
from mtopendata.reading.blocks import decompressed
from mtopendata.reading.csv_rows import TextLines, csv_rows
from mtopendata.reading.faults import Faults, UnreadableError
from mtopendata.values.excerpts import cut

DELIMITERS = (",", ";", "\t", "|")
_SAMPLE = 256 * 1024
"""Bytes of the text from which separators are guessed."""
_RECORDS = 200
"""Records of it that are looked at."""
_CONTROL = frozenset(range(32)) - frozenset(b"\t\n\r\f\v\x1a\x1b")
_UNDEFINED = frozenset((0x81, 0x8D, 0x8F, 0x90, 0x9D))
"""Bytes that mean nothing in Windows-1252."""
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class Form:
    """How a file is written. `dialect` has the properties that are not the standard's own."""

    encoding: str
    dialect: dict[str, Any] = field(default_factory=dict)
    doubts: tuple[Doubt, ...] = ()


def form_of(file: Path, path: str, compression: str, max_bytes: int, format_: str) -> Form:
    """How a file is written, which is called `path`. UnreadableError: it is empty or no text."""
    encoding, sample, doubts = _encoding(file, path, compression, max_bytes)
    text = sample.decode(encoding, errors="ignore").removeprefix("\ufeff")
    if not text.strip():
        raise UnreadableError("it is empty", "add a header and rows")
    is_cut = len(sample) >= _SAMPLE
    dialect = _dialect(text, format_, is_cut=is_cut)
    if rows := dialect.get("headerRows"):
        what = f"the header is taken to be record {rows[0]}, and what stands above it is left out"
        doubts.append(Doubt(path, None, what, "correct 'headerRows' if it stands elsewhere"))
    return Form(encoding, dialect, tuple(doubts))


# Its encoding


def _encoding(
    file: Path, path: str, compression: str, max_bytes: int
) -> tuple[str, bytes, list[Doubt]]:
    """The encoding, the first bytes, and what is not certain. All bytes are looked at, since the
    one that is no UTF-8 may be the last.
    """
    pieces = decompressed(file, compression, max_bytes if compression else 2**62)
    first = next(pieces, b"")
    sample = first[:_SAMPLE]
    if first.startswith(_WIDE):
        return "utf-16", sample[: len(sample) // 2 * 2], []
    if not _CONTROL.isdisjoint(sample):
        raise UnreadableError("it is no text: it has control characters", "export it as CSV")
    name = "utf-8-sig" if first.startswith(codecs.BOM_UTF8) else "utf-8"
    other = _first_of_no_utf8(first, pieces)
    if other is None:
        return name, sample, []
    is_windows = _UNDEFINED.isdisjoint(other)
    name, shown = ("cp1252", "Windows-1252") if is_windows else ("latin-1", "Latin-1")
    example = cut(other.decode(name).strip(), 60)
    what = f"it is no UTF-8, and taken for {shown}, in which a line reads {example!r}"
    return name, sample, [Doubt(path, None, what, "correct 'encoding' if that is misspelt")]


def _first_of_no_utf8(first: bytes, pieces: Iterator[bytes]) -> bytes | None:
    """What stands around the first byte that is no UTF-8, as far as its line goes; else None.
    Bytes that Windows-1252 has not count wherever they are.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    piece: bytes | None = first
    while piece is not None:
        if not (piece.isascii() and decoder.getstate()[0] == b""):
            try:
                decoder.decode(piece)
            except UnicodeDecodeError as error:
                return _line_around(bytes(error.object), error.start, chain([piece], pieces))
        piece = next(pieces, None)
    if decoder.getstate()[0]:
        return decoder.getstate()[0]
    return None


def _line_around(data: bytes, place: int, rest: Iterator[bytes]) -> bytes:
    begin = max(data.rfind(b"\n", 0, place) + 1, place - 30)
    end = data.find(b"\n", place)
    line = data[begin : end if 0 <= end < place + 30 else place + 30]
    strange = next((byte for piece in rest for byte in _UNDEFINED if byte in piece), None)
    return line if strange is None else line + bytes([strange])


# Its separators


def _dialect(text: str, format_: str, *, is_cut: bool) -> dict[str, Any]:
    """The properties of the dialect in which most records have the header's width."""
    default = "\t" if format_ == "tsv" else ","
    tried = _all_tried(text, default, is_cut=is_cut)
    _, width, best = max(tried, key=lambda one: (one[1] > 1 and one[0], one[1]))
    rows = _rows(best, text, is_cut=is_cut)
    above = next((number for number, row in enumerate(rows) if len(row) == width), 0)
    if width <= 1 or (above and _is_all_numbers(rows[above])):
        # A single column, if a sign that no cell has separates nothing.
        alone = next((one[2] for one in tried if one[:2] == (1.0, 1)), {})
        return {} if alone.get("delimiter") == default else alone
    if above and _is_title(rows[:above]) and "commentChar" not in best:
        best["headerRows"] = [above + 1]
        rows = rows[above:]
    found = best | _of_cells(rows)
    if found["delimiter"] == default:
        del found["delimiter"]
    return found


def _all_tried(text: str, default: str, *, is_cut: bool) -> list[tuple[float, int, dict[str, Any]]]:
    """Each sign that may separate cells, the usual one first; also with comments."""
    signs = [default, *(sign for sign in DELIMITERS if sign != default)]
    tried = [_as_tried({"delimiter": sign}, text, is_cut=is_cut) for sign in signs]
    if text.startswith("#"):
        tried += [_as_tried({**one[2], "commentChar": "#"}, text, is_cut=is_cut) for one in tried]
    return tried


def _is_title(rows: Sequence[Sequence[str]]) -> bool:
    """Whether what stands above a header is no header: one that is too short has several labels."""
    return all(len([cell for cell in row if cell]) <= 1 for row in rows)


def _of_cells(rows: Sequence[Sequence[str]]) -> dict[str, Any]:
    """What the cells tell of blanks behind separators and of the sign of quotes."""
    found: dict[str, Any] = {}
    behind = [cell for row in rows for cell in row[1:] if cell]
    if behind and all(cell.startswith(" ") for cell in behind):
        found["skipInitialSpace"] = True
    cells = [cell for row in rows for cell in row if cell.strip()]
    if cells and sum(_is_single_quoted(cell) for cell in cells) * 2 > len(cells):
        found["quoteChar"] = "'"
    return found


def _is_all_numbers(row: list[str]) -> bool:
    """Whether a record has numbers alone, so that it is no header."""
    return not any(char.isalpha() for cell in row for char in cell)


def _is_single_quoted(cell: str) -> bool:
    return len(cell) > 1 and cell[0] == cell[-1] == "'"


def _as_tried(raw: dict[str, Any], text: str, *, is_cut: bool) -> tuple[float, int, dict[str, Any]]:
    """The share of records that have the usual width, that width, and the properties."""
    widths = Counter(len(row) for row in _rows(raw, text, is_cut=is_cut))
    if not widths:
        return 0.0, 0, raw
    [(width, count)] = widths.most_common(1)
    return count / widths.total(), width, raw


def _rows(raw: dict[str, Any], text: str, *, is_cut: bool) -> list[list[str]]:
    dialect, _ = read_dialect(raw, Place(Path(), []), "csv")
    comment = dialect.comment_char
    if comment:
        lines = text.splitlines(keepends=True)
        text = "".join(line for line in lines if not line.startswith(comment))
    records = csv_rows(TextLines([text.encode(errors="replace")], 0), dialect, Faults(0))
    rows = [cells for _, cells in islice(records, _RECORDS + 1)]
    while rows and not rows[-1]:
        del rows[-1]
    return rows[:-1] if len(rows) > 1 and (is_cut or len(rows) > _RECORDS) else rows
