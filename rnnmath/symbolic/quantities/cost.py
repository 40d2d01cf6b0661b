"""What a run costs: multiply-adds, entries touched, numbers kept; and what one formula costs."""

from typing import Any

from sympy import Basic, DiagMatrix, Expr, HadamardProduct, MatAdd, MatMul, S, sympify
from sympy.core.symbol import Str

from rnnmath.errors import DomainError
from rnnmath.symbolic.derivation.quadratic import factors_of
from rnnmath.symbolic.nodes import Elementwise, IndexedSum

__all__ = ["Multiplied", "RunCost", "Touched"]

_MEASURES = {
    "products": "products",
    "forward products": "products, forward",
    "backward products": "products, backward",
    "gradient products": "products, gradients",
    "steps back": "steps back",
    "entries": "entries",
    "forward entries": "entries, forward",
    "backward entries": "entries, backward",
    "gradient entries": "entries, gradients",
    "states": "states",
    "tape": "states and pre-activations",
}
_SCHEDULES = ("whole", "chunks", "window")


class RunCost(Expr):
    """One cost of a run of backpropagation through time, by its schedule and its length K.

    The gradients are those of the parameters, h_0 given.  ``products``: multiply-adds of matrix
    products; ``entries``: entries of all other operations; ``states`` and ``tape``: the most
    numbers kept at one time for the way back, without and with the pre-activations.
    Source: definition; it is counted on a real run.

    Raises
    ------
    DomainError
        If there is no such measure or schedule.

    Examples
    --------
    >>> from rnnmath.symbolic.notation import T
    >>> RunCost("products", "whole", T)
    products(whole T)
    """

    is_commutative = True
    is_integer = True
    is_nonnegative = True

    def __new__(cls, measure: Any, schedule: Any, length: Any) -> "RunCost":
        """Take the measure, the schedule and K."""
        measure, schedule = (str(getattr(word, "name", word)) for word in (measure, schedule))
        if measure not in _MEASURES or schedule not in _SCHEDULES:
            msg = (
                f"a cost is one of {', '.join(_MEASURES)} of {', '.join(_SCHEDULES)},"
                f" got {measure!r} of {schedule!r}"
            )
            raise DomainError(msg)
        node: RunCost = Basic.__new__(cls, Str(measure), Str(schedule), sympify(length))
        return node

    @property
    def measure(self) -> str:
        """What is counted."""
        return str(self.args[0].name)

    @property
    def schedule(self) -> str:
        """How far errors go back."""
        return str(self.args[1].name)

    @property
    def length(self) -> Any:
        """K."""
        return self.args[2]

    def _latex(self, printer: Any) -> str:
        measure, length = _MEASURES[self.measure], printer._print(self.length)
        return rf"\text{{{measure}}}\,(\text{{{self.schedule} }}{length})"

    def _sympystr(self, printer: Any) -> str:
        measure, length = _MEASURES[self.measure], printer._print(self.length)
        return f"{measure}({self.schedule} {length})"


class _Counted(Expr):
    """The cost of evaluating one formula once, as it is written."""

    is_commutative = True
    is_integer = True
    is_nonnegative = True
    is_derivative_of_args = True  # equal formulas need not cost the same

    word = ""

    def __new__(cls, formula: Any) -> "_Counted":
        """Take the formula."""
        node: _Counted = Basic.__new__(cls, formula)
        return node

    @property
    def formula(self) -> Any:
        """What is evaluated."""
        return self.args[0]

    def _latex(self, printer: Any) -> str:
        return rf"\text{{{self.word}}}\!\left[{printer._print(self.formula)}\right]"

    def _sympystr(self, printer: Any) -> str:
        return f"{self.word}[{printer._print(self.formula)}]"


class Multiplied(_Counted):
    """Multiply-adds of the matrix products in a formula: ``r s q`` for (r, s)(s, q).

    ``diag(v)`` times a column is an operation on entries, and costs none.
    Source: definition.

    Examples
    --------
    >>> from rnnmath.symbolic.notation import W, h, t
    >>> Multiplied(W * h[t]).count
    n**2
    """

    word = "products"

    @property
    def count(self) -> Any:
        """The number, from the shapes."""
        return _products(self.formula)


class Touched(_Counted):
    """Entries that the operations of a formula write, matrix products left out.

    A sum, and an entry-wise product, of N matrices writes N - 1 of them; a function of each entry,
    and ``diag(v)`` times a column, write one.
    Source: definition.

    Examples
    --------
    >>> from rnnmath.symbolic.notation import W, b, h, t
    >>> Touched(W * h[t] + b).count
    n
    """

    word = "entries"

    @property
    def count(self) -> Any:
        """The number, from the shapes."""
        return _entries(self.formula)


def _products(expr: Any) -> Any:
    inside = sum((_products(arg) for arg in expr.args), start=S.Zero)
    if not isinstance(expr, MatMul):
        return inside
    _, factors = factors_of(expr)
    total, (last, *rest) = inside, reversed(factors)  # a column first, as a network does it
    for factor in rest:
        if not isinstance(factor, DiagMatrix):
            total += factor.shape[0] * factor.shape[1] * last.shape[1]
    return total


def _entries(expr: Any) -> Any:
    inside = sum((_entries(arg) for arg in expr.args), start=S.Zero)
    if not getattr(expr, "is_Matrix", False):
        return inside
    size = expr.shape[0] * expr.shape[1]
    if isinstance(expr, MatAdd | HadamardProduct):
        return inside + (len(expr.args) - 1) * size
    if isinstance(expr, IndexedSum):
        return inside + (expr.length - 1) * size
    scaled = isinstance(expr, MatMul) and isinstance(expr.args[0], DiagMatrix)
    return inside + size if scaled or isinstance(expr, Elementwise) else inside
