"""What a gated cell shows: its direct path measured, and its gates at a number."""

from typing import Any

import numpy as np
import sympy as sp

from rnnmath.errors import Unsupported
from rnnmath.symbolic.activations.records import logistic
from rnnmath.symbolic.quantities.paths import DirectDerivative
from rnnmath.verify.evaluate import numbers
from rnnmath.verify.evaluate.case import Case
from rnnmath.verify.evaluate.recursion import Evaluator, evaluate, integer

__all__ = ["EVALUATORS"]


def _direct(node: Any, case: Case) -> Any:
    if case.cell is None:
        msg = f"{node} belongs to a gated cell, but the case draws none"
        raise Unsupported(msg)
    of, wrt = ((end.name, integer(end.index, case)) for end in (node.of, node.wrt))
    return case.cell.direct(of, wrt)


def _gate(node: Any, case: Case) -> Any:
    """Apply the function that the case gives, or enclose the true one."""
    given = case.functions.get(node.func.__name__)
    if given is None:
        return numbers.EVALUATORS[node.func](node, case)
    argument = np.array([[evaluate(node.args[0], case)]], dtype=object)
    return given(argument)[0, 0]


EVALUATORS: dict[type, Evaluator] = {
    DirectDerivative: _direct,
    logistic: _gate,
    sp.tanh: _gate,
}
