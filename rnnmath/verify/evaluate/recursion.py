"""The one recursion: look the node up, let its evaluator ask for the parts."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import sympy as sp

from rnnmath.errors import Unsupported
from rnnmath.numeric.exact import Interval
from rnnmath.verify.evaluate.case import Case
from rnnmath.verify.world import World

__all__ = ["Evaluator", "children", "evaluate", "integer", "need_program", "need_world"]


Evaluator = Callable[[Any, Case], Any]


def evaluate(expr: Any, case: Case) -> Any:
    """Return the value of a formula on a case.

    Parameters
    ----------
    expr : SymPy expression
    case : Case

    Returns
    -------
    Fraction, int, Interval or numpy.ndarray
        An interval encloses a number that is not rational.

    Raises
    ------
    Unsupported
        If the case gives no value for a name, or a node has no evaluator.
    ShapeMismatch
        If the formula is ill-shaped on this case.

    Examples
    --------
    >>> from fractions import Fraction
    >>> import numpy as np
    >>> from sympy import MatrixSymbol
    >>> from rnnmath.symbolic.norms import SpectralNorm
    >>> A = MatrixSymbol("A", 2, 2)
    >>> case = Case({"A": np.array([[Fraction(3), Fraction(0)], [Fraction(4), Fraction(0)]])})
    >>> evaluate(SpectralNorm(2 * A), case)
    Fraction(10, 1)
    """
    if isinstance(expr, sp.Integer):
        return int(expr)
    if isinstance(expr, sp.Rational):
        return Fraction(int(expr.p), int(expr.q))
    # imported here, since evaluators come back to this function for their parts
    from rnnmath.verify.evaluate.table import EVALUATORS

    for kind in type(expr).__mro__:
        if kind in EVALUATORS:
            return EVALUATORS[kind](expr, case)
    msg = f"no exact value of {type(expr).__name__} {expr}; add an evaluator to verify.evaluate"
    raise Unsupported(msg)


def children(node: Any, case: Case) -> list[Any]:
    """Return the values of the parts."""
    return [evaluate(arg, case) for arg in node.args]


def integer(expr: Any, case: Case) -> int:
    """Return the value of an expression that must be an integer."""
    number = evaluate(expr, case)
    if isinstance(number, Interval) or number != int(number):
        msg = f"{expr} must be an integer here, got {number}"
        raise Unsupported(msg)
    return int(number)


def need_world(case: Case, node: Any) -> World:
    """Return the network of the case, or say that it draws none."""
    if case.world is None:
        other = "another cell" if case.cell is not None else "none"
        msg = f"{node} belongs to a vanilla network, but the case draws {other}"
        raise Unsupported(msg)
    return case.world


def need_program(case: Case, node: Any) -> Any:
    """Return the gated cell or the network of the case, or say that it draws neither."""
    return case.cell if case.cell is not None else need_world(case, node)
