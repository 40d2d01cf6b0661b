"""Columns of one number: functions of them, products of multiples of the identity, blocks."""

from collections.abc import Iterator
from itertools import product as pairs
from typing import Any

from sympy import (
    BlockMatrix,
    Determinant,
    DiagMatrix,
    Identity,
    MatAdd,
    MatMul,
    OneMatrix,
    S,
    Sum,
    ZeroMatrix,
)

from rnnmath.symbolic.cells import joined
from rnnmath.symbolic.derivation import Relation, Rule, Step
from rnnmath.symbolic.derivation.reasoning import not_before
from rnnmath.symbolic.nodes import Elementwise, OrderedProduct, same_size
from rnnmath.symbolic.norms import VectorNorm
from rnnmath.symbolic.tidy import add, diag, multiply, same

__all__ = [
    "AT_CONSTANT",
    "BLOCK_PRODUCT",
    "CONSTANT_PRODUCT",
    "DIAGONAL_PRODUCT",
    "DIAGONAL_SUM",
    "EACH_IS_ZERO",
    "SYLVESTER",
]

_EQUAL = Relation.EQUAL


def _number_in(column: Any) -> Any:
    """Return c where a column is ``c 1``, None for any other."""
    if isinstance(column, ZeroMatrix):
        return S.Zero
    scalar, factors = S.One, [column]
    if isinstance(column, MatMul):
        scalar, factors = column.as_coeff_matrices()
    return scalar if len(factors) == 1 and isinstance(factors[0], OneMatrix) else None


def _at_constant(focus: Any, result: Any, _: Step) -> bool:
    if not isinstance(focus, Elementwise):
        return False
    number = _number_in(focus.argument)
    return number is not None and same(
        result, multiply(focus.apply(number), OneMatrix(*focus.shape))
    )


def _constant_product(focus: Any, result: Any, step: Step) -> bool:
    """Multiply ``c I`` with itself over a range that runs forward and does not move c."""
    if not isinstance(focus, OrderedProduct):
        return False
    if not not_before(focus.upper + 1, focus.lower, step.given):
        return False
    scalar, factors = S.One, [focus.term]
    if isinstance(focus.term, MatMul):
        scalar, factors = focus.term.as_coeff_matrices()
    identity = Identity(focus.shape[0])
    free = focus.index not in scalar.free_symbols
    return (
        free
        and list(factors) == [identity]
        and same(result, multiply(scalar**focus.length, identity))
    )


def _diagonal_product(focus: Any, result: Any, _: Step) -> bool:
    """Read a product of diagonal matrices as one: its row sums are its entries."""
    diagonal = isinstance(focus, OrderedProduct) and isinstance(focus.term, DiagMatrix)
    return diagonal and same(result, diag(multiply(focus, OneMatrix(focus.shape[0], 1))))


def _diagonal_sum(focus: Any, result: Any, _: Step) -> bool:
    """Add diagonal matrices by adding their diagonals."""
    if not isinstance(focus, MatAdd):
        return False
    columns = []
    for term in focus.args:
        scalar, factors = S.One, [term]
        if isinstance(term, MatMul):
            scalar, factors = term.as_coeff_matrices()
        if len(factors) != 1 or not isinstance(factors[0], DiagMatrix):
            return False
        columns.append(multiply(scalar, factors[0].args[0]))
    return same(result, diag(add(*columns)))


def _lengths(step: Step) -> Iterator[tuple[Any, Any]]:
    """Yield the vector and the limits of each sum of lengths that is supposed to be zero."""
    for fact in step.given:
        zero = fact.relation == _EQUAL and fact.rhs == 0 and isinstance(fact.lhs, Sum)
        if zero and len(fact.lhs.limits) == 1 and isinstance(fact.lhs.function, VectorNorm):
            yield fact.lhs.function.matrix, fact.lhs.limits[0]


def _each_is_zero(focus: Any, result: Any, step: Step) -> bool:
    """``x_j = y_j`` where the lengths of all ``x_l - y_l`` add up to zero and j is among the l."""
    gap = add(focus, multiply(-1, result))
    for vector, (index, lower, upper) in _lengths(step):
        for fact in step.given:  # the time in question stands in what is known of the range
            if fact.relation != Relation.AT_MOST:
                continue
            at = fact.rhs
            inside = not_before(at, lower, step.given) and not_before(upper, at, step.given)
            if inside and same(vector.xreplace({index: at}), gap):
                return True
    return False


