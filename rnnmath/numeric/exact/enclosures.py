"""Rigorous enclosures of singular values, spectral radii and eigenvalues of rational matrices."""

from collections.abc import Callable
from fractions import Fraction
from math import isqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnmath.errors import DomainError
from rnnmath.numeric.exact import polynomials
from rnnmath.numeric.exact.interval import Interval, square_root
from rnnmath.numeric.exact.matrices import (
    Integers,
    cleared,
    definite,
    gram,
    rank,
    semidefinite,
    shifted,
    to_matrix,
    to_square,
    to_symmetric,
)

__all__ = ["largest_eigenvalue", "smallest_singular_value", "spectral_norm", "spectral_radius"]

# Beyond this many bits in the Gram matrix no exact value is searched for; the interval stays right.
EXACT_SEARCH_BITS = 6000


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
    _check_bits(bits)
    exact = to_matrix(A)
    G, d = _small_gram(exact)
    above = sum(G[i][i] for i in range(len(G)))
    if above == 0:
        return Interval.exactly(0)
    if _short(G):
        square = polynomials.greatest_integer_root(
            polynomials.characteristic_polynomial(G), above
        )
        if square is not None:
            edge = shifted(G, -1, square)
            if semidefinite(edge) and not definite(edge):
                return square_root(Fraction(square, d * d), bits)

    def is_below(u: Fraction) -> bool:
        return definite(shifted(G, -(u.denominator**2), (u.numerator * d) ** 2))

    guess = _from_floats(exact, lambda M: np.linalg.norm(M, 2))
    return _bracket(is_below, guess or Fraction(isqrt(above) + 1, d), bits)


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
    _check_bits(bits)
    exact = to_matrix(A)
    if rank(exact) < exact.shape[1]:
        return Interval.exactly(0)
    N, d = cleared(exact)
    G = gram(N)
    if _short(G):
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

    guess = _from_floats(exact, lambda M: np.linalg.svd(M, compute_uv=False).min())
    return _bracket(is_below, guess or Fraction(1), bits)


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
    _check_bits(bits)
    exact = to_square(A)
    N, d = cleared(exact)
    p = polynomials.characteristic_polynomial(N)
    while p[-1] == 0 and len(p) > 1:
        p.pop()
    if len(p) == 1:
        return Interval.exactly(0)
    squares = polynomials.squared_roots(p)

    def is_below(c: Fraction) -> bool:
        return polynomials.all_inside(squares, c * d * d)

    radius = _from_floats(exact, lambda M: np.abs(np.linalg.eigvals(M)).max())
    found = _bracket(is_below, radius * radius if radius else Fraction(1), bits + 1)
    candidate = _simplest_between(found.lower, found.upper)
    if not is_below(candidate) and polynomials.none_outside(squares, candidate * d * d):
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
    _check_bits(bits)
    exact = to_symmetric(S, "S")
    N, d = cleared(exact)
    p = polynomials.characteristic_polynomial(N)
    reach = max(sum(abs(entry) for entry in row) for row in N) + 1
    chain = polynomials.sturm_chain(polynomials.squarefree(p))
    if _short(N):
        root = polynomials.greatest_integer_root(p, reach)
        if root is not None and polynomials.roots_above(chain, root, 1) == 0:
            return Interval.exactly(Fraction(root, d))

    def is_below(c: Fraction) -> bool:
        top, bottom = c.numerator * d, c.denominator
        at_root = polynomials.value_at(chain[0], top, bottom) == 0
        return not at_root and polynomials.roots_above(chain, top, bottom) == 0

    if p[-1] == 0 and polynomials.roots_above(chain, 0, 1) == 0:
        return Interval.exactly(0)
    if is_below(Fraction(0)):
        flipped = _from_floats(exact, lambda M: -np.linalg.eigvalsh(M).max())
        return -_bracket(lambda c: not is_below(-c), flipped or Fraction(1), bits)
    guess = _from_floats(exact, lambda M: np.linalg.eigvalsh(M).max())
    return _bracket(is_below, guess or Fraction(reach, d), bits)


def _check_bits(bits: int) -> None:
    if isinstance(bits, bool) or not isinstance(bits, int) or bits < 1:
        msg = f"bits must be an integer of at least 1, got {bits!r}"
        raise DomainError(msg)


def _small_gram(A: NDArray[np.object_]) -> tuple[Integers, int]:
    """Return the smaller of d² AᵀA and d² AAᵀ, which share their nonzero eigenvalues."""
    N, d = cleared(A if A.shape[0] >= A.shape[1] else A.T)
    return gram(N), d


def _short(G: Integers) -> bool:
    return max(abs(entry).bit_length() for row in G for entry in row) <= EXACT_SEARCH_BITS


def _from_floats(
    A: NDArray[np.object_], compute: Callable[[NDArray[np.float64]], float]
) -> Fraction:
    """Return a guess >= 0 from floating point, scaled so that no entry overflows; 0 if it fails."""
    scale = max(abs(entry) for entry in A.ravel())
    scaled = np.array([[float(entry / scale) for entry in row] for row in A])
    value = float(compute(scaled))
    return Fraction(max(value, 0.0)) * scale if np.isfinite(value) else Fraction(0)


def _bracket(is_below: Callable[[Fraction], bool], guess: Fraction, bits: int) -> Interval:
    """Enclose a number x > 0 by asking only on which side of it a rational number lies.

    True must imply x <= c and False x >= c.
    The guess may be wrong by any factor: the bracket is widened until both ends are certified
    (first by factors near 1, then by squaring the factor), and then halved.
    """
    step = Fraction(1, 1 << 48)
    while not is_below(high := _leading(guess * (1 + step), bits)):
        step = step * 4 if step < 2 else step * step
    step = Fraction(1, 1 << 48)
    while is_below(low := _leading(guess / (1 + step), bits)):
        step = step * 4 if step < 2 else step * step
    while (high - low) * (1 << bits) > low:
        if high > 4 * low:
            middle = Fraction(2) ** ((_exponent(high) + _exponent(low)) // 2)
        else:
            middle = _leading((low + high) / 2, bits)
        low, high = (low, middle) if is_below(middle) else (middle, high)
    return Interval(low, high)


def _exponent(x: Fraction) -> int:
    return x.numerator.bit_length() - x.denominator.bit_length()


def _leading(x: Fraction, bits: int) -> Fraction:
    """Round x > 0 to the nearest number of about bits + 8 binary digits."""
    unit = Fraction(2) ** (_exponent(x) - bits - 8)
    return round(x / unit) * unit


def _simplest_between(low: Fraction, high: Fraction) -> Fraction:
    """Return the fraction of least denominator in [low, high], by continued fractions."""
    whole = low.numerator // low.denominator
    if whole == low or whole + 1 <= high:
        return Fraction(whole if whole == low else whole + 1)
    return whole + 1 / _simplest_between(1 / (high - whole), 1 / (low - whole))
