"""Intervals with rational endpoints: arithmetic that never loses the true value."""

from dataclasses import dataclass
from fractions import Fraction
from math import isqrt
from typing import Any

import numpy as np

from rnnmath.errors import DomainError

__all__ = ["Interval", "interval_max", "interval_min", "square_root"]


@dataclass(frozen=True, slots=True, init=False)
class Interval:
    """A closed interval [lower, upper] of real numbers with rational endpoints.

    Law: if x ∈ X and y ∈ Y then x ∘ y ∈ X ∘ Y for every operation ∘ defined here.
    The comparisons are three-valued: True and False are proofs, None is undecided.

    Parameters
    ----------
    lower, upper
        Fractions, integers or finite floats (converted exactly), lower <= upper.

    Raises
    ------
    DomainError
        If an endpoint is no finite real number, if lower > upper, on division by an interval that
        is not positive, and on a root of a negative number.

    Notes
    -----
    Derived here; Moore, Interval Analysis (1966) is the classic source.

    Examples
    --------
    >>> Interval(1, 2) * Interval(-1, 3)
    Interval(lower=Fraction(-2, 1), upper=Fraction(6, 1))
    >>> [Interval(1, 2).certainly_lt(bound) for bound in (3, 1, 2)]
    [True, False, None]
    """

    lower: Fraction
    upper: Fraction

    def __init__(self, lower: Any, upper: Any) -> None:
        object.__setattr__(self, "lower", _endpoint(lower))
        object.__setattr__(self, "upper", _endpoint(upper))
        if self.lower > self.upper:
            msg = f"an interval needs lower <= upper, got [{self.lower}, {self.upper}]"
            raise DomainError(msg)

    @classmethod
    def exactly(cls, value: Any) -> "Interval":
        """Return the interval that holds one number."""
        return value if isinstance(value, Interval) else cls(value, value)

    @property
    def width(self) -> Fraction:
        """Return upper - lower."""
        return self.upper - self.lower

    @property
    def is_exact(self) -> bool:
        """Tell whether the interval holds one number."""
        return self.lower == self.upper

    def __contains__(self, value: Any) -> bool:
        other = Interval.exactly(value)
        return self.lower <= other.lower and other.upper <= self.upper

    def __neg__(self) -> "Interval":
        return Interval(-self.upper, -self.lower)

    def __add__(self, other: Any) -> "Interval":
        other = Interval.exactly(other)
        return Interval(self.lower + other.lower, self.upper + other.upper)

    __radd__ = __add__

    def __sub__(self, other: Any) -> "Interval":
        return self + (-Interval.exactly(other))

    def __rsub__(self, other: Any) -> "Interval":
        return Interval.exactly(other) + (-self)

    def __mul__(self, other: Any) -> "Interval":
        other = Interval.exactly(other)
        products = [x * y for x in (self.lower, self.upper) for y in (other.lower, other.upper)]
        return Interval(min(products), max(products))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> "Interval":
        other = Interval.exactly(other)
        if other.lower <= 0:
            msg = f"division needs a positive interval, got [{other.lower}, {other.upper}]"
            raise DomainError(msg)
        return self * Interval(1 / other.upper, 1 / other.lower)

    def __rtruediv__(self, other: Any) -> "Interval":
        return Interval.exactly(other) / self

    def __pow__(self, exponent: Any) -> "Interval":
        if isinstance(exponent, bool) or not isinstance(exponent, int):
            msg = f"an interval takes integer powers, got exponent {exponent!r}"
            raise DomainError(msg)
        if exponent < 0:
            return 1 / self**-exponent
        ends = sorted((self.lower**exponent, self.upper**exponent))
        if exponent > 0 and exponent % 2 == 0 and self.lower < 0 < self.upper:
            ends[0] = Fraction(0)
        return Interval(ends[0], ends[1])

    def sqrt(self, bits: int = 60) -> "Interval":
        """Return an enclosure of the square root, each end off by at most 2^-bits relatively."""
        return Interval(
            square_root(self.lower, bits).lower,
            square_root(self.upper, bits).upper,
        )

    def certainly_le(self, other: Any) -> bool | None:
        """Return True if x <= y for all x here and y in other, False if for none, else None."""
        other = Interval.exactly(other)
        if self.upper <= other.lower:
            return True
        return False if self.lower > other.upper else None

    def certainly_lt(self, other: Any) -> bool | None:
        """Return True if x < y for all x here and y in other, False if for none, else None."""
        other = Interval.exactly(other)
        if self.upper < other.lower:
            return True
        return False if self.lower >= other.upper else None


def _endpoint(value: Any) -> Fraction:
    if isinstance(value, np.integer):
        value = int(value)
    if isinstance(value, (int, Fraction, float)) and not isinstance(value, bool):
        try:
            return Fraction(value)
        except (ValueError, OverflowError):
            pass
    msg = f"an interval endpoint must be a finite real number, got {value!r}"
    raise DomainError(msg)


def square_root(value: Any, bits: int = 60) -> Interval:
    """Enclose √value between two rationals, exactly if the root is rational.

    Formula: √(n/d) = √(n d 4^k)/(d 2^k), the integer root rounded down and up.

    Parameters
    ----------
    value
        A rational number >= 0.
    bits
        The width is at most 2^-bits √value.

    Returns
    -------
    Interval
        Degenerate if and only if √value is rational.

    Raises
    ------
    DomainError
        If value < 0 or bits < 1.

    Notes
    -----
    Derived here.

    Examples
    --------
    >>> square_root(Fraction(9, 4))
    Interval(lower=Fraction(3, 2), upper=Fraction(3, 2))
    >>> float(square_root(2).lower)
    1.4142135623730951
    """
    value = _endpoint(value)
    if bits < 1:
        msg = f"bits must be at least 1, got {bits}"
        raise DomainError(msg)
    if value < 0:
        msg = f"the square root needs a value >= 0, got {value}"
        raise DomainError(msg)
    roots = isqrt(value.numerator), isqrt(value.denominator)
    if roots[0] ** 2 == value.numerator and roots[1] ** 2 == value.denominator:
        return Interval.exactly(Fraction(*roots))
    size = value.numerator.bit_length() - value.denominator.bit_length()
    shift = max(0, bits + 2 - size // 2)
    root = isqrt((value.numerator << 2 * shift) // value.denominator)
    return Interval(Fraction(root, 1 << shift), Fraction(root + 1, 1 << shift))


def interval_min(*items: Any) -> Interval:
    """Enclose the least of the numbers enclosed by the items.

    Raises
    ------
    DomainError
        If there are no items.

    Examples
    --------
    >>> interval_min(Interval(0, 3), 2)
    Interval(lower=Fraction(0, 1), upper=Fraction(2, 1))
    """
    intervals = _listed(items)
    return Interval(min(i.lower for i in intervals), min(i.upper for i in intervals))


def interval_max(*items: Any) -> Interval:
    """Enclose the greatest of the numbers enclosed by the items.

    Raises
    ------
    DomainError
        If there are no items.

    Examples
    --------
    >>> interval_max(Interval(0, 3), 2)
    Interval(lower=Fraction(2, 1), upper=Fraction(3, 1))
    """
    intervals = _listed(items)
    return Interval(max(i.lower for i in intervals), max(i.upper for i in intervals))


def _listed(items: tuple[Any, ...]) -> list[Interval]:
    if not items:
        msg = "give at least one interval or number"
        raise DomainError(msg)
    return [Interval.exactly(item) for item in items]
