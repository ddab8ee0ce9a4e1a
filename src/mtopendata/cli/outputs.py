"""The files that a report is written to, with `--output`."""

import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from mtopendata.report import render
from mtopendata.values.errors import MtopendataError

if TYPE_CHECKING:
    from mtopendata.package.model import Package


class Output(NamedTuple):
    """A file to write, and the format to write it in."""

    format: str
    file: Path


def parse_outputs(values: Iterable[str], formats: Sequence[str]) -> tuple[Output, ...]:
    """Each FORMAT=FILE of a command whose report has these formats. BadParameter: there is no such
    format, the file cannot be written, or is named twice.
    """
    outputs = tuple(_read_output(value, formats) for value in values)
    files = [output.file.resolve() for output in outputs]
    for output, file in zip(outputs, files, strict=True):
        if files.count(file) > 1:
            raise click.BadParameter(
                f"{str(output.file)!r} is named twice; give each report a file of its own"
            )
    return outputs


def _read_output(value: str, formats: Sequence[str]) -> Output:
    """FORMAT=FILE, of a format that there is and a file that can be written, else BadParameter."""
    format_, equals, name = value.partition("=")
    file = Path(name)
    if not equals or not name:
        fault = f"{value!r} is not FORMAT=FILE; write such as {formats[-1]}=FILE"
    elif format_ not in formats:
        fault = f"{format_!r} is no format; take one of {', '.join(formats)}"
    elif name == "-":
        fault = f"'-' is no file; print the report with --format {format_}"
    elif file.is_dir():
        fault = f"{name!r} is a folder; name a file in it"
    elif not file.parent.is_dir():
        fault = f"the folder of {name!r} does not exist; make it first"
    elif not os.access(file if _is_special(file) else file.resolve().parent, os.W_OK):
        fault = f"{name!r} may not be written; check your rights there"
    else:
        return Output(format_, file)
    raise click.BadParameter(fault)


def files_of(place: str | Path, package: "Package") -> Iterator[Path]:
    """The files that a package consists of: what it was read from, and what that names."""
    from mtopendata.package.model import DESCRIPTORS

    yield Path(place)
    yield from (Path(place) / name for name in DESCRIPTORS)
    for resource in package.resources:
        yield from resource.files
        yield from (package.folder / path for path in resource.paths)


def write_reports(
    outputs: Sequence[Output],
    kind: str,
    result: object,
    sources: Iterable[Path],
    *,
    verbose: bool = False,
) -> None:
    """Write a result of this kind to files, without colours, and none where one would replace one
    of `sources`, the files that it is about: MtopendataError. OSError: one cannot be written.
    """
    if outputs:
        kept = [_identity(file) for file in sources]
        for output in outputs:
            if _identity(output.file) in kept:
                raise MtopendataError(
                    str(output.file), "is a file of the package", "write the report to another file"
                )
    for output in outputs:
        text = render(kind, output.format, result, verbose=verbose)
        _write_whole(output.file, click.unstyle(text))


def _identity(file: Path) -> object:
    """What two paths of one file have in common; a file that is not there has its place alone."""
    with suppress(OSError, ValueError):
        found = file.stat()
        return found.st_dev, found.st_ino
    with suppress(OSError, ValueError, RuntimeError):  # no name of a file, or links in a circle
        return file.resolve()
    return file


def _write_whole(file: Path, text: str) -> None:
    """Put the whole text into place at once: nobody reads half of it."""
    if _is_special(file):
        file.write_text(text, "utf-8", newline="\n")
        return
    file = file.resolve()
    with tempfile.TemporaryDirectory(prefix=".mtopendata-", dir=file.parent) as folder:
        fresh = Path(folder) / "report"
        fresh.write_text(text, "utf-8", newline="\n")
        fresh.replace(file)


def _is_special(file: Path) -> bool:
    """Whether it is a device or a pipe, which is written to and not replaced."""
    return file.exists() and not file.is_file()
