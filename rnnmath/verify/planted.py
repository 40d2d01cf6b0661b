"""Matrices drawn together with what is known about them: singular values, top vectors, radii.

All are rational, so that a norm that a statement speaks of has an exact value.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from rnnmath.errors import DomainError
from rnnmath.numeric.exact import rational_orthogonal

__all__ = ["decomposed", "normal_matrix"]

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
