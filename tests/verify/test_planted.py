"""Planted matrices are what they are said to be."""

from fractions import Fraction

import numpy as np
import pytest

from rnnmath.errors import DomainError
from rnnmath.numeric.exact import spectral_norm, spectral_radius
from rnnmath.verify.draws.planted import decomposed, normal_matrix


@pytest.mark.parametrize(("rows", "cols"), [(1, 1), (2, 3), (3, 2), (3, 3)])
def test_decomposition_is_exact(rows: int, cols: int) -> None:
    """A is P diag(s) R with orthonormal factors, its norm is max |s|, and w is stretched by it."""
    rng = np.random.default_rng([rows, cols])
    values = [Fraction(1, 2), Fraction(-3), Fraction(2)][: min(rows, cols)]
    drawn = decomposed(rng, rows, cols, values, "APsRw")
    A, P, s, R, w = (drawn[name] for name in "APsRw")
    size = np.eye(drawn["r"], dtype=int)
    assert (size == P.T @ P).all()
    assert (size == R @ R.T).all()
    assert (A == (P * s.T) @ R).all()
    largest = max(abs(value) for value in values)
    assert spectral_norm(A).lower == spectral_norm(A).upper == largest
    assert (A.T @ A @ w == largest**2 * w).all()
    assert (w != 0).any()


def test_names_are_counted() -> None:
    """A decomposition needs five names."""
    with pytest.raises(DomainError, match="five names"):
        decomposed(np.random.default_rng(0), 1, 1, [Fraction(1)], "AP")


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_normal_matrix_has_its_norm_as_radius(size: int) -> None:
    """N commutes with its transpose, and norm and radius are the largest modulus that is used."""
    moduli = [Fraction(place + 1, 2) for place in range(size)]
    N = normal_matrix(np.random.default_rng(size), moduli)
    assert (N @ N.T == N.T @ N).all()
    largest = max(moduli[::2])
    assert spectral_norm(N).lower == spectral_radius(N).lower == largest
