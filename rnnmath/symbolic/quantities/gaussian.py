"""The mean of a polynomial in a standard normal number, as a node with an exact value."""

from collections.abc import Callable
from typing import Any

from sympy import Add, Basic, Expr, Poly, Symbol, factorial2, sympify

from rnnmath.errors import DomainError

__all__ = ["GaussianMean"]


class GaussianMean(Expr):
    """``E p(z)`` for a standard normal z and a polynomial p, whose coefficients may be symbols.

    Formula: ``E z^(2k) = (2k - 1)!!``, odd powers have mean 0.
    Source: definition; moments of the normal law.

    Raises
    ------
    DomainError
        If ``variable`` is no symbol, or the number is no polynomial in it.

    Examples
    --------
    >>> z, a = Symbol("z", real=True), Symbol("a", real=True)
    >>> mean = GaussianMean((a * z**2) ** 2, z)
    >>> mean.is_nonnegative, mean.free_symbols, mean.moments()
    (True, {a}, 3*a**2)
    """

    is_commutative = True
    is_real = True

    def __new__(cls, expr: Any, variable: Any) -> "GaussianMean":
        """Take the polynomial and its variable."""
        expr = sympify(expr)
        if not isinstance(variable, Symbol) or not expr.is_polynomial(variable):
            msg = f"GaussianMean takes a polynomial in a symbol, got {expr} in {variable}"
            raise DomainError(msg)
        node: GaussianMean = Basic.__new__(cls, expr, variable)
        return node

    @property
    def expr(self) -> Any:
        """The polynomial."""
        return self.args[0]

    @property
    def variable(self) -> Any:
        """The symbol that is normal."""
        return self.args[1]

    @property
    def bound_symbols(self) -> list[Any]:
        """The variable, as SymPy's sums have their index."""
        return [self.variable]

    @property
    def free_symbols(self) -> set[Any]:
        """Every symbol but the variable."""
        symbols: set[Any] = self.expr.free_symbols - {self.variable}
        return symbols

    def moments(self) -> Any:
        """Return the mean, each power replaced by its moment."""
        terms = Poly(self.expr, self.variable).terms()
        kept = [(power, value) for (power,), value in terms if power % 2 == 0]
        return Add(*(value * factorial2(power - 1) for power, value in kept)).expand()

    def _eval_is_nonnegative(self) -> bool | None:
        return True if self.expr.is_nonnegative else None

    def rises_with(self, focus: Any, rises: Callable[[Any, Any], bool]) -> bool:
        """Tell whether the mean certainly does not fall when the nonnegative focus grows."""
        return rises(self.expr, focus)

    def _latex(self, printer: Any) -> str:
        inside = printer.parenthesize(self.expr, 55)
        return rf"\mathbb{{E}}_{{{printer._print(self.variable)}}}\, {inside}"

    def _sympystr(self, printer: Any) -> str:
        return f"E_{self.variable} ({printer._print(self.expr)})"
