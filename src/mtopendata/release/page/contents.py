"""All that stands on the page of a package, as data for its templates."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mtopendata.ledger.report import Report, RuleInstance
from mtopendata.reading.tables import Table
from mtopendata.release.metadata.schema_org import dataset
from mtopendata.release.model import Release
from mtopendata.release.page.cards import Figures
from mtopendata.release.page.dictionary import FilePart, TablePart, dictionary
from mtopendata.release.page.downloads import Download, downloads, listed_formats
from mtopendata.release.page.figures import figure_cards
from mtopendata.release.page.ledger import Ledger, ledger_of
from mtopendata.release.page.links import Links, links_of
from mtopendata.release.page.rule_places import rule_places
from mtopendata.release.page.summaries import TableSummary, summary_of
from mtopendata.release.tables import tables_of
from mtopendata.release.terms.citing import Citation, citation
from mtopendata.release.terms.files import media_type
from mtopendata.release.terms.licences import Licence, licences
from mtopendata.release.terms.people import Agent, agents
from mtopendata.release.terms.properties import homepage, known, text, uri
from mtopendata.release.terms.sources import Source, sources
from mtopendata.values.json_values import plain_json
from mtopendata.values.markdown import paragraphs

ANCHORS = ("content", "figures", "download", "cite", "rights", "tables", "ledger")
"""Of the parts of the page."""
MOST_ROWS = 100_000
"""Rows of a table that is looked into for figures: one that has more is shown as a table alone."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What stands on the page. `invalid` is the report of a package with errors, None of a valid
    one. `downloads` are None outside a release, which has the files of `release_files`.
    """

    title: str
    name: str
    version: str
    date: str
    lead: tuple[str, ...]
    homepage: str
    people: tuple[Agent, ...]
    sources: tuple[Source, ...]
    licences: tuple[Licence, ...]
    rights: str
    figures: Figures
    tables: tuple[TablePart | FilePart, ...]
    rows: int
    links: Links | None
    ledger: Ledger
    rules: Mapping[str, int]
    invalid: Report | None
    downloads: tuple[Download, ...] | None
    release_files: tuple[tuple[str, str], ...]
    stem: str
    citation: Citation | None
    json_ld: Mapping[str, Any]


def contents_of_release(release: Release, folder: Path) -> Contents:
    """The page of a release whose other files lie in `folder`."""
    tables = tables_of(release)
    summaries = {name: summary_of(table, table.frame) for name, table in tables.items()}
    small = {name: table for name, table in tables.items() if table.frame.height <= MOST_ROWS}
    listed = tuple(downloads(release, folder))
    places = rule_places(release.package, small)
    return contents(release, small, summaries, places, None, listed)


def contents(
    release: Release,
    tables: Mapping[str, Table],
    summaries: Mapping[str, TableSummary],
    instances: Sequence[RuleInstance],
    invalid: Report | None,
    listed: tuple[Download, ...] | None = None,
) -> Contents:
    """The page of a package. `tables` are those whose rows are there, which are the figures and
    what they refer to; `instances` are the rules in their places.
    """
    package, described = release.package, release.descriptor
    cited = None if invalid else citation(described, release.date)
    distribution = [_data_download(item) for item in listed or ()]
    return Contents(
        text(described, "title") or release.name,
        text(described, "name") or release.name,
        release.version or "",
        release.date.date().isoformat() if release.date else "",
        tuple(paragraphs(text(described, "description") or "")),
        uri(homepage(described)) or "",
        tuple(agents(described)),
        tuple(sources(described)),
        tuple(licences(described)),
        text(described, "rights") or "",
        figure_cards(tables, instances, cited, ANCHORS, is_valid=not invalid),
        tuple(dictionary(package, summaries)),
        sum(summary.rows for summary in summaries.values()),
        links_of(package.resources),
        ledger_of(release.checks),
        _counted_states(instances),
        invalid,
        listed,
        tuple(
            (
                f"{release.stem}{item.ending}" if not item.per_table else f"TABLE{item.ending}",
                item.purpose,
            )
            for item in listed_formats()
        ),
        release.stem,
        cited,
        _json_ld(release, distribution),
    )


def _json_ld(release: Release, distribution: list[dict[str, Any]]) -> dict[str, Any]:
    """The schema.org Dataset, in short: what columns mean, and checksums, are on the page."""
    found = dataset(release, distribution)
    found |= {key: paragraphs(found[key])[0] for key in ("description",) if found.get(key)}
    if variables := found.get("variableMeasured"):
        found["variableMeasured"] = [item["name"] for item in variables]
    return dict(plain_json(found))


def _counted_states(instances: Iterable[RuleInstance]) -> dict[str, int]:
    """How many rules are in which state, the worst first."""
    counts = dict.fromkeys(("violated", "undecided", "satisfied"), 0)
    for instance in instances:
        counts[instance.state] += 1
    return {state: count for state, count in counts.items() if count}


def _data_download(item: Download) -> dict[str, Any]:
    return {
        "@type": "DataDownload",
        **known(
            contentUrl=item.address,
            encodingFormat=media_type({}, item.name),
        ),
    }
