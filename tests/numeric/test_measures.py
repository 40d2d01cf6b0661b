"""Rank, determinant, trace and plain norms."""

from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnmath.errors import ShapeMismatch
from rnnmath.numeric import determinant, frobenius_squared, inf_norm, one_norm, rank, trace

entries = st.integers(-3, 3)


def leibniz(A):
    """Return the determinant as the signed sum over all permutations."""
    total = 0
    for order in permutations(range(len(A))):
        inversions = sum(order[i] > order[j] for i in range(len(A)) for j in range(i + 1, len(A)))
        total += (-1) ** inversions * np.prod([A[i, order[i]] for i in range(len(A))])
    return total


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 4).flatmap(lambda n: st.lists(entries, min_size=n * n, max_size=n * n)))
def test_determinant_is_the_signed_sum_over_permutations(numbers):
    """Elimination and Leibniz' formula agree exactly."""
    n = round(len(numbers) ** 0.5)
    A = np.array(numbers).reshape(n, n)
    assert determinant(A) == leibniz(A)
    assert (rank(A) == n) == (leibniz(A) != 0)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 3), st.integers(0, 2**32 - 1))
def test_rank_of_a_planted_product(r, seed):
    """L R with triangular ones on top has the rank that was planted."""
    rng = np.random.default_rng(seed)
    L, R = rng.integers(-3, 4, (4, r)), rng.integers(-3, 4, (r, 5))
    L[:r], R[:, :r] = np.tril(L[:r], -1) + np.eye(r, dtype=int), np.eye(r, dtype=int)
    assert rank(L @ R) == r
    assert rank((L @ R).T) == r


def test_graded_entries_do_not_hide_rank():
    """A determinant of 1e-32 beside entries of 1e8 is still no zero."""
    A = np.array([[1e8, 1.0], [1.0, 1e-8]])
    assert rank(A) == 2
    assert determinant(A) == Fraction(1e8) * Fraction(1e-8) - 1 != 0


def test_plain_norms_by_hand():
    """Column sums, row sums, squares and the diagonal of one matrix."""
    A = [[1, -2], [Fraction(1, 2), 4]]
    assert (one_norm(A), inf_norm(A)) == (6, Fraction(9, 2))
    assert frobenius_squared(A) == 1 + 4 + Fraction(1, 4) + 16
    assert trace(A) == 5


@pytest.mark.parametrize("square_only", [determinant, trace])
def test_rectangles_have_no_determinant(square_only):
    """Determinant and trace ask for a square."""
    with pytest.raises(ShapeMismatch, match=r"A must be square, got shape \(1, 2\)"):
        square_only([[1, 2]])


@pytest.mark.parametrize("measure", [rank, frobenius_squared, one_norm, inf_norm])
def test_vectors_are_no_matrices(measure):
    """A one-dimensional array is refused, ragged rows too."""
    with pytest.raises(ShapeMismatch, match="A must be a matrix"):
        measure([1, 2])
    with pytest.raises(ShapeMismatch, match="ragged"):
        measure([[1, 2], [3]])
