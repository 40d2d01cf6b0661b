"""Forward rules: the Jacobian of a column in a column, one node at a time, numerator layout.

Each rule takes an expression and ``J``, which stands for "the Jacobian of this part": an
unevaluated node when a derivation is traced, the finished Jacobian otherwise.
"""

from collections.abc import Callable
from typing import Any

from rnnmath.symbolic.norms import VectorNorm
from sympy import (
    Add,
    BlockMatrix,
    DiagMatrix,
    Dummy,
    Function,
    HadamardProduct,
    MatAdd,
    MatMul,
    Mul,
    Pow,
    Sum,
    Transpose,
)
from sympy.matrices.expressions.matexpr import MatrixElement

from rnnmath.errors import NotDifferentiable
from rnnmath.symbolic.entry_sums import from_entry_sum
from rnnmath.symbolic.nodes import (
    Elementwise,
    IndexedSum,
    InnerProduct,
    Softmax,
    elementwise,
    hadamard,
)
from rnnmath.symbolic.slopes import scalar_slope, slope
from rnnmath.symbolic.tidy import add, diag, multiply, transpose

__all__ = ["LAWS", "as_number", "expand_jacobian", "rows"]

Part = Callable[[Any], Any]

LAWS = {
    "sum": r"\partial(A+B)=\partial A+\partial B",
    "constant factor": r"\partial(Av)=A\,\partial v",
    "scalar product": r"\partial(cv)=c\,\partial v+v\,\partial c",
    "diagonal product": r"\partial(\operatorname{diag}(u)v)=\operatorname{diag}(v)\partial u+\operatorname{diag}(u)\partial v",
    "outer product": r"\partial(u\,s)=s\,\partial u+u\,\partial s",
    "inner product": r"\partial(u^\top v)=v^\top\partial u+u^\top\partial v",
    "element-wise": r"\partial f(v)=\operatorname{diag}(f'(v))\,\partial v",
    "Hadamard product": r"\partial(u\odot v)=\operatorname{diag}(v)\partial u+\operatorname{diag}(u)\partial v",
    "softmax": r"\partial s=(\operatorname{diag}(s)-ss^\top)\,\partial v",
    "stack": r"\partial[u;v]=[\partial u;\partial v]",
    "norm": r"\partial\lVert v\rVert=v^\top\partial v/\lVert v\rVert",
    "scalar chain": r"\partial g(s)=g'(s)\,\partial s",
    "product of numbers": r"\partial(cd)=c\,\partial d+d\,\partial c",
    "entry": r"\partial(M_{00})=\partial M",
    "entry sum": r"\sum_i u_iv_i=u^\top v",
    "transpose of a number": r"\partial(s^\top)=\partial s",
    "indexed sum": r"\partial\sum_j v_j=\sum_j\partial v_j",
    "distribute": r"(A+B)v=Av+Bv",
}


def rows(expr: Any) -> Any:
    """Return the number of rows; a number has one."""
    return expr.shape[0] if getattr(expr, "is_Matrix", False) else 1


def _refuse(expr: Any, why: str) -> NotDifferentiable:
    return NotDifferentiable(f"no rule differentiates {type(expr).__name__} {expr}: {why}")


def _product(expr: Any, wrt: Any, J: Part) -> tuple[str, Any]:
    scalar, factors = expr.as_coeff_matrices()
    if scalar.has(wrt):
        body = multiply(*factors)
        if not body.has(wrt):
            return "scalar product", multiply(body, J(scalar))
        return "scalar product", add(multiply(scalar, J(body)), multiply(body, J(scalar)))
    head = 0
    while head < len(factors) - 1 and not factors[head].has(wrt):
        head += 1
    if head or scalar != 1:
        return "constant factor", multiply(scalar, *factors[:head], J(multiply(*factors[head:])))
    first, rest = factors[0], multiply(*factors[1:])
    if isinstance(first, MatAdd):
        return "distribute", add(*(J(multiply(term, rest)) for term in first.args))
    if isinstance(first, DiagMatrix):
        left = multiply(diag(rest), J(first.args[0]))
        return "diagonal product", add(left, multiply(first, J(rest))) if rest.has(wrt) else left
    if expr.shape[0] == 1:
        u = transpose(first)
        left = multiply(transpose(rest), J(u))
        return "inner product", add(left, multiply(first, J(rest))) if rest.has(wrt) else left
    if first.shape[1] == 1:
        number = as_number(rest)
        left = multiply(number, J(first))
        return "outer product", add(left, multiply(first, J(number))) if rest.has(wrt) else left
    raise _refuse(expr, f"the matrix factor {first} depends on {wrt}, and only a vector may")


