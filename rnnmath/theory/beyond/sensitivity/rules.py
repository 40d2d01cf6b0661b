"""Rules about one linear unit: its recursion, its derivatives, sums by lag, white inputs."""

from typing import Any

from sympy import Identity, Integer, Mul, Pow, S, Sum

from rnnmath.symbolic.derivation import Relation, Rule, Step
from rnnmath.symbolic.derivation.order import mentions
from rnnmath.symbolic.derivation.reasoning import not_before
from rnnmath.symbolic.quantities.chance import Expectation, MeanMatrix
from rnnmath.symbolic.quantities.scalar_state import (
    ScalarInput,
    ScalarState,
    StateGradient,
    WeightSensitivity,
)
from rnnmath.symbolic.tidy import multiply, same, transpose

__all__ = [
    "BY_LAG",
    "GRADIENT_START",
    "GRADIENT_STEP",
    "LAST_TERM",
    "NEXT_POWER",
    "NO_TERM",
    "PRODUCT_RULE",
    "RENAMED_LAG",
    "START",
    "STEP",
    "UNIT_POWERS",
    "WHITE",
]

_EQUAL = Relation.EQUAL


def _start(focus: Any, result: Any, _: Step) -> bool:
    """Read ``h_0 = 0`` and ``dh_0/dλ = 0``."""
    return isinstance(focus, ScalarState | WeightSensitivity) and focus.time == 0 == result


def _before(node: Any) -> Any:
    """Return the time before, where it is known not to be before 0."""
    time = node.time - 1
    return time if time.is_nonnegative else None


def _step(focus: Any, result: Any, _: Step) -> bool:
    if not isinstance(focus, ScalarState) or _before(focus) is None:
        return False
    newest = ScalarInput(focus.inputs, focus.time)
    return bool(result == focus.weight * focus.at(_before(focus)) + newest)


def _product_rule(focus: Any, result: Any, _: Step) -> bool:
    if not isinstance(focus, WeightSensitivity) or _before(focus) is None:
        return False
    before = focus.at(_before(focus))
    state = ScalarState(*before.args)
    return bool(result == state + focus.weight * before)


def _gradient_start(focus: Any, result: Any, _: Step) -> bool:
    return isinstance(focus, StateGradient) and focus.time == focus.earlier and result == 1


def _gradient_step(focus: Any, result: Any, step: Step) -> bool:
    """Read ``dh_t/dh_k = λ dh_(t-1)/dh_k``, where ``k <= t - 1`` is known."""
    if not isinstance(focus, StateGradient):
        return False
    before = focus.at(focus.time - 1, focus.earlier)
    known = not_before(before.time, focus.earlier, step.given)
    return known and bool(result == focus.weight * before)


def _zero(expr: Any) -> bool:
    return bool(expr.expand(power_exp=True).simplify() == 0)


def _is_single(total: Any) -> bool:
    return isinstance(total, Sum) and len(total.limits) == 1


def _by_lag(focus: Any, result: Any, step: Step) -> bool:
    """``Y + λ Σ_(i=0..N-1) b_i = Σ_(i=0..N) c_i``, Y a sum ``Σ_(i=0..N) a_i`` or ``a_0`` alone.

    Then ``c_0 = a_0``, and ``c_(i+1) = a_(i+1) + λ b_i`` for every i.
    """
    if not _is_single(result) or not focus.is_Add or len(focus.args) != 2:
        return False
    index, first, last = result.limits[0]
    if not not_before(last, first, step.given):
        return False
    for late in focus.args:
        (newest,) = (part for part in focus.args if part != late)
        sums = [part for part in Mul.make_args(late) if isinstance(part, Sum)]
        if len(sums) != 1 or not _is_single(sums[0]) or first != 0:
            continue
        if sums[0].limits[0] != (index, first, last - 1):
            continue
        added, head = S.Zero, newest
        if isinstance(newest, Sum):
            if not _is_single(newest) or newest.limits[0] != (index, first, last):
                continue
            added, head = newest.function, newest.function.xreplace({index: first})
        moved = {index: index + 1}
        scale = late / sums[0]
        if scale.has(index) or head.has(index):
            continue
        gap = result.function.xreplace(moved) - added.xreplace(moved) - scale * sums[0].function
        if _zero(gap) and _zero(result.function.xreplace({index: first}) - head):
            return True
    return False


def _renamed_lag(focus: Any, result: Any, _: Step) -> bool:
    """Count a sum from another number on: ``Σ_(i=a..b) f(i) = Σ_(j=a+c..b+c) f(j-c)``."""
    if not (_is_single(focus) and _is_single(result)):
        return False
    (i, low, high), (j, start, end) = focus.limits[0], result.limits[0]
    if j in focus.free_symbols:
        return False
    shift = start - low
    moved = focus.function.xreplace({i: j - shift})
    return bool((end - high - shift).expand() == 0) and _zero(moved - result.function)


