"""The rules as a script in VTL, which statistical offices run over the figures."""

from pathlib import Path

from mtopendata.reading.options import Progress
from mtopendata.release.formats import Format, Plan
from mtopendata.release.model import Release
from mtopendata.release.tables import tables_of


def has_readable_rules(release: Release) -> bool:
    """Whether a release has rules to be written."""
    # Not at the top: who only asks for the formats need not wait for it.
    from mtopendata.rules.reading import readable_rules

    return bool(readable_rules(tables_of(release)))


def plan_vtl(release: Release) -> Plan:
    """What is left out, the script says itself, beside the rule."""
    return Plan(release, ())


def write_vtl(plan: Plan, path: Path, _: Progress | None) -> None:
    """Write the script."""
    from mtopendata.release.vtl.script import script_of

    path.write_bytes(script_of(plan.release).encode())


def prove_vtl(plan: Plan, path: Path, _: Progress | None) -> None:
    """Read the script back. UnprovenError: it is not whole, or lacks a rule."""
    from mtopendata.release.vtl import reading

    reading.prove_script(plan.release, path)


FORMAT = Format(
    "vtl",
    ".vtl",
    plan_vtl,
    write_vtl,
    prove_vtl,
    purpose="the rules, for a statistical office",
    is_newer=True,
    is_for=has_readable_rules,
)
