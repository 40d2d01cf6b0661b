"""How likely a false identity passes: the degree of a statement, for the Schwartz-Zippel bound.

Every drawn number of a polynomial network is a variable.  A nonzero polynomial of degree d
vanishes at a random point of S^N with probability at most d / |S| (Schwartz 1980).
"""

import math
from typing import Any

import sympy as sp

from rnnmath.symbolic import nodes, norms, notation
from rnnmath.symbolic.quantities.clipping import Clip
from rnnmath.symbolic.quantities.truncation import (
    HeldGradient,
    RestartedGradient,
    TruncatedGradient,
)
from rnnmath.verify.evaluate import Case, evaluate

__all__ = ["degree"]

#: The drawn polynomial activation is quadratic, with drawn coefficients.
_ACTIVATION_DEGREE = 2
#: Gradients of the loss of a part of the program, or of a shorter one.
_WHOLE_LOSS = (HeldGradient, RestartedGradient, TruncatedGradient)
#: Formulas in which a square root or a choice between two values is taken.
_NO_POLYNOMIAL = (Clip, sp.Max, sp.Min, sp.Abs, norms.FrobeniusNorm, norms.VectorNorm)


def _state(time: int) -> int:
    """Degree of h_time: W h + U x + b has one more than the larger factor, f doubles it."""
    reached = 1
    for _ in range(time):
        reached = _ACTIVATION_DEGREE * (reached + 1) + 1
    return reached


def _vector(name: str, time: int) -> int:
    if name == "x":
        return 1
    if name == "h":
        return _state(time)
    return max(_state(time - 1), 1) + 1 if name == "a" else _state(time) + 1


def _loss(time: int) -> int:
    return 2 * _vector("o", time)


def degree(expr: Any, case: Case) -> float:
    """Return a bound on the degree of a formula in the numbers that were drawn.

    It is infinite for what is no polynomial: a root, a larger of two, a clipped gradient.

    Parameters
    ----------
    expr : SymPy expression
    case : Case
        Gives the times and the horizon.

    Examples
    --------
    >>> from rnnmath.symbolic.notation import W
    >>> degree(W * W.T, Case({}))
    2
    """
    if isinstance(expr, _NO_POLYNOMIAL):
        return math.inf
    if isinstance(expr, _WHOLE_LOSS):
        return _loss(case.world.horizon if case.world else 0)
    if isinstance(expr, notation.TotalDerivative):
        return degree(expr.of, case)
    if isinstance(expr, notation.TimeVector):
        return _vector(expr.name, int(evaluate(expr.index, case)))
    if isinstance(expr, notation.TimeScalar):
        return _loss(int(evaluate(expr.index, case)))
    if isinstance(expr, notation.StepScalar):
        return _loss(case.world.horizon if case.world else 0)
    if isinstance(expr, nodes.Elementwise):
        return _ACTIVATION_DEGREE * degree(expr.argument, case) + 1
    if isinstance(expr, nodes.OrderedProduct | nodes.IndexedSum):
        steps = range(int(evaluate(expr.lower, case)), int(evaluate(expr.upper, case)) + 1)
        parts = [degree(expr.term, case.but(**{str(expr.index.name): step})) for step in steps]
        return sum(parts) if isinstance(expr, nodes.OrderedProduct) else max(parts, default=0)
    if isinstance(expr, sp.MatPow | sp.Pow):
        return degree(expr.args[0], case) * abs(int(evaluate(expr.args[1], case)))
    if isinstance(expr, sp.MatrixSymbol | sp.Symbol | notation.TimeMatrix):
        return 1
    parts = [degree(arg, case) for arg in expr.args]
    if isinstance(expr, sp.MatAdd | sp.Add | sp.BlockMatrix):
        return max(parts, default=0)
    return sum(parts)
