"""Sequences of matrices and vectors that belong to no network, drawn with what is known of them."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from rnnmath.numeric.exact import rational_orthogonal

__all__ = ["factored", "weighted"]

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


def weighted(
    rng: Rng, size: int, last: int, *, entries: Sequence[Fraction], shares: Sequence[Fraction]
) -> dict[str, Any]:
    """Return the terms of a finite sum, and the chances to reach each of them.

    Parameters
    ----------
    rng : numpy.random.Generator
    size, last : int
        The terms are columns x_0, ..., x_last of this size.
    entries, shares : sequence of Fractions
        Numbers for the terms, and for the chances, whose sizes count.

    Returns
    -------
    dict
        x, a tuple of columns; p (last + 2, 1), falling from 1 to 0; the number M = last.

    Examples
    --------
    >>> half = [Fraction(1, 2)]
    >>> drawn = weighted(np.random.default_rng(0), 2, 3, entries=half, shares=half)
    >>> len(drawn["x"]), [str(chance) for chance in drawn["p"].flat]
    (4, ['1', '3/4', '1/2', '1/4', '0'])
    """
    numbers = [entries[int(place)] for place in rng.integers(len(entries), size=(last + 1) * size)]
    columns = np.array(numbers, dtype=object).reshape(last + 1, size, 1)
    parts = [abs(shares[place % len(shares)]) + Fraction(1, 8) for place in range(last + 1)]
    chances = [sum(parts[place:], Fraction(0)) / sum(parts) for place in range(last + 2)]
    return {
        "x": tuple(columns),
        "p": np.array(chances, dtype=object).reshape(-1, 1),
        "M": last,
    }
