"""Wide random networks: when a small error grows, in the mean-field limit of many units.

``q`` is the variance of a pre-activation, v that of the weights times their number, and
``χ = v E f'^2`` the factor by which the squared length of a small error grows per step.
"""

from typing import Any

from sympy import (
    Add,
    Integer,
    Matrix,
    Rational,
    Symbol,
    sympify,
)

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant, Witness
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement, Step
from rnnmath.symbolic.derivation.order import ARITHMETIC, NONNEGATIVE, shown, supposed
from rnnmath.symbolic.nodes import BOUND
from rnnmath.symbolic.norms import ActivationSupremum
from rnnmath.symbolic.notation import f, f_prime
from rnnmath.symbolic.quantities.gaussian import GaussianMean
from rnnmath.theory.beyond.lyapunov.law import NOT_NEGATIVE, THIRDS, WHOLE, average, v
from rnnmath.theory.beyond.lyapunov.objects import CHAPTER, at_most, equal
from rnnmath.theory.norm_bound.objects import FINITE, IS_FINITE

__all__ = ["MEAN_FIELD_CONTRACTION", "MEAN_FIELD_EDGE"]

EQUAL, AT_MOST = Relation.EQUAL, Relation.AT_MOST

_SLOPES = average(f_prime(BOUND) ** 2)
_GAMMA = ActivationSupremum(f)


def _slopes_below(focus: Any, result: Any, step: Step) -> bool:
    """``v Σ p_i f'(z_i)^2 <= v γ^2`` for weights that are not negative and sum to 1."""
    known = {WHOLE, NOT_NEGATIVE} <= set(step.given)
    return bool(known and focus == v * _SLOPES and result == v * _GAMMA**2)


_SLOPES_BELOW = Rule(
    "a mean is at most the largest",
    r"\mathbb E\, g \le \sup g",
    AT_MOST,
    _slopes_below,
    "activation-sup",
)


def _contraction() -> Derivation:
    chain = Derivation(v * _SLOPES, given=(WHOLE, NOT_NEGATIVE, IS_FINITE))
    return chain.then(_SLOPES_BELOW, chain.end, v * _GAMMA**2)


def _network(*activation: Any, points: Any, weights: Any, v: Any) -> Draw:
    inner = {"W": Matrix([[1]]), "x": [Matrix([0])], "activation": activation}
    values = {"n": len(points), "p": Matrix(weights), "z": Matrix(points), "v": v}
    return Draw("explicit", {"network": inner, "values": values})


_HALVES = [Rational(1, 2), Rational(1, 2)]
_STEEP = _network("polynomial", 0, 3, points=[1, -2], weights=_HALVES, v=Rational(1, 5))
_FLAT = _network("softsign", 1, points=[0], weights=[1], v=Rational(2, 3))
_DOUBLED = _network("softsign", 1, points=[0], weights=[1], v=2)

