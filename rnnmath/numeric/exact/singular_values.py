"""Rigorous enclosures of the greatest and the smallest singular value of a rational matrix."""

from fractions import Fraction
from math import isqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnmath.numeric.exact import polynomials
from rnnmath.numeric.exact.bracketing import bracket, check_bits, from_floats, short
from rnnmath.numeric.exact.interval import Interval, square_root
from rnnmath.numeric.exact.matrices import (
    Integers,
    cleared,
    definite,
    gram,
    semidefinite,
    shifted,
    to_matrix,
)
from rnnmath.numeric.exact.measures import rank

__all__ = ["smallest_singular_value", "spectral_norm"]


def spectral_norm(A: Any, bits: int = 60) -> Interval:
    """Enclose ||A|| = max ||Av|| over unit vectors v, for any real matrix.

    Law: σ < u iff u² I - Aᵀ A is positive definite, decided by exact L D Lᵀ on both sides.

    Parameters
    ----------
    A
        Matrix (m, n) of Fractions, integers or floats (converted exactly).
    bits
        The width is at most 2^-bits ||A||.

    Returns
    -------
    Interval
        Degenerate if ||A|| is rational (unless the entries are so long, beyond about 900 digits,
        that no exact value is searched for).

    Raises
    ------
    ShapeMismatch
        If A is not a matrix.
    DomainError
        If A holds NaN, infinity or no numbers, or bits < 1.

    Notes
    -----
    Derived here. Floating point only proposes where to test.

    Examples
    --------
    >>> spectral_norm([[0, 2], [0, 0]])
    Interval(lower=Fraction(2, 1), upper=Fraction(2, 1))
    >>> golden = spectral_norm([[1, 1], [0, 1]])
    >>> float(golden.lower), golden.is_exact
    (1.618033988749895, False)
    """
    check_bits(bits)
    exact = to_matrix(A)
    G, d = _small_gram(exact)
    above = sum(G[i][i] for i in range(len(G)))
    if above == 0:
        return Interval.exactly(0)
    if short(G):
        square = polynomials.greatest_integer_root(polynomials.characteristic_polynomial(G), above)
        if square is not None:
            edge = shifted(G, -1, square)
            if semidefinite(edge) and not definite(edge):
                return square_root(Fraction(square, d * d), bits)

    def is_below(u: Fraction) -> bool:
        return definite(shifted(G, -(u.denominator**2), (u.numerator * d) ** 2))

    guess = from_floats(exact, lambda M: np.linalg.norm(M, 2))
    return bracket(is_below, guess or Fraction(isqrt(above) + 1, d), bits)


def smallest_singular_value(A: Any, bits: int = 60) -> Interval:
    """Enclose min ||Av|| over unit vectors v: 0 for every matrix wider than it is high.

    Law: σ > l iff Aᵀ A - l² I is positive definite, decided by exact L D Lᵀ on both sides.

    Parameters
    ----------
    A
        Matrix (m, n) of Fractions, integers or floats (converted exactly).
    bits
        The width is at most 2^-bits times the value.

    Returns
    -------
    Interval
        Degenerate if the value is rational (within the limits of `spectral_norm`).

    Raises
    ------
    ShapeMismatch
        If A is not a matrix.
    DomainError
        If A holds NaN, infinity or no numbers, or bits < 1.

    Notes
    -----
    Derived here. Floating point only proposes where to test.

    Examples
    --------
    >>> smallest_singular_value([[3, 0], [0, 4]])
    Interval(lower=Fraction(3, 1), upper=Fraction(3, 1))
    >>> smallest_singular_value([[1, 2]])
    Interval(lower=Fraction(0, 1), upper=Fraction(0, 1))
    """
    check_bits(bits)
    exact = to_matrix(A)
    if rank(exact) < exact.shape[1]:
        return Interval.exactly(0)
    N, d = cleared(exact)
    G = gram(N)
    if short(G):
        # The eigenvalues of trace I - G are those of G seen from the other end.
        top = sum(G[i][i] for i in range(len(G)))
        mirrored = polynomials.characteristic_polynomial(shifted(G, -1, top))
        root = polynomials.greatest_integer_root(mirrored, top)
        if root is not None:
            edge = shifted(G, 1, root - top)
            if semidefinite(edge) and not definite(edge):
                return square_root(Fraction(top - root, d * d), bits)

    def is_below(u: Fraction) -> bool:
        return not definite(shifted(G, u.denominator**2, -((u.numerator * d) ** 2)))

    guess = from_floats(exact, lambda M: np.linalg.svd(M, compute_uv=False).min())
    return bracket(is_below, guess or Fraction(1), bits)


def _small_gram(A: NDArray[np.object_]) -> tuple[Integers, int]:
    """Return the smaller of d² AᵀA and d² AAᵀ, which share their nonzero eigenvalues."""
    N, d = cleared(A if A.shape[0] >= A.shape[1] else A.T)
    return gram(N), d
