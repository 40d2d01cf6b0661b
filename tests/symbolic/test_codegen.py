"""Generated code: every node equals explicit NumPy, keeps the dtype, forms no dense diagonal."""

import numpy as np
import pytest
from sympy import (
    Abs,
    BlockMatrix,
    Determinant,
    Function,
    Identity,
    ImmutableDenseMatrix,
    Inverse,
    MatMul,
    MatPow,
    MatrixSymbol,
    Max,
    Min,
    OneMatrix,
    Piecewise,
    Product,
    Rational,
    Sum,
    Symbol,
    Trace,
    ZeroMatrix,
    cos,
    erf,
    exp,
    gamma,
    log,
    pi,
    sqrt,
    tanh,
)

from rnnmath.errors import DomainError, ShapeMismatch, Unsupported
from rnnmath.symbolic.activations import catalogue, logistic, with_activation
from rnnmath.symbolic.codegen import lambdify
from rnnmath.symbolic.nodes import (
    Elementwise,
    IndexedSum,
    InnerProduct,
    OrderedProduct,
    Softmax,
    elementwise,
    hadamard,
)
from rnnmath.symbolic.norms import (
    ActivationSupremum,
    ConditionNumber,
    FrobeniusNorm,
    InfinityNorm,
    LargestEigenvalue,
    MaxAbs,
    MinAbs,
    OneNorm,
    Rank,
    SmallestSingularValue,
    SpectralNorm,
    SpectralRadius,
    VectorNorm,
)
from rnnmath.symbolic.notation import TimeIndexed, TotalDerivative, delta, size, time
from rnnmath.symbolic.tidy import diag

n, m = size("n"), size("m")
t, k, j, i = time("t"), time("k"), time("j"), time("i")
A, B = MatrixSymbol("A", n, n), MatrixSymbol("B", n, n)
C = MatrixSymbol("C", n, m)
v, w = MatrixSymbol("v", n, 1), MatrixSymbol("w", n, 1)
alpha = Symbol("alpha", real=True)
seq = TimeIndexed("s", n)

RNG = np.random.default_rng(20240)
VALUES = {
    A: RNG.standard_normal((4, 4)) + 3 * np.eye(4),
    B: RNG.standard_normal((4, 4)),
    C: RNG.standard_normal((4, 3)),
    v: RNG.standard_normal((4, 1)),
    w: RNG.standard_normal((4, 1)),
}
a_, b_, c_, v_, w_ = VALUES.values()
SEQ = RNG.standard_normal((6, 4, 1))
ARGS = [A, B, C, v, w]


def run(expr, dtype=np.float64):
    """Evaluate an expression in the standard arguments."""
    return lambdify(ARGS, expr)(*(VALUES[arg].astype(dtype) for arg in ARGS))


def soft(x):
    """Return softmax of a column, in plain NumPy."""
    e = np.exp(x - x.max())
    return e / e.sum()


def sig(x):
    """Return the logistic function, in plain NumPy."""
    return 1 / (1 + np.exp(-x))


d_ = np.diag(v_[:, 0])
DMAT = diag(v)

