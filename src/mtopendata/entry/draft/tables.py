"""A file → what is known of its tables, and what stands in the way."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from mtopendata.entry.draft.columns import proved
from mtopendata.entry.draft.doubts import Doubt
from mtopendata.entry.draft.files import is_table, path_in, table_name
from mtopendata.entry.draft.form import form_of
from mtopendata.entry.draft.keys import possible_keys
from mtopendata.entry.draft.labels import doubtful_header, faults_of_header
from mtopendata.entry.draft.model import DraftTable, drafted_resource, stopped
from mtopendata.entry.draft.workbooks import draft_workbook
from mtopendata.reading.csv_tables import CsvTable, labels_of
from mtopendata.reading.faults import UnreadableError
from mtopendata.reading.options import Options
from mtopendata.reading.workbooks import WORKBOOKS

_OTHER_WORKBOOKS = (".xls", ".xlsm", ".xlsb", ".numbers")


def draft_tables(
    folder: Path, file: Path, taken: Sequence[str], options: Options
) -> list[DraftTable]:
    """What is known of the tables in a file, of names that are not taken.

    MtopendataError: the file is outside of the folder.
    """
    path = path_in(folder, file)
    suffix = PurePosixPath(path).suffix.lower()
    if suffix.removeprefix(".") in WORKBOOKS:
        return draft_workbook(folder, path, suffix.removeprefix("."), taken, options)
    return [_draft_text(folder, path, suffix, taken, options)]


def _draft_text(
    folder: Path, path: str, suffix: str, taken: Sequence[str], options: Options
) -> DraftTable:
    raw: dict[str, Any] = {"name": table_name(path, taken), "type": "table", "path": path}
    if suffix in _OTHER_WORKBOOKS:
        what = f"it is a workbook of a kind ({suffix}) that is not described here"
        return stopped(raw, Doubt(path, None, what, "save it as .xlsx, or its tables as CSV"))
    if not is_table(path) and suffix not in (".txt", ".dat", ""):
        what = "its name does not say that it is a table in text"
        return stopped(raw, Doubt(path, None, what, "save it as CSV, and name that file"))
    if not is_table(path) or suffix == ".tab":
        raw["format"] = "csv" if not path.lower().endswith(".tab") else "tsv"
    try:
        return _drafted(folder, raw, options)
    except UnreadableError as error:
        return stopped(raw, Doubt(path, None, str(error), error.hint))


def _drafted(folder: Path, raw: dict[str, Any], options: Options) -> DraftTable:
    path = str(raw["path"])
    plain = drafted_resource(folder, raw)
    if not plain.files:
        return stopped(raw, Doubt(path, None, "it cannot be read", "check the file"))
    form = form_of(plain.files[0], path, plain.compression, options.max_bytes, plain.format)
    raw = {**raw, "encoding": form.encoding}
    if form.dialect:
        raw["dialect"] = form.dialect
    resource = drafted_resource(folder, raw)
    labels = labels_of(resource) or []
    if problems := tuple(faults_of_header(path, labels)):
        return DraftTable(raw, problems=problems)
    source = CsvTable(resource, options)
    columns = proved(source, options, partial(possible_keys, resource.name))
    if columns is None:
        return stopped(raw, Doubt(path, None, "it has no header", "add a line of labels"))
    if not columns.rows:
        return stopped(raw, Doubt(path, None, "it has no rows", "add its rows, or leave it out"))
    return DraftTable(raw, columns, (*form.doubts, *doubtful_header(path, labels)))
