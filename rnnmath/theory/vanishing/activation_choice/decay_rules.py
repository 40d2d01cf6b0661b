"""Rules about regularized weights: norms below norms, and weights step by step."""

from typing import Any

from sympy import Abs

from rnnmath.symbolic.derivation import Relation, Rule, Step
from rnnmath.symbolic.derivation.quadratic import factors_of
from rnnmath.symbolic.norms import FrobeniusNorm, SpectralNorm
from rnnmath.symbolic.quantities.decay import Decayed
from rnnmath.symbolic.tidy import multiply, same
from rnnmath.theory.cases import known_at_most, known_less

__all__ = [
    "ABSOLUTE",
    "BELOW_FROBENIUS",
    "DIVIDED",
    "MOVED_OVER",
    "NORMALIZED",
    "NO_STEP",
    "QUOTIENT_AT_LEAST_ONE",
    "WEIGHT_STEP",
]

_EQUAL, _AT_MOST, _AT_LEAST = Relation.EQUAL, Relation.AT_MOST, Relation.AT_LEAST


def _below_frobenius(focus: Any, result: Any, _: Step) -> bool:
    """Compare ``‖A‖ <= ‖A‖_F``, or the same of the squares."""
    pairs = [(focus, result)]
    if focus.is_Pow and result.is_Pow and focus.exp == result.exp == 2:
        pairs.append((focus.base, result.base))
    return any(
        isinstance(small, SpectralNorm)
        and isinstance(large, FrobeniusNorm)
        and same(small.matrix, large.matrix)
        for small, large in pairs
    )


def _absolute(focus: Any, result: Any, step: Step) -> bool:
    return bool(focus == Abs(result)) and known_at_most(0, result, step)


def _normalized(focus: Any, result: Any, step: Step) -> bool:
    """Read ``‖A / ‖A‖‖ = 1`` where ``0 < ‖A‖`` is known."""
    if not isinstance(focus, SpectralNorm) or result != 1:
        return False
    factor, matrices = factors_of(focus.matrix)
    size = SpectralNorm(multiply(*matrices))
    return bool(factor == 1 / size) and known_less(0, size, step)


def _quotient(focus: Any, result: Any, step: Step) -> bool:
    """``y / x >= 1`` where the premise shows ``x <= y``, and ``0 < x`` is known."""
    if len(step.premises) != 1 or step.premises[0].given != step.given:
        return False
    (premise,) = step.premises
    small, large = premise.start, premise.end
    below = premise.relation in (_EQUAL, _AT_MOST, Relation.LESS)
    return bool(result == 1 and below and focus == large / small and known_less(0, small, step))


def _moved_over(focus: Any, result: Any, step: Step) -> bool:
    """``c x <= b - a`` where ``a + c x <= b`` is given, or with a lower bound of a in its place."""
    return any(
        (result - focus - (fact.rhs - fact.lhs)).expand() == 0
        for fact in step.given
        if fact.relation == _AT_MOST
    )


def _divided(focus: Any, result: Any, step: Step) -> bool:
    """``x <= y / c`` where the premise shows ``c x <= y``, c positive."""
    if len(step.premises) != 1 or step.premises[0].given != step.given:
        return False
    (premise,) = step.premises
    factor = premise.start / focus
    return bool(
        premise.relation in (_EQUAL, _AT_MOST, Relation.LESS)
        and factor.is_positive
        and (factor * result - premise.end).expand() == 0
    )


def _no_step(focus: Any, result: Any, _: Step) -> bool:
    return isinstance(focus, Decayed) and focus.count == 0 and same(result, focus.start)


def _weight_step(focus: Any, result: Any, _: Step) -> bool:
    if not isinstance(focus, Decayed):
        return False
    before = focus.at(focus.count - 1)
    return bool(before.count.is_nonnegative) and same(result, before.stepped())


BELOW_FROBENIUS = Rule(
    "below the Frobenius norm",
    r"\lVert A \rVert \le \lVert A \rVert_F",
    _AT_MOST,
    _below_frobenius,
    "norm-sandwich",
)
ABSOLUTE = Rule("not negative", r"x \ge 0 \implies \lvert x \rvert = x", _EQUAL, _absolute)
NORMALIZED = Rule(
    "normalized",
    r"A \ne 0 \implies \Bigl\lVert \frac{A}{\lVert A \rVert} \Bigr\rVert = 1",
    _EQUAL,
    _normalized,
    "norm-axioms",
)
QUOTIENT_AT_LEAST_ONE = Rule(
    "quotient", r"0 \lt x \le y \implies \frac{y}{x} \ge 1", _AT_LEAST, _quotient
)
MOVED_OVER = Rule("moved over", r"a + x \le b \implies x \le b - a", _AT_MOST, _moved_over)
DIVIDED = Rule("divided", r"c x \le y, \; c \gt 0 \implies x \le \frac{y}{c}", _AT_MOST, _divided)
NO_STEP = Rule("start", "W_0", _EQUAL, _no_step)
WEIGHT_STEP = Rule(
    "one step",
    r"W_{j+1} = (1 - \eta \lambda) W_j - \eta \operatorname{clip}_\theta(G_j)",
    _EQUAL,
    _weight_step,
)
