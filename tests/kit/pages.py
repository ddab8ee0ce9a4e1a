"""Packages to make pages of: one of figures over several years and versions, and a hostile one."""

import json
from pathlib import Path
from typing import Any

from tests.kit.packages import MONTANA, Json, write_files

DESCRIPTOR: Json = json.loads((MONTANA / "datapackage.json").read_text("utf-8"))

LONG = "x" * 10_000
HOSTILE = (
    "<script>document.title='run'</script>",
    '"><img src=x onerror="document.title=\'run\'">',
    "'><svg onload=document.title='run'>",
    "</title></style></script><!--",
    "javascript:document.title='run'",
    "data:text/html,<script>1</script>",
    "\u202egnp.exe \u2066x \u200f",
    "שלום <b>(1)</b>",
    "a\u0001b\u2028c\ufeff",
    "{{ 7 * 7 }}{% raw %}{# #}",
    "]]>&lt;&#0;",
    LONG,
)
"""Texts that must stay texts, wherever in a package they stand."""


def own_tables() -> dict[str, str]:
    """The files of the package of 1.0.0, by their paths."""
    paths = [resource["path"] for resource in DESCRIPTOR["resources"]]
    return {path: (MONTANA / path).read_text("utf-8") for path in paths}


MEASURES = (
    "cybertipline_reports",
    "missing_child_likely_trafficked_share",
    "missing_child_cases_ran_from_facility",
    "missing_child_cases_assisted",
    "missing_child_cases_handled",
    "missing_child_cases_from_facility",
    "missing_child_cases_other",
    "missing_child_cases_from_orr",
    "submissions_reviewed",
    "cybertipline_files",
)


LEFT_OUT = ("cues",)
"""Tables that name measures which the part does not have."""


def figures_of_years(folder: Path) -> Path:
    """A part of the package of 1.0.0, which has one of each kind of drawing: with three more
    years of one measure, and a figure that changed.
    """
    files = own_tables()
    kept = {"missing_child_cases_balance", *MEASURES}
    for name in ("figures", "measures", "rules", "rule_terms"):
        head, *rows = files[f"resources/{name}.csv"].splitlines(keepends=True)
        rows = [row for row in rows if row.partition(",")[0] in kept]
        files[f"resources/{name}.csv"] = head + "".join(rows)
    for name in LEFT_OUT:
        del files[f"resources/{name}.csv"]
    rows = []
    for year, printed, value, qualifier, low, high in (
        (2020, "21.7 million", 21_700_000, "rounded", 21_650_000, 21_749_999),
        (2021, "more than 29 million", 29_000_000, "more_than", 29_000_001, ""),
        (2022, "", "", "", "", ""),
    ):
        rows.append(
            f"cybertipline_reports,ALL,{year},ncmec-montana-2023,{value},{qualifier},{low},{high},"
            f'report,{printed},9,"paragraph {year}, number 1",1.1.0,\n'
        )
    files["resources/figures.csv"] += "".join(rows)
    files["resources/revisions.csv"] += (
        "submissions_reviewed,US-MT,2023,ncmec-montana-2023,1.1.0,33,exact,33,33,submission,33,1,"
        '"paragraph 2, number 2",1.0.0,,correction,It had been misread.\n'
    )
    resources = [item for item in DESCRIPTOR["resources"] if item["name"] not in LEFT_OUT]
    descriptor = {**DESCRIPTOR, "version": "1.1.0", "resources": resources}
    return write_files(folder, {**files, "datapackage.json": json.dumps(descriptor)})


def hostile_package(folder: Path) -> Path:
    """A valid package of figures all of whose texts are hostile, those of the descriptor too."""
    texts = iter(HOSTILE * 100)

    def cell(text: str) -> str:
        return '"' + text.replace('"', '""') + '"'

    measures = [f"m{index}" for index, _ in enumerate(HOSTILE)]
    tables = {
        "figures": "measure,area,period,source,value,qualifier,lower,upper,unit,printed,section,"
        "position,since,note\n"
        + "".join(
            f"{measure},A,2023,s,7,exact,7,7,{cell(next(texts))},7,{cell(next(texts))},"
            f"{cell(next(texts))},{cell(next(texts))},{cell(next(texts))}\n"
            for measure in measures
        ),
        "measures": "measure,programme,title,definition,unit,kind,caveat\n"
        + "".join(
            f"{measure},p,{cell(f'{text} {measure}')},{cell(next(texts))},u,flow,{cell(text)}\n"
            for measure, text in zip(measures, HOSTILE, strict=True)
        ),
        "programmes": f"programme,title,description\np,{cell(HOSTILE[0])},{cell(HOSTILE[1])}\n",
        "areas": f"area,title\nA,{cell(HOSTILE[7])}\n",
        "sources": f"source,title,publisher,year,landing_page,sha256\ns,{cell(HOSTILE[1])},"
        f"{cell(HOSTILE[2])},2023,{cell(HOSTILE[4])},{cell(HOSTILE[3])}\n",
        "any": "".join(",".join(map(cell, row)) + "\n" for row in (HOSTILE, HOSTILE)),
    }
    resources = []
    for index, (name, text) in enumerate(tables.items()):
        names = HOSTILE if name == "any" else text.splitlines()[0].split(",")
        fields: list[Json] = [_field(column, HOSTILE[index]) for column in names]
        resource: Json = {
            "name": name if name != "any" else HOSTILE[1],
            "path": f"{index} 'quoted' & b.csv",
            "title": HOSTILE[index],
            "description": HOSTILE[-1 - index],
            "schema": {"fields": fields, "primaryKey": [names[0]]},
        }
        resources.append(resource)
    descriptor: dict[str, Any] = {
        "name": "hostile",
        "version": HOSTILE[0],
        "title": HOSTILE[1],
        "description": "\n\n".join([*HOSTILE, "a\0b"]),
        "homepage": HOSTILE[4],
        "rights": HOSTILE[3],
        "licenses": [{"name": text[:99], "path": text, "title": text} for text in HOSTILE],
        "sources": [{"title": text, "path": text} for text in HOSTILE],
        "contributors": [{"title": text, "path": text} for text in HOSTILE],
        "resources": resources,
    }
    files = {
        resource["path"]: text for resource, text in zip(resources, tables.values(), strict=True)
    }
    return write_files(folder, {**files, "datapackage.json": json.dumps(descriptor)})


def _field(name: str, text: str) -> Json:
    numbers = {"value": "number", "lower": "number", "upper": "number"}
    types = {"period": "year", **numbers}
    described = {"title": text, "description": text}
    declared: Json = {"name": name, "type": types.get(name, "string"), **described}
    if name == "unit":
        declared["categories"] = [{"value": item, "label": item} for item in (*HOSTILE, "u")]
    return declared
