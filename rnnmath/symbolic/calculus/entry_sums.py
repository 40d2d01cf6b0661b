"""Read SymPy's index sums back as inner products.

SymPy writes ``(g.T * g)[0, 0]`` at symbolic size as ``Sum(g[i, 0]**2, (i, 0, n - 1))``.  Sums over
one index of products of column entries are read back; anything else is refused, because SymPy
clashes index names in longer products, and a wrong sum must not be differentiated.
"""

from typing import Any

from sympy import Add, Lambda, Mul, OneMatrix, Sum, expand
from sympy.matrices.expressions.matexpr import MatrixElement

from rnnmath.errors import NotDifferentiable
from rnnmath.symbolic.nodes import (
    BOUND,
    InnerProduct,
    elementwise,
    from_sympy,
    hadamard,
    same_size,
)
from rnnmath.symbolic.traverse import bottom_up

__all__ = ["from_entry_sum", "read_entry_sums"]


def _column(factor: Any, index: Any) -> Any:
    """Read ``g(v[i, 0])`` as the column ``g(v)``."""
    elements = factor.atoms(MatrixElement)
    if len(elements) != 1:
        msg = f"{factor} mixes several entries; write the sum with InnerProduct(u, v)"
        raise NotDifferentiable(msg)
    (element,) = elements
    if element.j != 0 or element.parent.shape[1] != 1 or element.i != index:
        msg = (
            f"{element} is not an entry of a column at the summation index; use InnerProduct(u, v)"
        )
        raise NotDifferentiable(msg)
    body = factor.xreplace({element: BOUND})
    if body.has(index):
        msg = f"{factor} uses the summation index outside an entry; write the sum with InnerProduct"
        raise NotDifferentiable(msg)
    return elementwise(Lambda(BOUND, body), from_sympy(element.parent))


def from_entry_sum(total: Any) -> Any:
    """Read ``Sum(u[i, 0]*v[i, 0], (i, 0, n - 1))`` as ``InnerProduct(u, v)``.

    Raises
    ------
    NotDifferentiable
        If the sum is not over one index of column entries through their whole length.

    Examples
    --------
    >>> from sympy import MatrixSymbol, Symbol
    >>> n = Symbol("n", integer=True, positive=True)
    >>> g = MatrixSymbol("g", n, 1)
    >>> from_entry_sum((g.T * g)[0, 0])
    InnerProduct(g, g)
    """
    if len(total.limits) != 1:
        msg = f"{total} runs over several indices; write it with InnerProduct(u, A*v)"
        raise NotDifferentiable(msg)
    ((index, lower, upper),) = total.limits
    numbers = []
    for term in Add.make_args(expand(total.function)):
        constants = [part for part in Mul.make_args(term) if not part.has(index)]
        columns = [_column(part, index) for part in Mul.make_args(term) if part.has(index)]
        if not columns or not all(_through(column, lower, upper) for column in columns):
            msg = f"{total} does not run over whole columns; write it with InnerProduct(u, v)"
            raise NotDifferentiable(msg)
        first, rest = columns[0], columns[1:] or [OneMatrix(columns[0].shape[0], 1)]
        square = _square_root(first)
        if square is not None and len(columns) == 1:
            first, rest = square, [square]
        numbers.append(Mul(*constants) * InnerProduct(first, hadamard(*rest)))
    return Add(*numbers)


def read_entry_sums(expr: Any) -> Any:
    """Read back every index sum that is an inner product; the others stay as they are.

    Examples
    --------
    >>> from sympy import MatrixSymbol, Symbol
    >>> n = Symbol("n", integer=True, positive=True)
    >>> g, W = MatrixSymbol("g", n, 1), MatrixSymbol("W", n, n)
    >>> read_entry_sums(1 / (g.T * g)[0, 0])
    1/InnerProduct(g, g)
    >>> double = (g.T * W * g)[0, 0]
    >>> read_entry_sums(double) == double
    True
    """
    return bottom_up(expr, _read_one, {})


def _read_one(node: Any, args: list[Any]) -> Any:
    if isinstance(node, Sum):
        try:
            return from_entry_sum(node)
        except NotDifferentiable:
            return node
    if all(new is old for new, old in zip(args, getattr(node, "args", ()), strict=True)):
        return node
    return node.func(*args)


def _through(column: Any, lower: Any, upper: Any) -> bool:
    return lower == 0 and same_size(upper + 1, column.shape[0])


def _square_root(column: Any) -> Any:
    """Return v where the column is ``v**2`` entry by entry, else None."""
    function = getattr(column, "function", None)
    if isinstance(function, Lambda) and function.expr == function.variables[0] ** 2:
        return column.argument
    return None
