"""The sequence of a build: stage, validate, write, prove, and only then put into place."""

import tempfile
from collections.abc import Collection
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from mtopendata.changes.publication import check_changelog_of, check_publication
from mtopendata.changes.vintages import published_descriptor
from mtopendata.commands.validate import validate, validated
from mtopendata.figures.tables import SOURCES
from mtopendata.ledger.outcome import Found, record
from mtopendata.ledger.report import Report
from mtopendata.package.descriptors import open_package
from mtopendata.package.model import descriptor_in
from mtopendata.package.named import by_its_name
from mtopendata.package.where import find_package
from mtopendata.reading.options import Options
from mtopendata.release.model import Release, StoredFile
from mtopendata.release.placing import put_into_place, require_room, stored_files
from mtopendata.release.staging import stage, stamped
from mtopendata.release.writing import require_writers, write_release
from mtopendata.values.errors import MtopendataError


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
    demanded = ("bagit",) if bagit else ()
    return build_formats(
        path, out, demanded, force=force, strict=strict, is_new=True, options=options
    )


def build_formats(
    path: str | Path | None,
    out: str | Path,
    demanded: Collection[str],
    *,
    force: bool = False,
    strict: bool = False,
    is_new: bool = False,
    options: Options | None = None,
) -> Built:
    """As `build`; `demanded` are the options of the formats that are written on demand only. With
    `is_new` nothing of an earlier version may be left in what the package says of itself.
    """
    options = options or Options()
    require_writers()
    place, out = find_package(path), Path(out)
    try:
        out = out.resolve()
        require_room(out)
        out.parent.mkdir(parents=True, exist_ok=True)
        # Beside `out`, so that putting the release into place is a matter of renaming.
        with tempfile.TemporaryDirectory(prefix=".mtopendata-", dir=out.parent) as temporary:
            folder = Path(temporary)
            report, release = staged_release(place, folder / "package", options)
            if release is not None and is_new:
                record(_of_this_version(place, release, options), report, options.limit)
            if release is None or not report.valid or (strict and report.warnings):
                return Built(report)
            fresh = folder / "release"
            fresh.mkdir()
            notes = write_release(release, fresh, demanded, options.progress)
            unchanged = put_into_place(fresh, out, folder / "earlier", force=force)
            return Built(report, out, stored_files(out), tuple(notes), unchanged)
    except OSError as error:
        raise MtopendataError(
            str(error.filename or out),
            f"cannot be read or written ({error.strerror or error})",
            "check the room on the disk and your rights",
        ) from error


def _of_this_version(place: Path, release: Release, options: Options) -> Found:
    """What is found of what a package says of itself where it lies, beside which its changelog and
    its citation are.
    """
    if place.suffix.lower() == ".zip":
        return
    package, _ = open_package(place, options.max_bytes, options.copies)
    before = published_descriptor(package.folder)
    yield from check_changelog_of(package)
    yield from check_publication(package, release.package.tables.get(SOURCES), before)


def staged_release(place: Path, folder: Path, options: Options) -> tuple[Report, Release | None]:
    """The report of the package, and the release of its copy in `folder`, which is what was
    validated; None where it has errors.
    """
    source, findings = open_package(place, options.max_bytes, options.copies)
    if any(finding.severity == "error" for finding in findings):
        return validate(place, options), None
    is_descriptor = place.is_file() and source.unpacked is None
    stage(source, place if is_descriptor else descriptor_in(source.folder), folder)
    done = validated(folder, options)
    done.report.package = str(place)
    # The copy has one descriptor; that another lay beside it is worth knowing all the same.
    others = [finding for finding in findings if finding.code == "other-descriptor"]
    done.report.findings = others + by_its_name(done.report.findings, source)
    is_valid = done.report.valid
    return done.report, stamped(done.read.loaded, done.report.checks) if is_valid else None
