"""Softmax on rational scores: a formal exponential, of which only ``E' = E > 0`` is used.

No rational score but 0 has a rational exponential.  The Jacobian of softmax asks for two numbers
at each score, the value of the exponential and its slope, and for nothing else: any positive
value with a slope equal to it decides a statement about them exactly.
"""

from fractions import Fraction
from typing import Any

import numpy as np

from rnnmath.numeric.dual import Dual
from rnnmath.symbolic.nodes import Softmax
from rnnmath.verify.evaluate.case import Case
from rnnmath.verify.evaluate.recursion import Evaluator, evaluate

__all__ = ["EVALUATORS", "formal_exponential"]


def formal_exponential(score: Any) -> Any:
    """Return ``E(x) = 1 + x`` for x >= 0 and ``1 / (1 - x)`` below, with the slope ``E' = E``.

    E is positive, grows with x and reaches every positive rational, so that softmax over it
    reaches every rational distribution without zeros.

    Parameters
    ----------
    score : int, Fraction or Dual

    Examples
    --------
    >>> formal_exponential(Dual(Fraction(-1), 1))
    Dual(value=Fraction(1, 2), derivative=Fraction(1, 2))
    """
    dual = score if isinstance(score, Dual) else Dual(score)
    value = 1 + dual.value if dual.value >= 0 else 1 / (1 - dual.value)
    return Dual(value, value * dual.derivative) if isinstance(score, Dual) else Fraction(value)


def _softmax(node: Any, case: Case) -> Any:
    scores = evaluate(node.argument, case)
    if any(isinstance(score, float | complex) for score in scores.flat):
        scores = np.array(scores.tolist())  # exact zeros and ones leave floats in object arrays
    if scores.dtype == object:
        grown = np.array([formal_exponential(score) for score in scores.flat], dtype=object)
    else:
        grown = np.exp(scores.ravel() - np.max(scores.real))
    return (grown / sum(grown)).reshape(scores.shape)


EVALUATORS: dict[type, Evaluator] = {Softmax: _softmax}
