"""An upper bound of the norm where all singular values are nearly equal, and no vector stands out.

``A = A₁ + A₂`` with ``A₁ᵀA₁`` exact, so ``D = (A₁ᵀA₁ - c² I) + K + Kᵀ``, ``K = (A₁ + A₂/2)ᵀ A₂``,
is small where all singular values are near c, and so are its rounding and its trace: one
factorization in floats then proves ``‖A‖² <= c² + d`` with an error that is small against u.
"""

import math
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from rnnmath.numeric.enclose.along import cholesky_error, completes
from rnnmath.numeric.enclose.error_free import high_digits, splitting_digits
from rnnmath.numeric.enclose.lanczos import largest, start_of_size
from rnnmath.numeric.enclose.rounding import TINY, UNIT, accumulated, raised, squares_above

__all__ = ["excess", "gapless"]

Array = NDArray[np.float64]


def excess(A: Array, square: float, frobenius: float) -> tuple[Array, float]:
    """Return D and e with ``‖Aᵀ A - c² I - D‖ <= e``, also for the lower triangle of D mirrored.

    Examples
    --------
    >>> D, error = excess(np.array([[0.6, -0.8], [0.8, 0.6]]), 1.0, 1.5)
    >>> bool(abs(D).max() < 2e-16), error < 1e-22
    (True, True)
    """
    rows, size = A.shape
    digits = splitting_digits(rows) // 2
    high = high_digits(A, digits)
    low = A - high
    D: Array = high.T @ high
    place = np.diag_indices(size)
    D[place] -= square
    leading = float(np.abs(D[place]).max())
    high += 0.5 * low
    cross = high.T @ low
    D += cross
    D += cross.T
    fine = math.sqrt(squares_above(low))
    error = 2 * (accumulated(rows + 2) + 4 * UNIT) * (frobenius + fine) * fine
    error += UNIT * (leading + 4 * math.sqrt(squares_above(D)))
    return D, raised(error + TINY)


def gapless(A: Array, square: float, frobenius: float) -> Fraction | None:
    """Prove ``‖A‖² <= c² + d``, d small if all singular values are near c; None if that fails.

    Examples
    --------
    >>> bound = gapless(np.array([[0.6, -0.8], [0.8, 0.6]]), 1.0, 1.5)
    >>> 1 <= bound < 1 + Fraction(1, 10**15)
    True
    """
    D, error = excess(A, square, frobenius)
    size = len(D)
    place = np.diag_indices(size)
    trace = float(np.abs(D[place]).sum()) * (1 + size * 2 * UNIT)
    spread = math.sqrt(squares_above(D))
    top = largest(lambda v: D @ v, start_of_size(size), steps=24, enough=lambda *_: False).value
    margin = 4 * UNIT * square + 2 * cholesky_error(size) * trace
    for shift in (top + 0.02 * abs(top) + margin, max(top, 0.0) + 8 * margin):
        shifted = -D
        shifted[place] += shift
        if completes(shifted):
            break
    else:
        return None
    error += UNIT * (spread + 2 * abs(shift)) + cholesky_error(size) * (trace + size * abs(shift))
    return Fraction(square) + Fraction(shift) + Fraction(raised(error + TINY))
