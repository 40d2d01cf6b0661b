"""Rules about tanh and cosh, and about the orbit of a scalar recurrence."""

from collections.abc import Iterator
from typing import Any

from sympy import E, Product, Symbol, cosh, exp, tanh

from rnnmath.symbolic.derivation import Relation, Rule, Statement, Step
from rnnmath.symbolic.quantities.growth import Orbit

__all__ = [
    "COSH_RISES",
    "EXPONENTIALS",
    "NEWEST_NUMBER",
    "NO_NUMBER",
    "ORBIT_START",
    "ORBIT_STEP",
    "TANH_RISES",
]

_EQUAL, _AT_MOST, _AT_LEAST = Relation.EQUAL, Relation.AT_MOST, Relation.AT_LEAST


def _lower_bounds(step: Step) -> Iterator[Statement]:
    """Yield the facts ``y >= p`` that are given, or that premises show from what is given."""
    shown = (
        premise.statement for premise in step.premises if set(premise.given) <= set(step.given)
    )
    for fact in (*step.given, *shown):
        if fact.relation in (_AT_LEAST, Relation.GREATER):
            yield fact


def _not_below(larger: Any, smaller: Any, step: Step) -> bool:
    """Tell whether one number is a multiple of a fact ``y >= p`` above the other."""
    for fact in _lower_bounds(step):
        times = larger.coeff(fact.lhs)
        gap = (larger - smaller - times * (fact.lhs - fact.rhs)).expand()
        if times.is_nonnegative and gap == 0:
            return True
    return False


def _tanh_rises(focus: Any, result: Any, step: Step) -> bool:
    if not isinstance(focus, tanh) or not isinstance(result, tanh):
        return False
    return _not_below(focus.args[0], result.args[0], step)


def _cosh_rises(focus: Any, result: Any, step: Step) -> bool:
    """``c / cosh(u)^2 <= c / cosh(v)^2`` for ``u >= v >= 0`` and c > 0."""
    factor, rest = focus.as_coeff_Mul()
    below = result.as_coeff_Mul()[1]
    shaped = all(
        part.is_Pow and part.exp == -2 and isinstance(part.base, cosh) for part in (rest, below)
    )
    if not shaped or factor <= 0 or result != factor * below:
        return False
    u, v = rest.base.args[0], below.base.args[0]
    return bool(v.is_nonnegative) and _not_below(u, v, step)


def _exponentials(focus: Any, result: Any, _: Step) -> bool:
    """Compare two rational functions of e, hyperbolic functions written out."""
    z = Symbol("z", positive=True)
    gap = (focus - result).rewrite(exp).replace(exp, lambda power: z**power).xreplace({E: z})
    return bool(gap.cancel() == 0)


def _orbit_step(focus: Any, result: Any, _: Step) -> bool:
    if not isinstance(focus, Orbit):
        return False
    before = Orbit(focus.function, focus.start, focus.count - 1)
    return bool(before.count.is_nonnegative and result == focus.function(before))


def _newest_number(focus: Any, result: Any, _: Step) -> bool:
    """``prod_{..m} g_j`` as ``g_m prod_{..m-1} g_j``."""
    if not isinstance(focus, Product):
        return False
    ((index, lower, upper),) = focus.limits
    rest = Product(focus.function, (index, lower, upper - 1))
    return bool(
        (upper - lower).is_nonnegative and result == focus.function.xreplace({index: upper}) * rest
    )


def _no_number(focus: Any, result: Any, _: Step) -> bool:
    if not isinstance(focus, Product):
        return False
    ((_index, lower, upper),) = focus.limits
    return bool(upper - lower == -1 and result == 1)


TANH_RISES = Rule("tanh rises", r"u \ge v \implies \tanh u \ge \tanh v", _AT_LEAST, _tanh_rises)
COSH_RISES = Rule(
    "cosh rises",
    r"u \ge v \ge 0 \implies \frac{c}{\cosh^2 u} \le \frac{c}{\cosh^2 v}",
    _AT_MOST,
    _cosh_rises,
)
EXPONENTIALS = Rule("written in powers of e", r"\cosh u = (e^u + e^{-u})/2", _EQUAL, _exponentials)
ORBIT_START = Rule(
    "start",
    "h_0 = x",
    _EQUAL,
    lambda focus, result, _: (
        isinstance(focus, Orbit) and focus.count == 0 and result == focus.start
    ),
)
ORBIT_STEP = Rule("one step", "h_{j+1} = F(h_j)", _EQUAL, _orbit_step)
NEWEST_NUMBER = Rule("newest factor", "", _EQUAL, _newest_number)
NO_NUMBER = Rule("empty product", "", _EQUAL, _no_number)
