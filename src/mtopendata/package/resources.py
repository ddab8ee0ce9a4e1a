"""JSON → a resource: its files and what is said of them."""

from dataclasses import replace

from mtopendata.package.declared import declared_names, declared_properties
from mtopendata.package.dialects import read_dialect
from mtopendata.package.json_files import Json
from mtopendata.package.licences import note_licences
from mtopendata.package.model import Resource
from mtopendata.package.place import Place
from mtopendata.package.profiles import enforce_profiles
from mtopendata.package.references import named_file
from mtopendata.package.schemas import read_schema
from mtopendata.package.stored_as import are_alike, plain_paths, stored_as


def read_resource_descriptor(raw: Json, place: Place) -> Resource:
    """A resource with its dialect and schema. One without a name is called after its place."""
    named = raw.get("name")
    name = named if isinstance(named, str) and named else place.where
    place = replace(place, resource=name, where="").by_profile(raw)
    if "url" in raw and "path" not in raw and "data" not in raw:
        # Before version 1 a path was called so, and readers must still take it.
        raw = {**raw, "path": raw["url"]}
    good = declared_properties("resource", raw, place)
    enforce_profiles(raw, place)
    if named == "":
        place.fault("missing-property", "its 'name' is empty", "name the resource")
    named_paths = declared_names(good.get("path", []), place.at("path"))
    _require_one_place(raw, good, place)
    note_licences(good, place)
    paths = plain_paths(named_paths)
    files = [file for path in paths if (file := named_file(path, place))]
    if not are_alike(good, paths):
        message = "its parts are stored in different forms, and are read as one table"
        place.fault("unreadable", message, "store all parts in the form of the first")
        files = []
    form = stored_as(good, named_paths, files)
    dialect, properties = read_dialect(good.get("dialect"), place.at("dialect"), form.format)
    null_sequence = (properties["nullSequence"],) if "nullSequence" in properties else ()
    return Resource(
        name=name,
        paths=paths,
        files=tuple(files) if len(files) == len(paths) else (),
        format=form.format,
        encoding=form.encoding,
        compression=form.compression,
        inner=good.get("innerpath", ""),
        dialect=dialect,
        dialect_properties=properties,
        schema=read_schema(good.get("schema"), place.at("schema"), null_sequence),
        hash=good.get("hash"),
        bytes=good.get("bytes"),
        descriptor=raw,
    )


def _require_one_place(raw: Json, good: Json, place: Place) -> None:
    """The data stand in files or in the descriptor."""
    if "data" in good and good.get("path"):
        place.fault("missing-property", f"{place.what} has both 'path' and 'data'", "keep one")
    if "data" not in raw and "path" not in raw:
        place.fault("missing-property", f"{place.what} has neither 'path' nor 'data'", "add a path")
    if good.get("path") == []:
        message = "'path' is empty: it names no file, so that nothing is checked"
        place.fault("missing-property", message, "add the path of a file")
