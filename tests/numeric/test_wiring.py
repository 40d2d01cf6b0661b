"""Departures from the plain program change what they name and nothing else."""

from fractions import Fraction

import numpy as np
import pytest

from rnnmath.errors import ShapeMismatch
from rnnmath.numeric import (
    PLAIN,
    VanillaRNN,
    Wiring,
    linear_loss,
    polynomial,
    random_network,
    replay,
    to_fractions,
)

F = polynomial([Fraction(1, 3), 1, Fraction(1, 2)])
LOSS = linear_loss(np.ones((3, 2, 1), dtype=int))
X = to_fractions(np.arange(6).reshape(3, 2, 1) / 4)
START = to_fractions(np.array([[1.0], [-0.5]]))
R = to_fractions(np.array([[0.0, 1.0], [2.0, 0.5]]))


def network() -> VanillaRNN:
    """Return an exact network with n = m = p = 2."""
    return random_network(np.random.default_rng(1), 2, 2, 2, F, exact=True)


def seen(name: str, time: int, wiring: Wiring, *, x=X, start=START):
    """Return a variable of the run without intervention."""
    net = network()
    return replay(net, x, start, LOSS, ("c",), net.c, (name, time), wiring)


def test_feedback_is_the_plain_program_on_its_own_outputs() -> None:
    """With x_{t+1} = o_t the run equals the plain one whose inputs are those outputs."""
    feedback = Wiring(feedback=True)
    fed = np.stack([X[0], seen("o", 1, feedback), seen("o", 2, feedback)])
    for time in (1, 2, 3):
        assert (seen("h", time, feedback) == seen("h", time, PLAIN, x=fed)).all()
    assert (seen("h", 2, feedback) != seen("h", 2, PLAIN)).any()


def test_a_grown_start_is_the_plain_program_from_there() -> None:
    """With h_0 = W s + b the run equals the plain one from that start."""
    net, grown = network(), Wiring(grown_start=True)
    there = net.W @ START + net.b
    assert (seen("h", 0, grown) == there).all()
    assert (seen("h", 3, grown) == seen("h", 3, PLAIN, start=there)).all()


def test_layers_with_one_matrix_are_the_plain_program() -> None:
    """Every layer W gives the recurrent network; other layers act at their own step only."""
    net = network()
    tied = Wiring(layers=(net.W,) * 3)
    assert (seen("h", 3, tied) == seen("h", 3, PLAIN)).all()
    untied = Wiring(layers=(net.W, R, net.W))
    assert (seen("h", 1, untied) == seen("h", 1, PLAIN)).all()
    drive = net.U @ X[1] + net.b
    assert (seen("a", 2, untied) == R @ seen("h", 1, untied) + drive).all()


def test_a_delay_adds_the_state_before_the_last() -> None:
    """From the second step on a_t gains R h_{t-2}; the first step stays."""
    delayed = Wiring(delayed=R)
    assert (seen("a", 1, delayed) == seen("a", 1, PLAIN)).all()
    plain = network().W @ seen("h", 1, delayed) + network().U @ X[1] + network().b
    assert (seen("a", 2, delayed) == plain + R @ START).all()


@pytest.mark.parametrize(
    "wiring",
    [Wiring(layers=(R,) * 2), Wiring(layers=(R, R, R[:1])), Wiring(delayed=R[:1])],
    ids=["too few layers", "a layer of another shape", "a delay of another shape"],
)
def test_a_wiring_that_does_not_fit_is_refused(wiring: Wiring) -> None:
    """Layers number T, and every matrix has the shape of W."""
    with pytest.raises(ShapeMismatch, match="must"):
        seen("h", 1, wiring)


def test_feedback_needs_outputs_of_the_size_of_the_inputs() -> None:
    """Outputs of another size than the inputs cannot be fed back."""
    with pytest.raises(ShapeMismatch, match="feedback"):
        Wiring(feedback=True).require_fit(3, (2, 1, 2))
