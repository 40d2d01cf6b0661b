"""Rigorous enclosures of spectral radii and greatest eigenvalues."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnmath.errors import DomainError, ShapeMismatch
from rnnmath.numeric import (
    Interval,
    largest_eigenvalue,
    rational_orthogonal,
    spectral_norm,
    spectral_radius,
    square_root,
    to_fractions,
    trace,
)

rationals = st.sampled_from([Fraction(v) for v in (0, 1, -1, 2, "-7/3", "9/10", "-9/10", "1/1000")])


def unimodular(rng, n):
    """Return a matrix of determinant 1 and its inverse, both of small integers."""
    L = np.tril(rng.integers(-2, 3, (n, n)), -1) + np.eye(n, dtype=int)
    inverse = np.rint(np.linalg.inv(L)).astype(int)
    assert (L @ inverse == np.eye(n)).all()
    return to_fractions(L), to_fractions(inverse)


@settings(deadline=None, max_examples=60)
@given(st.lists(rationals, min_size=1, max_size=4), st.booleans(), st.integers(0, 2**32 - 1))
def test_planted_rational_eigenvalues(eigenvalues, defective, seed):
    """The radius of S J S⁻¹ is max |λ| exactly, also where J is a chain of Jordan blocks."""
    n = len(eigenvalues)
    J = to_fractions(np.zeros((n, n)))
    for i, value in enumerate(sorted(eigenvalues)):
        J[i, i] = value
        if defective and i + 1 < n:
            J[i, i + 1] = Fraction(1)
    S, inverse = unimodular(np.random.default_rng(seed), n)
    radius = max(abs(value) for value in eigenvalues)
    assert spectral_radius(S @ J @ inverse) == Interval.exactly(radius)


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 4), st.integers(0, 2**32 - 1), st.sampled_from([1, 3, Fraction(2, 7)]))
def test_a_multiple_of_an_orthogonal_matrix_has_all_eigenvalues_on_a_circle(n, seed, scale):
    """ρ(cQ) = c exactly, although all eigenvalues tie."""
    Q = rational_orthogonal(np.random.default_rng(seed), n)
    assert spectral_radius(scale * Q) == Interval.exactly(scale)


@settings(deadline=None, max_examples=30)
@given(st.integers(2, 5), st.integers(0, 2**32 - 1))
def test_the_radius_obeys_trace_and_norm(n, seed):
    """|tr A^k|/n <= ρ^k and ρ^k <= ||A^k||, both against the certified interval."""
    A = to_fractions(np.random.default_rng(seed).integers(-4, 5, (n, n)))
    radius = spectral_radius(A)
    power = A
    for k in range(1, 9):
        assert abs(trace(power)) / n <= radius.upper**k
        assert radius.lower**k <= spectral_norm(power).upper
        power = power @ A
    assert radius.width * 2**60 <= radius.upper


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 5), st.integers(0, 2**32 - 1))
def test_simple_spectra_agree_with_floats(n, seed):
    """Gaussian matrices, where floats are good to 1e-9, lie beside the interval."""
    A = np.random.default_rng(seed).normal(size=(n, n))
    radius = float(spectral_radius(A).lower)
    assert radius == pytest.approx(np.abs(np.linalg.eigvals(A)).max(), rel=1e-7)


@pytest.mark.parametrize(
    ("A", "square"),
    [
        ([[0]], 0),
        ([[0, 2], [0, 0]], 0),
        ([[1, 1], [-1, -1]], 0),
        ([[0, 1, 0], [0, 0, 1], [0, 0, 0]], 0),
        ([["9/10", 1], [0, "9/10"]], "81/100"),
        ([["9/10", "3/2"], [-1, "-9/10"]], "69/100"),
        ([[0, -3], [3, 0]], 9),
        ([[0, 0, 2], [1, 0, 0], [0, 1, 0]], None),
        ([[2, 1], [0, -2]], 4),
        ([[1e-8, 1e8], [0, 1e-8]], Fraction(1e-8) ** 2),
        ([[0, 1e150], [1e-150, 0]], Fraction(1e150) * Fraction(1e-150)),
    ],
)
def test_known_radii(A, square):
    """Nilpotent, defective, switching, rotating and graded matrices; ∛2 for the companion."""
    A = [[Fraction(entry) if isinstance(entry, str) else entry for entry in row] for row in A]
    radius = spectral_radius(A)
    if square is None:
        assert radius.lower**3 < 2 < radius.upper**3
        return
    root = square_root(Fraction(square))
    assert root.lower <= radius.upper
    assert radius.lower <= root.upper
    if root.is_exact and Fraction(square).denominator < 2**40:
        assert radius == root


def test_planted_wrong_radii_are_rejected():
    """A radius that is off by one part in 2^50 is outside the interval."""
    A = np.random.default_rng(4).normal(size=(4, 4))
    radius, near = spectral_radius(A), Fraction(1, 2**50)
    middle = (radius.lower + radius.upper) / 2
    assert radius.certainly_lt(middle * (1 - near)) is False
    assert radius.certainly_lt(middle * (1 + near)) is True


@settings(deadline=None, max_examples=60)
@given(st.lists(rationals, min_size=1, max_size=4), st.integers(0, 2**32 - 1))
def test_planted_eigenvalues_of_symmetric_matrices(eigenvalues, seed):
    """λ_max(Q diag Qᵀ) is the greatest planted value: negative, zero, repeated or not."""
    Q = rational_orthogonal(np.random.default_rng(seed), len(eigenvalues))
    S = (Q * to_fractions(eigenvalues)) @ Q.T
    assert largest_eigenvalue(S) == Interval.exactly(max(eigenvalues))


def test_irrational_eigenvalues_of_both_signs():
    """The golden ratio and its conjugate are enclosed, each on its side of 0."""
    S = np.array([[1, 1], [1, 0]])
    golden = largest_eigenvalue(S)
    assert golden.lower**2 - golden.lower < 1 < golden.upper**2 - golden.upper
    below = largest_eigenvalue(S - 2 * np.eye(2, dtype=int))
    assert (golden.lower - 2 <= below.upper, below.lower <= golden.upper - 2) == (True, True)
    assert below.upper < 0
    assert below.width * 2**60 <= -below.lower


def test_long_entries_still_decide_zero():
    """Where no exact value is searched for, a greatest eigenvalue 0 is still recognised."""
    long = 10**2000 + 1
    assert largest_eigenvalue([[-long, long], [long, -long]]) == Interval(0, 0)


def test_bad_matrices():
    """The radius needs a square, the greatest eigenvalue a symmetric matrix."""
    with pytest.raises(ShapeMismatch, match=r"A must be square, got shape \(1, 2\)"):
        spectral_radius([[1, 2]])
    with pytest.raises(DomainError, match="S must be symmetric"):
        largest_eigenvalue([[0, 1], [0, 0]])
    with pytest.raises(DomainError, match="finite"):
        spectral_radius([[np.inf]])
    with pytest.raises(DomainError, match="bits must be"):
        spectral_radius([[1]], bits=0)
