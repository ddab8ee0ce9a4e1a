"""Who made it, and in what role."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from mtopendata.release.terms.properties import (
    Json,
    email_address,
    objects,
    text,
    text_list,
)


@dataclass(frozen=True, slots=True)
class Agent:
    """A contributor. `name` is never empty: the title, else given and family name, else the
    organization. `path` is an address or a file; all but `name` and `roles` may be None.
    """

    name: str
    given: str | None = None
    family: str | None = None
    email: str | None = None
    path: str | None = None
    organization: str | None = None
    roles: tuple[str, ...] = ()

    @property
    def orcid(self) -> str | None:
        """The ORCID, as an address, where `path` is one."""
        found = re.fullmatch(
            r"https?://orcid\.org/(\d{4}-\d{4}-\d{4}-\d{3}[\dX])/?", self.path or ""
        )
        return f"https://orcid.org/{found[1]}" if found else None

    @property
    def is_person(self) -> bool:
        """Whether the descriptor shows a person: a given or family name, an organization to
        belong to, or an ORCID. Anything else may as well be an organization, or a group.
        """
        belongs = self.organization is not None and self.organization != self.name
        return bool(self.given or self.family or self.orcid or belongs)


def agents(descriptor: Json) -> list[Agent]:
    """The contributors that have a name, in their order, with version 1's `role` as a role."""
    found = (_contributor(item) for item in objects(descriptor.get("contributors")))
    return [agent for agent in found if agent]


def _contributor(item: Json) -> Agent | None:
    given, family = text(item, "givenName"), text(item, "familyName")
    organization = text(item, "organization")
    name = text(item, "title") or " ".join(filter(None, (given, family))) or organization
    if not name:
        return None
    role = text(item, "role")
    roles = [*([role] if role else []), *text_list(item.get("roles"))]
    return Agent(
        name,
        given,
        family,
        email_address(item.get("email")),
        text(item, "path"),
        organization,
        tuple(dict.fromkeys(roles)),
    )


def with_role(descriptor: Json, *roles: str) -> list[Agent]:
    """The contributors that have one of these roles, whatever their case."""
    return [
        agent
        for agent in agents(descriptor)
        if any(role.casefold() in roles for role in agent.roles)
    ]


def creators(descriptor: Json) -> list[Agent]:
    """The contributors with the role creator or author; all of them where none has it."""
    return with_role(descriptor, "creator", "author") or agents(descriptor)


def publisher(descriptor: Json) -> Agent | None:
    """The first contributor with the role publisher, else the first creator, else None."""
    found = with_role(descriptor, "publisher") or creators(descriptor)
    return found[0] if found else None


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
