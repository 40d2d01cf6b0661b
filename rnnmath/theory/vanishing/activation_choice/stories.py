"""ReLU with one unit: it explodes, it vanishes, or it dies, by its weight and its bias."""

from typing import Any

from sympy import Lambda, Max, Piecewise, Product, Rational, Symbol, sympify

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant, Witness
from rnnmath.symbolic.derivation import Derivation, Relation
from rnnmath.symbolic.derivation.order import ARITHMETIC, shown, supposed
from rnnmath.symbolic.derivation.reasoning import induction
from rnnmath.symbolic.notation import j, time
from rnnmath.symbolic.quantities.growth import Orbit
from rnnmath.theory.eigenvalue_intuition.hyperbolic_rules import (
    NEWEST_NUMBER,
    NO_NUMBER,
    ORBIT_START,
    ORBIT_STEP,
)
from rnnmath.theory.norm_bound.objects import at_most, equal
from rnnmath.theory.vanishing.activation_choice.objects import CHAPTER, at_least, less

__all__ = ["RELU_DIES", "RELU_ONE_UNIT"]

_EQUAL = Relation.EQUAL
_u, _m = Symbol("u", real=True), time("m")
_x, _start = Symbol("x", positive=True), Symbol("x", nonnegative=True)
_LATER = {_m: _m + 1}


def _orbit(weight: Any, bias: Any, start: Any, count: Any = _m) -> Orbit:
    """Return ``h_m`` for ``h_j = max(0, W h_(j-1) + b)``."""
    return Orbit(Lambda(_u, Max(0, weight * _u + bias)), start, count)


def _slope(weight: Any, bias: Any, state: Any) -> Any:
    """Return the slope of one step, by claim relu."""
    return Piecewise((weight, weight * state + bias > 0), (0, True))


def _product(weight: Any, bias: Any, start: Any) -> Any:
    """Return ``dh_m/dh_0``, the product of the slopes on the way."""
    return Product(_slope(weight, bias, _orbit(weight, bias, start, j)), (j, 0, _m - 1))


_TWO, _HALF = sympify(2), Rational(1, 2)


def _grown(weight: Any) -> Derivation:
    """Derive ``h_m = W^m x`` by induction on m."""
    state, value = _orbit(weight, 0, _x), weight**_m * _x
    given = (_POSITIVE,)
    base = Derivation(_orbit(weight, 0, _x, 0), given=given)
    base = base.then(ORBIT_START, base.end, _x)
    onward = Derivation(state.after_one_more(), given=(*given, equal(state, value)))
    onward = onward.then(ORBIT_STEP, onward.end, Max(0, weight * state))
    onward = onward.then(supposed(_EQUAL), state, value)
    onward = onward.then(ARITHMETIC, onward.end, value.xreplace(_LATER))
    whole = Derivation(state, given=given)
    return whole.then(induction(_m, 0), state, value, (base, onward))


def _transported(weight: Any) -> Derivation:
    """Derive that the product of the slopes is ``W^m``."""
    product, value = _product(weight, 0, _x), weight**_m
    given = (_POSITIVE,)
    base = Derivation(product.xreplace({_m: sympify(0)}), given=given)
    base = base.then(NO_NUMBER, base.end, sympify(1))
    onward = Derivation(product.xreplace(_LATER), given=(*given, equal(product, value)))
    state = _orbit(weight, 0, _x)
    onward = onward.then(NEWEST_NUMBER, onward.end, _slope(weight, 0, state) * product)
    onward = onward.then(shown(_EQUAL), state, weight**_m * _x, (_grown(weight),))
    onward = onward.then(supposed(_EQUAL), product, value)
    onward = onward.then(ARITHMETIC, onward.end, weight ** (_m + 1))
    whole = Derivation(product, given=given)
    return whole.then(induction(_m, 0), product, value, (base, onward))


def _drawn(low: Any, high: Any, first: int = 0) -> Draw:
    return Draw("random", {"scalars": {"x": (low, high), "m": (first, 6)}})


def _at(x: Any, m: int) -> Draw:
    return Draw("explicit", {"values": {"x": x, "m": m}, "note": "one unit"})


_POSITIVE = less(0, _x)
_DOUBLING, _HALVING = (_product(weight, 0, _x) for weight in (_TWO, _HALF))

