"""One canonical form, so that "the same expression" is a comparison and not an opinion.

Only associativity, units, zeros, transposes, numerical factors and the order of commutative
arguments are touched; nothing is multiplied out.
"""

from typing import Any

from sympy import (
    Add,
    Basic,
    BlockMatrix,
    DiagMatrix,
    HadamardProduct,
    Identity,
    Inverse,
    MatAdd,
    MatMul,
    MatPow,
    Mul,
    OneMatrix,
    S,
    Transpose,
    ZeroMatrix,
)

from rnnmath.errors import ShapeMismatch
from rnnmath.symbolic.nodes import Elementwise, IndexedSum, elementwise, hadamard
from rnnmath.symbolic.shapes import is_row
from rnnmath.symbolic.traverse import bottom_up, in_order

__all__ = ["add", "diag", "multiply", "same", "tidy", "transpose"]


def multiply(*factors: Any) -> Any:
    """Multiply scalars and matrices in order: flat, units dropped, zeros absorbed.

    Examples
    --------
    >>> from sympy import Identity, MatrixSymbol
    >>> W = MatrixSymbol("W", 3, 3)
    >>> multiply(2, Identity(3), multiply(3, W))
    6*W
    """
    scalar: Any = S.One
    matrices: list[Any] = []
    for factor in factors:
        if not getattr(factor, "is_Matrix", False):
            scalar = scalar * factor
        elif isinstance(factor, MatMul):
            coefficient, rest = factor.as_coeff_matrices()
            scalar = scalar * coefficient
            matrices.extend(rest)
        else:
            matrices.append(factor)
    if not matrices:
        return scalar
    rows, cols = matrices[0].shape[0], matrices[-1].shape[1]
    if scalar == 0 or any(isinstance(matrix, ZeroMatrix) for matrix in matrices):
        return ZeroMatrix(rows, cols)
    kept: list[Any] = []
    for matrix in matrices:
        base, exponent = _power(matrix)
        if kept and _power(kept[-1])[0] == base and base.shape[0] == base.shape[1]:
            matrix = _raise(base, _power(kept.pop())[1] + exponent)
        if not isinstance(matrix, Identity):
            kept.append(matrix)
    kept = kept or [Identity(rows)]
    if scalar == 1:
        return kept[0] if len(kept) == 1 else MatMul(*kept)
    return MatMul(scalar, *kept)


def _power(matrix: Any) -> tuple[Any, Any]:
    return (matrix.base, matrix.exp) if isinstance(matrix, MatPow) else (matrix, S.One)


def _raise(base: Any, exponent: Any) -> Any:
    """Raise to a power; powers of powers are merged where the law holds, at integer exponents."""
    if exponent == 0 or isinstance(base, Identity):
        return Identity(base.shape[0])
    if exponent == 1:
        return base
    if isinstance(base, MatPow) and base.exp.is_integer and exponent.is_integer:
        return _raise(base.base, base.exp * exponent)
    return Inverse(base) if exponent == -1 else MatPow(base, exponent)


def _scaled_power(base: Any, exponent: Any) -> Any:
    """Write ``(c A)^k`` as ``c^k A^k`` at an integer k."""
    scalar, rest = _numbered(base)
    if scalar == 1 or not exponent.is_integer:
        return _raise(base, exponent)
    return multiply(scalar**exponent, _raise(rest, exponent))


def add(*terms: Any) -> Any:
    """Add scalars, or matrices of one shape: flat, sorted, zeros dropped, equal terms collected.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> A, B = MatrixSymbol("A", 2, 2), MatrixSymbol("B", 2, 2)
    >>> add(B, A, -B)
    A
    """
    if not getattr(terms[0], "is_Matrix", False):
        return Add(*terms)
    counts: dict[Any, Any] = {}
    flat: list[Any] = []
    for term in terms:
        flat.extend(term.args if isinstance(term, MatAdd) else (term,))
    for term in flat:
        coefficient, rest = _numbered(term)
        if not isinstance(rest, ZeroMatrix):
            counts[rest] = counts.get(rest, S.Zero) + coefficient
    kept = [multiply(count, term) for term, count in counts.items() if count != 0]
    if not kept:
        return ZeroMatrix(*terms[0].shape)
    if len(kept) == 1:
        return kept[0]
    if any(isinstance(term, MatAdd) for term in kept):  # 2(A + B) - (A + B) + C
        return add(*kept)
    return MatAdd(*in_order(kept))


def _numbered(matrix: Any) -> tuple[Any, Any]:
    """Take the numerical factor off a matrix."""
    if not isinstance(matrix, MatMul):
        return S.One, matrix
    scalar, factors = matrix.as_coeff_matrices()
    return scalar, factors[0] if len(factors) == 1 else MatMul(*factors)


