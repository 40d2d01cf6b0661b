"""Clipping by norm, as a node: the gradient where it is short, else one of the allowed length."""

from typing import Any

from sympy import Basic, MatrixExpr, sympify
from sympy.matrices.expressions.matexpr import MatrixElement

from rnnmath.errors import DomainError
from rnnmath.symbolic.norms import FrobeniusNorm, VectorNorm
from rnnmath.symbolic.shapes import as_matrix
from rnnmath.symbolic.typeset import Typeset

__all__ = ["Clip"]


class Clip(Typeset, MatrixExpr):
    """``clip(G)``: G itself where ``‖G‖ ≤ θ``, else ``(θ / ‖G‖) G``; of the shape of G.

    The norm is the Euclidean length of all entries: of a column its length, of a matrix its
    Frobenius norm.
    Source: Pascanu, Mikolov, Bengio (2013), Algorithm 1; claim clip.

    Raises
    ------
    ShapeMismatch
        If G is no matrix.
    DomainError
        If the threshold is no number.

    Examples
    --------
    >>> from sympy import MatrixSymbol, Symbol
    >>> g, theta = MatrixSymbol("g", 3, 1), Symbol("theta", positive=True)
    >>> Clip(g, theta).shape, Clip(g, theta).length
    ((3, 1), VectorNorm(g))
    """

    def __new__(cls, argument: Any, threshold: Any) -> "Clip":
        """Take the gradient and the allowed length."""
        argument, threshold = as_matrix(argument, "clip"), sympify(threshold)
        if getattr(threshold, "is_Matrix", False):
            msg = f"the threshold of a clip is a number, got {threshold}"
            raise DomainError(msg)
        node: Clip = Basic.__new__(cls, argument, threshold)
        return node

    @property
    def argument(self) -> Any:
        """What is clipped."""
        return self.args[0]

    @property
    def threshold(self) -> Any:
        """The allowed length."""
        return self.args[1]

    @property
    def length(self) -> Any:
        """The length that is compared with the threshold."""
        kind = VectorNorm if self.shape[1] == 1 else FrobeniusNorm
        return kind(self.argument)

    @property
    def shape(self) -> tuple[Any, Any]:
        """The shape of what is clipped."""
        rows, cols = self.argument.shape
        return rows, cols

    def _entry(self, i: Any, j: Any, **_: Any) -> Any:
        return MatrixElement(self, i, j)
