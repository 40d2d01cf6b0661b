"""The few facts of rounding that every enclosure rests on.

Binary64, round to nearest, conventional inner products summed in any order, with or without fused
multiply-add.  Matrices are scaled first, so that one absolute term covers every underflow.  What
decides the width is computed in exact rationals; error terms are floats, rounded up by ``raised``.
"""

import math
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnmath.errors import DomainError

__all__ = [
    "TINY",
    "UNIT",
    "above",
    "accumulated",
    "below",
    "raised",
    "root_above",
    "root_below",
    "root_of_size",
    "squares_above",
]

#: The unit roundoff u of binary64.
UNIT = 2.0**-53
#: More than underflow can add: 2^74 operations on scaled numbers, each off by 2^-1074 at most.
TINY = 2.0**-300


def accumulated(count: int) -> float:
    """Return an upper bound of ``k u / (1 - k u)``, the relative error of k roundings in a row.

    Source: Higham, Accuracy and Stability of Numerical Algorithms (2002), Lemma 3.1.

    Raises
    ------
    DomainError
        If k reaches 2^50, where the bound says little.

    Examples
    --------
    >>> accumulated(3) > 3 * UNIT
    True
    """
    if count >= 2**50:
        msg = f"{count} roundings in a row leave no digit; split the matrix"
        raise DomainError(msg)
    return raised(count * UNIT / (1 - count * UNIT))


def raised(bound: float) -> float:
    """Return a float above what fewer than a million roundings of positive terms aimed at.

    A sum or product of nonnegative floats is at most ``k u / (1 - k u)`` too small after k
    operations, and ``1 + 2^-32`` makes up for it.

    Examples
    --------
    >>> raised(0.1 + 0.2) > 0.3
    True
    """
    return bound * (1 + 2.0**-32)


def above(value: Fraction) -> float:
    """Return a float that is not below a rational.

    Examples
    --------
    >>> above(Fraction(1, 3)) > Fraction(1, 3)
    True
    """
    near = float(value)
    return near if near >= value else math.nextafter(near, math.inf)


def below(value: Fraction) -> float:
    """Return a float that is not above a rational.

    Examples
    --------
    >>> below(Fraction(2, 3)) < Fraction(2, 3)
    True
    """
    return -above(-value)


def root_above(value: Fraction) -> float:
    """Return a float that is not below the square root.

    Examples
    --------
    >>> Fraction(root_above(Fraction(2))) ** 2 > 2
    True
    """
    root = math.sqrt(above(value))
    return root if Fraction(root) ** 2 >= value else math.nextafter(root, math.inf)


def root_below(value: Fraction) -> float:
    """Return a float that is not above the square root.

    Examples
    --------
    >>> Fraction(root_below(Fraction(2))) ** 2 < 2
    True
    """
    root = math.sqrt(below(value))
    return root if Fraction(root) ** 2 <= value else math.nextafter(root, 0.0)


def root_of_size(size: int) -> float:
    """Return an upper bound of ``sqrt(size)``."""
    return raised(math.sqrt(size))


def squares_above(array: NDArray[Any]) -> float:
    """Return an upper bound of the sum of squares, a few units of ``accumulated`` too large.

    Examples
    --------
    >>> squares_above(np.array([3.0, 4.0])) > 25
    True
    """
    flat = array.reshape(-1)
    return raised(float(np.dot(flat, flat)) * (1 + 2 * accumulated(flat.size + 1)) + TINY)
