"""The words of a comparison, which its forms share. None holds a control character."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from mtopendata.figures.printed_numbers import PERCENT, interval
from mtopendata.report.printable import printable
from mtopendata.values.cells import cell_text, plain
from mtopendata.values.excerpts import LONGEST, apart, cut
from mtopendata.values.plurals import plural
from mtopendata.values.versions import Step

if TYPE_CHECKING:
    from mtopendata.changes.comparison import Comparison
    from mtopendata.changes.figures import FigureChange, FigureState, Movement
    from mtopendata.changes.rows import CellChange, RowChange, TableChanges
    from mtopendata.reading.packages import ReadPackage

STATE = ("value", "qualifier", "lower", "upper", "unit", "printed")
"""The fields of a figure that say its number."""
WHOLE = 1 << 60
"""A length that no text has."""
GLIMPSE = 3
"""Cells of a row that tell what it is about."""
_NAMED = 5
"""Names that a line has room for."""


def versions_heading(comparison: "Comparison") -> str:
    """The two versions: `v1.0.0 → . (1.0.1)`."""
    return f"{_side_name(comparison.old)} → {_side_name(comparison.new)}"


def _side_name(side: "ReadPackage") -> str:
    """What the user calls it, and its version where that is not the same."""
    label = cell_excerpt(side.label)
    if side.name in (side.label, side.label.removeprefix("v")):
        return label
    return f"{label} ({cell_excerpt(side.name)})"


def faults_in_words(comparison: "Comparison") -> list[str]:
    """Which version was compared as it is written, and why: a line for each."""
    lines = []
    for name, side in (("old", comparison.old), ("new", comparison.new)):
        items = [item for item in comparison.as_written if item.side == name]
        if not items:
            continue
        faults = plural(sum(item.faults for item in items), "fault")
        named = [
            cell_excerpt(f"{item.resource or item.path}: {', '.join(item.checks)}", 2 * LONGEST)
            for item in items[:_NAMED]
        ]
        more = left_out(len(items) - _NAMED)
        label = cell_excerpt(side.label)
        words = "; ".join([*named, *more])
        lines.append(f"{label} is compared as it is written, since it has {faults} ({words})")
    return lines


def change_verdict(comparison: "Comparison") -> str:
    """The comparison in a few words."""
    report = comparison.report
    missing = comparison.uncompared
    unexplained = report.unlisted["error"] or any(
        finding.severity == "error"
        and not (finding.code == "not-compared" and finding.resource in missing)
        for finding in report.findings
    )
    words = ["not explained"] if unexplained else []
    if missing:
        names = ", ".join(cell_excerpt(name, 40) for name in missing[:_NAMED])
        more = f" and {len(missing) - _NAMED:,} more" if len(missing) > _NAMED else ""
        words.append(f"not compared: {names}{more}")
    if not words:
        changed = "explained" if comparison.is_judged else "changed"
        words = [changed if comparison.changed else "unchanged"]
    return "; ".join(words)


def step_needed(comparison: "Comparison") -> str:
    """What the version has to be, and whether it is."""
    if comparison.step is Step.NONE:
        if comparison.descriptor or comparison.files or any(comparison.tables):
            return "the changes ask for no step of the version"
        return "nothing else changed" if comparison.uncompared else "nothing changed"
    need = f"the changes need {comparison.step_words}"
    if not comparison.is_judged:
        return f"{need}, but no version is declared"
    if comparison.next_version is None:
        return f"{need}, from a version that is not declared"
    takes = "takes" if comparison.takes_step else "does not take"
    next_, has = cell_excerpt(comparison.next_version), cell_excerpt(comparison.new.name)
    return f"{need}, to {next_} or later; the version {has} {takes} it"


def row_counts(table: "TableChanges") -> str:
    """How many rows changed, and out of how many."""
    rows = f"{table.before:,} → {plural(table.after, 'row')}"
    return f"{table.counts} ({rows}; {table.step.name.lower()} step)"


def row_name(row: "RowChange", figure: "FigureChange | None", longest: int = LONGEST) -> str:
    """A row by its key; of a figure by what its codes stand for."""
    if figure is not None:
        labels = figure.labels
        names = (labels.get(name, value) for name, value in figure.key.items())
        return ", ".join(cell_excerpt(name, longest) for name in names)
    return ", ".join(cell_excerpt(value, longest) for value in row.key) or "a row"


def glimpse(row: "RowChange", longest: int = LONGEST) -> str:
    """The first cells of a row that one version lacks; all of one that nothing else names."""
    cells = row.cells[:GLIMPSE] if row.key else row.cells
    texts = []
    for cell in cells:
        value = cell.before if cell.after is None else cell.after
        texts.append(f"{cell_excerpt(cell.field, longest)} {cell_excerpt(value, longest)}")
    return ", ".join([*texts, *(["…"] if len(cells) < len(row.cells) else [])])


def cell_sides(cell: "CellChange", longest: int = LONGEST) -> tuple[str, str]:
    """A cell before and after, cut to where the two differ."""
    return apart(cell_excerpt(cell.before, WHOLE), cell_excerpt(cell.after, WHOLE), longest)


def cell_excerpt(value: Any, longest: int = LONGEST) -> str:
    """A cell as text, cut where it is long."""
    return "(missing)" if value is None else excerpt(cell_text(value), longest)


def excerpt(text: str, longest: int) -> str:
    """The beginning of a text, without control characters."""
    return cut(printable(text[: longest + 1]), longest)


def figure_number(state: "FigureState", longest: int = LONGEST) -> str:
    """The value of a figure, and the printed text where that says more."""
    if state.value is None:
        return _words_without_value(state, longest)
    text = cell_text(state.value)
    if state.printed and state.printed.replace(",", "") != text:
        return f"{text} ({cell_excerpt(state.printed, longest)})"
    return cell_excerpt(state.printed or text, longest)


def _words_without_value(state: "FigureState", longest: int) -> str:
    """A figure of which nobody prints one number: a range, one that is withheld, or none at all."""
    if state.qualifier is None:
        return "not reported"
    bounds = interval(state.lower, state.upper)
    words = bounds if state.qualifier == "between" else f"{state.qualifier}, within {bounds}"
    return f"{words} ({cell_excerpt(state.printed, longest)})" if state.printed else words


def figure_numbers(figure: "FigureChange", longest: int = LONGEST) -> tuple[str | None, str | None]:
    """A figure's number before and after, with the parts of it that alone tell the two apart; None
    where a version does not have it.
    """
    before, after = figure.before, figure.after
    parts = [] if before is None or after is None else _telling_parts(before, after, longest)
    return _number_with(parts, before, longest), _number_with(parts, after, longest)


def _telling_parts(before: "FigureState", after: "FigureState", longest: int) -> list[str]:
    """What alone tells two numbers apart, and the unit where it changed."""
    changed = [name for name in STATE if getattr(before, name) != getattr(after, name)]
    if figure_number(before, longest) == figure_number(after, longest):
        return changed
    return [name for name in changed if name == "unit"]


def _number_with(parts: list[str], state: "FigureState | None", longest: int) -> str | None:
    if state is None:
        return None
    words = (f"{name} {cell_excerpt(getattr(state, name), longest)}" for name in parts)
    return "; ".join([figure_number(state, longest), *words])


def difference_words(figure: "FigureChange | Movement") -> str | None:
    """How far a value moved, absolutely and in per cent, and whether rounding explains it."""
    if not figure.difference or figure.before is None or figure.after is None:
        return None
    if figure.before.unit != figure.after.unit:
        return None  # numbers of two things have no difference
    text = _signed(plain(figure.difference))
    if figure.after.unit == PERCENT:
        text += f" percentage point{'' if abs(figure.difference) == 1 else 's'}"
    if figure.percent is not None:
        text += f" ({_share_words(figure.percent)} %)"
    match figure.beyond_rounding:
        case True:
            text += ", more than rounding explains"
        case False:
            text += ", within what the printed texts leave open"
    if figure.wrong:
        rows = "both rows have" if len(figure.wrong) > 1 else f"the {figure.wrong[0]} row has"
        text += f", but {rows} errors"
    return text


def change_words(found: "Movement") -> str | None:
    """How far a value moved from one year to the next; None where it did not."""
    if not found.difference or found.after is None:
        return None
    if found.beyond_rounding is False:
        return "not certain"
    is_share = found.after.unit == PERCENT
    text = f"{found.difference:+,f}"
    if "." in text:  # of a column with shares counts have decimals too
        text = text.rstrip("0").rstrip(".")
    if is_share or found.percent is None:
        return f"{text} points" if is_share else text
    return f"{text} ({_share_words(found.percent)} %)"


def _share_words(percent: Decimal) -> str:
    if abs(percent) < Decimal("0.05"):
        return f"{'up' if percent > 0 else 'down'} by less than 0.1"
    return f"{percent:+,.1f}"


def _signed(digits: str) -> str:
    return digits if digits.startswith("-") else f"+{digits}"


def revision_words(figure: "FigureChange | None", longest: int = WHOLE) -> str | None:
    """The reason of a revision and its note."""
    if figure is None or not figure.reason:
        return None
    return cell_excerpt(f"{figure.reason}: {figure.note or ''}", longest)


def is_of_rules(row: "RowChange", table: "TableChanges", comparison: "Comparison") -> bool:
    """Whether the changes of the rules say what this row of their terms says."""
    if table.resource != "rule_terms" or "rule" not in table.key:
        return False
    rule = row.key[table.key.index("rule")]
    return any(change.rule == rule for change in comparison.rules)


def left_out(count: int, what: str = "", where: str = "") -> list[str]:
    """The line that says how many are left out; none where none are."""
    if count <= 0:
        return []
    more = plural(count, f"more {what}") if what else f"{count:,} more"
    return [f"… and {more}{f'; {where}' if where else ''}"]
