"""What is wrong with the text of a table itself."""

from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from mtopendata.values.plurals import plural

WARNINGS = frozenset({"bom", "line-ends", "quotes"})
"""The codes of faults that leave no doubt about what the text says."""


class UnreadableError(Exception):
    """The bytes cannot be turned into text at all. The message says why, and `hint` what to do."""

    code = "unreadable"
    hint = "store it as plain UTF-8 text"

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint or self.hint

    part = 0
    """The index of the file among those of its resource."""


@contextmanager
def of_part(part: int) -> Iterator[None]:
    """Say of which file of a resource it is that it is unreadable."""
    try:
        yield
    except UnreadableError as error:
        error.part = part
        raise


class TooLargeError(UnreadableError):
    """What a file expands to is more than is allowed."""

    hint = "if you trust it, give a larger --max-bytes"

    def __init__(self, max_bytes: int) -> None:
        super().__init__(f"it expands to more than {plural(max_bytes, 'byte')}")
        self.max_bytes = max_bytes

    def __reduce__(self) -> tuple[Any, ...]:
        """It is carried from where it was found."""
        return TooLargeError, (self.max_bytes,), self.__dict__


class ChangedError(UnreadableError):
    """A file is not what it was when its reading began."""

    hint = "validate it again when nothing writes to it"

    def __init__(self) -> None:
        super().__init__("the file changed while it was read, so that nothing is known of it")

    def __reduce__(self) -> tuple[Any, ...]:
        """It is carried from where it was found without its message, which is always the same."""
        return ChangedError, (), self.__dict__


class AmendError(Exception):
    """A table must be read anew, in another way than the one begun: its reader learns which from
    the error, and from the block that it came from: the `number`-th, of the file `part`.
    """

    number = 0
    part = 0


class ReadHereError(AmendError):
    """A table must be read by this process: whoever was asked cannot carry what that takes."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with the text itself. `row` is the line number that an editor shows."""

    code: str
    message: str
    hint: str
    row: int | None = None
    field: str | None = None
    cell: str | None = None

    @property
    def warning(self) -> bool:
        """Whether readers agree on the text all the same."""
        return self.code in WARNINGS


@dataclass
class Faults:
    """Faults of one kind: all are counted, the first `limit` kept. `lines` are those of all rows in
    which a reader that tests as it reads found errors.

    `line_ends` are the ends of the records seen, of which a file should have one kind.
    """

    limit: int
    listed: list[Fault] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    lines: list[int] = field(default_factory=list)
    line_ends: set[str] = field(default_factory=set)

    def add(self, fault: Fault, count: int = 1) -> None:
        """Count a fault, `count` times, and keep it while there is room for its code."""
        before = self.counts.get(fault.code, 0)
        self.counts[fault.code] = before + count
        if before < self.limit:
            self.listed.append(fault)

    def include(self, other: "Faults") -> None:
        """Add those of a part behind these."""
        for fault in other.listed:
            self.add(fault)
        listed = Counter(fault.code for fault in other.listed)
        for code, count in other.counts.items():
            self.counts[code] = self.counts.get(code, 0) + count - listed[code]
        self.lines += other.lines
        self.line_ends |= other.line_ends


LINE_ENDS = {"\n": "LF", "\r\n": "CR LF", "\r": "CR"}


def mixed_line_ends(ends: Collection[str]) -> Fault:
    """The fault of a file whose records end in different ways."""
    names = " or ".join(name for end, name in LINE_ENDS.items() if end in ends)
    message = f"its lines end in different ways: in {names}"
    return Fault("line-ends", message, "save the file anew with one kind of line end")


def blank_row(line: int) -> Fault:
    """The fault of a row without any value."""
    return Fault("blank-row", "the row is blank", "delete the line", row=line)
