"""Files of bz2 and xz, to their last byte.

Such a file may be several streams behind each other. Python's own readers take whatever they cannot
read behind the first one for nothing, so that a damaged stream would be missed without a word.
"""

import bz2
import lzma
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

READ = 1 << 18
"""Compressed bytes read at a time."""


class Decompressor(Protocol):
    """Of one stream."""

    @property
    def eof(self) -> bool:
        """Whether the stream has ended."""

    @property
    def needs_input(self) -> bool:
        """Whether more bytes are needed before anything can be had."""

    @property
    def unused_data(self) -> bytes:
        """What stands behind the end of the stream."""

    def decompress(self, data: bytes, max_length: int = -1, /) -> bytes:
        """At most so many bytes."""


DECOMPRESSORS: dict[str, Callable[[], Decompressor]] = {
    "bz2": bz2.BZ2Decompressor,
    "xz": lzma.LZMADecompressor,
}


class CompressedStreams:
    """A file of one or several compressed streams. Zeros behind one are padding."""

    def __init__(self, file: Path, compression: str) -> None:
        self._file = file.open("rb")
        self._make = DECOMPRESSORS[compression]
        self._stream = self._make()

    def read(self, size: int) -> bytes:
        """The next bytes, at most `size`; none at the end. OSError, EOFError, LZMAError: the file
        is damaged, or cut short.
        """
        while True:
            data = b""
            if self._stream.eof:
                data = self._behind()
                if not data:
                    return b""
                self._stream = self._make()
            elif self._stream.needs_input:
                data = self._file.read(READ)
                if not data:
                    raise EOFError("the file ends before its data do")
            if found := self._stream.decompress(data, size):
                return found

    def _behind(self) -> bytes:
        """What stands behind a stream that has ended, but for padding."""
        data = self._stream.unused_data
        while not (left := data.lstrip(b"\0")):
            data = self._file.read(READ)
            if not data:
                return b""
        return left

    def close(self) -> None:
        """Close the file."""
        self._file.close()
