"""The peak of the powers, seen from the resolvent outside the unit circle."""

from typing import Any

from sympy import E, Integer, Matrix, MatrixSymbol, Rational, Sum, Symbol, oo

from rnnmath.claim import Claim, Draw, Hypothesis, Kind, Mutant, Source, Witness
from rnnmath.symbolic.derivation import Derivation, Relation, Statement
from rnnmath.symbolic.derivation.order import supposed, there_is
from rnnmath.symbolic.norms import SpectralNorm, SpectralRadius, VectorNorm
from rnnmath.symbolic.notation import n, time
from rnnmath.symbolic.quantities.nonnormality import KreissConstant, PowerSupremum, ResolventNorm
from rnnmath.theory.beyond.nonnormality.objects import CHAPTER, FIXED, LEANING, matrix_case
from rnnmath.theory.beyond.nonnormality.resolvent_rules import (
    BELOW_PEAK,
    GEOMETRIC,
    KREISS_SPIJKER,
    NEUMANN,
)
from rnnmath.theory.eigenvalue_intuition.objects import J, compare, equal, power

__all__ = ["KREISS", "point"]

EQUAL, AT_MOST, LESS = Relation.EQUAL, Relation.AT_MOST, Relation.LESS

#: The point z of the complex plane, as a column of its real and imaginary part.
point = MatrixSymbol("z", 2, 1)
_SIZE, _RESOLVENT = VectorNorm(point), ResolventNorm(J, point)
_PEAK, _CONSTANT = PowerSupremum(J), KreissConstant(J)
_SHRINKS, _OUTSIDE = compare(SpectralRadius(J), "<", 1), compare(1, "<", _SIZE)
_SAMPLE = (_SIZE - 1) * _RESOLVENT
_beyond = Symbol("c", positive=True)


def _lower() -> Derivation:
    given, index = (_SHRINKS, _OUTSIDE), time("j")
    fact = equal(_SIZE, 1 + _beyond)
    known = (*given, fact)
    chain = Derivation(_SAMPLE, given=known).then(supposed(EQUAL), _SIZE, 1 + _beyond)
    powers = SpectralNorm(power(J, index))
    weight = (1 + _beyond) ** (-index - 1)
    chain = chain.then(NEUMANN, _RESOLVENT, Sum(weight * powers, (index, 0, oo)))
    chain = chain.then(BELOW_PEAK, powers, _PEAK)
    chain = chain.then(GEOMETRIC, chain.end, _PEAK)
    outside = Derivation(Integer(1), given=given).then(supposed(LESS), Integer(1), _SIZE)
    apart = there_is(
        "the distance from the unit circle",
        r"1 < \lvert z \rvert \implies \lvert z \rvert = 1 + c \text{ for some } c > 0",
        (fact,),
        (_beyond,),
        about=_SIZE,
        needs=(_OUTSIDE,),
    )
    return Derivation(_SAMPLE, given=given).then(apart, _SAMPLE, _PEAK, (outside, chain))


def _upper() -> Derivation:
    return Derivation(_PEAK, given=(_SHRINKS,)).then(KREISS_SPIJKER, _PEAK, E * n * _CONSTANT)


_OUT = [Rational(6, 5), 0]
_TILTED = [Rational(33, 50), Rational(44, 50)]


def _at(entries: Any, place: Any) -> Draw:
    return matrix_case(entries, z=Matrix(place))


def _drawn(style: str, low: int, high: int) -> Draw:
    matrices = {"J": ("n", "n", style), "z": (2, 1, "orthogonal multiple")}
    return Draw("random", {"sizes": {"n": (low, high)}, "matrices": matrices})


_HALF = [[Rational(1, 2)]]
_SHIFT = _at([[0, 16], [0, 0]], [2, 0])
_NEAR, _INSIDE = _at(_HALF, [Rational(11, 10), 0]), _at(_HALF, [Rational(51, 100), 0])

KREISS = Claim(
    id="kreiss",
    kind=Kind.BOUND,
    title="The peak of the powers lies between the Kreiss constant and e n times that",
    says=(
        Statement(_SAMPLE, AT_MOST, _PEAK),
        Statement(_PEAK, AT_MOST, E * n * _CONSTANT),
    ),
    given=(
        FIXED,
        Hypothesis("$\\rho(J) < 1$: the powers are bounded, and the peak is a number", _SHRINKS),
        Hypothesis(
            "$\\lvert z \\rvert > 1$",
            _OUTSIDE,
            Witness(
                "inside the circle the distance from it says nothing: near an eigenvalue the "
                "resolvent has no bound",
                _INSIDE,
                Statement((1 - _SIZE) * _RESOLVENT, AT_MOST, _PEAK),
            ),
        ),
    ),
    derive=lambda: (_lower(), _upper()),
    draws=(
        _drawn("nilpotent", 2, 3),
        _drawn("contraction", 1, 3),
        _at(LEANING, _OUT),
        _at(LEANING, _TILTED),
        _at([[Rational(1, 2), 4], [0, Rational(1, 2)]], _OUT),
        _at([[Rational(1, 2), 4], [0, Rational(-1, 2)]], _TILTED),
        _at(_HALF, [10**4, 0]),
        _SHIFT,
    ),
    mutants=(
        Mutant("n left out", Statement(_PEAK, AT_MOST, E * _CONSTANT), (_SHIFT,)),
        Mutant("e left out", Statement(_PEAK, AT_MOST, n * _CONSTANT), (_SHIFT,)),
        Mutant("the constant is the peak", Statement(_PEAK, AT_MOST, _CONSTANT), (_SHIFT,)),
        Mutant(
            "one sampled point in place of the supremum",
            Statement(_PEAK, AT_MOST, E * n * _SAMPLE),
            (_at([[0, 16], [0, 0]], [Rational(101, 100), 0]),),
        ),
        Mutant("the resolvent alone", Statement(_RESOLVENT, AT_MOST, _PEAK), (_NEAR,)),
        Mutant(
            "weighed by the distance from 0",
            Statement(_SIZE * _RESOLVENT, AT_MOST, _PEAK),
            (_NEAR,),
        ),
        Mutant(
            "a radius below 1 keeps the peak at 1",
            Statement(_PEAK, AT_MOST, Integer(1)),
            (_at(LEANING, _OUT),),
        ),
        Mutant(
            "the peak is at most the norm of one step, where that is above 1",
            Statement(_PEAK, AT_MOST, SpectralNorm(J)),
            (_at(LEANING, _OUT),),
            (compare(SpectralNorm(J), ">", 1),),
        ),
    ),
    source=Source("spijker1991", "the bound of the powers"),
    chapter=CHAPTER,
)
