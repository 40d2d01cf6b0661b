"""Narrow a number between two rationals by asking only on which side of it a rational lies."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnmath.errors import DomainError
from rnnmath.numeric.exact.interval import Interval
from rnnmath.numeric.exact.matrices import Integers

__all__: list[str] = []

# Beyond this many bits in the Gram matrix no exact value is searched for; the interval stays right.
EXACT_SEARCH_BITS = 6000


def check_bits(bits: int) -> None:
    if isinstance(bits, bool) or not isinstance(bits, int) or bits < 1:
        msg = f"bits must be an integer of at least 1, got {bits!r}"
        raise DomainError(msg)


def short(G: Integers) -> bool:
    return max(abs(entry).bit_length() for row in G for entry in row) <= EXACT_SEARCH_BITS


def from_floats(A: NDArray[np.object_], compute: Callable[[NDArray[np.float64]], Any]) -> Fraction:
    """Return a guess >= 0 from floating point, scaled so that no entry overflows; 0 if it fails."""
    scale = max(abs(entry) for entry in A.ravel())
    scaled = np.array([[float(entry / scale) for entry in row] for row in A])
    value = float(compute(scaled))
    return Fraction(max(value, 0.0)) * scale if np.isfinite(value) else Fraction(0)


def bracket(is_below: Callable[[Fraction], bool], guess: Fraction, bits: int) -> Interval:
    """Enclose a number x > 0 by asking only on which side of it a rational number lies.

    True must imply x <= c and False x >= c.
    The guess may be wrong by any factor: the bracket is widened until both ends are certified
    (first by factors near 1, then by squaring the factor), and then halved.
    """
    step = Fraction(1, 1 << 48)
    while not is_below(high := _leading(guess * (1 + step), bits)):
        step = step * 4 if step < 2 else step * step
    step = Fraction(1, 1 << 48)
    while is_below(low := _leading(guess / (1 + step), bits)):
        step = step * 4 if step < 2 else step * step
    while (high - low) * (1 << bits) > low:
        if high > 4 * low:
            middle = Fraction(2) ** ((_exponent(high) + _exponent(low)) // 2)
        else:
            middle = _leading((low + high) / 2, bits)
        low, high = (low, middle) if is_below(middle) else (middle, high)
    return Interval(low, high)


def _exponent(x: Fraction) -> int:
    return x.numerator.bit_length() - x.denominator.bit_length()


def _leading(x: Fraction, bits: int) -> Fraction:
    """Round x > 0 to the nearest number of about bits + 8 binary digits."""
    unit = Fraction(2) ** (_exponent(x) - bits - 8)
    return round(x / unit) * unit
