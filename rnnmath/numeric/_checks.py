"""What every numeric function asks of its arrays: one kind of number, finite, well shaped."""

from fractions import Fraction
from operator import index
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnmath.errors import DomainError, ShapeMismatch
from rnnmath.numeric.dual import Dual
from rnnmath.numeric.rational import as_rectangular, require_finite

__all__: list[str] = []


def as_numbers(values: Any, name: str) -> NDArray[Any]:
    """Return a finite float or complex array, or an object array of Fractions and Duals.

    Integer arrays become float64 of the same value; Python ints in object arrays become Fractions.
    """
    array = as_rectangular(values, name)
    if array.dtype.kind in "fc":
        require_finite(array, name)
        return array
    if array.dtype.kind in "iu":
        converted = array.astype(np.float64)
        if (converted.astype(object) != array.astype(object)).any():
            msg = f"{name} holds an integer that float64 can't represent; give Fractions or floats"
            raise DomainError(msg)
        return converted
    if array.dtype == object:
        return _as_exact(array, name)
    msg = f"{name} has dtype {array.dtype}; give floats, complex numbers, integers or Fractions"
    raise DomainError(msg)


def same_numbers(**values: Any) -> dict[str, NDArray[Any]]:
    """Return all arguments, in order, as arrays of one kind: all exact, or all floating point."""
    arrays = {name: as_rectangular(value, name) for name, value in values.items()}
    exact = [name for name, array in arrays.items() if array.dtype == object]
    if not exact:
        return {name: as_numbers(array, name) for name, array in arrays.items()}
    converted = {
        name: array if array.dtype.kind in "fc" else _as_exact(array.astype(object), name)
        for name, array in arrays.items()
    }
    for name, array in converted.items():
        if array.dtype != object:
            msg = f"{exact[0]} is exact but {name} is {array.dtype}; make all exact or none"
            raise DomainError(msg)
    return converted


def _as_exact(array: NDArray[Any], name: str) -> NDArray[np.object_]:
    exact = np.empty(array.shape, dtype=object)
    for where, entry in np.ndenumerate(array):
        if isinstance(entry, (Fraction, Dual)):
            exact[where] = entry
        elif isinstance(entry, (int, np.integer)) and not isinstance(entry, bool):
            exact[where] = Fraction(int(entry))
        else:
            msg = (
                f"{name} is an object array, whose entries must be int, Fraction or Dual, "
                f"but entry {where} is {entry!r}"
            )
            raise DomainError(msg)
    return exact


def require_shape(array: NDArray[Any], shape: tuple[int | None, ...], name: str) -> None:
    """Raise ShapeMismatch unless the shape agrees; None allows any size."""
    fits = array.ndim == len(shape) and all(
        want in (None, have) for want, have in zip(shape, array.shape, strict=True)
    )
    if not fits:
        wanted = ", ".join("any" if size is None else str(size) for size in shape)
        msg = f"{name} must have shape ({wanted}), got {array.shape}"
        raise ShapeMismatch(msg)


def require_time(t: Any, first: int, last: int, name: str = "t") -> int:
    """Return t as an int, or raise DomainError unless first <= t <= last."""
    try:
        time = index(t)
    except TypeError:
        time = first - 1
    if isinstance(t, bool) or not first <= time <= last:
        msg = f"{name} must be an integer in {first}..{last}, got {t!r}"
        raise DomainError(msg)
    return time


def require_representable(array: NDArray[Any], name: str) -> None:
    """Raise DomainError where a value of the forward pass is not finite."""
    if array.dtype != object and not np.isfinite(array).all():
        msg = f"{name} overflows {array.dtype}; shorten the sequence or scale the weights down"
        raise DomainError(msg)


def flat(series: NDArray[Any]) -> NDArray[Any]:
    """Return shape (size, T B) from (T, size, B): time and batch are summed alike."""
    return series.transpose(1, 0, 2).reshape(series.shape[1], -1)
