"""The chapter's name, and the comparisons that its claims are written with."""

from typing import Any

from sympy import sympify

from rnnmath.symbolic.derivation import Relation, Statement

__all__ = ["CHAPTER", "at_least", "less"]

CHAPTER = "vanishing/activation_choice"


def less(left: Any, right: Any) -> Statement:
    """Return ``left < right``.

    Examples
    --------
    >>> print(less(1, 2))
    1 < 2
    """
    return Statement(sympify(left), Relation.LESS, sympify(right))


def at_least(left: Any, right: Any) -> Statement:
    """Return ``left >= right``.

    Examples
    --------
    >>> print(at_least(2, 1))
    2 >= 1
    """
    return Statement(sympify(left), Relation.AT_LEAST, sympify(right))
