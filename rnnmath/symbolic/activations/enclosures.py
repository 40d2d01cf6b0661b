"""Rigorous bounds of a function of one variable: interval arithmetic, branch and bound.

Every operation rounds outwards at 160 bits (mpmath's interval context, an instance of our own, so
that no global precision is touched); erf, which mpmath lacks there, is enclosed by its series.
"""

import heapq
import itertools
from functools import cache
from typing import Any

from mpmath.ctx_iv import MPIntervalContext
from sympy import Rational, cse, oo

from rnnmath.errors import Undecided, Unsupported
from rnnmath.symbolic.activations.implicit import ImplicitRoot

__all__ = ["above", "enclose", "enclose_maximum", "interval", "root_interval"]

_IV = MPIntervalContext()
_IV.prec = 160
_WIDTH = 1e-10
_SERIES_END = 1e-40
_ROOT_WIDTH = Rational(1, 10**24)


def interval(low: Any, high: Any) -> Any:
    """Return the interval [low, high] with rational or infinite ends, rounded outwards.

    Examples
    --------
    >>> box = interval(Rational(1, 3), Rational(1, 2))
    >>> box.a <= Rational(1, 3) <= box.b
    True
    """
    return _IV.mpf([_end(low).a, _end(high).b])


def _end(value: Any) -> Any:
    if value.is_Rational:
        return _IV.mpf(int(value.p)) / int(value.q)
    return _IV.inf if value.is_extended_positive else -_IV.inf


def _tanh(box: Any) -> Any:
    def at(end: Any) -> Any:
        shrunk = _IV.exp(-2 * abs(end))
        size = (1 - shrunk) / (1 + shrunk)
        return size if end >= 0 else -size

    return _IV.mpf([at(_IV.mpf(box.a)).a, at(_IV.mpf(box.b)).b])


def _cosh(box: Any) -> Any:
    size = abs(box)
    low, high = (_IV.exp(end) + _IV.exp(-end) for end in (_IV.mpf(size.a), _IV.mpf(size.b)))
    return _IV.mpf([low.a, high.b]) / 2


def _erf_at(point: Any) -> Any:
    """Enclose erf at one number: an alternating series, cut where its terms fall."""
    if point < 0:
        return -_erf_at(-point)
    if point > 6:
        return _IV.mpf([(1 - _IV.exp(-point * point)).a, 1])
    square, total, term, k = point * point, _IV.mpf(0), point, 0
    while k <= square.b or abs(term).b > _SERIES_END:
        total += term / (2 * k + 1)
        k += 1
        term = -term * square / k
    rest = abs(term) / (2 * k + 1)
    total += _IV.mpf([-rest.b, rest.b])
    return 2 * total / _IV.sqrt(_IV.pi)


def _erf(box: Any) -> Any:
    return _IV.mpf([_erf_at(_IV.mpf(box.a)).a, _erf_at(_IV.mpf(box.b)).b])


def _logistic(box: Any) -> Any:
    return 1 / (1 + _IV.exp(-box))


_FUNCTIONS = {
    "exp": _IV.exp,
    "tanh": _tanh,
    "cosh": _cosh,
    "erf": _erf,
    "logistic": _logistic,
    "Abs": abs,
}


def enclose(expr: Any, values: dict[Any, Any]) -> Any:
    """Return an interval that holds every value of expr for symbols in the given intervals.

    Raises
    ------
    Unsupported
        If expr holds a function that has no enclosure here.

    Examples
    --------
    >>> from sympy import Symbol, erf
    >>> u = Symbol("u")
    >>> box = enclose(erf(u), {u: interval(Rational(1), Rational(1))})
    >>> bool(0.8427007929497148 < box.a <= box.b < 0.8427007929497150), bool(box.delta < 1e-30)
    (True, True)
    """
    if expr in values:
        return values[expr]
    if expr.is_Rational:
        return _end(expr)
    if expr.is_NumberSymbol:
        return _IV.pi if expr.__class__.__name__ == "Pi" else _IV.exp(1)
    if isinstance(expr, ImplicitRoot):
        return interval(*root_interval(expr))
    parts = [enclose(arg, values) for arg in expr.args]
    if expr.is_Add:
        return sum(parts[1:], parts[0])
    if expr.is_Mul:
        product = parts[0]
        for part in parts[1:]:
            product = product * part
        return product
    if expr.is_Pow and expr.exp.is_Rational and expr.exp.q in (1, 2):
        root = parts[0] if expr.exp.q == 1 else _IV.sqrt(parts[0])
        power = root ** abs(int(expr.exp.p))
        return power if expr.exp.p > 0 else 1 / power
    if expr.func.__name__ in _FUNCTIONS:
        return _FUNCTIONS[expr.func.__name__](parts[0])
    msg = f"no enclosure of {expr.func.__name__}; use exp, tanh, cosh, erf, logistic, powers"
    raise Unsupported(msg)


