"""Derivatives of the gated recurrent network, written by hand."""

from dataclasses import dataclass
from typing import Any, SupportsIndex

import numpy as np
from jaxtyping import Shaped

from rnnmath.numeric._checks import flat, require_shape, require_time
from rnnmath.numeric.cells._parts import floating, scaled, sigma_slope, tanh_slope
from rnnmath.numeric.cells.gru import GRU, GRUTrajectory, keeping, require_fit
from rnnmath.numeric.cells.records import GatedGradients

__all__ = ["GRUGradients", "backward_gru", "gru_step_jacobian"]


@dataclass(frozen=True, eq=False)
class GRUGradients(GatedGradients):
    """The gradients of L in everything that a GRU has.

    Parameters
    ----------
    b_hn
        Shape (n, 1), or None for reset "before".

    Examples
    --------
    >>> from rnnmath.numeric.cells import forward_gru, random_gru
    >>> network = random_gru(np.random.default_rng(0), 2, 1, 1, reset="before")
    >>> trajectory = forward_gru(network, np.zeros((3, 1, 1)), np.zeros((2, 1)))
    >>> print(backward_gru(network, trajectory, np.ones((3, 1, 1))).b_hn)
    None
    """

    b_hn: Shaped[np.ndarray, "n 1"] | None


def backward_gru(network: GRU, trajectory: GRUTrajectory, e: Any) -> GRUGradients:
    """Backpropagate through time: the gradients of L from the gradients e_t of l_t in o_t.

    Formula: with G = dL/dh_t and k the weight of the previous state (z, or 1 - z):
    δ_n = tanh'(a_n) ∘ (1 - k) ∘ G, δ_z = ± σ'(a_z) ∘ (h_{t-1} - n_t) ∘ G;
    reset "after": κ = r ∘ δ_n, δ_r = σ'(a_r) ∘ q ∘ δ_n and
    dL/dh_{t-1} gains k ∘ G + W_rᵀ δ_r + W_zᵀ δ_z + W_nᵀ κ;
    reset "before": κ = W_nᵀ δ_n, δ_r = σ'(a_r) ∘ h_{t-1} ∘ κ and it gains
    k ∘ G + W_rᵀ δ_r + W_zᵀ δ_z + r ∘ κ.

    Parameters
    ----------
    network
        The network that made the trajectory.
    trajectory
        From `forward_gru`.
    e
        Shape (T, p, B); e[t - 1] is e_t. A loss at time t only has zeros elsewhere.

    Returns
    -------
    GRUGradients
        Parameter gradients are sums over the batch; the others keep its columns.

    Raises
    ------
    ShapeMismatch
        If the trajectory or e does not fit the network.
    DomainError
        If e is not finite or exact, or the trajectory is of a GRU with the other reset.

    Notes
    -----
    Derived here. Slopes are computed from pre-activations, so that saturation costs no digits.

    Examples
    --------
    >>> from rnnmath.numeric.cells import forward_gru
    >>> zeros = np.zeros
    >>> network = GRU(zeros((3, 1)), zeros((3, 1)), [[4.0]], zeros((3, 1)), [[0.0]])
    >>> trajectory = forward_gru(network, zeros((3, 1, 1)), [[0.0]])
    >>> backward_gru(network, trajectory, [[[0.0]], [[0.0]], [[1.0]]]).h.ravel()
    array([0.5, 1. , 2. , 4. ])
    """
    require_fit(network, trajectory)
    e = floating(e=e)["e"]
    require_shape(e, trajectory.o.shape, "e")
    W_r, W_z, W_n = (network.W[network.rows(gate)] for gate in network.gates)
    sign = 1 if network.update == "keep" else -1
    from_outputs = network.V.T @ e
    later = np.zeros_like(from_outputs[0])
    h, deltas, into_q = [], [], []
    for t in range(trajectory.steps, 0, -1):
        r, z, new = (trajectory.gate(gate, t) for gate in network.gates)
        a_r, a_z, a_n = (trajectory.preactivation(gate, t) for gate in network.gates)
        before, q = trajectory.h[t - 1], trajectory.q[t - 1]
        keep = keeping(network, z)
        h.append(from_outputs[t - 1] + later)
        delta_n = tanh_slope(a_n) * (1 - keep) * h[-1]
        delta_z = sign * sigma_slope(a_z) * (before - new) * h[-1]
        product = delta_n if network.reset == "after" else W_n.T @ delta_n
        delta_r = sigma_slope(a_r) * q * product
        into_q.append(r * product)
        back = W_n.T @ into_q[-1] if network.reset == "after" else into_q[-1]
        later = keep * h[-1] + W_r.T @ delta_r + W_z.T @ delta_z + back
        deltas.append(np.concatenate([delta_r, delta_z, delta_n]))
    h.append(later)
    stacked, onto_q, states = np.stack(deltas[::-1]), np.stack(into_q[::-1]), trajectory.h[:-1]
    n, after = len(later), network.reset == "after"
    if after:
        candidate = onto_q, states
    else:
        candidate = stacked[:, 2 * n :], trajectory.values[:, network.rows("r")] * states
    return GRUGradients(
        W=np.concatenate(
            [
                flat(stacked[:, : 2 * n]) @ flat(states).T,
                flat(candidate[0]) @ flat(candidate[1]).T,
            ]
        ),
        U=flat(stacked) @ flat(trajectory.x).T,
        V=flat(e) @ flat(trajectory.h[1:]).T,
        b=flat(stacked).sum(axis=1, keepdims=True),
        c=flat(e).sum(axis=1, keepdims=True),
        x=network.U.T @ stacked,
        delta=stacked,
        h=np.stack(h[::-1]),
        b_hn=flat(onto_q).sum(axis=1, keepdims=True) if after else None,
    )


