"""The unit, its derivatives, its white inputs, and draws whose means are sums over all signs."""

from typing import Any

from sympy import Identity, Matrix, MatrixSymbol, Rational, Symbol, sympify

from rnnmath.claim import Draw, Hypothesis, Witness
from rnnmath.symbolic.notation import T, k, t, time
from rnnmath.symbolic.quantities.chance import Expectation, Law, MeanMatrix
from rnnmath.symbolic.quantities.scalar_state import (
    ScalarState,
    StateGradient,
    WeightSensitivity,
)
from rnnmath.symbolic.tidy import multiply, transpose
from rnnmath.theory.norm_bound.objects import at_most, equal

__all__ = [
    "CHAPTER",
    "FROM_FIRST",
    "GRADIENT",
    "IN_HORIZON",
    "IS_WHITE",
    "MEAN_SENSITIVITY",
    "MEAN_STATE",
    "SENSITIVITY",
    "STATE",
    "WHITE_INPUTS",
    "at",
    "drawn",
    "i",
    "law",
    "signs",
    "weight",
    "x",
]

CHAPTER = "beyond/sensitivity"

weight = Symbol("lambda", real=True)
x = MatrixSymbol("x", T, 1)
i = time("i")
law = Law(x)
STATE, SENSITIVITY = ScalarState(weight, x, t), WeightSensitivity(weight, x, t)
GRADIENT = StateGradient(weight, x, t, k)
MEAN_STATE, MEAN_SENSITIVITY = (Expectation(node**2, law) for node in (STATE, SENSITIVITY))
IS_WHITE = equal(MeanMatrix(multiply(x, transpose(x)), law), Identity(T))


def signs(kind: str = "signs", **options: Any) -> dict[str, Any]:
    """Return a law of the inputs, of variance 1 if nothing else is said.

    Examples
    --------
    >>> signs()["law"]["x"][2]
    'signs'
    """
    return {"law": {"x": ("T", 1, kind, {"scale": 1, **options})}}


def at(value: Any, steps: int, kind: str = "signs", **options: Any) -> Draw:
    """Return one weight with so many steps, under a law of the inputs.

    Examples
    --------
    >>> at(1, 4).options["values"]["t"]
    4
    """
    run = Matrix([(-1) ** step * (step + 1) for step in range(steps)])
    values = {"lambda": sympify(value), "T": steps, "t": steps, "k": 0, "x": run}
    return Draw("explicit", {"values": values, **signs(kind, **options), "note": f"weight {value}"})


def drawn(low: Any, high: Any, steps: tuple[int, int] = (1, 5), kind: str = "signs") -> Draw:
    """Return random weights and times under a law of the inputs.

    Examples
    --------
    >>> drawn(-1, 1).options["sizes"]["T"]
    (5, 5)
    """
    first, last = steps
    options = {
        "sizes": {"T": (last, last)},
        "scalars": {
            "lambda": (Rational(low), Rational(high)),
            "t": (first, last),
            "k": (0, first),
        },
        "matrices": {"x": ("T", 1, "generic")},
        **signs(kind),
    }
    return Draw("random", options)


WHITE_INPUTS = Hypothesis(
    "the inputs are white, $\\mathbb{E} x x^\\top = I$: of variance 1, and uncorrelated",
    IS_WHITE,
    Witness("inputs that are all equal add up", at(Rational(1, 2), 3, tied="all")),
)
FROM_FIRST = Hypothesis("$1 \\le t$", at_most(1, t))
IN_HORIZON = Hypothesis("$t \\le T$", at_most(t, T))
