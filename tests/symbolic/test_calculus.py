"""Each rule by its law, each refusal by its reason."""

import pytest
from sympy import (
    Abs,
    BlockMatrix,
    Determinant,
    DiagMatrix,
    DiagonalOf,
    Function,
    HadamardPower,
    HadamardProduct,
    Heaviside,
    Identity,
    ImmutableDenseMatrix,
    Inverse,
    Lambda,
    Matrix,
    MatrixSymbol,
    Max,
    OneMatrix,
    Piecewise,
    S,
    Sum,
    Symbol,
    Trace,
    ZeroMatrix,
    cos,
    exp,
    floor,
    sin,
    sqrt,
    symbols,
    tanh,
)

from rnnmath.errors import DomainError, NotDifferentiable, ShapeMismatch
from rnnmath.symbolic.calculus import (
    Jacobian,
    Pullback,
    gradient,
    jacobian,
    trace_gradient,
    trace_jacobian,
)
from rnnmath.symbolic.derivation import check
from rnnmath.symbolic.nodes import Elementwise, IndexedSum, InnerProduct, OrderedProduct, Softmax
from rnnmath.symbolic.norms import VectorNorm
from rnnmath.symbolic.notation import (
    L,
    StepScalar,
    TimeIndexed,
    TimeMatrix,
    TotalDerivative,
    size,
    time,
)
from rnnmath.symbolic.tidy import diag, same, transpose

n, m = size("n"), size("m")
W, R = MatrixSymbol("W", n, n), MatrixSymbol("R", n, n)
A = MatrixSymbol("A", m, n)
h, g, v = (MatrixSymbol(name, n, 1) for name in "hgv")
k, t, T = time("k"), time("t"), time("T")
j = time("j")
f = Function("f")
u = Symbol("u", real=True)
x = TimeIndexed("x", n)


def prime(expr):
    """Return f' entry by entry."""
    return Elementwise(Function("f'"), expr)


FORWARD = {
    "itself": (h, Identity(n)),
    "constant": (g, ZeroMatrix(n, n)),
    "matrix": (A * h, A),
    "sum": (W * h + h, W + Identity(n)),
    "scalar multiple": (3 * h, 3 * Identity(n)),
    "element-wise": (h.applyfunc(f), diag(prime(h))),
    "nested": (
        (W * h.applyfunc(f)).applyfunc(f),
        diag(prime(W * Elementwise(f, h))) * W * diag(prime(h)),
    ),
    "Hadamard product": (HadamardProduct(h, g), diag(g)),
    "three factors": (HadamardProduct(h, g, v), DiagMatrix(HadamardProduct(g, v))),
    "diagonal": (DiagMatrix(h) * g, diag(g)),
    "diagonal, the other side": (DiagMatrix(g) * h, diag(g)),
    "two diagonals": (DiagMatrix(g) * DiagMatrix(h) * v, DiagMatrix(g) * DiagMatrix(v)),
    "softmax": (Softmax(h), diag(Softmax(h)) - Softmax(h) * transpose(Softmax(h))),
    "inner product": (h.T * g, g.T),
    "square of the length": (InnerProduct(h, h), 2 * h.T),
    "quadratic form": (h.T * W * h, h.T * W.T + h.T * W),
    "length": (VectorNorm(h), h.T / VectorNorm(h)),
    "outer product": (g * (v.T * h), g * v.T),
    "outer product, moving": (h * (v.T * h), InnerProduct(v, h) * Identity(n) + h * v.T),
    "fixed power": (W**3 * h, W**3),
    "power of a diagonal": (DiagMatrix(h) ** 2 * g, diag(diag(h) * g) + diag(h) * diag(g)),
    "double transpose": ((h.T).T, Identity(n)),
    "transposed product": ((h.T * W).T, W.T),
    "transposed row function": ((h.T).applyfunc(f).T, diag(prime(h))),
    "stack": (BlockMatrix([[W * h], [h]]), BlockMatrix([[W], [Identity(n)]])),
    "selector": (
        BlockMatrix([[Identity(n), ZeroMatrix(n, n)]]) * BlockMatrix([[h], [g]]),
        BlockMatrix([[Identity(n), ZeroMatrix(n, n)]])
        * BlockMatrix([[Identity(n)], [ZeroMatrix(n, n)]]),
    ),
    "Hadamard power": (HadamardPower(h, 2), 2 * diag(h)),
    "ordered product, constant": (OrderedProduct(W, (j, k, t)) * h, OrderedProduct(W, (j, k, t))),
    "indexed sum": (IndexedSum(j * W * h, (j, 1, T)), IndexedSum(j * W, (j, 1, T))),
    "chain of numbers": (exp(InnerProduct(g, h)), exp(InnerProduct(g, h)) * g.T),
    "one minus": (OneMatrix(n, 1) - h, -Identity(n)),
}


