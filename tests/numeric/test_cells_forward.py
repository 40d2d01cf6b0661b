"""Gated, residual and leaky networks running forward: laws, limits, bad input."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from rnnmath.errors import DomainError, ShapeMismatch
from rnnmath.numeric.activations import ACTIVATIONS
from rnnmath.numeric.cells import (
    GRU,
    LSTM,
    SkipRNN,
    forward_gru,
    forward_lstm,
    forward_skip,
    gru_from_torch_layout,
    gru_to_torch_layout,
    leaky,
    lstm_from_torch_layout,
    lstm_to_torch_layout,
    random_gru,
    random_lstm,
    residual,
)
from rnnmath.numeric.networks import forward, random_network

n, m, p, STEPS = 3, 2, 2, 5


def drawn(seed, *shapes):
    """Draw arrays of some shapes."""
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape) for shape in shapes]


def logistic(a):
    """Return σ by its definition, not by the code that is tested."""
    return 1 / (1 + np.exp(-a))


def test_lstm_follows_its_equations():
    """Each step satisfies the cell's equations, written out with one matrix a gate."""
    network = random_lstm(np.random.default_rng(0), n, m, p, peephole=True)
    x, h0, cell0 = drawn(1, (STEPS, m, 2), (n, 2), (n, 2))
    run = forward_lstm(network, x, h0, cell0)
    h, cell = h0, cell0
    for t in range(1, STEPS + 1):

        def pre(gate, h=h, t=t):
            rows = network.rows(gate)
            return network.W[rows] @ h + network.U[rows] @ x[t - 1] + network.b[rows]

        i = logistic(pre("i") + network.peephole[:n] * cell)
        f = logistic(pre("f") + network.peephole[n : 2 * n] * cell)
        cell = f * cell + i * np.tanh(pre("g"))
        h = logistic(pre("o") + network.peephole[2 * n :] * cell) * np.tanh(cell)
        np.testing.assert_allclose(run.state(t), h, rtol=1e-13)
        np.testing.assert_allclose(run.cell_state(t), cell, rtol=1e-13)
        np.testing.assert_allclose(run.gate("f", t), f, rtol=1e-13)
        np.testing.assert_allclose(logistic(run.preactivation("f", t)), f, rtol=1e-13)
        np.testing.assert_allclose(run.output(t), network.V @ h + network.c, rtol=1e-12)


@pytest.mark.parametrize("reset", ["after", "before"])
def test_gru_follows_its_equations(reset):
    """Each step satisfies the cell's equations, written out with one matrix a gate."""
    network = random_gru(np.random.default_rng(0), n, m, p, reset=reset)
    x, h0 = drawn(1, (STEPS, m, 2), (n, 2))
    run = forward_gru(network, x, h0)
    W_r, W_z, W_n = np.split(network.W, 3)
    h = h0
    for t in range(1, STEPS + 1):
        u_r, u_z, u_n = np.split(network.U @ x[t - 1] + network.b, 3)
        r, z = logistic(W_r @ h + u_r), logistic(W_z @ h + u_z)
        inner = r * (W_n @ h + network.b_hn) if reset == "after" else W_n @ (r * h)
        h = (1 - z) * np.tanh(u_n + inner) + z * h
        np.testing.assert_allclose(run.state(t), h, rtol=1e-13)
        np.testing.assert_allclose(run.gate("z", t), z, rtol=1e-13)
        np.testing.assert_allclose(run.input(t), x[t - 1])


def test_the_two_updates_are_one_with_the_sign_of_z_changed():
    """1 - σ(a) = σ(-a), so update "replace" is "keep" with the rows of z negated."""
    keep = random_gru(np.random.default_rng(2), n, m, p)
    sign = np.ones((3 * n, 1))
    sign[keep.rows("z")] = -1
    replaced = replace(keep, W=sign * keep.W, U=sign * keep.U, b=sign * keep.b, update="replace")
    x, h0 = drawn(3, (STEPS, m, 1), (n, 1))
    np.testing.assert_allclose(
        forward_gru(replaced, x, h0).h, forward_gru(keep, x, h0).h, rtol=1e-13
    )


def test_an_open_forget_gate_is_none():
    """With a forget pre-activation of 50 the LSTM is the one without a forget gate, to rounding."""
    network = random_lstm(np.random.default_rng(4), n, m, p)
    rows = network.rows("f")
    W, U, b = network.W.copy(), network.U.copy(), network.b.copy()
    W[rows], U[rows], b[rows] = 0, 0, 50
    others = np.r_[0:n, 2 * n : 4 * n]
    without = LSTM(W[others], U[others], network.V, b[others], network.c, forget_gate=False)
    x, h0, cell0 = drawn(5, (STEPS, m, 1), (n, 1), (n, 1))
    opened = forward_lstm(replace(network, W=W, U=U, b=b), x, h0, cell0)
    np.testing.assert_allclose(opened.cell, forward_lstm(without, x, h0, cell0).cell, rtol=1e-13)


