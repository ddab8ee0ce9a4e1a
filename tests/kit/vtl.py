"""VTL scripts, run by an engine that is not ours, over the figures of a package."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from mtopendata.ledger.report import State
from mtopendata.reading.options import Options
from mtopendata.reading.packages import read_package
from mtopendata.reading.tables import Table
from mtopendata.release.vtl.spelling import unique_words

Place = tuple[str, str | None, int | None, str | None]
"""A rule and where it is checked: area, period and source."""
TYPES = {"measure": "String", "area": "String", "period": "Integer", "source": "String"}


def tables_in(folder: Path) -> dict[str, Table]:
    return dict(read_package(folder, Options()).tables)


def verdicts(
    script: str, tables: Mapping[str, Table], prefix: str = "checked"
) -> dict[Place, State]:
    """What the script says of each place of each rule."""
    results = run(script, tables)
    names = list(tables["rules"].frame["rule"])
    words = dict(zip(unique_words(names), names, strict=True))
    areas = tables["areas"].frame["area"].drop_nulls() if "areas" in tables else ()
    wholes = {re.sub(r"[^A-Za-z0-9_]+", "_", area): area for area in areas}
    found: dict[Place, State] = {}
    for dataset, rows in results.items():
        if not dataset.startswith(f"{prefix}_"):
            continue
        word, _, whole = dataset.removeprefix(f"{prefix}_").partition("_in_")
        by_place: dict[Place, dict[str, bool | None]] = {}
        for row in rows:
            area = row.get("area") or wholes.get(whole)
            place = (words[word], area, row.get("period"), row.get("source"))
            by_place.setdefault(place, {})[row["ruleid"]] = row["bool_var"]
        for place, answers in by_place.items():
            found[place] = state(answers)
    return found


def state(answers: Mapping[str, bool | None]) -> State:
    """The state that two answers, or the one of an exact rule, amount to."""
    can_hold = answers.get("can_hold", *list(answers.values())[:1])
    must_hold = answers.get("must_hold", can_hold)
    if can_hold is False:
        return "violated"
    return "satisfied" if must_hold is True else "undecided"


def run(script: str, tables: Mapping[str, Table]) -> dict[str, list[dict[str, Any]]]:
    """The rows of each dataset that the script keeps."""
    vtlengine = pytest.importorskip("vtlengine", reason="vtlengine is not there: it is in dev")
    import pandas as pd

    frame = tables["figures"].frame
    keys = [name for name in TYPES if name in frame.columns]
    numbers: list[str] = [name for name in ("lower", "upper") if name in frame.columns] or ["value"]
    structure = [
        {"name": name, "type": TYPES[name], "role": "Identifier", "nullable": False}
        for name in keys
    ] + [{"name": name, "type": "Number", "role": "Measure", "nullable": True} for name in numbers]
    rows = [
        {
            name: value if name in keys or value is None else float(value)
            for name, value in row.items()
        }
        for row in frame.select(*keys, *numbers).iter_rows(named=True)
    ]
    data = pd.DataFrame(rows, columns=[*keys, *numbers])
    structures = {"datasets": [{"name": "figures", "DataStructure": structure}]}
    found = vtlengine.run(script, structures, {"figures": data})
    return {name: plain_rows(item.data) for name, item in found.items()}


def plain_rows(frame: Any) -> list[dict[str, Any]]:
    """Rows in Python's own types, with None where there is nothing."""
    missing = frame.isna()
    rows = []
    for index, row in enumerate(frame.to_dict("records")):
        gaps = missing.iloc[index]
        rows.append({name: None if gaps[name] else _plain(value) for name, value in row.items()})
    return rows


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value
