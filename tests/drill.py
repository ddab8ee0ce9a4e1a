"""Corruption drill: change the package in the ways people do, and count what a validation sees.

`python tests/drill.py` tries every corruption and prints the table; `--write docs/drill.md` puts it
between the file's drill markers; `--escapes` lists the corruptions that are not caught. The sheet
from which the figures were taken is looked for in the folder that MTOPENDATA_SOURCES names, else in
../shared/source beside the repository; without it the column for it is left out.
"""

import argparse
import csv
import io
import json
import multiprocessing
import os
import re
import shutil
import sys
import tempfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
MARKERS = ("<!-- drill -->", "<!-- /drill -->")

Rows = list[list[str]]
"""A table as text, its header first."""


@dataclass(frozen=True, slots=True)
class Context:
    """Where a cell stands: its table, the index of its row there, and what its field allows."""

    table: Rows
    row: int
    field: str
    type: str
    codes: tuple[str, ...]

    def beside(self, field: str) -> str:
        """Another cell of the same row; empty where the table has no such column."""
        header = self.table[0]
        return self.table[self.row][header.index(field)] if field in header else ""

    def neighbour(self, step: int) -> list[str]:
        """The cell above (-1) or below (1), where there is one."""
        row = self.row + step
        column = self.table[0].index(self.field)
        return [self.table[row][column]] if 0 < row < len(self.table) else []


