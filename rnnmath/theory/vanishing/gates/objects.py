"""The cells, their columns, and the draws that the claims of this chapter share."""

from typing import Any

from sympy import Lambda, Symbol, sympify, tanh

from rnnmath.claim import Draw
from rnnmath.symbolic.cells import gru, lstm, residual
from rnnmath.symbolic.cells.gated import gate, hidden_weight
from rnnmath.symbolic.derivation import Relation, Statement
from rnnmath.symbolic.nodes import elementwise
from rnnmath.symbolic.notation import TotalDerivative, t
from rnnmath.theory.cell_rules import cell_state as c
from rnnmath.theory.cell_rules import stacked as s

__all__ = [
    "CHAPTER",
    "IN",
    "LSTM",
    "OUT",
    "RESET_AFTER",
    "RESET_BEFORE",
    "RESIDUAL",
    "F",
    "G",
    "N",
    "Q",
    "R",
    "W",
    "Z",
    "at_most",
    "c",
    "drawn",
    "equal",
    "one_step",
    "s",
    "sigma_slope",
    "tanh_slope",
]

CHAPTER = "vanishing/gates"
LSTM, RESIDUAL = lstm(), residual()
RESET_AFTER, RESET_BEFORE = gru(), gru(reset="before")

#: The gates of step t, as columns.
F, G, IN, N, OUT, Q, R, Z = (gate(letter) for letter in "fginoqrz")
#: The hidden weights by letter.
W = {letter: hidden_weight(letter) for letter in "fginorz"}

_U = Symbol("u", real=True)


def sigma_slope(column: Any) -> Any:
    """Return ``v (1 - v)``, the slope of a logistic gate in its value.

    Examples
    --------
    >>> from rnnmath.symbolic.printing import plain
    >>> print(plain(sigma_slope(F)))
    f[t] .* (1 - f[t])
    """
    return elementwise(Lambda(_U, _U * (1 - _U)), column)


def tanh_slope(column: Any, *, of: str = "value") -> Any:
    """Return ``1 - v^2``, the slope of tanh in its value, or ``1 - tanh(v)^2`` in its argument.

    Examples
    --------
    >>> from rnnmath.symbolic.printing import plain
    >>> print(plain(tanh_slope(G)), plain(tanh_slope(c[t], of="argument")))
    1 - g[t]**2 1 - tanh(c[t])**2
    """
    value = _U if of == "value" else tanh(_U)
    return elementwise(Lambda(_U, 1 - value**2), column)


def equal(left: Any, right: Any) -> Statement:
    """Return ``left = right``.

    Examples
    --------
    >>> print(equal(F, 2 * G))
    f[t] = 2*g[t]
    """
    return Statement(sympify(left), Relation.EQUAL, sympify(right))


def at_most(left: Any, right: Any) -> Statement:
    """Return ``left <= right``.

    Examples
    --------
    >>> print(at_most(1, 2))
    1 <= 2
    """
    return Statement(sympify(left), Relation.AT_MOST, sympify(right))


def one_step(of: Any, wrt: Any) -> Any:
    """Return the derivative of one state in a state before the step.

    Examples
    --------
    >>> from rnnmath.symbolic.notation import h
    >>> from rnnmath.symbolic.printing import plain
    >>> print(plain(one_step(h, c)))
    dh[t]/dc[t - 1]
    """
    return TotalDerivative(of[t], wrt[t - 1])


def drawn(cell: str, **options: Any) -> Draw:
    """Return a draw of a cell; what is not said is generic, and t a step of a short run.

    Examples
    --------
    >>> drawn("lstm", where={"W_f": "zero"}).options["cell"]
    'lstm'
    """
    usual = {"sizes": {"n": (1, 3)}, "times": ("t",), "first": 1, "horizon": (1, 3)}
    return Draw("random", {**usual, "cell": cell, **options})
