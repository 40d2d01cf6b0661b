"""One canonical form, so that "the same expression" is a comparison and not an opinion.

Only associativity, units, zeros, double transposes and the order of commutative arguments are
touched; nothing is multiplied out.
"""

from typing import Any

from sympy import (
    Add,
    Basic,
    DiagMatrix,
    HadamardProduct,
    Identity,
    MatAdd,
    MatMul,
    MatPow,
    Mul,
    S,
    Transpose,
    ZeroMatrix,
)

from rnnmath.symbolic.nodes import Elementwise, hadamard

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
        if isinstance(matrix, Identity):
            continue
        base, exponent = _power(matrix)
        if kept and _power(kept[-1])[0] == base and matrix.shape[0] == matrix.shape[1]:
            kept[-1] = _raise(base, _power(kept[-1])[1] + exponent)
        else:
            kept.append(matrix)
    kept = [matrix for matrix in kept if not isinstance(matrix, Identity)] or [Identity(rows)]
    if scalar == 1:
        return kept[0] if len(kept) == 1 else MatMul(*kept)
    return MatMul(scalar, *kept)


def _power(matrix: Any) -> tuple[Any, Any]:
    return (matrix.base, matrix.exp) if isinstance(matrix, MatPow) else (matrix, S.One)


def _raise(base: Any, exponent: Any) -> Any:
    if exponent == 0:
        return Identity(base.shape[0])
    return base if exponent == 1 else MatPow(base, exponent)


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
        coefficient, rest = term.as_coeff_mmul() if isinstance(term, MatMul) else (S.One, term)
        if isinstance(rest, MatMul) and len(rest.args) == 1:
            rest = rest.args[0]
        if not isinstance(rest, ZeroMatrix):
            counts[rest] = counts.get(rest, S.Zero) + coefficient
    kept = [multiply(count, term) for term, count in counts.items() if count != 0]
    if not kept:
        return ZeroMatrix(*terms[0].shape)
    return kept[0] if len(kept) == 1 else MatAdd(*sorted(kept, key=lambda term: term.sort_key()))


def transpose(matrix: Any) -> Any:
    """Transpose, pushed down to the symbols: ``(A B)^T = B^T A^T``.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> A, B = MatrixSymbol("A", 2, 3), MatrixSymbol("B", 3, 2)
    >>> transpose(A * B)
    B.T*A.T
    """
    if isinstance(matrix, Transpose):
        return matrix.arg
    if isinstance(matrix, MatMul):
        coefficient, rest = matrix.as_coeff_matrices()
        return multiply(coefficient, *(transpose(factor) for factor in reversed(rest)))
    if isinstance(matrix, MatAdd):
        return add(*(transpose(term) for term in matrix.args))
    if isinstance(matrix, HadamardProduct | Elementwise):
        return Transpose(matrix)
    if isinstance(matrix, MatPow):
        return MatPow(transpose(matrix.base), matrix.exp)
    if not getattr(matrix, "is_Matrix", False):
        return matrix
    return Transpose(matrix).doit(deep=False)


def tidy(expr: Any) -> Any:
    """Return the canonical form, bottom up.

    Examples
    --------
    >>> from sympy import Identity, MatMul, MatrixSymbol
    >>> W = MatrixSymbol("W", 3, 3)
    >>> tidy(MatMul(W, MatMul(Identity(3), W)))
    W**2
    """
    if not isinstance(expr, Basic) or not expr.args:
        return expr
    args = [tidy(arg) for arg in expr.args]
    if isinstance(expr, MatMul):
        return multiply(*args)
    if isinstance(expr, MatAdd):
        return add(*args)
    if isinstance(expr, Transpose):
        return transpose(args[0])
    if isinstance(expr, HadamardProduct):
        return hadamard(*args)
    if isinstance(expr, Mul) and any(getattr(arg, "is_Matrix", False) for arg in args):
        return multiply(*args)
    if isinstance(expr, MatPow):
        return _raise(args[0], args[1])
    if all(new is old for new, old in zip(args, expr.args, strict=True)):
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
    return bool(tidy(left) == tidy(right))


def diag(vector: Any) -> Any:
    """Return ``diag(v)``, the square matrix with the column v on its diagonal.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> diag(MatrixSymbol("v", 4, 1)).shape
    (4, 4)
    """
    if isinstance(vector, ZeroMatrix):
        return ZeroMatrix(vector.shape[0], vector.shape[0])
    return DiagMatrix(vector)
