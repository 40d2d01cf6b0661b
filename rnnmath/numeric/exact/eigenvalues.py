"""Rigorous enclosures of spectral radii and of the greatest eigenvalue of a symmetric matrix."""

from fractions import Fraction
from typing import Any

import numpy as np

from rnnmath.numeric.exact import polynomials
from rnnmath.numeric.exact.bracketing import bracket, check_bits, from_floats, short
from rnnmath.numeric.exact.interval import Interval
from rnnmath.numeric.exact.matrices import cleared, to_square, to_symmetric

__all__ = ["largest_eigenvalue", "spectral_radius"]


def spectral_radius(A: Any, bits: int = 60) -> Interval:
    """Enclose ρ(A), the greatest modulus of an eigenvalue of a square matrix.

    Law: ρ² < c iff the polynomial whose roots are the squared eigenvalues has all its roots in
    the open disk of radius c, decided by the matrix of Schur and Cohn.

    Parameters
    ----------
    A
        Matrix (n, n) of Fractions, integers or floats (converted exactly).
    bits
        The width is at most 2^-bits ρ.

    Returns
    -------
    Interval
        Degenerate if ρ is 0, or if ρ² is a rational number with numerator and denominator of up to
        about bits/2 bits and ρ is rational.

    Raises
    ------
    ShapeMismatch
        If A is not square.
    DomainError
        If A holds NaN, infinity or no numbers, or bits < 1.

    Notes
    -----
    Derived here; Schur (1918) and Cohn (1922) for the test. Defective and repeated eigenvalues
    need no special care, because the test decides < and >= exactly.

    Examples
    --------
    >>> spectral_radius([[0, 2], [0, 0]])
    Interval(lower=Fraction(0, 1), upper=Fraction(0, 1))
    >>> spectral_radius([[0, -3], [3, 0]])
    Interval(lower=Fraction(3, 1), upper=Fraction(3, 1))
    """
    check_bits(bits)
    exact = to_square(A)
    N, d = cleared(exact)
    p = polynomials.characteristic_polynomial(N)
    while p[-1] == 0 and len(p) > 1:
        p.pop()
    if len(p) == 1:
        return Interval.exactly(0)
    squares = polynomials.rescaled(polynomials.squared_roots(p), d * d)

    def is_below(c: Fraction) -> bool:
        return polynomials.all_inside(squares, c)

    radius = from_floats(exact, lambda M: np.abs(np.linalg.eigvals(M)).max())
    found = bracket(is_below, radius * radius if radius else Fraction(1), bits + 1)
    candidate = _simplest_between(found.lower, found.upper)
    if not is_below(candidate) and polynomials.none_outside(squares, candidate):
        found = Interval.exactly(candidate)
    return found.sqrt(bits + 2)


def largest_eigenvalue(S: Any, bits: int = 60) -> Interval:
    """Enclose the greatest eigenvalue of a symmetric matrix.

    Law: λ_max < c iff the characteristic polynomial has no root >= c, decided by a Sturm chain;
    no step is shared with `spectral_norm`'s decisions.

    Parameters
    ----------
    S
        Symmetric (n, n) matrix of Fractions, integers or floats (converted exactly).
    bits
        The width is at most 2^-bits |λ_max|.

    Returns
    -------
    Interval
        Degenerate if λ_max is rational (within the limits of `spectral_norm`).

    Raises
    ------
    ShapeMismatch
        If S is not square.
    DomainError
        If S is not symmetric, holds NaN, infinity or no numbers, or bits < 1.

    Notes
    -----
    Derived here; Sturm (1829) for the count.

    Examples
    --------
    >>> largest_eigenvalue([[0, 2], [2, -3]])
    Interval(lower=Fraction(1, 1), upper=Fraction(1, 1))
    """
    check_bits(bits)
    exact = to_symmetric(S, "S")
    N, d = cleared(exact)
    p = polynomials.characteristic_polynomial(N)
    reach = max(sum(abs(entry) for entry in row) for row in N) + 1
    chain = polynomials.sturm_chain(polynomials.squarefree(p))
    if short(N):
        root = polynomials.greatest_integer_root(p, reach)
        if root is not None:
            return Interval.exactly(Fraction(root, d))

    def is_below(c: Fraction) -> bool:
        top, bottom = c.numerator * d, c.denominator
        at_root = polynomials.value_at(chain[0], top, bottom) == 0
        return not at_root and polynomials.roots_above(chain, top, bottom) == 0

    if p[-1] == 0 and polynomials.roots_above(chain, 0, 1) == 0:
        return Interval.exactly(0)
    if is_below(Fraction(0)):
        flipped = from_floats(exact, lambda M: -np.linalg.eigvalsh(M).max())
        return -bracket(lambda c: not is_below(-c), flipped or Fraction(1), bits)
    guess = from_floats(exact, lambda M: np.linalg.eigvalsh(M).max())
    return bracket(is_below, guess or Fraction(reach, d), bits)


def _simplest_between(low: Fraction, high: Fraction) -> Fraction:
    """Return the fraction of least denominator in [low, high], by continued fractions."""
    whole = low.numerator // low.denominator
    if whole == low or whole + 1 <= high:
        return Fraction(whole if whole == low else whole + 1)
    return whole + 1 / _simplest_between(1 / (high - whole), 1 / (low - whole))
