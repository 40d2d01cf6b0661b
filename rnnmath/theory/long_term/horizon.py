"""The memory horizon: the gap from which every Jacobian is small, and how late it can be."""

from typing import Any

from sympy import Integer, Matrix, Rational, Symbol, ceiling, floor, log

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant, Witness, cite
from rnnmath.symbolic.derivation import Derivation, Relation, Statement
from rnnmath.symbolic.derivation.order import NONNEGATIVE
from rnnmath.symbolic.norms import SpectralNorm, SpectralRadius
from rnnmath.symbolic.notation import T, W, k, t
from rnnmath.symbolic.quantities.crossing import FirstTime
from rnnmath.theory.long_term.objects import CHAPTER, along, first_crossing, last_crossing
from rnnmath.theory.long_term.rules import FIRST_IS_BELOW, FROM_THERE_ON
from rnnmath.theory.norm_bound.crossing import FIRST_CROSSING, eps, s
from rnnmath.theory.norm_bound.growth import VANISH_SUFFICIENT
from rnnmath.theory.norm_bound.objects import (
    FINITE,
    GAMMA,
    SCALE,
    at_most,
    equal,
    explicit,
    network,
)

__all__ = ["HORIZON"]

AT_MOST, LESS = Relation.AT_MOST, Relation.LESS
_ONE, _HALF, _SLOW, _TENTHS = Integer(1), Rational(1, 2), Rational(3, 4), Rational(3, 10)

_RATIO = log(eps) / log(s)
_REACH = ceiling(_RATIO)
_LAST, _FIRST = last_crossing(eps), first_crossing(eps)
#: Any gap beyond the reach; the profile counts its gaps by a symbol of its own.
_BEYOND = Symbol("m", integer=True, nonnegative=True)


def _linear(matrix: Any, steps: int, **values: Any) -> Draw:
    return explicit(matrix, steps, "polynomial", 0, 1, values={"k": 0, **values})


def _turn(scale: Any, steps: int, **values: Any) -> Draw:
    """Return ``h_t = W h_{t-1}`` whose W turns and scales the plane."""
    return _linear(scale * Matrix([[3, -4], [4, 3]]) / 5, steps, **values)


_EIGHTH = {"s": _HALF, "varepsilon": Rational(1, 8)}

_HAS_START = at_most(k, T)
_SHRINKS, _LOW = (Statement(number, LESS, _ONE) for number in (s, eps))
_SCALE_BELOW = Hypothesis(
    "$\\gamma \\lVert W \\rVert \\le s$",
    at_most(SCALE, s),
    Witness("$W$ of norm $2$ and a claimed $s = 1/2$", _turn(2, 6, **_EIGHTH)),
)
_SMALL = Hypothesis(
    "$0 < s < 1$",
    _SHRINKS,
    Witness("with $s = 2$ the product grows", _turn(2, 6, s=2, varepsilon=Rational(1, 8))),
)
_LEVEL = Hypothesis(
    "$0 < \\varepsilon < 1$",
    _LOW,
    Witness(
        "the level $2$ is never passed upwards, and a gap is not negative",
        _turn(_HALF, 6, s=_HALF, varepsilon=2),
    ),
)
_START = Hypothesis("$k \\le T$: there is a state $h_k$", _HAS_START)
_GIVEN = (FINITE, _SCALE_BELOW, _SMALL, _LEVEL)
_CONDITIONS = tuple(each.condition for each in _GIVEN if each.condition is not None)


def _horizon() -> tuple[Derivation, ...]:
    beyond = (*_CONDITIONS, at_most(_REACH, _BEYOND))
    size = SpectralNorm(along(_BEYOND))
    tail = Derivation(size, given=beyond)
    tail = tail.then(cite(VANISH_SUFFICIENT, names={t: k + _BEYOND}), size, eps)
    reached = FirstTime(s, AT_MOST, eps)
    zero = Integer(0)
    above = Derivation(zero, given=_CONDITIONS).then(NONNEGATIVE, zero, reached)
    above = above.then(cite(FIRST_CROSSING, 2), reached, _REACH)
    last = Derivation(_LAST, given=_CONDITIONS)
    last = last.then(FROM_THERE_ON, _LAST, _REACH, (tail, above))
    first = Derivation(_FIRST).then(FIRST_IS_BELOW, _FIRST, _LAST)
    return last, first


_SCALARS = {"s": (Rational(1, 4), _ONE), "varepsilon": (Rational(1, 20), _ONE)}
_DRAWN = {"sizes": {"n": (2, 3)}, "horizon": (3, 4), "times": ("k", "t"), "gap": 2}


def _drawn(activation: str) -> Draw:
    return network(activation, "contraction", scalars=_SCALARS, **_DRAWN)


_RETURNING = Matrix([[0, 2], [Rational(1, 8), 0]])
_BACK = _linear(_RETURNING, 6, s=Rational(9, 10), varepsilon=_TENTHS)

HORIZON = Claim(
    id="horizon",
    kind=Kind.BOUND,
    title="With a scale below one, all gaps beyond a ratio of logarithms are below the level",
    says=(at_most(_LAST, _REACH), at_most(_FIRST, _LAST)),
    given=(_START, *_GIVEN),
    derive=_horizon,
    draws=(
        _drawn("softsign"),
        _drawn("leaky"),
        _turn(_HALF, 5, **_EIGHTH),
        _turn(_SLOW, 10, s=_SLOW, varepsilon=Rational(1, 10)),
        _turn(_SLOW, 6, s=_SLOW, varepsilon=Rational(1, 10)),
    ),
    mutants=(
        Mutant(
            "the first crossing is the last",
            equal(_FIRST, _LAST),
            (_BACK,),
            (_HAS_START, _LOW),
        ),
        Mutant(
            "after the first crossing nothing is above the level again",
            at_most(_LAST, _FIRST),
            (_BACK,),
            (_HAS_START, _LOW),
        ),
        Mutant(
            "rounded down",
            at_most(_LAST, floor(_RATIO)),
            (_turn(_HALF, 6, s=_HALF, varepsilon=_TENTHS),),
        ),
        Mutant("one step sooner", at_most(_LAST, _REACH - 1), (_turn(_HALF, 5, **_EIGHTH),)),
        Mutant("equal to the reach", equal(_LAST, _REACH), (_drawn("softsign"),)),
        Mutant(
            "the spectral radius in place of the norm",
            at_most(_LAST, _REACH),
            (_linear([[_HALF, 8], [0, _HALF]], 9, s=_HALF, varepsilon=Rational(1, 4)),),
            (at_most(GAMMA * SpectralRadius(W), s), _SHRINKS, _LOW),
        ),
        Mutant(
            "gamma left out",
            at_most(_LAST, _REACH),
            (
                explicit(
                    [[_HALF]],
                    6,
                    "polynomial",
                    0,
                    2,
                    values={"k": 0, **_EIGHTH},
                ),
            ),
            (at_most(SpectralNorm(W), s), _SHRINKS, _LOW),
        ),
        Mutant(
            "a short reach makes the scale small",
            at_most(SCALE, s),
            (_linear([[0, 2], [0, 0]], 6, **_EIGHTH),),
            (at_most(_LAST, _REACH), _SHRINKS, _LOW),
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
