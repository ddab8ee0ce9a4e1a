"""Terms × figures → satisfied, violated or undecided, in exact interval arithmetic.

A rule is a linear relation: Σ coefficient × figure `=` 0 or `<=` 0. Each figure is an interval, and
so is the sum. `=` is violated where 0 lies outside it, `<=` where its lower end is above 0; a rule
is satisfied where the interval leaves no other choice, and undecided else. A figure that is not
there has no bounds. See R's packages validate and errorlocate for the vocabulary.

The terms of a rule fall into groups by what their figures vary with: a term without an area goes
with the area being checked, a term with one does not; a lagged term goes with a later period. Each
group is summed by its own keys, and the sums are joined: no row is multiplied.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any, cast

import polars as pl

from mtopendata.figures.printed import EXACT, interval, read_printed
from mtopendata.ledger.report import Check, Finding, Report, RuleInstance, Severity, State
from mtopendata.reading.options import Options
from mtopendata.reading.queries import collect
from mtopendata.reading.tables import Table
from mtopendata.values.cells import plain

PLACE = ("area", "period", "source")
"""What a rule is checked for, each by each."""


@dataclass(frozen=True, slots=True)
class Term:
    """`area` None: the area being checked. `lag`: years before the period being checked."""

    coefficient: Decimal
    measure: str
    area: str | None
    lag: int


@dataclass(frozen=True, slots=True)
class Rule:
    """`relation` is `=` or `<=`; `row` is the rule's own in its table. `numbers` are those that the
    terms bear, none where they bear none.
    """

    name: str
    relation: str
    severity: Severity
    title: str
    row: int
    terms: tuple[Term, ...]
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the figures as an interval; None: no bound on that side."""

    value: Decimal | None
    lower: Decimal | None
    upper: Decimal | None
    source: str | None
    row: int
    printed: str | None
    unit: str | None


Key = tuple[str, str | None, int | None]
Figures = Mapping[Key, Sequence[Figure]]


def has_rules(tables: Mapping[str, Table]) -> bool:
    """Whether a package has figures, and rules over them."""
    return all(name in tables and tables[name].has(_NEEDED[name]) for name in TABLES)


def untyped_column(tables: Mapping[str, Table]) -> str | None:
    """The first column that has no type with which a rule could be evaluated; None: all have."""
    for resource in TABLES:
        table = tables[resource]
        for name, types in _TYPES[resource].items():
            if table.has([name]) and not table.is_typed([name], *types):
                return f"{resource}.{name}"
    return None


TABLES = ("figures", "rules", "rule_terms")
_NEEDED = {
    "figures": ("measure", "value"),
    "rules": ("rule", "relation"),
    "rule_terms": ("rule", "coefficient", "measure"),
}
_TEXT, _WHOLE = (pl.String,), (pl.Int64,)
_NUMBER = (pl.Int64, pl.Int128, pl.Decimal, pl.Float64)
_TYPES: dict[str, dict[str, tuple[type[pl.DataType], ...]]] = {
    "figures": {
        "measure": _TEXT, "area": _TEXT, "period": _WHOLE, "source": _TEXT, "value": _NUMBER,
        "lower": _NUMBER, "upper": _NUMBER, "printed": _TEXT, "unit": _TEXT,
    },
    "rules": {"rule": _TEXT, "relation": _TEXT, "severity": _TEXT, "title": _TEXT},
    "rule_terms": {
        "rule": _TEXT, "term": _WHOLE, "coefficient": _NUMBER, "measure": _TEXT, "area": _TEXT,
        "lag": _WHOLE,
    },
}  # fmt: skip


def check_rules(tables: Mapping[str, Table], report: Report, options: Options) -> None:
    """Evaluate every rule wherever it applies; a ledger row each.

    `has_rules` must be true, and the keys of the three tables must hold.
    """
    with localcontext(EXACT):
        _check_rules(tables, report, options)


