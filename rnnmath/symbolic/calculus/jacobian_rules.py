"""Forward rules: the Jacobian of a column in a column, one node at a time, numerator layout.

Each rule takes an expression and ``J``, which stands for "the Jacobian of this part": an
unevaluated node when a derivation is traced, the finished Jacobian otherwise.
"""

from collections.abc import Callable
from typing import Any

from sympy import (
    Add,
    BlockMatrix,
    DiagMatrix,
    Function,
    HadamardProduct,
    MatAdd,
    MatMul,
    MatPow,
    Mul,
    Pow,
    Sum,
)
from sympy.matrices.expressions.matexpr import MatrixElement

from rnnmath.symbolic.calculus.entry_sums import from_entry_sum
from rnnmath.symbolic.calculus.rule_parts import (
    Depends,
    as_number,
    entry_unit,
    rate,
    refuse,
    rows,
    slope_at,
    softmax_jacobian,
)
from rnnmath.symbolic.nodes import Elementwise, IndexedSum, InnerProduct, Softmax, hadamard
from rnnmath.symbolic.norms import VectorNorm
from rnnmath.symbolic.tidy import add, diag, multiply, transpose
from rnnmath.symbolic.traverse import dependence

__all__ = ["LAWS", "as_number", "expand_jacobian", "rows"]

Part = Callable[[Any], Any]
Rewriting = tuple[str, Any]

LAWS = {
    "sum": r"\partial(A+B)=\partial A+\partial B",
    "constant factor": r"\partial(Av)=A\,\partial v",
    "scalar product": r"\partial(cv)=c\,\partial v+v\,\partial c",
    "diagonal product": (
        r"\partial(\operatorname{diag}(u)v)"
        r"=\operatorname{diag}(v)\partial u+\operatorname{diag}(u)\partial v"
    ),
    "outer product": r"\partial(u\,s)=s\,\partial u+u\,\partial s",
    "inner product": r"\partial(u^\top v)=v^\top\partial u+u^\top\partial v",
    "element-wise": r"\partial f(v)=\operatorname{diag}(f'(v))\,\partial v",
    "Hadamard product": (
        r"\partial(u\odot v)=\operatorname{diag}(v)\partial u+\operatorname{diag}(u)\partial v"
    ),
    "softmax": r"\partial s=(\operatorname{diag}(s)-ss^\top)\,\partial v",
    "stack": r"\partial[u;v]=[\partial u;\partial v]",
    "norm": r"\partial\lVert v\rVert=v^\top\partial v/\lVert v\rVert",
    "scalar chain": r"\partial g(s)=g'(s)\,\partial s",
    "product of numbers": r"\partial(cd)=c\,\partial d+d\,\partial c",
    "entry": r"\partial(v_i)=e_i^\top\partial v",
    "entry sum": r"\sum_i u_iv_i=u^\top v",
    "indexed sum": r"\partial\sum_j v_j=\sum_j\partial v_j",
    "distribute": r"(A+B)v=Av+Bv",
}


def _product(expr: Any, depends: Depends, J: Part) -> Rewriting:
    scalar, factors = expr.as_coeff_matrices()
    if depends(scalar):
        body = multiply(*factors)
        if not depends(body):
            return "scalar product", multiply(body, J(scalar))
        return "scalar product", add(multiply(scalar, J(body)), multiply(body, J(scalar)))
    head = 0
    while head < len(factors) - 1 and not depends(factors[head]):
        head += 1
    if head or scalar != 1:
        return "constant factor", multiply(scalar, *factors[:head], J(multiply(*factors[head:])))
    first, rest = factors[0], multiply(*factors[1:])
    if isinstance(first, MatPow) and first.exp.is_Integer and first.exp > 1:
        first, rest = first.base, multiply(first.base ** (first.exp - 1), rest)
    if isinstance(first, MatAdd):
        return "distribute", add(*(J(multiply(term, rest)) for term in first.args))

    def both(name: str, left: Any, right: Any) -> Rewriting:
        return name, add(left, right()) if depends(rest) else left

    if isinstance(first, DiagMatrix):
        left = multiply(diag(rest), J(first.args[0]))
        return both("diagonal product", left, lambda: multiply(first, J(rest)))
    if expr.shape[0] == 1:
        left = multiply(transpose(rest), J(transpose(first)))
        return both("inner product", left, lambda: multiply(first, J(rest)))
    if first.shape[1] == 1:
        number = as_number(rest)
        left = multiply(number, J(first))
        return both("outer product", left, lambda: multiply(first, J(number)))
    raise refuse(first, f"as a matrix factor of {expr} it depends on the variable, only a"
                        " vector, a diagonal or a sum may")  # fmt: skip


