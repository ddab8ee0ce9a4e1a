"""The bytes of a file as blocks of UTF-8, whatever encoding and compression they have."""

import codecs
import gzip
import lzma
import zipfile
from collections.abc import Iterator
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import Protocol, cast

from mtopendata.package.files import DAMAGE
from mtopendata.package.zipped import ZippedError, only_member
from mtopendata.reading.compressed_streams import CompressedStreams
from mtopendata.reading.faults import Fault, Faults, TooLargeError, UnreadableError

BLOCK = 4 * 1024**2
"""Bytes read at a time: large enough to keep all cores busy, small beside any machine's memory."""
_UTF8 = ("utf-8", "utf-8-sig", "ascii")
_BROKEN = (*DAMAGE, OSError, lzma.LZMAError)
"""What is raised for compressed files that are broken."""


class Stream(Protocol):
    """What bytes are read from."""

    def read(self, size: int, /) -> bytes:
        """At most so many bytes; none at the end."""

    def close(self) -> None:
        """Let go of the file."""


class Blocks:
    """The bytes of a file as UTF-8 without a BOM, block by block, faults of encoding on the way."""

    def __init__(
        self,
        file: Path | bytes,
        encoding: str,
        compression: str,
        max_bytes: int,
        faults: Faults,
        size: int | None = None,
        inner: str = "",
        start: tuple[int, int] = (0, 1),
    ) -> None:
        """`file` may be the bytes themselves; `size` is a block's in bytes. `start`: at which byte
        of a plain file to begin, and the line that it begins. Bytes themselves begin with that
        line. UnreadableError: as the iteration.
        """
        self.faults = faults
        self.size = len(file) if isinstance(file, bytes) else file.stat().st_size
        self.read, line = start
        self.lines = line - 1
        self._block = max(size or BLOCK, 4)  # a byte order mark has up to four bytes
        self._last = b"\n"
        self._broken = 0  # the last line that has bytes which are no text
        if isinstance(file, bytes):
            self._stream: Stream = BytesIO(file)
        else:
            self._stream = _open(file, compression, inner, self.read)
        self._max_bytes = max_bytes if compression else None
        try:
            codec = codecs.lookup(encoding)
            if not codec._is_text_encoding:
                raise LookupError
        except (LookupError, ValueError) as error:
            raise UnreadableError(f"the encoding {encoding!r} is unknown") from error
        self.is_utf8 = codec.name in _UTF8
        self._is_ascii = codec.name == "ascii"
        self._has_bom = codec.name == "utf-8-sig"
        self._codec = codec

    def __iter__(self) -> Iterator[bytes]:
        blocks = self._utf8() if self.is_utf8 else self._decoded()
        for block in blocks:
            if b"\0" in block:
                self._report_nul_bytes(block)
            self.lines += count_lines(block) - self._is_in_line_end(block)
            self._last = block[-1:]
            yield block

    def _is_in_line_end(self, block: bytes) -> bool:
        """Whether a block begins with the second half of a line end, which is counted already."""
        return self._last + block[:1] == b"\r\n"

    def _report_nul_bytes(self, block: bytes) -> None:
        place = block.find(b"\0")
        line, counted = self.lines + 1, 0
        while place >= 0:
            line += count_lines(block[counted:place])
            self.faults.add(
                Fault(
                    "nul-byte",
                    "a NUL byte stands in the line",
                    "find out what wrote it: this is no text file, or a damaged one",
                    row=line,
                )
            )
            counted = place
            end = block.find(b"\n", place)
            place = block.find(b"\0", end) if end >= 0 else -1

    def _pieces(self) -> Iterator[bytes]:
        for piece in _pieces(self._stream, self._max_bytes, self._block):
            self.read += len(piece)
            yield piece

    def _utf8(self) -> Iterator[bytes]:
        rest = b""
        first = not self.lines
        for piece in self._pieces():
            block = rest + piece if rest else piece
            if first:
                block = self._without_bom(block)
                first = False
            rest = b""
            if block.isascii():
                yield block
                continue
            block, rest = _whole_characters(block)
            try:
                block.decode("ascii" if self._is_ascii else "utf-8")
            except UnicodeDecodeError:
                block = self._mended(block)
            if block:
                yield block
        if rest:
            yield self._mended(rest)

    def _without_bom(self, block: bytes) -> bytes:
        if block.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise UnreadableError("it begins as UTF-16 text, which is not its declared encoding")
        if not block.startswith(codecs.BOM_UTF8):
            return block
        if not self._has_bom:  # which says that there is one
            message = "the file begins with a byte order mark"
            hint = "save as UTF-8 without BOM, or declare the encoding 'utf-8-sig'"
            self.faults.add(Fault("bom", message, hint))
        return block[len(codecs.BOM_UTF8) :]

    def _mended(self, block: bytes) -> bytes:
        name = "ascii" if self._is_ascii else "utf-8"
        first = self.lines + 1 - self._is_in_line_end(block)
        for number, line in enumerate(block.splitlines(), first):
            try:
                line.decode(name)
            except UnicodeDecodeError as error:
                if number == self._broken:  # which began in a block before
                    continue
                self._broken = number
                self.faults.add(
                    Fault(
                        "encoding",
                        f"the byte 0x{line[error.start]:02x} is not {name.upper()} text",
                        "save the file as UTF-8 (in Excel 'CSV UTF-8'), or declare its encoding",
                        row=number,
                    )
                )
        return block.decode("utf-8", errors="replace").encode()

    def _decoded(self) -> Iterator[bytes]:
        decoder = self._codec.incrementaldecoder(errors="strict")
        first = True
        for piece in chain(self._pieces(), [b""]):
            try:
                text = decoder.decode(piece, final=not piece)
            except UnicodeError as error:
                good = b""
                if isinstance(error, UnicodeDecodeError):  # with what the decoder held back
                    piece, good = bytes(error.object), bytes(error.object[: error.start])
                why = getattr(error, "reason", error)
                before = good.decode(self._codec.name, errors="replace").encode()
                self.faults.add(
                    Fault(
                        "encoding",
                        f"some bytes are not {self._codec.name} text ({why})",
                        "declare the encoding that the file has",
                        row=self.lines + count_lines(before) + 1,
                    )
                )
                decoder = self._codec.incrementaldecoder(errors="replace")
                try:
                    text = decoder.decode(piece, final=not piece)
                except UnicodeError as again:
                    raise UnreadableError(f"it is not {self._codec.name} text") from again
            if first:
                text = text.removeprefix("\ufeff")
            if text:
                first = False
                yield text.encode("utf-8", errors="replace")


