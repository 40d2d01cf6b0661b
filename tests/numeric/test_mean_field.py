"""Means under a normal law agree with what is known, and the edge of chaos with its theory."""

from typing import Any

import numpy as np
import pytest

from rnnmath.errors import DomainError
from rnnmath.numeric import ACTIVATIONS
from rnnmath.numeric.mean_field import (
    edge_of_chaos,
    fixed_variance,
    gaussian_mean,
    susceptibility,
)

TANH, RELU = ACTIVATIONS["tanh"], ACTIVATIONS["relu"]


@pytest.mark.parametrize(("power", "moment"), [(0, 1), (1, 0), (2, 1), (4, 3), (6, 15), (8, 105)])
def test_moments(power: int, moment: int) -> None:
    """Powers have the moments 1, 0, 1, 0, 3, 0, 15, within the error that is reported."""
    mean = gaussian_mean(lambda z: z**power)
    assert abs(mean.value - moment) <= mean.error < 1e-10


def test_kink_costs_nothing() -> None:
    """Half of a symmetric function lies on each side of 0, kink or not."""
    mean = gaussian_mean(lambda z: np.maximum(z, 0) ** 2)
    assert abs(mean.value - 0.5) <= mean.error < 1e-12


@pytest.mark.parametrize("q", [0.01, 0.5, 2.0])
def test_two_quadratures_agree(q: float) -> None:
    """Gauss-Hermite, which shares no point with the panels, gives the same means of tanh."""
    points, weights = np.polynomial.hermite_e.hermegauss(180)
    values = 1 / np.cosh(np.sqrt(q) * points) ** 4
    mean = gaussian_mean(lambda z: 1 / np.cosh(np.sqrt(q) * z) ** 4)
    # the poles of tanh lie pi / (2 sqrt q) off the axis, and cost Gauss-Hermite its digits
    assert abs(weights @ values / weights.sum() - mean.value) < 1e-8


def test_wrong_mean_is_seen() -> None:
    """A mean that is off in the eighth digit is outside the error that is reported."""
    mean = gaussian_mean(lambda z: z**4 * (1 + 1e-8))
    assert abs(mean.value - 3) > mean.error


def test_fixed_variance() -> None:
    """The variance that is returned is kept; below the edge and without bias it is 0."""
    for weight, bias in ((2.0, 0.0), (0.5, 0.3), (1.2, 1.0)):
        q = fixed_variance(TANH, weight, bias)
        square = gaussian_mean(lambda z, q=q: np.tanh(np.sqrt(q) * z) ** 2).value
        assert abs(weight**2 * square + bias**2 - q) < 1e-12
    assert fixed_variance(TANH, 0.99) == 0


def test_edges() -> None:
    """The edge of tanh without bias is 1; a bias moves it up; that of ReLU is the root of 2."""
    edges = [edge_of_chaos(TANH, bias) for bias in (0.0, 0.1, 0.3)]
    assert abs(edges[0] - 1) < 1e-5
    assert edges == sorted(edges)
    assert susceptibility(RELU, 1.0, 3.0) == pytest.approx(0.5, abs=1e-13)
    q = fixed_variance(TANH, edges[2], 0.3)
    assert abs(susceptibility(TANH, edges[2], q) - 1) < 1e-9


def test_kept_variance_is_not_below_the_edge() -> None:
    """Where tanh keeps a variance without bias, chi is above 1, as the inequality says."""
    for weight in (1.05, 1.3, 2.0, 5.0):
        assert susceptibility(TANH, weight, fixed_variance(TANH, weight)) > 1


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: fixed_variance(TANH, 0.0), "sigma_w"),
        (lambda: fixed_variance(TANH, float("nan")), "sigma_w"),
        (lambda: fixed_variance(TANH, 1.0, -1.0), "sigma_b"),
        (lambda: fixed_variance(RELU, 2.0), "without bound"),
        (lambda: susceptibility(TANH, 1.0, -1.0), "q must be"),
        (lambda: edge_of_chaos(TANH, highest=0.5), "does not rise"),
        (lambda: gaussian_mean(lambda z: np.exp(z**2)), "error"),
    ],
)
def test_bad_input_is_refused(call: Any, words: str) -> None:
    """Numbers out of range are refused with a message that names them."""
    if words == "error":
        assert call().error > 1  # grows too fast: the report says that nothing is known
        return
    with pytest.raises(DomainError, match=words):
        call()
