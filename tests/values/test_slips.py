"""What a slip of the pen is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtopendata.values.slips import is_one_slip


def distance(one: str, other: str) -> int:
    """Optimal string alignment, by its definition."""
    table = [
        [i + j if not i * j else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)
    ]
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            table[i][j] = min(
                table[i - 1][j] + 1,
                table[i][j - 1] + 1,
                table[i - 1][j - 1] + (one[i - 1] != other[j - 1]),
            )
            if i > 1 and j > 1 and one[i - 2 : i] == other[j - 2 : j][::-1]:
                table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    return table[-1][-1]


@given(st.text("abc", max_size=5), st.text("abc", max_size=5))
def test_one_slip_is_a_distance_of_one(one: str, other: str) -> None:
    assert is_one_slip(one, other) is (distance(one, other) == 1)


@pytest.mark.parametrize("name", ["titel", "tilte", "titl", "titles", "ttle", "Title"])
def test_slips_of_a_name_are_found(name: str) -> None:
    assert is_one_slip(name, "title")
