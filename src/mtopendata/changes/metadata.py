"""What the descriptors say for people: titles, sources, licences and whatever else."""

from collections.abc import Iterator

from mtopendata.changes.change import Change, Emit, Json, change_of
from mtopendata.package.model import Package, Resource
from mtopendata.values.json_values import said, same

_LICENCES = {"licenses", "license", "rights"}
OF_RELEASE = {"$schema", "profile", "version", "created", "bytes", "hash"}
"""Properties that follow from the release itself, or say by which rules to read the descriptor."""
_INHERITED = ("licenses", "sources")
"""Properties that a resource without them has from its package."""


def package_changes(old: Json, new: Json) -> Iterator[Change]:
    given = {name for name in ("name", "id") if old.get(name) is not None}
    for name in sorted(given, reverse=True):
        before, after = old[name], new.get(name)
        if not same(before, after):
            message = f"the package's {said(name, before, after)}"
            yield change_of("package-renamed", name, before, after, message)
    yield from metadata_changes(old, new, change_of, OF_RELEASE | given | {"resources"})


def metadata_changes(
    old: Json, new: Json, change: Emit, without: set[str], prefix: str = ""
) -> Iterator[Change]:
    """A change for each property that differs, but for those that are compared otherwise."""
    for name in sorted(old.keys() | new.keys()):
        before, after = old.get(name), new.get(name)
        if name not in without and not same(before, after):
            kind = "licence-changed" if name in _LICENCES else "metadata-changed"
            yield change(kind, prefix + name, before, after)


def with_inherited(item: Resource, package: Package, other: Resource) -> Json:
    """The resource's descriptor, and what it inherits where the other one declares it itself."""
    inherited = {
        name: package.descriptor.get(name)
        for name in _INHERITED
        if item.descriptor.get(name) is None and other.descriptor.get(name) is not None
    }
    return {**item.descriptor, **inherited}
