"""Sequences of matrices and vectors that belong to no network, drawn with what is known of them."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from rnnmath.numeric.exact import rational_orthogonal

__all__ = ["factored"]

Rng = np.random.Generator


def factored(
    rng: Rng, size: int, steps: int, *, entries: Sequence[Fraction], even: bool
) -> dict[str, Any]:
    """Return matrices ``J_j = Q_j R_j Q_{j-1}^T`` with their factors, each a tuple from 0 on.

    Parameters
    ----------
    rng : numpy.random.Generator
    size, steps : int
    entries : sequence of Fractions
        Taken in turn for the entries of the triangles; the diagonal takes absolute values.
    even : bool
        Make each triangle a multiple of the identity, so that all directions grow alike.

    Returns
    -------
    dict
        J (nothing at 0), Q (a reflection now and then), R (nothing at 0), the times k = 0 and
        t = steps.

    Examples
    --------
    >>> drawn = factored(np.random.default_rng(0), 2, 3, entries=[Fraction(1, 2)], even=False)
    >>> J, Q, R = (drawn[name] for name in "JQR")
    >>> bool((J[2] @ Q[1] == Q[2] @ R[2]).all()), len(J), drawn["t"]
    (True, 4, 3)
    """
    supply = iter(list(entries) * (steps * size * size))
    frames = [_frame(rng, size)]
    triangles: list[Any] = [None]
    products: list[Any] = [None]
    for _ in range(steps):
        triangle = np.array(np.zeros((size, size), dtype=int), dtype=object)
        common = abs(next(supply))
        for row in range(size):
            triangle[row, row] = common if even else abs(next(supply))
            for column in range(row + 1, size):
                triangle[row, column] = 0 if even else next(supply)
        frames.append(_frame(rng, size))
        triangles.append(triangle)
        products.append(frames[-1] @ triangle @ frames[-2].T)
    return {
        "J": tuple(products),
        "Q": tuple(frames),
        "R": tuple(triangles),
        "k": 0,
        "t": steps,
    }


def _frame(rng: Rng, size: int) -> Any:
    frame = rational_orthogonal(rng, size)
    frame[:, 0] *= int(rng.choice([-1, 1]))
    return frame
