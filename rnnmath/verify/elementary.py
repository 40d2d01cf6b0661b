"""Exact values and enclosures of elementary functions of rational numbers.

Two routes that share nothing: the first time that a power is past a level is found by multiplying,
the rounded ratio of logarithms by enclosing them.
"""

from fractions import Fraction
from typing import Any

import sympy as sp

from rnnmath.errors import DomainError, Undecided
from rnnmath.numeric.exact import Interval, is_power, logarithm
from rnnmath.symbolic.derivation import Relation
from rnnmath.symbolic.enclosures import enclose, interval
from rnnmath.symbolic.implicit import ImplicitRoot

__all__ = ["ELEMENTARY", "enclosed", "first_time", "log_of", "log_ratio", "rounded"]

#: Functions that :func:`rnnmath.symbolic.enclosures.enclose` knows.
ELEMENTARY = (sp.exp, sp.tanh, sp.cosh, sp.erf, sp.core.numbers.NumberSymbol, ImplicitRoot)

_LONGEST = 100_000
_PAST = {
    Relation.AT_MOST: lambda power, level: power <= level,
    Relation.LESS: lambda power, level: power < level,
    Relation.AT_LEAST: lambda power, level: power >= level,
    Relation.GREATER: lambda power, level: power > level,
}


def first_time(base: Fraction, relation: Relation, level: Fraction) -> int:
    """Return the least m >= 0 with ``base^m`` past the level, by multiplying.

    Raises
    ------
    Undecided
        If no power up to a fixed large number is.

    Examples
    --------
    >>> first_time(Fraction(1, 2), Relation.AT_MOST, Fraction(1, 4))
    2
    >>> first_time(Fraction(1, 2), Relation.LESS, Fraction(1, 4))
    3
    """
    power = Fraction(1)
    for count in range(_LONGEST):
        if _PAST[relation](power, level):
            return count
        power *= base
    msg = f"no power of {base} up to {_LONGEST} is {relation.value} {level}"
    raise Undecided(msg)


def log_of(value: Any, bits: int) -> Interval:
    """Enclose the logarithm of a positive number or interval.

    Examples
    --------
    >>> log_of(Fraction(1), 60).is_exact
    True
    """
    ends = Interval.exactly(value)
    return Interval(logarithm(ends.lower, bits).lower, logarithm(ends.upper, bits).upper)


def log_ratio(expr: Any) -> tuple[Any, Any, Any] | None:
    """Read ``c ln x / ln y`` as ``(x, y, c)``, c a number; None for anything else.

    Examples
    --------
    >>> x, y = sp.symbols("x y", positive=True)
    >>> log_ratio(-sp.log(x) / sp.log(y))
    (x, y, -1)
    """
    top, bottom = sp.fraction(expr, exact=True)
    pair = []
    for side in (top, bottom):
        number, rest = side.as_coeff_Mul()
        if not isinstance(rest, sp.log):
            return None
        pair.append((number, rest.args[0]))
    (above, x), (below, y) = pair
    return x, y, above / below


def rounded(ratio: tuple[Any, Any, Any], enclosure: Interval, up: bool) -> int | None:
    """Round ``c ln x / ln y`` to an integer; an integer value is recognized exactly.

    Parameters
    ----------
    ratio : tuple
        x, y and c as rationals.
    enclosure : Interval
        Holds the value.
    up : bool
        Ceiling, or floor.

    Returns
    -------
    int or None
        None where the enclosure is too wide.

    Examples
    --------
    >>> rounded((Fraction(1, 4), Fraction(1, 2), 1), Interval(1.9, 2.1), up=True)
    2
    """
    low, high = (-(-end // 1) if up else end // 1 for end in (enclosure.lower, enclosure.upper))
    if low == high:
        return int(low)
    x, y, c = ratio
    near = round((enclosure.lower + enclosure.upper) / 2)
    exact = Fraction(c).denominator == 1 and near in enclosure
    return near if exact and is_power(Fraction(x) ** int(c), y, near) else None


def enclosed(node: Any, arguments: list[Any]) -> Interval:
    """Enclose an elementary function, at rational numbers or intervals.

    Raises
    ------
    DomainError
        If the value is not bounded.

    Examples
    --------
    >>> float(enclosed(sp.tanh(sp.Symbol("u")), [Fraction(1)]).lower)
    0.7615941559557649
    """
    names = [sp.Dummy() for _ in arguments]
    boxes = {}
    for name, argument in zip(names, arguments, strict=True):
        ends = Interval.exactly(argument)
        boxes[name] = interval(*(_sympy(end) for end in (ends.lower, ends.upper)))
    box = enclose(node.func(*names) if names else node, boxes)
    return Interval(_fraction(box.a), _fraction(box.b))


def _sympy(value: Fraction) -> Any:
    return sp.Rational(value.numerator, value.denominator)


def _fraction(end: Any) -> Fraction:
    sign, mantissa, exponent, _ = end._mpi_[0]
    if mantissa == 0 and exponent != 0:
        msg = f"an enclosure must be bounded, got the end {end}"
        raise DomainError(msg)
    size = Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
    return -size if sign else size