def _check_rules(tables: Mapping[str, Table], report: Report, options: Options) -> None:
    figures = tables["figures"]
    frame = _intervals(figures)
    if frame is None:
        report.add(
            _fault(
                figures, None, "rule-arithmetic",
                "the figures are not exact numbers, so that no rule can be decided",
                "write plain decimals: no exponents, NaN or INF",
            )
        )  # fmt: skip
        return
    measures = set(frame.get_column("measure").unique())
    units = _units(figures)
    are_counts = (frame.get_column("lower").min() or 0) >= 0  # type: ignore[operator]
    for rule in read_rules(tables["rules"], tables["rule_terms"], report):
        if not any(term.measure in measures and not term.lag for term in rule.terms):
            report.add(
                _fault(
                    tables["rules"], rule.row, "rule-matches-nothing",
                    f"no unlagged term of the rule {rule.name!r} names a measure that has a figure",
                    "correct the measures in rule_terms",
                )
            )  # fmt: skip
            report.checks.append(Check(rule.name, "rule", figures.resource.name, "polars", 0, 0))
            continue
        if fault := _incoherence(rule, units, bool(are_counts)):
            report.add(
                _fault(
                    tables["rules"], rule.row, "rule-terms", f"the rule {rule.name!r} {fault}",
                    "look whether its terms in rule_terms are what is meant", "warning",
                )
            )  # fmt: skip
        _check_rule(rule, figures, frame, report, options)


def _units(figures: Table) -> dict[str, set[str]]:
    """The units of each measure's figures; nothing where figures have no units."""
    found: dict[str, set[str]] = {}
    if figures.is_typed(["unit"], pl.String):
        pairs = figures.frame.select("measure", "unit").drop_nulls().unique()
        for measure, unit in pairs.iter_rows():
            found.setdefault(measure, set()).add(unit)
    return found


def _incoherence(rule: Rule, units: Mapping[str, set[str]], are_counts: bool) -> str | None:
    """What makes it doubtful that the terms are those that were meant, or None.

    `are_counts`: no figure is negative, so that a sum of one sign has nothing to be held against.
    """
    named = [(term.measure, term.area, term.lag) for term in rule.terms]
    if len(set(named)) < len(named):
        return "has two terms for one figure"
    if rule.numbers and rule.numbers != tuple(range(1, len(rule.terms) + 1)):
        return f"has terms numbered {', '.join(map(str, rule.numbers))}: is one missing?"
    used = set().union(*(units.get(term.measure, set()) for term in rule.terms))
    if len(used) > 1:
        return f"compares {' with '.join(sorted(used))}"
    positive = [term.coefficient > 0 for term in rule.terms]
    if are_counts and (not any(positive) or (rule.relation == "=" and all(positive))):
        return "has coefficients of one sign, so that it cannot be what is meant"
    return None


def read_rules(rules: Table, terms: Table, report: Report) -> list[Rule]:
    """The rules with their terms, in their own order; what is no rule goes to `report`."""
    by_rule: dict[str, list[Term]] = {}
    numbers: dict[str, list[int]] = {}
    faulty: set[str] = set()
    names = set(rules.frame.get_column("rule"))
    schema = terms.resource.schema
    is_foreign_key = schema and any(key.fields == ("rule",) for key in schema.foreign_keys)
    columns = ["rule", "coefficient", "measure"]
    optional = [name for name in ("area", "lag", "term") if terms.has((name,))]
    rows = terms.frame.select(columns + optional).iter_rows(named=True)
    numbered = sorted(enumerate(rows), key=lambda pair: pair[1].get("term") or 0)
    for index, row in numbered:
        coefficient, lag = row["coefficient"], row.get("lag") or 0
        broken = (
            "rule" if row["rule"] is None
            else "measure" if row["measure"] is None
            else "coefficient" if not isinstance(coefficient, int | Decimal) or not coefficient
            else "lag" if lag < 0
            else "rule" if row["rule"] not in names and not is_foreign_key
            else None
        )  # fmt: skip
        if broken:
            cell = row[broken]
            report.add(
                terms.finding(
                    "rule-term", index, broken, None if cell is None else str(cell),
                    f"the term has no usable {broken}",
                    "give each term a rule that there is, a measure, an exact coefficient other "
                    "than 0 and a lag of 0 or more years",
                )
            )  # fmt: skip
            faulty.add(row["rule"])
            continue
        if row.get("term") is not None:
            numbers.setdefault(row["rule"], []).append(row["term"])
        by_rule.setdefault(row["rule"], []).append(
            Term(Decimal(coefficient), row["measure"], row.get("area"), lag)
        )
    found = []
    for index, row in enumerate(rules.frame.iter_rows(named=True)):
        if row["rule"] is None or row["rule"] in faulty:
            if row["rule"] in faulty:
                report.checks.append(Check(row["rule"], "rule", "figures", "none", 0, 0))
            continue
        if row["relation"] not in ("=", "<="):
            report.add(
                rules.finding(
                    "rule-relation", index, "relation", str(row["relation"]),
                    f"{row['relation']!r} is no relation that a rule can have", "write = or <=",
                )
            )  # fmt: skip
            continue
        if row["rule"] not in by_rule:
            report.add(
                rules.finding(
                    "rule-matches-nothing", index, "rule", row["rule"],
                    f"the rule {row['rule']!r} has no terms", "add its terms to rule_terms",
                )
            )  # fmt: skip
            continue
        severity: Severity = "warning" if row.get("severity") == "warning" else "error"
        title = row.get("title") or row["rule"]
        found.append(
            Rule(
                row["rule"],
                row["relation"],
                severity,
                title,
                index,
                tuple(by_rule[row["rule"]]),
                tuple(numbers.get(row["rule"], ())),
            )
        )
    return found


