"""Rules about coefficients of power series: equations of the series, products, one recurrence."""

from typing import Any

from sympy import (
    Dummy,
    Expr,
    Identity,
    Integer,
    Mul,
    RisingFactorial,
    S,
    Sum,
    cancel,
    diff,
    factorial,
    simplify,
    together,
)

from rnnmath.symbolic.calculus import Jacobian
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Step
from rnnmath.symbolic.derivation.order import mentions
from rnnmath.symbolic.derivation.reasoning import not_before, runs_through
from rnnmath.symbolic.quantities.averaging import SeriesCoefficient
from rnnmath.symbolic.tidy import multiply, same
from rnnmath.theory.multiplied_out import multiplied_out

__all__ = ["BINOMIAL_SERIES", "COEFFICIENTS", "FIRST_COEFFICIENTS", "ONE_RECURRENCE"]

_EQUAL = Relation.EQUAL


def _logarithmic(series: Any, z: Any) -> Any:
    """Return ``z F'(z) / F(z)`` of a product of powers, a rational function of z."""
    total: Expr = S.Zero
    for factor in Mul.make_args(series):
        base, exponent = factor.as_base_exp()
        total += exponent * diff(base, z) / base
    return cancel(together(z * total))


def _coefficients(focus: Any, result: Any, _: Step) -> bool:
    """Check an equation of coefficients against the differential equation that it comes from.

    ``sum_k u_k(t) [z^(t+1-k)] F = 0`` with u_k of degree 1 in t is ``P z F' = Q F`` read at
    ``z^(t+1)``, where ``u_k = p_k (t + 1 - k) - q_k``.
    """
    nodes = (focus - result).atoms(SeriesCoefficient)
    if not nodes or len({(node.series, node.variable) for node in nodes}) != 1:
        return False
    stand_ins = {node: Dummy() for node in nodes}  # expand would go into the series
    gap = (focus - result).xreplace(stand_ins).expand()
    top = max((node.power for node in nodes), key=_offset)
    t, z = next(iter(top.free_symbols)), next(iter(nodes)).variable
    left: Expr = S.Zero
    right: Expr = S.Zero
    for node, stand_in in stand_ins.items():
        factor, lag = gap.coeff(stand_in), top - node.power
        slope = factor.coeff(t, 1)
        constant = (factor - slope * t).expand()
        if not lag.is_Integer or constant.has(t, *stand_ins.values()):
            return False
        left += slope * z**lag
        right += (slope * (node.power - t) - constant) * z**lag
    rest = gap - sum(gap.coeff(stand_in) * stand_in for stand_in in stand_ins.values())
    rate = _logarithmic(next(iter(nodes)).series, z)
    return bool(rest.expand() == 0 and simplify(left * rate - right) == 0)


def _offset(power: Any) -> Any:
    return power.as_coeff_Add()[0]


def _first_coefficients(focus: Any, result: Any, _: Step) -> bool:
    """``[z^m] F = F^(m)(0) / m!`` for a number m."""
    if not isinstance(focus, SeriesCoefficient) or not focus.power.is_Integer:
        return False
    z, count = focus.variable, int(focus.power)
    value = diff(focus.series, z, count).subs(z, 0) / factorial(count)
    return bool(simplify(value - result) == 0)


