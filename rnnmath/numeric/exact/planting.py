"""Rational matrices with planted singular values: test cases whose norms are known in advance."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnmath.errors import DomainError, ShapeMismatch
from rnnmath.numeric.rational import to_fractions

__all__ = ["rational_orthogonal", "with_singular_values"]


def rational_orthogonal(rng: np.random.Generator, n: int) -> NDArray[np.object_]:
    """Draw an n by n matrix Q of small Fractions with Qᵀ Q = I, exactly.

    Formula: Q = (I - K)(I + K)⁻¹ with Kᵀ = -K, its columns permuted and their signs drawn.

    Parameters
    ----------
    rng
        Source of randomness.
    n
        Size, at least 1.

    Returns
    -------
    numpy.ndarray
        Object array of Fractions, shape (n, n); both determinants +1 and -1 occur.

    Raises
    ------
    DomainError
        If n < 1.

    Notes
    -----
    Derived here (Cayley's transform).

    Examples
    --------
    >>> Q = rational_orthogonal(np.random.default_rng(1), 3)
    >>> bool((Q.T @ Q == np.eye(3, dtype=int)).all())
    True
    """
    if n < 1:
        msg = f"n must be at least 1, got {n}"
        raise DomainError(msg)
    K = np.full((n, n), Fraction(0), dtype=object)
    for i, j in zip(*np.triu_indices(n, 1), strict=True):
        K[i, j] = Fraction(int(rng.integers(-3, 4)), int(rng.integers(1, 4)))
        K[j, i] = -K[i, j]
    identity = to_fractions(np.eye(n, dtype=int))
    Q: NDArray[np.object_] = (identity - K) @ _inverse(identity + K)
    signs = to_fractions(rng.choice([-1, 1], n))
    drawn: NDArray[np.object_] = Q[:, rng.permutation(n)] * signs
    return drawn


def with_singular_values(
    rng: np.random.Generator, values: Sequence[Any], rows: int, cols: int
) -> NDArray[np.object_]:
    """Draw a rational matrix whose singular values are exactly the given ones.

    Formula: A = Q₁ diag(values) Q₂ with rational orthogonal Q₁ and Q₂.

    Parameters
    ----------
    rng
        Source of randomness.
    values
        min(rows, cols) numbers >= 0: Fractions, integers or floats (converted exactly), any order.
    rows, cols
        Shape of the matrix.

    Returns
    -------
    numpy.ndarray
        Object array of Fractions, shape (rows, cols).

    Raises
    ------
    ShapeMismatch
        If the number of values is not min(rows, cols).
    DomainError
        If a value is negative or not finite, or a size is below 1.

    Notes
    -----
    Derived here.

    Examples
    --------
    >>> A = with_singular_values(np.random.default_rng(1), [2, Fraction(1, 2)], 2, 2)
    >>> sum(entry**2 for entry in A.ravel())
    Fraction(17, 4)
    """
    left, right = rational_orthogonal(rng, rows), rational_orthogonal(rng, cols)
    exact = to_fractions(values, "values")
    if exact.shape != (min(rows, cols),):
        msg = f"values must have shape ({min(rows, cols)},) for {rows} x {cols}, got {exact.shape}"
        raise ShapeMismatch(msg)
    if min(exact) < 0:
        msg = f"singular values are >= 0, got {min(exact)}"
        raise DomainError(msg)
    r = len(exact)
    A: NDArray[np.object_] = (left[:, :r] * exact) @ right[:r]
    return A


def _inverse(A: NDArray[np.object_]) -> NDArray[np.object_]:
    """Invert I + K, whose leading principal minors are all positive: no pivoting is needed."""
    n = len(A)
    work = np.hstack([A, to_fractions(np.eye(n, dtype=int))])
    for k in range(n):
        work[k] = work[k] / work[k, k]
        for i in range(n):
            if i != k:
                work[i] = work[i] - work[i, k] * work[k]
    return work[:, n:]
