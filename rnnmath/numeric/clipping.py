"""Clipping by norm, for floats, for rational numbers of rational length, and for dual numbers."""

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnmath.errors import DomainError
from rnnmath.numeric.dual import Dual
from rnnmath.numeric.exact.interval import square_root

__all__ = ["clip"]


def _root(square: Any) -> Any:
    """Return the square root of a positive rational, or of a dual number with such a value."""
    if isinstance(square, Dual):
        root = _root(square.value)
        return Dual(root, square.derivative / (2 * root))
    enclosure = square_root(Fraction(square), 60)
    if not enclosure.is_exact:
        msg = f"clip is exact on vectors of rational length, got one of squared length {square}"
        raise DomainError(msg)
    return enclosure.lower


def clip(g: Any, theta: Any) -> NDArray[Any]:
    """Return the gradient itself where it is short enough, else one of length θ along it.

    Formula: ``g`` if ``‖g‖ ≤ θ``, else ``(θ / ‖g‖) g``, with ‖g‖ the Euclidean length of all
    entries.

    Parameters
    ----------
    g : array, any shape
        Floats; or integers, Fractions and dual numbers, for which the result is exact.
    theta : positive number
        The allowed length.

    Returns
    -------
    numpy.ndarray
        Of the shape of g; at most θ long.

    Raises
    ------
    DomainError
        If θ is not positive, if a float is not finite, or if an exact vector is cut and has an
        irrational length.

    Notes
    -----
    Pascanu, Mikolov, Bengio (2013), Algorithm 1.  Floats are divided by their largest entry
    before they are squared, so that no square overflows.

    Examples
    --------
    >>> clip(np.array([3.0, 4.0]), 1.0).round(12).tolist()
    [0.6, 0.8]
    >>> clip(np.array([3, 4], dtype=object), Fraction(10)).tolist()
    [3, 4]
    >>> clip(np.array([1, 1], dtype=object), 1)
    Traceback (most recent call last):
    rnnmath.errors.DomainError: clip is exact on vectors of rational length, got one of ...
    """
    g = np.asarray(g)
    if not theta > 0:
        msg = f"theta must be positive, got {theta}"
        raise DomainError(msg)
    if g.dtype == object:
        square = (g * g).sum()
        return g if square <= theta * theta else np.asarray(g * (theta / _root(square)))
    largest = float(np.max(np.abs(g), initial=0.0))
    if not np.isfinite(largest):
        msg = "g must be finite: clipping turns no overflow into a direction"
        raise DomainError(msg)
    length = largest * float(np.sqrt(np.sum((g / (largest or 1.0)) ** 2)))
    return g if length <= theta else np.asarray(g / length * theta)
