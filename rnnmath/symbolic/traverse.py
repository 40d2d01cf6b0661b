"""Walk an expression bottom up: each distinct node once, and no deeper stack than one frame.

A recurrent network reuses its state several times a step, so its tree grows exponentially with the
steps while its distinct nodes grow linearly; and a tree of many steps is deeper than the stack.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sympy import Basic

from rnnmath.errors import NotDifferentiable, ShapeMismatch, Unsupported
from rnnmath.symbolic.notation import StepScalar, TimeMatrix, TimeVector, TotalDerivative

__all__ = ["around", "bottom_up", "dependence", "depth_named", "in_order", "stands_in"]

Known = dict[Any, Any]


def bottom_up(expr: Any, visit: Callable[[Any, list[Any]], Any], known: Known) -> Any:
    """Return ``visit(node, values of its args)`` at the root, each distinct node visited once.

    ``known`` holds the values met so far and is filled.

    Examples
    --------
    >>> from sympy import Symbol, sin
    >>> x = Symbol("x")
    >>> bottom_up(sin(sin(x)), lambda node, values: 1 + max(values, default=0), {})
    3
    """
    stack = [expr]
    while stack:
        node = stack[-1]
        args = node.args if isinstance(node, Basic) else ()
        missing = [] if node in known else [arg for arg in args if arg not in known]
        if missing:
            stack.extend(missing)
            continue
        stack.pop()
        if node not in known:
            known[node] = visit(node, [known[arg] for arg in args])
    return known[expr]


@contextmanager
def depth_named() -> Iterator[None]:
    """Say what is wrong where SymPy's own recursion meets Python's limit.

    Raises
    ------
    Unsupported
        In place of a RecursionError.

    Examples
    --------
    >>> def endless():
    ...     return endless()
    >>> with depth_named():
    ...     endless()
    Traceback (most recent call last):
    rnnmath.errors.Unsupported: the expression nests deeper than Python's recursion limit ...
    """
    try:
        yield
    except RecursionError:
        msg = (
            "the expression nests deeper than Python's recursion limit lets SymPy go; unroll fewer"
            " steps, name the state of each step, or raise the limit (sys.setrecursionlimit)"
        )
        raise Unsupported(msg) from None


def in_order(parts: Iterable[Any]) -> list[Any]:
    """Sort the arguments of a commutative node, the same way every time.

    Examples
    --------
    >>> from sympy import symbols
    >>> x, y = symbols("x y")
    >>> in_order((y, x)), in_order((x, y))
    ([x, y], [x, y])
    """
    with depth_named():
        return sorted(parts, key=lambda part: part.sort_key())


def stands_in(part: Any, expr: Any) -> bool:
    """Tell whether ``part`` is a node of ``expr``, so that ``xreplace`` would find it.

    SymPy's ``has`` also says yes to ``x*y`` in ``x*y*z``, which ``xreplace`` leaves alone.

    Examples
    --------
    >>> from sympy import symbols
    >>> x, y, z = symbols("x y z")
    >>> stands_in(x * y, x * y * z), stands_in(x * y, 2 + x * y)
    (False, True)
    """
    return bool(bottom_up(expr, lambda node, inside: node == part or any(inside), {}))


def around(part: Any, expr: Any) -> list[Any]:
    """Return the nodes of ``expr`` that hold ``part`` strictly inside.

    Examples
    --------
    >>> from sympy import sin, symbols
    >>> x, y = symbols("x y")
    >>> around(x, y + sin(x))
    [sin(x), y + sin(x)]
    """
    found: list[Any] = []

    def visit(node: Any, inside: list[bool]) -> bool:
        if any(inside) and node != part:
            found.append(node)
        return node == part or any(inside)

    bottom_up(expr, visit, {})
    return found


def _may_meet(node: Any, wrt: Any) -> bool:
    """Tell whether an index bound by ``node`` runs through times of the sequence of ``wrt``."""
    if not isinstance(wrt, TimeVector | TimeMatrix):
        return False
    bound = set(getattr(node, "bound_symbols", ()))
    return bool(bound) and any(
        sibling.name == wrt.name and bound & sibling.index.free_symbols
        for sibling in node.atoms(type(wrt))
    )


def _refuse_what_is_uncertain(node: Any, wrt: Any) -> None:
    if _may_meet(node, wrt):
        msg = (
            f"{node} runs over times of {wrt.name} and may or may not meet {wrt};"
            " split the range around that time first"
        )
        raise NotDifferentiable(msg)
    if type(node) is type(wrt) and node.name == wrt.name and node.shape != wrt.shape:
        msg = f"{node} has shape {node.shape} in the expression, and shape {wrt.shape} as wrt"
        raise ShapeMismatch(msg)


def dependence(wrt: Any) -> Callable[[Any], bool]:
    """Return the test whether an expression depends on ``wrt``; it remembers what it has seen.

    Time-indexed vectors and total derivatives other than ``wrt`` are held.

    Raises
    ------
    NotDifferentiable
        The test raises where the question has no certain answer: at a loss without its formula,
        and at a sum or product over time that may or may not meet the time of ``wrt``.
    ShapeMismatch
        The test raises where the name of ``wrt`` stands for a second shape.

    Examples
    --------
    >>> from rnnmath.symbolic.notation import W, h, t
    >>> depends = dependence(h[t])
    >>> depends(W * h[t]), depends(W * h[t - 1])
    (True, False)
    """
    known: Known = {wrt: True}

    def visit(node: Any, inside: list[bool | None]) -> bool | None:
        _refuse_what_is_uncertain(node, wrt)
        if isinstance(node, StepScalar):
            return None
        if True in inside or isinstance(node, TotalDerivative):
            return True in inside
        return None if None in inside else False

    def depends(expr: Any) -> bool:
        answer = bottom_up(expr, visit, known)
        if answer is None:
            msg = f"{expr} holds a loss without its formula; write it out, or take TotalDerivative"
            raise NotDifferentiable(msg)
        return bool(answer)

    return depends
