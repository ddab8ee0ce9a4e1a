"""Two descriptors compared: what changed, and which version step each change needs.

The steps are those of https://datapackage.org/recipes/data-package-version/. What is declared is
compared, not how: a default that is written out, `"10"` for 10, or the order of the values of
`enum` is no change. The data are compared elsewhere.
"""

from functools import partial

from mtopendata.changes.change import Change, change_of, come_or_gone, name_of
from mtopendata.changes.how_read import RESOURCE_STRUCTURE, reading_changes
from mtopendata.changes.metadata import (
    OF_RELEASE,
    metadata_changes,
    package_changes,
    with_inherited,
)
from mtopendata.changes.renamings import Renamings, paired_resources
from mtopendata.changes.schema import schema_changes
from mtopendata.package.model import Package


def descriptor_changes(old: Package, new: Package) -> list[Change]:
    """What differs between the descriptors of two packages: first of the package, then resource by
    resource and field by field in the order of `new`, what is gone last.
    """
    pairs = paired_resources(old.resources, new.resources)
    names = Renamings(pairs)
    changes = list(package_changes(old.descriptor, new.descriptor))
    for before, after in pairs:
        here, there = name_of(before), name_of(after)
        change = partial(change_of, resource=there or here)
        changes += come_or_gone("resource", here, there, change)
        if before and after:
            changes += reading_changes(before, after, change)
            described = with_inherited(before, old, after), with_inherited(after, new, before)
            changes += metadata_changes(*described, change, OF_RELEASE | RESOURCE_STRUCTURE)
            changes += schema_changes(before, after, names, change)
    return changes