def gru_step_jacobian(
    network: GRU, trajectory: GRUTrajectory, t: SupportsIndex
) -> Shaped[np.ndarray, "B n n"]:
    """Return dh_t/dh_{t-1} for each column of the batch.

    Formula: diag(k) ± diag((h_{t-1} - n_t) ∘ σ'(a_z)) W_z + diag((1 - k) ∘ tanh'(a_n)) M with k
    the weight of the previous state; M = diag(r) W_n + diag(q ∘ σ'(a_r)) W_r for reset "after",
    W_n (diag(r) + diag(h_{t-1} ∘ σ'(a_r)) W_r) for reset "before".

    Parameters
    ----------
    network, trajectory
        A network and its forward pass.
    t
        In 1..T.

    Returns
    -------
    numpy.ndarray
        Shape (B, n, n), also for B = 1.

    Raises
    ------
    ShapeMismatch
        If the trajectory does not fit the network.
    DomainError
        If t is out of range, or the trajectory is of a GRU with the other reset.

    Notes
    -----
    Derived here.

    Examples
    --------
    >>> from rnnmath.numeric.cells import forward_gru
    >>> zeros = np.zeros
    >>> network = GRU([[0.0], [0.0], [4.0]], zeros((3, 1)), [[1.0]], zeros((3, 1)), [[0.0]])
    >>> gru_step_jacobian(network, forward_gru(network, zeros((1, 1, 1)), [[0.0]]), 1)
    array([[[1.5]]])
    """
    require_fit(network, trajectory)
    time = require_time(t, 1, trajectory.steps)
    W_r, W_z, W_n = (network.W[network.rows(gate)] for gate in network.gates)
    r, z, new = (trajectory.gate(gate, time) for gate in network.gates)
    a_r, a_z, a_n = (trajectory.preactivation(gate, time) for gate in network.gates)
    keep = keeping(network, z)
    sign = 1 if network.update == "keep" else -1
    identity = np.eye(len(r), dtype=r.dtype)
    through_reset = scaled(trajectory.q[time - 1] * sigma_slope(a_r), W_r)
    if network.reset == "after":
        candidate = scaled(r, W_n) + through_reset
    else:
        candidate = W_n @ (scaled(r, identity) + through_reset)
    jacobians: np.ndarray = (
        scaled(keep, identity)
        + scaled(sign * (trajectory.h[time - 1] - new) * sigma_slope(a_z), W_z)
        + ((1 - keep) * tanh_slope(a_n)).T[:, :, None] * candidate
    )
    return jacobians
