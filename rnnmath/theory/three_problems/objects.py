"""The lengths and numbers of this chapter, and what its claims suppose."""

from typing import Any

from sympy import Symbol, sympify

from rnnmath.claim import Hypothesis
from rnnmath.symbolic.derivation import Relation, Statement
from rnnmath.symbolic.notation import T, size
from rnnmath.symbolic.quantities.cost import RunCost

__all__ = [
    "CHAPTER",
    "SHORT_ENOUGH",
    "WITHIN",
    "B",
    "H",
    "K",
    "at_most",
    "cost",
    "equal",
    "less",
    "s",
    "units",
]

CHAPTER = "three_problems"

#: The length of a window or of a chunk.
K = size("K")
#: How many inputs and outputs there may be for each unit of the state.
units = Symbol("nu", integer=True, positive=True)
#: Bounds of the scale of a step, of the errors ``V^T e_t`` and of the states.
s, B, H = Symbol("s", positive=True), Symbol("B", nonnegative=True), Symbol("H", nonnegative=True)


def equal(left: Any, right: Any) -> Statement:
    """Return ``left = right``.

    Examples
    --------
    >>> print(equal(K, 3))
    K = 3
    """
    return Statement(sympify(left), Relation.EQUAL, sympify(right))


def at_most(left: Any, right: Any) -> Statement:
    """Return ``left <= right``.

    Examples
    --------
    >>> print(at_most(K, T))
    K <= T
    """
    return Statement(sympify(left), Relation.AT_MOST, sympify(right))


def less(left: Any, right: Any) -> Statement:
    """Return ``left < right``.

    Examples
    --------
    >>> print(less(s, 1))
    s < 1
    """
    return Statement(sympify(left), Relation.LESS, sympify(right))


def cost(measure: str, schedule: str) -> RunCost:
    """Return one cost of a run; the whole sequence is one stretch of T steps.

    Examples
    --------
    >>> cost("states", "chunks")
    states(chunks K)
    """
    return RunCost(measure, schedule, T if schedule == "whole" else K)


WITHIN = at_most(K, T)
SHORT_ENOUGH = Hypothesis(
    "$1 \\le K \\le T$: a window or a chunk is no longer than the run", WITHIN
)
