"""The vanilla network and its forward pass."""

from fractions import Fraction

import numpy as np
import pytest

from rnnmath.errors import DomainError, ShapeMismatch
from rnnmath.numeric import ACTIVATIONS, VanillaRNN, forward, polynomial, random_network

TANH = ACTIVATIONS["tanh"]


def parameters(**changes):
    """Return parameters of a network with n = 2, m = 3, p = 1, some of them replaced."""
    rng = np.random.default_rng(0)
    drawn = {
        "W": rng.normal(size=(2, 2)),
        "U": rng.normal(size=(2, 3)),
        "V": rng.normal(size=(1, 2)),
        "b": rng.normal(size=(2, 1)),
        "c": rng.normal(size=(1, 1)),
        "activation": TANH,
    }
    return drawn | changes


def test_the_recurrence_entry_by_entry():
    """Every a, h and o is the sum of products that the definition writes out."""
    network = VanillaRNN(**parameters())
    rng = np.random.default_rng(1)
    x, h0 = rng.normal(size=(4, 3, 1)), rng.normal(size=(2, 1))
    seen = forward(network, x, h0)
    h = [float(v) for v in h0.ravel()]
    for t in range(1, 5):
        a = [
            sum(network.W[i, j] * h[j] for j in range(2))
            + sum(network.U[i, j] * x[t - 1, j, 0] for j in range(3))
            + network.b[i, 0]
            for i in range(2)
        ]
        h = [np.tanh(v) for v in a]
        o = sum(network.V[0, j] * h[j] for j in range(2)) + network.c[0, 0]
        np.testing.assert_allclose(seen.preactivation(t).ravel(), a, rtol=1e-13)
        np.testing.assert_allclose(seen.state(t).ravel(), h, rtol=1e-13)
        np.testing.assert_allclose(seen.output(t).ravel(), [o], rtol=1e-13)
        assert (seen.input(t) == x[t - 1]).all()
    assert (seen.state(0) == h0).all()
    assert (seen.steps, seen.batch) == (4, 1)


def test_a_batch_is_a_loop_over_columns():
    """Column j of a batch is the run of column j alone, bit for bit up to rounding of @."""
    network = VanillaRNN(**parameters())
    rng = np.random.default_rng(2)
    x, h0 = rng.normal(size=(5, 3, 4)), rng.normal(size=(2, 4))
    together = forward(network, x, h0)
    for j in range(4):
        alone = forward(network, x[:, :, j : j + 1], h0[:, j : j + 1])
        np.testing.assert_allclose(together.o[:, :, j : j + 1], alone.o, rtol=1e-13)


def test_number_types():
    """float32 stays float32, complex inputs give complex states, exact stays exact."""
    single = {k: v.astype(np.float32) for k, v in parameters().items() if k != "activation"}
    network = VanillaRNN(**single, activation=TANH)
    x, h0 = np.ones((2, 3, 1), dtype=np.float32), np.ones((2, 1), dtype=np.float32)
    assert forward(network, x, h0).o.dtype == np.float32
    assert forward(network, x + 0j, h0).h.dtype.kind == "c"
    exact = VanillaRNN(
        np.array([[Fraction(1, 2), 0], [1, 1]], dtype=object),
        np.ones((2, 3), dtype=int),
        np.ones((1, 2), dtype=int),
        np.zeros((2, 1), dtype=int),
        np.zeros((1, 1), dtype=int),
        polynomial([0, 1, 1]),
    )
    seen = forward(exact, np.ones((2, 3, 1), dtype=int), np.ones((2, 1), dtype=int))
    assert all(isinstance(entry, Fraction) for entry in seen.o.ravel())
    assert seen.preactivation(1).ravel().tolist() == [Fraction(7, 2), 5]
    assert seen.state(1).ravel().tolist() == [Fraction(63, 4), 30]


def test_integers_become_floats_beside_floats():
    """An integer array is converted exactly to float64."""
    network = VanillaRNN(**parameters(W=np.eye(2, dtype=int)))
    assert network.W.dtype == np.float64


