"""Where radii do multiply: normal factors, and factors that commute."""

from typing import Any

from sympy import Matrix, MatrixSymbol, Min

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant, Witness
from rnnmath.symbolic.bounds.rules import SUBMULTIPLICATIVE
from rnnmath.symbolic.derivation import Derivation, Statement
from rnnmath.symbolic.norms import SpectralNorm, SpectralRadius
from rnnmath.symbolic.notation import n
from rnnmath.symbolic.quantities.growth import GrowthRate
from rnnmath.symbolic.tidy import multiply, transpose
from rnnmath.theory.eigenvalue_intuition.objects import (
    CHAPTER,
    COUNT,
    J,
    compare,
    diagonalizable,
    equal,
    power,
)
from rnnmath.theory.eigenvalue_intuition.power_rules import COMMUTING_POWERS
from rnnmath.theory.eigenvalue_intuition.rate_rules import (
    GELFAND,
    NORMAL_RADIUS,
    RADIUS_BELOW_NORM,
    ROOTS,
)

__all__ = ["RADIUS_OF_PRODUCT"]

_X, _Y, _K = (MatrixSymbol(name, n, n) for name in "XYK")


def _normal(matrix: Any) -> Statement:
    return equal(multiply(transpose(matrix), matrix), multiply(matrix, transpose(matrix)))


_COMMUTE = equal(multiply(J, _K), multiply(_K, J))
_OF_NORMAL, _OF_COMMUTING = SpectralRadius(multiply(_X, _Y)), SpectralRadius(multiply(J, _K))
_NORMAL_RADII = SpectralRadius(_X) * SpectralRadius(_Y)
_COMMUTING_RADII = SpectralRadius(J) * SpectralRadius(_K)


def _through_norms() -> Derivation:
    chain = Derivation(_OF_NORMAL, given=(_normal(_X), _normal(_Y)))
    product = multiply(_X, _Y)
    chain = chain.then(RADIUS_BELOW_NORM, chain.end, SpectralNorm(product))
    chain = chain.then(SUBMULTIPLICATIVE, chain.end, SpectralNorm(_X) * SpectralNorm(_Y))
    for factor in (_X, _Y):
        chain = chain.then(NORMAL_RADIUS, SpectralNorm(factor), SpectralRadius(factor))
    return chain


def _through_powers() -> Derivation:
    given, product = (_COMMUTE,), multiply(J, _K)
    raised = power(product, COUNT)
    apart = multiply(power(J, COUNT), power(_K, COUNT))
    norms = SpectralNorm(power(J, COUNT)) * SpectralNorm(power(_K, COUNT))
    every = Derivation(SpectralNorm(raised), given=given)
    every = every.then(COMMUTING_POWERS, raised, apart)
    every = every.then(SUBMULTIPLICATIVE, every.end, norms)
    chain = Derivation(_OF_COMMUTING, given=given)
    chain = chain.then(GELFAND, chain.end, GrowthRate(product))
    chain = chain.then(ROOTS, chain.end, GrowthRate(J) * GrowthRate(_K), (every,))
    for factor in (J, _K):
        chain = chain.then(GELFAND, GrowthRate(factor), SpectralRadius(factor))
    return chain


def _drawn(style: str, low: int, high: int) -> Draw:
    matrices = dict.fromkeys(("X", "Y"), ("n", "n", style))
    return diagonalizable(sizes={"n": (low, high)}, matrices=matrices)


def _explicit(**changed: Any) -> Draw:
    values = {name: Matrix([[1, 0], [0, 1]]) for name in "XYJK"}
    return Draw("explicit", {"values": {"n": 2, **values, **changed}})


_FLIP, _SKEW = Matrix([[1, 0], [0, -1]]), Matrix([[1, 1], [-1, -1]])
_UP = Matrix([[0, 2], [0, 0]])
_NOTE = (
    "$\\begin{bmatrix} 1 & 1 \\\\ -1 & -1 \\end{bmatrix}$ has radius $0$, and one change of sign "
    "makes it $2$"
)

RADIUS_OF_PRODUCT = Claim(
    id="radius-of-product",
    kind=Kind.BOUND,
    title="The radius of a product is at most the product of the radii, if the factors agree",
    says=(
        compare(_OF_NORMAL, "<=", _NORMAL_RADII),
        compare(_OF_COMMUTING, "<=", _COMMUTING_RADII),
    ),
    given=(
        Hypothesis("$X$ is normal", _normal(_X), Witness(_NOTE, _explicit(X=_SKEW, Y=_FLIP))),
        Hypothesis("$Y$ is normal", _normal(_Y), Witness(_NOTE, _explicit(X=_FLIP, Y=_SKEW))),
        Hypothesis(
            "$J$ and $K$ commute",
            _COMMUTE,
            Witness("two nilpotent matrices have a product of radius 4", _explicit(J=_UP, K=_UP.T)),
        ),
    ),
    derive=lambda: (_through_norms(), _through_powers()),
    draws=(
        _drawn("normal", 2, 3),
        _drawn("orthogonal multiple", 2, 3),
        _drawn("normal", 1, 1),
        _explicit(J=_UP, K=3 * _UP),
    ),
    mutants=(
        Mutant("equal for normal factors", equal(_OF_NORMAL, _NORMAL_RADII)),
        Mutant("equal for commuting factors", equal(_OF_COMMUTING, _COMMUTING_RADII)),
        Mutant(
            "the smaller radius",
            compare(_OF_COMMUTING, "<=", Min(SpectralRadius(J), SpectralRadius(_K))),
        ),
        Mutant(
            "one normal factor is enough",
            compare(_OF_NORMAL, "<=", _NORMAL_RADII),
            (_explicit(X=_FLIP, Y=_SKEW),),
            (_normal(_X),),
        ),
        Mutant(
            "the product of normal factors is normal",
            equal(SpectralNorm(multiply(_X, _Y)), _OF_NORMAL),
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
