"""Matrices become arrays of Fractions, or of floats."""

from collections.abc import Callable
from fractions import Fraction
from functools import reduce
from typing import Any

import numpy as np
import sympy as sp
from sympy.matrices.expressions.matexpr import MatrixElement

from rnnmath.errors import ShapeMismatch, Unsupported
from rnnmath.numeric import exact
from rnnmath.numeric.exact import Interval
from rnnmath.symbolic import nodes, norms
from rnnmath.symbolic.quantities.nonnormality import Departure
from rnnmath.verify.elementary import power_of
from rnnmath.verify.evaluate.case import Case
from rnnmath.verify.evaluate.nonnormality import squared_departure
from rnnmath.verify.evaluate.numbers import root, simplest
from rnnmath.verify.evaluate.recursion import Evaluator, children, evaluate, integer

__all__ = ["EVALUATORS"]


def _number_or_matrix(value: Any) -> Any:
    return value.item() if isinstance(value, np.ndarray) and value.ndim == 0 else value


def _times(left: Any, right: Any) -> Any:
    if np.ndim(left) == 2 and np.ndim(right) == 2:
        if left.shape[1] != right.shape[0]:
            msg = f"a product of shapes {left.shape} and {right.shape} does not exist"
            raise ShapeMismatch(msg)
        return left @ right
    return left * right


def _plus(left: Any, right: Any) -> Any:
    if np.shape(left) != np.shape(right):
        msg = f"a sum of shapes {np.shape(left)} and {np.shape(right)} does not exist"
        raise ShapeMismatch(msg)
    return left + right


def _hadamard(node: Any, case: Case) -> Any:
    return reduce(lambda u, v: u * v, children(node, case))


def _diagonal(node: Any, case: Case) -> Any:
    vector = evaluate(node.args[0], case)
    matrix = np.zeros((len(vector), len(vector)), dtype=vector.dtype)
    matrix[np.diag_indices(len(vector))] = vector[:, 0]
    return matrix


def _elementwise(node: Any, case: Case) -> Any:
    argument = evaluate(node.argument, case)
    body, variable = node.args[0].expr, node.args[0].variables[0]
    named = isinstance(body, sp.Function) and body.args == (variable,)
    if named and (
        isinstance(body, sp.core.function.AppliedUndef) or body.func.__name__ in case.functions
    ):
        return _function(body.func.__name__, case)(argument)
    if argument.dtype == object:
        flat = [evaluate(body, case.but(**{str(variable.name): entry})) for entry in argument.flat]
        return np.array(flat, dtype=object).reshape(argument.shape)
    return np.asarray(sp.lambdify(variable, body, "numpy")(argument)) + np.zeros_like(argument)


def _applied(node: Any, case: Case) -> Any:
    argument = np.array([[evaluate(node.args[0], case)]], dtype=object)
    return _function(node.func.__name__, case)(argument)[0, 0]


def _function(name: str, case: Case) -> Callable[[Any], Any]:
    if name not in case.functions:
        msg = f"the case gives no function {name!r}"
        raise Unsupported(msg)
    return case.functions[name]


def _ranged(node: Any, case: Case) -> list[Any]:
    """Return the terms of an ordered product or sum, the oldest first."""
    lower, upper = integer(node.lower, case), integer(node.upper, case)
    return [
        evaluate(node.term, case.but(**{str(node.index.name): step}))
        for step in range(lower, upper + 1)
    ]


def _ordered_product(node: Any, case: Case) -> Any:
    factors = _ranged(node, case)
    if not factors:
        return _identity(sp.Identity(node.shape[0]), case)
    return reduce(lambda product, factor: _times(factor, product), factors)


def _indexed_sum(node: Any, case: Case) -> Any:
    terms = _ranged(node, case)
    if not terms:
        return _zeros(sp.ZeroMatrix(*node.shape), case)
    return reduce(_plus, terms)


def _identity(node: Any, case: Case) -> Any:
    return np.array(np.eye(integer(node.shape[0], case), dtype=int), dtype=object)


def _zeros(node: Any, case: Case) -> Any:
    rows, cols = (integer(side, case) for side in node.shape)
    return np.array(np.zeros((rows, cols), dtype=int), dtype=object)


def _ones(node: Any, case: Case) -> Any:
    return _zeros(node, case) + 1


def _power(node: Any, case: Case) -> Any:
    base, exponent = node.args
    if exponent == 2 and isinstance(base, norms.FrobeniusNorm | norms.VectorNorm):
        return exact.frobenius_squared(evaluate(base.matrix, case))
    if exponent == 2 and isinstance(base, Departure):
        return squared_departure(base, case)
    value = evaluate(base, case)
    if exponent in (sp.Rational(1, 2), sp.Rational(-1, 2)):
        found = root(value, case)
        return found if exponent > 0 else simplest(1 / Interval.exactly(found))
    if isinstance(raised := evaluate(exponent, case), Fraction) and raised.denominator > 1:
        return power_of(value, raised, case.bits)
    count = integer(exponent, case)
    if np.ndim(value) == 2:
        return reduce(_times, [value] * count, np.eye(len(value), dtype=int).astype(object))
    if count < 0 and not isinstance(value, Interval):
        return 1 / Fraction(value) ** -count
    if count < 0 and value.upper < 0:
        return (-1) ** count * (-value) ** count
    return value**count


def _inverse(node: Any, case: Case) -> Any:
    matrix = sp.Matrix([[_sympy(entry) for entry in row] for row in evaluate(node.arg, case)])
    return _explicit(matrix.inv(), case)


def _sympy(value: Any) -> Any:
    return sp.Rational(Fraction(value).numerator, Fraction(value).denominator)


def _block(node: Any, case: Case) -> Any:
    rows, cols = node.blockshape
    return np.block([[evaluate(node.blocks[i, j], case) for j in range(cols)] for i in range(rows)])


def _explicit(node: Any, case: Case) -> Any:
    flat = [evaluate(entry, case) for entry in node.flat()]
    return np.array(flat, dtype=object).reshape(node.shape)


EVALUATORS: dict[type, Evaluator] = {
    sp.MatMul: lambda node, case: reduce(_times, children(node, case)),
    sp.MatAdd: lambda node, case: reduce(_plus, children(node, case)),
    sp.Mul: lambda node, case: _number_or_matrix(reduce(_times, children(node, case))),
    sp.Add: lambda node, case: reduce(_plus, children(node, case)),
    sp.Pow: _power,
    sp.MatPow: _power,
    sp.Inverse: _inverse,
    sp.Transpose: lambda node, case: np.transpose(evaluate(node.args[0], case)),
    sp.HadamardProduct: _hadamard,
    sp.DiagMatrix: _diagonal,
    sp.BlockMatrix: _block,
    sp.MatrixBase: _explicit,
    sp.Identity: _identity,
    sp.ZeroMatrix: _zeros,
    sp.OneMatrix: _ones,
    MatrixElement: lambda node, case: evaluate(node.parent, case)[
        integer(node.i, case), integer(node.j, case)
    ],
    nodes.Elementwise: _elementwise,
    nodes.OrderedProduct: _ordered_product,
    nodes.IndexedSum: _indexed_sum,
    nodes.InnerProduct: lambda node, case: (
        np.transpose(evaluate(node.args[0], case)) @ evaluate(node.args[1], case)
    )[0, 0],
    sp.core.function.AppliedUndef: _applied,
}
