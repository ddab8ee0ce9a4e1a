"""A release as plain data: the validated package, its date, and the files that it holds."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mtopendata.ledger.report import Check
from mtopendata.package.files import portable_fault
from mtopendata.package.model import Package


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A data file of the package: `path` as the descriptor names it, size in bytes, digest."""

    path: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Release:
    """`package` holds the validated tables and the stamped descriptor, each resource with the
    `bytes` and `hash` of what was validated. `date`, in UTC, is None where nothing gives one.
    `checks` is the ledger of the validation.
    """

    package: Package
    files: tuple[StoredFile, ...]
    date: datetime | None
    checks: tuple[Check, ...] = ()

    @property
    def descriptor(self) -> Mapping[str, Any]:
        """The stamped descriptor."""
        return self.package.descriptor

    @property
    def name(self) -> str:
        """The package's name as a file may bear it; `datapackage` where it has none."""
        return file_name(self.package.name) or "datapackage"

    @property
    def version(self) -> str | None:
        """The package's version as declared; None where it declares none."""
        version = self.descriptor.get("version")
        return version if isinstance(version, str) and version else None

    @property
    def stem(self) -> str:
        """`NAME-VERSION`, with which the names of the release's files begin."""
        return f"{self.name}-{file_name(self.version)}" if self.version else self.name


def file_name(text: str) -> str:
    """`text` with all that is not safe in the name of a file, on any system, as a hyphen."""
    name = re.sub(r"[^\w.+-]+", "-", text, flags=re.ASCII).strip(".-")[:100]
    return f"{name}_" if name and portable_fault(name) else name