MATRICES = [
    (A * B, a_ @ b_),
    (A * v, a_ @ v_),
    (A.T * B.T, a_.T @ b_.T),
    (2 * A - B / 3, 2 * a_ - b_ / 3),
    (-A, -a_),
    (DMAT * A, d_ @ a_),
    (A * DMAT, a_ @ d_),
    (DMAT * A * diag(w) * B, d_ @ a_ @ np.diag(w_[:, 0]) @ b_),
    (DMAT * diag(w), d_ @ np.diag(w_[:, 0])),
    (DMAT, d_),
    (3 * DMAT, 3 * d_),
    (DMAT.T * A, d_ @ a_),
    (A + DMAT, a_ + d_),
    (DMAT - A, d_ - a_),
    (DMAT - diag(w), d_ - np.diag(w_[:, 0])),
    (Identity(n) - A, np.eye(4) - a_),
    (DMAT - v * v.T, d_ - v_ @ v_.T),
    (hadamard(DMAT, diag(w)), d_ * np.diag(w_[:, 0])),
    (hadamard(DMAT, A), d_ * a_),
    (MatPow(DMAT, 3), np.linalg.matrix_power(d_, 3)),
    (Inverse(DMAT), np.linalg.inv(d_)),
    (Inverse(A), np.linalg.inv(a_)),
    (Inverse(A) * v, np.linalg.solve(a_, v_)),
    (MatPow(A, 3), a_ @ a_ @ a_),
    (MatMul(MatPow(A, 3), v), a_ @ a_ @ a_ @ v_),
    (MatMul(MatPow(A, -2), v), np.linalg.inv(a_ @ a_) @ v_),
    (v * w.T, v_ @ w_.T),
    (A * v * w.T * B, a_ @ v_ @ w_.T @ b_),
    (v.T * A, v_.T @ a_),
    (hadamard(v, w, A * v), v_ * w_ * (a_ @ v_)),
    (elementwise(tanh, A * v), np.tanh(a_ @ v_)),
    (elementwise(lambda u: 1 - tanh(u) ** 2, A), 1 - np.tanh(a_) ** 2),
    (elementwise(lambda u: u**2 - sqrt(2) * u + pi, v), v_**2 - np.sqrt(2) * v_ + np.pi),
    (elementwise(lambda u: 1 / (1 + Abs(u)) ** 2, v), 1 / (1 + np.abs(v_)) ** 2),
    (elementwise(lambda u: sqrt(1 + u**2), v), np.sqrt(1 + v_**2)),
    (elementwise(lambda u: Max(0, u) + Min(u, 1), v), np.maximum(0, v_) + np.minimum(v_, 1)),
    (
        elementwise(lambda u: Piecewise((u, u > 0), (u / 10, True)), v),
        np.where(v_ > 0, v_, v_ / 10),
    ),
    (elementwise(lambda u: cos(u) * exp(-u), v), np.cos(v_) * np.exp(-v_)),
    (elementwise(logistic, v), sig(v_)),
    (elementwise(lambda u: log(1 + exp(u)), v), np.log(1 + np.exp(v_))),
    (elementwise(lambda _: Rational(1, 2), A), np.full((4, 4), 0.5)),
    (A.applyfunc(tanh), np.tanh(a_)),
    (Softmax(A * v), soft(a_ @ v_)),
    (BlockMatrix([[A, B], [B, DMAT]]), np.block([[a_, b_], [b_, d_]])),
    (BlockMatrix([[v], [A * w]]), np.vstack([v_, a_ @ w_])),
    (BlockMatrix([[A, C]]), np.hstack([a_, c_])),
    (ZeroMatrix(n, m) + C, c_),
    (ZeroMatrix(n, m), np.zeros((4, 3))),
    (OneMatrix(n, 1) + v, 1 + v_),
    (Identity(m), np.eye(3)),
    (InnerProduct(v, w) * A, (v_.T @ w_).item() * a_),
    (v / sqrt(InnerProduct(v, v)), v_ / np.linalg.norm(v_)),
    (n * C + m * C, 7 * c_),
    (A[1:3, 0:2], a_[1:3, 0:2]),
    (ImmutableDenseMatrix([[1, Rational(1, 2)]]) * C[0:2, 0:3], np.array([[1, 0.5]]) @ c_[:2]),
]


@pytest.mark.parametrize(("expr", "expected"), MATRICES, ids=lambda value: str(value)[:40])
def test_matrix_node(expr, expected):
    """A matrix expression equals explicit NumPy to rounding, in shape and in value."""
    got = run(expr)
    assert got.shape == expected.shape
    np.testing.assert_allclose(got, expected, rtol=1e-13, atol=1e-13)


NUMBERS = [
    (SpectralNorm(A), np.linalg.norm(a_, 2)),
    (FrobeniusNorm(C), np.linalg.norm(c_)),
    (OneNorm(C), np.abs(c_).sum(axis=0).max()),
    (InfinityNorm(C), np.abs(c_).sum(axis=1).max()),
    (VectorNorm(v), np.linalg.norm(v_)),
    (MaxAbs(v), np.abs(v_).max()),
    (MinAbs(v), np.abs(v_).min()),
    (SmallestSingularValue(A), np.linalg.svd(a_)[1].min()),
    (SmallestSingularValue(C), np.linalg.svd(c_)[1].min()),
    (SmallestSingularValue(C.T), 0.0),
    (SpectralRadius(A), np.abs(np.linalg.eigvals(a_)).max()),
    (LargestEigenvalue(A + A.T), np.linalg.eigvalsh(a_ + a_.T).max()),
    (Rank(C * C.T), 3),
    (ConditionNumber(A), np.linalg.cond(a_)),
    (Trace(A * B), np.trace(a_ @ b_)),
    (Determinant(A), np.linalg.det(a_)),
    (InnerProduct(v, A * w), (v_.T @ a_ @ w_).item()),
    (A[1, 2] + 1, a_[1, 2] + 1),
    (sqrt(InnerProduct(v, v)) ** 3, np.linalg.norm(v_) ** 3),
    (exp(-InnerProduct(v, v)), np.exp(-(v_.T @ v_).item())),
    (1 / (1 + SpectralNorm(A)), 1 / (1 + np.linalg.norm(a_, 2))),
    (Max(SpectralNorm(A), 1, n), max(np.linalg.norm(a_, 2), 4)),
    (sqrt(n) * pi, 2 * np.pi),
    (ActivationSupremum(tanh) * SpectralNorm(DMAT), np.abs(v_).max()),
    (ActivationSupremum(catalogue()["silu"].function), 1.099839320128867),
    (Sum(SpectralNorm(A) ** j, (j, 1, 3)), sum(np.linalg.norm(a_, 2) ** p for p in (1, 2, 3))),
    (Product(j * MaxAbs(v), (j, 1, 3)), 6 * np.abs(v_).max() ** 3),
    (log(1 + exp(800 * n)), 3200.0),
]


