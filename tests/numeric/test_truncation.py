"""Truncated backpropagation, judged by interventions, and the meter that counts what runs do."""

import gc
import weakref
from fractions import Fraction

import numpy as np
import pytest

from rnnmath.errors import DomainError, ShapeMismatch
from rnnmath.numeric import (
    ACTIVATIONS,
    VanillaRNN,
    backward,
    complex_step,
    dual_jacobian,
    forward,
    linear_loss,
    loss_gradients,
    polynomial,
    quadratic_loss,
    random_network,
    replay,
    to_fractions,
)
from rnnmath.numeric.activations import Activation
from rnnmath.numeric.losses import Loss
from rnnmath.numeric.metering import metered, watched, watched_loss
from rnnmath.numeric.networks.truncation import chunked_bptt, sliding_bptt

STEPS = 7
PARAMETERS = ("W", "U", "V", "b", "c")


def problem(activation="tanh", *, batch=1, exact=False):
    """Return a network of sizes 3, 2, 2 with input, initial state and loss."""
    rng = np.random.default_rng(4)
    f = polynomial([0, 1, 1]) if exact else ACTIVATIONS[activation]
    network = random_network(rng, 3, 2, 2, f, exact=exact)

    def draw(*shape):
        drawn = np.round(4 * rng.normal(size=shape)) / 4
        return to_fractions(drawn) if exact else drawn

    x, h0 = draw(STEPS, 2, batch), draw(3, batch)
    return network, x, h0, quadratic_loss(draw(STEPS, 2, batch))


def held(case, parameter, after, state, last, oracle=complex_step):
    """Measure the gradient of one loss in a parameter, from a state that does not move."""
    network, x, _, loss = case
    later = Loss(lambda o, j: loss.value(o, j + after), lambda o, j: loss.gradient(o, j + after))
    part = network, x[after:last], state, later

    def value(setting):
        return replay(*part, (parameter,), setting, ("L", last - after))

    present = getattr(network, parameter)
    return oracle(value, present).reshape(present.shape)


def window_start(t, K):
    """Return the step whose state is held for the window of the loss at t."""
    return max(0, t - K)


def chunk_start(t, K):
    """Return the step whose state is held for the chunk of step t."""
    return (t - 1) // K * K


@pytest.mark.parametrize("parameter", PARAMETERS)
@pytest.mark.parametrize("K", [1, 3, STEPS])
def test_each_schedule_adds_up_held_gradients(parameter, K):
    """Window and chunks return the sum of the gradients of each loss, its past held."""
    case = problem()
    states = forward(*case[:3])
    runs = {window_start: sliding_bptt(*case, K), chunk_start: chunked_bptt(*case, K)}
    for start, run in runs.items():
        starts = {t: start(t, K) for t in range(1, STEPS + 1)}
        parts = [held(case, parameter, s, states.state(s), t) for t, s in starts.items()]
        np.testing.assert_allclose(getattr(run, parameter), sum(parts), rtol=1e-12, atol=1e-13)


def test_exact_runs_agree_with_dual_numbers():
    """Over the rationals window and chunks equal the measured sums exactly."""
    network, x, h0, loss = problem(exact=True)
    case = network, x[:4], h0, loss
    states = forward(*case[:3])
    runs = {window_start: sliding_bptt(*case, 2), chunk_start: chunked_bptt(*case, 2)}
    for start, run in runs.items():
        starts = {t: start(t, 2) for t in range(1, 5)}
        parts = [held(case, "W", s, states.state(s), t, dual_jacobian) for t, s in starts.items()]
        assert (sum(parts) == run.W).all()
    assert (runs[window_start].W != runs[chunk_start].W).any()


@pytest.mark.parametrize("K", [2, 3])
def test_restarted_chunks_are_an_exact_gradient(K):
    """Restarted chunks return the gradient of the loss of the program that restarts."""
    case = problem()
    starts = {t: chunk_start(t, K) for t in range(1, STEPS + 1)}
    parts = [held(case, "W", s, case[2], t) for t, s in starts.items()]
    run = chunked_bptt(*case, K, carry=False)
    np.testing.assert_allclose(run.W, sum(parts), rtol=1e-12, atol=1e-13)
    assert not np.allclose(run.W, chunked_bptt(*case, K).W)


@pytest.mark.parametrize("run", [sliding_bptt, chunked_bptt])
def test_the_longest_stretch_is_plain_backpropagation(run):
    """With K = T nothing is cut, in every parameter and in a batch."""
    network, x, h0, loss = problem(batch=3)
    seen = forward(network, x, h0)
    whole = backward(network, seen, loss_gradients(loss, seen))
    for slope in (None, lambda h: 1 - h * h):
        truncated = run(network, x, h0, loss, STEPS, slope_of_state=slope)
        for name in PARAMETERS:
            expected = getattr(whole, name)
            np.testing.assert_allclose(getattr(truncated, name), expected, rtol=1e-11, atol=1e-12)


def test_a_wrong_slope_is_seen():
    """The comparison with interventions fails where the run is given another slope."""
    case = problem()
    wrong = sliding_bptt(*case, 3, slope_of_state=lambda h: 1 - h)
    assert not np.allclose(wrong.W, sliding_bptt(*case, 3).W)


