"""The averaging recurrence run step by step, power series multiplied out, and gamma enclosed."""

import math
from fractions import Fraction
from functools import reduce
from typing import Any

import sympy as sp
from mpmath.ctx_iv import MPIntervalContext

from rnnmath.errors import Unsupported
from rnnmath.numeric.exact import Interval
from rnnmath.symbolic.quantities.averaging import AveragingState, SeriesCoefficient
from rnnmath.verify.evaluate.case import Case
from rnnmath.verify.evaluate.recursion import Evaluator, children, evaluate, integer

__all__ = ["EVALUATORS", "raised", "series"]

_IV = MPIntervalContext()
_IV.prec = 200


def _state(node: Any, case: Case) -> Any:
    a, c, state = (evaluate(part, case) for part in node.args[:3])
    total, time = state, integer(node.time, case)
    if time < 1:
        msg = f"the first state of {node} has time 1, there is none at {time}"
        raise Unsupported(msg)
    for count in range(1, time):
        state = a * (c * state + total * Fraction(1, count))
        total = total + state
    return state


def raised(base: list[Any], exponent: Any) -> list[Any]:
    """Return ``F^p`` for a series F with ``F(0) = 1``, as far as F is given.

    Formula: ``n g_n = sum_k (k p - n + k) f_k g_(n-k)``, k = 1..n, from ``F G' = p F' G``.
    Source: J. C. P. Miller's recurrence.

    Examples
    --------
    >>> raised([1, Fraction(-1), 0, 0], -1)
    [1, Fraction(1, 1), Fraction(1, 1), Fraction(1, 1)]
    """
    if base[0] != 1:
        msg = f"a power of a series needs the constant term 1, got {base[0]}"
        raise Unsupported(msg)
    found = [base[0]]
    for n in range(1, len(base)):
        terms = [(k * exponent - n + k) * base[k] * found[n - k] for k in range(1, n + 1)]
        found.append(sum(terms) * Fraction(1, n))
    return found


def series(expr: Any, variable: Any, length: int, case: Case) -> list[Any]:
    """Return the first coefficients of a sum or product of powers, from ``z^0`` on.

    Examples
    --------
    >>> z = sp.Symbol("z")
    >>> series(z * (1 - z) ** -2, z, 4, Case({}))
    [0, Fraction(1, 1), Fraction(2, 1), Fraction(3, 1)]
    """
    if not expr.has(variable):
        return [evaluate(expr, case), *([0] * (length - 1))]
    if expr == variable:
        return [int(power == 1) for power in range(length)]
    if expr.is_Add or expr.is_Mul:
        parts = [series(part, variable, length, case) for part in expr.args]
        return reduce(_added if expr.is_Add else _multiplied, parts)
    if expr.is_Pow:
        base, exponent = expr.args
        return raised(series(base, variable, length, case), evaluate(exponent, case))
    msg = f"no power series of {expr}; write it by sums, products and powers"
    raise Unsupported(msg)


def _added(left: list[Any], right: list[Any]) -> list[Any]:
    return [x + y for x, y in zip(left, right, strict=True)]


def _multiplied(left: list[Any], right: list[Any]) -> list[Any]:
    return [sum(left[k] * right[power - k] for k in range(power + 1)) for power in range(len(left))]


def _coefficient(node: Any, case: Case) -> Any:
    power = integer(node.power, case)
    if power < 0:
        return 0  # a power series has no such terms
    return series(node.series, node.variable, power + 1, case)[power]


def _rising(node: Any, case: Case) -> Any:
    base, count = evaluate(node.args[0], case), integer(node.args[1], case)
    if count < 0:
        msg = f"{node} counts {count} factors"
        raise Unsupported(msg)
    return reduce(lambda product, step: product * (base + step), range(count), Fraction(1))


def _factorial(node: Any, case: Case) -> Any:
    return math.factorial(integer(node.args[0], case))


def _gamma(node: Any, case: Case) -> Any:
    (value,) = (Fraction(part) for part in children(node, case))
    if value.denominator == 1 and value > 0:
        return math.factorial(int(value) - 1)
    box = _IV.gamma(_IV.mpf(value.numerator) / value.denominator)
    return Interval(*(_fraction(end) for end in (box.a, box.b)))


def _fraction(end: Any) -> Fraction:
    sign, mantissa, exponent, _ = end._mpi_[0]
    size = Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
    return -size if sign else size


EVALUATORS: dict[type, Evaluator] = {
    AveragingState: _state,
    SeriesCoefficient: _coefficient,
    sp.RisingFactorial: _rising,
    sp.factorial: _factorial,
    sp.gamma: _gamma,
}
