"""The weights of attention: a softmax with a letter of its own."""

from typing import Any

from rnnmath.symbolic.nodes import Softmax

__all__ = ["Weights"]


class Weights(Softmax):
    """``alpha = softmax(a)`` of a column of scores a, printed as its letter.

    It is a softmax in every respect but print: calculus and evaluation see the scores.
    Source: Vaswani et al. (2017), equation (1).

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> from rnnmath.symbolic.printing import plain
    >>> scores = MatrixSymbol("a", 4, 1)
    >>> print(plain(Weights(scores)), Weights(scores).argument, Weights(scores).shape)
    alpha a (4, 1)
    """

    def _latex(self, printer: Any) -> str:  # noqa: ARG002
        return r"\alpha"

    def _sympystr(self, printer: Any) -> str:  # noqa: ARG002
        return "alpha"
