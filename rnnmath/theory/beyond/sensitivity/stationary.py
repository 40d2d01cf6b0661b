"""The limit of the sensitivity for a weight below 1, with what is missing at every finite time."""

from typing import Any

from sympy import Dummy, Expr, Integer, Pow, Rational

from rnnmath.claim import DERIVED_HERE, Claim, Hypothesis, Kind, Mutant, Witness, cite
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Step
from rnnmath.symbolic.derivation.order import shown, supposed
from rnnmath.symbolic.derivation.reasoning import induction
from rnnmath.symbolic.notation import T, k, t
from rnnmath.theory.beyond.sensitivity.objects import (
    CHAPTER,
    FROM_FIRST,
    IN_HORIZON,
    IS_WHITE,
    MEAN_SENSITIVITY,
    WHITE_INPUTS,
    at,
    drawn,
    weight,
)
from rnnmath.theory.beyond.sensitivity.rules import LAST_TERM, NO_TERM
from rnnmath.theory.beyond.sensitivity.white import SQUARES, WHITE_SENSITIVITY
from rnnmath.theory.norm_bound.objects import at_most, equal
from rnnmath.theory.vanishing.activation_choice.objects import less

__all__ = ["STATIONARY", "STATIONARY_SENSITIVITY"]

_EQUAL, _AT_MOST = Relation.EQUAL, Relation.AT_MOST
_GAP = 1 - weight**2
#: What the mean square of the sensitivity tends to.
STATIONARY = (1 + weight**2) / _GAP**3
_MISSING = (
    weight ** (2 * t - 2) * ((t - 1) ** 2 * _GAP**2 + 2 * (t - 1) * _GAP + 1 + weight**2) / _GAP**3
)
_CEILING = t**2 * weight ** (2 * t - 2) * STATIONARY
_STABLE = less(weight**2, 1)
_GIVEN = (at_most(1, t), at_most(t, T), IS_WHITE, at_most(k, t), _STABLE)


def _fractions(focus: Any, result: Any, step: Step) -> bool:
    """Compare two fractions over powers of ``1 - λ^2``, which is known not to be 0."""
    inverse, power = Dummy("(1 - λ^2)^-3"), Dummy("λ^(2 t - 2)")
    names = {_GAP**-3: inverse, weight ** (2 * t - 2): power, weight ** (2 * t): power * weight**2}
    gap = (focus - result).xreplace(names).expand()
    whole, part = gap.coeff(inverse, 0), gap.coeff(inverse, 1)
    linear = (gap - whole - part * inverse).expand() == 0
    cleared = (whole * _GAP**3 + part).expand() == 0
    return _STABLE in step.given and bool(linear and cleared)


def _nonnegative(factor: Any, step: Step) -> bool:
    """Tell whether a factor is seen to be nonnegative, or is one by a fact that is given."""
    if factor.is_nonnegative:
        return True
    if isinstance(factor, Pow):
        return _nonnegative(factor.base, step)
    return any(
        fact.relation in (_AT_MOST, Relation.LESS)
        and (factor - (fact.rhs - fact.lhs)).expand().is_nonnegative
        for fact in step.given
        if isinstance(fact.lhs, Expr)
    )


#: What the ceiling has more than the missing part, as products of nonnegative factors.
_MORE = (
    (weight ** (2 * t), (t - 1) ** 2, 3 - weight**2, _GAP**-3),
    (Integer(4), weight ** (2 * t), t - 1, _GAP**-3),
)


def _added(focus: Any, result: Any, step: Step) -> bool:
    more = sum((_times(factors) for factors in _MORE), start=Integer(0))
    known = all(_nonnegative(factor, step) for factors in _MORE for factor in factors)
    return known and _fractions(focus + more, result, step)


def _times(factors: Any) -> Any:
    product = Integer(1)
    for factor in factors:
        product = product * factor
    return product


_FRACTIONS = Rule("one denominator", "", _EQUAL, _fractions)
_ADDED = Rule("add what is not negative", r"x \le x + y, \quad y \ge 0", _AT_MOST, _added)


def _closed() -> Derivation:
    """Derive the sum in closed form, by induction from t = 1 on."""
    given = (at_most(1, t), _STABLE)
    value = STATIONARY - _MISSING
    first = SQUARES.xreplace({t: Integer(1)})
    base = Derivation(first, given=given).then(NO_TERM, first, Integer(0))
    later = {t: t + 1}
    onward = Derivation(SQUARES.xreplace(later), given=(*given, equal(SQUARES, value)))
    onward = onward.then(LAST_TERM, onward.end, SQUARES + t**2 * weight ** (2 * t - 2))
    onward = onward.then(supposed(_EQUAL), SQUARES, value)
    onward = onward.then(_FRACTIONS, onward.end, value.xreplace(later))
    whole = Derivation(SQUARES, given=given)
    return whole.then(induction(t, 1), SQUARES, value, (base, onward))


def _missing() -> Derivation:
    chain = Derivation(STATIONARY - MEAN_SENSITIVITY, given=_GIVEN)
    chain = chain.then(cite(WHITE_SENSITIVITY), MEAN_SENSITIVITY, SQUARES)
    return chain.then(shown(_EQUAL), SQUARES, STATIONARY - _MISSING, (_closed(),))


def _short() -> Derivation:
    chain = _missing()
    return chain.then(_ADDED, chain.end, _CEILING)


_SMALL = (drawn(-1, 1), drawn(Rational(1, 2), 1), at(0, 3), at(Rational(1, 2), 1))
_NINE = at(Rational(9, 10), 5)


def _misses(limit: Any) -> Any:
    return equal(limit - MEAN_SENSITIVITY, _MISSING)


STATIONARY_SENSITIVITY = Claim(
    id="stationary-sensitivity",
    kind=Kind.LIMIT,
    title="Below weight 1 the sensitivity settles at a height that has a pole of order three",
    says=(
        equal(STATIONARY - MEAN_SENSITIVITY, _MISSING),
        at_most(STATIONARY - MEAN_SENSITIVITY, _CEILING),
    ),
    given=(
        FROM_FIRST,
        IN_HORIZON,
        Hypothesis("$k \\le t$", at_most(k, t)),
        WHITE_INPUTS,
        Hypothesis(
            "$\\lvert \\lambda \\rvert \\lt 1$",
            _STABLE,
            Witness("with weight 2 the formula is negative, and no limit exists", at(2, 3)),
        ),
    ),
    derive=lambda: (_missing(), _short()),
    draws=_SMALL,
    mutants=(
        Mutant("a pole of order two", _misses((1 + weight**2) / _GAP**2)),
        Mutant("with $1 - \\lambda^2$ above", _misses(_GAP / _GAP**3)),
        Mutant("with 1 above", _misses(1 / _GAP**3)),
        Mutant(
            "the variance of the state, squared",
            at_most(STATIONARY, 1 / _GAP**2),
            (_NINE,),
        ),
        Mutant(
            "the missing part falls like a power, without the square of t",
            at_most(STATIONARY - MEAN_SENSITIVITY, _CEILING / t**2),
            (_NINE,),
        ),
        Mutant("reached in finite time", equal(MEAN_SENSITIVITY, STATIONARY)),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
