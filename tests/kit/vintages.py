"""Small packages of figures with revisions, one version after the other."""

import csv
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

KEY = ("measure", "period")
FIELDS = {
    "measure": "string", "period": "year", "value": "number", "qualifier": "string",
    "lower": "number", "upper": "number", "unit": "string", "printed": "string", "since": "string",
    "note": "string",
}  # fmt: skip
Row = Mapping[str, Any]


def figure(measure: str, period: int, value: int | None, since: str = "1.0.0", **cells: Any) -> Row:
    """A figure that is printed in full, or not reported."""
    reported = {"value": value, "lower": value, "upper": value, "qualifier": "exact"}
    reported["printed"] = None if value is None else f"{value:,}"
    if value is None:
        reported["qualifier"] = None
    return {
        "measure": measure, "period": period, **reported, "unit": "case", "since": since,
        "note": None, **cells,
    }  # fmt: skip


def revision(before: Row, version: str, reason: str = "correction", note: str = "Seen.") -> Row:
    """The revision of a figure that was published as `before`."""
    previous = {f"previous_{name}": before[name] for name in FIELDS if name not in KEY}
    key = {name: before[name] for name in KEY}
    return {**key, "version": version, **previous, "reason": reason, "note": note}


def write_vintage(
    folder: Path, version: str | None, figures: Iterable[Row], revisions: Iterable[Row] | None = (),
    changelog: str | None = "", fields: Mapping[str, str] = FIELDS,
    revised: Mapping[str, str] | None = None, **properties: Any,
) -> Path:  # fmt: skip
    """A package of figures and, unless None, their revisions; and a changelog with the version.

    `revised` are the fields that revisions have previous ones of, by default all.
    """
    folder.mkdir(exist_ok=True)
    constraint = {"constraints": {"required": True}}
    resources = [
        {
            "name": "figures",
            "path": "figures.csv",
            "schema": {
                "fields": [{"name": name, "type": type_} for name, type_ in fields.items()],
                "primaryKey": list(KEY),
            },
        }
    ]
    _write(folder / "figures.csv", list(fields), figures)
    if revisions is not None:
        revised = fields if revised is None else revised
        previous = [f"previous_{name}" for name in revised if name not in KEY]
        names = [*KEY, "version", *previous, "reason", "note"]
        types = {**fields, **revised, "version": "string", "reason": "string"}
        resources.append(
            {
                "name": "revisions",
                "path": "revisions.csv",
                "schema": {
                    "fields": [
                        {
                            "name": name,
                            "type": types.get(name.removeprefix("previous_"), "string"),
                            **(constraint if name in ("reason", "note") else {}),
                        }
                        for name in names
                    ],
                    "primaryKey": [*KEY, "version"],
                },
            }
        )
        _write(folder / "revisions.csv", names, revisions)
    declared = {} if version is None else {"version": version}
    descriptor = {"name": "figures", **declared, "resources": resources, **properties}
    (folder / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    if changelog is not None:
        (folder / "CHANGELOG.md").write_text(f"# Changes\n\n## [{version}]\n{changelog}\n", "utf-8")
    return folder


def _write(file: Path, names: list[str], rows: Iterable[Row]) -> None:
    with file.open("w", encoding="utf-8", newline="") as sink:
        writer = csv.DictWriter(sink, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
