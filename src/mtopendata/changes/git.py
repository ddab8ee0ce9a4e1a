"""A package as a git revision has it: its descriptor and the files that this names, as stored.

Only objects that are there are read: no hook, filter or network takes part.
"""

import os
import re
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from mtopendata.changes.changelog import NAMES
from mtopendata.package.descriptors import open_package
from mtopendata.package.files import member_fault
from mtopendata.package.model import DESCRIPTOR, DESCRIPTORS, is_yaml
from mtopendata.package.named import named_files
from mtopendata.values.errors import MtopendataError
from mtopendata.values.plurals import plural
from mtopendata.values.versions import read_version


@dataclass(frozen=True, slots=True)
class Blob:
    """A file of a revision: git's name of its content, and its size in bytes."""

    name: str
    size: int


def find_commit(folder: Path, revision: str) -> str | None:
    """The commit that `revision` means in the repository around `folder`; None where it means none,
    or there is no repository.
    """
    if revision.startswith("-") or "\0" in revision:
        return None
    return _git_answer(folder, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")


def last_release(folder: Path) -> str | None:
    """The tag of the highest version, such as `v1.0.0`, among those that HEAD contains; a
    pre-release is none. None where there is no such tag.
    """
    tags = (_git_answer(folder, "tag", "--merged", "HEAD") or "").split()
    versions = {tag: read_version(re.sub("^v", "", tag)) for tag in tags}
    releases = [(version, tag) for tag, version in versions.items() if version]
    return max((pair for pair in releases if not pair[0].prerelease), default=(None, None))[1]


def has_file(folder: Path, commit: str, name: str) -> bool:
    """Whether a commit has a file of this name in the folder."""
    return _git_answer(folder, "rev-parse", "--verify", "--quiet", f"{commit}:./{name}") is not None


def read_blob(folder: Path, commit: str, name: str) -> str | None:
    """The text of a file in the folder as it was at `commit`; None where it was not there, or is no
    text.
    """
    done = _run_git(folder, "cat-file", "blob", f"{commit}:./{name}")
    try:
        return None if done.returncode else done.stdout.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def unpack_revision(
    folder: Path, descriptor: str, revision: str, commit: str, max_bytes: int
) -> "tempfile.TemporaryDirectory[str]":
    """The package of `folder` as it was at `commit`, and its changelog, in a temporary folder that
    lives as long as the returned object. `revision` is what messages call it.

    MtopendataError: it had no such descriptor, or its files are larger than `max_bytes`.
    """
    prefix = _git_answer(folder, "rev-parse", "--show-prefix") or ""
    blobs = _blobs(folder, f"{commit}:{prefix.rstrip('/')}", recursive=True)
    names = [descriptor, *(DESCRIPTORS if descriptor in DESCRIPTORS else ())]
    found = next((name for name in names if name in blobs), None)
    if found is None:
        raise MtopendataError(
            revision, f"has no {prefix}{descriptor}", "name a revision that has the package"
        )
    logs = _changelog(folder, commit, prefix)
    unpacked = tempfile.TemporaryDirectory(prefix="mtopendata-", ignore_cleanup_errors=True)
    target = Path(unpacked.name)
    # A descriptor of another name becomes that of its folder.
    name = DESCRIPTORS[1] if is_yaml(Path(found)) else DESCRIPTOR
    try:
        _write_blobs(folder, {**logs, name: blobs[found]}, target, revision, max_bytes)
        # Which files it has is only known now; that they are not there yet is no finding.
        package, _ = open_package(target, max_bytes)
        named = {path: blobs[path] for path in named_files(package) if path in blobs}
        _write_blobs(folder, named, target, revision, max_bytes)
    except MtopendataError as error:
        unpacked.cleanup()
        where = error.where.replace(f"{target}{os.sep}", f"{revision}:{prefix}")
        raise MtopendataError(where, error.what, error.todo) from error
    return unpacked


def _changelog(folder: Path, commit: str, prefix: str) -> dict[str, Blob]:
    """The changelog in the folder `prefix` or the nearest above it, as `find_changelog` has it."""
    for place in (PurePosixPath(prefix), *PurePosixPath(prefix).parents):
        tree = f"{commit}:{'' if place == PurePosixPath() else place}"
        blobs = _blobs(folder, tree, recursive=False)
        if found := next((name for name in NAMES if name in blobs), None):
            return {found: blobs[found]}
    return {}


def _blobs(folder: Path, tree: str, *, recursive: bool) -> dict[str, Blob]:
    """The regular files of a tree, by their paths in it; none where there is no such tree."""
    options = ["-r"] if recursive else []
    listed = _run_git(folder, "ls-tree", *options, "-z", "--long", "--full-tree", tree)
    found = {}
    for entry in listed.stdout.decode("utf-8", "surrogateescape").split("\0"):
        described, _, path = entry.partition("\t")
        match described.split():
            case ["100644" | "100755", "blob", name, size] if not member_fault(path):
                found[path] = Blob(name, int(size))
    return found


def _write_blobs(
    folder: Path, blobs: Mapping[str, Blob], target: Path, revision: str, max_bytes: int
) -> None:
    """Write files as the revision stores them."""
    if sum(blob.size for blob in blobs.values()) > max_bytes:
        raise MtopendataError(
            revision, f"has more than {plural(max_bytes, 'byte')}", "give a larger --max-bytes"
        )
    for path, blob in blobs.items():
        file = target / path
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as sink:
            done = _run_git(folder, "cat-file", "blob", blob.name, stdout=sink.fileno())
        if done.returncode:
            reason = done.stderr.decode("utf-8", "replace").strip() or "git cannot read it"
            raise MtopendataError(f"{revision}:{path}", reason, "fetch the whole commit")


def _git_answer(folder: Path, *command: str) -> str | None:
    """What git prints, without the line end; None where it fails, prints nothing or is not there.

    MtopendataError: git refuses the repository, as one that belongs to another user.
    """
    done = _run_git(folder, *command)
    if done.returncode:
        reason = done.stderr.decode("utf-8", "replace").strip()
        if "dubious ownership" in reason:
            raise MtopendataError(str(folder), reason.splitlines()[0], "see git's safe.directory")
        return None
    return done.stdout.decode("utf-8", "surrogateescape").strip("\n") or None


_ELSEWHERE = {
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
}
"""Variables by which git, as in hooks, takes another repository or folder than the package's."""


def _run_git(
    folder: Path, *command: str, stdout: int = subprocess.PIPE
) -> "subprocess.CompletedProcess[bytes]":
    inherited = {name: value for name, value in os.environ.items() if name not in _ELSEWHERE}
    own = {
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }
    try:
        return subprocess.run(  # noqa: S603 - no shell, and no revision begins with a hyphen
            ["git", "-C", str(folder), *command],  # noqa: S607 - the user's own git
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.PIPE,
            check=False,
            env=inherited | own,
        )
    except (FileNotFoundError, NotADirectoryError):  # git is not installed, or there is no folder
        return subprocess.CompletedProcess(command, 127, b"", b"")
