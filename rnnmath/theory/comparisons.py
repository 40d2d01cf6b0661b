"""Rules that compare numbers: chains squeezed together, powers of small numbers, logarithms.

Nothing here knows what a norm is.
"""

from typing import Any

from sympy import Integer, Max, sympify

from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement, Step
from rnnmath.symbolic.reasoning import not_before

__all__ = ["POWER_BELOW_ONE", "POWER_OF_BOUNDED", "SQUEEZE"]

_EQUAL, _AT_MOST, _LESS, _IFF = Relation.EQUAL, Relation.AT_MOST, Relation.LESS, Relation.IFF
_UP = (_EQUAL, _AT_MOST, _LESS)


def _goes_up(premise: Derivation, step: Step) -> bool:
    return premise.relation in _UP and premise.given == step.given


def _squeeze(focus: Any, result: Any, step: Step) -> bool:
    """Between ``z = x`` and both gaps of ``x <= y <= z`` being zero."""
    if len(step.premises) != 2 or not all(isinstance(s, Statement) for s in (focus, result)):
        return False
    low, high = step.premises
    gaps = Max(low.end - low.start, high.end - high.start)
    return bool(
        _goes_up(low, step)
        and _goes_up(high, step)
        and low.end == high.start
        and focus == Statement(high.end, _EQUAL, low.start)
        and result == Statement(gaps, _EQUAL, Integer(0))
    )


def _power_of_bounded(focus: Any, result: Any, step: Step) -> bool:
    """``x^m <= c^m`` where x is nonnegative, ``x <= c`` is given, and m is not negative."""
    base, exponent = focus.as_base_exp()
    whole = exponent.is_integer and not_before(exponent, Integer(0), step.given)
    return bool(
        whole
        and base.is_nonnegative
        and any(
            fact.relation in (_AT_MOST, _LESS)
            and fact.lhs == base
            and sympify(result) == fact.rhs**exponent
            for fact in step.given
        )
    )


def _power_below_one(focus: Any, result: Any, step: Step) -> bool:
    """``x^m < 1`` where the premise shows ``x < 1``, x is positive and m at least 1."""
    base, exponent = focus.as_base_exp()
    if len(step.premises) != 1 or result != 1:
        return False
    (premise,) = step.premises
    return bool(
        premise.relation == _LESS
        and premise.given == step.given
        and premise.start == base
        and premise.end == 1
        and exponent.is_integer
        and not_before(exponent, Integer(1), step.given)
    )


#: ``z = x`` for ``x <= y <= z`` exactly if nothing is lost on the way.
SQUEEZE = Rule(
    "equality all along the chain",
    r"x \le y \le z \implies (z = x \iff \max(y - x, z - y) = 0)",
    _IFF,
    _squeeze,
)
POWER_OF_BOUNDED = Rule(
    "power of what is bounded",
    r"0 \le x \le c, \; m \ge 0 \implies x^m \le c^m",
    _AT_MOST,
    _power_of_bounded,
)
POWER_BELOW_ONE = Rule(
    "power of a number below one",
    r"0 < x < 1, \; m \ge 1 \implies x^m < 1",
    _LESS,
    _power_below_one,
)
