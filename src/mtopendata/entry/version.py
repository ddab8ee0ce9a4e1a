"""The version of a package in which what is entered now will be published."""

from mtopendata.changes.vintages import published_descriptor
from mtopendata.package.model import Package
from mtopendata.values.errors import MtopendataError
from mtopendata.values.versions import Step, Version, next_version, read_version, takes_step


def published_version(package: Package) -> Version | None:
    """The version that is published: that of the last release in git, or of HEAD where there is no
    release. None: nobody can tell.
    """
    published = published_descriptor(package.folder)
    return read_version(published.get("version")) if published else None


def coming_version(package: Package, step: Step, asked: str | None = None) -> str | None:
    """The version that a person asks for; or the package's own or, if that is published already,
    the next one that takes the step. None: the package has no version.

    MtopendataError: what is asked for is no version, or does not take the step.
    """
    current, published = read_version(package.descriptor.get("version")), published_version(package)
    if asked is not None:
        return _checked(asked, step, current, published)
    if current is None:
        return None
    is_out = published is not None and current <= published
    return str(next_version(published, step) if is_out and published else current)


def _checked(asked: str, step: Step, current: Version | None, published: Version | None) -> str:
    version, where = read_version(asked), f"version {asked}"
    if version is None:
        raise MtopendataError(where, "is no version", "write such as 1.1.0")
    if current is not None and version < current:
        what = f"is lower than {current}, which the package has"
        raise MtopendataError(where, what, f"give {current} or a later one")
    if published is not None and not takes_step(published, version, step):
        least = next_version(published, step)
        words = f"a {step.name.lower()} step" if step is not Step.NONE else "no lower version"
        what = f"is too low after {published}, which is published: the changes ask for {words}"
        raise MtopendataError(where, what, f"give {least} or a later one")
    return str(version)