def as_number(s: Any) -> Any:
    """Read a 1 x 1 product as the inner product that it is."""
    if isinstance(s, MatMul):
        scalar, factors = s.as_coeff_matrices()
        left = transpose(factors[0])
        if len(factors) > 1 and left.shape[1] == 1:
            return scalar * InnerProduct(left, multiply(*factors[1:]))
    return MatrixElement(s, 0, 0)


def _stack(expr: Any, wrt: Any, J: Part) -> tuple[str, Any]:
    if expr.blockshape[1] != 1:
        raise _refuse(expr, "only blocks stacked in one column have a Jacobian")
    blocks = [[J(expr.blocks[i, 0])] for i in range(expr.blockshape[0])]
    return "stack", BlockMatrix(blocks)


def _hadamard(expr: Any, wrt: Any, J: Part) -> tuple[str, Any]:
    terms = []
    for i, factor in enumerate(expr.args):
        if factor.has(wrt):
            others = expr.args[:i] + expr.args[i + 1 :]
            terms.append(multiply(diag(hadamard(*others)), J(factor)))
    return "Hadamard product", add(*terms)


def _number_product(expr: Any, wrt: Any, J: Part) -> tuple[str, Any]:
    terms = []
    for i, factor in enumerate(expr.args):
        if factor.has(wrt):
            others = Mul(*(expr.args[:i] + expr.args[i + 1 :]))
            terms.append(multiply(others, J(factor)))
    return "product of numbers", add(*terms)


def _inner(expr: Any, wrt: Any, J: Part) -> tuple[str, Any]:
    u, v = expr.args
    if u == v:
        return "inner product", multiply(2, transpose(u), J(u))
    terms = [multiply(transpose(o), J(s)) for s, o in ((u, v), (v, u)) if s.has(wrt)]
    return "inner product", add(*terms)


def _power(expr: Any, wrt: Any, J: Part) -> tuple[str, Any]:
    base, exponent = expr.args
    if exponent.has(wrt):
        raise _refuse(expr, f"the exponent depends on {wrt}")
    return "scalar chain", multiply(exponent * base ** (exponent - 1), J(base))


def _function(expr: Any, wrt: Any, J: Part) -> tuple[str, Any]:
    if len(expr.args) != 1:
        raise _refuse(expr, "only functions of one number have a chain rule here")
    (argument,) = expr.args
    dummy = Dummy(real=True)
    return "scalar chain", multiply(
        scalar_slope(expr.func(dummy), dummy).xreplace({dummy: argument}), J(argument)
    )


def _softmax(expr: Any, J: Part) -> Any:
    return multiply(add(diag(expr), multiply(-1, expr, transpose(expr))), J(expr.argument))


def expand_jacobian(expr: Any, wrt: Any, J: Part) -> tuple[str, Any]:
    """Apply the one rule that fits the outermost node; return its name and the result.

    Raises
    ------
    NotDifferentiable
        If no rule covers the node.
    """
    if isinstance(expr, MatAdd | Add):
        return "sum", add(*(J(term) for term in expr.args if term.has(wrt)))
    if isinstance(expr, MatMul):
        return _product(expr, wrt, J)
    if isinstance(expr, Elementwise):
        factor = diag(elementwise(slope(expr.function), expr.argument))
        return "element-wise", multiply(factor, J(expr.argument))
    if isinstance(expr, HadamardProduct):
        return _hadamard(expr, wrt, J)
    if isinstance(expr, Softmax):
        return "softmax", _softmax(expr, J)
    if isinstance(expr, BlockMatrix):
        return _stack(expr, wrt, J)
    if isinstance(expr, InnerProduct):
        return _inner(expr, wrt, J)
    if isinstance(expr, VectorNorm):
        v = expr.args[0]
        return "norm", multiply(1 / expr, transpose(v), J(v))
    if isinstance(expr, Transpose) and expr.shape == (1, 1):
        return "transpose of a number", J(expr.arg)
    if isinstance(expr, IndexedSum):
        return "indexed sum", IndexedSum(J(expr.term), (expr.index, expr.lower, expr.upper))
    if isinstance(expr, Mul):
        return _number_product(expr, wrt, J)
    if isinstance(expr, Pow):
        return _power(expr, wrt, J)
    if isinstance(expr, Sum):
        return "entry sum", J(from_entry_sum(expr))
    if isinstance(expr, MatrixElement) and expr.parent.shape == (1, 1):
        return "entry", J(expr.parent)
    if isinstance(expr, Function):
        return _function(expr, wrt, J)
    raise _refuse(expr, "write it with the nodes that rnnmath knows, or file the rule")
