"""The nodes that SymPy lacks: element-wise maps, ordered products, indexed sums, softmax, inner products.

Every node is an ordinary SymPy object (``func(*args)`` rebuilds it), carries its shape, and means
one thing.
"""

from collections.abc import Callable
from typing import Any

from sympy import (
    Basic,
    Dummy,
    Expr,
    FunctionClass,
    HadamardProduct,
    Identity,
    Integer,
    Lambda,
    MatrixExpr,
    Symbol,
    Tuple,
    ZeroMatrix,
    sympify,
)
from sympy import Function as SympyFunction
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.hadamard import HadamardPower

from rnnmath.errors import DomainError, ShapeMismatch

__all__ = [
    "BOUND",
    "Elementwise",
    "IndexedSum",
    "InnerProduct",
    "OrderedProduct",
    "Softmax",
    "Typeset",
    "elementwise",
    "from_sympy",
    "hadamard",
    "same_size",
]

#: The bound variable of every element-wise function; one Dummy, so that equal functions compare equal.
BOUND = Dummy("u", real=True)


def same_size(left: Any, right: Any) -> bool:
    """Tell whether two sizes are certainly equal, as numbers or as identical symbols."""
    return bool(sympify(left - right).expand() == 0)


def _canonical_function(function: Any) -> Lambda:
    """Write every scalar function as a Lambda of one fixed bound symbol."""
    if isinstance(function, Lambda):
        if len(function.variables) != 1:
            msg = f"an element-wise function takes one argument, got {function}"
            raise ShapeMismatch(msg)
        body = function.expr.xreplace({function.variables[0]: BOUND})
        return Lambda(BOUND, body)
    if isinstance(function, FunctionClass) or callable(function):
        return _canonical_function(Lambda(BOUND, function(BOUND)))
    msg = f"function must be a SymPy function, a Lambda or a callable, got {function!r}"
    raise DomainError(msg)


class Typeset:
    """Lets a node print itself as a paper does, in a notebook and inside SymPy's own ``latex``."""

    __slots__ = ()

    def _latex(self, printer: Any) -> str:
        from rnnmath.symbolic.printing import node_latex

        return node_latex(self, printer)

    def _repr_latex_(self) -> str:
        from rnnmath.symbolic.printing import latex

        return f"$\\displaystyle {latex(self)}$"


class Elementwise(Typeset, MatrixExpr):
    """``f(A)`` entry by entry; the abstract ``f`` is an undefined SymPy function.

    Formula: ``Elementwise(f, A)[i, j] = f(A[i, j])``, of the shape of ``A``.
    Source: definition.

    Examples
    --------
    >>> from sympy import Function, MatrixSymbol
    >>> a = MatrixSymbol("a", 3, 1)
    >>> Elementwise(Function("f"), a).shape
    (3, 1)
    """

    def __new__(cls, function: Any, argument: Any) -> "Elementwise":
        return Basic.__new__(cls, _canonical_function(function), sympify(argument))

    @property
    def function(self) -> Any:
        """The scalar function: the SymPy function class where it is one, else a Lambda."""
        body = self.args[0].expr
        if isinstance(body, SympyFunction) and body.args == (BOUND,):
            return body.func
        return self.args[0]

    @property
    def argument(self) -> Any:
        return self.args[1]

    @property
    def shape(self) -> tuple[Any, Any]:
        rows, cols = self.argument.shape
        return rows, cols

    def apply(self, value: Any) -> Any:
        """Return the scalar function at one value."""
        return self.function(value)

    def _entry(self, i: Any, j: Any, **_: Any) -> Any:
        return self.function(self.argument[i, j])


def elementwise(function: Callable[..., Any], argument: Any) -> Any:
    """Apply a scalar function entry by entry, folding constants and the identity.

    Examples
    --------
    >>> from sympy import MatrixSymbol, tanh
    >>> elementwise(tanh, MatrixSymbol("a", 3, 1))
    Elementwise(tanh, a)
    """
    node = Elementwise(function, argument)
    body = node.args[0].expr
    if body == BOUND:
        return node.argument
    if body == 0:
        return ZeroMatrix(*node.shape)
    return node


