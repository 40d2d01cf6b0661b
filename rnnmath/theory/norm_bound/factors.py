"""Two facts about any matrices: the norm of a product, and of a diagonal matrix."""

from typing import Any

from sympy import (
    DiagMatrix,
    Matrix,
    MatrixSymbol,
    Max,
)

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Kind, Mutant
from rnnmath.symbolic.derivation import Derivation, Relation, Statement
from rnnmath.symbolic.derivation.order import BOTH_WAYS, supposed
from rnnmath.symbolic.norms import (
    LargestEigenvalue,
    MaxAbs,
    MinAbs,
    OneNorm,
    SpectralNorm,
    SpectralRadius,
    VectorNorm,
)
from rnnmath.symbolic.notation import n
from rnnmath.symbolic.tidy import multiply
from rnnmath.theory.comparisons import SQUEEZE
from rnnmath.theory.eigenvectors import largest_entry
from rnnmath.theory.euclid import LARGEST_STRETCH
from rnnmath.theory.norm_bound.objects import (
    CHAPTER,
    A,
    B,
    at_most,
    d,
    equal,
    y,
)
from rnnmath.theory.stretch import STRETCH, least_upper_bound

__all__ = ["DIAGONAL_NORM", "SUBMULTIPLICATIVE"]

EQUAL, IFF = Relation.EQUAL, Relation.IFF

_PRODUCT = multiply(A, B)
_NORMS = SpectralNorm(A) * SpectralNorm(B)
_BELOW = VectorNorm(multiply(A, B, y))
_BETWEEN = SpectralNorm(A) * VectorNorm(multiply(B, y))
_ABOVE = _NORMS * VectorNorm(y)


def _through_both(start: Derivation, column: Any) -> Derivation:
    """Go from ``‖A B v‖`` to ``‖A‖ ‖B‖ ‖v‖``, one stretch at a time."""
    inner = VectorNorm(multiply(B, column))
    chain = start.then(STRETCH, start.end, SpectralNorm(A) * inner)
    return chain.then(STRETCH, inner, SpectralNorm(B) * VectorNorm(column))


def _submultiplicative() -> tuple[Derivation, ...]:
    first = Derivation(_BELOW).then(STRETCH, _BELOW, _BETWEEN)
    second = Derivation(_BETWEEN).then(
        STRETCH, VectorNorm(multiply(B, y)), SpectralNorm(B) * VectorNorm(y)
    )
    equality, gaps = _EQUALITY.lhs, _EQUALITY.rhs
    return (
        least_upper_bound(_PRODUCT, _NORMS, _through_both),
        Derivation(equality).then(SQUEEZE, equality, gaps, (first, second)),
    )


_EQUALITY = Statement(
    equal(_ABOVE, _BELOW), IFF, equal(Max(_ABOVE - _BETWEEN, _BETWEEN - _BELOW), 0)
)
_SQUARE = {"A": ("n", "n", "orthogonal multiple"), "B": ("n", "n", "orthogonal multiple")}
_COLUMN = ("p", 1, "orthogonal multiple")


def _pair(first: Any, second: Any, column: Any = (1, 0)) -> Draw:
    values = {"A": Matrix(first), "B": Matrix(second), "y": Matrix(column)}
    return Draw("explicit", {"values": {**values, "n": 2}, "note": "two small matrices"})


_MISSED = _pair([[1, 0], [0, 3]], [[2, 0], [0, 1]])
_RANDOM_PAIR = Draw(
    "random",
    {
        "sizes": {"m": (1, 3), "n": (2, 3), "p": (1, 3)},
        "matrices": {"A": ("m", "n", "generic"), "B": ("n", "p", "generic"), "y": _COLUMN},
    },
)

