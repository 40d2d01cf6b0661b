"""A matrix of floats, checked and scaled by a power of two, so that no step over- or underflows."""

import math
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnnmath.errors import DomainError, ShapeMismatch
from rnnmath.numeric.enclose.rounding import TINY
from rnnmath.numeric.rational import as_rectangular, require_finite

__all__ = ["Scaled", "scaled", "to_floats"]


class Scaled(NamedTuple):
    """``matrix · 2^exponent`` is the given matrix, up to ``lost`` in the spectral norm."""

    matrix: NDArray[np.float64]
    exponent: int
    lost: float

    def rescale(self, value: Fraction) -> Fraction:
        """Return a norm of the scaled matrix as one of the given matrix."""
        return value * Fraction(2) ** self.exponent


def to_floats(values: Any, name: str, axes: int = 2) -> NDArray[np.float64]:
    """Return a finite, not empty float64 array with the same numbers, or raise.

    Raises
    ------
    ShapeMismatch
        If it has another number of axes, or no entry.
    DomainError
        If it holds NaN, infinity, or numbers that float64 can't represent.
    """
    array = as_rectangular(values, name)
    if array.ndim != axes or array.size == 0:
        what = {2: "a matrix", 3: "a stack of matrices"}[axes]
        msg = f"{name} must be {what} with at least one entry, got shape {array.shape}"
        raise ShapeMismatch(msg)
    if array.dtype.kind == "f" and array.dtype.itemsize <= 8:
        require_finite(array, name)
        return array.astype(np.float64, copy=False)
    if array.dtype.kind in "iu":
        floats = array.astype(np.float64)
        if (floats.astype(object) == array.astype(object)).all():
            return floats
        msg = f"{name} holds an integer that float64 can't represent; give floats"
        raise DomainError(msg)
    hint = "; rnnmath.numeric.exact takes Fractions" if array.dtype == object else ""
    msg = f"{name} has dtype {array.dtype}; enclosures take real floats up to float64{hint}"
    raise DomainError(msg)


def scaled(matrix: NDArray[np.float64], least: float = 0.0) -> Scaled:
    """Scale so that the largest entry, or ``least``, lies in [1/2, 1); zero stays.

    Scaling up is exact.  Scaling down may round entries that are 2^-1021 of the largest or less,
    each by at most 2^-1075, and ``lost`` is far above the sum.

    Examples
    --------
    >>> scaled(np.array([[0.25, 0.125]]))
    Scaled(matrix=array([[0.5 , 0.25]]), exponent=-1, lost=0.0)
    """
    exponent = math.frexp(max(float(matrix.max()), -float(matrix.min()), least))[1]
    lost = TINY if exponent > 0 else 0.0
    if exponent > -1000:
        return Scaled(matrix * 2.0**-exponent, exponent, lost)
    return Scaled(np.ldexp(matrix, -exponent), exponent, lost)
