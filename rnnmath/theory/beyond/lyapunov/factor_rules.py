"""Rules about a product that is factored step by step into a frame and triangles.

``J_j Q_{j-1} = Q_j R_j`` with Q_j orthogonal and R_j upper triangular, its diagonal not negative.
The letters J, Q, R of this module stand for just these sequences.
"""

from typing import Any

from sympy import Abs, Determinant, MatMul, Product, Symbol
from sympy.matrices.expressions.matexpr import MatrixElement

from rnnmath.symbolic.derivation import Relation, Rule, Step
from rnnmath.symbolic.nodes import OrderedProduct
from rnnmath.symbolic.norms import SpectralNorm
from rnnmath.symbolic.notation import TimeMatrix, n
from rnnmath.symbolic.tidy import multiply, same

__all__ = [
    "DIAGONALS_MULTIPLY",
    "ENTRY_BELOW_NORM",
    "FACTORED",
    "FRAME_DETERMINANT",
    "FRAME_NORM",
    "ORDERED_DETERMINANT",
    "TRIANGULAR_DETERMINANT",
    "factor",
    "frame",
    "triangle",
]

_EQUAL, _AT_MOST = Relation.EQUAL, Relation.AT_MOST


def factor(time: Any) -> Any:
    """Return ``J_j``, the Jacobian of step j.

    Examples
    --------
    >>> factor(3)
    J[3]
    """
    return TimeMatrix("J", n, n, time)


def frame(time: Any) -> Any:
    """Return ``Q_j``, the orthogonal frame after step j.

    Examples
    --------
    >>> frame(0)
    Q[0]
    """
    return TimeMatrix("Q", n, n, time)


def triangle(time: Any) -> Any:
    """Return ``R_j``, the upper triangular matrix of step j.

    Examples
    --------
    >>> triangle(3).shape
    (n, n)
    """
    return TimeMatrix("R", n, n, time)


def _is_frame(matrix: Any) -> bool:
    return isinstance(matrix, TimeMatrix) and matrix == frame(matrix.index)


def _is_triangle(matrix: Any) -> bool:
    return isinstance(matrix, TimeMatrix) and matrix == triangle(matrix.index)


def _factored(focus: Any, result: Any, _: Step) -> bool:
    """Replace ``J_{j+1} Q_j``, side by side in a product, by ``Q_{j+1} R_{j+1}``."""
    parts = focus.args if isinstance(focus, MatMul) else ()
    for place in range(len(parts) - 1):
        left, right = parts[place : place + 2]
        if not isinstance(left, TimeMatrix) or not isinstance(right, TimeMatrix):
            continue
        if left == factor(left.index) and right == frame(left.index - 1):
            replaced = (frame(left.index), triangle(left.index))
            return same(result, multiply(*parts[:place], *replaced, *parts[place + 2 :]))
    return False


def _without_frame(matrix: Any) -> list[Any]:
    """Return what is left of a product when a frame at either end is dropped."""
    parts = matrix.args if isinstance(matrix, MatMul) else ()
    left = [multiply(*parts[1:])] if parts and _is_frame(parts[0]) else []
    return left + ([multiply(*parts[:-1])] if parts and _is_frame(parts[-1]) else [])


def _turned(longer: Any, shorter: Any) -> bool:
    return any(same(rest, shorter) for rest in _without_frame(longer))


def _inside(expr: Any) -> Any:
    """Return A of ``|det A|``, None for anything else."""
    inner = expr.args[0] if isinstance(expr, Abs) else None
    return inner.arg if isinstance(inner, Determinant) else None


def _frame_determinant(focus: Any, result: Any, _: Step) -> bool:
    sides = _inside(focus), _inside(result)
    return None not in sides and (_turned(*sides) or _turned(*reversed(sides)))


def _frame_norm(focus: Any, result: Any, _: Step) -> bool:
    if not isinstance(focus, SpectralNorm) or not isinstance(result, SpectralNorm):
        return False
    sides = focus.matrix, result.matrix
    return _turned(*sides) or _turned(*reversed(sides))


def _ordered_determinant(focus: Any, result: Any, _: Step) -> bool:
    product = _inside(focus)
    if not isinstance(product, OrderedProduct):
        return False
    each = Abs(Determinant(product.term))
    return bool(result == Product(each, (product.index, product.lower, product.upper)))


def _triangular_determinant(focus: Any, result: Any, _: Step) -> bool:
    matrix = _inside(focus)
    if not _is_triangle(matrix) or not isinstance(result, Product):
        return False
    ((index, lower, upper),) = result.limits
    entry = MatrixElement(matrix, index, index)
    return bool(
        isinstance(index, Symbol)
        and not matrix.has(index)
        and (result.function, lower, upper) == (entry, 0, n - 1)
    )


def _diagonals_multiply(focus: Any, result: Any, _: Step) -> bool:
    """``prod_j (R_j)_ii`` against the entry of the product of the triangles."""
    if not isinstance(focus, Product) or not isinstance(result, MatrixElement):
        return False
    ((index, lower, upper),) = focus.limits
    matrix, i, j = result.args
    return bool(
        isinstance(matrix, OrderedProduct)
        and i == j
        and not i.has(index)
        and _is_triangle(matrix.term)
        and matrix == OrderedProduct(matrix.term, (index, lower, upper))
        and focus.function == MatrixElement(matrix.term, i, i)
    )


def _entry_below_norm(focus: Any, result: Any, _: Step) -> bool:
    return isinstance(focus, MatrixElement) and bool(result == SpectralNorm(focus.args[0]))


#: The factorization itself, one step of it.
FACTORED = Rule("one step of the factorization", r"J_j Q_{j-1} = Q_j R_j", _EQUAL, _factored)
FRAME_DETERMINANT = Rule(
    "a frame keeps volumes",
    r"Q^\top Q = I \implies \lvert \det Q A \rvert = \lvert \det A Q \rvert"
    r" = \lvert \det A \rvert",
    _EQUAL,
    _frame_determinant,
)
FRAME_NORM = Rule(
    "a frame keeps the norm",
    r"Q^\top Q = I \implies \lVert Q A \rVert = \lVert A Q \rVert = \lVert A \rVert",
    _EQUAL,
    _frame_norm,
    "norm-axioms",
)
ORDERED_DETERMINANT = Rule(
    "determinant of a product",
    r"\lvert \det A B \rvert = \lvert \det A \rvert \, \lvert \det B \rvert",
    _EQUAL,
    _ordered_determinant,
)
TRIANGULAR_DETERMINANT = Rule(
    "determinant of a triangle",
    r"\lvert \det R \rvert = \prod_i R_{ii}, \quad R_{ii} \ge 0",
    _EQUAL,
    _triangular_determinant,
)
DIAGONALS_MULTIPLY = Rule(
    "diagonals of triangles multiply",
    r"(R S)_{ii} = R_{ii} S_{ii}",
    _EQUAL,
    _diagonals_multiply,
)
ENTRY_BELOW_NORM = Rule(
    "an entry is at most the norm",
    r"A_{ij} = e_i^\top A e_j \le \lVert A \rVert",
    _AT_MOST,
    _entry_below_norm,
    "norm-is-stretch",
)
