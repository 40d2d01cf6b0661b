"""Reverse rules: from a seed on an expression to seeds on its parts.

``Pullback(E, X, S)`` is the gradient in X of the number ``<S, E> = sum_ij S_ij E_ij``.  A rule
takes an expression and its seed and returns the parts with theirs; the gradient of the whole is
the sum of theirs.
"""

from typing import Any

from rnnmath.symbolic.norms import FrobeniusNorm, VectorNorm
from sympy import (
    Add,
    BlockMatrix,
    DiagMatrix,
    DiagonalOf,
    Dummy,
    Function,
    HadamardProduct,
    Identity,
    MatAdd,
    MatMul,
    MatPow,
    Mul,
    Pow,
    Sum,
    Trace,
    Transpose,
)
from sympy.matrices.expressions.matexpr import MatrixElement
from sympy.matrices.expressions.slice import MatrixSlice

from rnnmath.errors import NotDifferentiable
from rnnmath.symbolic.entry_sums import from_entry_sum
from rnnmath.symbolic.jacobian_rules import as_number
from rnnmath.symbolic.nodes import Elementwise, InnerProduct, Softmax, elementwise, hadamard
from rnnmath.symbolic.slopes import scalar_slope, slope
from rnnmath.symbolic.tidy import add, diag, multiply, transpose

__all__ = ["LAWS", "expand_pullback"]

Parts = tuple[str, list[tuple[Any, Any]]]

LAWS = {
    "sum, backward": r"\bar A=\bar B=\bar C\ \text{for}\ C=A+B",
    "product, backward": r"\bar A=\bar C B^\top,\ \bar B=A^\top\bar C\ \text{for}\ C=AB",
    "power, backward": r"\bar A=\sum_i (A^\top)^{i}\,\bar C\,(A^\top)^{k-1-i}\ \text{for}\ C=A^k",
    "transpose, backward": r"\bar A=\bar C^\top\ \text{for}\ C=A^\top",
    "element-wise, backward": r"\bar a=f'(a)\odot\bar h\ \text{for}\ h=f(a)",
    "Hadamard product, backward": r"\bar u=v\odot\bar w\ \text{for}\ w=u\odot v",
    "diagonal, backward": r"\bar v=\text{diagonal of}\ \bar D\ \text{for}\ D=\operatorname{diag}(v)",
    "softmax, backward": r"\bar v=(\operatorname{diag}(s)-ss^\top)\bar s",
    "blocks, backward": r"\bar A_{ij}=\text{block}\ ij\ \text{of}\ \bar C",
    "inner product, backward": r"\bar u=\bar s\,v,\ \bar v=\bar s\,u\ \text{for}\ s=u^\top v",
    "norm, backward": r"\bar v=\bar s\,v/\lVert v\rVert",
    "trace, backward": r"\bar A=\bar s\,I\ \text{for}\ s=\operatorname{tr}A",
    "scalar chain, backward": r"\bar s=\bar r\,g'(s)\ \text{for}\ r=g(s)",
    "entry, backward": r"\bar M=\bar s\ \text{for}\ s=M_{00}",
    "entry sum": r"\sum_i u_iv_i=u^\top v",
}


def _pair(seed: Any, matrix: Any) -> Any:
    """Return the number ``<seed, matrix>``."""
    if matrix.shape == (1, 1):
        return as_number(multiply(transpose(seed), matrix))
    if matrix.shape[1] == 1:
        return InnerProduct(seed, matrix)
    return Trace(multiply(transpose(seed), matrix))


def _product(expr: Any, wrt: Any, seed: Any) -> Parts:
    scalar, factors = expr.as_coeff_matrices()
    parts: list[tuple[Any, Any]] = []
    if scalar.has(wrt):
        parts.append((scalar, _pair(seed, multiply(*factors))))
    for i, factor in enumerate(factors):
        if not factor.has(wrt):
            continue
        left = multiply(scalar, *(transpose(other) for other in reversed(factors[:i])), seed)
        right = [transpose(other) for other in reversed(factors[i + 1 :])]
        if isinstance(factor, DiagMatrix) and right and seed.shape[1] == 1:
            parts.append((factor.args[0], hadamard(left, multiply(*factors[i + 1 :]))))
        else:
            parts.append((factor, multiply(left, *right)))
    return "product, backward", parts


