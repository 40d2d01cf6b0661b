"""Every rule justifies its own result, refuses forged ones, and acts only under its condition."""

import pytest
import sympy as sp
from sympy import BlockMatrix, Function, ImmutableMatrix, MatrixSymbol, Product, Sum, ZeroMatrix

from rnnmath.errors import BadDerivation
from rnnmath.symbolic.bounds import rules
from rnnmath.symbolic.derivation import Derivation, Relation, check
from rnnmath.symbolic.nodes import IndexedSum, OrderedProduct, elementwise, hadamard
from rnnmath.symbolic.norms import (
    ActivationSupremum,
    MaxAbs,
    MinAbs,
    SmallestSingularValue,
    SpectralNorm,
    VectorNorm,
)
from rnnmath.symbolic.notation import W, a, f, f_prime, h, j, k, n, t
from rnnmath.symbolic.tidy import diag

GAMMA = ActivationSupremum(f)
A, B, C, Q = (MatrixSymbol(name, n, n) for name in "ABCQ")
c = sp.Symbol("c", real=True)
D = diag(elementwise(f_prime, a[j]))
O_nn = ZeroMatrix(n, n)

NORM_A, NORM_B, NORM_C = (SpectralNorm(X) for X in (A, B, C))
LEAST_A, LEAST_B = SmallestSingularValue(A), SmallestSingularValue(B)
SLOPE = MaxAbs(elementwise(f_prime, a[j]))
u, v, w = h[t], h[k], a[t]
RANGE = (j, k + 1, t)
BLOCKS = BlockMatrix([[A, B], [O_nn, C]])
PAIR = BlockMatrix([[A, O_nn], [O_nn, B]])
WIDE = MatrixSymbol("R", 2, 3)

