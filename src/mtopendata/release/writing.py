"""The files of a release: each is planned, written and read back, as its format says."""

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from threading import Event, Lock

from polars.exceptions import PolarsError

from mtopendata.package.checksums import CHECKSUMS, sha256, write_checksums
from mtopendata.reading.options import Progress
from mtopendata.reading.scanning import cores
from mtopendata.release.formats import Format, Plan, formats
from mtopendata.release.model import Release
from mtopendata.values.errors import MtopendataError
from mtopendata.values.installing import install_hint
from mtopendata.values.waits import in_turns


def missing_writers() -> list[str]:
    """The libraries of the extra `build` that are not installed."""
    needed = {name for item in formats() for name in (*item.writers, *item.readers)}
    return [name for name in sorted(needed) if find_spec(name) is None]


def require_writers() -> None:
    """MtopendataError: a library is missing that the validator alone does without."""
    if missing := missing_writers():
        raise MtopendataError(
            "build",
            f"needs {', '.join(missing)}, which the validator alone does without",
            install_hint("build"),
        )


def write_release(
    release: Release, folder: Path, demanded: Collection[str], progress: Progress | None
) -> list[str]:
    """Write every file of a release, each read back, and the checksums. `demanded` are the options
    of the formats that are written on demand only.

    Returns a sentence for each thing that is not in the release. UnprovenError: a file reads as
    something else.
    """
    notes = [] if release.version else ["the files bear no version: the descriptor has none"]
    wanted = [item for item in formats() if item.option is None or item.option in demanded]
    for is_last in (False, True):
        files = [
            (item, plan, folder / name)
            for item in wanted
            if item.lists_others is is_last
            for name, plan in item.files(release).items()
        ]
        notes += write_files(files, progress)
    digests = {file.name: sha256([file]) for file in folder.iterdir()}
    (folder / CHECKSUMS).write_bytes(write_checksums(digests).encode())
    return notes


_AT_A_TIME = 2
"""Files that are written at a time: one takes as long as all others, and each needs memory."""


def write_files(
    files: Sequence[tuple[Format, Callable[[], Plan], Path]], progress: Progress | None
) -> list[str]:
    """Write files, some at a time, and read them back; what their notes say, in the files' order.
    The first error gives up the other files.
    """
    together = Together(progress)

    def write(format_: Format, plan: Callable[[], Plan], path: Path) -> tuple[str, ...]:
        try:
            return write_file(format_, plan, path, together.show)
        finally:
            together.end(path.name)

    with ThreadPoolExecutor(min(_AT_A_TIME, cores()), thread_name_prefix="mtopendata") as pool:
        futures = [pool.submit(write, *file) for file in files]
        try:
            for _ in in_turns(futures):
                pass
        except BaseException:
            together.stopped.set()
            pool.shutdown(cancel_futures=True)
            raise
    return [note for future in futures for note in future.result()]


class StoppedError(Exception):
    """Another file could not be written: nobody waits for this one."""


class Together:
    """The progress of files that are written at a time, as of one work."""

    def __init__(self, progress: Progress | None) -> None:
        self.progress = progress
        self.stopped = Event()
        self._lock = Lock()
        self._parts: dict[str, tuple[int, int, int]] = {}

    def show(self, name: str, rows: int | None, done: int, size: int) -> None:
        """Tell of a file. StoppedError: nobody waits for it."""
        if self.stopped.is_set():
            raise StoppedError
        with self._lock:
            self._parts[name] = rows or 0, done, size
            if self.progress:
                sums = map(sum, zip(*self._parts.values(), strict=True))
                self.progress(", ".join(self._parts), *sums)

    def end(self, name: str) -> None:
        """Tell no more of a file."""
        with self._lock:
            self._parts.pop(name, None)


def write_file(
    format_: Format, plan: Callable[[], Plan], path: Path, progress: Progress | None = None
) -> tuple[str, ...]:
    """Plan a file, write it, and read it back; a sentence for each thing that is not in it."""
    failures: tuple[type[Exception], ...] = (PolarsError, *format_.failures())
    try:
        planned = plan()
        format_.write(planned, path, progress)
        format_.prove(planned, path, progress)
    except failures as error:
        raise MtopendataError(
            path.name,
            f"cannot be written ({error})",
            "check the room on the disk; if there is enough, report this with the package, please",
        ) from error
    return planned.notes