def _fault(
    table: Table, row: int | None, code: str, message: str, hint: str, severity: Severity = "error"
) -> Finding:
    resource = table.resource
    line = None if row is None else table.lines[row]
    return Finding(code, severity, message, hint, resource.name, resource.path, line)


# Sums


def _intervals(figures: Table) -> pl.DataFrame | None:
    """The figures' keys and bounds as whole numbers, scaled alike; None where they are floats.

    A package that states no bounds has exact figures.
    """
    bounds = ["lower", "upper"] if figures.has(("lower", "upper")) else ["value", "value"]
    frame = figures.frame
    columns = [frame.get_column(name) for name in bounds]
    if any(not column.dtype.is_numeric() or column.dtype.is_float() for column in columns):
        return None
    scales = [c.dtype.scale if isinstance(c.dtype, pl.Decimal) else 0 for c in columns]
    scale = max(scales)
    whole = []
    for column in columns:
        if scale:
            # A Decimal is a 128-bit whole number of its last decimals.
            column = column.cast(pl.Decimal(38, scale)).to_physical()
        elif isinstance(column.dtype, pl.Decimal):
            column = column.to_physical()
        whole.append(column)
    small = _largest(whole) < 2**31
    whole = [column.cast(pl.Int64 if small else pl.Int128) for column in whole]
    return pl.DataFrame(
        [
            frame.get_column("measure"),
            *(
                frame.get_column(name)
                if name in frame.columns
                else pl.repeat(None, frame.height, dtype=_ABSENT[name], eager=True).alias(name)
                for name in PLACE
                if name in frame.columns or name != "source"  # no source: one key less to group by
            ),
            whole[0].alias("lower"),
            whole[1].alias("upper"),
        ]
    )


def _largest(columns: Sequence[pl.Series]) -> int:
    """The largest magnitude in some whole-numbered columns."""
    ends = [end for column in columns for end in (column.min(), column.max())]
    return max(abs(cast("int", end or 0)) for end in ends)


def _scale(rule: Rule) -> int:
    """Both sides of a rule times ten to this power have whole coefficients."""
    return max(0, *(-cast("int", term.coefficient.as_tuple().exponent) for term in rule.terms))


_ABSENT: dict[str, pl.DataType] = {"area": pl.String(), "period": pl.Int64(), "source": pl.String()}


def _check_rule(
    rule: Rule, figures: Table, frame: pl.DataFrame, report: Report, options: Options
) -> None:
    weights = sum(abs(term.coefficient.scaleb(_scale(rule))) for term in rule.terms)
    if weights >= 2**31:
        frame = frame.with_columns(pl.col("lower", "upper").cast(pl.Int128))
    if weights * _largest([frame.get_column("lower"), frame.get_column("upper")]) >= 2**126:
        report.add(
            _fault(
                figures, None, "rule-arithmetic",
                f"the sums of the rule {rule.name!r} have more than 38 digits",
                "use smaller coefficients",
            )
        )  # fmt: skip
        report.checks.append(Check(rule.name, "rule", figures.resource.name, "polars", 0, 0))
        return
    sums = _sums(rule, frame.lazy()).collect()
    lower_known = pl.col("lower_open") == 0
    upper_known = pl.col("upper_open") == 0
    above = lower_known & (pl.col("lower") > 0)
    if rule.relation == "=":
        violated = above | (upper_known & (pl.col("upper") < 0))
        satisfied = lower_known & upper_known & (pl.col("lower") == 0) & (pl.col("upper") == 0)
    else:
        violated = above
        satisfied = upper_known & (pl.col("upper") <= 0)
    sums = sums.select(
        *PLACE,
        state=pl.when(violated)
        .then(pl.lit("violated"))
        .when(satisfied)
        .then(pl.lit("satisfied"))
        .otherwise(pl.lit("undecided")),
    )
    counts = dict(sums.get_column("state").value_counts().iter_rows())
    report.undecided += counts.get("undecided", 0)
    places = pl.concat(
        sums.filter(state=state).sort(PLACE).head(options.limit)
        for state in ("violated", "undecided", "satisfied")
    )
    findings = []
    known = _lookup(rule, places, figures)
    for area, period, source, state in places.iter_rows():
        terms = [_figure(term, area, period, source, known) for term in rule.terms]
        equation = _equation(rule, terms, state)
        report.rules.append(
            RuleInstance(rule.name, area, period, source, cast("State", state), equation)
        )
        if state == "violated":
            place = ", ".join(str(part) for part in (area, period, source) if part is not None)
            findings.append(_violation(rule, terms, place, equation, figures))
    if not sums.height:
        report.add(
            _fault(
                figures, None, "rule-matches-nothing",
                f"the rule {rule.name!r} applies in no area and period",
                "correct its terms: at least one without a lag must have a figure",
            )
        )  # fmt: skip
    failed = counts.get("violated", 0)
    check = Check(rule.name, "rule", figures.resource.name, "polars", sums.height, failed)
    report.record(check, findings, rule.severity)


