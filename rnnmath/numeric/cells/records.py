"""What a gated network has seen, and its gradients: the part that LSTM and GRU share."""

from dataclasses import dataclass
from typing import SupportsIndex

import numpy as np
from jaxtyping import Shaped

from rnnmath.errors import ShapeMismatch
from rnnmath.numeric._checks import require_time
from rnnmath.numeric.cells._parts import rows_of

__all__ = ["GatedGradients", "GatedTrajectory"]


@dataclass(frozen=True, eq=False)
class GatedTrajectory:
    """The forward pass of a gated network; time starts at 1, and the state at 0.

    Parameters
    ----------
    x, h, o
        Inputs (T, m, B), states (T + 1, n, B), outputs (T, p, B).
    a, values
        Pre-activations of the gates and the gates themselves, stacked: (T, gates times n, B).
    gates
        The letters of the gates in the order of the stack.

    Examples
    --------
    >>> from rnnmath.numeric.cells import forward_gru, random_gru
    >>> network = random_gru(np.random.default_rng(0), 2, 1, 1)
    >>> trajectory = forward_gru(network, np.zeros((3, 1, 1)), np.zeros((2, 1)))
    >>> trajectory.gate("z", 1).shape
    (2, 1)
    >>> trajectory.gate("f", 1)
    Traceback (most recent call last):
        ...
    rnnmath.errors.DomainError: gate must be one of r, z, n, got 'f'
    """

    x: Shaped[np.ndarray, "T m B"]
    h: Shaped[np.ndarray, "T+1 n B"]
    o: Shaped[np.ndarray, "T p B"]
    a: Shaped[np.ndarray, "T stack B"]
    values: Shaped[np.ndarray, "T stack B"]
    gates: str

    @property
    def steps(self) -> int:
        """Return T."""
        return len(self.a)

    @property
    def batch(self) -> int:
        """Return B."""
        return int(self.h.shape[2])

    @property
    def sizes(self) -> tuple[int, int, int]:
        """Return (n, m, p): the sizes of state, input and output."""
        return self.h.shape[1], self.x.shape[1], self.o.shape[1]

    def state(self, t: SupportsIndex) -> Shaped[np.ndarray, "n B"]:
        """Return h_t for t in 0..T."""
        return np.asarray(self.h[require_time(t, 0, self.steps)])

    def input(self, t: SupportsIndex) -> Shaped[np.ndarray, "m B"]:
        """Return x_t for t in 1..T."""
        return np.asarray(self.x[require_time(t, 1, self.steps) - 1])

    def output(self, t: SupportsIndex) -> Shaped[np.ndarray, "p B"]:
        """Return o_t, the readout V h_t + c, for t in 1..T."""
        return np.asarray(self.o[require_time(t, 1, self.steps) - 1])

    def gate(self, letter: str, t: SupportsIndex) -> Shaped[np.ndarray, "n B"]:
        """Return one gate at t in 1..T."""
        return self._rows(self.values, letter, t)

    def preactivation(self, letter: str, t: SupportsIndex) -> Shaped[np.ndarray, "n B"]:
        """Return what a gate's function is applied to, at t in 1..T."""
        return self._rows(self.a, letter, t)

    def _rows(
        self, stack: Shaped[np.ndarray, "T stack B"], letter: str, t: SupportsIndex
    ) -> Shaped[np.ndarray, "n B"]:
        rows = rows_of(self.gates, letter, self.h.shape[1])
        return np.asarray(stack[require_time(t, 1, self.steps) - 1, rows])


@dataclass(frozen=True, eq=False)
class GatedGradients:
    """The gradients of L, each of the shape of its variable.

    Parameters
    ----------
    W, U, V, b, c
        Summed over the batch.
    x
        dL/dx_t at index t - 1, shape (T, m, B).
    delta
        dL/da_t of the stacked pre-activations at index t - 1, shape (T, gates times n, B).
    h
        The total gradient dL/dh_t at index t, shape (T + 1, n, B); ``h0`` is its entry 0.

    Examples
    --------
    >>> from rnnmath.numeric.cells import backward_gru, forward_gru, random_gru
    >>> network = random_gru(np.random.default_rng(0), 2, 1, 1)
    >>> trajectory = forward_gru(network, np.zeros((3, 1, 1)), np.zeros((2, 1)))
    >>> backward_gru(network, trajectory, np.ones((3, 1, 1))).W.shape
    (6, 2)
    """

    W: Shaped[np.ndarray, "stack n"]
    U: Shaped[np.ndarray, "stack m"]
    V: Shaped[np.ndarray, "p n"]
    b: Shaped[np.ndarray, "stack 1"]
    c: Shaped[np.ndarray, "p 1"]
    x: Shaped[np.ndarray, "T m B"]
    delta: Shaped[np.ndarray, "T stack B"]
    h: Shaped[np.ndarray, "T+1 n B"]

    @property
    def h0(self) -> Shaped[np.ndarray, "n B"]:
        """Return dL/dh_0."""
        return np.asarray(self.h[0])


def require_sizes(trajectory: GatedTrajectory, sizes: tuple[int, int, int]) -> None:
    """Raise ShapeMismatch unless the trajectory has the sizes (n, m, p) of the network."""
    if trajectory.sizes != sizes:
        msg = f"the trajectory has sizes (n, m, p) = {trajectory.sizes}, but the network {sizes}"
        raise ShapeMismatch(msg)
