"""A version raised in all that names it: descriptor, changelog, citation."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from mtopendata.changes.changelog import find_changelog
from mtopendata.changes.publication import CITATION, Row, described_sources, tells_source
from mtopendata.entry.changelog import with_version
from mtopendata.package.model import DESCRIPTOR, Package, is_yaml
from mtopendata.release.metadata.citation import citation_cff
from mtopendata.release.model import Release
from mtopendata.release.reproducible import declared_date
from mtopendata.release.terms.citing import source_titles
from mtopendata.values.errors import MtopendataError
from mtopendata.values.json_edits import with_members

_SOURCES = "Sources: "
"""What the paragraph of a description begins with that names the sources."""


def raised(
    package: Package, version: str, day: date, sources: Sequence[Row], lines: Sequence[str] = ()
) -> dict[Path, bytes]:
    """The new contents of the files that name the version: the descriptor, with all of `sources`
    (rows with title and year) and `day` as `created`; the changelog, with `lines` as what is new in
    the data; and the citation, where there is one.

    MtopendataError: the descriptor is YAML, or in an archive.
    """
    file = package.folder / package.file
    if package.unpacked is not None or is_yaml(file):
        what = "is an archive" if package.unpacked else "is YAML, in which nothing is edited"
        todo = f"set 'version' and 'created' in the {DESCRIPTOR} of a folder"
        raise MtopendataError(str(file), what, todo)
    members = _members(package.descriptor, version, day, list(sources))
    contents = {file: _edited(file, members)}
    changelog = find_changelog(package.folder) or package.folder / "CHANGELOG.md"
    before = _utf_8(changelog) if changelog.is_file() else ""
    contents[changelog] = with_version(before, version, day, lines).encode()
    cited = package.folder / CITATION
    if cited.is_file() and not cited.is_symlink():
        contents[cited] = _raised_citation(
            _utf_8(cited), package, {**package.descriptor, **members}
        ).encode()
    return {place: content for place, content in contents.items() if content != _bytes(place)}


def _edited(file: Path, members: Mapping[str, Any]) -> bytes:
    try:
        return with_members(_utf_8(file), members).encode()
    except ValueError as error:
        raise MtopendataError(str(file), str(error), "validate the package") from error


def _members(
    descriptor: Mapping[str, Any], version: str, day: date, sources: list[Row]
) -> dict[str, Any]:
    """The properties that a version changes, with their values."""
    created = str(descriptor.get("created") or "")
    is_day = len(created) == len("2000-01-01")
    members: dict[str, Any] = {
        "version": version,
        "created": day.isoformat() if is_day else f"{day.isoformat()}T00:00:00Z",
    }
    declared = descriptor.get("sources")
    if isinstance(declared, list) and declared:
        members["sources"] = _with_sources(declared, sources)
    described = described_sources(descriptor.get("description"), sources)
    if described and any(not tells_source(described, row, sources) for row in sources):
        members["description"] = _naming(described, {**descriptor, **members})
    return {name: value for name, value in members.items() if descriptor.get(name) != value}


def _with_sources(declared: list[Any], sources: list[Row]) -> list[Any]:
    """The declared sources, and those of the table that they lack, worded like one of them."""
    found = list(declared)
    for row in sources:
        if not any(_is_of_source(item, row, sources) for item in found):
            like = next(
                (
                    (item, other)
                    for item in declared
                    for other in sources
                    if _is_of_source(item, other, sources)
                ),
                None,
            )
            found.append(_worded(row, *like) if like else _from_row(row))
    return found


def _is_of_source(item: Any, row: Row, sources: list[Row]) -> bool:
    if not isinstance(item, dict):
        return False
    return tells_source(f"{item.get('title', '')} {item.get('version', '')}", row, sources)


def _worded(row: Row, item: Mapping[str, Any], other: Row) -> dict[str, Any]:
    """A source like the one that a descriptor has of another row."""
    new = dict(item)
    for name in ("title", "version"):
        if isinstance(text := item.get(name), str):
            for old, now in ((other["title"], row["title"]), (other["year"], row["year"])):
                text = text.replace(str(old), str(now))
            new[name] = text
    if row.get("landing_page"):
        new["path"] = row["landing_page"]
    return new


def _from_row(row: Row) -> dict[str, Any]:
    publisher = f"{row['publisher']}, " if row.get("publisher") else ""
    new = {"title": f"{publisher}{row['title']}, {row['year']}", "version": str(row["year"])}
    return new | ({"path": row["landing_page"]} if row.get("landing_page") else {})


def _naming(description: str, descriptor: Mapping[str, Any]) -> str:
    """The description with a paragraph, its last, that names all sources."""
    kept = [part for part in description.split("\n\n") if not part.startswith(_SOURCES)]
    return "\n\n".join([*kept, f"{_SOURCES}{source_titles(descriptor)}."])


def _raised_citation(text: str, package: Package, descriptor: Mapping[str, Any]) -> str:
    """The citation written anew where it is as a build writes it, else with the version and the day
    of this one.
    """
    if text == citation_cff(Release(package, (), declared_date(package.descriptor))):
        now = replace(package, descriptor=descriptor)
        return citation_cff(Release(now, (), declared_date(descriptor)))
    pairs = {"version": descriptor.get("version"), "date-released": str(descriptor["created"])[:10]}
    lines = text.splitlines(keepends=True)
    for index, line in enumerate(lines):
        name, colon, rest = line.partition(":")
        if colon and name in pairs:
            quote = '"' if '"' in rest else ""
            end = line[len(line.rstrip("\r\n")) :]
            lines[index] = f"{name}: {quote}{pairs[name]}{quote}{end}"
    return "".join(lines)


def _utf_8(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise MtopendataError(str(file), "is no text in UTF-8", "save it as UTF-8") from error


def _bytes(file: Path) -> bytes | None:
    return file.read_bytes() if file.is_file() else None
