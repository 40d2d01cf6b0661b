"""Which evaluator reads which node."""

from rnnmath.verify.evaluate import cells, horizon, matrices, nonnormality, numbers, observed, runs
from rnnmath.verify.evaluate.recursion import Evaluator

__all__ = ["EVALUATORS"]

EVALUATORS: dict[type, Evaluator] = {
    **matrices.EVALUATORS,
    **numbers.EVALUATORS,
    **observed.EVALUATORS,
    **cells.EVALUATORS,
    **horizon.EVALUATORS,
    **nonnormality.EVALUATORS,
    **runs.EVALUATORS,
}
