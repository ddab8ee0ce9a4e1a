"""The sequence of a verification: what someone downloaded, against all that it says of itself."""

import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

from mtopendata.commands.build import build, missing_writers, write_release
from mtopendata.commands.validate import validated
from mtopendata.ledger.report import Check, Finding, Report
from mtopendata.package.checksums import CHECKSUMS, MEMBERS, read_checksums, sha256
from mtopendata.package.files import DAMAGE, expands_beyond
from mtopendata.package.model import DESCRIPTOR
from mtopendata.package.named import named_files
from mtopendata.reading.options import Options
from mtopendata.release.archives import unpacking
from mtopendata.release.bags import check_bag
from mtopendata.release.formats.archive import write_archive
from mtopendata.release.formats.bag import DECLARATION, PAYLOAD, bag_name, write_bag
from mtopendata.release.formats.parquet import parquet_names, prove_parquet
from mtopendata.release.formats.sqlite.reading import prove_sqlite
from mtopendata.release.formats.xlsx.reading import check_sheets, prove_xlsx
from mtopendata.release.metadata import METADATA
from mtopendata.release.model import Release
from mtopendata.release.proof import UnprovenError
from mtopendata.release.release_files import check_beside, check_extra, check_sums, fault, record
from mtopendata.release.reproducible import declared_date, zip_stamp
from mtopendata.release.staging import as_release
from mtopendata.values.errors import MtopendataError


def verify(
    path: str | Path, *, rebuild: str | Path | None = None, options: Options | None = None
) -> Report:
    """Verify a release: the folder of its files, its SHA256SUMS, or one of its files.

    A zip is verified down to its members and its data, another file against the SHA256SUMS beside
    it. `rebuild` is a package from which the release is built again, to compare the bytes.
    MtopendataError: there is no such file, nothing says what it should be, or there is no room to
    unpack it.
    """
    place, options = Path(path), options or Options()
    report = Report(str(place))
    try:
        if not place.exists():
            raise MtopendataError(str(place), "does not exist", "check its name")
        if place.name in (CHECKSUMS, MEMBERS):
            place = place.parent
        if place.is_dir():
            _verify_folder(place, report, options)
        else:
            _verify_file(place, report, options)
        if rebuild is not None:
            _check_rebuilt(place, Path(rebuild), report, options)
    except OSError as error:
        raise MtopendataError(
            str(error.filename or place), f"cannot be read or unpacked ({error.strerror or error})",
            "check its name, your rights and the room for temporary files",
        ) from error  # fmt: skip
    return report


def _verify_folder(place: Path, report: Report, options: Options) -> None:
    """A release's folder, or a zip that was unpacked."""
    if (place / DECLARATION).is_file():
        check_bag(place, report)
        _verify_package(place / PAYLOAD, report, options)
    elif (place / DESCRIPTOR).is_file() and (place / MEMBERS).is_file():
        _verify_package(place, report, options)
    elif (place / CHECKSUMS).is_file():
        _verify_release(place, report, options)
    else:
        raise MtopendataError(
            str(place),
            f"is no release: it has neither {CHECKSUMS} nor {MEMBERS}",
            "name a release's folder or zip; mtopendata validate checks a package",
        )


def _verify_file(file: Path, report: Report, options: Options) -> None:
    """One file of a release, with the SHA256SUMS beside it if there are any."""
    is_zip = file.suffix.lower() == ".zip"
    named = check_beside(file, report)
    if not (named or is_zip or report.errors):
        raise MtopendataError(
            str(file), f"is named in no {CHECKSUMS} beside it: nothing says what it should be",
            f"put it beside the {CHECKSUMS} of its release, or verify the release's zip",
        )  # fmt: skip
    if not named and not report.errors:
        report.add(
            Finding(
                "no-checksum", "warning",
                f"no {CHECKSUMS} beside it names {file.name}, so that it is compared with nothing "
                "but what it says of itself",
                f"download the {CHECKSUMS} of the release too", None, file.name,
            )
        )  # fmt: skip
    if is_zip:
        with unpacking(file, report, options) as folder:
            if folder is None:
                return
            if bag := _bag_folder(folder):
                check_bag(bag, report)
                folder = bag / PAYLOAD
            if release := _verify_package(folder, report, options):
                _check_name(file, release, report, bag=bag is not None)
                _check_made_alike(file, _dated(release, file), report, bag=bag is not None)


def _bag_folder(folder: Path) -> Path | None:
    """The one folder in an unpacked zip, where it is a bag."""
    top = list(folder.iterdir())
    return top[0] if len(top) == 1 and (top[0] / DECLARATION).is_file() else None


def _check_name(file: Path, release: Release, report: Report, *, bag: bool) -> None:
    """A warning where a file is called like another release than the one that it holds."""
    name = f"{bag_name(release) if bag else release.stem}.zip"
    if file.name != name:
        report.add(
            Finding(
                "other-name", "warning", f"{file.name} holds what its release calls {name}",
                f"call it {name}", None, file.name,
            )
        )  # fmt: skip


# The files of a release


