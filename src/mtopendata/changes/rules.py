"""The rules of two versions of a package, compared by what they say."""

from collections.abc import Mapping
from dataclasses import dataclass

from mtopendata.changes.rows import Kind
from mtopendata.reading.tables import Table
from mtopendata.rules.reading import readable_rules
from mtopendata.rules.words import statement


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A rule's statement, such as `a + b = c (error)`, before and after; None: there was none."""

    kind: Kind
    rule: str
    before: str | None
    after: str | None


def rule_changes(old: Mapping[str, Table], new: Mapping[str, Table]) -> list[RuleChange]:
    """The rules that were added, withdrawn, or say something else; none where there are no rules.

    A rule that cannot be read is left out: it is a finding of the validation.
    """
    before, after = _statements(old), _statements(new)
    changes = []
    for name in [*after, *(name for name in before if name not in after)]:
        was, is_ = before.get(name), after.get(name)
        if was != is_:
            kind: Kind = "added" if was is None else "withdrawn" if is_ is None else "changed"
            changes.append(RuleChange(kind, name, was, is_))
    return changes


def _statements(tables: Mapping[str, Table]) -> dict[str, str]:
    rules = readable_rules(tables)
    return {name: f"{statement(rule)} ({rule.severity})" for name, rule in rules.items()}
