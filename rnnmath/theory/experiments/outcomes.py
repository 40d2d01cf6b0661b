"""What came out of training: claims of the kind experiment, each with a margin.

They speak of one seed, one platform and one size; a claim is made only where three seeds agreed.
"""

from collections.abc import Iterable
from typing import Any

from sympy import Rational

from rnnmath.claim import Claim, Kind, Mutant, Source
from rnnmath.symbolic.derivation import Statement
from rnnmath.theory.experiments.objects import (
    ADDING,
    CHAPTER,
    COPY,
    READ,
    above,
    below,
    error,
    reach,
)

__all__ = ["OUTCOMES"]

_PLAIN = ("tanh", "tanh clipped")
_KEEPING = ("identity ReLU", "LSTM", "GRU")
_MEASURED = Source("", "measured here", checked=True)


def _claim(
    name: str, title: str, says: Iterable[Statement], mutants: Iterable[tuple[str, Statement]]
) -> Claim:
    return Claim(
        id=name,
        kind=Kind.EXPERIMENT,
        title=title,
        says=tuple(says),
        derive=tuple,
        draws=READ,
        mutants=tuple(Mutant(note, statement) for note, statement in mutants),
        source=_MEASURED,
        chapter=CHAPTER,
    )


def _learnt(task: str, models: Iterable[str], level: Any) -> list[Statement]:
    return [below(error(task, model), level) for model in models]


def _missed(task: str, models: Iterable[str], level: Any) -> list[Statement]:
    return [above(error(task, model), level) for model in models]


_REACHES = [
    statement
    for task in ("adding", "digits")
    for statement in (
        below(reach(task, "tanh", "before"), -20),
        *(above(reach(task, model, "before"), -12) for model in ("orthogonal", *_KEEPING)),
    )
]

_REACH = _claim(
    "experiments",
    "Before training, a gradient comes back through an identity, an orthogonal matrix and gates",
    _REACHES,
    (
        ("small random weights let it back too", above(reach("adding", "tanh", "before"), -12)),
        ("gates stop it at the start", below(reach("adding", "LSTM", "before"), -20)),
        ("an identity makes it grow", above(reach("adding", "identity ReLU", "before"), 0)),
    ),
)

_ADDING = _claim(
    "experiments-adding",
    "Gates and an identity learn to add over 40 steps; tanh does not, clipped or not",
    [
        *_learnt("adding", _KEEPING, ADDING / 4),
        *_missed("adding", _PLAIN, ADDING * Rational(4, 5)),
        *(above(reach("adding", model, "after"), -6) for model in _KEEPING),
        *(below(reach("adding", model, "after"), -20) for model in _PLAIN),
    ],
    (
        ("tanh learns it too", below(error("adding", "tanh"), ADDING / 4)),
        ("clipping repairs it", below(error("adding", "tanh clipped"), ADDING / 4)),
        ("gates do not help", above(error("adding", "LSTM"), ADDING * Rational(4, 5))),
        ("training opens the way back", above(reach("adding", "tanh", "after"), -6)),
    ),
)

_COPY = _claim(
    "experiments-copy",
    "Some symbols get across ten steps in gates and an identity, none in tanh",
    [
        *_learnt("copy", _KEEPING, COPY * Rational(99, 100)),
        *_missed("copy", (*_PLAIN, "orthogonal"), COPY * Rational(99, 100)),
        below(reach("copy", "orthogonal", "after"), -5),
    ],
    (
        ("tanh carries some", below(error("copy", "tanh"), COPY * Rational(99, 100))),
        ("an LSTM carries all", below(error("copy", "LSTM"), COPY / 10)),
        ("a GRU carries none", above(error("copy", "GRU"), COPY * Rational(99, 100))),
        (
            "an orthogonal start is enough",
            below(error("copy", "orthogonal"), COPY * Rational(99, 100)),
        ),
    ),
)

_ORDER = _claim(
    "experiments-order",
    "An identity and a GRU tell which signal came first; tanh does not",
    [
        *_learnt("order", ("identity ReLU", "GRU"), Rational(1, 20)),
        *_missed("order", _PLAIN, Rational(1, 4)),
    ],
    (
        ("tanh tells it", below(error("order", "tanh"), Rational(1, 20))),
        ("clipping repairs it", below(error("order", "tanh clipped"), Rational(1, 20))),
        ("an identity does not", above(error("order", "identity ReLU"), Rational(1, 4))),
    ),
)

_DIGITS = _claim(
    "experiments-digits",
    "Pixel by pixel an orthogonal start reads better than a small one, whose way back opens late",
    [
        *_learnt("digits", ("orthogonal",), Rational(1, 5)),
        *_missed("digits", _PLAIN, Rational(1, 5)),
        below(error("digits", "tanh"), Rational(1, 2)),
        above(reach("digits", "tanh", "after"), -10),
    ],
    (
        ("small random weights read as well", below(error("digits", "tanh"), Rational(1, 5))),
        ("they read nothing", above(error("digits", "tanh"), Rational(1, 2))),
        ("their way back stays closed", below(reach("digits", "tanh", "after"), -20)),
    ),
)

OUTCOMES: tuple[Claim, ...] = (_REACH, _ADDING, _ORDER, _COPY, _DIGITS)
