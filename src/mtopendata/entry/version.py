"""The version of a package in which what is entered now will be published."""

from mtopendata.changes.git import last_release
from mtopendata.package.model import Package
from mtopendata.values.versions import Step, next_version, read_version


def coming_version(package: Package, step: Step) -> str | None:
    """The package's own version or, if that is released already, the next one that takes the step.
    None: the package has no version.
    """
    current = read_version(package.descriptor.get("version"))
    if current is None:
        return None
    released = read_version((last_release(package.folder) or "").removeprefix("v"))
    is_out = released is not None and current <= released
    return str(next_version(released, step) if is_out and released else current)
