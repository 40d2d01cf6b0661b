"""The long short-term memory network: parameters and forward pass."""

from dataclasses import dataclass
from typing import Any, SupportsIndex

import numpy as np
from jaxtyping import Shaped
from numpy.typing import NDArray

from rnnmath.errors import DomainError
from rnnmath.numeric._checks import require_representable, require_shape, require_time
from rnnmath.numeric._chunks import chunks, require_finite_series, room, through, turned
from rnnmath.numeric.cells._parts import (
    floating,
    open_gates,
    require_gates,
    require_readout,
    rows_of,
)
from rnnmath.numeric.cells.records import GatedTrajectory, require_sizes

__all__ = ["LSTM", "LSTMTrajectory", "forward_lstm"]


@dataclass(frozen=True, eq=False, init=False)
class LSTM:
    """The parameters of a long short-term memory network with a linear readout.

    Formula: a_t = W h_{t-1} + U x_t + b, stacked over the gates i, f, g, o (PyTorch's order);
    i, f, o = σ(a), g = tanh(a); cell_t = f ∘ cell_{t-1} + i ∘ g, h_t = o ∘ tanh(cell_t),
    o_t = V h_t + c.

    Parameters
    ----------
    W, U, V, b, c
        Shapes (4n, n), (4n, m), (p, n), (4n, 1), (p, 1); real or complex floating point.
        Integer arrays become float64.
    forget_gate
        False stands for f = 1; the stack is i, g, o and holds 3n rows.
    peephole
        None, or the weights p_i, p_f, p_o stacked, shape (3n, 1) ((2n, 1) without forget gate):
        a gains p_i ∘ cell_{t-1}, p_f ∘ cell_{t-1} and p_o ∘ cell_t.

    Raises
    ------
    ShapeMismatch
        If a shape does not fit, or an array is ragged or empty.
    DomainError
        If an entry is not finite or no number, or an array is exact.

    Notes
    -----
    Hochreiter and Schmidhuber (1997); Gers, Schmidhuber and Cummins (2000) for the forget gate;
    Gers, Schraudolph and Schmidhuber (2002) for the peepholes.

    Examples
    --------
    >>> LSTM(np.ones((2, 1)), np.ones((4, 1)), [[1.0]], np.ones((4, 1)), [[0.0]])
    Traceback (most recent call last):
        ...
    rnnmath.errors.ShapeMismatch: W must have shape (4n, n), a block for each of i, f, g, o; ...
    """

    W: Shaped[np.ndarray, "stack n"]
    U: Shaped[np.ndarray, "stack m"]
    V: Shaped[np.ndarray, "p n"]
    b: Shaped[np.ndarray, "stack 1"]
    c: Shaped[np.ndarray, "p 1"]
    forget_gate: bool
    peephole: Shaped[np.ndarray, "peepholes 1"] | None

    def __init__(
        self,
        W: Any,
        U: Any,
        V: Any,
        b: Any,
        c: Any,
        forget_gate: bool = True,
        peephole: Any = None,
    ) -> None:
        given = {} if peephole is None else {"peephole": peephole}
        arrays = floating(W=W, U=U, V=V, b=b, c=c, **given)
        gates = "ifgo" if forget_gate else "igo"
        n = require_gates(arrays["W"], gates)
        require_shape(arrays["U"], (len(gates) * n, None), "U")
        require_shape(arrays["b"], (len(gates) * n, 1), "b")
        require_readout(arrays["V"], arrays["c"], n)
        if peephole is not None:
            require_shape(arrays["peephole"], ((len(gates) - 1) * n, 1), "peephole")
        for name, array in arrays.items():
            object.__setattr__(self, name, array)
        object.__setattr__(self, "forget_gate", bool(forget_gate))
        if peephole is None:
            object.__setattr__(self, "peephole", None)

    @property
    def gates(self) -> str:
        """Return the letters of the gates in the order of the stack."""
        return "ifgo" if self.forget_gate else "igo"

    @property
    def sizes(self) -> tuple[int, int, int]:
        """Return (n, m, p): the sizes of state, input and output."""
        return self.W.shape[1], self.U.shape[1], len(self.V)

    def rows(self, gate: str) -> slice:
        """Return the rows of one gate in W, U, b, so that ``W[rows("f")]`` is W_f."""
        return rows_of(self.gates, gate, self.W.shape[1])

    def peephole_of(self, gate: str) -> Any:
        """Return the peephole weights of a gate, shape (n, 1), or 0 where there are none."""
        if self.peephole is None or gate == "g":
            return 0
        return self.peephole[rows_of(self.gates.replace("g", ""), gate, self.W.shape[1])]


