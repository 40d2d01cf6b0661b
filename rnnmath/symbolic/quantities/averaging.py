"""A recurrence that looks back at the mean of all its states, and coefficients of power series."""

from typing import Any

from sympy import Basic, Expr, MatrixExpr, sympify
from sympy.matrices.expressions.matexpr import MatrixElement
from sympy.printing.precedence import PRECEDENCE

from rnnmath.symbolic.shapes import as_matrix
from rnnmath.symbolic.typeset import Typeset, tight

__all__ = ["AveragingState", "SeriesCoefficient"]


class AveragingState(Typeset, MatrixExpr):
    """The state ``h_T`` of ``h_(t+1) = a (c h_t + (h_1 + ... + h_t) / t)``, started from ``h_1``.

    Attention with equal weights over all states so far, beside a plain linear step.
    Formula: of the shape of ``h_1``.
    Source: definition.

    Examples
    --------
    >>> from sympy import MatrixSymbol, symbols
    >>> a, c = symbols("a c", real=True)
    >>> state = AveragingState(a, c, MatrixSymbol("h_1", 2, 1), 5)
    >>> state.shape, str(state), state.at(6).time
    ((2, 1), 'h[5]', 6)
    """

    def __new__(cls, a: Any, c: Any, start: Any, time: Any) -> "AveragingState":
        """Take both numbers, the first state and the time."""
        start = as_matrix(start, "an averaging recurrence")
        parts = sympify(a), sympify(c), start, sympify(time).expand()
        node: AveragingState = Basic.__new__(cls, *parts)
        return node

    @property
    def numbers(self) -> tuple[Any, Any]:
        """The factor a of the whole step, and the factor c of the last state inside it."""
        return self.args[0], self.args[1]

    @property
    def start(self) -> Any:
        """The first state."""
        return self.args[2]

    @property
    def time(self) -> Any:
        """The time T, from 1 on."""
        return self.args[3]

    @property
    def shape(self) -> tuple[Any, Any]:
        """The shape of the first state."""
        rows, cols = self.start.shape
        return rows, cols

    def at(self, time: Any) -> "AveragingState":
        """Return the state of the same run at another time."""
        return AveragingState(*self.numbers, self.start, time)

    def _entry(self, i: Any, j: Any, **_: Any) -> Any:
        return MatrixElement(self, i, j)

    def _latex(self, printer: Any) -> str:
        index = tight(self.time, printer)
        return f"h_{{{index}}}"

    def _sympystr(self, printer: Any) -> str:
        return f"h[{printer._print(self.time)}]"


class SeriesCoefficient(Expr):
    """The coefficient ``[z^m] F(z)`` of a power series in z about 0, m a whole number.

    Source: definition.

    Examples
    --------
    >>> from sympy import Symbol
    >>> z = Symbol("z")
    >>> print(SeriesCoefficient(1 / (1 - z), z, 3))
    [z**3] 1/(1 - z)
    """

    is_commutative = True
    is_real = True
    precedence = PRECEDENCE["Add"]  # as a factor it stands in brackets

    def __new__(cls, series: Any, variable: Any, power: Any) -> "SeriesCoefficient":
        """Take the series, its variable and the power."""
        parts = sympify(series), sympify(variable), sympify(power).expand()
        node: SeriesCoefficient = Basic.__new__(cls, *parts)
        return node

    @property
    def series(self) -> Any:
        """The function of the variable."""
        return self.args[0]

    @property
    def variable(self) -> Any:
        """The variable, bound here."""
        return self.args[1]

    @property
    def power(self) -> Any:
        """The power whose coefficient it is."""
        return self.args[2]

    @property
    def free_symbols(self) -> set[Any]:
        """Every symbol but the variable."""
        inside: set[Any] = self.series.free_symbols - {self.variable}
        outside: set[Any] = self.power.free_symbols
        return inside | outside

    @property
    def bound_symbols(self) -> list[Any]:
        """The variable, in a list."""
        return [self.variable]

    def at(self, power: Any) -> "SeriesCoefficient":
        """Return another coefficient of the same series."""
        return SeriesCoefficient(self.series, self.variable, power)

    def _latex(self, printer: Any) -> str:
        variable, power, series = map(printer._print, (self.variable, self.power, self.series))
        return rf"[{variable}^{{{power}}}]\, {series}"

    def _sympystr(self, printer: Any) -> str:
        variable, power, series = map(printer._print, (self.variable, self.power, self.series))
        return f"[{variable}**{power}] {series}"
