"""Strangers that judge gradients: they know a function by its values alone."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Shaped
from numpy.typing import NDArray

from rnnmath.errors import DomainError
from rnnmath.numeric._checks import as_numbers
from rnnmath.numeric.rational import as_rectangular, to_fractions

__all__ = ["Estimate", "central_difference", "complex_step", "exact_difference"]

Function = Callable[[NDArray[Any]], Any]

COMPLEX_STEP = 2.0**-664  # about 1e-200; a power of two, so that scaling by it is exact


@dataclass(frozen=True, eq=False)
class Estimate:
    """A Jacobian known up to an elementwise error estimate.

    Parameters
    ----------
    jacobian, error
        Both of shape (out.size, in.size).
    """

    jacobian: Shaped[np.ndarray, "outputs inputs"]
    error: Shaped[np.ndarray, "outputs inputs"]

    def agrees_with(self, jacobian: NDArray[Any]) -> bool:
        """Tell whether another Jacobian lies within the error of this one, entry by entry."""
        return bool((np.abs(self.jacobian - jacobian) <= self.error).all())


def complex_step(function: Function, point: Any, step: float = COMPLEX_STEP) -> NDArray[Any]:
    """Return the Jacobian of an analytic function, free of cancellation.

    Formula: J[i, j] = Im f_i(z + i s e_j)/s, with an error of order s².

    Parameters
    ----------
    function
        Maps a complex array of the point's shape to a complex number or array.
        It must be analytic on the path: no abs, no conjugation, no kink at the point.
    point
        Real array of any shape.
    step
        s; derivatives below about 1e-308/s come out as 0.

    Returns
    -------
    numpy.ndarray
        float64, shape (out.size, in.size), both flattened in C order (numerator layout).

    Raises
    ------
    DomainError
        If the point is not real and finite, or the function returns real numbers (it has dropped
        the imaginary part, or does not depend on the point), or NaN or infinity.
    ShapeMismatch
        If the point is ragged or empty.

    Notes
    -----
    Squire and Trapp, SIAM Review 40 (1998).

    Examples
    --------
    >>> complex_step(lambda z: np.sin(z[:1]) * z[1], [0.0, 2.0])
    array([[2., 0.]])
    """
    base = _real_point(point)
    columns = []
    for index in np.ndindex(base.shape):
        moved = base.astype(np.complex128)
        moved[index] += 1j * step
        output = as_rectangular(function(moved), "the function's output")
        if output.dtype.kind != "c":
            msg = (
                f"the function returned {output.dtype} for a complex argument: it drops the "
                "imaginary part or ignores its argument; use central_difference"
            )
            raise DomainError(msg)
        columns.append(as_numbers(output, "the function's output").imag.ravel() / step)
    return np.stack(columns, axis=1)


def central_difference(function: Function, point: Any, levels: int = 12) -> Estimate:
    """Return the Jacobian by extrapolated central differences, with an error estimate.

    Formula: (f(z + s e_j) - f(z - s e_j))/2s at s = s_0, s_0/2, ..., extrapolated to s = 0 in even
    powers.
    The error adds the spread of the extrapolation table, the rounding of the differences, and the
    jump of the slope, which is the extrapolated limit of (f(z + s) - 2 f(z) + f(z - s))/s: it is
    zero for a differentiable function and lays a kink open.

    Parameters
    ----------
    function
        Maps a real array of the point's shape to a real number or array.
    point
        Real array of any shape.
    levels
        Number of step sizes, at least 4; the first is 1/8 of max(1, |z_j|).

    Returns
    -------
    Estimate
        float64 arrays of shape (out.size, in.size).

    Raises
    ------
    DomainError
        If the point or the output is not real and finite, or levels < 4.
    ShapeMismatch
        If the point is ragged or empty.

    Notes
    -----
    Ridders (1982) for the choice in the table; the test for a kink is derived here.
    The error is an estimate, not a proof.

    Examples
    --------
    >>> slope = central_difference(np.exp, [1.0])
    >>> slope.agrees_with(np.array([[np.e]])), bool(slope.error.max() < 1e-10)
    (True, True)
    >>> bool(central_difference(np.abs, [0.0]).error.max() >= 1)
    True
    """
    if levels < 4:
        msg = f"levels must be at least 4, got {levels}"
        raise DomainError(msg)
    base = _real_point(point).astype(np.float64)
    here = _real_output(function, base)
    jacobian, error = [], []
    for index in np.ndindex(base.shape):
        slopes, bends, noises = [], [], []
        for level in range(levels):
            step = max(1.0, abs(float(base[index]))) * 0.5 ** (level + 3)
            above, below = base.copy(), base.copy()
            above[index] += step
            below[index] -= step
            up, down = _real_output(function, above), _real_output(function, below)
            width = float(above[index] - below[index])
            size = max(float(np.abs(part).max()) for part in (up, down, here))
            slopes.append((up.ravel() - down.ravel()).astype(np.float64) / width)
            bends.append((up - 2 * here + down).ravel().astype(np.float64) / (width / 2))
            # a function that rounds its argument is off by a rounding of z times its slope, too
            reach = size + abs(float(base[index])) * float(np.abs(slopes[-1]).max())
            noises.append(8 * float(np.finfo(up.dtype).eps) * reach / width)
        slope, spread = _extrapolated(np.array(slopes), np.array(noises), first=2)
        jump, doubt = _extrapolated(np.array(bends), 4 * np.array(noises), first=1)
        jacobian.append(slope)
        error.append(spread + np.where(np.abs(jump) > 4 * doubt, np.abs(jump), 0.0))
    return Estimate(np.stack(jacobian, axis=1), np.stack(error, axis=1))


def exact_difference(function: Function, point: Any, step: Any) -> NDArray[np.object_]:
    """Return the exact Jacobian of a piecewise-linear function at a point inside a piece.

    Formula: J[i, j] = (f_i(z + s e_j) - f_i(z))/s, the same for s, -s and s/2.

    Parameters
    ----------
    function
        Maps an object array of Fractions of the point's shape to a number or array of Fractions.
    point
        Fractions, integers, or floats (converted exactly).
    step
        s > 0, small enough for z ± s e_j to stay in the piece.

    Returns
    -------
    numpy.ndarray
        Object array of Fractions, shape (out.size, in.size).

    Raises
    ------
    DomainError
        If the three differences disagree (a kink within the step, or no linear function), the step
        is not positive, or a number is not finite.
    ShapeMismatch
        If the point is ragged or empty.

    Notes
    -----
    Derived here.

    Examples
    --------
    >>> exact_difference(lambda z: abs(z), [-3], 1)
    array([[Fraction(-1, 1)]], dtype=object)
    """
    base, s = to_fractions(point, "point"), to_fractions([step], "step")[0]
    if s <= 0:
        msg = f"step must be positive, got {s}"
        raise DomainError(msg)
    here = to_fractions(function(base.copy()), "the function's output").ravel()
    columns = []
    for index in np.ndindex(base.shape):
        quotients = []
        for shift in (s, -s, s / 2):
            moved = base.copy()
            moved[index] += shift
            there = to_fractions(function(moved), "the function's output").ravel()
            quotients.append((there - here) / shift)
        if any((quotients[0] != other).any() for other in quotients[1:]):
            msg = f"the function is not linear within {s} of entry {index}; use a smaller step"
            raise DomainError(msg)
        columns.append(quotients[0])
    return np.stack(columns, axis=1)


def _extrapolated(
    quotients: NDArray[np.float64], noises: NDArray[np.float64], first: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Extrapolate to step 0 in the powers first, first + 2, ...; return the value and its error.

    For each entry the place in the table with the least spread wins; its error is twice the spread
    to both parents plus the rounding noise of the finest step that went in.
    """
    row = quotients
    best = np.zeros(quotients.shape[1])
    least = np.full(quotients.shape[1], np.inf)
    for order in range(1, len(quotients)):
        weight = 2.0 ** (first + 2 * (order - 1))
        better = row[1:] + (row[1:] - row[:-1]) / (weight - 1)
        spread = np.maximum(np.abs(better - row[1:]), np.abs(better - row[:-1]))
        error = 2 * spread + noises[order:, None]
        winner = np.argmin(error, axis=0)
        columns = np.arange(quotients.shape[1])
        wins = error[winner, columns] < least
        best = np.where(wins, better[winner, columns], best)
        least = np.where(wins, error[winner, columns], least)
        row = better
    return best, least


def _real_point(point: Any) -> NDArray[Any]:
    base = as_numbers(point, "point")
    if base.dtype.kind != "f":
        msg = f"point must be real floating point, got {base.dtype}"
        raise DomainError(msg)
    return base


def _real_output(function: Function, point: NDArray[np.float64]) -> NDArray[Any]:
    output = as_numbers(function(point), "the function's output")
    if output.dtype.kind != "f":
        msg = f"the function must return real floating point, got {output.dtype}"
        raise DomainError(msg)
    return output
