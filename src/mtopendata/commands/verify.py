"""The sequence of a verification: what someone downloaded, against all that it says of itself."""

import tempfile
from collections.abc import Generator
from pathlib import Path

from mtopendata.commands.build import build_formats
from mtopendata.commands.validate import validated
from mtopendata.ledger.outcome import Item, failed, record
from mtopendata.ledger.report import Finding, Report
from mtopendata.package.checksums import CHECKSUMS, MEMBERS, read_checksums
from mtopendata.package.instead import require_file
from mtopendata.package.model import DESCRIPTOR
from mtopendata.package.where import find_package, local_place
from mtopendata.reading.options import Options
from mtopendata.release.downloads import fault, release_outcome
from mtopendata.release.formats import formats
from mtopendata.release.formats import options as format_options
from mtopendata.release.model import Release
from mtopendata.release.reproducible import declared_date
from mtopendata.release.staging import as_release
from mtopendata.release.verification.contents import (
    check_contents,
    check_files,
    check_name,
    check_stamps,
    format_of,
)
from mtopendata.release.verification.listed import check_beside, check_sums
from mtopendata.release.verification.remaking import (
    check_file_made_alike,
    check_made_alike,
    check_rebuilt,
    dated,
    not_rebuilt,
)
from mtopendata.release.verification.unpacking import unpacked
from mtopendata.values.errors import MtopendataError

Steps = Generator[Item | Report, None, None]
"""What is found, in its order; and the report of the package that a release holds."""


def verify(
    path: str | Path, *, rebuild: str | Path | None = None, options: Options | None = None
) -> Report:
    """Verify a release: the folder of its files, its SHA256SUMS, or one of its files.

    A zip is verified down to its members and its data, another file against the SHA256SUMS beside
    it. `rebuild` is a package from which the release is built again, to compare the bytes.
    MtopendataError: there is no such file, nothing says what it should be, or there is no room to
    unpack it.
    """
    place, options = local_place(path), options or Options()
    report = Report(str(place))
    try:
        if not place.is_dir():
            require_file(place, "name a release's folder, or a file of it")
        if place.name in (CHECKSUMS, MEMBERS):
            place = place.parent
        for found in _verified(place, None if rebuild is None else find_package(rebuild), options):
            if isinstance(found, Report):
                report.include(found)
            else:
                record([found], report, options.limit)
    except OSError as error:
        raise MtopendataError(
            str(error.filename or place),
            f"cannot be read or unpacked ({error.strerror or error})",
            "check its name, your rights and the room for temporary files",
        ) from error
    return report


def _verified(place: Path, rebuild: Path | None, options: Options) -> Steps:
    yield from (_verify_folder if place.is_dir() else _verify_file)(place, options)
    if rebuild is not None:
        yield from _verify_rebuilt(place, rebuild, options)


def _verify_folder(place: Path, options: Options) -> Steps:
    """A release's folder, or an unpacked file that holds the package."""
    for item in formats():
        if item.layout and item.layout.fits(place):
            yield from item.layout.check(place)
            yield from _verify_package(place / item.layout.package, options)
            return
    if not (place / CHECKSUMS).is_file():
        raise MtopendataError(
            str(place),
            f"is no release: it has neither {CHECKSUMS} nor {MEMBERS}",
            "name a release's folder or zip; mtopendata validate checks a package",
        )
    yield from _verify_release(place, options)


def _verify_file(file: Path, options: Options) -> Steps:
    """One file of a release, with the SHA256SUMS beside it if there are any."""
    is_zip = file.suffix.lower() == ".zip"
    is_named = yield from check_beside(file)
    if is_named is False:
        if not is_zip:
            raise MtopendataError(
                str(file),
                f"is named in no {CHECKSUMS} beside it: nothing says what it should be",
                f"put it beside the {CHECKSUMS} of its release, or verify the release's zip",
            )
        yield Finding(
            "no-checksum",
            "warning",
            f"no {CHECKSUMS} beside it names {file.name}, so that it is compared with nothing "
            "but what it says of itself",
            f"download the {CHECKSUMS} of the release too",
            None,
            file.name,
        )
    if is_zip:
        with unpacked(file, options.max_bytes) as (folder, found):
            yield from found
            if folder is not None:
                yield from _unpacked_file(file, folder, options)


def _unpacked_file(file: Path, unpacked: Path, options: Options) -> Steps:
    """What a file holds that must hold the whole package."""
    known = format_of(unpacked)
    if known is None:
        yield from _verify_package(unpacked, options)
        return
    format_, layout, folder = known
    yield from layout.check(folder)
    release = yield from _verify_package(folder / layout.package, options)
    if release:
        yield from check_name(file, release, format_)
        yield check_file_made_alike(file, dated(release, file), format_)


def _verify_release(folder: Path, options: Options) -> Steps:
    """The checksums, the package in its zip, and that every other file holds the same."""
    intact = yield from check_sums(folder, CHECKSUMS)
    if intact is None:
        return
    listed = set(read_checksums(folder / CHECKSUMS))
    archive = _archive(listed)
    if archive is None or archive not in intact:
        message = "its package is not intact, so that its other files are compared with nothing"
        yield release_outcome("package", 1, [fault("missing-member", message, archive)])
        return
    with unpacked(folder / archive, options.max_bytes) as (package, found):
        yield from found
        release = (yield from _verify_package(package, options)) if package else None
        if release is None or package is None:
            return
        release = dated(release, folder / archive)
        yield check_files(release, listed)
        others = yield from check_made_alike(release, folder, intact, listed, options)
        for name in sorted(others - {archive}):
            yield from check_contents(name, release, folder, package, options)


def _archive(listed: set[str]) -> str | None:
    """The file that holds the package: of those written on demand, the name says more."""
    endings = tuple(item.ending for item in formats() if item.layout and not item.option)
    return min((name for name in listed if name.endswith(endings)), key=len, default=None)


def _verify_package(
    folder: Path, options: Options
) -> Generator[Item | Report, None, Release | None]:
    """The inner checksums, the validation, the stamps, and what else lies there. Returns the
    release where nothing is wrong.
    """
    found: list[Item] = list(check_sums(folder, MEMBERS))
    yield from found
    try:
        done = validated(folder, options)
    except MtopendataError as error:
        yield release_outcome(DESCRIPTOR, 1, [fault("missing-member", f"the package {error.what}")])
        return None
    yield done.report
    stamps = list(check_stamps(folder, done.package))
    yield from stamps
    if not done.report.valid or failed([*found, *stamps]):
        return None
    date = declared_date(done.package.descriptor)
    return as_release(done.read.loaded, date, done.report.checks)


def _verify_rebuilt(place: Path, package: Path, options: Options) -> Steps:
    """Build the release again from its package, and compare the bytes of every file.

    MtopendataError: what is verified is an unpacked zip, of which a build writes no bytes.
    """
    if place.is_dir() and not (place / CHECKSUMS).is_file():
        raise MtopendataError(
            str(place),
            "is unpacked, and --rebuild compares the files of a release",
            "name the release's folder or its zip",
        )
    with tempfile.TemporaryDirectory(prefix="mtopendata-") as temporary:
        out = Path(temporary) / "release"
        built = build_formats(package, out, format_options(), options=options)
        if built.folder is None:
            yield not_rebuilt(package, built.report.errors)
        else:
            yield check_rebuilt(place, built.folder)
