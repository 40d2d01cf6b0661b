"""What forward and backward rules share: readings of numbers, slopes, and the refusal."""

from collections.abc import Callable
from typing import Any

from sympy import (
    Identity,
    ImmutableDenseMatrix,
    MatMul,
    MatPow,
    Piecewise,
    Pow,
    S,
    sympify,
)
from sympy.matrices.expressions.matexpr import MatrixElement

from rnnmath.errors import NotDifferentiable
from rnnmath.symbolic.calculus.slopes import scalar_slope, slope
from rnnmath.symbolic.nodes import BOUND, InnerProduct, elementwise
from rnnmath.symbolic.tidy import add, diag, multiply, transpose

__all__ = [
    "Depends",
    "as_number",
    "entry_unit",
    "rate",
    "refuse",
    "rows",
    "slope_at",
    "softmax_jacobian",
]

Depends = Callable[[Any], bool]


def rows(expr: Any) -> Any:
    """Return the number of rows; a number has one.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> rows(MatrixSymbol("v", 3, 1)), rows(7)
    (3, 1)
    """
    return expr.shape[0] if getattr(expr, "is_Matrix", False) else 1


def refuse(expr: Any, why: str) -> NotDifferentiable:
    """Return the error that names the node and says why no rule covers it.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> refuse(MatrixSymbol("A", 2, 2), "it is no column")
    NotDifferentiable('no rule differentiates MatrixSymbol A: it is no column')
    """
    return NotDifferentiable(f"no rule differentiates {type(expr).__name__} {expr}: {why}")


def rate(expr: Any, depends: Depends) -> tuple[Any, Any]:
    """Return s and g'(s) of a number ``g(s)``: a power, or a function of one number.

    Examples
    --------
    >>> from sympy import Symbol, sin
    >>> rate(sin(Symbol("s")) ** 2, lambda part: part.has(Symbol("s")))
    (sin(s), 2*sin(s))
    """
    if isinstance(expr, Pow | MatPow):
        if depends(expr.exp):
            raise refuse(expr, "the exponent depends on the variable")
        base = as_number(expr.base) if isinstance(expr, MatPow) else expr.base
        return base, expr.exp * base ** (expr.exp - 1)
    if len(expr.args) != 1 or isinstance(expr, Piecewise):
        raise refuse(expr, "only functions of one number have a chain rule")
    (argument,) = expr.args
    if getattr(argument, "is_Matrix", False):
        raise refuse(expr, "a function of a matrix; use Elementwise for entry by entry")
    return argument, scalar_slope(expr.func(BOUND), BOUND).xreplace({BOUND: argument})


def as_number(s: Any) -> Any:
    """Read a 1 x 1 matrix as the number that it is; a product as an inner product.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> u, A, v = MatrixSymbol("u", 2, 1), MatrixSymbol("A", 2, 3), MatrixSymbol("v", 3, 1)
    >>> as_number(u.T * A * v)
    InnerProduct(A*v, u)
    """
    if isinstance(s, Identity):
        return S.One
    if isinstance(s, MatMul):
        scalar, factors = s.as_coeff_matrices()
        if len(factors) > 1:
            return scalar * InnerProduct(transpose(factors[0]), multiply(*factors[1:]))
        return scalar * as_number(factors[0])
    if isinstance(s, MatPow):
        return as_number(s.base) ** s.exp
    return s[0, 0] if isinstance(s, ImmutableDenseMatrix) else MatrixElement(s, 0, 0)


def entry_unit(expr: Any) -> Any:
    """Return ``E`` with a one at the entry that ``expr`` takes and zeros elsewhere.

    Raises
    ------
    NotDifferentiable
        If the shape or the place of the entry is not given in numbers.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> entry_unit(MatrixSymbol("v", 3, 1)[1, 0]).T
    Matrix([[0, 1, 0]])
    """
    place, shape = (expr.i, expr.j), expr.parent.shape
    if shape == (1, 1):
        return Identity(1)
    if not all(sympify(number).is_Integer for number in (*place, *shape)):
        raise refuse(expr, "an entry of a symbolic place or shape; write u.T*v or InnerProduct")
    return ImmutableDenseMatrix(*shape, lambda i, j: int((i, j) == place))


def slope_at(expr: Any, depends: Depends) -> Any:
    """Return ``f'(A)`` of an element-wise ``f(A)``.

    Raises
    ------
    NotDifferentiable
        If f itself depends on the variable, or has no slope in closed form.

    Examples
    --------
    >>> from sympy import Function, MatrixSymbol
    >>> from rnnmath.symbolic.nodes import Elementwise
    >>> a = MatrixSymbol("a", 3, 1)
    >>> slope_at(Elementwise(Function("f"), a), lambda part: part == a).function
    f'
    """
    if depends(expr.args[0]):
        raise refuse(expr, "the function itself depends on the variable")
    return elementwise(slope(expr.function), expr.argument)


def softmax_jacobian(expr: Any) -> Any:
    """Return the symmetric matrix ``diag(s) - s s^T`` of a softmax s.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> from rnnmath.symbolic.nodes import Softmax
    >>> softmax_jacobian(Softmax(MatrixSymbol("v", 4, 1))).shape
    (4, 4)
    """
    return add(diag(expr), multiply(-1, expr, transpose(expr)))