def _sums(rule: Rule, frame: pl.LazyFrame) -> pl.LazyFrame:
    """The rule's sum in each place where it applies: lower, upper, and how many bounds lack."""
    scale = _scale(rule)
    here = [term for term in rule.terms if not term.lag]
    source = [name for name in frame.collect_schema().names() if name == "source"]
    local = [term for term in here if term.area is None]
    fixed = [term for term in here if term.area is not None]
    if local:
        named = sorted({term.area for term in rule.terms if term.area is not None})
        total = _sum(frame, local, ("area", "period", *source), scale)
        total = total.filter(~pl.col("area").is_in(named).fill_null(value=False))
        if fixed:
            total = _add(total, _sum(frame, fixed, ("period", *source), scale))
    else:
        total = _sum(frame, fixed, ("period", *source), scale).with_columns(
            area=pl.lit(None, pl.String)
        )
    for lag in sorted({term.lag for term in rule.terms} - {0}):
        # An earlier year stands in another source: what any of its sources leaves open is open.
        earlier = (
            frame.group_by("measure", "area", "period")
            .agg(
                pl.when(~pl.col("lower").has_nulls()).then(pl.col("lower").min()).first(),
                pl.when(~pl.col("upper").has_nulls()).then(pl.col("upper").max()).first(),
            )
            .with_columns(pl.col("period") + lag)
        )
        for is_local, keys in ((True, ("area", "period")), (False, ("period",))):
            terms = [t for t in rule.terms if t.lag == lag and (t.area is None) == is_local]
            if terms:
                total = _add(total, _sum(earlier, terms, keys, scale))
    missing = len(rule.terms) - pl.col("terms")
    total = total.with_columns(pl.col("lower_open", "upper_open") + missing)
    return total if source else total.with_columns(source=pl.lit(None, pl.String))


def _sum(
    frame: pl.LazyFrame, terms: Sequence[Term], keys: Sequence[str], scale: int
) -> pl.LazyFrame:
    """Σ coefficient × figure of some terms by `keys`; bounds swap where a coefficient is
    negative.
    """
    by_area = any(term.area is not None for term in terms)
    weights = pl.LazyFrame(
        {
            "measure": [term.measure for term in terms],
            **({"area": [term.area for term in terms]} if by_area else {}),
            "weight": [int(term.coefficient.scaleb(scale)) for term in terms],
        },
        schema={
            "measure": pl.String,
            **({"area": pl.String} if by_area else {}),
            "weight": frame.collect_schema()["lower"],
        },
    )
    weight = pl.col("weight")
    lower, upper = pl.col("lower"), pl.col("upper")
    return (
        frame.join(weights, on=["measure", "area"] if by_area else ["measure"])
        .with_columns(
            lower=pl.when(weight > 0).then(lower).otherwise(upper) * weight,
            upper=pl.when(weight > 0).then(upper).otherwise(lower) * weight,
        )
        .group_by(keys)
        .agg(
            lower.sum(),
            upper.sum(),
            lower_open=lower.null_count(),
            upper_open=upper.null_count(),
            terms=pl.len(),
        )
        .with_columns(pl.col("lower_open", "upper_open", "terms").cast(pl.Int64))
    )


