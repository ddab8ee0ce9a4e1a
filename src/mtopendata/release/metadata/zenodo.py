"""Release → .zenodo.json, the metadata of a Zenodo deposit. https://developers.zenodo.org"""

from html import escape
from typing import Any

from mtopendata.release.metadata import Standard
from mtopendata.release.model import Release
from mtopendata.release.terms.licences import licences, spdx
from mtopendata.release.terms.people import Agent, contributor_type, inverted_name, others
from mtopendata.release.terms.properties import Json, doi, homepage, keywords, known, uri
from mtopendata.release.terms.required import LackingError, credited, description, title
from mtopendata.release.terms.sources import sources
from mtopendata.values.json_values import exact_json
from mtopendata.values.markdown import paragraphs


def zenodo(release: Release) -> str:
    """The deposit's metadata. LackingError without a title, a description, a contributor, or one
    licence that Zenodo knows.
    """
    descriptor = release.descriptor
    return exact_json(
        known(
            title=title(descriptor),
            upload_type="dataset",
            description=_html(description(descriptor)),
            creators=[_person(agent) for agent in credited(descriptor)],
            contributors=[
                _person(agent) | {"type": contributor_type(agent)} for agent in others(descriptor)
            ],
            access_right="open",
            license=_licence_id(descriptor),
            version=release.version,
            publication_date=release.date.date().isoformat() if release.date else None,
            doi=doi(descriptor),
            keywords=keywords(descriptor),
            related_identifiers=_related(descriptor),
        )
    )


def _html(value: str) -> str:
    parts = (escape(part, quote=False).replace("\n", "<br>") for part in paragraphs(value))
    return "".join(f"<p>{part}</p>" for part in parts)


def _person(agent: Agent) -> dict[str, Any]:
    return known(
        name=inverted_name(agent),
        affiliation=agent.organization if agent.is_person else None,
        orcid=agent.orcid.rpartition("/")[2] if agent.orcid else None,
    )


def _licence_id(descriptor: Json) -> str:
    """A deposit has one licence, and one that names none is given one by Zenodo itself."""
    found = licences(descriptor)
    if not found:
        raise LackingError("the descriptor names no licence; add 'licenses'")
    if len(found) > 1:
        raise LackingError("the descriptor names several licences, and a deposit has one")
    name = spdx(found[0])
    if not name:
        raise LackingError(
            f"the licence {found[0].label!r} is none that Zenodo is known to have; "
            "give its SPDX identifier as its 'name'"
        )
    return name.lower()


def _related(descriptor: Json) -> list[dict[str, str]]:
    pairs = [("isDescribedBy", uri(homepage(descriptor)))]
    pairs += [("isDerivedFrom", uri(source.path)) for source in sources(descriptor)]
    return [
        {"relation": relation, "identifier": address}
        for relation, address in dict.fromkeys(pairs)
        if address
    ]


STANDARD = Standard(".zenodo.json", "for a deposit at Zenodo", zenodo)
