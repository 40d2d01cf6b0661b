"""How many steps until a factor below one is below a level, and above one has doubled."""

from typing import Any

from sympy import Integer, Rational, Symbol, ceiling, floor, log

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant, Witness
from rnnmath.symbolic.derivation import Derivation, Relation, Statement
from rnnmath.symbolic.derivation.order import ARITHMETIC, shown
from rnnmath.symbolic.quantities.crossing import FirstTime
from rnnmath.theory.comparisons import (
    LESS_BY_A_POSITIVE,
    NEARER_TO_ONE,
    POSITIVE_FACTORS,
    POWER_BELOW_ONE,
    POWERS_TOGETHER,
)
from rnnmath.theory.logarithms import crossing, first_time
from rnnmath.theory.norm_bound.objects import CHAPTER, at_most, equal

__all__ = ["EXPONENT_EFFECT", "FIRST_CROSSING", "SMALL_LEVEL", "SMALL_SCALE", "eps", "s"]

AT_MOST, LESS, IFF = Relation.AT_MOST, Relation.LESS, Relation.IFF
_ONE, _TWO, _HALF = Integer(1), Integer(2), Rational(1, 2)

s, eps = Symbol("s", positive=True), Symbol("varepsilon", positive=True)
_m = Symbol("m", integer=True, nonnegative=True)
_RATIO = log(eps) / log(s)
_FALLEN = Statement(at_most(s**_m, eps), IFF, at_most(ceiling(_RATIO), _m))
_REACHED, _PASSED = FirstTime(s, AT_MOST, eps), FirstTime(s, LESS, eps)


def _numbers(note: str, **values: Any) -> Draw:
    return Draw("explicit", {"values": {"m": 3, **values}, "note": note})


_SQUARE = _numbers("a level that is a power", s=_HALF, varepsilon=Rational(1, 4))
_MISSED = _numbers("a power that floats put one step late", s=_HALF, varepsilon=_HALF**29)
_GROWING = _numbers("a factor above one", s=_TWO, varepsilon=Rational(1, 4))
_HIGH = _numbers("a level above one", s=_HALF, varepsilon=_TWO)

SMALL_SCALE = Hypothesis(
    "$0 < s < 1$",
    Statement(s, LESS, _ONE),
    Witness("powers of $2$ never fall to $1/4$", _GROWING, _FALLEN),
)
SMALL_LEVEL = Hypothesis(
    "$0 < \\varepsilon < 1$",
    Statement(eps, LESS, _ONE),
    Witness("the level $2$ is reached before the start", _HIGH, equal(_REACHED, ceiling(_RATIO))),
)

_ANY = Draw(
    "random",
    {
        "scalars": {
            "s": (Rational(0), Rational(1)),
            "varepsilon": (Rational(0), Rational(1)),
            "m": (0, 12),
        }
    },
)
_SLOW = Draw(
    "random",
    {
        "scalars": {
            "s": (Rational(9, 10), Rational(99, 100)),
            "varepsilon": (Rational(1, 1000), Rational(1, 10)),
            "m": (0, 60),
        }
    },
)


def _first_crossing() -> tuple[Derivation, ...]:
    given = (Statement(s, LESS, _ONE), Statement(eps, LESS, _ONE))
    firsts = (_REACHED, _PASSED)
    past = tuple(crossing(first, _m, given) for first in firsts)
    return (*past, *(first_time(first, _m, given) for first in firsts))