@pytest.mark.parametrize("case", FORWARD)
def test_jacobian(case):
    """The Jacobian is the textbook one, in numerator layout, and its trace checks."""
    expr, expected = FORWARD[case]
    found = jacobian(expr, h)
    assert same(found, expected), f"{found} is not {expected}"
    proof = trace_jacobian(expr, h)
    check(proof)
    assert same(proof.end, found)


G = MatrixSymbol("G", m, 1)
BACKWARD = {
    "constant": (InnerProduct(g, v), W, ZeroMatrix(n, n)),
    "itself": (MatrixSymbol("s", 1, 1), MatrixSymbol("s", 1, 1), Identity(1)),
    "bilinear": (g.T * W * v, W, g * v.T),
    "quadratic": (h.T * W * h, h, W * h + W.T * h),
    "both factors": (Trace(W * W), W, 2 * W.T),
    "trace": (Trace(W), W, Identity(n)),
    "trace of a transpose": (Trace(R * W.T), W, R),
    "power": (g.T * W**2 * v, W, g * v.T * W.T + W.T * g * v.T),
    "two layers": (
        InnerProduct(G, A * (W * h).applyfunc(f)),
        W,
        HadamardProduct(A.T * G, prime(W * h)) * h.T,
    ),
    "diagonal": (g.T * DiagMatrix(h) * v, h, HadamardProduct(g, v)),
    "diagonal of": (InnerProduct(g, DiagonalOf(W)), W, DiagMatrix(g)),
    "softmax": (
        InnerProduct(g, Softmax(h)),
        h,
        (diag(Softmax(h)) - Softmax(h) * transpose(Softmax(h))) * g,
    ),
    "norm": (VectorNorm(h), h, h / VectorNorm(h)),
    "quotient": (1 / InnerProduct(g, h), h, -(InnerProduct(g, h) ** -2) * g),
    "sum over time": (
        IndexedSum(x[j].T * W * h, (j, 1, T)),
        W,
        IndexedSum(x[j] * h.T, (j, 1, T)),
    ),
    "sum over time, weighed": (
        IndexedSum(v.T * W * h * j, (j, 1, T)),
        h,
        IndexedSum(j * W.T * v, (j, 1, T)),
    ),
    "linear in a sum": (
        InnerProduct(g, IndexedSum(W * x[j], (j, 1, T))),
        W,
        IndexedSum(g * x[j].T, (j, 1, T)),
    ),
}


@pytest.mark.parametrize("case", BACKWARD)
def test_gradient(case):
    """The gradient has the shape of its variable, is the textbook one, and its trace checks."""
    expr, wrt, expected = BACKWARD[case]
    found = gradient(expr, wrt)
    assert found.shape == wrt.shape
    assert same(found, expected), f"{found} is not {expected}"
    proof = trace_gradient(expr, wrt)
    check(proof)
    assert same(proof.end, found)


def test_the_gradient_is_the_transposed_jacobian():
    """Of a number in a column, reverse mode gives the transpose of forward mode."""
    expr = InnerProduct(g, (W * h).applyfunc(f))
    assert same(transpose(jacobian(expr, h)), W.T * diag(prime(W * h)) * g)
    assert same(gradient(expr, h), W.T * HadamardProduct(prime(W * h), g))


