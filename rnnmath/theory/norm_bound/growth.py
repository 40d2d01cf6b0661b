"""Vanishing and exploding: what the exponent says about the Jacobian, and what it leaves open."""

from typing import Any

from sympy import Integer, Matrix, Rational, ceiling, log

from rnnmath.claim import Claim, Draw, Hypothesis, Kind, Mutant, Source, Witness, cite
from rnnmath.symbolic.derivation import Derivation, Relation, Statement
from rnnmath.symbolic.norms import FrobeniusNorm, SpectralNorm, SpectralRadius
from rnnmath.symbolic.notation import L, T, TotalDerivative, W, k, t
from rnnmath.theory.comparisons import POWER_OF_BOUNDED, by_equivalence
from rnnmath.theory.jacobian_product import IN_ORDER
from rnnmath.theory.norm_bound.crossing import FIRST_CROSSING, eps, s
from rnnmath.theory.norm_bound.objects import (
    CHAPTER,
    FINITE,
    GAMMA,
    SCALE,
    TRANSPORT,
    at_most,
    equal,
    explicit,
    network,
)
from rnnmath.theory.norm_bound.product import LONG_GAP, PRODUCT_BOUND, switching

__all__ = ["EXPLODE_NECESSARY", "VANISH_SUFFICIENT"]

LESS, GREATER = Relation.LESS, Relation.GREATER
_ONE, _HALF = Integer(1), Rational(1, 2)
_SIZE = SpectralNorm(TRANSPORT)
_POWER = SCALE ** (t - k)


def _turn(scale: Any, steps: int, **values: Any) -> Draw:
    """Return the identity network ``h_t = W h_{t-1}`` whose W turns and scales the plane."""
    rotation = scale * Matrix([[3, -4], [4, 3]]) / 5
    return explicit(rotation, steps, "polynomial", 0, 1, values={"k": 0, "t": steps, **values})


def _linear(W: Any, steps: int, **values: Any) -> Draw:
    return explicit(W, steps, "polynomial", 0, 1, values={"k": 0, "t": steps, **values})


_SHORT_ENOUGH = ceiling(log(eps) / log(s))
_IS_LONG = at_most(_SHORT_ENOUGH, t - k)
_EIGHTH = {"s": _HALF, "varepsilon": Rational(1, 8)}

_SCALE_BELOW = Hypothesis(
    "$\\gamma \\lVert W \\rVert \\le s$",
    at_most(SCALE, s),
    Witness("$W$ of norm $2$ and a claimed $s = 1/2$", _turn(2, 3, **_EIGHTH)),
)
_SMALL = Hypothesis(
    "$0 < s < 1$",
    Statement(s, LESS, _ONE),
    Witness("with $s = 2$ the product grows", _turn(2, 3, s=2, varepsilon=Rational(1, 8))),
)
_LEVEL = Hypothesis("$0 < \\varepsilon < 1$", Statement(eps, LESS, _ONE))
_LONG = Hypothesis(
    "$\\lceil \\ln \\varepsilon / \\ln s \\rceil \\le t - k$: the gap is long enough",
    _IS_LONG,
    Witness("two halvings do not reach $1/8$", _turn(_HALF, 2, **_EIGHTH)),
)
_BELOW = (IN_ORDER, FINITE, _SCALE_BELOW, _SMALL, _LEVEL, _LONG)


def _conditions(hypotheses: tuple[Hypothesis, ...]) -> tuple[Statement, ...]:
    return tuple(each.condition for each in hypotheses if each.condition is not None)


def _vanishes() -> tuple[Derivation, ...]:
    chain = Derivation(_SIZE, given=_conditions(_BELOW))
    chain = chain.then(cite(PRODUCT_BOUND, 1), _SIZE, _POWER)
    chain = chain.then(POWER_OF_BOUNDED, _POWER, s ** (t - k))
    return (chain.then(by_equivalence(FIRST_CROSSING, 0, {_exponent(): t - k}), chain.end, eps),)


def _exponent() -> Any:
    """Return the exponent that the equivalence speaks of."""
    return FIRST_CROSSING.says[0].rhs.rhs


