"""The nodes that SymPy lacks: element-wise maps, softmax, inner products, ordered products, sums.

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
    MatMul,
    MatrixExpr,
    OneMatrix,
    S,
    ZeroMatrix,
    exp,
)
from sympy import Function as SympyFunction
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.hadamard import HadamardPower
from sympy.matrices.expressions.matexpr import MatrixElement

from rnnmath.errors import DomainError, ShapeMismatch
from rnnmath.symbolic.ranged import IndexedSum, OrderedProduct
from rnnmath.symbolic.shapes import as_matrix, same_size
from rnnmath.symbolic.traverse import bottom_up, in_order
from rnnmath.symbolic.typeset import Typeset

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

#: The bound variable of every element-wise function; one Dummy: equal functions compare equal.
BOUND = Dummy("u", real=True)


def _canonical_function(function: Any) -> Lambda:
    """Write every scalar function as a Lambda of one fixed bound symbol."""
    if isinstance(function, Lambda):
        if len(function.variables) != 1:
            msg = f"an element-wise function takes one argument, got {function}"
            raise ShapeMismatch(msg)
        body = function.expr.xreplace({function.variables[0]: BOUND})
        if getattr(body, "is_Matrix", False):
            msg = f"an element-wise function returns a number, got {function}"
            raise ShapeMismatch(msg)
        return Lambda(BOUND, body)
    if isinstance(function, FunctionClass) or callable(function):
        try:
            body = function(BOUND)
        except TypeError as error:
            msg = f"an element-wise function takes one number, {function} refused it: {error}"
            raise DomainError(msg) from None
        return _canonical_function(Lambda(BOUND, body))
    msg = f"function must be a SymPy function, a Lambda or a callable, got {function!r}"
    raise DomainError(msg)


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
        """Bring the function to one form, a Lambda of ``BOUND``."""
        argument = as_matrix(argument, "an element-wise function")
        node: Elementwise = Basic.__new__(cls, _canonical_function(function), argument)
        node._shape = tuple(argument.shape)  # kept, since SymPy asks down the whole tree
        return node

    @property
    def function(self) -> Any:
        """The scalar function: the SymPy function class where it is one, else a Lambda."""
        body = self.args[0].expr
        if isinstance(body, SympyFunction) and body.args == (BOUND,):
            return body.func
        return self.args[0]

    @property
    def argument(self) -> Any:
        """The matrix that the function is applied to."""
        return self.args[1]

    @property
    def shape(self) -> tuple[Any, Any]:
        """The shape of the argument."""
        shape: tuple[Any, Any] = self._shape
        return shape

    def apply(self, value: Any) -> Any:
        """Return the scalar function at one value."""
        return self.function(value)

    def _entry(self, i: Any, j: Any, **_: Any) -> Any:
        return self.function(self.argument[i, j])


def elementwise(function: Callable[..., Any], argument: Any) -> Any:
    """Apply a scalar function entry by entry, folding constants and multiples of the identity.

    Formula: ``f(A)[i, j] = f(A[i, j])``, of the shape of ``A``.

    Raises
    ------
    ShapeMismatch
        If the argument is no matrix, or the function not one of one number.
    DomainError
        If the function is no function.

    Examples
    --------
    >>> from sympy import MatrixSymbol, tanh
    >>> a = MatrixSymbol("a", 3, 1)
    >>> elementwise(tanh, a) == Elementwise(tanh, a)
    True
    >>> elementwise(lambda u: u, a), elementwise(lambda u: 0 * u, a)
    (a, 0)
    """
    node = Elementwise(function, argument)
    body, (variable,) = node.args[0].expr, node.args[0].variables
    if body == variable:  # SymPy gives the identity a variable of its own
        return node.argument
    if not body.has(variable):
        return _times(body, OneMatrix(*node.shape))
    if not (body / variable).has(variable):
        return _times(body / variable, node.argument)
    return node


def _times(scalar: Any, matrix: Any) -> Any:
    if isinstance(matrix, MatMul):
        coefficient, factors = matrix.as_coeff_matrices()
        return MatMul(scalar * coefficient, *factors)
    if scalar == 0:
        return ZeroMatrix(*matrix.shape)
    return matrix if scalar == 1 else MatMul(scalar, matrix)


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
        """Check that the argument is a column."""
        argument = as_matrix(argument, "softmax")
        if argument.shape[1] != 1:
            msg = f"softmax takes a column (n, 1), got an argument of shape {argument.shape}"
            raise ShapeMismatch(msg)
        node: Softmax = Basic.__new__(cls, argument)
        return node

    @property
    def argument(self) -> Any:
        """The column that is normalized."""
        return self.args[0]

    @property
    def shape(self) -> tuple[Any, Any]:
        """The shape (n, 1) of the argument."""
        return self.argument.shape[0], Integer(1)

    def _entry(self, i: Any, j: Any, **_: Any) -> Any:
        rows = self.shape[0]
        if not rows.is_Integer:
            return MatrixElement(self, i, j)
        total = sum((exp(self.argument[k, 0]) for k in range(int(rows))), S.Zero)
        return exp(self.argument[i, 0]) / total


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
        """Check the shapes and put the two sides in one order."""
        left, right = (as_matrix(side, "an inner product") for side in (left, right))
        columns = left.shape[1] == right.shape[1] == 1
        if not columns or not same_size(left.shape[0], right.shape[0]):
            got = f"{left.shape}, {right.shape}"
            msg = f"an inner product takes two columns of one length, got {got}"
            raise ShapeMismatch(msg)
        node: InnerProduct = Basic.__new__(cls, *in_order((left, right)))
        return node

    def _eval_is_nonnegative(self) -> bool | None:
        return True if self.args[0] == self.args[1] else None

    def _eval_transpose(self) -> "InnerProduct":
        return self


def hadamard(*factors: Any) -> Any:
    """Entry-wise product in one fixed order, so that equal products compare equal.

    Formula: ``(A o B)[i, j] = A[i, j] B[i, j]``; ones are dropped, zeros absorb, numbers come out.

    Raises
    ------
    ShapeMismatch
        If two factors differ in shape.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> u, v = MatrixSymbol("u", 3, 1), MatrixSymbol("v", 3, 1)
    >>> hadamard(v, 2 * u) == hadamard(2 * v, u)
    True
    """
    scalar: Any = S.One
    flat: list[Any] = []
    pending = [as_matrix(factor, "a Hadamard product") for factor in reversed(factors)]
    shape = pending[-1].shape
    for factor in pending:
        if not all(same_size(*sides) for sides in zip(shape, factor.shape, strict=True)):
            msg = f"a Hadamard product takes one shape, got {shape} and {factor.shape}"
            raise ShapeMismatch(msg)
    while pending:
        factor = pending.pop()
        if isinstance(factor, HadamardProduct):
            pending.extend(factor.args)
        elif isinstance(factor, MatMul) and not getattr(factor.args[0], "is_Matrix", False):
            coefficient, rest = factor.as_coeff_matrices()
            scalar = scalar * coefficient
            pending.append(rest[0] if len(rest) == 1 else MatMul(*rest))
        elif not _is_ones(factor):
            flat.append(factor)
    if any(isinstance(factor, ZeroMatrix) for factor in flat):
        return ZeroMatrix(*shape)
    if len(flat) > 1:
        return _times(scalar, HadamardProduct(*in_order(flat)))
    return _times(scalar, flat[0] if flat else OneMatrix(*shape))


def _is_ones(matrix: Any) -> bool:
    return isinstance(matrix, OneMatrix) or matrix == Identity(1)


def from_sympy(expr: Any) -> Any:
    """Rewrite SymPy's own element-wise nodes by ours, bottom up.

    Examples
    --------
    >>> from sympy import MatrixSymbol, tanh
    >>> a = MatrixSymbol("a", 3, 1)
    >>> from_sympy(a.applyfunc(tanh)) == Elementwise(tanh, a)
    True
    """
    return bottom_up(expr, _ours, {})


def _ours(node: Any, args: list[Any]) -> Any:
    if isinstance(node, ElementwiseApplyFunction):
        return elementwise(*args)
    if isinstance(node, HadamardPower) and not getattr(args[1], "is_Matrix", False):
        base, exponent = args
        if getattr(base, "is_Matrix", False):
            return elementwise(Lambda(BOUND, BOUND**exponent), base)
    if isinstance(node, HadamardProduct):
        return hadamard(*args)
    if all(new is old for new, old in zip(args, getattr(node, "args", ()), strict=True)):
        return node
    return node.func(*args)
