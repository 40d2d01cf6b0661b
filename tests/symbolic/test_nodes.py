"""Nodes carry shapes, rebuild from their arguments, and keep their bound symbols to themselves."""

import pickle

import pytest
from sympy import (
    Function,
    HadamardPower,
    HadamardProduct,
    Identity,
    ImmutableDenseMatrix,
    Lambda,
    MatMul,
    MatrixSymbol,
    OneMatrix,
    Rational,
    Symbol,
    ZeroMatrix,
    exp,
    symbols,
    tanh,
)

from rnnmath.errors import DomainError, RnnmathError, ShapeMismatch
from rnnmath.symbolic.nodes import (
    BOUND,
    Elementwise,
    IndexedSum,
    InnerProduct,
    OrderedProduct,
    Softmax,
    elementwise,
    from_sympy,
    hadamard,
    same_size,
)
from rnnmath.symbolic.notation import TimeIndexed, TotalDerivative, size, time
from rnnmath.symbolic.tidy import same, transpose
from rnnmath.symbolic.traverse import bottom_up, stands_in

n, m = size("n"), size("m")
W = MatrixSymbol("W", n, n)
u, v = MatrixSymbol("u", n, 1), MatrixSymbol("v", n, 1)
A = MatrixSymbol("A", 2, 2)
j, k, t = time("j"), time("k"), time("t")
i = symbols("i", integer=True)
a, x = TimeIndexed("a", n), TimeIndexed("x", n)
f = Function("f")
D = Elementwise(f, a[j] * a[j].T)

NODES = (
    Elementwise(f, u),
    Elementwise(Lambda(Symbol("y"), Symbol("y") ** 2), W),
    Softmax(u),
    InnerProduct(u, v),
    OrderedProduct(D, (j, k + 1, t)),
    IndexedSum(j * W, (j, 1, t)),
    a[t],
    TotalDerivative(a[t], a[k]),
)


@pytest.mark.parametrize("node", NODES, ids=lambda node: type(node).__name__)
def test_func_of_args_rebuilds(node):
    """``node.func(*node.args) == node``, with the same hash, also after pickling."""
    rebuilt = node.func(*node.args)
    assert rebuilt == node
    assert hash(rebuilt) == hash(node)
    assert getattr(rebuilt, "shape", None) == getattr(node, "shape", None)


def test_pickling_keeps_time_vectors():
    """A time-indexed vector comes back from a pickle equal."""
    assert pickle.loads(pickle.dumps(a[t])) == a[t]


def test_equal_functions_are_equal_whatever_their_variable_is_called():
    """A Lambda, a callable and a SymPy function of one law are one node."""
    y, z = symbols("y z")
    assert Elementwise(Lambda(y, y**2), u) == Elementwise(Lambda(z, z**2), u)
    assert Elementwise(lambda y: y**2, u) == Elementwise(Lambda(z, z**2), u)
    assert Elementwise(tanh, u) == Elementwise(Lambda(y, tanh(y)), u)


def test_the_function_is_the_class_where_it_is_one():
    """``function`` gives back ``tanh`` or ``f``, else a Lambda."""
    assert Elementwise(tanh, u).function == tanh
    assert Elementwise(f, u).function == f
    assert isinstance(Elementwise(lambda y: y + 1, u).function, Lambda)
    assert Elementwise(lambda y: y + 1, u).apply(2) == 3


def test_a_users_dummy_does_not_meet_the_bound_one():
    """A symbol u, even a real one, stays free in the function."""
    own = Symbol("u", real=True)
    node = Elementwise(lambda y: own * y**2, v)
    assert own in node.free_symbols
    assert node.args[0].variables == (BOUND,)


def test_entries_of_nodes():
    """Entries are the function of entries, a share of the exponentials, or stay unevaluated."""
    z = MatrixSymbol("z", 2, 1)
    assert Elementwise(f, z)[1, 0] == f(z[1, 0])
    assert Softmax(z)[0, 0] == exp(z[0, 0]) / (exp(z[0, 0]) + exp(z[1, 0]))
    for column in (Softmax(u), a[t], IndexedSum(u * j, (j, 1, t))):
        assert column[k, 0].parent == column


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (lambda y: y, u),
        (lambda y: 3 * y, 3 * u),
        (lambda y: 0 * y, ZeroMatrix(n, 1)),
        (lambda y: 1 + 0 * y, OneMatrix(n, 1)),
        (lambda y: Rational(1, 2) + 0 * y, OneMatrix(n, 1) / 2),
    ],
)
def test_constants_and_multiples_of_the_identity_fold(function, expected):
    """``elementwise`` of c, y or c y is no node."""
    assert same(elementwise(function, u), expected)