@cache
def root_interval(root: ImplicitRoot) -> tuple[Any, Any]:
    """Return rational ends around an implicit root, by bisection with decided signs.

    Raises
    ------
    Undecided
        If the function is not seen to change its sign over the interval.

    Examples
    --------
    >>> from sympy import Lambda, Symbol
    >>> x = Symbol("x")
    >>> low, high = root_interval(ImplicitRoot(Lambda(x, x**2 - 2), 1, 2))
    >>> low**2 < 2 < high**2
    True
    """
    (variable,) = root.function.variables

    def sign(point: Any) -> int:
        box = enclose(root.function.expr, {variable: interval(point, point)})
        if box.a > 0 or box.b < 0:
            return 1 if box.a > 0 else -1
        msg = f"the sign of {root.function.expr} at {point} is undecided"
        raise Undecided(msg)

    low, high = root.interval
    first = sign(low)
    if sign(high) == first:
        msg = f"{root.function.expr} does not change its sign between {low} and {high}"
        raise Undecided(msg)
    while high - low > _ROOT_WIDTH:
        middle = (low + high) / 2
        low, high = (middle, high) if sign(middle) == first else (low, middle)
    return low, high


def enclose_maximum(
    expr: Any, variable: Any, low: Any, high: Any, *, floor: Any = -oo, limit: int = 20000
) -> tuple[Any, Any]:
    """Return bounds, 1e-10 apart, around the larger of ``floor`` and max expr over [low, high].

    Branch and bound: a box is judged by the smaller of the natural and the mean value form.

    Raises
    ------
    Undecided
        If the bounds are further apart after ``limit`` boxes.

    Examples
    --------
    >>> from sympy import Symbol
    >>> x = Symbol("x", real=True)
    >>> lower, upper = enclose_maximum(x * (1 - x), x, Rational(0), Rational(1))
    >>> lower <= Rational(1, 4) <= upper, bool(upper - lower < 1e-10)
    (True, True)
    """
    shared, pair = cse([expr, expr.diff(variable)])
    count = itertools.count()

    def both(box: Any) -> list[Any]:
        values = {variable: box}
        for letter, part in shared:
            values[letter] = enclose(part, values)
        return [enclose(part, values) for part in pair]

    def judge(left: Any, right: Any) -> tuple[Any, Any]:
        box = interval(left, right)
        middle = interval(*(2 * ((left + right) / 2,)))
        value = enclose(expr, {variable: middle})
        natural, slope = both(box)
        return value.a, min((value + slope * (box - middle)).b, natural.b)

    value, upper = judge(low, high)
    best = max(value, _end(floor).a)
    heap = [(-upper, next(count), low, high)]
    while next(count) < limit:
        top, _, left, right = heapq.heappop(heap)
        if -top - best < _WIDTH:
            return _rational(best), _rational(max(best, -top))
        middle = (left + right) / 2
        for ends in ((left, middle), (middle, right)):
            value, upper = judge(*ends)
            best = max(best, value)
            heapq.heappush(heap, (-upper, next(count), *ends))
    msg = f"the maximum of {expr} over [{low}, {high}] is not known after {limit} boxes"
    raise Undecided(msg)


def above(box: Any) -> Any:
    """Return the upper end of an interval as an exact rational number.

    Examples
    --------
    >>> above(interval(Rational(0), Rational(1, 2)))
    1/2
    """
    return _rational(box.b)


def _rational(end: Any) -> Any:
    sign, mantissa, exponent, _ = end._mpi_[0]
    return Rational(-mantissa if sign else mantissa) * Rational(2) ** exponent
