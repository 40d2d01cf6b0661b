"""Whole networks at symbolic size: their Jacobians against complex steps of the running network."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from sympy import (
    BlockMatrix,
    Expr,
    Function,
    HadamardProduct,
    Lambda,
    MatrixSymbol,
    OneMatrix,
    Symbol,
    exp,
    tanh,
)

from rnnmath.errors import Unsupported
from rnnmath.numeric.oracles import complex_step
from rnnmath.symbolic.calculus import gradient, jacobian, trace_gradient, trace_jacobian
from rnnmath.symbolic.codegen import lambdify
from rnnmath.symbolic.derivation import check
from rnnmath.symbolic.nodes import Elementwise, InnerProduct
from rnnmath.symbolic.notation import size
from rnnmath.symbolic.tidy import same, transpose

n = size("n")
u = Symbol("u", real=True)
SIGMOID = Lambda(u, 1 / (1 + exp(-u)))
f = Function("f")


def weights(*names: str) -> dict[str, Any]:
    """Return (n, n) matrices by name; a name in small letters is a column."""
    return {name: MatrixSymbol(name, n, n if name[0].isupper() else 1) for name in names}


@dataclass(frozen=True)
class Network:
    """A state after some steps, as SymPy's own nodes have it, and what it is made of."""

    state: Expr
    wrt: tuple[Any, ...]
    parameters: tuple[Any, ...]


def tanh_rnn(steps: int) -> Network:
    """``h = tanh(W h + U x_t + b)``."""
    p = weights("W", "U", "b", "h")
    x = [MatrixSymbol(f"x{t}", n, 1) for t in range(steps)]
    h = p["h"]
    for t in range(steps):
        h = (p["W"] * h + p["U"] * x[t] + p["b"]).applyfunc(tanh)
    return Network(h, (p["h"],), (p["W"], p["U"], p["b"], *x))


def gru(steps: int) -> Network:
    """PyTorch's gated recurrent unit: reset after the product, two biases."""
    p = weights(*(letter + gate for letter in ("W", "U", "b", "d") for gate in "rzn"), "h")
    x = [MatrixSymbol(f"x{t}", n, 1) for t in range(steps)]

    def gate(name: str, t: int, h: Any) -> Any:
        return p["U" + name] * x[t] + p["b" + name] + p["W" + name] * h + p["d" + name]

    h = p["h"]
    for t in range(steps):
        r = gate("r", t, h).applyfunc(SIGMOID)
        z = gate("z", t, h).applyfunc(SIGMOID)
        q = p["Wn"] * h + p["dn"]
        new = (p["Un"] * x[t] + p["bn"] + HadamardProduct(r, q)).applyfunc(tanh)
        h = HadamardProduct(OneMatrix(n, 1) - z, new) + HadamardProduct(z, h)
    return Network(h, (p["h"],), (*(p[name] for name in p if name != "h"), *x))


def lstm(steps: int) -> Network:
    """``c = f o c + i o g``, ``h = o o tanh(c)``, the two states stacked."""
    p = weights(*(letter + gate for letter in ("W", "U", "b") for gate in "ifgo"), "h", "c")
    x = [MatrixSymbol(f"x{t}", n, 1) for t in range(steps)]
    h, c = p["h"], p["c"]

    def gate(name: str, t: int, h: Any) -> Any:
        return p["W" + name] * h + p["U" + name] * x[t] + p["b" + name]

    for t in range(steps):
        i, forget, o = (gate(name, t, h).applyfunc(SIGMOID) for name in "ifo")
        g = gate("g", t, h).applyfunc(tanh)
        c = HadamardProduct(forget, c) + HadamardProduct(i, g)
        h = HadamardProduct(o, c.applyfunc(tanh))
    rest = (p[name] for name in p if name not in ("h", "c"))
    return Network(BlockMatrix([[h], [c]]), (p["h"], p["c"]), (*rest, *x))


NETWORKS = {"tanh": tanh_rnn, "GRU": gru, "LSTM": lstm}


@pytest.fixture(params=NETWORKS)
def network(request):
    """Two steps of one kind of network."""
    return NETWORKS[request.param](2)


def drawn(network: Network, rng: np.random.Generator, units: int) -> list[np.ndarray]:
    """Draw values of the variables and the parameters, in this order."""
    return [
        rng.standard_normal((units, 1 if symbol.shape[1] == 1 else units))
        for symbol in (*network.wrt, *network.parameters)
    ]


