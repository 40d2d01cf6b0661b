"""How much the derivative of softmax can stretch: at most one half."""

from typing import Any

from sympy import DiagMatrix, Rational

from rnnmath.claim import DERIVED_HERE, Claim, Kind, Mutant
from rnnmath.symbolic.derivation import Relation, Statement
from rnnmath.symbolic.norms import MaxAbs, SpectralNorm
from rnnmath.symbolic.tidy import multiply
from rnnmath.theory.vanishing.attention.norm_proofs import equality, half, lower, upper
from rnnmath.theory.vanishing.attention.norm_rules import (
    DIAGONAL,
    HALF,
    NORM,
    REACHED,
    ROW_SUM,
    TWO_HALVES,
)
from rnnmath.theory.vanishing.attention.objects import (
    CHAPTER,
    DISTRIBUTIONS,
    NONNEGATIVE_WEIGHTS,
    ONES,
    SUM_ONE,
    WHOLE,
    T,
    alpha,
    at_most,
    equal,
)

__all__ = ["SOFTMAX_NORM"]

_IFF = Relation.IFF


def _bounded(bound: Any) -> Statement:
    return at_most(NORM, bound)


SOFTMAX_NORM = Claim(
    id="softmax-norm",
    kind=Kind.BOUND,
    title="The derivative of softmax stretches by at most one half, and only two weights reach it",
    says=(
        at_most(MaxAbs(DIAGONAL), NORM),
        _bounded(ROW_SUM),
        _bounded(HALF),
        Statement(REACHED, _IFF, TWO_HALVES),
    ),
    given=(WHOLE, NONNEGATIVE_WEIGHTS),
    derive=lambda: (lower(), upper(SUM_ONE), half(SUM_ONE), equality()),
    draws=DISTRIBUTIONS,
    mutants=(
        Mutant("at most a quarter, as of the logistic function", _bounded(Rational(1, 4))),
        Mutant("the largest entry of the diagonal", equal(NORM, MaxAbs(DIAGONAL))),
        Mutant("at most the largest entry of the diagonal", _bounded(MaxAbs(DIAGONAL))),
        Mutant("without the rank-one term", at_most(SpectralNorm(DiagMatrix(alpha)), HALF)),
        Mutant("strictly below one half", Statement(NORM, Relation.LESS, HALF)),
        Mutant(
            "reached as soon as one weight is one half",
            Statement(REACHED, _IFF, equal(MaxAbs(alpha), HALF)),
        ),
        Mutant(
            "reached by equal weights",
            Statement(REACHED, _IFF, equal(alpha, multiply(1 / T, ONES))),
        ),
        Mutant("the more weights, the smaller: at most 1/T", _bounded(1 / T)),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
