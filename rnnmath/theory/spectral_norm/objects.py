"""The matrices, columns and sizes that the claims of this chapter speak of."""

from typing import Any

from sympy import MatrixSymbol, Symbol, sympify

from rnnmath.symbolic.derivation import Relation, Statement
from rnnmath.symbolic.norms import LargestEigenvalue
from rnnmath.symbolic.notation import m, n, size
from rnnmath.symbolic.tidy import multiply, transpose

__all__ = ["CHAPTER", "A", "B", "C", "N", "P", "Q", "R", "c", "equal", "q", "r", "s", "top"]
__all__ += ["m", "n", "u", "v", "w", "x"]

CHAPTER = "spectral_norm"

q, r = size("q"), size("r")
c = Symbol("c", real=True)
A, B = MatrixSymbol("A", m, n), MatrixSymbol("B", m, n)
C, N = MatrixSymbol("C", n, n), MatrixSymbol("N", n, n)
P, Q, R = MatrixSymbol("P", m, r), MatrixSymbol("Q", q, m), MatrixSymbol("R", r, n)
s = MatrixSymbol("s", r, 1)
u, v, w, x = (MatrixSymbol(name, rows, 1) for name, rows in zip("uvwx", (m, n, n, n), strict=True))


def equal(left: Any, right: Any) -> Statement:
    """Return the equation of two expressions.

    Examples
    --------
    >>> print(equal(A, B))
    A = B
    """
    return Statement(left, Relation.EQUAL, sympify(right))


def top(matrix: Any) -> Any:
    """Return ``lambda_max(A^T A)``.

    Examples
    --------
    >>> print(Statement(top(A), Relation.AT_LEAST, 0))
    lambda_max(A.T*A) >= 0
    """
    return LargestEigenvalue(multiply(transpose(matrix), matrix))