_PARTS = ("lower", "upper", "lower_open", "upper_open", "terms")


def _add(total: pl.LazyFrame, part: pl.LazyFrame) -> pl.LazyFrame:
    """`total` plus the sums of `part` in the same place, where there are any."""
    keys = [name for name in part.collect_schema().names() if name not in _PARTS]
    place = [name for name in total.collect_schema().names() if name not in _PARTS]
    return total.join(part, on=keys, how="left", nulls_equal=True, suffix="_more").select(
        *place, *(pl.col(name) + pl.col(f"{name}_more").fill_null(0) for name in _PARTS)
    )


# Words


def _lookup(rule: Rule, places: pl.DataFrame, figures: Table) -> Figures:
    """The figures that take part in the rule in these places."""
    wanted = {
        (term.measure, area if term.area is None else term.area,
         None if period is None else period - term.lag)
        for area, period in places.select("area", "period").unique().iter_rows()
        for term in rule.terms
    }  # fmt: skip
    frame = figures.frame
    present = [name for name in ("area", "period") if name in frame.columns]
    names = ("measure", "area", "period")
    keys = pl.DataFrame(
        sorted(wanted, key=str),
        schema={"measure": pl.String, **{n: _ABSENT[n] for n in names[1:]}},
        orient="row",
    ).select("measure", *present)
    found: dict[Key, list[Figure]] = {}
    rows = collect(
        frame.lazy()
        .select(name for name in frame.columns if name in _TYPES["figures"])
        .with_row_index("row")
        .join(keys.unique().lazy(), on=["measure", *present], how="semi", nulls_equal=True),
        frame.height,
    ).iter_rows(named=True)
    exact = "lower" not in frame.columns or "upper" not in frame.columns
    for row in rows:
        key = (row["measure"], row.get("area"), row.get("period"))
        value, lower, upper = (
            None if row.get(name) is None else Decimal(row[name])
            for name in (("value",) * 3 if exact else ("value", "lower", "upper"))
        )
        found.setdefault(key, []).append(
            Figure(
                value, lower, upper, row.get("source"), row["row"],
                row.get("printed"), row.get("unit"),
            )
        )  # fmt: skip
    return found


def _figure(
    term: Term, area: str | None, period: int | None, source: str | None, known: Figures
) -> Figure | None:
    key = (
        term.measure,
        area if term.area is None else term.area,
        None if period is None else period - term.lag,
    )
    candidates = known.get(key, ())
    if term.lag:
        return candidates[0] if candidates else None
    return next((figure for figure in candidates if figure.source == source), None)


def _shown(figure: Figure | None) -> str:
    if figure is None or (figure.lower is None and figure.upper is None):
        return "not reported" if figure is None or figure.value is None else "unbounded"
    if figure.lower == figure.upper and figure.lower is not None:
        return plain(figure.lower)
    return interval(figure.lower, figure.upper)


def statement(rule: Rule) -> str:
    """The rule in the codes of its measures: `cases_a + cases_b = cases`."""
    sides: tuple[list[str], list[str]] = ([], [])
    for term in rule.terms:
        weight = abs(term.coefficient)
        place = "" if term.area is None else f" in {term.area}"
        when = f" {term.lag} earlier" if term.lag else ""
        text = ("" if weight == 1 else f"{plain(weight)} × ") + term.measure + place + when
        sides[term.coefficient < 0].append(text)
    left, right = (" + ".join(side) or "0" for side in sides)
    return f"{left} {'=' if rule.relation == '=' else '≤'} {right}"


def _equation(rule: Rule, figures: Sequence[Figure | None], state: str) -> str:
    """The rule in numbers: `7 + 22 + 0 = 29`."""
    sides: tuple[list[str], list[str]] = ([], [])
    sums = [Decimal(0), Decimal(0)]
    exact = True
    for term, figure in zip(rule.terms, figures, strict=True):
        side = 0 if term.coefficient > 0 else 1
        weight = abs(term.coefficient)
        sides[side].append(("" if weight == 1 else f"{plain(weight)} × ") + _shown(figure))
        if figure is None or figure.lower is None or figure.lower != figure.upper:
            exact = False
        else:
            sums[side] += weight * figure.lower
    left, right = (" + ".join(side) or "0" for side in sides)
    if state != "violated":
        return f"{left} {'=' if rule.relation == '=' else '≤'} {right}"
    if rule.relation == "=" and exact and len(sides[0]) > 1:
        return f"{left} = {plain(sums[0])}, not {right}"
    return f"{left} {'≠' if rule.relation == '=' else '>'} {right}"


