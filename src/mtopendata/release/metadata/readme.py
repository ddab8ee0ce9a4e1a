"""Release → README.md of the archive: what is in it, what each column means, how to check it."""

import json
from collections.abc import Mapping
from typing import Any

from mtopendata.package.model import DESCRIPTOR, Field, Resource, Schema
from mtopendata.release.changelog import CHANGELOG, changelog_of
from mtopendata.release.figures_in_words import figures_in_words
from mtopendata.release.metadata import Standard
from mtopendata.release.metadata.licence import agent_line, licence_line, source_line
from mtopendata.release.model import Release
from mtopendata.release.terms.apart import set_apart_lines
from mtopendata.release.terms.citing import HOW_TO_CITE, citation
from mtopendata.release.terms.constraint_words import constraint_words, missing_values
from mtopendata.release.terms.licences import licences
from mtopendata.release.terms.people import agents
from mtopendata.release.terms.properties import homepage, text, text_list, uri
from mtopendata.release.terms.sources import sources
from mtopendata.values import markdown
from mtopendata.values.cells import cell_text
from mtopendata.values.plurals import plural

_CHECKS = f"""\
```sh
sha256sum -c manifest-sha256.txt
frictionless validate {DESCRIPTOR}
mtopendata validate {DESCRIPTOR}
```"""


def readme_md(release: Release) -> str:
    """The whole text. What the descriptor does not say is left out."""
    parts = [
        *_head_part(release),
        *_figures_part(release),
        *_provenance(release),
        *_contents_table(release),
    ]
    places: dict[str, str] = {}
    for resource in release.package.resources:
        parts += _resource(release, resource, places)
    return "\n\n".join(parts) + "\n"


def _head_part(release: Release) -> list[str]:
    descriptor = release.descriptor
    name = text(descriptor, "name")
    facts = [
        markdown.code(name) if name else "",
        f"version {markdown.inline(release.version)}" if release.version else "",
        release.date.date().isoformat() if release.date else "",
        markdown.link(homepage(descriptor) or "", uri(homepage(descriptor))),
    ]
    parts = [
        f"# {markdown.inline(text(descriptor, 'title') or release.name)}",
        " · ".join(filter(None, facts)),
        markdown.block(text(descriptor, "description") or ""),
    ]
    if words := text_list(descriptor.get("keywords")):
        parts.append("Keywords: " + markdown.inline(", ".join(words)))
    return [part for part in parts if part]


_FIGURE_COLUMNS: Mapping[str, str] = {
    "measure_title": "figure",
    "area_title": "area",
    "period": "year",
    "printed": "as printed",
}
_GROUP, _SOURCE = "programme_title", "source"
"""The column by which figures stand together, and that of their source, where there are such."""


def _figures_part(release: Release) -> list[str]:
    """The figures, where the package is one of figures."""
    columns = list(_FIGURE_COLUMNS)
    figures = figures_in_words(release, columns)
    if figures is None or figures.is_empty():
        return []
    beside = figures_in_words(release, [_GROUP, _SOURCE])
    heads = [*_FIGURE_COLUMNS.values(), *[_SOURCE] * (beside is not None)]
    groups: dict[str, list[list[str]]] = {}
    for number, (*cells, printed) in enumerate(figures.iter_rows()):
        group, *source = ("",) if beside is None else beside.row(number)
        row = [markdown.inline("" if cell is None else cell_text(cell)) for cell in cells]
        row.append(markdown.inline(printed or "not reported"))
        groups.setdefault(group or "", []).append([*row, *(markdown.code(text) for text in source)])
    parts = ["## Figures as printed"]
    for group, rows in groups.items():
        parts += [f"### {markdown.inline(group)}"] * bool(group)
        measures = {row[0]: place for place, row in reversed(list(enumerate(rows)))}
        parts.append(markdown.table(heads, sorted(rows, key=lambda row: measures[row[0]])))
    if apart := markdown.bullets(set_apart_lines(release)):
        parts += ["## Not to be compared", apart]
    return parts


def _citation(release: Release) -> list[str]:
    cited = citation(release.descriptor, release.date)
    return [f"## {HOW_TO_CITE}", cited.markdown] if cited else []


def _changes(release: Release) -> list[str]:
    told = f"{markdown.code(CHANGELOG)} has the changes of each version."
    return ["## Changes", told] if changelog_of(release) else []


def _provenance(release: Release) -> list[str]:
    descriptor = release.descriptor
    lists = {
        "Contributors": map(agent_line, agents(descriptor)),
        "Sources": map(source_line, sources(descriptor)),
        "Licences": map(licence_line, licences(descriptor)),
    }
    parts: list[str] = []
    for title, lines in lists.items():
        if shown := markdown.bullets(lines):
            parts += [f"## {title}", shown]
    return [
        *parts,
        *_citation(release),
        *_changes(release),
        "## How to check it",
        "The first line compares every file with its checksum. Either of the others compares the "
        "data with all that the descriptor declares.",
        _CHECKS,
    ]


