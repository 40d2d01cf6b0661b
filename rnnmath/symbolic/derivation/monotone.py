"""Where an inequality may act: only where the rest of an expression grows with the part."""

from typing import Any

from sympy import Add, Max, Min, Mul, Pow, Product, Sum

from rnnmath.symbolic.traverse import stands_in

__all__ = ["increasing", "nonnegative", "strictly_increasing"]


def nonnegative(expr: Any) -> bool:
    """Tell whether an expression is certainly nonnegative; SymPy does not look into a Sum.

    Examples
    --------
    >>> from sympy import Symbol
    >>> nonnegative(Symbol("a", nonnegative=True) + 1), nonnegative(Symbol("b"))
    (True, False)
    """
    if expr.is_nonnegative:
        return True
    if isinstance(expr, Sum | Product):
        return nonnegative(expr.function)
    return isinstance(expr, Add | Mul | Max | Min) and all(nonnegative(arg) for arg in expr.args)


def increasing(expr: Any, focus: Any) -> bool:
    """Tell whether expr certainly does not fall when a nonnegative focus grows.

    Examples
    --------
    >>> from sympy import Symbol
    >>> a = Symbol("a", nonnegative=True)
    >>> increasing(2 * a + 1, a), increasing(1 - a, a)
    (True, False)
    """
    if expr == focus:
        return True
    if not stands_in(focus, expr):
        return True
    if isinstance(expr, Add | Max | Min):
        return all(increasing(arg, focus) for arg in expr.args)
    if isinstance(expr, Mul):
        return all(nonnegative(arg) and increasing(arg, focus) for arg in expr.args)
    if isinstance(expr, Pow):
        base, exponent = expr.args
        rising = exponent.is_nonnegative and nonnegative(base) and increasing(base, focus)
        return bool(rising and not stands_in(focus, exponent))
    if isinstance(expr, Sum | Product):
        inner = isinstance(expr, Sum) or nonnegative(expr.function)
        fixed = not any(stands_in(focus, limit) for limit in expr.limits)
        return inner and fixed and increasing(expr.function, focus)
    rises_with = getattr(expr, "rises_with", None)
    return bool(rises_with is not None and rises_with(focus, increasing))


def strictly_increasing(expr: Any, focus: Any) -> bool:
    """Tell whether expr certainly grows when a nonnegative focus grows.

    Examples
    --------
    >>> from sympy import Symbol
    >>> a, c = Symbol("a", nonnegative=True), Symbol("c", nonnegative=True)
    >>> strictly_increasing(2 * a, a), strictly_increasing(c * a, a)
    (True, False)
    """
    if expr == focus:
        return True
    if isinstance(expr, Add):
        return increasing(expr, focus) and any(strictly_increasing(arg, focus) for arg in expr.args)
    if isinstance(expr, Mul):
        moving = [arg for arg in expr.args if stands_in(focus, arg)]
        steady = all(arg.is_positive for arg in expr.args if arg not in moving)
        return steady and len(moving) == 1 and strictly_increasing(moving[0], focus)
    if isinstance(expr, Pow):
        rising = expr.exp.is_positive and not stands_in(focus, expr.exp)
        return bool(rising and nonnegative(expr.base) and strictly_increasing(expr.base, focus))
    return False
