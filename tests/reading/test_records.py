"""Records agree with Python's csv module, however the file is cut into blocks."""

import bz2
import csv
import gzip
import io
import lzma
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from mtopendata.package.model import Dialect
from mtopendata.reading import blocks
from mtopendata.reading.chunks import Chunk, StrayQuoteError, split
from mtopendata.reading.faults import Fault, UnreadableError
from mtopendata.reading.records import Records
from tests.kit.examples import examples

SETTINGS = settings(
    max_examples=examples(500),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
Row = list[str | None]


@dataclass
class Read:
    """All that Records says of a file."""

    labels: list[str] | None
    rows: list[Row]
    lines: list[int]
    faults: list[Fault]
    counts: dict[str, int]
    line_ends: set[str]

    def lines_of(self, *codes: str) -> list[int | None]:
        return sorted((f.row for f in self.faults if f.code in codes), key=lambda row: row or 0)


def read(
    file: Path,
    dialect: Dialect | None = None,
    encoding: str = "utf-8",
    compression: str = "",
    width: int | None = None,
    max_bytes: int = 10**9,
    limit: int = 10**6,
) -> Read:
    found = Records(file, dialect or Dialect(), encoding, compression, max_bytes, limit)
    rows: list[Row] = []
    lines: list[int] = []
    if not found.is_empty:
        columns = width if width is not None else len(found.labels or [None] * found.width)
        for chunk in chunks(found, columns):
            assert chunk.frame.height == len(chunk.lines)
            assert all(dtype.base_type().__name__ == "String" for dtype in chunk.frame.dtypes)
            rows += [list(row) for row in chunk.frame.rows()]
            lines += list(chunk.lines)
    return Read(
        found.labels, rows, lines, found.faults.listed, found.faults.counts, found.faults.line_ends
    )


def chunks(found: Records, width: int) -> Iterator[Chunk]:
    """The records in `width` columns; from a stray quote on as one stream."""
    blocks = found.blocks()
    for raw in blocks:
        try:
            yield split(raw, found.dialect, width, found.faults, empty_is_missing=True)
        except StrayQuoteError:
            blocks = found.streamed(raw, blocks)
            for rest in blocks:
                yield split(rest, found.dialect, width, found.faults, empty_is_missing=True)


@dataclass
class Referee:
    """The same by Python's csv module over the whole text."""

    labels: list[str]
    rows: list[Row]
    lines: list[int]
    blank: list[int]
    missing: list[int]
    extra: list[int]
    badly_quoted: list[int]


def is_well_quoted(record: str, delimiter: str, quote: str | None) -> bool:
    """Whether RFC 4180 allows the quotes of one record: a machine of four states."""
    if quote is None:
        return True
    state = "start"
    for char in record.rstrip("\r\n") if not record.endswith(quote) else record:
        if state == "start":
            state = "quoted" if char == quote else "start" if char == delimiter else "plain"
        elif state == "plain":
            if char == quote:
                return False
            state = "start" if char == delimiter else "plain"
        elif state == "quoted":
            state = "closing" if char == quote else "quoted"
        elif char == quote:
            state = "quoted"
        elif char == delimiter:
            state = "start"
        else:
            return False
    return state != "quoted"


def referee(text: str, dialect: Dialect) -> Referee:
    source = io.StringIO(text, newline="")
    every_line = list(io.StringIO(text, newline=""))
    reader = csv.reader(
        source,
        delimiter=dialect.delimiter,
        quotechar=dialect.quote_char,
        quoting=csv.QUOTE_MINIMAL if dialect.quote_char else csv.QUOTE_NONE,
    )
    found = Referee([], [], [], [], [], [], [])
    begin = 1
    for number, row in enumerate(reader):
        raw = "".join(every_line[begin - 1 : reader.line_num])
        if not is_well_quoted(raw, dialect.delimiter, dialect.quote_char):
            found.badly_quoted.append(begin)
        if number == 0:
            found.labels = row
        width = len(found.labels)
        if number == 0:
            pass
        elif not row:
            found.blank.append(begin)
        else:  # a row of empty cells is blank to the reader of its cells, and no other fault
            if any(row) and len(row) < width:
                found.missing.append(begin)
            if any(row) and len(row) > width:
                found.extra.append(begin)
            found.rows.append([*row[:width], *[None] * (width - len(row))])
            found.lines.append(begin)
        begin = reader.line_num + 1
    return found


# Text that is nearly CSV


def _cells(delimiter: str, quote: str) -> st.SearchStrategy[str]:
    """Cells as written: bare, quoted, and quoted wrongly."""
    plain = st.text(alphabet="ab1 é漢", max_size=4)
    inside = ["a", "é", delimiter, quote * 2, "\n", "\r\n", "\r", " "]
    anything = ["a", quote, delimiter, "\n", "\r\n", "\r", "😀"]
    inner = st.lists(st.sampled_from(inside), max_size=5).map("".join)
    wild = st.lists(st.sampled_from(anything), max_size=5).map("".join)
    quoted = inner.map(lambda text: quote + text + quote)
    return st.one_of(plain, plain, plain, quoted, quoted, wild)


@st.composite
def texts(draw: st.DrawFn) -> tuple[str, Dialect]:
    """Text with a header of some width, and records that mostly have it."""
    delimiter = draw(st.sampled_from([",", ",", ";", "\t", "|", " "]))
    quote = draw(st.sampled_from(['"', '"', '"', "'", None]))
    end = draw(st.sampled_from(["\n", "\n", "\r\n", "\r"]))
    width = draw(st.integers(1, 4))
    cells = _cells(delimiter, quote or '"')
    header = delimiter.join(f"h{index}" for index in range(width))
    lines = [header]
    for _ in range(draw(st.integers(0, 8))):
        kind = draw(st.integers(0, 9))
        count = width if kind < 8 else draw(st.integers(0, 5))
        lines.append(delimiter.join(draw(cells) for _ in range(count)))
    ends = [draw(st.sampled_from([end] * 8 + ["\n", "\r\n"])) for _ in lines]
    text = "".join(line + stop for line, stop in zip(lines, ends, strict=True))
    if draw(st.integers(0, 4)) == 0:
        text = text.rstrip("\r\n")
    return text, Dialect(delimiter=delimiter, quote_char=quote)


@SETTINGS
@given(texts(), st.integers(1, 64), st.booleans())
@example(("a,b\n1,2\r3,4\n5,6\n", Dialect()), 4, False)
@example(('a,b\n"1\n1",2\n"3",4\n', Dialect()), 5, False)
@example(('a,b\nx"y"z,w\n', Dialect()), 64, False)
@example(('a,b\n"x"y,w\n', Dialect()), 64, False)
@example(('a\n\n""\n\n1\n', Dialect()), 3, False)
@example(("a,b\n1,2,3\n4\n", Dialect()), 64, False)
@example(('a,b\n1,"2\n3,4\n', Dialect()), 5, False)
@example(('"a\n",b\n1,2\n', Dialect()), 5, True)
def test_every_cell_and_line_is_as_csv_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    given_text: tuple[str, Dialect], block: int, with_bom: bool,
) -> None:  # fmt: skip
    text, dialect = given_text
    monkeypatch.setattr(blocks, "BLOCK", max(block, 3 * with_bom))  # a BOM has three bytes
    file = tmp_path / "t.csv"
    file.write_bytes(("\ufeff" if with_bom else "").encode() + text.encode())
    should = referee(text, dialect)
    assume(should.labels)
    has = read(file, dialect)
    assert has.labels == should.labels
    assert has.rows == should.rows
    assert has.lines == should.lines
    assert has.lines_of("blank-row") == should.blank
    assert has.lines_of("missing-cell") == should.missing
    assert has.lines_of("extra-cell") == should.extra
    assert has.lines_of("quotes", "unclosed-quote") == should.badly_quoted
    assert bool(has.counts.get("bom")) == with_bom
    if not dialect.quote_char or dialect.quote_char not in text:
        assert has.line_ends == set(re.findall("\r\n|\r|\n", text))
    for code, count in has.counts.items():
        assert count == sum(fault.code == code for fault in has.faults)


