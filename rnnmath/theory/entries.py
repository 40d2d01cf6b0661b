"""Rules that look at entries, rows and columns: traces, sums of absolute values, rank one."""

from typing import Any

from sympy import MatMul, Sum, Trace

from rnnmath.symbolic.derivation import Relation, Rule, Step
from rnnmath.symbolic.nodes import InnerProduct, same_size
from rnnmath.symbolic.norms import FrobeniusNorm, InfinityNorm, OneNorm, Rank, VectorNorm
from rnnmath.symbolic.notation import TimeIndexed, TimeVector
from rnnmath.symbolic.tidy import add, multiply, same, tidy, transpose

__all__ = [
    "BASIS_LENGTH",
    "COLUMN_SUMS",
    "NO_FROBENIUS",
    "RANK_ONE",
    "ROW_SUMS",
    "SCALED_SUM",
    "TRACE_BY_ENTRIES",
    "basis",
]

_EQUAL, _AT_MOST = Relation.EQUAL, Relation.AT_MOST


def basis(rows: Any) -> TimeIndexed:
    """Return the standard basis ``e_1, e_2, ...`` of the columns with so many rows.

    Examples
    --------
    >>> basis(3)[2]
    e[2]
    """
    return TimeIndexed("e", rows)


def _trace_by_entries(focus: Any, result: Any, _: Step) -> bool:
    return _sum_of_entries(focus, result) or _sum_of_entries(result, focus)


def _sum_of_entries(focus: Any, result: Any) -> bool:
    if not isinstance(focus, Trace) or not isinstance(result, Sum) or len(result.limits) != 1:
        return False
    index, lower, upper = result.limits[0]
    matrix = tidy(focus.args[0])
    column = basis(matrix.shape[0])[index]
    whole = lower == 1 and same_size(upper, matrix.shape[0])
    fits = same(result.function, InnerProduct(column, multiply(matrix, column)))
    return bool(whole and fits and index not in matrix.free_symbols)


def _basis_length(focus: Any, result: Any, _: Step) -> bool:
    return (
        isinstance(focus, VectorNorm)
        and isinstance(focus.matrix, TimeVector)
        and focus.matrix.name == "e"
        and bool(result == 1)
    )


def _scaled_sum(focus: Any, result: Any, _: Step) -> bool:
    """Tell whether the result is ``‖c x‖_1`` for ``c ‖x‖_1``, x a column and c >= 0."""
    norms = [part for part in focus.atoms(OneNorm) if part.matrix.shape[1] == 1]
    return any(
        (focus / norm).is_nonnegative and result == OneNorm(multiply(focus / norm, norm.matrix))
        for norm in norms
    )


def _column_sums(focus: Any, result: Any, _: Step) -> bool:
    """Tell whether the result is ``‖A‖_1 ‖x‖_1`` for ``‖A x‖_1``."""
    norms = list(result.atoms(OneNorm))
    return isinstance(focus, OneNorm) and any(
        result == left * right
        and same_size(left.matrix.shape[1], right.matrix.shape[0])
        and same(multiply(left.matrix, right.matrix), focus.matrix)
        for left in norms
        for right in norms
    )


def _row_sums(focus: Any, result: Any, _: Step) -> bool:
    return (
        isinstance(focus, OneNorm)
        and isinstance(result, InfinityNorm)
        and same(transpose(result.matrix), focus.matrix)
    )


def _rank_one(focus: Any, result: Any, _: Step) -> bool:
    if not isinstance(focus, Rank) or not isinstance(focus.matrix, MatMul):
        return False
    factors = focus.matrix.as_coeff_matrices()[1]
    return bool(result == 1) and any(factor.shape[1] == 1 for factor in factors)


def _no_frobenius(focus: Any, result: Any, step: Step) -> bool:
    """Tell whether the premise shows that ``‖A - B‖_F^2`` is at most 0."""
    if len(step.premises) != 1 or step.premises[0].given != step.given:
        return False
    (premise,) = step.premises
    gap = tidy(add(focus, multiply(-1, result)))
    return (
        premise.relation in (_EQUAL, _AT_MOST)
        and same(premise.start, FrobeniusNorm(gap) ** 2)
        and bool(premise.end == 0)
    )


TRACE_BY_ENTRIES = Rule(
    "trace, entry by entry",
    r"\operatorname{tr}(A) = \sum_{i=1}^{n} e_i^\top A e_i",
    _EQUAL,
    _trace_by_entries,
)
BASIS_LENGTH = Rule("basis vector", r"\lVert e_i \rVert = 1", _EQUAL, _basis_length)
SCALED_SUM = Rule(
    "scalar, 1-norm",
    r"c \lVert x \rVert_1 = \lVert c x \rVert_1, \quad c \ge 0",
    _EQUAL,
    _scaled_sum,
)
COLUMN_SUMS = Rule(
    "column sums",
    r"\lVert A x \rVert_1 \le \lVert A \rVert_1 \, \lVert x \rVert_1",
    _AT_MOST,
    _column_sums,
)
ROW_SUMS = Rule(
    "rows are columns of the transpose",
    r"\lVert A^\top \rVert_1 = \lVert A \rVert_\infty",
    _EQUAL,
    _row_sums,
)
RANK_ONE = Rule("rank of a product", r"\operatorname{rank}(x y^\top) \le 1", _AT_MOST, _rank_one)
NO_FROBENIUS = Rule(
    "Frobenius norm zero",
    r"\lVert A - B \rVert_F = 0 \implies A = B",
    _EQUAL,
    _no_frobenius,
)
