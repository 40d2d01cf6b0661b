"""Logarithms of rationals are enclosed, and exact powers are told apart from near ones."""

import math
from fractions import Fraction

import pytest

from rnnmath.errors import DomainError
from rnnmath.numeric.exact import is_power, logarithm

NUMBERS = [Fraction(1, 10**9), Fraction(1, 3), Fraction(99, 100), Fraction(101, 100), 2, 7, 10**12]


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("bits", [20, 60, 200])
def test_the_enclosure_is_narrow_and_holds_the_logarithm(number: Fraction | int, bits: int) -> None:
    """The width is about 2^-bits a binary digit, and floats lie within their own rounding of it."""
    enclosure = logarithm(number, bits)
    assert 0 < enclosure.width < Fraction(100, 2**bits)
    slack = 1e-14 * max(1.0, abs(math.log(number)))
    assert float(enclosure.lower) - slack <= math.log(number) <= float(enclosure.upper) + slack


@pytest.mark.parametrize("number", NUMBERS)
def test_a_finer_enclosure_lies_in_a_coarser_one_up_to_its_end(number: Fraction | int) -> None:
    """Enclosures of one number meet."""
    fine, coarse = logarithm(number, 120), logarithm(number, 30)
    assert coarse.lower <= fine.upper
    assert fine.lower <= coarse.upper


def test_the_logarithm_of_a_product_is_the_sum() -> None:
    """``ln 6 - ln 2 - ln 3`` encloses 0, and ``ln 7 - ln 2 - ln 3`` does not."""
    two, three = logarithm(2), logarithm(3)
    assert 0 in logarithm(6) - two - three
    assert 0 not in logarithm(7) - two - three


def test_the_logarithm_of_one_is_exact() -> None:
    """``ln 1 = 0``."""
    assert logarithm(1).is_exact


@pytest.mark.parametrize("number", [0, Fraction(-1, 2)])
def test_no_logarithm_at_or_below_zero(number: Fraction | int) -> None:
    """The logarithm of a number that is not positive is refused."""
    with pytest.raises(DomainError, match="> 0"):
        logarithm(number)


def test_bits_must_be_positive() -> None:
    """A precision below one bit is refused."""
    with pytest.raises(DomainError, match="bits"):
        logarithm(2, 0)


def test_powers_are_exact() -> None:
    """A power is told from its neighbour, however near."""
    assert is_power(Fraction(1, 2**29), Fraction(1, 2), 29)
    assert not is_power(Fraction(1, 2**29) + Fraction(1, 10**40), Fraction(1, 2), 29)
