"""The sequence of a verification: what someone downloaded, against all that it says of itself."""

import hashlib
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import polars as pl

from mtopendata.building import build
from mtopendata.checksums import CHECKSUMS, read_checksums, sha256
from mtopendata.errors import MtopendataError
from mtopendata.files import DAMAGE, expands_beyond, member_faults, safe_path, unpack
from mtopendata.formats.bag import DECLARATION, INFO, PAYLOAD, bag_name, unescaped
from mtopendata.formats.parquet import parquet_names, prove_parquet
from mtopendata.formats.proof import UnprovenError
from mtopendata.formats.sqlite import prove_sqlite
from mtopendata.formats.xlsx import prove_xlsx
from mtopendata.package import DESCRIPTOR
from mtopendata.release import Release
from mtopendata.report import Check, Finding, Report
from mtopendata.reproducible import write_zip
from mtopendata.tables import Options
from mtopendata.validation import validated

_AGAIN = "do not use this copy: download it again from its publisher"
_MANIFESTS = ("sha512", "sha256", "sha1", "md5")


def verify(
    path: str | Path, *, rebuild: str | Path | None = None, options: Options | None = None
) -> Report:
    """Verify a release: the folder of its files, its SHA256SUMS, or one of its files.

    A zip is verified down to its members and its data, another file against the SHA256SUMS beside
    it. `rebuild` is a package from which the release is built again, to compare the bytes.
    MtopendataError: there is no such file, or nothing says what it should be.
    """
    place, options = Path(path), options or Options()
    report = Report(str(place))
    if not place.exists():
        raise MtopendataError(str(place), "does not exist", "check its name")
    if place.name == CHECKSUMS:
        place = place.parent
    if place.is_dir():
        _verify_folder(place, report, options)
    else:
        named = _check_beside(place, report)
        if place.suffix.lower() == ".zip":
            _verify_zip(place, report, options)
        elif not named:
            raise MtopendataError(
                str(place), f"is named in no {CHECKSUMS} beside it: nothing says what it should be",
                f"put it beside the {CHECKSUMS} of its release, or verify the release's zip",
            )  # fmt: skip
    if rebuild is not None:
        _check_rebuilt(place, Path(rebuild), report, options)
    return report


def _verify_folder(place: Path, report: Report, options: Options) -> None:
    """A release's folder, or a zip that was unpacked."""
    if (place / DECLARATION).is_file():
        _check_bag(place, report)
        _verify_package(place / PAYLOAD, report, options)
    elif (place / DESCRIPTOR).is_file():
        _verify_package(place, report, options)
    elif (place / CHECKSUMS).is_file():
        _verify_release(place, report, options)
    else:
        raise MtopendataError(
            str(place), f"is no release: it has no {CHECKSUMS}", "name a release's folder or zip"
        )


def _fault(code: str, message: str, path: str | None = None, hint: str = _AGAIN) -> Finding:
    return Finding(code, "error", message, hint, None, path)


def _record(report: Report, name: str, tested: int, findings: list[Finding]) -> None:
    report.record(Check(name, "release", None, "python", tested, len(findings)), findings)


# Checksums


def _read_checksums(folder: Path) -> dict[str, str]:
    """ValueError: it is not there, or no list of checksums."""
    try:
        return read_checksums((folder / CHECKSUMS).read_text("utf-8"))
    except OSError as error:
        raise ValueError(f"it cannot be read ({error.strerror})") from error


def _check_beside(file: Path, report: Report) -> bool:
    """Compare one file with the SHA256SUMS beside it; whether that names the file."""
    try:
        expected = _read_checksums(file.parent).get(file.name)
    except ValueError:
        return False
    if expected is None:
        return False
    _record(report, f"{file.name}: checksum", 1, _checksum_faults(file, file.name, expected))
    return True


def _checksum_faults(file: Path, name: str, expected: str) -> list[Finding]:
    actual = sha256([file])
    if actual == expected:
        return []
    message = f"{name} is not what was released: its SHA-256 is {actual}, not {expected}"
    return [_fault("checksum", message, name)]


