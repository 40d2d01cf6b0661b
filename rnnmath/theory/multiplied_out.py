"""Matrices multiplied out, inner products taken out of them as numbers."""

from collections.abc import Iterator
from typing import Any

from sympy import Identity, MatAdd, S, ZeroMatrix

from rnnmath.symbolic.derivation import Relation, Rule, Step
from rnnmath.symbolic.derivation.quadratic import factors_of
from rnnmath.symbolic.nodes import InnerProduct
from rnnmath.symbolic.norms import VectorNorm
from rnnmath.symbolic.tidy import multiply, tidy, transpose

__all__ = ["MULTIPLY_OUT", "multiplied_out"]


def _terms(matrix: Any) -> Iterator[tuple[Any, list[Any]]]:
    """Yield the products that a matrix is the sum of, each with its coefficient."""
    if isinstance(matrix, MatAdd):
        for term in matrix.args:
            yield from _terms(term)
        return
    coefficient, factors = factors_of(matrix)
    for place, factor in enumerate(factors):
        if isinstance(factor, MatAdd):
            for term in factor.args:
                yield from _terms(
                    multiply(coefficient, *factors[:place], term, *factors[place + 1 :])
                )
            return
    if not any(isinstance(factor, ZeroMatrix) for factor in factors):
        yield coefficient, [factor for factor in factors if not isinstance(factor, Identity)]


def _number(row: Any, column: Any) -> Any:
    """Return the number that a row makes of a column; the square of a length for one column."""
    left = transpose(row)
    return VectorNorm(column) ** 2 if left == column else InnerProduct(left, column)


def _narrowed(factors: list[Any]) -> tuple[Any, tuple[Any, ...]]:
    """Take the numbers ``x^T y`` out of a product."""
    scalar, kept = S.One, list(factors)
    place = 0
    while place < len(kept) - 1:
        row, column = kept[place], kept[place + 1]
        if row.shape[0] == 1 and column.shape[1] == 1 and len(kept) > 2:
            scalar *= _number(row, column)
            del kept[place : place + 2]
            place = 0
        else:
            place += 1
    return scalar, tuple(kept)


def multiplied_out(matrix: Any) -> dict[tuple[Any, ...], Any]:
    """Return the products that a matrix is the sum of, as a mapping to their coefficients.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> A, v = MatrixSymbol("A", 2, 2), MatrixSymbol("v", 2, 1)
    >>> multiplied_out((A + v * v.T) * v)
    {(v,): VectorNorm(v)**2, (A, v): 1}
    """
    found: dict[tuple[Any, ...], Any] = {}
    for coefficient, factors in _terms(tidy(matrix)):
        scalar, rest = _narrowed(factors)
        found[rest] = (found.get(rest, S.Zero) + coefficient * scalar).expand()
    return {product: factor for product, factor in found.items() if factor != 0}


def _multiply_out(focus: Any, result: Any, _: Step) -> bool:
    matrices = all(getattr(side, "is_Matrix", False) for side in (focus, result))
    return matrices and multiplied_out(focus) == multiplied_out(result)


MULTIPLY_OUT = Rule(
    "multiply out",
    r"A (B + C) = A B + A C, \quad x (v^\top v) y^\top = \lVert v \rVert^2 \, x y^\top",
    Relation.EQUAL,
    _multiply_out,
)