def _whole_characters(block: bytes) -> tuple[bytes, bytes]:
    """UTF-8 up to a character at its end that may go on in the next block, and its first bytes."""
    for count in range(1, min(4, len(block) + 1)):
        byte = block[-count]
        if byte >= 0xC0:  # the first of some bytes
            is_whole = count >= (2 if byte < 0xE0 else 3 if byte < 0xF0 else 4)
            return (block, b"") if is_whole else (block[:-count], block[-count:])
        if byte < 0x80:
            break
    return block, b""


def is_utf8(encoding: str) -> bool:
    """Whether text in a known encoding is UTF-8 byte for byte."""
    return codecs.lookup(encoding).name in _UTF8


def count_lines(block: bytes) -> int:
    """Line ends as an editor and Python's csv module count them: LF, CR LF, and a CR alone."""
    ends = block.count(b"\n")
    # To learn that there is no CR takes a tenth of the time of counting none.
    return ends + block.count(b"\r") - block.count(b"\r\n") if b"\r" in block else ends


def decompressed(file: Path, compression: str, max_bytes: int, inner: str = "") -> Iterator[bytes]:
    """The pieces of a compressed file; `inner` is the name of the file in a zip, or empty.

    UnreadableError: it is broken or expands too far.
    """
    yield from _pieces(_open(file, compression, inner), max_bytes)


def _pieces(stream: Stream, max_bytes: int | None, size: int | None = None) -> Iterator[bytes]:
    read = 0
    try:
        while piece := stream.read(size or BLOCK):
            read += len(piece)
            if max_bytes is not None and read > max_bytes:
                raise TooLargeError(max_bytes)
            yield piece
    except _BROKEN as error:
        message = f"it cannot be read to its end ({error})"
        raise UnreadableError(message, "store it again: it is damaged, or cut short") from error
    finally:
        stream.close()


def _open(file: Path, compression: str, inner: str, start: int = 0) -> Stream:
    match compression:
        case "":
            stream = file.open("rb")
            stream.seek(start)
            return stream
        case "gz" | "gzip":
            return cast("Stream", gzip.open(file, "rb"))
        case "bz2" | "xz":
            return CompressedStreams(file, compression)
        case "zip":
            return _open_zipped(file, inner)
    hint = "store it as gz, bz2, xz or zip, or plain"
    raise UnreadableError(f"the compression {compression!r} is not supported", hint)


def _open_zipped(file: Path, inner: str) -> Stream:
    try:
        with zipfile.ZipFile(file) as archive:  # which stays open for what is read of it
            return archive.open(only_member(archive, inner))
    except ZippedError as error:
        raise UnreadableError(str(error), error.hint) from error
    except _BROKEN as error:
        hint = "store it again, as a zip of one file"
        raise UnreadableError(f"it is no whole zip ({error})", hint) from error
