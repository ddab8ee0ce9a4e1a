"""Hints to install name what works where the program came from."""

import json
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import pytest

from mtopendata.values import installing
from mtopendata.values.installing import install_hint
from tests.kit.packages import ROOT


class Installed:
    """A distribution of which pip wrote down where it came from."""

    def __init__(self, origin: dict[str, Any] | None) -> None:
        self.origin = origin

    def read_text(self, _: str) -> str | None:
        return None if self.origin is None else json.dumps(self.origin)


def test_a_clone_that_runs_is_named_itself() -> None:
    assert install_hint("build") == f"pip install -e '.[build]' in {ROOT}"


@pytest.mark.parametrize(
    ("origin", "hint"),
    [
        (None, "pip install 'mtopendata[pdf]'"),
        ({"url": "file://{folder}", "dir_info": {}}, "pip install '.[pdf]' in {folder}"),
        ({"url": "file://{folder}/gone", "dir_info": {}}, "pip install 'mtopendata[pdf]'"),
        (
            {"url": "file:///m-1.whl", "archive_info": {}},
            "pip install 'mtopendata[pdf] @ file:///m-1.whl'",
        ),
        (
            {"url": "https://a.org/m", "vcs_info": {"vcs": "git", "commit_id": "c0"}},
            "pip install 'mtopendata[pdf] @ git+https://a.org/m@c0'",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_installed_is_named_with_its_origin(
    origin: dict[str, Any] | None, hint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "a folder"
    folder.mkdir()
    if origin:
        origin["url"] = origin["url"].replace("{folder}", str(folder).replace(" ", "%20"))
    monkeypatch.setattr(installing, "HERE", tmp_path)
    monkeypatch.setattr(installing, "distribution", lambda _: Installed(origin))
    assert install_hint("pdf") == hint.format(folder=folder)


def test_what_is_not_installed_is_named_as_an_index_would(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(name: str) -> None:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(installing, "HERE", tmp_path)
    monkeypatch.setattr(installing, "distribution", none)
    assert install_hint("build") == "pip install 'mtopendata[build]'"