class Softmax(Typeset, MatrixExpr):
    """``softmax(v)_i = exp(v_i) / sum_j exp(v_j)`` of a column ``v``.

    Source: definition.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> Softmax(MatrixSymbol("v", 4, 1)).shape
    (4, 1)
    """

    def __new__(cls, argument: Any) -> "Softmax":
        argument = sympify(argument)
        if argument.shape[1] != 1:
            msg = f"softmax takes a column (n, 1), got an argument of shape {argument.shape}"
            raise ShapeMismatch(msg)
        return Basic.__new__(cls, argument)

    @property
    def argument(self) -> Any:
        return self.args[0]

    @property
    def shape(self) -> tuple[Any, Any]:
        return self.argument.shape[0], Integer(1)


class InnerProduct(Typeset, Expr):
    """The real number ``u^T v`` of two columns of one length.

    SymPy writes ``(u.T * v)[0, 0]`` at symbolic size as an index sum that it can't differentiate
    rightly; this node keeps it whole.
    Source: definition.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> g = MatrixSymbol("g", 3, 1)
    >>> InnerProduct(g, g).is_nonnegative
    True
    """

    is_commutative = True
    is_extended_real = True
    is_real = True

    def __new__(cls, left: Any, right: Any) -> "InnerProduct":
        left, right = sympify(left), sympify(right)
        if (
            left.shape[1] != 1
            or right.shape[1] != 1
            or not same_size(left.shape[0], right.shape[0])
        ):
            msg = (
                f"an inner product takes two columns of one length, got {left.shape}, {right.shape}"
            )
            raise ShapeMismatch(msg)
        return Basic.__new__(cls, *sorted((left, right), key=lambda side: side.sort_key()))

    def _eval_is_nonnegative(self) -> bool | None:
        return True if self.args[0] == self.args[1] else None

    def _eval_transpose(self) -> "InnerProduct":
        return self


class _Ranged(Typeset, MatrixExpr):
    """A term that runs over an index ``j = lo..hi``; the base of ordered products and sums."""

    def __new__(cls, term: Any, limits: Any) -> "_Ranged":
        try:
            index, lo, hi = limits
        except (TypeError, ValueError):
            msg = f"limits must be (index, lo, hi), got {limits!r}"
            raise DomainError(msg) from None
        if not isinstance(index, Symbol):
            msg = f"the index must be a Symbol, got {index!r}"
            raise DomainError(msg)
        term = sympify(term)
        if not getattr(term, "is_Matrix", False):
            msg = f"the term must be a matrix expression, got {term!r}"
            raise ShapeMismatch(msg)
        return Basic.__new__(cls, term, Tuple(index, sympify(lo), sympify(hi)))

    @property
    def term(self) -> Any:
        return self.args[0]

    @property
    def index(self) -> Any:
        return self.args[1][0]

    @property
    def lower(self) -> Any:
        return self.args[1][1]

    @property
    def upper(self) -> Any:
        return self.args[1][2]

    @property
    def shape(self) -> tuple[Any, Any]:
        rows, cols = self.term.shape
        return rows, cols

    @property
    def length(self) -> Any:
        """Number of terms, ``hi - lo + 1``; 0 for an empty range."""
        return self.upper - self.lower + 1

    @property
    def bound_symbols(self) -> list[Any]:
        return [self.index]

    @property
    def free_symbols(self) -> set[Any]:
        limits: set[Any] = self.lower.free_symbols | self.upper.free_symbols
        return (self.term.free_symbols - {self.index}) | limits

    def at(self, value: Any) -> Any:
        """Return the term with the index replaced."""
        return self.term.xreplace({self.index: sympify(value)})

    def _number_of_terms(self) -> int | None:
        count = sympify(self.length)
        if not count.is_Integer:
            return None
        if count < 0:
            msg = f"the range {self.lower}..{self.upper} runs backwards; an empty range is lo = hi + 1"
            raise DomainError(msg)
        return int(count)

    def _rebuilt(self, term: Any, lower: Any, upper: Any) -> Any:
        return type(self)(term, (self.index, lower, upper))

    def _eval_subs(self, old: Any, new: Any) -> Any:
        term = self.term if old == self.index else self.term._subs(old, new)
        return self._rebuilt(term, self.lower._subs(old, new), self.upper._subs(old, new))

    def xreplace(self, rule: Any) -> Any:
        """Replace parts, leaving the bound index alone."""
        if self in rule:
            return rule[self]
        inner = {old: new for old, new in rule.items() if old != self.index}
        return self._rebuilt(
            self.term.xreplace(inner), self.lower.xreplace(inner), self.upper.xreplace(inner)
        )


