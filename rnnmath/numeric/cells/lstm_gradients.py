"""Derivatives of the long short-term memory network, written by hand."""

from dataclasses import dataclass
from typing import Any, SupportsIndex

import numpy as np
from jaxtyping import Shaped
from numpy.typing import NDArray

from rnnmath.numeric._checks import flat, require_shape, require_time
from rnnmath.numeric.cells._parts import floating, scaled, sigma_slope, tanh_slope
from rnnmath.numeric.cells.lstm import LSTM, LSTMTrajectory, require_fit
from rnnmath.numeric.cells.records import GatedGradients

__all__ = ["LSTMGradients", "backward_lstm", "lstm_step_jacobian"]

Columns = dict[str, NDArray[Any]]


@dataclass(frozen=True, eq=False)
class LSTMGradients(GatedGradients):
    """The gradients of L in everything that an LSTM has.

    Parameters
    ----------
    cell
        The total gradient dL/dcell_t at index t, shape (T + 1, n, B); ``cell0`` is its entry 0.
    peephole
        Of the shape of the network's peepholes, or None where it has none.

    Examples
    --------
    >>> from rnnmath.numeric.cells import forward_lstm, random_lstm
    >>> network, zeros = random_lstm(np.random.default_rng(0), 2, 1, 1), np.zeros((2, 1))
    >>> trajectory = forward_lstm(network, np.zeros((3, 1, 1)), zeros, zeros)
    >>> backward_lstm(network, trajectory, np.ones((3, 1, 1))).cell0.shape
    (2, 1)
    """

    cell: Shaped[np.ndarray, "T+1 n B"]
    peephole: Shaped[np.ndarray, "peepholes 1"] | None

    @property
    def cell0(self) -> Shaped[np.ndarray, "n B"]:
        """Return dL/dcell_0."""
        return np.asarray(self.cell[0])


def backward_lstm(network: LSTM, trajectory: LSTMTrajectory, e: Any) -> LSTMGradients:
    """Backpropagate through time: the gradients of L from the gradients e_t of l_t in o_t.

    Formula: with G = dL/dh_t = Vᵀ e_t + Wᵀ δ_{t+1} and K = dL/dcell_t:
    δ_o = σ'(a_o) ∘ tanh(cell_t) ∘ G, K = o ∘ tanh'(cell_t) ∘ G + f_{t+1} ∘ K_{t+1},
    δ_i = σ'(a_i) ∘ g ∘ K, δ_f = σ'(a_f) ∘ cell_{t-1} ∘ K, δ_g = tanh'(a_g) ∘ i ∘ K; peepholes add
    p_o ∘ δ_o of the same step and p_i ∘ δ_i + p_f ∘ δ_f of the next one to K.

    Parameters
    ----------
    network
        The network that made the trajectory.
    trajectory
        From `forward_lstm`.
    e
        Shape (T, p, B); e[t - 1] is e_t. A loss at time t only has zeros elsewhere.

    Returns
    -------
    LSTMGradients
        Parameter gradients are sums over the batch; the others keep its columns.

    Raises
    ------
    ShapeMismatch
        If the trajectory or e does not fit the network.
    DomainError
        If e is not finite or exact, or the trajectory is of an LSTM with other gates.

    Notes
    -----
    Derived here. Slopes are computed from pre-activations, so that saturation costs no digits.

    Examples
    --------
    >>> from rnnmath.numeric.cells import forward_lstm
    >>> zeros = np.zeros
    >>> network = LSTM(zeros((4, 1)), zeros((4, 1)), [[4.0]], zeros((4, 1)), [[0.0]])
    >>> trajectory = forward_lstm(network, zeros((3, 1, 1)), [[0.0]], [[0.0]])
    >>> backward_lstm(network, trajectory, [[[0.0]], [[0.0]], [[1.0]]]).cell.ravel()
    array([0.25, 0.5 , 1.  , 2.  ])
    """
    require_fit(network, trajectory)
    e = floating(e=e)["e"]
    require_shape(e, trajectory.o.shape, "e")
    from_outputs = network.V.T @ e
    later_h, later_cell = np.zeros_like(from_outputs[0]), np.zeros_like(from_outputs[0])
    h, cell, deltas = [], [], []
    for t in range(trajectory.steps, 0, -1):
        slopes, values, squashed, bend = _local(network, trajectory, t)
        h.append(from_outputs[t - 1] + later_h)
        delta = {"o": slopes["o"] * squashed * h[-1]}
        through_gate = network.peephole_of("o") * delta["o"]
        cell.append(bend * values["o"] * h[-1] + through_gate + later_cell)
        delta["i"] = slopes["i"] * values["g"] * cell[-1]
        delta["g"] = slopes["g"] * values["i"] * cell[-1]
        later_cell = network.peephole_of("i") * delta["i"]
        if network.forget_gate:
            delta["f"] = slopes["f"] * trajectory.cell[t - 1] * cell[-1]
            later_cell = later_cell + network.peephole_of("f") * delta["f"]
            later_cell = later_cell + values["f"] * cell[-1]
        else:
            later_cell = later_cell + cell[-1]
        deltas.append(np.concatenate([delta[gate] for gate in network.gates]))
        later_h = network.W.T @ deltas[-1]
    h.append(later_h)
    cell.append(later_cell)
    stacked = np.stack(deltas[::-1])
    return LSTMGradients(
        W=flat(stacked) @ flat(trajectory.h[:-1]).T,
        U=flat(stacked) @ flat(trajectory.x).T,
        V=flat(e) @ flat(trajectory.h[1:]).T,
        b=flat(stacked).sum(axis=1, keepdims=True),
        c=flat(e).sum(axis=1, keepdims=True),
        x=network.U.T @ stacked,
        delta=stacked,
        h=np.stack(h[::-1]),
        cell=np.stack(cell[::-1]),
        peephole=_peephole_gradient(network, trajectory, stacked),
    )


