"""Intervals with rational endpoints."""

from fractions import Fraction
from operator import add, mul, sub, truediv

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rnnmath.errors import DomainError
from rnnmath.numeric import Interval, interval_max, interval_min, square_root

rationals = st.fractions(min_value=-9, max_value=9, max_denominator=8)
weights = st.fractions(min_value=0, max_value=1, max_denominator=8)


@st.composite
def points(draw):
    """Draw an interval and a number in it."""
    low, high = sorted((draw(rationals), draw(rationals)))
    return Interval(low, high), low + draw(weights) * (high - low)


@settings(deadline=None, max_examples=100)
@given(points(), points(), st.sampled_from([add, sub, mul, truediv]))
def test_operations_enclose(left, right, operation):
    """If x ∈ X and y ∈ Y then x ∘ y ∈ X ∘ Y."""
    (X, x), (Y, y) = left, right
    if operation is truediv and Y.lower <= 0:
        with pytest.raises(DomainError, match="positive interval"):
            operation(X, Y)
        return
    assert operation(x, y) in operation(X, Y)
    assert operation(x, y) in operation(x, Y)
    assert operation(x, y) in operation(X, y if y > 0 or operation is not truediv else Y)


@settings(deadline=None, max_examples=60)
@given(points(), st.integers(-3, 4))
def test_powers_enclose(pair, exponent):
    """X ** k holds x ** k, and an even power is no lower than 0."""
    X, x = pair
    assume(exponent >= 0 or (X**-exponent).lower > 0)
    assert x**exponent in X**exponent
    if exponent > 0 and exponent % 2 == 0:
        assert (X**exponent).lower >= 0


def test_an_odd_power_is_monotone_and_an_even_one_touches_zero():
    """[-2, 1]² = [0, 4], [-2, 1]³ = [-8, 1], [-2, 1]⁰ = [1, 1]."""
    x = Interval(-2, 1)
    assert (x**2, x**3, x**0) == (Interval(0, 4), Interval(-8, 1), Interval(1, 1))


@settings(deadline=None, max_examples=80)
@given(st.fractions(min_value=0, max_value=10**30), st.integers(1, 200))
def test_square_roots_are_enclosed_and_narrow(value, bits):
    """lower² <= value <= upper², with a relative width of at most 2^-bits."""
    root = square_root(value, bits)
    assert root.lower**2 <= value <= root.upper**2
    assert root.width * 2**bits <= root.upper
    assert root.is_exact == (root.lower**2 == value)


def test_tiny_and_huge_roots_keep_their_relative_width():
    """The width follows the value over hundreds of orders of magnitude."""
    for value in (Fraction(2, 10**300), Fraction(2 * 10**300)):
        root = square_root(value, 60)
        assert 0 < root.width * 2**60 <= root.lower


def test_interval_roots_contain_all_roots():
    """The root of [1, 4] is [1, 2]; of [2, 3] it holds both roots."""
    assert Interval(1, 4).sqrt() == Interval(1, 2)
    assert Interval(2, 3).sqrt().lower ** 2 <= 2
    assert Interval(2, 3).sqrt().upper ** 2 >= 3


def test_comparisons_have_three_values():
    """True and False are certain; touching and overlapping intervals are decided by <= or <."""
    X = Interval(1, 2)
    assert X.certainly_le(2) is True
    assert X.certainly_lt(2) is None
    assert X.certainly_le(1) is None
    assert X.certainly_lt(1) is False
    assert X.certainly_le(Fraction(1, 2)) is False
    assert X.certainly_lt(3) is True
    assert X.certainly_le(Interval(0, 5)) is None


def test_bounds_of_several_numbers():
    """Minimum and maximum act end by end."""
    assert interval_max(Interval(0, 3), 1, Interval(2, 2)) == Interval(2, 3)
    assert interval_min(Interval(0, 3), 1, Interval(2, 2)) == Interval(0, 1)


def test_containment_and_width():
    """An interval holds its sub-intervals; float endpoints are taken exactly."""
    assert Interval(1, 2) in Interval(0.5, 2)
    assert Interval(0, 2) not in Interval(0.5, 2)
    assert Interval(0.5, np.int64(2)).width == Fraction(3, 2)
    assert Interval(np.float64(0.1), 1).lower == Fraction(0.1)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: Interval(2, 1), "lower <= upper"),
        (lambda: Interval(0, float("inf")), "finite real number, got inf"),
        (lambda: Interval(float("nan"), 1), "got nan"),
        (lambda: Interval("a", 1), "got 'a'"),
        (lambda: Interval(1, 2) + 1j, "got 1j"),
        (lambda: 1 / Interval(0, 1), "positive interval"),
        (lambda: Interval(1, 2) ** 0.5, "integer powers"),
        (lambda: Interval(-1, 4).sqrt(), "value >= 0, got -1"),
        (lambda: square_root(2, 0), "bits must be at least 1"),
        (lambda: interval_max(), "at least one"),
    ],
)
def test_what_is_no_interval_is_refused(wrong, message):
    """Every refusal is a DomainError that shows the value."""
    with pytest.raises(DomainError, match=message):
        wrong()
