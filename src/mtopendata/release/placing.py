"""A finished release is put into place: whole or not at all, and over no other one silently."""

from pathlib import Path

from mtopendata.package.checksums import CHECKSUMS, read_checksums, sha256
from mtopendata.release.formats import release_stem
from mtopendata.release.model import StoredFile
from mtopendata.values.errors import MtopendataError


def require_room(out: Path) -> None:
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
            str(out),
            f"holds {foreign[0]!r}, which belongs to no release",
            "give a folder for the release alone with --out",
        )


def put_into_place(fresh: Path, out: Path, earlier: Path, *, force: bool) -> bool:
    """Move the finished release to `out`; True where the very same one was there already.

    MtopendataError: something of an earlier release would be lost, and nobody has said `force`.
    """
    if not out.exists():
        fresh.rename(out)
        return False
    old, new = _digests_of(out), _digests_of(fresh)
    if old == new:
        return True
    # The list of checksums grows with the release; only other files can be lost.
    lost = sorted(name for name in old if new.get(name) != old[name] and name != CHECKSUMS)
    if lost and not force:
        raise _refusal(out, lost, old, new)
    fresh.chmod(out.stat().st_mode)
    try:
        out.rename(earlier)
        fresh.rename(out)
    except BaseException:  # also where someone interrupts it: the earlier release comes back
        if not out.exists():
            earlier.rename(out)
        raise
    return False


def stored_files(folder: Path) -> tuple[StoredFile, ...]:
    """The release's files, with the digests that were taken when they were written."""
    sums = folder / CHECKSUMS
    digests = read_checksums(sums) | {CHECKSUMS: sha256([sums])}
    return tuple(
        StoredFile(name, (folder / name).stat().st_size, digest)
        for name, digest in sorted(digests.items())
    )


def _digests_of(folder: Path) -> dict[str, str]:
    return {file.name: sha256([file]) for file in folder.iterdir()}


def _refusal(
    out: Path, lost: list[str], old: dict[str, str], new: dict[str, str]
) -> MtopendataError:
    """Why the release in `out` is not replaced, of which the files `lost` would be."""
    before, after = (release_stem(set(names) - {CHECKSUMS}) for names in (old, new))
    same = before == after
    what = f"another {lost[-1]}" if same else f"the release {before}"
    if same and not set(lost) <= set(new):
        what = f"{lost[-1]}, which this build does not write"
    return MtopendataError(
        str(out),
        f"holds {what}; a release is never replaced silently",
        ("raise the version and " if same else "")
        + "give another --out, or replace it with --force",
    )
