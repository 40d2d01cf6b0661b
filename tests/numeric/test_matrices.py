"""Exact definiteness."""

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnmath.errors import DomainError, ShapeMismatch
from rnnmath.numeric import (
    determinant,
    is_positive_definite,
    is_positive_semidefinite,
)
from rnnmath.numeric.exact.matrices import definite, gram, shifted


@st.composite
def symmetric(draw):
    """Draw a small symmetric integer matrix; half are Gram matrices less a multiple of I."""
    n, entries = draw(st.integers(1, 4)), st.integers(-2, 2)
    A = np.array(draw(st.lists(st.lists(entries, min_size=n, max_size=n), min_size=n, max_size=n)))
    if draw(st.booleans()):
        return A.T @ A - draw(st.integers(0, 1)) * np.eye(n, dtype=int)
    return A + A.T


def all_principal_minors(M):
    """Return the determinants of all square submatrices on the diagonal, by definition."""
    n = len(M)
    return [
        determinant(M[np.ix_(rows, rows)])
        for size in range(1, n + 1)
        for rows in combinations(range(n), size)
    ]


@settings(deadline=None, max_examples=150)
@given(symmetric())
def test_definiteness_agrees_with_the_principal_minors(M):
    """Semidefinite iff all principal minors are >= 0; definite iff the leading ones are > 0."""
    assert is_positive_semidefinite(M) == (min(all_principal_minors(M)) >= 0)
    leading = [determinant(M[:k, :k]) for k in range(1, len(M) + 1)]
    assert is_positive_definite(M) == (min(leading) > 0)


@pytest.mark.parametrize(
    ("M", "semidefinite"),
    [
        ([[0]], True),
        ([[0, 0], [0, 1]], True),
        ([[0, 1], [1, 0]], False),
        ([[0, 1], [1, 9]], False),
        ([[1, 1], [1, 1]], True),
        ([[1, 1], [1, Fraction(10**40 - 1, 10**40)]], False),
        ([[1, 1, 0], [1, 1, 1], [0, 1, 1]], False),
        ([[0, 0, 0], [0, 1, 1], [0, 1, 1]], True),
        ([[1e-300, 0], [0, 1e300]], True),
        ([[-1e-300, 0], [0, 1e300]], False),
    ],
)
def test_zero_pivots_and_tiny_margins(M, semidefinite):
    """A zero pivot needs a zero row, and no margin is too small to be seen."""
    assert is_positive_semidefinite(M) is semidefinite


def test_long_integers_are_decided_like_short_ones():
    """Cutting entries to their leading bits never changes a verdict, singular matrices included."""
    rng = np.random.default_rng(3)

    def long_integer():
        return int.from_bytes(rng.bytes(1250), "big")

    N = [[long_integer() for _ in range(3)] for _ in range(3)]
    positive = gram(N)
    singular = gram([[*row[:2], row[0] + row[1]] for row in N])
    assert definite(positive)
    assert not definite(shifted(positive, -1, 0))
    assert not definite(singular)
    assert definite(shifted(singular, 1, 1))
    assert not definite(shifted(singular, 1, -1))


@pytest.mark.parametrize("decide", [is_positive_definite, is_positive_semidefinite])
@pytest.mark.parametrize(
    ("M", "error", "message"),
    [
        ([[1, 2]], ShapeMismatch, r"M must be square, got shape \(1, 2\)"),
        ([1, 2], ShapeMismatch, r"M must be a matrix, got shape \(2,\)"),
        ([[1, 2], [3, 4]], DomainError, r"symmetric, but entries \(0, 1\) and \(1, 0\)"),
        ([[np.nan]], DomainError, "finite"),
        ([[]], ShapeMismatch, "empty"),
        ([["a"]], DomainError, "dtype"),
    ],
)
def test_what_is_not_symmetric_is_refused(decide, M, error, message):
    """Definiteness is asked of symmetric matrices of finite numbers only."""
    with pytest.raises(error, match=message):
        decide(M)
