"""A number that became another by a slip of the pen is recognised, and by which slip."""

import pytest

from mtopendata.values.number_slips import number_slip


@pytest.mark.parametrize(
    ("there", "meant", "slip"),
    [
        ("2", "22", "a digit lost"), ("174", "1747", "a digit lost"), ("29", "290", "a digit lost"),
        ("17747", "1747", "a digit doubled"), ("17407", "1747", "a digit too many"),
        ("1774", "1747", "two digits swapped"), ("1748", "1747", "a digit changed"),
        ("185", "18.5", "the point moved"), ("1.85", "18.5", "the point moved"),
        ("12.5", "1.25", "the point moved"), ("36200", "36200000", "the point moved"),
        ("0.5", "0.05", "the point moved"), ("18.6", "18.5", "a digit changed"),
        ("362", "36200000", None), ("29", "92", "two digits swapped"), ("12", "34", None),
        ("29", "29", None), ("0", "5", "a digit changed"), ("5", "", None),
    ],
)  # fmt: skip
def test_a_slip_of_the_pen_is_named(there: str, meant: str, slip: str | None) -> None:
    assert number_slip(there, meant) == slip
