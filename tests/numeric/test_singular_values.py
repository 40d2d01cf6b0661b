"""Rigorous enclosures of singular values."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnmath.errors import DomainError, ShapeMismatch
from rnnmath.numeric import (
    Interval,
    frobenius_squared,
    is_positive_definite,
    is_positive_semidefinite,
    largest_eigenvalue,
    smallest_singular_value,
    spectral_norm,
    to_fractions,
    with_singular_values,
)

values = st.sampled_from([Fraction(v) for v in (0, 1, 1, 2, "1/3", "22/7", "1/100000000", 10**8)])


@settings(deadline=None, max_examples=60)
@given(st.data(), st.integers(1, 4), st.integers(1, 4), st.integers(0, 2**32 - 1))
def test_planted_singular_values_are_found_exactly(data, rows, cols, seed):
    """Rational extreme singular values come out as degenerate intervals, however graded."""
    planted = data.draw(st.lists(values, min_size=min(rows, cols), max_size=min(rows, cols)))
    A = with_singular_values(np.random.default_rng(seed), planted, rows, cols)
    assert spectral_norm(A) == Interval.exactly(max(planted))
    least = min(planted) if rows >= cols else Fraction(0)
    assert smallest_singular_value(A) == Interval.exactly(least)


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 4), st.integers(1, 4), st.integers(0, 2**32 - 1), st.integers(20, 120))
def test_irrational_values_are_enclosed_by_an_independent_certificate(rows, cols, seed, bits):
    """A Sturm chain on AᵀA finds the square of the norm inside the squared interval."""
    A = to_fractions(np.random.default_rng(seed).normal(size=(rows, cols)))
    norm, square = spectral_norm(A, bits), largest_eigenvalue(A.T @ A, bits + 10)
    assert norm.lower**2 <= square.upper
    assert square.lower <= norm.upper**2
    assert norm.width * 2**bits <= norm.upper
    least = smallest_singular_value(A, bits)
    if rows < cols:
        assert least == Interval(0, 0)
        return
    flipped = largest_eigenvalue(-(A.T @ A), bits + 10)
    assert least.lower**2 <= -flipped.lower
    assert -flipped.upper <= least.upper**2
    assert least.width * 2**bits <= least.upper


def test_the_ends_carry_their_certificates():
    """u² I - AᵀA is positive semidefinite and l² I - AᵀA is not positive definite."""
    A = to_fractions(np.random.default_rng(1).normal(size=(4, 3)))
    identity, norm = to_fractions(np.eye(3)), spectral_norm(A)
    assert is_positive_semidefinite(norm.upper**2 * identity - A.T @ A)
    assert not is_positive_definite(norm.lower**2 * identity - A.T @ A)


def test_planted_wrong_bounds_are_rejected():
    """A bound that is wrong by one part in 2^50 is refuted, and a right one is proved."""
    A = to_fractions(np.random.default_rng(2).normal(size=(3, 3)))
    near = Fraction(1, 2**50)
    for measure in (spectral_norm, smallest_singular_value):
        found = measure(A)
        middle = (found.lower + found.upper) / 2
        assert found.certainly_le(middle * (1 - near)) is False
        assert found.certainly_le(middle * (1 + near)) is True
        assert middle * (1 - near) not in found
        assert middle * (1 + near) not in found


@pytest.mark.parametrize(
    ("A", "greatest", "least"),
    [
        ([[0]], 0, 0),
        ([[-3]], 3, 3),
        ([[0, 0], [0, 0]], 0, 0),
        ([[0, 2], [0, 0]], 2, 0),
        ([[1, 1], [1, 1]], 2, 0),
        ([[3], [4]], 5, 5),
        ([[3, 4]], 5, 0),
        ([[1e-8, 0], [0, 1e8]], 1e8, 1e-8),
        ([[1e-200, 0], [0, 1e200]], 1e200, 1e-200),
        ([[5, 0, 0], [0, 5, 0], [0, 0, 5]], 5, 5),
    ],
)
def test_known_values(A, greatest, least):
    """Zero, rank one, repeated and graded values are exact."""
    assert spectral_norm(A) == Interval.exactly(greatest)
    assert smallest_singular_value(A) == Interval.exactly(least)


def test_a_rational_square_gives_a_tight_root():
    """||[1 1]|| = √2: a rational square leaves an interval as narrow as asked."""
    norm = spectral_norm([[1, 1]], bits=200)
    assert norm.lower**2 < 2 < norm.upper**2
    assert norm.width * 2**200 <= norm.upper


def test_nearly_singular_matrices_where_floats_fail():
    """σ_min of a matrix with condition number 1e25 is enclosed; the float value has no digit."""
    tiny = Fraction(1, 10**25)
    A = np.array([[Fraction(1), Fraction(1)], [Fraction(1), 1 + tiny]], dtype=object)
    least = smallest_singular_value(A)
    # σ_min σ_max = |det A| = tiny and σ_min² + σ_max² = ||A||_F².
    norm = spectral_norm(A)
    assert tiny in Interval(least.lower * norm.lower, least.upper * norm.upper)
    assert frobenius_squared(A) in least**2 + norm**2


def test_entries_of_two_hundred_digits():
    """Long unrelated denominators are handled, with the same relative width."""
    rng = np.random.default_rng(0)

    def long_fraction():
        return Fraction(
            int.from_bytes(rng.bytes(83), "big"), int.from_bytes(rng.bytes(83), "big") + 1
        )

    A = np.array([[long_fraction() for _ in range(3)] for _ in range(3)], dtype=object)
    norm = spectral_norm(A)
    assert norm.width * 2**60 <= norm.upper
    assert float(norm.lower) == pytest.approx(np.linalg.norm(A.astype(float), 2), rel=1e-12)


@pytest.mark.parametrize("measure", [spectral_norm, smallest_singular_value])
def test_bad_matrices(measure):
    """Vectors, ragged rows, NaN and silly precisions are refused."""
    with pytest.raises(ShapeMismatch, match=r"A must be a matrix, got shape \(2,\)"):
        measure([1, 2])
    with pytest.raises(ShapeMismatch, match="ragged"):
        measure([[1], [2, 3]])
    with pytest.raises(DomainError, match="finite"):
        measure([[np.nan]])
    with pytest.raises(DomainError, match="bits must be an integer of at least 1, got 0"):
        measure([[1]], bits=0)
