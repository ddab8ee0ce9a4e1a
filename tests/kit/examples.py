"""How many of many cases a test tries: few in a quick run, more in CI, all in a thorough one, which
is each week's.

`pytest -m sampled --hypothesis-profile=thorough` tries all; a test marked `sampled` says so.
"""

from collections.abc import Sequence
from typing import TypeVar

from hypothesis import settings

Case = TypeVar("Case")

QUICK, USUAL, THOROUGH = 5, 30, 100
"""Per cent, and what the profile of that name has as its number of examples."""


def examples(count: int) -> int:
    """As many of `count` examples as this run tries."""
    return -(-count * settings().max_examples // THOROUGH)


def sample(cases: Sequence[Case]) -> Sequence[Case]:
    """As many of these cases as this run tries, from all over them."""
    return cases[:: THOROUGH // examples(THOROUGH)]