def _power(expr: Any, seed: Any) -> Parts:
    base, exponent = expr.base, expr.exp
    if not (exponent.is_Integer and exponent > 0):
        msg = f"the power {expr} has exponent {exponent}; only fixed positive integers have a rule"
        raise NotDifferentiable(msg)
    upside = transpose(base)
    terms = [
        multiply(*[upside] * i, seed, *[upside] * (int(exponent) - 1 - i))
        for i in range(int(exponent))
    ]
    return "power, backward", [(base, add(*terms))]


def _blocks(expr: Any, seed: Any) -> Parts:
    parts, top = [], 0
    for i in range(expr.blockshape[0]):
        height, side = expr.rowblocksizes[i], 0
        for j in range(expr.blockshape[1]):
            width = expr.colblocksizes[j]
            if isinstance(seed, BlockMatrix) and seed.blockshape == expr.blockshape:
                part = seed.blocks[i, j]
            else:
                part = MatrixSlice(seed, (top, top + height), (side, side + width))
            parts.append((expr.blocks[i, j], part))
            side = side + width
        top = top + height
    return "blocks, backward", parts


def _others(args: Any, i: int) -> Any:
    return args[:i] + args[i + 1 :]


def _matrix_parts(expr: Any, wrt: Any, seed: Any) -> Parts | None:
    if isinstance(expr, MatAdd):
        return "sum, backward", [(term, seed) for term in expr.args]
    if isinstance(expr, MatMul):
        return _product(expr, wrt, seed)
    if isinstance(expr, MatPow):
        return _power(expr, seed)
    if isinstance(expr, Transpose):
        return "transpose, backward", [(expr.arg, transpose(seed))]
    if isinstance(expr, Elementwise):
        rate = elementwise(slope(expr.function), expr.argument)
        return "element-wise, backward", [(expr.argument, hadamard(rate, seed))]
    if isinstance(expr, HadamardProduct):
        args = expr.args
        parts = [(arg, hadamard(seed, *_others(args, i))) for i, arg in enumerate(args)]
        return "Hadamard product, backward", parts
    if isinstance(expr, DiagMatrix):
        return "diagonal, backward", [(expr.args[0], DiagonalOf(seed))]
    if isinstance(expr, Softmax):
        rate = add(diag(expr), multiply(-1, expr, transpose(expr)))
        return "softmax, backward", [(expr.argument, multiply(rate, seed))]
    if isinstance(expr, BlockMatrix):
        return _blocks(expr, seed)
    return None


def _number_parts(expr: Any, seed: Any) -> Parts | None:
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
        parts = [(arg, seed * Mul(*_others(args, i))) for i, arg in enumerate(args)]
        return "scalar chain, backward", parts
    if isinstance(expr, MatrixElement) and expr.parent.shape == (1, 1):
        return "entry, backward", [(expr.parent, multiply(seed, Identity(1)))]
    return None


def _scalar_chain(expr: Any, wrt: Any, seed: Any) -> Parts | None:
    if isinstance(expr, Pow) and not expr.exp.has(wrt):
        return "scalar chain, backward", [
            (expr.base, seed * expr.exp * expr.base ** (expr.exp - 1))
        ]
    if isinstance(expr, Function) and len(expr.args) == 1:
        dummy = Dummy(real=True)
        rate = scalar_slope(expr.func(dummy), dummy).xreplace({dummy: expr.args[0]})
        return "scalar chain, backward", [(expr.args[0], seed * rate)]
    return None


def expand_pullback(expr: Any, wrt: Any, seed: Any) -> Parts:
    """Apply the one rule that fits the outermost node; return its name and the parts with seeds.

    Raises
    ------
    NotDifferentiable
        If no rule covers the node.
    """
    parts = (
        _matrix_parts(expr, wrt, seed)
        or _number_parts(expr, seed)
        or _scalar_chain(expr, wrt, seed)
    )
    if parts is None:
        msg = f"no rule differentiates {type(expr).__name__} {expr} backward; file the rule"
        raise NotDifferentiable(msg)
    name, pairs = parts
    return name, [(part, part_seed) for part, part_seed in pairs if part.has(wrt)]
