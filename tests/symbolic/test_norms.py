"""The norm nodes: shapes, assumptions, rebuilding, bound variables."""

import pytest
from sympy import (
    Function,
    ImmutableMatrix,
    Lambda,
    Matrix,
    MatrixSymbol,
    Symbol,
    factor_terms,
    tanh,
)

from rnnmath.errors import DomainError, ShapeMismatch
from rnnmath.symbolic import norms
from rnnmath.symbolic.nodes import Elementwise, OrderedProduct
from rnnmath.symbolic.norms import ActivationSupremum, MaxAbs, SpectralNorm, VectorNorm
from rnnmath.symbolic.notation import W, a, h, j, k, n, t
from rnnmath.symbolic.tidy import diag

SQUARE = MatrixSymbol("S", n, n)
COLUMN = MatrixSymbol("v", n, 1)
WIDE = MatrixSymbol("A", 2, 3)
COLUMN_ONLY = {"VectorNorm", "MaxAbs", "MinAbs"}
SQUARE_ONLY = {"SpectralRadius", "LargestEigenvalue", "ConditionNumber"}
KINDS = [name for name in norms.__all__ if name != "ActivationSupremum"]


def node(name):
    """Build the node of an argument it accepts."""
    return getattr(norms, name)(COLUMN if name in COLUMN_ONLY else SQUARE)


@pytest.mark.parametrize("name", KINDS)
def test_rebuilds_from_its_arguments(name):
    """Every node is ``func(*args)`` of itself; a replaced matrix gives the node of the new one."""
    built = node(name)
    assert built.func(*built.args) == built
    other = MatrixSymbol("other", *built.matrix.shape)
    assert built.xreplace({built.matrix: other}) == built.func(other) != built


@pytest.mark.parametrize("name", KINDS)
def test_is_a_commuting_real(name):
    """Every node is a real number; all but an eigenvalue are nonnegative."""
    built = node(name)
    assert built.is_real
    assert built.is_commutative
    assert built.is_nonnegative is (None if name == "LargestEigenvalue" else True)


@pytest.mark.parametrize("name", KINDS)
def test_free_symbols_are_those_of_the_matrix(name):
    """A node has the free symbols of its matrix."""
    built = node(name)
    assert built.free_symbols == built.matrix.free_symbols


@pytest.mark.parametrize("name", KINDS)
def test_refuses_what_is_no_matrix(name):
    """A number is not a matrix."""
    with pytest.raises(ShapeMismatch, match=f"{name} takes a matrix expression, got 3"):
        getattr(norms, name)(3)


@pytest.mark.parametrize("name", sorted(COLUMN_ONLY | SQUARE_ONLY))
def test_refuses_the_wrong_shape(name):
    """A node that needs a column or a square matrix refuses a (2, 3) one and shows its shape."""
    with pytest.raises(ShapeMismatch, match=rf"{name} takes a .*got A of shape \(2, 3\)"):
        getattr(norms, name)(WIDE)


def test_bound_index_is_not_free():
    """The index of an ordered product inside a norm is bound."""
    product = SpectralNorm(OrderedProduct(diag(a[j]) * W, (j, k + 1, t)))
    assert j not in product.free_symbols
    assert {k, t} <= product.free_symbols


def test_survives_simplifiers_that_rebuild_products():
    """SymPy's ``factor_terms`` hands a node a plain Mul in place of a MatMul."""
    total = SpectralNorm(2 * W.T) - SpectralNorm(W)
    assert factor_terms(total) == total


def test_mutable_matrices_are_frozen():
    """An explicit matrix is held as an immutable one."""
    assert SpectralNorm(Matrix([[1, 2]])) == SpectralNorm(ImmutableMatrix([[1, 2]]))


def test_monotone_only_with_nonnegative_entries():
    """A norm of an explicit matrix rises with an entry only where every entry is nonnegative."""
    x, y = SpectralNorm(W), Symbol("y", real=True)

    def rises(entry, focus):
        return entry == focus or not entry.has(focus)

    assert SpectralNorm(ImmutableMatrix([[x, 1], [2, x]])).rises_with(x, rises)
    assert not SpectralNorm(ImmutableMatrix([[x, y], [2, x]])).rises_with(x, rises)
    assert not SpectralNorm(ImmutableMatrix([[x, 1 / x]])).rises_with(x, rises)
    assert not SpectralNorm(W).rises_with(x, rises)


def test_activation_supremum_names_its_function():
    """The supremum of an abstract f, a SymPy function or a Lambda gives the function back."""
    u = Symbol("u", real=True)
    assert ActivationSupremum(Function("f")).function == Function("f")
    assert ActivationSupremum(tanh).function is tanh
    square = ActivationSupremum(Lambda(u, u**2)).function
    assert square(Symbol("x")) == Symbol("x") ** 2
    assert ActivationSupremum(Lambda(u, tanh(u))) == ActivationSupremum(tanh)
    with pytest.raises(DomainError, match="f must be a SymPy function"):
        ActivationSupremum(Symbol("f"))


def test_activation_supremum_is_an_ordinary_number():
    """The supremum can be multiplied, searched and replaced; it has no free symbols."""
    gamma, x = ActivationSupremum(Function("f")), Symbol("x", nonnegative=True)
    assert gamma.func(*gamma.args) == gamma
    assert gamma.free_symbols == set()
    assert (gamma * x).has(gamma)
    assert (gamma * x).xreplace({gamma: 2}) == 2 * x
    assert gamma.is_nonnegative


def test_different_numbers_of_one_matrix_differ():
    """Two kinds of node of one matrix are not equal."""
    assert len({node(name) for name in KINDS if name not in COLUMN_ONLY}) == len(KINDS) - 3
    entries = Elementwise(Function("f"), h[t])
    assert VectorNorm(entries) != MaxAbs(entries)
