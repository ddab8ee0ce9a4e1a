"""How to install what an extra of this program adds, from where the program itself came."""

import json
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

NAME = "mtopendata"
HERE = Path(__file__).parents[3]
"""The clone, where the program runs from one."""


def install_hint(extra: str) -> str:
    """The command that installs an extra, and the folder to give it in if it matters.

    What came from a folder, such as a clone, or from an address may be in no index.
    """
    if (HERE / "pyproject.toml").is_file():
        return f"pip install -e '.[{extra}]' in {HERE}"
    origin = _origin()
    url: str = origin.get("url", "")
    if "dir_info" in origin and (folder := _folder(url)).is_dir():
        return f"pip install '.[{extra}]' in {folder}"
    if version := origin.get("vcs_info"):
        return f"pip install '{NAME}[{extra}] @ {version['vcs']}+{url}@{version['commit_id']}'"
    at = f" @ {url}" if "archive_info" in origin else ""
    return f"pip install '{NAME}[{extra}]{at}'"


def _origin() -> dict[str, Any]:
    """What pip wrote down of an origin that is no index (PEP 610); nothing of an index."""
    try:
        text = distribution(NAME).read_text("direct_url.json")
    except PackageNotFoundError:
        return {}
    origin: dict[str, Any] = json.loads(text) if text else {}
    return origin


def _folder(url: str) -> Path:
    from urllib.request import url2pathname  # which imports much

    return Path(url2pathname(url.removeprefix("file://")))
