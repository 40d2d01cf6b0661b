"""The smallest singular value of a float matrix between two proven bounds.

A vector proves the upper bound, ``σ <= ‖A v‖ / ‖v‖``.  From below, Temple's inequality reads
``σ² >= a - ρ² / (μ - a)`` where ``xᵀHx >= μ ‖x‖²`` across v and ``μ > a``; μ comes from a Cholesky
factorization and is off by about ``n u ‖A‖²``.  Where σ is too small for that, an approximate
inverse X of the triangular factor proves ``σ >= σ(A X) / ‖X‖``, A X being nearly orthogonal.
"""

import math
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnmath.numeric.enclose.along import Along, cholesky_error, completes, measure, stretch
from rnnmath.numeric.enclose.lanczos import largest, start_of_size
from rnnmath.numeric.enclose.record import Enclosure
from rnnmath.numeric.enclose.rounding import (
    TINY,
    UNIT,
    accumulated,
    raised,
    root_above,
    root_below,
    squares_above,
)
from rnnmath.numeric.enclose.scaling import scaled, to_floats
from rnnmath.numeric.enclose.spectral import spectral_norm

__all__ = ["smallest_singular_value"]

Array = NDArray[np.float64]

#: Where Temple's inequality leaves more than this relative width, the inverse is tried as well.
_CLOSE = Fraction(1, 10**12)


def smallest_singular_value(A: Any) -> Enclosure:
    """Enclose ``min ‖Av‖`` over unit vectors v: 0 for every matrix wider than it is high.

    Parameters
    ----------
    A : array (m, n)
        float32 or float64, or integers that float64 represents; of any strides, not changed.

    Returns
    -------
    Enclosure
        Rational bounds of the value for exactly this matrix, and the tier of the proof: ``wide``
        (0, proven by counting); ``gap`` (Temple's inequality, a few units in the last place);
        ``inverse`` (an approximate inverse); ``singular`` (0 <= σ <= a tiny bound: nothing proves
        that the columns are independent).

    Raises
    ------
    ShapeMismatch
        If A is no matrix or is empty.
    DomainError
        If A holds NaN or infinity, or no real floats.

    Notes
    -----
    Source: derived here from Temple's inequality; the inverse as in Rump, Acta Numerica 19 (2010).

    Examples
    --------
    >>> found = smallest_singular_value([[3.0, 0.0], [0.0, 4.0]])
    >>> found.lower <= 3 <= found.upper, found.tier, float(found.width) < 1e-14
    (True, 'gap', True)
    >>> smallest_singular_value([[1.0, 2.0]])
    Enclosure(lower=Fraction(0, 1), upper=Fraction(0, 1), tier='wide')
    """
    given = to_floats(A, "A")
    if given.shape[0] < given.shape[1]:
        return Enclosure(0, 0, "wide")
    small = scaled(np.ascontiguousarray(given))
    lower, upper, tier = _enclosed(small.matrix)
    lost = Fraction(small.lost)
    return Enclosure(
        small.rescale(max(lower - lost, Fraction(0))), small.rescale(upper + lost), tier
    )


def _enclosed(A: Array) -> tuple[Fraction, Fraction, str]:
    """Return bounds of σ and the tier."""
    squares = squares_above(A)
    frobenius = raised(math.sqrt(squares))
    X = _approximate_inverse(A)
    if X is None:
        along = measure(A, np.linalg.svd(A, full_matrices=False)[2][-1], frobenius)
        return Fraction(0), Fraction(root_above(along.upper)), "singular"
    Y = X / float(np.abs(X).max())
    guess = largest(
        lambda v: Y @ (v @ Y),
        start_of_size(len(X)),
        steps=60,
        enough=lambda first, second, rest: rest**2 <= 1e-18 * first * max(first - second, 0.0),
    )
    along = measure(A, guess.vector, frobenius)
    upper = Fraction(root_above(along.upper))
    best, tier = Fraction(0), "singular"
    across = _across(A, guess.vector, along, guess.value / max(guess.second, 1e-30), squares)
    if across is not None and across > along.upper:
        below = along.lower - Fraction(along.residual) / (across - along.upper)
        if below > 0:
            best, tier = Fraction(root_below(below)), "gap"
    if upper - best > _CLOSE * upper:
        by_inverse = min(_by_inverse(A, X, frobenius), upper)
        if by_inverse > best:
            best, tier = by_inverse, "inverse"
    return best, upper, tier


def _approximate_inverse(A: Array) -> Array | None:
    """Return about the inverse of the triangular factor of A, or None where floats say nothing."""
    try:
        X: Array = np.linalg.inv(np.linalg.qr(A, mode="r"))
    except np.linalg.LinAlgError:
        return None
    largest_entry = float(np.abs(X).max())
    return X if 0 < largest_entry < 2.0**60 else None


def _across(A: Array, v: Array, along: Along, ratio: float, squares: float) -> Fraction | None:
    """Prove ``xᵀHx >= μ ‖x‖²`` across v, by a factorization of ``G + s sᵀ - c² I``."""
    rows, size = A.shape
    low = float(along.upper)
    if size == 1:
        return Fraction(squares) + 1
    cut = low * (1 + min(ratio, 1e30)) / 2
    s = v * (2 * stretch(v, cut))
    shifted = A.T @ A + np.outer(s, s)
    shifted[np.diag_indices(size)] -= cut
    if not completes(shifted):
        return None
    added = squares_above(s)
    whole = size * cut + added + squares
    error = accumulated(rows + 1) * squares + UNIT * (2 * added + 4 * whole)
    return Fraction(cut) - Fraction(raised(error + cholesky_error(size) * whole + TINY))


def _by_inverse(A: Array, X: Array, frobenius: float) -> Fraction:
    """Return ``σ(A X) / ‖X‖`` from below; 0 where A X can't be shown to be nearly orthogonal."""
    rows, size = A.shape
    C = A @ X
    of_inverse = raised(math.sqrt(squares_above(X)))
    in_product = accumulated(size + 1) * frobenius * of_inverse
    square = C.T @ C
    square[np.diag_indices(size)] -= 1
    whole = squares_above(C)
    off = math.sqrt(squares_above(square)) + accumulated(rows + 1) * whole + UNIT * (whole + 1)
    if not raised(off) < 1:
        return Fraction(0)
    nearly = Fraction(root_below(1 - Fraction(raised(off)))) - Fraction(raised(in_product + TINY))
    return max(nearly, Fraction(0)) / spectral_norm(X).upper
