"""The matrices, numbers and draws that the claims of this chapter share."""

from typing import Any

from sympy import MatPow, MatrixSymbol, Symbol, sympify

from rnnmath.claim import Draw
from rnnmath.symbolic.derivation import Relation, Statement
from rnnmath.symbolic.notation import n, time
from rnnmath.symbolic.tidy import tidy

__all__ = ["CHAPTER", "COUNT", "J", "R", "c", "compare", "diagonalizable", "equal", "power"]

CHAPTER = "eigenvalue_intuition"

#: The number of steps, any integer from 0 on.
COUNT = time("m")
J, R = MatrixSymbol("J", n, n), MatrixSymbol("R", n, n)
c = Symbol("c", positive=True)


def equal(left: Any, right: Any) -> Statement:
    """Return ``left = right``.

    Examples
    --------
    >>> print(equal(power(J, 1), J))
    J = J
    """
    return Statement(sympify(left), Relation.EQUAL, sympify(right))


def compare(left: Any, relation: str, right: Any) -> Statement:
    """Return the statement that two numbers stand in a relation, given by its sign.

    Examples
    --------
    >>> print(compare(COUNT, ">=", 1))
    m >= 1
    """
    return Statement(sympify(left), Relation(relation), sympify(right))


def power(matrix: Any, exponent: Any) -> Any:
    """Return a power of a square matrix.

    Examples
    --------
    >>> power(J, COUNT + 1)
    J**(m + 1)
    """
    return tidy(MatPow(matrix, exponent))


def diagonalizable(**more: Any) -> Draw:
    """Return a draw of J = R diag(l) R^-1 with an eigenpair, a K that commutes with J, and m.

    Examples
    --------
    >>> diagonalizable(sizes={"n": (3, 3)}).options["sizes"]
    {'n': (3, 3)}
    """
    options = {
        "sizes": {"n": (2, 3)},
        "diagonalized": [("n", ("J", "R", "l", "lambda", "v", "K"))],
        "matrices": {"B": ("n", "n", "generic")},
        "scalars": {"m": (0, 5)},
    }
    return Draw("random", {**options, **more})
