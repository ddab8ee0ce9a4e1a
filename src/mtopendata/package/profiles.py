"""A descriptor against the profile that it names by an address, as far as there is a local copy."""

import re
from dataclasses import replace
from itertools import islice
from typing import Any

from mtopendata.package.copies import is_address, local_copy
from mtopendata.package.descriptor_files import read_object
from mtopendata.package.json_files import Json
from mtopendata.package.place import Place
from mtopendata.values.errors import MtopendataError
from mtopendata.values.excerpts import cut
from mtopendata.values.json_values import plain_json

_OFFICIAL = re.compile(
    r"https?://(?:datapackage\.org|specs\.frictionlessdata\.io|frictionlessdata\.io)/"
)
"""Where the profiles of Data Package 1 and 2 are published; their rules are in `properties`."""
_NAMES = {"data-package", "tabular-data-package", "data-resource", "tabular-data-resource"}
"""What version 1 calls its own."""
_MOST = 20
"""Faults of one descriptor that are told."""


def enforce_profiles(raw: Json, place: Place) -> None:
    """Hold what stands at a place of a descriptor against each profile that it names."""
    for name in ("$schema", "profile"):
        address = raw.get(name)
        if isinstance(address, str) and not place.where and not _is_known(address):
            place.fault_once(
                "not-enforced",
                f"nobody enforces {name!r}: {address!r} is no profile that is known here",
                "name it by an address and give a copy of it (--schema ADDRESS=FILE), unless you "
                "do not count on it",
                "warning",
            )
        elif isinstance(address, str) and is_address(address) and not _OFFICIAL.match(address):
            file = local_copy(address, place.copies)
            if file is None:
                _tell_unenforced(f"{name!r}: {address!r} is not fetched", address, place)
                continue
            try:
                profile = read_object(file, str(file), "schema", place.found)
            except (MtopendataError, OSError) as error:
                place.fault("unreadable", f"the profile cannot be read ({error})", "mend the copy")
                continue
            _hold_against(raw, profile, address, place)


def _is_known(profile: str) -> bool:
    """Whether it is one of the standard's own, or an address, of which there can be a copy."""
    return profile in _NAMES or is_address(profile)


def _tell_unenforced(what: str, address: str, place: Place) -> None:
    place.fault_once(
        "not-enforced",
        f"nobody enforces {what}",
        f"give a copy of it (--schema {address}=FILE), unless you do not count on it",
        "warning",
    )


def _hold_against(raw: Json, profile: Json, address: str, place: Place) -> None:
    # Most packages have no profile of their own, and need not wait for what reads one.
    from jsonschema.exceptions import SchemaError, ValidationError
    from jsonschema.validators import validator_for
    from referencing import Registry, Resource
    from referencing.exceptions import NoSuchResource, Unresolvable
    from referencing.jsonschema import DRAFT7

    def retrieve(uri: str) -> Any:
        if _OFFICIAL.match(uri):
            return Resource.from_contents({}, default_specification=DRAFT7)
        file = local_copy(uri, place.copies)
        if file is None:
            raise NoSuchResource(uri)
        contents = plain_json(read_object(file, str(file), "schema", place.found))
        return Resource.from_contents(contents, default_specification=DRAFT7)

    schema = plain_json({"$id": address, **profile})
    kind = validator_for(schema)
    faults: list[ValidationError] = []
    try:
        kind.check_schema(schema)
        registry: Any = Registry(retrieve=retrieve)  # type: ignore[call-arg]
        for fault in islice(kind(schema, registry=registry).iter_errors(plain_json(raw)), _MOST):
            faults.append(fault)
    except SchemaError as error:
        message = f"the profile {address!r} is no JSON Schema ({cut(error.message)})"
        place.fault("unreadable", message, "give another copy of it")
        return
    except (Unresolvable, MtopendataError, OSError) as error:
        ref = getattr(error, "ref", str(error))
        _tell_unenforced(f"{ref!r}, to which the profile {address!r} refers", ref, place)
    for fault in faults:
        inside = "".join(
            f"[{step}]" if isinstance(step, int) else f".{step}" for step in fault.path
        )
        where = replace(place, where=(place.where + inside).lstrip("."))
        place.fault(
            "profile",
            f"{where.what} breaks the profile {address!r}: {cut(fault.message, 200)}",
            "correct the descriptor as the profile asks",
        )
