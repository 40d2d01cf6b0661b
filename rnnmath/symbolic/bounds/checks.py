"""What each rule of norm bounds demands of a step: checks, independent of the code that proposes.

A check starts from the result that is claimed and puts the focus together again.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any

from sympy import (
    Abs,
    Add,
    BlockMatrix,
    DiagMatrix,
    HadamardProduct,
    ImmutableDenseMatrix,
    MatAdd,
    MatMul,
    MatPow,
    Mul,
    Pow,
    Product,
    S,
    ZeroMatrix,
)

from rnnmath.symbolic.nodes import hadamard, same_size
from rnnmath.symbolic.norms import (
    MaxAbs,
    MinAbs,
    SmallestSingularValue,
    SpectralNorm,
    VectorNorm,
)
from rnnmath.symbolic.tidy import add, multiply, same, transpose

__all__ = [
    "LOWER",
    "NORMS",
    "UPPER",
    "Check",
    "block",
    "block_diagonal",
    "column",
    "constant",
    "constant_part",
    "diagonal",
    "entrywise",
    "hadamard_column",
    "is_square",
    "largest_entry",
    "of_product",
    "of_transpose",
    "outer",
    "parts_of",
    "power",
    "ranged",
    "scalar",
    "stretch",
    "triangle",
]

Check = Callable[[Any, Any], bool]
NORMS = (SpectralNorm, VectorNorm)
UPPER = (*NORMS, MaxAbs)
LOWER = (SmallestSingularValue, MinAbs)


def _factors(product: Any) -> list[Any]:
    """Write a product of scalars as a list, a power as often as it counts."""
    factors: list[Any] = []
    for factor in Mul.make_args(product):
        base, exponent = factor.as_base_exp()
        whole = exponent.is_Integer and exponent.is_positive
        factors += [base] * int(exponent) if whole else [factor]
    return factors


def parts_of(matrix: Any) -> tuple[Any, list[Any]]:
    """Return the scalar coefficient and the matrix factors in order."""
    if not isinstance(matrix, MatMul):
        return S.One, [matrix]
    coefficient, matrices = matrix.as_coeff_matrices()
    return coefficient, list(matrices)


def is_square(matrix: Any) -> bool:
    """Tell whether a matrix is certainly square."""
    return same_size(*matrix.shape)


def _groups_fill(matrices: list[Any], pool: Counter[Any], kind: Any) -> bool:
    """Tell whether the pool is ``kind`` of consecutive groups that make up all the matrices."""
    if not matrices:
        return not +pool
    for size in range(1, len(matrices) + 1):
        group = multiply(*matrices[:size])
        node = kind(group)
        admissible = kind is SpectralNorm or is_square(group)
        if (
            admissible
            and pool[node]
            and _groups_fill(matrices[size:], pool - Counter([node]), kind)
        ):
            return True
    return False


def of_product(kind: Any) -> Check:
    """``norm(F_1 ... F_r)`` against the norms of consecutive groups of just these factors."""

    def check(focus: Any, result: Any) -> bool:
        if not isinstance(focus, kind) or not isinstance(focus.matrix, MatMul):
            return False
        coefficient, matrices = focus.matrix.as_coeff_matrices()
        return coefficient == 1 and _groups_fill(list(matrices), Counter(_factors(result)), kind)

    return check


def triangle(focus: Any, result: Any) -> bool:
    """``norm(A + B) <= norm(A) + norm(B)``: the terms add up to the focus."""
    terms = Add.make_args(result)
    return (
        isinstance(focus, UPPER)
        and isinstance(focus.matrix, MatAdd)
        and all(type(term) is type(focus) for term in terms)
        and same(add(*(term.matrix for term in terms)), focus.matrix)
    )


def scalar(kinds: Any) -> Check:
    """``norm(c A) = |c| norm(A)``."""

    def check(focus: Any, result: Any) -> bool:
        if not isinstance(focus, kinds) or not isinstance(focus.matrix, MatMul):
            return False
        coefficient, matrices = focus.matrix.as_coeff_matrices()
        return bool(result == Abs(coefficient) * focus.func(multiply(*matrices)))

    return check


def of_transpose(kinds: Any, square: bool) -> Check:
    """``norm(A^T) = norm(A)``."""

    def check(focus: Any, result: Any) -> bool:
        return (
            isinstance(focus, kinds)
            and isinstance(result, kinds)
            and (not square or is_square(focus.matrix))
            and same(transpose(result.matrix), focus.matrix)
        )

    return check


def column(focus: Any, result: Any) -> bool:
    """``norm(v)`` of a column as a matrix is its length."""
    return (
        isinstance(focus, SpectralNorm)
        and isinstance(result, VectorNorm)
        and same(focus.matrix, result.matrix)
    )


def diagonal(kind: Any, entry: Any) -> Check:
    """``norm(diag(v))`` is an extreme entry of v."""

    def check(focus: Any, result: Any) -> bool:
        return (
            isinstance(focus, kind)
            and isinstance(result, entry)
            and same(DiagMatrix(result.matrix), focus.matrix)
        )

    return check


def constant(matrix: Any, value: int) -> Check:
    """``norm(I) = 1`` and ``norm(0) = 0``."""

    def check(focus: Any, result: Any) -> bool:
        return (
            isinstance(focus, (*UPPER, *LOWER))
            and isinstance(focus.matrix, matrix)
            and bool(result == value)
        )

    return check


def outer(focus: Any, result: Any) -> bool:
    """``norm(u v^T) = norm(u) norm(v)``: the two columns give the focus back."""
    parts = _factors(result)
    if not isinstance(focus, NORMS) or len(parts) != 2:
        return False
    if not all(isinstance(part, NORMS) and part.matrix.shape[1] == 1 for part in parts):
        return False
    u, v = (part.matrix for part in parts)
    return any(same(multiply(x, transpose(y)), focus.matrix) for x, y in ((u, v), (v, u)))


def stretch(focus: Any, result: Any) -> bool:
    """``norm(A v) <= norm(A) norm(v)``: the matrix times the column is the focus."""
    parts = sorted(_factors(result), key=lambda part: isinstance(part, VectorNorm))
    if not isinstance(focus, VectorNorm) or [type(part) for part in parts] != [*NORMS]:
        return False
    A, v = (part.matrix for part in parts)
    return same_size(A.shape[1], v.shape[0]) and same(multiply(A, v), focus.matrix)


def power(kind: Any) -> Check:
    """``norm(A**m)`` against ``norm(A)**m`` for an integer m >= 0."""

    def check(focus: Any, result: Any) -> bool:
        return (
            isinstance(focus, kind)
            and isinstance(focus.matrix, MatPow)
            and isinstance(result, Pow)
            and bool(result.exp.is_integer and result.exp.is_nonnegative)
            and isinstance(result.base, kind)
            and same(MatPow(result.base.matrix, result.exp), focus.matrix)
        )

    return check


def ranged(kinds: Any, node: Any, scalar_node: Any) -> Check:
    """``norm(prod_j M_j)``, or of a sum, against the same over the norms and the same range."""

    def check(focus: Any, result: Any) -> bool:
        return (
            isinstance(focus, kinds)
            and isinstance(focus.matrix, node)
            and isinstance(result, scalar_node)
            and len(result.limits) == 1
            and isinstance(result.function, type(focus))
            and same(node(result.function.matrix, result.limits[0]), focus.matrix)
        )

    return check


def constant_part(node: Any) -> Check:
    """``Product(c g_j) = c**length Product(g_j)`` and ``Sum(c g_j) = c Sum(g_j)``, c free of j."""

    def check(focus: Any, result: Any) -> bool:
        if not isinstance(focus, node) or len(focus.limits) != 1:
            return False
        index, lower, upper = focus.limits[0]
        length = upper - lower + 1
        rests = [part for part in _factors(result) if isinstance(part, node)]
        rests = [part for part in rests if part.limits == focus.limits]
        rest = rests[0].function if rests else S.One
        left = Counter(_factors(focus.function))
        inside = Counter(_factors(rest)) if rests else Counter()
        factor = Mul(*(left - inside).elements())
        if inside - left or index in factor.free_symbols:
            return False
        outside = factor**length if node is Product else factor * (1 if rests else length)
        return bool(result == outside * (rests[0] if rests else 1))

    return check


def _entries_are_norms(norms: Any, blocks: Any) -> bool:
    pairs = zip(norms, blocks, strict=True)
    return all(isinstance(norm, NORMS) and norm.matrix == block for norm, block in pairs)


def block(focus: Any, result: Any) -> bool:
    """``norm(A) <= norm(N)``, N holding the norms of the blocks of A in their places."""
    return (
        isinstance(focus, NORMS)
        and type(result) is type(focus)
        and isinstance(focus.matrix, BlockMatrix)
        and isinstance(result.matrix, ImmutableDenseMatrix)
        and result.matrix.shape == focus.matrix.blockshape
        and _entries_are_norms(result.matrix, focus.matrix.blocks)
    )


def block_diagonal(kind: Any, extreme: Any) -> Check:
    """``norm`` of a block diagonal matrix is the extreme one of its blocks."""

    def check(focus: Any, result: Any) -> bool:
        if not isinstance(focus, kind) or not isinstance(focus.matrix, BlockMatrix):
            return False
        blocks, (rows, cols) = focus.matrix.blocks, focus.matrix.blockshape
        cells = {(i, j): blocks[i, j] for i in range(rows) for j in range(cols)}
        zero = all(isinstance(cell, ZeroMatrix) for (i, j), cell in cells.items() if i != j)
        diagonal = [cell for (i, j), cell in cells.items() if i == j]
        square = kind is SpectralNorm or all(is_square(cell) for cell in diagonal)
        parts = result.args if isinstance(result, extreme) else (result,)
        named = {part.matrix for part in parts if isinstance(part, kind)}
        return (
            zero
            and square
            and rows == cols
            and named == set(diagonal)
            and all(isinstance(part, kind) for part in parts)
        )

    return check


def hadamard_column(focus: Any, result: Any) -> bool:
    """``norm(u o v) = norm(diag(u) v)``."""
    if not isinstance(focus, VectorNorm) or not isinstance(result, VectorNorm):
        return False
    if not isinstance(focus.matrix, HadamardProduct):
        return False
    columns = focus.matrix.args
    for place, v in enumerate(columns):
        u = hadamard(*columns[:place], *columns[place + 1 :])
        if same(multiply(DiagMatrix(u), v), result.matrix):
            return True
    return False


def entrywise(kind: Any) -> Check:
    """``|u_i v_i|`` at its extreme against the product of the extreme entries."""

    def check(focus: Any, result: Any) -> bool:
        parts = _factors(result)
        return (
            isinstance(focus, kind)
            and isinstance(focus.matrix, HadamardProduct)
            and all(isinstance(part, kind) for part in parts)
            and same(hadamard(*(part.matrix for part in parts)), focus.matrix)
        )

    return check


def largest_entry(focus: Any, result: Any) -> bool:
    """``max_i |v_i| <= norm(v)``."""
    return (
        isinstance(focus, MaxAbs)
        and isinstance(result, VectorNorm)
        and same(focus.matrix, result.matrix)
    )
