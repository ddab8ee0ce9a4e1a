"""A publisher's regular expression → one that means the same to the engines.

The standard says that patterns are XML Schema's. Publishers write Perl's and Python's too, so what
these have beyond it is read where it can mean one thing only: anchors, groups, look-around,
references, lazy and possessive repetition, flags. The rest is refused, never read as something
else: an engine would take `[a-z-[aeiou]]` for `[a-z[aei]` and a bracket, and `a*+` for `(a*)+`.

The result is in the part of their languages that Rust's `regex`, which takes linear time, and
Python's `regex` in its version 1 share.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache

import polars as pl

from mtopendata.package.constraint import UnusableConstraintError
from mtopendata.package.patterns.classes import DEEPEST, character_class
from mtopendata.package.patterns.signs import escaped, literal

MOST_REPEATED = 1000
"""How many characters the repetitions of an expression may write out for Rust, which looks at all
of them for each of a text: `([a-z]{0,300}){0,300}` takes minutes for one of some pages.
"""


@dataclass(frozen=True, slots=True)
class Translation:
    """`text` is for the engines. `is_linear`: Rust can run it in a time that grows with the text.
    `size`: how many characters it has once its repetitions are written out. `choices`: where an
    engine that goes back can choose how much it reads, which it does for all of them together.
    """

    text: str
    is_linear: bool
    size: int
    choices: int


@lru_cache(maxsize=1000)  # a descriptor has few patterns, each of which several checks ask for
def translated(pattern: str) -> Translation:
    """A pattern as the engines read it. UnusableConstraintError: it means nothing, or two things;
    the message says what.
    """
    return _Reader(pattern).read()


def is_known(text: str) -> bool:
    """Whether Rust can run an expression."""
    try:
        pl.Series(["x"]).str.contains(text)
    except pl.exceptions.ComputeError:
        return False
    return True


_REPETITION = re.compile(
    r"(?:[?*+]|\{(?P<least>[0-9]{0,9})(?P<comma>,)?(?P<most>[0-9]{0,9})\})(?P<how>[?+]?)"
)
_GROUP = re.compile(
    r"\(\?(?:(?P<comment>#[^)]*\))"
    r"|(?P<on>[a-zA-Z]*)(?:-(?P<off>[a-zA-Z]+))?(?P<scope>[:)])"
    r"|P?<(?P<name>[A-Za-z_]\w{0,50})>"
    r"|P=(?P<same>\w{1,50})\)"
    r"|(?P<look><?[=!])"
    r"|(?P<atomic>>)"
    r"|\((?P<condition>\w{1,50})\))",
    re.ASCII,
)
_REFERENCE = re.compile(r"\\(?:([1-9][0-9]?)|k<(\w{1,50})>)", re.ASCII)
_EDGES = {"b": r"\b", "B": r"\B", "A": r"\A", "Z": r"\z", "z": r"\z"}


@dataclass(slots=True)
class _Group:
    """A group that is not closed yet, with the flags and the size of what stands before it."""

    flags: frozenset[str]
    size: int
    is_look: bool = False


@dataclass(slots=True)
class _Reader:
    """`last` says what stands before: an `atom`, the `end` of the text, or neither."""

    pattern: str
    at: int = 0
    out: list[str] = field(default_factory=list)
    last: str = ""
    flags: frozenset[str] = frozenset()
    groups: list[_Group] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=dict)
    count: int = 0
    size: int = 0
    written: int = 0
    choices: int = 0
    backtracks: bool = False
    brackets: set[str] = field(default_factory=set)

    def read(self) -> Translation:
        while self.at < len(self.pattern):
            sign = self.pattern[self.at]
            if not self._is_left_out():
                _READ.get(sign, _Reader._literal)(self)
        if self.groups:
            raise UnusableConstraintError("a ( is not closed")
        if len(self.brackets) > 1:
            raise UnusableConstraintError(
                "its brackets may be meant in two ways: write \\[ and \\] for those that stand for "
                "themselves, and [a-z-[aeiou]] for a class without some of its characters"
            )
        text = "".join(self.out)
        is_short = self.size - self.written <= MOST_REPEATED
        is_linear = is_short and not self.backtracks and is_known(text)
        return Translation(text, is_linear, self.size, self.choices)

    # What stands for characters

    def _literal(self) -> None:
        sign = self.pattern[self.at]
        if sign == "]":
            self.brackets.add(sign)
        self.at += 1
        self._atom(literal(sign).text)

    def _dot(self) -> None:
        self.at += 1
        self._atom(r"(?s:.)" if "s" in self.flags else r"[^\n\r]")

    def _class(self) -> None:
        text, self.at, has_bracket = character_class(self.pattern, self.at, is_known)
        if has_bracket:
            self.brackets.add("[")
        self._atom(text)

    def _escape(self) -> None:
        sign = self.pattern[self.at + 1 : self.at + 2]
        if sign in _EDGES:
            self.at += 2
            self._edge(_EDGES[sign], sign)
        elif found := _REFERENCE.match(self.pattern, self.at):
            self.at = found.end()
            self._refer(found[1] or found[2])
        else:
            one, self.at = escaped(self.pattern, self.at, is_known)
            self._atom(one.text)

    def _refer(self, name: str) -> None:
        self._atom(rf"(?:\{self._number(name)})")

    def _number(self, name: str) -> int:
        """The number of a group by its number or name."""
        number = int(name) if name.isdigit() else self.names.get(name, 0)
        if not 0 < number <= self.count:
            raise UnusableConstraintError(f"there is no group {name} before its reference")
        self.backtracks = True
        return number

    def _atom(self, text: str, size: int = 1) -> None:
        """Write what stands for characters, and how often it is repeated."""
        while self.at < len(self.pattern) and self._is_left_out():
            pass
        found = _REPETITION.match(self.pattern, self.at)
        if found and found["least"] is not None and not (found["least"] or found["most"]):
            found = None
        if self.last == "end" and not (found and found[0][0] in "?*{"):
            raise UnusableConstraintError(
                "nothing follows the end, $: write \\$ for the sign itself"
            )
        self.out.append(text)
        self.last = "atom"
        self.written += text != ")"
        if found:
            self.at = found.end()
            size *= self._repeat(found)
            self.choices += 2 if text == ")" else found[0] != f"{{{found['least']}}}"
        self.size += size

    def _repeat(self, found: re.Match[str]) -> int:
        """Write a repetition; return how often it repeats at most, as far as that is counted."""
        sign = found[0][0]
        self.backtracks |= found["how"] == "+"
        if sign != "{":
            self.out.append(found[0])
            self.last = "atom" if sign == "+" else ""
            return 1
        least = int(found["least"] or 0)
        most = int(found["most"] or 0) if found["comma"] else least
        if found["most"] and most < least:
            raise UnusableConstraintError(f"{found[0]} ends before it begins")
        bounds = f"{least},{found['most']}" if found["comma"] else f"{least}"
        self.out.append(f"{{{bounds}}}{found['how']}")
        self.last = "atom" if least else ""
        return max(least, most, 1)

    # What stands between them

    def _edge(self, text: str, sign: str) -> None:
        self.out.append(text)
        self.last = "end" if sign in ("$", "Z", "z") and "m" not in self.flags else ""

    def _begin(self) -> None:
        self.at += 1
        if self.last == "atom" and "m" not in self.flags:
            raise UnusableConstraintError(
                "nothing precedes the beginning, ^: write \\^ for the sign itself"
            )
        self._edge("(?m:^)" if "m" in self.flags else r"\A", "^")

    def _end(self) -> None:
        self.at += 1
        self._edge("(?m:$)" if "m" in self.flags else r"\z", "$")

    def _alternative(self) -> None:
        self.at += 1
        self.choices += 1
        self._edge("|", "|")

    def _repeated_nothing(self) -> None:
        sign = self.pattern[self.at]
        raise UnusableConstraintError(
            f"the {sign} at character {self.at + 1} has nothing to repeat: "
            f"write \\{sign} for the sign itself"
        )

    def _brace(self) -> None:
        if found := re.compile(r"\{[0-9, ]*\}").match(self.pattern, self.at):
            raise UnusableConstraintError(
                f"{found[0]} is no repetition: it is written as in {{2,5}} and stands behind what "
                "is repeated; a brace for itself is written \\{"
            )
        self._literal()

    def _is_left_out(self) -> bool:
        """Skip a blank or a comment that the flag x leaves out."""
        found = "x" in self.flags and re.compile(r"\s|#[^\n]*").match(self.pattern, self.at)
        if found:
            self.at = found.end()
        return bool(found)

    # Groups

    def _open(self) -> None:
        if len(self.groups) >= DEEPEST:
            raise UnusableConstraintError(f"more than {DEEPEST} groups lie within each other")
        if not self.pattern.startswith("(?", self.at):
            self.at += 1
            self._open_group("(", is_counted=True)
            return
        found = _GROUP.match(self.pattern, self.at)
        if found is None:
            raise UnusableConstraintError(
                f"{self.pattern[self.at : self.at + 4]} at character {self.at + 1} begins no group"
            )
        self.at = found.end()
        if found["name"]:
            if found["name"] in self.names:
                raise UnusableConstraintError(f"two groups are called {found['name']}")
            self.names[found["name"]] = self.count + 1
            self._open_group("(", is_counted=True)
        elif found["same"]:
            self._refer(found["same"])
        elif found["look"] or found["atomic"]:
            self.backtracks = True
            self._open_group(found[0], is_look=bool(found["look"]))
        elif found["condition"]:
            self._open_group(f"(?({self._number(found['condition'])})")
        elif not found["comment"]:
            self._set_flags(found)

    def _open_group(self, text: str, *, is_counted: bool = False, is_look: bool = False) -> None:
        self.count += is_counted
        self.groups.append(_Group(self.flags, self.size, is_look))
        self.size = 0
        self._edge(text, "(")

    def _set_flags(self, found: re.Match[str]) -> None:
        on, off, scope = found["on"], found["off"] or "", found["scope"]
        if odd := set(on + off) - set("imsxu"):
            raise UnusableConstraintError(f"the flag {min(odd)} is none of i, m, s and x")
        if scope == ")" and not set(self.out) <= {r"\A", "(?i)", "(?-i)"}:
            raise UnusableConstraintError(f"{found[0]} does not stand at the beginning")
        if scope == ":":
            self._open_group("(?:")
        self.flags = (self.flags | set(on)) - set(off)
        if "i" in on + off:
            self.out.append("(?i)" if "i" in on else "(?-i)")

    def _close(self) -> None:
        if not self.groups:
            raise UnusableConstraintError(
                f"the ) at character {self.at + 1} closes nothing: write \\) for itself"
            )
        self.at += 1
        group, inner = self.groups.pop(), self.size
        self.flags, self.size, self.last = group.flags, group.size, ""
        self._atom(")", max(inner, 1))
        if group.is_look:
            self.last = ""


_READ = {
    "\\": _Reader._escape,
    "[": _Reader._class,
    "(": _Reader._open,
    ")": _Reader._close,
    "|": _Reader._alternative,
    "^": _Reader._begin,
    "$": _Reader._end,
    ".": _Reader._dot,
    "{": _Reader._brace,
    "*": _Reader._repeated_nothing,
    "+": _Reader._repeated_nothing,
    "?": _Reader._repeated_nothing,
}