SIZES = (1, 2, 3, 5, 8, 13, 64)


@pytest.mark.sampled
@pytest.mark.parametrize("block", SIZES)
def test_regular_text_has_no_faults(
    block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Random tables, written by Python's csv module as RFC 4180 has them, come back unharmed."""
    monkeypatch.setattr(blocks, "BLOCK", block)
    rng = random.Random(block)  # noqa: S311 - to be repeatable
    file = tmp_path / "t.csv"
    for number in range(examples(60)):
        width = rng.randint(1, 4)
        rows: list[Row] = [
            ["".join(rng.choices('ab ,;"\n\té漢😀', k=rng.randint(0, 4))) for _ in range(width)]
            for _ in range(rng.randint(0, 8))
        ]
        rows = [row for row in rows if any(row)]
        header = [f"h{index}" for index in range(width)]
        quote = rng.choice(['"', "'"])
        dialect = Dialect(delimiter=rng.choice(",;\t|"), quote_char=quote)
        with file.open("w", newline="", encoding="utf-8") as sink:
            writer = csv.writer(
                sink, delimiter=dialect.delimiter, quotechar=quote, lineterminator="\n",
                quoting=rng.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
            )  # fmt: skip
            writer.writerows([header, *rows])
        has = read(file, dialect)
        assert has.labels == header, number
        assert has.rows == rows, number
        assert not has.faults, number


def test_lines_are_counted_through_cells_of_several_lines(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_bytes(b'"a\nb",c\n1,"2\r\n\n"\n3,4\n\n5\n6,7,8\n')
    has = read(file)
    assert has.labels == ["a\nb", "c"]
    assert has.rows == [["1", "2\r\n\n"], ["3", "4"], ["5", None], ["6", "7"]]
    assert has.lines == [3, 6, 8, 9]
    assert has.lines_of("blank-row") == [7]
    assert has.lines_of("missing-cell") == [8]
    assert has.lines_of("extra-cell") == [9]
    assert [fault.cell for fault in has.faults if fault.code == "extra-cell"] == ["8"]


@pytest.mark.parametrize("block", SIZES)
@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('a,b\n1,"2\n3,4\n', 2), ('a,b\n1,2\n"3,4\n5,6', 3), ('"a,b\n1,2\n', 1),
        ('a,b\n1,2\n3,4\n5,"', 4), ('a,b\n"1\n",2\n3,"4""\n5,6\n', 4),
    ],
)  # fmt: skip
def test_a_quote_that_never_closes_is_an_error_where_it_opens(
    text: str, line: int, block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "BLOCK", block)
    file = tmp_path / "t.csv"
    file.write_text(text, encoding="utf-8")
    has = read(file)
    assert has.lines_of("unclosed-quote") == [line]
    assert not any(fault.warning for fault in has.faults if fault.code == "unclosed-quote")


