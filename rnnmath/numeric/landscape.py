"""Losses whose curvature on a segment is known exactly: powers of coordinates, rotated, tilted."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from rnnmath.errors import DomainError, ShapeMismatch
from rnnmath.numeric.dual import dual_jacobian

__all__ = ["PowerLandscape"]


@dataclass(frozen=True)
class PowerLandscape:
    """``L(w) = sum_i (c_i (Q w)_i^m_i + b_i (Q w)_i)``, Q orthogonal: bowls, cliffs as ``w^20``.

    The Hessian ``Q^T diag(c_i m_i (m_i - 1) (Q w)_i^(m_i - 2)) Q`` has the largest entry of that
    diagonal as its norm, and each entry is largest at an end of a segment.

    Parameters
    ----------
    axes : array (n, n)
        Q, orthogonal.
    scales : sequence of n numbers
        c.
    powers : sequence of n positive integers
        m.
    tilt : sequence of n numbers, optional
        b; 0 where nothing is said.

    Raises
    ------
    ShapeMismatch
        If the sizes differ.
    DomainError
        If a power is not a positive integer.

    Notes
    -----
    Derived here.

    Examples
    --------
    >>> cliff = PowerLandscape([[1]], [1], [10])
    >>> point = np.array([[2]], dtype=object)
    >>> cliff.value(point), cliff.gradient(point).tolist(), cliff.curvature(point, 0 * point)
    (1024, [[Fraction(5120, 1)]], 23040)
    """

    axes: Any
    scales: Sequence[Any]
    powers: Sequence[int]
    tilt: Sequence[Any] = ()

    def __post_init__(self) -> None:
        axes = np.asarray(self.axes)
        if axes.shape != (len(self.scales), len(self.powers)):
            shapes = f"{axes.shape}, {len(self.scales)} scales, {len(self.powers)} powers"
            msg = f"axes (n, n), scales and powers must have one size, got {shapes}"
            raise ShapeMismatch(msg)
        if not all(isinstance(power, int) and power >= 1 for power in self.powers):
            msg = f"powers must be positive integers, got {list(self.powers)}"
            raise DomainError(msg)
        object.__setattr__(self, "axes", axes)
        object.__setattr__(self, "tilt", tuple(self.tilt) or (0,) * len(self.powers))

    def _coordinates(self, w: Any) -> list[Any]:
        return list((self.axes @ w).ravel())

    def value(self, w: Any) -> Any:
        """Return the loss at a column (n, 1)."""
        terms = zip(self.scales, self._coordinates(w), self.powers, self.tilt, strict=True)
        return sum(scale * y**power + slope * y for scale, y, power, slope in terms)

    def gradient(self, w: Any) -> Any:
        """Return the gradient at a column of rational numbers, a column; by dual numbers."""
        return dual_jacobian(lambda at: np.array([self.value(at)], dtype=object), w).T

    def curvature(self, start: Any, end: Any) -> Any:
        """Return the largest norm of the Hessian on a segment between two columns."""
        bends = [Fraction(0)]
        ends = zip(self._coordinates(start), self._coordinates(end), strict=True)
        for scale, power, pair in zip(self.scales, self.powers, ends, strict=True):
            if power >= 2:
                reach = max(abs(y) for y in pair)
                bends.append(abs(scale) * power * (power - 1) * reach ** (power - 2))
        return max(bends)
