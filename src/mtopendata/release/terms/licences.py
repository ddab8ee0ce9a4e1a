"""Under what licence, by the names and addresses that licences go by."""

from collections.abc import Mapping
from dataclasses import dataclass

from mtopendata.release.terms.properties import Json, objects, text, web_address

LICENCE_ADDRESSES: Mapping[str, str] = {
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "CC-BY-3.0": "https://creativecommons.org/licenses/by/3.0/",
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC-BY-NC-4.0": "https://creativecommons.org/licenses/by-nc/4.0/",
    "CC-BY-NC-SA-4.0": "https://creativecommons.org/licenses/by-nc-sa/4.0/",
    "CC-BY-ND-4.0": "https://creativecommons.org/licenses/by-nd/4.0/",
    "CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "MIT": "https://opensource.org/license/mit",
    "ODbL-1.0": "https://opendatacommons.org/licenses/odbl/1-0/",
    "ODC-BY-1.0": "https://opendatacommons.org/licenses/by/1-0/",
    "ODC-PDDL-1.0": "https://opendatacommons.org/licenses/pddl/1-0/",
    "PDDL-1.0": "https://opendatacommons.org/licenses/pddl/1-0/",
}
"""Where the licences that data are usually under can be read, by the names that they go by."""


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence as declared; at least one of the three is not None."""

    name: str | None = None
    path: str | None = None
    title: str | None = None

    @property
    def address(self) -> str | None:
        """Where it can be read on the web: `path`, else what is known by its `name`, else None."""
        return web_address(self.path) or LICENCE_ADDRESSES.get(self.name or "")

    @property
    def label(self) -> str:
        """What to call it: its title, else its name, else its path."""
        return self.title or self.name or self.path or ""


def licences(properties: Json) -> list[Licence]:
    """The licences of a package or of a resource."""
    found = (
        Licence(text(item, "name"), text(item, "path"), text(item, "title"))
        for item in objects(properties.get("licenses"))
    )
    return [licence for licence in found if licence.label]


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


def spdx(licence: Licence) -> str | None:
    """The licence's SPDX identifier, where its name is one; None for a licence of another name."""
    return _SPDX_OF.get((licence.name or "").lower())
