"""Exact rational arrays: every input becomes an object array of Fractions, or one clear error."""

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnmath.errors import DomainError, ShapeMismatch

__all__ = ["to_fractions"]


def as_rectangular(values: Any, name: str) -> NDArray[Any]:
    """Return ``np.asarray(values)``; ragged nesting and empty arrays are ShapeMismatch."""
    try:
        array = np.asarray(values)
    except ValueError as error:
        msg = f"{name} is ragged: every row must have the same length"
        raise ShapeMismatch(msg) from error
    if array.size == 0:
        msg = f"{name} is empty (shape {array.shape}); give at least one entry along every axis"
        raise ShapeMismatch(msg)
    return array


def require_finite(array: NDArray[Any], name: str) -> None:
    """Raise DomainError naming the first entry that is NaN or infinite."""
    finite = np.isfinite(array)
    if not finite.all():
        where = tuple(int(i) for i in np.argwhere(~finite)[0])
        msg = f"{name} must be finite, but entry {where} is {array[where]}"
        raise DomainError(msg)


def to_fractions(values: Any, name: str = "values") -> NDArray[np.object_]:
    """Convert every entry to the Fraction of exactly the same value.

    Parameters
    ----------
    values
        Array or nested sequence of finite floats, integers or Fractions, any shape without a zero.
    name
        What to call the argument in an error message.

    Returns
    -------
    numpy.ndarray
        Object array of Fractions of the same shape; a float becomes the binary fraction it is.

    Raises
    ------
    ShapeMismatch
        If ``values`` is ragged or empty.
    DomainError
        If an entry is NaN, infinite, boolean, complex or no number.

    Notes
    -----
    Derived here: every finite binary float is a rational number.

    Examples
    --------
    >>> to_fractions([[0.5, 3]])
    array([[Fraction(1, 2), Fraction(3, 1)]], dtype=object)
    """
    array = as_rectangular(values, name)
    if array.dtype.kind == "f":
        require_finite(array, name)
    elif array.dtype.kind not in "iuO":
        msg = (
            f"{name} has dtype {array.dtype}; exact arithmetic needs floats, integers or Fractions"
        )
        raise DomainError(msg)
    exact = np.empty(array.shape, dtype=object)
    for index, entry in np.ndenumerate(array):
        exact[index] = _fraction(entry, index, name)
    return exact


def _fraction(entry: Any, index: tuple[int, ...], name: str) -> Fraction:
    if isinstance(entry, np.integer):
        return Fraction(int(entry))
    if isinstance(entry, np.floating):
        return Fraction(*entry.as_integer_ratio())
    if isinstance(entry, (int, Fraction, float)) and not isinstance(entry, bool):
        try:
            return Fraction(entry)
        except (ValueError, OverflowError) as error:
            msg = f"{name} must be finite, but entry {index} is {entry}"
            raise DomainError(msg) from error
    msg = f"{name} must hold exact numbers, but entry {index} is {entry!r}"
    raise DomainError(msg)
