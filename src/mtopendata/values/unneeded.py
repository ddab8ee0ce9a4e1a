"""Libraries that others import wherever they are installed, and that are left out meanwhile."""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from types import ModuleType


class _Unneeded(MetaPathFinder):
    """Pandera imports these where they are installed, which takes longer than most validations."""

    def find_spec(
        self,
        name: str,
        path: Sequence[str] | None,  # noqa: ARG002
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> None:
        """Say of them, as Python does, that they are not installed."""
        if name in ("hypothesis", "numpy", "pandas", "pyspark"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


_FINDER = _Unneeded()


def leave_out() -> None:
    """Let nobody import them in this process, until somebody does need them."""
    sys.meta_path.insert(0, _FINDER)


def let_in() -> None:
    """Let all import them again."""
    if _FINDER in sys.meta_path:
        sys.meta_path.remove(_FINDER)
