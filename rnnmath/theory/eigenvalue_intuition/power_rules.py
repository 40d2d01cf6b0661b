"""Rules about powers: one factor more, a power of a diagonal matrix, commuting factors."""

from typing import Any

from sympy import DiagMatrix, Integer, MatPow

from rnnmath.symbolic.derivation import Relation, Rule, Step
from rnnmath.symbolic.derivation.quadratic import factors_of
from rnnmath.symbolic.derivation.reasoning import not_before
from rnnmath.symbolic.nodes import elementwise
from rnnmath.symbolic.tidy import diag, multiply, same

__all__ = ["COMMUTING_POWERS", "DIAGONAL_POWER", "LAST_FACTOR", "ONE_FACTOR"]

_EQUAL = Relation.EQUAL


def _one_factor(focus: Any, result: Any, step: Step) -> bool:
    """Put in what is given of ``A w``, where ``A^e w`` stands, e at least 1."""
    coefficient, factors = factors_of(focus)
    for place, factor in enumerate(factors):
        if not isinstance(factor, MatPow) or not not_before(factor.exp, Integer(1), step.given):
            continue
        for fact in step.given:
            if fact.relation != _EQUAL or not getattr(fact.lhs, "is_Matrix", False):
                continue
            scale, run = factors_of(fact.lhs)
            ahead = [factor.base, *factors[place + 1 : place + len(run)]]
            shorter = MatPow(factor.base, factor.exp - 1)
            candidate = (*factors[:place], shorter, fact.rhs, *factors[place + len(run) :])
            if scale == 1 and run == ahead and same(result, multiply(coefficient, *candidate)):
                return True
    return False


def _last_factor(focus: Any, result: Any, step: Step) -> bool:
    """``A^e`` as ``A^(e-1) A``, e at least 1, for an A that is itself a product."""
    return bool(
        isinstance(focus, MatPow)
        and not_before(focus.exp, Integer(1), step.given)
        and same(result, multiply(MatPow(focus.base, focus.exp - 1), focus.base))
    )


def _diagonal_power(focus: Any, result: Any, _: Step) -> bool:
    if not isinstance(focus, MatPow) or not isinstance(focus.base, DiagMatrix):
        return False
    raised = elementwise(lambda entry: entry**focus.exp, focus.base.args[0])
    return bool(focus.exp.is_integer and focus.exp.is_nonnegative) and same(result, diag(raised))


def _commuting_powers(focus: Any, result: Any, step: Step) -> bool:
    """Raise each factor by itself where ``A B = B A`` is given."""
    if not isinstance(focus, MatPow) or not (focus.exp.is_integer and focus.exp.is_nonnegative):
        return False
    _, factors = factors_of(focus.base)
    if len(factors) != 2:
        return False
    A, B = factors
    given = any(
        fact.relation == _EQUAL
        and same(fact.lhs, multiply(A, B))
        and same(fact.rhs, multiply(B, A))
        for fact in step.given
    )
    return given and same(result, multiply(MatPow(A, focus.exp), MatPow(B, focus.exp)))


ONE_FACTOR = Rule(
    "one factor at a time",
    r"A^{m+1} w = A^m (A w), \; A w \text{ by hypothesis}",
    _EQUAL,
    _one_factor,
)
LAST_FACTOR = Rule("last factor", r"A^{m+1} = A^m A", _EQUAL, _last_factor)
DIAGONAL_POWER = Rule(
    "power of a diagonal matrix",
    r"\operatorname{diag}(l)^m = \operatorname{diag}(l^m)",
    _EQUAL,
    _diagonal_power,
)
COMMUTING_POWERS = Rule(
    "commuting factors",
    r"A B = B A \implies (A B)^m = A^m B^m",
    _EQUAL,
    _commuting_powers,
)
