"""The expressions of the sandwich that its statements, proofs and equality cases share."""

from sympy import MatrixSymbol, S, Symbol

from rnnmath.symbolic.derivation import Relation, Statement
from rnnmath.symbolic.nodes import InnerProduct
from rnnmath.symbolic.norms import FrobeniusNorm, Rank, SpectralNorm
from rnnmath.symbolic.tidy import add, multiply, transpose
from rnnmath.theory.spectral_norm.objects import A, N, equal, m, n, w

__all__ = [
    "BASIS",
    "BESIDE",
    "COMBINED",
    "FLAT",
    "FLIPPED",
    "FROBENIUS_FULL",
    "FROBENIUS_NORM",
    "GRAM",
    "NORM",
    "NORMAL",
    "NORMS_AGREE",
    "OUTER_GRAM",
    "PAIR",
    "RANK",
    "RANK_AT_MOST_ONE",
    "SEEN",
]

NORM, FROBENIUS_NORM, RANK = SpectralNorm(A), FrobeniusNorm(A), Rank(A)
FLIPPED = transpose(A)
GRAM, OUTER_GRAM = multiply(FLIPPED, A), multiply(A, FLIPPED)
PAIR = (
    *(Symbol(name, real=True) for name in "ab"),
    *(MatrixSymbol(name, n, 1) for name in "xy"),
)
SEEN = InnerProduct(w, multiply(GRAM, w))
BESIDE = add(A, multiply(-1, A, w, transpose(w)))
BASIS, COMBINED = MatrixSymbol("Q", m, RANK), MatrixSymbol("Y", n, RANK)

#: The statements that the two equivalences are about.
NORMS_AGREE = equal(NORM, FROBENIUS_NORM)
NORMAL = equal(multiply(transpose(N), N), multiply(N, transpose(N)))
RANK_AT_MOST_ONE = Statement(RANK, Relation.AT_MOST, S.One)
FROBENIUS_FULL = equal(FROBENIUS_NORM**2, RANK * NORM**2)
FLAT = equal(multiply(A, FLIPPED, A), multiply(NORM**2, A))
