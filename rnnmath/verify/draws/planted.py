"""Matrices drawn together with what is known about them: singular values, top vectors, radii.

All are rational, so that a norm that a statement speaks of has an exact value.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from rnnmath.errors import DomainError
from rnnmath.numeric.exact import rational_orthogonal

__all__ = ["decomposed", "diagonalized", "normal_matrix", "set_apart", "triangularized"]

Rng = np.random.Generator


def decomposed(
    rng: Rng, rows: int, cols: int, values: Sequence[Fraction], names: Sequence[str]
) -> dict[str, Any]:
    """Return ``A = P diag(s) R``, its parts, its rank bound r and a vector that A stretches most.

    Parameters
    ----------
    rng : numpy.random.Generator
    rows, cols : int
    values : sequence of min(rows, cols) Fractions
        The entries of s, of any sign.
    names : sequence of str
        What to call A (rows, cols), P (rows, r), s (r, 1), R (r, cols) and the vector (cols, 1).

    Raises
    ------
    DomainError
        If there are not five names.

    Examples
    --------
    >>> drawn = decomposed(np.random.default_rng(0), 2, 3, [Fraction(1), Fraction(-2)], "APsRw")
    >>> A, w = drawn["A"], drawn["w"]
    >>> bool((A.T @ A @ w == 4 * w).all())
    True
    """
    if len(names) != 5:
        msg = f"five names are needed, for A, P, s, R and the vector, got {list(names)}"
        raise DomainError(msg)
    s = np.array(values, dtype=object).reshape(-1, 1)
    P = rational_orthogonal(rng, rows)[:, : len(s)]
    R = rational_orthogonal(rng, cols)[: len(s)]
    top = int(np.argmax(abs(s)))
    w = R[[top]].T * Fraction(int(rng.integers(1, 9)), 4)
    return dict(zip(names, ((P * s.T) @ R, P, s, R, w), strict=True)) | {"r": len(s)}


def normal_matrix(rng: Rng, moduli: Sequence[Fraction]) -> Any:
    """Return a normal matrix whose eigenvalues have the given moduli, each once or in pairs.

    ``N = Q B Q^T``, B block diagonal with multiples of orthogonal blocks of size 2, and one of
    size 1 where the number of moduli is odd; so each second modulus is not used.

    Examples
    --------
    >>> N = normal_matrix(np.random.default_rng(4), [Fraction(2), Fraction(1), Fraction(3)])
    >>> bool((N @ N.T == N.T @ N).all()), bool((N == N.T).all())
    (True, False)
    """
    size = len(moduli)
    B = np.full((size, size), Fraction(0), dtype=object)
    for start in range(0, size, 2):
        block = slice(start, min(start + 2, size))
        B[block, block] = moduli[start] * rational_orthogonal(rng, block.stop - start)
    Q = rational_orthogonal(rng, size)
    return Q @ B @ Q.T


def diagonalized(
    rng: Rng, size: int, values: Sequence[Fraction], names: Sequence[str]
) -> dict[str, Any]:
    """Return ``J = R diag(l) R^-1``, its parts, one eigenpair, and a K that commutes with J.

    R is a product of triangular matrices, so that J is not normal where the size is above 1.

    Parameters
    ----------
    rng : numpy.random.Generator
    size : int
    values : sequence of Fractions
        The eigenvalues of J and then those of K, ``2 size`` in all.
    names : sequence of str
        What to call J, R, l (size, 1), the eigenvalue, its vector (size, 1) and K.

    Raises
    ------
    DomainError
        If there are not six names.

    Examples
    --------
    >>> values = [Fraction(v) for v in (1, -2, 3, 4)]
    >>> drawn = diagonalized(np.random.default_rng(0), 2, values, ["J", "R", "l", "mu", "v", "K"])
    >>> J, K, v = drawn["J"], drawn["K"], drawn["v"]
    >>> bool((J @ v == drawn["mu"] * v).all()), bool((J @ K == K @ J).all())
    (True, True)
    """
    if len(names) != 6:
        msg = f"six names are needed, for J, R, l, the eigenvalue, its vector, K, got {list(names)}"
        raise DomainError(msg)
    unit = np.vectorize(lambda i, j: Fraction(int(i == j)), otypes=[object])
    eye = np.fromfunction(unit, (size, size), dtype=int)
    lower, back = eye.copy(), eye.copy()
    for column in range(size - 1):  # one column of multipliers at a time, undone in reverse
        factors = np.array([Fraction(int(v), 2) for v in rng.integers(-3, 4, size)], dtype=object)
        shear = eye.copy()
        shear[column + 1 :, column] = factors[column + 1 :]
        lower, back = lower @ shear, (2 * eye - shear) @ back
    R, inverse = lower @ lower.T, back.T @ back
    own, other = (np.array(part, dtype=object)[:, None] for part in (values[:size], values[size:]))
    place = int(rng.integers(size))
    J, K = ((R * entries.T) @ inverse for entries in (own, other))
    vector = R[:, [place]] * Fraction(int(rng.integers(1, 9)), 4)
    return dict(zip(names, (J, R, own, own[place, 0], vector, K), strict=True))


def set_apart(rng: Rng, matrix: Any, names: Sequence[str]) -> dict[str, Any]:
    """Empty one column of a matrix, and return the unit column that names its place.

    Parameters
    ----------
    rng : numpy.random.Generator
    matrix : array (rows, cols)
    names : sequence of str
        What to call the matrix R with the empty column, and the unit column e (cols, 1).

    Examples
    --------
    >>> drawn = set_apart(np.random.default_rng(0), np.array([[1, 2, 3]], dtype=object), "Re")
    >>> (drawn["R"] @ drawn["e"]).tolist(), int(sum(drawn["e"].flat))
    ([[0]], 1)
    """
    place = int(rng.integers(matrix.shape[1]))
    emptied, unit = matrix.copy(), np.zeros((matrix.shape[1], 1), dtype=int).astype(object)
    emptied[:, place], unit[place, 0] = 0, 1
    return dict(zip(names, (emptied, unit), strict=True))


def triangularized(rng: Rng, values: Sequence[Fraction], names: Sequence[str]) -> dict[str, Any]:
    """Return ``J = Q (diag(l) + N) Q^T`` and its parts, Q orthogonal and N strictly upper.

    Parameters
    ----------
    rng : numpy.random.Generator
    values : sequence of Fractions
        The eigenvalues of J.
    names : sequence of str
        What to call J, Q, l (size, 1) and N.

    Examples
    --------
    >>> drawn = triangularized(np.random.default_rng(0), [Fraction(1), Fraction(-2)], "JQlN")
    >>> J, Q = drawn["J"], drawn["Q"]
    >>> bool((np.tril(Q.T @ J @ Q) == np.diag([1, -2])).all())
    True
    """
    size = len(values)
    column, N = np.array(values, dtype=object)[:, None], np.full((size, size), Fraction(0))
    for place in zip(*np.triu_indices(size, 1), strict=True):
        N[place] = Fraction(int(rng.integers(-9, 10)), int(rng.integers(1, 7)))
    Q = rational_orthogonal(rng, size)
    J = Q @ (np.diag(column[:, 0]) + N) @ Q.T
    return dict(zip(names, (J, Q, column, N), strict=True))
