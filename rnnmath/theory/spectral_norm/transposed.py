"""A matrix and its transpose stretch alike, though not the same vectors."""

from typing import Any

from sympy import Matrix, sqrt

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Kind, Mutant
from rnnmath.symbolic.derivation import Derivation, Relation
from rnnmath.symbolic.derivation.order import BOTH_WAYS, CANCEL, by_squares, shown
from rnnmath.symbolic.derivation.quadratic import INNER_PRODUCT
from rnnmath.symbolic.nodes import InnerProduct
from rnnmath.symbolic.norms import (
    InfinityNorm,
    OneNorm,
    SmallestSingularValue,
    SpectralNorm,
    VectorNorm,
)
from rnnmath.symbolic.tidy import multiply, transpose
from rnnmath.theory.euclid import CAUCHY_SCHWARZ, squared
from rnnmath.theory.spectral_norm.objects import CHAPTER, A, C, equal, x
from rnnmath.theory.stretch import STRETCH, least_upper_bound

__all__ = ["CLAIMS", "NORM_TRANSPOSE", "at_most_transposed"]

EQUAL, AT_MOST = Relation.EQUAL, Relation.AT_MOST


def at_most_transposed(matrix: Any) -> Derivation:
    """Derive ``‖M‖ <= ‖M^T‖``: move one M to the other side of an inner product, and cancel.

    Examples
    --------
    >>> print(at_most_transposed(A).statement)
    ||A|| <= ||A.T||
    """
    flipped = transpose(matrix)

    def below(start: Derivation, v: Any) -> Derivation:
        image, back = multiply(matrix, v), multiply(flipped, matrix, v)
        before, length = VectorNorm(image), VectorNorm(v)
        chain = squared(before)
        chain = chain.then(INNER_PRODUCT, chain.end, InnerProduct(v, back))
        chain = chain.then(CAUCHY_SCHWARZ, chain.end, length * VectorNorm(back))
        chain = chain.then(STRETCH, VectorNorm(back), SpectralNorm(flipped) * before)
        return start.then(CANCEL, before, SpectralNorm(flipped) * length, (chain,))

    return least_upper_bound(matrix, SpectralNorm(flipped), below)


def _norm_transpose() -> Derivation:
    flipped = transpose(A)
    sides = SpectralNorm(flipped), SpectralNorm(A)
    both = at_most_transposed(flipped), at_most_transposed(A)
    return Derivation(sides[0]).then(BOTH_WAYS, *sides, both)


def _gram() -> Derivation:
    """Derive ``‖A^T A‖ = ‖A‖^2`` both ways."""
    flipped, norm = transpose(A), SpectralNorm(A)
    whole = multiply(flipped, A)
    gram = SpectralNorm(whole)

    def twice(start: Derivation, v: Any) -> Derivation:
        inner = VectorNorm(multiply(A, v))
        chain = start.then(STRETCH, start.start, SpectralNorm(flipped) * inner)
        chain = chain.then(shown(EQUAL), SpectralNorm(flipped), norm, (_norm_transpose(),))
        return chain.then(STRETCH, inner, norm * VectorNorm(v))

    def root(start: Derivation, v: Any) -> Derivation:
        image = VectorNorm(multiply(whole, v))
        chain = squared(start.start)
        chain = chain.then(INNER_PRODUCT, chain.end, InnerProduct(v, multiply(whole, v)))
        chain = chain.then(CAUCHY_SCHWARZ, chain.end, VectorNorm(v) * image)
        chain = chain.then(STRETCH, image, gram * VectorNorm(v))
        bound = sqrt(gram) * VectorNorm(v)
        return start.then(by_squares(AT_MOST), start.start, bound, (chain,))

    down = Derivation(norm**2)
    down = down.then(shown(AT_MOST), norm, sqrt(gram), (least_upper_bound(A, sqrt(gram), root),))
    up = least_upper_bound(whole, norm**2, twice)
    return Derivation(gram).then(BOTH_WAYS, gram, norm**2, (up, down))


_NORM, _FLIPPED = SpectralNorm(A), transpose(A)
_SQUARE_IMAGES = VectorNorm(multiply(transpose(C), x)), VectorNorm(multiply(C, x))
_DRAW = {
    "sizes": {"m": (1, 3), "n": (1, 3)},
    "matrices": {
        "A": ("m", "n", "rational norm"),
        "C": ("n", "n", "nilpotent"),
        "x": ("n", 1, "generic"),
    },
}
_WIDE = Draw("random", {**_DRAW, "sizes": {"m": (2, 3), "n": (2, 3)}})
_CORNER = Draw(
    "explicit",
    {
        "note": "ones in the first row",
        "values": {"m": 2, "n": 2, "A": Matrix([[3, 4], [0, 0]])},
    },
)

NORM_TRANSPOSE = Claim(
    id="norm-transpose",
    kind=Kind.IDENTITY,
    title="A matrix and its transpose have one norm",
    says=(
        equal(SpectralNorm(_FLIPPED), _NORM),
        equal(SpectralNorm(multiply(_FLIPPED, A)), _NORM**2),
    ),
    derive=lambda: (_norm_transpose(), _gram()),
    draws=(Draw("random", _DRAW), _WIDE, _CORNER),
    mutants=(
        Mutant(
            "the same of the largest column sum",
            equal(OneNorm(_FLIPPED), OneNorm(A)),
            (
                Draw(
                    "explicit",
                    {"values": {"m": 2, "n": 2, "A": Matrix([[1, 1], [0, 0]])}},
                ),
            ),
        ),
        Mutant("the same of the largest row sum", equal(InfinityNorm(_FLIPPED), InfinityNorm(A))),
        Mutant(
            "the same of the smallest stretch",
            equal(SmallestSingularValue(_FLIPPED), SmallestSingularValue(A)),
            (
                Draw("random", {**_DRAW, "sizes": {"m": (1, 1), "n": (2, 2)}}),
                Draw("random", {**_DRAW, "sizes": {"m": (3, 3), "n": (2, 2)}}),
            ),
        ),
        Mutant("the same vectors are stretched", equal(*_SQUARE_IMAGES), (_WIDE,)),
        Mutant("a factor does not count twice", equal(SpectralNorm(multiply(_FLIPPED, A)), _NORM)),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
    formal="Matrix.l2_opNorm_conjTranspose",
)

CLAIMS = (NORM_TRANSPOSE,)
