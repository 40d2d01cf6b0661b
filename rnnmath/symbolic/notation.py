"""The alphabet: sizes, times, the parameters of a recurrent network and its time-indexed vectors.

Orientation is law here and everywhere: ``J[i, j] = d out_i / d in_j`` (numerator layout), vectors
are columns, the newest factor of a product stands on the left, and a gradient has the shape of
its variable.
"""

from typing import Any

from sympy import Basic, Expr, Function, Integer, MatrixExpr, MatrixSymbol, Symbol, sympify
from sympy.core.symbol import Str
from sympy.matrices.expressions.matexpr import MatrixElement

from rnnmath.errors import DomainError, ShapeMismatch
from rnnmath.symbolic.typeset import Typeset

__all__ = [
    "LocalDerivative",
    "StepScalar",
    "TimeIndexed",
    "TimeMatrix",
    "TimeScalar",
    "TimeVector",
    "TotalDerivative",
    "parameter",
    "size",
    "time",
]


def size(name: str) -> Any:
    """Return a positive integer symbol for a dimension.

    Examples
    --------
    >>> size("n").is_positive
    True
    """
    return Symbol(name, integer=True, positive=True)


def time(name: str) -> Any:
    """Return an integer symbol for a point in time.

    Examples
    --------
    >>> time("t").is_integer
    True
    """
    return Symbol(name, integer=True, nonnegative=True)


def parameter(name: str, rows: Any, cols: Any) -> Any:
    """Return a matrix symbol of the given shape.

    Examples
    --------
    >>> parameter("W", size("n"), size("n")).shape
    (n, n)
    """
    return MatrixSymbol(name, rows, cols)


class TimeVector(Typeset, MatrixExpr):
    """The column ``name_index`` of a sequence; made by ``TimeIndexed(name, size)[index]``."""

    def __new__(cls, name: Any, rows: Any, index: Any) -> "TimeVector":
        """Write the index in one form, so that equal times compare equal."""
        name = name if isinstance(name, Str) else Str(name)
        node: TimeVector = Basic.__new__(cls, name, sympify(rows), sympify(index).expand())
        return node

    def _entry(self, i: Any, j: Any, **_: Any) -> Any:
        return MatrixElement(self, i, j)

    @property
    def name(self) -> str:
        """The letter of the sequence."""
        return str(self.args[0].name)

    @property
    def index(self) -> Any:
        """The point in time."""
        return self.args[2]

    @property
    def shape(self) -> tuple[Any, Any]:
        """``(rows, 1)``."""
        return self.args[1], Integer(1)

    @property
    def free_symbols(self) -> set[Any]:
        """The symbols of the size and of the time."""
        symbols: set[Any] = self.args[1].free_symbols | self.args[2].free_symbols
        return symbols

    def _sympystr(self, printer: Any) -> str:
        return f"{self.name}[{printer._print(self.index)}]"


class TimeIndexed:
    """A sequence of columns ``a[1], a[2], ...`` of one size.

    Parameters
    ----------
    name : str
        The letter, as it is printed.
    rows : Expr or int
        The size of each column.

    Examples
    --------
    >>> h = TimeIndexed("h", size("n"))
    >>> t = time("t")
    >>> h[t - 1]
    h[t - 1]
    >>> h[t].shape
    (n, 1)
    """

    def __init__(self, name: str, rows: Any) -> None:
        self.name = name
        self.rows = sympify(rows)

    def __getitem__(self, index: Any) -> TimeVector:
        index = sympify(index)
        if not index.is_integer:
            msg = f"the time of {self.name}[...] must be an integer, got {index}"
            raise DomainError(msg)
        return TimeVector(self.name, self.rows, index)


class TimeMatrix(Typeset, MatrixExpr):
    """The matrix ``name_index`` of a sequence, such as ``W_l``, the weights of layer l.

    Examples
    --------
    >>> TimeMatrix("W", size("n"), size("m"), time("l")).shape
    (n, m)
    """

    def __new__(cls, name: Any, rows: Any, cols: Any, index: Any) -> "TimeMatrix":
        """Take the letter, both sizes and the index."""
        name = name if isinstance(name, Str) else Str(name)
        time = sympify(index).expand()
        node: TimeMatrix = Basic.__new__(cls, name, sympify(rows), sympify(cols), time)
        return node

    def _entry(self, i: Any, j: Any, **_: Any) -> Any:
        return MatrixElement(self, i, j)

    @property
    def name(self) -> str:
        """The letter."""
        return str(self.args[0].name)

    @property
    def index(self) -> Any:
        """Its place in the sequence."""
        return self.args[3]

    @property
    def shape(self) -> tuple[Any, Any]:
        """Rows and columns."""
        return self.args[1], self.args[2]

    @property
    def free_symbols(self) -> set[Any]:
        """The symbols in the sizes and the index."""
        symbols: set[Any] = set().union(*(arg.free_symbols for arg in self.args[1:]))
        return symbols

    def _sympystr(self, printer: Any) -> str:
        return f"{self.name}[{printer._print(self.index)}]"