@pytest.mark.parametrize("block", SIZES)
@pytest.mark.parametrize("line", ['x"y"z,w\n', '"x"y,w\n', '1,2"\n', '"1" ,2\n', '""1"",2\n'])
def test_a_stray_quote_is_a_warning(
    line: str, block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "BLOCK", block)
    file = tmp_path / "t.csv"
    file.write_text("a,b\n1,2\n" + line + "3,4\n", encoding="utf-8")
    has = read(file)
    assert [(fault.code, fault.row, fault.warning) for fault in has.faults] == [("quotes", 3, True)]
    assert has.rows[-1] == ["3", "4"]


CHARS = {"utf-8": "é漢😀", "utf-8-sig": "é漢", "latin-1": "éß", "cp1252": "€é", "utf-16": "é漢😀",
         "utf-16-le": "é漢", "utf-32": "漢", "cp437": "é", "shift_jis": "漢", "gb18030": "漢",
         "ascii": "a", "koi8-r": "ж"}  # fmt: skip


@pytest.mark.parametrize("block", [1, 2, 3, 7, 4096])
@pytest.mark.parametrize("encoding", CHARS)
def test_text_is_read_in_its_declared_encoding(
    encoding: str, block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "BLOCK", max(block, 3 * (encoding == "utf-8-sig")))
    chars = CHARS[encoding]
    file = tmp_path / "t.csv"
    text = f'a{chars},b\n{chars},"{chars}\n{chars}"\n1,2\n'
    file.write_bytes(text.encode(encoding))
    has = read(file, encoding=encoding)
    assert has.labels == [f"a{chars}", "b"]
    assert has.rows == [[chars, f"{chars}\n{chars}"], ["1", "2"]]
    assert has.lines == [2, 4]
    assert has.lines_of("encoding") == []


