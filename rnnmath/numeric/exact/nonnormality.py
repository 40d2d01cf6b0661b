"""Certified numbers of a fixed matrix that is not normal: powers, resolvent, spectrum."""

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnmath.errors import DomainError
from rnnmath.numeric.exact import polynomials
from rnnmath.numeric.exact.bracketing import bracket, check_bits
from rnnmath.numeric.exact.interval import Interval, interval_max
from rnnmath.numeric.exact.matrices import cleared, to_square
from rnnmath.numeric.exact.singular_values import smallest_singular_value, spectral_norm
from rnnmath.numeric.rational import to_fractions

__all__ = ["kreiss_constant", "power_supremum", "resolvent_norm", "squared_moduli"]

_LONGEST = 400
_CELLS = 64
_RADII = (1.001, 1.005, 1.01, 1.02, 1.05, 1.1, 1.2, 1.4, 1.7, 2.0, 3.0, 6.0)


def _powers(A: NDArray[np.object_], bits: int) -> list[Interval]:
    """Return ||A^m|| for m = 0, 1, ... up to the first that is certainly below 1."""
    power = to_fractions(np.eye(len(A), dtype=int))
    norms = [Interval.exactly(1)]
    while len(norms) <= _LONGEST:
        power = power @ A
        norms.append(spectral_norm(power, bits))
        if norms[-1].upper < 1:
            return norms
    msg = f"no power of A up to {_LONGEST} is seen to have a norm below 1; is rho(A) below 1?"
    raise DomainError(msg)


def power_supremum(A: Any, bits: int = 60) -> Interval:
    """Enclose sup ||A^m|| over all m >= 0, for a matrix with ρ(A) < 1.

    Law: once ||A^M|| < 1, every later power is at most an earlier one, so the largest of
    ||A^0||, ..., ||A^(M-1)|| is the supremum.

    Parameters
    ----------
    A
        Square (n, n) matrix of Fractions, integers or floats (converted exactly).
    bits
        Relative precision of each norm.

    Returns
    -------
    Interval
        At least 1, as A^0 = I.

    Raises
    ------
    ShapeMismatch
        If A is not square.
    DomainError
        If no power up to a fixed large one has a norm below 1, or A holds no finite numbers.

    Notes
    -----
    Derived here.

    Examples
    --------
    >>> power_supremum([[0, 5], [0, 0]])
    Interval(lower=Fraction(5, 1), upper=Fraction(5, 1))
    """
    check_bits(bits)
    return interval_max(*_powers(to_square(A), bits)[:-1])


def resolvent_norm(A: Any, re: Any, im: Any, bits: int = 60) -> Interval:
    """Enclose ||(zI - A)⁻¹|| at z = re + i im, for a real matrix A.

    Formula: 1/σ_min of the real matrix [[re I - A, -im I], [im I, re I - A]].

    Parameters
    ----------
    A
        Square (n, n) matrix of Fractions, integers or floats (converted exactly).
    re, im
        Numbers.
    bits
        Relative precision.

    Returns
    -------
    Interval

    Raises
    ------
    ShapeMismatch
        If A is not square.
    DomainError
        If z is an eigenvalue.

    Notes
    -----
    Derived here: the block matrix acts on (u, v) as zI - A acts on u + iv.

    Examples
    --------
    >>> resolvent_norm([[0, 0], [0, 0]], 0, 2)
    Interval(lower=Fraction(1, 2), upper=Fraction(1, 2))
    """
    exact = to_square(A)
    eye = to_fractions(np.eye(len(exact), dtype=int))
    x, y = Fraction(re), Fraction(im)
    block = np.block([[x * eye - exact, -y * eye], [y * eye, x * eye - exact]])
    smallest = smallest_singular_value(block, bits)
    if smallest.lower <= 0:
        msg = f"z = {re} + {im} i is an eigenvalue of A: there is no resolvent"
        raise DomainError(msg)
    return 1 / smallest


