"""Whether what a version says of itself is of this version: its date, its citation, its description
and the sources that it names.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from mtopendata.changes.changelog import date_in, days_of_versions, find_changelog
from mtopendata.changes.version import changelog_outcome
from mtopendata.figures.tables import SOURCES
from mtopendata.ledger.outcome import Outcome
from mtopendata.ledger.report import Finding
from mtopendata.package.model import Package
from mtopendata.values.versions import read_version

CITATION = "CITATION.cff"
MAX_CITATION = 1024**2
Row = Mapping[str, Any]


def check_publication(
    package: Package, sources: pl.DataFrame | None, before: Row | None = None
) -> Iterator[Outcome]:
    """Test that nothing of an earlier version is left in what a package says of itself. `sources`
    are its table of that name, and `before` is the descriptor of the earlier version, if any.
    """
    rows = named_sources(sources)
    created = _as_day(package.descriptor.get("created"))
    if created and package.descriptor.get("version"):
        why = _why_other_day(created, package, rows, before)
        yield _outcome("created is of this version", 1, _stale_date(created, why, package))
    described = package.descriptor.get("description")
    tests = (
        ("sources name every source", _declared(package), package.file),
        ("description names every source", described_sources(described, rows), package.file),
        ("citation names every source", _cited_sources(package.folder), CITATION),
    )
    for name, text, path in tests:
        if rows and text is not None:
            missing = [row for row in rows if not tells_source(text, row, rows)]
            faults = [_unnamed(name.partition(" ")[0], row, path) for row in missing]
            yield _outcome(name, len(rows), faults)
    if cited := _data_citation(package.folder):
        yield _outcome("citation has the version and the date", 2, _citation_faults(package, cited))


def check_changelog_of(package: Package) -> Iterator[Outcome]:
    """Test that a changelog that has headings of versions has one of this version."""
    changelog, version = find_changelog(package.folder), package.descriptor.get("version")
    days = days_of_versions(changelog) if changelog else {}
    if changelog is not None and days and read_version(version):
        yield changelog_outcome(changelog, package.folder, str(version))


def _outcome(name: str, tested: int, faults: list[Finding]) -> Outcome:
    return Outcome("version", name, None, tested, faults, engine="mtopendata")


# Sources


def named_sources(sources: pl.DataFrame | None) -> list[Row]:
    """The rows of sources that a text can name: those with a title and a year."""
    if sources is None or sources.schema.get("title") != pl.String:
        return []
    if not sources.schema.get("year", pl.Null()).is_integer():
        return []
    return [row for row in sources.iter_rows(named=True) if row["title"] and row["year"]]


def tells_source(text: str, row: Row, rows: list[Row]) -> bool:
    """Whether a text has a source's year, and of its title the words that tell it from others."""
    words = set(str(row["title"]).split())
    common = set.intersection(*(set(str(other["title"]).split()) for other in rows))
    telling = words - common if len({other["title"] for other in rows}) > 1 else set()
    return all(_has_word(text, word) for word in (*telling, str(row["year"])))


def _has_word(text: str, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


def _declared(package: Package) -> str | None:
    """What the descriptor's `sources` say; None where it has none."""
    declared = package.descriptor.get("sources")
    if not isinstance(declared, list) or not declared:
        return None
    items = [item for item in declared if isinstance(item, dict)]
    return "\n".join(f"{item.get('title', '')} {item.get('version', '')}" for item in items)


def described_sources(text: object, rows: list[Row]) -> str | None:
    """A description that names a source, and so must name all; None where it names none."""
    is_naming = isinstance(text, str) and any(tells_source(text, row, rows) for row in rows)
    return str(text) if is_naming else None


def _cited_sources(folder: Path) -> str | None:
    """What a citation says; None where there is none, or it names no source at all."""
    cited = _data_citation(folder)
    message = str(cited.get("message", "")) if cited else ""
    return message if "source" in message else None


def _unnamed(where: str, row: Row, path: str) -> Finding:
    source = f"{row.get(SOURCES.removesuffix('s')) or row['title']} ({row['title']}, {row['year']})"
    verb = "lack" if where == "sources" else "lacks"
    what = f"the {where} {verb} the source {source}, which the table of sources has"
    return Finding("stale", "error", what, f"name it; {_BY_BUMP}", path=path)


_BY_BUMP = "mtopendata bump writes it"


# Dates


def _stale_date(created: date, why: str | None, package: Package) -> list[Finding]:
    if why is None:
        return []
    hint = f"set 'created' to the day of the release; {_BY_BUMP}"
    return [Finding("stale", "error", f"'created' is {created}, {why}", hint, path=package.file)]


def _why_other_day(
    created: date, package: Package, rows: list[Row], before: Row | None
) -> str | None:
    """Why `created` cannot be the day of this version; None: it can."""
    version, changelog = package.descriptor.get("version"), find_changelog(package.folder)
    told = days_of_versions(changelog).get(str(version)) if changelog else None
    if told is not None and told != created:
        return f"and the changelog dates version {version} to {told}"
    is_raised = told is None and before and before.get("version") != version
    if before and is_raised and _as_day(before.get("created")) == created:
        return f"as in version {before.get('version')}"
    later = [row for row in rows if isinstance(row.get("recorded"), date)]
    newest = max(later, key=lambda row: row["recorded"], default=None)
    if newest is not None and newest["recorded"] > created:
        name = newest.get("source") or newest["title"]
        return f"and the source {name} was recorded later, on {newest['recorded']}"
    return None


def _as_day(text: object) -> date | None:
    return date_in(str(text)[:10])


# The citation


def _data_citation(folder: Path) -> Row | None:
    """The CITATION.cff beside the descriptor, where it is of a data set; else it may be that of a
    program, which has versions of its own.
    """
    file = folder / CITATION
    if not file.is_file() or file.is_symlink() or file.stat().st_size > MAX_CITATION:
        return None
    try:
        # All cells are texts for it, and none an object.
        cited = yaml.load(file.read_bytes(), yaml.BaseLoader)  # noqa: S506
    except (OSError, ValueError, RecursionError, yaml.YAMLError):
        return None
    return cited if isinstance(cited, dict) and cited.get("type") == "dataset" else None


def _citation_faults(package: Package, cited: Row) -> list[Finding]:
    """Where the citation is of another version, or of another day."""
    pairs = (("version", "version"), ("date-released", "created"))
    found = []
    for name, property_ in pairs:
        has, declared = cited.get(name), package.descriptor.get(property_)
        wanted = str(declared)[:10] if property_ == "created" else str(declared)
        if has is not None and declared is not None and str(has) != wanted:
            what = f"{name} is {has}, where the descriptor has {wanted}"
            hint = f"write {wanted}; {_BY_BUMP}"
            found.append(Finding("stale", "error", what, hint, path=CITATION))
    return found
