"""The one owner of "derivative": Jacobians forward, gradients backward, at sizes that are symbols.

SymPy's ``.diff`` on matrix expressions is used nowhere: it transposes, or raises, or is silently
wrong on recurrent networks.  What no rule covers raises; nothing is guessed.
"""

from collections.abc import Sequence
from typing import Any

from sympy import BlockMatrix, Tuple, ZeroMatrix

from rnnmath.errors import DomainError
from rnnmath.symbolic.calculus.differentials import (
    Jacobian,
    Pullback,
    height,
    leaf,
    read_column,
    read_number,
    unit_seed,
)
from rnnmath.symbolic.calculus.jacobian_rules import expand_jacobian
from rnnmath.symbolic.calculus.pullback_rules import expand_pullback
from rnnmath.symbolic.calculus.rule_parts import Depends
from rnnmath.symbolic.calculus.traced import trace_gradient, trace_jacobian
from rnnmath.symbolic.nodes import IndexedSum
from rnnmath.symbolic.tidy import add, tidy
from rnnmath.symbolic.traverse import dependence, depth_named

__all__ = ["Jacobian", "Pullback", "gradient", "jacobian", "trace_gradient", "trace_jacobian"]


def jacobian(expr: Any, wrt: Any) -> Any:
    """Return the Jacobian of a column in a column, numerator layout.

    Formula: ``J[i, j] = d expr_i / d wrt_j``, shape (n, m).

    Parameters
    ----------
    expr : MatrixExpr of shape (n, 1), or a scalar Expr (then n = 1)
        Made of SymPy's matrix nodes and ours; sizes may be symbols.
    wrt : MatrixSymbol or time-indexed vector of shape (m, 1), or a sequence of these
        A sequence gives the blocks side by side.

    Returns
    -------
    MatrixExpr of shape (n, m)
        In the values that ``expr`` is made of.

    Raises
    ------
    NotDifferentiable
        If no rule covers a node; the message names it.
    ShapeMismatch, DomainError
        If ``expr`` is not a column or ``wrt`` not a column symbol.
    Unsupported
        If the expression nests deeper than Python's recursion limit.

    Notes
    -----
    Time-indexed vectors and total derivatives other than ``wrt`` are held.
    Entries are real.  At the kinks of ``Abs``, ``Max`` or ``Piecewise``, and of a norm at zero,
    there is no derivative, and the formula holds everywhere else.
    Source: derived here, from the rules in ``jacobian_rules``.

    Examples
    --------
    >>> from sympy import Function, MatrixSymbol, Symbol
    >>> n = Symbol("n", integer=True, positive=True)
    >>> W, h, b = MatrixSymbol("W", n, n), MatrixSymbol("h", n, 1), MatrixSymbol("b", n, 1)
    >>> from rnnmath.symbolic.printing import plain
    >>> print(plain(jacobian((W * h + b).applyfunc(Function("f")), h)))
    diag(f'(W*h + b))*W
    """
    if isinstance(wrt, Sequence | Tuple) and not isinstance(wrt, str):
        if not wrt:
            msg = "wrt must name at least one variable, got an empty sequence"
            raise DomainError(msg)
        return _side_by_side([jacobian(expr, part) for part in wrt])
    with depth_named():
        return tidy(_forward(read_column(expr, wrt), wrt))


def _side_by_side(parts: list[Any]) -> Any:
    """Join Jacobians of one column in several; stacks of blocks give one flat block matrix."""
    if len(parts) == 1:
        return parts[0]
    heights = {tuple(part.rowblocksizes) for part in parts if isinstance(part, BlockMatrix)}
    if len(heights) != 1:
        return BlockMatrix([parts])
    (sizes,) = heights
    columns = [_stacked(part, sizes) for part in parts]
    if any(column is None for column in columns):
        return BlockMatrix([parts])
    return BlockMatrix([[column[i] for column in columns] for i in range(len(sizes))])


def _stacked(part: Any, sizes: Any) -> Any:
    """Return the blocks of a stack from top to bottom; those of zero are zeros."""
    if isinstance(part, ZeroMatrix):
        return [ZeroMatrix(size, part.shape[1]) for size in sizes]
    if isinstance(part, BlockMatrix) and part.blockshape[1] == 1:
        return [part.blocks[i, 0] for i in range(part.blockshape[0])]
    return None


def _forward(expr: Any, wrt: Any) -> Any:
    """Work out the Jacobian of every part before that of the whole, without recursion."""
    depends = dependence(wrt)
    known: dict[Any, Any] = {}
    missing: list[Any] = []

    def part_jacobian(part: Any) -> Any:
        settled = leaf(part, wrt, depends)
        if settled is not None:
            return settled[1]
        if part not in known:
            missing.append(part)
            return Jacobian(part, wrt)
        return known[part]

    result = part_jacobian(expr)
    while missing:
        node = missing[-1]
        waiting = len(missing)
        value = expand_jacobian(node, wrt, part_jacobian, depends)[1]
        if len(missing) == waiting:
            known[missing.pop()] = value
    return known.get(expr, result)


def gradient(expr: Any, wrt: Any) -> Any:
    """Return the gradient of a number in a matrix or vector, in reverse mode.

    Formula: ``G[i, j] = d expr / d wrt_ij``, of the shape of ``wrt``.
    Seeds that reach one node are added before they go on, so that the gradient of an unrolled
    network in W is the sum of ``delta_t h_{t-1}^T`` and not a sum over all paths.

    Parameters
    ----------
    expr : scalar Expr, or MatrixExpr of shape (1, 1)
    wrt : MatrixSymbol, time-indexed vector or matrix

    Returns
    -------
    MatrixExpr of the shape of ``wrt``

    Raises
    ------
    NotDifferentiable
        If no rule covers a node; the message names it.
    ShapeMismatch, DomainError
        If ``expr`` is not a number or ``wrt`` not a symbol.
    Unsupported
        If the expression nests deeper than Python's recursion limit.

    Notes
    -----
    What is held, and where there is no derivative, is as in :func:`jacobian`.
    Source: derived here, from the rules in ``pullback_rules``.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> A, u, v = MatrixSymbol("A", 2, 3), MatrixSymbol("u", 2, 1), MatrixSymbol("v", 3, 1)
    >>> gradient(u.T * A * v, A)
    u*v.T
    """
    with depth_named():
        expr = read_number(expr, wrt)
        return tidy(_backward(expr, wrt, unit_seed(expr), dependence(wrt), {}))


def _backward(expr: Any, wrt: Any, seed: Any, depends: Depends, heights: dict[Any, int]) -> Any:
    """Return the gradient in wrt of ``<seed, expr>``, the highest node first."""
    pending: dict[Any, Any] = {expr: seed}
    total: list[Any] = [ZeroMatrix(*wrt.shape)]
    while pending:
        node = max(pending, key=lambda part: height(part, heights))
        seed = pending.pop(node)
        if node == wrt:
            total.append(seed)
        elif isinstance(node, IndexedSum) and depends(node):
            inner = node.renamed(seed.free_symbols)
            terms = _backward(inner.term, wrt, seed, depends, heights)
            total.append(IndexedSum(terms, inner.args[1]))
        elif depends(node):
            for part, part_seed in expand_pullback(node, wrt, seed, depends)[1]:
                pending[part] = add(pending[part], part_seed) if part in pending else part_seed
    return add(*total)
