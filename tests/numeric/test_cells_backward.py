"""Hand-written derivatives of gated, residual and leaky networks, judged by strangers."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import Any

import numpy as np
import pytest

from rnnmath.errors import DomainError, ShapeMismatch
from rnnmath.numeric.activations import ACTIVATIONS
from rnnmath.numeric.cells import (
    SkipRNN,
    backward_gru,
    backward_lstm,
    backward_skip,
    forward_gru,
    forward_lstm,
    forward_skip,
    gru_step_jacobian,
    leaky,
    lstm_step_jacobian,
    random_gru,
    random_lstm,
    residual,
    skip_step_jacobian,
)
from rnnmath.numeric.networks import random_network
from rnnmath.numeric.oracles import central_difference, complex_step

STEPS = 4
n, m, p = 3, 2, 2


@dataclass(frozen=True)
class Kind:
    """How one kind of network is drawn, run and differentiated; its states and their gradients."""

    draw: Callable[..., Any]
    forward: Callable[..., Any]
    backward: Callable[..., Any]
    jacobian: Callable[..., Any]
    states: tuple[str, ...] = ("h",)


def skip(make):
    """Return a function that draws a residual or leaky network."""

    def draw(rng, n, m, p):
        return make(random_network(rng, n, m, p, ACTIVATIONS["tanh"]))

    return draw


LSTMS = {
    f"LSTM{' with' if forget else ' without'} forget gate{', peepholes' if peep else ''}": Kind(
        partial(random_lstm, forget_gate=forget, peephole=peep),
        *(forward_lstm, backward_lstm, lstm_step_jacobian, ("h", "cell")),
    )
    for forget in (True, False)
    for peep in (False, True)
}
GRUS = {
    f"GRU, reset {reset}, z to {update}": Kind(
        partial(random_gru, reset=reset, update=update),
        *(forward_gru, backward_gru, gru_step_jacobian),
    )
    for reset in ("after", "before")
    for update in ("keep", "replace")
}
SKIPS = {
    name: Kind(skip(make), forward_skip, backward_skip, skip_step_jacobian)
    for name, make in {"residual": residual, "leaky": partial(leaky, alpha=0.3)}.items()
}
KINDS = {**LSTMS, **GRUS, **SKIPS}


@pytest.fixture(params=KINDS)
def kind(request):
    """One kind of network."""
    return KINDS[request.param]


def problem(kind, seed, batch=2, sizes=(n, m, p), steps=STEPS):
    """Draw a network, its input, its initial states and targets."""
    rng = np.random.default_rng(seed)
    network = kind.draw(rng, *sizes)
    x = rng.normal(size=(steps, sizes[1], batch))
    states = [1.5 * rng.normal(size=(sizes[0], batch)) for _ in kind.states]
    return network, x, states, rng.normal(size=(steps, sizes[2], batch))


def parameters(network):
    """Return the arrays of a network by name."""
    owner = network.plain if isinstance(network, SkipRNN) else network
    values = {field.name: getattr(owner, field.name) for field in fields(owner)}
    return {name: value for name, value in values.items() if isinstance(value, np.ndarray)}


def changed(network, **arrays):
    """Return the network with some arrays replaced."""
    if isinstance(network, SkipRNN):
        return replace(network, plain=replace(network.plain, **arrays))
    return replace(network, **arrays)


def loss(kind, network, x, states, targets):
    """Return half the squared distance of all outputs from the targets, without conjugation."""
    difference = kind.forward(network, x, *states).o - targets
    return 0.5 * np.sum(difference * difference)


def functions(kind, network, x, states, targets):
    """Yield each variable's name, value, and the loss as a function of it alone."""
    for name, value in parameters(network).items():
        yield (
            name,
            value,
            lambda moved, name=name: loss(
                kind, changed(network, **{name: moved}), x, states, targets
            ),
        )
    yield "x", x, lambda moved: loss(kind, network, moved, states, targets)
    for place, name in enumerate(kind.states):

        def of_state(moved, place=place):
            start = [*states[:place], moved, *states[place + 1 :]]
            return loss(kind, network, x, start, targets)

        yield f"{name}0", states[place], of_state


