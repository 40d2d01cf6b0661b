"""Derivatives of the gated recurrent network, written by hand."""

from dataclasses import dataclass
from typing import Any, NamedTuple, SupportsIndex

import numpy as np
from jaxtyping import Shaped
from numpy.typing import NDArray

from rnnmath.numeric._checks import require_shape, require_time
from rnnmath.numeric._chunks import chunks, outer, room, through, total, turned
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
    after, n = network.reset == "after", len(trajectory.h[0])
    dtype = np.result_type(trajectory.h, e, network.W, network.V)
    h = room(network.W, trajectory.h.shape, dtype)
    delta = room(network.W, trajectory.a.shape, dtype)
    x = room(network.U, trajectory.x.shape, np.result_type(network.U, dtype))
    through(network.V.T, e, out=h[1:])
    # what multiplies the stacked W, which differs from δ where r stands behind the product
    onto = room(network.W, trajectory.a.shape, dtype) if after else delta
    later = np.zeros_like(h[0].T, order="C")
    run = _run_reset_after if after else _run_reset_before
    for chunk in reversed(chunks(trajectory.steps, delta[0].size)):
        factors = _factors(network, trajectory, chunk)
        run(network, factors, h[1:][chunk], delta[chunk], onto[chunk], later)
    h[0] = later.T
    through(network.U.T, delta, out=x)
    states = trajectory.h[:-1]
    into_W = outer(onto, states)
    if not after:
        into_W[2 * n :] = outer(delta[:, 2 * n :], trajectory.values[:, network.rows("r")] * states)
    return GRUGradients(
        W=into_W,
        U=outer(delta, trajectory.x),
        V=outer(e, trajectory.h[1:]),
        b=total(delta),
        c=total(e),
        x=x,
        delta=delta,
        h=h,
        b_hn=total(onto[:, 2 * n :]) if after else None,
    )


class _Factors(NamedTuple):
    """What the gradients at some steps are multiplied by, each a series."""

    keep: NDArray[Any]
    r: NDArray[Any]
    to_r: NDArray[Any]
    to_z: NDArray[Any]
    to_n: NDArray[Any]


def _factors(network: GRU, trajectory: GRUTrajectory, steps: slice) -> _Factors:
    """Return k and r; δ_z and δ_n from dL/dh_t; δ_r from what comes back through r ∘ q."""
    a_r, a_z, a_n = (trajectory.a[steps, network.rows(gate)] for gate in network.gates)
    r, z, new = (trajectory.values[steps, network.rows(gate)] for gate in network.gates)
    keep = keeping(network, z)
    sign = 1 if network.update == "keep" else -1
    return _Factors(
        keep=keep,
        r=r,
        to_r=sigma_slope(a_r) * trajectory.q[steps],
        to_z=sign * sigma_slope(a_z) * (trajectory.h[:-1][steps] - new),
        to_n=tanh_slope(a_n) * (1 - keep),
    )


def _run_reset_after(
    network: GRU,
    factors: _Factors,
    h: NDArray[Any],
    delta: NDArray[Any],
    onto: NDArray[Any],
    later: NDArray[Any],
) -> None:
    """Everything that W multiplies is a factor times dL/dh_t, so one product a step is enough."""
    n = h.shape[1]
    stacked = room(onto, onto.shape, onto.dtype)
    np.multiply(factors.to_r, factors.to_n, out=stacked[:, :n])
    stacked[:, n : 2 * n] = factors.to_z
    np.multiply(factors.r, factors.to_n, out=stacked[:, 2 * n :])
    kept = np.empty_like(later)
    series = (stacked, factors.keep, h, onto)
    for factor, keep, to_h, signal in zip(*(turned(part)[::-1] for part in series), strict=True):
        np.add(to_h, later, out=to_h)
        for block in range(0, 3 * n, n):
            gate = slice(block, block + n)
            np.multiply(factor[:, gate], to_h, out=signal[:, gate])
        signal.dot(network.W, out=later)
        np.multiply(keep, to_h, out=kept)
        np.add(later, kept, out=later)
    delta[:, : 2 * n] = onto[:, : 2 * n]
    np.multiply(factors.to_n, h, out=delta[:, 2 * n :])


def _run_reset_before(
    network: GRU,
    factors: _Factors,
    h: NDArray[Any],
    delta: NDArray[Any],
    _: NDArray[Any],
    later: NDArray[Any],
) -> None:
    n = h.shape[1]
    gates, W_n = network.W[: 2 * n], network.W[2 * n :]
    through_reset = np.empty_like(later)
    for keep, r, to_r, to_z, to_n, to_h, signal in zip(
        *(turned(part)[::-1] for part in (*factors, h, delta)), strict=True
    ):
        np.add(to_h, later, out=to_h)
        np.multiply(to_n, to_h, out=signal[:, 2 * n :])
        np.multiply(to_z, to_h, out=signal[:, n : 2 * n])
        signal[:, 2 * n :].dot(W_n, out=through_reset)
        np.multiply(to_r, through_reset, out=signal[:, :n])
        signal[:, : 2 * n].dot(gates, out=later)
        later += keep * to_h
        later += r * through_reset


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
    keep, r, to_r, to_z, to_n = (
        part[0] for part in _factors(network, trajectory, slice(time - 1, time))
    )
    identity = np.eye(len(r), dtype=r.dtype)
    through_reset = scaled(to_r, W_r)
    if network.reset == "after":
        candidate = scaled(r, W_n) + through_reset
    else:
        candidate = W_n @ (scaled(r, identity) + through_reset)
    jacobians: np.ndarray = (
        scaled(keep, identity) + scaled(to_z, W_z) + to_n.T[:, :, None] * candidate
    )
    return jacobians