def test_jacobians_equal_complex_steps(network):
    """At random sizes the derived Jacobian equals the complex-step one to 1e-12."""
    symbols = [*network.wrt, *network.parameters]
    run = lambdify(symbols, network.state)
    derived = lambdify(symbols, jacobian(network.state, list(network.wrt)))
    count = len(network.wrt)
    rng = np.random.default_rng(2)
    for units in (2, 3, 4, 5, 6):
        values = drawn(network, rng, units)
        rest = [value.astype(complex) for value in values[count:]]

        def forward(state, rest=rest, units=units):
            parts = [state[k * units : (k + 1) * units, None] for k in range(count)]
            return run(*parts, *rest)[:, 0]

        truth = complex_step(forward, np.concatenate(values[:count])[:, 0])
        found = derived(*values)
        assert found.shape == truth.shape == (count * units, count * units)
        assert np.max(np.abs(found - truth)) < 1e-12


def test_a_transposed_weight_is_seen_by_the_complex_step():
    """With W transposed in the derived Jacobian the comparison fails: it can fail."""
    network = tanh_rnn(2)
    W = network.parameters[0]
    wrong = jacobian(network.state, network.wrt[0]).xreplace({W: transpose(W)})
    symbols = [*network.wrt, *network.parameters]
    values = drawn(network, np.random.default_rng(3), 4)
    run, derived = lambdify(symbols, network.state), lambdify(symbols, wrong)
    rest = [value.astype(complex) for value in values[1:]]
    truth = complex_step(lambda h: run(h[:, None], *rest)[:, 0], values[0][:, 0])
    assert np.max(np.abs(derived(*values) - truth)) > 1e-3


def test_gradients_equal_complex_steps(network):
    """The reverse mode gives the gradient of a number in every parameter, to 1e-12."""
    symbols = [*network.wrt, *network.parameters]
    rows = network.state.shape[0]
    s = MatrixSymbol("s", rows, 1)
    loss = InnerProduct(s, network.state)
    rng = np.random.default_rng(5)
    units = 3
    values = drawn(network, rng, units)
    seed = rng.standard_normal((units * len(network.wrt), 1))
    run = lambdify(symbols, network.state)
    for place, symbol in enumerate(symbols):
        derived = lambdify([*symbols, s], gradient(loss, symbol))(*values, seed)

        def forward(value, place=place):
            moved = [v.astype(complex) for v in values]
            moved[place] = value
            return (seed.T @ run(*moved))[0, 0]

        truth = complex_step(forward, values[place]).reshape(derived.shape)
        assert np.max(np.abs(derived - truth)) < 1e-12


def test_traces_replay_and_end_in_the_jacobian(network):
    """The derivation of each network checks line by line and ends in what ``jacobian`` returns."""
    for wrt in network.wrt:
        proof = trace_jacobian(network.state, wrt)
        check(proof)
        assert same(proof.end, jacobian(network.state, wrt))


def test_traces_replay_and_end_in_the_gradient(network):
    """The derivation in a state and in a weight checks and ends in what ``gradient`` returns."""
    loss = InnerProduct(MatrixSymbol("s", network.state.shape[0], 1), network.state)
    for wrt in (network.wrt[-1], network.parameters[0]):
        proof = trace_gradient(loss, wrt)
        check(proof)
        assert same(proof.end, gradient(loss, wrt))


def test_the_lstm_jacobian_has_four_blocks():
    """Stacked states in two variables give the flat block matrix of the text."""
    network = lstm(1)
    J = jacobian(network.state, network.wrt)
    assert J.blockshape == (2, 2)
    assert J.shape == (2 * n, 2 * n)


def test_the_gradient_of_an_unrolled_network_is_a_sum_over_time():
    """dL/dW of T steps has T terms, each an outer product ``delta_t h_{t-1}^T``."""
    steps = 5
    W, h0 = MatrixSymbol("W", n, n), MatrixSymbol("h0", n, 1)
    states = [h0]
    for _ in range(steps):
        states.append(Elementwise(f, W * states[-1]))
    total = gradient(InnerProduct(MatrixSymbol("s", n, 1), states[-1]), W)
    assert len(total.args) == steps
    ends = {term.args[-1] for term in total.args}
    assert ends == {transpose(state) for state in states[:-1]}


@pytest.mark.parametrize("kind", NETWORKS)
def test_steps_share_their_parts(kind):
    """Each step adds as many distinct nodes as the last, though the tree of a cell explodes."""

    def distinct(steps):
        network = NETWORKS[kind](steps)
        seen: set[Any] = set()
        stack = [jacobian(network.state, list(network.wrt))]
        while stack:
            node = stack.pop()
            if node not in seen:
                seen.add(node)
                stack.extend(node.args)
        return len(seen)

    one, two, three = (distinct(steps) for steps in (1, 2, 3))
    assert three - two <= two - one + 2


def test_too_deep_an_expression_is_named():
    """Where Python's stack ends, the error says so and what to do."""
    h = MatrixSymbol("h", n, 1)
    state = h
    for _ in range(2000):
        state = Elementwise(f, state)
    with pytest.raises(Unsupported, match="nests deeper"):
        jacobian(state, h)
