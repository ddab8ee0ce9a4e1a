"""A folder of what was seen before, of which nothing is believed that this user has not written.

Each entry is signed, with a key that lies in the user's own folder of caches and not in this one.
An entry that is cut off, changed, put under another name or of another user is as good as none.
"""

import hmac
import os
import secrets
import tempfile
import time
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from blake3 import blake3

_SIGNATURE, _LENGTH = 32, 8
_ENDING = ".seen"
_AT_ONCE = 2**20
_UNUSED = 30 * 24 * 3600
"""Seconds after which an entry goes that no run has asked for."""


class Cache:
    """The entries of a folder. Whatever goes wrong with it is told once in `trouble`, and the run
    goes on without it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.trouble: str | None = None
        self._digests: dict[Path, tuple[tuple[int, ...], str]] = {}
        self._key = b""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._key = _own_key()
        except OSError as error:
            self._give_up(error)

    def get(self, name: str) -> list[bytes] | None:
        """The parts of the entry of this name; None: none is there that this user has written."""
        if not self._key:
            return None
        file = self._file(name)
        try:
            with file.open("rb") as stream:
                signature = stream.read(_SIGNATURE)
                parts = list(_parts(stream))
            os.utime(file)
        except OSError:
            return None
        return parts if hmac.compare_digest(self._signature(name, parts), signature) else None

    def put(self, name: str, parts: Sequence[bytes]) -> None:
        """Write an entry, whole or not at all."""
        if self.trouble is not None:
            return
        temporary = None
        try:
            with tempfile.NamedTemporaryFile(dir=self.folder, delete=False) as file:
                temporary = Path(file.name)
                file.write(self._signature(name, parts))
                for part in parts:
                    file.write(_size_before(part))
                    file.write(part)
            temporary.replace(self._file(name))
        except OSError as error:
            if temporary is not None:
                with suppress(OSError):
                    temporary.unlink()
            self._give_up(error)

    def digests(self, files: Collection[Path]) -> list[str]:
        """The digest of each file, which is computed once as long as it stays the same."""
        with ThreadPoolExecutor(thread_name_prefix="mtopendata") as pool:
            return list(pool.map(self._digest, files))

    def _digest(self, file: Path) -> str:
        known = file.stat()
        state = known.st_ino, known.st_size, known.st_mtime_ns
        if file not in self._digests or self._digests[file][0] != state:
            self._digests[file] = state, _blake3_of(file)
        return self._digests[file][1]

    def clean(self) -> None:
        """Remove the entries that no run has asked for in a month."""
        before = time.time() - _UNUSED
        with suppress(OSError):
            for file in self.folder.glob(f"*{_ENDING}"):
                if file.stat().st_mtime < before:
                    file.unlink()

    def _file(self, name: str) -> Path:
        return self.folder / f"{name}{_ENDING}"

    def _signature(self, name: str, parts: Sequence[bytes]) -> bytes:
        signature = blake3(name.encode(), key=self._key)
        for part in parts:
            signature.update(_size_before(part))
            signature.update(part)
        return signature.digest()

    def _give_up(self, error: OSError) -> None:
        reason = error.strerror or error
        self.trouble = self.trouble or f"{self.folder}: the cache cannot be used ({reason})"


def _blake3_of(file: Path) -> str:
    """The BLAKE3 of a file: as safe as SHA-256, which takes more than twice as long."""
    digest = blake3()
    buffer = bytearray(_AT_ONCE)
    with file.open("rb", buffering=0) as stream:
        while count := stream.readinto(buffer):
            digest.update(memoryview(buffer)[:count])
    return digest.hexdigest()


def _parts(stream: BinaryIO) -> Iterator[bytes]:
    """The parts of an entry: each with its length before it, which nothing has proved yet."""
    size = os.fstat(stream.fileno()).st_size
    while length := stream.read(_LENGTH):
        yield stream.read(min(int.from_bytes(length, "big"), size))


def _size_before(part: bytes) -> bytes:
    return len(part).to_bytes(_LENGTH, "big")


def _own_key() -> bytes:
    """The user's key, made where there is none. OSError: it can neither be read nor made."""
    home = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    folder = (Path(home) if home else Path.home() / ".cache") / "mtopendata"
    file = folder / "key"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Readable by its owner alone, as temporary files are; the first of two runs makes it.
        with tempfile.NamedTemporaryFile(dir=folder) as made:
            made.write(secrets.token_bytes(_SIGNATURE))
            made.flush()
            with suppress(FileExistsError):
                os.link(made.name, file)
    if os.name == "posix" and file.stat().st_mode & 0o077:
        raise PermissionError(0, f"others can read {file}: remove it, and a new one is made")
    key = file.read_bytes()
    if len(key) != _SIGNATURE:
        raise OSError(0, f"{file} is no key: remove it, and a new one is made")
    return key
