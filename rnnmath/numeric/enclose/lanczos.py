"""Guesses by the Lanczos process: fast, good, and never trusted; what they lead to is proven."""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Guess", "largest", "start_of_size"]

Array = NDArray[np.float64]

#: The Ritz values are looked at whenever the number of steps has grown by this factor.
_LOOK = 1.4


class Guess(NamedTuple):
    """The largest eigenvalue, perhaps, with its vector and the next eigenvalue."""

    value: float
    second: float
    vector: Array


def largest(
    apply: Callable[[Array], Array],
    start: Array,
    *,
    steps: int,
    enough: Callable[[float, float, float], bool],
) -> Guess:
    """Return a guess of the top of the spectrum of a symmetric operator.

    Parameters
    ----------
    apply : callable
        The operator.
    start : array (n,)
        Where the process starts; not zero.
    steps : int
        At most so many applications.
    enough : callable
        From the two top Ritz values and the residual of the first to whether to stop.

    Notes
    -----
    Every new direction is made orthogonal to all earlier ones, twice where digits cancel.

    Examples
    --------
    >>> A = np.diag([1.0, 5.0, 2.0])
    >>> guess = largest(lambda v: A @ v, np.ones(3), steps=9, enough=lambda *_: False)
    >>> round(guess.value, 9), round(guess.second, 9), abs(guess.vector).round(6).tolist()
    (5.0, 2.0, [0.0, 1.0, 0.0])
    """
    size = len(start)
    steps = min(steps, size)
    basis = np.empty((steps, size))
    diagonal: list[float] = []
    beside: list[float] = []
    v: Array = start / np.sqrt(start @ start)
    look = 3.0
    for step in range(steps):
        basis[step] = v
        known = basis[: step + 1]
        image = apply(v)
        overlap = known @ image
        image = image - overlap @ known
        diagonal.append(float(overlap[-1]))
        length = math.sqrt(image @ image)
        if length < 1e-3 * abs(diagonal[-1]):
            image -= (known @ image) @ known
            length = math.sqrt(image @ image)
        ends = step + 1 == steps or length <= size * 2.0**-51 * max(map(abs, diagonal))
        if ends or step + 1 >= look:
            look = _LOOK * (step + 1)
            values, vectors = np.linalg.eigh(np.diag(diagonal) + np.diag(beside, -1))
            second = float(values[-2 if step else -1])  # a start like any other: all are equal
            residual = length * abs(float(vectors[-1, -1]))
            if ends or enough(float(values[-1]), second, residual):
                return Guess(float(values[-1]), second, vectors[:, -1] @ known)
        beside.append(length)
        v = image / length
    raise AssertionError  # the last step always ends


def start_of_size(size: int) -> Array:
    """Return a start with every direction in it, the same at every call."""
    return np.random.default_rng(size).normal(size=size)
