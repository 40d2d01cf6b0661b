"""The bounds hold on drawn numbers, are equal where they should be, and no rule takes a forgery."""

from dataclasses import replace
from math import prod

import numpy as np
import pytest
import sympy as sp
from sympy import BlockMatrix, ImmutableMatrix, MatrixSymbol, Product, Sum, ZeroMatrix

from rnnmath.errors import BadDerivation, DomainError, ShapeMismatch, Unsupported
from rnnmath.symbolic.bounds import norm_bound, rules, singular_value_bound
from rnnmath.symbolic.derivation import Derivation, Relation, Statement, check
from rnnmath.symbolic.nodes import IndexedSum, OrderedProduct, Softmax, elementwise, hadamard
from rnnmath.symbolic.norms import (
    ActivationSupremum,
    MaxAbs,
    MinAbs,
    SmallestSingularValue,
    SpectralNorm,
)
from rnnmath.symbolic.notation import T, U, V, W, a, delta, f, f_prime, h, j, k, n, t
from rnnmath.symbolic.tidy import diag

GAMMA = ActivationSupremum(f)
A, B, C = (MatrixSymbol(name, n, n) for name in "ABC")
Q = MatrixSymbol("Q", n, n)
c = sp.Symbol("c", real=True)
D = diag(elementwise(f_prime, a[j]))
D_k = diag(elementwise(f_prime, a[k]))
P = OrderedProduct(D * W, (j, k + 1, t))
BACK = OrderedProduct(W * diag(elementwise(f_prime, a[j - 1])), (j, k + 1, t))
O_nn = ZeroMatrix(n, n)

SIZES = {"n": 4, "m": 3, "p": 2}
TIMES = {"k": 1, "t": 4, "T": 4}
# At most 12 factors of at most 8 x 8; a product rounds by 8 eps an entry, so 64 eps in norm.
ROUNDING = 12 * 64 * np.finfo(float).eps


