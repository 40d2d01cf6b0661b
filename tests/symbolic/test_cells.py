"""Symbolic cells against the running networks, at sizes that are symbols until the last line."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pytest
from sympy import I, Lambda, Symbol, tanh

from rnnmath.errors import DomainError
from rnnmath.numeric import ACTIVATIONS, VanillaRNN, forward
from rnnmath.numeric.cells import (
    GRU,
    LSTM,
    forward_gru,
    forward_lstm,
    forward_skip,
    gru_step_jacobian,
    lstm_step_jacobian,
)
from rnnmath.numeric.cells import leaky as leaky_network
from rnnmath.numeric.cells import residual as residual_network
from rnnmath.numeric.oracles import complex_step
from rnnmath.symbolic.activations import logistic
from rnnmath.symbolic.calculus import jacobian
from rnnmath.symbolic.cells import (
    Cell,
    closed,
    gru,
    in_names,
    input_jacobian,
    joined,
    leaky,
    lstm,
    residual,
    state_jacobian,
    vanilla,
)
from rnnmath.symbolic.codegen import lambdify
from rnnmath.symbolic.nodes import Elementwise, elementwise
from rnnmath.symbolic.notation import U, W, a, b, h, m, n, t, x
from rnnmath.symbolic.printing import latex, plain
from rnnmath.symbolic.tidy import diag, same, transpose


@dataclass(frozen=True)
class Pair:
    """A symbolic cell, and how the values of its parameters run as a network."""

    cell: Cell
    run: Callable[[dict[str, Any], np.ndarray, list[np.ndarray]], list[np.ndarray]]


def plain_network(values, activation):
    """Return the plain network with the drawn parameters, its outputs being its states."""
    units = len(values["W"])
    readout = np.eye(units), np.zeros((units, 1))
    return VanillaRNN(
        values["W"], values["U"], readout[0], values["b"], readout[1], ACTIVATIONS[activation]
    )


def stacked(values, letters):
    """Return W, U, V, b, c of a gated network from its weights by letter."""
    W, U, b = (np.concatenate([values[f"{k}_{g}"] for g in letters]) for k in "WUb")
    units = W.shape[1]
    return W, U, np.eye(units), b, np.zeros((units, 1))


def run_vanilla(values, x, states):
    """Run one step of the plain network with tanh."""
    return [forward(plain_network(values, "tanh"), x, *states).h[1]]


def run_logistic(values, x, states):
    """Run one step of the plain network with the logistic function."""
    return [forward(plain_network(values, "logistic"), x, *states).h[1]]


def run_residual(values, x, states):
    """Run one step of the residual network."""
    network = residual_network(plain_network(values, "tanh"))
    return [forward_skip(network, x, *states).h[1]]


def run_leaky(values, x, states):
    """Run one step of the leaky network."""
    network = leaky_network(plain_network(values, "tanh"), values["alpha"])
    return [forward_skip(network, x, *states).h[1]]


def lstm_network(values):
    """Return the LSTM with the drawn parameters; which kind follows from their names."""
    forget = "W_f" in values
    peeps = [values[f"p_{g}"] for g in ("ifo" if forget else "io") if f"p_{g}" in values]
    peephole = np.concatenate(peeps) if peeps else None
    return LSTM(*stacked(values, "ifgo" if forget else "igo"), forget, peephole)


def run_lstm(values, x, states):
    """Run one step of the LSTM and return both states."""
    run = forward_lstm(lstm_network(values), x, *states)
    return [run.h[1], run.cell[1]]


def gru_network(values, update="keep"):
    """Return the GRU with the drawn parameters; where r acts follows from their names."""
    after = "b_hn" in values
    reset = "after" if after else "before"
    return GRU(*stacked(values, "rzn"), values.get("b_hn"), reset, update)


def run_gru(values, x, states):
    """Run one step of the GRU."""
    return [forward_gru(gru_network(values), x, *states).h[1]]


def run_replacing_gru(values, x, states):
    """Run one step of the GRU whose update gate weighs the candidate."""
    return [forward_gru(gru_network(values, "replace"), x, *states).h[1]]


PAIRS = {
    "vanilla": Pair(vanilla(tanh), run_vanilla),
    "vanilla, logistic": Pair(vanilla(logistic), run_logistic),
    "residual": Pair(residual(tanh), run_residual),
    "leaky": Pair(leaky(tanh), run_leaky),
    "LSTM": Pair(lstm(), run_lstm),
    "LSTM without forget gate": Pair(lstm(forget_gate=False), run_lstm),
    "LSTM with peepholes": Pair(lstm(peephole=True), run_lstm),
    "LSTM without forget gate, with peepholes": Pair(
        lstm(forget_gate=False, peephole=True), run_lstm
    ),
    "GRU, reset after": Pair(gru(), run_gru),
    "GRU, reset before": Pair(gru(reset="before"), run_gru),
    "GRU, reset after, z to replace": Pair(gru(update="replace"), run_replacing_gru),
    "GRU, reset before, z to replace": Pair(
        gru(reset="before", update="replace"), run_replacing_gru
    ),
}


@pytest.fixture(params=PAIRS)
def pair(request):
    """One cell and its network."""
    return PAIRS[request.param]


derived = cache(state_jacobian)  # once for each cell


def drawn(cell, seed):
    """Draw sizes in 2..6 and a value for every argument of the cell, by the name it prints as."""
    rng = np.random.default_rng(seed)
    sizes = {n: int(rng.integers(2, 7)), m: int(rng.integers(2, 7))}
    values = {}
    for symbol in cell.arguments:
        if isinstance(symbol, Symbol):
            values[str(symbol)] = 0.3
        else:
            values[str(symbol)] = rng.standard_normal([int(s.subs(sizes)) for s in symbol.shape])
    return values


def by_complex_step(pair, values, moved):
    """Return the Jacobian of the network's next states in the stack of the arguments ``moved``."""
    cell = pair.cell
    parts = [values[str(symbol)] for symbol in moved]
    ends = np.cumsum([len(part) for part in parts])[:-1]

    def step(flat):
        now = {**values, **dict(zip(map(str, moved), np.split(flat[:, None], ends), strict=True))}
        states = [now[str(state)] for state in cell.previous]
        return np.concatenate(pair.run(now, now[str(cell.input)][None], states))

    return complex_step(step, np.concatenate(parts)[:, 0])


