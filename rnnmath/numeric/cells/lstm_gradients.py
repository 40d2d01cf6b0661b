"""Derivatives of the long short-term memory network, written by hand."""

from dataclasses import dataclass
from typing import Any, SupportsIndex

import numpy as np
from jaxtyping import Shaped
from numpy.typing import NDArray

from rnnmath.numeric._checks import require_shape, require_time
from rnnmath.numeric._chunks import chunks, outer, room, through, total, turned
from rnnmath.numeric.cells._parts import floating, scaled, sigma_slope, tanh_slope
from rnnmath.numeric.cells.lstm import LSTM, LSTMTrajectory, require_fit
from rnnmath.numeric.cells.records import GatedGradients

__all__ = ["LSTMGradients", "backward_lstm", "lstm_step_jacobian"]


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
    W, n = network.W, len(trajectory.h[0])
    dtype = np.result_type(trajectory.h, e, W, network.V)
    h, cell = (room(W, trajectory.h.shape, dtype) for _ in range(2))
    delta = room(W, trajectory.a.shape, dtype)
    x = room(network.U, trajectory.x.shape, np.result_type(network.U, dtype))
    through(network.V.T, e, out=h[1:])
    later_h, later_cell = (np.zeros_like(h[0].T, order="C") for _ in range(2))
    for chunk in reversed(chunks(trajectory.steps, delta[0].size)):
        factors = _factors(network, trajectory, chunk)
        series = (*factors, h[1:][chunk], cell[1:][chunk], delta[chunk])
        for factor, passed, direct, to_h, to_cell, signal in zip(
            *(turned(part)[::-1] for part in series), strict=True
        ):
            np.add(to_h, later_h, out=to_h)
            np.multiply(factor[:, -n:], to_h, out=signal[:, -n:])
            np.multiply(passed, to_h, out=to_cell)
            np.add(to_cell, later_cell, out=to_cell)
            for block in range(0, len(W) - n, n):
                gate = slice(block, block + n)
                np.multiply(factor[:, gate], to_cell, out=signal[:, gate])
            np.multiply(direct, to_cell, out=later_cell)
            signal.dot(W, out=later_h)
    h[0], cell[0] = later_h.T, later_cell.T
    through(network.U.T, delta, out=x)
    return LSTMGradients(
        W=outer(delta, trajectory.h[:-1]),
        U=outer(delta, trajectory.x),
        V=outer(e, trajectory.h[1:]),
        b=total(delta),
        c=total(e),
        x=x,
        delta=delta,
        h=h,
        cell=cell,
        peephole=_peephole_gradient(network, trajectory, delta),
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
    factors, passed, direct = (
        part[0] for part in _factors(network, trajectory, slice(time - 1, time))
    )
    onto = {
        gate: scaled(factors[network.rows(gate)], network.W[network.rows(gate)])
        for gate in network.gates
    }
    cell_h = sum(onto[gate] for gate in network.gates if gate != "o")
    identity = np.eye(len(direct), dtype=direct.dtype)
    h_h = onto["o"] + passed.T[:, :, None] * cell_h
    h_cell, cell_cell = scaled(passed * direct, identity), scaled(direct, identity)
    return np.block([[h_h, h_cell], [cell_h, cell_cell]])


def _factors(
    network: LSTM, trajectory: LSTMTrajectory, steps: slice
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Return what turns gradients into gradients at some steps, each a series.

    The first is stacked over the gates: δ_o from dL/dh_t, the other δ from dL/dcell_t. The second
    gives dL/dcell_t from dL/dh_t, the third dL/dcell_{t-1} from dL/dcell_t with h_{t-1} held.
    """
    a, values = trajectory.a[steps], trajectory.values[steps]
    before, after = trajectory.cell[:-1][steps], trajectory.cell[1:][steps]
    rows = {gate: network.rows(gate) for gate in network.gates}
    beside = {"i": values[:, rows["g"]], "g": values[:, rows["i"]], "o": np.tanh(after)}
    factors = sigma_slope(a)
    factors[:, rows["g"]] = tanh_slope(a[:, rows["g"]])
    for gate, row in rows.items():
        factors[:, row] *= before if gate == "f" else beside[gate]
    passed = tanh_slope(after) * values[:, rows["o"]]
    direct = values[:, rows["f"]] if network.forget_gate else np.ones_like(after)
    if network.peephole is not None:
        passed = passed + network.peephole_of("o") * factors[:, rows["o"]]
        for gate in network.gates.replace("g", "").replace("o", ""):
            direct = direct + network.peephole_of(gate) * factors[:, rows[gate]]
    return factors, passed, direct


def _peephole_gradient(
    network: LSTM, trajectory: LSTMTrajectory, deltas: NDArray[Any]
) -> NDArray[Any] | None:
    """Return Σ δ_i ∘ cell_{t-1}, Σ δ_f ∘ cell_{t-1}, Σ δ_o ∘ cell_t, stacked."""
    if network.peephole is None:
        return None
    seen = dict.fromkeys("if", trajectory.cell[:-1]) | {"o": trajectory.cell[1:]}
    products = [deltas[:, network.rows(g)] * seen[g] for g in network.gates.replace("g", "")]
    return np.concatenate([total(product) for product in products])
