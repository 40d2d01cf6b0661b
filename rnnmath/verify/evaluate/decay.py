"""Weights in training: the recursion is run, step by step."""

from typing import Any

from rnnmath.errors import DomainError, Undecided, Unsupported
from rnnmath.numeric.clipping import clip
from rnnmath.symbolic.quantities.decay import Decayed
from rnnmath.verify.evaluate.case import Case
from rnnmath.verify.evaluate.recursion import Evaluator, evaluate, integer

__all__ = ["EVALUATORS"]


def _decayed(node: Any, case: Case) -> Any:
    weights = evaluate(node.start, case)
    rate, decay, threshold = (evaluate(part, case) for part in node.args[2:5])
    count = integer(node.count, case)
    if count < 0:
        msg = f"{node} is after {count} steps"
        raise Unsupported(msg)
    for step in range(count):
        gradient = evaluate(node.gradient(step), case)
        try:
            taken = clip(gradient, threshold)
        except DomainError as error:
            msg = f"{node} has no exact value here: {error}"
            raise Undecided(msg) from None
        weights = weights - rate * (taken + decay * weights)
    return weights


EVALUATORS: dict[type, Evaluator] = {Decayed: _decayed}
