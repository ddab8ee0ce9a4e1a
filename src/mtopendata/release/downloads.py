"""How what is found of a download is said: rows of the ledger, and errors with a hint for whoever
has downloaded it.
"""

from collections.abc import Sequence

from mtopendata.ledger.outcome import Outcome
from mtopendata.ledger.report import Finding

AGAIN = "do not use this copy: download it again from its publisher"


def fault(code: str, message: str, path: str | None = None, hint: str = AGAIN) -> Finding:
    """An error of a download; `path` is the file or the member, None the whole."""
    return Finding(code, "error", message, hint, None, path)


def release_outcome(name: str, tested: int, faults: Sequence[Finding] = ()) -> Outcome:
    """The row of a check of a release, with all that failed."""
    return Outcome("release", name, None, tested, faults, engine="python")
