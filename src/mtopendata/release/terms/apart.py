"""What a release declares that is not to be compared, a line of Markdown each."""

from collections.abc import Iterator

from mtopendata.figures.differences import Side, readable_differences
from mtopendata.release.model import Release
from mtopendata.release.tables import tables_of
from mtopendata.values import markdown


def set_apart_lines(release: Release) -> Iterator[str]:
    """The rows of the table of differences; none where the package has none."""
    for difference in readable_differences(tables_of(release)):
        one, other = (_words_of_side(side) for side in difference.sides)
        yield f"{one} with {other}: {markdown.inline(difference.reason)}"


def _words_of_side(side: Side) -> str:
    parts = filter(None, (side.measure, side.area, side.source))
    return ", ".join(markdown.code(part) for part in parts)
