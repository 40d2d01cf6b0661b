"""Element-wise activations and their slopes, written so that nothing overflows."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import wraps
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnmath.errors import DomainError, ShapeMismatch
from rnnmath.numeric._checks import as_numbers
from rnnmath.numeric.rational import to_fractions
from rnnmath.numeric.special import normal_density, normal_distribution

__all__ = ["ACTIVATIONS", "Activation", "elu", "leaky_relu", "polynomial"]

Function = Callable[[Any], NDArray[Any]]


@dataclass(frozen=True)
class Activation:
    """A function f applied entry by entry, with its slope f'.

    Law: slope(x) is the derivative of value at x wherever x is no kink.

    Parameters
    ----------
    name
        What to call it.
    value, slope
        Map an array to an array of the same shape and number type.
    kinks
        The points without a derivative; there ``slope`` gives a convention: 0 for ReLU and hard
        tanh, the slope from the left for leaky ReLU and ELU.

    Notes
    -----
    Derived here. Complex arrays are accepted for the complex step: a piecewise function takes the
    branch of the real part, and is analytic away from its kinks.

    Examples
    --------
    >>> relu = ACTIVATIONS["relu"]
    >>> relu.slope(np.array([-1.0, 0.0, 2.0]))
    array([0., 0., 1.])
    """

    name: str
    value: Function
    slope: Function
    kinks: tuple[Fraction, ...] = ()


def _side(x: NDArray[Any]) -> NDArray[Any]:
    """Return the real number that decides the branch."""
    return x if x.dtype == object else x.real


def _constant(value: Fraction, x: NDArray[Any]) -> Any:
    return value if x.dtype == object else x.dtype.type(float(value))


def _exact(function: Function) -> Function:
    """Wrap a function that also makes sense on rational numbers."""

    @wraps(function)
    def evaluate(x: Any) -> NDArray[Any]:
        return function(as_numbers(x, "x"))

    return evaluate


def _floating(name: str, function: Function) -> Function:
    """Wrap a function that has no rational values."""

    @wraps(function)
    def evaluate(x: Any) -> NDArray[Any]:
        array = as_numbers(x, "x")
        if array.dtype == object:
            msg = f"{name} has no exact value at a rational number; use polynomial(...) or relu"
            raise DomainError(msg)
        return function(array)

    return evaluate


def _transcendental(name: str, value: Function, slope: Function) -> Activation:
    return Activation(name, _floating(name, value), _floating(name, slope))


def _magnitude(x: NDArray[Any]) -> NDArray[Any]:
    """Return |x|, analytic on each side of 0."""
    if x.dtype.kind != "f":
        return np.where(_side(x) < 0, -x, x)
    size = np.empty_like(x)
    np.abs(x, out=size)
    return size


def _logistic(x: NDArray[Any]) -> Any:
    decayed = np.exp(-_magnitude(x))
    return np.where(_side(x) < 0, decayed, _constant(Fraction(1), x)) / (1 + decayed)


def _logistic_slope(x: NDArray[Any]) -> Any:
    return _bump(x, 1)


def _bump(x: NDArray[Any], rate: int) -> Any:
    """Return rate² e/(1 + e)² with e = exp(-rate |x|), in place on two fresh arrays."""
    decayed = _magnitude(x)
    decayed *= -rate
    np.exp(decayed, out=decayed)
    below = decayed + 1
    below *= below
    decayed *= rate * rate
    decayed /= below
    return decayed


def _softplus(x: NDArray[Any]) -> Any:
    # log(1 + e) = 2 artanh(e/(2 + e)) keeps a small e, also where e is complex.
    decayed = np.exp(-_magnitude(x))
    return np.where(_side(x) < 0, 0, x) + 2 * np.arctanh(decayed / (2 + decayed))


def _silu_slope(x: NDArray[Any]) -> Any:
    return _logistic(x) * (1 + x * _logistic(-x))


def _gelu_slope(x: NDArray[Any]) -> Any:
    return normal_distribution(x) + x * normal_density(x)


TANH_SCALE = math.sqrt(8 / math.pi)


def _gelu_tanh(x: NDArray[Any]) -> Any:
    return x * _logistic(TANH_SCALE * (x + 0.044715 * x**3))


def _gelu_tanh_slope(x: NDArray[Any]) -> Any:
    inner = TANH_SCALE * (x + 0.044715 * x**3)
    inner_slope = TANH_SCALE * (1 + 0.134145 * x**2)
    return _logistic(inner) + x * inner_slope * _logistic_slope(inner)


def _hard_tanh(x: NDArray[Any]) -> NDArray[Any]:
    one = _constant(Fraction(1), x)
    return np.where(_side(x) > 1, one, np.where(_side(x) < -1, -one, x))


def _hard_tanh_slope(x: NDArray[Any]) -> Any:
    inside = (_side(x) > -1) & (_side(x) < 1)
    return np.where(inside, _constant(Fraction(1), x), _constant(Fraction(0), x))


def leaky_relu(alpha: Any = Fraction(1, 100), name: str = "leaky_relu") -> Activation:
    """Return f(x) = x for x > 0 and alpha x otherwise; the slope at 0 is alpha by convention.

    Parameters
    ----------
    alpha
        Finite number, kept as the Fraction of exactly its value.
    name
        Name of the activation.

    Raises
    ------
    DomainError
        If alpha is not a finite real number.

    Examples
    --------
    >>> leaky_relu(0.5).value(np.array([-2.0, 2.0]))
    array([-1.,  2.])
    """
    below = to_fractions([alpha], "alpha")[0]

    def value(x: NDArray[Any]) -> NDArray[Any]:
        return np.where(_side(x) > 0, x, _constant(below, x) * x)

    def slope(x: NDArray[Any]) -> Any:
        return np.where(_side(x) > 0, _constant(Fraction(1), x), _constant(below, x))

    kinks = () if below == 1 else (Fraction(0),)
    return Activation(name, _exact(value), _exact(slope), kinks)


def elu(alpha: Any = 1.0, name: str = "elu") -> Activation:
    """Return f(x) = x for x > 0 and alpha (eˣ - 1) otherwise; the slope at 0 is alpha.

    Parameters
    ----------
    alpha
        Finite number.
    name
        Name of the activation.

    Raises
    ------
    DomainError
        If alpha is not a finite real number.

    Examples
    --------
    >>> elu(2.0).slope(np.array([0.0, 1.0]))
    array([2., 1.])
    """
    scale = to_fractions([alpha], "alpha")[0]

    def value(x: NDArray[Any]) -> NDArray[Any]:
        fallen = _constant(scale, x) * np.expm1(np.where(_side(x) > 0, 0, x))
        return np.where(_side(x) > 0, x, fallen)

    def slope(x: NDArray[Any]) -> Any:
        fallen = _constant(scale, x) * np.exp(np.where(_side(x) > 0, 0, x))
        return np.where(_side(x) > 0, _constant(Fraction(1), x), fallen)

    kinks = () if scale == 1 else (Fraction(0),)
    return Activation(name, _floating(name, value), _floating(name, slope), kinks)


def polynomial(coefficients: Any, name: str = "polynomial") -> Activation:
    """Return f(x) = c₀ + c₁ x + c₂ x² + ..., exact on Fractions and Dual numbers.

    Parameters
    ----------
    coefficients
        c₀, c₁, ...: one-dimensional, constant term first; floats are taken at their exact value.
    name
        Name of the activation.

    Raises
    ------
    ShapeMismatch
        If the coefficients are empty, ragged or not one-dimensional.
    DomainError
        If a coefficient is not a finite real number.

    Examples
    --------
    >>> cubic = polynomial([0, 1, 0, Fraction(-1, 3)])
    >>> cubic.value(np.array([Fraction(1, 2)])), cubic.slope(np.array([0.5]))
    (array([Fraction(11, 24)], dtype=object), array([0.75]))
    """
    terms = to_fractions(coefficients, "coefficients")
    if terms.ndim != 1:
        msg = f"coefficients must have shape (degree + 1,), got {terms.shape}"
        raise ShapeMismatch(msg)
    slopes = [k * c for k, c in enumerate(terms)][1:] or [Fraction(0)]
    return Activation(name, _exact(_horner(list(terms))), _exact(_horner(slopes)))


def _horner(terms: list[Fraction]) -> Function:
    def evaluate(x: NDArray[Any]) -> NDArray[Any]:
        total = np.full(x.shape, _constant(terms[-1], x), dtype=x.dtype)
        for c in reversed(terms[:-1]):
            total = total * x + _constant(c, x)
        return total

    return evaluate


def _catalogue() -> Mapping[str, Activation]:
    entries = (
        polynomial([0, 1], "identity"),
        _transcendental("tanh", np.tanh, lambda x: _bump(x, 2)),
        _transcendental("logistic", _logistic, _logistic_slope),
        leaky_relu(0, "relu"),
        leaky_relu(),
        Activation(
            "hard_tanh",
            _exact(_hard_tanh),
            _exact(_hard_tanh_slope),
            (Fraction(-1), Fraction(1)),
        ),
        _transcendental("softplus", _softplus, _logistic),
        elu(),
        Activation(
            "softsign",
            _exact(lambda x: x / (1 + _magnitude(x))),
            _exact(lambda x: 1 / (1 + _magnitude(x)) ** 2),
        ),
        _transcendental("arctan", np.arctan, lambda x: 1 / (1 + x * x)),
        _transcendental("gelu", lambda x: x * normal_distribution(x), _gelu_slope),
        _transcendental("silu", lambda x: x * _logistic(x), _silu_slope),
        _transcendental("gelu_tanh", _gelu_tanh, _gelu_tanh_slope),
    )
    return MappingProxyType({entry.name: entry for entry in entries})


ACTIVATIONS: Mapping[str, Activation] = _catalogue()
