"""The spectral norm is a norm, does not see rotations, and is simple on rank one."""

from typing import Any

from sympy import Abs, Identity, Matrix, MatrixSymbol, S, ZeroMatrix

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant, Witness
from rnnmath.symbolic.bound_rules import ZERO
from rnnmath.symbolic.derivation import Derivation, Relation, Statement
from rnnmath.symbolic.nodes import InnerProduct
from rnnmath.symbolic.norms import SpectralNorm, SpectralRadius, VectorNorm
from rnnmath.symbolic.order import (
    BOTH_WAYS,
    CANCEL,
    EQUIVALENT,
    NONNEGATIVE,
    by_squares,
    shown,
    supposed,
)
from rnnmath.symbolic.quadratic import INNER_PRODUCT, LENGTH
from rnnmath.symbolic.tidy import add, multiply, transpose
from rnnmath.theory.euclid import (
    CAUCHY_SCHWARZ,
    DISTRIBUTE,
    EVERY_COLUMN,
    MINKOWSKI,
    NO_LENGTH,
    contraction,
    isometry,
    squared,
)
from rnnmath.theory.spectral_norm.objects import CHAPTER, A, B, C, Q, c, equal, m, n, r, u, v, w
from rnnmath.theory.stretch import STRETCH, least_upper_bound

__all__ = ["CLAIMS", "NORM_AXIOMS"]

EQUAL, AT_MOST = Relation.EQUAL, Relation.AT_MOST

_R = MatrixSymbol("R", n, r)
_COLUMNS = equal(multiply(transpose(Q), Q), Identity(m))
_ROWS = equal(multiply(_R, transpose(_R)), Identity(n))
_NORM, _SCALED = SpectralNorm(A), SpectralNorm(multiply(c, A))


def _scaled_length(column: Any) -> Derivation:
    """Derive ``‖c x‖ = |c| ‖x‖`` by squares."""
    start, end = VectorNorm(multiply(c, column)), Abs(c) * VectorNorm(column)
    chain = squared(start)
    chain = chain.then(INNER_PRODUCT, chain.end, c**2 * InnerProduct(column, column))
    chain = chain.then(LENGTH, InnerProduct(column, column), VectorNorm(column) ** 2)
    return Derivation(start).then(by_squares(EQUAL), start, end, (chain,))


def _homogeneity() -> Derivation:
    def up(start: Derivation, x: Any) -> Derivation:
        image = multiply(A, x)
        scaled = Abs(c) * VectorNorm(image)
        chain = start.then(shown(EQUAL), start.start, scaled, (_scaled_length(image),))
        return chain.then(STRETCH, VectorNorm(image), _NORM * VectorNorm(x))

    def down(start: Derivation, x: Any) -> Derivation:
        image = multiply(A, x)
        whole = VectorNorm(multiply(c, image))
        chain = start.then(shown(EQUAL), start.start, whole, (_scaled_length(image),))
        return chain.then(STRETCH, whole, _SCALED * VectorNorm(x))

    end = Abs(c) * _NORM
    sides = (
        least_upper_bound(multiply(c, A), end, up),
        least_upper_bound(A, _SCALED, down, factor=Abs(c)),
    )
    return Derivation(_SCALED).then(BOTH_WAYS, _SCALED, end, sides)


_SUM, _NORMS = SpectralNorm(add(A, B)), _NORM + SpectralNorm(B)


def _triangle() -> Derivation:
    def below(start: Derivation, x: Any) -> Derivation:
        left, right = multiply(A, x), multiply(B, x)
        chain = start.then(DISTRIBUTE, multiply(add(A, B), x), add(left, right))
        lengths = VectorNorm(left) + VectorNorm(right)
        chain = chain.then(MINKOWSKI, chain.end, lengths)
        chain = chain.then(STRETCH, VectorNorm(left), _NORM * VectorNorm(x))
        return chain.then(STRETCH, VectorNorm(right), SpectralNorm(B) * VectorNorm(x))

    return least_upper_bound(add(A, B), _NORMS, below)


_NO_NORM, _NO_MATRIX = equal(_NORM, 0), equal(A, ZeroMatrix(m, n))


