"""Numbers of matrices that are not normal: floats agree with enclosures, bad input is refused."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from rnnmath.errors import DomainError, ShapeMismatch
from rnnmath.numeric.exact import rational_orthogonal
from rnnmath.numeric.exact.nonnormality import (
    kreiss_constant,
    power_supremum,
    resolvent_norm,
    squared_moduli,
)
from rnnmath.numeric.nonnormality import henrici_number, kreiss_lower_bound, transient_peak

LEANING = [[Fraction(9, 10), Fraction(1)], [Fraction(0), Fraction(9, 10)]]


def drawn(seed: int, n: int = 3) -> np.ndarray:
    """Return a rational matrix of a norm that is at most n."""
    rng = np.random.default_rng(seed)
    return np.array(
        [[Fraction(int(v), 8) for v in row] for row in rng.integers(-8, 9, (n, n))], dtype=object
    )


@pytest.mark.parametrize("seed", range(8))
def test_squared_moduli_agree_with_floats(seed: int) -> None:
    """The sum of squared moduli encloses that of the computed eigenvalues, up to rounding."""
    matrix = drawn(seed)
    bounds = squared_moduli(matrix)
    measured = float(np.sum(np.abs(np.linalg.eigvals(matrix.astype(float))) ** 2))
    assert float(bounds.lower) - 1e-9 <= measured <= float(bounds.upper) + 1e-9
    assert bounds.width <= Fraction(1, 10**12)


def test_squared_moduli_are_exact_where_planted() -> None:
    """Eigenvalues planted in an orthogonal basis are found exactly, whatever stands above them."""
    Q = rational_orthogonal(np.random.default_rng(0), 4)
    T = np.array(np.triu(np.ones((4, 4), dtype=int)), dtype=object)
    T[np.diag_indices(4)] = [Fraction(1, 2), Fraction(-2), Fraction(3), Fraction(0)]
    assert squared_moduli(Q @ T @ Q.T).lower == Fraction(1, 4) + 4 + 9


def test_complex_factors_of_high_degree_are_refused() -> None:
    """What the laws do not cover raises: no number is guessed."""
    companion = np.eye(5, k=-1, dtype=int).astype(object)
    companion[:, -1] = [-1, -1, 0, 0, 0]
    with pytest.raises(DomainError, match="degree"):
        squared_moduli(companion)


def test_henrici_number_agrees_with_the_enclosure() -> None:
    """Floats and fractions give one departure; a normal matrix has none."""
    for seed in range(5):
        matrix = drawn(seed)
        exact = sum(entry**2 for entry in matrix.flat) - squared_moduli(matrix).lower
        assert henrici_number(matrix.astype(float)) ** 2 == pytest.approx(float(exact), abs=1e-9)
    assert henrici_number([[0.0, -1.0], [1.0, 0.0]]) < 1e-7


def test_peak_agrees_with_the_enclosure() -> None:
    """The peak of the leaning matrix is at 9, in floats and in fractions."""
    peak, bounds = transient_peak(np.array(LEANING, dtype=float)), power_supremum(LEANING)
    assert peak.step == 9
    assert float(bounds.lower) * (1 - 1e-12) <= peak.height <= float(bounds.upper) * (1 + 1e-12)


def test_peak_ends_with_the_steps() -> None:
    """A search that is cut short says how far it came; no step at all leaves the identity."""
    leaning = np.array(LEANING, dtype=float)
    assert transient_peak(leaning, 4).step == 4
    assert transient_peak(leaning, 0).height == 1


def test_samples_stay_below_the_peak() -> None:
    """Every sampled value is a lower bound of the peak, which is at most e n times the best."""
    for seed in range(5):
        matrix = np.triu(drawn(seed).astype(float), 1) + 0.5 * np.eye(3)
        sampled, peak = kreiss_lower_bound(matrix), transient_peak(matrix).height
        assert sampled <= peak * (1 + 1e-9)
        assert peak <= 3 * np.e * sampled


def test_kreiss_constant_is_enclosed() -> None:
    """The two laws leave an interval that holds every sampled value."""
    bounds, peak = kreiss_constant(LEANING), power_supremum(LEANING)
    assert float(bounds.lower) <= float(bounds.upper) <= float(peak.upper)
    assert kreiss_lower_bound(np.array(LEANING, dtype=float)) <= float(bounds.upper) * (1 + 1e-9)


def test_resolvent_norm_agrees_with_floats() -> None:
    """The real block matrix has the singular values of the complex resolvent."""
    matrix, z = drawn(3), (Fraction(3, 2), Fraction(7, 3))
    inverse = np.linalg.inv(complex(*map(float, z)) * np.eye(3) - matrix.astype(float))
    bounds = resolvent_norm(matrix, *z)
    assert float(bounds.lower) == pytest.approx(np.linalg.norm(inverse, 2), rel=1e-12)


def test_eigenvalues_have_no_resolvent() -> None:
    """At an eigenvalue the resolvent does not exist, and the function says so."""
    with pytest.raises(DomainError, match="eigenvalue"):
        resolvent_norm(LEANING, Fraction(9, 10), 0)


@pytest.mark.parametrize("function", [henrici_number, kreiss_lower_bound, transient_peak])
def test_bad_matrices_are_refused(function: object) -> None:
    """A matrix that is not square, not finite, or exact is refused by name."""
    assert callable(function)
    with pytest.raises(ShapeMismatch, match="J must be square"):
        function(np.ones((2, 3)))
    with pytest.raises(DomainError, match="J"):
        function([[np.nan, 0.0], [0.0, 1.0]])
    with pytest.raises(DomainError, match="exact"):
        function(np.array(LEANING, dtype=object))


@pytest.mark.parametrize("function", [kreiss_lower_bound, transient_peak])
def test_growing_powers_are_refused(function: object) -> None:
    """Where the powers are not bounded there is no peak to look for."""
    assert callable(function)
    with pytest.raises(DomainError, match="radius below 1"):
        function([[1.0, 1.0], [0.0, 1.0]])


def test_unbounded_powers_are_seen() -> None:
    """A shear has radius 1, and no power of it is ever seen below 1."""
    with pytest.raises(DomainError, match="rho"):
        power_supremum([[1, 1], [0, 1]])


@pytest.mark.parametrize("options", [{"angles": 0}, {"radii": 0}, {"angles": 1.5}])
def test_empty_grids_are_refused(options: dict[str, Any]) -> None:
    """A grid without points bounds nothing."""
    with pytest.raises(DomainError, match="must be an integer"):
        kreiss_lower_bound([[0.5]], **options)