class OrderedProduct(_Ranged):
    """``prod_{j=lo..hi} M_j`` with the newest factor (largest j) on the left; empty product I.

    Formula: ``M_hi M_{hi-1} ... M_lo``, a square (n, n) matrix expression.
    SymPy's own ``Product`` of matrices raises.
    Source: THEORY notation, derived here.

    Examples
    --------
    >>> from sympy import MatrixSymbol, symbols
    >>> j, k, t = symbols("j k t", integer=True)
    >>> W = MatrixSymbol("W", 3, 3)
    >>> OrderedProduct(W, (j, k + 1, t)).length
    -k + t
    >>> OrderedProduct(W, (j, 1, 2)).doit()
    W**2
    >>> OrderedProduct(W, (j, 1, 0)).doit()
    I
    """

    def __new__(cls, factor: Any, limits: Any) -> "OrderedProduct":
        node = super().__new__(cls, factor, limits)
        if not same_size(*node.shape):
            msg = f"the factor of an ordered product must be square, got shape {node.shape}"
            raise ShapeMismatch(msg)
        return node

    def split(self, at: Any) -> Any:
        """``prod_{lo..hi} = prod_{at+1..hi} prod_{lo..at}``, for lo - 1 <= at <= hi."""
        at = sympify(at)
        return self._rebuilt(self.term, at + 1, self.upper) * self._rebuilt(
            self.term, self.lower, at
        )

    def peel_last(self) -> Any:
        """``prod_{lo..hi} = M_hi prod_{lo..hi-1}``: the newest factor taken off on the left."""
        return self.at(self.upper) * self._rebuilt(self.term, self.lower, self.upper - 1)

    def peel_first(self) -> Any:
        """``prod_{lo..hi} = prod_{lo+1..hi} M_lo``: the oldest factor taken off on the right."""
        return self._rebuilt(self.term, self.lower + 1, self.upper) * self.at(self.lower)

    def doit(self, **hints: Any) -> Any:
        """Multiply out when the number of factors is a number; else stay."""
        count = self._number_of_terms()
        if count is None:
            return self
        product: Any = Identity(self.shape[0])
        for step in range(count):
            product = self.at(self.lower + step) * product
        return product.doit(**hints)


class IndexedSum(_Ranged):
    """``sum_{j=lo..hi} M_j`` of matrix expressions of one shape; the empty sum is zero.

    Source: THEORY notation.

    Examples
    --------
    >>> from sympy import MatrixSymbol, symbols
    >>> j, T = symbols("j T", integer=True)
    >>> IndexedSum(j * MatrixSymbol("A", 2, 3), (j, 1, 3)).doit()
    6*A
    """

    def split(self, at: Any) -> Any:
        """``sum_{lo..hi} = sum_{lo..at} + sum_{at+1..hi}``, for lo - 1 <= at <= hi."""
        at = sympify(at)
        return self._rebuilt(self.term, self.lower, at) + self._rebuilt(
            self.term, at + 1, self.upper
        )

    def doit(self, **hints: Any) -> Any:
        """Add up when the number of terms is a number; else stay."""
        count = self._number_of_terms()
        if count is None:
            return self
        total: Any = ZeroMatrix(*self.shape)
        for step in range(count):
            total = total + self.at(self.lower + step)
        return total.doit(**hints)


def hadamard(*factors: Any) -> Any:
    """Entry-wise product in one fixed order, so that equal products compare equal."""
    flat: list[Any] = []
    for factor in factors:
        flat.extend(factor.args if isinstance(factor, HadamardProduct) else (factor,))
    if any(isinstance(factor, ZeroMatrix) for factor in flat):
        return ZeroMatrix(*flat[0].shape)
    if len(flat) == 1:
        return flat[0]
    return HadamardProduct(*sorted(flat, key=lambda factor: factor.sort_key()))


def from_sympy(expr: Any) -> Any:
    """Rewrite SymPy's own element-wise nodes by ours, bottom up."""
    if not getattr(expr, "args", ()) or not isinstance(expr, Basic):
        return expr
    if isinstance(expr, ElementwiseApplyFunction):
        return elementwise(expr.function, from_sympy(expr.expr))
    if isinstance(expr, HadamardPower):
        base, exponent = expr.base, expr.exp
        return elementwise(Lambda(BOUND, BOUND**exponent), from_sympy(base))
    args = [from_sympy(arg) for arg in expr.args]
    if isinstance(expr, HadamardProduct):
        return hadamard(*args)
    if all(new is old for new, old in zip(args, expr.args, strict=True)):
        return expr
    return expr.func(*args)