def _definiteness() -> Derivation:
    """Derive that only the zero matrix has norm 0, each from the other."""
    x = v
    image = multiply(A, x)
    given = (_NO_NORM,)
    length = Derivation(VectorNorm(image), given=given)
    length = length.then(STRETCH, length.end, _NORM * VectorNorm(x))
    length = length.then(supposed(EQUAL), _NORM, S.Zero)
    column = Derivation(image, given=given).then(NO_LENGTH, image, ZeroMatrix(m, 1), (length,))
    vanishes = Derivation(A, given=given).then(EVERY_COLUMN, A, ZeroMatrix(m, n), (column,))

    def none(start: Derivation, x: Any) -> Derivation:
        chain = start.then(supposed(EQUAL), multiply(A, x), ZeroMatrix(m, 1))
        return chain.then(ZERO, chain.end, S.Zero)

    given = (_NO_MATRIX,)
    sides = (
        least_upper_bound(A, S.Zero, none, given=given),
        Derivation(S.Zero, given=given).then(NONNEGATIVE, S.Zero, _NORM),
    )
    no_norm = Derivation(_NORM, given=given).then(BOTH_WAYS, _NORM, S.Zero, sides)
    both = vanishes, no_norm
    return Derivation(_NO_NORM).then(EQUIVALENT, _NO_NORM, _NO_MATRIX, both)


_ROTATED = SpectralNorm(multiply(Q, A, _R))


def _rotation() -> Derivation:
    given = (_COLUMNS, _ROWS)

    def up(start: Derivation, x: Any) -> Derivation:
        inner = multiply(_R, x)
        image = multiply(A, inner)
        chain = isometry(start, multiply(Q, image), image)
        chain = chain.then(STRETCH, VectorNorm(image), _NORM * VectorNorm(inner))
        return contraction(chain, inner, x)

    def down(start: Derivation, x: Any) -> Derivation:
        image, back = multiply(A, x), multiply(transpose(_R), x)
        whole = VectorNorm(multiply(Q, A, _R, back))
        chain = isometry(start, multiply(Q, image), image, back=True)
        chain = chain.then(supposed(EQUAL), chain.end, whole)
        chain = chain.then(STRETCH, whole, _ROTATED * VectorNorm(back))
        return isometry(chain, back, x)

    sides = (
        least_upper_bound(multiply(Q, A, _R), _NORM, up, given=given),
        least_upper_bound(A, _ROTATED, down, given=given),
    )
    return Derivation(_ROTATED, given=given).then(BOTH_WAYS, _ROTATED, _NORM, sides)


_LENGTHS = VectorNorm(u) * VectorNorm(v)
_OUTER = SpectralNorm(multiply(u, transpose(v)))


def _outer() -> Derivation:
    matrix = multiply(u, transpose(v))

    def up(start: Derivation, x: Any) -> Derivation:
        seen = InnerProduct(v, x)
        chain = squared(start.start)
        chain = chain.then(INNER_PRODUCT, chain.end, InnerProduct(u, u) * seen**2)
        chain = chain.then(CAUCHY_SCHWARZ, seen**2, (VectorNorm(v) * VectorNorm(x)) ** 2)
        chain = chain.then(LENGTH, InnerProduct(u, u), VectorNorm(u) ** 2)
        bound = _LENGTHS * VectorNorm(x)
        return start.then(by_squares(AT_MOST), start.start, bound, (chain,))

    image = VectorNorm(multiply(matrix, v))
    chain = squared(image)
    chain = chain.then(INNER_PRODUCT, chain.end, InnerProduct(u, u) * InnerProduct(v, v) ** 2)
    chain = chain.then(LENGTH, InnerProduct(u, u), VectorNorm(u) ** 2)
    chain = chain.then(LENGTH, InnerProduct(v, v), VectorNorm(v) ** 2)
    reached = VectorNorm(u) * VectorNorm(v) ** 2
    product = Derivation(VectorNorm(u) * image)
    product = product.then(by_squares(EQUAL), image, reached, (chain,))
    square = Derivation(_LENGTHS**2).then(shown(EQUAL), _LENGTHS**2, product.start, (product,))
    square = square.then(STRETCH, image, _OUTER * VectorNorm(v))
    down = Derivation(_LENGTHS).then(CANCEL, _LENGTHS, _OUTER, (square,))
    sides = least_upper_bound(matrix, _LENGTHS, up, name="x"), down
    return Derivation(_OUTER).then(BOTH_WAYS, _OUTER, _LENGTHS, sides)


