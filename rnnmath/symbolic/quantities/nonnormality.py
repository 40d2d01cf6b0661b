"""Numbers of a fixed matrix that is not normal: the peak of its powers, resolvent, departure."""

from typing import Any

from sympy import Basic, Expr, MatrixExpr, sympify
from sympy.matrices.expressions.matexpr import MatrixElement

from rnnmath.errors import ShapeMismatch
from rnnmath.symbolic.norms import SpectralRadius
from rnnmath.symbolic.shapes import as_matrix
from rnnmath.symbolic.tidy import tidy

__all__ = ["Departure", "KreissConstant", "PowerSupremum", "ResolventNorm", "StrictUpper"]


class _OfSquare(Expr):
    """A nonnegative number that belongs to one square matrix."""

    is_commutative = True
    is_real = True
    is_nonnegative = True

    def __new__(cls, matrix: Any) -> "_OfSquare":
        node: _OfSquare = Basic.__new__(cls, SpectralRadius(matrix).matrix)
        return node

    @property
    def matrix(self) -> Any:
        """The square matrix."""
        return self.args[0]

    def _inside(self, printer: Any) -> str:
        return str(printer._print(self.matrix))

    def _closed(self, printer: Any) -> str:
        return str(printer.parenthesize(self.matrix, 1000, strict=True))


class PowerSupremum(_OfSquare):
    """The peak of the powers of a matrix, ``sup ‖A^m‖`` over all m ≥ 0, for A (n, n).

    Source: definition.

    Raises
    ------
    ShapeMismatch
        If A is not square.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> print(PowerSupremum(MatrixSymbol("A", 2, 2)))
    sup ||A**m||
    """

    def _latex(self, printer: Any) -> str:
        return rf"\sup_{{m \ge 0}} \lVert {self._closed(printer)}^{{m}} \rVert"

    def _sympystr(self, printer: Any) -> str:
        return f"sup ||{self._closed(printer)}**m||"


class KreissConstant(_OfSquare):
    """``K(A) = sup (|z| - 1) ‖(zI - A)⁻¹‖`` over all complex z with |z| > 1, for A (n, n).

    Source: Kreiss (1962); definition.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> print(KreissConstant(MatrixSymbol("A", 2, 2)))
    K(A)
    """

    def _latex(self, printer: Any) -> str:
        return rf"\mathcal{{K}}({self._inside(printer)})"

    def _sympystr(self, printer: Any) -> str:
        return f"K({self._inside(printer)})"


class Departure(_OfSquare):
    """Henrici's departure from normality, ``d(A) = sqrt(‖A‖_F² - Σ |λ_i|²)``, for A (n, n).

    Source: Henrici (1962); definition.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> print(Departure(MatrixSymbol("A", 2, 2)))
    d(A)
    """

    def _latex(self, printer: Any) -> str:
        return rf"d({self._inside(printer)})"

    def _sympystr(self, printer: Any) -> str:
        return f"d({self._inside(printer)})"


class ResolventNorm(Expr):
    """``‖(zI - A)⁻¹‖`` for A (n, n), z a column (2, 1): its real and its imaginary part.

    Source: definition.

    Raises
    ------
    ShapeMismatch
        If A is not square, or z no column of two numbers.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> print(ResolventNorm(MatrixSymbol("A", 3, 3), MatrixSymbol("z", 2, 1)))
    ||(z*I - A)**(-1)||
    """

    is_commutative = True
    is_real = True
    is_nonnegative = True

    def __new__(cls, matrix: Any, point: Any) -> "ResolventNorm":
        """Take the matrix and the point of the plane."""
        point = as_matrix(point, "a resolvent")
        if point.shape != (2, 1):
            msg = f"z must be a column of its real and imaginary part, got shape {point.shape}"
            raise ShapeMismatch(msg)
        node: ResolventNorm = Basic.__new__(cls, SpectralRadius(matrix).matrix, point)
        return node

    @property
    def matrix(self) -> Any:
        """The square matrix."""
        return self.args[0]

    @property
    def point(self) -> Any:
        """The point z of the complex plane."""
        return self.args[1]

    def _latex(self, printer: Any) -> str:
        z, matrix = printer._print(self.point), printer._print(self.matrix)
        return rf"\lVert ({z} I - {matrix})^{{-1}} \rVert"

    def _sympystr(self, printer: Any) -> str:
        return f"||({printer._print(self.point)}*I - {printer._print(self.matrix)})**(-1)||"


class StrictUpper(MatrixExpr):
    """The entries of A (m, n) above the diagonal, the others replaced by 0.

    Source: definition.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> StrictUpper(MatrixSymbol("A", 3, 3)).shape
    (3, 3)
    """

    def __new__(cls, matrix: Any) -> "StrictUpper":
        """Take the matrix."""
        node: StrictUpper = Basic.__new__(cls, tidy(as_matrix(sympify(matrix), "a triangle")))
        return node

    @property
    def matrix(self) -> Any:
        """The whole matrix."""
        return self.args[0]

    @property
    def shape(self) -> tuple[Any, Any]:
        """The shape of the whole matrix."""
        rows, cols = self.matrix.shape
        return rows, cols

    def _entry(self, i: Any, j: Any, **_: Any) -> Any:
        return MatrixElement(self, i, j)

    def _latex(self, printer: Any) -> str:
        return rf"\operatorname{{up}}({printer._print(self.matrix)})"

    def _sympystr(self, printer: Any) -> str:
        return f"up({printer._print(self.matrix)})"
