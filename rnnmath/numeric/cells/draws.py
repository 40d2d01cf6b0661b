"""Gated networks drawn at random."""

from typing import Any

import numpy as np

from rnnmath.errors import DomainError
from rnnmath.numeric.cells.gru import GRU
from rnnmath.numeric.cells.lstm import LSTM

__all__ = ["random_gru", "random_lstm"]


def random_gru(
    rng: np.random.Generator,
    n: int,
    m: int,
    p: int,
    *,
    scale: float = 1.0,
    reset: str = "after",
    update: str = "keep",
) -> GRU:
    """Draw a GRU with Gaussian weights of variance scale²/n (W), 1/m (U), 1/n (V), 1/4 (else).

    Parameters
    ----------
    rng
        Source of randomness.
    n, m, p
        Sizes of state, input and output, at least 1.
    scale
        Standard deviation of the entries of W times √n.
    reset, update
        As in `GRU`.

    Raises
    ------
    DomainError
        If a size is below 1, the scale is not a finite number, or an option has another value.

    Examples
    --------
    >>> random_gru(np.random.default_rng(0), 3, 2, 1).sizes
    (3, 2, 1)
    """
    shapes = {"W": (3 * n, n), "U": (3 * n, m), "V": (p, n), "b": (3 * n, 1), "c": (p, 1)}
    if reset == "after":
        shapes["b_hn"] = (n, 1)
    return GRU(**_drawn(rng, shapes, scale), reset=reset, update=update)


def random_lstm(
    rng: np.random.Generator,
    n: int,
    m: int,
    p: int,
    *,
    scale: float = 1.0,
    forget_gate: bool = True,
    peephole: bool = False,
) -> LSTM:
    """Draw an LSTM with Gaussian weights of variance scale²/n (W), 1/m (U), 1/n (V), 1/4 (else).

    Parameters
    ----------
    rng
        Source of randomness.
    n, m, p
        Sizes of state, input and output, at least 1.
    scale
        Standard deviation of the entries of W times √n.
    forget_gate, peephole
        As in `LSTM`.

    Raises
    ------
    DomainError
        If a size is below 1 or the scale is not a finite number.

    Examples
    --------
    >>> random_lstm(np.random.default_rng(0), 3, 2, 1).sizes
    (3, 2, 1)
    """
    stack = (4 if forget_gate else 3) * n
    shapes = {"W": (stack, n), "U": (stack, m), "V": (p, n), "b": (stack, 1), "c": (p, 1)}
    if peephole:
        shapes["peephole"] = (stack - n, 1)
    return LSTM(**_drawn(rng, shapes, scale), forget_gate=forget_gate)


def _drawn(
    rng: np.random.Generator, shapes: dict[str, tuple[int, int]], scale: float
) -> dict[str, Any]:
    """Draw Gaussian matrices of variance 1/columns (W: scale²/columns), columns of variance 1/4."""
    if any(min(shape) < 1 for shape in shapes.values()) or not np.isfinite(scale):
        msg = f"sizes must be at least 1 and scale finite, got shapes {shapes} and scale={scale}"
        raise DomainError(msg)
    drawn = {}
    for name, shape in shapes.items():
        spread = 0.5 if shape[1] == 1 and name not in "WUV" else 1 / np.sqrt(shape[1])
        drawn[name] = rng.normal(0.0, spread * (scale if name == "W" else 1), shape)
    return drawn
