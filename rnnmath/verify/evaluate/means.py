"""Means over random matrices, exactly: by moments where they do, else over every value."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import sympy as sp
from sympy.matrices.expressions.matexpr import MatrixElement

from rnnmath.errors import Unsupported
from rnnmath.numeric.moments import (
    FiniteLaw,
    Place,
    RandomPolynomial,
    gaussian_moment,
    random_matrix,
)
from rnnmath.symbolic import norms
from rnnmath.symbolic.nodes import InnerProduct
from rnnmath.symbolic.quantities.chance import Expectation, Gaussian, Law, MeanMatrix
from rnnmath.symbolic.tidy import multiply, transpose
from rnnmath.verify.evaluate.case import Case
from rnnmath.verify.evaluate.recursion import Evaluator, evaluate, integer

__all__ = ["EVALUATORS"]

_RING = (
    sp.Add,
    sp.Mul,
    sp.MatAdd,
    sp.MatMul,
    sp.Transpose,
    sp.HadamardProduct,
    sp.MatrixSymbol,
    MatrixElement,
    InnerProduct,
    sp.Trace,
)


class _PlainTrace(sp.Expr):
    """A trace of entries that need not be numbers."""


def _measured(node: Any) -> Any:
    """Return squared lengths and traces as what polynomials can be put into, else None."""
    if isinstance(node, sp.Trace):
        return _PlainTrace(node.args[0])
    if isinstance(node, sp.Pow) and node.exp.is_Integer and node.exp > 0 and node.exp % 2 == 0:
        half = int(node.exp) // 2
        if isinstance(node.base, norms.VectorNorm):
            return InnerProduct(node.base.matrix, node.base.matrix) ** half
        if isinstance(node.base, norms.FrobeniusNorm):
            matrix = node.base.matrix
            return _PlainTrace(multiply(transpose(matrix), matrix)) ** half
    return None


def _as_polynomial(expr: Any, variables: tuple[Any, ...]) -> Any:
    """Return a formula that polynomials can be put into for the variables, or None."""
    if not isinstance(expr, sp.Basic) or not expr.has(*variables):
        return expr
    measured = _measured(expr)
    if measured is not None:
        inside = measured.base if measured.is_Pow else measured
        parts = [_as_polynomial(arg, variables) for arg in inside.args]
        power = measured.exp if measured.is_Pow else 1
        return None if None in parts else inside.func(*parts) ** power
    if isinstance(expr, sp.MatrixSymbol):
        return expr
    raised = isinstance(expr, sp.Pow | sp.MatPow) and not expr.exp.has(*variables)
    nested = isinstance(expr, Expectation | MeanMatrix)
    if nested or not (raised or isinstance(expr, _RING)):
        return None
    if raised and expr.exp.is_negative:
        return None
    parts = [_as_polynomial(arg, variables) for arg in expr.args]
    return None if None in parts else expr.func(*parts)


def _finite(case: Case) -> FiniteLaw:
    law = case.values.get("law")
    if not isinstance(law, FiniteLaw):
        msg = "the case draws no law of random matrices"
        raise Unsupported(msg)
    return law


def _shapes(law: Law, case: Case) -> dict[str, tuple[int, int]]:
    """Return the shapes of the random matrices, by name."""
    shapes = {}
    for block, variable in zip(law.blocks, law.variables, strict=True):
        name = str(variable.name)
        if isinstance(block, Gaussian):
            rows, cols = (integer(side, case) for side in variable.shape)
            shapes[name] = (rows, cols)
        else:
            shapes[name] = _finite(case).shapes[name]
    return shapes


def _moments(law: Law, case: Case) -> Callable[[tuple[Place, ...]], Any]:
    normal = {str(block.variable.name) for block in law.blocks if isinstance(block, Gaussian)}

    def moment(places: tuple[Place, ...]) -> Any:
        bell = tuple(place for place in places if place[0] in normal)
        rest = tuple(place for place in places if place[0] not in normal)
        return gaussian_moment(bell) * (_finite(case).moment(rest) if rest else 1)

    return moment


def _mean(node: Any, case: Case) -> Any:
    expr, law = node.args
    shapes = _shapes(law, case)
    formula = _as_polynomial(expr, law.variables)
    if formula is None:
        return _over_values(expr, law, case)
    entries = {name: random_matrix(name, shape) for name, shape in shapes.items()}
    value = evaluate(formula, case.but(**entries))
    moment = lru_cache(maxsize=None)(_moments(law, case))

    def average(entry: Any) -> Any:
        found = isinstance(entry, RandomPolynomial)
        return entry.mean(moment, set(shapes)) if found else entry

    if np.ndim(value) == 2:
        flat = [average(entry) for entry in value.flat]
        return np.array(flat, dtype=object).reshape(value.shape)
    return average(value)


def _over_values(expr: Any, law: Law, case: Case) -> Any:
    """Average over every value that the matrices take."""
    if any(isinstance(block, Gaussian) for block in law.blocks):
        msg = f"the mean of {expr} over a normal law is no polynomial of moments"
        raise Unsupported(msg)
    names = {str(variable.name) for variable in law.variables}
    terms = [
        chance * evaluate(expr, case.but(**values))
        for chance, values in _finite(case).outcomes(names)
    ]
    return sum(terms[1:], start=terms[0])


def _plain_trace(node: Any, case: Case) -> Any:
    return sum(np.diagonal(evaluate(node.args[0], case)), start=0)


EVALUATORS: dict[type, Evaluator] = {
    Expectation: _mean,
    MeanMatrix: _mean,
    _PlainTrace: _plain_trace,
}
