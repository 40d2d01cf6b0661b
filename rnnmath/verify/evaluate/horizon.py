"""When a sequence of numbers is small, found by comparing each of them with the level."""

from typing import Any

from rnnmath.errors import Undecided
from rnnmath.numeric.exact import Interval
from rnnmath.symbolic.quantities.horizon import FirstBelow, Horizon
from rnnmath.verify.evaluate.case import Case
from rnnmath.verify.evaluate.recursion import Evaluator, evaluate, integer

__all__ = ["EVALUATORS"]


def _below(node: Any, case: Case, step: int) -> bool:
    name = str(node.index.name)
    value = Interval.exactly(evaluate(node.term, case.but(**{name: step})))
    verdict = value.certainly_le(evaluate(node.level, case))
    if verdict is None:
        msg = f"whether {node.term} is at most {node.level} at {name} = {step} stays open"
        raise Undecided(msg)
    return verdict


def _horizon(node: Any, case: Case) -> int:
    """Go back from the end as long as the sequence is small."""
    start = integer(node.last, case) + 1
    while start > 0 and _below(node, case, start - 1):
        start -= 1
    return start


def _first_below(node: Any, case: Case) -> int:
    last = integer(node.last, case)
    return next((step for step in range(last + 1) if _below(node, case, step)), last + 1)


EVALUATORS: dict[type, Evaluator] = {Horizon: _horizon, FirstBelow: _first_below}
