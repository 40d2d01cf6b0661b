"""One variable's derivative in another, by three routes."""

import numpy as np
import pytest

from rnnmath.errors import DomainError
from rnnmath.numeric import (
    ACTIVATIONS,
    ROUTES,
    VanillaRNN,
    forward,
    jacobian_product,
    polynomial,
    quadratic_loss,
    random_network,
    sensitivity,
    to_fractions,
)

PAIRS = [
    (("h", 1), ("h", 3)),
    (("a", 1), ("a", 3)),
    (("x", 2), ("h", 3)),
    (("W",), ("h", 3)),
    (("U",), ("o", 2)),
    (("b",), ("L",)),
    (("V",), ("L",)),
    (("c",), ("L", 2)),
    (("h0",), ("L",)),
    (("o", 2), ("L",)),
]


def problem(activation, *, exact=False):
    """Return a network of sizes 2, 3, 2 with input, initial state and loss."""
    rng = np.random.default_rng(9)
    network = random_network(rng, 2, 3, 2, activation, exact=exact)

    def draw(*shape):
        drawn = np.round(4 * rng.normal(size=shape)) / 4
        return to_fractions(drawn) if exact else drawn

    return network, draw(3, 3, 1), draw(2, 1), quadratic_loss(draw(3, 2, 1))


@pytest.mark.parametrize(("set_", "get"), PAIRS, ids=str)
def test_routes_agree(set_, get):
    """Complex steps and central differences agree on tanh; all three on an exact polynomial."""
    case = problem(ACTIVATIONS["tanh"])
    step = sensitivity(*case, set_, get).jacobian
    assert sensitivity(*case, set_, get, "central_difference").agrees_with(step)
    assert np.abs(step).max() > 0
    f = polynomial([1, -1, 2])
    exact = sensitivity(*problem(f, exact=True), set_, get, "dual").jacobian
    network, *rest, _ = problem(f, exact=True)
    floats = VanillaRNN(*(getattr(network, k).astype(float) for k in ("W", "U", "V", "b", "c")), f)
    loss = problem(f)[3]
    inexact = sensitivity(floats, *(r.astype(float) for r in rest), loss, set_, get).jacobian
    np.testing.assert_allclose(inexact, exact.astype(float), rtol=1e-11, atol=1e-11)


def test_routes_agree_with_the_chain_of_jacobians():
    """The derivative of h_3 in h_1 is the Jacobian product."""
    case = problem(ACTIVATIONS["tanh"])
    product = jacobian_product(case[0], forward(*case[:3]), 3, 1)[0]
    np.testing.assert_allclose(
        sensitivity(*case, ("h", 1), ("h", 3)).jacobian, product, rtol=1e-13, atol=1e-15
    )


@pytest.mark.parametrize("route", ["complex_step", "central_difference"])
def test_upstream_variables_have_derivative_zero(route):
    """What does not depend on the variable has an exactly zero Jacobian of the right shape."""
    case = problem(ACTIVATIONS["tanh"])
    found = sensitivity(*case, ("x", 3), ("o", 2), route)
    assert found.jacobian.shape == (2, 3)
    assert (found.jacobian == 0).all()


def test_a_kink_is_refused_by_complex_steps_and_shown_by_differences():
    """With a ReLU at 0 exactly there is no derivative to find."""
    one, zero = np.ones((1, 1)), np.zeros((1, 1))
    network = VanillaRNN(one, one, one, zero, zero, ACTIVATIONS["relu"])
    case = network, np.zeros((1, 1, 1)), zero, quadratic_loss(np.ones((1, 1, 1)))
    with pytest.raises(DomainError, match="a pre-activation equals 0, where relu has a kink"):
        sensitivity(*case, ("h", 0), ("h", 1))
    assert sensitivity(*case, ("h", 0), ("h", 1), "central_difference").error.max() >= 0.5


def test_bad_routes():
    """Unknown routes, and routes that do not fit the numbers, are refused."""
    case = problem(ACTIVATIONS["tanh"])
    with pytest.raises(DomainError, match="route must be one of complex_step"):
        sensitivity(*case, ("h", 0), ("h", 1), "guess")
    with pytest.raises(DomainError, match="route 'dual' does not fit numbers of type float64"):
        sensitivity(*case, ("h", 0), ("h", 1), "dual")
    exact = problem(polynomial([0, 1]), exact=True)
    with pytest.raises(DomainError, match="'complex_step' does not fit numbers of type object"):
        sensitivity(*exact, ("h", 0), ("h", 1))
    assert sorted(ROUTES) == ["central_difference", "complex_step", "dual"]
