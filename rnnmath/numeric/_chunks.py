"""Work over time in chunks that stay near the processor: many small products become a large one."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnmath.numeric._checks import flat

__all__: list[str] = []

#: About how many numbers of one series a chunk holds: 1 MB in float64.
_NUMBERS = 2**17
_FEWEST_STEPS = 16


def chunks(steps: int, numbers: int) -> list[slice]:
    """Cut 0..steps into runs, for a series with so many numbers a step."""
    length = max(_FEWEST_STEPS, _NUMBERS // numbers)
    return [slice(first, min(first + length, steps)) for first in range(0, steps, length)]


def room(like: NDArray[Any], shape: tuple[int, ...], dtype: Any) -> NDArray[Any]:
    """Return an array to write into, of the class of another: what counts goes on counting."""
    empty: NDArray[Any] = np.empty_like(like, shape=shape, dtype=dtype, order="C")
    return empty


def through(matrix: NDArray[Any], series: NDArray[Any]) -> NDArray[Any]:
    """Return M s_t for all t by one product; shape (T, rows, B) from (T, columns, B)."""
    product: NDArray[Any] = matrix @ flat(series)
    return product.reshape(len(matrix), len(series), -1).transpose(1, 0, 2)


def add_outer(total: NDArray[Any], left: NDArray[Any], right: NDArray[Any]) -> None:
    """Add Σ_t left_t right_tᵀ by one product."""
    total += flat(left) @ flat(right).T


def total(series: NDArray[Any]) -> NDArray[Any]:
    """Return the sum over time and batch, shape (size, 1)."""
    summed: NDArray[Any] = series.sum(axis=(0, 2)).reshape(-1, 1)
    return summed


def into(function: Callable[..., Any]) -> Callable[[NDArray[Any], NDArray[Any]], Any]:
    """Return a function of (argument, place) that writes f(argument) there, and checks nothing.

    The argument of an activation is checked at each call; a loop over time checks once a chunk.
    """
    bare = getattr(function, "__wrapped__", function)
    if isinstance(bare, np.ufunc):
        return bare

    def write(argument: NDArray[Any], place: NDArray[Any]) -> None:
        place[...] = bare(argument)

    return write
