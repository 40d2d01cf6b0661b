"""Which evaluator reads which node."""

from rnnmath.verify.evaluate import (
    cells,
    chance,
    gaussian,
    horizon,
    integrals,
    matrices,
    means,
    nonnormality,
    normal_powers,
    numbers,
    observed,
    outcomes,
    runs,
    training,
    unit,
    weights,
)
from rnnmath.verify.evaluate.recursion import Evaluator

__all__ = ["EVALUATORS"]

EVALUATORS: dict[type, Evaluator] = {
    **matrices.EVALUATORS,
    **numbers.EVALUATORS,
    **observed.EVALUATORS,
    **training.EVALUATORS,
    **unit.EVALUATORS,
    **cells.EVALUATORS,
    **weights.EVALUATORS,
    **horizon.EVALUATORS,
    **nonnormality.EVALUATORS,
    **means.EVALUATORS,
    **chance.EVALUATORS,
    **gaussian.EVALUATORS,
    **runs.EVALUATORS,
    **outcomes.EVALUATORS,
    **integrals.EVALUATORS,
    **normal_powers.EVALUATORS,
}
