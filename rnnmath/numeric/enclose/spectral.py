"""The spectral norm of a float matrix between two proven bounds.

A vector proves the lower bound: ``‖A‖ >= ‖A v‖ / ‖v‖``.  For the upper bound, H = Aᵀ A is split
along v: with ``a = vᵀHv / vᵀv``, ``xᵀHx <= μ ‖x‖²`` for every x orthogonal to v, and
``ρ = ‖H v - β v‖ / ‖v‖`` for any β, the largest eigenvalue of the 2 x 2 matrix [[a, ρ], [ρ, μ]]
bounds that of H:

    a <= ‖A‖² <= a + ρ² / (a - μ)     if a > μ,     else <= max(a, μ) + ρ

(Temple's inequality).  ρ enters squared, so that a rough μ, proven by one Cholesky factorization
in floats or by the trace alone, is enough for a width of a few units in the last place.
"""

import math
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnmath.numeric.enclose.along import TIGHT, cholesky_error, completes, measure
from rnnmath.numeric.enclose.error_free import high_digits, splitting_digits
from rnnmath.numeric.enclose.lanczos import Guess, largest, start_of_size
from rnnmath.numeric.enclose.record import Enclosure
from rnnmath.numeric.enclose.rounding import (
    TINY,
    UNIT,
    accumulated,
    raised,
    root_above,
    root_below,
    root_of_size,
    squares_above,
)
from rnnmath.numeric.enclose.scaling import scaled, to_floats

__all__ = ["spectral_norm"]

Array = NDArray[np.float64]

#: Up to this size all eigenvalues of a Gram matrix cost less than a Lanczos process in Python.
_DENSE = 96


def _across(gram: Array, rows: int, guess: Guess, squares: float) -> float | None:
    """Prove ``xᵀHx <= μ ‖x‖²`` for every x orthogonal to v; None if the factorization fails.

    If Cholesky of ``B = fl(c² I - G + s sᵀ)`` completes, s a power of two times v, then B is
    positive semidefinite up to ``γ/(1-γ) trace B`` (Demmel 1989; Rump 2006), and so is
    ``c² I - H`` across v up to that and the rounding of G and B.
    """
    size, v = len(gram), guess.vector
    cut = (guess.value + guess.second) / 2
    s = v * 2.0 ** math.ceil(math.log2(math.sqrt(guess.value / (v @ v))))
    shifted = np.outer(s, s) - gram
    shifted[np.diag_indices(size)] += cut
    if not completes(shifted):
        return None
    added = squares_above(s)
    whole = size * cut + added + squares  # bounds the trace of B and its Frobenius norm
    error = accumulated(rows + 1) * squares + UNIT * (2 * added + 4 * whole)
    return raised(cut + error + cholesky_error(size) * whole + TINY)


def _no_gap(A: Array, guess: Guess, frobenius: float) -> Fraction | None:
    """Prove ``‖A‖² <= μ`` where no vector stands out, from a Gram matrix without lost digits.

    ``A = A₁ + A₂``, ``A₁ᵀA₁`` exact: ``D = (A₁ᵀA₁ - c² I) + (A₁ᵀA₂ + A₂ᵀA₁ + A₂ᵀA₂)`` is small
    where all singular values are near c, so its rounding and its trace are small too.
    """
    rows, size = A.shape
    digits = splitting_digits(rows) // 2
    A1 = high_digits(A, digits)
    A2 = A - A1
    mixed = A1.T @ A2
    rest = mixed + mixed.T + A2.T @ A2
    excess = A1.T @ A1
    place = np.diag_indices(size)
    excess[place] -= guess.value
    leading = float(np.abs(excess[place]).max())
    excess += rest
    spread = math.sqrt(squares_above(excess))
    trace = float(np.abs(excess[place]).sum()) * (1 + size * 2 * UNIT)
    top = largest(lambda v: excess @ v, start_of_size(size), steps=24, enough=lambda *_: False)
    margin = 4 * UNIT * guess.value + 2 * cholesky_error(size) * trace
    for shift in (top.value + 0.02 * abs(top.value) + margin, max(top.value, 0.0) + 8 * margin):
        shifted = -excess
        shifted[place] += shift
        if completes(shifted):
            break
    else:
        return None
    fine = 2.0 ** -(digits + 1) * root_of_size(rows * size)
    mixing = 2 * (frobenius + fine) * fine + fine * fine
    error = (accumulated(rows + 4) + 4 * UNIT) * mixing
    error += UNIT * (leading + 2 * spread + 4 * abs(shift))
    error += cholesky_error(size) * (trace + size * abs(shift))
    return Fraction(guess.value) + Fraction(shift) + Fraction(raised(error + TINY))


