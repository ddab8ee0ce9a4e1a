"""A file → what is known of its table, and what stands in the way."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from mtopendata.entry.draft.columns import Columns, proved
from mtopendata.entry.draft.doubts import Doubt
from mtopendata.entry.draft.files import is_table, path_in, table_name
from mtopendata.entry.draft.form import form_of
from mtopendata.entry.draft.keys import possible_keys
from mtopendata.package.model import Resource
from mtopendata.package.place import Place
from mtopendata.package.resources import read_resource_descriptor
from mtopendata.reading.csv_tables import labels_of
from mtopendata.reading.faults import UnreadableError
from mtopendata.reading.options import Options

_NUMBERS = str.maketrans("", "", "0123456789.,-+ ")


@dataclass(frozen=True, slots=True)
class DraftTable:
    """A table to be described: `raw` is its resource without a schema. `columns` is None where
    there are `problems`.
    """

    raw: dict[str, Any]
    columns: Columns | None = None
    doubts: tuple[Doubt, ...] = ()
    problems: tuple[Doubt, ...] = ()

    @property
    def name(self) -> str:
        """The resource's."""
        return str(self.raw["name"])

    @property
    def path(self) -> str:
        """The file's, as the descriptor has it."""
        return str(self.raw["path"])


def draft_table(folder: Path, file: Path, taken: Sequence[str], options: Options) -> DraftTable:
    """What is known of the table in a file. MtopendataError: it is outside of the folder."""
    path = path_in(folder, file)
    raw: dict[str, Any] = {"name": table_name(path, taken), "type": "table", "path": path}
    if not is_table(path) and PurePosixPath(path).suffix.lower() not in (".txt", ".dat", ""):
        what = "its name does not say that it is a table in text"
        return _stopped(raw, Doubt(path, None, what, "save it as CSV, and name that file"))
    if not is_table(path) or PurePosixPath(path).suffix.lower() == ".tab":
        raw["format"] = "csv" if not path.lower().endswith(".tab") else "tsv"
    try:
        return _drafted(folder, raw, options)
    except UnreadableError as error:
        return _stopped(raw, Doubt(path, None, str(error), error.hint))


def _stopped(raw: dict[str, Any], *problems: Doubt) -> DraftTable:
    return DraftTable(raw, problems=problems)


def _resource(folder: Path, raw: dict[str, Any]) -> Resource:
    return read_resource_descriptor(raw, Place(folder, [], version=2))


def _drafted(folder: Path, raw: dict[str, Any], options: Options) -> DraftTable:
    path = str(raw["path"])
    plain = _resource(folder, raw)
    if not plain.files:
        return _stopped(raw, Doubt(path, None, "it cannot be read", "check the file"))
    form = form_of(plain.files[0], path, plain.compression, options.max_bytes, plain.format)
    raw = {**raw, "encoding": form.encoding}
    if form.dialect:
        raw["dialect"] = form.dialect
    resource = _resource(folder, raw)
    labels = labels_of(resource) or []
    if problems := tuple(_faults_of_table(path, labels)):
        return DraftTable(raw, problems=problems)
    columns = proved(resource, options, partial(possible_keys, resource.name))
    if columns is None:
        return _stopped(raw, Doubt(path, None, "it has no header", "add a line of labels"))
    if not columns.rows:
        return _stopped(raw, Doubt(path, None, "it has no rows", "add its rows, or leave it out"))
    return DraftTable(raw, columns, (*form.doubts, *_doubtful_header(path, labels)))


def _faults_of_table(path: str, labels: Sequence[str]) -> Iterator[Doubt]:
    """Why a header cannot be the names of fields."""
    if not labels:
        yield Doubt(path, None, "it has no header", "add a line of labels")
    for index, label in enumerate(labels, start=1):
        if not label.strip():
            yield Doubt(path, None, f"column {index} has no label", "name the column", 1)
    for label, times in Counter(labels).items():
        if label.strip() and times > 1:
            what = f"the label {label!r} stands {times} times in the header"
            yield Doubt(path, label, what, "name each column once", 1)


def _doubtful_header(path: str, labels: Sequence[str]) -> Iterator[Doubt]:
    numbers = [label for label in labels if not label.translate(_NUMBERS)]
    if len(numbers) * 2 > len(labels):
        what = "its first line looks like a row of data, and is taken for the header"
        yield Doubt(path, None, what, "add a line of labels if there is none", 1)
    for label in labels:
        if label != label.strip():
            what = "the label has blanks around it, which are part of the field's name"
            yield Doubt(path, label, what, "remove them in the file and in the descriptor", 1)