def transpose(matrix: Any) -> Any:
    """Transpose, pushed down to the symbols: ``(A B)^T = B^T A^T``.

    Element-wise functions and products are kept as columns under the transpose; a 1 x 1 matrix is
    its own.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> A, B = MatrixSymbol("A", 2, 3), MatrixSymbol("B", 3, 2)
    >>> transpose(A * B)
    B.T*A.T
    """
    if not getattr(matrix, "is_Matrix", False) or matrix.shape == (1, 1):
        return matrix
    if isinstance(matrix, Transpose):
        return matrix.arg
    if isinstance(matrix, MatMul):
        coefficient, rest = matrix.as_coeff_matrices()
        return multiply(coefficient, *(transpose(factor) for factor in reversed(rest)))
    if isinstance(matrix, MatAdd):
        return add(*(transpose(term) for term in matrix.args))
    if isinstance(matrix, MatPow):
        return _raise(transpose(matrix.base), matrix.exp)
    if isinstance(matrix, HadamardProduct | Elementwise):
        return _turned(matrix) if is_row(matrix) else Transpose(matrix)
    if isinstance(matrix, IndexedSum):
        return IndexedSum(transpose(matrix.term), matrix.args[1])
    if isinstance(matrix, BlockMatrix):
        height, width = matrix.blockshape
        blocks = matrix.blocks
        return BlockMatrix([[transpose(blocks[i, j]) for i in range(height)] for j in range(width)])
    return Transpose(matrix).doit(deep=False)


def _turned(matrix: Any) -> Any:
    """Write a row of element-wise things as the column that it is the transpose of."""
    if isinstance(matrix, Elementwise):
        return elementwise(matrix.args[0], transpose(matrix.argument))
    return hadamard(*(transpose(factor) for factor in matrix.args))


def _upright(matrix: Any) -> Any:
    if isinstance(matrix, HadamardProduct | Elementwise) and is_row(matrix):
        return transpose(_turned(matrix))
    return matrix


def tidy(expr: Any) -> Any:
    """Return the canonical form, bottom up.

    Examples
    --------
    >>> from sympy import Identity, MatMul, MatrixSymbol
    >>> W = MatrixSymbol("W", 3, 3)
    >>> tidy(MatMul(W, MatMul(Identity(3), W)))
    W**2
    """
    return bottom_up(expr, _tidied, {})


def _tidied(expr: Any, args: list[Any]) -> Any:
    """Bring one node to the canonical form; where it is in it, the very same object is returned.

    SymPy compares equal but distinct trees in exponential time.
    """
    form = _rebuilt(expr, args)
    return expr if _is_node(form, expr) else form


def _is_node(form: Any, expr: Any) -> bool:
    if type(form) is not type(expr) or not isinstance(expr, Basic):
        return False
    pairs = zip(form.args, expr.args, strict=False)
    return len(form.args) == len(expr.args) and all(
        new is old or (not getattr(new, "is_Matrix", False) and new == old) for new, old in pairs
    )


def _rebuilt(expr: Any, args: list[Any]) -> Any:
    if isinstance(expr, MatAdd):
        return add(*args)
    if isinstance(expr, MatMul) or (
        isinstance(expr, Mul) and any(getattr(arg, "is_Matrix", False) for arg in args)
    ):
        return multiply(*args)
    if isinstance(expr, Transpose):
        return transpose(args[0])
    if isinstance(expr, HadamardProduct):
        return _upright(hadamard(*args))
    if isinstance(expr, Elementwise):
        return _upright(elementwise(*args))
    if isinstance(expr, DiagMatrix):
        return diag(args[0])
    if isinstance(expr, MatPow):
        return _scaled_power(*args)
    if isinstance(expr, IndexedSum) and isinstance(args[0], ZeroMatrix):
        return args[0]
    if not isinstance(expr, Basic) or all(
        new is old for new, old in zip(args, expr.args, strict=True)
    ):
        return expr
    return expr.func(*args)


def same(left: Any, right: Any) -> bool:
    """Tell whether two expressions have one canonical form.

    Examples
    --------
    >>> from sympy import MatMul, MatrixSymbol
    >>> A, B = MatrixSymbol("A", 2, 2), MatrixSymbol("B", 2, 2)
    >>> same(MatMul(A, MatMul(B, A)), MatMul(MatMul(A, B), A)), same(A * B, B * A)
    (True, False)
    """
    return bool(left == right or tidy(left) == tidy(right))


def diag(vector: Any) -> Any:
    """Return ``diag(v)``, the square matrix with the column v on its diagonal.

    Raises
    ------
    ShapeMismatch
        If ``vector`` is neither a column nor a row.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> diag(MatrixSymbol("v", 4, 1)).shape
    (4, 4)
    """
    if is_row(vector):
        vector = transpose(vector)
    if vector.shape[1] != 1:
        msg = f"diag takes a column (n, 1), got {vector} of shape {vector.shape}"
        raise ShapeMismatch(msg)
    rows = vector.shape[0]
    if isinstance(vector, ZeroMatrix):
        return ZeroMatrix(rows, rows)
    scalar, rest = _numbered(vector)
    return multiply(scalar, Identity(rows) if isinstance(rest, OneMatrix) else DiagMatrix(rest))
