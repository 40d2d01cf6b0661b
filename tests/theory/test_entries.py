"""Rules on entries accept their own form, agree with exact examples, and refuse neighbours."""

from fractions import Fraction

import numpy as np
import pytest
from sympy import MatrixSymbol, S, Sum, Symbol, Trace

from rnnmath.errors import BadDerivation
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, check
from rnnmath.symbolic.nodes import InnerProduct
from rnnmath.symbolic.norms import FrobeniusNorm, InfinityNorm, OneNorm, Rank, VectorNorm
from rnnmath.symbolic.notation import h, m, n, time
from rnnmath.theory.entries import (
    BASIS_LENGTH,
    COLUMN_SUMS,
    NO_FROBENIUS,
    RANK_ONE,
    ROW_SUMS,
    SCALED_SUM,
    TRACE_BY_ENTRIES,
    basis,
)
from rnnmath.verify.evaluate import Case, evaluate

A, B = MatrixSymbol("A", m, n), MatrixSymbol("B", n, m)
C = MatrixSymbol("C", n, n)
x, y = MatrixSymbol("x", n, 1), MatrixSymbol("y", m, 1)
i, c, t = time("i"), Symbol("c", nonnegative=True), Symbol("t", real=True)
e = basis(n)
TRACED = Sum(InnerProduct(e[i], C * e[i]), (i, 1, n))

RIGHT = [
    (TRACE_BY_ENTRIES, Trace(C), TRACED),
    (TRACE_BY_ENTRIES, TRACED, Trace(C)),
    (BASIS_LENGTH, VectorNorm(e[i]), S.One),
    (SCALED_SUM, c * OneNorm(x), OneNorm(c * x)),
    (COLUMN_SUMS, OneNorm(A * x), OneNorm(A) * OneNorm(x)),
    (ROW_SUMS, OneNorm(A.T), InfinityNorm(A)),
    (RANK_ONE, Rank(A * x * y.T), S.One),
]
WRONG = [
    (TRACE_BY_ENTRIES, Trace(C), Sum(InnerProduct(e[i], C * e[i]), (i, 0, n))),
    (TRACE_BY_ENTRIES, Trace(C), Sum(InnerProduct(h[i], C * h[i]), (i, 1, n))),
    (BASIS_LENGTH, VectorNorm(h[i]), S.One),
    (SCALED_SUM, t * OneNorm(x), OneNorm(t * x)),
    (SCALED_SUM, c * OneNorm(A), OneNorm(2 * c * A)),
    (COLUMN_SUMS, OneNorm(A * x), OneNorm(x) * OneNorm(B)),
    (ROW_SUMS, OneNorm(A), InfinityNorm(A)),
    (RANK_ONE, Rank(A * B), S.One),
    (RANK_ONE, Rank(A * x * y.T), S.Zero),
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


def test_equal_when_the_difference_has_no_entries() -> None:
    """Two matrices are equal when their difference has Frobenius norm 0."""
    granted = Rule("granted", "", Relation.AT_MOST, lambda *_: True)
    square = FrobeniusNorm(A - B.T) ** 2
    zero = Derivation(square).then(granted, square, S.Zero)
    check(Derivation(A).then(NO_FROBENIUS, A, B.T, (zero,)))
    one = Derivation(square).then(granted, square, S.One)
    other = FrobeniusNorm(A + B.T) ** 2
    for premises in ((one,), (), (Derivation(other).then(granted, other, S.Zero),)):
        with pytest.raises(BadDerivation):
            check(Derivation(A).then(NO_FROBENIUS, A, B.T, premises))


def test_sums_agree_with_numbers() -> None:
    """The largest column sum of A^T is the largest row sum of A, and it bounds what A stretches."""
    rng = np.random.default_rng(0)
    for _ in range(20):
        case = Case(
            {
                "A": rng.integers(-9, 10, (3, 2)).astype(object),
                "x": rng.integers(-9, 10, (2, 1)).astype(object) * Fraction(1, 3),
            }
        )
        assert evaluate(OneNorm(A.T), case) == evaluate(InfinityNorm(A), case)
        stretched = evaluate(OneNorm(A) * OneNorm(x), case)
        assert evaluate(OneNorm(A * x), case) <= stretched
