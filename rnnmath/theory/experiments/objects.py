"""The numbers that this chapter speaks of, and statements about them."""

from typing import Any

from sympy import Integer, Rational, log, sympify

from rnnmath.claim import Draw
from rnnmath.symbolic.derivation import Relation, Statement
from rnnmath.symbolic.quantities.outcome import Outcome

__all__ = ["ADDING", "CHAPTER", "COPY", "READ", "above", "below", "error", "reach"]

CHAPTER = "experiments"

#: The mean squared error of the best answer to the adding task that ignores the input.
ADDING = Rational(1, 6)
#: Nats a step of the copy task for who knows when symbols are asked, but no symbol; it waits for
#: 10 steps.
COPY = 10 * log(Integer(8)) / 30
#: A measured statement has no names to draw: the runs are the case.
READ = (Draw("explicit", {"note": "the records of the runs"}),)


def error(task: str, model: str) -> Any:
    """Return the error on test sequences after training.

    Examples
    --------
    >>> print(error("copy", "GRU"))
    error(copy, GRU)
    """
    return Outcome(task, model, "error")


def reach(task: str, model: str, when: str) -> Any:
    """Return the base-2 logarithm of the share of a gradient that arrives at h_0.

    Examples
    --------
    >>> print(reach("copy", "GRU", "before"))
    reach before(copy, GRU)
    """
    return Outcome(task, model, f"reach {when}")


def below(measured: Any, level: Any) -> Statement:
    """Return ``measured < level``.

    Examples
    --------
    >>> print(below(error("adding", "LSTM"), ADDING / 4))
    error(adding, LSTM) < 1/24
    """
    return Statement(measured, Relation.LESS, sympify(level))


def above(measured: Any, level: Any) -> Statement:
    """Return ``measured > level``.

    Examples
    --------
    >>> print(above(error("adding", "tanh"), ADDING / 2))
    error(adding, tanh) > 1/12
    """
    return Statement(measured, Relation.GREATER, sympify(level))
