"""Runs the few expressions that Rust does not have by an engine that goes back over what it has
read, and so can take for ever: `(a+)+b` doubles its time with each letter.

An expression may take some time for each text and each of its characters, which adds up. What it
takes beyond that comes out of a store that all fields and tables share and that fills up slowly, so
that a validation as a whole ends too: it loses a tenth of its time and a few seconds at most. Time
is what the thread has worked, so that it changes nothing whether the machine is busy.
"""

from collections.abc import Callable
from threading import Lock
from time import monotonic, thread_time
from typing import Any

from mtopendata.package.constraint import UnusableConstraintError
from mtopendata.package.patterns.translation import translated

LARGEST = 100_000
"""Characters of an expression once its repetitions are written out, as the engine does it."""


FIRST, OF_TEXT, OF_CHARACTER = 0.02, 2e-5, 1e-6
"""Seconds that an expression may take at first, and for each text and character. The usual ones
take less than a tenth of it.
"""


class _Store:
    """Seconds that slow expressions may take beyond it."""

    most = 1.0
    refill = 0.1

    def __init__(self) -> None:
        self._left = self.most
        self._at = monotonic()
        self._lock = Lock()

    def left(self) -> float:
        """What is there."""
        now = monotonic()
        with self._lock:
            self._left = min(self.most, self._left + self.refill * (now - self._at))
            self._at = now
            return self._left

    def lend(self, wanted: float) -> float:
        """Take what is wanted, or what is there."""
        lent = min(wanted, self.left())
        with self._lock:
            self._left -= lent
        return lent


_STORE = _Store()


class TakesTooLongError(UnusableConstraintError):
    """An expression takes too long on a text. The message says what to do."""

    def __init__(self, pattern: str) -> None:
        super().__init__(takes_too_long(pattern))


def takes_too_long(pattern: str) -> str:
    """What to say of such an expression."""
    return (
        f"'{pattern[:200]}' takes too long on some values: rewrite it without a repetition within "
        "a repetition, such as (a+)+"
    )


def timed(pattern: str, run: Callable[..., Any]) -> Callable[[str], bool]:
    """A test of texts by `run`, a method of a compiled expression of the package `regex`.

    TakesTooLongError: it takes too long, on this text or on one before.
    """
    left: float = FIRST

    def test(text: str) -> bool:
        nonlocal left
        if left < 0:
            raise TakesTooLongError(pattern)
        left += OF_TEXT + OF_CHARACTER * len(text)
        start = thread_time()
        try:
            found = run(text, timeout=left + _STORE.left() / 2)
        except TimeoutError as error:
            _STORE.lend(thread_time() - start)
            left = -1
            raise TakesTooLongError(pattern) from error
        left -= thread_time() - start
        if left < 0:
            left += _STORE.lend(-left)
        return found is not None

    return test


def whole_test(pattern: str) -> Callable[[str], bool]:
    """The test whether a whole text matches a pattern.

    UnusableConstraintError: it has no meaning, or the engine cannot take it.
    """
    read = translated(pattern)
    run = _compiled(f"(?V1-f)(?:{read.text})", read.size).fullmatch
    if read.choices <= 1:  # it cannot take long, and to look at the clock takes longer
        return lambda text: run(text) is not None
    return timed(pattern, run)


def found_test(pattern: str) -> Callable[[str], bool]:
    """The test whether a pattern of JSON Schema, read as Python reads it, is found in a text.

    UnusableConstraintError: as of `whole_test`.
    """
    return timed(pattern, _compiled(pattern, translated(pattern).size).search)


def _compiled(text: str, size: int) -> Any:
    import regex

    if size > LARGEST:  # before the engine takes gigabytes for it
        raise UnusableConstraintError(f"it repeats more than {LARGEST:,} characters")
    try:
        return regex.compile(text)
    except (regex.error, OverflowError, RecursionError) as error:
        raise UnusableConstraintError(str(error)) from error
