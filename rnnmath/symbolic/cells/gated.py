"""What gated cells share: weights by letter, pre-activations, and one minus a gate."""

from typing import Any

from sympy import OneMatrix

from rnnmath.symbolic.notation import TimeIndexed, h, m, n, parameter, t, x
from rnnmath.symbolic.tidy import add, multiply

__all__ = ["bias", "drive", "gate", "hidden_weight", "input_weight", "one_minus"]


def gate(letter: str) -> Any:
    """Return the column ``letter_t``, shape (n, 1).

    Examples
    --------
    >>> gate("i")
    i[t]
    """
    return TimeIndexed(letter, n)[t]


def hidden_weight(letter: str) -> Any:
    """Return ``W_letter``, shape (n, n).

    Examples
    --------
    >>> hidden_weight("f").shape
    (n, n)
    """
    return parameter(f"W_{letter}", n, n)


def input_weight(letter: str) -> Any:
    """Return ``U_letter``, shape (n, m).

    Examples
    --------
    >>> input_weight("f").shape
    (n, m)
    """
    return parameter(f"U_{letter}", n, m)


def bias(letter: str) -> Any:
    """Return ``b_letter``, shape (n, 1).

    Examples
    --------
    >>> bias("f").shape
    (n, 1)
    """
    return parameter(f"b_{letter}", n, 1)


def drive(letter: str, *recurrent: Any) -> Any:
    """Return ``recurrent terms + U_letter x_t + b_letter``; by default ``W_letter h_{t-1}``.

    Examples
    --------
    >>> from rnnmath.symbolic.printing import plain
    >>> print(plain(drive("z")))
    U_z*x[t] + W_z*h[t - 1] + b_z
    """
    terms = recurrent or (multiply(hidden_weight(letter), h[t - 1]),)
    return add(*terms, multiply(input_weight(letter), x[t]), bias(letter))


def one_minus(column: Any) -> Any:
    """Return the column ``1 - v``.

    Examples
    --------
    >>> from rnnmath.symbolic.printing import plain
    >>> print(plain(one_minus(gate("z"))))
    1 - z[t]
    """
    return add(OneMatrix(*column.shape), multiply(-1, column))
