"""The sequence of a build: stage, validate, write, prove, and only then put into place."""

import sqlite3
import tempfile
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from mtopendata.commands.validate import validate, validated
from mtopendata.ledger.report import Report
from mtopendata.package.checksums import CHECKSUMS, read_checksums, sha256, write_checksums
from mtopendata.package.descriptors import open_package
from mtopendata.package.model import DESCRIPTOR, find_package
from mtopendata.reading.options import Options
from mtopendata.release.model import Release, StoredFile, release_stem
from mtopendata.release.staging import stage, stamped
from mtopendata.values.errors import MtopendataError

_EXTRA = ("pyarrow", "python_calamine", "xlsxwriter", "yaml")


@dataclass(frozen=True)
class Built:
    """What a build did. `folder` is None, and `files` are none, where the package has errors.
    `notes` say what is not in the release, and why. `unchanged`: the same release was there.
    """

    report: Report
    folder: Path | None = None
    files: tuple[StoredFile, ...] = ()
    notes: tuple[str, ...] = ()
    unchanged: bool = False

    def to_dict(self) -> dict[str, Any]:
        """The build as JSON-ready data; docs/releases.md describes each key."""
        return {
            "folder": None if self.folder is None else str(self.folder),
            "unchanged": self.unchanged,
            "files": [asdict(file) for file in self.files],
            "notes": list(self.notes),
            "report": self.report.to_dict(),
        }


def build(
    path: str | Path | None = None,
    out: str | Path = "dist",
    *,
    bagit: bool = False,
    force: bool = False,
    strict: bool = False,
    options: Options | None = None,
) -> Built:
    """Validate a package and write its release into the folder `out`.

    With errors in the package, or with warnings and `strict`, nothing is written. The folder
    belongs to one release: it is new, empty, or holds an earlier one, which is replaced only where
    nothing of it is lost, or with `force`. MtopendataError: there is no package, the folder holds
    something else, a file could not be written, or one reads back as something other than was
    validated.
    """
    options = options or Options()
    _require_writers()
    place, out = find_package(None if path is None else Path(path)), Path(out)
    try:
        out = out.resolve()
        _require_room(out)
        out.parent.mkdir(parents=True, exist_ok=True)
        # Beside `out`, so that putting the release into place is a matter of renaming.
        with tempfile.TemporaryDirectory(prefix=".mtopendata-", dir=out.parent) as temporary:
            folder = Path(temporary)
            report, release = staged_release(place, folder / "package", options)
            if release is None or (strict and report.warnings):
                return Built(report)
            fresh = folder / "release"
            fresh.mkdir()
            notes = write_release(release, fresh, bagit=bagit, options=options)
            unchanged = _put_into_place(fresh, out, folder / "earlier", force=force)
            return Built(report, out, _files(out), tuple(notes), unchanged)
    except OSError as error:
        raise MtopendataError(
            str(error.filename or out), f"cannot be read or written ({error.strerror or error})",
            "check the room on the disk and your rights",
        ) from error  # fmt: skip


def staged_release(place: Path, folder: Path, options: Options) -> tuple[Report, Release | None]:
    """The report of the package, and the release of its copy in `folder`, which is what was
    validated; None where it has errors.
    """
    source, findings = open_package(place, options.max_bytes)
    if any(finding.severity == "error" for finding in findings):
        return validate(place, options), None
    is_descriptor = place.is_file() and source.unpacked is None
    stage(source, place if is_descriptor else source.folder / DESCRIPTOR, folder)
    done = validated(folder, options)
    done.report.package = str(place)
    return done.report, stamped(done.read.loaded) if done.report.valid else None


