"""The gradient of all losses is the sum of those of each loss; sums renamed and scaled."""

from typing import Any

from sympy import MatMul

from rnnmath.symbolic.derivation import Relation, Rule, Step
from rnnmath.symbolic.derivation.reasoning import not_before
from rnnmath.symbolic.nodes import IndexedSum
from rnnmath.symbolic.notation import L, T, TotalDerivative, a, loss_at
from rnnmath.symbolic.tidy import multiply, same, transpose

__all__ = ["BOTH_TRANSPOSED", "INTO_SUM", "LOSS_BY_LOSS", "RENAMED_INDEX"]


def _loss_by_loss(focus: Any, result: Any, step: Step) -> bool:
    """``delta_k = sum_{tau=k..T} delta_k^(tau)``: no loss before k sees ``a_k``."""
    if type(focus) is not TotalDerivative or focus.of != L or not isinstance(result, IndexedSum):
        return False
    start = focus.wrt
    if getattr(start, "name", "") != "a" or not not_before(start.index, 1, step.given):
        return False
    tau = result.index
    fresh = not start.has(tau)
    expected = TotalDerivative(loss_at(tau), a[start.index])
    ends = (result.lower, result.upper) == (start.index, T)
    return fresh and ends and same(result.term, expected) and focus.shape == result.shape


def _into_sum(focus: Any, result: Any, _: Step) -> bool:
    """Move factors that are free of the index into one sum: ``A (sum_j B_j) C = sum_j A B_j C``."""
    if not isinstance(focus, MatMul) or not isinstance(result, IndexedSum):
        return False
    coefficient, factors = focus.as_coeff_matrices()
    for place, factor in enumerate(factors):
        if not isinstance(factor, IndexedSum) or factor.args[1] != result.args[1]:
            continue
        others = (coefficient, *factors[:place], *factors[place + 1 :])
        free = not any(factor.index in other.free_symbols for other in others)
        inside = multiply(coefficient, *factors[:place], factor.term, *factors[place + 1 :])
        if free and same(result.term, inside):
            return True
    return False


def _renamed_index(focus: Any, result: Any, _: Step) -> bool:
    """``sum_j B_j = sum_k B_k``."""
    if not isinstance(focus, IndexedSum) or not isinstance(result, IndexedSum):
        return False
    ends = (focus.lower, focus.upper) == (result.lower, result.upper)
    fresh = result.index not in focus.free_symbols and focus.index not in result.free_symbols
    return ends and fresh and same(focus.at(result.index), result.term)


def _both_transposed(focus: Any, result: Any, step: Step) -> bool:
    if len(step.premises) != 1 or not set(step.premises[0].given) <= set(step.given):
        return False
    (premise,) = step.premises
    return (
        premise.relation == Relation.EQUAL
        and same(transpose(premise.start), focus)
        and same(transpose(premise.end), result)
    )


LOSS_BY_LOSS = Rule(
    "loss by loss",
    r"L = \sum_{\tau} L_\tau \implies \delta_k = \sum_{\tau=k}^{T} \delta_k^{(\tau)}",
    Relation.EQUAL,
    _loss_by_loss,
)
INTO_SUM = Rule(
    "into the sum",
    r"A \Big(\sum_j B_j\Big) C = \sum_j A B_j C",
    Relation.EQUAL,
    _into_sum,
)
RENAMED_INDEX = Rule(
    "another name for the index", r"\sum_j B_j = \sum_k B_k", Relation.EQUAL, _renamed_index
)
BOTH_TRANSPOSED = Rule(
    "both sides transposed",
    r"A = B \implies A^\top = B^\top",
    Relation.EQUAL,
    _both_transposed,
)