@pytest.mark.parametrize(("expr", "expected"), NUMBERS, ids=lambda value: str(value)[:40])
def test_number_node(expr, expected):
    """A scalar expression equals explicit NumPy and is one number."""
    got = run(expr)
    assert np.ndim(got) == 0
    np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", list(catalogue()))
def test_catalogue_compiles(name):
    """Every activation of the catalogue and its slope compile; the slope fits a secant."""
    entry = catalogue()[name]
    f = Function("f")
    value = lambdify([v], with_activation(Elementwise(f, v), f, entry))
    slope = lambdify([v], with_activation(Elementwise(Function("f'"), v), f, entry))
    points = np.array([[-2.3], [-0.4], [0.3], [1.7]])
    step = 2.0**-17
    # The error of a central difference is |f'''| step^2 / 6 + rounding / step, |f'''| <= 10 here.
    tolerance = 10 / 6 * step**2 + 4 * np.finfo(float).eps / step
    secant = (value(points + step) - value(points - step)) / (2 * step)
    np.testing.assert_allclose(slope(points), secant, rtol=0, atol=tolerance)


class TestLoops:
    """Products and sums over a running index are loops, from the newest factor on the left."""

    step = MatMul(diag(elementwise(tanh, seq[j])), A)

    def explicit(self, low, high):
        """Multiply the factors out, newest on the left."""
        product = np.eye(4)
        for time_ in range(low, high + 1):
            product = np.diag(np.tanh(SEQ[time_][:, 0])) @ a_ @ product
        return product

    @pytest.mark.parametrize(("low", "high"), [(1, 4), (2, 2), (3, 2), (0, 5)])
    def test_ordered_product(self, low, high):
        """The product at symbolic ends equals the multiplied out one, the empty one is I."""
        function = lambdify([A, seq, k, t], OrderedProduct(self.step, (j, k, t)))
        np.testing.assert_allclose(
            function(a_, SEQ, low, high), self.explicit(low, high), rtol=1e-12
        )

    def test_product_on_a_column_stays_a_column(self):
        """A product applied to a column never multiplies two matrices."""
        function = lambdify([A, seq, v, t], OrderedProduct(self.step, (j, 1, t)) * v)
        np.testing.assert_allclose(function(a_, SEQ, v_, 4), self.explicit(1, 4) @ v_, rtol=1e-12)
        assert "np.eye" not in function.source

    def test_product_of_diagonals_stays_diagonal(self):
        """A product of diagonals multiplies columns."""
        factor = diag(elementwise(tanh, seq[j]))
        function = lambdify([A, seq, t], OrderedProduct(factor, (j, 1, t)) * A)
        expected = np.tanh(SEQ[1:4]).prod(axis=0) * a_
        np.testing.assert_allclose(function(a_, SEQ, 3), expected, rtol=1e-12)
        assert "np.diag(" not in function.source

    def test_sums_nest_and_hoist(self):
        """A sum of products with an end that runs; what doesn't run stands before the loops."""
        inner = OrderedProduct(self.step, (j, i + 1, t))
        total = IndexedSum(inner * elementwise(tanh, A * B * v), (i, 1, t))
        function = lambdify([A, B, v, seq, t], total)
        expected = sum(self.explicit(low + 1, 4) @ np.tanh(a_ @ b_ @ v_) for low in (1, 2, 3, 4))
        np.testing.assert_allclose(function(a_, b_, v_, SEQ, 4), expected, rtol=1e-12)
        assert function.source.count("np.tanh") == 2
        lines = function.source.splitlines()
        first_loop = next(place for place, line in enumerate(lines) if "for " in line)
        assert any("np.tanh" in line for line in lines[:first_loop])

    def test_index_that_hides_an_argument(self):
        """A running index may have the name of an argument; outside it is the argument."""
        total = IndexedSum(t * C, (t, 1, 3)) + t * C
        np.testing.assert_allclose(lambdify([C, t], total)(c_, 10), 16 * c_, rtol=1e-14)

    def test_range_that_runs_backwards_is_refused(self):
        """An empty range is lo = hi + 1; shorter ones and fractional ends are mistakes."""
        function = lambdify([A, t], OrderedProduct(A, (j, 3, t)))
        np.testing.assert_array_equal(function(a_, 2), np.eye(4))
        with pytest.raises(DomainError, match="runs backwards"):
            function(a_, 1)
        with pytest.raises(DomainError, match="t must be an integer"):
            function(a_, 2.5)

    def test_time_outside_the_array_is_refused(self):
        """No time wraps around: h[-1] is not the last state."""
        function = lambdify([seq, t], seq[t - 1])
        np.testing.assert_array_equal(function(SEQ, 3), SEQ[2])
        with pytest.raises(DomainError, match=r"s\[-1\] lies outside the times 0..5"):
            function(SEQ, 0)
        with pytest.raises(DomainError, match="outside"):
            function(SEQ, 7)


