"""What generated code calls: stable element-wise functions, indexing and argument checks."""

import cmath
import math
import operator
from typing import Any

import numpy as np

from rnnmath.errors import DomainError, ShapeMismatch, Unsupported

__all__ = [
    "add_diagonal",
    "at_time",
    "erf",
    "finite",
    "logistic",
    "matrix",
    "number",
    "power_times",
    "real_only",
    "sequence",
    "shaped",
    "softmax",
    "softplus",
    "span",
    "unpacked",
    "whole",
]

_TWO_OVER_ROOT_PI = 2 / math.sqrt(math.pi)
_real_erf = np.vectorize(math.erf, otypes=[np.float64])


def softmax(column: Any) -> Any:
    """Return softmax of a column, its largest entry taken off first so that nothing overflows."""
    raised = np.exp(column - np.max(np.real(column)))
    return raised / np.sum(raised)


def logistic(values: Any) -> Any:
    """Return ``1/(1 + exp(-u))`` without overflow, accurate in both tails, also for complex u."""
    up = np.real(values) >= 0
    small = np.exp(np.where(up, -values, values))
    return np.where(up, 1, small) / (1 + small)


def softplus(values: Any) -> Any:
    """Return ``log(1 + exp(u))`` without overflow, also for complex u."""
    up = np.real(values) >= 0
    small = np.exp(np.where(up, -values, values))
    return np.where(up, values, 0) + np.log1p(small)


def erf(values: Any) -> Any:
    """Return erf; for complex values as far from the real line as a complex step goes.

    Raises
    ------
    DomainError
        If an imaginary part exceeds 1e-5, where the expansion about the real line is too short.
    """
    values = np.asarray(values)
    result = _real_erf(values.real).astype(values.real.dtype)
    if not np.iscomplexobj(values):
        return result
    if np.max(np.abs(values.imag), initial=0) > 1e-5:
        msg = "erf takes complex values only within 1e-5 of the real line (a complex step)"
        raise DomainError(msg)
    x, y = values.real, values.imag
    slope = _TWO_OVER_ROOT_PI * np.exp(-x * x)
    return result + x * y * y * slope + 1j * y * slope


def power_times(base: Any, exponent: int, column: Any) -> Any:
    """Return ``A**k v`` by k products with a column; a negative k solves."""
    exponent = whole(exponent, "the exponent of a matrix")
    for _ in range(exponent):
        column = base @ column
    for _ in range(-exponent):
        column = np.linalg.solve(base, column)
    return column


def add_diagonal(dense: Any, entries: Any) -> Any:
    """Return ``A + diag(v)`` for a column v or one number, with no dense diagonal."""
    values = np.asarray(entries)
    if values.ndim:
        values = values[:, 0]
    result = dense.astype(np.result_type(dense, entries))
    result.flat[:: dense.shape[1] + 1] += values
    return result


def real_only(values: Any, name: str) -> Any:
    """Refuse complex values where a function has no analytic continuation."""
    if np.iscomplexobj(values):
        msg = f"{name} is not analytic: a complex step through it is wrong; use real arrays"
        raise Unsupported(msg)
    return values


def at_time(values: Any, index: int, name: str) -> Any:
    """Return the column of a sequence at a time, without Python's negative indices."""
    if not 0 <= index < len(values):
        msg = f"{name}[{index}] lies outside the times 0..{len(values) - 1} of the array {name}"
        raise DomainError(msg)
    return values[index]


def span(low: Any, high: Any) -> range:
    """Return ``low..high`` as a range; empty if high = low - 1, refused if shorter."""
    low, high = whole(low, "a lower limit"), whole(high, "an upper limit")
    if high < low - 1:
        msg = f"the range {low}..{high} runs backwards; an empty range is lo = hi + 1"
        raise DomainError(msg)
    return range(low, high + 1)


def whole(value: Any, name: str) -> int:
    """Return an integer, or name the argument that is none."""
    try:
        return operator.index(value)
    except TypeError:
        msg = f"{name} must be an integer, got {value!r}"
        raise DomainError(msg) from None


def number(value: Any, name: str) -> Any:
    """Return one number, or name the argument that is none."""
    array = np.asarray(value)
    if array.shape != () or array.dtype.kind not in "biufc":
        msg = f"{name} must be one number, got {value!r}"
        raise DomainError(msg)
    return finite(value, name)


def matrix(value: Any, name: str) -> Any:
    """Return a two-dimensional numeric array, integers as float64."""
    return _numeric(value, name, 2, "a matrix; a column is (n, 1), see numpy's v[:, None]")


def sequence(value: Any, name: str) -> Any:
    """Return the three-dimensional array of a time-indexed vector."""
    return _numeric(value, name, 3, "a sequence of columns (times, n, 1)")


def _numeric(value: Any, name: str, ndim: int, kind: str) -> Any:
    try:
        array = np.asarray(value)
    except ValueError as error:
        msg = f"{name} is not an array: {error}"
        raise ShapeMismatch(msg) from None
    letter = array.dtype.kind
    if letter not in "biufc":
        msg = f"{name} must be an array of numbers, got dtype {array.dtype}"
        raise DomainError(msg)
    if array.ndim != ndim:
        msg = f"{name} must be {kind}, got shape {array.shape}"
        raise ShapeMismatch(msg)
    return finite(array if letter in "fc" else array.astype(np.float64), name)


def finite(value: Any, name: str) -> Any:
    """Return the value, or name the argument that holds NaN or infinity.

    The sum of squares is one pass without a temporary; only where it overflows each entry is asked.
    """
    if not cmath.isfinite(np.vdot(value, value)) and not np.isfinite(value).all():
        msg = f"{name} holds NaN or infinity"
        raise DomainError(msg)
    return value


def shaped(value: Any, expected: tuple[Any, ...], name: str, symbols: str) -> None:
    """Raise unless the last dimensions of an argument are the expected ones."""
    if value.shape[-2:] != expected:
        msg = f"{name} must have shape {symbols} = {expected}, got {value.shape[-2:]}"
        raise ShapeMismatch(msg)


def unpacked(value: Any, count: int, name: str) -> Any:
    """Return the parts of a nested argument, or say how many there must be."""
    try:
        parts = tuple(value)
    except TypeError:
        parts = ()
    if len(parts) != count:
        msg = f"{name} must hold {count} values, got {len(parts)}"
        raise ShapeMismatch(msg)
    return parts
