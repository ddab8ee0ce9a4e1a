"""What the files of a release hold: all that they must, and the same as the package in its zip."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from mtopendata.ledger.outcome import Outcome
from mtopendata.ledger.report import Finding
from mtopendata.package.checksums import MEMBERS, sha256
from mtopendata.package.model import DESCRIPTOR, Package
from mtopendata.package.named import named_files
from mtopendata.reading.options import Options
from mtopendata.release.changelog import CHANGELOG
from mtopendata.release.downloads import fault, release_outcome
from mtopendata.release.formats import Format, PackageLayout, Plan, formats
from mtopendata.release.metadata import standards
from mtopendata.release.model import Release
from mtopendata.release.proof import UnprovenError
from mtopendata.release.verification.listed import check_extra
from mtopendata.release.verification.unpacking import unpacked


def format_of(unpacked: Path) -> tuple[Format, PackageLayout, Path] | None:
    """Which format an unpacked file is of, its layout, and the folder that is laid out so."""
    for item in formats():
        if item.layout and (folder := item.layout.folder_in(unpacked)):
            return item, item.layout, folder
    return None


def check_stamps(folder: Path, package: Package) -> Iterator[Outcome]:
    """Each resource says which bytes were validated, and beside what the descriptor names there is
    nothing but metadata and a changelog.
    """
    files = [resource for resource in package.resources if resource.paths]
    unstamped = [
        Finding(
            "unstamped",
            "error",
            f"nothing says which bytes were validated: {resource.name!r} has no bytes and SHA-256",
            "use a zip that mtopendata build has written",
            resource.name,
            DESCRIPTOR,
        )
        for resource in files
        if resource.bytes is None or not (resource.hash or "").startswith("sha256:")
    ]
    yield release_outcome("bytes and hash of each resource", len(files), unstamped)
    metadata = {standard.file for standard in standards()}
    known = {DESCRIPTOR, MEMBERS, CHANGELOG, *named_files(package), *metadata}
    yield check_extra(folder, known, "the descriptor")


def check_name(file: Path, release: Release, format_: Format) -> Iterator[Finding]:
    """A warning where a file is called like another release than the one that it holds."""
    for name in format_.files(release):
        if file.name != name:
            message = f"{file.name} holds what its release calls {name}"
            yield Finding("other-name", "warning", message, f"call it {name}", None, file.name)


def check_files(release: Release, listed: set[str]) -> Outcome:
    """A release has the files of each format, and none beside them but those it may lack."""
    files, others = (
        {name for item in formats() if item.may_lack == may_lack for name in item.files(release)}
        for may_lack in (False, True)
    )
    faults = [
        fault("missing-member", f"the release has no {name}", name)
        for name in sorted(files - listed)
    ] + [
        fault("extra-member", f"{name} is no file of this release", name)
        for name in sorted(listed - others - files)
    ]
    return release_outcome("files of the release", len(files), faults)


def check_contents(
    name: str, release: Release, folder: Path, package: Path, options: Options
) -> Iterator[Outcome]:
    """What a file of other bytes holds, against the release, whose package lies in `package`."""
    for item in formats():
        plan = item.files(release).get(name)
        if plan is None:
            continue
        if item.layout:
            yield from _check_package(folder / name, item, item.layout, package, options)
        elif all(map(find_spec, item.readers)):  # a missing library is a finding already
            yield _check_cells(folder / name, item, plan(), options)


def _check_cells(file: Path, format_: Format, plan: Plan, options: Options) -> Outcome:
    faults = []
    try:
        format_.examine(plan, file, options.max_bytes)
        format_.prove(plan, file, None)
    except UnprovenError as error:
        faults = [fault("content", f"{file.name} {error.what}", file.name)]
    return release_outcome(f"{file.name}: cells", 1, faults)


def _check_package(
    file: Path, format_: Format, layout: PackageLayout, package: Path, options: Options
) -> Iterator[Outcome]:
    """What a file that holds the whole package says of itself, and that it holds the same files."""
    with unpacked(file, options.max_bytes) as (contents, found):
        yield from found
        if contents is None:
            return
        folder = layout.folder_in(contents)
        if folder is None:
            message = f"{file.name} is no {format_.name}"
            yield release_outcome(format_.name, 1, [fault(layout.code, message, file.name)])
            return
        yield from layout.check(folder)
        ours, theirs = _digests(package), _digests(folder / layout.package)
        name = file.name
        faults = [
            fault("content", f"{name} holds another {member} than the package's zip", name)
            for member in sorted(ours.keys() | theirs.keys())
            if ours.get(member) != theirs.get(member)
        ]
        yield release_outcome(f"{name}: holds the package", len(ours), faults)


def _digests(folder: Path) -> dict[str, str]:
    return {
        file.relative_to(folder).as_posix(): sha256([file])
        for file in folder.rglob("*")
        if file.is_file()
    }