class Draw:
    """Numbers for every symbol, drawn once and kept, and the value of an expression in them."""

    def __init__(self, seed, slope=None, steepest=1.0, given=None):
        self.rng = np.random.default_rng(seed)
        self.slope = slope
        self.steepest = steepest
        self.known = dict(given or {})

    def array(self, key, shape):
        """Return the array of an atom."""
        if key not in self.known:
            self.known[key] = self.rng.standard_normal(shape)
        return self.known[key]

    def ranged(self, node, numbers):
        """Return the values of a ranged node, oldest first."""
        term, (index, lower, upper) = node.args[0], node.args[1]
        lo, hi = self(lower, numbers), self(upper, numbers)
        return [self(term, {**numbers, index.name: i}) for i in range(int(lo), int(hi) + 1)]

    def __call__(self, expr, numbers=None):
        """Evaluate a scalar or matrix expression."""
        numbers = {**SIZES, **TIMES} if numbers is None else numbers
        return getattr(self, "_" + type(expr).__name__, self._number)(expr, numbers)

    def _args(self, expr, numbers):
        return [self(arg, numbers) for arg in expr.args]

    def _number(self, expr, _):
        assert expr.is_Number, f"the test evaluator does not know {type(expr).__name__}"
        return float(expr)

    def _Symbol(self, expr, numbers):
        return numbers[expr.name] if expr.name in numbers else float(self.array(expr.name, ()))

    def _MatrixSymbol(self, expr, numbers):
        return self.array(expr.name, [int(self(size, numbers)) for size in expr.shape])

    def _TimeVector(self, expr, numbers):
        rows = int(self(expr.shape[0], numbers))
        return self.array((expr.name, int(self(expr.index, numbers))), (rows, 1))

    def _TotalDerivative(self, expr, numbers):
        at = int(self(expr.wrt.index, numbers))
        return self.array(("d", str(expr.of), expr.wrt.name, at), (SIZES["n"], 1))

    def _Elementwise(self, expr, numbers):
        assert expr.function == f_prime
        return self.slope(self(expr.argument, numbers))

    def _MatMul(self, expr, numbers):
        value = 1.0
        for arg in self._args(expr, numbers):
            value = value @ arg if np.ndim(value) and np.ndim(arg) else value * arg
        return value

    def _MatAdd(self, expr, numbers):
        return sum(self._args(expr, numbers))

    def _MatPow(self, expr, numbers):
        return np.linalg.matrix_power(self(expr.base, numbers), int(self(expr.exp, numbers)))

    def _HadamardProduct(self, expr, numbers):
        return prod(self._args(expr, numbers))

    def _Transpose(self, expr, numbers):
        return self(expr.arg, numbers).T

    def _DiagMatrix(self, expr, numbers):
        return np.diag(self(expr.args[0], numbers)[:, 0])

    def _Identity(self, expr, numbers):
        return np.eye(int(self(expr.shape[0], numbers)))

    def _ZeroMatrix(self, expr, numbers):
        return np.zeros([int(self(size, numbers)) for size in expr.shape])

    def _BlockMatrix(self, expr, numbers):
        return np.block([[self(block, numbers) for block in row] for row in expr.blocks.tolist()])

    def _ImmutableDenseMatrix(self, expr, numbers):
        return np.array([[self(entry, numbers) for entry in row] for row in expr.tolist()])

    def _OrderedProduct(self, expr, numbers):
        value = np.eye(int(self(expr.shape[0], numbers)))
        for factor in self.ranged(expr, numbers):
            value = factor @ value
        return value

    def _IndexedSum(self, expr, numbers):
        zero = np.zeros([int(self(size, numbers)) for size in expr.shape])
        return sum(self.ranged(expr, numbers), zero)

    def _Sum(self, expr, numbers):
        return sum(self.ranged(expr, numbers))

    def _Product(self, expr, numbers):
        return prod(self.ranged(expr, numbers))

    def _Add(self, expr, numbers):
        return sum(self._args(expr, numbers))

    def _Mul(self, expr, numbers):
        return prod(self._args(expr, numbers))

    def _Pow(self, expr, numbers):
        base, exponent = self._args(expr, numbers)
        return base**exponent

    def _Max(self, expr, numbers):
        return max(self._args(expr, numbers))

    def _Min(self, expr, numbers):
        return min(self._args(expr, numbers))

    def _Abs(self, expr, numbers):
        return abs(self(expr.args[0], numbers))

    def _SpectralNorm(self, expr, numbers):
        return np.linalg.norm(self(expr.matrix, numbers), 2)

    def _VectorNorm(self, expr, numbers):
        return np.linalg.norm(self(expr.matrix, numbers))

    def _MaxAbs(self, expr, numbers):
        return np.abs(self(expr.matrix, numbers)).max()

    def _MinAbs(self, expr, numbers):
        return np.abs(self(expr.matrix, numbers)).min()

    def _SmallestSingularValue(self, expr, numbers):
        return np.linalg.svd(self(expr.matrix, numbers), compute_uv=False).min()

    def _ActivationSupremum(self, expr, _):
        assert expr.function == f
        return self.steepest


def scaled_tanh(seed):
    """Draw with f = 1.7159 tanh(2x/3), whose slope is steepest at 0 and exceeds 1 there."""
    steepest = 1.7159 * 2 / 3
    return Draw(seed, lambda x: steepest / np.cosh(2 * x / 3) ** 2, steepest)


def doubling(seed):
    """Draw with f = 2x and W three times an orthogonal matrix: every bound is met."""
    rng = np.random.default_rng(seed)
    orthogonal = np.linalg.qr(rng.standard_normal((4, 4)))[0]
    return Draw(seed, lambda x: np.full_like(x, 2.0), 2.0, {"W": 3 * orthogonal})


UPPER = {
    "jacobian product": P,
    "backward product": BACK.T * delta(t),
    "empty product": OrderedProduct(D * W, (j, t + 1, t)),
    "numeric range": OrderedProduct(D * W, (j, 1, 3)),
    "input to output": V * P * D_k * U,
    "transposed": P.T * W.T,
    "sum": W * W * U + 2 * U - W * U,
    "scalar": -3 * c * W,
    "hadamard": hadamard(elementwise(f_prime, a[t]), W * h[t]),
    "gradient of W": IndexedSum(delta(j) * h[j - 1].T, (j, 1, T)),
    "total in b": IndexedSum(OrderedProduct(D * W, (j, k + 1, T)) * D_k, (k, 1, T)),
    "outer": (W * h[t]) * (C * h[k]).T,
    "stack": BlockMatrix([[W * h[t]], [A * h[k]]]),
    "blocks": BlockMatrix([[W, D_k * A], [W * W, 2 * A.T]]),
    "block diagonal": BlockMatrix([[W, O_nn], [O_nn, 2 * A.T * B]]),
    "power": (A * B) ** 3,
    "symbolic power": W**t,
    "identity": W * sp.Identity(n) + sp.Identity(n),
    "number": h[t].T * W * h[k],
    "largest entries": diag(hadamard(h[t], W * h[k] - 2 * h[t])),
}
LOWER = {
    "jacobian product": P,
    "scalar": -3 * W * A.T,
    "power": (A * B) ** 3,
    "block diagonal": BlockMatrix([[W, O_nn], [O_nn, 2 * A.T * B]]),
    "diagonals": diag(hadamard(h[t], h[k])) * W,
    "identity": sp.Identity(n),
}


