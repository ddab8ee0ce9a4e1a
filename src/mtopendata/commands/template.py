"""The sequence of writing a workbook to be filled in."""

import os
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from mtopendata.entry.template.descriptor import template_descriptor
from mtopendata.entry.template.plan import TemplateSheet, planned_sheets
from mtopendata.package.descriptors import open_package
from mtopendata.package.where import find_package, local_place
from mtopendata.reading.options import Options
from mtopendata.values.errors import MtopendataError
from mtopendata.values.installing import install_hint
from mtopendata.values.json_values import exact_json
from mtopendata.values.new_files import put_new, there_already
from mtopendata.values.plurals import plural


@dataclass(frozen=True, slots=True)
class Template:
    """A workbook to be filled in, the descriptor by which it is validated, and its sheets.
    `left_out` are resources that are no tables with a schema.
    """

    workbook: Path
    descriptor: Path
    sheets: tuple[TemplateSheet, ...]
    left_out: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """All of it as JSON-ready data."""
        return {
            "workbook": str(self.workbook),
            "descriptor": str(self.descriptor),
            "sheets": [
                {
                    "name": sheet.name,
                    "resource": sheet.resource.name,
                    "columns": [column.item.name for column in sheet.columns],
                }
                for sheet in self.sheets
            ],
            "left_out": list(self.left_out),
        }


def template(
    workbook: str | Path, package: str | Path | None = None, options: Options | None = None
) -> Template:
    """Write a workbook with a sheet for each table of a package, and beside it the descriptor,
    called as the workbook with `.json`, by which it is validated once it is filled in.

    MtopendataError: one of the two files is there, the package has no table with a schema or its
    descriptor has errors, or what writes workbooks is not installed.
    """
    options = options or Options()
    file = local_place(workbook)
    described = file.with_suffix(".json")
    _require_place(file, described)
    place = find_package(package)
    source, findings = open_package(place, options.max_bytes, options.copies)
    if errors := [one for one in findings if one.severity == "error"]:
        what = f"has {plural(len(errors), 'error')} in its descriptor: {errors[0].message}"
        raise MtopendataError(str(place), what, "see mtopendata validate")
    sheets = planned_sheets(source)
    if not sheets:
        raise MtopendataError(str(place), "has no table with a schema", "describe its fields first")
    descriptor = exact_json(template_descriptor(source, sheets, file.name)).encode()
    _write_both(sheets, descriptor, file, described)
    taken = {sheet.resource.name for sheet in sheets}
    left_out = tuple(one.name for one in source.resources if one.name not in taken)
    return Template(file, described, sheets, left_out)


def _require_place(file: Path, described: Path) -> None:
    if file.suffix.lower() != ".xlsx":
        raise MtopendataError(str(file), "is no name of a workbook", "let it end in .xlsx")
    if not file.absolute().parent.is_dir():
        raise MtopendataError(str(file.parent), "is no folder", "make it, or name another")
    for one in (file, described):
        if os.path.lexists(one):
            raise there_already(one)
    if find_spec("xlsxwriter") is None:
        what = "cannot be written: what writes workbooks is not installed"
        raise MtopendataError(str(file), what, install_hint("build"))


def _write_both(
    sheets: tuple[TemplateSheet, ...], descriptor: bytes, file: Path, described: Path
) -> None:
    """Write the workbook and its descriptor, or neither."""
    from mtopendata.entry.template.writing import write_template

    try:
        with tempfile.TemporaryDirectory(prefix=".mtopendata-", dir=file.parent) as folder:
            fresh, fresh_described = Path(folder, "workbook"), Path(folder, "descriptor")
            write_template(sheets, fresh)
            fresh_described.write_bytes(descriptor)
            put_new(fresh, file)
            try:
                put_new(fresh_described, described)
            except BaseException:
                file.unlink()
                raise
    except OSError as error:
        what = f"cannot be written ({error.strerror or error})"
        raise MtopendataError(str(file), what, "check the room and your rights") from error
