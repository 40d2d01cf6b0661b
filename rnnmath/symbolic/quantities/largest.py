"""The largest of numbers that run over an index, as a node."""

from typing import Any

from sympy import Basic, Expr, Tuple, sympify

__all__ = ["Largest"]


class Largest(Expr):
    """``max_{t = lo..hi} x_t``.

    Source: definition.

    Examples
    --------
    >>> from rnnmath.symbolic.norms import VectorNorm
    >>> from rnnmath.symbolic.notation import T, h, t
    >>> Largest(VectorNorm(h[t]), (t, 1, T)).at(3)
    VectorNorm(h[3])
    """

    is_commutative = True
    is_real = True

    def __new__(cls, term: Any, limits: Any) -> "Largest":
        """Take the numbers and ``(index, lo, hi)``."""
        node: Largest = Basic.__new__(cls, term, Tuple(*map(sympify, limits)))
        return node

    @property
    def term(self) -> Any:
        """The numbers."""
        return self.args[0]

    @property
    def index(self) -> Any:
        """The bound symbol."""
        return self.args[1][0]

    @property
    def ends(self) -> tuple[Any, Any]:
        """The first and the last value of the index."""
        return self.args[1][1], self.args[1][2]

    @property
    def bound_symbols(self) -> list[Any]:
        """The index, in a list."""
        return [self.index]

    @property
    def free_symbols(self) -> set[Any]:
        """Every symbol but the index."""
        low, high = self.ends
        ends: set[Any] = low.free_symbols | high.free_symbols
        term: set[Any] = self.term.free_symbols
        return (term - {self.index}) | ends

    def at(self, value: Any) -> Any:
        """Return one of the numbers."""
        return self.term.xreplace({self.index: sympify(value)})

    def _latex(self, printer: Any) -> str:
        index, (low, high) = printer._print(self.index), map(printer._print, self.ends)
        return rf"\max_{{{low} \le {index} \le {high}}} {printer._print(self.term)}"

    def _sympystr(self, printer: Any) -> str:
        index, (low, high) = printer._print(self.index), map(printer._print, self.ends)
        return f"max_{{{index}={low}..{high}}} {printer._print(self.term)}"
