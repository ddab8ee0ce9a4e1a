"""The key that is proposed for a table is one, and never a measurement that happens to differ."""

from collections.abc import Sequence
from itertools import product
from pathlib import Path

import pytest

from mtopendata.commands.init import init

YEARS = range(2001, 2013)


def lines(header: str, rows: Sequence[Sequence[object]]) -> str:
    return "\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n"


def key_of(folder: Path, text: str, name: str = "t.csv") -> tuple[str, ...]:
    (folder / name).write_text(text)
    found = init([folder / name], is_written=False)
    assert found.problems == ()
    return tuple(found.descriptor["resources"][0]["schema"].get("primaryKey", ()))


UNEVEN = (3, 11, 12, 20, 31, 37)
TOWNS = ("Alder", "Basin", "Choteau", "Dillon", "Ekalaka", "Forsyth")
SOMETIMES = list(product(TOWNS, YEARS))[::5]

KEYS: dict[str, tuple[str, tuple[str, ...]]] = {
    "a number that is called so": (
        lines("identifier,height", [(n, n * 7) for n in UNEVEN]), ("identifier",),
    ),
    "a name in front": (lines("town,n", list(zip(TOWNS, UNEVEN, strict=True))), ("town",)),
    "a name behind a number that is no counting": (
        lines("dept,region,town", [(n, "west", t) for n, t in zip(UNEVEN, TOWNS, strict=True)]),
        ("town",),
    ),
    "rows that are counted": (
        lines("time,flow", [(n, n % 3) for n in range(1871, 1890)]), ("time",),
    ),
    "years": (lines("year,n", [(year, 1) for year in YEARS]), ("year",)),
    "moments": (
        lines("date,temp", [(f"2010/01/{day:02} 00:00", 5) for day in range(1, 20)]), ("date",),
    ),
    "town and year": (
        lines("n,town,year", [(1, *pair) for pair in product(TOWNS, YEARS)]), ("town", "year"),
    ),
    "year and quarter as numbers": (
        lines("year,quarter,gdp", [(y, q, y * q) for y, q in product(YEARS, range(1, 5))]),
        ("year", "quarter"),
    ),
    "two that are called so, of few pairs": (
        lines("order_id,product_id,n", [(n // 3, n * 7 % 25, 1) for n in range(30)]),
        ("order_id", "product_id"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "key"), KEYS.values(), ids=KEYS)
def test_the_key_of_a_table_is_found(text: str, key: tuple[str, ...], tmp_path: Path) -> None:
    assert key_of(tmp_path, text) == key


NONE: dict[str, str] = {
    "a price": lines("price,n", [(n + 0.25, 1) for n in UNEVEN]),
    "whole numbers in front": lines("x1,n", [(n, 1) for n in UNEVEN]),
    "heights that go up by one": lines("height,weight", [(n, n * 2) for n in range(58, 73)]),
    "counts": lines("Freq,stage,x", [(n, "early", 1) for n in UNEVEN]),
    "a count and a word": lines("Freq,stage,x", [(n, "ab"[n % 2], 1) for n in (*UNEVEN, 11)]),
    "people's first names": lines("first_name,age", list(zip(TOWNS, UNEVEN, strict=True))),
    "addresses": lines("n,address", [(1, f"{n} Main St") for n in UNEVEN]),
    "amounts with a unit": lines("load,n", [(f"{n} kg", 1) for n in UNEVEN]),
    "long texts": lines("story,n", [(f"{'word ' * 20}{n}", 1) for n in UNEVEN]),
    "labels that are numbers": lines("0,1", [(n, 1) for n in range(9)]),
    "a single column of text": lines("Weight Waist", [(f"{n} 3",) for n in UNEVEN]),
    "two that differ by chance": lines("author,publisher,n", [
        (f"a{n // 2}", f"p{n % 7}{n}", 1) for n in (0, 1, 2, 2, 3, 5)
    ]),
}  # fmt: skip


@pytest.mark.parametrize("text", NONE.values(), ids=NONE)
def test_what_differs_by_chance_is_no_key(text: str, tmp_path: Path) -> None:
    assert key_of(tmp_path, text) == ()


def test_a_number_that_is_called_as_its_table_is_what_was_measured(tmp_path: Path) -> None:
    rows = [(1, n) for n in UNEVEN]
    assert key_of(tmp_path, lines("line,airmiles", rows), "airmiles.csv") == ()


def test_places_that_are_reported_sometimes_still_have_no_key_by_chance(tmp_path: Path) -> None:
    kinds = [(town, f"k{index}", 1) for index, (town, _) in enumerate(SOMETIMES)]
    rows = [*kinds, (TOWNS[0], "k1", 1)]
    assert key_of(tmp_path, lines("town,kind,n", rows)) == ()