def _white(focus: Any, result: Any, step: Step) -> bool:
    """``E (Σ_i c_i x_(p-i))^2 = Σ_i c_i^2`` where ``E x x^T = I`` is supposed.

    Every input in the sum must be an entry of x: from ``x_1`` to the last.
    """
    if not isinstance(focus, Expectation) or not isinstance(result, Sum):
        return False
    power = focus.expr
    if not isinstance(power, Pow) or power.exp != 2 or not isinstance(power.base, Sum):
        return False
    total = power.base
    if not _is_single(total):
        return False
    (index, low, high), nodes = total.limits[0], total.function.atoms(ScalarInput)
    if len(nodes) != 1 or result.limits != total.limits:
        return False
    (node,) = nodes
    x, weight = node.inputs, total.function / node
    gram = MeanMatrix(multiply(x, transpose(x)), focus.law)
    known = any(
        fact.relation == _EQUAL and same(fact.lhs, gram) and isinstance(fact.rhs, Identity)
        for fact in step.given
    )
    once = not (node.time + index).has(index)
    newest, oldest = (node.time.xreplace({index: end}) for end in (low, high))
    there = not_before(x.shape[0], newest, step.given) and not_before(oldest, 1, step.given)
    return bool(known and once and there and not weight.has(*focus.law.variables)) and _zero(
        result.function - weight**2
    )


def _next_power(focus: Any, result: Any, step: Step) -> bool:
    """Read ``y y^m = y^(m+1)``, where ``0 <= m`` is known; y may be 0."""
    base, exponent = result.as_base_exp()
    return not_before(exponent, Integer(1), step.given) and bool(
        focus == base * base ** (exponent - 1)
    )


def _last_term(focus: Any, result: Any, step: Step) -> bool:
    """``Σ_(j=a..b) f(j) = Σ_(j=a..b-1) f(j) + f(b)`` where ``a <= b``."""
    if not _is_single(focus):
        return False
    index, low, high = focus.limits[0]
    shorter = Sum(focus.function, (index, low, high - 1))
    newest = focus.function.xreplace({index: high})
    return not_before(high, low, step.given) and bool(result == shorter + newest)


def _unit_powers(focus: Any, result: Any, step: Step) -> bool:
    """Take ``λ^(2 m)`` for 1, in a number or in the terms of a sum, where ``λ^2 = 1`` is given."""
    if isinstance(focus, Sum) and isinstance(result, Sum):
        same_range = focus.limits == result.limits
        spoken = any(mentions(fact, index) for fact in step.given for index in focus.bound_symbols)
        return same_range and not spoken and _unit_powers(focus.function, result.function, step)
    return any(
        fact.relation == _EQUAL
        and fact.rhs == 1
        and fact.lhs.is_Pow
        and fact.lhs.exp == 2
        and _zero(_without(focus, fact.lhs.base) - result)
        for fact in step.given
        if not getattr(fact.lhs, "is_Matrix", False)
    )


def _without(expr: Any, base: Any) -> Any:
    """Return a product without the even powers of a base."""
    kept = (
        part
        for part in Mul.make_args(expr)
        if not (part.as_base_exp()[0] == base and part.as_base_exp()[1].is_even)
    )
    return Mul(*kept)


def _no_term(focus: Any, result: Any, _: Step) -> bool:
    if not isinstance(focus, Sum):
        return False
    _index, low, high = focus.limits[0]
    return bool(high - low == -1 and result == Integer(0))


START = Rule("start", r"h_0 = 0, \; \frac{d h_0}{d \lambda} = 0", _EQUAL, _start)
STEP = Rule("one step", r"h_{t+1} = \lambda h_t + x_{t+1}", _EQUAL, _step)
#: The inputs do not depend on the weight.
PRODUCT_RULE = Rule(
    "product rule",
    r"\frac{d h_{t+1}}{d \lambda} = h_t + \lambda \frac{d h_t}{d \lambda}",
    _EQUAL,
    _product_rule,
)
GRADIENT_START = Rule("no step", r"\frac{d h_k}{d h_k} = 1", _EQUAL, _gradient_start)
GRADIENT_STEP = Rule(
    "chain rule, one step",
    r"\frac{d h_{t+1}}{d h_k} = \lambda \frac{d h_t}{d h_k}",
    _EQUAL,
    _gradient_step,
)
BY_LAG = Rule("by lag", "", _EQUAL, _by_lag)
RENAMED_LAG = Rule("counted from another number", "", _EQUAL, _renamed_lag)
WHITE = Rule(
    "white inputs",
    r"\mathbb{E} x x^\top = I \implies \mathbb{E} \bigl(\sum_i c_i x_i\bigr)^2 = \sum_i c_i^2",
    _EQUAL,
    _white,
)
LAST_TERM = Rule("last term", "", _EQUAL, _last_term)
NEXT_POWER = Rule("next power", r"y \, y^m = y^{m+1}, \quad m \ge 0", _EQUAL, _next_power)
NO_TERM = Rule("empty sum", "", _EQUAL, _no_term)
UNIT_POWERS = Rule("unit powers", r"\lambda^2 = 1 \implies \lambda^{2 m} = 1", _EQUAL, _unit_powers)
