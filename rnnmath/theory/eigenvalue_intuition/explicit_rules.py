"""Rules about matrices that are written out: powers step by step, entries, triangular ones."""

from typing import Any

from sympy import Abs, ImmutableDenseMatrix, MatMul, MatPow, Max

from rnnmath.symbolic.derivation import Relation, Rule, Step
from rnnmath.symbolic.norms import SpectralNorm, SpectralRadius
from rnnmath.symbolic.tidy import same

__all__ = ["ENTRY_BELOW_NORM", "MULTIPLIED", "NEXT_POWER", "TRIANGULAR", "written"]

_EQUAL, _AT_MOST = Relation.EQUAL, Relation.AT_MOST


def written(*rows: Any) -> Any:
    """Return a matrix that is written out, row by row.

    Examples
    --------
    >>> written([1, 2], [3, 4])
    Matrix([
    [1, 2],
    [3, 4]])
    """
    return ImmutableDenseMatrix([list(row) for row in rows])


def _is_written(matrix: Any) -> bool:
    return isinstance(matrix, ImmutableDenseMatrix)


def _agree(left: Any, right: Any) -> bool:
    return bool((left - right).applyfunc(lambda entry: entry.expand().powsimp()).is_zero_matrix)


def _next_power(focus: Any, result: Any, step: Step) -> bool:
    """Multiply out ``A^e = A^(e-1) A``, where ``A^(e-1)`` is given."""
    if not isinstance(focus, MatPow) or not _is_written(focus.base) or not _is_written(result):
        return False
    before = MatPow(focus.base, focus.exp - 1)
    return any(
        fact.relation == _EQUAL
        and _is_written(fact.rhs)
        and same(fact.lhs, before)
        and _agree(fact.rhs * focus.base, result)
        for fact in step.given
    )


def _multiplied(focus: Any, result: Any, _: Step) -> bool:
    """Multiply written matrices out, or write the identity, by entries."""
    parts = focus.args if isinstance(focus, MatMul) else (focus,)
    if isinstance(focus, MatPow) and _is_written(focus.base) and focus.exp.is_Integer:
        parts = (focus.base,) * int(focus.exp)
    known = all(_is_written(part) or part.is_Identity or not part.is_Matrix for part in parts)
    if not known or not _is_written(result):
        return False
    product = ImmutableDenseMatrix.eye(result.rows)
    for part in parts:
        product = product * (part.as_explicit() if part.is_Matrix else part)
    return _agree(product, result)


def _entry_below_norm(focus: Any, result: Any, _: Step) -> bool:
    if not isinstance(result, SpectralNorm) or not _is_written(result.matrix):
        return False
    return any(focus in (entry, Abs(entry)) for entry in result.matrix if entry.is_nonnegative)


def _triangular(focus: Any, result: Any, _: Step) -> bool:
    if not isinstance(focus, SpectralRadius) or not _is_written(focus.matrix):
        return False
    matrix = focus.matrix
    shaped = matrix.is_upper or matrix.is_lower
    return bool(shaped and result == Max(*(Abs(entry) for entry in matrix.diagonal())))


NEXT_POWER = Rule("next power, entry by entry", r"A^{m+1} = A^m A", _EQUAL, _next_power)
MULTIPLIED = Rule("multiplied out", "", _EQUAL, _multiplied)
ENTRY_BELOW_NORM = Rule(
    "an entry is at most the norm",
    r"\lvert A_{ij} \rvert = \lvert e_i^\top A e_j \rvert \le \lVert A \rVert",
    _AT_MOST,
    _entry_below_norm,
    "norm-is-stretch",
)
TRIANGULAR = Rule(
    "eigenvalues of a triangular matrix",
    r"\rho(A) = \max_i \lvert A_{ii} \rvert",
    _EQUAL,
    _triangular,
)