def kreiss_constant(A: Any, bits: int = 60) -> Interval:
    """Enclose K(A) = sup (|z| - 1) ||(zI - A)⁻¹|| over |z| > 1, for a matrix with ρ(A) < 1.

    Law: any z gives a lower end; with t = 1/|z| the sum of the powers gives the upper end,
    K <= sup (1 - t) Σ ||A^m|| t^m over 0 < t < 1, cell by cell.

    Parameters
    ----------
    A
        Square (n, n) matrix of Fractions, integers or floats (converted exactly).
    bits
        Relative precision of the norms; the enclosure itself stays as wide as the two laws leave
        it.

    Returns
    -------
    Interval

    Raises
    ------
    ShapeMismatch
        If A is not square.
    DomainError
        If no power up to a fixed large one has a norm below 1, or A holds no finite numbers.

    Notes
    -----
    Derived here; Kreiss (1962) for the constant.

    Examples
    --------
    >>> shift = kreiss_constant([[0, 16], [0, 0]])
    >>> 4 < shift.lower <= shift.upper < 6
    True
    """
    check_bits(bits)
    exact = to_square(A)
    norms = [norm.upper for norm in _powers(exact, bits)]
    *early, end = norms
    tail, upper = end * max(early), Fraction(0)
    for cell in range(_CELLS):
        low, high = Fraction(cell, _CELLS), Fraction(cell + 1, _CELLS)
        value = Fraction(0)
        for norm in reversed(early):
            value = value * high + norm
        upper = max(upper, (1 - low) * value + high ** len(early) * tail)
    x, y, size = _best_point(exact)
    lower = (size - 1) * resolvent_norm(exact, x, y, bits).lower
    return Interval(max(lower, Fraction(0)), max(min(upper, max(early)), lower))


def _best_point(A: NDArray[np.object_]) -> tuple[Fraction, Fraction, Fraction]:
    """Return a rational z of rational modulus > 1 where floats find a large value."""
    floats = A.astype(float)
    best, found = -1.0, (Fraction(2), Fraction(0), Fraction(2))
    for slope in range(33):
        half = Fraction(slope, 16)
        bottom = 1 + half * half
        point = (1 - half * half) / bottom, 2 * half / bottom
        for radius in _RADII:
            size = Fraction(radius).limit_denominator(1000)
            x, y = point[0] * size, point[1] * size
            shifted = complex(float(x), float(y)) * np.eye(len(A)) - floats
            value = (float(size) - 1) / max(np.linalg.svd(shifted, compute_uv=False)[-1], 1e-300)
            if value > best:
                best, found = value, (x, y, size)
    return found


def squared_moduli(A: Any, bits: int = 60) -> Interval:
    """Enclose Σ |λ_i|² over the eigenvalues of a real matrix.

    Law: the sum is rational for real spectra (tr A²) and for factors of degree 2 of the
    characteristic polynomial; a cubic factor with one real root r leaves r² + 2|det/r|.

    Parameters
    ----------
    A
        Square (n, n) matrix of Fractions, integers or floats (converted exactly).
    bits
        Relative precision where the sum is not rational.

    Returns
    -------
    Interval

    Raises
    ------
    ShapeMismatch
        If A is not square.
    DomainError
        If, rational eigenvalues taken away, complex ones are left in a factor of degree above 3.

    Notes
    -----
    Derived here.

    Examples
    --------
    >>> squared_moduli([[0, -2], [2, 0]])
    Interval(lower=Fraction(8, 1), upper=Fraction(8, 1))
    """
    check_bits(bits)
    numbers, common = cleared(to_square(A))
    rest = polynomials.characteristic_polynomial(numbers)
    total = Interval.exactly(0)
    for root in _integer_roots(rest):
        while len(rest) > 1 and polynomials.value_at(rest, root) == 0:
            rest = polynomials.quotient(rest, [1, -root])
            total = total + root * root
    return (total + _of_factor(rest, bits)) / (common * common)


def _integer_roots(p: list[int]) -> list[int]:
    """Return integers among which every integer root of a monic p is, found from floats."""
    guesses = np.roots([float(c) for c in p]) if max(map(abs, p)) < 2**900 else np.zeros(1)
    nearby = {round(float(guess.real)) + shift for guess in guesses for shift in (-1, 0, 1)}
    return sorted(root for root in nearby if polynomials.value_at(p, root) == 0)


def _of_factor(p: list[int], bits: int) -> Interval:
    """Return the sum of squared moduli of the roots of a monic factor without integer roots."""
    degree = len(p) - 1
    if degree == 0:
        return Interval.exactly(0)
    newton = Fraction(p[1] ** 2 - 2 * (p[2] if degree > 1 else 0))
    simple = polynomials.squarefree(p)
    chain = polynomials.sturm_chain(simple)
    reach = 1 + max(abs(c) for c in p)
    if polynomials.roots_above(chain, -reach, 1) == len(simple) - 1:
        return Interval.exactly(newton)
    if degree == 2:
        return Interval.exactly(2 * p[2])
    if degree > 3:
        msg = f"complex eigenvalues in an irreducible factor of degree {degree} are not enclosed"
        raise DomainError(msg)
    sign = 1 if p[3] < 0 else -1  # the real root has the sign of minus the constant term
    q = [c * sign**i for i, c in enumerate(p)]
    root = bracket(
        lambda c: polynomials.value_at(q, c.numerator, c.denominator) > 0, Fraction(reach), bits
    )
    return root * root + Fraction(2 * abs(p[3])) / root