@dataclass(frozen=True, slots=True)
class Corruption:
    """One change of one file. `row` is an index into `rows`, or None: it is about a column."""

    group: str
    kind: str
    resource: str
    path: str
    rows: Rows
    row: int | None
    field: str
    change: str

    def __str__(self) -> str:
        where = self.resource + ("" if self.row is None else f", line {self.row + 1}")
        return f"{self.kind}: {where}, {self.field}: {self.change}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the two validators said of a corruption; None: frictionless was not asked. `compared`:
    caught by itself, or against the package as it was; `traced`: caught by itself, or against the
    source of the figures; None: that is not there.
    """

    corruption: Corruption
    caught: bool
    warned: bool
    compared: bool
    traced: bool | None
    frictionless: bool | None


# Kinds: cells

NUMBER = re.compile(r"(?<![\w.,-])[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?(?!\w)")
LIMIT = re.compile(r"more than |million| million|%")
KEYBOARD = "1234567890"


def digit_lost(cell: str, _: Context) -> list[str]:
    return [cell[:i] + cell[i + 1 :] for i, sign in enumerate(cell) if sign in KEYBOARD]


def digit_doubled(cell: str, _: Context) -> list[str]:
    return [cell[:i] + sign + cell[i:] for i, sign in enumerate(cell) if sign in KEYBOARD]


def swapped(cell: str, fits: Callable[[str], bool]) -> list[str]:
    return [
        cell[:i] + cell[i + 1] + cell[i] + cell[i + 2 :]
        for i in range(len(cell) - 1)
        if fits(cell[i]) and fits(cell[i + 1])
    ]


def digits_swapped(cell: str, _: Context) -> list[str]:
    return swapped(cell, lambda sign: sign in KEYBOARD)


def digit_mistyped(cell: str, _: Context) -> list[str]:
    """Each digit replaced by those that lie beside it on the keyboard."""
    return [
        cell[:i] + KEYBOARD[key] + cell[i + 1 :]
        for i, sign in enumerate(cell)
        if sign in KEYBOARD
        for key in (KEYBOARD.index(sign) - 1, KEYBOARD.index(sign) + 1)
        if 0 <= key < len(KEYBOARD)
    ]


def shifted(cell: str, places: int) -> list[str]:
    """Each number in the text times a power of ten, written as it was."""
    texts = []
    for match in NUMBER.finditer(cell):
        number = Decimal(match[0].replace(",", "")).scaleb(places)
        text = format(number, ",f" if "," in match[0] else "f")
        texts.append(cell[: match.start()] + text + cell[match.end() :])
    return texts


def point_right(cell: str, _: Context) -> list[str]:
    return shifted(cell, 1)


def point_left(cell: str, _: Context) -> list[str]:
    return shifted(cell, -1)


def separator_moved(cell: str, _: Context) -> list[str]:
    """A comma or point among digits, one digit further left or right."""
    return [
        cell[: place - 1] + moved + cell[place + 2 :]
        for place in (m.start() for m in re.finditer(r"(?<=[0-9])[.,](?=[0-9])", cell))
        for before, mark, after in [tuple(cell[place - 1 : place + 2])]
        for moved in (mark + before + after, before + after + mark)
    ]


def separator_changed(cell: str, _: Context) -> list[str]:
    """A comma for a point, a point for a comma."""
    other = {",": ".", ".": ","}
    return [
        cell[: m.start()] + other[m[0]] + cell[m.end() :]
        for m in re.finditer(r"(?<=[0-9])[.,](?=[0-9])", cell)
    ]


def separator_lost(cell: str, _: Context) -> list[str]:
    return [cell[: m.start()] + cell[m.end() :] for m in re.finditer(r"(?<=[0-9]),(?=[0-9])", cell)]


def separator_added(cell: str, context: Context) -> list[str]:
    if context.type not in ("number", "integer") or not cell.isdigit() or len(cell) < 4:
        return []
    return [f"{int(cell):,}".replace(",", separator) for separator in ",. "]


def sign_changed(cell: str, context: Context) -> list[str]:
    if context.type not in ("number", "integer") and context.field != "printed":
        return []
    if cell.startswith("-"):
        return [cell[1:]]
    return [cell[: m.start()] + "-" + cell[m.start() :] for m in NUMBER.finditer(cell)]


def cell_above(_: str, context: Context) -> list[str]:
    return context.neighbour(-1)


def cell_below(_: str, context: Context) -> list[str]:
    return context.neighbour(1)


def emptied(cell: str, _: Context) -> list[str]:
    return [""] if cell else []


def letter_lost(cell: str, _: Context) -> list[str]:
    return [cell[:i] + cell[i + 1 :] for i, sign in enumerate(cell) if sign.isalpha()]


def letters_swapped(cell: str, _: Context) -> list[str]:
    return swapped(cell, str.isalpha)


def case_changed(cell: str, _: Context) -> list[str]:
    return [cell.upper(), cell.capitalize(), cell.lower()]


def blank_added(cell: str, _: Context) -> list[str]:
    return [cell + " "] if cell else []


def qualifier_dropped(cell: str, context: Context) -> list[str]:
    return ["exact"] if context.field == "qualifier" and cell else []


def word_dropped(cell: str, context: Context) -> list[str]:
    """The printed text without the words, or the sign, that qualify its number."""
    if context.field != "printed":
        return []
    return [cell[: m.start()] + cell[m.end() :] for m in LIMIT.finditer(cell)]


def word_changed(cell: str, context: Context) -> list[str]:
    if context.field != "printed":
        return []
    texts = [cell.replace("million", scale) for scale in ("thousand", "billion")]
    limits = ("at least", "about", "nearly", "up to", "fewer than")
    if cell.startswith("more than "):
        return texts + [cell.replace("more than", limit) for limit in limits]
    return texts + [f"{limit} {cell}" for limit in ("more than", *limits)]


def unit_changed(cell: str, context: Context) -> list[str]:
    return list(context.codes) if context.field == "unit" and cell else []


def code_changed(cell: str, context: Context) -> list[str]:
    return list(context.codes) if context.field != "unit" and cell else []


def bound_at_value(_: str, context: Context) -> list[str]:
    """A rounded or limited figure's bound set to the number that is printed."""
    return [context.beside("value")] if context.field in ("lower", "upper") else []


def bound_off_by_one(cell: str, context: Context) -> list[str]:
    if context.field not in ("lower", "upper") or not cell:
        return []
    return [str(Decimal(cell) + step) for step in (-1, 1)]


CellKind = Callable[[str, Context], list[str]]

