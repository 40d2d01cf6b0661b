"""Rules that compare numbers: chains squeezed together, powers of small numbers, logarithms.

Nothing here knows what a norm is.
"""

from collections.abc import Mapping
from typing import Any

from sympy import Integer, Max, Mul, ceiling, log, sympify

from rnnmath.claim import Claim
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement, Step
from rnnmath.symbolic.derivation.reasoning import not_before

__all__ = [
    "LESS_BY_A_POSITIVE",
    "NEARER_TO_ONE",
    "POSITIVE_FACTORS",
    "POWERS_TOGETHER",
    "POWER_BELOW_ONE",
    "POWER_OF_BOUNDED",
    "SQUEEZE",
    "by_equivalence",
]

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


def _below_one(premises: tuple[Derivation, ...], base: Any, step: Step) -> bool:
    """Ask two premises for ``0 < x`` and ``x < 1``."""
    if len(premises) != 2 or any(premise.given != step.given for premise in premises):
        return False
    above, below = premises
    return bool(
        above.relation == below.relation == _LESS
        and (above.start, above.end) == (0, base)
        and (below.start, below.end) == (base, 1)
    )


def _power_below_one(focus: Any, result: Any, step: Step) -> bool:
    """``x^m < 1`` where the premises show ``0 < x < 1``, and m is at least 1."""
    base, exponent = focus.as_base_exp()
    whole = exponent.is_integer and not_before(exponent, Integer(1), step.given)
    return bool(whole and result == 1 and _below_one(step.premises, base, step))


def _powers_together(focus: Any, result: Any, _: Step) -> bool:
    """``x^m y^m = (x y)^m``, the product of the bases multiplied out."""
    exponent = result.as_base_exp()[1]
    parts = [factor.as_base_exp() for factor in Mul.make_args(focus)]
    bases = Mul(*(base for base, _ in parts))
    return all(power == exponent for _, power in parts) and bool(
        exponent.is_integer and (bases - result.as_base_exp()[0]).expand() == 0
    )


def _is_positive(expr: Any, step: Step) -> bool:
    return bool(expr.is_positive) or any(
        fact.relation == _LESS and (fact.rhs - fact.lhs - expr).expand() == 0 for fact in step.given
    )


def _positive_factors(focus: Any, result: Any, step: Step) -> bool:
    """``0 < x y`` for positive x and y."""
    return bool(focus == 0) and all(_is_positive(factor, step) for factor in Mul.make_args(result))


def _less(focus: Any, result: Any, step: Step) -> bool:
    return _is_positive((result - focus).expand(), step)


def _rises_with_base(focus: Any, result: Any, step: Step) -> bool:
    """``ceil(-c/ln y) <= ceil(c/ln x)`` for ``x y <= 1``, y < 1 < x and c > 0."""
    if len(step.premises) != 1:
        return False
    (premise,) = step.premises
    sides = [side.args[0] for side in (focus, result) if isinstance(side, ceiling)]
    logs = [[part for part in side.atoms(log) if not part.is_number] for side in sides]
    if premise.relation not in (*_UP,) or premise.given != step.given or premise.end != 1:
        return False
    if len(sides) != 2 or any(len(found) != 1 for found in logs):
        return False
    y, x = (found[0].args[0] for found in logs)
    c = (sides[1] * log(x)).simplify()
    return bool(
        (premise.start - x * y).expand() == 0
        and (sides[0] * log(y) + c).simplify() == 0
        and c.is_positive
        and _is_positive(x - 1, step)
        and _is_positive(1 - y, step)
        and _is_positive(y, step)
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
POWERS_TOGETHER = Rule("same exponent", r"x^m y^m = (x y)^m", _EQUAL, _powers_together)
POSITIVE_FACTORS = Rule("positive factors", r"x, y > 0 \implies 0 < x y", _LESS, _positive_factors)
LESS_BY_A_POSITIVE = Rule("less by a positive number", r"x < x + y, \quad y > 0", _LESS, _less)
#: ``x y <= 1`` makes ``ln x <= -ln y``: y is further below 1 than x is above it.
NEARER_TO_ONE = Rule(
    "the base nearer to one takes longer",
    r"x y \le 1, \; y < 1 < x \implies \lceil -c / \ln y \rceil \le \lceil c / \ln x \rceil",
    _AT_MOST,
    _rises_with_base,
)
POWER_BELOW_ONE = Rule(
    "power of a number below one",
    r"0 < x < 1, \; m \ge 1 \implies x^m < 1",
    _LESS,
    _power_below_one,
)


def by_equivalence(claim: Claim, index: int, names: Mapping[Any, Any]) -> Rule:
    """Return the rule that a claimed equivalence gives its left side where its right is supposed.

    The left side is an inequality from the focus to the result.

    Examples
    --------
    >>> from rnnmath.theory.norm_bound.crossing import FIRST_CROSSING
    >>> by_equivalence(FIRST_CROSSING, 0, {}).claim
    'first-crossing'
    """
    statement = claim.says[index]
    sought, known = (side.renamed(names) for side in (statement.lhs, statement.rhs))
    needs = [each.condition.renamed(names) for each in claim.given if each.condition is not None]

    def justify(focus: Any, result: Any, step: Step) -> bool:
        return (
            (focus, result) == (sought.lhs, sought.rhs)
            and known in step.given
            and all(need in step.given for need in needs)
        )

    return Rule(claim.id, "", sought.relation, justify, claim.id)