class StepScalar(Typeset, Expr):
    """A number that the whole sequence determines, such as the loss ``L``."""

    is_commutative = True
    is_real = True

    def __new__(cls, name: Any) -> "StepScalar":
        """Name the number."""
        name = name if isinstance(name, Str) else Str(name)
        node: StepScalar = Basic.__new__(cls, name)
        return node

    @property
    def name(self) -> str:
        """The letter, as it is printed."""
        return str(self.args[0].name)

    @property
    def shape(self) -> tuple[Any, Any]:
        """``(1, 1)``, so that a Jacobian of it is a row."""
        return Integer(1), Integer(1)


class TimeScalar(StepScalar):
    """A number that belongs to one time, such as the loss ``L_t`` at time t alone."""

    def __new__(cls, name: Any, index: Any) -> "TimeScalar":
        """Name the number and its time."""
        name = name if isinstance(name, Str) else Str(name)
        node: TimeScalar = Basic.__new__(cls, name, sympify(index))
        return node

    @property
    def index(self) -> Any:
        """The point in time."""
        return self.args[1]


class TotalDerivative(Typeset, MatrixExpr):
    """The derivative of one variable of a network in another, through every path between them.

    Of a vector it is the Jacobian, shape (len of, len wrt); of a scalar the gradient, shape of
    wrt.  It is *observed*: an oracle that knows the program but no formula measures it by setting
    ``wrt`` and running everything downstream again.
    Source: definition.

    Examples
    --------
    >>> n, t, k = size("n"), time("t"), time("k")
    >>> h = TimeIndexed("h", n)
    >>> TotalDerivative(h[t], h[k]).shape
    (n, n)
    >>> TotalDerivative(StepScalar("L"), parameter("W", n, n)).shape
    (n, n)
    """

    is_derivative_of_args = True

    def __new__(cls, of: Any, wrt: Any) -> "TotalDerivative":
        """Check that both ends are variables of a network."""
        if not isinstance(of, StepScalar | TimeVector) or not getattr(wrt, "is_Matrix", False):
            msg = f"a total derivative is of a network variable in another, got {of!r} in {wrt!r}"
            raise ShapeMismatch(msg)
        node: TotalDerivative = Basic.__new__(cls, of, wrt)
        return node

    def _entry(self, i: Any, j: Any, **_: Any) -> Any:
        return MatrixElement(self, i, j)

    @property
    def of(self) -> Any:
        """The variable whose derivative it is."""
        return self.args[0]

    @property
    def wrt(self) -> Any:
        """The variable that is moved."""
        return self.args[1]

    @property
    def shape(self) -> tuple[Any, Any]:
        """The shape of ``wrt`` for a gradient, ``(len of, len wrt)`` for a Jacobian."""
        if isinstance(self.of, StepScalar):
            rows, cols = self.wrt.shape
            return rows, cols
        return self.of.shape[0], self.wrt.shape[0]


class LocalDerivative(TotalDerivative):
    """The derivative within one time step, the previous state held: ``partial h_t / partial b``.

    It is observed on the one-step network that starts from ``h_{t-1}``.
    Source: claim input-jacobian.

    Examples
    --------
    >>> n, t = size("n"), time("t")
    >>> LocalDerivative(TimeIndexed("h", n)[t], parameter("b", n, 1)).shape
    (n, n)
    """


n, m, p = size("n"), size("m"), size("p")
t, k, j, T = time("t"), time("k"), time("j"), time("T")
W, U, V = parameter("W", n, n), parameter("U", n, m), parameter("V", p, n)
b, c = parameter("b", n, 1), parameter("c", p, 1)
h, a, x, o = TimeIndexed("h", n), TimeIndexed("a", n), TimeIndexed("x", m), TimeIndexed("o", p)
L = StepScalar("L")
f = Function("f")
f_prime = Function("f'")
gamma = Symbol(r"gamma", nonnegative=True)


def loss_at(index: Any) -> TimeScalar:
    """Return ``L_t``, the loss at one time alone."""
    return TimeScalar("L", index)


def error_at(index: Any) -> TotalDerivative:
    """Return ``e_t``, the gradient of the loss at t in the output at t."""
    return TotalDerivative(loss_at(index), o[index])


def delta(index: Any, only: Any = None) -> TotalDerivative:
    """Return the error signal ``delta_t``, the gradient of the loss in ``a_t``.

    ``only`` restricts the loss to one time: ``delta_k^(t)``.
    """
    return TotalDerivative(L if only is None else loss_at(only), a[index])
