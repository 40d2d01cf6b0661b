"""Growth by repeated factorization agrees with what can be solved, and refuses the rest."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from rnnmath.errors import DomainError, ShapeMismatch
from rnnmath.numeric import ACTIVATIONS, forward, jacobian_product, random_network, step_jacobian
from rnnmath.numeric.lyapunov import lyapunov_growth, network_growth, squared_stretches

# A step rounds each logarithm by a few units in the last place; a thousand steps stay below this.
ROUNDING = 1e-11
LN2 = np.log(2.0)


def rotation(angle: float) -> Any:
    """Return a rotation of the plane."""
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


@pytest.mark.parametrize(
    ("factor", "exponents"),
    [
        (np.diag([3.0, 0.5]), [np.log(3), -LN2]),
        (np.diag([0.5, 3.0]), [np.log(3), -LN2]),
        ([[2.0, 1.0], [0.0, 0.5]], [LN2, -LN2]),
        (1.5 * rotation(0.7), [np.log(1.5)] * 2),
        (np.diag([1.0, 1e-20]), [0.0, -20 * np.log(10)]),
        (np.diag([1e200, 1e150]), [200 * np.log(10), 150 * np.log(10)]),
    ],
)
def test_one_matrix_again_and_again(factor: Any, exponents: list[float]) -> None:
    """Powers of diagonal, triangular and turning matrices have the exponents that one reads off."""
    growth = lyapunov_growth([factor] * 1000)
    assert np.abs(growth.exponents - exponents).max() < ROUNDING * (1 + np.abs(exponents).max())


@pytest.mark.parametrize("size", [1, 2, 5, 12])
def test_sum_is_the_determinant(size: int) -> None:
    """The logarithms of all directions add up to that of the determinant, from any frame."""
    rng = np.random.default_rng(size)
    factors = rng.normal(size=(150, size, size))
    volume = np.linalg.slogdet(factors)[1].sum()
    frame = np.linalg.qr(rng.normal(size=(size, size)))[0]
    for start in (None, frame):
        total = lyapunov_growth(factors, start=start).logs.sum()
        assert abs(total - volume) < 1e-8 * max(1.0, abs(volume))


def test_exact_squares() -> None:
    """Gram-Schmidt in fractions gives the squares of the same stretches, and of the determinant."""
    rng = np.random.default_rng(3)
    whole = rng.integers(-4, 5, size=(6, 3, 3)).astype(object)
    squares = squared_stretches(whole)
    logs = lyapunov_growth(whole).logs
    assert np.abs(2 * logs - [np.log(float(square)) for square in squares]).max() < ROUNDING
    product = whole[0]
    for factor in whole[1:]:
        product = factor @ product
    gram = product.T @ product
    assert squares[0] == gram[0, 0]
    assert squares[0] * squares[1] == gram[0, 0] * gram[1, 1] - gram[0, 1] ** 2


def test_wrong_logs_are_seen() -> None:
    """The comparison with the determinant notices a stretch that is off by a millionth."""
    factors = np.random.default_rng(0).normal(size=(150, 3, 3))
    volume = np.linalg.slogdet(factors)[1].sum()
    factors[7] *= 1 + 1e-6
    assert abs(lyapunov_growth(factors).logs.sum() - volume) > 1e-8 * abs(volume)


def test_dead_directions_leave_the_others() -> None:
    """A direction that depends on earlier ones has no growth; later ones keep theirs."""
    flat = [[1.0, 2.0, 0.0], [0.5, 1.0, 0.0], [0.0, 0.0, 3.0]]
    growth = lyapunov_growth([flat] * 30)
    assert list(np.isinf(growth.logs)) == [False, True, False]
    assert abs(growth.logs[2] - 30 * np.log(3)) < ROUNDING
    exact = squared_stretches(np.array([flat] * 4, dtype=object).astype(int).astype(object))
    assert len(exact) == 3


def test_exact_dead_direction_is_zero() -> None:
    """In fractions a dead direction has the square 0, exactly."""
    flat = np.array([[[1, 2], [2, 4]]], dtype=object)
    assert squared_stretches(flat) == [Fraction(5), Fraction(0)]


@pytest.mark.parametrize("steps", [1, 2, 40])
def test_nothing_left(steps: int) -> None:
    """A product that is 0 has every exponent minus infinity."""
    assert (lyapunov_growth(np.zeros((steps, 2, 2))).logs == -np.inf).all()
    assert (lyapunov_growth([[[0, 2], [0, 0]]] * 2).exponents == -np.inf).all()


def test_network_growth_is_that_of_its_jacobians() -> None:
    """Along a forward pass the growths add up to the determinant, and no one exceeds the norm."""
    rng = np.random.default_rng(5)
    network = random_network(rng, 4, 2, 1, ACTIVATIONS["tanh"])
    run = forward(network, rng.normal(size=(9, 2, 1)), rng.normal(size=(4, 1)))
    whole = jacobian_product(network, run, 9, 0)[0]
    growth = network_growth(network, run)
    steps = [step_jacobian(network, run, step)[0] for step in range(1, 10)]
    # within a block the smallest stretch may be 1e-8 of the largest, and keeps 4 u / 1e-8 of error
    assert abs(growth.logs.sum() - np.linalg.slogdet(steps)[1].sum()) < 2e-7
    assert growth.logs.max() <= np.log(np.linalg.norm(whole, 2)) + 1e-9
    assert network_growth(network, run, first=9).steps == 1


@pytest.mark.parametrize(
    ("jacobians", "start", "error", "words"),
    [
        (np.ones((2, 2)), None, ShapeMismatch, "jacobians must have shape"),
        (np.ones((2, 2, 3)), None, ShapeMismatch, "jacobians must have shape"),
        (np.ones((0, 2, 2)), None, ShapeMismatch, "jacobians is empty"),
        (np.full((1, 2, 2), np.nan), None, DomainError, "jacobians"),
        (np.ones((1, 2, 2)) * 1j, None, DomainError, "must be real"),
        (np.ones((1, 2, 2)), np.eye(3), ShapeMismatch, "start must be"),
        (np.ones((1, 2, 2)), 2 * np.eye(2), DomainError, "orthonormal"),
    ],
)
def test_bad_input_is_refused(jacobians: Any, start: Any, error: type, words: str) -> None:
    """What has no growth is refused with a message that names the argument."""
    with pytest.raises(error, match=words):
        lyapunov_growth(jacobians, start=start)


def test_bad_runs_are_refused() -> None:
    """A batch, a time outside the run, and floats where exact numbers are needed, are refused."""
    network = random_network(np.random.default_rng(0), 2, 1, 1, ACTIVATIONS["tanh"])
    pair = forward(network, np.zeros((3, 1, 2)), np.zeros((2, 2)))
    with pytest.raises(ShapeMismatch, match="batch of 2"):
        network_growth(network, pair)
    with pytest.raises(DomainError, match="first"):
        network_growth(network, pair, first=4)
    with pytest.raises(DomainError, match="object array"):
        squared_stretches(np.eye(2)[None])
