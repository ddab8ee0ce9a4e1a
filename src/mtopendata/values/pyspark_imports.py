"""What PySpark does where it is imported that is of no use here."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from warnings import filterwarnings


def ignore_pyspark_warnings() -> None:
    """Let PySpark say nothing of a new pandas, with which nothing is done here, nor of calls given
    up, which are errors then. Pandera imports PySpark too, wherever it is installed.
    """
    filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    filterwarnings("ignore", r"\[RETRIES_EXCEEDED\]", UserWarning)


@contextmanager
def seen_as_program() -> Iterator[None]:
    """Let PySpark be imported by any process meanwhile: one whose main module has no file, such as
    `python -c`, it takes for its own tests, and ends it.
    """
    main = sys.modules["__main__"]
    if hasattr(main, "__file__") or main.__spec__ is not None:
        yield
        return
    main.__file__ = "program"
    try:
        yield
    finally:
        del main.__file__
