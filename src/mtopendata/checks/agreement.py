"""Whether sources that print one figure agree: a number lies within the bounds of all of them.

A figure whose note names the other source says itself why it differs.
"""

import re
from typing import Any

import polars as pl

from mtopendata.checks.kind import Kind, Known
from mtopendata.checks.sound_rows import SoundRows, sound_rows
from mtopendata.figures.source_order import superseded
from mtopendata.figures.tables import FIGURE_COLUMNS, FIGURES, SOURCES, TEXT, WHOLE, Demand
from mtopendata.ledger.outcome import Found, Outcome
from mtopendata.ledger.report import Finding
from mtopendata.reading.queries import Rows
from mtopendata.reading.tables import LINE, PART, Block, Columns, Place, Table

SOURCED = Demand(FIGURES, {"area": TEXT, "period": WHOLE, "source": TEXT})
_KEY = ("measure", "area", "period")
_CELLS = ("source", "printed", PART, LINE)


class AgreementFold:
    """For each figure the highest lower and the lowest upper bound that a source prints."""

    def __init__(self, figures: Columns, sources: Table | None, sound: SoundRows) -> None:
        self.figures = figures
        self.sound = sound
        self.superseded = superseded(sources)
        codes = sources.frame.get_column("source").drop_nulls() if sources else ()
        self.codes = [re.escape(code) for code in codes]

    def see(self, block: Block) -> list[pl.DataFrame]:
        """The bounds of a block's figures."""
        block = self.sound.without_numbers(block)
        frame = block.frame.select(
            *_KEY,
            "source",
            "lower",
            "upper",
            _printed_or_null(block),
            self._explained(block),
        ).hstack(block.places())
        rows = frame.filter(
            pl.any_horizontal(pl.col("lower", "upper").is_not_null()),
            ~pl.col("explained"),
            ~pl.col("source").is_in(self.superseded),
        ).drop_nulls([*_KEY, "source"])
        return [self._bounds([rows.drop("explained")])]

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

    def merge(self, one: list[pl.DataFrame], other: list[pl.DataFrame]) -> list[pl.DataFrame]:
        """Those of both."""
        return one + other

    def _bounds(self, parts: list[pl.DataFrame]) -> pl.DataFrame:
        """A row for each figure and source, with its narrowest bounds, in the table's order."""
        return (
            pl.concat(parts, how="vertical_relaxed")
            .sort(PART, LINE)
            .group_by(*_KEY, "source", maintain_order=True)
            .agg(
                pl.col("lower").max(), pl.col("upper").min(), pl.col("printed", PART, LINE).first()
            )
        )

    def conclude(self, kept: list[pl.DataFrame]) -> Found:
        """The figures of several sources that have no number in common."""
        rows = self._bounds(kept).filter(pl.len().over(_KEY) > 1)
        tested = rows.select(_KEY).n_unique() if rows.height else 0
        lowest, highest = pl.col("upper").arg_min(), pl.col("lower").arg_max()
        pairs = (
            rows.group_by(_KEY, maintain_order=True)
            .agg(
                pl.col("lower").max(),
                pl.col("upper").min(),
                *(pl.col(name).get(lowest).alias(f"low_{name}") for name in _CELLS),
                *(pl.col(name).get(highest).alias(f"high_{name}") for name in _CELLS),
            )
            .filter(pl.col("lower") > pl.col("upper"))
        )
        return [
            Outcome(
                "figure",
                "sources of one figure agree",
                self.figures.resource.name,
                tested,
                Rows(pairs.drop("lower", "upper")),
                self._say,
            )
        ]

    def _say(self, found: tuple[Any, ...]) -> Finding:
        """The finding at the row that stands later, which names the other one."""
        measure, area, period = found[:3]
        sides = [(Place(*side[2:]), *side[:2]) for side in (found[3:7], found[7:11])]
        (there, other, printed), (here, source, own) = sorted(sides)
        where = f"{self.figures.path(there.part)}:{there.line}"
        message = (
            f"{source} prints {own or 'another number'} for {measure}, {area} {period}, and "
            f"{other} prints {printed or 'another one'} ({where}): no number is both"
        )
        hint = (
            "compare both with their sheets; if both print it so, say why in the note of one of "
            f"them, with the code of the other source, such as {other}; extract writes such notes "
            "with --because"
        )
        return self.figures.finding_at("disagrees", here, "value", own, message, hint)


def _printed_or_null(block: Block) -> pl.Expr:
    is_there = block.frame.schema.get("printed") == pl.String
    return pl.col("printed") if is_there else pl.lit(None, pl.String).alias("printed")


def _fold(columns: Columns, known: Known) -> AgreementFold | None:
    if columns.resource.name != FIGURES or not FIGURE_COLUMNS.is_met(columns):
        return None
    if not SOURCED.is_met(columns):
        return None
    sources = known.tables.get(SOURCES)
    usable = sources if sources is not None and sources.is_typed(("source",), pl.String) else None
    return AgreementFold(columns, usable, sound_rows(columns, known))


KIND = Kind(75, across=_fold, keeps=(SOURCES,))
