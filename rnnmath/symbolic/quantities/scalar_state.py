"""One linear unit, ``h_t = λ h_(t-1) + x_t`` from ``h_0 = 0``: its state and its derivatives."""

from typing import Any

from sympy import Basic, Expr, MatrixSymbol, sympify

from rnnmath.errors import ShapeMismatch
from rnnmath.symbolic.typeset import tight

__all__ = ["ScalarInput", "ScalarState", "StateGradient", "WeightSensitivity"]


def _column(inputs: Any) -> Any:
    if not isinstance(inputs, MatrixSymbol) or inputs.shape[1] != 1:
        msg = f"the inputs of one unit are a column, got {inputs!r}"
        raise ShapeMismatch(msg)
    return inputs


class ScalarInput(Expr):
    """The input ``x_t``, entry t of the column of the inputs, counted from 1.

    Source: definition.

    Examples
    --------
    >>> ScalarInput(MatrixSymbol("x", 4, 1), 3)
    x[3]
    """

    is_commutative = True
    is_real = True

    def __new__(cls, inputs: Any, time: Any) -> "ScalarInput":
        """Take the column and the time."""
        node: ScalarInput = Basic.__new__(cls, _column(inputs), sympify(time).expand())
        return node

    @property
    def inputs(self) -> Any:
        """The column of the inputs."""
        return self.args[0]

    @property
    def time(self) -> Any:
        """The time t."""
        return self.args[1]

    def _latex(self, printer: Any) -> str:
        return f"{printer._print(self.inputs)}_{{{tight(self.time, printer)}}}"

    def _sympystr(self, printer: Any) -> str:
        return f"{printer._print(self.inputs)}[{printer._print(self.time)}]"


class _OfUnit(Expr):
    """A number that belongs to the unit: its weight, its inputs, and one or two times."""

    is_commutative = True
    is_real = True

    def __new__(cls, weight: Any, inputs: Any, *times: Any) -> "_OfUnit":
        """Take the weight, the column of the inputs ``x_1, x_2, ...``, and the times."""
        points = (sympify(time).expand() for time in times)
        node: _OfUnit = Basic.__new__(cls, sympify(weight), _column(inputs), *points)
        return node

    @property
    def weight(self) -> Any:
        """The recurrent weight λ."""
        return self.args[0]

    @property
    def inputs(self) -> Any:
        """The column of the inputs."""
        return self.args[1]

    @property
    def time(self) -> Any:
        """The time t of the state."""
        return self.args[2]

    def at(self, *times: Any) -> Any:
        """Return the same at other times."""
        return self.func(self.weight, self.inputs, *times)


class ScalarState(_OfUnit):
    """The state ``h_t``.

    Source: definition.

    Examples
    --------
    >>> from sympy import Symbol
    >>> ScalarState(Symbol("lambda", real=True), MatrixSymbol("x", 4, 1), 3)
    h[3]
    """

    def _latex(self, printer: Any) -> str:
        return f"h_{{{tight(self.time, printer)}}}"

    def _sympystr(self, printer: Any) -> str:
        return f"h[{printer._print(self.time)}]"


class WeightSensitivity(_OfUnit):
    """The derivative ``dh_t/dλ`` of the state in the weight, the inputs held.

    Source: definition.

    Examples
    --------
    >>> from sympy import Symbol
    >>> WeightSensitivity(Symbol("lambda", real=True), MatrixSymbol("x", 4, 1), 3)
    dh[3]/dlambda
    """

    def _latex(self, printer: Any) -> str:
        top = f"h_{{{tight(self.time, printer)}}}"
        return rf"\frac{{d {top}}}{{d {printer._print(self.weight)}}}"

    def _sympystr(self, printer: Any) -> str:
        return f"dh[{printer._print(self.time)}]/d{printer._print(self.weight)}"


class StateGradient(_OfUnit):
    """The derivative ``dh_t/dh_k`` of one state in an earlier one.

    Source: definition.

    Examples
    --------
    >>> from sympy import Symbol
    >>> StateGradient(Symbol("lambda", real=True), MatrixSymbol("x", 4, 1), 3, 1)
    dh[3]/dh[1]
    """

    @property
    def earlier(self) -> Any:
        """The time k of the earlier state."""
        return self.args[3]

    def _latex(self, printer: Any) -> str:
        later, earlier = (tight(time, printer) for time in (self.time, self.earlier))
        return rf"\frac{{d h_{{{later}}}}}{{d h_{{{earlier}}}}}"

    def _sympystr(self, printer: Any) -> str:
        return f"dh[{printer._print(self.time)}]/dh[{printer._print(self.earlier)}]"