def evaluated(cell, expr, values):
    """Return the value of an expression in the cell's names."""
    return lambdify(list(cell.arguments), closed(cell, expr))(*values.values())


@pytest.mark.parametrize("seed", [0, 1])
def test_state_jacobians_equal_complex_steps_of_the_network(pair, seed):
    """At random sizes the derived Jacobian equals the network's complex-step one to 1e-12.

    Entries are of order ten at most and come from sums of at most six products.
    """
    values = drawn(pair.cell, seed)
    truth = by_complex_step(pair, values, pair.cell.previous)
    found = evaluated(pair.cell, derived(pair.cell), values)
    assert found.shape == truth.shape
    assert np.abs(found - truth).max() < 1e-12


def test_input_jacobians_equal_complex_steps_of_the_network(pair):
    """The derived Jacobian in x_t equals the network's complex-step one to 1e-12."""
    values = drawn(pair.cell, 3)
    truth = by_complex_step(pair, values, [pair.cell.input])
    found = evaluated(pair.cell, input_jacobian(pair.cell), values)
    assert found.shape == truth.shape
    assert np.abs(found - truth).max() < 1e-12


def test_next_states_equal_those_of_the_network(pair):
    """The cell's next states are the network's, to rounding."""
    values = drawn(pair.cell, 4)
    states = [values[str(state)] for state in pair.cell.previous]
    expected = np.concatenate(pair.run(values, values[str(x[t])][None], states))
    found = lambdify(list(pair.cell.arguments), pair.cell.next_state)(*values.values())
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-13)


def test_gates_equal_those_of_the_network():
    """Each gate of the symbolic LSTM and GRU has the value that the network records."""
    for name, network_of in (
        ("LSTM with peepholes", lstm_network),
        ("GRU, reset after", gru_network),
    ):
        pair = PAIRS[name]
        values = drawn(pair.cell, 5)
        states = [values[str(state)] for state in pair.cell.previous]
        run = (forward_lstm if "LSTM" in name else forward_gru)(
            network_of(values), values[str(x[t])][None], *states
        )
        gates = dict(pair.cell.gates)
        if "q" in gates:
            q = lambdify(list(pair.cell.arguments), gates.pop("q"))(*values.values())
            np.testing.assert_allclose(q, run.q[0], rtol=1e-12, atol=1e-13)
        assert set(gates) == set(run.gates)
        for letter, expr in gates.items():
            found = lambdify(list(pair.cell.arguments), expr)(*values.values())
            np.testing.assert_allclose(found, run.gate(letter, 1), rtol=1e-12, atol=1e-13)


def test_three_routes_to_one_jacobian():
    """Derived, written by hand and by complex step, the local Jacobians agree."""
    for name, network_of, run, hand in (
        ("LSTM with peepholes", lstm_network, forward_lstm, lstm_step_jacobian),
        ("GRU, reset before", gru_network, forward_gru, gru_step_jacobian),
    ):
        pair = PAIRS[name]
        values = drawn(pair.cell, 6)
        network = network_of(values)
        states = [values[str(state)] for state in pair.cell.previous]
        by_hand = hand(network, run(network, values[str(x[t])][None], *states), 1)[0]
        found = evaluated(pair.cell, derived(pair.cell), values)
        np.testing.assert_allclose(found, by_hand, rtol=0, atol=1e-12)