def test_affine_functions_do_not_fold():
    """``y + 1`` stays an element-wise function."""
    assert isinstance(elementwise(lambda y: y + 1, u), Elementwise)


@pytest.mark.parametrize(
    ("build", "error"),
    [
        (lambda: Elementwise(tanh, Symbol("y")), ShapeMismatch),
        (lambda: Elementwise(3, u), DomainError),
        (lambda: Elementwise(Lambda(symbols("y z"), symbols("y")), u), ShapeMismatch),
        (lambda: Elementwise(lambda y: y * W, u), ShapeMismatch),
        (lambda: Elementwise(lambda y, z: y + z, u), DomainError),
        (lambda: Softmax(W), ShapeMismatch),
        (lambda: Softmax(3), ShapeMismatch),
        (lambda: InnerProduct(u, MatrixSymbol("w", m, 1)), ShapeMismatch),
        (lambda: InnerProduct(u.T, v.T), ShapeMismatch),
        (lambda: InnerProduct(1, v), ShapeMismatch),
        (lambda: OrderedProduct(MatrixSymbol("B", n, m), (j, 1, t)), ShapeMismatch),
        (lambda: OrderedProduct(3, (j, 1, t)), ShapeMismatch),
        (lambda: OrderedProduct(W, (j, 1)), DomainError),
        (lambda: OrderedProduct(W, (2, 1, t)), DomainError),
        (lambda: OrderedProduct(W, (j, 1, j)), DomainError),
        (lambda: IndexedSum(W, 5), DomainError),
        (lambda: OrderedProduct(W, (j, 3, 1)).doit(), DomainError),
        (lambda: hadamard(u, W), ShapeMismatch),
        (lambda: hadamard(u, 2), ShapeMismatch),
    ],
)
def test_bad_arguments(build, error):
    """Each mistake is one error of ours."""
    with pytest.raises(error) as caught:
        build()
    assert isinstance(caught.value, RnnmathError)


def test_an_inner_product_is_symmetric_and_real():
    """``<u, v> = <v, u>``, a real commutative number, nonnegative at ``u = v``."""
    assert InnerProduct(u, v) == InnerProduct(v, u)
    assert InnerProduct(u, v).is_real
    assert InnerProduct(u, v).is_commutative
    assert InnerProduct(u, u).is_nonnegative
    assert InnerProduct(u, v).is_nonnegative is None
    assert transpose(InnerProduct(u, v)) == InnerProduct(u, v)


def test_an_ordered_product_has_the_newest_factor_on_the_left():
    """``prod_{j=1..3} M_j = M_3 M_2 M_1``; the empty product is I."""
    M = lambda at: D.xreplace({j: at})  # noqa: E731
    product = OrderedProduct(D, (j, 1, 3)).doit()
    assert product.args == tuple(M(sympified) for sympified in (3 + 0 * j, 2 + 0 * j, 1 + 0 * j))
    assert OrderedProduct(D, (j, k + 1, k)).doit() == Identity(n)
    assert OrderedProduct(D, (j, k + 1, k + 2)).doit() == M(k + 2) * M(k + 1)


def test_an_ordered_product_stays_where_its_length_is_a_symbol():
    """At symbolic t the product is kept."""
    product = OrderedProduct(D, (j, k + 1, t))
    assert product.doit() == product
    assert product.length == t - k


def test_split_and_peel_multiply_out_to_the_product():
    """Splitting anywhere from lo - 1 to hi, or peeling an end, keeps the product."""
    product = OrderedProduct(D, (j, 1, 4))
    whole = product.doit()
    for cut in range(5):
        assert same(product.split(cut).doit(), whole)
    symbolic = OrderedProduct(D, (j, k, t)).split(i)
    assert [(part.lower, part.upper) for part in symbolic.args] == [(i + 1, t), (k, i)]
    assert same(product.peel_last().doit(), whole)
    assert same(product.peel_first().doit(), whole)


def test_the_transpose_of_an_ordered_product_reverses_it():
    """``(M_3 M_2 M_1)^T = M_1^T M_2^T M_3^T``."""
    product = OrderedProduct(MatMul(j, W) + D, (j, 1, 3))
    assert same(product.T.doit(), transpose(product.doit()))


