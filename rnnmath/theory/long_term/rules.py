"""Rules about crossings of a level, and about a matrix whose square is a multiple of I."""

from fractions import Fraction
from typing import Any

from sympy import Identity, ImmutableDenseMatrix, Integer, MatPow, Rational, ceiling

from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement, Step
from rnnmath.symbolic.derivation.order import mentions
from rnnmath.symbolic.derivation.quadratic import factors_of
from rnnmath.symbolic.derivation.reasoning import not_before, runs_through
from rnnmath.symbolic.quantities.horizon import FirstBelow, Horizon
from rnnmath.symbolic.tidy import same
from rnnmath.theory.eigenvalue_intuition.explicit_rules import vanishes

__all__ = ["FIRST_IS_BELOW", "FROM_THERE_ON", "SCALAR_SQUARE", "TWO_IN_TURN", "UNIT_POWER"]

_EQUAL, _AT_MOST, _LESS, _IFF = Relation.EQUAL, Relation.AT_MOST, Relation.LESS, Relation.IFF
_UP = (_EQUAL, _AT_MOST, _LESS)


def _from_there_on(focus: Any, result: Any, step: Step) -> bool:
    """Ask the premises for: below the level wherever ``result <= m``; and ``0 <= result``."""
    if not isinstance(focus, Horizon) or len(step.premises) != 2:
        return False
    if not (result.is_integer or isinstance(result, ceiling)):
        return False
    tail, nonnegative = step.premises
    fresh = [
        m
        for m in tail.start.free_symbols
        if runs_through(m, 0)
        and same(tail.start, focus.at(m))
        and m not in focus.free_symbols
        and not any(mentions(part, m) for part in (result, *step.given))
    ]
    return any(
        tail.given == (*step.given, Statement(result, _AT_MOST, m))
        and tail.relation in _UP
        and same(tail.end, focus.level)
        and nonnegative.given == step.given
        and nonnegative.relation in _UP
        and (nonnegative.start, nonnegative.end) == (0, result)
        for m in fresh
    )


def _first_is_below(focus: Any, result: Any, _: Step) -> bool:
    return (
        isinstance(focus, FirstBelow) and isinstance(result, Horizon) and focus.args == result.args
    )


def _scalar_square(focus: Any, result: Any, step: Step) -> bool:
    """``A^(2q + r)`` is ``c^q A^r`` where a premise shows ``A^2 = c I``; r is 0 or 1."""
    if not isinstance(focus, MatPow) or len(step.premises) != 1:
        return False
    (premise,) = step.premises
    shown = premise.relation == _EQUAL and set(premise.given) <= set(step.given)
    if not shown or premise.start != MatPow(focus.base, 2):
        return False
    square = premise.end
    if not isinstance(square, ImmutableDenseMatrix) or not square.is_diagonal():
        return False
    number = square[0, 0]
    if any(entry != number for entry in square.diagonal()):
        return False
    for r in (0, 1):
        q = (focus.exp - r) / 2
        left = [Identity(focus.shape[0])] if r == 0 else [focus.base]
        scale, factors = factors_of(result)
        whole = q.is_integer and q.is_nonnegative
        if whole and factors == left and vanishes(scale - number**q):
            return True
    return False


def _geometric(premise: Derivation, focus: Any, shift: int) -> tuple[Fraction, Fraction] | None:
    """Read ``x_(2q + shift) = c r^q`` with 0 < r < 1 off a premise; None where it is another."""
    free = [q for q in premise.start.free_symbols - focus.free_symbols if runs_through(q, 0)]
    for q in free:
        if premise.given or premise.relation != _EQUAL:
            continue
        if not same(premise.start, focus.at(2 * q + shift)):
            continue
        first, second = (premise.end.xreplace({q: Integer(step)}) for step in (0, 1))
        if not (first.is_Rational and second.is_Rational and first > 0):
            continue
        ratio = second / first
        if 0 < ratio < 1 and (premise.end - first * ratio**q).simplify() == 0:
            return Fraction(int(first.p), int(first.q)), Fraction(int(ratio.p), int(ratio.q))
    return None


def _passed(start: Fraction, ratio: Fraction, level: Fraction) -> int:
    """Return the least q with ``start ratio^q <= level``, for a level above 0."""
    count = 0
    while start > level:
        start, count = start * ratio, count + 1
    return count


def _two_in_turn(focus: Any, result: Any, step: Step) -> bool:
    """Compare two falling sequences with the level, one at the even steps and one at the odd."""
    if not isinstance(focus, FirstBelow | Horizon) or len(step.premises) != 2:
        return False
    if not isinstance(focus.level, Rational) or not focus.level > 0:
        return False
    level = Fraction(int(focus.level.p), int(focus.level.q))
    found = [_geometric(premise, focus, shift) for shift, premise in enumerate(step.premises)]
    if None in found:
        return False
    even, odd = (_passed(*pair, level) for pair in found if pair is not None)
    first, settled = min(2 * even, 2 * odd + 1), max(2 * even - 1, 2 * odd)
    expected = max(settled, 0) if isinstance(focus, Horizon) else first
    within = not_before(focus.last, Integer(expected), step.given)
    return bool(within and result == expected)


def _unit_power(focus: Any, result: Any, _: Step) -> bool:
    """``x^m = 1`` and ``x = 1``, for x >= 0 and m >= 1."""
    if not isinstance(focus, Statement) or focus.relation != _EQUAL or focus.rhs != 1:
        return False
    base, exponent = focus.lhs.as_base_exp()
    whole = exponent.is_integer and exponent.is_positive
    return bool(whole and base.is_nonnegative and result == Statement(base, _EQUAL, Integer(1)))


#: ``x_m <= level`` for every ``m >= c`` makes the last crossing at most c.
FROM_THERE_ON = Rule(
    "small from there on",
    r"(c \le m \implies x_m \le \varepsilon), \; c \ge 0 \implies H(\varepsilon) \le c",
    _AT_MOST,
    _from_there_on,
)
FIRST_IS_BELOW = Rule(
    "the last crossing is a crossing",
    r"\min\{m : x_m \le \varepsilon\} \le H(\varepsilon)",
    _AT_MOST,
    _first_is_below,
)
SCALAR_SQUARE = Rule(
    "powers of a root of a multiple of I",
    r"A^2 = c I \implies A^{2q} = c^q I, \; A^{2q + 1} = c^q A",
    _EQUAL,
    _scalar_square,
)
TWO_IN_TURN = Rule("two falling sequences in turn", "", _EQUAL, _two_in_turn)
UNIT_POWER = Rule(
    "a power that is one", r"x^m = 1 \iff x = 1, \quad x \ge 0, \; m \ge 1", _IFF, _unit_power
)
