"""Whole numbers and fractions: one that is whole is kept as a whole number, which is fast."""

from decimal import Decimal
from fractions import Fraction

Number = int | Fraction


def reduced(number: Number) -> Number:
    """The same number, as a whole one where it is."""
    return number.numerator if number.denominator == 1 else number


def quotient(number: Number, divisor: Number) -> Number:
    """One number by another, without rounding."""
    if divisor == 1:
        return number
    if divisor == -1:
        return -number
    return reduced(Fraction(number) / divisor)


def exactly(number: Decimal | None) -> Number | None:
    """A decimal as it is; None stays None."""
    return None if number is None else reduced(Fraction(number))


def size(number: Number) -> int:
    """How much work a number is, in units of that of a short one: it grows as the square of its
    digits.
    """
    bits = number.numerator.bit_length() + number.denominator.bit_length()
    return 1 + (bits >> 7) ** 2 // 2
