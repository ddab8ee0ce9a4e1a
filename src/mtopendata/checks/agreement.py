"""Whether sources that print one figure agree: a number lies within the bounds of all of them.

A figure whose note names the other source says itself why it differs, and the table `differences`
says it of all figures of a measure. Where they differ, it must be declared which one comes first.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from mtopendata.checks.key_values import by_hash
from mtopendata.checks.kind import Kind, Known
from mtopendata.checks.sound_rows import sound_rows
from mtopendata.checks.source_ties import NO_TIES, Ties, ties, ties_among
from mtopendata.checks.sources_apart import declared_pairs, disagreeing
from mtopendata.figures.differences import readable_differences
from mtopendata.figures.source_order import THING, ranked_sources, ranks, superseded
from mtopendata.figures.tables import (
    DIFFERENCES,
    FIGURE_COLUMNS,
    FIGURES,
    NUMBERS,
    RANKS,
    SOURCES,
    TEXT,
    WHOLE,
    Demand,
)
from mtopendata.ledger.outcome import Found, Outcome
from mtopendata.ledger.report import Finding
from mtopendata.reading.folds import NO_FAILURES, Failures, failures_of
from mtopendata.reading.tables import LINE, PART, Block, Columns, Place, Table

SOURCED = Demand(FIGURES, {"area": TEXT, "period": WHOLE, "source": TEXT})
_CELLS = ("source", "printed", PART, LINE)
_SAME = "sources of one figure agree"


@dataclass(frozen=True, slots=True)
class SourcesSeen:
    """The bounds of figures and sources that are still to be compared; and of those that were, how
    many figures have several sources, which of these differ, where it is declared why, and where
    nothing says which source comes first.
    """

    bounds: tuple[pl.DataFrame, ...]
    tested: int = 0
    wrong: Failures = NO_FAILURES
    declared: Failures = NO_FAILURES
    ties: Ties = NO_TIES


class AgreementFold:
    """For each figure and source the narrowest bounds that are printed."""

    def __init__(self, figures: Columns, sources: Table | None, known: Known) -> None:
        self.figures = figures
        self.limit = known.limit
        self.sound = sound_rows(figures, known)
        self.superseded = superseded(sources)
        self.ranks = ranks(sources)
        codes = sources.frame.get_column("source").drop_nulls().to_list() if sources else []
        self.declared = declared_pairs(readable_differences(known.tables), codes)
        self.codes = [re.escape(code) for code in codes]

    def see(self, block: Block) -> SourcesSeen:
        """The bounds of a block's figures."""
        block = self.sound.without_numbers(block)
        frame = block.frame.select(
            *THING,
            "source",
            *NUMBERS,
            _printed_or_null(block),
            self._explained(block),
        ).hstack(block.places())
        rows = frame.filter(
            pl.any_horizontal(pl.col(NUMBERS).is_not_null()),
            ~pl.col("source").is_in(self.superseded),
        ).drop_nulls([*THING, "source"])
        return SourcesSeen((self._bounds([rows]),))

    def _explained(self, block: Block) -> pl.Expr:
        """Whether the note of a figure names another source than its own."""
        if block.frame.schema.get("note") != pl.String or not self.codes:
            return pl.lit(value=False).alias("explained")
        named = pl.col("note").str.extract_all(rf"(?:{'|'.join(self.codes)})(?:[^\w-]|$)")
        others = named.list.eval(pl.element().str.replace(r"[^\w-]$", ""))
        return (
            (others.list.set_difference(pl.concat_list("source")).list.len() > 0)
            .fill_null(value=False)
            .alias("explained")
        )

    def merge(self, one: SourcesSeen, other: SourcesSeen) -> SourcesSeen:
        """Those of both."""
        return SourcesSeen(
            one.bounds + other.bounds,
            one.tested + other.tested,
            one.wrong.plus(other.wrong, self.limit),
            one.declared.plus(other.declared, self.limit),
            one.ties.plus(other.ties),
        )

    def divide(self, kept: SourcesSeen, parts: int) -> tuple[SourcesSeen, dict[int, SourcesSeen]]:
        """What is printed of each figure, by its hash."""
        pieces = by_hash(kept.bounds, parts, THING)
        return replace(kept, bounds=()), {
            number: SourcesSeen(tuple(frames)) for number, frames in pieces.items()
        }

    def settle(self, kept: SourcesSeen) -> SourcesSeen:
        """The figures of several sources that have no number in common, or no order."""
        if not kept.bounds:
            return kept
        rows = self._bounds(kept.bounds).filter(pl.len().over(THING) > 1)
        bounded = pl.any_horizontal(pl.col("lower", "upper").is_not_null())
        bound = rows.filter(bounded, ~pl.col("explained")).filter(pl.len().over(THING) > 1)
        tested = bound.select(THING).n_unique() if bound.height else 0
        wrong, declared = disagreeing(bound, self.declared)
        agreeing = rows.join(wrong, on=THING, how="anti", maintain_order="left")
        found = SourcesSeen(
            (),
            tested,
            self._first(wrong),
            self._first(declared, "reason"),
            ties_among(agreeing, self.ranks),
        )
        return self.merge(replace(kept, bounds=()), found)

    def _bounds(self, parts: Iterable[pl.DataFrame]) -> pl.DataFrame:
        """A row for each figure and source, with its narrowest bounds, in the table's order."""
        return (
            pl.concat(parts, how="vertical_relaxed")
            .sort(PART, LINE)
            .group_by(*THING, "source", maintain_order=True)
            .agg(
                pl.col("lower", "explained").max(),
                pl.col("upper").min(),
                pl.col("value", "printed", PART, LINE).first(),
            )
        )

    def conclude(self, kept: SourcesSeen) -> Found:
        """An outcome for figures that differ, one where that is declared, and one for the order."""
        kept = self.settle(kept)
        name = self.figures.resource.name
        wrong, declared = kept.wrong, kept.declared
        what = "figure", _SAME, name
        found = [Outcome(*what, kept.tested, wrong.listed, self._say, failures=wrong.count)]
        if declared.count:
            pairs = declared.listed
            found.append(
                Outcome(*what, None, pairs, self._say_why, "note", failures=declared.count)
            )
        return [*found, ties(self.figures, kept.ties)]

    def _first(self, pairs: pl.DataFrame, *more: str) -> Failures:
        sides = [f"{name}{end}" for end in ("_low", "") for name in _CELLS]
        place = [pl.col(name).alias(f"at {name}") for name in (PART, LINE)]
        return failures_of(pairs.select(*place, *THING, *sides, *more), self.limit)

    def _say(self, found: tuple[Any, ...]) -> Finding:
        """The finding at the row that stands later, which names the other one."""
        here, own, other, words = self._apart(found)
        hint = (
            "compare both with their sheets; if both print it so, say why in the note of one of "
            f"them, with the code of the other source, such as {other}; extract writes such notes "
            "with --because"
        )
        return self.figures.finding_at("disagrees", here, "value", own, words, hint)

    def _say_why(self, found: tuple[Any, ...]) -> Finding:
        """As above, where the table of differences has the reason."""
        here, own, _, words = self._apart(found[:-1])
        hint = "nothing to do: the table differences says so"
        message = f"{words}. {found[-1]}"
        return self.figures.finding_at("defined-otherwise", here, "value", own, message, hint)

    def _apart(self, found: tuple[Any, ...]) -> tuple[Place, str | None, str, str]:
        """The later row, what is printed there, the other source, and what is wrong."""
        measure, area, period = found[1:4]
        sides = [(Place(*side[2:]), *side[:2]) for side in (found[4:8], found[8:12])]
        (there, other, printed), (here, source, own) = sorted(sides)
        where = f"{self.figures.path(there.part)}:{there.line}"
        return here, own, other, (
            f"{source} prints {own or 'another number'} for {measure}, {area} {period}, and "
            f"{other} prints {printed or 'another one'} ({where}): no number is both"
        )  # fmt: skip


def _printed_or_null(block: Block) -> pl.Expr:
    is_there = block.frame.schema.get("printed") == pl.String
    return pl.col("printed") if is_there else pl.lit(None, pl.String).alias("printed")


def _agreement_fold(columns: Columns, known: Known) -> AgreementFold | None:
    if columns.resource.name != FIGURES or not FIGURE_COLUMNS.is_met(columns):
        return None
    if not SOURCED.is_met(columns):
        return None
    sources = ranked_sources(known.tables)
    usable = sources if sources is not None and sources.is_typed(("source",), pl.String) else None
    return AgreementFold(columns, usable, known)


KIND = Kind(75, across=_agreement_fold, keeps=(SOURCES, RANKS, DIFFERENCES))