def _case(style: str, other: str = "rational norm", **sizes: tuple[int, int]) -> Draw:
    return Draw(
        "random",
        {
            "sizes": {"m": (1, 2), "n": (1, 2), "q": (2, 3), "r": (2, 3), **sizes},
            "matrices": {
                "A": ("m", "n", style),
                "B": ("m", "n", other),
                "C": ("n", "n", "nilpotent"),
                "Q": ("q", "m", "orthogonal"),
                "R": ("n", "r", "orthogonal"),
                "u": ("m", 1, "orthogonal multiple"),
                "v": ("n", 1, "orthogonal multiple"),
            },
            "scalars": {"c": ("-3", "3")},
        },
    )


_ANY, _WIDE = _case("rational norm"), _case("rational norm", m=(2, 2), n=(2, 2))
_UNIT = {"m": 1, "n": 1, "q": 1, "r": 1, "A": Matrix([1]), "B": Matrix([1]), "c": 1}
_UNIT |= {name: Matrix([1]) for name in ("Q", "R", "u", "v")}
_EQUALITY = Draw("explicit", {"note": "B is twice A", "values": {**_UNIT, "B": Matrix([2])}})
_PAIR = Draw(
    "random",
    {
        "sizes": {"n": (2, 3)},
        "matrices": dict.fromkeys(("v", "w"), ("n", 1, "orthogonal multiple")),
    },
)
_STRETCHING = Draw(
    "random",
    {
        "sizes": {"m": (2, 2), "n": (2, 2), "q": (2, 2), "r": (2, 3)},
        "matrices": {**_WIDE.options["matrices"], "Q": ("q", "m", "generic")},
    },
)

NORM_AXIOMS = Claim(
    id="norm-axioms",
    kind=Kind.IDENTITY,
    title="The spectral norm is a norm, blind to rotations",
    says=(
        equal(_SCALED, Abs(c) * _NORM),
        Statement(_SUM, AT_MOST, _NORMS),
        Statement(_NO_NORM, Relation.IFF, _NO_MATRIX),
        equal(_ROTATED, _NORM),
        equal(_OUTER, _LENGTHS),
    ),
    given=(
        Hypothesis(
            "$Q$ has orthonormal columns",
            _COLUMNS,
            Witness(
                "one row of a rotation has orthonormal rows only, and may miss the stretch",
                Draw(
                    "explicit",
                    {
                        "values": {
                            **_UNIT,
                            "m": 2,
                            **{name: Matrix([0, 1]) for name in ("A", "B", "u")},
                            "Q": Matrix([[1, 0]]),
                        }
                    },
                ),
                equal(_ROTATED, _NORM),
            ),
        ),
        Hypothesis(
            "$R$ has orthonormal rows",
            _ROWS,
            Witness(
                "one column of a rotation has orthonormal columns only",
                Draw(
                    "explicit",
                    {
                        "values": {
                            **_UNIT,
                            "n": 2,
                            **{name: Matrix([[0, 1]]) for name in ("A", "B")},
                            "v": Matrix([0, 1]),
                            "R": Matrix([1, 0]),
                        }
                    },
                ),
                equal(_ROTATED, _NORM),
            ),
        ),
    ),
    derive=lambda: (_homogeneity(), _triangle(), _definiteness(), _rotation(), _outer()),
    draws=(_ANY, _WIDE, _case("zero"), _case("flat", "zero"), _EQUALITY),
    mutants=(
        Mutant("the sign comes out", equal(_SCALED, c * _NORM)),
        Mutant("the triangle is an equation", equal(_SUM, _NORMS)),
        Mutant("a larger side", Statement(_SUM, Relation.AT_LEAST, _NORMS)),
        Mutant(
            "no norm is no spectral radius",
            Statement(equal(SpectralNorm(C), 0), Relation.IFF, equal(SpectralRadius(C), 0)),
            (_WIDE,),
        ),
        Mutant(
            "$Q$ only invertible",
            equal(_ROTATED, _NORM),
            (_STRETCHING,),
        ),
        Mutant(
            "the inner product for an outer one",
            equal(SpectralNorm(multiply(v, transpose(w))), Abs(InnerProduct(v, w))),
            (_PAIR,),
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)

CLAIMS = (NORM_AXIOMS,)