def test_an_update_between_chunks_changes_what_follows():
    """With a rate the second chunk runs with moved parameters, all of them; with 0 it does not."""
    network, x, h0, loss = problem(exact=True)
    x, rate = x[:4], Fraction(1, 100)
    first = chunked_bptt(network, x[:2], h0, loss, 2)
    moved = {name: getattr(network, name) - rate * getattr(first, name) for name in PARAMETERS}
    later = Loss(lambda o, j: loss.value(o, j + 2), lambda o, j: loss.gradient(o, j + 2))
    state = forward(network, x[:2], h0).state(2)
    second = chunked_bptt(
        VanillaRNN(**moved, activation=network.activation), x[2:], state, later, 2
    )
    assert (chunked_bptt(network, x, h0, loss, 2, rate=rate).W == first.W + second.W).all()
    assert (chunked_bptt(network, x, h0, loss, 2).W != first.W + second.W).any()


@pytest.mark.parametrize("run", [sliding_bptt, chunked_bptt])
def test_lengths_and_shapes_are_asked_for(run):
    """A length outside 1..T and an input of another size are refused."""
    network, x, h0, loss = problem()
    for length in (0, STEPS + 1, True):
        with pytest.raises(DomainError):
            run(network, x, h0, loss, length)
    with pytest.raises(ShapeMismatch):
        run(network, x, h0[:2], loss, 2)


@pytest.mark.parametrize(("run", "K"), [(sliding_bptt, 3), (chunked_bptt, 3), (chunked_bptt, 7)])
def test_kept_is_what_is_alive(run, K):
    """Of the states that the activation returned, no more are alive than ``kept`` says."""
    network, x, h0, _ = problem()
    states, most = [], []

    class Seen(np.ndarray):
        """An array that can be watched."""

    def value(a):
        state = np.tanh(np.asarray(a)).view(Seen)
        states.append(weakref.ref(state))
        return state

    def gradient(o, _):
        gc.collect()
        most.append(sum(state() is not None for state in states))
        return np.ones_like(np.asarray(o))

    f = Activation("watched", value, lambda a: 1 / np.cosh(np.asarray(a)) ** 2)
    seen = VanillaRNN(*(getattr(network, name) for name in PARAMETERS), f)
    loss = Loss(lambda o, _: o.sum(axis=0), gradient)
    kept = run(seen, x, h0, loss, K, slope_of_state=lambda h: 1 - np.asarray(h) ** 2).kept
    assert kept == (K + 1) * 3
    assert max(most) <= K + 1  # the first state is given, and not an output of f


class TestMeter:
    """The meter counts products by their shapes and everything else by its entries."""

    @staticmethod
    def network():
        """Return a network whose activation is one operation."""
        one = np.ones((3, 1))
        f = Activation("relu", lambda a: np.maximum(a, 0), lambda a: np.heaviside(a, 0))
        return VanillaRNN(np.eye(3), np.ones((3, 2)), one.T, one, one[:1], f)

    def test_products_count_rows_inner_and_columns(self):
        """A product (r, s)(s, q) counts r s q, and a stack of B such products B times as much."""
        W = watched(self.network()).W
        with metered() as meter:
            _ = W @ np.ones((3, 5))
        assert (meter.products, meter.entries) == (45, 0)
        with metered() as meter:
            _ = W @ np.ones((4, 3, 5))
        assert meter.products == 180

    def test_entries_are_counted_once(self):
        """An entry-wise operation counts its result, a sum over N entries N - 1, a comparison 0."""
        W = watched(self.network()).W
        with metered() as meter:
            _ = 2 * W + W
        assert meter.entries == 18
        with metered() as meter:
            _ = W.sum(axis=1, keepdims=True)
        assert meter.entries == 6
        with metered() as meter:
            assert np.isfinite(W).all()
        assert meter.entries == 0

    def test_unwatched_arrays_count_nothing(self):
        """The same run without a watched network leaves the meter at zero."""
        network, loss = self.network(), linear_loss(np.ones((4, 1, 1)))
        x, h0 = np.ones((4, 2, 1)), np.ones((3, 1))
        with metered() as meter:
            plain = chunked_bptt(network, x, h0, loss, 2)
        assert (meter.products, meter.entries) == (0, 0)
        with metered() as meter:
            counted = chunked_bptt(watched(network), x, h0, watched_loss(loss), 2)
        assert meter.products > 0
        assert np.array_equal(plain.W, counted.W)

    def test_a_run_with_one_more_product_is_seen(self):
        """Backpropagation that also returns dL/dx and dL/dh_0 multiplies more, by their shapes."""
        steps, (n, m, p) = 4, (3, 2, 1)
        network, loss = watched(self.network()), linear_loss(np.ones((steps, 1, 1)))
        x, h0 = np.ones((steps, m, 1)), np.ones((n, 1))
        with metered() as least:
            chunked_bptt(network, x, h0, watched_loss(loss), steps)
        with metered() as more:
            seen = forward(network, x, h0)
            backward(network, seen, loss_gradients(loss, seen))
        assert least.products == steps * (3 * n * n + 2 * n * m + 3 * p * n) - n * n
        assert more.products == least.products + steps * n * m + n * n