def _contents_table(release: Release) -> list[str]:
    rows = [
        (
            markdown.code(resource.name),
            ", ".join(map(markdown.code, resource.paths)),
            _count(_height(release, resource)),
            markdown.inline(text(resource.descriptor, "title") or ""),
        )
        for resource in release.package.resources
    ]
    return ["## Contents", markdown.table(("resource", "path", "rows", "title"), rows)]


def _count(rows: int | None) -> str:
    return "" if rows is None else f"{rows:,}"


def _height(release: Release, resource: Resource) -> int | None:
    table = release.package.tables.get(resource.name)
    return None if table is None else table.height


def _resource(release: Release, resource: Resource, places: dict[str, str]) -> list[str]:
    descriptor = resource.descriptor
    title = text(descriptor, "title")
    rows = _height(release, resource)
    facts = [
        ", ".join(map(markdown.code, resource.paths)),
        plural(rows, "row") if rows is not None else "",
        markdown.inline(title) if title and title != resource.name else "",
    ]
    parts = [
        f"## {markdown.inline(resource.name)}",
        " · ".join(filter(None, facts)),
        markdown.block(text(descriptor, "description") or ""),
    ]
    if own := sources(descriptor):
        parts += ["Sources:", markdown.bullets(map(source_line, own))]
    if own_licences := licences(descriptor):
        parts += ["Licences:", markdown.bullets(map(licence_line, own_licences))]
    if resource.schema:
        parts += _schema(resource, resource.schema, places)
    return [part for part in parts if part]


def _schema(resource: Resource, schema: Schema, places: dict[str, str]) -> list[str]:
    parts = []
    if schema.primary_key:
        parts.append(f"Primary key: {_code_list(schema.primary_key)}")
    parts += [f"Unique together: {_code_list(names)}" for names in schema.unique_keys]
    references = [
        f"{_code_list(key.fields)} → {_code_list(key.reference)} of {markdown.code(key.resource)}"
        for key in schema.foreign_keys
    ]
    if references:
        parts += ["Foreign keys:", markdown.bullets(references)]
    missing = {field.missing for field in schema.fields}
    one = len(missing) == 1
    if one and missing != {("",)}:
        words = missing_values(schema.fields[0], _value_in_markdown)
        parts.append(f"Missing values: {words}")
    rows = [
        (
            markdown.code(field.name),
            _type(field),
            "; ".join(constraint_words(field, _value_in_markdown, with_missing=not one)),
            markdown.inline(
                text(field.descriptor, "description") or text(field.descriptor, "title") or ""
            ),
        )
        for field in schema.fields
    ]
    if rows:
        parts.append(markdown.table(("column", "type", "constraints", "meaning"), rows))
    for field in schema.fields:
        parts += _codes(resource, field, places)
    return parts


def _code_list(names: tuple[str, ...]) -> str:
    return ", ".join(map(markdown.code, names))


def _type(field: Field) -> str:
    shown = field.format != "default"
    kind = markdown.inline(field.type)
    return f"{kind} ({markdown.code(field.format)})" if shown else kind


def _value_in_markdown(value: Any) -> str:
    """A value of the descriptor; numbers and the like as they stand in it."""
    if isinstance(value, str):
        return markdown.code(value)
    if isinstance(value, list | Mapping) or value is None or isinstance(value, bool):
        return markdown.code(json.dumps(value, ensure_ascii=False, default=str))
    return markdown.inline(str(value))


def _codes(resource: Resource, field: Field, places: dict[str, str]) -> list[str]:
    """The codes of a column with their labels, or where the same list already stands."""
    declared = field.descriptor.get("categories")
    if field.categories is None or not isinstance(declared, list):
        return []
    pairs = [_pair(item) for item in declared]
    if not pairs:
        return []
    if any(label for _, label in pairs):
        shown = markdown.table(("code", "meaning"), pairs)
    else:
        shown = ", ".join(code for code, _ in pairs)
    if field.descriptor.get("categoriesOrdered") is True:
        shown = f"In this order:\n\n{shown}"
    title = f"Codes of {markdown.code(field.name)}"
    here = f"{markdown.code(field.name)} in {markdown.code(resource.name)}"
    place = places.setdefault(shown, here)
    return [f"{title}:", shown] if place == here else [f"{title}: those of {place}"]


def _pair(item: Any) -> tuple[str, str]:
    if not isinstance(item, Mapping):
        return _value_in_markdown(item), ""
    label = item.get("label")
    return _value_in_markdown(item.get("value")), markdown.inline(
        label if isinstance(label, str) else ""
    )


STANDARD = Standard(
    "README.md",
    "for people: what it is, its figures, how to cite it, and every column and code",
    readme_md,
)
