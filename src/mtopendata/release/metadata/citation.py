"""Release → CITATION.cff, in the Citation File Format 1.2.0. https://citation-file-format.github.io

Sources are not written as references, because a reference must name its authors and a source of a
descriptor cannot.
"""

import re
from typing import Any

import yaml

from mtopendata.release.metadata import Standard
from mtopendata.release.model import Release
from mtopendata.release.terms.citing import source_titles
from mtopendata.release.terms.licences import licences, spdx
from mtopendata.release.terms.people import Agent
from mtopendata.release.terms.properties import (
    Json,
    doi,
    homepage,
    identifier,
    keywords,
    known,
    text,
    uri,
)
from mtopendata.release.terms.required import credited, title

_MESSAGE = "If you use these data, please cite them as below"
_DOI = re.compile(r"10\.\d{4,9}(\.\d+)?/[A-Za-z0-9:/_;\-.()\[\]\\]+")


def citation_cff(release: Release) -> str:
    """The citation as YAML. LackingError where nobody is named, or there is no title."""
    descriptor = release.descriptor
    authors = [_author(agent) for agent in credited(descriptor)]
    named = source_titles(descriptor)
    citation = {
        "cff-version": "1.2.0",
        "title": title(descriptor),
        "message": f"{_MESSAGE}, and name their sources: {named}." if named else f"{_MESSAGE}.",
        "type": "dataset",
        "authors": [one for n, one in enumerate(authors) if one not in authors[:n]],
        **_doi_or_other(descriptor),
        "url": uri(homepage(descriptor)),
        "abstract": text(descriptor, "description"),
        "keywords": keywords(descriptor),
        **_one_licence(descriptor),
        "version": release.version,
        "date-released": release.date.date().isoformat() if release.date else None,
    }
    return _yaml(known(**citation))


def _author(agent: Agent) -> dict[str, Any]:
    email = agent.email if agent.email and re.fullmatch(r"\S+@\S+\.\S{2,}", agent.email) else None
    if agent.given or agent.family:
        return known(
            **{
                "family-names": agent.family,
                "given-names": agent.given,
                "email": email,
                "affiliation": agent.organization,
                "orcid": agent.orcid,
                "website": None if agent.orcid else uri(agent.path),
            }
        )
    website = None if agent.orcid else uri(agent.path)
    return known(name=agent.name, email=email, orcid=agent.orcid, website=website)


def _doi_or_other(descriptor: Json) -> dict[str, Any]:
    value, found = identifier(descriptor), doi(descriptor)
    if found and _DOI.fullmatch(found):
        return {"doi": found}
    if not value:
        return {}
    kind = "url" if uri(value) == value else "other"
    return {"identifiers": [{"type": kind, "value": value}]}


def _one_licence(descriptor: Json) -> dict[str, Any]:
    """One licence. Of several the format says that the user may choose, a descriptor does not."""
    found = licences(descriptor)
    if len(found) != 1:
        return {}
    name = spdx(found[0])
    return {"license": name} if name else {"license-url": uri(found[0].address)}


class _Dumper(yaml.SafeDumper):
    """YAML that its versions 1.1 and 1.2 read alike."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent the items of a list, too."""
        del indentless
        super().increase_indent(flow, False)


def _text_node(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    # What begins like a number is quoted: `0o7` and `1e3` are text in YAML 1.1, numbers in 1.2.
    style = "|" if "\n" in value else '"' if re.match(r"[-+.\d]", value) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style)


_Dumper.add_representer(str, _text_node)


def _yaml(value: dict[str, Any]) -> str:
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)


STANDARD = Standard("CITATION.cff", "how to cite it: Citation File Format 1.2", citation_cff)
