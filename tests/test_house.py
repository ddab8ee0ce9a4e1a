"""The folders are stages: a module imports from its own folder and from those below it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "mtopendata"
STAGES = (
    ("values",),
    ("ledger",),
    ("package",),
    ("reading",),
    ("figures",),
    ("rules", "sheets"),
    ("checks",),
    ("engines",),
    ("changes", "release"),
    ("entry",),
    ("commands",),
    ("report",),
    ("cli",),
    ("__init__", "__main__"),
)
"""From the ground up. Folders of one stage do not know each other."""

FLOOR = {name: floor for floor, names in enumerate(STAGES) for name in names}
MODULES = sorted(SOURCE.rglob("*.py"))


def place_of(module: Path) -> str:
    """The stage's name: a folder's, or a module's at the top."""
    return module.relative_to(SOURCE).parts[0].removesuffix(".py")


def imported(module: Path) -> Iterator[str]:
    """The stages that a module imports from, wherever in it."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}:{node.lineno} imports relatively"
            if node.module == "mtopendata":
                yield from (item.name for item in node.names if not item.name.startswith("__"))
            elif (node.module or "").startswith("mtopendata."):
                yield str(node.module).split(".")[1]
        elif isinstance(node, ast.Import):
            assert all(not item.name.startswith("mtopendata") for item in node.names)


def test_every_folder_and_every_module_at_the_top_has_its_stage() -> None:
    assert {place_of(module) for module in MODULES} == set(FLOOR)


@pytest.mark.parametrize("place", sorted(FLOOR))
def test_imports_go_down_only(place: str) -> None:
    upward = [
        f"{module.relative_to(SOURCE)} imports from {other}"
        for module in MODULES
        if place_of(module) == place
        for other in imported(module)
        if other != place and FLOOR[other] >= FLOOR[place]
    ]
    assert upward == []
