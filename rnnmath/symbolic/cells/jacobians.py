"""The Jacobians of one step of a cell, written in the names that its equations give."""

from typing import Any

from sympy import DiagMatrix, Lambda, MatMul

from rnnmath.symbolic.calculus import jacobian
from rnnmath.symbolic.cells.record import Cell
from rnnmath.symbolic.derivation import Statement
from rnnmath.symbolic.nodes import BOUND, Elementwise, elementwise, hadamard
from rnnmath.symbolic.tidy import diag, multiply, tidy
from rnnmath.symbolic.traverse import bottom_up

__all__ = ["in_names", "input_jacobian", "joined", "state_jacobian"]


def in_names(cell: Cell, expr: Any) -> Any:
    """Write an expression in the names of the cell, slopes in the values of the gates.

    Where ``f_t = sigma(v)`` is an equation, ``sigma(v)`` becomes ``f_t`` and ``sigma'(v)`` becomes
    ``f_t (1 - f_t)``, because sigma' = sigma (1 - sigma); likewise ``1 - g_t^2`` for tanh.

    Parameters
    ----------
    cell : Cell
        Whose names.
    expr : expression
        In previous states, input and parameters.

    Examples
    --------
    >>> from sympy import tanh
    >>> from rnnmath.symbolic.cells import vanilla
    >>> from rnnmath.symbolic.printing import plain
    >>> cell = vanilla(tanh)
    >>> print(plain(in_names(cell, cell.next_state)))
    h[t]
    """
    expr = tidy(expr)
    for equation in cell.equations:
        named = {equation.rhs: equation.lhs}
        if isinstance(equation.rhs, Elementwise):
            for node in expr.atoms(Elementwise):
                value = _in_value(node, equation)
                if value is not None:
                    named[node] = value
        expr = tidy(expr.xreplace(named))
    return expr


def _in_value(node: Any, equation: Statement) -> Any:
    """Write ``F(v)`` as ``G(y)`` where the equation is ``y = f(v)`` and ``F(u) = G(f(u))``."""
    if node.argument != equation.rhs.argument:
        return None
    outer, inner = node.args[0].expr, equation.rhs.args[0].expr
    body = outer.xreplace({inner: BOUND})
    if body.xreplace({BOUND: inner}) != outer:
        return None
    return elementwise(Lambda(BOUND, body), equation.lhs)


def joined(expr: Any) -> Any:
    """Write neighbouring diagonal factors as one: ``diag(u) diag(v) = diag(u o v)``.

    Parameters
    ----------
    expr : expression
        In canonical form.

    Examples
    --------
    >>> from rnnmath.symbolic.notation import W, a, h, t
    >>> from rnnmath.symbolic.printing import plain
    >>> from rnnmath.symbolic.tidy import diag
    >>> print(plain(joined(diag(a[t]) * diag(h[t]) * W)))
    diag(a[t] .* h[t])*W
    """
    return tidy(bottom_up(expr, _join, {}))


def _join(node: Any, args: list[Any]) -> Any:
    if isinstance(node, MatMul):
        factors: list[Any] = []
        for arg in args:
            if factors and isinstance(arg, DiagMatrix) and isinstance(factors[-1], DiagMatrix):
                arg = diag(hadamard(factors.pop().args[0], arg.args[0]))
            factors.append(arg)
        return multiply(*factors)
    if all(new is old for new, old in zip(args, getattr(node, "args", ()), strict=True)):
        return node
    return node.func(*args)


def state_jacobian(cell: Cell) -> Any:
    """Return the Jacobian of the state after the step in the state before it, in the cell's names.

    Formula: ``J[i, j] = d s_t,i / d s_{t-1},j`` with s the state, or the stack of both states, in
    which case J is a block matrix; input and parameters are held.

    Parameters
    ----------
    cell : Cell
        The cell.

    Returns
    -------
    MatrixExpr
        Shape (n, n), or (2n, 2n) for an LSTM.

    Notes
    -----
    Obtained by :func:`rnnmath.symbolic.calculus.jacobian` from the equations.

    Examples
    --------
    >>> from sympy import tanh
    >>> from rnnmath.symbolic.cells import vanilla
    >>> from rnnmath.symbolic.printing import plain
    >>> print(plain(state_jacobian(vanilla())))
    diag(f'(a[t]))*W
    >>> print(plain(state_jacobian(vanilla(tanh))))
    diag(1 - h[t]**2)*W
    """
    return joined(in_names(cell, jacobian(cell.next_state, list(cell.previous))))


def input_jacobian(cell: Cell) -> Any:
    """Return the Jacobian of the state after the step in the input, the state before it held.

    Formula: ``J[i, j] = partial s_t,i / partial x_t,j``.

    Parameters
    ----------
    cell : Cell
        The cell.

    Returns
    -------
    MatrixExpr
        Shape (n, m), or (2n, m) for an LSTM.

    Notes
    -----
    Obtained by :func:`rnnmath.symbolic.calculus.jacobian` from the equations.

    Examples
    --------
    >>> from rnnmath.symbolic.cells import vanilla
    >>> from rnnmath.symbolic.printing import plain
    >>> print(plain(input_jacobian(vanilla())))
    diag(f'(a[t]))*U
    """
    return joined(in_names(cell, jacobian(cell.next_state, cell.input)))