MEAN_FIELD_CONTRACTION = Claim(
    id="mean-field-contraction",
    kind=Kind.BOUND,
    title="Below one over gamma squared, no variance makes small errors grow",
    says=(at_most(v * _SLOPES, v * _GAMMA**2),),
    given=(
        Hypothesis(
            "the weights of the law sum to $1$",
            WHOLE,
            Witness(
                "weights that sum to $2$ double the mean",
                _network("polynomial", 0, 3, points=[1, -2], weights=[1, 1], v=1),
            ),
        ),
        Hypothesis(
            "no weight is negative",
            NOT_NEGATIVE,
            Witness(
                "weights $2$ and $-1$ sum to $1$ as well: a flat point counts against",
                _network("softsign", 1, points=[0, 3], weights=[2, -1], v=1),
            ),
        ),
        Hypothesis(FINITE.says, IS_FINITE),
    ),
    derive=lambda: (_contraction(),),
    draws=(
        _STEEP,
        _FLAT,
        _network("softsign", 2, points=[1, -3], weights=THIRDS, v=3),
        _network("relu", points=[1, -3, 2], weights=[Rational(1, 4)] * 2 + [Rational(1, 2)], v=2),
        _network("leaky", Rational(1, 4), points=[1, -3], weights=THIRDS, v=1),
    ),
    mutants=(
        Mutant("gamma without the square", at_most(v * _SLOPES, v * _GAMMA), (_STEEP,)),
        Mutant("gamma left out", at_most(v * _SLOPES, v), (_STEEP,)),
        Mutant(
            "v left out",
            at_most(v * _SLOPES, _GAMMA**2),
            (_network("softsign", 1, points=[0], weights=[1], v=2),),
        ),
        Mutant("the bound is reached", equal(v * _SLOPES, v * _GAMMA**2)),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)

_u = Symbol("z", real=True)
_one, _three, _five = (Symbol(f"a_{degree}", real=True) for degree in (1, 3, 5))
_q = Symbol("q", positive=True)
_g = _one * _u + _three * _u**3 + _five * _u**5
_VALUE, _STEEPNESS = GaussianMean(_g**2, _u), GaussianMean(_g.diff(_u) ** 2, _u)
_SETTLED = equal(_q, v * _VALUE)


def _by_moments(focus: Any, result: Any, _: Step) -> bool:
    return any(
        isinstance(mean, GaussianMean) and (mean.moments() - other).expand() == 0
        for mean, other in ((focus, result), (result, focus))
    )


_BY_MOMENTS = Rule("by moments", r"\mathbb E\, z^{2k} = (2k - 1)!!", EQUAL, _by_moments)


def _poincare(given: tuple[Statement, ...] = ()) -> Derivation:
    """Derive ``E g^2 <= E g'^2``: the difference is a sum of squares of Hermite coefficients."""
    value, steepness = _VALUE.moments(), _STEEPNESS.moments()
    squares = Add(value, 12 * (_three + 10 * _five) ** 2, 480 * _five**2)
    chain = Derivation(_VALUE, given=given).then(_BY_MOMENTS, _VALUE, value)
    chain = chain.then(NONNEGATIVE, value, squares)
    chain = chain.then(ARITHMETIC, squares, steepness)
    return chain.then(_BY_MOMENTS, steepness, _STEEPNESS)


def _above_edge() -> Derivation:
    given = (_SETTLED,)
    chain = Derivation(_q, given=given).then(supposed(EQUAL), _q, v * _VALUE)
    return chain.then(shown(AT_MOST), _VALUE, _STEEPNESS, (_poincare(given),))


def _settled(first: Any, third: Any, fifth: Any, v: Any, *, shift: Any = 0) -> Draw:
    put = {_one: first, _three: third, _five: fifth}
    q = sympify(v) * _VALUE.moments().xreplace({name: sympify(put[name]) for name in put}) + shift
    values = {"a_1": first, "a_3": third, "a_5": fifth, "v": v, "q": q}
    return Draw("explicit", {"values": values})


_TANH_LIKE = _settled(1, Rational(-1, 3), Rational(2, 15), Rational(3, 2))

MEAN_FIELD_EDGE = Claim(
    id="mean-field-edge",
    kind=Kind.BOUND,
    title="An odd function that keeps a variance above 0 does not shrink small errors",
    says=(at_most(_VALUE, _STEEPNESS), at_most(_q, v * _STEEPNESS)),
    given=(
        Hypothesis(
            "$q$ is kept: $q = v \\, \\mathbb E\\, g^2$",
            _SETTLED,
            Witness(
                "a variance that is still falling may be above",
                _settled(1, 0, 0, 1, shift=1),
                at_most(_q, v * _STEEPNESS),
            ),
        ),
        Hypothesis(
            "$g$ is odd, so that its mean is $0$",
            witness=Witness(
                "a constant has a square and no slope",
                _settled(1, 0, 0, 1),
                at_most(GaussianMean((_u + 2) ** 2, _u), GaussianMean(Integer(1), _u)),
            ),
        ),
    ),
    derive=lambda: (_poincare(), _above_edge()),
    draws=(
        _TANH_LIKE,
        _settled(Rational(2, 3), 0, 0, Rational(5, 4)),
        _settled(-2, 1, Rational(1, 7), 3),
        _settled(0, 0, 1, Rational(1, 1000)),
        _settled(1, Rational(-1, 6), 0, Rational(1, 3)),
    ),
    mutants=(
        Mutant("always equal", equal(_VALUE, _STEEPNESS)),
        Mutant("twice as steep", at_most(2 * _VALUE, _STEEPNESS), (_settled(1, 0, 0, 1),)),
        Mutant("the other way round", at_most(_STEEPNESS, _VALUE)),
        Mutant(
            "the slope at 0 decides",
            at_most(_q, v * _one**2),
            (_settled(1, 1, 0, 1),),
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
