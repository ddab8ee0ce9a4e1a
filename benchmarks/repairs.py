"""Time the search for repairs: 200 figures in 60 rules, of which three figures are wrong.

    python benchmarks/repairs.py
    python benchmarks/repairs.py --figures 2000 --rules 600 --errors 10 --systems 5

The systems are random, and each figure is in one rule or more: a total is the sum of three to five
figures, which may be totals themselves. An error is a digit of a figure that was changed. Printed
are the median and the worst processor time, that of building the system included; in how many
systems the wrong figures are a repair, and are the first named; and how many sets there are.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Mapping
from decimal import Decimal

from mtopendata.reading.tables import Place
from mtopendata.rules.instances import Key
from mtopendata.rules.linear.effort import Effort
from mtopendata.rules.model import Figure, Rule, Term
from mtopendata.rules.relations import RELATIONS
from mtopendata.rules.repairs import Repairs, all_repairs
from mtopendata.rules.system import Range, system_of
from mtopendata.values.number_slips import number_slip


def random_system(seed: int, figures: int, rules: int) -> tuple[list[Rule], list[int]]:
    """Rules that hold, and the values of the figures."""
    chance = random.Random(seed)
    leaves = figures - rules
    values = [chance.randint(10, 999) for _ in range(leaves)]
    unused = list(range(leaves))
    chance.shuffle(unused)
    stated = []
    for number in range(rules):
        parts = {unused.pop() for _ in range(min(len(unused), -(-len(unused) // (rules - number))))}
        size = chance.randint(3, 5)
        while len(parts) < size:
            parts.add(chance.randrange(len(values)))
        total = len(values)
        values.append(sum(values[part] for part in parts))
        terms = [(1, part) for part in sorted(parts)] + [(-1, total)]
        stated.append(
            Rule(
                f"r{number}", RELATIONS["="], "error", f"r{number}", number,
                tuple(Term(Decimal(weight), f"m{part}", None, 0) for weight, part in terms),
            )
        )  # fmt: skip
    return stated, values


def with_a_wrong_digit(value: int, chance: random.Random) -> int:
    """A value of which one digit was changed."""
    text = list(str(value))
    at = chance.randrange(len(text))
    digits = [digit for digit in "123456789" if digit != text[at]]
    text[at] = chance.choice(digits)
    return int("".join(text))


def names_first(parts: list[Repairs], wrong: set[str], names: dict[int, str]) -> tuple[bool, bool]:
    """Whether the wrong figures are among the repairs, and whether they are the first of each."""
    among = {names[q] for part in parts for one in part.sets for q in one}
    first = {names[q] for part in parts for q in next(iter(part.sets), ())}
    return wrong <= among, wrong == first


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--figures", type=int, default=200)
    parser.add_argument("--rules", type=int, default=60)
    parser.add_argument("--errors", type=int, default=3)
    parser.add_argument("--systems", type=int, default=50)
    options = parser.parse_args()
    seconds, sets, found, first, gave_up = [], [], 0, 0, 0
    for seed in range(options.systems):
        rules, values = random_system(seed, options.figures, options.rules)
        chance = random.Random(seed)
        meant = list(values)
        for at in chance.sample(range(len(values)), options.errors):
            values[at] = with_a_wrong_digit(values[at], chance)
        known: dict[Key, list[Figure]] = {}
        for row, value in enumerate(values):
            number = Decimal(value)
            figure = Figure(number, number, number, "s", Place(0, row), None, "case")
            known[f"m{row}", "A", 2023] = [figure]
        begin = time.process_time()
        system = system_of(rules, known, are_signed=False)
        violated = [n for n, place in enumerate(system.places) if place.state == "violated"]
        parts = all_repairs(system, violated, Effort())
        seconds.append(time.process_time() - begin)
        gave_up += any(part.gave_up is not None for part in parts)
        sets.append(sum(len(part.sets) for part in parts))
        names = {number: quantity.measure for number, quantity in enumerate(system.quantities)}
        wrong = {f"m{at}" for at, value in enumerate(values) if value != meant[at]}
        is_found, is_first = names_first([_slips_first(part, values, names) for part in parts],
                                         wrong, names)  # fmt: skip
        found, first = found + is_found, first + is_first
    print(f"{options.figures} figures, {options.rules} rules, {options.errors} wrong figures")
    print(f"median {1000 * statistics.median(seconds):.1f} ms, worst {1000 * max(seconds):.1f} ms")
    print(f"given up in {gave_up} of {options.systems}; median of {statistics.median(sets)} sets")
    print(f"the wrong figures are among the sets in {found} of {options.systems}")
    print(f"the wrong figures are the first named in {first} of {options.systems}")


def _slips_first(part: Repairs, values: list[int], names: dict[int, str]) -> Repairs:
    """The repairs as a report orders them: those with slips of the pen first."""

    def slips(one: Mapping[int, Range]) -> int:
        return -sum(
            low == high and number_slip(str(values[int(names[q][1:])]), str(low)) is not None
            for q, (low, high) in one.items()
        )

    return Repairs(part.violated, tuple(sorted(part.sets, key=slips)), part.is_all, part.gave_up)


if __name__ == "__main__":
    main()