def test_a_transposed_weight_is_seen():
    """With W_f transposed in the derived Jacobian the comparison fails: it can fail."""
    pair = PAIRS["LSTM"]
    W_f = next(symbol for symbol in pair.cell.parameters if str(symbol) == "W_f")
    wrong = derived(pair.cell).xreplace({W_f: transpose(W_f)})
    values = drawn(pair.cell, 7)
    truth = by_complex_step(pair, values, pair.cell.previous)
    assert np.abs(evaluated(pair.cell, wrong, values) - truth).max() > 1e-3


def test_names_change_no_value(pair):
    """The Jacobian in names is the plain one of the closed expressions, to rounding."""
    cell = pair.cell
    values = drawn(cell, 8)
    bare = jacobian(cell.next_state, list(cell.previous))
    found = lambdify(list(cell.arguments), bare)(*values.values())
    named = evaluated(cell, derived(cell), values)
    np.testing.assert_allclose(named, found, rtol=1e-12, atol=1e-13)


def test_slopes_are_written_in_the_values_of_gates():
    """σ' becomes f (1 - f) and tanh' becomes 1 - g^2, since their arguments are named."""
    names = {str(symbol) for symbol in derived(lstm()).atoms(Elementwise)}
    assert "logistic" not in " ".join(names)
    shown = plain(derived(lstm()).blocks[1, 0])
    assert shown == (
        "diag((f[t] .* (1 - f[t])) .* c[t - 1])*W_f + diag((i[t] .* (1 - i[t])) .* g[t])*W_i"
        " + diag((1 - g[t]**2) .* i[t])*W_g"
    )


def test_what_a_name_cannot_express_stays():
    """A function of a gate's argument that is no function of the gate is left in its argument."""
    cell = vanilla(tanh)
    argument = closed(cell, a[t])
    u = Symbol("u", real=True)
    mixed = elementwise(Lambda(u, u * tanh(u)), argument)
    shown = in_names(cell, mixed)
    assert shown == elementwise(Lambda(u, u * tanh(u)), a[t])
    assert same(in_names(cell, elementwise(lambda v: 1 - tanh(v) ** 2, argument)),
                elementwise(lambda v: 1 - v**2, h[t]))  # fmt: skip


def test_gates_print_as_in_a_paper():
    """The logistic function prints as σ, the gates with their time, products as circles."""
    equations = {str(equation.lhs): latex(equation) for equation in lstm().equations}
    assert equations["f[t]"] == r"f_{t} = \sigma(U_{f} x_{t} + W_{f} h_{t-1} + b_{f})"
    assert equations["g[t]"] == r"g_{t} = \tanh(U_{g} x_{t} + W_{g} h_{t-1} + b_{g})"
    assert equations["c[t]"] == r"c_{t} = c_{t-1} \odot f_{t} + g_{t} \odot i_{t}"
    assert equations["h[t]"] == r"h_{t} = \tanh(c_{t}) \odot o_{t}"
    assert latex(gru().gates["q"]) == r"W_{n} h_{t-1} + b_{hn}"


def test_arguments_and_shapes(pair):
    """The next state holds every parameter and no other, and its Jacobian is square."""
    cell = pair.cell
    free = {str(symbol) for symbol in cell.next_state.free_symbols if symbol not in (n, m, t)}
    assert free == {str(parameter) for parameter in cell.parameters}
    count = len(cell.previous)
    assert derived(cell).shape == (count * n, count * n)
    assert input_jacobian(cell).shape == (count * n, m)


def test_neighbouring_diagonals_join_and_others_do_not():
    """diag(u) diag(v) W is one row scaling, diag(u) W diag(v) is two."""
    u, v = h[t], a[t]
    assert joined(diag(u) * diag(v) * W).args[-1] == W
    assert len(joined(diag(u) * diag(v) * W).args) == 2
    assert len(joined(diag(u) * W * diag(v)).args) == 3


def test_bad_cells_and_options():
    """A cell without an equation for its state, states that don't pair up, unknown options."""
    equations = vanilla().equations
    with pytest.raises(DomainError, match=r"the cell odd has no equation for its state h\[t\]"):
        Cell("odd", equations[:1], (h[t - 1],), (h[t],), x[t], (W, U, b))
    with pytest.raises(DomainError, match="the cell odd has 2 states before the step and 1 after"):
        Cell("odd", equations, (h[t - 1], h[t - 2]), (h[t],), x[t], (W, U, b))
    with pytest.raises(DomainError, match="reset must be 'after' or 'before', got None"):
        gru(reset=None)
    with pytest.raises(DomainError, match="update must be 'keep' or 'replace', got 'forget'"):
        gru(update="forget")
    with pytest.raises(DomainError, match="alpha must be a real number or symbol, got I"):
        leaky(alpha=I)
