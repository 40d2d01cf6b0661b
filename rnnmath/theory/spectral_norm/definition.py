"""The spectral norm is the largest stretch, and a root of an eigenvalue."""

from typing import Any

from sympy import DiagMatrix, Identity, Matrix, MatrixSymbol, Rational, sqrt

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant, Witness
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement
from rnnmath.symbolic.derivation.order import BOTH_WAYS, by_squares, shown, supposed
from rnnmath.symbolic.derivation.quadratic import INNER_PRODUCT, LENGTH
from rnnmath.symbolic.nodes import InnerProduct
from rnnmath.symbolic.norms import (
    FrobeniusNorm,
    LargestEigenvalue,
    MaxAbs,
    SmallestSingularValue,
    SpectralNorm,
    SpectralRadius,
    VectorNorm,
)
from rnnmath.symbolic.tidy import multiply, transpose
from rnnmath.theory.eigenvectors import largest_entry, top_eigenvector
from rnnmath.theory.euclid import LARGEST_STRETCH, RAYLEIGH, contraction, isometry, squared
from rnnmath.theory.spectral_norm.objects import CHAPTER, A, C, P, R, equal, s, top, v, w
from rnnmath.theory.stretch import STRETCH, least_upper_bound

__all__ = ["CLAIMS", "EIGENVALUE", "NORM_IS_STRETCH"]

EQUAL, AT_MOST = Relation.EQUAL, Relation.AT_MOST

_NORM, _ROOT = SpectralNorm(A), sqrt(top(A))
_GRAM = multiply(transpose(A), A)
_IS_TOP = equal(multiply(_GRAM, w), multiply(top(A), w))
_COLUMNS = equal(multiply(transpose(P), P), Identity(P.shape[1]))
_ROWS = equal(multiply(R, transpose(R)), Identity(R.shape[0]))
_DECOMPOSED = multiply(P, DiagMatrix(s), R)


def _below_root(start: Derivation, column: Any) -> Derivation:
    """Go from ``‖A v‖`` to ``sqrt(lambda) ‖v‖`` by squares."""
    chain = squared(start.start)
    chain = chain.then(INNER_PRODUCT, chain.end, InnerProduct(column, multiply(_GRAM, column)))
    chain = chain.then(RAYLEIGH, chain.end, top(A) * InnerProduct(column, column))
    chain = chain.then(LENGTH, InnerProduct(column, column), VectorNorm(column) ** 2)
    bound = _ROOT * VectorNorm(column)
    return start.then(by_squares(AT_MOST), start.start, bound, (chain,))


def _root_below() -> Derivation:
    """Go from ``sqrt(lambda)`` to ``‖A‖`` along a top eigenvector."""
    theorem, facts = top_eigenvector(A, w)
    image, length = multiply(A, w), VectorNorm(multiply(A, w))
    chain = Derivation(top(A), given=facts)
    chain = chain.then(supposed(EQUAL), top(A), InnerProduct(w, multiply(_GRAM, w)))
    chain = chain.then(INNER_PRODUCT, chain.end, InnerProduct(image, image))
    chain = chain.then(LENGTH, chain.end, length**2)
    chain = chain.then(STRETCH, length, _NORM * VectorNorm(w))
    chain = chain.then(supposed(EQUAL), VectorNorm(w), 1)
    along = Derivation(_ROOT, given=facts).then(by_squares(AT_MOST), _ROOT, _NORM, (chain,))
    return Derivation(_ROOT).then(theorem, _ROOT, _NORM, (along,))


def _root() -> Derivation:
    up, down = least_upper_bound(A, _ROOT, _below_root), _root_below()
    return Derivation(_NORM).then(BOTH_WAYS, _NORM, _ROOT, (up, down))


def _attained() -> Derivation:
    """Go from ``‖A‖ ‖w‖`` to ``‖A w‖`` by squares, for a top eigenvector w."""
    given, image = (_IS_TOP,), multiply(A, w)
    reached = _NORM * VectorNorm(w)
    chain = Derivation(reached**2, given=given).then(shown(EQUAL), _NORM, _ROOT, (_root(),))
    chain = chain.then(LENGTH, VectorNorm(w) ** 2, InnerProduct(w, w))
    chain = chain.then(INNER_PRODUCT, chain.end, InnerProduct(w, multiply(top(A), w)))
    chain = chain.then(supposed(EQUAL), multiply(top(A), w), multiply(_GRAM, w))
    chain = chain.then(INNER_PRODUCT, chain.end, InnerProduct(image, image))
    chain = chain.then(LENGTH, chain.end, VectorNorm(image) ** 2)
    length = VectorNorm(image)
    return Derivation(reached, given=given).then(by_squares(EQUAL), reached, length, (chain,))


