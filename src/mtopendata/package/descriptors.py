"""JSON or YAML → Package, without trust in the descriptor.

A property of the wrong JSON type, or a value that means nothing, is a finding and then as good as
absent: what is left can be validated.
"""

import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from mtopendata.ledger.report import Finding
from mtopendata.package.copies import Copies
from mtopendata.package.declared import declared_properties
from mtopendata.package.descriptor_files import read_object
from mtopendata.package.files import MAX_BYTES, unpack
from mtopendata.package.instead import (
    no_descriptor,
    require_descriptor,
    require_file,
    require_package,
)
from mtopendata.package.json_files import Json, json_type
from mtopendata.package.licences import note_licences
from mtopendata.package.model import (
    DESCRIPTOR,
    DESCRIPTORS,
    Package,
    Resource,
    descriptor_in,
    is_yaml,
)
from mtopendata.package.place import Place
from mtopendata.package.profiles import enforce_profiles
from mtopendata.package.resources import read_resource_descriptor
from mtopendata.values.errors import MtopendataError


def open_package(
    path: Path, max_bytes: int = MAX_BYTES, copies: Copies | None = None
) -> tuple[Package, list[Finding]]:
    """The package of a folder, a descriptor or a .zip, and the faults of its descriptor. `copies`
    are of what it names by addresses.

    MtopendataError: there is no descriptor to speak of, or the archive is not safe to unpack.
    """
    unpacked: tempfile.TemporaryDirectory[str] | None = None
    found: list[Finding] = []
    try:
        if path.is_dir():
            file = _descriptor_in(path, str(path))
        elif path.suffix.lower() == ".zip":
            require_file(path)
            unpacked = unpack(path, max_bytes)
            file = _descriptor_in(Path(unpacked.name), str(path), is_zip=True)
        else:
            file = path
        require_descriptor(file)
        raw = read_object(file, str(path), "package", found)
        require_package(raw, file)
    except MtopendataError as error:
        if unpacked is None:
            raise
        where = error.where.replace(f"{unpacked.name}{os.sep}", f"{path}: ")
        raise MtopendataError(where, error.what, error.todo) from error
    except OSError as error:
        raise MtopendataError(
            str(path), f"cannot be read ({error.strerror or error})", "check its name and rights"
        ) from error
    found.extend(_others(file))
    place = Place(file.parent, found, copies=copies or {}).by_profile(raw)
    good = declared_properties("package", raw, place)
    enforce_profiles(raw, place)
    _note_defaults(raw, place)
    note_licences(good, place)
    resources = tuple(_resources(good.get("resources", []), place))
    if "resources" in good and not good["resources"]:
        message = "'resources' is empty, so that nothing is checked"
        place.fault("missing-property", message, "declare a resource")
    _note_duplicates(resources, place)
    name = str(good.get("name", ""))
    # By another name than its own, a JSON descriptor stands where a folder would have it.
    called = file.name if is_yaml(file) else DESCRIPTOR
    return Package(name, place.folder, raw, resources, {}, unpacked, called), found


def _descriptor_in(folder: Path, shown: str, *, is_zip: bool = False) -> Path:
    """The descriptor of a folder. MtopendataError: it has none."""
    file = descriptor_in(folder)
    if file.exists() or file.is_symlink():
        return file
    raise no_descriptor(folder, shown, is_zip=is_zip)


def _others(file: Path) -> Iterator[Finding]:
    """What is said of other descriptors beside the one that is read."""
    for name in DESCRIPTORS if file.name in DESCRIPTORS else ():
        if name != file.name and (file.parent / name).exists():
            message = f"{file.name} is read, and {name} beside it is not: they may differ"
            hint = "remove the one that nobody keeps up to date"
            yield Finding("other-descriptor", "warning", message, hint, path=name)


_OF_RESOURCES = ("dialect", "encoding", "schema")
_OF_SCHEMAS = (
    "fields", "fieldsMatch", "foreignKeys", "missingValues", "primaryKey", "uniqueKeys",
)  # fmt: skip
_NEVER_OF_PACKAGES = ("fields", "missingValues")
"""Those of which frictionless, too, says that they are errors."""


def _note_defaults(raw: Json, place: Place) -> None:
    """Some give properties once for all resources, which the standard has not."""
    for name in raw:
        if name in _OF_RESOURCES or name in _OF_SCHEMAS:
            home = "each resource" if name in _OF_RESOURCES else "each resource's schema"
            place.fault(
                "not-enforced",
                f"nobody enforces {name!r} of a package: resources inherit nothing",
                f"give it in {home}; two may name the same file",
                "error" if name in _NEVER_OF_PACKAGES else "note",
            )


def _resources(items: Sequence[Any], place: Place) -> Iterator[Resource]:
    for item, inner in zip(items, place.items("resources", len(items)), strict=True):
        if isinstance(item, dict):
            yield read_resource_descriptor(item, inner)
        else:
            inner.fault(
                "property-type",
                f"{inner.where!r} is {json_type(item)}, not object",
                "describe the resource by an object with a name and a path",
            )


def _note_duplicates(resources: Sequence[Resource], place: Place) -> None:
    seen: set[str] = set()
    for item in resources:
        if item.name in seen:
            replace(place, resource=item.name).fault(
                "duplicate-resource",
                f"two resources are called {item.name!r}",
                "give each its own name",
            )
        seen.add(item.name)
