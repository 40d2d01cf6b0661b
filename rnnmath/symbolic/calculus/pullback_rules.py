"""Reverse rules: from a seed on an expression to seeds on its parts.

``Pullback(E, X, S)`` is the gradient in X of the number ``<S, E> = sum_ij S_ij E_ij``.  A rule
takes an expression and its seed and returns the parts with theirs; the gradient of the whole is
the sum of theirs.
"""

from typing import Any

from sympy import (
    Add,
    BlockMatrix,
    DiagMatrix,
    DiagonalOf,
    Function,
    HadamardProduct,
    Identity,
    MatAdd,
    MatMul,
    MatPow,
    Mul,
    OneMatrix,
    Pow,
    Sum,
    Trace,
    Transpose,
)
from sympy.matrices.expressions.matexpr import MatrixElement
from sympy.matrices.expressions.slice import MatrixSlice

from rnnmath.symbolic.calculus.entry_sums import from_entry_sum
from rnnmath.symbolic.calculus.rule_parts import (
    Depends,
    as_number,
    entry_unit,
    rate,
    refuse,
    slope_at,
    softmax_jacobian,
)
from rnnmath.symbolic.nodes import Elementwise, InnerProduct, Softmax, hadamard, same_size
from rnnmath.symbolic.norms import FrobeniusNorm, VectorNorm
from rnnmath.symbolic.tidy import add, diag, multiply, transpose
from rnnmath.symbolic.traverse import dependence

__all__ = ["LAWS", "expand_pullback"]

Parts = tuple[str, list[tuple[Any, Any]]]

LAWS = {
    "sum, backward": r"\bar A=\bar B=\bar C\ \text{for}\ C=A+B",
    "product, backward": r"\bar A=\bar C B^\top,\ \bar B=A^\top\bar C\ \text{for}\ C=AB",
    "power, backward": r"\bar A=\sum_i (A^\top)^{i}\,\bar C\,(A^\top)^{k-1-i}\ \text{for}\ C=A^k",
    "transpose, backward": r"\bar A=\bar C^\top\ \text{for}\ C=A^\top",
    "element-wise, backward": r"\bar a=f'(a)\odot\bar h\ \text{for}\ h=f(a)",
    "Hadamard product, backward": r"\bar u=v\odot\bar w\ \text{for}\ w=u\odot v",
    "diagonal, backward": (
        r"\bar v=\text{diagonal of}\ \bar D\ \text{for}\ D=\operatorname{diag}(v)"
    ),
    "diagonal of, backward": (
        r"\bar A=\operatorname{diag}(\bar v)\ \text{for}\ v=\text{diagonal of}\ A"
    ),
    "softmax, backward": r"\bar v=(\operatorname{diag}(s)-ss^\top)\bar s",
    "blocks, backward": r"\bar A_{ij}=\text{block}\ ij\ \text{of}\ \bar C",
    "inner product, backward": r"\bar u=\bar s\,v,\ \bar v=\bar s\,u\ \text{for}\ s=u^\top v",
    "norm, backward": r"\bar v=\bar s\,v/\lVert v\rVert",
    "trace, backward": r"\bar A=\bar s\,I\ \text{for}\ s=\operatorname{tr}A",
    "scalar chain, backward": r"\bar s=\bar r\,g'(s)\ \text{for}\ r=g(s)",
    "number, backward": r"\bar M=\bar s\ \text{for}\ M=(s)",
    "entry, backward": r"\bar M=\bar s\,e_ie_j^\top\ \text{for}\ s=M_{ij}",
    "entry sum": r"\sum_i u_iv_i=u^\top v",
}


def _pair(seed: Any, matrix: Any) -> Any:
    """Return the number ``<seed, matrix>``."""
    if matrix.shape == (1, 1):
        return as_number(multiply(transpose(seed), matrix))
    if matrix.shape[1] == 1:
        return InnerProduct(seed, matrix)
    return Trace(multiply(transpose(seed), matrix))


def _product(expr: Any, seed: Any, depends: Depends) -> Parts:
    scalar, factors = expr.as_coeff_matrices()
    parts: list[tuple[Any, Any]] = []
    if depends(scalar):
        parts.append((scalar, _pair(seed, multiply(*factors))))
    for i, factor in enumerate(factors):
        if not depends(factor):
            continue
        left = multiply(scalar, *(transpose(other) for other in reversed(factors[:i])), seed)
        right = factors[i + 1 :]
        if isinstance(factor, DiagMatrix) and right and seed.shape[1] == 1:
            parts.append((factor.args[0], hadamard(left, multiply(*right))))
        else:
            parts.append((factor, multiply(left, *(transpose(other) for other in reversed(right)))))
    return "product, backward", parts


def _power(expr: Any, seed: Any, depends: Depends) -> Parts:
    base, exponent = expr.base, expr.exp
    if depends(exponent) or not (exponent.is_Integer and exponent > 0):
        raise refuse(expr, f"the exponent is {exponent}; only fixed positive integers have a rule")
    upside, steps = transpose(base), int(exponent)
    terms = [multiply(*[upside] * i, seed, *[upside] * (steps - 1 - i)) for i in range(steps)]
    return "power, backward", [(base, add(*terms))]


