"""Saturation: the slopes of tanh and of the logistic function between two exponentials."""

from typing import Any

from sympy import Abs, Matrix, MatrixSymbol, Rational, Symbol, exp

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant, Witness
from rnnmath.symbolic.activations import catalogue
from rnnmath.symbolic.derivation import Derivation, Statement
from rnnmath.symbolic.nodes import Elementwise
from rnnmath.symbolic.norms import MaxAbs, MinAbs
from rnnmath.symbolic.notation import n
from rnnmath.theory.eigenvalue_intuition.hyperbolic_rules import EXPONENTIALS
from rnnmath.theory.norm_bound.objects import at_most
from rnnmath.theory.vanishing.activation_choice.envelope_rules import (
    BELOW_TOP,
    DENOMINATOR_ONE,
    DENOMINATOR_TWO,
    EACH_ENTRY,
    EVEN,
    NOT_NEGATIVE,
)
from rnnmath.theory.vanishing.activation_choice.objects import CHAPTER, at_least, less

__all__ = ["SATURATED_SLOPES", "SATURATION"]

_u = Symbol("u", real=True)
_SIZE = Abs(_u)
#: Both slopes are ``c x / (1 + x)^2`` with ``x = e^(-rate |u|)``.
_FORMS = {"tanh": (4, 2), "logistic": (1, 1)}


def _slope(name: str) -> Any:
    return catalogue()[name].slope(_u)


def _decay(rate: Any) -> Any:
    return exp(-rate * _SIZE)


def _written(name: str, given: tuple[Statement, ...] = ()) -> Derivation:
    """Write a slope in powers of e, read at ``|u|``."""
    scale, rate = _FORMS[name]
    x, plain = _decay(rate), _slope(name)
    turned = plain.xreplace({_u: _SIZE})
    chain = Derivation(plain, given=given).then(EVEN, plain, turned)
    return chain.then(EXPONENTIALS, turned, scale * x / (1 + x) ** 2)


def _below(name: str) -> Derivation:
    scale, rate = _FORMS[name]
    chain = _written(name)
    return chain.then(DENOMINATOR_ONE, chain.end, scale * _decay(rate))


def _above(name: str) -> Derivation:
    scale, rate = _FORMS[name]
    chain = _written(name)
    return chain.then(DENOMINATOR_TWO, chain.end, scale * _decay(rate) / 4)


_ANYWHERE = Draw("random", {"scalars": {"u": (Rational(-8), Rational(8))}})


def _at(value: Any) -> Draw:
    return Draw("explicit", {"values": {"u": value}, "note": f"at {value}"})


_TANH, _LOGISTIC = _slope("tanh"), _slope("logistic")

SATURATION = Claim(
    id="saturation",
    kind=Kind.BOUND,
    title="Far out, the slopes of tanh and of the logistic function fall exponentially",
    says=(
        at_least(_TANH, _decay(2)),
        at_most(_TANH, 4 * _decay(2)),
        at_least(_LOGISTIC, _decay(1) / 4),
        at_most(_LOGISTIC, _decay(1)),
    ),
    derive=lambda: (_above("tanh"), _below("tanh"), _above("logistic"), _below("logistic")),
    draws=(_ANYWHERE, _at(0), _at(20), _at(-20), _at(Rational(1, 1000))),
    mutants=(
        Mutant("without the factor four, tanh", at_most(_TANH, _decay(2))),
        Mutant("two will do for tanh", at_most(_TANH, 2 * _decay(2))),
        Mutant("four also from below, tanh", at_least(_TANH, 4 * _decay(2))),
        Mutant("half the rate from below, tanh", at_least(_TANH, _decay(1))),
        Mutant("twice the rate, tanh", at_most(_TANH, 4 * _decay(4))),
        Mutant("a quarter also from above, logistic", at_most(_LOGISTIC, _decay(1) / 4)),
        Mutant("one also from below, logistic", at_least(_LOGISTIC, _decay(1))),
        Mutant("the rate of tanh for the logistic function", at_most(_LOGISTIC, 4 * _decay(2))),
        Mutant("from below without the absolute value", at_least(_TANH, exp(-2 * _u))),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)

_v = MatrixSymbol("v", n, 1)
_NONZERO = less(0, MinAbs(_v))


def _largest(name: str) -> Any:
    return MaxAbs(Elementwise(catalogue()[name].slope, _v))


def _top(name: str) -> Any:
    return catalogue()[name].supremum


def _strictly(name: str) -> Derivation:
    """Derive that no entry has the steepest slope where none is zero."""
    given = (_NONZERO,)
    slope = _written(name, (*given, less(0, _SIZE)))
    entry = Derivation(Abs(slope.start), given=slope.given)
    entry = entry.then(NOT_NEGATIVE, entry.start, slope.end, (slope,))
    entry = entry.then(BELOW_TOP, entry.end, _top(name))
    start = _largest(name)
    return Derivation(start, given=given).then(EACH_ENTRY, start, _top(name), (entry,))


def _column(*entries: Any) -> Draw:
    values = {"n": len(entries), "v": Matrix(entries)}
    return Draw("explicit", {"values": values, "note": "by hand"})


_ZERO_ENTRY = _column(0, 9)

SATURATED_SLOPES = Claim(
    id="saturated-slopes",
    kind=Kind.BOUND,
    title="Where no pre-activation is zero, every unit of tanh is flatter than gamma",
    says=(less(_largest("tanh"), _top("tanh")), less(_largest("logistic"), _top("logistic"))),
    given=(
        Hypothesis(
            "no pre-activation is zero",
            _NONZERO,
            Witness("at zero the slope is $\\gamma$, however flat the other unit", _ZERO_ENTRY),
        ),
    ),
    derive=lambda: (_strictly("tanh"), _strictly("logistic")),
    draws=(
        Draw("random", {"sizes": {"n": (1, 4)}, "matrices": {"v": ("n", 1, "generic")}}),
        _column(Rational(1, 1000), -3),
    ),
    mutants=(
        Mutant(
            "one saturated unit is enough",
            less(_largest("tanh"), 1),
            (_ZERO_ENTRY,),
            (less(0, MaxAbs(_v)),),
        ),
        Mutant(
            "below a fixed share of gamma",
            less(_largest("tanh"), Rational(9, 10)),
            (_column(Rational(1, 1000), -3),),
        ),
        Mutant("a quarter for tanh as well", less(_largest("tanh"), Rational(1, 4))),
        Mutant("an eighth for the logistic function", less(_largest("logistic"), Rational(1, 8))),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