def _guess(gram: Array) -> Guess:
    """Guess the top of the spectrum of a Gram matrix."""
    size = len(gram)
    if size <= _DENSE:
        values, vectors = np.linalg.eigh(gram)
        second = float(values[-2]) if size > 1 else 0.0
        return Guess(float(values[-1]), second, vectors[:, -1])
    return largest(lambda v: gram @ v, start_of_size(size), steps=160, enough=_enough)


def _enough(first: float, second: float, residual: float) -> bool:
    """Tell whether ``ρ² / (a - μ)`` will be small enough."""
    return residual**2 <= 0.01 * TIGHT * first * max(first - second, 0.0)


def spectral_norm(A: Any) -> Enclosure:
    r"""Enclose ``‖A‖ = max ‖Av‖`` over unit vectors v, for a matrix of floats.

    Parameters
    ----------
    A : array (m, n)
        float32 or float64, or integers that float64 represents; of any strides, not changed.

    Returns
    -------
    Enclosure
        Rational bounds of the norm of exactly this matrix, and the tier of the proof: ``zero``;
        ``trace`` (the rest of the trace is small, O(mn)); ``gap`` (one Gram matrix and one
        Cholesky factorization); ``no gap`` (the same on split digits, for many equal singular
        values); ``coarse`` (``‖A‖_F``, where no factorization completes).

    Raises
    ------
    ShapeMismatch
        If A is no matrix or is empty.
    DomainError
        If A holds NaN or infinity, or no real floats.

    Notes
    -----
    Source: derived here from Temple's inequality, the Cholesky criterion of Rump (2006) and the
    error-free splitting of Ozaki et al. (2012).  It supposes IEEE binary64, rounding to nearest,
    and conventional products, as every usual BLAS has them.

    Examples
    --------
    >>> import numpy as np
    >>> found = spectral_norm(np.array([[3.0, 0.0], [4.0, 0.0]]))
    >>> found.lower <= 5 <= found.upper, float(found.upper - found.lower) < 4e-15 * 5
    (True, True)
    >>> spectral_norm(np.eye(7)).tier
    'no gap'
    """
    given = to_floats(A, "A")
    if not given.any():
        return Enclosure(0, 0, "zero")
    if given.shape[0] < given.shape[1]:
        given = given.T
    small = scaled(np.ascontiguousarray(given))
    lower, upper, tier = _enclosed(small.matrix)
    return Enclosure(
        small.rescale(max(Fraction(root_below(lower)) - Fraction(small.lost), Fraction(0))),
        small.rescale(Fraction(root_above(upper)) + Fraction(small.lost)),
        tier,
    )


def _enclosed(A: Array) -> tuple[Fraction, Fraction, str]:
    """Return bounds of ‖A‖² and the tier."""
    squares = squares_above(A)
    frobenius = raised(math.sqrt(squares))
    few = largest(lambda v: (A @ v) @ A, start_of_size(A.shape[1]), steps=6, enough=_enough)
    if squares < 2 * few.value:
        along = measure(A, few.vector, frobenius)
        bound = along.bound(Fraction(squares) - along.lower)
        if along.tight(bound):
            return along.lower, max(bound, along.lower), "trace"
    gram = A.T @ A
    guess = _guess(gram)
    along = measure(A, guess.vector, frobenius)
    best, tier = Fraction(squares), "coarse"
    across = _across(gram, len(A), guess, squares)
    if across is not None and along.bound(Fraction(across)) < best:
        best, tier = along.bound(Fraction(across)), "gap"
    if not along.tight(best):
        whole = _no_gap(A, guess, frobenius)
        if whole is not None and whole < best:
            best, tier = whole, "no gap"
    return along.lower, max(best, along.lower), tier