def test_random_networks():
    """Sizes, scale and exactness are those asked for."""
    rng = np.random.default_rng(0)
    wide = random_network(rng, 200, 3, 2, TANH, scale=2.0)
    assert wide.sizes == (200, 3, 2)
    # 40000 entries: the relative error of the deviation is about 1/sqrt(80000) = 0.4 %.
    assert wide.W.std() * np.sqrt(200) == pytest.approx(2.0, rel=0.03)
    exact = random_network(rng, 2, 1, 1, polynomial([0, 1]), exact=True)
    assert all(
        isinstance(entry, Fraction) and 16 % entry.denominator == 0 for entry in exact.W.flat
    )
    with pytest.raises(DomainError, match="sizes must be at least 1"):
        random_network(rng, 0, 1, 1, TANH)
    with pytest.raises(DomainError, match="scale finite"):
        random_network(rng, 1, 1, 1, TANH, scale=np.inf)


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"W": np.ones((2, 3))}, ShapeMismatch, r"W must be square, got shape \(2, 3\)"),
        ({"W": np.ones(2)}, ShapeMismatch, r"W must be square, got shape \(2,\)"),
        ({"U": np.ones((3, 3))}, ShapeMismatch, r"U must have shape \(2, any\), got \(3, 3\)"),
        ({"V": np.ones((1, 3))}, ShapeMismatch, r"V must have shape \(any, 2\), got \(1, 3\)"),
        ({"b": np.ones(2)}, ShapeMismatch, r"b must have shape \(2, 1\), got \(2,\)"),
        ({"c": np.ones((2, 1))}, ShapeMismatch, r"c must have shape \(1, 1\), got \(2, 1\)"),
        ({"W": np.ones((0, 0))}, ShapeMismatch, "W is empty"),
        ({"W": [[1.0], [1.0, 2.0]]}, ShapeMismatch, "W is ragged"),
        ({"W": np.diag([1, np.nan])}, DomainError, r"W must be finite, but entry \(1, 1\) is nan"),
        ({"b": np.full((2, 1), np.inf)}, DomainError, "b must be finite"),
        ({"W": np.array([["a", "b"], ["c", "d"]])}, DomainError, "W has dtype <U1"),
        ({"W": np.eye(2, dtype=bool)}, DomainError, "W has dtype bool"),
        ({"W": np.eye(2).astype(object)}, DomainError, "entries must be int, Fraction or Dual"),
        ({"W": np.array([[None] * 2] * 2)}, DomainError, r"entry \(0, 0\) is None"),
        ({"W": np.eye(2, dtype=int).astype(object)}, DomainError, "W is exact but U is float64"),
        ({"activation": np.tanh}, DomainError, "activation must be an Activation"),
    ],
)
def test_bad_parameters(changes, error, message):
    """A network that can't run is refused when it is built."""
    with pytest.raises(error, match=message):
        VanillaRNN(**parameters(**changes))


@pytest.mark.parametrize(
    ("x", "h0", "error", "message"),
    [
        (np.ones((4, 3)), np.ones((2, 1)), ShapeMismatch, r"x must have shape \(any, 3, any\)"),
        (np.ones((4, 2, 1)), np.ones((2, 1)), ShapeMismatch, r"got \(4, 2, 1\)"),
        (np.ones((4, 3, 2)), np.ones((2, 1)), ShapeMismatch, r"h0 must have shape \(2, 2\)"),
        (np.ones((0, 3, 1)), np.ones((2, 1)), ShapeMismatch, "x is empty"),
        (np.full((4, 3, 1), np.nan), np.ones((2, 1)), DomainError, "x must be finite"),
        (np.ones((4, 3, 1)), np.full((2, 1), np.inf), DomainError, "h0 must be finite"),
        (np.ones((4, 3, 1)), np.array([[Fraction(1)]] * 2), DomainError, "h0 is exact but W is"),
    ],
)
def test_bad_inputs(x, h0, error, message):
    """Inputs and initial states are checked against the network."""
    with pytest.raises(error, match=message):
        forward(VanillaRNN(**parameters()), x, h0)


def test_overflow_is_an_error_and_names_its_time():
    """An exploding state raises instead of turning into infinity."""
    one = np.ones((1, 1), dtype=np.float32)
    for f, letter in ((polynomial([0, 1]), "a"), (polynomial([0, 0, 1]), "h")):
        network = VanillaRNN(2 * one, one, one, one, one, f)
        with pytest.raises(DomainError, match=rf"{letter}_\d+ overflows float32"):
            forward(network, np.zeros((300, 1, 1), dtype=np.float32), one)


@pytest.mark.parametrize("read", ["preactivation", "output", "input"])
def test_times_start_at_one(read):
    """There is no a_0, o_0 or x_0, and nothing beyond T; a state exists at 0."""
    seen = forward(VanillaRNN(**parameters()), np.ones((4, 3, 1)), np.ones((2, 1)))
    for t in (0, 5, -1):
        with pytest.raises(DomainError, match=rf"t must be an integer in 1..4, got {t}"):
            getattr(seen, read)(t)
    with pytest.raises(DomainError, match=r"in 0..4, got 5"):
        seen.state(5)
    assert seen.state(np.int64(4)).shape == (2, 1)