def _violation(
    rule: Rule, terms: Sequence[Figure | None], place: str, equation: str, figures: Table
) -> Finding:
    involved = [figure for figure in terms if figure is not None]
    rows = ", ".join(str(figures.lines[figure.row]) for figure in involved)
    culprit = _culprit(rule, terms)
    if culprit is not None:
        row, printed = culprit
        hint = (
            f"row {figures.lines[row]} is wrong: its printed text {printed!r} says otherwise, and "
            "with what is printed the rule holds"
        )
    elif all(_printed(figure) for figure in involved):
        hint = (
            f"the printed texts agree with rows {rows}, so compare each with the source"
            + _remedies(rule, terms, figures)
        )
    else:
        hint = f"compare rows {rows} with the source" + _remedies(rule, terms, figures)
    first = involved[0].row if culprit is None else culprit[0]
    return Finding(
        "rule", rule.severity, f"{rule.title}: {equation}" + (f" ({place})" if place else ""), hint,
        figures.resource.name, figures.resource.path, figures.lines[first], "value",
        None if culprit is None and involved[0].value is None else _cell(first, involved),
    )  # fmt: skip


def _cell(row: int, involved: Sequence[Figure]) -> str | None:
    value = next(figure.value for figure in involved if figure.row == row)
    return None if value is None else plain(value)


def _printed(figure: Figure) -> bool:
    return bool(figure.printed and figure.unit)


def _culprit(rule: Rule, terms: Sequence[Figure | None]) -> tuple[int, str] | None:
    """The one row whose cells differ from its printed text, where that text makes the rule hold."""
    suspects = []
    for index, figure in enumerate(terms):
        if figure is None or figure.printed is None or figure.unit is None:
            continue
        said = read_printed(figure.printed, figure.unit)
        if said and (said.lower, said.upper) != (figure.lower, figure.upper):
            mended = list(terms)
            mended[index] = Figure(
                said.value, said.lower, said.upper, figure.source, figure.row,
                figure.printed, figure.unit,
            )  # fmt: skip
            suspects.append((figure.row, figure.printed, mended))
    if len(suspects) != 1:
        return None
    row, printed, mended = suspects[0]
    return None if _is_violated(rule, mended) else (row, printed)


def _is_violated(rule: Rule, terms: Sequence[Figure | None]) -> bool:
    lower: Decimal | None = Decimal(0)
    upper: Decimal | None = Decimal(0)
    for term, figure in zip(rule.terms, terms, strict=True):
        ends = (None, None) if figure is None else (figure.lower, figure.upper)
        low, high = ends if term.coefficient > 0 else ends[::-1]
        lower = None if lower is None or low is None else lower + term.coefficient * low
        upper = None if upper is None or high is None else upper + term.coefficient * high
    above = lower is not None and lower > 0
    return above or (rule.relation == "=" and upper is not None and upper < 0)


def _remedies(rule: Rule, terms: Sequence[Figure | None], figures: Table) -> str:
    """For a balance of exact figures: the value that each row would need, if it alone was wrong."""
    exact = all(f is not None and f.lower is not None and f.lower == f.upper for f in terms)
    if rule.relation != "=" or not exact:
        return ""
    pairs = [
        (term, figure, figure.lower)
        for term, figure in zip(rule.terms, terms, strict=True)
        if figure is not None and figure.lower is not None
    ]
    total = sum((term.coefficient * bound for term, _, bound in pairs), Decimal(0))
    needs = [
        f"{plain(bound - total / term.coefficient)} in row {figures.lines[figure.row]}"
        for term, figure, bound in pairs
        if total % term.coefficient == 0 and bound - total / term.coefficient >= 0
    ]
    return f"; the rule would hold with {', or '.join(needs)}" if needs else ""


def figures_keyed(figures: Table) -> bool:
    """Whether no two rows are the same measure, area, period and source. The primary key must
    hold.
    """
    names = [name for name in ("measure", *PLACE) if name in figures.frame.columns]
    schema = figures.resource.schema
    if schema and schema.primary_key and set(schema.primary_key) <= set(names):
        return True
    columns: Any = figures.frame.lazy().select(names)
    different = collect(columns.unique().select(pl.len()), figures.frame.height).item()
    return bool(different == figures.frame.height)
