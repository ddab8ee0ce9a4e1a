"""NCMEC's figures for Montana as a checked Data Package, and a validator for any Data Package.

`validate(path)` returns a Report, `load(path)` a Package of Polars tables; `diff(old, new)`
compares two versions; `build(path)` writes a release, and `verify(path)` checks one;
`extract(sheet)` reads the figures of a fact sheet, and `trace(sheet)` finds a package's in it.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mtopendata.building import Built, build
    from mtopendata.comparing import diff
    from mtopendata.comparison import Comparison
    from mtopendata.errors import MtopendataError
    from mtopendata.extracting import Extraction, Tracing, extract, trace
    from mtopendata.package import Package
    from mtopendata.report import Check, Finding, Report
    from mtopendata.tables import Options
    from mtopendata.validation import load, validate
    from mtopendata.verification import verify

__version__ = "1.0.0"

__all__ = [
    "Built",
    "Check",
    "Comparison",
    "Extraction",
    "Finding",
    "MtopendataError",
    "Options",
    "Package",
    "Report",
    "Tracing",
    "build",
    "diff",
    "extract",
    "load",
    "trace",
    "validate",
    "verify",
]

_HOMES = {
    "Built": "building",
    "Check": "report",
    "Comparison": "comparison",
    "Extraction": "extracting",
    "Finding": "report",
    "MtopendataError": "errors",
    "Options": "tables",
    "Package": "package",
    "Report": "report",
    "Tracing": "extracting",
    "build": "building",
    "diff": "comparing",
    "extract": "extracting",
    "load": "validation",
    "trace": "extracting",
    "validate": "validation",
    "verify": "verification",
}


def __getattr__(name: str) -> Any:
    # Polars and Pandera take a while to import: `mtopendata --help` must not wait for them.
    if name not in _HOMES:
        raise AttributeError(f"module 'mtopendata' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"mtopendata.{_HOMES[name]}"), name)