def _check_sums(folder: Path, report: Report) -> set[str]:
    """Compare every file below a folder with its SHA256SUMS; the names of those that are intact."""
    try:
        listed = _read_checksums(folder)
    except ValueError as error:
        findings = [_fault("checksum", f"{CHECKSUMS} says nothing: {error}", CHECKSUMS)]
        _record(report, CHECKSUMS, 1, findings)
        return set()
    faults: dict[str, list[Finding]] = {}
    for name, expected in listed.items():
        file, code, message = safe_path(folder, name)
        if file is None:
            code = "missing-member" if code == "missing-file" else code
            faults[name] = [_fault(code, f"{CHECKSUMS} lists {message}", name)]
        else:
            faults[name] = _checksum_faults(file, name, expected)
    findings = [finding for found in faults.values() for finding in found]
    _record(report, f"{CHECKSUMS}: checksums", len(listed), findings)
    _check_extra(folder, {CHECKSUMS, *listed}, CHECKSUMS, report)
    return {name for name, found in faults.items() if not found}


def _check_extra(folder: Path, known: set[str], by: str, report: Report) -> None:
    """No file may be there that `by` does not list."""
    present = sorted(
        file.relative_to(folder).as_posix()
        for file in folder.rglob("*")
        if file.is_symlink() or not file.is_dir()
    )
    findings = [
        _fault("extra-member", f"{name} is not listed in {by}: nobody released it", name)
        for name in present
        if name not in known
    ]
    _record(report, f"{by}: nothing besides", len(present), findings)


# The files of a release


def _verify_release(folder: Path, report: Report, options: Options) -> None:
    """The checksums, the package in its zip, and that every other file holds the same."""
    intact = _check_sums(folder, report)
    archives = sorted(n for n in intact if n.endswith(".zip") and not n.endswith("-bag.zip"))
    if len(archives) != 1:
        message = f"it has {len(archives)} intact zips of a package, and a release has one"
        _record(report, "one package", 1, [_fault("missing-member", message)])
        return
    with _unpacked(folder / archives[0], report, options) as unpacked:
        release = _verify_package(unpacked, report, options) if unpacked else None
        if release is None or unpacked is None:
            return
        tables = parquet_names(release)
        database, workbook, bag = (
            f"{release.stem}.sqlite", f"{release.stem}.xlsx", f"{bag_name(release)}.zip",
        )  # fmt: skip
        expected = {f"{release.stem}.zip", database, workbook, *tables.values()}
        _check_files(expected, expected | {bag}, set(_read_checksums(folder)), report)
        if database in intact:
            _prove(report, database, partial(prove_sqlite, release, folder / database))
        if workbook in intact:
            _prove_workbook(release, folder / workbook, report, options)
        for name, file in tables.items():
            if file in intact:
                _prove(report, file, partial(prove_parquet, release, name, folder / file))
        if bag in intact:
            with _unpacked(folder / bag, report, options) as held:
                if held and (inner := _bag_folder(held)):
                    _check_bag(inner, report)
                    _check_same(unpacked, inner / PAYLOAD, bag, report)
                elif held:
                    _record(report, "bag", 1, [_fault("bag", f"{bag} is no bag", bag)])


def _check_files(expected: set[str], allowed: set[str], listed: set[str], report: Report) -> None:
    """A release has a file for each format, and none beside them."""
    findings = [
        _fault("missing-member", f"the release has no {name}", name)
        for name in sorted(expected - listed)
    ] + [
        _fault("extra-member", f"{name} is no file of this release", name)
        for name in sorted(listed - allowed)
    ]
    _record(report, "files of the release", len(expected), findings)


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
        _fault("content", f"{name} holds another {file} than the package's zip", name)
        for file in sorted(ours.keys() | theirs.keys())
        if ours.get(file) != theirs.get(file)
    ]
    _record(report, f"{name}: holds the package", len(ours), findings)


def _prove_workbook(release: Release, path: Path, report: Report, options: Options) -> None:
    if find_spec("python_calamine") is None:
        report.checks.append(Check(f"{path.name}: cells", "release", None, "none", 0, 0))
        report.add(
            Finding(
                "not-checked", "warning", "the cells of the workbook are not compared",
                "pip install 'mtopendata[build]'", None, path.name,
            )
        )  # fmt: skip
    elif expands_beyond(path, options.max_bytes):
        message = f"{path.name} expands to more than {options.max_bytes:,} bytes"
        _record(report, f"{path.name}: cells", 1, [_fault("expands", message, path.name)])
    else:
        _prove(report, path.name, partial(prove_xlsx, release, path))