class TestArguments:
    """Arguments may be nested, single vectors, derivatives and callables."""

    def test_nested_arguments(self):
        """The call has the nesting of args."""
        function = lambdify([(A, [v, alpha])], alpha * A * v)
        np.testing.assert_allclose(function((a_, [v_, 0.5])), 0.5 * a_ @ v_)
        with pytest.raises(ShapeMismatch, match=r"argument 1\[1\] must hold 2 values, got 1"):
            function((a_, [v_]))

    def test_callables(self):
        """Abstract f and f' are callables; each is applied to whole arrays."""
        f, f_prime = Function("f"), Function("f'")
        expr = diag(Elementwise(f_prime, Elementwise(f, A * v))) * A
        got = lambdify([f, f_prime, A, v], expr)(np.sin, np.cos, a_, v_)
        np.testing.assert_allclose(got, np.cos(np.sin(a_ @ v_)) * a_)

    def test_single_vector_and_derivative(self):
        """One vector of a sequence, or a derivative that an oracle measured, may be given."""
        jacobian = TotalDerivative(seq[t], seq[k])
        function = lambdify([seq[t], delta(t), jacobian], jacobian.T * seq[t])
        np.testing.assert_allclose(function(v_, w_, a_), a_.T @ v_)

    def test_several_results_share_their_parts(self):
        """A list gives a tuple, and a part that two results use is computed once."""
        state = elementwise(tanh, A * v)
        slope = elementwise(lambda u: 1 - tanh(u) ** 2, A * v)
        function = lambdify([A, v], [state, diag(slope) * A])
        first, second = function(a_, v_)
        np.testing.assert_allclose(first, np.tanh(a_ @ v_))
        np.testing.assert_allclose(second, (1 - np.tanh(a_ @ v_) ** 2) * a_)
        assert function.source.count("np.tanh") == 1
        assert function.source.count("@") == 1

    def test_names_that_python_keeps(self):
        """Names that are keywords, Greek or the generator's own don't collide."""
        odd = [MatrixSymbol(name, n, n) for name in ("lambda", "v1", "np", "dtype", "W_h'")]
        function = lambdify(odd, sum(odd[1:], odd[0] * odd[1]))
        expected = a_ @ a_ + 4 * a_
        np.testing.assert_allclose(function(*(5 * [a_])), expected)

    def test_integers_become_floats(self):
        """An array of integers is taken as float64, nested lists are arrays."""
        assert lambdify([A], A)([[1, 2], [3, 4]]).dtype == np.float64


COMPLEX_STEP = [
    A * elementwise(tanh, B * v),
    Softmax(A * v),
    elementwise(lambda u: u * (1 + erf(u / sqrt(2))) / 2, A * v),
    elementwise(logistic, A * v),
    elementwise(lambda u: log(1 + exp(u)), A * v),
    elementwise(lambda u: Max(0, u), A * v),
    elementwise(lambda u: Piecewise((u, u > 0), (exp(u) - 1, True)), A * v),
    v / VectorNorm(v),
    InnerProduct(v, A * v) * v,
    FrobeniusNorm(v * w.T) * v,
    DMAT * A * v + Inverse(A) * v,
]