def test_a_leak_of_one_is_the_plain_network():
    """leaky(plain, 1) runs as the plain network does, bit by bit."""
    plain = random_network(np.random.default_rng(6), n, m, p, ACTIVATIONS["tanh"])
    x, h0 = drawn(7, (STEPS, m, 2), (n, 2))
    assert (forward_skip(leaky(plain, 1), x, h0).h == forward(plain, x, h0).h).all()


def test_a_residual_network_with_zero_branch_is_the_identity():
    """With W, U, b zero the state stays what it was, at any length."""
    plain = random_network(np.random.default_rng(8), n, m, p, ACTIVATIONS["tanh"])
    still = replace(plain, W=0 * plain.W, U=0 * plain.U, b=0 * plain.b)
    x, h0 = drawn(9, (50, m, 1), (n, 1))
    assert (forward_skip(residual(still), x, h0).h == h0).all()


def test_states_stay_in_their_range_at_large_weights():
    """Gates lie in [0, 1] and |h| <= 1 also where exp would overflow: nothing warns."""
    network = random_lstm(np.random.default_rng(10), n, m, p, scale=1e4)
    x, h0, cell0 = drawn(11, (STEPS, m, 1), (n, 1), (n, 1))
    run = forward_lstm(network, 1e3 * x, h0, cell0)
    assert (np.abs(run.h[1:]) <= 1).all()
    assert (run.gate("f", 1) >= 0).all()
    assert (run.gate("f", 1) <= 1).all()


@pytest.mark.parametrize("make", [random_lstm, random_gru])
def test_shapes_that_do_not_fit(make):
    """Every array of the wrong shape is named, with the shape that is wanted."""
    network = make(np.random.default_rng(0), n, m, p)
    kind, stack = type(network), len(network.W)
    arrays = {name: getattr(network, name) for name in ("W", "U", "V", "b", "c")}
    wrong = {
        "W": (stack - 1, n),
        "U": (stack - 1, m),
        "V": (p, n + 1),
        "b": (stack,),
        "c": (p + 1, 1),
    }
    for name, shape in wrong.items():
        with pytest.raises(ShapeMismatch, match=f"{name} must have shape"):
            kind(**{**arrays, name: np.ones(shape)})
    with pytest.raises(DomainError, match="W must be finite"):
        kind(**{**arrays, "W": np.full((stack, n), np.nan)})
    with pytest.raises(DomainError, match="U is exact, but logistic and tanh have no rational"):
        kind(**{**arrays, "U": np.full((stack, m), Fraction(1, 2))})
    with pytest.raises(DomainError, match="b has dtype"):
        kind(**{**arrays, "b": np.full((stack, 1), "a")})


def test_optional_arrays_that_do_not_fit():
    """Peepholes and the hidden bias have shapes of their own."""
    lstm = random_lstm(np.random.default_rng(0), n, m, p)
    with pytest.raises(ShapeMismatch, match=r"peephole must have shape \(9, 1\), got \(12, 1\)"):
        replace(lstm, peephole=np.ones((4 * n, 1)))
    gru = random_gru(np.random.default_rng(0), n, m, p)
    with pytest.raises(ShapeMismatch, match=r"b_hn must have shape \(3, 1\), got \(2, 1\)"):
        replace(gru, b_hn=np.ones((2, 1)))
    with pytest.raises(DomainError, match="b_hn belongs to reset 'after'"):
        replace(gru, reset="before")
    with pytest.raises(DomainError, match="update must be 'keep' or 'replace', got 'both'"):
        replace(gru, update="both")
    with pytest.raises(DomainError, match="gate must be one of i, f, g, o, got 'z'"):
        lstm.rows("z")
    bare = random_gru(np.random.default_rng(0), n, m, p, reset="before")
    assert (GRU(bare.W, bare.U, bare.V, bare.b, bare.c).b_hn == 0).all()


def test_inputs_that_do_not_fit():
    """Inputs and initial states are named when they don't fit."""
    lstm = random_lstm(np.random.default_rng(0), n, m, p)
    gru = random_gru(np.random.default_rng(0), n, m, p)
    skip = residual(random_network(np.random.default_rng(0), n, m, p, ACTIVATIONS["tanh"]))
    x, h0 = np.zeros((STEPS, m, 2)), np.zeros((n, 2))
    runs = (lambda x, h: forward_lstm(lstm, x, h, h), lambda x, h: forward_gru(gru, x, h))
    for run in (*runs, lambda x, h: forward_skip(skip, x, h)):
        with pytest.raises(ShapeMismatch, match=r"x must have shape \(any, 2, any\)"):
            run(x[:, :1], h0)
        with pytest.raises(ShapeMismatch, match=r"h0 must have shape \(3, 2\), got \(3, 1\)"):
            run(x, h0[:, :1])
        with pytest.raises(DomainError, match="x must be finite"):
            run(np.full_like(x, np.nan), h0)
        with pytest.raises(DomainError, match="h0 is exact"):
            run(x, np.full(h0.shape, Fraction(1)))
    with pytest.raises(ShapeMismatch, match=r"cell0 must have shape \(3, 2\), got \(2, 2\)"):
        forward_lstm(lstm, x, h0, h0[:2])


