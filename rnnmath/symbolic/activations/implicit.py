"""A number given by its equation: the only root of a function between two rationals."""

from functools import lru_cache
from typing import Any

from mpmath import mp, workprec
from sympy import Basic, Expr, Float, Rational, lambdify, sympify

from rnnmath.errors import DomainError
from rnnmath.symbolic.typeset import Typeset

__all__ = ["ImplicitRoot"]


class ImplicitRoot(Typeset, Expr):
    """The root of ``function`` in the open interval (low, high), where it is unique.

    The equation is the number: ``evalf`` finds as many digits as asked for, ``function`` says what
    they mean.
    That the root is unique is checked by :func:`rnnmath.symbolic.activations.suprema.check_root`.

    Parameters
    ----------
    function : Lambda
        A real function of one number that changes sign exactly once in the interval.
    low, high : Rational
        The ends of the interval.

    Raises
    ------
    DomainError
        If the ends are not rational numbers with low < high.

    Examples
    --------
    >>> from sympy import Lambda, Symbol, tanh
    >>> y = Symbol("y", real=True)
    >>> root = ImplicitRoot(Lambda(y, y * tanh(y) - 1), 1, 2)
    >>> root.evalf(20)
    1.1996786402577338339
    >>> root
    root(y*tanh(y) - 1 in (1, 2))
    """

    is_commutative = True
    is_real = True
    is_number = True

    def __new__(cls, function: Any, low: Any, high: Any) -> "ImplicitRoot":
        """Check the ends; the root itself is looked for when digits are asked for."""
        low, high = sympify(low), sympify(high)
        if not (isinstance(low, Rational) and isinstance(high, Rational) and low < high):
            msg = f"the ends must be rational with low < high, got {low}, {high}"
            raise DomainError(msg)
        node: ImplicitRoot = Basic.__new__(cls, function, low, high)
        return node

    @property
    def function(self) -> Any:
        """The function whose root this is."""
        return self.args[0]

    @property
    def interval(self) -> tuple[Any, Any]:
        """The ends (low, high)."""
        return self.args[1], self.args[2]

    def _eval_is_positive(self) -> bool | None:
        return True if self.args[1] >= 0 else None

    def _eval_evalf(self, prec: int) -> Any:
        return _digits(self, prec)

    def _sympystr(self, printer: Any) -> str:
        function, low, high = self.args
        return f"root({printer._print(function.expr)} in ({low}, {high}))"

    def _latex(self, printer: Any) -> str:
        function, low, high = self.args
        variable, body = printer._print(function.variables[0]), printer._print(function.expr)
        return rf"\operatorname{{root}}_{{{variable} \in ({low},{high})}}({body})"


@lru_cache(maxsize=256)
def _digits(root: ImplicitRoot, prec: int) -> Any:
    value = lambdify(root.function.variables[0], root.function.expr, "mpmath")
    with workprec(prec + 20):
        ends = [mp.mpf(int(end.p)) / int(end.q) for end in root.interval]
        return Float._new(mp.findroot(value, ends, solver="anderson")._mpf_, prec)
