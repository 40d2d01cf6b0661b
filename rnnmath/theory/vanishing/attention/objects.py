"""Attention over the states of a sequence, one of them set apart, and the draws of this chapter."""

from typing import Any

from sympy import Abs, DiagMatrix, Matrix, MatrixSymbol, OneMatrix, sqrt, sympify

from rnnmath.claim import Draw, Hypothesis, Witness
from rnnmath.symbolic.derivation import Relation, Statement
from rnnmath.symbolic.nodes import Elementwise, InnerProduct, hadamard
from rnnmath.symbolic.notation import T, n
from rnnmath.symbolic.quantities.attention import Weights
from rnnmath.symbolic.tidy import add, multiply, transpose

__all__ = [
    "CHAPTER",
    "CONTEXT",
    "DISTRIBUTIONS",
    "NONNEGATIVE_WEIGHTS",
    "ONES",
    "ONE_PLACE",
    "OTHERS",
    "SPREAD",
    "STATES",
    "SUM_ONE",
    "UNIT",
    "WEIGHTS",
    "WHOLE",
    "R",
    "T",
    "alpha",
    "at_most",
    "attention",
    "context",
    "e",
    "equal",
    "h",
    "n",
    "q",
    "v",
    "weights",
]

CHAPTER = "vanishing/attention"

h, q = MatrixSymbol("h", n, 1), MatrixSymbol("q", n, 1)
R, e = MatrixSymbol("R", n, T), MatrixSymbol("e", T, 1)
alpha, v = MatrixSymbol("alpha", T, 1), MatrixSymbol("v", T, 1)
ONES = OneMatrix(T, 1)
#: All states side by side: the others, and h in the place that e names.
STATES = add(R, multiply(h, transpose(e)))
#: The covariance of the weights: the matrix that the derivative of softmax is.
SPREAD = add(DiagMatrix(alpha), multiply(-1, alpha, transpose(alpha)))


def equal(left: Any, right: Any) -> Statement:
    """Return ``left = right``.

    Examples
    --------
    >>> print(equal(InnerProduct(e, e), 1))
    e.T*e = 1
    """
    return Statement(sympify(left), Relation.EQUAL, sympify(right))


def at_most(left: Any, right: Any) -> Statement:
    """Return ``left <= right``.

    Examples
    --------
    >>> print(at_most(0, InnerProduct(v, v)))
    0 <= v.T*v
    """
    return Statement(sympify(left), Relation.AT_MOST, sympify(right))


def weights(query: Any = q) -> Any:
    """Return the softmax of the scaled scores ``H^T q / sqrt n`` of all states H.

    Examples
    --------
    >>> weights().shape
    (T, 1)
    """
    return Weights(multiply(1 / sqrt(n), transpose(STATES), query))


def context(query: Any = q) -> Any:
    """Return ``H softmax(H^T q / sqrt n)``, the mean of the states under the weights.

    Examples
    --------
    >>> context().shape
    (n, 1)
    """
    return multiply(STATES, weights(query))


WEIGHTS, CONTEXT = weights(), context()
_PLACE, _LENGTH = equal(hadamard(e, e), e), equal(InnerProduct(e, e), 1)
_EMPTY = equal(multiply(R, e), multiply(0, h))


def attention(width: int, *, query: str = "generic", **more: Any) -> Draw:
    """Return a draw of up to five states of one width; a square number has a rational root.

    Examples
    --------
    >>> attention(4).options["sizes"]["n"]
    (4, 4)
    """
    matrices = {"h": ("n", 1, "generic"), "q": ("n", 1, query)}
    options = {
        "sizes": {"n": (width, width), "T": (2, 5), **more},
        "matrices": matrices,
        "apart": [("n", "T", ("R", "e"))],
    }
    return Draw("random", options)


def _by_hand(others: list[Any], place: list[Any]) -> Draw:
    """Return states of width 1, or what is no set of states any more."""
    values = {"n": 1, "T": len(place), "h": Matrix([2]), "q": Matrix([1])}
    values |= {"R": Matrix([others]), "e": Matrix(place)}
    return Draw("explicit", {"values": values, "note": "by hand"})


ONE_PLACE = Hypothesis(
    "$e$ has only zeros and ones",
    _PLACE,
    Witness("a place that is smeared over two columns", _by_hand([0, 0], ["3/5", "4/5"])),
)
UNIT = Hypothesis(
    "$e$ has length 1: with the line above, it is one column of $I$",
    _LENGTH,
    Witness(
        "with two ones, what the others add there cancels in the sum alone",
        _by_hand([1, -1, 5], [1, 1, 0]),
    ),
)
OTHERS = Hypothesis(
    "the column of $R$ in that place is empty",
    _EMPTY,
    Witness("what is left there adds to the state", _by_hand([1, 3], [1, 0])),
)

_SUM, _NONNEGATIVE = equal(InnerProduct(ONES, alpha), 1), equal(Elementwise(Abs, alpha), alpha)


def weighed(numbers: list[Any]) -> Draw:
    """Return weights by hand, with columns v and w to try them on."""
    count = len(numbers)
    ramp = Matrix([2, -1, *range(2, count)])
    values = {"T": count, "alpha": Matrix(numbers), "v": ramp, "e": Matrix([1] + [0] * (count - 1))}
    return Draw("explicit", {"values": values, "note": "weights by hand"})


WHOLE = Hypothesis(
    "the weights sum to 1",
    _SUM,
    Witness("two weights of 1 sum to 2", weighed([1, 1])),
)
NONNEGATIVE_WEIGHTS = Hypothesis(
    "no weight is negative",
    _NONNEGATIVE,
    Witness("weights 2 and $-1$ sum to 1 as well", weighed([2, -1])),
)
SUM_ONE = (_SUM, _NONNEGATIVE)
_DRAWN = {"alpha": ("T", 1, "distribution"), "v": ("T", 1, "generic")}
DISTRIBUTIONS = (
    Draw("random", {"sizes": {"T": (2, 5)}, "matrices": _DRAWN}),
    weighed(["1/2", "1/2"]),
    weighed(["1/2", "1/2", 0, 0]),
    weighed(["1/2", "1/4", "1/4"]),
    weighed(["1/3", "1/3", "1/3"]),
    weighed([1, 0, 0]),
    weighed(["999/1000", "1/1000"]),
)