@pytest.mark.parametrize("name", UPPER)
@pytest.mark.parametrize("seed", range(5))
def test_bound_is_above_the_norm(name, seed):
    """On drawn numbers the norm is at most its bound, and at least as far as each line says."""
    draw, proof = scaled_tanh(seed), norm_bound(UPPER[name])
    check(proof)
    lines = [draw(proof.start), *(draw(step.after) for step in proof.steps)]
    for step, before, after in zip(proof.steps, lines, lines[1:], strict=False):
        if step.relation == Relation.EQUAL:
            assert abs(before - after) <= ROUNDING * lines[-1]
        else:
            assert before <= after + ROUNDING * lines[-1]
    assert lines[0] <= lines[-1] * (1 + ROUNDING)


@pytest.mark.parametrize("name", LOWER)
@pytest.mark.parametrize("seed", range(5))
def test_bound_is_below_the_smallest_stretch(name, seed):
    """On drawn numbers the smallest singular value is at least its bound, line by line."""
    draw, proof = scaled_tanh(seed), singular_value_bound(LOWER[name])
    check(proof)
    scale = draw(norm_bound(LOWER[name]).end)
    lines = [draw(proof.start), *(draw(step.after) for step in proof.steps)]
    for step, before, after in zip(proof.steps, lines, lines[1:], strict=False):
        if step.relation == Relation.EQUAL:
            assert abs(before - after) <= ROUNDING * scale
        else:
            assert before >= after - ROUNDING * scale


@pytest.mark.parametrize("name", ["jacobian product", "backward product", "numeric range", "power"])
def test_bound_is_met_by_linear_f_and_orthogonal_w(name):
    """With f = 2x and W a multiple of an orthogonal matrix the upper bound is an equality."""
    expr = W**3 if name == "power" else UPPER[name]
    proof, draw = norm_bound(expr), doubling(0)
    assert draw(proof.end) == pytest.approx(draw(proof.start), rel=ROUNDING, abs=0)


def test_lower_bound_is_met_by_linear_f_and_orthogonal_w():
    """With f = 2x and W a multiple of an orthogonal matrix the lower bound is an equality."""
    proof, draw = singular_value_bound(P), doubling(0)
    assert draw(proof.end) == pytest.approx(draw(proof.start), rel=ROUNDING, abs=0)


def test_product_bound_at_symbolic_times():
    """``‖P(t,k)‖ ≤ (gamma ‖W‖)^(t-k)``, supposing k <= t and gamma finite, from four claims."""
    proof = norm_bound(P)
    assert proof.end == (GAMMA * SpectralNorm(W)) ** (t - k)
    assert proof.relation == Relation.AT_MOST
    assert proof.given == (
        Statement(k, Relation.AT_MOST, t),
        Statement(GAMMA, Relation.LESS, sp.oo),
    )
    used = {"submultiplicative", "diagonal-norm", "activation-sup", "product-bound"}
    assert proof.uses == used
    assert [step.rule.name for step in proof.steps] == [
        "ordered product",
        "submultiplicative",
        "diagonal",
        "activation supremum",
        "constant factor",
    ]


def test_lower_product_bound_at_symbolic_times():
    """``σ_min(P(t,k)) ≥ prod_j min_i |f'(a_j)_i| · σ_min(W)^(t-k)``."""
    proof = singular_value_bound(P)
    least = Product(MinAbs(elementwise(f_prime, a[j])), (j, k + 1, t))
    assert proof.end == least * SmallestSingularValue(W) ** (t - k)
    assert proof.relation == Relation.AT_LEAST


