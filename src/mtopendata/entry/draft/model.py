"""A table that is to be described: what is known of it, and what stands in the way."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mtopendata.entry.draft.columns import DraftColumns
from mtopendata.entry.draft.doubts import Doubt
from mtopendata.package.model import Resource
from mtopendata.package.place import Place
from mtopendata.package.resources import read_resource_descriptor


@dataclass(frozen=True, slots=True)
class DraftTable:
    """A table to be described: `raw` is its resource without a schema. `columns` is None where
    there are `problems`, and where a sheet is left out. `place` says where it stands, for a person.
    """

    raw: dict[str, Any]
    columns: DraftColumns | None = None
    doubts: tuple[Doubt, ...] = ()
    problems: tuple[Doubt, ...] = ()
    place: str = ""

    @property
    def name(self) -> str:
        """The resource's."""
        return str(self.raw["name"])

    @property
    def rows(self) -> int:
        """How many it has, as far as it is known."""
        return self.columns.rows if self.columns else 0

    @property
    def path(self) -> str:
        """The file, as the descriptor has it, and the sheet in it."""
        return self.place or str(self.raw["path"])


def stopped(raw: dict[str, Any], *problems: Doubt) -> DraftTable:
    """A table that problems keep from being described."""
    return DraftTable(raw, problems=problems)


def drafted_resource(folder: Path, raw: dict[str, Any]) -> Resource:
    """The resource, as the reader of descriptors has it."""
    return read_resource_descriptor(raw, Place(folder, [], version=2))