def _verify_release(folder: Path, report: Report, options: Options) -> None:
    """The checksums, the package in its zip, and that every other file holds the same."""
    intact = check_sums(folder, CHECKSUMS, report)
    if intact is None:
        return
    listed = set(read_checksums(folder / CHECKSUMS))
    # The bag's name is the package's and more.
    archive = min((name for name in listed if name.endswith(".zip")), key=len, default=None)
    if archive is None or archive not in intact:
        message = "its package is not intact, so that its other files are compared with nothing"
        record(report, "package", 1, [fault("missing-member", message, archive)])
        return
    with unpacking(folder / archive, report, options) as unpacked:
        release = _verify_package(unpacked, report, options) if unpacked else None
        if release is None or unpacked is None:
            return
        release = _dated(release, folder / archive)
        bag = f"{bag_name(release)}.zip"
        _check_files(release, listed - {bag}, report)
        for name in sorted(_remade(release, folder, intact, bag in listed, report, options)):
            _prove(name, release, folder, unpacked, report, options)


def _remade(
    release: Release, folder: Path, intact: set[str], bagit: bool, report: Report, options: Options
) -> set[str]:
    """Make the release's files again from its own package; those whose bytes are not the same."""
    if missing := missing_writers():
        report.checks.append(Check("made alike", "release", None, "none", 0, 0))
        report.add(
            Finding(
                "not-checked", "warning",
                f"no file is made again to compare its bytes: {', '.join(missing)} missing",
                "pip install 'mtopendata[build]'",
            )
        )  # fmt: skip
        return intact
    with tempfile.TemporaryDirectory(prefix="mtopendata-") as temporary:
        again = Path(temporary)
        try:
            write_release(release, again, bagit=bagit, options=options)
        except UnprovenError as error:
            report.add(
                Finding(
                    "not-checked", "warning",
                    f"the release cannot be made again here: {error.where} {error.what}",
                    "verify it with the versions that built it", None, error.where,
                )
            )  # fmt: skip
            return intact
        made = {file.name: file for file in again.iterdir()}
        others = {
            name: _different_members(folder / name, made[name]) if name in made else ""
            for name in sorted(intact)
            if name not in made or sha256([made[name]]) != sha256([folder / name])
        }
    _record_alike(report, len(intact), others)
    return set(others)


def _record_alike(report: Report, tested: int, others: Mapping[str, str]) -> None:
    """A warning for each file of other bytes: another version may have written it. `others` has the
    members that differ, in words, by the file's name.
    """
    findings = [
        Finding(
            "unlike", "warning",
            f"{name} has other bytes{members} than this version of the program and its libraries "
            "make: only the tables' cells can be compared otherwise, not the texts beside them",
            "verify it with the versions that built it, or with --rebuild", None, name,
        )
        for name, members in others.items()
    ]  # fmt: skip
    check = Check("made alike", "release", None, "mtopendata", tested, len(others))
    report.record(check, findings, "warning")


def _dated(release: Release, archive: Path) -> Release:
    """The release with the date that its archive bears."""
    declared = declared_date(release.descriptor)
    with zipfile.ZipFile(archive) as members:
        stamp = members.infolist()[0].date_time
    if stamp == zip_stamp(declared):
        return replace(release, date=declared)
    try:
        return replace(release, date=datetime(*stamp, tzinfo=UTC))
    except ValueError:
        return replace(release, date=declared)


def _check_made_alike(file: Path, release: Release, report: Report, *, bag: bool) -> None:
    """A single zip, against the one that is made again from what it holds."""
    with tempfile.TemporaryDirectory(prefix="mtopendata-") as temporary:
        again = Path(temporary) / "again.zip"
        if bag:
            write_bag(release, again)
        else:
            write_archive(release, again)
        same = sha256([again]) == sha256([file])
        _record_alike(report, 1, {} if same else {file.name: _different_members(file, again)})


def _check_files(release: Release, listed: set[str], report: Report) -> None:
    """A release has a file for each format, and none beside them."""
    files = {f"{release.stem}.{ending}" for ending in ("zip", "sqlite", "xlsx")}
    files |= set(parquet_names(release).values())
    findings = [
        fault("missing-member", f"the release has no {name}", name)
        for name in sorted(files - listed)
    ] + [
        fault("extra-member", f"{name} is no file of this release", name)
        for name in sorted(listed - files)
    ]
    record(report, "files of the release", len(files), findings)


def _prove(
    name: str, release: Release, folder: Path, unpacked: Path, report: Report, options: Options
) -> None:
    """Compare what a file of other bytes holds with the package's tables."""
    file = folder / name
    tables = {parquet: table for table, parquet in parquet_names(release).items()}
    if name.endswith(".zip") and name != f"{release.stem}.zip":
        with unpacking(file, report, options) as held:
            if held and (bag := _bag_folder(held)):
                check_bag(bag, report)
                _check_same(unpacked, bag / PAYLOAD, name, report)
            elif held:
                record(report, "bag", 1, [fault("bag", f"{name} is no bag", name)])
        return
    findings: list[Finding] = []
    try:
        if name == f"{release.stem}.sqlite":
            prove_sqlite(release, file)
        elif name == f"{release.stem}.xlsx":
            if find_spec("python_calamine") is None:
                return  # the missing library is a finding already
            if expands_beyond(file, options.max_bytes):
                raise UnprovenError(file, f"expands to more than {options.max_bytes:,} bytes")
            check_sheets(release, file)
            prove_xlsx(release, file)
        elif name in tables:
            prove_parquet(release, tables[name], file)
        else:
            return
    except UnprovenError as error:
        findings = [fault("content", f"{name} {error.what}", name)]
    record(report, f"{name}: cells", 1, findings)