def test_range_inside_a_sum_is_supposed_at_both_ends():
    """A product from k+1 to T inside a sum over k = 1..T runs forward when T >= 1."""
    proof = norm_bound(UPPER["total in b"])
    assert proof.given[0] == Statement(sp.Integer(0), Relation.AT_MOST, T - 1)


def test_given_suprema_are_used_and_recorded():
    """A value of sup |f'| of an abstract or a catalogued f stands in the bound and in ``given``."""
    proof = norm_bound(P, suprema={f: sp.Rational(1, 4)})
    assert proof.end == (SpectralNorm(W) / 4) ** (t - k)
    assert Statement(GAMMA, Relation.AT_MOST, sp.Rational(1, 4)) in proof.given
    steep = diag(elementwise(lambda u: 1 / sp.cosh(u) ** 2, a[t]))
    assert norm_bound(steep * W, suprema={sp.tanh: 1}).end == SpectralNorm(W)


def test_slope_without_a_known_supremum_stays():
    """The slope of a function that the caller did not name stays as its largest entry."""
    slope = elementwise(lambda u: 1 - sp.tanh(u) ** 2, a[t])
    assert norm_bound(diag(slope) * W, suprema={sp.atan: 1}).end == MaxAbs(slope) * SpectralNorm(W)


def test_orthogonal_matrices_are_dropped():
    """``‖Q A Q^T‖ = ‖A‖`` and ``‖Q‖ = 1`` for an orthogonal Q, which ``given`` says."""
    proof = norm_bound(Q * A * Q.T, orthogonal=[Q])
    assert proof.end == SpectralNorm(A)
    assert proof.relation == Relation.EQUAL
    assert proof.given == (Statement(Q.T * Q, Relation.EQUAL, sp.Identity(n)),)
    assert norm_bound(A * Q * B, orthogonal=[Q]).end == SpectralNorm(A) * SpectralNorm(B)
    assert singular_value_bound(Q * A, orthogonal=[Q]).end == SmallestSingularValue(A)
    assert norm_bound(Q**t, orthogonal=[Q]).end == 1


def test_tall_orthonormal_matrix_is_dropped_on_the_left_only():
    """Orthonormal columns keep the norm from the left; from the right they count as norm 1."""
    tall, L, R = MatrixSymbol("K", 5, 3), MatrixSymbol("L", 3, 2), MatrixSymbol("R", 2, 5)
    assert norm_bound(tall * L, orthogonal=[tall]).relation == Relation.EQUAL
    right = norm_bound(R * tall, orthogonal=[tall])
    assert (right.end, right.relation) == (SpectralNorm(R), Relation.AT_MOST)


def test_scalars_of_the_expression_stay():
    """A norm that the expression itself contains as a scalar is not bounded again."""
    scale = 1 / SpectralNorm(A * B)
    assert norm_bound(scale * A * B).end == 1
    assert norm_bound(scale * W).end == scale * SpectralNorm(W)


def test_sympy_input_is_read():
    """SymPy's own element-wise nodes and explicit matrices are taken as they are."""
    v = MatrixSymbol("v", 3, 1)
    assert norm_bound(diag(v.applyfunc(f_prime))).end == GAMMA
    explicit = sp.Matrix([[1, 2], [3, 4]])
    assert norm_bound(2 * ImmutableMatrix(explicit)).start == SpectralNorm(
        ImmutableMatrix(2 * explicit)
    )


NORM_A, NORM_B = SpectralNorm(A), SpectralNorm(B)
BLOCKS = BlockMatrix([[A, B], [O_nn, C]])


def test_forged_last_line_is_refused():
    """A chain whose last line says t-k-1, or drops gamma, does not check."""
    proof = norm_bound(P)
    for end in ((GAMMA * SpectralNorm(W)) ** (t - k - 1), SpectralNorm(W) ** (t - k)):
        last = replace(proof.steps[-1], after=end)
        with pytest.raises(BadDerivation):
            check(replace(proof, steps=(*proof.steps[:-1], last)))
        last = replace(proof.steps[-1], after=end, result=end)
        with pytest.raises(BadDerivation):
            check(replace(proof, steps=(*proof.steps[:-1], last)))


def test_left_out_line_is_refused():
    """A chain with a line missing does not check."""
    proof = norm_bound(P)
    for place in range(len(proof.steps) - 1):
        with pytest.raises(BadDerivation):
            check(replace(proof, steps=proof.steps[:place] + proof.steps[place + 1 :]))