# rule: (focus, right result, forged results)
FORGERIES = {
    rules.SUBMULTIPLICATIVE: (
        SpectralNorm(A * B * C),
        NORM_A * NORM_B * NORM_C,
        [
            NORM_A * NORM_C,
            NORM_A * NORM_B,
            NORM_A + NORM_B + NORM_C,
            NORM_A * NORM_B * NORM_C / 2,
            SpectralNorm(B * A) * NORM_C,
            NORM_A**2 * NORM_B * NORM_C,
        ],
    ),
    rules.STRETCH: (
        VectorNorm(A * B * v),
        SpectralNorm(A * B) * VectorNorm(v),
        [
            NORM_A * VectorNorm(v),
            SpectralNorm(B * A) * VectorNorm(v),
            MaxAbs(v) * SpectralNorm(A * B),
        ],
    ),
    rules.TRIANGLE: (
        SpectralNorm(A + B),
        NORM_A + NORM_B,
        [NORM_A, NORM_A * NORM_B, NORM_A + NORM_B / 2, sp.Max(NORM_A, NORM_B)],
    ),
    rules.SCALAR: (
        SpectralNorm(c * A),
        sp.Abs(c) * NORM_A,
        [c * NORM_A, NORM_A, -sp.Abs(c) * NORM_A, c**2 * NORM_A],
    ),
    rules.TRANSPOSE: (SpectralNorm(A.T), NORM_A, [NORM_B, 2 * NORM_A, LEAST_A]),
    rules.COLUMN: (SpectralNorm(u), VectorNorm(u), [VectorNorm(v), MaxAbs(u)]),
    rules.OUTER: (
        SpectralNorm(u * v.T),
        VectorNorm(u) * VectorNorm(v),
        [VectorNorm(u), VectorNorm(u) * VectorNorm(w), MaxAbs(u) * VectorNorm(v)],
    ),
    rules.DIAGONAL: (SpectralNorm(diag(u)), MaxAbs(u), [VectorNorm(u), MinAbs(u), MaxAbs(v)]),
    rules.IDENTITY: (
        SpectralNorm(sp.Identity(n)),
        sp.Integer(1),
        [sp.Integer(2), sp.Integer(0), n],
    ),
    rules.ZERO: (SpectralNorm(O_nn), sp.Integer(0), [sp.Integer(1)]),
    rules.POWER: (
        SpectralNorm(A**t),
        NORM_A**t,
        [NORM_A ** (t - 1), NORM_A ** (t + 1), NORM_A * t, NORM_B**t],
    ),
    rules.ORDERED_PRODUCT: (
        SpectralNorm(OrderedProduct(D * W, RANGE)),
        Product(SpectralNorm(D * W), RANGE),
        [
            Product(SpectralNorm(D * W), (j, k, t)),
            Product(SpectralNorm(D * W), (j, k + 2, t)),
            Product(SpectralNorm(W * D), RANGE),
            Product(SpectralNorm(W), RANGE),
            Sum(SpectralNorm(D * W), RANGE),
        ],
    ),
    rules.INDEXED_SUM: (
        SpectralNorm(IndexedSum(D * W, RANGE)),
        Sum(SpectralNorm(D * W), RANGE),
        [
            Sum(SpectralNorm(D * W), (j, k + 2, t)),
            Product(SpectralNorm(D * W), RANGE),
            SpectralNorm(W),
        ],
    ),
    rules.CONSTANT_FACTOR: (
        Product(NORM_A * SLOPE, RANGE),
        NORM_A ** (t - k) * Product(SLOPE, RANGE),
        [
            NORM_A ** (t - k - 1) * Product(SLOPE, RANGE),
            NORM_A ** (t - k + 1) * Product(SLOPE, RANGE),
            Product(SLOPE, RANGE),
            (NORM_A * SLOPE) ** (t - k),
        ],
    ),
    rules.CONSTANT_TERM: (
        Sum(NORM_A * SLOPE, RANGE),
        NORM_A * Sum(SLOPE, RANGE),
        [NORM_A * (t - k) * Sum(SLOPE, RANGE), Sum(SLOPE, RANGE), NORM_A * SLOPE * (t - k)],
    ),
    rules.BLOCK: (
        SpectralNorm(BLOCKS),
        SpectralNorm(ImmutableMatrix([[NORM_A, NORM_B], [SpectralNorm(O_nn), NORM_C]])),
        [
            SpectralNorm(ImmutableMatrix([[NORM_A, 0], [SpectralNorm(O_nn), NORM_C]])),
            SpectralNorm(ImmutableMatrix([[NORM_B, NORM_A], [NORM_C, SpectralNorm(O_nn)]])),
            sp.Max(NORM_A, NORM_B, NORM_C),
        ],
    ),
    rules.BLOCK_DIAGONAL: (
        SpectralNorm(PAIR),
        sp.Max(NORM_A, NORM_B),
        [NORM_A, sp.Min(NORM_A, NORM_B), NORM_A + NORM_B, sp.Max(NORM_A, NORM_C)],
    ),
    rules.HADAMARD: (
        VectorNorm(hadamard(u, v)),
        VectorNorm(diag(u) * v),
        [VectorNorm(v), VectorNorm(diag(u) * w), SpectralNorm(diag(u))],
    ),
    rules.ENTRYWISE: (
        MaxAbs(hadamard(u, v)),
        MaxAbs(u) * MaxAbs(v),
        [MaxAbs(u), MaxAbs(u) * MinAbs(v), MaxAbs(u) * MaxAbs(w), MaxAbs(u) + MaxAbs(v)],
    ),
    rules.LARGEST_ENTRY: (
        MaxAbs(A * v),
        VectorNorm(A * v),
        [MaxAbs(v), VectorNorm(v), MinAbs(A * v)],
    ),
    rules.SMALLEST_PRODUCT: (
        SmallestSingularValue(A * B),
        LEAST_A * LEAST_B,
        [LEAST_A, NORM_A * LEAST_B, LEAST_A * LEAST_B * 2, LEAST_A + LEAST_B],
    ),
    rules.SMALLEST_SCALAR: (
        SmallestSingularValue(c * A),
        sp.Abs(c) * LEAST_A,
        [c * LEAST_A, sp.Abs(c) * NORM_A],
    ),
    rules.SMALLEST_TRANSPOSE: (SmallestSingularValue(A.T), LEAST_A, [LEAST_B, NORM_A]),
    rules.SMALLEST_DIAGONAL: (
        SmallestSingularValue(diag(u)),
        MinAbs(u),
        [MaxAbs(u), VectorNorm(u)],
    ),
    rules.SMALLEST_POWER: (
        SmallestSingularValue(A**t),
        LEAST_A**t,
        [LEAST_A ** (t - 1), NORM_A**t],
    ),
    rules.SMALLEST_ORDERED_PRODUCT: (
        SmallestSingularValue(OrderedProduct(D * W, RANGE)),
        Product(SmallestSingularValue(D * W), RANGE),
        [Product(SmallestSingularValue(D * W), (j, k + 2, t)), Product(SpectralNorm(D * W), RANGE)],
    ),
    rules.SMALLEST_BLOCK_DIAGONAL: (
        SmallestSingularValue(PAIR),
        sp.Min(LEAST_A, LEAST_B),
        [LEAST_A, sp.Max(LEAST_A, LEAST_B), sp.Min(NORM_A, NORM_B)],
    ),
    rules.SMALLEST_ENTRYWISE: (
        MinAbs(hadamard(u, v)),
        MinAbs(u) * MinAbs(v),
        [MinAbs(u), MaxAbs(u) * MinAbs(v), MinAbs(u) * MinAbs(w)],
    ),
    rules.orthogonal_factor([Q]): (
        SpectralNorm(Q * A * Q.T),
        NORM_A,
        [NORM_B, SpectralNorm(Q), sp.Integer(1), 2 * NORM_A],
    ),
    rules.activation_supremum({f: 2}): (
        SLOPE,
        sp.Integer(2),
        [sp.Integer(1), ActivationSupremum(Function("g")), sp.Integer(3), GAMMA**2],
    ),
}
IDS = [f"{rule.relation.name} {rule.name}" for rule in FORGERIES]