def _prove(report: Report, name: str, proof: Callable[[], None]) -> None:
    """Record whether a file holds the cells of the package's tables."""
    findings: list[Finding] = []
    try:
        proof()
    except UnprovenError as error:
        findings = [_fault("content", f"{name} {error.what}", name)]
    except (sqlite3.Error, pl.exceptions.PolarsError, OSError, ValueError, TypeError) as error:
        findings = [_fault("damaged", f"{name} cannot be read ({error})", name)]
    _record(report, f"{name}: cells", 1, findings)


# Zips


def _verify_zip(path: Path, report: Report, options: Options) -> None:
    """A package's zip or a bag's, with all that it holds."""
    with _unpacked(path, report, options) as folder:
        if folder is None:
            return
        if bag := _bag_folder(folder):
            _check_bag(bag, report)
            folder = bag / PAYLOAD
        _verify_package(folder, report, options)


def _bag_folder(folder: Path) -> Path | None:
    """The one folder in an unpacked zip, where it is a bag."""
    top = list(folder.iterdir())
    return top[0] if len(top) == 1 and (top[0] / DECLARATION).is_file() else None


@contextmanager
def _unpacked(path: Path, report: Report, options: Options) -> Iterator[Path | None]:
    """A zip's members in a temporary folder; None where it is not safe or not whole."""
    name = path.name
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except DAMAGE as error:
        findings = [_fault("damaged", f"{name} is no whole zip ({error})", name)]
        _record(report, f"{name}: whole", 1, findings)
        yield None
        return
    unsafe = [_fault("unsafe-path", f"in {name}, {text}", name) for text in member_faults(members)]
    _record(report, f"{name}: names of members", len(members), unsafe)
    size = sum(member.file_size for member in members)
    large = [
        _fault(
            "expands", f"{name} expands to {size:,} bytes, more than {options.max_bytes:,}", name,
            "if you expect that much, give a larger --max-bytes",
        )
    ] if size > options.max_bytes else []  # fmt: skip
    _record(report, f"{name}: size", 1, large)
    if unsafe or large:
        yield None
        return
    try:
        unpacked = unpack(path, options.max_bytes)
    except MtopendataError as error:
        _record(report, f"{name}: whole", len(members), [_fault("damaged", f"{error}", name)])
        yield None
        return
    with unpacked:
        folder = Path(unpacked.name)
        _record(report, f"{name}: whole", len(members), [])
        _check_form(path, members, folder, report)
        yield folder


def _check_form(path: Path, members: list[zipfile.ZipInfo], folder: Path, report: Report) -> None:
    """The bytes around the members are those that a build writes, so that none of them says
    anything of its own: no comment, no other date, nothing before or behind.
    """
    same = False
    if members and not any(member.is_dir() for member in members):
        with tempfile.TemporaryDirectory(prefix="mtopendata-") as temporary:
            again = Path(temporary) / "again.zip"
            try:
                date = datetime(*members[0].date_time, tzinfo=UTC)
            except ValueError:
                date = None
            write_zip(again, [(m.filename, folder / m.filename) for m in members], date)
            same = sha256([again]) == sha256([path])
    findings = [] if same else [
        _fault("form", f"{path.name} has bytes beside its members that no build writes", path.name)
    ]  # fmt: skip
    _record(report, f"{path.name}: nothing beside the members", 1, findings)


# Bags


def _check_bag(folder: Path, report: Report) -> None:
    """The manifests of a bag (RFC 8493), its size, and that it holds nothing besides."""
    findings: list[Finding] = []
    tested = 0
    manifests = [a for a in _MANIFESTS if (folder / f"manifest-{a}.txt").is_file()]
    if not manifests:
        findings.append(_fault("bag", "the bag has no manifest"))
    if (folder / "fetch.txt").exists():
        findings.append(_fault("remote", "the bag has files to be fetched, which is never done"))
    payload: set[str] = set()
    for kind in ("manifest", "tagmanifest"):
        for algorithm in manifests:
            listed, faults = _read_manifest(folder / f"{kind}-{algorithm}.txt")
            findings += faults
            for name, expected in listed.items():
                tested += 1
                findings += _bag_faults(folder, name, expected, algorithm)
            if kind == "manifest":
                payload |= set(listed)
    findings += _oxum_faults(folder)
    _record(report, "bag: manifests", tested, findings)
    tags = {file.name for file in folder.iterdir() if file.is_file()}
    _check_extra(folder, payload | tags, "the bag's manifest", report)


