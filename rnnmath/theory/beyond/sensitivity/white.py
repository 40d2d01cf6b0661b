"""White inputs: the mean square of the sensitivity, at finite times and at the critical weight."""

from typing import Any

from sympy import Integer, Rational, Sum

from rnnmath.claim import DERIVED_HERE, Claim, Hypothesis, Kind, Mutant, Witness, cite
from rnnmath.symbolic.derivation import Derivation, Relation
from rnnmath.symbolic.derivation.order import ARITHMETIC, shown, supposed
from rnnmath.symbolic.derivation.reasoning import induction
from rnnmath.symbolic.notation import T, j, k, t
from rnnmath.theory.beyond.sensitivity.objects import (
    CHAPTER,
    FROM_FIRST,
    GRADIENT,
    IN_HORIZON,
    IS_WHITE,
    MEAN_SENSITIVITY,
    MEAN_STATE,
    SENSITIVITY,
    STATE,
    WHITE_INPUTS,
    at,
    drawn,
    i,
    law,
    weight,
)
from rnnmath.theory.beyond.sensitivity.recursion import (
    LINEAR_SENSITIVITY,
    SENSITIVITY_BY_LAG,
    STATE_BY_LAG,
)
from rnnmath.theory.beyond.sensitivity.rules import (
    LAST_TERM,
    NO_TERM,
    RENAMED_LAG,
    UNIT_POWERS,
    WHITE,
)
from rnnmath.theory.norm_bound.objects import at_most, equal

__all__ = ["CRITICAL_SENSITIVITY", "SQUARES", "WHITE_SENSITIVITY"]

_EQUAL = Relation.EQUAL
_COUNTED = j**2 * weight ** (2 * j - 2)
#: The mean square of the sensitivity: j runs over the steps that an input has been in the state.
SQUARES = Sum(_COUNTED, (j, 1, t - 1))
_VARIANCE = Sum(weight ** (2 * i), (i, 0, t - 1))
_GIVEN = (at_most(1, t), at_most(t, T), IS_WHITE)
_ORDER = at_most(k, t)


def _mean(node: Any, index: int, by_lag: Any, squares: Any) -> Derivation:
    given = (*_GIVEN, _ORDER)
    mean = node**2
    chain = Derivation(_expectation(mean), given=given)
    chain = chain.then(cite(LINEAR_SENSITIVITY, index), node, by_lag)
    return chain.then(WHITE, chain.end, squares)


def _expectation(number: Any) -> Any:
    return MEAN_STATE.func(number, law)


def _mean_sensitivity() -> Derivation:
    plain = Sum(((i + 1) * weight**i) ** 2, (i, 0, t - 2))
    chain = _mean(SENSITIVITY, 1, SENSITIVITY_BY_LAG, plain)
    return chain.then(RENAMED_LAG, chain.end, SQUARES)


_ENUMERATED = (
    drawn(-1, 1),
    drawn(-2, 2, (1, 4)),
    drawn(-1, 1, (1, 3), "like normal"),
    at(0, 4),
    at(1, 1),
    at(1, 5),
)

