"""How large a matrix of independent normal entries is: norm near 2, whatever its radius."""

from typing import Any

from sympy import MatrixSymbol, Rational, Symbol, exp, sqrt

from rnnmath.claim import Claim, Draw, Hypothesis, Kind, Mutant, Source
from rnnmath.symbolic.bounds.rules import SCALAR
from rnnmath.symbolic.derivation import Derivation, Relation, Statement
from rnnmath.symbolic.norms import SpectralNorm, SpectralRadius, VectorNorm
from rnnmath.symbolic.notation import n
from rnnmath.symbolic.quantities.chance import Gaussian, Law, Probability
from rnnmath.symbolic.tidy import multiply
from rnnmath.theory.spectral_norm.sandwich_proofs import radius_below_norm
from rnnmath.theory.vanishing.initialization.normal_rules import (
    BIDIAGONAL,
    DAVIDSON_SZAREK,
    IMPLIED,
    LENGTH_OF_NORMAL,
    SAME_EVENT,
    path_norm,
)
from rnnmath.theory.vanishing.initialization.objects import CHAPTER, at_most
from rnnmath.theory.vanishing.initialization.shared import G

__all__ = ["GAUSSIAN_NORM_LOWER", "INIT_SCALE", "NORMAL", "SCALED"]

_AT_MOST, _AT_LEAST = Relation.AT_MOST, Relation.AT_LEAST
NORMAL = Law(Gaussian(G))
#: ``W = G / sqrt(n)``: entries of variance ``1 / n``.
SCALED = multiply(1 / sqrt(n), G)
_NORM, _RADIUS = SpectralNorm(SCALED), SpectralRadius(SCALED)
_eps, _t = Symbol("varepsilon", positive=True), Symbol("t", positive=True)
_k = Symbol("k", integer=True, positive=True)
_TAIL = exp(-n * _eps**2 / 2)


def _above(number: Any, level: Any) -> Probability:
    return Probability(Statement(number, _AT_LEAST, level), NORMAL)


def _below(number: Any, level: Any) -> Probability:
    return Probability(Statement(number, _AT_MOST, level), NORMAL)


def _upper() -> Derivation:
    chance = _above(_NORM, 2 + _eps)
    chain = Derivation(chance).then(SCALAR, _NORM, SpectralNorm(G) / sqrt(n))
    plain = _above(SpectralNorm(G), 2 * sqrt(n) + _eps * sqrt(n))
    chain = chain.then(SAME_EVENT, chain.end, plain)
    return chain.then(DAVIDSON_SZAREK, plain, _TAIL)


def _radius() -> Derivation:
    chance, norm = _above(_RADIUS, 2 + _eps), _above(_NORM, 2 + _eps)
    chain = Derivation(chance).then(IMPLIED, chance, norm, (radius_below_norm(SCALED),))
    for step in _upper().steps:
        chain = chain.then(step.rule, step.focus, step.result)
    return chain


def _sizes(size: int, **values: Any) -> Draw:
    """Return a size and levels; the seed of the samples is drawn."""
    return Draw(
        "explicit", {"note": f"n = {size}", "values": {"n": size, **values}, "sampled": True}
    )


_DRAWS = (_sizes(2, varepsilon="1/4"), _sizes(10, varepsilon="1/2"), _sizes(20, varepsilon="1/2"))

INIT_SCALE = Claim(
    id="init-scale",
    kind=Kind.STATISTICAL,
    title="Normal entries of variance 1/n: the norm is at most a little above 2",
    says=(
        at_most(_above(_NORM, 2 + _eps), _TAIL),
        at_most(_above(_RADIUS, 2 + _eps), _TAIL),
    ),
    given=(
        Hypothesis("the entries of $G$ are independent and standard normal, $W = G / \\sqrt n$"),
    ),
    derive=lambda: (_upper(), _radius()),
    draws=_DRAWS,
    mutants=(
        Mutant(
            "the norm is at most a little above 1",
            at_most(_above(_NORM, 1 + _eps), _TAIL),
            (_sizes(20, varepsilon="1/4"),),
        ),
        Mutant(
            "the norm is below 2 by as little",
            at_most(_above(_NORM, 2 - _eps), _TAIL),
            (_sizes(20, varepsilon="1/2"),),
        ),
        Mutant(
            "the spectral radius is below 1, but for one matrix in ten",
            at_most(_above(_RADIUS, 1), Rational(1, 10)),
            (_sizes(10, varepsilon="1/2"), _sizes(20, varepsilon="1/2")),
        ),
        Mutant(
            "with the tail of a single entry",
            at_most(_above(_NORM, 2 + _eps), exp(-n * (2 + _eps) ** 2 / 2)),
            (_sizes(3, varepsilon="1/10"),),
        ),
    ),
    source=Source("davidson2001", "Theorem II.13"),
    chapter=CHAPTER,
)

_ROWS = n - _k + 1
_LEVEL = path_norm(_k) * (sqrt(n - _k) - _t)
_column = MatrixSymbol("g", _ROWS, 1)
_SHORT = Statement(_k, _AT_MOST, n)


def _lower() -> Derivation:
    chain = Derivation(_below(_NORM, _LEVEL / sqrt(n)), given=(_SHORT,))
    chain = chain.then(SCALAR, _NORM, SpectralNorm(G) / sqrt(n))
    plain = _below(SpectralNorm(G), _LEVEL)
    chain = chain.then(SAME_EVENT, chain.end, plain)
    each = Probability(
        Statement(VectorNorm(_column), _AT_MOST, sqrt(n - _k) - _t), Law(Gaussian(_column))
    )
    chain = chain.then(BIDIAGONAL, plain, (2 * _k - 1) * each)
    return chain.then(LENGTH_OF_NORMAL, each, exp(-(_t**2) / 2))


_FAILURE = (2 * _k - 1) * exp(-(_t**2) / 2)

GAUSSIAN_NORM_LOWER = Claim(
    id="gaussian-norm-lower",
    kind=Kind.STATISTICAL,
    title="And it is not much below 2 either",
    says=(at_most(_below(_NORM, _LEVEL / sqrt(n)), _FAILURE),),
    given=(
        Hypothesis("the entries of $G$ are independent and standard normal, $W = G / \\sqrt n$"),
        Hypothesis("$k \\le n$", _SHORT),
    ),
    derive=lambda: (_lower(),),
    draws=(
        _sizes(6, k=1, t="1"),
        _sizes(20, k=2, t="2"),
        _sizes(24, k=3, t="5/2"),
    ),
    mutants=(
        Mutant(
            "from above",
            at_most(_below(_NORM, path_norm(_k) * (sqrt(n - _k) + _t) / sqrt(n)), _FAILURE),
        ),
        Mutant("it is not below 2", at_most(_below(_NORM, 2), _FAILURE)),
        Mutant(
            "the constant of the whole path",
            at_most(_below(_NORM, 2 * sqrt(n) * path_norm(_k) / sqrt(n + _t)), _FAILURE),
        ),
    ),
    source=Source("silverstein1985", "Section 2"),
    chapter=CHAPTER,
)