CELL_KINDS: tuple[tuple[str, CellKind], ...] = (
    ("digit lost", digit_lost),
    ("digit doubled", digit_doubled),
    ("digits swapped", digits_swapped),
    ("digit replaced by its neighbour on the keyboard", digit_mistyped),
    ("ten times as large", point_right),
    ("a tenth as large", point_left),
    ("separator moved by a digit", separator_moved),
    ("comma for point, point for comma", separator_changed),
    ("thousands separator added", separator_added),
    ("thousands separator lost", separator_lost),
    ("sign added or lost", sign_changed),
    ("cell above copied", cell_above),
    ("cell below copied", cell_below),
    ("cell emptied", emptied),
    ("letter lost", letter_lost),
    ("letters swapped", letters_swapped),
    ("case changed", case_changed),
    ("blank added at the end", blank_added),
    ("qualifier dropped", qualifier_dropped),
    ("qualifying word dropped from the printed text", word_dropped),
    ("qualifying word added or replaced in the printed text", word_changed),
    ("wrong unit", unit_changed),
    ("another code of the same list", code_changed),
    ("bound set to the point value", bound_at_value),
    ("bound off by one", bound_off_by_one),
)

# Kinds: rows, by a function of a table and the index of a row


def row_deleted(table: Rows, row: int) -> list[Rows]:
    return [table[:row] + table[row + 1 :]]


def row_doubled(table: Rows, row: int) -> list[Rows]:
    return [table[: row + 1] + table[row:]]


def rows_swapped(table: Rows, row: int) -> list[Rows]:
    if row + 1 == len(table):
        return []
    return [[*table[:row], table[row + 1], table[row], *table[row + 2 :]]]


def row_doubled_changed(table: Rows, row: int) -> list[Rows]:
    """The copy differs in the figure's value, elsewhere in its last text of some length."""
    line = list(table[row])
    header = table[0]
    column = (
        header.index("value")
        if "value" in header
        else max(index for index, cell in enumerate(line) if len(cell) > 1)
    )
    line[column] = line[column][:-1] or "1"
    if line[column] == table[row][column]:
        return []
    return [[*table[: row + 1], line, *table[row + 1 :]]]


RowKind = Callable[[Rows, int], list[Rows]]

ROW_KINDS: tuple[tuple[str, RowKind], ...] = (
    ("row deleted", row_deleted),
    ("row doubled", row_doubled),
    ("row doubled with a changed value", row_doubled_changed),
    ("two rows swapped", rows_swapped),
)

# Kinds: columns, by a function of a table and the indexes of two columns


def exchanged(line: Sequence[str], first: int, second: int) -> list[str]:
    cells = list(line)
    cells[first], cells[second] = cells[second], cells[first]
    return cells


def columns_swapped(table: Rows, first: int, second: int) -> Rows:
    return [exchanged(line, first, second) for line in table]


def headers_swapped(table: Rows, first: int, second: int) -> Rows:
    return [exchanged(table[0], first, second), *table[1:]]


def cells_swapped(table: Rows, first: int, second: int) -> Rows:
    return [table[0], *(exchanged(line, first, second) for line in table[1:])]


ColumnKind = Callable[[Rows, int, int], Rows]

COLUMN_KINDS: tuple[tuple[str, ColumnKind], ...] = (
    ("two columns swapped, header with cells", columns_swapped),
    ("two columns swapped, header only", headers_swapped),
    ("two columns swapped, cells only", cells_swapped),
)

# Kinds: figures changed as a whole, so that the printed text agrees with value and bounds

BLOCK = ("value", "qualifier", "lower", "upper", "printed")


def plain(number: Decimal | None) -> str:
    return "" if number is None else format(number.normalize(), "f")


def consistent(line: Mapping[str, str], printed: str) -> dict[str, str] | None:
    """A figure's row that says what another printed text says; None where that says nothing."""
    from mtopendata.figures.printed import read_printed

    said = read_printed(printed, line["unit"])
    if said is None:
        return None
    numbers = {name: plain(getattr(said, name)) for name in ("value", "lower", "upper")}
    return {**line, **numbers, "qualifier": said.qualifier, "printed": printed}


def regrouped(text: str) -> str:
    """A printed text whose digits have changed, with its separators where they belong."""

    def group(match: re.Match[str]) -> str:
        return f"{int(match[0].replace(',', '')):,}"

    return re.sub(r"(?<![.\d])[0-9][0-9,]*", group, text)


