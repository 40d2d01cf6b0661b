"""The normal distribution function, on the real line and beside it in the complex plane."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["normal_density", "normal_distribution"]

SERIES_TERMS = 60  # for |z| < 2 the terms fall below 1e-40
FRACTION_DEPTH = 60  # for |z| >= 2 the error is about exp(-4 sqrt(120)) < 1e-18

_erfc = np.vectorize(math.erfc, otypes=[np.float64])


def normal_distribution(x: NDArray[Any]) -> Any:
    """Return Φ(x) = erfc(-x/√2)/2, for float arrays and for complex arrays near the real line.

    The complex form is a power series near 0 and a continued fraction far away; it shares nothing
    with the density, so that a complex step through it is a test of the density.

    Examples
    --------
    >>> float(normal_distribution(np.array([0.0]))[0])
    0.5
    """
    if np.iscomplexobj(x):
        right = x.real <= 0
        tail = _complex_erfc(np.where(right, -x, x) / math.sqrt(2)) / 2
        return np.where(right, tail, 1 - tail)
    result: NDArray[Any] = (_erfc(-x / math.sqrt(2)) / 2).astype(x.dtype)
    return result


def normal_density(x: NDArray[Any]) -> NDArray[Any]:
    """Return exp(-x²/2)/√(2π).

    Examples
    --------
    >>> round(float(normal_density(np.array([0.0]))[0]) ** -2 / 2, 12) == round(math.pi, 12)
    True
    """
    density: NDArray[Any] = np.exp(-x * x / 2) / math.sqrt(2 * math.pi)
    return density


def _complex_erfc(z: NDArray[Any]) -> Any:
    """Return erfc(z) for Re z >= 0 and a small imaginary part."""
    near = np.abs(z) < 2
    z_near, z_far = np.where(near, z, 0), np.where(near, 2, z)
    term = total = z_near
    for k in range(1, SERIES_TERMS):
        term = term * (2 * z_near * z_near) / (2 * k + 1)
        total = total + term
    series = 1 - 2 / math.sqrt(math.pi) * np.exp(-z_near * z_near) * total
    fraction = z_far
    for k in range(FRACTION_DEPTH, 0, -1):
        fraction = z_far + (k / 2) / fraction
    return np.where(near, series, np.exp(-z_far * z_far) / (math.sqrt(math.pi) * fraction))
