"""Rational matrices with planted singular values."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnmath.errors import DomainError, ShapeMismatch
from rnnmath.numeric import determinant, rank, rational_orthogonal, with_singular_values
from rnnmath.numeric.exact.matrices import cleared, gram
from rnnmath.numeric.exact.polynomials import characteristic_polynomial, value_at


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 5), st.integers(0, 2**32 - 1))
def test_orthogonal_exactly(n, seed):
    """QᵀQ = QQᵀ = I without rounding."""
    Q = rational_orthogonal(np.random.default_rng(seed), n)
    for product in (Q.T @ Q, Q @ Q.T):
        assert (product == np.eye(n, dtype=int)).all()


def test_both_orientations_occur():
    """Determinants +1 and -1 are drawn, and matrices that are no signed permutation."""
    rng = np.random.default_rng(0)
    drawn = [rational_orthogonal(rng, 3) for _ in range(20)]
    assert {determinant(Q) for Q in drawn} == {1, -1}
    assert any(entry.denominator > 1 for Q in drawn for entry in Q.ravel())


@pytest.mark.parametrize(("rows", "cols"), [(3, 3), (2, 4), (4, 2), (1, 3)])
def test_the_planted_values_are_the_roots_of_the_gram_matrix(rows, cols):
    """Every planted σ has σ² as a root of det(z I - AᵀA), and the rank counts those above 0."""
    values = [Fraction(3, 2), Fraction(0), Fraction(2)][: min(rows, cols)]
    A = with_singular_values(np.random.default_rng(5), values, rows, cols)
    assert A.shape == (rows, cols)
    assert rank(A) == sum(v > 0 for v in values)
    N, d = cleared(A)
    p = characteristic_polynomial(gram(N))
    for value in values:
        assert value_at(p, *((value * d) ** 2).as_integer_ratio()) == 0
    assert value_at(p, *((7 * d) ** 2, 1)) != 0


def test_bad_requests():
    """The number of values, their sign and the sizes are checked."""
    rng = np.random.default_rng(0)
    with pytest.raises(ShapeMismatch, match=r"values must have shape \(2,\)"):
        with_singular_values(rng, [1], 2, 3)
    with pytest.raises(DomainError, match="singular values are >= 0, got -1"):
        with_singular_values(rng, [1, -1], 2, 2)
    with pytest.raises(DomainError, match="n must be at least 1, got 0"):
        rational_orthogonal(rng, 0)
