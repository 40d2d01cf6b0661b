"""One form for numbers that are quadratic in vectors: inner products and traces.

``<A x + y, z> = <x, A^T z> + <y, z>``, ``tr(A B) = tr(B A)``, ``tr(x y^T) = <x, y>``.  The rules
compare both sides in that form, and the two definitions of lengths lead into it.
"""

from collections.abc import Iterator
from typing import Any

from sympy import Identity, MatAdd, MatMul, MatPow, S, Trace, ZeroMatrix

from rnnmath.symbolic.derivation import Relation, Rule, Step
from rnnmath.symbolic.nodes import InnerProduct
from rnnmath.symbolic.norms import FrobeniusNorm, VectorNorm
from rnnmath.symbolic.tidy import multiply, same, tidy, transpose

__all__ = ["FROBENIUS", "INNER_PRODUCT", "LENGTH", "TRACE", "factors_of", "normal_form"]


def factors_of(matrix: Any) -> tuple[Any, list[Any]]:
    """Return the coefficient and the factors of a product, powers written out.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> A, B = MatrixSymbol("A", 2, 2), MatrixSymbol("B", 2, 2)
    >>> factors_of(3 * A**2 * B)
    (3, [A, A, B])
    """
    coefficient, matrices = S.One, [matrix]
    if isinstance(matrix, MatMul):
        coefficient, matrices = matrix.as_coeff_matrices()
    factors = []
    for factor in matrices:
        whole = isinstance(factor, MatPow) and factor.exp.is_Integer and factor.exp.is_positive
        factors += [factor.base] * int(factor.exp) if whole else [factor]
    return coefficient, factors


def _terms(matrix: Any) -> Iterator[tuple[Any, list[Any]]]:
    """Yield a matrix as a sum of coefficients times products, everything multiplied out."""
    if isinstance(matrix, MatAdd):
        for term in matrix.args:
            yield from _terms(term)
        return
    coefficient, factors = factors_of(matrix)
    for place, factor in enumerate(factors):
        if isinstance(factor, MatAdd):
            for term in factor.args:
                yield from _terms(
                    multiply(coefficient, *factors[:place], term, *factors[place + 1 :])
                )
            return
    if not any(isinstance(factor, ZeroMatrix) for factor in factors):
        yield coefficient, [factor for factor in factors if not isinstance(factor, Identity)]


def _key(factors: list[Any]) -> Any:
    return [factor.sort_key() for factor in factors]


def _flipped(factors: list[Any]) -> list[Any]:
    return [transpose(factor) for factor in reversed(factors)]


def _number(factors: list[Any]) -> Any:
    """Return the number that a product from a row to a column is, cut where it is narrow."""
    for place, factor in enumerate(factors[:-1], 1):
        if factor.shape[1] == 1:
            return _number(factors[:place]) * _number(factors[place:])
    first, *rest = min(factors, _flipped(factors), key=_key)
    return InnerProduct(transpose(first), multiply(*rest) if rest else Identity(1))


def _cyclic(factors: list[Any], size: Any) -> Any:
    """Return the trace of a product, in a form that all its rotations share."""
    if not factors:
        return size
    for place, factor in enumerate(factors):
        if factor.shape[1] == 1:
            return _number(factors[place + 1 :] + factors[: place + 1])
    turned = [
        way[place:] + way[:place]
        for way in (factors, _flipped(factors))
        for place in range(len(way))
    ]
    return Trace(multiply(*min(turned, key=_key)))


def _inner(node: Any) -> Any:
    left, right = (list(_terms(tidy(side))) for side in node.args)
    return sum((a * b * _number(_flipped(x) + y) for a, x in left for b, y in right), start=S.Zero)


def _trace(node: Any) -> Any:
    matrix = tidy(node.args[0])
    return sum((a * _cyclic(x, matrix.shape[0]) for a, x in _terms(matrix)), start=S.Zero)


def normal_form(expr: Any) -> Any:
    """Return a number with its inner products and traces multiplied out, one form for equals.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> A, x = MatrixSymbol("A", 2, 3), MatrixSymbol("x", 3, 1)
    >>> squared = InnerProduct(A * x, A * x)
    >>> normal_form(squared) == normal_form(InnerProduct(x, A.T * A * x))
    True
    >>> normal_form(Trace(A * x * x.T * A.T)) == normal_form(squared)
    True
    """
    if isinstance(expr, InnerProduct):
        return _inner(expr)
    if isinstance(expr, Trace):
        return _trace(expr)
    if not expr.args or not expr.has(InnerProduct, Trace):
        return expr
    return expr.func(*(normal_form(arg) for arg in expr.args)).expand()


def _agree(focus: Any, result: Any) -> bool:
    return bool((normal_form(focus) - normal_form(result)).expand() == 0)


def _inner_product(focus: Any, result: Any, _: Step) -> bool:
    return not any(side.has(Trace) for side in (focus, result)) and _agree(focus, result)


def _trace_rule(focus: Any, result: Any, _: Step) -> bool:
    return _agree(focus, result)


def _either_way(norm: Any, square: Any) -> Any:
    def justify(focus: Any, result: Any, _: Step) -> bool:
        return any(
            isinstance(power.base, norm)
            and power.exp == 2
            and any(same(side, other) for side in square(power.base.matrix))
            for power, other in ((focus, result), (result, focus))
            if power.is_Pow
        )

    return justify


LENGTH = Rule(
    "length",
    r"\lVert v \rVert^2 = v^\top v",
    Relation.EQUAL,
    _either_way(VectorNorm, lambda v: (InnerProduct(v, v),)),
)
FROBENIUS = Rule(
    "Frobenius norm",
    r"\lVert A \rVert_F^2 = \operatorname{tr}(A^\top A) = \operatorname{tr}(A A^\top)",
    Relation.EQUAL,
    _either_way(
        FrobeniusNorm,
        lambda A: (Trace(multiply(transpose(A), A)), Trace(multiply(A, transpose(A)))),
    ),
)
INNER_PRODUCT = Rule(
    "inner product",
    r"(A x + y)^\top z = x^\top (A^\top z) + y^\top z",
    Relation.EQUAL,
    _inner_product,
)
TRACE = Rule(
    "trace",
    r"\operatorname{tr}(A B) = \operatorname{tr}(B A), \; \operatorname{tr}(x y^\top) = y^\top x",
    Relation.EQUAL,
    _trace_rule,
)
