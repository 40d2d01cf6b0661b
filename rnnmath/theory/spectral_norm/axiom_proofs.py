"""The proofs of the axioms, each from the two rules that define the norm."""

from typing import Any

from sympy import Abs, Identity, MatrixSymbol, S, ZeroMatrix

from rnnmath.symbolic.bounds.rules import ZERO
from rnnmath.symbolic.derivation import Derivation, Relation
from rnnmath.symbolic.derivation.order import (
    BOTH_WAYS,
    CANCEL,
    EQUIVALENT,
    NONNEGATIVE,
    by_squares,
    shown,
    supposed,
)
from rnnmath.symbolic.derivation.quadratic import INNER_PRODUCT, LENGTH
from rnnmath.symbolic.nodes import InnerProduct
from rnnmath.symbolic.norms import SpectralNorm, VectorNorm
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
from rnnmath.theory.spectral_norm.objects import A, B, Q, c, equal, m, n, r, u, v
from rnnmath.theory.stretch import STRETCH, least_upper_bound

__all__ = [
    "COLUMNS",
    "LENGTHS",
    "NORM",
    "NORMS",
    "NO_MATRIX",
    "NO_NORM",
    "OUTER",
    "RIGHT",
    "ROTATED",
    "ROWS",
    "SCALED",
    "SUM",
    "definiteness",
    "homogeneity",
    "outer",
    "rotation",
    "triangle",
]

EQUAL, AT_MOST = Relation.EQUAL, Relation.AT_MOST

RIGHT = MatrixSymbol("R", n, r)
COLUMNS = equal(multiply(transpose(Q), Q), Identity(m))
ROWS = equal(multiply(RIGHT, transpose(RIGHT)), Identity(n))
NORM, SCALED = SpectralNorm(A), SpectralNorm(multiply(c, A))


def _scaled_length(column: Any) -> Derivation:
    """Derive ``‖c x‖ = |c| ‖x‖`` by squares."""
    start, end = VectorNorm(multiply(c, column)), Abs(c) * VectorNorm(column)
    chain = squared(start)
    chain = chain.then(INNER_PRODUCT, chain.end, c**2 * InnerProduct(column, column))
    chain = chain.then(LENGTH, InnerProduct(column, column), VectorNorm(column) ** 2)
    return Derivation(start).then(by_squares(EQUAL), start, end, (chain,))


def homogeneity() -> Derivation:
    """Derive ``‖c A‖ = |c| ‖A‖`` both ways."""

    def up(start: Derivation, x: Any) -> Derivation:
        image = multiply(A, x)
        scaled = Abs(c) * VectorNorm(image)
        chain = start.then(shown(EQUAL), start.start, scaled, (_scaled_length(image),))
        return chain.then(STRETCH, VectorNorm(image), NORM * VectorNorm(x))

    def down(start: Derivation, x: Any) -> Derivation:
        image = multiply(A, x)
        whole = VectorNorm(multiply(c, image))
        chain = start.then(shown(EQUAL), start.start, whole, (_scaled_length(image),))
        return chain.then(STRETCH, whole, SCALED * VectorNorm(x))

    end = Abs(c) * NORM
    sides = (
        least_upper_bound(multiply(c, A), end, up),
        least_upper_bound(A, SCALED, down, factor=Abs(c)),
    )
    return Derivation(SCALED).then(BOTH_WAYS, SCALED, end, sides)


SUM, NORMS = SpectralNorm(add(A, B)), NORM + SpectralNorm(B)


def triangle() -> Derivation:
    """Derive ``‖A + B‖ <= ‖A‖ + ‖B‖`` from the triangle of lengths."""

    def below(start: Derivation, x: Any) -> Derivation:
        left, right = multiply(A, x), multiply(B, x)
        chain = start.then(DISTRIBUTE, multiply(add(A, B), x), add(left, right))
        lengths = VectorNorm(left) + VectorNorm(right)
        chain = chain.then(MINKOWSKI, chain.end, lengths)
        chain = chain.then(STRETCH, VectorNorm(left), NORM * VectorNorm(x))
        return chain.then(STRETCH, VectorNorm(right), SpectralNorm(B) * VectorNorm(x))

    return least_upper_bound(add(A, B), NORMS, below)


NO_NORM, NO_MATRIX = equal(NORM, 0), equal(A, ZeroMatrix(m, n))