_SCALARS = {"s": (Rational(1, 4), _ONE), "varepsilon": (Rational(1, 20), _ONE)}
_BY_RADIUS = {"s": _HALF, "varepsilon": Rational(1, 4)}
VANISH_SUFFICIENT = Claim(
    id="vanish-sufficient",
    kind=Kind.BOUND,
    title="With gamma times the norm of W below one, the Jacobian falls below any level in time",
    says=(at_most(_SIZE, eps),),
    given=_BELOW,
    derive=_vanishes,
    draws=(
        network("softsign", "contraction", scalars=_SCALARS, **LONG_GAP),
        network("leaky", "contraction", scalars=_SCALARS, **LONG_GAP),
        _turn(_HALF, 3, **_EIGHTH),
        _turn(Rational(9, 10), 22, s=Rational(9, 10), varepsilon=Rational(1, 10)),
    ),
    mutants=(
        Mutant(
            "one step sooner",
            at_most(_SIZE, eps),
            (_turn(_HALF, 2, **_EIGHTH),),
            (at_most(SCALE, s), at_most(_SHORT_ENOUGH, t - k + 1)),
        ),
        Mutant(
            "a scale of one is small enough",
            at_most(_SIZE, eps),
            (_turn(1, 40, **_EIGHTH),),
            (at_most(SCALE, 1),),
        ),
        Mutant(
            "the spectral radius in place of the norm",
            at_most(_SIZE, eps),
            (_linear([[_HALF, 8], [0, _HALF]], 2, **_BY_RADIUS),),
            (at_most(GAMMA * SpectralRadius(W), s), _IS_LONG),
        ),
        Mutant(
            "necessary as well",
            Statement(at_most(_SIZE, eps), Relation.IFF, Statement(SCALE, LESS, _ONE)),
            (_linear([[0, 2], [0, 0]], 3, **_EIGHTH),),
            (_IS_LONG,),
        ),
    ),
    source=Source("pascanu2013", "Eq. (7)"),
    chapter=CHAPTER,
)

_AT_MOST_ONE = Hypothesis(
    "$\\gamma \\lVert W \\rVert \\le 1$",
    at_most(SCALE, 1),
    Witness("a linear network with $W$ of norm $2$ doubles at every step", _turn(2, 3)),
)
_STABLE = (IN_ORDER, FINITE, _AT_MOST_ONE)


def _stays() -> tuple[Derivation, ...]:
    chain = Derivation(_SIZE, given=_conditions(_STABLE))
    chain = chain.then(cite(PRODUCT_BOUND, 1), _SIZE, _POWER)
    return (chain.then(POWER_OF_BOUNDED, _POWER, _ONE),)


#: ``h_t = h_{t-1}`` with ``o_t = h_t``, all losses of slope one.
_COPY = explicit([[1]], 6, "polynomial", 0, 1)
#: ``f(u) = u/(1 + |u|)`` with W = 2 settles at h = 1/2, where a step multiplies by 1/2.
_SATURATED = explicit([[2]], 8, "softsign", 1, values={"k": 0, "t": 8})
_STEEP = (Statement(SCALE, GREATER, _ONE),)
_WEIGHTS = FrobeniusNorm(TotalDerivative(L, W))

EXPLODE_NECESSARY = Claim(
    id="explode-necessary",
    kind=Kind.BOUND,
    title="Without gamma times the norm of W above one, the Jacobian cannot grow",
    says=(at_most(_SIZE, 1),),
    given=_STABLE,
    derive=_stays,
    draws=(
        network("softsign", "contraction", **LONG_GAP),
        network("relu", "contraction", **LONG_GAP),
        network("relu", "orthogonal", **LONG_GAP),
        _turn(1, 30),
    ),
    mutants=(
        Mutant("a scale above one makes it grow", at_most(1, _SIZE), (_SATURATED,), _STEEP),
        Mutant(
            "growth needs a spectral radius above one",
            at_most(_SIZE, 1),
            (switching(8),),
            (at_most(SpectralRadius(W), 1),),
        ),
        Mutant(
            "the gradient in W is then at most the number of losses",
            at_most(_WEIGHTS, T),
            (_COPY,),
            (at_most(SCALE, 1),),
        ),
        Mutant("it keeps its size", equal(_SIZE, 1)),
    ),
    source=Source("pascanu2013", "Section 2.1"),
    chapter=CHAPTER,
)
