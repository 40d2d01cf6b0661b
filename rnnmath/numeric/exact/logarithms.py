"""Rigorous enclosures of the natural logarithm of a rational number, and ratios that are exact."""

from fractions import Fraction

from rnnmath.errors import DomainError
from rnnmath.numeric.exact.interval import Interval

__all__ = ["is_power", "logarithm"]


def _rounded(lower: Fraction, upper: Fraction, bits: int) -> Interval:
    """Round outwards to a denominator of about ``bits`` binary digits."""
    unit = 1 << bits
    return Interval(Fraction(lower * unit // 1, unit), Fraction(-(-upper * unit // 1), unit))


def _series(y: Fraction, bits: int) -> Interval:
    """Enclose ``ln y = 2 artanh z``, z = (y-1)/(y+1), by its odd powers and a geometric tail."""
    z = (y - 1) / (y + 1)
    square, power, total, odd = z * z, z, Fraction(0), 1
    while abs(power) > Fraction(1, 1 << bits):
        total += power / odd
        power *= square
        odd += 2
    rest = abs(power) / (odd * (1 - square))
    return _rounded(2 * (total - rest), 2 * (total + rest), bits)


def logarithm(x: Fraction | int, bits: int = 60) -> Interval:
    """Enclose ln x for a rational x > 0.

    Formula: ln x = k ln 2 + 2 artanh((y-1)/(y+1)) with x = 2^k y and y in (1/2, 2).

    Parameters
    ----------
    x
        A rational number > 0.
    bits
        The width is about 2^-bits, times the number of binary digits of x.

    Returns
    -------
    Interval
        Degenerate for x = 1.

    Raises
    ------
    DomainError
        If x <= 0 or bits < 1.

    Notes
    -----
    Derived here.

    Examples
    --------
    >>> enclosure = logarithm(Fraction(1, 2))
    >>> float(enclosure.lower), bool(enclosure.width < Fraction(1, 10**16))
    (-0.6931471805599453, True)
    >>> logarithm(0)
    Traceback (most recent call last):
    rnnmath.errors.DomainError: the logarithm needs a number > 0, got 0
    """
    x = Fraction(x)
    if x <= 0:
        msg = f"the logarithm needs a number > 0, got {x}"
        raise DomainError(msg)
    if bits < 1:
        msg = f"bits must be at least 1, got {bits}"
        raise DomainError(msg)
    if x == 1:
        return Interval.exactly(0)
    halvings = x.numerator.bit_length() - x.denominator.bit_length()
    y = x / Fraction(2) ** halvings
    return halvings * _series(Fraction(2), bits + 4) + _series(y, bits + 4)


def is_power(value: Fraction, base: Fraction, exponent: int) -> bool:
    """Tell whether ``value = base ** exponent`` exactly: whether ln value / ln base is an integer.

    Examples
    --------
    >>> is_power(Fraction(1, 4), Fraction(1, 2), 2)
    True
    """
    return bool(Fraction(value) == Fraction(base) ** exponent)