FIRST_CROSSING = Claim(
    id="first-crossing",
    kind=Kind.IDENTITY,
    title="The first time that a power falls to a level is a rounded ratio of logarithms",
    says=(
        _FALLEN,
        Statement(Statement(s**_m, LESS, eps), IFF, at_most(floor(_RATIO) + 1, _m)),
        equal(_REACHED, ceiling(_RATIO)),
        equal(_PASSED, floor(_RATIO) + 1),
    ),
    given=(SMALL_SCALE, SMALL_LEVEL, Hypothesis("$m \\ge 0$ is an integer")),
    derive=_first_crossing,
    draws=(_ANY, _SLOW, _SQUARE, _MISSED),
    mutants=(
        Mutant("rounded down", equal(_REACHED, floor(_RATIO))),
        Mutant(
            "rounded up, though the level must be passed",
            equal(_PASSED, ceiling(_RATIO)),
            (_SQUARE,),
        ),
        Mutant(
            "one more, though the level need only be reached",
            equal(_REACHED, floor(_RATIO) + 1),
            (_MISSED,),
        ),
        Mutant("the ratio upside down", equal(_REACHED, ceiling(1 / _RATIO))),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)

_r = Symbol("m", integer=True, positive=True)
_UP, _DOWN = 1 + eps, 1 - eps
_DOUBLED, _HALVED = FirstTime(_UP, Relation.AT_LEAST, _TWO), FirstTime(_DOWN, AT_MOST, _HALF)
_TO_DOUBLE, _TO_HALVE = ceiling(log(_TWO) / log(_UP)), ceiling(-log(_TWO) / log(_DOWN))
_BOTH = _UP**_r * _DOWN**_r


def _below_one(given: tuple[Statement, ...]) -> tuple[Derivation, Derivation]:
    """Show ``0 < 1 - eps^2 < 1``."""
    square, zero = 1 - eps**2, Integer(0)
    above = Derivation(zero, given=given).then(POSITIVE_FACTORS, zero, _UP * _DOWN)
    above = above.then(ARITHMETIC, above.end, square)
    return above, Derivation(square, given=given).then(LESS_BY_A_POSITIVE, square, _ONE)


def _exponent_effect() -> tuple[Derivation, ...]:
    given = (Statement(eps, LESS, _ONE),)
    doubled, halved = (first_time(first, _m, given) for first in (_DOUBLED, _HALVED))
    above, below = _below_one(given)
    product = Derivation(_UP * _DOWN, given=given).then(ARITHMETIC, _UP * _DOWN, below.start)
    product = product.then(LESS_BY_A_POSITIVE, product.end, _ONE)
    sooner = Derivation(_HALVED, given=given).then(
        shown(Relation.EQUAL), _HALVED, _TO_HALVE, (halved,)
    )
    sooner = sooner.then(NEARER_TO_ONE, _TO_HALVE, _TO_DOUBLE, (product,))
    sooner = sooner.then(shown(Relation.EQUAL), _TO_DOUBLE, _DOUBLED, (doubled,))
    both = Derivation(_BOTH, given=given).then(POWERS_TOGETHER, _BOTH, below.start**_r)
    both = both.then(POWER_BELOW_ONE, both.end, _ONE, (above, below))
    return doubled, halved, sooner, both


_TENTH = _numbers("ten percent", varepsilon=Rational(1, 10))

EXPONENT_EFFECT = Claim(
    id="exponent-effect",
    kind=Kind.BOUND,
    title="A little above one doubles, a little below one halves, and halving is faster",
    says=(
        equal(_DOUBLED, _TO_DOUBLE),
        equal(_HALVED, _TO_HALVE),
        at_most(_HALVED, _DOUBLED),
        Statement(_BOTH, LESS, _ONE),
    ),
    given=(
        Hypothesis(
            "$0 < \\varepsilon < 1$",
            Statement(eps, LESS, _ONE),
            Witness(
                "at $\\varepsilon = 2$ the powers of $1 - \\varepsilon$ do not shrink",
                _numbers("two hundred percent", varepsilon=_TWO, m=2),
                Statement(_BOTH, LESS, _ONE),
            ),
        ),
        Hypothesis("$m \\ge 1$ is an integer"),
    ),
    derive=_exponent_effect,
    draws=(
        Draw(
            "random",
            {"scalars": {"varepsilon": (Rational(0), Rational(1)), "m": (1, 12)}},
        ),
        Draw(
            "random",
            {"scalars": {"varepsilon": (Rational(0), Rational(1, 100)), "m": (1, 3)}},
        ),
        _TENTH,
    ),
    mutants=(
        Mutant("growth by the same amount a step", equal(_UP**_r, 1 + _r * eps), (_TENTH,)),
        Mutant("growth of at most that", at_most(_UP**_r, 1 + _r * eps), (_TENTH,)),
        Mutant("doubling and halving take equally long", equal(_HALVED, _DOUBLED), (_TENTH,)),
        Mutant("doubling is faster", at_most(_DOUBLED, _HALVED), (_TENTH,)),
        Mutant("rounded down", equal(_DOUBLED, floor(log(_TWO) / log(_UP)))),
        Mutant("growing and shrinking cancel", equal(_BOTH, _ONE), (_TENTH,)),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
