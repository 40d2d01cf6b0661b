"""The numbers, the draws and the statements that the claims of this chapter share."""

from typing import Any

from sympy import Lambda, Symbol

from rnnmath.symbolic.norms import SpectralNorm
from rnnmath.symbolic.notation import T, TotalDerivative, h, k
from rnnmath.symbolic.quantities.horizon import FirstBelow, Horizon

__all__ = ["CHAPTER", "GAP", "along", "first_crossing", "last_crossing"]

CHAPTER = "long_term"

#: The bound gap of a profile; a claim's own number of steps is another symbol.
GAP = Symbol("m'", integer=True, nonnegative=True)


def along(gap: Any) -> Any:
    """Return ``P(k + m, k)``, the derivative of the state m steps after ``h_k``.

    Examples
    --------
    >>> from rnnmath.symbolic.printing import plain
    >>> print(plain(along(2)))
    dh[k + 2]/dh[k]
    """
    return TotalDerivative(h[k + gap], h[k])


def last_crossing(level: Any) -> Horizon:
    """Return ``H(eps)``: from that gap on, every norm ``‖P(k + m, k)‖`` is at most eps.

    Examples
    --------
    >>> last_crossing(Symbol("e")).last
    T - k
    """
    return Horizon(Lambda(GAP, SpectralNorm(along(GAP))), T - k, level)


def first_crossing(level: Any) -> FirstBelow:
    """Return the first gap at which ``‖P(k + m, k)‖`` is at most eps.

    Examples
    --------
    >>> first_crossing(Symbol("e")).last
    T - k
    """
    return FirstBelow(*last_crossing(level).args)
