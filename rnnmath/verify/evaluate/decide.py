"""From a statement and a case to a verdict: true, false, or undecided."""

import math
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np
import sympy as sp

from rnnmath.errors import ShapeMismatch, Undecided
from rnnmath.numeric.exact import Interval
from rnnmath.symbolic.derivation import Relation, Statement
from rnnmath.verify.evaluate.case import Case
from rnnmath.verify.evaluate.recursion import evaluate

__all__ = ["decide", "speaks_of"]


def _equal(left: Any, right: Any) -> bool | None:
    if np.ndim(left) == 2 or np.ndim(right) == 2:
        if np.shape(left) != np.shape(right):
            msg = f"an equation between shapes {np.shape(left)} and {np.shape(right)}"
            raise ShapeMismatch(msg)
        if any(isinstance(entry, Interval) for side in (left, right) for entry in side.flat):
            entries = [_equal(*pair) for pair in zip(left.flat, right.flat, strict=True)]
            return False if False in entries else None if None in entries else True
        return bool(np.all(np.equal(left, right)))
    left, right = Interval.exactly(left), Interval.exactly(right)
    if left.is_exact and right.is_exact:
        return bool(left.lower == right.lower)
    return False if left.upper < right.lower or right.upper < left.lower else None


def _equivalent(left: Statement, right: Statement, case: Case) -> bool | None:
    first, second = _truth(left, case), _truth(right, case)
    return None if first is None or second is None else first == second


def _truth(statement: Statement, case: Case) -> bool | None:
    if statement.relation == Relation.IFF:
        return _equivalent(statement.lhs, statement.rhs, case)
    if statement.relation == Relation.LESS and statement.rhs == sp.oo:
        return bool(evaluate(statement.lhs, case) != math.inf)
    left, right = evaluate(statement.lhs, case), evaluate(statement.rhs, case)
    if statement.relation == Relation.EQUAL:
        return _equal(left, right)
    if statement.relation in (Relation.AT_LEAST, Relation.GREATER):
        left, right = right, left
    left = Interval.exactly(left)
    if statement.relation in (Relation.AT_MOST, Relation.AT_LEAST):
        return left.certainly_le(right)
    return left.certainly_lt(right)


def decide(statement: Statement, case: Case, *, refinements: int = 3) -> bool | None:
    """Decide a statement on a case, refining enclosures until it is settled.

    Returns
    -------
    bool or None
        None where the enclosures still overlap at the finest precision.

    Examples
    --------
    >>> from sympy import sqrt, Integer, Rational
    >>> below = Statement(sqrt(Integer(2)), Relation.LESS, Rational(17, 12))
    >>> decide(below, Case({}))
    True
    """
    for _ in range(refinements):
        with suppress(Undecided):
            verdict = _truth(statement, case)
            if verdict is not None:
                return verdict
        case = replace(case, bits=2 * case.bits)
    return None


def speaks_of(statement: Statement, case: Case) -> bool:
    """Tell whether the case has a value for every name in a statement.

    Examples
    --------
    >>> from sympy import MatrixSymbol, S
    >>> from rnnmath.symbolic.norms import SpectralNorm
    >>> below = Statement(SpectralNorm(MatrixSymbol("A", 2, 2)), Relation.LESS, S(1))
    >>> speaks_of(below, Case({}))
    False
    """
    drawn = {*case.values, *(("W", "U", "V", "b", "c", "T") if case.world is not None else ())}
    for side in (statement.lhs, statement.rhs):
        if isinstance(side, Statement):
            if not speaks_of(side, case):
                return False
        elif not {str(symbol.name) for symbol in sp.sympify(side).free_symbols} <= drawn:
            return False
    return True
