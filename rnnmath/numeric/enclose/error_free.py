"""Products of floats whose error is far below a unit in the last place, by exact splitting.

A matrix splits into high and low digits without rounding.  The product of the high parts is exact,
since every partial sum is a whole multiple of one power of two and fits into 53 digits; what is
rounded is smaller by a factor of about a million.
"""

import math
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnnmath.numeric.enclose.rounding import (
    TINY,
    accumulated,
    raised,
    root_of_size,
    squares_above,
)

__all__ = ["Product", "added", "high_digits", "splitting_digits", "squared_length", "times"]

Array = NDArray[np.float64]

#: Veltkamp's constant: it splits a float into two of 26 digits.
_VELTKAMP = 2.0**27 + 1


class Product(NamedTuple):
    """``high + low`` is the product up to an error of Frobenius norm ``error``."""

    high: Array
    low: Array
    error: float


def splitting_digits(terms: int) -> int:
    """Return how many binary digits two factors may have together, so that sums stay exact."""
    return 53 - max(terms - 1, 1).bit_length()


def high_digits(array: Array, digits: int) -> Array:
    """Return the array rounded to multiples of 2^-digits; its entries lie in [-1, 1].

    The sum ``a + 3 · 2^(51-p)`` has the last digit 2^-p, so the first operation rounds to it and
    the second is exact; and so is ``array - high``.

    Examples
    --------
    >>> high_digits(np.array([0.7]), 2)
    array([0.75])
    """
    shift = 3.0 * 2.0 ** (51 - digits)
    rounded: Array = array + shift
    rounded -= shift
    return rounded


def times(A: Array, v: Array, frobenius: float) -> Product:
    """Return A v as a sum of two arrays, with a bound of what is missing.

    Parameters
    ----------
    A : array (m, n)
        Entries in [-1, 1].
    v : array (n,) or (n, k)
        Entries in [-1, 1].
    frobenius : float
        An upper bound of ``‖A‖_F``.

    Notes
    -----
    With ``A = A₁ + A₂`` and ``v = v₁ + v₂`` the product ``A₁ v₁`` is exact, and the rest
    ``A₁ v₂ + A₂ v`` has an error of at most ``γ (‖A₁‖_F ‖v₂‖ + ‖A₂‖_F ‖v‖)``, γ of n + 1
    roundings.  Derived here; the splitting is that of Ozaki et al. (2012).

    Examples
    --------
    >>> A, v = np.array([[0.1, 0.2]]), np.array([0.3, 0.7])
    >>> product = times(A, v, 1.0)
    >>> exact = sum(Fraction(a) * Fraction(b) for a, b in zip(A[0], v))
    >>> found = Fraction(product.high[0]) + Fraction(product.low[0])
    >>> abs(found - exact) <= product.error < Fraction(1, 10**20)
    True
    """
    rows, cols = A.shape
    digits = splitting_digits(cols)
    of_matrix, of_vector = digits // 2, digits - digits // 2
    A1, v1 = high_digits(A, of_matrix), high_digits(v, of_vector)
    A2, v2 = A - A1, v - v1
    low: Array = A1 @ v2 + A2 @ v
    coarse = root_of_size(rows * cols) * 2.0 ** -(of_matrix + 1)
    fine = root_of_size(v.size) * 2.0 ** -(of_vector + 1)
    length = math.sqrt(squares_above(v))
    error = accumulated(cols + 1) * ((frobenius + coarse) * fine + coarse * length)
    return Product(A1 @ v1, low, raised(error + TINY))


def added(high: Any, low: Any) -> tuple[Array, Array]:
    """Return the rounded sum and its rounding error, exactly (Knuth).

    Examples
    --------
    >>> total, error = added(np.array([1.0]), np.array([2.0**-60]))
    >>> total.tolist(), error.tolist() == [2.0**-60]
    ([1.0], True)
    """
    total = high + low
    back = total - high
    return total, (high - (total - back)) + (low - back)


def squared_length(high: Array, low: Any = 0.0) -> tuple[Fraction, Fraction]:
    """Return bounds of ``‖high + low‖²`` that differ by some units in the last place.

    Notes
    -----
    ``high + low = t + r`` exactly, r the rounding of t; ``t²`` is a sum of two floats (Veltkamp
    and Dekker), and ``math.fsum`` rounds once.  What is left out, ``r²``, and what is rounded,
    ``2 t r``, are below ``4 u² t²``.

    Examples
    --------
    >>> lower, upper = squared_length(np.array([0.3]))
    >>> lower <= Fraction(0.3) ** 2 <= upper, float(upper / lower - 1) < 1e-15
    (True, True)
    """
    t, r = added(high, low)
    split = _VELTKAMP * t
    t1 = split - (split - t)
    t2 = t - t1
    square = t * t
    rest = ((t1 * t1 - square) + 2 * t1 * t2) + t2 * t2
    total = Fraction(math.fsum([*square.tolist(), *rest.tolist(), *(2 * t * r).tolist()]))
    slack = total / 2**52 + Fraction(TINY)
    return max(total - slack, Fraction(0)), total + slack