def reprinted(kind: CellKind) -> Callable[[Mapping[str, str], Context], list[dict[str, str]]]:
    """A kind of cell corruption, done to the printed text and to all that follows from it."""

    def corrupt(line: Mapping[str, str], context: Context) -> list[dict[str, str]]:
        texts = (regrouped(text) for text in kind(line["printed"], context))
        rows = (consistent(line, text) for text in texts)
        return [row for row in rows if row and row["value"] != line["value"]]

    return corrupt


def limit_dropped(line: Mapping[str, str], _: Context) -> list[dict[str, str]]:
    row = consistent(line, line["printed"].removeprefix("more than "))
    return [row] if row else []


def figure_beside(
    step: int,
) -> Callable[[Mapping[str, str], Context], list[dict[str, str]]]:
    def corrupt(line: Mapping[str, str], context: Context) -> list[dict[str, str]]:
        row = context.row + step
        if not 0 < row < len(context.table):
            return []
        other = dict(zip(context.table[0], context.table[row], strict=True))
        return [{**line, **{name: other[name] for name in BLOCK}}]

    return corrupt


FigureKind = Callable[[Mapping[str, str], Context], list[dict[str, str]]]

FIGURE_KINDS: tuple[tuple[str, FigureKind], ...] = (
    ("digit lost everywhere", reprinted(digit_lost)),
    ("digit doubled everywhere", reprinted(digit_doubled)),
    ("digits swapped everywhere", reprinted(digits_swapped)),
    ("digit replaced by its neighbour everywhere", reprinted(digit_mistyped)),
    ("ten times as large everywhere", reprinted(point_right)),
    ("a tenth as large everywhere", reprinted(point_left)),
    ("qualifier dropped everywhere", limit_dropped),
    ("figure above copied whole", figure_beside(-1)),
    ("figure below copied whole", figure_beside(1)),
)

KINDS = tuple(name for name, _ in (*CELL_KINDS, *ROW_KINDS, *COLUMN_KINDS, *FIGURE_KINDS))

NO_FAULT = {
    ("printed", "case changed"): "the text says the same number in any case",
    ("printed", "thousands separator lost"): "the text says the same number without it",
    ("*", "two rows swapped"): "the order of rows has no meaning",
}
"""Fields and kinds of corruption in them that leave what the package says as it was, and why."""

# Groups

FIGURE_NUMBERS = "Numbers, qualifiers, bounds, printed text and units of figures"
CODES = "Keys and codes"
OTHER_NUMBERS = "Other numbers: rules, checksums, lengths, dates, places in the source"
DESCRIPTIONS = "Descriptions: titles, definitions, notes, addresses"
ROWS = "Rows"
COLUMNS = "Columns"
CONSISTENT = "A figure's value, bounds and printed text changed together"
GROUPS = (FIGURE_NUMBERS, CODES, OTHER_NUMBERS, DESCRIPTIONS, ROWS, COLUMNS, CONSISTENT)

NUMBER_FIELDS = ("value", "qualifier", "lower", "upper", "unit", "printed")
OTHER_NUMBER_FIELDS = (
    "section", "position", "year", "sha256", "bytes", "recorded",
    "relation", "severity", "coefficient", "lag",
)  # fmt: skip
DESCRIPTION_FIELDS = (
    "title", "definition", "caveat", "description", "note", "reason",
    "publisher", "landing_page", "form", "rights",
)  # fmt: skip


def group_of(resource: str, field: str) -> str:
    if resource == "figures" and field in NUMBER_FIELDS:
        return FIGURE_NUMBERS
    if field in OTHER_NUMBER_FIELDS:
        return OTHER_NUMBERS
    return DESCRIPTIONS if field in DESCRIPTION_FIELDS else CODES


# Corruptions


def resources(root: Path = ROOT) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((root / "datapackage.json").read_text("utf-8"))[
        "resources"
    ]
    return found


def corrupted(root: Path = ROOT) -> list[dict[str, Any]]:
    """The resources that are corrupted: all but the cues, whose words nobody copies anywhere."""
    return [resource for resource in resources(root) if resource["name"] != "cues"]


