"""The canonical form identifies what is equal by associativity, units and order, and no more."""

import pytest
from sympy import (
    BlockMatrix,
    DiagMatrix,
    Function,
    HadamardProduct,
    Identity,
    Inverse,
    MatAdd,
    MatMul,
    MatPow,
    MatrixSymbol,
    Mul,
    OneMatrix,
    Symbol,
    Transpose,
    ZeroMatrix,
    symbols,
    tanh,
)

from rnnmath.errors import ShapeMismatch
from rnnmath.symbolic.nodes import Elementwise, IndexedSum, OrderedProduct, elementwise
from rnnmath.symbolic.notation import size, time
from rnnmath.symbolic.tidy import add, diag, multiply, same, tidy, transpose

n, m = size("n"), size("m")
A, B, C = (MatrixSymbol(name, n, n) for name in "ABC")
R = MatrixSymbol("R", n, m)
u, v = MatrixSymbol("u", n, 1), MatrixSymbol("v", n, 1)
s = MatrixSymbol("s", 1, 1)
c, d = symbols("c d")
k = symbols("k", integer=True)
j, t = time("j"), time("t")
f = Function("f")
I = Identity(n)  # noqa: E741

EQUAL = {
    "associativity": (MatMul(A, MatMul(B, C)), MatMul(MatMul(A, B), C)),
    "units": (MatMul(A, I, B), MatMul(A, B)),
    "numbers": (MatMul(2, A, MatMul(3, B)), MatMul(6, A, B)),
    "zero factor": (MatMul(A, ZeroMatrix(n, n), R), ZeroMatrix(n, m)),
    "powers": (MatMul(A, A, MatPow(A, k)), MatPow(A, k + 2)),
    "an inverse": (MatMul(B, A, Inverse(A), B), MatPow(B, 2)),
    "powers of powers": (MatPow(MatPow(A, 2), 3), MatPow(A, 6)),
    "power of a multiple": (MatPow(MatMul(2, A), 3), MatMul(8, MatPow(A, 3))),
    "power one": (MatPow(A, 1), A),
    "power zero": (MatPow(A, 0), I),
    "inverse as power": (MatPow(A, -1), Inverse(A)),
    "commuting sums": (MatAdd(A, B), MatAdd(B, A)),
    "nested sums": (MatAdd(A, MatAdd(B, C)), MatAdd(MatAdd(C, A), B)),
    "like terms": (MatAdd(A, A, MatMul(-2, A), B), B),
    "like sums": (
        MatAdd(MatMul(2, MatAdd(A, B)), MatMul(-1, MatAdd(A, B)), C),
        MatAdd(A, B, C),
    ),
    "cancelling": (MatAdd(A, MatMul(-1, A)), ZeroMatrix(n, n)),
    "double transpose": (Transpose(Transpose(R)), R),
    "transposed product": (Transpose(MatMul(A, R)), MatMul(Transpose(R), Transpose(A))),
    "transposed sum": (Transpose(MatAdd(A, B)), MatAdd(Transpose(A), Transpose(B))),
    "transposed power": (Transpose(MatPow(A, k)), MatPow(Transpose(A), k)),
    "transposed diagonal": (Transpose(DiagMatrix(u)), DiagMatrix(u)),
    "transposed number": (Transpose(s), s),
    "diagonal of a row": (DiagMatrix(Transpose(u)), DiagMatrix(u)),
    "diagonal of ones": (DiagMatrix(OneMatrix(n, 1)), I),
    "diagonal of a multiple": (DiagMatrix(MatMul(c, u)), MatMul(c, DiagMatrix(u))),
    "diagonal of zero": (DiagMatrix(ZeroMatrix(n, 1)), ZeroMatrix(n, n)),
    "Hadamard order": (HadamardProduct(u, v), HadamardProduct(v, u)),
    "row of a product": (HadamardProduct(u.T, v.T), Transpose(HadamardProduct(u, v))),
    "row of a function": (Elementwise(f, u.T), Transpose(Elementwise(f, u))),
    "identity function": (Elementwise(lambda y: y, u), u),
    "scalar product of SymPy": (Mul(c, A, evaluate=False), MatMul(c, A)),
    "transposed blocks": (
        Transpose(BlockMatrix([[A, R]])),
        BlockMatrix([[Transpose(A)], [Transpose(R)]]),
    ),
    "transposed sum over time": (
        Transpose(IndexedSum(j * R, (j, 1, t))),
        IndexedSum(j * Transpose(R), (j, 1, t)),
    ),
    "sum of zeros": (IndexedSum(MatMul(j, ZeroMatrix(n, m)), (j, 1, t)), ZeroMatrix(n, m)),
}