def lstm_step_jacobian(
    network: LSTM, trajectory: LSTMTrajectory, t: SupportsIndex
) -> Shaped[np.ndarray, "B pair pair"]:
    """Return d(h_t, cell_t)/d(h_{t-1}, cell_{t-1}) for each column of the batch.

    Formula: [[E W_o + G A, G F], [A, F]] with A = diag(cell_{t-1} ∘ σ'(a_f)) W_f +
    diag(g ∘ σ'(a_i)) W_i + diag(i ∘ tanh'(a_g)) W_g, E = diag(tanh(cell_t) ∘ σ'(a_o)),
    F = diag(f), G = diag(o ∘ tanh'(cell_t)); peepholes add diag(p_f ∘ cell_{t-1} ∘ σ'(a_f) +
    p_i ∘ g ∘ σ'(a_i)) to F and E diag(p_o) to G.

    Parameters
    ----------
    network, trajectory
        A network and its forward pass.
    t
        In 1..T.

    Returns
    -------
    numpy.ndarray
        Shape (B, 2n, 2n), also for B = 1; rows and columns first of h, then of the cell state.

    Raises
    ------
    ShapeMismatch
        If the trajectory does not fit the network.
    DomainError
        If t is out of range, or the trajectory is of an LSTM with other gates.

    Notes
    -----
    Derived here.

    Examples
    --------
    >>> from rnnmath.numeric.cells import forward_lstm
    >>> zeros = np.zeros
    >>> network = LSTM(zeros((4, 1)), zeros((4, 1)), [[1.0]], zeros((4, 1)), [[0.0]])
    >>> trajectory = forward_lstm(network, zeros((1, 1, 1)), [[0.0]], [[0.0]])
    >>> lstm_step_jacobian(network, trajectory, 1)
    array([[[0.  , 0.25],
            [0.  , 0.5 ]]])
    """
    require_fit(network, trajectory)
    time = require_time(t, 1, trajectory.steps)
    slopes, values, squashed, bend = _local(network, trajectory, time)
    weights = {gate: network.W[network.rows(gate)] for gate in network.gates}
    into = {"i": slopes["i"] * values["g"], "g": slopes["g"] * values["i"]}
    direct = np.ones_like(values["i"])
    if network.forget_gate:
        into["f"] = slopes["f"] * trajectory.cell[time - 1]
        direct = values["f"]
    for gate, column in into.items():
        direct = direct + network.peephole_of(gate) * column
    through_gate = slopes["o"] * squashed
    passed = bend * values["o"] + network.peephole_of("o") * through_gate
    cell_h = sum(scaled(into[gate], weights[gate]) for gate in into)
    identity = np.eye(len(direct), dtype=direct.dtype)
    h_h = scaled(through_gate, weights["o"]) + passed.T[:, :, None] * cell_h
    h_cell, cell_cell = scaled(passed * direct, identity), scaled(direct, identity)
    return np.block([[h_h, h_cell], [cell_h, cell_cell]])


def _local(
    network: LSTM, trajectory: LSTMTrajectory, t: int
) -> tuple[Columns, Columns, NDArray[Any], NDArray[Any]]:
    """Return slopes and values by gate, tanh(cell_t) and tanh'(cell_t)."""
    slopes = {
        gate: (tanh_slope if gate == "g" else sigma_slope)(trajectory.preactivation(gate, t))
        for gate in network.gates
    }
    values = {gate: trajectory.gate(gate, t) for gate in network.gates}
    cell = trajectory.cell[t]
    return slopes, values, np.tanh(cell), tanh_slope(cell)


def _peephole_gradient(
    network: LSTM, trajectory: LSTMTrajectory, deltas: NDArray[Any]
) -> NDArray[Any] | None:
    """Return Σ δ_i ∘ cell_{t-1}, Σ δ_f ∘ cell_{t-1}, Σ δ_o ∘ cell_t, stacked."""
    if network.peephole is None:
        return None
    seen = dict.fromkeys("if", trajectory.cell[:-1]) | {"o": trajectory.cell[1:]}
    products = [deltas[:, network.rows(g)] * seen[g] for g in network.gates.replace("g", "")]
    return np.concatenate([flat(product).sum(axis=1, keepdims=True) for product in products])