@pytest.mark.parametrize("expr", COMPLEX_STEP, ids=lambda value: str(value)[:40])
def test_complex_step_goes_through(expr):
    """A complex step through the code gives the derivative that a central difference sees."""
    function = lambdify(ARGS, expr)
    direction = RNG.standard_normal((4, 1))

    def along(shift):
        return function(a_, b_, c_, v_ + shift * direction, w_)

    exact = along(1e-30j)
    assert np.iscomplexobj(exact)
    np.testing.assert_allclose(exact.real, along(0.0), rtol=1e-14)
    step = 2.0**-17
    secant = (along(step) - along(-step)) / (2 * step)
    scale = np.abs(secant).max() + 1
    # step^2 |f'''| / 6 with |f'''| <= 1e4 scale, and rounding of values of size <= 1e2 over step.
    np.testing.assert_allclose(exact.imag / 1e-30, secant, rtol=0, atol=1e-6 * scale)


@pytest.mark.parametrize(
    "expr",
    [
        SpectralNorm(A),
        MaxAbs(v),
        SmallestSingularValue(A),
        elementwise(lambda u: Abs(u), v),
    ],
    ids=str,
)
def test_complex_step_is_refused_where_it_lies(expr):
    """Where a complex step would silently give 0, complex input is refused."""
    with pytest.raises(Unsupported, match="not analytic"):
        run(expr, np.complex128)


@pytest.mark.parametrize("dtype", [np.float32, np.complex64, np.complex128, np.float64])
@pytest.mark.parametrize(
    "expr",
    [
        A * elementwise(tanh, B * v) + sqrt(2) * v / 3,
        Softmax(v) * sqrt(n) * exp(n),
        elementwise(lambda u: erf(u) + logistic(u) + log(1 + exp(u)), v),
        Identity(n) - A,
        BlockMatrix([[ZeroMatrix(n, n), A]]),
        InnerProduct(v, v) * v,
        elementwise(lambda u: Piecewise((pi, u > 0), (u, True)), v),
        IndexedSum(j * A, (j, 1, 3)),
    ],
    ids=lambda value: str(value)[:40],
)
def test_dtype_is_kept(dtype, expr):
    """The result has the dtype of the arrays, whatever constants and sizes occur."""
    assert run(expr, dtype).dtype == dtype


def test_scalar_arguments_take_the_dtype_of_the_arrays():
    """A Python number beside float32 arrays doesn't widen the result."""
    function = lambdify([A, alpha], exp(alpha) * A)
    assert function(a_.astype(np.float32), 0.3).dtype == np.float32
    assert function(a_, 0.3j).dtype == np.complex128


@pytest.mark.parametrize(
    "expr",
    [
        DMAT * A,
        A * DMAT * B,
        A + DMAT,
        Identity(n) - A,
        DMAT * A * v,
        Trace(A * DMAT),
        MatMul(MatPow(DMAT, 3), A),
        DMAT - v * v.T,
        OrderedProduct(DMAT * A, (j, 1, 3)) * v,
    ],
    ids=str,
)
def test_no_dense_diagonal(expr):
    """No diagonal is written out as a matrix; the planted lone one shows that the test can fail."""
    source = lambdify(ARGS, expr).source
    assert "np.diag(" not in source
    assert "np.eye" not in source
    assert "np.diag(" in lambdify(ARGS, DMAT).source


@pytest.mark.parametrize("point", [-800.0, -40.0, 0.0, 40.0, 800.0])
def test_logistic_is_accurate_in_its_tails(point):
    """Neither tail overflows, and the small tail keeps its digits."""
    function = lambdify([v], elementwise(logistic, v))
    (got,) = function(np.array([[point]])).ravel()
    expected = np.exp(-np.logaddexp(0.0, -point))
    np.testing.assert_allclose(got, expected, rtol=1e-13)


def test_softmax_does_not_overflow():
    """Softmax of large entries is finite and sums to 1."""
    got = lambdify([v], Softmax(v))(np.array([[1000.0], [1001.0], [-1000.0]]))
    np.testing.assert_allclose(got.sum(), 1.0, rtol=1e-15)
    assert np.isfinite(got).all()


