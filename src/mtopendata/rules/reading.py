"""The rules and their terms as a package states them in its tables."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, cast, get_args

from mtopendata.figures.tables import RULES, TERMS
from mtopendata.ledger.outcome import Item, untested
from mtopendata.ledger.report import Finding
from mtopendata.reading.tables import Table
from mtopendata.rules.hierarchies import Hierarchy, hierarchy_of
from mtopendata.rules.model import IfMissing, Rule, Term
from mtopendata.rules.relations import RELATIONS
from mtopendata.rules.tables import SCOPED, has_rules, untyped_column

Row = Mapping[str, Any]

AREA, PARTS = "area", "parts"
"""The scopes of a term: the area's own figure, or those of all areas directly below it."""


def readable_rules(tables: Mapping[str, Table]) -> dict[str, Rule]:
    """The rules of a package that can be read, by their names; none where it has no rules."""
    if not has_rules(tables) or untyped_column(tables):
        return {}
    rules, _ = read_rules(tables)
    return {rule.name: rule for rule in rules}


def read_rules(tables: Mapping[str, Table]) -> tuple[list[Rule], list[Item]]:
    """The rules of a package that has them, with their terms, in their own order; and what is no
    term or no rule.
    """
    rules = tables[RULES]
    stated = _read_terms(tables[TERMS], set(rules.frame.get_column("rule")), _scopes(tables))
    has_parts = any(term.of_parts for terms in stated.terms.values() for term in terms)
    areas = hierarchy_of(tables) if has_parts else Hierarchy()
    found: list[Rule] = []
    faults: list[Item] = [*stated.faults, *areas.faults]
    for index, row in enumerate(rules.frame.iter_rows(named=True)):
        name = row["rule"]
        if name is None:
            continue
        terms = tuple(stated.terms.get(name, ()))
        parts = _parts_of(terms, areas.parts)
        if name in stated.faulty or (areas.faults and parts is not None):
            faults.append(untested("rule", name, "figures"))
        elif fault := _rule_fault(rules, index, row, terms, parts):
            faults.append(fault)
        else:
            found.append(
                Rule(
                    name,
                    RELATIONS[row["relation"]],
                    "warning" if row.get("severity") == "warning" else "error",
                    row.get("title") or name,
                    index,
                    terms,
                    tuple(stated.numbers.get(name, ())),
                    parts or {},
                )
            )
    return found, faults


def _is_share(terms: Collection[Term]) -> bool:
    """Whether a share can have these terms: itself, its part, and its whole."""
    are_plain = all(t.coefficient == 1 and not t.lag and not t.of_parts for t in terms)
    return len(terms) == 3 and are_plain


def _parts_of(
    terms: Collection[Term], parts: Mapping[str, tuple[str, ...]]
) -> Mapping[str, tuple[str, ...]] | None:
    """The parts of the areas that the terms are over; None: of none."""
    wholes = [term.area for term in terms if term.of_parts]
    if not wholes:
        return None
    if None in wholes:
        return parts
    return {name: parts[name] for name in wholes if name is not None and name in parts}


def _rule_fault(
    rules: Table,
    index: int,
    row: Row,
    terms: Collection[Term],
    parts: Mapping[str, tuple[str, ...]] | None,
) -> Finding | None:
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
    if not terms:
        return rules.finding(
            "rule-matches-nothing",
            index,
            "rule",
            name,
            f"the rule {name!r} has no terms",
            "add its terms to rule_terms",
        )
    relation = RELATIONS[relation]
    if relation.is_share and not _is_share(terms):
        return rules.finding(
            "rule-terms",
            index,
            "rule",
            name,
            f"the rule {name!r} is a share, and has not the terms of one",
            "give it three terms with coefficient 1 and without a lag: the share in percent, the "
            "part, and the whole",
        )
    for whole in (term.area for term in terms if term.of_parts):
        if not parts or (whole is not None and whole not in parts):
            return rules.finding(
                "rule-matches-nothing",
                index,
                "rule",
                name,
                f"the rule {name!r} adds up the areas below {whole or 'an area'}: there are none",
                "give the table areas a column parent, with the area that each one is part of",
            )
    return None


@dataclass(frozen=True, slots=True)
class _Stated:
    """The terms and their numbers by rule, and which rules have terms that cannot be used."""

    terms: dict[str, list[Term]] = field(default_factory=dict)
    numbers: dict[str, list[int]] = field(default_factory=dict)
    faults: list[Finding] = field(default_factory=list)
    faulty: set[str] = field(default_factory=set)


def _scopes(tables: Mapping[str, Table]) -> Mapping[tuple[str, int], Row]:
    """What the table of scopes says of terms, by rule and number."""
    table = SCOPED.usable(tables)
    rows = table.frame.iter_rows(named=True) if table else ()
    return {(row["rule"], row["term"]): row for row in rows}


def _read_terms(
    table: Table, rules: Collection[str], scopes: Mapping[tuple[str, int], Row]
) -> _Stated:
    """The terms in the order of their numbers."""
    stated = _Stated()
    schema = table.resource.schema
    is_foreign_key = schema and any(key.fields == ("rule",) for key in schema.foreign_keys)
    rows = table.frame.iter_rows(named=True)
    for index, stated_row in sorted(enumerate(rows), key=lambda item: item[1].get("term") or 0):
        name = stated_row["rule"]
        row = _with_scope(stated_row, scopes.get((name, stated_row.get("term") or 0), {}))
        unusable = _unusable_column(row)
        if unusable is None and name not in rules and not is_foreign_key:
            unusable = "rule"
        if unusable is not None:
            stated.faults.append(_term_fault(table, index, unusable, row[unusable]))
            stated.faulty.add(name)
            continue
        if row.get("term") is not None:
            stated.numbers.setdefault(name, []).append(row["term"])
        stated.terms.setdefault(name, []).append(_term_of(row))
    return stated


def _with_scope(row: Row, beside: Row) -> Row:
    """The row of a term with what the table of scopes says of it."""
    return {**row, **{key: beside[key] for key in ("scope", "missing") if beside.get(key)}}


def _term_of(row: Row) -> Term:
    return Term(
        Decimal(row["coefficient"]),
        row["measure"],
        row.get("area"),
        row.get("lag") or 0,
        row.get("scope") == PARTS,
        cast("IfMissing", row.get("missing") or "undecided"),
    )


def _unusable_column(row: Row) -> str | None:
    """The column whose cell makes a term useless."""
    coefficient = row["coefficient"]
    is_usable = {
        "rule": row["rule"] is not None,
        "measure": row["measure"] is not None,
        "coefficient": isinstance(coefficient, int | Decimal) and bool(coefficient),
        "lag": (row.get("lag") or 0) >= 0,
        "scope": (row.get("scope") or AREA) in (AREA, PARTS),
        "missing": (row.get("missing") or "undecided") in get_args(IfMissing),
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
        f"lag of 0 or more years; scope is {AREA} or {PARTS}, missing is "
        f"{' or '.join(get_args(IfMissing))}",
    )
