"""Hand-written backpropagation against strangers that only run the program."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnmath.errors import DomainError, ShapeMismatch
from rnnmath.numeric import (
    ACTIVATIONS,
    Gradients,
    backward,
    forward,
    linear_loss,
    loss_gradients,
    polynomial,
    quadratic_loss,
    random_network,
    sensitivity,
    to_fractions,
)

SMOOTH = ["tanh", "logistic", "softplus", "softsign", "arctan", "gelu", "silu", "gelu_tanh", "elu"]
STEPS, LATER = 5, 3  # a variable in the middle of the sequence, so that past and future differ


def problem(seed, activation, *, batch=1, exact=False, n=3, m=2, p=2):
    """Draw a network, its input and a quadratic loss."""
    rng = np.random.default_rng(seed)
    network = random_network(rng, n, m, p, activation, scale=1.2, exact=exact)

    def draw(*shape):
        drawn = rng.normal(size=shape)
        return to_fractions(np.round(4 * drawn) / 4) if exact else drawn

    return network, draw(STEPS, m, batch), draw(n, batch), quadratic_loss(draw(STEPS, p, batch))


def gradients_of(network, x, h0, loss):
    """Return the hand-written gradients."""
    trajectory = forward(network, x, h0)
    return backward(network, trajectory, loss_gradients(loss, trajectory))


def pairs(gradients):
    """Yield every variable of the program with its hand-written gradient."""
    for name in ("W", "U", "V", "b", "c", "h0"):
        yield (name,), getattr(gradients, name)
    yield ("h", LATER), gradients.h[LATER]
    yield ("a", LATER), gradients.delta[LATER - 1]
    yield ("x", LATER), gradients.x[LATER - 1]


@settings(deadline=None, max_examples=12)
@given(st.sampled_from(SMOOTH), st.integers(0, 2**32 - 1))
def test_gradients_agree_with_complex_steps(name, seed):
    """Every gradient equals the complex-step derivative of the replayed loss.

    Both are good to rounding: some hundred operations in sequence, so 1e-11 of the largest entry.
    """
    network, x, h0, loss = problem(seed, ACTIVATIONS[name])
    for variable, gradient in pairs(gradients_of(network, x, h0, loss)):
        found = sensitivity(network, x, h0, loss, variable, ("L",)).jacobian
        size = 1 + np.abs(found).max()
        np.testing.assert_allclose(gradient.ravel(), found.ravel(), rtol=0, atol=1e-11 * size)


@settings(deadline=None, max_examples=4)
@given(st.sampled_from(SMOOTH), st.integers(0, 2**32 - 1))
def test_gradients_agree_with_central_differences(name, seed):
    """Every gradient lies within the error that central differences state of themselves."""
    network, x, h0, loss = problem(seed, ACTIVATIONS[name])
    for variable, gradient in pairs(gradients_of(network, x, h0, loss)):
        estimate = sensitivity(network, x, h0, loss, variable, ("L",), "central_difference")
        assert estimate.agrees_with(gradient.reshape(1, -1))
        assert estimate.error.max() < 1e-5 * (1 + np.abs(gradient).max())


@settings(deadline=None, max_examples=6)
@given(st.integers(0, 2**32 - 1), st.sampled_from(["polynomial", "relu", "softsign"]))
def test_gradients_agree_exactly_with_dual_numbers(seed, name):
    """On an exact network every gradient equals the forward-mode derivative, without tolerance."""
    activation = polynomial([1, -1, 2]) if name == "polynomial" else ACTIVATIONS[name]
    network, x, h0, loss = problem(seed, activation, exact=True, n=2, m=1, p=1)
    for variable, gradient in pairs(gradients_of(network, x, h0, loss)):
        found = sensitivity(network, x, h0, loss, variable, ("L",), "dual").jacobian
        assert (found == gradient.reshape(1, -1)).all()


def test_a_batch_is_a_loop_over_columns():
    """Parameter gradients sum over the columns, the others keep them apart."""
    network, x, h0, _ = problem(3, ACTIVATIONS["tanh"], batch=4)
    e = np.random.default_rng(0).normal(size=(STEPS, 2, 4))
    together = backward(network, forward(network, x, h0), e)
    columns = [np.s_[..., j : j + 1] for j in range(4)]
    alone = [backward(network, forward(network, x[c], h0[c]), e[c]) for c in columns]
    for name in ("W", "U", "V", "b", "c"):
        summed = sum(getattr(single, name) for single in alone)
        np.testing.assert_allclose(getattr(together, name), summed, rtol=1e-12, atol=1e-13)
    for name in ("h", "x", "delta", "h0"):
        stacked = np.concatenate([getattr(single, name) for single in alone], axis=-1)
        np.testing.assert_allclose(getattr(together, name), stacked, rtol=1e-12, atol=1e-13)


def test_single_precision():
    """float32 gradients are float32 and agree with float64 to single rounding.

    Five steps of about ten operations each: 1000 single ulps of the largest entry are ample.
    """
    network, x, h0, _ = problem(4, ACTIVATIONS["tanh"])
    e = np.random.default_rng(0).normal(size=(STEPS, 2, 1))
    single = replace(
        network,
        **{name: getattr(network, name).astype(np.float32) for name in ("W", "U", "V", "b", "c")},
    )
    low = backward(
        single,
        forward(single, x.astype(np.float32), h0.astype(np.float32)),
        e.astype(np.float32),
    )
    high = backward(network, forward(network, x, h0), e)
    for field in fields(Gradients):
        got, want = getattr(low, field.name), getattr(high, field.name)
        assert got.dtype == np.float32
        assert np.abs(got - want).max() <= 1000 * 2.0**-24 * (1 + np.abs(want).max())


def test_gradients_have_the_shapes_of_their_variables():
    """A gradient can be subtracted from its variable."""
    network, x, h0, loss = problem(5, ACTIVATIONS["tanh"], batch=3)
    trajectory = forward(network, x, h0)
    gradients = gradients_of(network, x, h0, loss)
    for name in ("W", "U", "V", "b", "c"):
        assert getattr(gradients, name).shape == getattr(network, name).shape
    assert gradients.h.shape == trajectory.h.shape
    assert gradients.x.shape == x.shape
    assert gradients.h0.shape == h0.shape
    assert gradients.delta.shape == trajectory.a.shape


@pytest.mark.parametrize("mistake", ["W for its transpose", "h_t for h_{t-1}", "a missing step"])
def test_planted_mistakes_are_seen(mistake):
    """The three strangers reject a gradient with a textbook mistake in it."""
    network, x, h0, loss = problem(6, ACTIVATIONS["tanh"])
    trajectory = forward(network, x, h0)
    e = loss_gradients(loss, trajectory)
    right = backward(network, trajectory, e)
    if mistake == "W for its transpose":
        wrong = backward(replace(network, W=network.W.T), trajectory, e).W
    elif mistake == "h_t for h_{t-1}":
        wrong = sum(right.delta[t] @ trajectory.h[t + 1].T for t in range(STEPS))
    else:
        wrong = sum(right.delta[t] @ trajectory.h[t].T for t in range(1, STEPS))
    by_step = sensitivity(network, x, h0, loss, ("W",), ("L",)).jacobian
    by_difference = sensitivity(network, x, h0, loss, ("W",), ("L",), "central_difference")
    assert np.abs(by_step - wrong.reshape(1, -1)).max() > 1e-3
    assert not by_difference.agrees_with(wrong.reshape(1, -1))
    assert by_difference.agrees_with(right.W.reshape(1, -1))


def test_bad_arguments():
    """A trajectory of another network, and an e of the wrong shape, kind or value."""
    network, x, h0, _ = problem(7, ACTIVATIONS["tanh"])
    trajectory = forward(network, x, h0)
    other = random_network(np.random.default_rng(0), 2, 2, 2, ACTIVATIONS["tanh"])
    with pytest.raises(ShapeMismatch, match=r"sizes \(n, m, p\) = \(3, 2, 2\), but the network"):
        backward(other, trajectory, trajectory.o)
    with pytest.raises(ShapeMismatch, match=r"e must have shape \(5, 2, 1\), got \(4, 2, 1\)"):
        backward(network, trajectory, trajectory.o[1:])
    with pytest.raises(DomainError, match="e must be finite"):
        backward(network, trajectory, np.full((5, 2, 1), np.nan))
    with pytest.raises(DomainError, match="e is exact but h is float64"):
        backward(network, trajectory, to_fractions(trajectory.o))


def test_a_linear_loss_at_one_time_reaches_only_its_past():
    """With e zero except at t = 3, δ vanishes after 3 and not before."""
    network, x, h0, _ = problem(8, ACTIVATIONS["tanh"])
    weights = np.zeros((STEPS, 2, 1))
    weights[2] = 1
    delta = gradients_of(network, x, h0, linear_loss(weights)).delta
    assert (delta[3:] == 0).all()
    assert (np.abs(delta[:3]).max(axis=(1, 2)) > 0).all()
