"""All derivatives at once: the power series whose coefficients they are."""

from typing import Any

from sympy import Integer, Matrix, Rational, RisingFactorial, Sum, factorial

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant, cite
from rnnmath.symbolic.derivation import Derivation, Statement
from rnnmath.symbolic.tidy import multiply
from rnnmath.theory.beyond.attention_law.objects import (
    CHAPTER,
    EYE,
    KAPPA,
    SERIES,
    T,
    coefficient,
    compare,
    drawn,
    equal,
    j,
    kappa,
    law_influence,
    r,
    t,
    z,
)
from rnnmath.theory.beyond.attention_law.recurrence import ATTENTION_RECURRENCE
from rnnmath.theory.beyond.attention_law.series_rules import (
    BINOMIAL_SERIES,
    COEFFICIENTS,
    FIRST_COEFFICIENTS,
    ONE_RECURRENCE,
)

__all__ = ["ATTENTION_SERIES", "TERMS"]

_FROM_TWO = (compare(2, "<=", t),)
_FROM_ONE = compare(1, "<=", T)


def _weight(base: Any, count: Any) -> Any:
    return RisingFactorial(base, count) / factorial(count)


def _sum_of(late: Any) -> Any:
    """Return the terms of the two binomial series multiplied, the late part with a factor."""
    return Sum(_weight(kappa, j) * late(T - 1 - j), (j, 0, T - 1))


TERMS = _sum_of(lambda count: _weight(1 - kappa, count) * r**count)


def _three_terms(of: Any) -> Any:
    return ((1 + r) * t + kappa * (1 - r) - 1) * of(t) - r * (t - 1) * of(t - 1)


def _series() -> tuple[Derivation, ...]:
    given = tuple(hypothesis.condition for hypothesis in _GIVEN if hypothesis.condition is not None)
    start = multiply(t, law_influence(t + 1))
    for_matrix = Derivation(start, given=_FROM_TWO)
    right = ATTENTION_RECURRENCE.says[4].renamed(KAPPA).rhs
    for_matrix = for_matrix.then(cite(ATTENTION_RECURRENCE, 4, names=KAPPA), start, right)
    for_number = Derivation(t * coefficient(t + 1), given=_FROM_TWO)
    for_number = for_number.then(COEFFICIENTS, for_number.start, _three_terms(coefficient))
    values = []
    for index in (1, 2):
        value = Derivation(law_influence(index), given=_FROM_TWO)
        end = ATTENTION_RECURRENCE.says[index + 1].renamed(KAPPA).rhs
        values.append(
            value.then(cite(ATTENTION_RECURRENCE, index + 1, names=KAPPA), value.end, end)
        )
    for index, end in ((1, Integer(1)), (2, kappa * (1 - r) + r)):
        number = Derivation(coefficient(index))
        values.append(number.then(FIRST_COEFFICIENTS, number.end, end))
    first = Derivation(law_influence(T), given=given)
    first = first.then(
        ONE_RECURRENCE, first.end, multiply(coefficient(T), EYE), (for_matrix, for_number, *values)
    )
    second = Derivation(coefficient(T)).then(BINOMIAL_SERIES, coefficient(T), TERMS)
    return first, second


def _run(power: Any, rest: Any, times: int) -> Draw:
    values = {"n": 1, "kappa": power, "r": rest, "T": times, "h_1": Matrix([1])}
    return Draw("explicit", {"values": values, "note": "by hand"})


_GIVEN = (
    Hypothesis("$r = a c$ and $\\kappa = a / (1 - r)$, with $r \\ne 1$ and $\\kappa \\ne 0$"),
    Hypothesis("$T \\ge 1$", _FROM_ONE),
)


def _as(series: Any) -> Statement:
    return equal(law_influence(T), multiply(coefficient(T, series), EYE))


ATTENTION_SERIES = Claim(
    id="attention-series",
    kind=Kind.IDENTITY,
    title="The derivatives in the first state have a power series in closed form",
    says=(_as(SERIES), equal(coefficient(T), TERMS)),
    given=_GIVEN,
    derive=_series,
    draws=(
        drawn(kappa=("1/8", "3"), r=("-1", "1"), times=(1, 9)),
        drawn(kappa=("-3", "-1/8"), r=("-3", "1"), times=(1, 9)),
        drawn(kappa=("1/8", "1"), r=("0", "1"), times=(10, 20)),
        _run(Rational(1, 2), Rational(1, 3), 60),
        _run(2, Rational(1, 2), 30),
    ),
    mutants=(
        Mutant(
            "the exponent kappa on both sides", _as(z * (1 - z) ** (-kappa) * (1 - r * z) ** kappa)
        ),
        Mutant("without the pole of the last state", _as(z * (1 - z) ** (-kappa))),
        Mutant("without attention, a geometric series", _as(z / (1 - r * z))),
        Mutant(
            "the exponents exchanged", _as(z * (1 - z) ** (kappa - 1) * (1 - r * z) ** (-kappa))
        ),
        Mutant("one power of z less", _as((1 - z) ** (-kappa) * (1 - r * z) ** (kappa - 1))),
        Mutant(
            "kappa in place of 1 - kappa in the terms",
            equal(coefficient(T), _sum_of(lambda count: _weight(kappa, count) * r**count)),
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