def write_release(release: Release, folder: Path, *, bagit: bool, options: Options) -> list[str]:
    """Write every file of a release, each read back, and the checksums.

    Returns a sentence for each thing that is not in the release. UnprovenError: a file reads as
    something else.
    """
    from polars.exceptions import PolarsError
    from pyarrow import ArrowException
    from xlsxwriter.exceptions import XlsxWriterException

    from mtopendata.release.formats.archive import write_archive
    from mtopendata.release.formats.bag import bag_name, write_bag
    from mtopendata.release.formats.parquet import parquet_names, write_parquet
    from mtopendata.release.formats.sqlite import write_sqlite
    from mtopendata.release.formats.xlsx import write_xlsx

    stem, progress = release.stem, options.progress
    notes = [] if release.version else ["the files bear no version: the descriptor has none"]
    try:
        notes += write_archive(release, folder / f"{stem}.zip")
        if bagit:
            write_bag(release, folder / f"{bag_name(release)}.zip")
        notes += write_sqlite(release, folder / f"{stem}.sqlite", progress)
        notes += write_xlsx(release, folder / f"{stem}.xlsx", progress)
        for name, file in parquet_names(release).items():
            write_parquet(release, name, folder / file)
    except (sqlite3.Error, PolarsError, ArrowException, XlsxWriterException) as error:
        raise MtopendataError(
            stem, f"cannot be written ({error})",
            "check the room on the disk; if there is enough, report this with the package, please",
        ) from error  # fmt: skip
    digests = {file.name: sha256([file]) for file in folder.iterdir()}
    (folder / CHECKSUMS).write_bytes(write_checksums(digests).encode())
    return notes


def missing_writers() -> list[str]:
    """The libraries of the extra `build` that are not installed."""
    return [name for name in _EXTRA if find_spec(name) is None]


def _require_writers() -> None:
    if missing := missing_writers():
        raise MtopendataError(
            "build", f"needs {', '.join(missing)}, which the validator alone does without",
            "pip install 'mtopendata[build]'",
        )  # fmt: skip


def _require_room(out: Path) -> None:
    """Refuse a folder that holds anything but a release, before the work begins."""
    if not out.exists():
        return
    if not out.is_dir():
        raise MtopendataError(str(out), "is no folder", "give another --out")
    if out == Path.cwd() or out.is_mount():
        raise MtopendataError(
            str(out), "cannot be replaced as a whole", "give a folder inside it with --out"
        )
    present = {file.name for file in out.iterdir()}
    try:
        listed = read_checksums(out / CHECKSUMS)
    except ValueError:
        listed = {}
    known = {CHECKSUMS, *listed} if release_stem(listed) else set()
    if foreign := sorted(present - known):
        raise MtopendataError(
            str(out), f"holds {foreign[0]!r}, which belongs to no release",
            "give a folder for the release alone with --out",
        )  # fmt: skip


def _put_into_place(fresh: Path, out: Path, earlier: Path, *, force: bool) -> bool:
    """Move the finished release to `out`; True where the very same one was there already."""
    if not out.exists():
        fresh.rename(out)
        return False
    old = {file.name: sha256([file]) for file in out.iterdir()}
    new = {file.name: sha256([file]) for file in fresh.iterdir()}
    if old == new:
        return True
    # The list of checksums grows with the release; only other files can be lost.
    lost = sorted(name for name in old if new.get(name) != old[name] and name != CHECKSUMS)
    if lost and not force:
        stem, again = (release_stem(set(names) - {CHECKSUMS}) for names in (old, new))
        same = stem == again
        what = f"another {lost[-1]}" if same else f"the release {stem}"
        if same and not set(lost) <= set(new):
            what = f"{lost[-1]}, which this build does not write"
        raise MtopendataError(
            str(out), f"holds {what}; a release is never replaced silently",
            ("raise the version and " if same else "") + "give another --out, or replace it "
            "with --force",
        )  # fmt: skip
    fresh.chmod(out.stat().st_mode)
    try:
        out.rename(earlier)
        fresh.rename(out)
    except BaseException:  # also where someone interrupts it: the earlier release comes back
        if not out.exists():
            earlier.rename(out)
        raise
    return False


def _files(folder: Path) -> tuple[StoredFile, ...]:
    """The release's files, with the digests that were taken when they were written."""
    sums = folder / CHECKSUMS
    digests = read_checksums(sums) | {CHECKSUMS: sha256([sums])}
    return tuple(
        StoredFile(name, (folder / name).stat().st_size, digest)
        for name, digest in sorted(digests.items())
    )
