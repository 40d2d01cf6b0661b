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


_w = Symbol("w", positive=True)
_STATE, _PRODUCT = _orbit(_w, 0, _x), _product(_w, 0, _x)
_POWER = _w**_m


def _grown() -> Derivation:
    """Derive ``h_m = w^m x`` by induction on m."""
    given, value = (_POSITIVE,), _POWER * _x
    base = Derivation(_orbit(_w, 0, _x, 0), given=given)
    base = base.then(ORBIT_START, base.end, _x)
    onward = Derivation(_STATE.after_one_more(), given=(*given, equal(_STATE, value)))
    onward = onward.then(ORBIT_STEP, onward.end, Max(0, _w * _STATE))
    onward = onward.then(supposed(_EQUAL), _STATE, value)
    onward = onward.then(ARITHMETIC, onward.end, value.xreplace(_LATER))
    whole = Derivation(_STATE, given=given)
    return whole.then(induction(_m, 0), _STATE, value, (base, onward))


def _transported() -> Derivation:
    """Derive that the product of the slopes is ``w^m``."""
    given = (_POSITIVE,)
    base = Derivation(_PRODUCT.xreplace({_m: sympify(0)}), given=given)
    base = base.then(NO_NUMBER, base.end, sympify(1))
    onward = Derivation(_PRODUCT.xreplace(_LATER), given=(*given, equal(_PRODUCT, _POWER)))
    onward = onward.then(NEWEST_NUMBER, onward.end, _slope(_w, 0, _STATE) * _PRODUCT)
    onward = onward.then(shown(_EQUAL), _STATE, _POWER * _x, (_grown(),))
    onward = onward.then(supposed(_EQUAL), _PRODUCT, _POWER)
    onward = onward.then(ARITHMETIC, onward.end, _w ** (_m + 1))
    whole = Derivation(_PRODUCT, given=given)
    return whole.then(induction(_m, 0), _PRODUCT, _POWER, (base, onward))


def _drawn(low: Any, high: Any, first: int = 0) -> Draw:
    scalars = {"x": (low, high), "w": (Rational(1, 4), Rational(3)), "m": (first, 6)}
    return Draw("random", {"scalars": scalars})


def _at(x: Any, m: int, w: Any = 1) -> Draw:
    return Draw("explicit", {"values": {"x": x, "m": m, "w": w}, "note": "one unit"})


_POSITIVE = less(0, _x)
_DOUBLING, _HALVING = _at(3, 5, 2), _at(3, 5, Rational(1, 2))

RELU_ONE_UNIT = Claim(
    id="relu-one-unit",
    kind=Kind.WITNESS,
    title="One unit of ReLU with a positive weight explodes above 1 and vanishes below 1",
    says=(equal(_STATE, _POWER * _x), equal(_PRODUCT, _POWER)),
    given=(
        Hypothesis(
            "without bias and input, $h_{j+1} = \\max(0, w h_j)$ from $h_0 = x \\gt 0$",
            _POSITIVE,
            Witness("from 0 the unit stays at its kink, where no derivative is claimed", _at(0, 2)),
        ),
        Hypothesis(
            "$w \\gt 0$",
            less(0, _w),
            Witness("a negative weight turns the unit off at once", _at(3, 2, -1)),
        ),
    ),
    derive=lambda: (_grown(), _transported()),
    draws=(
        _drawn(0, 3),
        _drawn(0, Rational(1, 1000)),
        _at(40, 30, 2),
        _at(40, 30, Rational(1, 2)),
    ),
    mutants=(
        Mutant("ReLU never vanishes", at_least(_PRODUCT, 1), (_HALVING,)),
        Mutant("ReLU never explodes", at_most(_PRODUCT, 1), (_DOUBLING,)),
        Mutant("it keeps the gradient: slope 1", equal(_PRODUCT, 1), (_DOUBLING, _HALVING)),
        Mutant("one factor too many", equal(_PRODUCT, _w ** (_m + 1))),
        Mutant("one factor too few", equal(_PRODUCT, _w ** (_m - 1))),
        Mutant("growth by a sum", equal(_STATE, (1 + _m) * _x)),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)

_B = sympify(-1)
_SILENT, _DEAD = _orbit(_B, _B, _start), _product(_B, _B, _start)
_ZERO = sympify(0)
_ALIVE_NO_MORE = (at_most(0, _start), at_most(1, _m))


def _silent() -> Derivation:
    """Derive ``h_m = 0`` by induction from m = 1 on."""
    base = Derivation(_orbit(_B, _B, _start, 1), given=_ALIVE_NO_MORE)
    first = _orbit(_B, _B, _start, 0)
    base = base.then(ORBIT_STEP, base.end, Max(0, -first - 1))
    base = base.then(ORBIT_START, first, _start)
    onward = Derivation(_SILENT.after_one_more(), given=(*_ALIVE_NO_MORE, equal(_SILENT, 0)))
    onward = onward.then(ORBIT_STEP, onward.end, Max(0, -_SILENT - 1))
    onward = onward.then(supposed(_EQUAL), _SILENT, _ZERO)
    whole = Derivation(_SILENT, given=_ALIVE_NO_MORE)
    return whole.then(induction(_m, 1), _SILENT, _ZERO, (base, onward))


def _cut() -> Derivation:
    """Derive that nothing comes through, by induction from m = 1 on."""
    first = _orbit(_B, _B, _start, 0)
    none = _DEAD.xreplace({_m: _ZERO})
    base = Derivation(_DEAD.xreplace({_m: sympify(1)}), given=_ALIVE_NO_MORE)
    base = base.then(NEWEST_NUMBER, base.end, _slope(_B, _B, first) * none)
    base = base.then(ORBIT_START, first, _start)
    onward = Derivation(_DEAD.xreplace(_LATER), given=(*_ALIVE_NO_MORE, equal(_DEAD, 0)))
    onward = onward.then(NEWEST_NUMBER, onward.end, _slope(_B, _B, _SILENT) * _DEAD)
    onward = onward.then(supposed(_EQUAL), _DEAD, _ZERO)
    whole = Derivation(_DEAD, given=_ALIVE_NO_MORE)
    return whole.then(induction(_m, 1), _DEAD, _ZERO, (base, onward))


RELU_DIES = Claim(
    id="relu-dies",
    kind=Kind.WITNESS,
    title="With weight -1 and bias -1 one unit of ReLU is dead after one step, for good",
    says=(equal(_SILENT, 0), equal(_DEAD, 0)),
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
        Mutant("the state keeps something", less(0, _SILENT)),
        Mutant("the state turns its sign", equal(_SILENT, _B**_m * _start)),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