class TestBadInput:
    """Each mistake gives one error that names the argument."""

    function = staticmethod(lambdify([A, v, alpha], alpha * A * v))

    @pytest.mark.parametrize(
        ("args", "error", "complaint"),
        [
            ((a_[:, :2], v_, 1.0), ShapeMismatch, r"A must have shape \(n, n\) = \(4, 4\)"),
            ((a_, v_[:3], 1.0), ShapeMismatch, r"v must have shape \(n, 1\) = \(4, 1\), got"),
            ((a_, v_[:, 0], 1.0), ShapeMismatch, r"v must be a matrix; a column is \(n, 1\)"),
            ((a_, v_ * np.nan, 1.0), DomainError, "v holds NaN or infinity"),
            ((a_ * np.inf, v_, 1.0), DomainError, "A holds NaN"),
            ((a_, v_, np.nan), DomainError, "alpha holds NaN or infinity"),
            ((a_, v_, [1.0, 2.0]), DomainError, "alpha must be one number"),
            ((a_, v_, "1"), DomainError, "alpha must be one number"),
            ((a_.astype(object), v_, 1.0), DomainError, "A must be an array of numbers"),
            (([[1.0], [1.0, 2.0]], v_, 1.0), ShapeMismatch, "A is not an array"),
        ],
    )
    def test_call(self, args, error, complaint):
        """Wrong shapes, values and types are refused when called."""
        with pytest.raises(error, match=complaint):
            self.function(*args)

    def test_count(self):
        """A missing argument is Python's own TypeError, which names it."""
        with pytest.raises(TypeError, match="alpha"):
            self.function(a_, v_)

    @pytest.mark.parametrize(
        ("args", "expr", "error", "complaint"),
        [
            ([A], A * v, DomainError, "v is not among the arguments"),
            ([A], alpha * A, DomainError, "alpha is not among the arguments"),
            ([A], seq[t], DomainError, r"s\[t\] is not among the arguments"),
            ([v], Elementwise(Function("f"), v), DomainError, "f is not among the arguments"),
            ([v, A], delta(t), DomainError, "not among the arguments"),
            ([MatrixSymbol("D", n + m, 1)], Identity(2), DomainError, "m is not among"),
            ([A, A], A, DomainError, "A stands twice"),
            ([A * A], A, DomainError, "is not a symbol"),
            (["A"], A, DomainError, "argument 1 must be a symbol"),
            ([v], elementwise(gamma, v), Unsupported, "no code for the function gamma"),
            ([v], ActivationSupremum(Function("f")), Unsupported, "with_activation"),
            ([A], "A + 1", Unsupported, "the string"),
            ([A], object(), Unsupported, "must be a SymPy expression"),
        ],
    )
    def test_build(self, args, expr, error, complaint):
        """Free symbols, unknown nodes and odd arguments are refused when built."""
        with pytest.raises(error, match=complaint):
            lambdify(args, expr)

    def test_other_modules_are_refused(self):
        """Only NumPy code is generated."""
        with pytest.raises(Unsupported, match="modules"):
            lambdify([A], A, modules="torch")

    def test_erf_far_from_the_real_line_is_refused(self):
        """The expansion of erf serves a complex step and nothing else."""
        function = lambdify([v], elementwise(erf, v))
        with pytest.raises(DomainError, match="real line"):
            function(v_ + 0.1j)


def test_sizes_may_be_sums():
    """A stacked size is checked against the sizes it is the sum of."""
    stacked = MatrixSymbol("z", n + m, 1)
    function = lambdify([A, C, stacked], BlockMatrix([[A, C]]) * stacked)
    z = np.ones((7, 1))
    np.testing.assert_allclose(function(a_, c_, z), a_.sum(1)[:, None] + c_.sum(1)[:, None])
    with pytest.raises(ShapeMismatch, match=r"z must have shape \(m \+ n, 1\) = \(7, 1\)"):
        function(a_, c_, z[:6])


def test_deep_networks_compile():
    """A network of many steps compiles without running out of stack, each step computed once."""
    state = v
    for _ in range(60):
        state = elementwise(tanh, A * state)
    function = lambdify([A, v], state)
    expected = v_
    for _ in range(60):
        expected = np.tanh(a_ @ expected)
    np.testing.assert_allclose(function(a_, v_), expected, rtol=1e-9)
    assert function.source.count("np.tanh") == 60


def test_unchecked_is_the_same_function():
    """The unchecked form computes the same and holds no check."""
    function = lambdify([A, v, alpha], alpha * elementwise(tanh, A * v))
    np.testing.assert_array_equal(function.unchecked(a_, v_, 2.0), function(a_, v_, 2.0))
    assert "rt." in function.source
    assert "rt." not in function.unchecked.source
    assert function.source in function.__doc__