def read_rows(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def as_csv(rows: Rows) -> bytes:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue().encode()


def corruptions(root: Path = ROOT) -> Iterator[Corruption]:
    """Every corruption of the package: of each cell, row, pair of columns and whole figure.

    In the number-bearing cells of figures and in whole figures a kind is applied wherever it can
    be; in any other cell once, in a place that follows from what the cell is.
    """
    for resource in corrupted(root):
        table = read_rows(root / resource["path"])
        make = partial(Corruption, resource=resource["name"], path=resource["path"])
        yield from _of_cells(resource, table, make)
        for kind, change_row in ROW_KINDS:
            for row in range(1, len(table)):
                for rows in change_row(table, row):
                    yield make(
                        group=ROWS, kind=kind, rows=rows, row=row, field="*", change=table[row][0]
                    )
        for kind, change_columns in COLUMN_KINDS:
            for first, second in combinations(range(len(table[0])), 2):
                rows = change_columns(table, first, second)
                names = f"{table[0][first]} ⇄ {table[0][second]}"
                if rows != table:
                    yield make(
                        group=COLUMNS, kind=kind, rows=rows, row=None, field=names, change=names
                    )
        if resource["name"] == "figures":
            yield from _of_figures(table, make)


def _of_cells(
    resource: Mapping[str, Any], table: Rows, make: Callable[..., Corruption]
) -> Iterator[Corruption]:
    for column, field in enumerate(resource["schema"]["fields"]):
        codes = tuple(field.get("constraints", {}).get("enum", ()))
        group = group_of(resource["name"], field["name"])
        for row in range(1, len(table)):
            cell = table[row][column]
            context = Context(table, row, field["name"], field["type"], codes)
            for kind, corrupt in CELL_KINDS:
                texts = list(dict.fromkeys(corrupt(cell, context)))
                texts = [text for text in texts if not same(cell, text, context)]
                if texts and group != FIGURE_NUMBERS:
                    place = f"{resource['name']}/{row}/{field['name']}/{kind}"
                    texts = [texts[zlib.crc32(place.encode()) % len(texts)]]
                for text in texts:
                    line = [*table[row][:column], text, *table[row][column + 1 :]]
                    yield make(
                        group=group, kind=kind, rows=[*table[:row], line, *table[row + 1 :]],
                        row=row, field=field["name"], change=f"{cell!r} → {text!r}",
                    )  # fmt: skip


def _of_figures(table: Rows, make: Callable[..., Corruption]) -> Iterator[Corruption]:
    header = table[0]
    for row in range(1, len(table)):
        line = dict(zip(header, table[row], strict=True))
        context = Context(table, row, "printed", "string", ())
        for kind, corrupt in FIGURE_KINDS:
            tried = []
            for changed in corrupt(line, context):
                cells = [changed[name] for name in header]
                if cells == table[row] or cells in tried:
                    continue
                tried.append(cells)
                yield make(
                    group=CONSISTENT, kind=kind, rows=[*table[:row], cells, *table[row + 1 :]],
                    row=row, field="value",
                    change=f"{line['measure']}: {line['printed']!r} → {changed['printed']!r}",
                )  # fmt: skip


def same(cell: str, text: str, context: Context) -> bool:
    """Whether a changed cell is no change, or is another way to write the same number."""
    if cell == text:
        return True
    if context.type not in ("number", "integer", "year"):
        return False
    try:
        return Decimal(cell) == Decimal(text)
    except InvalidOperation:
        return False


# Trials


def copy_package(folder: Path, root: Path = ROOT) -> None:
    """The package alone, without the rest of the repository."""
    for path in ["datapackage.json", *(resource["path"] for resource in resources(root))]:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / path, folder / path)


def errors_and_warnings(
    folder: Path, corruption: Corruption, against: Path | None = None,
    sources: Sequence[Path] = (),
) -> tuple[int, int]:  # fmt: skip
    """What mtopendata says of a copied package with the corruption; the copy is put right again."""
    import mtopendata

    path = folder / corruption.path
    original = path.read_bytes()
    path.write_bytes(as_csv(corruption.rows))
    try:
        report = mtopendata.validate(folder, against=against, sources=sources)
    except Exception as error:
        error.add_note(str(corruption))
        raise
    finally:
        path.write_bytes(original)
    return report.errors, report.warnings


