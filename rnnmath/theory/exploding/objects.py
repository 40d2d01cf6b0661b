"""The columns and numbers of this chapter, and draws in which every length is rational."""

from typing import Any

from sympy import Matrix, MatrixSymbol, Max, Symbol, sympify

from rnnmath.claim import Draw, Hypothesis, Witness
from rnnmath.symbolic.derivation import Relation, Statement
from rnnmath.symbolic.norms import VectorNorm
from rnnmath.symbolic.notation import n
from rnnmath.symbolic.quantities.clipping import Clip
from rnnmath.symbolic.tidy import multiply

__all__ = [
    "CHAPTER",
    "CLIPPED",
    "LENGTH",
    "LONGER",
    "POSITIVE",
    "SHARE",
    "at_most",
    "columns",
    "equal",
    "explicit",
    "g",
    "less",
    "n",
    "other",
    "theta",
    "y",
]

CHAPTER = "exploding"

theta = Symbol("theta", positive=True)
g, y = MatrixSymbol("g", n, 1), MatrixSymbol("y", n, 1)

LENGTH = VectorNorm(g)
LONGER = Max(theta, LENGTH)
CLIPPED, other = Clip(g, theta), Clip(y, theta)
#: What is left of g, as a share: ``theta / max(theta, ‖g‖)``.
SHARE = theta / LONGER


def equal(left: Any, right: Any) -> Statement:
    """Return ``left = right``.

    Examples
    --------
    >>> print(equal(LENGTH, theta))
    ||g|| = theta
    """
    return Statement(sympify(left), Relation.EQUAL, sympify(right))


def at_most(left: Any, right: Any) -> Statement:
    """Return ``left <= right``.

    Examples
    --------
    >>> print(at_most(LENGTH, theta))
    ||g|| <= theta
    """
    return Statement(sympify(left), Relation.AT_MOST, sympify(right))


def less(left: Any, right: Any) -> Statement:
    """Return ``left < right``.

    Examples
    --------
    >>> print(less(theta, LENGTH))
    theta < ||g||
    """
    return Statement(sympify(left), Relation.LESS, sympify(right))


def columns(
    low: Any = "1/4", high: Any = 3, *, lengths: str = "orthogonal multiple", **more: Any
) -> Draw:
    """Return a draw of columns g and y of rational length, with a threshold in a range.

    Examples
    --------
    >>> columns(1, 2).options["scalars"]["theta"]
    (1, 2)
    """
    sizes = {"n": more.pop("n", (1, 4))}
    scalars = {"theta": (sympify(low), sympify(high)), **more.pop("scalars", {})}
    matrices = {"g": ("n", 1, lengths), "y": ("n", 1, "orthogonal multiple")}
    return Draw("random", {"sizes": sizes, "matrices": matrices, "scalars": scalars, **more})


def explicit(gradient: list[Any], threshold: Any, other_one: list[Any], **values: Any) -> Draw:
    """Return two columns and a threshold.

    Examples
    --------
    >>> explicit([3, 4], 1, [0, 1]).options["values"]["n"]
    2
    """
    named = {"g": Matrix(gradient), "y": Matrix(other_one), "theta": threshold}
    return Draw("explicit", {"values": {"n": len(gradient), **named, **values}, "note": "by hand"})


_NEGATIVE = Statement(VectorNorm(multiply(SHARE, g)), Relation.AT_MOST, theta)
POSITIVE = Hypothesis(
    "$\\theta \\gt 0$",
    less(0, theta),
    Witness(
        "with $\\theta = -1$ the formula turns $g$ around, and no length is at most $-1$",
        explicit([1], -1, [0]),
        _NEGATIVE,
    ),
)
