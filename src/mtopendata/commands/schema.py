"""What a package declares of a table, for frames of the user's own."""

from pathlib import Path
from typing import TYPE_CHECKING

from mtopendata.checks.frames.schemas import UnusableSchemaError, frame_schema
from mtopendata.ledger.report import Finding
from mtopendata.package.descriptors import open_package
from mtopendata.package.model import Package
from mtopendata.package.where import find_package
from mtopendata.values.errors import MtopendataError

if TYPE_CHECKING:
    import pandera.polars as pa


def schema(resource: str, package: str | Path | Package | None = None) -> "pa.DataFrameSchema":
    """What a package declares of the table `resource`, as a Pandera schema for other Polars frames.

    `package` is found as `load` finds it, and may be what `load` gave; only its descriptor is read.
    Put an eager frame to the schema, and ask for all that fails:
    `schema("figures").validate(frame, lazy=True)`. Of a LazyFrame, Pandera tests no cell.

    Each field is a column of the type that `load` gives its values. Whole numbers may have any
    width, and the numbers of a `number` field any type: Decimal of any scale, Float64, Int64 and so
    on. A column may have nulls unless its field is required or in the primary key (where Pandera
    takes NaN for a null too). Each constraint is a check with the name that it has in the ledger,
    such as `year: minimum`; a null passes all of them. The primary key is Pandera's `unique`, which
    names every row whose key another row has; other keys name the rows that repeat one. Columns
    may be more, fewer or in another order where `fieldsMatch` allows it.

    Not tested are foreign keys, rules, and formats of text such as `email`; and of types whose
    cells stay text (lists, arrays, objects, durations, months of a year, places), all but
    `required` and `unique`. MtopendataError: there is no package or no such table, or its
    description has errors.
    """
    found, faults, place = _opened(package)
    declared = found.resource(resource)
    if declared is None:
        names = ", ".join(item.name for item in found.resources) or "none"
        raise MtopendataError(place, f"has no resource {resource!r}", f"it has: {names}")
    for fault in faults:
        # A table can be described before it is there.
        is_of_data = fault.code == "missing-file"
        if fault.severity == "error" and fault.resource == resource and not is_of_data:
            what = f"the resource {resource!r} is not described well: {fault.message}"
            raise MtopendataError(place, what, fault.hint)
    if declared.schema is None:
        raise MtopendataError(place, f"the resource {resource!r} has no schema", "declare one")
    try:
        return frame_schema(declared.schema, resource, declared.descriptor.get("title"))
    except UnusableSchemaError as error:
        where = f"{place}: {resource}"
        raise MtopendataError(where, str(error), "correct it in the descriptor") from error


def _opened(package: str | Path | Package | None) -> tuple[Package, list[Finding], str]:
    """The package, the faults of its descriptor, and where it is."""
    if isinstance(package, Package):
        return package, [], str(package.folder)
    place = find_package(package)
    return (*open_package(place), str(place))
