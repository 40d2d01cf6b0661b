"""Saturation: a recurrent matrix of radius 2 whose network forgets at a geometric rate."""

from typing import Any

from sympy import Integer, Lambda, Product, Rational, Symbol, cosh, exp, tanh

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant, Witness
from rnnmath.symbolic.derivation import Derivation, Relation
from rnnmath.symbolic.derivation.order import ARITHMETIC, supposed
from rnnmath.symbolic.derivation.reasoning import induction
from rnnmath.symbolic.norms import SpectralNorm, SpectralRadius
from rnnmath.symbolic.notation import TotalDerivative, W, h, j, k, t
from rnnmath.symbolic.quantities.growth import Orbit
from rnnmath.theory.eigenvalue_intuition.explicit_rules import TRIANGULAR, written
from rnnmath.theory.eigenvalue_intuition.hyperbolic_rules import (
    COSH_RISES,
    EXPONENTIALS,
    NEWEST_NUMBER,
    NO_NUMBER,
    ORBIT_START,
    ORBIT_STEP,
    TANH_RISES,
)
from rnnmath.theory.eigenvalue_intuition.objects import CHAPTER, COUNT, compare, equal
from rnnmath.theory.eigenvalue_intuition.sequence_rules import enclosed
from rnnmath.theory.eigenvalue_intuition.switching import switching

__all__ = ["RATE", "SATURATION"]

AT_MOST, AT_LEAST, LESS = Relation.AT_MOST, Relation.AT_LEAST, Relation.LESS

_x, _u = Symbol("x", real=True), Symbol("u", real=True)
_WEIGHT = written([2])
_STEP = Lambda(_u, tanh(2 * _u))
_STATE = Orbit(_STEP, _x, COUNT)
_FLOOR = Rational(1, 2)
_SATURATED = compare(_x, ">=", _FLOOR)
#: The steepest slope of a step from a state of at least 1/2, about 0.84.
RATE = 8 * exp(2) / (exp(2) + 1) ** 2


def _slope(state: Any) -> Any:
    """Return the derivative of ``tanh(2 h)``."""
    return 2 / cosh(2 * state) ** 2


_PRODUCT = Product(_slope(Orbit(_STEP, _x, j)), (j, 0, COUNT - 1))
_LATER = {COUNT: COUNT + 1}


def _invariant() -> Derivation:
    """Derive ``h_m >= 1/2`` by induction on m."""
    given = (_SATURATED,)
    start = Orbit(_STEP, _x, 0)
    base = Derivation(start, given=given).then(ORBIT_START, start, _x)
    base = base.then(supposed(AT_LEAST), _x, _FLOOR)
    known = (*given, compare(_STATE, ">=", _FLOOR))
    onward = Derivation(_STATE.after_one_more(), given=known)
    onward = onward.then(ORBIT_STEP, onward.end, tanh(2 * _STATE))
    onward = onward.then(TANH_RISES, onward.end, tanh(Integer(1)))
    onward = onward.then(enclosed(AT_LEAST), onward.end, _FLOOR)
    whole = Derivation(_STATE, given=given)
    return whole.then(induction(COUNT, 0, AT_LEAST), _STATE, _FLOOR, (base, onward))


def _flat() -> Derivation:
    """Derive that a saturated step has a slope of at most the rate."""
    chain = Derivation(_slope(_x), given=(_SATURATED,))
    chain = chain.then(COSH_RISES, chain.end, _slope(_FLOOR))
    return chain.then(EXPONENTIALS, chain.end, RATE)


def _contracts() -> Derivation:
    """Derive that m steps multiply by at most the rate to the power m."""
    given, bound = (_SATURATED,), RATE**COUNT
    empty = _PRODUCT.xreplace({COUNT: Integer(0)})
    base = Derivation(empty, given=given).then(NO_NUMBER, empty, Integer(1))
    known = (*given, compare(_PRODUCT, "<=", bound))
    onward = Derivation(_PRODUCT.xreplace(_LATER), given=known)
    newest = _slope(_STATE)
    onward = onward.then(NEWEST_NUMBER, onward.end, newest * _PRODUCT)
    onward = onward.then(COSH_RISES, newest / 2, _slope(_FLOOR) / 2, (_invariant(),))
    onward = onward.then(EXPONENTIALS, _slope(_FLOOR) / 2, RATE / 2)
    onward = onward.then(supposed(AT_MOST), _PRODUCT, bound)
    onward = onward.then(ARITHMETIC, onward.end, bound.xreplace(_LATER))
    whole = Derivation(_PRODUCT, given=given)
    return whole.then(induction(COUNT, 0, AT_MOST), _PRODUCT, bound, (base, onward))


def _shrinks() -> Derivation:
    return Derivation(RATE).then(enclosed(LESS), RATE, Integer(1))


def _radius() -> Derivation:
    start = SpectralRadius(_WEIGHT)
    return Derivation(start).then(TRIANGULAR, start, Integer(2))


def _at(x: Any, m: int) -> Draw:
    return Draw("explicit", {"values": {"x": x, "m": m}})


def _drawn(low: Any, high: Any) -> Draw:
    return Draw("random", {"scalars": {"x": (low, high), "m": (0, 5)}})


_CORNER = _FLOOR + Rational(1, 10**6)
_TRANSPORT = SpectralNorm(TotalDerivative(h[t], h[k]))

SATURATION = Claim(
    id="saturation-defeats-eigenvalues",
    kind=Kind.WITNESS,
    title="A saturated tanh network forgets although its recurrent weight is 2",
    says=(
        equal(SpectralRadius(_WEIGHT), 2),
        compare(_STATE, ">=", _FLOOR),
        compare(_slope(_x), "<=", RATE),
        compare(RATE, "<", 1),
        compare(_PRODUCT, "<=", RATE**COUNT),
    ),
    given=(
        Hypothesis(
            "$h_{j+1} = \\tanh(2 h_j)$ starts saturated, at $h_0 = x \\ge \\tfrac{1}{2}$",
            _SATURATED,
            Witness("at $x = 0$ the state stays $0$, where every slope is $2$", _at(0, 3)),
        ),
    ),
    derive=lambda: (_radius(), _invariant(), _flat(), _shrinks(), _contracts()),
    draws=(_drawn(_FLOOR, 3), _drawn(_FLOOR, Rational(51, 100)), _at(_CORNER, 1), _at(40, 4)),
    mutants=(
        Mutant(
            "a radius above 1 keeps the product away from 0",
            compare(_PRODUCT, ">=", 1),
            (_at(1, 3),),
            (compare(SpectralRadius(_WEIGHT), ">", 1),),
        ),
        Mutant(
            "a radius below 1 keeps the product below 1",
            compare(_TRANSPORT, "<=", 1),
            (switching(4),),
            (compare(SpectralRadius(W), "<", 1),),
        ),
        Mutant("the weight left out of the slope", compare(_slope(_x), "<=", RATE / 2)),
        Mutant("one factor too many", compare(_PRODUCT, "<=", RATE ** (COUNT + 1))),
        Mutant("the state never falls", compare(_STATE, ">=", _x)),
        Mutant(
            "states above -1/2 stay there",
            compare(_STATE, ">=", -_FLOOR),
            (_at(Rational(-1, 4), 4),),
            (compare(_x, ">=", -_FLOOR),),
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
