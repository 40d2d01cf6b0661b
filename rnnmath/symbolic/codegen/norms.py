"""How the numbers that belong to a matrix (norms, rank, trace, ...) become NumPy source."""

from typing import Any

from rnnmath.errors import Unsupported
from rnnmath.symbolic.codegen.program import Program, Rule, Value

__all__ = ["NORM_RULES"]

_REAL_NUMBERS = {  # of a matrix; without an analytic continuation
    "SpectralNorm": "np.linalg.norm({}, 2)",
    "OneNorm": "np.linalg.norm({}, 1)",
    "InfinityNorm": "np.linalg.norm({}, np.inf)",
    "MaxAbs": "np.max(np.abs({}))",
    "MinAbs": "np.min(np.abs({}))",
    "SpectralRadius": "np.max(np.abs(np.linalg.eigvals({})))",
    "LargestEigenvalue": "np.linalg.eigvalsh({})[-1]",
    "Rank": "np.linalg.matrix_rank({})",
    "ConditionNumber": "np.linalg.cond({})",
}
_NUMBERS = {
    "FrobeniusNorm": "np.sqrt(np.sum({0} * {0}))",
    "VectorNorm": "np.sqrt({0}[:, 0] @ {0}[:, 0])",
    "Trace": "np.trace({})",
    "Determinant": "np.linalg.det({})",
}


def _dense(program: Program, node: Any) -> str:
    return program.dense(program.value(node.args[0]))


def _real_number(program: Program, node: Any) -> Value:
    name = type(node).__name__
    held = f"rt.real_only({_dense(program, node)}, {name!r})"
    return program.assign(_REAL_NUMBERS[name].format(held), "number")


def _smallest_singular_value(program: Program, node: Any) -> Value:
    held = program.assign(
        f"rt.real_only({_dense(program, node)}, 'SmallestSingularValue')", "dense"
    ).text
    tall = f"np.linalg.svd({held}, compute_uv=False)[-1]"
    return program.assign(f"{tall} if {held}.shape[0] >= {held}.shape[1] else 0.0", "number")


def _supremum(program: Program, node: Any) -> Value:
    from rnnmath.symbolic.activations import catalogue

    for entry in catalogue().values():
        if type(node)(entry.function) == node:
            return program.value(entry.supremum)
    msg = f"no number for {node}; put an activation of the catalogue in with with_activation"
    raise Unsupported(msg)


def _number(program: Program, node: Any) -> Value:
    return program.assign(_NUMBERS[type(node).__name__].format(_dense(program, node)), "number")


NORM_RULES: dict[str, Rule] = {
    **dict.fromkeys(_NUMBERS, _number),
    **dict.fromkeys(_REAL_NUMBERS, _real_number),
    "SmallestSingularValue": _smallest_singular_value,
    "ActivationSupremum": _supremum,
}
