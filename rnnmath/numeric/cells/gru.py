"""The gated recurrent network: parameters and forward pass."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Shaped
from numpy.typing import NDArray

from rnnmath.errors import DomainError
from rnnmath.numeric._checks import require_representable, require_shape
from rnnmath.numeric.cells._parts import (
    floating,
    require_gates,
    require_readout,
    rows_of,
    sigma,
)
from rnnmath.numeric.cells.records import GatedTrajectory, require_sizes

__all__ = ["GRU", "GRUTrajectory", "forward_gru"]


@dataclass(frozen=True, eq=False, init=False)
class GRU:
    """The parameters of a gated recurrent network with a linear readout.

    Formula: r, z = σ(W h_{t-1} + U x_t + b), n_t = tanh(U_n x_t + b_n + s), with
    s = r ∘ (W_n h_{t-1} + b_hn) for reset "after", s = W_n (r ∘ h_{t-1}) for reset "before";
    h_t = (1 - z) ∘ n_t + z ∘ h_{t-1}, o_t = V h_t + c.

    Parameters
    ----------
    W, U, V, b, c
        Shapes (3n, n), (3n, m), (p, n), (3n, 1), (p, 1), stacked over r, z, n (PyTorch's order);
        real or complex floating point. Integer arrays become float64.
    b_hn
        Shape (n, 1), for reset "after" only; None stands for zeros.
    reset
        "after" the product with W_n (PyTorch, cuDNN) or "before" it (Cho et al.).
    update
        "keep": z weighs the previous state, as above (PyTorch, Cho et al.); "replace": z weighs
        the candidate, h_t = z ∘ n_t + (1 - z) ∘ h_{t-1} (Chung et al.).

    Raises
    ------
    ShapeMismatch
        If a shape does not fit, or an array is ragged or empty.
    DomainError
        If an entry is not finite or no number, an array is exact, an option has another value, or
        b_hn is given with reset "before".

    Notes
    -----
    Cho et al. (2014); Chung et al. (2014) for update "replace".

    Examples
    --------
    >>> three = np.ones((3, 1))
    >>> GRU(three, three, [[1.0]], three, [[0.0]], reset="never")
    Traceback (most recent call last):
        ...
    rnnmath.errors.DomainError: reset must be 'after' or 'before', got 'never'
    """

    W: Shaped[np.ndarray, "stack n"]
    U: Shaped[np.ndarray, "stack m"]
    V: Shaped[np.ndarray, "p n"]
    b: Shaped[np.ndarray, "stack 1"]
    c: Shaped[np.ndarray, "p 1"]
    b_hn: Shaped[np.ndarray, "n 1"] | None
    reset: str
    update: str

    def __init__(
        self,
        W: Any,
        U: Any,
        V: Any,
        b: Any,
        c: Any,
        b_hn: Any = None,
        reset: str = "after",
        update: str = "keep",
    ) -> None:
        _require_choice("reset", reset, ("after", "before"))
        _require_choice("update", update, ("keep", "replace"))
        if b_hn is not None and reset == "before":
            msg = "b_hn belongs to reset 'after'; with reset 'before' put it into b"
            raise DomainError(msg)
        arrays = floating(W=W, U=U, V=V, b=b, c=c, **({} if b_hn is None else {"b_hn": b_hn}))
        n = require_gates(arrays["W"], "rzn")
        require_shape(arrays["U"], (3 * n, None), "U")
        require_shape(arrays["b"], (3 * n, 1), "b")
        require_readout(arrays["V"], arrays["c"], n)
        if reset == "after":
            require_shape(arrays.setdefault("b_hn", np.zeros_like(arrays["b"][:n])), (n, 1), "b_hn")
        for name, value in {"b_hn": None, **arrays, "reset": reset, "update": update}.items():
            object.__setattr__(self, name, value)

    @property
    def gates(self) -> str:
        """Return the letters of the gates in the order of the stack."""
        return "rzn"

    @property
    def sizes(self) -> tuple[int, int, int]:
        """Return (n, m, p): the sizes of state, input and output."""
        return self.W.shape[1], self.U.shape[1], len(self.V)

    def rows(self, gate: str) -> slice:
        """Return the rows of one gate in W, U, b, so that ``W[rows("z")]`` is W_z."""
        return rows_of(self.gates, gate, self.W.shape[1])


@dataclass(frozen=True, eq=False)
class GRUTrajectory(GatedTrajectory):
    """The forward pass of a GRU: that of a gated network, and what the reset gate multiplies.

    Parameters
    ----------
    q
        Shape (T, n, B): W_n h_{t-1} + b_hn for reset "after", h_{t-1} for reset "before".
    reset
        That of the network.

    Examples
    --------
    >>> from rnnmath.numeric.cells import random_gru
    >>> network = random_gru(np.random.default_rng(0), 2, 1, 1, reset="before")
    >>> trajectory = forward_gru(network, np.zeros((1, 1, 1)), [[1.0], [2.0]])
    >>> trajectory.q[0].ravel()
    array([1., 2.])
    """

    q: Shaped[np.ndarray, "T n B"]
    reset: str


def forward_gru(network: GRU, x: Any, h0: Any) -> GRUTrajectory:
    """Run the network and keep every state, gate, pre-activation and output.

    Formula: as `GRU` has it, for t = 1..T.

    Parameters
    ----------
    network
        The parameters.
    x
        Inputs, shape (T, m, B): x_t is x[t - 1], with the batch as columns.
    h0
        Initial state, shape (n, B).

    Returns
    -------
    GRUTrajectory
        All arrays of the number type of parameters and inputs.

    Raises
    ------
    ShapeMismatch
        If x or h0 does not fit the network, or is ragged or empty.
    DomainError
        If x or h0 is not finite or exact, or a pre-activation overflows.

    Notes
    -----
    Derived here.

    Examples
    --------
    >>> zeros = np.zeros
    >>> network = GRU(zeros((3, 1)), zeros((3, 1)), [[1.0]], zeros((3, 1)), [[0.0]])
    >>> forward_gru(network, zeros((2, 1, 1)), [[8.0]]).h.ravel()
    array([8., 4., 2.])
    """
    n, m, _ = network.sizes
    arrays = floating(x=x, h0=h0)
    x, h = arrays["x"], [arrays["h0"]]
    require_shape(x, (None, m, None), "x")
    require_shape(h[0], (n, x.shape[2]), "h0")
    W_n, opened = network.W[network.rows("n")], network.W[: 2 * n]
    a, values, q = [], [], []
    with np.errstate(over="ignore", invalid="ignore"):
        driven = network.U @ x + network.b
        for t, drive in enumerate(driven, start=1):
            pre = opened @ h[-1] + drive[: 2 * n]
            require_representable(pre, f"a_{t}")
            r, z = np.split(sigma(pre), 2)
            if network.reset == "after":
                q.append(W_n @ h[-1] + network.b_hn)
                recurrent = r * q[-1]
            else:
                q.append(h[-1])
                recurrent = W_n @ (r * q[-1])
            a.append(np.concatenate([pre, drive[2 * n :] + recurrent]))
            require_representable(a[-1], f"a_{t}")
            new = np.tanh(a[-1][2 * n :])
            h.append(new + keeping(network, z) * (h[-1] - new))
            values.append(np.concatenate([r, z, new]))
        states = np.stack(h)
        o = network.V @ states[1:] + network.c
    require_representable(o, "o")
    return GRUTrajectory(
        *(x, states, o, np.stack(a), np.stack(values), network.gates, np.stack(q), network.reset)
    )


def keeping(network: GRU, z: NDArray[Any]) -> NDArray[Any]:
    """Return the weight of the previous state: z, or 1 - z."""
    return z if network.update == "keep" else 1 - z


def require_fit(network: GRU, trajectory: GRUTrajectory) -> None:
    """Raise ShapeMismatch or DomainError unless the trajectory comes from such a network."""
    require_sizes(trajectory, network.sizes)
    if trajectory.reset != network.reset:
        msg = f"the trajectory is of reset {trajectory.reset!r}, but the network {network.reset!r}"
        raise DomainError(msg)


def _require_choice(name: str, value: Any, choices: tuple[str, str]) -> None:
    if value not in choices:
        msg = f"{name} must be {choices[0]!r} or {choices[1]!r}, got {value!r}"
        raise DomainError(msg)
