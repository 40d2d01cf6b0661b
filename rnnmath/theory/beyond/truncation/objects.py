"""The sums and numbers that the claims of this chapter share."""

from typing import Any

from sympy import MatrixSymbol, sympify

from rnnmath.symbolic.derivation import Relation, Statement
from rnnmath.symbolic.nodes import IndexedSum
from rnnmath.symbolic.norms import VectorNorm
from rnnmath.symbolic.notation import TimeIndexed, n, time
from rnnmath.symbolic.tidy import multiply

__all__ = [
    "CHAPTER",
    "M",
    "chance",
    "compare",
    "d",
    "equal",
    "estimate",
    "r",
    "square",
    "tail",
    "x",
]

CHAPTER = "beyond/truncation"

#: The last term, the term d, and the term r at which the sum is cut.
M, d, r = time("M"), time("d"), time("r")
x = TimeIndexed("x", n)
_P = MatrixSymbol("p", M + 2, 1)


def chance(place: Any) -> Any:
    """Return ``p_d``, the chance that the sum goes on to its term d.

    Examples
    --------
    >>> chance(d)
    p[d, 0]
    """
    return _P[place, 0]


def estimate(last: Any) -> IndexedSum:
    """Return ``Z_r = Σ_{d<=r} x_d / p_d``.

    Examples
    --------
    >>> estimate(r).upper
    r
    """
    return IndexedSum(multiply(1 / chance(d), x[d]), (d, 0, last))


def tail(first: Any) -> IndexedSum:
    """Return ``R_r = Σ_{d>=r} x_d``.

    Examples
    --------
    >>> tail(r).lower
    r
    """
    return IndexedSum(x[d], (d, first, M))


def square(column: Any) -> Any:
    """Return the squared length of a column.

    Examples
    --------
    >>> print(square(x[d]))
    VectorNorm(x[d])**2
    """
    return VectorNorm(column) ** 2


def equal(left: Any, right: Any) -> Statement:
    """Return ``left = right``.

    Examples
    --------
    >>> print(equal(M, 1))
    M = 1
    """
    return compare(left, "=", right)


def compare(left: Any, relation: str, right: Any) -> Statement:
    """Return the statement that two numbers stand in a relation, given by its sign.

    Examples
    --------
    >>> print(compare(M, ">=", 1))
    M >= 1
    """
    return Statement(sympify(left), Relation(relation), sympify(right))
