"""Descriptor → the terms that catalogues and archives ask for in words of their own.

What every kind of metadata asks for stands in `descriptor_terms`.
"""

import re
from collections.abc import Mapping
from urllib.parse import quote, urlsplit, urlunsplit

from mtopendata.release.metadata.descriptor_terms import (
    Agent,
    Json,
    Licence,
    agents,
    creators,
    text,
    web_address,
)
from mtopendata.release.metadata.lacking import LackingError

SPDX: tuple[str, ...] = (
    *(f"CC-{kind}-{version}"
      for version in ("4.0", "3.0", "2.5", "2.0", "1.0")
      for kind in ("BY", "BY-SA", "BY-NC", "BY-ND", "BY-NC-SA", "BY-NC-ND")),
    "CC0-1.0", "PDDL-1.0", "ODC-By-1.0", "ODbL-1.0", "CDLA-Permissive-1.0", "CDLA-Sharing-1.0",
    "OGL-UK-1.0", "OGL-UK-2.0", "OGL-UK-3.0", "OGL-Canada-2.0", "etalab-2.0",
    "OGDL-Taiwan-1.0", "O-UDA-1.0", "GFDL-1.3-only", "GFDL-1.3-or-later",
    "MIT", "MIT-0", "ISC", "Unlicense", "0BSD", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0",
    "MPL-2.0", "EUPL-1.2", "GPL-2.0-only", "GPL-2.0-or-later", "GPL-3.0-only", "GPL-3.0-or-later",
    "LGPL-3.0-only", "LGPL-3.0-or-later", "AGPL-3.0-only", "AGPL-3.0-or-later",
)  # fmt: skip
"""The SPDX identifiers of the licences that data are published under."""

_SPDX_OF: Mapping[str, str] = {
    **{name.lower(): name for name in SPDX},
    "odc-pddl-1.0": "PDDL-1.0",  # as the Open Definition calls it
}

_CONTRIBUTOR_TYPES: Mapping[str, str] = {
    **{name.lower(): name for name in (
        "ContactPerson", "DataCollector", "DataCurator", "DataManager", "Distributor", "Editor",
        "HostingInstitution", "Producer", "ProjectLeader", "ProjectManager", "ProjectMember",
        "RegistrationAgency", "RegistrationAuthority", "RelatedPerson", "Researcher",
        "ResearchGroup", "RightsHolder", "Sponsor", "Supervisor", "WorkPackageLeader",
    )},
    "contact": "ContactPerson",
    "maintainer": "DataManager",
    "publisher": "Distributor",
    "wrangler": "DataCurator",
}  # fmt: skip
"""DataCite's kinds of contributor, which Zenodo shares, by the roles that descriptors use."""


def title(descriptor: Json) -> str:
    """The title, else the name. LackingError where there is neither."""
    found = text(descriptor, "title") or text(descriptor, "name")
    if not found:
        raise LackingError("the descriptor has no title; add 'title'")
    return found


def description(descriptor: Json) -> str:
    """The description. LackingError where there is none."""
    found = text(descriptor, "description")
    if not found:
        raise LackingError("the descriptor has no description; add 'description'")
    return found


def credited(descriptor: Json) -> list[Agent]:
    """The creators. LackingError where the descriptor names nobody."""
    found = creators(descriptor)
    if not found:
        raise LackingError(
            "the descriptor names no contributor; add 'contributors', each with a 'title'"
        )
    return found


def others(descriptor: Json) -> list[Agent]:
    """The contributors that are not creators."""
    first = creators(descriptor)
    return [agent for agent in agents(descriptor) if agent not in first]


def contributor_type(agent: Agent) -> str:
    """DataCite's kind of contributor for the first role that it knows, else `Other`."""
    known = (_CONTRIBUTOR_TYPES.get(re.sub(r"[\s_-]", "", role).lower()) for role in agent.roles)
    return next(filter(None, known), "Other")


def inverted_name(agent: Agent) -> str:
    """`Family, Given` where both are given, else the name as it stands."""
    return f"{agent.family}, {agent.given}" if agent.family and agent.given else agent.name


def spdx(licence: Licence) -> str | None:
    """The licence's SPDX identifier, where its name is one; None for a licence of another name."""
    return _SPDX_OF.get((licence.name or "").lower())


def uri(value: object) -> str | None:
    """A web address in ASCII alone, as RFC 3986 wants it; None for anything else."""
    address = web_address(value)
    if address is None:
        return None
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").encode("idna").decode() if parts.hostname else ""
        port = "" if parts.port is None else f":{parts.port}"
    except (ValueError, UnicodeError):
        return None
    if not re.fullmatch(r"[A-Za-z0-9._~-]+", host) or "@" in parts.netloc:
        return None
    return urlunsplit((
        parts.scheme.lower(), host + port, _encoded(parts.path), _encoded(parts.query),
        _encoded(parts.fragment),
    ))  # fmt: skip


def _encoded(part: str) -> str:
    return re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", quote(part, safe="%/?:@!$&'()*+,;=-._~"))
