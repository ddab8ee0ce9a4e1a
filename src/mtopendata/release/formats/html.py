"""A page to look at, in one file: the package for people, and the release's other files."""

from pathlib import Path

from mtopendata.reading.options import Progress
from mtopendata.release.formats import Format, Plan
from mtopendata.release.model import Release


def plan_page(release: Release) -> Plan:
    """Nothing is left out but what the page says itself."""
    return Plan(release, ())


def write_html(plan: Plan, path: Path, _: Progress | None) -> None:
    """Write the page, which tells of the files that lie beside it."""
    # Not at the top: who only asks for the formats need not wait for it.
    from mtopendata.release.page.contents import contents_of_release
    from mtopendata.release.page.writing import page_text

    path.write_bytes(page_text(contents_of_release(plan.release, path.parent)).encode())


def prove_html(plan: Plan, path: Path, _: Progress | None) -> None:
    """Read the page back. UnprovenError: it says something else than the release has."""
    from mtopendata.release.page import reading

    reading.prove_page(plan.release, path)


FORMAT = Format(
    "html",
    ".html",
    plan_page,
    write_html,
    prove_html,
    purpose="a page to look at",
    lists_others=True,
    is_newer=True,
)
