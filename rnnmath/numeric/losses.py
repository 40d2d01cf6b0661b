"""Losses that are sums over time of a loss of each output."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnmath.errors import DomainError, ShapeMismatch
from rnnmath.numeric._checks import as_numbers, require_time, same_numbers

__all__ = ["Loss", "at_end", "cross_entropy_loss", "linear_loss", "quadratic_loss"]


@dataclass(frozen=True)
class Loss:
    """A loss L = Σ_t l_t(o_t), one number for each column of the batch.

    Parameters
    ----------
    value
        (o, t) -> l_t(o), from shape (p, B) to shape (B,).
    gradient
        (o, t) -> e_t, the gradient of l_t in o, shape (p, B).

    Notes
    -----
    Derived here. Times start at 1.

    Examples
    --------
    >>> loss = quadratic_loss(np.zeros((1, 2, 1)))
    >>> loss.value(np.array([[3.0], [4.0]]), 1)
    array([12.5])
    """

    value: Callable[[NDArray[Any], int], NDArray[Any]]
    gradient: Callable[[NDArray[Any], int], NDArray[Any]]


def quadratic_loss(targets: Any) -> Loss:
    """Return l_t(o) = ½ ||o - y_t||², without conjugation, so that complex steps pass through.

    Parameters
    ----------
    targets
        y, shape (T, p, B); y_t is targets[t - 1].

    Raises
    ------
    ShapeMismatch
        If the targets are not three-dimensional, or an output has another shape than its target.
    DomainError
        If a target is not finite, or exact targets meet floating-point outputs, or t > T.

    Notes
    -----
    Derived here; e_t = o_t - y_t.

    Examples
    --------
    >>> quadratic_loss(np.ones((1, 1, 1))).gradient(np.array([[3.0]]), 1)
    array([[2.]])
    """
    _checked(targets, "targets")

    def residual(o: NDArray[Any], t: int) -> NDArray[Any]:
        o, target = _paired(o, targets, "targets", t)
        difference: NDArray[Any] = o - target
        return difference

    def value(o: NDArray[Any], t: int) -> NDArray[Any]:
        r = residual(o, t)
        half = Fraction(1, 2) if r.dtype == object else r.dtype.type(0.5)
        total: NDArray[Any] = half * np.sum(r * r, axis=0)
        return total

    return Loss(value, residual)


def linear_loss(weights: Any) -> Loss:
    """Return l_t(o) = v_tᵀ o, whose gradient e_t = v_t is at the caller's choice.

    Parameters
    ----------
    weights
        v, shape (T, p, B); v_t is weights[t - 1].

    Raises
    ------
    ShapeMismatch
        If the weights are not three-dimensional, or an output has another shape than its weight.
    DomainError
        If a weight is not finite, or exact weights meet floating-point outputs, or t > T.

    Notes
    -----
    Derived here.

    Examples
    --------
    >>> linear_loss(np.full((1, 1, 1), 2.0)).value(np.array([[3.0]]), 1)
    array([6.])
    """
    _checked(weights, "weights")

    def value(o: NDArray[Any], t: int) -> NDArray[Any]:
        o, v = _paired(o, weights, "weights", t)
        total: NDArray[Any] = np.sum(v * o, axis=0)
        return total

    def gradient(o: NDArray[Any], t: int) -> NDArray[Any]:
        return _paired(o, weights, "weights", t)[1]

    return Loss(value, gradient)


def cross_entropy_loss(targets: Any) -> Loss:
    """Return l_t(o) = -y_tᵀ log softmax(o): the cost of outputs in nats, where y_t weighs classes.

    Formula: e_t = (Σ y_t) softmax(o) - y_t; a step with y_t = 0 costs nothing.

    Parameters
    ----------
    targets
        y, shape (T, p, B), floating point; y_t is targets[t - 1], one class a row.

    Raises
    ------
    ShapeMismatch
        If the targets are not three-dimensional, or an output has another shape than its target.
    DomainError
        If a target is not finite or exact, or t > T.

    Notes
    -----
    Derived here. The largest output is subtracted first, so that nothing overflows.

    Examples
    --------
    >>> loss = cross_entropy_loss([[[1.0], [0.0]]])
    >>> loss.value(np.zeros((2, 1)), 1) == np.log(2)
    array([ True])
    >>> loss.gradient(np.zeros((2, 1)), 1).ravel()
    array([-0.5,  0.5])
    """
    if _checked(targets, "targets").dtype == object:
        msg = "targets are exact, but a softmax has no rational values; give floats"
        raise DomainError(msg)

    def value(o: NDArray[Any], t: int) -> NDArray[Any]:
        logs, y = _log_softmax(o, t)
        total: NDArray[Any] = -np.sum(y * logs, axis=0)
        return total

    def gradient(o: NDArray[Any], t: int) -> NDArray[Any]:
        logs, y = _log_softmax(o, t)
        difference: NDArray[Any] = y.sum(axis=0) * np.exp(logs) - y
        return difference

    def _log_softmax(o: NDArray[Any], t: int) -> tuple[NDArray[Any], NDArray[Any]]:
        o, y = _paired(o, targets, "targets", t)
        shifted = o - o.real.max(axis=0)
        return shifted - np.log(np.exp(shifted).sum(axis=0)), y

    return Loss(value, gradient)


def at_end(loss: Loss, steps: int) -> Loss:
    """Return the loss of the last step alone: l_T, and nothing at t < T.

    Parameters
    ----------
    loss
        Any loss.
    steps
        T.

    Notes
    -----
    Derived here.

    Examples
    --------
    >>> last = at_end(linear_loss(np.ones((2, 1, 1))), 2)
    >>> [last.value(np.array([[3.0]]), t).item() for t in (1, 2)]
    [0.0, 3.0]
    """

    def value(o: NDArray[Any], t: int) -> NDArray[Any]:
        return loss.value(o, t) if t == steps else np.zeros_like(o[0])

    def gradient(o: NDArray[Any], t: int) -> NDArray[Any]:
        return loss.gradient(o, t) if t == steps else np.zeros_like(o)

    return Loss(value, gradient)


def _checked(values: Any, name: str) -> NDArray[Any]:
    array = as_numbers(values, name)
    if array.ndim != 3:
        msg = f"{name} must have shape (T, p, B), got {array.shape}"
        raise ShapeMismatch(msg)
    return array


def _paired(o: Any, values: Any, name: str, t: int) -> tuple[NDArray[Any], NDArray[Any]]:
    time = require_time(t, 1, len(values))
    pair = same_numbers(o=o, **{name: values[time - 1]})
    if pair["o"].shape != pair[name].shape:
        msg = f"o has shape {pair['o'].shape}, but {name} at t = {t} has {pair[name].shape}"
        raise ShapeMismatch(msg)
    return pair["o"], pair[name]