def gradients_of(kind, network, x, states, targets):
    """Return the hand-written gradients."""
    trajectory = kind.forward(network, x, *states)
    return kind.backward(network, trajectory, trajectory.o - targets)


@pytest.mark.parametrize("seed", [0, 1])
def test_gradients_agree_with_complex_steps(kind, seed):
    """Every gradient equals the complex-step derivative of the loss.

    Both are good to rounding: some hundred operations in sequence, so 1e-12 of the largest entry
    is a few thousand units in the last place.
    """
    network, x, states, targets = problem(kind, seed)
    gradients = gradients_of(kind, network, x, states, targets)
    for name, value, function in functions(kind, network, x, states, targets):
        found = complex_step(function, value).reshape(value.shape)
        error = np.abs(getattr(gradients, name) - found).max()
        assert error <= 1e-12 * (1 + np.abs(found).max()), name


def test_gradients_agree_with_central_differences(kind):
    """Every gradient lies within the error that central differences state of themselves."""
    network, x, states, targets = problem(kind, 2, batch=1, sizes=(2, 1, 1), steps=2)
    gradients = gradients_of(kind, network, x, states, targets)
    for name, value, function in functions(kind, network, x, states, targets):
        estimate = central_difference(function, value)
        gradient = getattr(gradients, name)
        assert estimate.agrees_with(gradient.reshape(1, -1)), name
        assert estimate.error.max() < 1e-5 * (1 + np.abs(gradient).max()), name


def test_total_gradients_of_later_states_are_those_of_the_rest_of_the_run(kind):
    """dL/dh_t and dL/dcell_t are the gradients of a run that starts at t, the loss at t added."""
    network, x, states, targets = problem(kind, 3)
    trajectory = kind.forward(network, x, *states)
    e = trajectory.o - targets
    whole = kind.backward(network, trajectory, e)
    later = [getattr(trajectory, name)[2] for name in kind.states]
    rest = kind.backward(network, kind.forward(network, x[2:], *later), e[2:])
    np.testing.assert_allclose(whole.delta[2:], rest.delta, rtol=1e-12, atol=1e-13)
    V = parameters(network)["V"]
    np.testing.assert_allclose(whole.h[2], rest.h0 + V.T @ e[1], rtol=1e-12, atol=1e-13)
    if "cell" in kind.states:
        slope = 1 - np.tanh(trajectory.cell[2]) ** 2
        through_h = trajectory.gate("o", 2) * slope * whole.h[2]
        through_o = network.peephole_of("o") * whole.delta[1, network.rows("o")]
        expected = rest.cell0 + through_h + through_o
        np.testing.assert_allclose(whole.cell[2], expected, rtol=1e-12, atol=1e-13)


def step_by_complex_step(kind, network, x, states, t):
    """Return the Jacobian of the states at t in those at t - 1, batch column by column."""
    trajectory = kind.forward(network, x, *states)
    before = np.concatenate([getattr(trajectory, name)[t - 1] for name in kind.states])
    columns = []
    for j in range(x.shape[2]):

        def step(state, j=j):
            start = np.split(state[:, None], len(kind.states))
            run = kind.forward(network, x[t - 1 : t, :, j : j + 1], *start)
            return np.concatenate([getattr(run, name)[1] for name in kind.states])

        columns.append(complex_step(step, before[:, j]))
    return np.stack(columns)


@pytest.mark.parametrize("t", [1, STEPS])
def test_step_jacobians_agree_with_complex_steps(kind, t):
    """The local Jacobian of every column equals the complex-step one, to 1e-13.

    Entries are of order one and come from some twenty operations.
    """
    network, x, states, _ = problem(kind, 4)
    ours = kind.jacobian(network, kind.forward(network, x, *states), t)
    truth = step_by_complex_step(kind, network, x, states, t)
    assert ours.shape == truth.shape == (2, len(kind.states) * n, len(kind.states) * n)
    assert np.abs(ours - truth).max() < 1e-13


