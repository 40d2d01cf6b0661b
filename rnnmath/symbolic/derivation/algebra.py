"""Rules of matrix algebra that a derivation writes down as lines of their own."""

from typing import Any

from sympy import DiagMatrix, MatAdd, MatMul

from rnnmath.symbolic.derivation import Relation, Rule, Step
from rnnmath.symbolic.nodes import hadamard
from rnnmath.symbolic.tidy import add, multiply, same

__all__ = ["COMMON_FACTOR", "ENTRY_BY_ENTRY"]


def _entry_by_entry(focus: Any, result: Any, _: Step) -> bool:
    """Read ``diag(v)`` times a column as the entry-wise product with v."""
    if not isinstance(focus, MatMul) or not isinstance(focus.args[0], DiagMatrix):
        return False
    column = multiply(*focus.args[1:])
    return bool(column.shape[1] == 1) and same(result, hadamard(focus.args[0].args[0], column))


def _multiplied_out(product: Any) -> Any:
    """Multiply the first factor into the sum that follows it."""
    first, *rest = product.args
    total = multiply(*rest)
    return add(*(multiply(first, term) for term in total.args))


def _common_factor(focus: Any, result: Any, _: Step) -> bool:
    """Take a common first factor out of a sum, or multiply it in."""
    for product, total in ((result, focus), (focus, result)):
        if isinstance(product, MatMul) and isinstance(multiply(*product.args[1:]), MatAdd):
            return same(_multiplied_out(product), total)
    return False


ENTRY_BY_ENTRY = Rule(
    "diagonal times a column",
    r"\operatorname{diag}(v)\,u=v\odot u",
    Relation.EQUAL,
    _entry_by_entry,
)
COMMON_FACTOR = Rule("common factor", r"AB+AC=A(B+C)", Relation.EQUAL, _common_factor)