@pytest.mark.parametrize("block", [1, 2, 3, 7, 4096])
@pytest.mark.parametrize(
    ("encoding", "bad"),
    [("utf-8", b"\xe9"), ("utf-8", b"\xc3"), ("utf-8", b"\xed\xa0\x80"), ("utf-8", b"\xf0\x9f"),
     ("utf-8", b"\xc0\x80"), ("ascii", "é".encode()), ("cp1252", b"\x81")],
)  # fmt: skip
def test_bytes_that_are_no_text_are_an_error_on_their_line(
    encoding: str, bad: bytes, block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "BLOCK", block)
    file = tmp_path / "t.csv"
    file.write_bytes(b"a,b\n1,2\nx" + bad + b",y\n3,4\n")
    has = read(file, encoding=encoding)
    found = [fault for fault in has.faults if fault.code == "encoding"]
    assert found
    assert not any(fault.warning for fault in found)
    assert found[0].row == 3
    assert has.rows[0] == ["1", "2"]
    assert has.rows[-1] == ["3", "4"]
    assert len(has.rows) == 3


def test_a_cut_character_at_the_end_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    for encoding in ("utf-8", "utf-16-le", "shift_jis"):
        file.write_bytes("a\n1\n漢".encode(encoding)[:-1])
        assert read(file, encoding=encoding).counts["encoding"] == 1


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_text_without_the_byte_order_mark_that_it_needs_is_no_traceback(
    encoding: str, tmp_path: Path
) -> None:
    file = tmp_path / "t.csv"
    file.write_bytes(b"a,b\n1,2\n\xff")
    try:
        has = read(file, encoding=encoding)
    except UnreadableError:
        return
    assert has.counts["encoding"]


@pytest.mark.parametrize("encoding", ["no-such", "", "rot13", "hex", "base64", "a\0b", "x" * 500])
def test_an_encoding_that_nobody_knows_is_unreadable(encoding: str, tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_bytes(b"a\n1\n")
    with pytest.raises(UnreadableError):
        read(file, encoding=encoding)


COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
}