def _read_manifest(file: Path) -> tuple[dict[str, str], list[Finding]]:
    try:
        lines = file.read_text("utf-8").splitlines()
        pairs = [line.split(maxsplit=1) for line in lines]
        return {unescaped(name): digest.lower() for digest, name in pairs}, []
    except (OSError, ValueError) as error:
        return {}, [_fault("bag", f"{file.name} is no manifest ({error})", file.name)]


def _bag_faults(folder: Path, name: str, expected: str, algorithm: str) -> list[Finding]:
    file, code, message = safe_path(folder, name)
    if file is None:
        code = "missing-member" if code == "missing-file" else code
        return [_fault(code, f"the bag's manifest lists {message}", name)]
    with file.open("rb") as stream:
        actual = hashlib.file_digest(stream, algorithm).hexdigest()
    if actual == expected:
        return []
    return [_fault("bag", f"{name} has the {algorithm} {actual}, not {expected}", name)]


def _oxum_faults(folder: Path) -> list[Finding]:
    """Payload-Oxum, the size in bytes and the number of files, where the bag has one."""
    try:
        lines = (folder / INFO).read_text("utf-8").splitlines()
    except (OSError, ValueError):
        return []
    declared = [line.partition(":")[2].strip() for line in lines if line.startswith("Payload-Oxum")]
    files = [file for file in (folder / PAYLOAD).rglob("*") if file.is_file()]
    actual = f"{sum(file.stat().st_size for file in files)}.{len(files)}"
    return [
        _fault("bag", f"the bag's Payload-Oxum is {oxum}, and its payload has {actual}", INFO)
        for oxum in declared
        if oxum != actual
    ]


# The package


def _verify_package(folder: Path, report: Report, options: Options) -> Release | None:
    """The inner checksums, the stamps, and the validation; the release where it is valid."""
    before = report.errors
    _check_sums(folder, report)
    try:
        inner, package, tables = validated(folder, options)
    except MtopendataError as error:
        _record(report, DESCRIPTOR, 1, [_fault("missing-member", f"the package {error.what}")])
        return None
    report.include(inner)
    files = [resource for resource in package.resources if resource.paths]
    unstamped = [
        Finding(
            "unstamped", "error",
            f"nothing says which bytes were validated: {resource.name!r} has no bytes and hash",
            "use a zip that mtopendata build has written", resource.name, DESCRIPTOR,
        )
        for resource in files
        if resource.bytes is None or resource.hash is None
    ]  # fmt: skip
    _record(report, "bytes and hash of each resource", len(files), unstamped)
    if report.errors > before:
        return None
    frames = {name: table.frame for name, table in tables.items()}
    return Release(replace(package, tables=frames), (), None)


# Building again


def _check_rebuilt(place: Path, package: Path, report: Report, options: Options) -> None:
    """Build the release again from its package, and compare the bytes of every file."""
    with tempfile.TemporaryDirectory(prefix="mtopendata-") as temporary:
        built = build(package, Path(temporary) / "release", bagit=True, options=options)
        if built.folder is None:
            message = f"{package} has {built.report.errors} errors, so that nothing is built"
            _record(report, "built again", 1, [_fault("rebuild", message, None, _VALIDATE)])
            return
        if place.is_dir():
            released = {file.name: file for file in place.iterdir()}
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
            _fault("rebuild", _difference(name, released.get(name), fresh.get(name)), name, _OTHER)
            for name in sorted(names)
            if name not in released
            or name not in fresh
            or sha256([released[name]]) != sha256([fresh[name]])
        ]
        _record(report, "built again", len(names), findings)


_VALIDATE = "see mtopendata validate"
_OTHER = (
    "build from the commit of the release, with its SOURCE_DATE_EPOCH if it had one, and with the "
    "same versions of pyarrow, xlsxwriter and mtopendata"
)


def _difference(name: str, released: Path | None, fresh: Path | None) -> str:
    if released is None:
        return f"a build writes {name}, which the release has not"
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
