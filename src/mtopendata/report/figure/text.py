"""All that a package says of one figure, for a person."""

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from mtopendata.figures.described import as_printed
from mtopendata.figures.printed_numbers import interval
from mtopendata.figures.revisions import PREVIOUS
from mtopendata.report.printable import printable
from mtopendata.report.report_text import COLOURS
from mtopendata.report.rule_text import implied_words
from mtopendata.report.sheet_words import NOT_REPORTED, SUPPRESSED
from mtopendata.values.cells import cell_text

if TYPE_CHECKING:
    from mtopendata.commands.show import Story
    from mtopendata.figures.described import Described
    from mtopendata.rules.of_figures import RuleOfFigure

WIDTH = 100
INDENT = " " * 13


def render(stories: Sequence["Story"]) -> str:
    """One story after the other: the figure, then what it means, its source, rules, revisions,
    and how to quote and to cite it.
    """
    return "\n".join("\n".join(_story_lines(story)) + "\n" for story in stories)


def _story_lines(story: "Story") -> Iterator[str]:
    item = story.described
    figure, measure = item.figure, item.measure
    section = [f"section {figure['section']}"] if figure.get("section") else []
    yield click.style(printable(measure.get("title") or item.full_name), bold=True)
    for label, text in (
        ("figure", f"{item.full_name} ({story.place})"),
        ("value", _value_words(item)),
        ("printed", as_printed(figure) or NOT_REPORTED),
        ("area", item.area.get("title")),
        ("programme", item.programme.get("title")),
        ("kind", measure.get("kind")),
        ("definition", measure.get("definition")),
        ("caveat", measure.get("caveat")),
        ("note", figure.get("note")),
        ("source", _source_words(item)),
        ("place", ", ".join([*section, *filter(None, [figure.get("position")])])),
        ("since", figure.get("since")),
    ):
        yield from _paragraph(label, text)
    for other in story.sources:
        if other is not item:
            yield from _paragraph("other source", _other_words(other, story))
    for apart in story.not_compared:
        words = f"not to be compared with {apart.other}. {apart.reason}"
        yield from _paragraph("difference", words)
    for rule in story.rules:
        yield from _rule_lines(rule)
    for bounds in story.implied:
        yield from _paragraph("derived", f"{implied_words(bounds)}; derived, and stored nowhere")
    for row in story.revisions:
        before = as_printed(row, PREVIOUS) or NOT_REPORTED
        change = f"changed in {row.get('version')}, before: {before}"
        yield from _paragraph("revision", f"{change}; {row.get('reason')}: {row.get('note')}")
    if not story.revisions:
        yield from _paragraph("revisions", "none")
    yield from _paragraph("quote", story.quote)
    yield from _paragraph("cite", story.citation)


def _other_words(other: "Described", story: "Story") -> str:
    printed = as_printed(other.figure) or NOT_REPORTED
    first = "; it comes first" if other is story.sources[0] else ""
    return f"{other.figure.get('source')} has {printed} ({other.full_name}){first}"


def _paragraph(label: str, text: Any) -> Iterator[str]:
    """A paragraph behind its label; nothing where there is no text."""
    if text in (None, ""):
        return
    width = WIDTH - len(INDENT)
    lines = textwrap.wrap(printable(str(text)), width, break_long_words=False) or [""]
    yield click.style(f"{label:<{len(INDENT)}}", dim=True) + lines[0]
    for line in lines[1:]:
        yield INDENT + line


def _rule_lines(rule: "RuleOfFigure") -> Iterator[str]:
    """The rule in numbers, and its state: in the same line where that is the only one."""
    state = f"({click.style(rule.state, fg=COLOURS[rule.state])})"
    lines = [*_paragraph("rule", f"{rule.title}: {rule.equation}")]
    if len(lines) == 1:
        yield f"{lines[0]}  {state}"
    else:
        yield from (*lines, INDENT + state)


def _value_words(item: "Described") -> str:
    figure = item.figure
    value, qualifier = figure.get("value"), figure.get("qualifier")
    if value is None and qualifier is None:
        return f"{NOT_REPORTED}, which is not 0"
    unit = str(figure.get("unit") or item.measure.get("unit") or "").replace("_", " ")
    bounds = interval(figure.get("lower"), figure.get("upper"))
    if qualifier == "suppressed":
        return f"{SUPPRESSED}: {unit}, within {bounds}"
    number = unit if value is None else f"{cell_text(value)} {unit}"
    return f"{number}, {qualifier}, within {bounds}"


def _source_words(item: "Described") -> str | None:
    source = item.source
    if not source:
        code = item.figure.get("source")
        return None if code is None else str(code)
    parts = [source.get(name) for name in ("title", "publisher", "year", "landing_page")]
    parts.append(source.get("sha256") and f"SHA-256 {source['sha256']}")
    return ", ".join(str(part) for part in parts if part is not None)
