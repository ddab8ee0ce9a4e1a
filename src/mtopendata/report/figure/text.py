"""All that a package says of one figure, for a person."""

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from mtopendata.figures.printed import interval
from mtopendata.figures.revisions import PREVIOUS
from mtopendata.report.printable import printable
from mtopendata.report.report_text import COLOURS
from mtopendata.report.sheets import NOT_REPORTED
from mtopendata.values.cells import cell_text

if TYPE_CHECKING:
    from mtopendata.commands.show import Story

WIDTH, INDENT = 100, 13


def render_stories(stories: Sequence["Story"], *, verbose: bool = False) -> str:  # noqa: ARG001
    """One story after the other: the figure, then what it means, its source, rules, revisions."""
    return "\n".join("\n".join(_story(item)) + "\n" for item in stories)


def _story(story: "Story") -> Iterator[str]:
    figure, measure = story.figure, story.measure
    yield click.style(printable(measure.get("title") or story.name), bold=True)
    yield from _part("figure", f"{story.name} ({story.place})")
    yield from _part("value", _value(story))
    yield from _part("printed", figure.get("printed") or NOT_REPORTED)
    for name in ("area", "programme"):
        row = getattr(story, name)
        yield from _part(name, row.get("title"))
    yield from _part("kind", measure.get("kind"))
    yield from _part("definition", measure.get("definition"))
    yield from _part("caveat", measure.get("caveat"))
    yield from _part("note", figure.get("note"))
    yield from _part("source", _source(story))
    place = [f"section {figure['section']}"] if figure.get("section") else []
    yield from _part("place", ", ".join([*place, *filter(None, (figure.get("position"),))]))
    yield from _part("since", figure.get("since"))
    for rule in story.rules:
        state = click.style(rule.state, fg=COLOURS[rule.state])
        lines = [*_part("rule", f"{rule.title}: {rule.equation}")]
        yield f"{lines[0]}  ({state})" if len(lines) == 1 else lines[0]
        yield from lines[1:]
        if len(lines) > 1:
            yield " " * INDENT + f"({state})"
    for row in story.revisions:
        before = row.get(f"{PREVIOUS}printed") or NOT_REPORTED
        yield from _part(
            "revision",
            f"changed in {row.get('version')}, before: {before}; {row.get('reason')}: "
            f"{row.get('note')}",
        )
    if not story.revisions:
        yield from _part("revisions", "none")


def _part(label: str, text: Any) -> Iterator[str]:
    """A labelled paragraph; nothing where there is no text."""
    if text in (None, ""):
        return
    lines = textwrap.wrap(printable(str(text)), WIDTH - INDENT, break_long_words=False) or [""]
    yield click.style(f"{label:<{INDENT}}", dim=True) + lines[0]
    for line in lines[1:]:
        yield " " * INDENT + line


def _value(story: "Story") -> str:
    figure = story.figure
    if figure.get("value") is None:
        return f"{NOT_REPORTED}, which is not 0"
    unit = str(figure.get("unit") or story.measure.get("unit") or "").replace("_", " ")
    bounds = interval(figure.get("lower"), figure.get("upper"))
    return f"{cell_text(figure['value'])} {unit}, {figure.get('qualifier')}, within {bounds}"


def _source(story: "Story") -> str | None:
    source = story.source
    if not source:
        code = story.figure.get("source")
        return None if code is None else str(code)
    parts = [
        source.get("title"), source.get("publisher"), source.get("year"),
        source.get("landing_page"), source.get("sha256") and f"SHA-256 {source['sha256']}",
    ]  # fmt: skip
    return ", ".join(str(part) for part in parts if part is not None)
