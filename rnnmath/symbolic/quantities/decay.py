"""Weights on their way through training: clipped gradient steps with weight decay."""

from typing import Any

from sympy import Basic, MatrixExpr, MatrixSymbol, sympify
from sympy.core.symbol import Str
from sympy.matrices.expressions.matexpr import MatrixElement

from rnnmath.errors import ShapeMismatch
from rnnmath.symbolic.notation import TimeMatrix
from rnnmath.symbolic.quantities.clipping import Clip
from rnnmath.symbolic.tidy import add, multiply
from rnnmath.symbolic.typeset import tight

__all__ = ["Decayed"]


class Decayed(MatrixExpr):
    """The weights after some steps, ``W_(j+1) = (1 - η λ) W_j - η clip(G_j)``, of the shape of W_0.

    The ``G_j`` are any matrices of that shape; that they are gradients of something is not used.
    Source: definition.

    Parameters
    ----------
    start : MatrixSymbol
        ``W_0``.
    gradients : str
        The letter of the sequence ``G_0, G_1, ...``.
    rate, decay, threshold : expressions
        η, λ and the allowed length θ.
    count : expression
        The number of steps.

    Raises
    ------
    ShapeMismatch
        If the start is no matrix symbol.

    Examples
    --------
    >>> from sympy import MatrixSymbol, symbols
    >>> eta, lam, theta = symbols("eta lambda theta", positive=True)
    >>> weights = Decayed(MatrixSymbol("W_0", 2, 2), "G", eta, lam, theta, 3)
    >>> weights, weights.gradient(2)
    (W[3], G[2])
    """

    def __new__(cls, start: Any, gradients: Any, *numbers: Any) -> "Decayed":
        """Take W_0, the letter of the gradients, the rate, the decay, the threshold, the count."""
        if not isinstance(start, MatrixSymbol):
            msg = f"the weights start from a matrix symbol, got {start!r}"
            raise ShapeMismatch(msg)
        letter = gradients if isinstance(gradients, Str) else Str(gradients)
        *fixed, count = (sympify(number) for number in numbers)
        node: Decayed = Basic.__new__(cls, start, letter, *fixed, count.expand())
        return node

    @property
    def start(self) -> Any:
        """The weights W_0."""
        return self.args[0]

    @property
    def rate(self) -> Any:
        """The learning rate η."""
        return self.args[2]

    @property
    def decay(self) -> Any:
        """The weight decay λ."""
        return self.args[3]

    @property
    def threshold(self) -> Any:
        """The allowed length θ of a gradient."""
        return self.args[4]

    @property
    def count(self) -> Any:
        """The number of steps."""
        return self.args[5]

    @property
    def shape(self) -> tuple[Any, Any]:
        """The shape of W_0."""
        rows, cols = self.start.shape
        return rows, cols

    @property
    def free_symbols(self) -> set[Any]:
        """The symbols of every part; the letter of the gradients is none."""
        parts = (self.start, *self.args[2:])
        symbols: set[Any] = set().union(*(part.free_symbols for part in parts))
        return symbols

    def gradient(self, index: Any) -> TimeMatrix:
        """Return ``G_j``."""
        return TimeMatrix(self.args[1], *self.shape, index)

    def at(self, count: Any) -> "Decayed":
        """Return the weights after another number of steps."""
        return Decayed(*self.args[:5], count)

    def stepped(self) -> Any:
        """Return ``(1 - η λ) W_m - η clip(G_m)``, which the next weights are."""
        cut = Clip(self.gradient(self.count), self.threshold)
        return add(multiply(1 - self.rate * self.decay, self), multiply(-self.rate, cut))

    def _entry(self, i: Any, j: Any, **_: Any) -> Any:
        return MatrixElement(self, i, j)

    @property
    def _letter(self) -> str:
        return str(self.start.name).removesuffix("_0")

    def _latex(self, printer: Any) -> str:
        index = tight(self.count, printer)
        return f"{self._letter}_{{{index}}}"

    def _sympystr(self, printer: Any) -> str:
        return f"{self._letter}[{printer._print(self.count)}]"