def test_a_bound_index_is_renamed_before_a_seed_that_uses_its_letter():
    """The gradient of ``<x_j, sum_j j W x_j>`` keeps the outer j out of the sum."""
    expr = InnerProduct(x[j], IndexedSum(j * W * g, (j, 1, T)))
    found = gradient(expr, W)
    (outer,) = [node for node in [found] if isinstance(node, IndexedSum)]
    assert outer.index != j
    assert same(found.xreplace({j: k, outer.index: t}), found.xreplace({j: k}).renamed({j}))
    assert j in found.free_symbols
    proof = trace_gradient(expr, W)
    check(proof)
    assert same(proof.end, found)


NUMERIC = MatrixSymbol("z", 3, 1)


def test_entries_at_numeric_sizes_are_unit_rows():
    """SymPy's ``(g.T*g)[0, 0]`` at a numeric size is differentiated through its entries."""
    square = (NUMERIC.T * NUMERIC)[0, 0]
    explicit = jacobian(square, NUMERIC).as_explicit()
    assert explicit == 2 * NUMERIC.T.as_explicit()
    assert gradient(square, NUMERIC).as_explicit() == 2 * NUMERIC.as_explicit()
    assert jacobian(NUMERIC[1, 0], NUMERIC) == ImmutableDenseMatrix([[0, 1, 0]])


def test_index_sums_of_sympy_are_read_back_or_refused():
    """``(g.T*h)[0, 0]`` at symbolic size is an inner product; what SymPy clashes is refused."""
    assert same(gradient((g.T * h)[0, 0], h), g)
    assert same(gradient((h.T * h)[0, 0], h), 2 * h)
    assert same(gradient((g.T * h.applyfunc(tanh))[0, 0], h),
                HadamardProduct(g, Elementwise(Lambda(u, 1 - tanh(u) ** 2), h)))  # fmt: skip
    for clash in ((h.T * W * W * g)[0, 0], (h.T * W * g)[0, 0], (h.T * v * g.T * h)[0, 0]):
        with pytest.raises(NotDifferentiable, match="InnerProduct"):
            gradient(clash, h)
        with pytest.raises(NotDifferentiable, match="InnerProduct"):
            jacobian(clash, h)


def test_the_clipped_gradient_of_the_text():
    """``theta g/||g||`` in three spellings: ``(theta/||g||)(I - g g^T/||g||^2)``."""
    theta = Symbol("theta", positive=True)
    node = jacobian(theta * g / VectorNorm(g), g)
    length = VectorNorm(g)
    assert same(node, theta / length * Identity(n) - theta / length**3 * g * g.T)
    square = InnerProduct(g, g)
    expected = Identity(n) / sqrt(square) - square ** (-S(3) / 2) * g * g.T
    assert same(jacobian(g / sqrt((g.T * g)[0, 0]), g), expected)
    assert same(jacobian(g * (g.T * g) ** (-S.Half), g), expected)