def seen_by_frictionless(folder: Path, corruption: Corruption) -> bool:
    import frictionless

    path = folder / corruption.path
    original = path.read_bytes()
    path.write_bytes(as_csv(corruption.rows))
    try:
        return not frictionless.validate(str(folder / "datapackage.json")).valid
    finally:
        path.write_bytes(original)


def source_of_figures() -> Path | None:
    """The sheet from which the figures were taken; None where it is not there."""
    folder = Path(os.environ.get("MTOPENDATA_SOURCES") or ROOT.parent / "shared" / "source")
    file = folder / "ncmec-montana-2023.txt"
    return file if file.is_file() else None


def _try_in_worker(parent: Path, task: tuple[Corruption, bool]) -> Outcome:
    corruption, is_sampled = task
    folder, released = (parent / f"{os.getpid()}-{name}" for name in ("copy", "released"))
    if not folder.exists():
        copy_package(folder)
        copy_package(released)
    errors, warnings = errors_and_warnings(folder, corruption)
    compared = errors > 0 or errors_and_warnings(folder, corruption, released)[0] > 0
    traced = None
    if sheet := source_of_figures():
        traced = errors > 0 or errors_and_warnings(folder, corruption, sources=[sheet])[0] > 0
    seen = seen_by_frictionless(folder, corruption) if is_sampled else None
    return Outcome(corruption, errors > 0, not errors and warnings > 0, compared, traced, seen)


def run(tried: Iterable[Corruption], every: int = 1) -> list[Outcome]:
    """Try corruptions, in a process for each processor: Polars does not survive a fork.

    Frictionless is given every so-manieth corruption of each kind, the first one always.
    """
    count: Counter[tuple[str, str]] = Counter()
    tasks = []
    for corruption in tried:
        key = corruption.group, corruption.kind
        tasks.append((corruption, count[key] % every == 0))
        count[key] += 1
    os.environ.setdefault("POLARS_MAX_THREADS", "1")  # the processes share the processors
    spawn = multiprocessing.get_context("spawn")
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(mp_context=spawn) as pool,
    ):
        return list(pool.map(partial(_try_in_worker, Path(folder)), tasks, chunksize=20))


# The table


def share(part: int, whole: int) -> str:
    """A part of a whole, in per cent: 100 or 0 only where it is all or none."""
    percent = 100 * part // whole
    return f"{max(percent, min(part, 1))} % ({part} of {whole})"


def render(outcomes: Sequence[Outcome]) -> str:
    """The Markdown table, a heading row for each group, and what is not caught."""
    cells: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        cells[outcome.corruption.group, outcome.corruption.kind].append(outcome)
    titles = ["kind of corruption", *(title for title, show in SHOWN if show(outcomes))]
    lines = [f"| {' | '.join(titles)} |", "|---" + "|--:" * (len(titles) - 1) + "|"]
    for group in GROUPS:
        lines.append(_row(f"**{group}**", [o for o in outcomes if o.corruption.group == group]))
        lines.extend(_row(kind, cells[group, kind]) for kind in KINDS if (group, kind) in cells)
    if any(outcome.frictionless is None for outcome in outcomes):
        lines += ["", "Frictionless was given only a part of each kind, as the table shows."]
    return "\n".join([*lines, "", *_escapes(outcomes)]) + "\n"


def _row(label: str, outcomes: Sequence[Outcome]) -> str:
    return f"| {' | '.join([label, *filter(None, (show(outcomes) for _, show in SHOWN))])} |"


def _shares(verdict: Callable[[Outcome], bool | None]) -> Callable[[Sequence[Outcome]], str]:
    """What shows the share of those that were asked; nothing where none was."""

    def show(outcomes: Sequence[Outcome]) -> str:
        asked = [said for outcome in outcomes if (said := verdict(outcome)) is not None]
        return share(sum(asked), len(asked)) if asked else ""

    return show


