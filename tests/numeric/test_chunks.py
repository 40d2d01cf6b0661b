"""Runs in chunks of time: where the borders lie changes nothing."""

from dataclasses import fields

import numpy as np
import pytest

from rnnmath.errors import DomainError
from rnnmath.numeric import (
    ACTIVATIONS,
    VanillaRNN,
    _chunks,
    backward,
    forward,
    polynomial,
    random_network,
)
from rnnmath.numeric.cells import (
    backward_gru,
    backward_lstm,
    forward_gru,
    forward_lstm,
    random_gru,
    random_lstm,
)

STEPS, BATCH, N = 11, 2, 3


def draw(*shape):
    """Return Gaussian numbers, the same at every call."""
    return np.random.default_rng(5).normal(size=shape)


def plain(name):
    """Return a run of a plain network, forward and backward."""
    network = random_network(np.random.default_rng(0), N, 2, 2, ACTIVATIONS[name])

    def run():
        seen = forward(network, draw(STEPS, 2, BATCH), draw(N, BATCH))
        return seen, backward(network, seen, draw(STEPS, 2, BATCH))

    return run


def lstm(**options):
    """Return a run of an LSTM."""
    network = random_lstm(np.random.default_rng(0), N, 2, 2, **options)

    def run():
        seen = forward_lstm(network, draw(STEPS, 2, BATCH), draw(N, BATCH), draw(N, BATCH))
        return seen, backward_lstm(network, seen, draw(STEPS, 2, BATCH))

    return run


def gru(**options):
    """Return a run of a GRU."""
    network = random_gru(np.random.default_rng(0), N, 2, 2, **options)

    def run():
        seen = forward_gru(network, draw(STEPS, 2, BATCH), draw(N, BATCH))
        return seen, backward_gru(network, seen, draw(STEPS, 2, BATCH))

    return run


RUNS = [
    plain("tanh"),
    plain("silu"),
    lstm(),
    lstm(peephole=True, forget_gate=False),
    gru(),
    gru(reset="before", update="replace"),
]


def numbers(results):
    """Yield every array of a trajectory and its gradients, by name."""
    for result in results:
        for field in fields(result):
            value = getattr(result, field.name)
            if isinstance(value, np.ndarray):
                yield f"{type(result).__name__}.{field.name}", value


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("steps", [1, 4])
def test_borders_change_nothing(run, steps, monkeypatch):
    """Chunks of one step, and of four steps with three left over, give what one chunk gives.

    Only the order of sums in U x_t may differ: some ulp of the largest.
    """
    whole = dict(numbers(run()))
    cut = [slice(first, min(first + steps, STEPS)) for first in range(0, STEPS, steps)]
    for module in ("networks.vanilla", "networks.backpropagation"):
        monkeypatch.setattr(f"rnnmath.numeric.{module}.chunks", lambda *_: cut)
    for module in ("lstm", "lstm_gradients", "gru", "gru_gradients"):
        monkeypatch.setattr(f"rnnmath.numeric.cells.{module}.chunks", lambda *_: cut)
    for name, value in numbers(run()):
        size = np.abs(value).max()
        np.testing.assert_allclose(value, whole[name], rtol=0, atol=1e-13 * size, err_msg=name)


def test_a_lost_border_is_seen(monkeypatch):
    """Leaving out the last step of each chunk changes the gradients."""
    run = plain("tanh")
    whole = dict(numbers(run()))
    cut = [slice(0, 5), slice(6, STEPS)]
    monkeypatch.setattr("rnnmath.numeric.networks.backpropagation.chunks", lambda *_: cut)
    changed = dict(numbers(run()))
    assert np.abs(changed["Gradients.h"][0] - whole["Gradients.h"][0]).max() > 1e-6


def test_chunks_cover_every_step_once():
    """The runs follow each other from 0 to the end, and none is empty."""
    for steps, each in ((1, 1), (7, 2**14), (100_000, 16), (5, 2**20)):
        covered = [t for part in _chunks.chunks(steps, each) for t in range(part.start, part.stop)]
        assert covered == list(range(steps))


def test_the_first_overflow_is_named_beyond_the_first_chunk(monkeypatch):
    """With h_0 = 1 and doubling, a_t = 2^t, the first infinite one in float32 is a_128."""
    monkeypatch.setattr(
        "rnnmath.numeric.networks.vanilla.chunks",
        lambda steps, _: [slice(s, s + 10) for s in range(0, steps, 10)],
    )
    one = np.ones((1, 1), dtype=np.float32)
    doubling = VanillaRNN(2 * one, 0 * one, one, 0 * one, 0 * one, polynomial([0, 1]))
    with pytest.raises(DomainError, match="a_128 overflows float32"):
        forward(doubling, np.zeros((200, 1, 1), dtype=np.float32), one)
