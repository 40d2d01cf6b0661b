"""The derivative f' of a scalar function f: a primed name for an abstract f, calculus for the rest."""

from typing import Any

from sympy import (
    Derivative,
    DiracDelta,
    Function,
    FunctionClass,
    Integral,
    Lambda,
    Limit,
    Subs,
    Sum,
)
from sympy.core.function import AppliedUndef, UndefinedFunction

from rnnmath.errors import NotDifferentiable
from rnnmath.symbolic.nodes import BOUND

__all__ = ["scalar_slope", "slope"]

_NOT_A_SLOPE = (Derivative, Subs, DiracDelta, Integral, Limit, Sum)


def _name_primes(expr: Any) -> Any:
    """Write ``Derivative(f(u), u)`` as ``f'(u)``, also at higher order."""

    def primed(node: Any) -> Any:
        order = sum(count for _, count in node.variable_count)
        return Function(node.expr.func.__name__ + "'" * order)(*node.expr.args)

    def applies(node: Any) -> bool:
        return (
            isinstance(node, Derivative)
            and isinstance(node.expr, AppliedUndef)
            and len(node.expr.args) == 1
            and all(variable == node.expr.args[0] for variable in node.variables)
        )

    def applies_at(node: Any) -> bool:
        return isinstance(node, Subs) and applies(node.expr) and len(node.point) == 1

    expr = expr.replace(
        applies_at, lambda node: primed(node.expr).xreplace({node.variables[0]: node.point[0]})
    )
    return expr.replace(applies, primed)


def scalar_slope(expr: Any, variable: Any) -> Any:
    """Return d expr / d variable of a scalar expression, with f' for an abstract f.

    Raises
    ------
    NotDifferentiable
        If SymPy knows no derivative in closed form (``floor``, a step function, ...).

    Examples
    --------
    >>> from sympy import Function, Symbol
    >>> x = Symbol("x", real=True)
    >>> scalar_slope(Function("f")(x) ** 2, x)
    2*f(x)*f'(x)
    """
    result = _name_primes(expr.diff(variable))
    bad = [node for kind in _NOT_A_SLOPE for node in result.atoms(kind)]
    if bad:
        msg = (
            f"{expr} has no derivative in closed form (it leads to {bad[0]}); use a smooth function"
        )
        raise NotDifferentiable(msg)
    return result


def slope(function: Any) -> Any:
    """Return f' of an element-wise function: a SymPy function or a Lambda.

    Formula: ``f'`` with ``f'(u) = df/du``.  Source: definition.

    Raises
    ------
    NotDifferentiable
        If no closed form exists.

    Examples
    --------
    >>> from sympy import tanh
    >>> slope(Function("f"))
    f'
    >>> slope(tanh)
    Lambda(_u, 1 - tanh(_u)**2)
    """
    if isinstance(function, UndefinedFunction):
        return Function(function.__name__ + "'")
    if isinstance(function, Lambda):
        (variable,) = function.variables
        return Lambda(variable, scalar_slope(function.expr, variable))
    if isinstance(function, FunctionClass):
        return Lambda(BOUND, scalar_slope(function(BOUND), BOUND))
    msg = f"{function!r} is not a scalar function that can be differentiated"
    raise NotDifferentiable(msg)