@pytest.mark.parametrize("compression", COMPRESSORS)
def test_a_compressed_file_is_read_to_its_end_or_not_at_all(
    compression: str, tmp_path: Path
) -> None:
    file = tmp_path / "t.csv"
    text = b"a,b\n" + b"".join(b"%d,%d\n" % (n, n * 7919) for n in range(500))
    whole = COMPRESSORS[compression](text)
    file.write_bytes(whole)
    assert read(file, compression=compression).rows[-1] == ["499", str(499 * 7919)]
    with pytest.raises(UnreadableError, match="expands"):
        read(file, compression=compression, max_bytes=len(text) - 1)
    for broken in (whole[: len(whole) // 2], b"x" + whole, whole[:-1], text):
        file.write_bytes(broken)
        with pytest.raises(UnreadableError):
            read(file, compression=compression)


def test_an_unknown_compression_is_unreadable(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_bytes(b"a\n1\n")
    with pytest.raises(UnreadableError):
        read(file, compression="lz4")


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf"])
def test_a_file_without_text_is_empty(data: bytes, tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_bytes(data)
    assert Records(file, Dialect(), "utf-8", "", 10**6, 10).is_empty


@pytest.mark.parametrize("block", SIZES)
def test_a_table_without_a_header_begins_on_line_1(
    block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "BLOCK", block)
    file = tmp_path / "t.csv"
    file.write_bytes(b'1,"2\n"\n3,4\n')
    has = read(file, Dialect(header_rows=()))
    assert has.labels is None
    assert (has.rows, has.lines) == ([["1", "2\n"], ["3", "4"]], [1, 3])


@pytest.mark.parametrize("block", SIZES)
def test_faults_are_all_counted_and_the_first_ones_listed(
    block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "BLOCK", block)
    file = tmp_path / "t.csv"
    file.write_bytes(b"a,b\n" + b"1\n1,2,3\n\n" * 40)
    has = read(file, limit=5)
    for code, first in (("missing-cell", 2), ("extra-cell", 3), ("blank-row", 4)):
        assert has.counts[code] == 40
        assert has.lines_of(code) == [first + 3 * n for n in range(5)]


ODD_DIALECTS: Sequence[tuple[Dialect, str, list[str], list[Row], list[int]]] = [
    (
        Dialect(escape_char="\\", double_quote=False),
        'a,b\n"x\\"y",2\n', ["a", "b"], [['x"y', "2"]], [2],
    ),
    (Dialect(skip_initial_space=True), 'a, b\n1, "2, 3"\n', ["a", "b"], [["1", "2, 3"]], [2]),
    (Dialect(comment_char="#"), "#x\na,b\n#,y\n1,2\n", ["a", "b"], [["1", "2"]], [4]),
    (
        Dialect(comment_rows=(3,)),
        "a,b\n1,2\nx,y\n3,4\n", ["a", "b"], [["1", "2"], ["3", "4"]], [2, 4],
    ),
    (Dialect(header_rows=(1, 2)), "a,b\nc,d\n1,2\n", ["a c", "b d"], [["1", "2"]], [3]),
    (Dialect(header_rows=(2,)), "x\na,b\n1,2\n", ["a", "b"], [["1", "2"]], [3]),
    (
        Dialect(skip_blank_rows=True),
        "a,b\n\n1,2\n,\n3,4\n", ["a", "b"], [["1", "2"], ["3", "4"]], [3, 5],
    ),
    (Dialect(delimiter="é"), "aéb\n1é2\n", ["a", "b"], [["1", "2"]], [2]),
]  # fmt: skip


@pytest.mark.parametrize("case", ODD_DIALECTS)
@pytest.mark.parametrize("block", [1, 3, 4096])
def test_an_odd_dialect_is_read_with_its_own_lines(
    case: tuple[Dialect, str, list[str], list[Row], list[int]], block: int, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(blocks, "BLOCK", block)
    dialect, text, labels, rows, lines = case
    file = tmp_path / "t.csv"
    file.write_text(text, encoding="utf-8")
    has = read(file, dialect)
    assert (has.labels, has.rows, has.lines) == (labels, rows, lines)
    assert not has.faults


def test_a_nul_byte_is_an_error_on_its_line(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_bytes(b"a,b\n1,2\n3\0,4\n5,6\n")
    has = read(file)
    assert has.lines_of("nul-byte") == [3]
    assert len(has.rows) == 3


def test_a_cell_may_be_huge(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    huge = "x" * 1_000_000
    for text in (f"a,b\n{huge},1\n", f'a,b\n"{huge}\n",1\n', f'a,b\nx"{huge},1\n'):
        file.write_text(text, encoding="utf-8")
        cell = read(file).rows[0][0]
        assert cell
        assert len(cell) >= len(huge)