def _one_recurrence(focus: Any, result: Any, step: Step) -> bool:
    """Check that two sequences have one recurrence of two terms, and both first values in common.

    The six premises are the recurrences of the Jacobians and of the coefficients, from t = 2 on,
    and their first and second values.
    """
    if len(step.premises) != 6 or not isinstance(focus, Jacobian):
        return False
    for_matrix, for_number, *values = step.premises
    state, node = focus.args[0], next(iter(result.atoms(SeriesCoefficient)), None)
    if node is None or not same(result, multiply(node, Identity(focus.shape[0]))):
        return False
    later = next(iter(for_number.start.atoms(SeriesCoefficient)), None)
    if later is None or not later.power.free_symbols:
        return False
    t = next(iter(later.power.free_symbols))
    if not runs_through(t, 2) or mentions(focus, t) or mentions(result, t):
        return False

    def matrix(index: Any) -> Any:
        return Jacobian(state.at(index), focus.args[1])

    def number(index: Any) -> Any:
        return multiply(node.at(index), Identity(focus.shape[0]))

    swap = {matrix(index): number(index) for index in (t - 1, t)}
    numbers = multiply(for_number.end, Identity(focus.shape[0]))
    return bool(
        state.time == node.power
        and not_before(node.power, Integer(1), step.given)
        and {premise.relation for premise in step.premises} == {_EQUAL}
        and all(_only_from_two(premise, t) for premise in step.premises)
        and same(for_matrix.start, multiply(t, matrix(t + 1)))
        and for_number.start == t * node.at(t + 1)
        and multiplied_out(for_matrix.end.xreplace(swap)) == multiplied_out(numbers)
        and _agree(values[0], values[2], matrix(1), node.at(1))
        and _agree(values[1], values[3], matrix(2), node.at(2))
    )


def _only_from_two(premise: Derivation, t: Any) -> bool:
    """Tell whether a premise supposes ``2 <= t`` at most."""
    return all(
        fact.relation == Relation.AT_MOST and (fact.lhs, fact.rhs) == (2, t)
        for fact in premise.given
    )


def _agree(for_matrix: Derivation, for_number: Derivation, left: Any, right: Any) -> bool:
    value = multiply(for_number.end, Identity(left.shape[0]))
    return (
        same(for_matrix.start, left)
        and for_number.start == right
        and multiplied_out(for_matrix.end) == multiplied_out(value)
    )


def _binomial_series(focus: Any, result: Any, _: Step) -> bool:
    """``[z^T] z (1 - x z)^-p (1 - y z)^-q``, both series multiplied term by term."""
    if not isinstance(focus, SeriesCoefficient) or not isinstance(result, Sum):
        return False
    if len(result.limits) != 1:
        return False
    z = focus.variable
    index, lower, upper = result.limits[0]
    powers = [factor.as_base_exp() for factor in Mul.make_args(focus.series) if factor != z]
    if len(powers) != 2 or (upper - focus.power + 1) != 0 or lower != 0:
        return False
    if focus.series != z * Mul(*(base**exponent for base, exponent in powers)):
        return False
    slopes = [-diff(base, z) for base, _ in powers]
    linear = all(
        (base - 1 + slope * z).expand() == 0 and not slope.has(z)
        for (base, _), slope in zip(powers, slopes, strict=True)
    )
    counts = (index, upper - index)
    return linear and any(
        result.function
        == Mul(
            *(
                slope**count * RisingFactorial(-exponent, count) / factorial(count)
                for slope, (_, exponent), count in zip(slopes, powers, way, strict=True)
            )
        )
        for way in (counts, counts[::-1])
    )


COEFFICIENTS = Rule(
    "coefficients of the differential equation",
    r"z F' / F = Q / P, \quad [z^m]\, z F' = m\, [z^m] F",
    _EQUAL,
    _coefficients,
)
FIRST_COEFFICIENTS = Rule(
    "Taylor's formula", r"[z^m] F = F^{(m)}(0) / m!", _EQUAL, _first_coefficients
)
ONE_RECURRENCE = Rule(
    "one recurrence, one sequence",
    r"\text{the same recurrence from } t = 2 \text{ on, and the same first two values}",
    _EQUAL,
    _one_recurrence,
)
BINOMIAL_SERIES = Rule(
    "binomial series",
    r"(1 - x z)^{-p} = \sum_j \frac{p (p + 1) \cdots (p + j - 1)}{j!}\, x^j z^j",
    _EQUAL,
    _binomial_series,
)