WHITE_SENSITIVITY = Claim(
    id="white-sensitivity",
    kind=Kind.IDENTITY,
    title="Under white inputs the squared sensitivity is a sum of squared ages",
    says=(equal(MEAN_SENSITIVITY, SQUARES), equal(MEAN_STATE, _VARIANCE)),
    given=(FROM_FIRST, IN_HORIZON, Hypothesis("$k \\le t$", _ORDER), WHITE_INPUTS),
    derive=lambda: (
        _mean_sensitivity(),
        _mean(STATE, 0, STATE_BY_LAG, _VARIANCE),
    ),
    draws=_ENUMERATED,
    mutants=(
        Mutant(
            "one age too many: j up to t",
            equal(MEAN_SENSITIVITY, Sum(_COUNTED, (j, 1, t))),
        ),
        Mutant(
            "ages, not their squares",
            equal(MEAN_SENSITIVITY, Sum(j * weight ** (2 * j - 2), (j, 1, t - 1))),
        ),
        Mutant(
            "the power of the age itself",
            equal(MEAN_SENSITIVITY, Sum(j**2 * weight ** (2 * j), (j, 1, t - 1))),
        ),
        Mutant(
            "a weight that shrinks the past bounds it by 1",
            at_most(MEAN_SENSITIVITY, 1),
            (at(Rational(9, 10), 5),),
        ),
        Mutant(
            "no more than the variance of the state",
            at_most(MEAN_SENSITIVITY, MEAN_STATE),
            (at(Rational(9, 10), 5),),
        ),
        Mutant("the newest input counts in the state alone", equal(MEAN_STATE, _VARIANCE - 1)),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)

_CRITICAL = equal(weight**2, 1)
_PLAIN = Sum(j**2, (j, 1, t - 1))
_PYRAMID = (t - 1) * t * (2 * t - 1) / 6


def _pyramid() -> Derivation:
    """Derive ``Σ_(j=1..t-1) j^2 = (t - 1) t (2 t - 1) / 6`` by induction from t = 1."""
    given = (at_most(1, t),)
    first = _PLAIN.xreplace({t: Integer(1)})
    base = Derivation(first, given=given).then(NO_TERM, first, Integer(0))
    onward = Derivation(_PLAIN.xreplace({t: t + 1}), given=(*given, equal(_PLAIN, _PYRAMID)))
    onward = onward.then(LAST_TERM, onward.end, _PLAIN + t**2)
    onward = onward.then(supposed(_EQUAL), _PLAIN, _PYRAMID)
    onward = onward.then(ARITHMETIC, onward.end, _PYRAMID.xreplace({t: t + 1}))
    whole = Derivation(_PLAIN, given=given)
    return whole.then(induction(t, 1), _PLAIN, _PYRAMID, (base, onward))


def _grows() -> Derivation:
    given = (*_GIVEN, _ORDER, _CRITICAL)
    chain = Derivation(MEAN_SENSITIVITY, given=given)
    chain = chain.then(cite(WHITE_SENSITIVITY), chain.end, SQUARES)
    chain = chain.then(UNIT_POWERS, SQUARES, _PLAIN)
    return chain.then(shown(_EQUAL), _PLAIN, _PYRAMID, (_pyramid(),))


def _stays() -> Derivation:
    given = (*_GIVEN, _ORDER, _CRITICAL)
    chain = Derivation(GRADIENT**2, given=given)
    chain = chain.then(cite(LINEAR_SENSITIVITY, 2), GRADIENT, weight ** (t - k))
    return chain.then(UNIT_POWERS, chain.end, Integer(1))


CRITICAL_SENSITIVITY = Claim(
    id="critical-sensitivity",
    kind=Kind.IDENTITY,
    title="At weight 1 no gradient between states grows, and the sensitivity grows like t cubed",
    says=(equal(MEAN_SENSITIVITY, _PYRAMID), equal(GRADIENT**2, 1)),
    given=(
        FROM_FIRST,
        IN_HORIZON,
        Hypothesis("$k \\le t$", _ORDER),
        WHITE_INPUTS,
        Hypothesis(
            "$\\lambda = \\pm 1$",
            _CRITICAL,
            Witness("a smaller weight forgets", at(Rational(1, 2), 4)),
        ),
    ),
    derive=lambda: (_grows(), _stays()),
    draws=(*(at(1, steps) for steps in range(1, 7)), at(-1, 4), at(-1, 5), at(1, 3, "like normal")),
    mutants=(
        Mutant("like t, as the variance of the state", equal(MEAN_SENSITIVITY, t)),
        Mutant("like t squared", at_most(MEAN_SENSITIVITY, t**2), (at(1, 6),)),
        Mutant("bounded, as the gradient in the states is", at_most(MEAN_SENSITIVITY, 1)),
        Mutant(
            "with the newest input",
            equal(MEAN_SENSITIVITY, t * (t + 1) * (2 * t + 1) / 6),
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