def _as_blocks(matrix: Any) -> Any:
    return matrix if isinstance(matrix, BlockMatrix) else BlockMatrix([[matrix]])


def _product_of_blocks(product: Any) -> Any:
    """Multiply two matrices of blocks, block by block; None where they do not fit."""
    if not isinstance(product, MatMul):
        return None
    scalar, factors = product.as_coeff_matrices()
    if len(factors) != 2 or not any(isinstance(side, BlockMatrix) for side in factors):
        return None
    left, right = map(_as_blocks, factors)
    (rows, inner), cols = left.blockshape, right.blockshape[1]
    if inner != right.blockshape[0]:
        return None
    if not all(map(same_size, left.colblocksizes, right.rowblocksizes)):
        return None

    def entry(i: int, j: int) -> Any:
        terms = (multiply(scalar, left.blocks[i, k], right.blocks[k, j]) for k in range(inner))
        return joined(add(*terms))

    return BlockMatrix([[entry(i, j) for j in range(cols)] for i in range(rows)])


def _block_product(focus: Any, result: Any, _: Step) -> bool:
    """Read a product of two matrices of blocks as one matrix of blocks, or the other way."""
    for product, whole in ((result, focus), (focus, result)):
        found = _product_of_blocks(product)
        if found is None:
            continue
        shown = _as_blocks(whole)
        if found.blockshape == shown.blockshape and all(
            same(found.blocks[place], joined(shown.blocks[place]))
            for place in pairs(*map(range, found.blockshape))
        ):
            return True
    return False


def _sylvester(focus: Any, result: Any, _: Step) -> bool:
    """``det(l I_m - X Y) = l^(m - n) det(l I_n - Y X)`` for X (m, n) and Y (n, m)."""
    determinants = list(result.atoms(Determinant))
    if not isinstance(focus, Determinant) or len(determinants) != 1:
        return False
    (inner,) = determinants
    scale = result / inner
    number = scale.as_base_exp()[0]
    for part in inner.args[0].args:
        swapped = multiply(-1, part)
        if not isinstance(swapped, MatMul) or len(swapped.args) != 2:
            continue
        Y, X = swapped.args
        m, n = X.shape
        if not same_size(m, focus.args[0].shape[0]) or not same_size(n, inner.args[0].shape[0]):
            continue
        return bool(
            (m - n).is_nonnegative
            and scale == number ** (m - n)
            and same(focus.args[0], add(multiply(number, Identity(m)), multiply(-1, X, Y)))
            and same(inner.args[0], add(multiply(number, Identity(n)), multiply(-1, Y, X)))
        )
    return False


AT_CONSTANT = Rule("entry by entry", r"f(c\,\mathbf{1})=f(c)\,\mathbf{1}", _EQUAL, _at_constant)
CONSTANT_PRODUCT = Rule(
    "equal multiples of the identity",
    r"\prod_{j=\ell}^{m}c\,I=c^{\,m-\ell+1}I",
    _EQUAL,
    _constant_product,
)
DIAGONAL_PRODUCT = Rule(
    "product of diagonal matrices",
    r"D=\operatorname{diag}(D\,\mathbf{1})",
    _EQUAL,
    _diagonal_product,
)
DIAGONAL_SUM = Rule(
    "sum of diagonal matrices",
    r"\operatorname{diag}(u)+\operatorname{diag}(v)=\operatorname{diag}(u+v)",
    _EQUAL,
    _diagonal_sum,
)
EACH_IS_ZERO = Rule(
    "a sum of lengths is zero where each is",
    r"\sum_l\lVert x_l-y_l\rVert=0\implies x_j=y_j",
    _EQUAL,
    _each_is_zero,
)
BLOCK_PRODUCT = Rule("product of blocks", r"(XY)_{ij}=\sum_k X_{ik}Y_{kj}", _EQUAL, _block_product)
#: Sylvester's determinant identity: XY and YX have the same eigenvalues apart from zeros.
SYLVESTER = Rule(
    "same eigenvalues, apart from zeros",
    r"\det(\lambda I_m-XY)=\lambda^{m-n}\det(\lambda I_n-YX)",
    _EQUAL,
    _sylvester,
)
