"""Truncated backpropagation through time, written by hand: a sliding window, and chunks."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from jaxtyping import Shaped
from numpy.typing import NDArray

from rnnmath.numeric._checks import (
    flat,
    require_representable,
    require_shape,
    require_time,
    same_numbers,
)
from rnnmath.numeric.losses import Loss
from rnnmath.numeric.networks.vanilla import VanillaRNN

__all__ = ["TruncatedGradients", "chunked_bptt", "sliding_bptt"]

SlopeOfState = Callable[[NDArray[Any]], NDArray[Any]]


@dataclass(frozen=True, eq=False)
class TruncatedGradients:
    """What truncated backpropagation returns in place of the gradients of L.

    Parameters
    ----------
    W, U, V, b, c
        Each of the shape of its parameter, summed over the batch.
    kept
        The most numbers that the run held at one time for its way back: states, and
        pre-activations where the slope is taken from them.
    """

    W: Shaped[np.ndarray, "n n"]
    U: Shaped[np.ndarray, "n m"]
    V: Shaped[np.ndarray, "p n"]
    b: Shaped[np.ndarray, "n 1"]
    c: Shaped[np.ndarray, "p 1"]
    kept: int


_PARAMETERS = tuple(field.name for field in fields(TruncatedGradients) if field.name != "kept")


class _Sum:
    """The gradients so far, and the most numbers that were held at one time."""

    def __init__(self) -> None:
        self.parts: dict[str, Any] = {}
        self.kept = 0

    def holds(self, *series: Any) -> None:
        self.kept = max(self.kept, sum(column.size for columns in series for column in columns))

    def add(self, **parts: Any) -> None:
        so_far = self.parts
        self.parts = {name: so_far[name] + part if so_far else part for name, part in parts.items()}

    def result(self) -> TruncatedGradients:
        return TruncatedGradients(**self.parts, kept=self.kept)


def _products(deltas: Any, e: Any, before: Any, after: Any, x: Any) -> dict[str, Any]:
    """Return what a run of steps adds to each gradient."""
    deltas, e = flat(np.stack(deltas)), flat(np.stack(e))
    return {
        "W": deltas @ flat(np.stack(before)).T,
        "U": deltas @ flat(np.stack(x)).T,
        "V": e @ flat(np.stack(after)).T,
        "b": deltas.sum(axis=1, keepdims=True),
        "c": e.sum(axis=1, keepdims=True),
    }


def _forward_step(network: VanillaRNN, h: Any, x: Any, t: int) -> tuple[Any, Any]:
    with np.errstate(over="ignore", invalid="ignore"):
        a = network.W @ h + (network.U @ x + network.b)
        require_representable(a, f"a_{t}")
        state = network.activation.value(a)
        require_representable(state, f"h_{t}")
    return a, state


def _error(network: VanillaRNN, loss: Loss, h: Any, t: int) -> Any:
    return loss.gradient(network.V @ h + network.c, t)


def _inputs(network: VanillaRNN, x: Any, h0: Any) -> tuple[Any, Any]:
    n, m, _ = network.sizes
    arrays = same_numbers(W=network.W, x=x, h0=h0)
    x, h0 = arrays["x"], arrays["h0"]
    require_shape(x, (None, m, None), "x")
    require_shape(h0, (n, x.shape[2]), "h0")
    return x, h0


def sliding_bptt(
    network: VanillaRNN,
    x: Any,
    h0: Any,
    loss: Loss,
    window: int,
    *,
    slope_of_state: SlopeOfState | None = None,
) -> TruncatedGradients:
    """Send the error of each output back through the last ``window`` uses of W, and no further.

    Formula: for each t, δ_t = f'(a_t) ∘ Vᵀ e_t and δ_k = f'(a_k) ∘ Wᵀ δ_{k+1} down to
    k = max(1, t - window + 1); the gradient in W adds up δ_k h_{k-1}ᵀ.

    Parameters
    ----------
    network, x, h0, loss
        As for `forward`: x (T, m, B), h0 (n, B).
    window
        K in 1..T; K = T keeps everything.
    slope_of_state
        h_t -> f'(a_t), where the slope follows from the state (tanh: 1 - h²); then no a_t is kept.

    Returns
    -------
    TruncatedGradients
        ``kept`` counts min(K, T) + 1 states, and min(K, T) pre-activations without
        ``slope_of_state``; the error signals in the window are not in it.

    Raises
    ------
    ShapeMismatch
        If x or h0 does not fit the network.
    DomainError
        If the window is not in 1..T, exact meets floating point, or the state overflows.

    Notes
    -----
    Derived here.

    Examples
    --------
    >>> from rnnmath.numeric import ACTIVATIONS, linear_loss
    >>> one = np.ones((1, 1))
    >>> network = VanillaRNN(one, 0 * one, one, 0 * one, 0 * one, ACTIVATIONS["identity"])
    >>> x, loss = np.zeros((4, 1, 1)), linear_loss(np.ones((4, 1, 1)))
    >>> [sliding_bptt(network, x, one, loss, K).W.item() for K in (1, 2, 4)]
    [4.0, 7.0, 10.0]
    """
    x, h0 = _inputs(network, x, h0)
    window = require_time(window, 1, len(x), "window")
    total = _Sum()
    states, sources = deque([h0]), deque()  # type: ignore[var-annotated]  # columns of any type
    signals: deque[Any] = deque()

    def leave(step: int, error: Any) -> None:
        """Use the oldest step for the gradients, since no later loss reaches it."""
        before, after = states.popleft(), states[0]
        sources.popleft()
        total.add(**_products([signals.popleft()], [error], [before], [after], [x[step - 1]]))

    errors: deque[Any] = deque()
    for t, column in enumerate(x, start=1):
        if len(signals) == window:
            leave(t - window, errors.popleft())
        a, state = _forward_step(network, states[-1], column, t)
        states.append(state)
        sources.append(state if slope_of_state else a)
        slope = slope_of_state or network.activation.slope
        errors.append(_error(network, loss, state, t))
        total.holds(states, () if slope_of_state else sources)
        delta = slope(a if slope_of_state is None else state) * (network.V.T @ errors[-1])
        signals.append(delta)
        for place in range(len(signals) - 2, -1, -1):
            delta = slope(sources[place]) * (network.W.T @ delta)
            signals[place] = signals[place] + delta
    for step in range(len(x) - len(signals) + 1, len(x) + 1):
        leave(step, errors.popleft())
    return total.result()


def _chunk(
    network: VanillaRNN,
    x: Any,
    start: Any,
    loss: Loss,
    first: int,
    slope_of_state: SlopeOfState | None,
    total: _Sum,
) -> tuple[dict[str, Any], Any]:
    """Return the gradients of one chunk, whose first step is ``first``, and its last state."""
    states, sources, errors = [start], [], []
    for t, column in enumerate(x, start=first):
        a, state = _forward_step(network, states[-1], column, t)
        states.append(state)
        if slope_of_state is None:
            sources.append(a)
        errors.append(_error(network, loss, state, t))
    total.holds(states, sources)
    if slope_of_state is None:
        slopes = [network.activation.slope(a) for a in sources]
    else:
        slopes = [slope_of_state(state) for state in states[1:]]
    deltas: list[Any] = []
    for slope, error in zip(slopes[::-1], errors[::-1], strict=True):
        seen = network.V.T @ error
        deltas.append(slope * (seen + network.W.T @ deltas[-1] if deltas else seen))
    parts = _products(deltas[::-1], errors, states[:-1], states[1:], x)
    return parts, states[-1]


def chunked_bptt(
    network: VanillaRNN,
    x: Any,
    h0: Any,
    loss: Loss,
    chunk: int,
    *,
    carry: bool = True,
    rate: Any = 0,
    slope_of_state: SlopeOfState | None = None,
) -> TruncatedGradients:
    """Backpropagate through each chunk of steps by itself, and add the gradients up.

    Formula: δ_t = f'(a_t) ∘ (Vᵀ e_t + Wᵀ δ_{t+1}), with δ_{t+1} = 0 at the last step of a chunk.

    Parameters
    ----------
    network, x, h0, loss
        As for `forward`: x (T, m, B), h0 (n, B).
    chunk
        K in 1..T; the last chunk may be shorter, and K = T is plain backpropagation.
    carry
        Whether a chunk starts from the last state of the one before (stateful), or from h0 again.
    rate
        After each chunk every parameter moves by -rate times its gradient; 0 holds them.
    slope_of_state
        h_t -> f'(a_t), where the slope follows from the state (tanh: 1 - h²); then no a_t is kept.

    Returns
    -------
    TruncatedGradients
        ``kept`` counts K + 1 states, and K pre-activations without ``slope_of_state``.

    Raises
    ------
    ShapeMismatch
        If x or h0 does not fit the network.
    DomainError
        If the chunk is not in 1..T, exact meets floating point, or the state overflows.

    Notes
    -----
    Derived here.

    Examples
    --------
    >>> from rnnmath.numeric import ACTIVATIONS, linear_loss
    >>> one = np.ones((1, 1))
    >>> network = VanillaRNN(one, 0 * one, one, 0 * one, 0 * one, ACTIVATIONS["identity"])
    >>> x, loss = np.zeros((4, 1, 1)), linear_loss(np.ones((4, 1, 1)))
    >>> [chunked_bptt(network, x, one, loss, K).W.item() for K in (1, 2, 4)]
    [4.0, 6.0, 10.0]
    """
    x, h0 = _inputs(network, x, h0)
    chunk = require_time(chunk, 1, len(x), "chunk")
    total, start = _Sum(), h0
    for done in range(0, len(x), chunk):
        columns = x[done : done + chunk]
        parts, last = _chunk(network, columns, start, loss, done + 1, slope_of_state, total)
        total.add(**parts)
        start = last if carry else h0
        if rate:
            moved = {name: getattr(network, name) - rate * parts[name] for name in _PARAMETERS}
            network = VanillaRNN(**moved, activation=network.activation)
    return total.result()
