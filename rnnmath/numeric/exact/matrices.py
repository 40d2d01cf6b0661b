"""Exact decisions about rational matrices by integer elimination: definiteness, rank, plain norms."""

from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnmath.errors import DomainError, ShapeMismatch
from rnnmath.numeric.rational import to_fractions

__all__ = [
    "determinant",
    "frobenius_squared",
    "inf_norm",
    "is_positive_definite",
    "is_positive_semidefinite",
    "one_norm",
    "rank",
    "trace",
]

Integers = list[list[int]]


def to_matrix(A: Any, name: str = "A") -> NDArray[np.object_]:
    """Return ``A`` as a two-dimensional object array of Fractions, or raise ShapeMismatch."""
    exact = to_fractions(A, name)
    if exact.ndim != 2:
        msg = f"{name} must be a matrix, got shape {exact.shape}"
        raise ShapeMismatch(msg)
    return exact


def to_square(A: Any, name: str = "A") -> NDArray[np.object_]:
    """Return ``A`` as a square object array of Fractions, or raise ShapeMismatch."""
    exact = to_matrix(A, name)
    if exact.shape[0] != exact.shape[1]:
        msg = f"{name} must be square, got shape {exact.shape}"
        raise ShapeMismatch(msg)
    return exact


def to_symmetric(A: Any, name: str = "A") -> NDArray[np.object_]:
    """Return ``A`` as a symmetric object array of Fractions, or raise DomainError."""
    exact = to_square(A, name)
    for i, j in np.ndindex(exact.shape):
        if exact[i, j] != exact[j, i]:
            msg = f"{name} must be symmetric, but entries ({i}, {j}) and ({j}, {i}) differ"
            raise DomainError(msg)
    return exact


def cleared(A: NDArray[np.object_]) -> tuple[Integers, int]:
    """Return integers N and a positive integer d with A = N/d."""
    d = lcm(*(entry.denominator for entry in A.ravel()))
    return [[entry.numerator * (d // entry.denominator) for entry in row] for row in A], d


def gram(N: Integers) -> Integers:
    """Return Nᵀ N."""
    columns = list(zip(*N, strict=True))
    return [[sum(x * y for x, y in zip(a, b, strict=True)) for b in columns] for a in columns]


def shifted(N: Integers, scale: int, shift: int) -> Integers:
    """Return scale N + shift I."""
    return [
        [scale * entry + (shift if i == j else 0) for j, entry in enumerate(row)]
        for i, row in enumerate(N)
    ]


def definite(M: Integers) -> bool:
    """Decide whether a symmetric integer matrix is positive definite.

    Huge entries are first cut to their leading bits: with |M - 2^s M'| <= 2^s entry by entry the
    spectral norm of the error is at most 2^s n, so M' - n I positive definite proves the same of
    M, and M' + n I not positive definite disproves it.
    """
    size = max(abs(entry).bit_length() for row in M for entry in row)
    for kept in (512, 2048):
        if size <= 2 * kept:
            break
        coarse = [[entry >> (size - kept) for entry in row] for row in M]
        if _eliminate(shifted(coarse, 1, -len(M)), strict=True):
            return True
        if not _eliminate(shifted(coarse, 1, len(M)), strict=True):
            return False
    return _eliminate(M, strict=True)


def semidefinite(M: Integers) -> bool:
    """Decide whether a symmetric integer matrix is positive semidefinite."""
    return _eliminate(M, strict=False)


def _eliminate(M: Integers, *, strict: bool) -> bool:
    """Run fraction-free L D Lᵀ; the pivots are ratios of leading principal minors."""
    rows = [list(row) for row in M]
    n, previous = len(rows), 1
    for k in range(n):
        pivot = rows[k][k]
        if pivot < 0 or (strict and pivot == 0):
            return False
        if pivot == 0:
            if any(rows[k][j] for j in range(k + 1, n)):
                return False
            continue
        for i in range(k + 1, n):
            for j in range(i, n):
                entry = (rows[i][j] * pivot - rows[k][i] * rows[k][j]) // previous
                rows[i][j] = rows[j][i] = entry
        previous = pivot
    return True


def is_positive_semidefinite(M: Any) -> bool:
    """Decide xᵀ M x >= 0 for all x, by exact L D Lᵀ.

    Law: M is positive semidefinite iff every pivot is >= 0 and a zero pivot has a zero row in what
    remains.

    Parameters
    ----------
    M
        Symmetric (n, n) array of Fractions, integers or floats (converted exactly).

    Returns
    -------
    bool
        True and False are both proofs.

    Raises
    ------
    ShapeMismatch
        If M is not square.
    DomainError
        If M is not symmetric, or holds NaN, infinity or no numbers.

    Notes
    -----
    Derived here; the integer form of the elimination is Bareiss (1968).

    Examples
    --------
    >>> is_positive_semidefinite([[1, 1], [1, 1]]), is_positive_semidefinite([[0, 1], [1, 5]])
    (True, False)
    """
    return semidefinite(cleared(to_symmetric(M, "M"))[0])


def is_positive_definite(M: Any) -> bool:
    """Decide xᵀ M x > 0 for all x ≠ 0, by exact L D Lᵀ.

    Law: M is positive definite iff all its leading principal minors are positive.

    Parameters
    ----------
    M
        Symmetric (n, n) array of Fractions, integers or floats (converted exactly).

    Returns
    -------
    bool
        True and False are both proofs.

    Raises
    ------
    ShapeMismatch
        If M is not square.
    DomainError
        If M is not symmetric, or holds NaN, infinity or no numbers.

    Notes
    -----
    Derived here (Sylvester's criterion).

    Examples
    --------
    >>> is_positive_definite([[2, 1], [1, 2]]), is_positive_definite([[1, 1], [1, 1]])
    (True, False)
    """
    return definite(cleared(to_symmetric(M, "M"))[0])


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
