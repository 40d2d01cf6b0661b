"""Backpropagation through time, written by hand."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Shaped

from rnnmath.numeric._checks import require_shape, same_numbers
from rnnmath.numeric._chunks import chunks, outer, room, through, total, turned
from rnnmath.numeric.networks.vanilla import Trajectory, VanillaRNN, require_fit

__all__ = ["Gradients", "backward"]


@dataclass(frozen=True, eq=False)
class Gradients:
    """The gradients of L, each of the shape of its variable.

    Parameters
    ----------
    W, U, V, b, c
        Summed over the batch.
    x
        dL/dx_t at index t - 1, shape (T, m, B).
    delta
        The error signal dL/da_t at index t - 1, shape (T, n, B).
    h
        The total gradient dL/dh_t at index t, shape (T + 1, n, B); ``h0`` is its entry 0.
    """

    W: Shaped[np.ndarray, "n n"]
    U: Shaped[np.ndarray, "n m"]
    V: Shaped[np.ndarray, "p n"]
    b: Shaped[np.ndarray, "n 1"]
    c: Shaped[np.ndarray, "p 1"]
    x: Shaped[np.ndarray, "T m B"]
    delta: Shaped[np.ndarray, "T n B"]
    h: Shaped[np.ndarray, "T+1 n B"]

    @property
    def h0(self) -> Shaped[np.ndarray, "n B"]:
        """Return dL/dh_0."""
        return np.asarray(self.h[0])


def backward(network: VanillaRNN, trajectory: Trajectory, e: Any) -> Gradients:
    """Backpropagate through time: the gradients of L from the gradients e_t of l_t in o_t.

    Formula: dL/dh_t = Vᵀ e_t + Wᵀ δ_{t+1}, δ_t = f'(a_t) ∘ dL/dh_t, δ_{T+1} = 0;
    dL/dW = Σ δ_t h_{t-1}ᵀ, dL/dU = Σ δ_t x_tᵀ, dL/db = Σ δ_t, dL/dV = Σ e_t h_tᵀ, dL/dc = Σ e_t,
    dL/dx_t = Uᵀ δ_t, dL/dh_0 = Wᵀ δ_1.

    Parameters
    ----------
    network
        The network that made the trajectory.
    trajectory
        From `forward`.
    e
        Shape (T, p, B); e[t - 1] is e_t. A loss at time t only has zeros elsewhere.

    Returns
    -------
    Gradients
        Parameter gradients are sums over the batch; the others keep its columns.

    Raises
    ------
    ShapeMismatch
        If the trajectory or e does not fit the network.
    DomainError
        If e is not finite, or exact numbers meet floating point.

    Notes
    -----
    Derived here; the slope at a kink is the convention of the activation.

    Examples
    --------
    >>> from rnnmath.numeric import ACTIVATIONS, forward
    >>> one = np.ones((1, 1))
    >>> network = VanillaRNN(2 * one, one, one, 0 * one, 0 * one, ACTIVATIONS["identity"])
    >>> trajectory = forward(network, np.zeros((3, 1, 1)), one)
    >>> backward(network, trajectory, np.array([0.0, 0.0, 1.0]).reshape(3, 1, 1)).h0
    array([[8.]])
    """
    require_fit(network, trajectory)
    e = same_numbers(h=trajectory.h, e=e)["e"]
    require_shape(e, trajectory.o.shape, "e")
    W, U, V = network.W, network.U, network.V
    dtype = np.result_type(trajectory.h, e, W, V)
    h = room(W, trajectory.h.shape, dtype)
    delta = room(W, trajectory.a.shape, dtype)
    x = room(U, trajectory.x.shape, np.result_type(U, dtype))
    later = np.zeros_like(h[0].T, order="C")
    through(V.T, e, out=h[1:])
    for chunk in reversed(chunks(trajectory.steps, later.size)):
        slopes = network.activation.slope(trajectory.a[chunk])
        series = (turned(part)[::-1] for part in (slopes, h[1:][chunk], delta[chunk]))
        for slope, state, signal in zip(*series, strict=True):
            np.add(state, later, out=state)
            np.multiply(slope, state, out=signal)
            signal.dot(W, out=later)
    h[0] = later.T
    through(U.T, delta, out=x)
    return Gradients(
        W=outer(delta, trajectory.h[:-1]),
        U=outer(delta, trajectory.x),
        V=outer(e, trajectory.h[1:]),
        b=total(delta),
        c=total(e),
        h=h,
        x=x,
        delta=delta,
    )
