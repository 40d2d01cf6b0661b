"""Outcomes are read from the records of training runs; a run that is not known is trained now."""

import math
from fractions import Fraction
from typing import Any

from rnnmath.errors import Undecided
from rnnmath.symbolic.quantities.outcome import Outcome
from rnnmath.verify.evaluate.case import Case
from rnnmath.verify.evaluate.recursion import Evaluator

__all__ = ["EVALUATORS"]


def _outcome(node: Any, _: Case) -> Fraction:
    # imported here, since most claims speak of no training
    from rnnmath.experiments import outcome

    value = outcome(node.task, node.model).metric(node.metric)
    if not math.isfinite(value):
        msg = f"{node} is {value}, which is no number to compare"
        raise Undecided(msg)
    return Fraction(value)


EVALUATORS: dict[type, Evaluator] = {Outcome: _outcome}
