"""The gated recurrent network: parameters and forward pass."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Shaped
from numpy.typing import NDArray

from rnnmath.errors import DomainError
from rnnmath.numeric._checks import require_representable, require_shape
from rnnmath.numeric._chunks import chunks, require_finite_series, room, through, turned
from rnnmath.numeric.cells._parts import (
    floating,
    open_gates,
    require_gates,
    require_readout,
    rows_of,
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
    x, h0 = arrays["x"], arrays["h0"]
    require_shape(x, (None, m, None), "x")
    require_shape(h0, (n, x.shape[2]), "h0")
    steps, _, batch = x.shape
    given = (network.W, network.U, network.b, x, h0)
    dtype = np.result_type(*given, *(() if network.b_hn is None else (network.b_hn,)))
    h = room(network.W, (steps + 1, n, batch), dtype)
    a, values = (room(network.W, (steps, 3 * n, batch), dtype) for _ in range(2))
    o = room(network.V, (steps, len(network.V), batch), np.result_type(network.V, network.c, dtype))
    h[0] = h0
    after = network.reset == "after"
    q = room(network.W, (steps, n, batch), dtype) if after else h[:-1]
    run = _run_reset_after if after else _run_reset_before
    with np.errstate(over="ignore", invalid="ignore"):
        for chunk in chunks(steps, 3 * n * batch):
            through(network.U, x[chunk], out=a[chunk])
            a[chunk] += network.b
            run(network, a[chunk], values[chunk], q[chunk], h[chunk], h[1:][chunk])
            require_finite_series(chunk.start, a=a[chunk])
        through(network.V, h[1:], out=o)
        o += network.c
    require_representable(o, "o")
    return GRUTrajectory(x, h, o, a, values, network.gates, q, network.reset)


def _run_reset_after(network: GRU, *series: NDArray[Any]) -> None:
    """Turn U x_t + b into a_t, and write gates, W_n h_{t-1} + b_hn and states, step by step."""
    n, back, offset = network.W.shape[1], network.W.T, np.asarray(network.b_hn).T
    recurrent = np.empty_like(series[0][0].T, order="C")
    gates, candidate = recurrent[:, : 2 * n], recurrent[:, 2 * n :]
    for a, value, q, last, following in zip(*map(turned, series), strict=True):
        last.dot(back, out=recurrent)
        np.add(a[:, : 2 * n], gates, out=a[:, : 2 * n])
        open_gates(a[:, : 2 * n], value[:, : 2 * n])
        np.add(candidate, offset, out=q)
        np.multiply(value[:, :n], q, out=candidate)
        _mix(network, a, value, candidate, last, following)


def _run_reset_before(network: GRU, *series: NDArray[Any]) -> None:
    """Turn U x_t + b into a_t, and write gates and states, step by step."""
    n = network.W.shape[1]
    opened, back = network.W[: 2 * n].T, network.W[2 * n :].T
    gates = np.empty_like(series[0][0][: 2 * n].T, order="C")
    candidate = np.empty_like(series[0][0][:n].T, order="C")
    for a, value, _, last, following in zip(*map(turned, series), strict=True):
        last.dot(opened, out=gates)
        np.add(a[:, : 2 * n], gates, out=a[:, : 2 * n])
        open_gates(a[:, : 2 * n], value[:, : 2 * n])
        (value[:, :n] * last).dot(back, out=candidate)
        _mix(network, a, value, candidate, last, following)


def _mix(network: GRU, *parts: NDArray[Any]) -> None:
    """Write a_n, n_t and h_t, where r and z stand."""
    a, value, recurrent, last, following = parts
    n = network.W.shape[1]
    new = value[:, 2 * n :]
    np.add(a[:, 2 * n :], recurrent, out=a[:, 2 * n :])
    np.tanh(a[:, 2 * n :], out=new)
    np.subtract(last, new, out=following)
    np.multiply(keeping(network, value[:, n : 2 * n]), following, out=following)
    np.add(following, new, out=following)


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
