"""Whether the revisions can be true of each other and of the figures as they are now."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl
from semver import Version

from mtopendata.checks.figures import check_figures
from mtopendata.figures.revisions import (
    _RANK,
    FIGURE,
    PREVIOUS,
    REVISION,
    SINCE,
    figure_key,
    ranked,
    revision_faults,
    value_fields,
    version_ranks,
)
from mtopendata.figures.tables import is_figures
from mtopendata.ledger.report import Check, Finding, Report
from mtopendata.package.model import DESCRIPTOR
from mtopendata.reading.options import Options
from mtopendata.reading.queries import comparable
from mtopendata.reading.tables import Table
from mtopendata.values.versions import read_version


def check_revisions(
    tables: Mapping[str, Table], version: object, report: Report, options: Options
) -> None:
    """Test that the revisions can be true of each other and of the figures as they are now.

    `version` is the package's. `has_revisions` must be true, and the keys of both tables must hold.
    """
    figures, revisions = tables["figures"], tables["revisions"]
    key = figure_key(figures)
    if faults := revision_faults(tables):
        report.record(
            Check("revisions fit the figures", "revision", "revisions", "none", 0, 0),
            [
                Finding(
                    "revision", "error", f"no figure can be read back: {fault}",
                    "give revisions the fields of figures, those outside of the key with "
                    f"{PREVIOUS!r} before their names", "revisions", DESCRIPTOR,
                )
                for fault in faults
            ],
        )  # fmt: skip
        return
    if (current := read_version(version)) is None:
        report.record(
            Check("versions of figures", "revision", "revisions", "none", 0, 0),
            [
                Finding(
                    "revision", "error",
                    "the package has no version such as 1.0.0, by which revisions are dated",
                    "declare 'version' as MAJOR.MINOR.PATCH", path=DESCRIPTOR,
                )
            ],
        )  # fmt: skip
    else:
        _check_versions(figures, revisions, current, report, options)
    if revisions.frame.height:
        _check_chains(figures, revisions, key, report, options)
        _check_previous(revisions, report, options)


def _check_versions(
    figures: Table, revisions: Table, current: Version, report: Report, options: Options
) -> None:
    """No revision and no figure is of a version that is yet to come; each version is told once."""
    for table, name in ((revisions, "version"), (figures, SINCE)):
        column = table.frame.get_column(name)
        known = column.drop_nulls().unique(maintain_order=True)
        wrong = [text for text in known if (read_version(text) or _NEVER) > current]
        findings = []
        for text in wrong[: options.limit]:
            rows = (column == text).arg_true()
            many = f" (in {len(rows):,} rows)" if len(rows) > 1 else ""
            is_version = read_version(text) is not None
            findings.append(
                table.finding(
                    "revision" if table is revisions else "since", rows[0], name, text,
                    f"{text!r}{many} is later than the package's version, {current}"
                    if is_version
                    else f"{text!r}{many} is no version",
                    f"set 'version' of the package to {text} or a later one, or correct it here"
                    if is_version
                    else f"write a version up to {current}, the package's own",
                )
            )  # fmt: skip
        label = f"{table.resource.name}.{name} is not after the package's version"
        record_check(table, label, len(known), len(wrong), findings, report)


_NEVER = Version(2**62)
"""Later than any version: what is none has not been published."""


def _check_chains(
    figures: Table, revisions: Table, key: Sequence[str], report: Report, options: Options
) -> None:
    """Each revision of a figure leads to another state of it, which is the next revision's previous
    one or today's.
    """
    fields = value_fields(figures.frame, key)
    known = [
        revisions.frame.get_column("version"), revisions.frame.get_column(PREVIOUS + SINCE),
        figures.frame.get_column(SINCE),
    ]  # fmt: skip
    ranks = version_ranks(known, [])
    end = len(ranks) + 1
    before = revisions.frame.with_row_index(REVISION).select(
        *key, *(pl.col(PREVIOUS + name).alias(name) for name in fields), REVISION,
        ranked("version", ranks).alias(_RANK),
    ).drop_nulls(_RANK)  # fmt: skip
    # A figure that was never revised has nothing to be compared with.
    now = figures.frame.select(*key, *fields).with_row_index(FIGURE)
    now = now.join(before, on=key, how="semi", nulls_equal=True)
    pairs = [comparable(now.get_column(name), before.get_column(name)) for name in (*key, *fields)]
    none = pl.lit(None, pl.UInt32)
    before = before.with_columns(*(there for _, there in pairs), none.alias(FIGURE))
    now = now.with_columns(
        *(here for here, _ in pairs), none.alias(REVISION), pl.lit(end, pl.Int64).alias(_RANK)
    )
    states = pl.concat([before, now.select(before.columns)]).sort([*key, _RANK])
    following = states.shift(-1)
    same_figure = [states[name].eq_missing(following[name]) for name in key]
    same_cells = [states[name].eq_missing(following[name]) for name in fields]
    frame = states.select(REVISION).with_columns(
        followed=pl.DataFrame(same_figure).select(pl.all_horizontal(pl.all())).to_series(),
        same=pl.DataFrame(same_cells).select(pl.all_horizontal(pl.all())).to_series(),
        changed=states[_RANK],
        next_changed=following[_RANK],
    )
    revised = frame.filter(pl.col(REVISION).is_not_null())
    idle = revised.filter(pl.col("followed") & pl.col("same")).get_column(REVISION).sort()
    findings = [
        revisions.finding(
            "revision", row, "version", revisions.frame["version"][row],
            "the revision changes nothing: its previous figure is what the figure was afterwards",
            "if the figure was withdrawn and is back, write the version in which it came back into "
            "its 'since'; else correct what it was or is, or leave out the row",
        )
        for row in idle.head(options.limit)
    ]  # fmt: skip
    record_check(
        revisions, "each revision changes its figure", revised.height, len(idle), findings, report
    )
    twice = revised.filter("followed", pl.col("changed") == pl.col("next_changed"))
    rows = twice.get_column(REVISION).sort()
    findings = [
        revisions.finding(
            "revision", row, "version", revisions.frame["version"][row],
            "the figure has two revisions of this version", "keep one: a version changes it once",
        )
        for row in rows.head(options.limit)
    ]  # fmt: skip
    record_check(
        revisions, "one revision of a figure a version", revised.height, len(rows), findings, report
    )
    since, next_ = pl.col("since"), pl.col("next")
    dated = frame.with_columns(
        since=states.select(ranked(SINCE, ranks)).to_series(),
        next=following.select(ranked(SINCE, ranks)).to_series(),
        next_figure=following[FIGURE],
        next_revision=following[REVISION],
    ).filter(pl.col(REVISION).is_not_null())
    early = dated.filter(since >= pl.col("changed")).get_column(REVISION).sort()
    # What was withdrawn may come back, but only later.
    moved = dated.filter(
        pl.col("followed"), since < pl.col("changed"), next_ != since, next_ <= pl.col("changed")
    ).sort(REVISION)
    findings = [
        revisions.finding(
            "since", row, "version", revisions.frame["version"][row],
            f"a figure first published in {revisions.frame[PREVIOUS + SINCE][row]} cannot have "
            f"changed in {revisions.frame['version'][row]}",
            "write the version in which it changed, or what its 'since' was",
        )
        for row in early.head(options.limit)
    ]  # fmt: skip
    for before_, figure, revision in moved.head(options.limit).select(
        REVISION, "next_figure", "next_revision"
    ).iter_rows():  # fmt: skip
        table, row, name = (
            (revisions, revision, PREVIOUS + SINCE) if figure is None else (figures, figure, SINCE)
        )
        was = revisions.frame[PREVIOUS + SINCE][before_]
        findings.append(
            table.finding(
                "since", row, name, table.frame[name][row],
                f"a figure keeps its 'since' when it changes, which was {was}",
                f"restore {was}; only a figure that was withdrawn begins anew, in a later version",
            )
        )  # fmt: skip
    record_check(
        revisions, "figures were published before they were revised", dated.height,
        len(early) + len(moved), findings, report,
    )  # fmt: skip


def _check_previous(revisions: Table, report: Report, options: Options) -> None:
    """The previous figures hold what every figure must."""
    own = {name: name.removeprefix(PREVIOUS) for name in revisions.frame.columns}
    fields = [name for name in own if name.startswith(PREVIOUS) and own[name] != "measure"]
    frame = pl.DataFrame(
        [revisions.frame.get_column(name).alias(own[name]) for name in ("measure", *fields)]
        if revisions.has(["measure"])
        else []
    )
    unread = {own[name]: rows for name, rows in revisions.unread.items() if name in fields}
    previous = Table(revisions.resource, frame, revisions.lines, unread)
    if not is_figures(previous):
        return
    found = Report(report.package)
    check_figures(previous, found, options)
    found.findings = [
        replace(item, field=item.field and PREVIOUS + item.field) for item in found.findings
    ]
    found.checks = [replace(check, name=f"previous: {check.name}") for check in found.checks]
    report.include(found)


def record_check(
    table: Table, name: str, tested: int, failed: int, findings: list[Finding], report: Report
) -> None:
    """Record a check of revisions with its findings."""
    report.record(Check(name, "revision", table.resource.name, "polars", tested, failed), findings)