SUBMULTIPLICATIVE = Claim(
    id="submultiplicative",
    kind=Kind.BOUND,
    title="The norm of a product is at most the product of the norms",
    says=(at_most(SpectralNorm(_PRODUCT), _NORMS), _EQUALITY),
    derive=_submultiplicative,
    draws=(
        _RANDOM_PAIR,
        Draw(
            "random",
            {
                "matrices": {
                    "A": ("m", "n", "rational norm"),
                    "B": ("n", "p", "rational norm"),
                    "y": _COLUMN,
                }
            },
        ),
        Draw(
            "random",
            {"sizes": {"n": (2, 3)}, "matrices": {**_SQUARE, "y": ("n", 1, _COLUMN[2])}},
        ),
        _pair([[3, 0], [0, 1]], [[2, 0], [0, 1]]),
        _MISSED,
        _pair([[0, 0], [0, 0]], [[2, 0], [0, 1]], (0, 1)),
    ),
    mutants=(
        Mutant("always equal", equal(SpectralNorm(_PRODUCT), _NORMS)),
        Mutant(
            "the sum of the norms",
            at_most(SpectralNorm(_PRODUCT), SpectralNorm(A) + SpectralNorm(B)),
            (_pair([[3, 0], [0, 3]], [[3, 0], [0, 3]]),),
        ),
        Mutant("the left factor alone", at_most(SpectralNorm(_PRODUCT), SpectralNorm(A))),
        Mutant(
            "spectral radii for norms",
            at_most(
                SpectralRadius(MatrixSymbol("A", n, n) * MatrixSymbol("B", n, n)),
                SpectralRadius(MatrixSymbol("A", n, n)) * SpectralRadius(MatrixSymbol("B", n, n)),
            ),
            (_pair([[0, 2], [0, 0]], [[0, 0], [2, 0]]),),
        ),
        Mutant(
            "a column that B stretches most is enough for equality",
            Statement(_EQUALITY.lhs, IFF, equal(_ABOVE - _BETWEEN, 0)),
            (_MISSED,),
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
    formal="Matrix.l2_opNorm_mul",
)

_DIAGONAL = DiagMatrix(d)


def _diagonal_norm() -> tuple[Derivation, ...]:
    """Bound every stretch by the largest entry, and find it along a basis vector."""
    norm, largest = SpectralNorm(_DIAGONAL), MaxAbs(d)
    up = least_upper_bound(
        _DIAGONAL,
        largest,
        lambda start, x: start.then(LARGEST_STRETCH, start.end, largest * VectorNorm(x)),
    )
    e = MatrixSymbol("e", n, 1)
    theorem, facts = largest_entry(d, e)
    length = VectorNorm(multiply(_DIAGONAL, e))
    along = Derivation(largest, given=facts).then(supposed(EQUAL), largest, length)
    along = along.then(STRETCH, length, norm * VectorNorm(e))
    along = along.then(supposed(EQUAL), VectorNorm(e), 1)
    down = Derivation(largest).then(theorem, largest, norm, (along,))
    return (Derivation(norm).then(BOTH_WAYS, norm, largest, (up, down)),)


_ENTRIES = Draw("random", {"sizes": {"n": (1, 4)}, "matrices": {"d": ("n", 1, "generic")}})

DIAGONAL_NORM = Claim(
    id="diagonal-norm",
    kind=Kind.IDENTITY,
    title="The norm of a diagonal matrix is its largest entry",
    says=(equal(SpectralNorm(_DIAGONAL), MaxAbs(d)),),
    derive=_diagonal_norm,
    draws=(_ENTRIES,),
    mutants=(
        Mutant("signs kept", equal(SpectralNorm(_DIAGONAL), LargestEigenvalue(_DIAGONAL))),
        Mutant("the sum of the entries", equal(SpectralNorm(_DIAGONAL), OneNorm(d))),
        Mutant("the length of the diagonal", equal(SpectralNorm(_DIAGONAL), VectorNorm(d))),
        Mutant("the smallest entry", equal(SpectralNorm(_DIAGONAL), MinAbs(d))),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
    formal="Matrix.l2_opNorm_diagonal",
)
