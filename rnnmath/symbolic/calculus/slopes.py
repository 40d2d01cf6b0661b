"""The derivative f' of a scalar function f: a primed name where f is abstract, else calculus.

At the kinks and jumps of ``Abs``, ``Max``, ``Min`` or ``Piecewise`` there is no derivative;
the formula returned holds everywhere else, and its value at such a point means nothing.
"""

from typing import Any

from sympy import (
    Derivative,
    DiracDelta,
    Function,
    FunctionClass,
    Integral,
    Lambda,
    Limit,
    Order,
    Subs,
    Sum,
)
from sympy.core.function import AppliedUndef, UndefinedFunction

from rnnmath.errors import NotDifferentiable
from rnnmath.symbolic.nodes import BOUND

__all__ = ["scalar_slope", "slope"]

_NOT_A_SLOPE = (Derivative, Subs, DiracDelta, Integral, Limit, Order, Sum)


def _primed(function: Any, order: int = 1) -> Any:
    """Return ``f'``; of what is assumed of f, only that it is real goes over to its slope."""
    assumed = {"real": True} if function(BOUND).is_real else {}
    return Function(function.__name__ + "'" * order, **assumed)


def _name_primes(expr: Any) -> Any:
    """Write ``Derivative(f(u), u)`` as ``f'(u)``, also at higher order."""

    def primed(node: Any) -> Any:
        order = sum(count for _, count in node.variable_count)
        return _primed(node.expr.func, int(order))(*node.expr.args)

    def applies(node: Any) -> bool:
        return (
            isinstance(node, Derivative)
            and isinstance(node.expr, AppliedUndef)
            and len(node.expr.args) == 1
            and all(variable == node.expr.args[0] for variable, _ in node.variable_count)
            and all(count.is_Integer for _, count in node.variable_count)
        )

    def applies_at(node: Any) -> bool:
        return isinstance(node, Subs) and applies(node.expr) and len(node.point) == 1

    expr = expr.replace(
        applies_at, lambda node: primed(node.expr).xreplace({node.variables[0]: node.point[0]})
    )
    return expr.replace(applies, primed)


def scalar_slope(expr: Any, variable: Any) -> Any:
    """Return d expr / d variable of a scalar expression, with f' for an abstract f.

    Formula: ``d expr / d variable``; where it does not exist, the value means nothing.

    Raises
    ------
    NotDifferentiable
        If SymPy knows no derivative in closed form (``floor``, ``Heaviside``, ...).

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

    Formula: ``f'`` with ``f'(u) = df/du``, at the points where it exists.  Source: definition.

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
        return _primed(function)
    if isinstance(function, Lambda):
        (variable,) = function.variables
        return Lambda(variable, scalar_slope(function.expr, variable))
    if isinstance(function, FunctionClass):
        return Lambda(BOUND, scalar_slope(function(BOUND), BOUND))
    msg = f"{function!r} is not a scalar function that can be differentiated"
    raise NotDifferentiable(msg)
