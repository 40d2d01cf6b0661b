"""One linear unit that runs; its derivatives are measured by dual numbers on the run itself."""

from typing import Any

import numpy as np

from rnnmath.errors import Unsupported
from rnnmath.numeric.dual import dual_jacobian
from rnnmath.symbolic.quantities.scalar_state import (
    ScalarInput,
    ScalarState,
    StateGradient,
    WeightSensitivity,
)
from rnnmath.verify.evaluate.case import Case
from rnnmath.verify.evaluate.recursion import Evaluator, evaluate, integer

__all__ = ["EVALUATORS"]


def _run(weight: Any, inputs: Any, state: Any, after: int, until: int) -> Any:
    if not 0 <= after <= until <= len(inputs):
        msg = f"a unit runs forward in the times 0..{len(inputs)}, not from {after} to {until}"
        raise Unsupported(msg)
    for step in range(after, until):
        state = weight * state + inputs[step, 0]
    return state


def _parts(node: Any, case: Case) -> tuple[Any, Any, int]:
    return evaluate(node.weight, case), evaluate(node.inputs, case), integer(node.time, case)


def _state(node: Any, case: Case) -> Any:
    weight, inputs, time = _parts(node, case)
    return _run(weight, inputs, 0, 0, time)


def _measured(run: Any, point: Any) -> Any:
    start = np.array([[point]], dtype=object)
    return dual_jacobian(lambda moved: _run_as_column(run, moved), start)[0, 0]


def _run_as_column(run: Any, moved: Any) -> Any:
    return np.array([[run(moved[0, 0])]], dtype=object) + 0 * moved


def _sensitivity(node: Any, case: Case) -> Any:
    weight, inputs, time = _parts(node, case)
    return _measured(lambda moved: _run(moved, inputs, 0, 0, time), weight)


def _gradient(node: Any, case: Case) -> Any:
    weight, inputs, time = _parts(node, case)
    since = integer(node.earlier, case)
    before = _run(weight, inputs, 0, 0, since)
    return _measured(lambda moved: _run(weight, inputs, moved, since, time), before)


def _input(node: Any, case: Case) -> Any:
    inputs, time = evaluate(node.inputs, case), integer(node.time, case)
    if not 1 <= time <= len(inputs):
        msg = f"there are inputs at the times 1..{len(inputs)}, none at {time}"
        raise Unsupported(msg)
    return inputs[time - 1, 0]


EVALUATORS: dict[type, Evaluator] = {
    ScalarInput: _input,
    ScalarState: _state,
    WeightSensitivity: _sensitivity,
    StateGradient: _gradient,
}