SHOWN: tuple[tuple[str, Callable[[Sequence[Outcome]], str]], ...] = (
    ("tried", lambda outcomes: str(len(outcomes))),
    ("caught by mtopendata", _shares(lambda outcome: outcome.caught)),
    ("warned of only", lambda outcomes: str(sum(o.warned for o in outcomes) or "–")),
    ("caught against the last release", _shares(lambda outcome: outcome.compared)),
    ("caught against the source", _shares(lambda outcome: outcome.traced)),
    ("caught by frictionless alone", _shares(lambda outcome: outcome.frictionless)),
)


def _escapes(outcomes: Sequence[Outcome]) -> list[str]:
    """What is neither caught nor warned of, by group and column; kinds with equal lists as one."""
    lines = [
        "What is neither caught nor warned of: kind (how many of how many tried), and where. "
        "Nothing in the package tells of these; the last release or the source does.",
        "",
    ]
    for group in GROUPS:
        mine = [o for o in outcomes if o.corruption.group == group]
        kinds_by_list: defaultdict[str, list[str]] = defaultdict(list)
        for kind in KINDS:
            tried = [o for o in mine if o.corruption.kind == kind]
            missed = [o.corruption for o in tried if not o.caught and not o.warned]
            if missed:
                label = f"{kind} ({len(missed)} of {len(tried)})"
                kinds_by_list[_places(missed)].append(label)
        lines.append(f"- {group}:" + ("" if kinds_by_list else " nothing."))
        lines.extend(f"  - {', '.join(kinds)}: {places}" for places, kinds in kinds_by_list.items())
    return lines


def _places(missed: Sequence[Corruption]) -> str:
    """The columns, or tables, of corruptions of one kind, with their number."""
    places: Counter[str] = Counter()
    reasons: dict[str, None] = {}  # a set in order
    for corruption in missed:
        in_column = corruption.group not in (ROWS, COLUMNS)
        place = f"{corruption.resource}.{corruption.field}" if in_column else corruption.resource
        places[f"`{place}`"] += 1
        reason = NO_FAULT.get((corruption.field, corruption.kind))
        if reason:
            reasons[f" (no fault: {reason})"] = None
    return ", ".join(f"{place} {count}" for place, count in places.most_common()) + "".join(reasons)


def kinds_in(text: str) -> set[tuple[str, str]]:
    """The groups and kinds of the table in a text."""
    found = set()
    group = ""
    for label in re.findall(r"^\| (.+?) \| [0-9]+ \|", text, re.MULTILINE):
        if label.startswith("**"):
            group = label.strip("*")
        else:
            found.add((group, label))
    return found


def between_markers(text: str) -> str | None:
    """What stands between the drill markers of a text; None where they are not there."""
    start, end = map(re.escape, MARKERS)
    match = re.search(f"{start}\n(.*?){end}", text, re.DOTALL)
    return match and match[1]


def with_table(text: str, table: str) -> str:
    """A text with the table between its drill markers."""
    start, end = MARKERS
    before, _, rest = text.partition(start)
    _, found, after = rest.partition(end)
    if not found:
        raise SystemExit(f"no place for the table: put {start} and {end} on lines of their own")
    return f"{before}{start}\n{table}{end}{after}"


def main() -> None:
    parser = argparse.ArgumentParser(description="Try every corruption, and print the table.")
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the table into this file")
    parser.add_argument("--escapes", action="store_true", help="list what is not caught")
    parser.add_argument(
        "--every", type=int, default=1, metavar="N",
        help="give frictionless only every Nth corruption of a kind",
    )  # fmt: skip
    arguments = parser.parse_args()
    if arguments.write:
        with_table(arguments.write.read_text("utf-8"), "")  # before the long run, not after it
    outcomes = run(corruptions(), arguments.every)
    table = render(outcomes)
    sys.stdout.write(table)
    if arguments.escapes:
        missed = [o for o in outcomes if not o.caught]
        for outcome in missed:
            verdict = "warned" if outcome.warned else "missed"
            sys.stdout.write(f"{verdict}: {outcome.corruption}\n")
    if arguments.write:
        text = arguments.write.read_text("utf-8")
        arguments.write.write_text(with_table(text, table), "utf-8", newline="\n")


if __name__ == "__main__":
    main()
