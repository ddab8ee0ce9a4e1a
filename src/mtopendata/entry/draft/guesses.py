"""A guess at what a column is, from some of its texts, which others may refute."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from mtopendata.entry.draft.candidates import ANY, TEXT, Candidate, guess
from mtopendata.package.model import Field


@dataclass(frozen=True, slots=True)
class Guess:
    """What a column seems to be; `seen` are the different texts that it was guessed from. Where it
    `is_valued`, some cells are the values of a workbook.
    """

    label: str
    candidate: Candidate
    markers: tuple[str, ...]
    seen: pl.Series
    is_valued: bool = False

    @property
    def item(self) -> Field:
        """The field that it would be."""
        return self.candidate.field(self.label, ("", *self.markers))

    def after(self, texts: Sequence[str]) -> "Guess":
        """The guess once these are known too."""
        seen = pl.concat([self.seen, pl.Series(texts, dtype=pl.String)]).unique(maintain_order=True)
        candidate, markers = guess(self.label, seen, is_valued=self.is_valued)
        return replace(self, candidate=candidate, markers=markers, seen=seen)

    def as_text(self) -> "Guess":
        """The guess that nothing refutes."""
        return replace(self, candidate=ANY if self.is_valued else TEXT, markers=())


def first_guess(label: str, texts: pl.Series, *, is_valued: bool) -> Guess:
    """The guess at a column from its first texts."""
    seen = texts.drop_nulls().unique(maintain_order=True)
    seen = seen.filter(seen != "").alias("")
    candidate, markers = guess(label, seen, is_valued=is_valued)
    return Guess(label, candidate, markers, seen, is_valued)
