"""Numbers become Fractions, or rigorous intervals where they are not rational."""

from collections.abc import Callable
from fractions import Fraction
from functools import reduce
from typing import Any

import numpy as np
import sympy as sp

from rnnmath.errors import Undecided, Unsupported
from rnnmath.numeric import exact
from rnnmath.numeric.exact import Interval
from rnnmath.symbolic import norms
from rnnmath.symbolic.quantities.crossing import FirstTime
from rnnmath.symbolic.quantities.growth import GrowthRate
from rnnmath.verify import elementary
from rnnmath.verify.evaluate.case import Case
from rnnmath.verify.evaluate.recursion import Evaluator, children, evaluate, integer

__all__ = ["EVALUATORS", "root", "simplest"]


def root(value: Any, case: Case) -> Any:
    """Return the root of a number, exact where it is rational."""
    return simplest(Interval.exactly(value).sqrt(case.bits))


def simplest(interval: Interval) -> Any:
    """Return the number that an interval holds, if it is one, else the interval.

    Examples
    --------
    >>> simplest(Interval(2, 2))
    Fraction(2, 1)
    """
    return interval.lower if interval.is_exact else interval


def _norm(measure: Callable[..., Interval]) -> Callable[[Any, Case], Any]:
    return lambda node, case: simplest(measure(evaluate(node.args[0], case), bits=case.bits))


def _measure(measure: Callable[[Any], Any]) -> Callable[[Any, Case], Any]:
    return lambda node, case: measure(evaluate(node.args[0], case))


def _length(node: Any, case: Case) -> Any:
    matrix = evaluate(node.args[0], case)
    if matrix.dtype != object:
        return float(np.linalg.norm(matrix))
    return root(exact.frobenius_squared(matrix), case)


def _condition(node: Any, case: Case) -> Any:
    matrix = evaluate(node.args[0], case)
    smallest = exact.smallest_singular_value(matrix, bits=case.bits)
    return simplest(exact.spectral_norm(matrix, bits=case.bits) / smallest)


def _supremum(node: Any, case: Case) -> Any:
    known = elementary.supremum_of(node)
    if known is not None:
        return known
    if "gamma" not in case.values:
        msg = f"the case draws no function with a known supremum for {node}"
        raise Unsupported(msg)
    return case.values["gamma"]


def _logarithm(node: Any, case: Case) -> Any:
    return simplest(elementary.log_of(evaluate(node.args[0], case), case.bits))


def _rounding(up: bool) -> Callable[[Any, Case], Any]:
    def evaluator(node: Any, case: Case) -> Any:
        value = Interval.exactly(evaluate(node.args[0], case))
        found = elementary.log_ratio(node.args[0])
        ratio = None if found is None else tuple(evaluate(part, case) for part in found)
        whole = elementary.rounded(ratio, value, up)
        if whole is None:
            msg = f"{node} can't be rounded from {value}"
            raise Undecided(msg)
        return whole

    return evaluator


def _piecewise(node: Any, case: Case) -> Any:
    for value, condition in node.args:
        holds = condition == sp.true
        if not holds:
            sides = (evaluate(side, case) for side in (condition.lhs, condition.rhs))
            holds = elementary.compared(condition, *sides)
        if holds:
            return evaluate(value, case)
    msg = f"no branch of {node} holds on the case"
    raise Unsupported(msg)


def _first_time(node: Any, case: Case) -> Any:
    base, level = (evaluate(part, case) for part in (node.base, node.level))
    return elementary.first_time(base, node.relation, level)


def _elementary(node: Any, case: Case) -> Any:
    constant = not node.is_Function
    return simplest(elementary.enclosed(node, [] if constant else children(node, case)))


def _extreme(choose: Callable[..., Any]) -> Callable[[Any, Case], Any]:
    return lambda node, case: simplest(choose(*children(node, case)))


def _size(value: Any) -> Any:
    """Return the absolute value of a number or an enclosure."""
    if isinstance(value, Interval):
        return simplest(exact.interval_max(value, -value, 0))
    return abs(value)


def _entries(
    plain: Callable[..., Any], enclosing: Callable[..., Any]
) -> Callable[[Any, Case], Any]:
    """Return the evaluator of an extreme absolute value among numbers, or among enclosures."""

    def evaluator(node: Any, case: Case) -> Any:
        sizes = [_size(entry) for entry in evaluate(node.args[0], case).flat]
        enclosed = any(isinstance(size, Interval) for size in sizes)
        return simplest(enclosing(*sizes)) if enclosed else plain(sizes)

    return evaluator


def _scalar_range(node: Any, case: Case) -> list[Any]:
    *inner, (index, lower, upper) = node.limits  # SymPy keeps a sum of sums as one node
    term = node.func(node.function, *inner) if inner else node.function
    steps = range(integer(lower, case), integer(upper, case) + 1)
    return [evaluate(term, case.but(**{str(index.name): step})) for step in steps]


EVALUATORS: dict[type, Evaluator] = {
    sp.Trace: _measure(exact.trace),
    sp.Determinant: _measure(exact.determinant),
    sp.Product: lambda node, case: reduce(
        lambda u, v: u * v, _scalar_range(node, case), Fraction(1)
    ),
    sp.Sum: lambda node, case: reduce(lambda u, v: u + v, _scalar_range(node, case), Fraction(0)),
    sp.Max: _extreme(exact.interval_max),
    sp.Min: _extreme(exact.interval_min),
    sp.Abs: lambda node, case: _size(evaluate(node.args[0], case)),
    norms.SpectralNorm: _norm(exact.spectral_norm),
    norms.SmallestSingularValue: _norm(exact.smallest_singular_value),
    norms.SpectralRadius: _norm(exact.spectral_radius),
    norms.LargestEigenvalue: _norm(exact.largest_eigenvalue),
    norms.FrobeniusNorm: _length,
    norms.VectorNorm: _length,
    norms.OneNorm: _measure(exact.one_norm),
    norms.InfinityNorm: _measure(exact.inf_norm),
    norms.MaxAbs: _entries(max, exact.interval_max),
    norms.MinAbs: _entries(min, exact.interval_min),
    norms.Rank: _measure(exact.rank),
    norms.ConditionNumber: _condition,
    norms.ActivationSupremum: _supremum,
    sp.log: _logarithm,
    sp.ceiling: _rounding(up=True),
    sp.floor: _rounding(up=False),
    FirstTime: _first_time,
    sp.Piecewise: _piecewise,
    GrowthRate: _norm(exact.growth_rate),
    **dict.fromkeys(elementary.ELEMENTARY, _elementary),
}
