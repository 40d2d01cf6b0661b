"""Rational matrices as integers over one denominator; definiteness by exact elimination."""

from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnmath.errors import DomainError, ShapeMismatch
from rnnmath.numeric.rational import to_fractions

__all__ = ["is_positive_definite", "is_positive_semidefinite"]

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