def _singular_value() -> Derivation:
    """Go from ``‖P diag(s) R‖`` to ``max |s_i|`` both ways."""
    given, largest, norm = (_COLUMNS, _ROWS), MaxAbs(s), SpectralNorm(_DECOMPOSED)
    core = DiagMatrix(s)

    def below(start: Derivation, column: Any) -> Derivation:
        inner = multiply(R, column)
        chain = isometry(start, multiply(P, core, inner), multiply(core, inner))
        chain = chain.then(LARGEST_STRETCH, chain.end, largest * VectorNorm(inner))
        return contraction(chain, inner, column)

    e = MatrixSymbol("e", s.shape[0], 1)
    image, back = multiply(core, e), multiply(transpose(R), e)
    theorem, facts = largest_entry(s, e)
    along = Derivation(largest, given=(*given, *facts)).then(
        supposed(EQUAL), largest, VectorNorm(image)
    )
    along = isometry(along, multiply(P, image), image, back=True)
    whole = VectorNorm(multiply(_DECOMPOSED, back))
    along = along.then(supposed(EQUAL), along.end, whole)
    along = along.then(STRETCH, whole, norm * VectorNorm(back))
    along = isometry(along, back, e).then(supposed(EQUAL), VectorNorm(e), 1)
    up = least_upper_bound(_DECOMPOSED, largest, below, given=given)
    down = Derivation(largest, given=given).then(theorem, largest, norm, (along,))
    return Derivation(norm, given=given).then(BOTH_WAYS, norm, largest, (up, down))


_STRETCHED = VectorNorm(multiply(A, v))


def _case(rows: Any, cols: Any) -> Draw:
    return Draw(
        "random",
        {
            "sizes": {"m": rows, "n": cols},
            "decomposed": [("m", "n", ("A", "P", "s", "R", "w"))],
            "matrices": {"v": ("n", 1, "orthogonal multiple"), "C": ("n", "n", "nilpotent")},
        },
    )


_ANY, _SQUARE = _case((1, 3), (1, 3)), _case((3, 3), (3, 3))
_STRETCHES_LESS = {
    "A": Matrix([[2, 0], [0, 1]]),
    "v": Matrix([1, 0]),
    "w": Matrix([0, 1]),
    **{name: Matrix([[1, 0], [0, 1]]) for name in ("P", "R")},
    "s": Matrix([2, 1]),
    "m": 2,
    "n": 2,
    "r": 2,
}
_SKEWED = {"m": 2, "n": 2, "r": 2, "s": Matrix([1, 1]), "P": Matrix([[1, 0], [0, 1]])}


def _square_norm(measure: Any) -> Statement:
    return equal(SpectralNorm(C), measure)


NORM_IS_STRETCH = Claim(
    id="norm-is-stretch",
    kind=Kind.IDENTITY,
    title="The spectral norm is the largest stretch",
    says=(
        Statement(_STRETCHED, AT_MOST, _NORM * VectorNorm(v)),
        equal(_NORM, _ROOT),
        equal(_NORM * VectorNorm(w), VectorNorm(multiply(A, w))),
        equal(SpectralNorm(_DECOMPOSED), MaxAbs(s)),
    ),
    given=(
        Hypothesis(
            "$w$ is an eigenvector of $A^\\top A$ for its largest eigenvalue",
            _IS_TOP,
            Witness(
                "the second axis of $\\operatorname{diag}(2, 1)$ is stretched by 1 only",
                Draw("explicit", {"values": _STRETCHES_LESS}),
            ),
        ),
        Hypothesis(
            "$P$ has orthonormal columns, $P^\\top P = I$",
            _COLUMNS,
            Witness(
                "a factor 2 in $P$ doubles the norm",
                Draw(
                    "explicit",
                    {
                        "values": {
                            **_STRETCHES_LESS,
                            "w": Matrix([1, 0]),
                            "P": Matrix([[2, 0], [0, 2]]),
                        }
                    },
                ),
            ),
        ),
        Hypothesis(
            "$R$ has orthonormal rows, $R R^\\top = I$",
            _ROWS,
            Witness(
                "a shear in $R$ stretches more than any entry of $s$",
                Draw(
                    "explicit",
                    {
                        "values": {
                            **_STRETCHES_LESS,
                            "w": Matrix([1, 0]),
                            "R": Matrix([[1, 1], [0, 1]]),
                        }
                    },
                ),
            ),
        ),
    ),
    derive=lambda: (
        Derivation(_STRETCHED).then(STRETCH, _STRETCHED, _NORM * VectorNorm(v)),
        _root(),
        _attained(),
        _singular_value(),
    ),
    draws=(_ANY, _SQUARE),
    mutants=(
        Mutant("without the root", equal(_NORM, top(A))),
        Mutant("the spectral radius", _square_norm(SpectralRadius(C)), (_SQUARE,)),
        Mutant("the Frobenius norm", equal(_NORM, FrobeniusNorm(A)), (_SQUARE,)),
        Mutant("the smallest stretch", equal(_NORM, SmallestSingularValue(A)), (_SQUARE,)),
        Mutant(
            "every vector is stretched as much",
            Statement(_STRETCHED, Relation.AT_LEAST, _NORM * VectorNorm(v)),
            (_SQUARE,),
        ),
        Mutant(
            "the symmetric part instead of $A^\\top A$",
            _square_norm(LargestEigenvalue(C + transpose(C)) * Rational(1, 2)),
            (_SQUARE,),
        ),
        Mutant(
            "the signed maximum of the diagonal",
            equal(SpectralNorm(_DECOMPOSED), LargestEigenvalue(DiagMatrix(s))),
            (_SQUARE,),
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
    formal="ContinuousLinearMap.le_opNorm",
)

CLAIMS = (NORM_IS_STRETCH,)

#: ``‖M‖ = sqrt(lambda_max(M^T M))`` of any matrix M, for the claims that come later.
EIGENVALUE = Rule(
    "root of an eigenvalue",
    r"\lVert A \rVert = \sqrt{\lambda_{\max}(A^\top A)}",
    EQUAL,
    lambda focus, result, _: isinstance(focus, SpectralNorm) and result == sqrt(top(focus.matrix)),
    NORM_IS_STRETCH.id,
)
