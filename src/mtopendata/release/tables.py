"""The tables of a release with all their rows, as checks and figures know tables."""

from mtopendata.reading.tables import Lines, Table
from mtopendata.release.model import Release


def tables_of(release: Release) -> dict[str, Table]:
    """The tables of a release, whose rows are all there."""
    tables: dict[str, Table] = {}
    for resource in release.package.resources:
        if (frame := release.package.tables.get(resource.name)) is not None:
            lines = Lines()
            lines.append(range(frame.height), 0)
            tables.setdefault(resource.name, Table(resource, frame, lines))
    return tables
