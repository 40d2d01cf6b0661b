"""What happens in the long run: the growth rate of the powers of a matrix, the orbit of a map."""

from typing import Any

from sympy import Basic, Expr, Lambda, sympify
from sympy.printing.precedence import PRECEDENCE

from rnnmath.errors import DomainError
from rnnmath.symbolic.norms import SpectralRadius
from rnnmath.symbolic.typeset import tight

__all__ = ["GrowthRate", "Orbit"]


class GrowthRate(Expr):
    """The growth rate of the powers of a matrix, ``lim ‖A^m‖^(1/m)`` as m grows, for A (n, n).

    The limit exists and is the least of all ``‖A^m‖^(1/m)``, m >= 1, as the norm is
    submultiplicative.  Source: Fekete's lemma; definition.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> rate = GrowthRate(MatrixSymbol("A", 2, 2))
    >>> rate.is_nonnegative, str(rate)
    (True, 'lim ||A**m||**(1/m)')
    """

    is_commutative = True
    is_real = True
    is_nonnegative = True
    precedence = PRECEDENCE["Mul"]  # as a base it stands in brackets

    def __new__(cls, matrix: Any) -> "GrowthRate":
        """Take a square matrix."""
        node: GrowthRate = Basic.__new__(cls, SpectralRadius(matrix).matrix)
        return node

    @property
    def matrix(self) -> Any:
        """The matrix whose powers grow or shrink."""
        return self.args[0]

    def _latex(self, printer: Any) -> str:
        inside = printer.parenthesize(self.matrix, 1000, strict=True)
        return rf"\lim_{{m \to \infty}} \lVert {inside}^{{m}} \rVert^{{1/m}}"

    def _sympystr(self, printer: Any) -> str:
        return f"lim ||{printer.parenthesize(self.matrix, 1000, strict=True)}**m||**(1/m)"


class Orbit(Expr):
    """The state of a scalar recurrence, ``h_0 = x`` and ``h_(j+1) = F(h_j)``, after some steps.

    Source: definition.

    Raises
    ------
    DomainError
        If the map is not a Lambda of one variable.

    Examples
    --------
    >>> from sympy import Symbol
    >>> u, x = Symbol("u", real=True), Symbol("x", real=True)
    >>> Orbit(Lambda(u, u**2), x, 0), Orbit(Lambda(u, u**2), x, 3).after_one_more().count
    (h[0], 4)
    """

    is_commutative = True
    is_real = True

    def __new__(cls, function: Any, start: Any, count: Any) -> "Orbit":
        """Take F, h_0 and the number of steps."""
        if not isinstance(function, Lambda) or len(function.variables) != 1:
            msg = f"an orbit needs a Lambda of one variable, got {function!r}"
            raise DomainError(msg)
        node: Orbit = Basic.__new__(cls, function, sympify(start), sympify(count).expand())
        return node

    @property
    def function(self) -> Any:
        """The map F."""
        return self.args[0]

    @property
    def start(self) -> Any:
        """The state h_0."""
        return self.args[1]

    @property
    def count(self) -> Any:
        """The number of steps."""
        return self.args[2]

    def after_one_more(self) -> "Orbit":
        """Return the next state of the same orbit."""
        return Orbit(self.function, self.start, self.count + 1)

    def _latex(self, printer: Any) -> str:
        index = tight(self.count, printer)
        return f"h_{{{index}}}"

    def _sympystr(self, printer: Any) -> str:
        return f"h[{printer._print(self.count)}]"
