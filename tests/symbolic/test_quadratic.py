"""Inner products and traces have one form, and only equal ones share it."""

import pytest
from sympy import Identity, MatrixSymbol, Symbol, Trace

from rnnmath.errors import BadDerivation
from rnnmath.symbolic.derivation import Derivation, check
from rnnmath.symbolic.derivation.quadratic import (
    FROBENIUS,
    INNER_PRODUCT,
    LENGTH,
    TRACE,
    normal_form,
)
from rnnmath.symbolic.nodes import InnerProduct
from rnnmath.symbolic.norms import FrobeniusNorm, VectorNorm
from rnnmath.symbolic.notation import m, n

A, B = MatrixSymbol("A", m, n), MatrixSymbol("B", m, n)
C, D = MatrixSymbol("C", n, n), MatrixSymbol("D", n, n)
u = MatrixSymbol("u", m, 1)
v, w = MatrixSymbol("v", n, 1), MatrixSymbol("w", n, 1)
a, b = Symbol("a", real=True), Symbol("b", real=True)

SAME = {
    "adjoint": (InnerProduct(A * v, u), InnerProduct(v, A.T * u)),
    "symmetric": (InnerProduct(C * v, D * w), InnerProduct(w, D.T * C * v)),
    "bilinear": (
        InnerProduct(a * v + b * w, v - w),
        a * InnerProduct(v, v) + (b - a) * InnerProduct(v, w) - b * InnerProduct(w, w),
    ),
    "cut at a column": (
        InnerProduct(u * v.T * w, u),
        InnerProduct(u, u) * InnerProduct(v, w),
    ),
    "identity": (InnerProduct(Identity(n) * v, C**2 * w), InnerProduct(C.T * v, C * w)),
    "a sum inside": (
        InnerProduct((C + D) * v, w),
        InnerProduct(C * v, w) + InnerProduct(D * v, w),
    ),
}
SAME_TRACES = {
    "cyclic": (Trace(A * C * B.T), Trace(B.T * A * C)),
    "transposed": (Trace(C * D), Trace(C.T * D.T)),
    "rank one": (Trace(A * v * u.T), InnerProduct(u, A * v)),
    "sum": (Trace(2 * C + D), 2 * Trace(C) + Trace(D)),
    "identity": (Trace(a * Identity(n)), a * n),
}
DIFFERENT = {
    "no adjoint": (InnerProduct(C * v, w), InnerProduct(v, C * w)),
    "a factor lost": (InnerProduct(2 * v, 2 * w), 2 * InnerProduct(v, w)),
    "a swapped product": (InnerProduct(C * D * v, w), InnerProduct(D * C * v, w)),
}
DIFFERENT_TRACES = {
    "not cyclic": (Trace(C * D * C * C.T), Trace(D * C * C * C.T)),
    "one transposed": (Trace(C * D), Trace(C.T * D)),
    "sizes": (Trace(A.T * A), Trace(A.T * B)),
}


@pytest.mark.parametrize(("left", "right"), SAME.values(), ids=SAME)
def test_equal_inner_products_agree(left: object, right: object) -> None:
    """The rule goes from each side of an identity to the other."""
    check(Derivation(left).then(INNER_PRODUCT, left, right))
    check(Derivation(right).then(INNER_PRODUCT, right, left))


@pytest.mark.parametrize(("left", "right"), SAME_TRACES.values(), ids=SAME_TRACES)
def test_equal_traces_agree(left: object, right: object) -> None:
    """The rule of traces covers rotation, transposition, linearity and rank one."""
    check(Derivation(left).then(TRACE, left, right))
    with pytest.raises(BadDerivation):
        check(Derivation(left).then(INNER_PRODUCT, left, right))


@pytest.mark.parametrize(
    ("left", "right"),
    [*DIFFERENT.values(), *DIFFERENT_TRACES.values()],
    ids=[*DIFFERENT, *DIFFERENT_TRACES],
)
def test_different_numbers_are_told_apart(left: object, right: object) -> None:
    """What differs for some matrices has no common form."""
    assert normal_form(left) != normal_form(right)
    with pytest.raises(BadDerivation):
        check(Derivation(left).then(TRACE, left, right))


def test_lengths_are_read_as_squares_only() -> None:
    """The length squared is an inner product, the length is not; the same for Frobenius."""
    inner = InnerProduct(v, v)
    check(Derivation(VectorNorm(v) ** 2).then(LENGTH, VectorNorm(v) ** 2, inner))
    check(Derivation(inner).then(LENGTH, inner, VectorNorm(v) ** 2))
    with pytest.raises(BadDerivation):
        check(Derivation(VectorNorm(v)).then(LENGTH, VectorNorm(v), inner))
    square = FrobeniusNorm(A) ** 2
    for gram in (A.T * A, A * A.T):
        check(Derivation(square).then(FROBENIUS, square, Trace(gram)))
    with pytest.raises(BadDerivation):
        check(Derivation(square).then(FROBENIUS, square, Trace(A.T * B)))
