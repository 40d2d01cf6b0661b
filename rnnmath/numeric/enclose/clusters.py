"""An upper bound of the norm where some largest singular values are equal and the others smaller.

The columns of V span, nearly, the directions in which A stretches most.  With
``‖VᵀV - I‖ <= ε``, every unit x is a part V y and a part across, and Temple's inequality holds with
``a = ‖A V‖² / (1 - ε)`` and ``ρ = ‖H V - V Θ‖ / sqrt(1 - ε)`` for any Θ.  ``‖A V‖`` is that of a
matrix whose singular values are nearly equal, so no digit is lost there.
"""

import math
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from rnnmath.numeric.enclose.along import across, cholesky_error, mixed, stretch
from rnnmath.numeric.enclose.error_free import added, times
from rnnmath.numeric.enclose.gapless import excess, gapless
from rnnmath.numeric.enclose.rounding import (
    TINY,
    UNIT,
    above,
    accumulated,
    raised,
    root_above,
    squares_above,
)
from rnnmath.numeric.enclose.scaling import scaled

__all__ = ["clustered"]

Array = NDArray[np.float64]


def clustered(
    A: Array, gram: Array, squares: float, values: Array, vectors: Array
) -> Fraction | None:
    """Prove an upper bound of ``‖A‖²`` by all eigenvectors up to the first gap; None if it fails.

    Parameters
    ----------
    A : array (m, n)
        Entries in [-1, 1], not zero.
    gram : array (n, n)
        ``fl(Aᵀ A)``.
    squares : float
        An upper bound of ``‖A‖_F²``.
    values, vectors : array (n,), array (n, n)
        What ``np.linalg.eigh`` says about the Gram matrix; not trusted.

    Examples
    --------
    >>> A = np.diag([0.75, 0.75, 0.5])
    >>> bound = clustered(A, A.T @ A, 1.4, *np.linalg.eigh(A.T @ A))
    >>> Fraction(9, 16) <= bound < Fraction(9, 16) + Fraction(1, 10**15)
    True
    """
    frobenius = raised(math.sqrt(squares))
    rest = np.cumsum(values[::-1])[-2::-1] * squares * accumulated(len(A)) ** 2
    unsure = 64 * cholesky_error(len(gram)) * (len(gram) * values[-1] + squares)
    gaps = np.flatnonzero(np.diff(values) > unsure + 1e16 * rest / values[-1])
    if not gaps.size:
        return gapless(A, float(values[-1]), frobenius)
    first = int(gaps[-1]) + 1
    V = vectors[:, first:]
    V = V - V @ (V.T @ V - np.eye(V.shape[1])) / 2
    cut = float(values[first - 1] + values[first]) / 2
    S = V * stretch(V[:, 0], float(values[-1]))
    outside = across(gram, len(A), S, cut, squares)
    return None if outside is None else _bound(A, V, values[first:], outside, frobenius)


def _bound(
    A: Array, V: Array, values: Array, outside: Fraction, frobenius: float
) -> Fraction | None:
    """Return Temple's bound for the columns of V, which need not be orthonormal."""
    small = scaled(V)
    V, unit = small.matrix, 4.0**-small.exponent
    length = raised(math.sqrt(squares_above(V)))
    skew, error = excess(V, unit, length)
    least = Fraction(unit) - Fraction(raised(math.sqrt(squares_above(skew)) + error))
    image = times(A, V, frobenius)
    T, rest = added(image.high, image.low)
    lost = raised(math.sqrt(squares_above(rest)) + image.error)
    part = scaled(T)
    whole = raised(math.sqrt(squares_above(part.matrix)))
    top = gapless(part.matrix, math.ldexp(float(values[-1]) * unit, -2 * part.exponent), whole)
    if least <= 0 or top is None:
        return None
    stretched = part.rescale(Fraction(root_above(top)) + Fraction(part.lost)) + Fraction(lost)
    back = (T.T @ A).T
    residual = math.sqrt(squares_above(back - V * values))
    reach = math.ldexp(whole + part.lost, part.exponent)
    residual += accumulated(len(A) + 1) * frobenius * reach + frobenius * lost
    residual += 2 * UNIT * (math.sqrt(squares_above(back)) + float(np.abs(values).max()) * length)
    square = raised(residual + TINY) ** 2
    return mixed(stretched**2 / least, outside, above(Fraction(raised(square)) / least))