@pytest.mark.parametrize("case", EQUAL)
def test_equal_expressions_have_one_form(case):
    """Both spellings have one canonical form, which is its own."""
    left, right = EQUAL[case]
    assert tidy(left) == tidy(right)
    assert same(left, right)
    assert tidy(tidy(left)) == tidy(left)
    assert tidy(left).shape == left.shape


DIFFERENT = {
    "order": (A * B, B * A),
    "transpose": (A, A.T),
    "factor": (2 * A, A),
    "not multiplied out": (A * (B + C), A * B + A * C),
    "diagonals": (DiagMatrix(u) * DiagMatrix(v), DiagMatrix(v) * DiagMatrix(u)),
    "roots": (MatPow(MatPow(A, 2), Symbol("r")), MatPow(A, 2 * Symbol("r"))),
    "functions": (Elementwise(f, u), Elementwise(tanh, u)),
    "ranges": (OrderedProduct(A * j, (j, 1, t)), OrderedProduct(A * j, (j, 0, t))),
}


@pytest.mark.parametrize("case", DIFFERENT)
def test_different_expressions_stay_apart(case):
    """What is not equal, or equal only by another law, is not identified."""
    assert not same(*DIFFERENT[case])


def test_transposing_twice_gives_the_form_back():
    """``transpose`` is an involution on canonical forms."""
    forms = (A * R, A + B, MatPow(A, 3), Elementwise(f, u), HadamardProduct(u, v), DiagMatrix(u),
             BlockMatrix([[A, R]]), OrderedProduct(A * j, (j, 1, t)), u.T * A * v)  # fmt: skip
    for form in map(tidy, forms):
        assert transpose(transpose(form)) == form


def test_powers_of_rectangular_matrices_never_arise():
    """``R R^T R`` keeps its three factors."""
    assert multiply(R, transpose(R), R).args == (R, transpose(R), R)


def test_multiply_of_numbers_is_a_number():
    """Without a matrix the product is a scalar."""
    assert multiply(2, c, d) == 2 * c * d
    assert multiply() == 1


def test_add_of_numbers_is_a_number():
    """Without a matrix the sum is a scalar."""
    assert add(c, d, c) == 2 * c + d


def test_a_number_coefficient_may_be_an_entry():
    """A 1 x 1 matrix is a factor, its entry a coefficient."""
    entry = s[0, 0]
    assert multiply(entry, A).as_coeff_matrices() == (entry, [A])
    assert multiply(u, s).args == (u, s)


def test_diag_takes_a_vector():
    """A matrix has no diag."""
    with pytest.raises(ShapeMismatch, match="diag takes a column"):
        diag(A)
    with pytest.raises(ShapeMismatch, match="diag takes a column"):
        tidy(DiagMatrix(A))


def test_what_is_no_expression_stays():
    """Numbers, strings and None pass through."""
    assert tidy(3) == 3
    assert tidy(None) is None


def test_shared_parts_are_tidied_once():
    """A tree of 2^60 leaves is brought to its form at once."""
    tree = u
    for _ in range(60):
        tree = Elementwise(f, HadamardProduct(tree, tree))
    assert tidy(tree) == tidy(tidy(tree))
    assert elementwise(f, u) in tidy(Elementwise(f, u)).args or tidy(tree).shape == (n, 1)
