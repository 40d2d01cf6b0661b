"""What one vector proves about the singular values of a matrix, and what a factorization proves."""

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from rnnmath.numeric.enclose.error_free import matrix_times_vector, squared_length
from rnnmath.numeric.enclose.rounding import (
    TINY,
    UNIT,
    accumulated,
    raised,
    root_above,
    squares_above,
)

__all__ = ["TIGHT", "Along", "cholesky_error", "completes", "measure"]

Array = NDArray[np.float64]

#: A tier is done when ρ² / |a - μ| is below this part of a: half of it is the relative width.
TIGHT = 1e-15


@dataclass(frozen=True)
class Along:
    """What a vector v proves: bounds of ``a = ‖A v‖² / ‖v‖²``, and one of ``ρ²``."""

    lower: Fraction
    upper: Fraction
    residual: float

    def bound(self, across: Fraction) -> Fraction:
        """Return an upper bound of ‖A‖², given one of ``xᵀHx / xᵀx`` across v."""
        gap = self.lower - across
        if gap > 0:
            return self.upper + Fraction(self.residual) / gap
        return max(self.upper, across) + Fraction(raised(math.sqrt(self.residual)))

    def tight(self, bound: Fraction) -> bool:
        """Tell whether a bound is as close as asked."""
        return float(bound - self.upper) <= TIGHT * float(self.lower)


def measure(A: Array, v: Array, frobenius: float) -> Along:
    """Measure a vector, whose entries lie in [-1, 1] and which is not zero."""
    image = matrix_times_vector(A, v, frobenius)
    low, high = squared_length(v)
    below, over = squared_length(image.high, image.low)
    reach = root_above(over)
    off = Fraction(raised(image.error * (2 * reach + image.error)))
    lower, upper = max(below - off, Fraction(0)) / high, (over + off) / low
    y = image.high + image.low
    back = y @ A
    beta = float(back @ v) / float(v @ v)
    rest = back - beta * v
    rounded = (accumulated(len(y) + 1) * frobenius + UNIT * frobenius) * (reach + image.error)
    rounded += frobenius * image.error
    rounded += 2 * UNIT * (math.sqrt(squares_above(back)) + abs(beta) * root_above(high))
    residual = math.sqrt(squares_above(rest)) + rounded + TINY
    return Along(lower, upper, raised(residual * residual / float(low)))


def completes(matrix: Array) -> bool:
    """Tell whether Cholesky's factorization of a symmetric matrix completes in floats."""
    try:
        return bool(np.isfinite(np.linalg.cholesky(matrix)).all())
    except np.linalg.LinAlgError:
        return False


def cholesky_error(size: int) -> float:
    """Return c such that a completed factorization of B proves ``B >= -c trace(B) I``.

    ``γ/(1-γ)`` with γ of ``n + 1`` roundings; three more, since a BLAS may multiply by reciprocals.
    """
    gamma = accumulated(size + 4)
    return raised(gamma / (1 - gamma))