REFUSED = {
    "inverse": Inverse(W + DiagMatrix(h)) * g,
    "ordered product": OrderedProduct(DiagMatrix(h) * j, (j, 1, t)) * g,
    "matrix factor": Elementwise(f, h * g.T) * v,
    "symbolic power": (h * g.T) ** k * v,
    "power of a number": InnerProduct(g, h) ** InnerProduct(g, h),
    "explicit entries": Matrix([[InnerProduct(g, h)], [1]]),
    "function of two": Function("F")(InnerProduct(g, h), 2),
    "function of a matrix": Function("F")(h),
    "exponential of a matrix": exp(W + DiagMatrix(h)),
    "jump": Elementwise(floor, h),
    "slope of a step": Elementwise(Heaviside, h),
    "function that depends": Elementwise(Lambda(u, u**2 * InnerProduct(g, h)), g),
    "power that depends": HadamardPower(g, InnerProduct(g, h)),
    "matrix of powers": HadamardPower(g, h),
    "determinant": Determinant(W + DiagMatrix(h)),
    "rows of blocks": BlockMatrix([[DiagMatrix(h), Identity(n)]]) * BlockMatrix([[g], [v]]),
    "maximum of two": Max(InnerProduct(g, h), 0),
    "pieces of a number": Piecewise((InnerProduct(g, h), InnerProduct(g, h) > 0), (0, True)),
    "entry at a symbol": h[k, 0],
    "sum of other indices": Sum(h[k, 0] * k, (k, 0, n - 1)),
    "sum over a part": Sum(h[k, 0], (k, 0, n - 2)),
    "total derivative": TotalDerivative(x[t], h) * g,
    "a loss by name": L * h,
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_no_rule_covers_is_refused(case):
    """Nothing is guessed: each of these raises NotDifferentiable, traced or not."""
    with pytest.raises(NotDifferentiable):
        jacobian(REFUSED[case], h)
    with pytest.raises(NotDifferentiable):
        trace_jacobian(REFUSED[case], h)


@pytest.mark.parametrize(
    "case",
    sorted(
        REFUSED.keys() - {"explicit entries", "matrix factor", "matrix of powers", "rows of blocks"}
    ),
)
def test_what_no_rule_covers_is_refused_backward(case):
    """The reverse mode refuses the same, where it has no rule of its own."""
    expr = REFUSED[case]
    number = InnerProduct(v, expr) if getattr(expr, "is_Matrix", False) else expr
    with pytest.raises(NotDifferentiable):
        gradient(number, h)


def test_a_loss_by_name_is_no_constant():
    """``dL/dW`` of a loss without its formula is refused, not zero."""
    for wrt in (W, h, x[t]):
        with pytest.raises(NotDifferentiable, match="without its formula"):
            gradient(L, wrt)
    with pytest.raises(NotDifferentiable, match="without its formula"):
        jacobian(StepScalar("E"), h)


def test_total_derivatives_and_other_times_are_held():
    """Time-indexed vectors and total derivatives count as constants, unless they hold wrt."""
    delta = TotalDerivative(L, x[t])
    assert same(gradient(InnerProduct(delta, W * x[t - 1]), W), delta * x[t - 1].T)
    assert same(jacobian(W * x[t] + x[t - 1], x[t]), W)


def test_a_sum_over_time_that_may_meet_the_variable_is_refused():
    """``d/dx_k sum_j W x_j`` depends on whether k is in the range; it is not called zero."""
    for expr in (IndexedSum(W * x[j], (j, 1, T)), IndexedSum(W * x[j + 1], (j, 1, T))):
        for wrt in (x[k], x[j], x[1]):
            with pytest.raises(NotDifferentiable, match="may or may not meet"):
                jacobian(expr, wrt)
    by_name = Sum(InnerProduct(x[j], g), (j, 1, T))
    with pytest.raises(NotDifferentiable, match="may or may not meet"):
        gradient(by_name, x[k])
    outside = IndexedSum(W * x[j], (j, 1, k - 1)).term
    assert jacobian(outside, x[k]) == ZeroMatrix(n, n)
    assert same(jacobian(IndexedSum(j * x[k], (j, 1, T)), x[k]),
                IndexedSum(j * Identity(n), (j, 1, T)))  # fmt: skip


def test_equal_times_are_one_variable():
    """``x[(t+1)**2]`` and ``x[t**2 + 2*t + 1]`` are the same vector."""
    assert jacobian(x[t**2 + 2 * t + 1], x[(t + 1) ** 2]) == Identity(n)


def test_layers_have_gradients_in_time_indexed_matrices():
    """A matrix of a sequence is a variable; another of the sequence is held."""
    layers = [TimeMatrix("W", n, n, index) for index in (1, 2)]
    loss = InnerProduct(g, layers[1] * layers[0] * h)
    assert same(gradient(loss, layers[0]), layers[1].T * g * h.T)


def test_the_name_of_the_variable_with_another_shape_is_refused():
    """A second ``h`` of another size is a mistake, not a constant."""
    with pytest.raises(ShapeMismatch, match="in the expression"):
        jacobian(A * MatrixSymbol("h", n, 1), MatrixSymbol("h", m, 1))


def test_kinks_have_the_slope_that_holds_beside_them():
    """Abs, Max and Piecewise are differentiated where they have a slope."""
    absolute = jacobian(Elementwise(Abs, h), h)
    assert "sign" in str(absolute)
    relu = jacobian(Elementwise(Lambda(u, Max(u, 0)), h), h)
    assert relu == diag(Elementwise(Heaviside, h))
    piecewise = Lambda(u, Piecewise((u, u > 0), (2 * u, True)))
    slope = Lambda(u, Piecewise((1, u > 0), (2, True)))
    assert jacobian(Elementwise(piecewise, h), h) == diag(Elementwise(slope, h))


def test_a_users_u_is_not_the_bound_variable():
    """A symbol called u in a function is a parameter, and stays."""
    own = Symbol("u")
    scaled = jacobian(Elementwise(lambda y: sin(own * y), h), h)
    assert own in scaled.free_symbols
    assert same(scaled, diag(Elementwise(lambda y: own * cos(own * y), h)))


def test_a_real_function_has_a_real_slope():
    """``Function("f", real=True)`` and ``Function("f")`` stay apart, and so do their slopes."""
    real = Function("f", real=True)
    (slope,) = jacobian(Elementwise(real, h), h).args
    assert slope.function(u).is_real
    assert slope != prime(h)


def test_a_sequence_gives_blocks_side_by_side():
    """Jacobians in several variables stand side by side; stacks give one flat block matrix."""
    assert jacobian(W * h + g, [h, g]) == BlockMatrix([[W, Identity(n)]])
    assert jacobian(W * h, (h,)) == W
    stack = jacobian(BlockMatrix([[W * h], [g]]), [h, g])
    assert stack == BlockMatrix([[W, ZeroMatrix(n, n)], [ZeroMatrix(n, n), Identity(n)]])


BAD = {
    "not a symbol": (W * h, W * h, DomainError, "wrt must be a MatrixSymbol"),
    "a number symbol": (W * h, n, DomainError, "wrt must be a MatrixSymbol"),
    "a word": (W * h, "h", DomainError, "wrt must be a MatrixSymbol"),
    "an empty sequence": (W * h, [], DomainError, "at least one variable"),
    "a matrix": (W * h, W, ShapeMismatch, "use gradient"),
    "a word to differentiate": ("h", h, DomainError, "must be a SymPy expression"),
    "a row": (h.T, h, ShapeMismatch, "must be a column"),
    "a square": (W, h, ShapeMismatch, "must be a column"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_of_jacobian(case):
    """Each mistake is one error of ours that names the argument."""
    expr, wrt, error, text = BAD[case]
    with pytest.raises(error, match=text):
        jacobian(expr, wrt)


@pytest.mark.parametrize(("expr", "wrt", "error"), [
    (h, h, ShapeMismatch), (W, W, ShapeMismatch), (h.T * h, [h], DomainError), (1, h, DomainError),
])  # fmt: skip
def test_bad_input_of_gradient(expr, wrt, error):
    """A gradient is of one number in one symbol."""
    with pytest.raises(error):
        gradient(expr, wrt)


def test_the_unfinished_nodes_have_the_shape_of_the_result():
    """Jacobian and Pullback carry the shape that they stand for."""
    assert Jacobian(A * h, h).shape == (m, n)
    assert Jacobian(InnerProduct(g, h), h).shape == (1, n)
    assert Pullback(A * h, A, G).shape == (m, n)


def test_a_function_can_be_put_in_afterwards():
    """The Jacobian of an abstract f becomes that of tanh by replacing f and f'."""
    abstract = jacobian(Elementwise(f, W * h), h)
    own = symbols("y", real=True)
    concrete = abstract.replace(Function("f'"), lambda y: 1 - tanh(y) ** 2)
    expected = jacobian(Elementwise(tanh, W * h), h)
    assert same(concrete.subs(own, own), expected)
