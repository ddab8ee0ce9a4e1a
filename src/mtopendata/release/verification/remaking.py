"""A release made again from what it holds, and from its package: are the bytes the same?"""

import tempfile
import zipfile
from collections.abc import Generator, Mapping
from dataclasses import replace
from pathlib import Path

from mtopendata.ledger.outcome import Item, Outcome, untested
from mtopendata.ledger.report import Finding
from mtopendata.package.checksums import CHECKSUMS, sha256
from mtopendata.package.files import DAMAGE
from mtopendata.reading.options import Options
from mtopendata.release.downloads import fault, release_outcome
from mtopendata.release.formats import Format, formats
from mtopendata.release.model import Release
from mtopendata.release.proof import UnprovenError
from mtopendata.release.reproducible import declared_date, zip_stamp
from mtopendata.release.verification.unpacking import stamped_date
from mtopendata.release.writing import missing_writers, write_file, write_release
from mtopendata.values.installing import install_hint
from mtopendata.values.plurals import plural

_MADE_ALIKE = "made alike"


def dated(release: Release, archive: Path) -> Release:
    """The release with the date that its archive bears."""
    declared = declared_date(release.descriptor)
    with zipfile.ZipFile(archive) as zipped:
        members = zipped.infolist()
    if members[0].date_time == zip_stamp(declared):
        return replace(release, date=declared)
    return replace(release, date=stamped_date(members) or declared)


def check_made_alike(
    release: Release, folder: Path, intact: set[str], listed: set[str], options: Options
) -> Generator[Item, None, set[str]]:
    """Make the release's files again from its own package, those on demand where they are listed.
    Returns the names of those whose bytes are not the same, or were not compared.
    """
    if missing := missing_writers():
        yield untested("release", _MADE_ALIKE, None)
        yield _not_compared(
            f"no file is made again to compare its bytes: {', '.join(missing)} missing",
            install_hint("build"),
        )
        return intact
    with tempfile.TemporaryDirectory(prefix="mtopendata-") as temporary:
        again = Path(temporary)
        try:
            write_release(release, again, _demanded(release, listed), options.progress)
        except UnprovenError as error:
            yield _not_compared(
                f"the release cannot be made again here: {error.where} {error.what}",
                "verify it with the versions that built it",
                error.where,
            )
            return intact
        made = {file.name: file for file in again.iterdir()}
        others = {
            name: _different_members(folder / name, made[name]) if name in made else ""
            for name in sorted(intact)
            if _differ(folder / name, made.get(name))
        }
    yield _bytes_compared(len(intact), others)
    return set(others)


def check_file_made_alike(file: Path, release: Release, format_: Format) -> Outcome:
    """A single file that holds the whole package, against the one that is made again from it."""
    with tempfile.TemporaryDirectory(prefix="mtopendata-") as temporary:
        again = Path(temporary) / "again.zip"
        for plan in format_.files(release).values():
            write_file(format_, plan, again)
        others = {file.name: _different_members(file, again)} if _differ(file, again) else {}
    return _bytes_compared(1, others)


def _demanded(release: Release, listed: set[str]) -> set[str]:
    return {
        item.option
        for item in formats()
        if item.option and not listed.isdisjoint(item.files(release))
    }


def _not_compared(message: str, hint: str, path: str | None = None) -> Finding:
    return Finding("not-checked", "warning", message, hint, None, path)


def _bytes_compared(tested: int, others: Mapping[str, str]) -> Outcome:
    """A warning for each file of other bytes: another version may have written it. `others` has the
    members that differ, in words, by the file's name.
    """
    findings = [
        Finding(
            "unlike",
            "warning",
            f"{name} has other bytes{members} than this version of the program and its libraries "
            "write: the cells of its tables were compared, and the texts beside them were not",
            "verify it with the versions that built it, or with --rebuild",
            None,
            name,
        )
        for name, members in others.items()
    ]
    return Outcome(
        "release", _MADE_ALIKE, None, tested, findings, severity="warning", engine="mtopendata"
    )


def check_rebuilt(place: Path, fresh: Path) -> Outcome:
    """Compare the bytes of a release, its folder or one of its files, with those of the folder
    `fresh`, into which everything was built again.
    """
    released, built = _files_in(place), _files_in(fresh)
    may_lack = tuple(item.ending for item in formats() if item.may_lack)
    lacking = {name for name in built if name.endswith(may_lack) and name not in released}
    if lacking:
        # Both what a release may lack and its line in the checksums are no difference.
        built = {name: file for name, file in built.items() if name not in lacking}
        released.pop(CHECKSUMS, None)
        built.pop(CHECKSUMS, None)
    names = sorted(released.keys() | built.keys() if place.is_dir() else released)
    pairs = {name: (released.get(name), built.get(name)) for name in names}
    faults = [
        fault("rebuild", _difference_in_words(name, *pair), name, _OTHER)
        for name, pair in pairs.items()
        if _differ(*pair)
    ]
    return release_outcome("built again", len(names), faults)


def _files_in(place: Path) -> dict[str, Path]:
    files = place.iterdir() if place.is_dir() else [place]
    return {file.name: file for file in files if file.is_file()}


def not_rebuilt(package: Path, errors: int) -> Outcome:
    """The row where the package has so many errors that nothing can be built from it."""
    message = f"{package} has {plural(errors, 'error')}, so that nothing is built"
    return release_outcome(
        "built again", 1, [fault("rebuild", message, None, "see mtopendata validate")]
    )


_OTHER = (
    "build from the commit of the release, with its SOURCE_DATE_EPOCH if it had one, and with the "
    "same versions of pyarrow, xlsxwriter and mtopendata, which an environment.txt may list"
)


def _difference_in_words(name: str, released: Path | None, fresh: Path | None) -> str:
    if released is None:
        return f"a build writes {name}, which the release does not have"
    if fresh is None:
        return f"a build writes no {name}"
    return f"{name} differs from what a build writes{_different_members(released, fresh)}"


def _differ(one: Path | None, other: Path | None) -> bool:
    return one is None or other is None or sha256([one]) != sha256([other])


def _different_members(released: Path, fresh: Path) -> str:
    """Which members of two zips differ, as the end of a sentence; nothing for other files."""
    try:
        with zipfile.ZipFile(released) as one, zipfile.ZipFile(fresh) as other:
            ours, theirs = ({m.filename: m.CRC for m in z.infolist()} for z in (one, other))
    except DAMAGE:
        return ""
    names = sorted(n for n in ours.keys() | theirs.keys() if ours.get(n) != theirs.get(n))
    return f" in {', '.join(names)}" if names else ""
