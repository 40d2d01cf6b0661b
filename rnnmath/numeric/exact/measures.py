"""Rational measures of a rational matrix: rank, determinant, trace and the plain norms."""

from fractions import Fraction
from typing import Any

import numpy as np

from rnnmath.numeric.exact.matrices import Integers, cleared, to_matrix, to_square

__all__ = ["determinant", "frobenius_squared", "inf_norm", "one_norm", "rank", "trace"]


def _echelon(N: Integers) -> tuple[int, int]:
    """Return the rank and the signed last pivot of the fraction-free elimination."""
    rows = [list(row) for row in N]
    found, previous, sign = 0, 1, 1
    for column in range(len(rows[0])):
        source = next((i for i in range(found, len(rows)) if rows[i][column]), None)
        if source is None:
            continue
        if source != found:
            rows[found], rows[source] = rows[source], rows[found]
            sign = -sign
        pivot = rows[found][column]
        for i in range(found + 1, len(rows)):
            head = rows[i][column]
            rows[i] = [
                (pivot * x - head * y) // previous
                for x, y in zip(rows[i], rows[found], strict=True)
            ]
        previous = pivot
        found += 1
        if found == len(rows):
            break
    return found, sign * previous


def rank(A: Any) -> int:
    """Return the number of linearly independent columns, by exact elimination.

    Raises
    ------
    ShapeMismatch
        If A is not a matrix.
    DomainError
        If A holds NaN, infinity or no numbers.

    Examples
    --------
    >>> rank([[1, 2], [2, 4]])
    1
    """
    return _echelon(cleared(to_matrix(A))[0])[0]


def determinant(A: Any) -> Fraction:
    """Return det A, by exact elimination.

    Raises
    ------
    ShapeMismatch
        If A is not square.
    DomainError
        If A holds NaN, infinity or no numbers.

    Examples
    --------
    >>> determinant([[0, 2], [3, 4]])
    Fraction(-6, 1)
    """
    N, d = cleared(to_square(A))
    found, last = _echelon(N)
    return Fraction(last, d ** len(N)) if found == len(N) else Fraction(0)


def trace(A: Any) -> Fraction:
    """Return the exact sum of the diagonal entries of a square matrix.

    Raises
    ------
    ShapeMismatch
        If A is not square.
    DomainError
        If A holds NaN, infinity or no numbers.

    Examples
    --------
    >>> trace([[1, 9], [9, 0.5]])
    Fraction(3, 2)
    """
    return sum(np.diagonal(to_square(A)), Fraction(0))


def frobenius_squared(A: Any) -> Fraction:
    """Return ||A||_F² = Σ a_ij², a rational number although the norm may not be one.

    Raises
    ------
    ShapeMismatch
        If A is not a matrix.
    DomainError
        If A holds NaN, infinity or no numbers.

    Examples
    --------
    >>> frobenius_squared([[1, 2], [3, 4]])
    Fraction(30, 1)
    """
    return sum((entry * entry for entry in to_matrix(A).ravel()), Fraction(0))


def one_norm(A: Any) -> Fraction:
    """Return ||A||₁, the greatest column sum of absolute values.

    Raises
    ------
    ShapeMismatch
        If A is not a matrix.
    DomainError
        If A holds NaN, infinity or no numbers.

    Examples
    --------
    >>> one_norm([[1, 1], [0, 0]])
    Fraction(1, 1)
    """
    return inf_norm(to_matrix(A).T)


def inf_norm(A: Any) -> Fraction:
    """Return ||A||_∞, the greatest row sum of absolute values.

    Raises
    ------
    ShapeMismatch
        If A is not a matrix.
    DomainError
        If A holds NaN, infinity or no numbers.

    Examples
    --------
    >>> inf_norm([[1, -1], [0, 0]])
    Fraction(2, 1)
    """
    return max(sum((abs(entry) for entry in row), Fraction(0)) for row in to_matrix(A))
