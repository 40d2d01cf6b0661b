"""Numbers of matrices that are not normal, enclosed by certificates."""

from collections.abc import Callable
from math import comb
from typing import Any

import numpy as np
import sympy as sp

from rnnmath.errors import DomainError, Undecided
from rnnmath.numeric import exact
from rnnmath.numeric.exact import Interval, nonnormality
from rnnmath.symbolic.quantities import nonnormality as nodes
from rnnmath.verify.evaluate.case import Case
from rnnmath.verify.evaluate.numbers import root, simplest
from rnnmath.verify.evaluate.recursion import Evaluator, evaluate, integer

__all__ = ["EVALUATORS", "squared_departure"]


def _certified(measure: Callable[..., Interval]) -> Evaluator:
    def evaluator(node: Any, case: Case) -> Any:
        try:
            return simplest(measure(evaluate(node.matrix, case), bits=case.bits))
        except DomainError as error:
            msg = f"{node} is not enclosed here: {error}"
            raise Undecided(msg) from None

    return evaluator


def _resolvent(node: Any, case: Case) -> Any:
    re, im = evaluate(node.point, case).flat
    return nonnormality.resolvent_norm(evaluate(node.matrix, case), re, im, bits=case.bits)


def _departure(matrix: Any, bits: int) -> Interval:
    """Enclose ``‖A‖_F^2 - Σ |λ|^2``, which is never negative, and take the root."""
    gap = exact.frobenius_squared(matrix) - nonnormality.squared_moduli(matrix, bits)
    return Interval(max(gap.lower, 0), max(gap.upper, 0))


#: ``d(A)^2``, which is rational where ``Σ |λ|^2`` is.
squared_departure = _certified(_departure)


EVALUATORS: dict[type, Evaluator] = {
    sp.binomial: lambda node, case: comb(*(integer(part, case) for part in node.args)),
    nodes.PowerSupremum: _certified(nonnormality.power_supremum),
    nodes.KreissConstant: _certified(nonnormality.kreiss_constant),
    nodes.ResolventNorm: _resolvent,
    nodes.Departure: lambda node, case: root(squared_departure(node, case), case),
    nodes.StrictUpper: lambda node, case: np.triu(evaluate(node.matrix, case), 1),
}
