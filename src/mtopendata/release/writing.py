"""The files of a release: each is planned, written and read back, as its format says."""

from collections.abc import Callable, Collection
from importlib.util import find_spec
from pathlib import Path

from polars.exceptions import PolarsError

from mtopendata.package.checksums import CHECKSUMS, sha256, write_checksums
from mtopendata.reading.options import Progress
from mtopendata.release.formats import Format, Plan, formats
from mtopendata.release.model import Release
from mtopendata.values.errors import MtopendataError
from mtopendata.values.installing import install_hint


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
    for item in formats():
        if item.option is None or item.option in demanded:
            for name, plan in item.files(release).items():
                notes += write_file(item, plan, folder / name, progress)
    digests = {file.name: sha256([file]) for file in folder.iterdir()}
    (folder / CHECKSUMS).write_bytes(write_checksums(digests).encode())
    return notes


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
