"""Which evaluator reads which node."""

from rnnmath.verify.evaluate import (
    averaging,
    cells,
    chance,
    decay,
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
    scalar_state,
    softmax,
)
from rnnmath.verify.evaluate.recursion import Evaluator

__all__ = ["EVALUATORS"]

EVALUATORS: dict[type, Evaluator] = {
    **matrices.EVALUATORS,
    **numbers.EVALUATORS,
    **observed.EVALUATORS,
    **decay.EVALUATORS,
    **scalar_state.EVALUATORS,
    **cells.EVALUATORS,
    **softmax.EVALUATORS,
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
