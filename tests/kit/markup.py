"""Whether pages are valid HTML, by html-validate."""

import json
import subprocess
from collections.abc import Iterable
from pathlib import Path

from tests.kit.referees import node, npm_package

RULES = ["html-validate:standard", "html-validate:a11y"]
OTHERS = {"long-title": "off"}  # which no standard asks for: the title is the package's


def markup_faults(files: Iterable[Path], folder: Path) -> list[str]:
    """What html-validate finds: it knows which element may stand in which, and what ARIA asks."""
    package = npm_package("html-validate")
    settings, found = folder / "settings.json", folder / "found.json"
    settings.write_text(json.dumps({"root": True, "extends": RULES, "rules": OTHERS}))
    program: list[str | Path] = [
        node(),
        package / "bin" / "html-validate.mjs",
        "--config",
        settings,
    ]
    done = subprocess.run(
        [*program, "-f", f"json={found}", *files], capture_output=True, text=True, check=False
    )
    if done.returncode == 0:
        return []
    assert found.is_file(), done.stderr
    messages = [m for item in json.loads(found.read_text("utf-8")) for m in item["messages"]]
    return [f"{m['ruleId']}, line {m['line']}: {m['message']}" for m in messages]
