"""Exact values and enclosures of elementary functions of rational numbers.

Two routes that share nothing: the first time that a power is past a level is found by multiplying,
the rounded ratio of logarithms by enclosing them.
"""

from fractions import Fraction
from functools import cache
from typing import Any

import sympy as sp

from rnnmath.errors import DomainError, Undecided, Unsupported
from rnnmath.numeric.exact import Interval, is_power, logarithm
from rnnmath.symbolic.activations import catalogue
from rnnmath.symbolic.activations.enclosures import enclose, interval
from rnnmath.symbolic.activations.implicit import ImplicitRoot
from rnnmath.symbolic.activations.records import logistic
from rnnmath.symbolic.activations.suprema import enclose_supremum
from rnnmath.symbolic.derivation import Relation
from rnnmath.symbolic.norms import ActivationSupremum

__all__ = [
    "ELEMENTARY",
    "compared",
    "enclosed",
    "first_time",
    "log_of",
    "log_ratio",
    "power_of",
    "rounded",
    "supremum_of",
]

#: Functions that :func:`rnnmath.symbolic.activations.enclosures.enclose` knows.
ELEMENTARY = (
    sp.exp,
    sp.tanh,
    sp.cosh,
    sp.erf,
    logistic,
    sp.core.numbers.NumberSymbol,
    ImplicitRoot,
)

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


def power_of(value: Any, exponent: Fraction, bits: int) -> Interval:
    """Enclose ``x^p`` of a positive number, p a fraction.

    Examples
    --------
    >>> Fraction(3) in power_of(Fraction(27), Fraction(1, 3), 60)
    True
    """
    return enclosed(sp.exp(sp.Dummy()), [log_of(value, bits) * exponent])


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


def rounded(ratio: tuple[Any, ...] | None, enclosure: Interval, up: bool) -> int | None:
    """Round ``c ln x / ln y`` to an integer; an integer value is recognized exactly.

    Parameters
    ----------
    ratio : tuple or None
        x, y and c as rationals; None for a number of another form.
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
    if ratio is None:
        return None
    x, y, c = ratio
    near = round((enclosure.lower + enclosure.upper) / 2)
    exact = Fraction(c).denominator == 1 and near in enclosure
    return near if exact and is_power(Fraction(x) ** int(c), y, near) else None


def compared(condition: Any, left: Fraction, right: Fraction) -> bool:
    """Decide a comparison of two rational numbers.

    Raises
    ------
    Unsupported
        If the condition is no comparison.

    Examples
    --------
    >>> compared(sp.Symbol("u") > 0, Fraction(1), Fraction(0))
    True
    """
    if not isinstance(condition, sp.core.relational.Relational):
        msg = f"a branch must be chosen by a comparison, got {condition}"
        raise Unsupported(msg)
    return bool(condition.func(_sympy(Fraction(left)), _sympy(Fraction(right))))


@cache
def _enclosed_supremum(name: str) -> Interval:
    bounds = enclose_supremum(catalogue()[name])
    return Interval(*(Fraction(int(end.p), int(end.q)) for end in (bounds.low, bounds.high)))


def supremum_of(node: ActivationSupremum) -> Interval | None:
    """Enclose ``sup |f'|`` of a function of the catalogue, by intervals on f' alone.

    Examples
    --------
    >>> from rnnmath.symbolic.activations import linear
    >>> bounds = supremum_of(ActivationSupremum(catalogue()["logistic"].function))
    >>> Fraction(1, 4) in bounds, supremum_of(ActivationSupremum(linear(2).function))
    (True, None)
    """
    name = _names_of_suprema().get(node)
    return None if name is None else _enclosed_supremum(name)


@cache
def _names_of_suprema() -> dict[ActivationSupremum, str]:
    return {ActivationSupremum(entry.function): name for name, entry in catalogue().items()}


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