def test_step_jacobians_carry_gradients_backward(kind):
    """With the loss at T alone, the gradient in the states at 0 is J_1ᵀ times that at 1."""
    network, x, states, targets = problem(kind, 5)
    trajectory = kind.forward(network, x, *states)
    e = np.zeros_like(targets)
    e[-1] = targets[-1]
    gradients = kind.backward(network, trajectory, e)
    carried = [getattr(gradients, name)[0] for name in kind.states]
    first = kind.jacobian(network, trajectory, 1)
    inner = kind.forward(network, x[1:], *(getattr(trajectory, s)[1] for s in kind.states))
    after = kind.backward(network, inner, e[1:])
    seeds = np.concatenate([getattr(after, name)[0] for name in kind.states])
    back = np.einsum("bij,ib->jb", first, seeds)
    np.testing.assert_allclose(back, np.concatenate(carried), rtol=1e-12, atol=1e-13)


def test_a_batch_is_a_loop_over_columns(kind):
    """Parameter gradients sum over the columns, the others keep them apart."""
    network, x, states, targets = problem(kind, 6, batch=3)
    together = gradients_of(kind, network, x, states, targets)
    cuts = [np.s_[..., j : j + 1] for j in range(3)]
    alone = [
        gradients_of(kind, network, x[cut], [state[cut] for state in states], targets[cut])
        for cut in cuts
    ]
    for name in parameters(network):
        summed = sum(getattr(single, name) for single in alone)
        np.testing.assert_allclose(getattr(together, name), summed, rtol=1e-12, atol=1e-13)
    for name in ("x", "delta", *kind.states, *(f"{state}0" for state in kind.states)):
        stacked = np.concatenate([getattr(single, name) for single in alone], axis=-1)
        np.testing.assert_allclose(getattr(together, name), stacked, rtol=1e-12, atol=1e-13)


def test_single_precision(kind):
    """float32 in gives float32 out, which agrees with float64 to single rounding.

    Four steps of some thirty operations each: 1000 single ulps of the largest entry are ample.
    """
    network, x, states, targets = problem(kind, 7)
    low = changed(network, **{k: v.astype(np.float32) for k, v in parameters(network).items()})
    single = [state.astype(np.float32) for state in states]
    run = kind.forward(low, x.astype(np.float32), *single)
    found = kind.backward(low, run, (run.o - targets.astype(np.float32)))
    wanted = gradients_of(kind, network, x, states, targets)
    assert kind.jacobian(low, run, 1).dtype == np.float32
    for record in (run, found):
        arrays = (getattr(record, field.name) for field in fields(record))
        kinds = {array.dtype for array in arrays if isinstance(array, np.ndarray)}
        assert kinds == {np.dtype(np.float32)}
    for name in (*parameters(network), "x", "delta", *kind.states):
        got, want = getattr(found, name), getattr(wanted, name)
        assert np.abs(got - want).max() <= 1000 * 2.0**-24 * (1 + np.abs(want).max()), name


def test_saturated_gates_keep_their_slope():
    """At a forget pre-activation of 40, σ' is e^-40 and not the 0 that f (1 - f) rounds to.

    The delta of the forget gate is e^-40/(1 + e^-40)^2 times cell_0 times the gradient in cell_1.
    """
    network = random_lstm(np.random.default_rng(8), 1, 1, 1)
    b = network.b.copy()
    b[network.rows("f")] = 40.0
    network = replace(network, W=0 * network.W, U=0 * network.U, b=b)
    run = forward_lstm(network, np.zeros((1, 1, 1)), [[0.0]], [[0.5]])
    assert run.gate("f", 1) == 1.0
    gradients = backward_lstm(network, run, np.ones((1, 1, 1)))
    delta = gradients.delta[0, network.rows("f")].item()
    expected = 0.5 * gradients.cell[1].item() * np.exp(-40.0)
    assert delta == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("mistake", ["no path through o", "W for its transpose", "diag(i) for f"])
