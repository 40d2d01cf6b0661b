"""What the case draws or a network shows: names, losses, measured derivatives."""

from typing import Any

import sympy as sp

from rnnmath.errors import DomainError, Undecided, Unsupported
from rnnmath.numeric.clipping import clip
from rnnmath.symbolic import notation
from rnnmath.symbolic.calculus.differentials import Jacobian
from rnnmath.symbolic.quantities import landscape
from rnnmath.symbolic.quantities.clipping import Clip
from rnnmath.symbolic.quantities.growth import Orbit
from rnnmath.verify.evaluate.case import Case
from rnnmath.verify.evaluate.recursion import (
    Evaluator,
    children,
    evaluate,
    integer,
    need_program,
    need_world,
)

__all__ = ["EVALUATORS"]


def _symbol(node: Any, case: Case) -> Any:
    name = str(node.name)
    if name in case.values:
        return case.values[name]
    if case.world is not None and name in ("W", "U", "V", "b", "c"):
        return case.world.value((name,))
    if case.world is not None and name == "T":
        return case.world.horizon
    msg = f"the case gives no value for {name!r}; it has {', '.join(case.values) or 'none'}"
    raise Unsupported(msg)


def _drawn(node: Any, case: Case) -> Any:
    """Return a member of a sequence that is drawn by itself, None where a network holds it."""
    sequence = case.values.get(node.name)
    if not isinstance(sequence, tuple):
        return None
    place = integer(node.index, case)
    if not 0 <= place < len(sequence) or sequence[place] is None:
        msg = f"the drawn sequence {node.name} has no member {place}"
        raise Unsupported(msg)
    return sequence[place]


def _vector(node: Any, case: Case) -> Any:
    drawn = _drawn(node, case)
    if drawn is not None:
        return drawn
    return need_program(case, node).vector(node.name, integer(node.index, case))


def _matrix(node: Any, case: Case) -> Any:
    drawn = _drawn(node, case)
    return drawn if drawn is not None else need_world(case, node).layer(integer(node.index, case))


def _place(variable: Any, case: Case) -> tuple[str, int] | tuple[str]:
    if isinstance(variable, notation.TimeVector | notation.TimeScalar):
        return variable.name, integer(variable.index, case)
    return (str(variable.name),)


def _total(node: Any, case: Case) -> Any:
    return need_program(case, node).derivative(_place(node.of, case), _place(node.wrt, case))


def _local(node: Any, case: Case) -> Any:
    step = integer(node.of.index, case)
    wrt = _place(node.wrt, case)
    world = need_world(case, node).at_step(step)
    return world.derivative((node.of.name, 1), (wrt[0], 1) if len(wrt) == 2 else wrt)


def _loss(node: Any, case: Case) -> Any:
    world = need_world(case, node)
    index = node.index if isinstance(node, notation.TimeScalar) else None
    return world.loss_value(None if index is None else integer(index, case))


def _landscape(case: Case) -> Any:
    if "L" not in case.values:
        msg = "the case draws no loss L of a column"
        raise Unsupported(msg)
    return case.values["L"]


def _clip(node: Any, case: Case) -> Any:
    argument, threshold = children(node, case)
    try:
        return clip(argument, threshold)
    except DomainError as error:
        msg = f"{node} has no exact value here: {error}"
        raise Undecided(msg) from None


def _jacobian(node: Any, case: Case) -> Any:
    """Measure a Jacobian by the case's oracle, which knows no rule of the calculus."""
    expr, wrt = node.args
    name = str(wrt.name)

    def run(value: Any) -> Any:
        return evaluate(expr, case.but(**{name: value}))

    return case.oracle(run, evaluate(wrt, case))


def _orbit(node: Any, case: Case) -> Any:
    state, (variable,) = evaluate(node.start, case), node.function.variables
    for _ in range(integer(node.count, case)):
        state = evaluate(node.function.expr, case.but(**{str(variable.name): state}))
    return state


EVALUATORS: dict[type, Evaluator] = {
    sp.MatrixSymbol: _symbol,
    sp.Symbol: _symbol,
    sp.Dummy: _symbol,
    notation.TimeVector: _vector,
    notation.TimeMatrix: _matrix,
    notation.LocalDerivative: _local,
    notation.TotalDerivative: _total,
    notation.StepScalar: _loss,
    Orbit: _orbit,
    Clip: _clip,
    Jacobian: _jacobian,
    landscape.LossAt: lambda node, case: _landscape(case).value(evaluate(node.args[0], case)),
    landscape.GradientAt: lambda node, case: _landscape(case).gradient(
        evaluate(node.args[0], case)
    ),
    landscape.Curvature: lambda node, case: _landscape(case).curvature(*children(node, case)),
}
