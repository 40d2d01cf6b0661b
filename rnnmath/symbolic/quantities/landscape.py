"""A loss as a function of one column: its value, its gradient, and how much it bends on the way."""

from typing import Any

from sympy import Basic, Expr, Integer, MatrixExpr
from sympy.matrices.expressions.matexpr import MatrixElement

from rnnmath.errors import ShapeMismatch
from rnnmath.symbolic.shapes import as_matrix, same_size
from rnnmath.symbolic.typeset import Typeset

__all__ = ["Curvature", "GradientAt", "LossAt"]


def _column(value: Any) -> Any:
    point = as_matrix(value, "a loss")
    if point.shape[1] != 1:
        msg = f"a loss is taken at a column (n, 1), got {point} of shape {point.shape}"
        raise ShapeMismatch(msg)
    return point


class LossAt(Typeset, Expr):
    """The value ``L(w)`` of the loss at a column w.

    Source: definition.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> LossAt(MatrixSymbol("w", 3, 1)).is_real
    True
    """

    is_commutative = True
    is_real = True

    def __new__(cls, point: Any) -> "LossAt":
        """Take the point."""
        node: LossAt = Basic.__new__(cls, _column(point))
        return node

    @property
    def point(self) -> Any:
        """The column at which the loss is taken."""
        return self.args[0]


class GradientAt(Typeset, MatrixExpr):
    """The gradient ``∇L(w)`` of the loss at a column w, a column of its shape.

    Source: definition.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> GradientAt(MatrixSymbol("w", 3, 1)).shape
    (3, 1)
    """

    def __new__(cls, point: Any) -> "GradientAt":
        """Take the point."""
        node: GradientAt = Basic.__new__(cls, _column(point))
        return node

    @property
    def point(self) -> Any:
        """The column at which the gradient is taken."""
        return self.args[0]

    @property
    def shape(self) -> tuple[Any, Any]:
        """The shape of the point."""
        return self.point.shape[0], Integer(1)

    def _entry(self, i: Any, j: Any, **_: Any) -> Any:
        return MatrixElement(self, i, j)


class Curvature(Typeset, Expr):
    """``sup ‖∇²L‖`` over the segment between two columns: how much the loss bends on the way.

    Source: definition.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> w, v = MatrixSymbol("w", 3, 1), MatrixSymbol("v", 3, 1)
    >>> Curvature(w, v).is_nonnegative
    True
    """

    is_commutative = True
    is_nonnegative = True

    def __new__(cls, start: Any, end: Any) -> "Curvature":
        """Take both ends of the segment."""
        start, end = _column(start), _column(end)
        if not same_size(start.shape[0], end.shape[0]):
            msg = f"a segment joins columns of one length, got {start.shape} and {end.shape}"
            raise ShapeMismatch(msg)
        node: Curvature = Basic.__new__(cls, start, end)
        return node