def definiteness() -> Derivation:
    """Derive that only the zero matrix has norm 0, each from the other."""
    x = v
    image = multiply(A, x)
    given = (NO_NORM,)
    length = Derivation(VectorNorm(image), given=given)
    length = length.then(STRETCH, length.end, NORM * VectorNorm(x))
    length = length.then(supposed(EQUAL), NORM, S.Zero)
    column = Derivation(image, given=given).then(NO_LENGTH, image, ZeroMatrix(m, 1), (length,))
    vanishes = Derivation(A, given=given).then(EVERY_COLUMN, A, ZeroMatrix(m, n), (column,))

    def none(start: Derivation, x: Any) -> Derivation:
        chain = start.then(supposed(EQUAL), multiply(A, x), ZeroMatrix(m, 1))
        return chain.then(ZERO, chain.end, S.Zero)

    given = (NO_MATRIX,)
    sides = (
        least_upper_bound(A, S.Zero, none, given=given),
        Derivation(S.Zero, given=given).then(NONNEGATIVE, S.Zero, NORM),
    )
    no_norm = Derivation(NORM, given=given).then(BOTH_WAYS, NORM, S.Zero, sides)
    both = vanishes, no_norm
    return Derivation(NO_NORM).then(EQUIVALENT, NO_NORM, NO_MATRIX, both)


ROTATED = SpectralNorm(multiply(Q, A, RIGHT))


def rotation() -> Derivation:
    """Derive ``‖Q A R‖ = ‖A‖`` both ways, by going through R^T and Q."""
    given = (COLUMNS, ROWS)

    def up(start: Derivation, x: Any) -> Derivation:
        inner = multiply(RIGHT, x)
        image = multiply(A, inner)
        chain = isometry(start, multiply(Q, image), image)
        chain = chain.then(STRETCH, VectorNorm(image), NORM * VectorNorm(inner))
        return contraction(chain, inner, x)

    def down(start: Derivation, x: Any) -> Derivation:
        image, back = multiply(A, x), multiply(transpose(RIGHT), x)
        whole = VectorNorm(multiply(Q, A, RIGHT, back))
        chain = isometry(start, multiply(Q, image), image, back=True)
        chain = chain.then(supposed(EQUAL), chain.end, whole)
        chain = chain.then(STRETCH, whole, ROTATED * VectorNorm(back))
        return isometry(chain, back, x)

    sides = (
        least_upper_bound(multiply(Q, A, RIGHT), NORM, up, given=given),
        least_upper_bound(A, ROTATED, down, given=given),
    )
    return Derivation(ROTATED, given=given).then(BOTH_WAYS, ROTATED, NORM, sides)


LENGTHS = VectorNorm(u) * VectorNorm(v)
OUTER = SpectralNorm(multiply(u, transpose(v)))


def outer() -> Derivation:
    """Derive ``‖u v^T‖ = ‖u‖ ‖v‖``; equality at v itself."""
    matrix = multiply(u, transpose(v))

    def up(start: Derivation, x: Any) -> Derivation:
        seen = InnerProduct(v, x)
        chain = squared(start.start)
        chain = chain.then(INNER_PRODUCT, chain.end, InnerProduct(u, u) * seen**2)
        chain = chain.then(CAUCHY_SCHWARZ, seen**2, (VectorNorm(v) * VectorNorm(x)) ** 2)
        chain = chain.then(LENGTH, InnerProduct(u, u), VectorNorm(u) ** 2)
        bound = LENGTHS * VectorNorm(x)
        return start.then(by_squares(AT_MOST), start.start, bound, (chain,))

    image = VectorNorm(multiply(matrix, v))
    chain = squared(image)
    chain = chain.then(INNER_PRODUCT, chain.end, InnerProduct(u, u) * InnerProduct(v, v) ** 2)
    chain = chain.then(LENGTH, InnerProduct(u, u), VectorNorm(u) ** 2)
    chain = chain.then(LENGTH, InnerProduct(v, v), VectorNorm(v) ** 2)
    reached = VectorNorm(u) * VectorNorm(v) ** 2
    product = Derivation(VectorNorm(u) * image)
    product = product.then(by_squares(EQUAL), image, reached, (chain,))
    square = Derivation(LENGTHS**2).then(shown(EQUAL), LENGTHS**2, product.start, (product,))
    square = square.then(STRETCH, image, OUTER * VectorNorm(v))
    down = Derivation(LENGTHS).then(CANCEL, LENGTHS, OUTER, (square,))
    sides = least_upper_bound(matrix, LENGTHS, up, name="x"), down
    return Derivation(OUTER).then(BOTH_WAYS, OUTER, LENGTHS, sides)
