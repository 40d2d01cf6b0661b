"""Derivatives of residual and leaky networks, written by hand."""

from typing import Any, SupportsIndex

import numpy as np
from jaxtyping import Shaped
from numpy.typing import NDArray

from rnnmath.numeric._checks import flat, require_shape, require_time
from rnnmath.numeric.cells._parts import floating, scaled
from rnnmath.numeric.cells.skip import SkipRNN
from rnnmath.numeric.networks.backpropagation import Gradients
from rnnmath.numeric.networks.vanilla import Trajectory, require_fit

__all__ = ["backward_skip", "skip_step_jacobian"]


def backward_skip(network: SkipRNN, trajectory: Trajectory, e: Any) -> Gradients:
    """Backpropagate through time: the gradients of L from the gradients e_t of l_t in o_t.

    Formula: dL/dh_t = Vᵀ e_t + Wᵀ δ_{t+1} + keep dL/dh_{t+1},
    δ_t = gain f'(a_t) ∘ dL/dh_t; the direct path of dL/dh_{T+1} is empty.

    Parameters
    ----------
    network
        The network that made the trajectory.
    trajectory
        From `forward_skip`.
    e
        Shape (T, p, B); e[t - 1] is e_t.

    Returns
    -------
    Gradients
        Parameter gradients are sums over the batch; the others keep its columns.

    Raises
    ------
    ShapeMismatch
        If the trajectory or e does not fit the network.
    DomainError
        If e is not finite or exact.

    Notes
    -----
    Derived here; the slope at a kink is the convention of the activation.

    Examples
    --------
    >>> from rnnmath.numeric import ACTIVATIONS, VanillaRNN
    >>> from rnnmath.numeric.cells import forward_skip, residual
    >>> one = np.ones((1, 1))
    >>> plain = VanillaRNN(one, one, one, 0 * one, 0 * one, ACTIVATIONS["identity"])
    >>> trajectory = forward_skip(residual(plain), np.zeros((2, 1, 1)), one)
    >>> backward_skip(residual(plain), trajectory, [[[0.0]], [[1.0]]]).h.ravel()
    array([4., 2., 1.])
    """
    plain = network.plain
    require_fit(plain, trajectory)
    e = floating(e=e)["e"]
    require_shape(e, trajectory.o.shape, "e")
    slopes = plain.activation.slope(trajectory.a)
    from_outputs: NDArray[Any] = plain.V.T @ e
    later = np.zeros_like(from_outputs[0])
    h, delta = [], []
    for slope, direct in zip(slopes[::-1], from_outputs[::-1], strict=True):
        h.append(direct + later)
        delta.append(network.gain * slope * h[-1])
        later = plain.W.T @ delta[-1] + network.keep * h[-1]
    h.append(later)
    deltas = np.stack(delta[::-1])
    return Gradients(
        W=flat(deltas) @ flat(trajectory.h[:-1]).T,
        U=flat(deltas) @ flat(trajectory.x).T,
        V=flat(e) @ flat(trajectory.h[1:]).T,
        b=flat(deltas).sum(axis=1, keepdims=True),
        c=flat(e).sum(axis=1, keepdims=True),
        x=plain.U.T @ deltas,
        delta=deltas,
        h=np.stack(h[::-1]),
    )


def skip_step_jacobian(
    network: SkipRNN, trajectory: Trajectory, t: SupportsIndex
) -> Shaped[np.ndarray, "B n n"]:
    """Return dh_t/dh_{t-1} = keep I + gain diag(f'(a_t)) W for each column of the batch.

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
        If t is out of range.

    Notes
    -----
    Derived here.

    Examples
    --------
    >>> from rnnmath.numeric import ACTIVATIONS, VanillaRNN
    >>> from rnnmath.numeric.cells import forward_skip, leaky
    >>> one = np.ones((1, 1))
    >>> plain = VanillaRNN(3 * one, one, one, 0 * one, 0 * one, ACTIVATIONS["identity"])
    >>> network = leaky(plain, 0.5)
    >>> skip_step_jacobian(network, forward_skip(network, np.zeros((1, 1, 1)), one), 1)
    array([[[2.]]])
    """
    plain = network.plain
    require_fit(plain, trajectory)
    time = require_time(t, 1, trajectory.steps)
    slopes = plain.activation.slope(trajectory.a[time - 1])
    identity = network.keep * np.eye(len(plain.W), dtype=plain.W.dtype)
    jacobians: NDArray[Any] = scaled(network.gain * slopes, plain.W) + identity
    return jacobians
