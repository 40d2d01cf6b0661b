"""Integrals of polynomials of low degree, exact by Simpson's rule."""

from fractions import Fraction
from typing import Any

import sympy as sp

from rnnmath.errors import Unsupported
from rnnmath.verify.evaluate.case import Case
from rnnmath.verify.evaluate.recursion import Evaluator, evaluate

__all__ = ["EVALUATORS"]


def _integral(node: Any, case: Case) -> Any:
    """Integrate over the outermost variable; the rule is exact up to the third degree."""
    *inner, (variable, *limits) = node.limits
    plain = node.function.is_polynomial(variable) and sp.degree(node.function, variable) <= 3
    if not plain or any(limit.has(variable) for limit in inner):
        msg = f"only a polynomial of degree up to 3 in {variable} is integrated, got {node}"
        raise Unsupported(msg)
    integrand = sp.Integral(node.function, *inner) if inner else node.function
    low, high = (Fraction(evaluate(limit, case)) for limit in limits)
    left, middle, right = (
        evaluate(integrand, case.but(**{str(variable.name): place}))
        for place in (low, (low + high) / 2, high)
    )
    return (high - low) * (left + 4 * middle + right) / 6


EVALUATORS: dict[type, Evaluator] = {sp.Integral: _integral}