def test_inequality_below_a_quotient_is_refused():
    """A bound of the denominator is no bound of the quotient."""
    quotient = 1 / SpectralNorm(A * B)
    with pytest.raises(BadDerivation, match="need not grow"):
        check(
            Derivation(quotient).then(rules.SUBMULTIPLICATIVE, SpectralNorm(A * B), NORM_A * NORM_B)
        )


def test_inequality_in_an_exponent_or_limit_is_refused():
    """A bound may not be put into an exponent, nor into the limits of a sum."""
    for whole in (sp.Rational(1, 2) ** SpectralNorm(A * B), Sum(-1, (j, 1, SpectralNorm(A * B)))):
        forged = Derivation(whole).then(
            rules.SUBMULTIPLICATIVE, SpectralNorm(A * B), NORM_A * NORM_B
        )
        with pytest.raises(BadDerivation, match="need not grow"):
            check(forged)


UNSUPPORTED = {
    "softmax": (norm_bound, diag(h[t]) * Softmax(h[t]), "VectorNorm of a Softmax"),
    "inverse": (norm_bound, sp.Inverse(W), r"SpectralNorm of W\*\*\(-1\)"),
    "power of unknown sign": (norm_bound, W ** (t - k), "nonnegative integer"),
    "hadamard product of matrices": (norm_bound, hadamard(A, B), "of a HadamardProduct"),
    "sum from below": (singular_value_bound, A + B, "SmallestSingularValue of a MatAdd"),
    "blocks from below": (singular_value_bound, BLOCKS, "of a BlockMatrix"),
    "smallest entry of a sum": (singular_value_bound, diag(h[t] + h[k]), "MinAbs of a MatAdd"),
}


@pytest.mark.parametrize("name", UNSUPPORTED)
def test_node_without_a_rule_is_named(name):
    """What no rule covers raises Unsupported with the node in its message."""
    bound, expr, message = UNSUPPORTED[name]
    with pytest.raises(Unsupported, match=message):
        bound(expr)


BAD_INPUT = {
    "a number": (
        lambda: norm_bound(3),
        ShapeMismatch,
        "norm_bound takes a matrix expression, got 3",
    ),
    "a scalar": (lambda: singular_value_bound(c), ShapeMismatch, "matrix expression, got c"),
    "shapes of a product": (lambda: norm_bound(sp.MatMul(V.T, h[t])), ShapeMismatch, "that fit"),
    "shapes of a sum": (lambda: norm_bound(sp.MatAdd(U, W)), ShapeMismatch, "that fit"),
    "rectangular from below": (
        lambda: singular_value_bound(V * V.T),
        ShapeMismatch,
        "square factors",
    ),
    "negative supremum": (
        lambda: norm_bound(P, suprema={f: -1}),
        DomainError,
        "nonnegative, got -1",
    ),
    "orthogonal transpose": (
        lambda: norm_bound(W, orthogonal=[W.T]),
        DomainError,
        "matrix symbols",
    ),
    "orthogonal of unknown shape": (
        lambda: norm_bound(U, orthogonal=[U]),
        ShapeMismatch,
        "tall or wide",
    ),
    "backward range": (
        lambda: norm_bound(OrderedProduct(W, (j, t + 3, t))),
        DomainError,
        "runs backwards",
    ),
    "length not linear": (
        lambda: norm_bound(IndexedSum(OrderedProduct(W, (j, 1, k * (T - k))), (k, 1, T))),
        DomainError,
        "linear in the index k",
    ),
}


@pytest.mark.parametrize("name", BAD_INPUT)
def test_bad_input_is_one_clear_error(name):
    """Wrong shapes, kinds and ranges raise an error of ours that shows what was wrong."""
    call, error, message = BAD_INPUT[name]
    with pytest.raises(error, match=message):
        call()


def test_evaluator_sees_a_wrong_bound():
    """The numeric test fails on a bound without gamma and on one with exponent t-k-1."""
    proof, draw = norm_bound(P), doubling(0)
    truth = draw(proof.start)
    assert draw(SpectralNorm(W) ** (t - k)) < truth / 2
    assert draw((GAMMA * SpectralNorm(W)) ** (t - k - 1)) < truth / 2
