"""Losses drawn together with a point at which their gradient has a rational length."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from rnnmath.numeric.exact import rational_orthogonal
from rnnmath.numeric.landscape import PowerLandscape

__all__ = ["landscape"]


def landscape(
    rng: np.random.Generator, place: Sequence[Fraction], powers: tuple[int, int], steepness: Any
) -> dict[str, Any]:
    """Return a loss L of rotated powers and a point w where its gradient has a rational length.

    Parameters
    ----------
    rng : numpy.random.Generator
    place : sequence of n Fractions
        The coordinates of w along the axes of L, none of them 0.
    powers : (low, high)
        Range of the exponents.
    steepness : array (n, 1) of Fractions
        The slopes along the axes, a column of rational length.

    Examples
    --------
    >>> slopes = np.array([[Fraction(3)], [Fraction(4)]], dtype=object)
    >>> drawn = landscape(np.random.default_rng(0), [Fraction(1), Fraction(2)], (2, 4), slopes)
    >>> sum(entry**2 for entry in drawn["L"].gradient(drawn["w"]).flat)
    Fraction(25, 1)
    """
    axes = rational_orthogonal(rng, len(place))
    drawn = [int(rng.integers(powers[0], powers[1] + 1)) for _ in place]
    scales = [
        slope / (power * y ** (power - 1))
        for slope, power, y in zip(steepness.ravel(), drawn, place, strict=True)
    ]
    point = axes.T @ np.array([[y] for y in place], dtype=object)
    return {"L": PowerLandscape(axes, scales, drawn), "w": point}