@pytest.mark.parametrize("rule", FORGERIES, ids=IDS)
def test_rule_takes_its_result_and_no_forgery(rule):
    """Each rule justifies its own result and refuses every forged one."""
    focus, right, forged = FORGERIES[rule]
    check(Derivation(focus).then(rule, focus, right))
    for wrong in forged:
        with pytest.raises(BadDerivation, match="does not lead"):
            check(Derivation(focus).then(rule, focus, wrong))


@pytest.mark.parametrize("rule", FORGERIES, ids=IDS)
def test_rule_can_not_be_read_backwards(rule):
    """No inequality leads from its larger side to its smaller one."""
    focus, right, _ = FORGERIES[rule]
    if rule.relation != Relation.EQUAL:
        with pytest.raises(BadDerivation, match="does not lead"):
            check(Derivation(right).then(rule, right, focus))


def test_every_rule_is_forged():
    """The table of forgeries holds every rule of the module."""
    named = {getattr(rules, name) for name in rules.__all__ if name.isupper()}
    assert named <= set(FORGERIES)


REFUSED = {
    "rectangular factors from below": (
        rules.SMALLEST_PRODUCT,
        SmallestSingularValue(WIDE * WIDE.T),
        SmallestSingularValue(WIDE) * SmallestSingularValue(WIDE.T),
    ),
    "transpose of a rectangular matrix from below": (
        rules.SMALLEST_TRANSPOSE,
        SmallestSingularValue(WIDE.T),
        SmallestSingularValue(WIDE),
    ),
    "power that may be negative": (rules.POWER, SpectralNorm(A ** (t - k)), NORM_A ** (t - k)),
    "block that is not zero": (rules.BLOCK_DIAGONAL, SpectralNorm(BLOCKS), sp.Max(NORM_A, NORM_C)),
    "matrix that is not orthogonal": (rules.orthogonal_factor([Q]), SpectralNorm(B * A), NORM_A),
    "orthogonal matrix in the middle": (
        rules.orthogonal_factor([Q]),
        SpectralNorm(A * Q * B),
        SpectralNorm(A * B),
    ),
    "supremum of the function for its slope": (
        rules.activation_supremum({f: 2}),
        MaxAbs(elementwise(f, a[j])),
        sp.Integer(2),
    ),
    "factor that depends on the index": (
        rules.CONSTANT_FACTOR,
        Product(SLOPE, RANGE),
        SLOPE ** (t - k),
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_rule_is_refused_outside_its_condition(name):
    """A rule does not act where its own condition fails."""
    rule, focus, result = REFUSED[name]
    with pytest.raises(BadDerivation, match="does not lead"):
        check(Derivation(focus).then(rule, focus, result))
