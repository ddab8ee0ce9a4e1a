"""A script read back: it is whole, and has each rule, or says why it does not."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from mtopendata.release.model import Release
from mtopendata.release.proof import UnprovenError
from mtopendata.release.tables import tables_of
from mtopendata.release.vtl.script import LEFT_OUT
from mtopendata.release.vtl.spelling import comment, unique_words
from mtopendata.rules.model import Rule
from mtopendata.rules.reading import readable_rules

_TOKENS = re.compile(
    r'(?P<comment>/\*.*?\*/)|(?P<text>"[^"]*")|(?P<code>[^"/]+|/(?!\*))', re.DOTALL
)
_KEPT = re.compile(r"^(\w+) <- check_datapoint\(", re.MULTILINE)


def prove_script(release: Release, path: Path) -> None:
    """UnprovenError: a comment or a text has no end, a rule is not there, or code is there that
    belongs to no rule of the release.
    """
    rules = readable_rules(tables_of(release))
    try:
        text = path.read_text("utf-8")
    except (OSError, ValueError) as error:
        raise UnprovenError(path, f"cannot be read ({error})") from error
    for fault in _script_faults(text, list(rules.values())):
        raise UnprovenError(path, fault)


def _script_faults(text: str, rules: list[Rule]) -> Iterator[str]:
    tokens = list(_TOKENS.finditer(text))
    if "".join(token[0] for token in tokens) != text:
        yield "has a comment or a text without an end"
        return
    about: dict[str, list[str]] = {}
    for token in tokens:
        if token["comment"]:
            words = " ".join(token[0].split())
            about.setdefault(words.partition(":")[0], []).append(words)
    kept = _KEPT.findall("".join(token["code"] or token["text"] or "" for token in tokens))
    if len(set(kept)) < len(kept):
        yield "checks one rule twice"
    by_rule = _by_beginning(kept)
    told: set[str] = set()
    for rule, word in zip(rules, unique_words(rule.name for rule in rules), strict=True):
        own = _datasets_of(rule, word, by_rule)
        told |= own
        yield from _fault_of_rule(rule, about, has_code=bool(own))
    if others := set(kept) - told:
        yield f"has {min(others)[:50]!r}, which is no rule of the package"


def _fault_of_rule(
    rule: Rule, about: Mapping[str, Sequence[str]], *, has_code: bool
) -> Iterator[str]:
    """What is missing of a rule: its comment, or its code without a reason."""
    head = " ".join(comment(f"{rule.name}: {rule.title}")[:-3].split())
    said = [words for words in about.get(head.partition(":")[0], ()) if words.startswith(head)]
    if not said:
        yield f"does not speak of the rule {rule.name[:50]!r}"
    elif not has_code and not any(LEFT_OUT.strip() in words for words in said):
        yield f"does not have the rule {rule.name[:50]!r}, and does not say why"


def _datasets_of(rule: Rule, word: str, by_beginning: Mapping[str, Sequence[str]]) -> set[str]:
    """The datasets of a rule that are there: in an area only where it is of parts of areas."""
    name = f"checked_{word}"
    there = by_beginning.get(name, ())
    return set(there) if rule.parts else {name}.intersection(there)


def _by_beginning(names: list[str]) -> dict[str, list[str]]:
    """The datasets by their names, and by what stands in these before an area."""
    found: dict[str, list[str]] = {}
    for name in names:
        parts = name.split("_in_")
        for count in range(1, len(parts) + 1):
            found.setdefault("_in_".join(parts[:count]), []).append(name)
    return found
