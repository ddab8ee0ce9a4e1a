"""The rules and their terms as a package states them in its tables."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from mtopendata.ledger.outcome import Item, untested
from mtopendata.ledger.report import Finding
from mtopendata.reading.tables import Table
from mtopendata.rules.model import Rule, Term
from mtopendata.rules.relations import RELATIONS
from mtopendata.rules.tables import has_rules, untyped_column

Row = Mapping[str, Any]


def readable_rules(tables: Mapping[str, Table]) -> dict[str, Rule]:
    """The rules of a package that can be read, by their names; none where it has no rules."""
    if not has_rules(tables) or untyped_column(tables):
        return {}
    rules, _ = read_rules(tables["rules"], tables["rule_terms"])
    return {rule.name: rule for rule in rules}


def read_rules(rules: Table, terms: Table) -> tuple[list[Rule], list[Item]]:
    """The rules with their terms, in their own order; and what is no term or no rule."""
    stated = _read_terms(terms, set(rules.frame.get_column("rule")))
    found: list[Rule] = []
    faults: list[Item] = [*stated.faults]
    for index, row in enumerate(rules.frame.iter_rows(named=True)):
        name = row["rule"]
        if name is None:
            continue
        if name in stated.faulty:
            faults.append(untested("rule", name, "figures"))
        elif fault := _rule_fault(rules, index, row, stated.terms):
            faults.append(fault)
        else:
            found.append(
                Rule(
                    name,
                    RELATIONS[row["relation"]],
                    "warning" if row.get("severity") == "warning" else "error",
                    row.get("title") or name,
                    index,
                    tuple(stated.terms[name]),
                    tuple(stated.numbers.get(name, ())),
                )
            )
    return found, faults


def _rule_fault(rules: Table, index: int, row: Row, with_terms: Collection[str]) -> Finding | None:
    """Why a row of the rules states no rule."""
    name, relation = row["rule"], row["relation"]
    if relation not in RELATIONS:
        return rules.finding(
            "rule-relation",
            index,
            "relation",
            str(relation),
            f"{relation!r} is no relation that a rule can have",
            f"write {' or '.join(RELATIONS)}",
        )
    if name not in with_terms:
        return rules.finding(
            "rule-matches-nothing",
            index,
            "rule",
            name,
            f"the rule {name!r} has no terms",
            "add its terms to rule_terms",
        )
    return None


@dataclass(frozen=True, slots=True)
class _Stated:
    """The terms and their numbers by rule, and which rules have terms that cannot be used."""

    terms: dict[str, list[Term]] = field(default_factory=dict)
    numbers: dict[str, list[int]] = field(default_factory=dict)
    faults: list[Finding] = field(default_factory=list)
    faulty: set[str] = field(default_factory=set)


def _read_terms(table: Table, rules: Collection[str]) -> _Stated:
    """The terms in the order of their numbers."""
    stated = _Stated()
    schema = table.resource.schema
    is_foreign_key = schema and any(key.fields == ("rule",) for key in schema.foreign_keys)
    rows = table.frame.iter_rows(named=True)
    for index, row in sorted(enumerate(rows), key=lambda item: item[1].get("term") or 0):
        name = row["rule"]
        unusable = _unusable_column(row)
        if unusable is None and name not in rules and not is_foreign_key:
            unusable = "rule"
        if unusable is not None:
            stated.faults.append(_term_fault(table, index, unusable, row[unusable]))
            stated.faulty.add(name)
            continue
        if row.get("term") is not None:
            stated.numbers.setdefault(name, []).append(row["term"])
        stated.terms.setdefault(name, []).append(
            Term(
                Decimal(row["coefficient"]),
                row["measure"],
                row.get("area"),
                row.get("lag") or 0,
            )
        )
    return stated


def _unusable_column(row: Row) -> str | None:
    """The column whose cell makes a term useless."""
    coefficient = row["coefficient"]
    is_usable = {
        "rule": row["rule"] is not None,
        "measure": row["measure"] is not None,
        "coefficient": isinstance(coefficient, int | Decimal) and bool(coefficient),
        "lag": (row.get("lag") or 0) >= 0,
    }
    return next((column for column, usable in is_usable.items() if not usable), None)


def _term_fault(terms: Table, index: int, column: str, cell: object) -> Finding:
    return terms.finding(
        "rule-term",
        index,
        column,
        None if cell is None else str(cell),
        f"the term has no usable {column}",
        "give each term a rule that there is, a measure, an exact coefficient other than 0 and a "
        "lag of 0 or more years",
    )
