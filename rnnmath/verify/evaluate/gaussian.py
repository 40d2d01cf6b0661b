"""Means over a normal law become exact, a moment at a time."""

from fractions import Fraction
from typing import Any

import sympy as sp

from rnnmath.symbolic.quantities.gaussian import GaussianMean
from rnnmath.verify.evaluate.case import Case
from rnnmath.verify.evaluate.recursion import Evaluator, evaluate

__all__ = ["EVALUATORS"]


def _mean(node: Any, case: Case) -> Any:
    """Add up the moments, each from the one before: ``E z^(k+2) = (k + 1) E z^k``."""
    coefficients = sp.Poly(node.expr, node.variable).all_coeffs()[::-1]
    total, moment = Fraction(0), Fraction(1)
    for power in range(0, len(coefficients), 2):
        total = total + moment * evaluate(coefficients[power], case)
        moment = moment * (power + 1)
    return total


EVALUATORS: dict[type, Evaluator] = {GaussianMean: _mean}