def test_an_indexed_sum_adds_up_and_splits():
    """``sum_{j=1..4}`` is its parts; the empty sum is zero."""
    total = IndexedSum(j * A, (j, 1, 4))
    assert total.doit() == 10 * A
    assert same(total.split(2).doit(), 10 * A)
    assert IndexedSum(j * A, (j, 1, 0)).doit() == ZeroMatrix(2, 2)
    assert IndexedSum(j * A, (j, 1, t)).doit() == IndexedSum(j * A, (j, 1, t))


def test_the_index_is_bound():
    """It is no free symbol, and neither ``subs`` nor ``xreplace`` reaches it at any depth."""
    product = OrderedProduct(D, (j, k + 1, t))
    assert product.free_symbols >= {k, t}
    assert j not in product.free_symbols
    for expr in (product, W * product, u + W * product * v):
        assert expr.xreplace({j: k}) == expr
        assert expr.subs(j, 3) == expr
    assert (W * product).xreplace({k: 0 * k}) == W * OrderedProduct(D, (j, 1, t))
    assert product.subs(t, k + 2).doit() == product.xreplace({t: k + 2}).doit()


def test_no_symbol_is_captured():
    """Putting j for a free symbol renames the bound j first."""
    total = IndexedSum((j + k) * A, (j, 1, 2))
    meant = (1 + i) * A + (2 + i) * A
    for replaced in (total.xreplace({k: j}), total.subs(k, j), (2 * total).xreplace({k: j}) / 2):
        assert same(replaced.doit().xreplace({j: i}), meant) or replaced.free_symbols >= {j}
        assert same(replaced.doit(), (1 + j) * A + (2 + j) * A)
    limits = IndexedSum(j * A, (j, 1, k)).xreplace({k: j})
    assert limits.upper == j
    assert limits.index != j


def test_a_part_that_speaks_of_the_index_is_replaced_inside_the_range():
    """A derivation rewrites ``M_j`` where it stands, and the result may speak of j."""
    product = OrderedProduct(D, (j, 1, t))
    assert product.xreplace({D: j * W}) == OrderedProduct(j * W, (j, 1, t))
    assert product.xreplace({product: W}) == W
    assert product.xreplace({}) is product


def test_hadamard_has_one_order_and_drops_units():
    """Ones and order do not matter, zeros absorb, numbers come out, products flatten."""
    w = Softmax(v)
    assert hadamard(u, v, w) == hadamard(w, hadamard(v, u))
    assert hadamard(u, OneMatrix(n, 1)) == u
    assert hadamard(OneMatrix(n, 1), OneMatrix(n, 1)) == OneMatrix(n, 1)
    assert hadamard(u, ZeroMatrix(n, 1)) == ZeroMatrix(n, 1)
    assert hadamard(2 * u, 3 * v) == 6 * HadamardProduct(u, v)
    assert hadamard(2 * HadamardProduct(u, v), w) == 2 * HadamardProduct(*hadamard(u, v, w).args)


def test_from_sympy_reads_every_spelling():
    """``applyfunc``, Hadamard products and powers are read at any depth, in explicit ones too."""
    inner = u.applyfunc(tanh)
    assert from_sympy(inner) == Elementwise(tanh, u)
    assert from_sympy(W * inner) == W * Elementwise(tanh, u)
    assert from_sympy(HadamardPower(u, 3)) == Elementwise(lambda y: y**3, u)
    assert from_sympy(HadamardPower(u, v)) == HadamardPower(u, v)
    entry = (MatrixSymbol("z", 2, 1).applyfunc(tanh))[0, 0]
    assert from_sympy(ImmutableDenseMatrix([[entry]])) == ImmutableDenseMatrix([[entry]])


def test_same_size_is_certain_equality():
    """Sizes are equal when their difference expands to zero, and unequal when in doubt."""
    assert same_size(2 * (n + 1), 2 * n + 2)
    assert not same_size(n, m)
    assert not same_size(n, 3)


def test_bottom_up_visits_each_distinct_node_once():
    """A tree of 2^40 leaves has 41 distinct nodes."""
    tree = Symbol("y")
    for _ in range(40):
        tree = f(tree, tree)
    calls = []
    bottom_up(tree, lambda node, _: calls.append(node), {})
    assert len(calls) == 41


def test_stands_in_is_what_xreplace_finds():
    """A part of a flat product is no node of it."""
    y, z = symbols("y z")
    assert not stands_in(y * z, 2 * y * z)
    assert stands_in(y * z, f(y * z))
