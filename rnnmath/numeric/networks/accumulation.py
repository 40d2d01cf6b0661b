"""A loss along a trajectory: its sum over time, and the gradients that start backpropagation."""

from typing import Any, Protocol, SupportsIndex, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from rnnmath.numeric.losses import Loss

__all__ = ["Outputs", "loss_gradients", "total_loss"]


@runtime_checkable
class Outputs(Protocol):
    """A trajectory of any network, as a loss sees it: outputs o_t for t in 1..T.

    Notes
    -----
    Derived here.

    Examples
    --------
    >>> from rnnmath.numeric.cells import forward_gru, random_gru
    >>> network = random_gru(np.random.default_rng(0), 2, 1, 1)
    >>> isinstance(forward_gru(network, np.zeros((3, 1, 1)), np.zeros((2, 1))), Outputs)
    True
    """

    @property
    def steps(self) -> int:
        """Return T."""

    def output(self, t: SupportsIndex) -> NDArray[Any]:
        """Return o_t, shape (p, B)."""


def total_loss(loss: Loss, trajectory: Outputs) -> NDArray[Any]:
    """Return L = Σ_t l_t(o_t) for each column of the batch, shape (B,).

    Raises
    ------
    ShapeMismatch, DomainError
        As the loss does, where it does not fit the trajectory.

    Examples
    --------
    >>> from rnnmath.numeric import ACTIVATIONS, VanillaRNN, forward, linear_loss
    >>> one = np.ones((1, 1))
    >>> network = VanillaRNN(one, one, one, one, one, ACTIVATIONS["identity"])
    >>> trajectory = forward(network, np.ones((2, 1, 1)), one)
    >>> trajectory.o.ravel(), total_loss(linear_loss(np.ones((2, 1, 1))), trajectory)
    (array([4., 6.]), array([10.]))
    """
    times = range(1, trajectory.steps + 1)
    values: NDArray[Any] = np.stack([loss.value(trajectory.output(t), t) for t in times])
    total: NDArray[Any] = values.sum(axis=0)
    return total


def loss_gradients(loss: Loss, trajectory: Outputs) -> NDArray[Any]:
    """Return e, shape (T, p, B): e[t - 1] is the gradient of l_t in o_t.

    Raises
    ------
    ShapeMismatch, DomainError
        As the loss does, where it does not fit the trajectory.

    Examples
    --------
    >>> from rnnmath.numeric import ACTIVATIONS, VanillaRNN, forward, quadratic_loss
    >>> one = np.ones((1, 1))
    >>> network = VanillaRNN(one, one, one, one, one, ACTIVATIONS["identity"])
    >>> trajectory = forward(network, np.ones((2, 1, 1)), one)
    >>> loss_gradients(quadratic_loss(np.ones((2, 1, 1))), trajectory).ravel()
    array([3., 5.])
    """
    times = range(1, trajectory.steps + 1)
    return np.stack([loss.gradient(trajectory.output(t), t) for t in times])
