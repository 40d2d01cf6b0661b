"""What a program may feed besides the plain recurrent network: each option is one departure."""

from dataclasses import dataclass
from typing import Any

from rnnmath.errors import ShapeMismatch

__all__ = ["PLAIN", "Wiring"]


@dataclass(frozen=True, eq=False)
class Wiring:
    """Departures from a_t = W h_{t-1} + U x_t + b with given inputs and a given start.

    Parameters
    ----------
    feedback
        x_{t+1} = o_t from the second step on; of the inputs only x_1 is used.
    grown_start
        h_0 = W s + b, where s is the column that is given as h0: the start depends on W and b.
    layers
        W_1, ..., W_T, one matrix of W's shape for each step, used in place of W; empty means W.
        Then the steps are the layers of a feedforward network, and U x_t + b is the bias of
        layer t.
    delayed
        R, of W's shape: from the second step on, a_t = W h_{t-1} + R h_{t-2} + U x_t + b.

    Notes
    -----
    Derived here.

    Examples
    --------
    >>> import numpy as np
    >>> from rnnmath.numeric import ACTIVATIONS, VanillaRNN, linear_loss, replay
    >>> one = np.ones((1, 1))
    >>> network = VanillaRNN(one, one, 3 * one, 0 * one, 0 * one, ACTIVATIONS["identity"])
    >>> x, loss = np.zeros((2, 1, 1)), linear_loss(np.ones((2, 1, 1)))
    >>> replay(network, x, one, loss, ("h", 1), one, ("h", 2))
    array([[1.]])
    >>> replay(network, x, one, loss, ("h", 1), one, ("h", 2), Wiring(feedback=True))
    array([[4.]])
    """

    feedback: bool = False
    grown_start: bool = False
    layers: tuple[Any, ...] = ()
    delayed: Any = None

    def require_fit(self, steps: int, sizes: tuple[int, int, int]) -> None:
        """Raise ShapeMismatch unless the wiring fits a network of these sizes (n, m, p)."""
        n, m, p = sizes
        if self.feedback and m != p:
            msg = f"feedback needs outputs of the size of the inputs, got p={p} and m={m}"
            raise ShapeMismatch(msg)
        shapes = [getattr(layer, "shape", None) for layer in self.layers]
        if shapes and shapes != [(n, n)] * steps:
            msg = f"layers must be {steps} matrices of shape {(n, n)}, got shapes {shapes}"
            raise ShapeMismatch(msg)
        if self.delayed is not None and self.delayed.shape != (n, n):
            msg = f"delayed must have shape {(n, n)}, got {self.delayed.shape}"
            raise ShapeMismatch(msg)


PLAIN = Wiring()
