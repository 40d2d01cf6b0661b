"""Which evaluator reads which node."""

from rnnmath.verify.evaluate import (
    averaging,
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
    **averaging.EVALUATORS,
    **horizon.EVALUATORS,
    **nonnormality.EVALUATORS,
    **means.EVALUATORS,
    **chance.EVALUATORS,
    **normal_powers.EVALUATORS,
    **gaussian.EVALUATORS,
    **runs.EVALUATORS,
    **outcomes.EVALUATORS,
    **integrals.EVALUATORS,
}
