"""Jacobian products of gated networks, their direct path, and norms over gaps."""

import numpy as np
import pytest

from rnnmath.errors import DomainError
from rnnmath.numeric import ACTIVATIONS, complex_step, forward, norm_profile, random_network
from rnnmath.numeric.cells import (
    GRU,
    LSTM,
    cell_jacobian_product,
    cell_norm_profile,
    cell_step_jacobian,
    forward_gru,
    forward_lstm,
    forward_skip,
    leaky,
    random_gru,
    random_lstm,
)
from rnnmath.numeric.flow.products import identities, ordered_product

STEPS = 5


def lstm(**options):
    """Return an LSTM of three units and a run of it from a random state."""
    rng = np.random.default_rng(3)
    network = random_lstm(rng, 3, 2, 1, **options)
    x, start = rng.normal(size=(STEPS, 2, 1)), rng.normal(size=(6, 1))
    return network, forward_lstm(network, x, start[:3], start[3:])


def as_complex(network):
    """Return the same LSTM or GRU with complex parameters."""
    arrays = {name: getattr(network, name) for name in "WUVbc"}
    if isinstance(network, GRU):
        arrays["b_hn"] = network.b_hn
        options = {"reset": network.reset, "update": network.update}
    else:
        options = {"forget_gate": network.forget_gate, "peephole": network.peephole}
    return type(network)(
        **{
            name: value if value is None else value.astype(complex)
            for name, value in arrays.items()
        },
        **options,
    )


def later_state(network, seen, t, k):
    """Return the program from the state at k to that at t."""
    n = network.W.shape[1]

    def run(state):
        x = seen.x[k:t].astype(complex)
        moved = as_complex(network)
        if isinstance(network, LSTM):
            after = forward_lstm(moved, x, state[:n], state[n:])
            return np.concatenate([after.h[-1], after.cell[-1]])
        return forward_gru(moved, x, state).h[-1]

    return run


@pytest.mark.parametrize("options", [{}, {"forget_gate": False}, {"peephole": True}])
def test_the_lstm_product_is_the_derivative(options):
    """P(t, k) is the complex-step derivative of (h, c) at t in (h, c) at k."""
    network, seen = lstm(**options)
    for t, k in ((5, 0), (4, 2), (3, 2)):
        state = np.concatenate([seen.h[k], seen.cell[k]])
        found = complex_step(later_state(network, seen, t, k), state)
        product = cell_jacobian_product(network, seen, t, k)[0]
        np.testing.assert_allclose(product, found, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("reset", ["after", "before"])
def test_the_gru_product_is_the_derivative(reset):
    """P(t, k) is the complex-step derivative of h_t in h_k in both conventions."""
    rng = np.random.default_rng(4)
    network = random_gru(rng, 3, 2, 1, reset=reset)
    seen = forward_gru(network, rng.normal(size=(STEPS, 2, 1)), rng.normal(size=(3, 1)))
    for t, k in ((5, 0), (4, 2)):
        found = complex_step(later_state(network, seen, t, k), seen.h[k])
        product = cell_jacobian_product(network, seen, t, k)[0]
        np.testing.assert_allclose(product, found, rtol=1e-11, atol=1e-13)


def direct_run(network, seen, t, k):
    """Return the cell state at t from that at k, every hidden state put back to what it was."""
    n = network.W.shape[1]

    def run(cell):
        moved = as_complex(network)
        for step in range(k, t):
            x = seen.x[step : step + 1].astype(complex)
            cell = forward_lstm(moved, x, seen.h[step].astype(complex), cell).cell[-1]
        return cell.reshape(n, 1)

    return run


def test_the_direct_product_is_the_derivative_with_hidden_states_held():
    """With every h_j held the cell state moves by the product of the forget gates."""
    network, seen = lstm()
    gates = np.prod([seen.gate("f", j)[:, 0] for j in (2, 3, 4, 5)], axis=0)
    product = cell_jacobian_product(network, seen, 5, 1, path="direct")[0]
    np.testing.assert_allclose(product, np.diag(gates), rtol=1e-14)
    found = complex_step(direct_run(network, seen, 5, 1), seen.cell[1])
    np.testing.assert_allclose(product, found, rtol=1e-12, atol=1e-14)


def test_the_direct_product_is_not_the_total_one():
    """The block of the cell state in the total product differs from the direct product."""
    network, seen = lstm()
    total = cell_jacobian_product(network, seen, 5, 1)[0][3:, 3:]
    direct = cell_jacobian_product(network, seen, 5, 1, path="direct")[0]
    assert np.abs(total - direct).max() > 0.01 * np.abs(direct).max()


def test_reversed_factors_are_seen():
    """The product in the wrong order is not the derivative."""
    network, seen = lstm()
    state = np.concatenate([seen.h[0], seen.cell[0]])
    found = complex_step(later_state(network, seen, 3, 0), state)
    steps = [cell_step_jacobian(network, seen, j) for j in (3, 2, 1)]
    turned = ordered_product(identities(steps[0]), steps)[0]
    assert np.abs(turned - found).max() > 0.01 * np.abs(found).max()


@pytest.mark.parametrize("path", ["total", "direct"])
def test_the_profile_is_the_norm_of_the_product(path):
    """At each gap the profile is log2 of the norm of the product itself."""
    network, seen = lstm()
    profile = cell_norm_profile(network, seen, 5, path=path)
    norms = [
        np.linalg.norm(cell_jacobian_product(network, seen, 5, 5 - gap, path=path)[0], 2)
        for gap in profile.gaps
    ]
    np.testing.assert_allclose(2 ** profile.log2_norms[:, 0], norms, rtol=1e-12)


def test_a_leaky_network_without_leak_has_the_profile_of_the_plain_one():
    """At alpha = 1 the leaky network is the plain network, and so are its norms."""
    rng = np.random.default_rng(5)
    plain = random_network(rng, 3, 2, 1, ACTIVATIONS["tanh"])
    x, h0 = rng.normal(size=(STEPS, 2, 1)), rng.normal(size=(3, 1))
    network = leaky(plain, 1.0)
    ours = cell_norm_profile(network, forward_skip(network, x, h0), STEPS)
    theirs = norm_profile(plain, forward(plain, x, h0), STEPS)
    np.testing.assert_allclose(ours.log2_norms, theirs.log2_norms, rtol=0, atol=1e-12)


def test_what_has_no_such_path_is_refused():
    """A GRU has no direct path, a plain network is no gated one, and time runs forward."""
    network, seen = lstm()
    rng = np.random.default_rng(6)
    gru = random_gru(rng, 2, 1, 1)
    run = forward_gru(gru, np.zeros((2, 1, 1)), np.zeros((2, 1)))
    with pytest.raises(DomainError, match="path must be"):
        cell_step_jacobian(gru, run, 1, path="direct")
    with pytest.raises(DomainError, match="path must be"):
        cell_step_jacobian(network, seen, 1, path="shortest")
    with pytest.raises(DomainError, match="must be an LSTM, GRU or SkipRNN"):
        cell_step_jacobian(random_network(rng, 2, 1, 1, ACTIVATIONS["tanh"]), run, 1)
    with pytest.raises(DomainError, match="k must not exceed t"):
        cell_jacobian_product(network, seen, 2, 4)
