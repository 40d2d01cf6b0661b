"""Matrices by the name of a style: every number is rational, so that every verdict can be exact."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from rnnmath.errors import DomainError
from rnnmath.numeric.exact import rational_orthogonal, with_singular_values
from rnnmath.verify.draws.planted import normal_matrix

__all__ = [
    "SAMPLE_SIZE",
    "STYLES",
    "as_array",
    "generic",
    "orthogonal_multiple",
    "rational",
    "wild",
]

#: Identities are tested at integers drawn from this many values (Schwartz-Zippel).
SAMPLE_SIZE = 2_000_001

Rng = np.random.Generator
Style = Callable[[Rng, int, int], Any]


def as_array(values: list[Any], shape: tuple[int, ...]) -> Any:
    """Return an object array of exact numbers.

    Examples
    --------
    >>> as_array([Fraction(1, 2), 3], (1, 2))
    array([[Fraction(1, 2), 3]], dtype=object)
    """
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array.reshape(shape)


def wild(rng: Rng, rows: int, cols: int) -> Any:
    """Return integers from a sample so large that a false identity seldom survives.

    Examples
    --------
    >>> bool((abs(wild(np.random.default_rng(0), 3, 2)) <= SAMPLE_SIZE // 2).all())
    True
    """
    half = SAMPLE_SIZE // 2
    return as_array([int(v) for v in rng.integers(-half, half + 1, rows * cols)], (rows, cols))


def rational(rng: Rng, low: Fraction = Fraction(-3), high: Fraction = Fraction(3)) -> Fraction:
    """Return a rational strictly between two bounds, with a small denominator."""
    parts = int(rng.integers(5, 25))
    return low + (high - low) * Fraction(int(rng.integers(1, parts)), parts)


def generic(rng: Rng, rows: int, cols: int) -> Any:
    """Return rationals of small denominators between -3 and 3.

    Examples
    --------
    >>> bool((abs(generic(np.random.default_rng(0), 3, 2)) < 3).all())
    True
    """
    return as_array([rational(rng) for _ in range(rows * cols)], (rows, cols))


def orthogonal_multiple(rng: Rng, rows: int, cols: int) -> Any:
    """Return a multiple of orthonormal rows or columns, so that all its singular values are equal.

    Examples
    --------
    >>> A = orthogonal_multiple(np.random.default_rng(0), 3, 2)
    >>> A.T @ A == (A.T @ A)[0, 0] * np.eye(2, dtype=int)
    array([[ True,  True],
           [ True,  True]])
    """
    size = max(rows, cols)
    return (rational_orthogonal(rng, size) * rational(rng, Fraction(1, 4)))[:rows, :cols]


def _orthogonal(rng: Rng, rows: int, cols: int) -> Any:
    return rational_orthogonal(rng, max(rows, cols))[:rows, :cols]


def _singular_values(rng: Rng, count: int, high: Fraction) -> list[Fraction]:
    return [rational(rng, Fraction(0), high) for _ in range(count)]


def _rational_norm(rng: Rng, rows: int, cols: int) -> Any:
    values = _singular_values(rng, min(rows, cols), Fraction(3))
    return with_singular_values(rng, values, rows, cols)


def _contraction(rng: Rng, rows: int, cols: int) -> Any:
    values = _singular_values(rng, min(rows, cols), Fraction(1, 4))
    return with_singular_values(rng, values, rows, cols)


def _rank_one(rng: Rng, rows: int, cols: int) -> Any:
    return generic(rng, rows, 1) @ generic(rng, 1, cols)


def _diagonal(rng: Rng, rows: int, cols: int) -> Any:
    matrix = as_array([Fraction(0)] * (rows * cols), (rows, cols))
    for i in range(min(rows, cols)):
        matrix[i, i] = rational(rng)
    return matrix


def _positive_diagonal(rng: Rng, rows: int, cols: int) -> Any:
    return abs(_diagonal(rng, rows, cols))


def _nilpotent(rng: Rng, rows: int, cols: int) -> Any:
    return np.triu(generic(rng, rows, cols), 1) + _zero(rng, rows, cols)


def _symmetric(rng: Rng, rows: int, cols: int) -> Any:
    matrix = generic(rng, rows, cols)
    return matrix + matrix.T


def _zero(_: Rng, rows: int, cols: int) -> Any:
    return as_array([Fraction(0)] * (rows * cols), (rows, cols))


def _normal(rng: Rng, rows: int, cols: int) -> Any:
    if rows != cols:
        msg = f"a normal matrix is square, got shape ({rows}, {cols})"
        raise DomainError(msg)
    return normal_matrix(rng, _singular_values(rng, rows, Fraction(3)))


def _flat(rng: Rng, rows: int, cols: int) -> Any:
    """Return a matrix of any rank above 0 whose nonzero singular values are equal."""
    count = min(rows, cols)
    kept = int(rng.integers(1, count + 1))
    value = rational(rng, Fraction(0))
    values = [value] * kept + [Fraction(0)] * (count - kept)
    return with_singular_values(rng, values, rows, cols)


def _distribution(rng: Rng, rows: int, cols: int) -> Any:
    """Return columns of positive numbers that sum to 1."""
    weights = abs(generic(rng, rows, cols)) + Fraction(1, 8)
    return weights / sum(weights)


STYLES: Mapping[str, Style] = {
    "wild": wild,
    "generic": generic,
    "orthogonal": _orthogonal,
    "orthogonal multiple": orthogonal_multiple,
    "rational norm": _rational_norm,
    "contraction": _contraction,
    "rank one": _rank_one,
    "diagonal": _diagonal,
    "positive": lambda rng, rows, cols: abs(generic(rng, rows, cols)) + Fraction(1, 8),
    "positive diagonal": _positive_diagonal,
    "nilpotent": _nilpotent,
    "normal": _normal,
    "flat": _flat,
    "symmetric": _symmetric,
    "distribution": _distribution,
    "zero": _zero,
}