@dataclass(frozen=True, eq=False)
class LSTMTrajectory(GatedTrajectory):
    """The forward pass of an LSTM: that of a gated network, and the cell state.

    Parameters
    ----------
    cell
        Cell states, shape (T + 1, n, B).

    Examples
    --------
    >>> from rnnmath.numeric.cells import random_lstm
    >>> network = random_lstm(np.random.default_rng(0), 2, 1, 1)
    >>> zeros = np.zeros((2, 1))
    >>> forward_lstm(network, np.zeros((3, 1, 1)), zeros, zeros).cell_state(3).shape
    (2, 1)
    """

    cell: Shaped[np.ndarray, "T+1 n B"]

    def cell_state(self, t: SupportsIndex) -> Shaped[np.ndarray, "n B"]:
        """Return cell_t for t in 0..T."""
        return np.asarray(self.cell[require_time(t, 0, self.steps)])


def forward_lstm(network: LSTM, x: Any, h0: Any, cell0: Any) -> LSTMTrajectory:
    """Run the network and keep every state, gate, pre-activation and output.

    Formula: as `LSTM` has it, for t = 1..T.

    Parameters
    ----------
    network
        The parameters.
    x
        Inputs, shape (T, m, B): x_t is x[t - 1], with the batch as columns.
    h0, cell0
        Initial state and cell state, shape (n, B).

    Returns
    -------
    LSTMTrajectory
        All arrays of the number type of parameters and inputs.

    Raises
    ------
    ShapeMismatch
        If x, h0 or cell0 does not fit the network, or is ragged or empty.
    DomainError
        If one of them is not finite or exact, or a pre-activation overflows.

    Notes
    -----
    Derived here.

    Examples
    --------
    >>> zeros = np.zeros
    >>> network = LSTM(zeros((4, 1)), zeros((4, 1)), [[1.0]], zeros((4, 1)), [[0.0]])
    >>> forward_lstm(network, zeros((2, 1, 1)), [[0.0]], [[8.0]]).cell.ravel()
    array([8., 4., 2.])
    """
    n, m, _ = network.sizes
    arrays = floating(x=x, h0=h0, cell0=cell0)
    x = arrays["x"]
    require_shape(x, (None, m, None), "x")
    for name in ("h0", "cell0"):
        require_shape(arrays[name], (n, x.shape[2]), name)
    steps, _, batch = x.shape
    peepholes = () if network.peephole is None else (network.peephole,)
    given = (network.W, network.U, network.b, *peepholes, *arrays.values())
    stack, dtype = len(network.W), np.result_type(*given)
    h, cell = (room(network.W, (steps + 1, n, batch), dtype) for _ in range(2))
    a, values = (room(network.W, (steps, stack, batch), dtype) for _ in range(2))
    o = room(network.V, (steps, len(network.V), batch), np.result_type(network.V, network.c, dtype))
    h[0], cell[0] = arrays["h0"], arrays["cell0"]
    with np.errstate(over="ignore", invalid="ignore"):
        for chunk in chunks(steps, stack * batch):
            through(network.U, x[chunk], out=a[chunk])
            a[chunk] += network.b
            states = (h[chunk], h[1:][chunk], cell[chunk], cell[1:][chunk])
            _run(network, a[chunk], values[chunk], *states)
            require_finite_series(chunk.start, a=a[chunk])
        through(network.V, h[1:], out=o)
        o += network.c
    require_representable(o, "o")
    return LSTMTrajectory(x, h, o, a, values, network.gates, cell)


def _run(network: LSTM, *series: NDArray[Any]) -> None:
    """Turn U x_t + b into a_t, and write gates, states and cell states, step by step."""
    back, rows = network.W.T, {gate: network.rows(gate) for gate in network.gates}
    peep = {gate: np.transpose(network.peephole_of(gate)) for gate in network.gates}
    first = len(network.W) if network.peephole is None else rows["o"].start
    recurrent = np.empty_like(series[0][0].T, order="C")
    product = np.empty_like(series[2][0].T, order="C")
    for a, value, last, following, kept, cell in zip(*map(turned, series), strict=True):
        last.dot(back, out=recurrent)
        np.add(a, recurrent, out=a)
        if network.peephole is not None:
            for gate in network.gates.replace("g", "").replace("o", ""):
                a[:, rows[gate]] += peep[gate] * kept
        open_gates(a[:, :first], value[:, :first])
        np.tanh(a[:, rows["g"]], out=value[:, rows["g"]])
        if network.forget_gate:
            np.multiply(value[:, rows["f"]], kept, out=cell)
        else:
            cell[...] = kept
        np.multiply(value[:, rows["i"]], value[:, rows["g"]], out=product)
        np.add(cell, product, out=cell)
        if network.peephole is not None:
            a[:, rows["o"]] += peep["o"] * cell
            open_gates(a[:, rows["o"]], value[:, rows["o"]])
        np.tanh(cell, out=product)
        np.multiply(value[:, rows["o"]], product, out=following)


def require_fit(network: LSTM, trajectory: LSTMTrajectory) -> None:
    """Raise ShapeMismatch or DomainError unless the trajectory comes from such a network."""
    require_sizes(trajectory, network.sizes)
    if trajectory.gates != network.gates:
        msg = f"the trajectory has gates {trajectory.gates}, but the network {network.gates}"
        raise DomainError(msg)
