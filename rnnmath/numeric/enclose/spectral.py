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
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnmath.numeric.enclose.along import TIGHT, Along, across, cholesky_error, measure, stretch
from rnnmath.numeric.enclose.clusters import clustered
from rnnmath.numeric.enclose.gapless import gapless
from rnnmath.numeric.enclose.lanczos import Guess, largest, start_of_size
from rnnmath.numeric.enclose.record import Enclosure
from rnnmath.numeric.enclose.rounding import raised, root_above, root_below, squares_above
from rnnmath.numeric.enclose.scaling import scaled, to_floats

__all__ = ["spectral_norm"]

Array = NDArray[np.float64]

#: Up to this size all eigenvalues of a Gram matrix cost less than a Lanczos process in Python.
_DENSE = 96
#: How far beyond the largest eigenvalue one step of inverse iteration is taken.
_NEAR = 2.0**-44


def _guess(gram: Array) -> Guess:
    """Guess the top of the spectrum of a Gram matrix."""
    size = len(gram)
    start = start_of_size(size)
    if size > _DENSE:
        return largest(lambda v: gram @ v, start, steps=160, enough=_enough)
    values = np.linalg.eigvalsh(gram)
    top = float(values[-1])
    near = gram.copy()
    near[np.diag_indices(size)] -= top * (1 + _NEAR)
    vector = np.asarray(np.linalg.solve(near, start), dtype=np.float64)
    return Guess(top, float(values[-2]) if size > 1 else 0.0, vector)


def _enough(first: float, second: float, residual: float) -> bool:
    """Tell whether ``ρ² / (a - μ)`` will be small enough."""
    return residual**2 <= 0.05 * TIGHT * first * max(first - second, 0.0)


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
        values); ``cluster`` (some vectors with equal singular values among smaller ones, from all
        eigenvectors of the Gram matrix); ``coarse`` (``‖A‖_F``, where no factorization completes).

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
    if A.shape[1] > _DENSE:
        few = largest(
            lambda v: (A @ v) @ A,
            start_of_size(A.shape[1]),
            steps=6,
            enough=lambda *ritz: 8 * ritz[0] < squares or _enough(*ritz),
        )
        if squares < 2 * few.value:
            along = measure(A, few.vector, frobenius)
            found = along.bound(Fraction(squares) - along.lower)
            if along.tight(found):
                return along.lower, found, "trace"
    lower, best, tier = Fraction(0), Fraction(squares), "coarse"
    for along, bound, name in _proofs(A, squares, frobenius):
        lower = max(lower, along.lower)
        if bound is not None and bound < best:
            best, tier = bound, name
        if along.tight(best):
            break
    return lower, max(best, lower), tier


def _proofs(
    A: Array, squares: float, frobenius: float
) -> Iterator[tuple[Along, Fraction | None, str]]:
    """Measure vectors and prove bounds of ‖A‖², what is likely to be tight first."""
    gram = A.T @ A
    size = len(gram)
    guess = _guess(gram)
    along = measure(A, guess.vector, frobenius)
    yield along, along.bound(Fraction(squares) - along.lower), "trace"
    room = size * guess.value
    if guess.value - guess.second > 8 * cholesky_error(size) * (room + squares):
        S = guess.vector[:, None] * stretch(guess.vector, guess.value)
        outside = across(gram, len(A), S, (guess.value + guess.second) / 2, squares)
        yield along, None if outside is None else along.bound(outside), "gap"
    elif size * (room - squares) <= 10 * guess.value:
        yield along, gapless(A, guess.value, frobenius), "no gap"
    values, vectors = np.linalg.eigh(gram)
    along = measure(A, vectors[:, -1], frobenius)
    yield along, clustered(A, gram, squares, values, vectors), "cluster"
