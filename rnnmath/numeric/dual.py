"""Dual numbers over the rationals: derivatives by forward mode, without any rounding."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnmath.errors import DomainError
from rnnmath.numeric.rational import as_rectangular, to_fractions

__all__ = ["Dual", "dual_jacobian"]


@dataclass(frozen=True, slots=True, eq=False, init=False)
class Dual:
    """A number a + b ε with ε² = 0: b is the derivative of a along one direction.

    Formula: (a + b ε)(c + d ε) = ac + (ad + bc) ε and 1/(a + b ε) = 1/a - b/a² ε.
    All six comparisons look at the value alone, so that a piecewise function takes the branch that
    it takes at the point.

    Parameters
    ----------
    value, derivative
        Integers or Fractions; both are stored as Fractions.

    Raises
    ------
    DomainError
        If a part, or the other operand, is a float, a complex or no number; or on division by a
        dual number of value 0.

    Notes
    -----
    Derived here.

    Examples
    --------
    >>> x = Dual(3, 1)
    >>> x * x / (1 + x)
    Dual(value=Fraction(9, 4), derivative=Fraction(15, 16))
    >>> x + 0.5
    Traceback (most recent call last):
        ...
    rnnmath.errors.DomainError: Dual is exact arithmetic; convert 0.5 to a Fraction first
    """

    value: Fraction
    derivative: Fraction

    def __init__(self, value: Any, derivative: Any = 0) -> None:
        object.__setattr__(self, "value", _exact(value))
        object.__setattr__(self, "derivative", _exact(derivative))

    def __add__(self, other: Any) -> "Dual":
        if isinstance(other, np.ndarray):
            return NotImplemented
        other = _lift(other)
        return Dual(self.value + other.value, self.derivative + other.derivative)

    __radd__ = __add__

    def __neg__(self) -> "Dual":
        return Dual(-self.value, -self.derivative)

    def __pos__(self) -> "Dual":
        return self

    def __abs__(self) -> "Dual":
        return -self if self.value < 0 else self

    def __sub__(self, other: Any) -> "Dual":
        return NotImplemented if isinstance(other, np.ndarray) else self + (-_lift(other))

    def __rsub__(self, other: Any) -> "Dual":
        return _lift(other) + (-self)

    def __mul__(self, other: Any) -> "Dual":
        if isinstance(other, np.ndarray):
            return NotImplemented
        other = _lift(other)
        return Dual(
            self.value * other.value,
            self.value * other.derivative + self.derivative * other.value,
        )

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> "Dual":
        return NotImplemented if isinstance(other, np.ndarray) else self * _lift(other) ** -1

    def __rtruediv__(self, other: Any) -> "Dual":
        return _lift(other) * self**-1

    def __pow__(self, exponent: Any) -> "Dual":
        if isinstance(exponent, bool) or not isinstance(exponent, int):
            msg = f"Dual ** {exponent!r}: only integer exponents have a rational value"
            raise DomainError(msg)
        if exponent == 0:
            return Dual(Fraction(1))
        if exponent < 0 and self.value == 0:
            msg = f"division by {self!r}, whose value is 0"
            raise DomainError(msg)
        return Dual(self.value**exponent, exponent * self.value ** (exponent - 1) * self.derivative)

    def __eq__(self, other: object) -> bool:
        return self.value == (other.value if isinstance(other, Dual) else other)

    def __hash__(self) -> int:
        return hash(self.value)

    def __lt__(self, other: Any) -> bool:
        return self.value < _lift(other).value

    def __le__(self, other: Any) -> bool:
        return self.value <= _lift(other).value

    def __gt__(self, other: Any) -> bool:
        return self.value > _lift(other).value

    def __ge__(self, other: Any) -> bool:
        return self.value >= _lift(other).value


def _exact(number: Any) -> Fraction:
    if isinstance(number, (int, Fraction)) and not isinstance(number, bool):
        return Fraction(number)
    if isinstance(number, np.integer):
        return Fraction(int(number))
    msg = f"Dual is exact arithmetic; convert {number!r} to a Fraction first"
    raise DomainError(msg)


def _lift(number: Any) -> Dual:
    return number if isinstance(number, Dual) else Dual(_exact(number))


def dual_jacobian(
    function: Callable[[NDArray[np.object_]], Any], point: Any
) -> NDArray[np.object_]:
    """Return the exact Jacobian ∂ function/∂ point by forward mode, one direction at a time.

    Formula: J[i, j] = ∂ out_i / ∂ in_j, both flattened in C order (numerator layout).

    Parameters
    ----------
    function
        Maps an object array of the point's shape to a number or an array, by + - * / and integer
        powers; comparisons look at the value.
    point
        Array of Fractions, integers, or floats (which are converted exactly).

    Returns
    -------
    numpy.ndarray
        Object array of Fractions, shape (out.size, in.size).

    Raises
    ------
    DomainError
        If the point is not finite and numeric, or the function leaves the rational numbers.
    ShapeMismatch
        If the point is ragged or empty.

    Notes
    -----
    Derived here.

    Examples
    --------
    >>> dual_jacobian(lambda z: z[0] * z[1], [2, 3])
    array([[Fraction(3, 1), Fraction(2, 1)]], dtype=object)
    """
    base = to_fractions(point, "point")
    columns = []
    for direction in np.ndindex(base.shape):
        moved = np.empty(base.shape, dtype=object)
        for index, value in np.ndenumerate(base):
            moved[index] = Dual(value, Fraction(int(index == direction)))
        output = as_rectangular(function(moved), "the function's output")
        columns.append([_lift(entry).derivative for entry in output.ravel().tolist()])
    jacobian = np.empty((len(columns[0]), len(columns)), dtype=object)
    for j, column in enumerate(columns):
        jacobian[:, j] = column
    return jacobian
