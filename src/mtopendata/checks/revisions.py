"""Whether the revisions can be true of each other and of the figures as they are now."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import polars as pl
from semver import Version

from mtopendata.checks.constraints import ConstraintFold
from mtopendata.checks.figures import figure_tests
from mtopendata.checks.kind import Kind, Known
from mtopendata.checks.row_tests import RowFold
from mtopendata.checks.sound_rows import SoundRows, sound_rows
from mtopendata.figures.revisions import (
    FIGURE,
    PREVIOUS,
    RANK,
    REVISION,
    SINCE,
    figure_key,
    has_revisions,
    ranked,
    revision_faults,
    value_fields,
    version_ranks,
)
from mtopendata.figures.tables import FIGURE_COLUMNS, FIGURES, REVISIONS
from mtopendata.ledger.outcome import Found, Item, Outcome, untested
from mtopendata.ledger.report import Finding
from mtopendata.package.model import DESCRIPTOR
from mtopendata.reading.folds import Concluded, Fold
from mtopendata.reading.queries import Rows, comparable
from mtopendata.reading.tables import LINE, PART, Block, Columns, Header, Place, Table
from mtopendata.reading.whole_tables import WholeTable, concluded
from mtopendata.values.versions import read_version

Versions = Mapping[str, tuple[Place, int]]
"""Texts of versions, each with the place of the first row that has it, and how many rows do."""


@dataclass(frozen=True, slots=True)
class Revised:
    """The figures that were ever revised, and the versions that first published some."""

    rows: list[Block]
    since: Versions


class RevisionFold:
    """Whether the revisions can be true of each other and of the figures as they are now.

    `version` is the package's. The keys of both tables must hold.
    """

    def __init__(
        self, figures: Columns, revisions: Table, version: object, sound: SoundRows
    ) -> None:
        self.figures = figures
        self.revisions = revisions
        self.version = version
        self.key = figure_key(figures)
        self.revised = revisions.frame.select(self.key).unique()
        self.rows = WholeTable(figures)
        self.sound = sound

    def see(self, block: Block) -> Revised:
        """The figures of a block that were ever revised, and the versions that published some.

        A figure that was never revised has nothing to be compared with, and one with errors of its
        own tells nothing of what it became.
        """
        types = self.revised.schema
        dated = block
        block = self.sound.without_rows(block)
        rows = block.frame.with_row_index(FIGURE).with_columns(
            pl.col(name).cast(dtype) for name, dtype in types.items() if dtype.is_decimal()
        )
        rows = rows.join(
            self.revised, on=self.key, how="semi", nulls_equal=True, maintain_order="left"
        )
        indexes = rows.get_column(FIGURE)
        lines = block.places().get_column(LINE).gather(indexes)
        kept = replace(
            block, frame=rows.drop(FIGURE), lines=lines, unread={}, faults=None, misfits=None
        )
        return Revised(self.rows.see(kept), _versions(dated.frame, dated.places(), SINCE))

    def merge(self, one: Revised, other: Revised) -> Revised:
        """What is kept of both."""
        return Revised(
            self.rows.merge(one.rows, other.rows), _added_versions(one.since, other.since)
        )

    def conclude(self, kept: Revised) -> Found:
        """What is found."""
        return list(self._found(kept))

    def _found(self, kept: Revised) -> Iterator[Item]:
        revisions = self.revisions
        if (current := read_version(self.version)) is None:
            yield untested("revision", "versions of figures", REVISIONS)
            yield Finding(
                "revision",
                "error",
                "the package has no version such as 1.0.0, by which revisions are dated",
                "declare 'version' as MAJOR.MINOR.PATCH",
                path=DESCRIPTOR,
                check="versions of figures",
            )
        else:
            places = pl.DataFrame(
                [revisions.place(row) for row in range(revisions.frame.height)],
                schema={PART: pl.UInt32, LINE: pl.Int64},
                orient="row",
            )
            changed = _versions(revisions.frame, places, "version")
            yield _versions_are_out(revisions, changed, "version", "revision", current)
            yield _versions_are_out(self.figures, kept.since, SINCE, "since", current)
        if revisions.frame.height:
            yield from _chains(self.rows.conclude(kept.rows), revisions)
            yield from _previous_figures(revisions, self.sound.tables)


def _versions(frame: pl.DataFrame, places: pl.DataFrame, name: str) -> Versions:
    """The versions in a column. The rows must be in order."""
    counted = (
        places.with_columns(frame.get_column(name).alias("text"))
        .drop_nulls("text")
        .group_by("text", maintain_order=True)
        .agg(pl.col(PART, LINE).first(), pl.len())
    )
    return {text: (Place(part, line), count) for text, part, line, count in counted.iter_rows()}


def _added_versions(one: Versions, other: Versions) -> Versions:
    found = dict(one)
    for text, (place, count) in other.items():
        first, before = found.get(text, (place, 0))
        found[text] = min(first, place), before + count
    return found


def _versions_are_out(
    table: Columns, versions: Versions, name: str, code: str, current: Version
) -> Outcome:
    """No row is of a version that is yet to come; each version is told once."""

    def say(text: str) -> Finding:
        place, count = versions[text]
        many = f" (in {count:,} rows)" if count > 1 else ""
        if read_version(text) is None:
            message = f"{text!r}{many} is no version"
            hint = f"write a version up to {current}, the package's own"
        else:
            message = f"{text!r}{many} is later than the package's version, {current}"
            hint = (
                f"set 'version' of the package to {text} or a later one, as mtopendata bump {text} "
                "does, or correct it here"
            )
        return table.finding_at(code, place, name, text, message, hint)

    known = sorted(versions, key=lambda text: versions[text][0])
    return Outcome(
        "revision",
        f"{table.resource.name}.{name} is not after the package's version",
        table.resource.name,
        len(known),
        [text for text in known if (read_version(text) or _NEVER) > current],
        say,
    )


_NEVER = Version(2**62)
"""Later than any version: what is none has not been published."""


def _chains(figures: Table, revisions: Table) -> Iterator[Outcome]:
    """Each revision of a figure leads to another state of it, which is the next revision's previous
    one or today's.
    """
    steps = _steps(figures, revisions)
    followed = pl.col("followed")
    yield Outcome(
        "revision",
        "each revision changes its figure",
        REVISIONS,
        steps.height,
        steps.filter(followed & pl.col("same")).get_column(REVISION).sort(),
        partial(_changes_nothing, revisions),
    )
    twice = steps.filter(followed, pl.col("changed") == pl.col("next_changed"))
    yield Outcome(
        "revision",
        "one revision of a figure a version",
        REVISIONS,
        steps.height,
        twice.get_column(REVISION).sort(),
        partial(_stands_twice_a_version, revisions),
    )
    since, next_since = pl.col("since"), pl.col("next_since")
    early = since >= pl.col("changed")
    # What was withdrawn may come back, but only later.
    is_moved = (
        followed
        & (since < pl.col("changed"))
        & (next_since != since)
        & (next_since <= pl.col("changed"))
    )
    wrong = pl.concat(
        [
            steps.filter(early).sort(REVISION),
            steps.filter(is_moved).sort(REVISION),
        ]
    ).select(early.alias("early"), REVISION, "next_figure", "next_revision")
    yield Outcome(
        "revision",
        "figures were published before they were revised",
        REVISIONS,
        steps.height,
        Rows(wrong),
        partial(_dated_wrong, figures, revisions),
    )


def _steps(figures: Table, revisions: Table) -> pl.DataFrame:
    """For each revision what follows it: whether the same figure does, with the same cells, and
    where that stands. `changed` and `since` are ranks of versions.
    """
    key = figure_key(figures)
    fields = value_fields(figures.frame.columns, key)
    versions = [
        revisions.frame.get_column("version"),
        revisions.frame.get_column(PREVIOUS + SINCE),
        figures.frame.get_column(SINCE),
    ]
    ranks = version_ranks(versions, [])
    end = len(ranks) + 1
    before = (
        revisions.frame.with_row_index(REVISION)
        .select(
            *key,
            *(pl.col(PREVIOUS + name).alias(name) for name in fields),
            REVISION,
            ranked("version", ranks).alias(RANK),
        )
        .drop_nulls(RANK)
    )
    now = figures.frame.select(*key, *fields).with_row_index(FIGURE)
    now = now.join(before, on=key, how="semi", nulls_equal=True)
    pairs = [comparable(now.get_column(name), before.get_column(name)) for name in (*key, *fields)]
    none = pl.lit(None, pl.UInt32)
    before = before.with_columns(*(there for _, there in pairs), none.alias(FIGURE))
    now = now.with_columns(
        *(here for here, _ in pairs), none.alias(REVISION), pl.lit(end, pl.Int64).alias(RANK)
    )
    states = pl.concat([before, now.select(before.columns)]).sort([*key, RANK])
    following = states.shift(-1)

    def alike(names: Sequence[str]) -> pl.Series:
        columns = [states[name].eq_missing(following[name]) for name in names]
        return pl.DataFrame(columns).select(pl.all_horizontal(pl.all())).to_series()

    return (
        states.select(REVISION)
        .with_columns(
            followed=alike(key),
            same=alike(fields),
            changed=states[RANK],
            next_changed=following[RANK],
            since=states.select(ranked(SINCE, ranks)).to_series(),
            next_since=following.select(ranked(SINCE, ranks)).to_series(),
            next_figure=following[FIGURE],
            next_revision=following[REVISION],
        )
        .filter(pl.col(REVISION).is_not_null())
    )


def _changes_nothing(revisions: Table, row: int) -> Finding:
    return revisions.finding(
        "revision",
        row,
        "version",
        revisions.frame["version"][row],
        "the revision changes nothing: its previous figure is what the figure was afterwards",
        "if the figure was withdrawn and is back, write the version in which it came back into "
        "its 'since'; else correct what it was or is, or leave out the row",
    )


def _stands_twice_a_version(revisions: Table, row: int) -> Finding:
    version = revisions.frame["version"][row]
    message = "the figure has two revisions of this version"
    hint = "keep one: a version changes it once"
    return revisions.finding("revision", row, "version", version, message, hint)


def _dated_wrong(
    figures: Table, revisions: Table, found: tuple[bool | None, int, int | None, int | None]
) -> Finding:
    """A revision from before its figure was published, or a figure whose `since` moved with it."""
    early, row, next_figure, next_revision = found
    was, version = revisions.frame[PREVIOUS + SINCE][row], revisions.frame["version"][row]
    if early:
        message = f"a figure first published in {was} cannot have changed in {version}"
        hint = "write the version in which it changed, or what its 'since' was"
        return revisions.finding("since", row, "version", version, message, hint)
    table, there, name = (
        (revisions, next_revision, PREVIOUS + SINCE)
        if next_figure is None
        else (figures, next_figure, SINCE)
    )
    assert there is not None  # noqa: S101 - what follows a state is a revision or today's figure
    return table.finding(
        "since",
        there,
        name,
        table.frame[name][there],
        f"a figure keeps its 'since' when it changes, which was {was}",
        f"restore {was}; only a figure that was withdrawn begins anew, in a later version",
    )


def _previous_figures(revisions: Table, tables: Mapping[str, Table]) -> Iterator[Outcome]:
    """The previous figures hold what every figure must."""
    if not revisions.has(["measure"]):
        return
    figure_names = _names_in_figures(revisions)
    columns = [revisions.frame.get_column(name).alias(to) for name, to in figure_names.items()]
    frame = pl.DataFrame(columns)
    previous = Header(revisions.resource, frame.schema)
    if not FIGURE_COLUMNS.is_met(previous):
        return
    lines = [revisions.place(row).line for row in range(frame.height)]
    unread = {
        figure_names[name]: rows
        for name, rows in revisions.unread.items()
        if name in figure_names and name.startswith(PREVIOUS)
    }
    block = Block(0, 0, frame, pl.Series(lines, dtype=pl.Int64), {}, unread)
    fold = RowFold(previous, list(figure_tests(previous, tables)), frame.height)
    for outcome in fold.outcomes(fold.see(block)):
        name = f"previous: {outcome.name}"
        yield replace(outcome, name=name, say=partial(_say_of_previous, outcome))


def _names_in_figures(revisions: Table) -> dict[str, str]:
    """The columns that tell of the previous figure, with the names that figures have for them."""
    own = {name: name for name in ("measure", "source") if revisions.has([name])}
    return own | {
        name: name.removeprefix(PREVIOUS)
        for name in revisions.frame.columns
        if name.startswith(PREVIOUS) and name.removeprefix(PREVIOUS) not in own
    }


def _say_of_previous(outcome: Outcome, fault: object) -> Finding:
    finding = outcome.say(fault)
    return replace(finding, field=finding.field and PREVIOUS + finding.field)


def check_revisions(tables: Mapping[str, Table], version: object) -> Iterator[Item]:
    """What a RevisionFold finds of whole tables. `has_revisions` must be true."""
    figures = tables[FIGURES]
    if faults := revision_faults(tables):
        yield from _unfit(faults)
    else:
        yield from concluded(revision_fold(figures, tables, version), figures)


def revision_fold(figures: Columns, tables: Mapping[str, Table], version: object) -> RevisionFold:
    """The fold over figures that have revisions among the `tables`, which fit them."""
    sound = SoundRows(figures, ConstraintFold(figures, 1), tables)
    return RevisionFold(figures, tables[REVISIONS], version, sound)


def _revisions_fold(columns: Columns, known: Known) -> Fold | None:
    tables = known.with_columns(columns)
    if columns.resource.name != FIGURES or not has_revisions(tables):
        return None
    revisions = known.tables[REVISIONS]
    if faults := revision_faults(tables):
        return Concluded(list(_unfit(faults)))
    version = known.package.descriptor.get("version")
    return RevisionFold(columns, revisions, version, sound_rows(columns, known))


def _unfit(faults: Sequence[str]) -> Iterator[Item]:
    yield untested("revision", "revisions fit the figures", REVISIONS)
    hint = (
        "give revisions the fields of figures, those outside of the key with "
        f"{PREVIOUS!r} before their names"
    )
    for fault in faults:
        message = f"no figure can be read back: {fault}"
        yield replace(
            Finding("revision", "error", message, hint, REVISIONS, DESCRIPTOR),
            check="revisions fit the figures",
        )


KIND = Kind(90, across=_revisions_fold, keeps=(REVISIONS,), needs=(FIGURES, REVISIONS))