RELU_ONE_UNIT = Claim(
    id="relu-one-unit",
    kind=Kind.WITNESS,
    title="One unit of ReLU explodes with weight 2 and vanishes with weight 1/2",
    says=(
        equal(_orbit(_TWO, 0, _x), 2**_m * _x),
        equal(_DOUBLING, 2**_m),
        equal(_orbit(_HALF, 0, _x), _HALF**_m * _x),
        equal(_HALVING, _HALF**_m),
    ),
    given=(
        Hypothesis(
            "without bias and input, from $h_0 = x \\gt 0$",
            _POSITIVE,
            Witness("from 0 the unit stays at its kink, where no derivative is claimed", _at(0, 2)),
        ),
    ),
    derive=lambda: (_grown(_TWO), _transported(_TWO), _grown(_HALF), _transported(_HALF)),
    draws=(_drawn(0, 3), _drawn(0, Rational(1, 1000)), _at(40, 30)),
    mutants=(
        Mutant("ReLU never vanishes", at_least(_HALVING, 1)),
        Mutant("ReLU never explodes", at_most(_DOUBLING, 1)),
        Mutant("one factor too many", equal(_DOUBLING, 2 ** (_m + 1))),
        Mutant("one factor too few", equal(_HALVING, _HALF ** (_m - 1))),
        Mutant("growth by a sum", equal(_orbit(_TWO, 0, _x), (1 + _m) * _x)),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)

_B = sympify(-1)
_STATE, _DEAD = _orbit(_B, _B, _start), _product(_B, _B, _start)
_ZERO = sympify(0)
_ALIVE_NO_MORE = (at_most(0, _start), at_most(1, _m))


def _silent() -> Derivation:
    """Derive ``h_m = 0`` by induction from m = 1 on."""
    base = Derivation(_orbit(_B, _B, _start, 1), given=_ALIVE_NO_MORE)
    first = _orbit(_B, _B, _start, 0)
    base = base.then(ORBIT_STEP, base.end, Max(0, -first - 1))
    base = base.then(ORBIT_START, first, _start)
    onward = Derivation(_STATE.after_one_more(), given=(*_ALIVE_NO_MORE, equal(_STATE, 0)))
    onward = onward.then(ORBIT_STEP, onward.end, Max(0, -_STATE - 1))
    onward = onward.then(supposed(_EQUAL), _STATE, _ZERO)
    whole = Derivation(_STATE, given=_ALIVE_NO_MORE)
    return whole.then(induction(_m, 1), _STATE, _ZERO, (base, onward))


def _cut() -> Derivation:
    """Derive that nothing comes through, by induction from m = 1 on."""
    first = _orbit(_B, _B, _start, 0)
    none = _DEAD.xreplace({_m: _ZERO})
    base = Derivation(_DEAD.xreplace({_m: sympify(1)}), given=_ALIVE_NO_MORE)
    base = base.then(NEWEST_NUMBER, base.end, _slope(_B, _B, first) * none)
    base = base.then(ORBIT_START, first, _start)
    onward = Derivation(_DEAD.xreplace(_LATER), given=(*_ALIVE_NO_MORE, equal(_DEAD, 0)))
    onward = onward.then(NEWEST_NUMBER, onward.end, _slope(_B, _B, _STATE) * _DEAD)
    onward = onward.then(supposed(_EQUAL), _DEAD, _ZERO)
    whole = Derivation(_DEAD, given=_ALIVE_NO_MORE)
    return whole.then(induction(_m, 1), _DEAD, _ZERO, (base, onward))


RELU_DIES = Claim(
    id="relu-dies",
    kind=Kind.WITNESS,
    title="With weight -1 and bias -1 one unit of ReLU is dead after one step, for good",
    says=(equal(_STATE, 0), equal(_DEAD, 0)),
    given=(
        Hypothesis(
            "$h_{j+1} = \\max(0, -h_j - 1)$ starts at $h_0 = x \\ge 0$, as every state of ReLU is",
            _ALIVE_NO_MORE[0],
            Witness("from $-3$ the first step is alive", _at(-3, 1)),
        ),
        Hypothesis(
            "$m \\ge 1$",
            _ALIVE_NO_MORE[1],
            Witness("before the first step nothing has happened", _at(5, 0)),
        ),
    ),
    derive=lambda: (_silent(), _cut()),
    draws=(_drawn(0, 3, 1), _at(0, 1), _at(0, 4), _at(1000, 2)),
    mutants=(
        Mutant("a dead unit still passes the gradient", equal(_DEAD, _B**_m)),
        Mutant("the state keeps something", less(0, _STATE)),
        Mutant(
            "the bias alone kills, whatever the weight",
            equal(_orbit(_TWO, _B, _start), 0),
            (_at(3, 2),),
        ),
        Mutant(
            "the weight alone kills the state, and so the state before it",
            equal(_orbit(_B, 4, _start), 0),
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
