"""The only way to a package's files: safe paths, and archives that are safe to unpack.

A path that leads out of the package is never opened, and an archive is unpacked only when all its
member names and its size are harmless.
"""

import lzma
import re
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath

from mtopendata.package.copies import is_address
from mtopendata.values.errors import MtopendataError
from mtopendata.values.plurals import plural

MAX_BYTES = 4 * 1024**3
"""Default limit, in bytes, to what an archive or a compressed file may expand to."""

DAMAGE = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    NotImplementedError,
    RuntimeError,
    EOFError,
    ValueError,
    zlib.error,
    IndexError,
)
"""What the zipfile module raises for archives that are damaged, encrypted or otherwise unusable."""


def safe_path(folder: Path, path: str) -> tuple[Path | None, str, str]:
    """The file that `path` means in `folder`, or None with a finding's code and message."""
    if is_address(path) or path.lower().startswith("data:"):
        return None, "remote", f"{path!r} is an address on the network, which is never fetched"
    pure = PurePosixPath(path.replace("\\", "/"))
    if (
        not path
        or "\0" in path
        or pure.is_absolute()
        or ".." in pure.parts
        or path.startswith("~")
        or re.match(r"[A-Za-z]:", path)
    ):
        return None, "unsafe-path", f"{path!r} is not a relative path inside the package"
    try:
        file = (folder / path).resolve()
        root = folder.resolve()
        if not file.is_relative_to(root):
            return None, "unsafe-path", f"{path!r} is a link that leads out of the package"
        if not file.exists():
            return None, "missing-file", f"{path!r} does not exist"
        if not file.is_file():
            return None, "unreadable", f"{path!r} is not a regular file"
        with file.open("rb"):
            pass
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or error
        return None, "unreadable", f"{path!r} cannot be read ({reason})"
    return file, "", ""


class DamagedError(MtopendataError):
    """An archive that is not whole, or not safe to unpack."""


def unpack(path: Path, max_bytes: int) -> "tempfile.TemporaryDirectory[str]":
    """Unpack a .zip into a temporary folder that lives as long as the returned object.

    DamagedError: the archive is not whole, or not safe. OSError: there is no room for it.
    """
    where = str(path)
    folder = tempfile.TemporaryDirectory(prefix="mtopendata-", ignore_cleanup_errors=True)
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _refuse_members(where, members, max_bytes)
            left = max_bytes
            for member in members:
                target = Path(folder.name) / member.filename
                if member.filename.endswith("/"):
                    target.mkdir(parents=True, exist_ok=True)
                    continue
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("wb") as sink:
                    for block in _member_bytes(archive, member):
                        left -= len(block)
                        if left < 0:
                            raise _archive_too_large(where, max_bytes)
                        sink.write(block)
    except DAMAGE as error:
        raise DamagedError(
            where, f"is not a whole zip archive ({error})", "download or build it again"
        ) from error
    return folder


def _member_bytes(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The bytes of a member. BadZipFile: they cannot be had."""
    try:
        with archive.open(member) as source:
            while block := source.read(1 << 20):
                yield block
    except (OSError, lzma.LZMAError) as error:  # of a place or a compression that is not there
        raise zipfile.BadZipFile(f"{member.filename!r}: {error}") from error


def _refuse_members(where: str, members: list[zipfile.ZipInfo], max_bytes: int) -> None:
    for message in member_faults(members):
        raise DamagedError(where, message, "do not use this archive")
    if sum(member.file_size for member in members) > max_bytes:
        raise _archive_too_large(where, max_bytes)


def member_faults(members: Collection[zipfile.ZipInfo]) -> Iterator[str]:
    """What makes members unsafe to unpack: a sentence for each."""
    seen: dict[str, tuple[int, str]] = {}
    folders: set[str] = set()
    names = [member.filename for member in members]
    for name in names:
        folders.update(str(parent).casefold() for parent in PurePosixPath(name).parents)
    for number, member in enumerate(members):
        name = member.filename
        if stat.S_ISLNK(member.external_attr >> 16):
            yield f"its member {name!r} is a link"
        elif fault := member_fault(name.removesuffix("/")):
            yield f"its member {name!r} {fault}"
        elif not name.endswith("/") and name.casefold() in folders:
            yield f"its member {name!r} is a folder too"
        first, earlier = seen.setdefault(name.casefold(), (number, name))
        if first != number:
            twice = "stands in it twice" if earlier == name else f"is {earlier!r} in another case"
            yield f"its member {name!r} {twice}"


_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
"""Names that Windows keeps for devices."""


def portable_fault(name: str) -> str | None:
    """Why a path cannot be a file's on every system; else None."""
    for part in PurePosixPath(name).parts:
        if _RESERVED.fullmatch(part):
            return f"has the name {part!r}, which Windows keeps for itself"
        if part[-1] in ". " or re.search(r'[<>:"|?*]', part):
            return f"has the name {part!r}, which Windows does not take"
    return member_fault(name)


LONGEST_NAME, LONGEST_PATH = 255, 1000
"""Bytes of a name, and of a whole path, that file systems take."""


def member_fault(name: str) -> str | None:
    """Why a name is none for a member of an archive that is to be unpacked anywhere; else None."""
    pure = PurePosixPath(name.replace("\\", "/"))
    if pure.is_absolute() or ".." in pure.parts or re.match(r"[A-Za-z]:", name):
        return "leads out of the archive"
    if "\\" in name:
        return "has a backslash, which is another name on other systems"
    if str(pure) != name or name == ".":
        return "is no plain path"
    if not name.isprintable():
        return "has a control character in its name"
    if any(len(part.encode(errors="surrogatepass")) > LONGEST_NAME for part in pure.parts):
        return f"has a name of more than {LONGEST_NAME} bytes"
    if len(name.encode(errors="surrogatepass")) > LONGEST_PATH:
        return f"has a path of more than {LONGEST_PATH} bytes"
    return None


def expands_beyond(path: Path, max_bytes: int) -> bool:
    """Whether a zip says of itself that it expands to more; False for what is no zip."""
    try:
        with zipfile.ZipFile(path) as archive:
            return sum(member.file_size for member in archive.infolist()) > max_bytes
    except DAMAGE:
        return False


def _archive_too_large(where: str, max_bytes: int) -> DamagedError:
    return DamagedError(
        where,
        f"expands to more than {plural(max_bytes, 'byte')}",
        "if you trust it, give a larger --max-bytes",
    )
