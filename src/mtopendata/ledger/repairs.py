"""What a report says of figures and rules together: the smallest sets of figures whose change makes
rules hold, and what rules leave for figures that are not exact.
"""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class RepairedFigure:
    """A figure of a repair. Numbers are texts, such as `18.5`, or `22/3` where there is no such
    decimal; `cell` is the value that stands there, and the new one must lie between `lower` and
    `upper`. `slip` names the slip of the pen that would explain the cell.
    """

    resource: str
    path: str | None
    row: int
    measure: str
    area: str | None
    period: int | None
    source: str | None
    cell: str | None
    lower: str | None
    upper: str | None
    slip: str | None


@dataclass(frozen=True, slots=True)
class ViolatedPlace:
    """A place in which a rule is violated."""

    rule: str
    area: str | None
    period: int | None
    source: str | None


@dataclass(frozen=True, slots=True)
class Repair:
    """The smallest sets of figures that make some violated places hold, which share figures. Each
    set is a repair by itself. `unlisted` counts sets beyond those listed; `incomplete` says why
    there may be others, or why none was found.
    """

    violated: tuple[ViolatedPlace, ...]
    sets: tuple[tuple[RepairedFigure, ...], ...]
    unlisted: int = 0
    incomplete: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The repair as JSON-ready data."""
        return {
            "violated": [asdict(place) for place in self.violated],
            "sets": [[asdict(figure) for figure in figures] for figures in self.sets],
            "unlisted": self.unlisted,
            "incomplete": self.incomplete,
        }


@dataclass(frozen=True, slots=True)
class ImpliedBounds:
    """Between which values the rules and the other figures leave a figure, narrower than what is
    printed. This is derived, and stands in no table. `rules` are those that it follows from.
    `is_narrowest`: narrower bounds were looked for, and do not follow. `is_expected`: one of the
    rules is only expected to hold.
    """

    resource: str
    path: str | None
    row: int
    measure: str
    area: str | None
    period: int | None
    source: str | None
    printed_lower: str | None
    printed_upper: str | None
    lower: str | None
    upper: str | None
    rules: tuple[str, ...]
    is_narrowest: bool
    is_expected: bool

    def to_dict(self) -> dict[str, Any]:
        """The bounds as JSON-ready data."""
        return {**asdict(self), "rules": list(self.rules)}
