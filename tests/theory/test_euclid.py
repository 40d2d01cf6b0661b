"""Lengths: Cauchy-Schwarz and its kin accept their own form and nothing near it."""

import pytest
from sympy import Abs, Identity, MatrixSymbol, S, ZeroMatrix

from rnnmath.errors import BadDerivation
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement, check
from rnnmath.symbolic.nodes import InnerProduct
from rnnmath.symbolic.norms import LargestEigenvalue, MaxAbs, MinAbs, VectorNorm
from rnnmath.symbolic.notation import m, n
from rnnmath.symbolic.tidy import diag
from rnnmath.theory.euclid import (
    CAUCHY_SCHWARZ,
    DISTRIBUTE,
    EVERY_COLUMN,
    LARGEST_STRETCH,
    MINKOWSKI,
    NO_LENGTH,
    RAYLEIGH,
    contraction,
    isometry,
)

A, B, Q = (MatrixSymbol(name, m, n) for name in "ABQ")
C = MatrixSymbol("C", n, n)
x, y = MatrixSymbol("x", n, 1), MatrixSymbol("y", n, 1)
LENGTHS = VectorNorm(x) * VectorNorm(y)
INNER = InnerProduct(x, y)
SYMMETRIC, TOP = C + C.T, LargestEigenvalue(C + C.T)
COLUMNS = Statement(Q.T * Q, Relation.EQUAL, Identity(n))

RIGHT = [
    (CAUCHY_SCHWARZ, INNER, LENGTHS),
    (CAUCHY_SCHWARZ, Abs(INNER), LENGTHS),
    (CAUCHY_SCHWARZ, INNER**2, LENGTHS**2),
    (MINKOWSKI, VectorNorm(x + y), VectorNorm(x) + VectorNorm(y)),
    (RAYLEIGH, InnerProduct(x, SYMMETRIC * x), TOP * InnerProduct(x, x)),
    (LARGEST_STRETCH, VectorNorm(diag(x) * y), MaxAbs(x) * VectorNorm(y)),
    (DISTRIBUTE, (A + B) * x, A * x + B * x),
]
WRONG = [
    (CAUCHY_SCHWARZ, INNER**2, LENGTHS),
    (CAUCHY_SCHWARZ, INNER, VectorNorm(x) ** 2),
    (MINKOWSKI, VectorNorm(x - y), VectorNorm(x) - VectorNorm(y)),
    (RAYLEIGH, InnerProduct(x, C * x), LargestEigenvalue(C) * InnerProduct(x, x)),
    (RAYLEIGH, InnerProduct(x, SYMMETRIC * y), TOP * InnerProduct(x, y)),
    (LARGEST_STRETCH, VectorNorm(diag(x) * y), MinAbs(x) * VectorNorm(y)),
    (LARGEST_STRETCH, VectorNorm(C * y), MaxAbs(x) * VectorNorm(y)),
    (DISTRIBUTE, (A + B) * x, A * x + B * y),
]


@pytest.mark.parametrize(("rule", "start", "end"), RIGHT)
def test_rule_accepts_its_law(rule: Rule, start: object, end: object) -> None:
    """Each rule goes from the left of its law to the right."""
    check(Derivation(start).then(rule, start, end))


@pytest.mark.parametrize(("rule", "start", "end"), WRONG)
def test_rule_refuses_a_neighbour(rule: Rule, start: object, end: object) -> None:
    """Each rule refuses a false variant of its law."""
    with pytest.raises(BadDerivation):
        check(Derivation(start).then(rule, start, end))


def test_isometry_needs_orthonormal_columns() -> None:
    """``‖Q x‖ = ‖x‖`` follows from Q^T Q = I, both ways, and from nothing less."""
    for back in (False, True):
        start = VectorNorm(x) if back else VectorNorm(Q * x)
        check(isometry(Derivation(start, given=(COLUMNS,)), Q * x, x, back=back))
        with pytest.raises(BadDerivation):
            check(isometry(Derivation(start), Q * x, x, back=back))


def test_contraction_needs_orthonormal_rows() -> None:
    """``‖R z‖ <= ‖z‖`` follows from R R^T = I, here of R = Q^T, and from nothing less."""
    z = MatrixSymbol("z", m, 1)
    start = VectorNorm(Q.T * z)
    check(contraction(Derivation(start, given=(COLUMNS,)), Q.T * z, z))
    with pytest.raises(BadDerivation):
        check(contraction(Derivation(start), Q.T * z, z))


def granted(start: object, end: object, *given: Statement) -> Derivation:
    """Return an equation that is taken for granted."""
    rule = Rule("granted", "", Relation.EQUAL, lambda *_: True)
    return Derivation(start, given=given).then(rule, start, end)


def test_equal_on_every_column() -> None:
    """A matrix is known by what it does to an arbitrary column, not to one that has a property."""
    check(Derivation(A).then(EVERY_COLUMN, A, B, (granted(A * x, B * x),)))
    fact = Statement(VectorNorm(x), Relation.EQUAL, S.One)
    for wrong in (
        Derivation(A).then(EVERY_COLUMN, A, B, (granted(A * x, B * y),)),
        Derivation(A).then(EVERY_COLUMN, A, B, ()),
        Derivation(A, given=(fact,)).then(EVERY_COLUMN, A, B, (granted(A * x, B * x, fact),)),
        Derivation(A).then(EVERY_COLUMN, A, A * x * x.T, (granted(A * x, A * x * x.T * x),)),
    ):
        with pytest.raises(BadDerivation):
            check(wrong)


def test_no_length_is_no_difference() -> None:
    """Two columns are equal when their difference has length 0, not when they are equally long."""
    check(Derivation(x).then(NO_LENGTH, x, y, (granted(VectorNorm(x - y), S.Zero),)))
    check(Derivation(x).then(NO_LENGTH, x, ZeroMatrix(n, 1), (granted(VectorNorm(x), S.Zero),)))
    for premise in (
        granted(VectorNorm(x - y), S.One),
        granted(VectorNorm(x) - VectorNorm(y), S.Zero),
    ):
        with pytest.raises(BadDerivation):
            check(Derivation(x).then(NO_LENGTH, x, y, (premise,)))
