"""What one vector proves about the singular values of a matrix, and what a factorization proves."""

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from rnnmath.numeric.enclose.error_free import squared_length, times
from rnnmath.numeric.enclose.rounding import (
    TINY,
    UNIT,
    accumulated,
    raised,
    root_above,
    squares_above,
)
from rnnmath.numeric.enclose.scaling import scaled

__all__ = ["TIGHT", "Along", "across", "cholesky_error", "completes", "measure", "mixed", "stretch"]

Array = NDArray[np.float64]

#: A tier is done when an upper bound of ‖A‖² is above a by this part; half of it is the width.
TIGHT = 4e-15


@dataclass(frozen=True)
class Along:
    """What a vector v proves: bounds of ``a = ‖A v‖² / ‖v‖²``, and one of ``ρ²``."""

    lower: Fraction
    upper: Fraction
    residual: float

    def bound(self, across: Fraction) -> Fraction:
        """Return an upper bound of ‖A‖², given one of ``xᵀHx / xᵀx`` across v."""
        return mixed(self.upper, across, self.residual)

    def tight(self, bound: Fraction) -> bool:
        """Tell whether a bound is as close as asked."""
        return float(bound - self.upper) <= TIGHT * float(self.lower)


def mixed(top: Fraction, across: Fraction, residual: float) -> Fraction:
    """Return an upper bound of the largest eigenvalue of [[a, ρ], [ρ, μ]], given ρ².

    Examples
    --------
    >>> mixed(Fraction(2), Fraction(1), 0.25)
    Fraction(9, 4)
    """
    if top > across:
        return top + Fraction(residual) / (top - across)
    return across + Fraction(raised(math.sqrt(residual)))


def measure(A: Array, v: Array, frobenius: float) -> Along:
    """Measure a vector, of any length but zero."""
    v = scaled(v).matrix
    image = times(A, v, frobenius)
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


def stretch(v: Array, square: float) -> float:
    """Return the power of two that brings ``‖v‖²`` between square and four times it.

    Examples
    --------
    >>> stretch(np.array([1.0, 0.0]), 3.0)
    2.0
    """
    ratio = square / float(v @ v)
    return 2.0 ** math.ceil(math.log2(ratio) / 2) if ratio > 0 else 1.0


def completes(matrix: Array) -> bool:
    """Tell whether Cholesky's factorization of a symmetric matrix completes in floats."""
    try:
        return bool(np.isfinite(np.linalg.cholesky(matrix).diagonal()).all())
    except np.linalg.LinAlgError:
        return False


def cholesky_error(size: int) -> float:
    """Return c such that a completed factorization of B proves ``B >= -c trace(B) I``.

    ``γ/(1-γ)`` with γ of ``n + 1`` roundings; three more, since a BLAS may multiply by reciprocals.
    """
    gamma = accumulated(size + 4)
    return raised(gamma / (1 - gamma))


def across(gram: Array, rows: int, S: Array, cut: float, squares: float) -> Fraction | None:
    """Prove ``xᵀHx <= μ ‖x‖²`` for every x orthogonal to the columns of S, H = Aᵀ A.

    Parameters
    ----------
    gram : array (n, n)
        ``fl(Aᵀ A)``.
    rows : int
        The rows of A.
    S : array (n, k)
        Any columns.
    cut : float
        c², from which μ differs by rounding only.
    squares : float
        An upper bound of ``‖A‖_F²``.

    Returns
    -------
    Fraction or None
        μ, or None where no factorization completes.

    Notes
    -----
    If Cholesky of ``B = fl(c² I - G + S Sᵀ)`` completes, B is positive semidefinite up to
    ``γ/(1-γ) trace B`` (Demmel 1989; Rump 2006), and so is ``c² I - H`` across S up to that and
    the rounding of G and B.

    Examples
    --------
    >>> found = across(np.diag([4.0, 1.0]), 2, np.array([[2.0], [0.0]]), 1.5, 5.0)
    >>> float(found - Fraction(3, 2)) < 1e-13
    True
    """
    size, count = S.shape
    shifted = S @ S.T
    shifted -= gram
    shifted[np.diag_indices(size)] += cut
    if not completes(shifted):
        return None
    length = squares_above(S)
    whole = size * abs(cut) + length + squares  # bounds the trace of B and its Frobenius norm
    error = accumulated(rows + 1) * squares + accumulated(count + 1) * length + 5 * UNIT * whole
    return Fraction(cut) + Fraction(raised(error + cholesky_error(size) * whole + TINY))
