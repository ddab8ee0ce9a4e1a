"""A first descriptor and what is not certain in it, for a person."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from mtopendata.report.printable import printable
from mtopendata.values.plurals import plural

if TYPE_CHECKING:
    from mtopendata.commands.init import Drafted
    from mtopendata.entry.draft.doubts import Doubt


def render(drafted: "Drafted") -> str:
    """Each table, what to look at, and what was written; or why nothing was."""
    lines = [] if drafted.problems else list(_tables(drafted))
    for path, rule, rows in drafted.rules:
        lines.append(
            f"{printable(path)}: {click.style('rule', fg='cyan')} {printable(rule)}, in all "
            f"{plural(rows, 'row')}"
        )
    lines += [line for doubt in drafted.doubts for line in _draft_lines(doubt, "look", "yellow")]
    lines += [
        line for problem in drafted.problems for line in _draft_lines(problem, "problem", "red")
    ]
    return "\n".join([*lines, _verdict(drafted)]) + "\n"


def _tables(drafted: "Drafted") -> Iterator[str]:
    for resource in drafted.descriptor["resources"]:
        schema = resource["schema"]
        keys = f", key {' + '.join(schema['primaryKey'])}" if "primaryKey" in schema else ""
        for key in schema.get("foreignKeys", ()):
            to = key["reference"]
            other = to["resource"] or resource["name"]
            keys += f", {key['fields'][0]} → {other}.{to['fields'][0]}"
        sheet = resource.get("dialect", {}).get("sheetName")
        where = resource["path"] if sheet is None else f"{resource['path']}, sheet {sheet!r}"
        yield printable(f"{where}: {plural(len(schema['fields']), 'field')}{keys}")
        for item in schema["fields"]:
            others = ", ".join(
                f"{name} {value!r}"
                for name, value in item.items()
                if name not in ("name", "type", "constraints", "missingValues")
            )
            yield printable(f"  {item['name']}: {item['type']}{' ' if others else ''}{others}")


def _draft_lines(doubt: "Doubt", word: str, colour: str) -> Iterator[str]:
    row = "" if doubt.row is None else f":{doubt.row}"
    field = "" if doubt.field is None else f" [{doubt.field}]"
    place = printable(f"{doubt.path}{row}{field}")
    yield f"{place}: {click.style(word, fg=colour)} {printable(doubt.what)}"
    yield f"    {printable(doubt.todo)}"


def _verdict(drafted: "Drafted") -> str:
    if drafted.problems:
        return f"nothing was written: {plural(len(drafted.problems), 'problem')}"
    count = plural(len(drafted.descriptor["resources"]), "table")
    counted = f"{count}, {plural(drafted.rows, 'row')}, {len(drafted.doubts)} to look at"
    if drafted.file is None:
        return f"nothing was written, as asked ({counted})"
    written = click.style("written", fg="green", bold=True)
    return f"{written}: {printable(str(drafted.file))} ({counted})"
