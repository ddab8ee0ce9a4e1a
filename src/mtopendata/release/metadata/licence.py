"""Release → LICENSE.md: who may do what under which licence, and whom to name. No legal text."""

from collections.abc import Sequence

from mtopendata.release.metadata import Standard
from mtopendata.release.model import Release
from mtopendata.release.terms.licences import Licence, licences, spdx
from mtopendata.release.terms.people import Agent, agents
from mtopendata.release.terms.properties import Json, text, uri
from mtopendata.release.terms.required import LackingError
from mtopendata.release.terms.sources import Source, sources
from mtopendata.values import markdown


def licence_md(release: Release) -> str:
    """The licences and the attribution. LackingError where the descriptor has no licence at all."""
    descriptor = release.descriptor
    own = licences(descriptor)
    named = markdown.inline(text(descriptor, "title") or release.name)
    parts = [f"# {'Licences' if len(own) > 1 else 'Licence'}"]
    if own:
        version = f", version {markdown.inline(release.version)}," if release.version else ""
        parts.append(f"{named}{version} is published under:")
        parts.append(markdown.bullets(licence_line(licence) for licence in own))
    if rights := text(descriptor, "rights"):
        parts.append(markdown.inline(rights))
    resources = _resource_licences(release)
    if resources:
        parts += ["## Licences of single resources", markdown.bullets(resources)]
    if not own and not resources:
        raise LackingError("the descriptor names no licence; add 'licenses'")
    if people := agents(descriptor):
        parts += ["## Contributors", markdown.bullets(map(agent_line, people))]
    if origins := _all_sources(release):
        parts += ["## Sources to attribute", markdown.bullets(map(source_line, origins))]
    return "\n\n".join(parts) + "\n"


def licence_line(licence: Licence) -> str:
    """A licence as Markdown: its identifier, its title, where to read it."""
    name = spdx(licence) or licence.name
    address = licence.address or licence.path
    parts = [f"**{markdown.inline(name)}**"] if name else []
    if licence.title:
        parts.append(markdown.inline(licence.title))
    if address:
        parts.append(_linked(address))
    return ", ".join(parts)


def agent_line(agent: Agent) -> str:
    """A contributor as Markdown."""
    parts = [markdown.link(agent.name, uri(agent.path))]
    if agent.organization and agent.organization != agent.name:
        parts.append(markdown.inline(agent.organization))
    if agent.email:
        parts.append(markdown.inline(agent.email))
    if agent.roles:
        parts.append(f"({markdown.inline(', '.join(agent.roles))})")
    return ", ".join(parts[:-1]) + f" {parts[-1]}" if agent.roles else ", ".join(parts)


def source_line(source: Source) -> str:
    """A source as Markdown."""
    parts = [markdown.inline(source.title)] if source.title else []
    if source.version:
        parts.append(f"version {markdown.inline(source.version)}")
    if source.path:
        parts.append(_linked(source.path))
    if source.email:
        parts.append(markdown.inline(source.email))
    return ", ".join(parts)


def _linked(address: str) -> str:
    """A web address as a link, any other path as code."""
    return markdown.link(address, uri(address)) if uri(address) else markdown.code(address)


def _resource_licences(release: Release) -> list[str]:
    return [
        f"{markdown.code(resource.name)}: "
        + "; ".join(licence_line(licence) for licence in licences(resource.descriptor))
        for resource in release.package.resources
        if licences(resource.descriptor)
    ]


def _all_sources(release: Release) -> Sequence[Source]:
    """The sources of the package and of its resources, each once."""
    descriptors: list[Json] = [release.descriptor]
    descriptors += [resource.descriptor for resource in release.package.resources]
    return list(dict.fromkeys(source for found in descriptors for source in sources(found)))


STANDARD = Standard("LICENSE.md", "the licences and the sources to attribute", licence_md)
