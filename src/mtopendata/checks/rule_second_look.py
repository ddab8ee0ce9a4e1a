"""The second look of the rules: at the figures of places that are listed, at figures that may be
the same, and at those around violated places.
"""

from collections.abc import Callable

from mtopendata.checks.rule_outcomes import not_run
from mtopendata.ledger.outcome import Found, failed
from mtopendata.reading.folds import Fold
from mtopendata.reading.tables import Block, Columns
from mtopendata.rules.instances import KnownFigures
from mtopendata.rules.system_figures import Surroundings


class SecondLook:
    """The fold that asks all three. `told` is what rules say once the figures are known."""

    def __init__(
        self,
        figures: Columns,
        told: Callable[[KnownFigures, Surroundings], Found],
        folds: tuple[Fold, Fold, Fold],
    ) -> None:
        self.figures = figures
        self.told = told
        self.folds = folds

    def see(self, block: Block) -> list[object]:
        """What each keeps."""
        return [fold.see(block) for fold in self.folds]

    def merge(self, one: list[object], other: list[object]) -> list[object]:
        """What each keeps of both."""
        return [fold.merge(a, b) for fold, a, b in zip(self.folds, one, other, strict=True)]

    def conclude(self, kept: list[object]) -> Found:
        """The outcomes, or why there are none."""
        lookup, keys, around = self.folds
        if failed(keys.conclude(kept[1])):
            reason = "some figures have the same measure, area, period and source"
            return list(not_run(self.figures, reason, "error"))
        return list(self.told(lookup.conclude(kept[0]), around.conclude(kept[2])))
