"""NCMEC's figures for Montana as a checked Data Package, and a validator for any Data Package.

`validate(path)` returns a Report, `load(path)` a Package of Polars tables; `diff(old, new)`
compares two versions; `build(path)` writes a release, `verify(path)` checks one, and `page(path)`
writes a page to look at;
`extract(sheet)` reads the figures of a fact sheet, and `trace(sheet)` finds a package's in it;
`bump(version)` raises a version in all that names it; `schema(resource)` is what a package declares
of a table, as a Pandera schema for other frames. With `Options(cache=Cache(folder))` a validation
looks only at what is new.
`RELEASED` is where the package lies that the program carries: `load(RELEASED)`.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mtopendata.changes.comparison import Comparison
    from mtopendata.commands.build import Built, build
    from mtopendata.commands.bump import Bumped, bump
    from mtopendata.commands.diff import diff
    from mtopendata.commands.extract import Extraction, extract
    from mtopendata.commands.page import Paged, page
    from mtopendata.commands.schema import schema
    from mtopendata.commands.trace import trace
    from mtopendata.commands.validate import load, validate
    from mtopendata.commands.verify import verify
    from mtopendata.ledger.report import Check, Finding, Report
    from mtopendata.package.model import Package
    from mtopendata.package.where import RELEASED
    from mtopendata.reading.kept.cache import Cache
    from mtopendata.reading.options import Options
    from mtopendata.sheets.tracing import Tracing
    from mtopendata.values.errors import MtopendataError

    __version__: str

__all__ = [
    "RELEASED",
    "Built",
    "Bumped",
    "Cache",
    "Check",
    "Comparison",
    "Extraction",
    "Finding",
    "MtopendataError",
    "Options",
    "Package",
    "Paged",
    "Report",
    "Tracing",
    "build",
    "bump",
    "diff",
    "extract",
    "load",
    "page",
    "schema",
    "trace",
    "validate",
    "verify",
]

_HOMES = {
    "RELEASED": "package.where",
    "Built": "commands.build",
    "Bumped": "commands.bump",
    "Cache": "reading.kept.cache",
    "Check": "ledger.report",
    "Comparison": "changes.comparison",
    "Extraction": "commands.extract",
    "Finding": "ledger.report",
    "MtopendataError": "values.errors",
    "Options": "reading.options",
    "Package": "package.model",
    "Paged": "commands.page",
    "Report": "ledger.report",
    "Tracing": "sheets.tracing",
    "build": "commands.build",
    "bump": "commands.bump",
    "diff": "commands.diff",
    "extract": "commands.extract",
    "load": "commands.validate",
    "page": "commands.page",
    "schema": "commands.schema",
    "trace": "commands.trace",
    "validate": "commands.validate",
    "verify": "commands.verify",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return _version()
    # Polars and Pandera take a while to import: `mtopendata --help` must not wait for them.
    if name not in _HOMES:
        raise AttributeError(f"module 'mtopendata' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"mtopendata.{_HOMES[name]}"), name)


def _version() -> str:
    """The program's version, which is that of the package it is released with: one number, which
    stands in datapackage.json alone.
    """
    import json

    from mtopendata.package.where import RELEASED

    return str(json.loads((RELEASED / "datapackage.json").read_bytes())["version"])
