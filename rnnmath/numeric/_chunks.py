"""Series over time that are written in place, and products over all times at once.

A series has shape (T, size, B), and the rows (t, column) of its size numbers lie next to each
other in memory: so a product with all of them is one matrix product, and copies nothing.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnmath.numeric._checks import require_representable

__all__: list[str] = []

#: How many numbers of a series are worked on at once; 128 kB in float64, beyond which a fresh
#: array costs more to get from the system than to fill.
_NUMBERS = 2**14


def chunks(steps: int, numbers: int) -> list[slice]:
    """Cut 0..steps into runs, for a series with so many numbers a step."""
    length = max(1, _NUMBERS // numbers)
    return [slice(first, min(first + length, steps)) for first in range(0, steps, length)]


def room(like: NDArray[Any], shape: tuple[int, int, int], dtype: Any) -> NDArray[Any]:
    """Return a series to write into, of the class of another array: who counts goes on counting."""
    steps, size, batch = shape
    empty = np.empty_like(like, shape=(steps, batch, size), dtype=dtype, order="C")
    return turned(empty)


def turned(series: NDArray[Any]) -> NDArray[Any]:
    """Return the view (T, B, size) of (T, size, B), or back."""
    return series.transpose(0, 2, 1)


def rows(series: NDArray[Any]) -> NDArray[Any]:
    """Return shape (T B, size): a view of what `room` gave, otherwise a copy."""
    return turned(series).reshape(-1, series.shape[1])


def through(matrix: NDArray[Any], series: NDArray[Any], out: NDArray[Any]) -> None:
    """Write M s_t for all t into a series that `room` gave."""
    np.matmul(rows(series), matrix.T, out=rows(out))


def outer(left: NDArray[Any], right: NDArray[Any]) -> NDArray[Any]:
    """Return Σ_t left_t right_tᵀ."""
    product: NDArray[Any] = rows(left).T @ rows(right)
    return product


def total(series: NDArray[Any]) -> NDArray[Any]:
    """Return the sum over time and batch, shape (size, 1)."""
    summed: NDArray[Any] = rows(series).sum(axis=0)[:, None]
    return summed


def into(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of (argument, place) that writes f(argument) there, and checks nothing.

    An activation checks its argument at each call; a loop over time checks once a chunk.
    """
    bare = getattr(function, "__wrapped__", function)
    if isinstance(bare, np.ufunc):
        return bare

    def write(argument: NDArray[Any], place: NDArray[Any]) -> None:
        place[...] = bare(argument)

    return write


def require_finite_series(done: int, **series: NDArray[Any]) -> None:
    """Raise DomainError that names the first value to overflow, after so many steps."""
    if all(part.dtype == object or np.isfinite(part).all() for part in series.values()):
        return
    for t, columns in enumerate(zip(*series.values(), strict=True), start=done + 1):
        for name, column in zip(series, columns, strict=True):
            require_representable(column, f"{name}_{t}")
