"""Powers of a normal matrix in the limit: the numbers of Fuss and Catalan, and the norm."""

from typing import Any

from sympy import Basic, Expr, sympify

__all__ = ["FussCatalan", "PowerNormLimit"]


class FussCatalan(Expr):
    """The number of Fuss and Catalan, ``C((m + 1) k, k) / (m k + 1)``.

    It is the limit of ``E tr(((W^m)^T W^m)^k) / n`` for a normal W of variance ``1/n``.
    Source: definition.

    Examples
    --------
    >>> print(FussCatalan(2, 3), FussCatalan(2, 3).value)
    A_2(3) 12
    """

    is_commutative = True
    is_integer = True
    is_positive = True

    def __new__(cls, power: Any, order: Any) -> "FussCatalan":
        """Take the power m of the matrix and the order k of the moment."""
        node: FussCatalan = Basic.__new__(cls, sympify(power), sympify(order))
        return node

    @property
    def value(self) -> Any:
        """The number in terms of a binomial coefficient."""
        from sympy import binomial

        m, k = self.args
        return binomial((m + 1) * k, k) / (m * k + 1)

    def _latex(self, printer: Any) -> str:
        power, order = map(printer._print, self.args)
        return rf"A_{{{power}}}({order})"

    def _sympystr(self, printer: Any) -> str:
        power, order = map(printer._print, self.args)
        return f"A_{power}({order})"


class PowerNormLimit(Expr):
    """The limit of ``‖(G / sqrt(n))^m‖`` as n grows, G (n, n) standard normal.

    The norm converges almost surely; the order of its distance to the limit is ``n^(-2/3)``.
    Source: definition.

    Examples
    --------
    >>> print(PowerNormLimit(2))
    lim_n ||(G/sqrt(n))**2||
    """

    is_commutative = True
    is_real = True
    is_nonnegative = True
    #: Its value is enclosed by drawing.
    is_drawn = True

    def __new__(cls, power: Any) -> "PowerNormLimit":
        """Take the power m."""
        node: PowerNormLimit = Basic.__new__(cls, sympify(power))
        return node

    @property
    def power(self) -> Any:
        """The power m."""
        return self.args[0]

    def _latex(self, printer: Any) -> str:
        power = printer._print(self.power)
        return rf"\lim_{{n \to \infty}} \lVert (G / \sqrt{{n}})^{{{power}}} \rVert"

    def _sympystr(self, printer: Any) -> str:
        return f"lim_n ||(G/sqrt(n))**{printer._print(self.power)}||"