def test_planted_mistakes_in_the_lstm_are_seen(mistake):
    """The complex step rejects a local Jacobian, or a gradient, with a known mistake in it."""
    kind = KINDS["LSTM with forget gate"]
    network, x, states, targets = problem(kind, 9, batch=1)
    run = kind.forward(network, x, *states)
    if mistake == "W for its transpose":
        turned = np.concatenate([network.W[network.rows(gate)].T for gate in network.gates])
        wrong = kind.backward(replace(network, W=turned), run, run.o - targets).h0
        truth = gradients_of(kind, network, x, states, targets).h0
    else:
        truth = step_by_complex_step(kind, network, x, states, 1)[0]
        wrong = kind.jacobian(network, run, 1)[0].copy()
        if mistake == "no path through o":
            o, cell = run.gate("o", 1), run.cell_state(1)
            wrong[:n, :n] -= (np.tanh(cell) * o * (1 - o)) * network.W[network.rows("o")]
        else:
            wrong[n:, n:] = np.diag(run.gate("i", 1)[:, 0])
    assert np.abs(wrong - truth).max() > 1e-3


def test_one_reset_convention_is_not_the_other():
    """With the same weights the two conventions have different local Jacobians."""
    rng = np.random.default_rng(10)
    before = random_gru(rng, n, m, p, reset="before")
    after = replace(before, reset="after")
    x, h0 = rng.normal(size=(1, m, 1)), rng.normal(size=(n, 1))
    jacobians = [gru_step_jacobian(net, forward_gru(net, x, h0), 1) for net in (after, before)]
    assert np.abs(jacobians[0] - jacobians[1]).max() > 1e-3


def test_bad_arguments(kind):
    """A trajectory of another network, an e of the wrong shape or value, a time out of range."""
    network, x, states, _ = problem(kind, 11)
    run = kind.forward(network, x, *states)
    other = kind.draw(np.random.default_rng(0), 2, m, p)
    with pytest.raises(ShapeMismatch, match=r"sizes \(n, m, p\) = \(3, 2, 2\), but the network"):
        kind.backward(other, run, run.o)
    with pytest.raises(ShapeMismatch, match=r"sizes \(n, m, p\) = \(3, 2, 2\), but the network"):
        kind.jacobian(other, run, 1)
    with pytest.raises(ShapeMismatch, match=r"e must have shape \(4, 2, 2\), got \(3, 2, 2\)"):
        kind.backward(network, run, run.o[1:])
    with pytest.raises(DomainError, match="e must be finite"):
        kind.backward(network, run, np.full(run.o.shape, np.inf))
    with pytest.raises(DomainError, match="e is exact"):
        kind.backward(network, run, np.ones(run.o.shape, dtype=object))
    with pytest.raises(DomainError, match=r"t must be an integer in 1\.\.4, got 0"):
        kind.jacobian(network, run, 0)


def test_a_trajectory_of_another_convention_is_refused():
    """Sizes that agree by chance don't make a trajectory fit."""
    rng = np.random.default_rng(12)
    x, h0 = np.zeros((1, m, 1)), np.zeros((n, 1))
    run = forward_gru(random_gru(rng, n, m, p), x, h0)
    with pytest.raises(DomainError, match="reset 'after', but the network 'before'"):
        backward_gru(random_gru(rng, n, m, p, reset="before"), run, run.o)
    run = forward_lstm(random_lstm(rng, n, m, p), x, h0, h0)
    with pytest.raises(DomainError, match="gates ifgo, but the network igo"):
        backward_lstm(random_lstm(rng, n, m, p, forget_gate=False), run, run.o)
