"""How far a fixed matrix is from normal, and how high its powers rise: numbers in floating point.

Nothing here is rigorous; ``rnnmath.numeric.exact.nonnormality`` encloses the same numbers.
"""

from dataclasses import dataclass
from typing import Any, SupportsIndex

import numpy as np
from numpy.typing import NDArray

from rnnmath.errors import DomainError, ShapeMismatch
from rnnmath.numeric._checks import as_numbers, require_time

__all__ = ["Peak", "henrici_number", "kreiss_lower_bound", "transient_peak"]


@dataclass(frozen=True)
class Peak:
    """The largest norm among the powers of a matrix.

    Parameters
    ----------
    height
        max ||J^m|| over 0 <= m <= steps.
    step
        The first m at which it is reached.
    """

    height: float
    step: int


def henrici_number(J: Any) -> float:
    """Return Henrici's departure from normality, zero exactly for normal matrices.

    Formula: d(J) = sqrt(||J||_F² - Σ |λ_i|²).

    Parameters
    ----------
    J
        Square matrix (n, n), real or complex.

    Returns
    -------
    float
        At least 0. The difference is taken after rounding: below about 1e-7 ||J||_F it is noise.

    Raises
    ------
    ShapeMismatch
        If J is not square.
    DomainError
        If J holds no finite floating-point numbers.

    Notes
    -----
    Henrici (1962).

    Examples
    --------
    >>> henrici_number([[3.0, 4.0], [0.0, -1.0]])
    4.0
    """
    matrix = _square(J)
    spectrum = np.linalg.eigvals(matrix)
    gap = float(np.sum(np.abs(matrix) ** 2) - np.sum(np.abs(spectrum) ** 2))
    return float(np.sqrt(max(gap, 0.0)))


def kreiss_lower_bound(J: Any, angles: SupportsIndex = 128, radii: SupportsIndex = 64) -> float:
    """Return the largest sampled (|z| - 1) ||(zI - J)⁻¹||, a lower bound of sup ||J^m||.

    Formula: K(J) = sup (|z| - 1) ||(zI - J)⁻¹|| over |z| > 1; here z runs over a polar grid with
    |z| - 1 from 10⁻³ to 10³, so what is returned is at most K(J).

    Parameters
    ----------
    J
        Square matrix (n, n), real or complex, with ρ(J) < 1.
    angles, radii
        Points of the grid on each circle, and circles.

    Returns
    -------
    float

    Raises
    ------
    ShapeMismatch
        If J is not square.
    DomainError
        If ρ(J) >= 1, J holds no finite floating-point numbers, or the grid is empty.

    Notes
    -----
    Kreiss (1962); claim kreiss.

    Examples
    --------
    >>> shift = [[0.0, 16.0], [0.0, 0.0]]
    >>> 4 < kreiss_lower_bound(shift) < 16
    True
    """
    matrix = _shrinking(J)
    turns = np.arange(require_time(angles, 1, 10**5, "angles")) * 2 * np.pi / int(angles)
    beyond = np.logspace(-3, 3, require_time(radii, 1, 10**5, "radii"))
    eye, best = np.eye(len(matrix)), 0.0
    for distance in beyond:
        points = (1 + distance) * np.exp(1j * turns)
        smallest = np.linalg.svd(points[:, None, None] * eye - matrix, compute_uv=False)[:, -1]
        best = max(best, float(distance / smallest.min()))
    return best


def transient_peak(J: Any, steps: SupportsIndex = 1000) -> Peak:
    """Return the largest ||J^m|| over 0 <= m <= steps, and where it is reached first.

    Parameters
    ----------
    J
        Square matrix (n, n), real or complex, with ρ(J) < 1.
    steps
        The longest power tried. The search ends at the first power of norm below 1: no later one
        is above all earlier ones.

    Returns
    -------
    Peak

    Raises
    ------
    ShapeMismatch
        If J is not square.
    DomainError
        If ρ(J) >= 1, J holds no finite floating-point numbers, or steps < 0.

    Notes
    -----
    Derived here.

    Examples
    --------
    >>> peak = transient_peak([[0.9, 1.0], [0.0, 0.9]])
    >>> peak.step, round(peak.height, 4)
    (9, 3.9126)
    """
    matrix = _shrinking(J)
    last = require_time(steps, 0, 10**9, "steps")
    power, height, reached = np.eye(len(matrix), dtype=matrix.dtype), 1.0, 0
    for step in range(1, last + 1):
        power = power @ matrix
        norm = float(np.linalg.norm(power, 2))
        if norm > height:
            height, reached = norm, step
        if norm < 1:
            break
    return Peak(height, reached)


def _square(J: Any) -> NDArray[Any]:
    matrix = as_numbers(J, "J")
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        msg = f"J must be square, of shape (n, n), got {matrix.shape}"
        raise ShapeMismatch(msg)
    if matrix.dtype == object:
        msg = "J holds exact numbers; convert them to floats, or enclose with numeric.exact"
        raise DomainError(msg)
    return matrix


def _shrinking(J: Any) -> NDArray[Any]:
    matrix = _square(J)
    radius = float(np.abs(np.linalg.eigvals(matrix)).max())
    if radius >= 1:
        msg = f"the powers of J are bounded for a spectral radius below 1 only, got {radius:.6g}"
        raise DomainError(msg)
    return matrix