def test_overflow_is_named():
    """A pre-activation or a state that float64 can't hold is an error, not an infinity."""
    lstm = random_lstm(np.random.default_rng(0), n, m, p)
    gru = random_gru(np.random.default_rng(0), n, m, p)
    plain = random_network(np.random.default_rng(0), n, m, p, ACTIVATIONS["identity"])
    x, h0 = np.full((STEPS, m, 1), 1e308), np.zeros((n, 1))
    with pytest.raises(DomainError, match="a_1 overflows float64; shorten the sequence"):
        forward_lstm(replace(lstm, U=1e10 * lstm.U), x, h0, h0)
    with pytest.raises(DomainError, match="a_1 overflows float64; shorten the sequence"):
        forward_gru(replace(gru, U=1e10 * gru.U), x, h0)
    with pytest.raises(DomainError, match="h_1 overflows float64; shorten the sequence"):
        forward_skip(SkipRNN(plain, 1.0, 1e300), np.full((2, m, 1), 1e20), h0)


def test_skip_arguments():
    """A skip network takes a plain floating-point network and finite numbers."""
    plain = random_network(np.random.default_rng(0), n, m, p, ACTIVATIONS["tanh"])
    exact = random_network(np.random.default_rng(0), n, m, p, ACTIVATIONS["relu"], exact=True)
    with pytest.raises(DomainError, match="plain must be a VanillaRNN, got LSTM"):
        SkipRNN(random_lstm(np.random.default_rng(0), n, m, p), 1.0, 1.0)
    with pytest.raises(DomainError, match="W is exact"):
        residual(exact)
    with pytest.raises(DomainError, match="keep must be a finite real number, got 1j"):
        SkipRNN(plain, 1j, 1.0)
    for alpha in (0.0, 1.5):
        with pytest.raises(DomainError, match=f"alpha must satisfy 0 < alpha <= 1, got {alpha}"):
            leaky(plain, alpha)


@pytest.mark.parametrize("make", [random_lstm, random_gru])
def test_drawing_arguments(make):
    """Sizes below 1 and a scale that is no number are refused."""
    for sizes, scale in (((0, 1, 1), 1.0), ((2, 0, 1), 1.0), ((2, 1, 1), np.inf)):
        with pytest.raises(DomainError, match="sizes must be at least 1 and scale finite"):
            make(np.random.default_rng(0), *sizes, scale=scale)


@pytest.mark.parametrize("kind", ["LSTM", "GRU"])
def test_torch_layout_there_and_back(kind):
    """Written in PyTorch's layout and read again, a network has the same weights."""
    if kind == "LSTM":
        network = random_lstm(np.random.default_rng(0), n, m, p)
        again = lstm_from_torch_layout(**lstm_to_torch_layout(network), V=network.V, c=network.c)
    else:
        network = random_gru(np.random.default_rng(0), n, m, p)
        again = gru_from_torch_layout(**gru_to_torch_layout(network), V=network.V, c=network.c)
        assert (again.b_hn == network.b_hn).all()
    for name in ("W", "U", "V", "b", "c"):
        assert (getattr(again, name) == getattr(network, name)).all()


def test_torch_layout_sums_the_two_biases_where_it_may():
    """The LSTM has one bias, the sum; the GRU keeps the hidden bias of its candidate apart."""
    weight, ih, hh = drawn(0, (12, 3), (12,), (12,))
    lstm = lstm_from_torch_layout(weight, weight, ih, hh)
    assert (lstm.b[:, 0] == ih + hh).all()
    gru = gru_from_torch_layout(weight[:9], weight[:9], ih[:9], hh[:9])
    assert (gru.b[:6, 0] == ih[:6] + hh[:6]).all()
    assert (gru.b[6:, 0] == ih[6:9]).all()
    assert (gru.b_hn[:, 0] == hh[6:9]).all()
    x, h0 = drawn(1, (STEPS, 3, 1), (3, 1))
    run = forward_gru(gru, x, h0)
    assert (run.o == run.h[1:]).all()


def test_torch_layout_refuses_what_torch_has_not():
    """No peepholes, no missing forget gate, no reset before the product; and wrong shapes."""
    rng = np.random.default_rng(0)
    for options in ({"peephole": True}, {"forget_gate": False}):
        with pytest.raises(DomainError, match="PyTorch's LSTM has a forget gate and no peepholes"):
            lstm_to_torch_layout(random_lstm(rng, n, m, p, **options))
    with pytest.raises(DomainError, match="PyTorch's GRU resets after the product"):
        gru_to_torch_layout(random_gru(rng, n, m, p, reset="before"))
    with pytest.raises(ShapeMismatch, match=r"weight_hh must have shape \(4n, n\)"):
        lstm_from_torch_layout(np.ones((9, 2)), np.ones((9, 3)), np.ones(9), np.ones(9))
    with pytest.raises(ShapeMismatch, match=r"bias_hh must have shape \(9\), got \(9, 1\)"):
        gru_from_torch_layout(np.ones((9, 2)), np.ones((9, 3)), np.ones(9), np.ones((9, 1)))