def _stack(expr: Any, J: Part) -> Rewriting:
    if expr.blockshape[1] != 1:
        raise refuse(expr, "only blocks stacked in one column have a Jacobian")
    return "stack", BlockMatrix([[J(expr.blocks[i, 0])] for i in range(expr.blockshape[0])])


def _hadamard(expr: Any, depends: Depends, J: Part) -> Rewriting:
    args = expr.args
    terms = [
        multiply(diag(hadamard(*args[:i], *args[i + 1 :])), J(factor))
        for i, factor in enumerate(args)
        if depends(factor)
    ]
    return "Hadamard product", add(*terms)


def _number_product(expr: Any, depends: Depends, J: Part) -> Rewriting:
    args = expr.args
    terms = [
        multiply(Mul(*args[:i], *args[i + 1 :]), J(factor))
        for i, factor in enumerate(args)
        if depends(factor)
    ]
    return "product of numbers", add(*terms)


def _inner(expr: Any, depends: Depends, J: Part) -> Rewriting:
    u, v = expr.args
    if u == v:
        return "inner product", multiply(2, transpose(u), J(u))
    terms = [multiply(transpose(o), J(s)) for s, o in ((u, v), (v, u)) if depends(s)]
    return "inner product", add(*terms)


def _chain(expr: Any, depends: Depends, J: Part) -> Rewriting:
    argument, factor = rate(expr, depends)
    return "scalar chain", multiply(factor, J(argument))


def _of_number(expr: Any, depends: Depends, J: Part) -> Rewriting | None:
    if isinstance(expr, InnerProduct):
        return _inner(expr, depends, J)
    if isinstance(expr, VectorNorm):
        return "norm", multiply(1 / expr, transpose(expr.args[0]), J(expr.args[0]))
    if isinstance(expr, Mul):
        return _number_product(expr, depends, J)
    if isinstance(expr, Sum):
        return "entry sum", J(from_entry_sum(expr))
    if isinstance(expr, MatrixElement) and expr.parent.shape[1] == 1:
        return "entry", multiply(transpose(entry_unit(expr)), J(expr.parent))
    if isinstance(expr, Pow | Function) or (isinstance(expr, MatPow) and expr.shape == (1, 1)):
        return _chain(expr, depends, J)
    return None


def _of_column(expr: Any, depends: Depends, J: Part) -> Rewriting | None:
    if isinstance(expr, MatMul):
        return _product(expr, depends, J)
    if isinstance(expr, Elementwise):
        return "element-wise", multiply(diag(slope_at(expr, depends)), J(expr.argument))
    if isinstance(expr, HadamardProduct):
        return _hadamard(expr, depends, J)
    if isinstance(expr, Softmax):
        return "softmax", multiply(softmax_jacobian(expr), J(expr.argument))
    if isinstance(expr, BlockMatrix):
        return _stack(expr, J)
    if isinstance(expr, IndexedSum):
        return "indexed sum", IndexedSum(J(expr.term), expr.args[1])
    return None


def expand_jacobian(
    expr: Any, wrt: Any, J: Part, depends: Depends | None = None
) -> tuple[str, Any]:
    """Apply the one rule that fits the outermost node; return its name and the result.

    Parameters
    ----------
    expr : number or column
        In canonical form; it depends on ``wrt`` and is not ``wrt`` itself.
    wrt : MatrixSymbol or time-indexed vector
    J : callable
        Gives the Jacobian of a part, or a node that stands for it.
    depends : callable, optional
        ``dependence(wrt)``, when the caller has it already.

    Raises
    ------
    NotDifferentiable
        If no rule covers the node.

    Examples
    --------
    >>> from sympy import Function, MatrixSymbol
    >>> W, h = MatrixSymbol("W", 3, 3), MatrixSymbol("h", 3, 1)
    >>> expand_jacobian(W * h, h, lambda part: MatrixSymbol(f"J[{part}]", 3, 3))
    ('constant factor', W*J[h])
    """
    depends = depends or dependence(wrt)
    if isinstance(expr, MatAdd | Add):
        return "sum", add(*(J(term) for term in expr.args if depends(term)))
    found = _of_column(expr, depends, J) or _of_number(expr, depends, J)
    if found is None:
        raise refuse(expr, "write it with the nodes that rnnmath knows, or file the rule")
    return found
