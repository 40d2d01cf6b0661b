"""Where every pre-activation is the same number, the slope matrix is a multiple of I."""

from typing import Any

from sympy import DiagMatrix, Identity, OneMatrix

from rnnmath.symbolic.derivation import Relation, Rule, Step
from rnnmath.symbolic.nodes import Elementwise
from rnnmath.symbolic.tidy import multiply, same

__all__ = ["CONSTANT_SLOPES"]


def _constant_slopes(focus: Any, result: Any, _: Step) -> bool:
    """``diag(g(u 1)) = g(u) I``."""
    if not isinstance(focus, DiagMatrix) or not isinstance(focus.args[0], Elementwise):
        return False
    column = focus.args[0].argument
    number, rest = column.as_coeff_matrices() if column.is_MatMul else (1, [column])
    return (
        len(rest) == 1
        and isinstance(rest[0], OneMatrix)
        and same(result, multiply(focus.args[0].apply(number), Identity(focus.shape[0])))
    )


CONSTANT_SLOPES = Rule(
    "the same slope everywhere",
    r"\operatorname{diag}(g(u \mathbf{1})) = g(u) I",
    Relation.EQUAL,
    _constant_slopes,
)
