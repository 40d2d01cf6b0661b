"""Wide random networks: the variance that a layer keeps, and how fast a small error grows in it.

``q = σ_w² E f(√q z)² + σ_b²`` and ``χ = σ_w² E f'(√q z)²`` with z standard normal; the means are
integrals, taken here by quadrature with an estimate of the error.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import erfc, exp, isfinite, pi, sqrt
from typing import Any

import numpy as np

from rnnmath.errors import DomainError
from rnnmath.numeric.activations import Activation

__all__ = ["GaussianMean", "edge_of_chaos", "fixed_variance", "gaussian_mean", "susceptibility"]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)
_REACH = 12.0
_PANELS = (48, 96)
_SMALLEST = 1e-12


@dataclass(frozen=True)
class GaussianMean:
    """The mean of a function of a standard normal number, with an estimate of its error.

    Attributes
    ----------
    value : float
    error : float
        Change under halved panels, plus what lies beyond the reach, plus roundoff.
    """

    value: float
    error: float


def _half_line(function: Callable[[Any], Any], panels: int) -> float:
    """Integrate ``function(z) + function(-z)`` against the density over [0, reach]."""
    width = _REACH / panels
    middles = width * (np.arange(panels) + 0.5)
    z = (middles[:, None] + 0.5 * width * _NODES).ravel()
    weights = np.tile(0.5 * width * _WEIGHTS, panels)
    density = np.exp(-0.5 * z**2) / sqrt(2 * pi)
    values = np.asarray(function(z), dtype=float) + np.asarray(function(-z), dtype=float)
    return float(np.sum(weights * density * values))


def gaussian_mean(function: Callable[[Any], Any]) -> GaussianMean:
    """Return ``E g(z)`` for a standard normal z, by composite Gauss-Legendre quadrature.

    Formula: ``∫ g(z) exp(-z²/2) / √(2π) dz``; both half-lines apart, so that a kink at 0 costs
    nothing.

    Parameters
    ----------
    function
        g, of an array; smooth but for 0, and of at most polynomial growth.

    Raises
    ------
    DomainError
        If the integral is not finite.

    Examples
    --------
    >>> mean = gaussian_mean(lambda z: z**4)
    >>> abs(mean.value - 3) <= mean.error < 1e-12
    True
    """
    coarse, fine = (_half_line(function, panels) for panels in _PANELS)
    if not isfinite(fine):
        msg = f"the function has no finite mean under a normal law, got {fine}"
        raise DomainError(msg)
    ends = np.abs(np.asarray(function(np.array([-_REACH, _REACH])), dtype=float)).max()
    tail = 2 * float(ends) * erfc(_REACH / sqrt(2))
    roundoff = 64 * float(np.finfo(float).eps) * max(1.0, abs(fine))
    return GaussianMean(fine, abs(fine - coarse) + tail + roundoff)


def _require_scales(weight: float, bias: float) -> None:
    if not (isfinite(weight) and weight > 0):
        msg = f"sigma_w must be a positive number, got {weight}"
        raise DomainError(msg)
    if not (isfinite(bias) and bias >= 0):
        msg = f"sigma_b must be a number that is not negative, got {bias}"
        raise DomainError(msg)


def _next_variance(activation: Activation, weight: float, bias: float, q: float) -> float:
    square = gaussian_mean(lambda z: activation.value(sqrt(q) * z) ** 2)
    return weight**2 * square.value + bias**2


def fixed_variance(activation: Activation, weight: float, bias: float = 0.0) -> float:
    """Return the largest q with ``q = σ_w² E f(√q z)² + σ_b²``, by bisection.

    Parameters
    ----------
    activation
        f; the map must cross the diagonal at most once above 0, as it does for tanh.
    weight, bias
        ``σ_w > 0`` and ``σ_b >= 0``.

    Returns
    -------
    float
        0 where the map stays below the diagonal down to 1e-12.

    Raises
    ------
    DomainError
        If a scale is out of range, or the variance grows without bound.

    Examples
    --------
    >>> from rnnmath.numeric import ACTIVATIONS
    >>> fixed_variance(ACTIVATIONS["tanh"], 0.9)
    0.0
    >>> q = fixed_variance(ACTIVATIONS["tanh"], 2.0)
    >>> abs(4 * gaussian_mean(lambda z: np.tanh(np.sqrt(q) * z) ** 2).value - q) < 1e-12
    True
    """
    _require_scales(weight, bias)

    def above(q: float) -> bool:
        return _next_variance(activation, weight, bias, q) > q

    low, high = _SMALLEST, 1.0
    if not above(low):
        return 0.0
    while above(high):
        low, high = high, 2 * high
        if high > exp(40):
            msg = f"the variance grows without bound at sigma_w = {weight}"
            raise DomainError(msg)
    while True:
        middle = (low + high) / 2
        if middle in (low, high):
            return middle
        low, high = (middle, high) if above(middle) else (low, middle)


def susceptibility(activation: Activation, weight: float, q: float) -> float:
    """Return ``χ = σ_w² E f'(√q z)²``, the growth of a squared small error per step.

    Parameters
    ----------
    activation
        f with its slope.
    weight
        ``σ_w > 0``.
    q
        The variance of a pre-activation, not negative.

    Raises
    ------
    DomainError
        If a number is out of range.

    Examples
    --------
    >>> from rnnmath.numeric import ACTIVATIONS
    >>> abs(susceptibility(ACTIVATIONS["relu"], 1.5, 7.0) - 1.125) < 1e-14
    True
    """
    _require_scales(weight, 0.0)
    if not (isfinite(q) and q >= 0):
        msg = f"q must be a number that is not negative, got {q}"
        raise DomainError(msg)
    return weight**2 * gaussian_mean(lambda z: activation.slope(sqrt(q) * z) ** 2).value


def edge_of_chaos(activation: Activation, bias: float = 0.0, *, highest: float = 16.0) -> float:
    """Return the σ_w at which ``χ = 1`` at the fixed variance, by bisection.

    Parameters
    ----------
    activation
        f; χ must rise with σ_w through 1, as it does for tanh.
    bias
        ``σ_b >= 0``.
    highest
        The largest σ_w that is tried.

    Raises
    ------
    DomainError
        If χ is not below 1 at a small σ_w, or not above 1 at the highest.

    Examples
    --------
    >>> from rnnmath.numeric import ACTIVATIONS
    >>> round(edge_of_chaos(ACTIVATIONS["tanh"]), 6)
    1.0
    """

    def chaotic(weight: float) -> bool:
        return susceptibility(activation, weight, fixed_variance(activation, weight, bias)) > 1

    low, high = 1e-3, highest
    if chaotic(low) or not chaotic(high):
        msg = f"chi does not rise through 1 between sigma_w = {low} and {high}"
        raise DomainError(msg)
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (low, middle) if chaotic(middle) else (middle, high)
    return (low + high) / 2