def _check_same(folder: Path, other: Path, name: str, report: Report) -> None:
    """Two folders hold the same files."""
    ours, theirs = (
        {
            file.relative_to(place).as_posix(): sha256([file])
            for file in place.rglob("*")
            if file.is_file()
        }
        for place in (folder, other)
    )
    findings = [
        fault("content", f"{name} holds another {file} than the package's zip", name)
        for file in sorted(ours.keys() | theirs.keys())
        if ours.get(file) != theirs.get(file)
    ]
    record(report, f"{name}: holds the package", len(ours), findings)


# The package


def _verify_package(folder: Path, report: Report, options: Options) -> Release | None:
    """The inner checksums, the stamps, what else lies there, and the validation; the release where
    nothing is wrong.
    """
    before = report.errors
    check_sums(folder, MEMBERS, report)
    try:
        done = validated(folder, options)
    except MtopendataError as error:
        record(report, DESCRIPTOR, 1, [fault("missing-member", f"the package {error.what}")])
        return None
    package = done.package
    report.include(done.report)
    files = [resource for resource in package.resources if resource.paths]
    unstamped = [
        Finding(
            "unstamped", "error",
            f"nothing says which bytes were validated: {resource.name!r} has no bytes and SHA-256",
            "use a zip that mtopendata build has written", resource.name, DESCRIPTOR,
        )
        for resource in files
        if resource.bytes is None or not (resource.hash or "").startswith("sha256:")
    ]  # fmt: skip
    record(report, "bytes and hash of each resource", len(files), unstamped)
    known = {DESCRIPTOR, MEMBERS, *named_files(package), *METADATA}
    check_extra(folder, known, "the descriptor", report)
    if report.errors > before:
        return None
    return as_release(done.read.loaded, declared_date(package.descriptor))


# Building again


def _check_rebuilt(place: Path, package: Path, report: Report, options: Options) -> None:
    """Build the release again from its package, and compare the bytes of every file.

    MtopendataError: what is verified is an unpacked zip, of which a build writes no bytes.
    """
    if place.is_dir() and not (place / CHECKSUMS).is_file():
        raise MtopendataError(
            str(place), "is unpacked, and --rebuild compares the files of a release",
            "name the release's folder or its zip",
        )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="mtopendata-") as temporary:
        built = build(package, Path(temporary) / "release", bagit=True, options=options)
        if built.folder is None:
            message = f"{package} has {built.report.errors} errors, so that nothing is built"
            record(report, "built again", 1, [fault("rebuild", message, None, _VALIDATE)])
            return
        if place.is_dir():
            released = {file.name: file for file in place.iterdir() if file.is_file()}
        else:
            released = {place.name: place}
        fresh = {file.name: file for file in built.folder.iterdir()}
        if not any(name.endswith("-bag.zip") for name in released):
            # Both the bag and its line in the checksums are a matter of choice.
            fresh = {name: file for name, file in fresh.items() if not name.endswith("-bag.zip")}
            released.pop(CHECKSUMS, None)
            fresh.pop(CHECKSUMS, None)
        names = released.keys() | fresh.keys() if place.is_dir() else released.keys()
        findings = [
            fault("rebuild", _difference(name, released.get(name), fresh.get(name)), name, _OTHER)
            for name in sorted(names)
            if name not in released
            or name not in fresh
            or sha256([released[name]]) != sha256([fresh[name]])
        ]
        record(report, "built again", len(names), findings)


_VALIDATE = "see mtopendata validate"
_OTHER = (
    "build from the commit of the release, with its SOURCE_DATE_EPOCH if it had one, and with the "
    "same versions of pyarrow, xlsxwriter and mtopendata, which its environment.txt has"
)


def _difference(name: str, released: Path | None, fresh: Path | None) -> str:
    if released is None:
        return f"a build writes {name}, which the release does not have"
    if fresh is None:
        return f"a build writes no {name}"
    return f"{name} differs from what a build writes{_different_members(released, fresh)}"


def _different_members(released: Path, fresh: Path) -> str:
    """Which members of two zips differ, as the end of a sentence; nothing for other files."""
    try:
        with zipfile.ZipFile(released) as one, zipfile.ZipFile(fresh) as other:
            ours, theirs = ({m.filename: m.CRC for m in z.infolist()} for z in (one, other))
    except DAMAGE:
        return ""
    names = sorted(n for n in ours.keys() | theirs.keys() if ours.get(n) != theirs.get(n))
    return f" in {', '.join(names)}" if names else ""
