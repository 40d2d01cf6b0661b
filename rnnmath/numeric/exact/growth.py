"""The growth rate of the powers of a matrix, enclosed by finite certificates."""

from fractions import Fraction
from typing import Any

import numpy as np

from rnnmath.numeric.exact.bracketing import check_bits
from rnnmath.numeric.exact.interval import Interval
from rnnmath.numeric.exact.matrices import cleared, to_square

__all__ = ["growth_rate"]

_DOUBLINGS = ((60, 7), (120, 11))
_MOST = 15


def growth_rate(A: Any, bits: int = 60) -> Interval:
    """Enclose lim ||A^m||^(1/m) between two numbers that powers of A certify.

    Law: (|tr A^m|/n)^(1/m) <= lim <= ||A^m||^(1/m) for every m >= 1 and every submultiplicative
    norm.  No characteristic polynomial and no eigenvalue enters.

    Parameters
    ----------
    A
        Square (n, n) matrix of Fractions, integers or floats (converted exactly).
    bits
        Up to 60 the powers go to m = 2^7, up to 120 to 2^11, above to 2^15; the relative width is
        of the order of 1/m.

    Returns
    -------
    Interval

    Raises
    ------
    ShapeMismatch
        If A is not square.
    DomainError
        If A holds NaN, infinity or no numbers, or bits < 1.

    Notes
    -----
    Derived here; Fekete (1923) for the upper end.

    Examples
    --------
    >>> growth_rate([[0, 2], [0, 0]])
    Interval(lower=Fraction(0, 1), upper=Fraction(0, 1))
    >>> rate = growth_rate([[Fraction(9, 10), 1], [0, Fraction(9, 10)]])
    >>> rate.lower < Fraction(9, 10) < rate.upper < Fraction(19, 20)
    True
    """
    check_bits(bits)
    numbers, common = cleared(to_square(A))
    power, size = np.array(numbers, dtype=object), len(numbers)
    doublings = next((steps for limit, steps in _DOUBLINGS if bits <= limit), _MOST)
    upper = Fraction(_least_norm(power), common)
    for step in range(1, doublings + 1):
        power, common = power @ power, common * common
        upper = min(upper, _rooted(_least_norm(power), common, step).upper)
    if not power.any():
        return Interval.exactly(0)
    lower, multiple = Fraction(0), power
    for order in range(1, size + 1):
        mean = _rooted(abs(multiple.trace()), size * common**order, doublings).lower
        lower = max(lower, _root_below(mean, order))
        multiple = multiple @ power
    return Interval(min(lower, upper), upper)


def _least_norm(power: Any) -> int:
    """Return the smaller of the largest row sum and the largest column sum."""
    return min(int(abs(power).sum(axis=axis).max()) for axis in (0, 1))


def _rooted(top: int, bottom: int, times: int) -> Interval:
    """Enclose the root of order 2^times of top/bottom, which is cut to 128 leading bits first."""
    shift = 128 + bottom.bit_length() - top.bit_length()
    down = (top << shift) // bottom if shift >= 0 else top // (bottom << -shift)
    unit = Fraction(2) ** -shift
    found = Interval(down * unit, (down + 1) * unit) if top else Interval.exactly(0)
    for _ in range(times):
        found = found.sqrt(60)
    return found


def _root_below(value: Fraction, order: int) -> Fraction:
    """Return a dyadic number whose power of this order is at most the value, by bisection."""
    if order == 1:
        return value
    low, high = Fraction(0), max(value, Fraction(1))
    for _ in range(64):
        middle = (low + high) / 2
        low, high = (middle, high) if middle**order <= value else (low, middle)
    return low
