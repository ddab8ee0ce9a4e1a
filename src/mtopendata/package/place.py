"""Where in a descriptor something stands, and the faults that are found there."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as of_its_own
from pathlib import Path
from typing import Any

from mtopendata.ledger.report import Finding, Severity
from mtopendata.package.copies import Copies
from mtopendata.package.model import DESCRIPTOR


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the descriptor of a package in `folder`.

    `where` is what messages call it, such as `schema.fields[0]` of a resource, or `resources[0]`;
    empty: the whole descriptor, or all of its `resource`.
    `resource` and `field` are those to which it belongs, if any, and `version` is that of the
    standard, which is 1 where nothing says that it is 2. All places of a descriptor share
    `found`, to which faults are added, and the `copies` of what addresses lead to.
    """

    folder: Path
    found: list[Finding]
    where: str = ""
    resource: str = ""
    field: str | None = None
    version: int = 1
    copies: Copies = of_its_own(default_factory=dict)

    def by_profile(self, raw: Mapping[str, Any]) -> "Place":
        """The place with the version of the standard that its `$schema` names, if it does."""
        found = re.search(r"datapackage\.org/profiles/([12])\.", str(raw.get("$schema")))
        return replace(self, version=int(found[1])) if found else self

    @property
    def what(self) -> str:
        """What stands here, for a sentence."""
        return (
            repr(self.where) if self.where else "the resource" if self.resource else "the package"
        )

    def at(self, name: str) -> "Place":
        """The place of a property of what stands here."""
        return replace(self, where=f"{self.where}.{name}" if self.where else name)

    def items(self, name: str, count: int) -> "Iterator[Place]":
        """The places of the items of an array that is a property of what stands here."""
        for index in range(count):
            yield self.at(f"{name}[{index}]")

    def fault(
        self,
        code: str,
        message: str,
        hint: str,
        severity: Severity = "error",
        *,
        field: str | None = None,
        path: str = DESCRIPTOR,
    ) -> None:
        """Add a fault; `field` and `path` where they are others than this place's."""
        self.found.append(
            Finding(
                code,
                severity,
                message,
                hint,
                self.resource or None,
                path,
                field=self.field if field is None else field,
            )
        )

    def fault_once(self, code: str, message: str, hint: str, severity: Severity = "error") -> None:
        """Add a fault of the whole package, unless an equal one is there."""
        fault = Finding(code, severity, message, hint, None, DESCRIPTOR)
        if fault not in self.found:
            self.found.append(fault)