def _blocks(expr: Any, seed: Any) -> Parts:
    parts, top = [], 0
    aligned = (
        isinstance(seed, BlockMatrix)
        and seed.rowblocksizes == expr.rowblocksizes
        and seed.colblocksizes == expr.colblocksizes
    )
    for i, height in enumerate(expr.rowblocksizes):
        side = 0
        for j, width in enumerate(expr.colblocksizes):
            box = ((top, top + height), (side, side + width))
            part = seed.blocks[i, j] if aligned else MatrixSlice(seed, *box)
            parts.append((expr.blocks[i, j], part))
            side = side + width
        top = top + height
    return "blocks, backward", parts


def _without(args: Any, i: int) -> Any:
    return args[:i] + args[i + 1 :]


def _hadamard(expr: Any, seed: Any) -> Parts:
    args = expr.args
    parts = [(arg, hadamard(seed, *_without(args, i))) for i, arg in enumerate(args)]
    return "Hadamard product, backward", parts


def _diagonal(matrix: Any) -> Any:
    """Return the diagonal as a column; SymPy's node fails on products with an explicit matrix."""
    rows = matrix.shape[0]
    if isinstance(rows, int):
        return multiply(hadamard(matrix, Identity(rows)), OneMatrix(rows, 1))
    return DiagonalOf(matrix)


def _diagonal_of(expr: Any, seed: Any) -> Parts:
    if not same_size(*expr.args[0].shape):
        raise refuse(expr, "the diagonal of a matrix that is not square")
    return "diagonal of, backward", [(expr.args[0], diag(seed))]


def _of_composite(expr: Any, seed: Any, depends: Depends) -> Parts | None:
    if isinstance(expr, MatAdd):
        return "sum, backward", [(term, seed) for term in expr.args]
    if isinstance(expr, MatMul):
        return _product(expr, seed, depends)
    if isinstance(expr, MatPow) and expr.shape != (1, 1):
        return _power(expr, seed, depends)
    if isinstance(expr, Transpose):
        return "transpose, backward", [(expr.arg, transpose(seed))]
    if isinstance(expr, HadamardProduct):
        return _hadamard(expr, seed)
    if isinstance(expr, BlockMatrix):
        return _blocks(expr, seed)
    return None


def _of_vector(expr: Any, seed: Any, depends: Depends) -> Parts | None:
    if isinstance(expr, Elementwise):
        factor = slope_at(expr, depends)
        return "element-wise, backward", [(expr.argument, hadamard(factor, seed))]
    if isinstance(expr, DiagMatrix):
        return "diagonal, backward", [(expr.args[0], _diagonal(seed))]
    if isinstance(expr, DiagonalOf):
        return _diagonal_of(expr, seed)
    if isinstance(expr, Softmax):
        return "softmax, backward", [(expr.argument, multiply(softmax_jacobian(expr), seed))]
    return None


def _of_number(expr: Any, seed: Any, depends: Depends) -> Parts | None:
    if isinstance(expr, InnerProduct):
        u, v = expr.args
        return "inner product, backward", [(u, multiply(seed, v)), (v, multiply(seed, u))]
    if isinstance(expr, VectorNorm | FrobeniusNorm):
        return "norm, backward", [(expr.args[0], multiply(seed / expr, expr.args[0]))]
    if isinstance(expr, Trace):
        return "trace, backward", [(expr.arg, multiply(seed, Identity(expr.arg.shape[0])))]
    if isinstance(expr, Sum):
        return "entry sum", [(from_entry_sum(expr), seed)]
    if isinstance(expr, Add):
        return "sum, backward", [(term, seed) for term in expr.args]
    if isinstance(expr, Mul):
        args = expr.args
        parts = [(arg, seed * Mul(*_without(args, i))) for i, arg in enumerate(args)]
        return "scalar chain, backward", parts
    if isinstance(expr, MatrixElement):
        return "entry, backward", [(expr.parent, multiply(seed, entry_unit(expr)))]
    if isinstance(expr, MatPow):  # 1 x 1: the others have gone
        return "number, backward", [(as_number(expr), as_number(seed))]
    if isinstance(expr, Pow | Function):
        argument, factor = rate(expr, depends)
        return "scalar chain, backward", [(argument, seed * factor)]
    return None


def expand_pullback(expr: Any, wrt: Any, seed: Any, depends: Depends | None = None) -> Parts:
    """Apply the one rule that fits the outermost node; return its name and the parts with seeds.

    Parameters
    ----------
    expr : number or matrix
        In canonical form; it depends on ``wrt`` and is not ``wrt`` itself.
    wrt : MatrixSymbol or time-indexed vector
    seed : number or matrix of the shape of expr
    depends : callable, optional
        ``dependence(wrt)``, when the caller has it already.

    Raises
    ------
    NotDifferentiable
        If no rule covers the node.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> W, h, s = MatrixSymbol("W", 3, 3), MatrixSymbol("h", 3, 1), MatrixSymbol("s", 3, 1)
    >>> expand_pullback(W * h, W, s)
    ('product, backward', [(W, s*h.T)])
    """
    depends = depends or dependence(wrt)
    parts = (
        _of_composite(expr, seed, depends)
        or _of_vector(expr, seed, depends)
        or _of_number(expr, seed, depends)
    )
    if parts is None:
        raise refuse(expr, "write it with the nodes that rnnmath knows, or file the rule")
    name, pairs = parts
    return name, [(part, part_seed) for part, part_seed in pairs if depends(part)]
