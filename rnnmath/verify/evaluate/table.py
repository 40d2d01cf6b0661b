"""Which evaluator reads which node."""

from rnnmath.verify.evaluate import (
    cells,
    chance,
    gaussian,
    horizon,
    matrices,
    means,
    nonnormality,
    numbers,
    observed,
    runs,
)
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
    **means.EVALUATORS,
    **chance.EVALUATORS,
    **gaussian.EVALUATORS,
}
