"""How steep an activation can be: gamma of each function in use, and where it is attained."""

from functools import cache
from typing import Any

from sympy import Abs, FiniteSet, Integer, Interval, Rational, S, Symbol, oo
from sympy.sets.sets import Set

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant
from rnnmath.errors import RnnmathError
from rnnmath.symbolic.activations import catalogue
from rnnmath.symbolic.activations.enclosures import enclose
from rnnmath.symbolic.activations.records import Activation
from rnnmath.symbolic.activations.suprema import check_supremum
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement, Step
from rnnmath.symbolic.norms import ActivationSupremum
from rnnmath.theory.comparisons import LESS_BY_A_POSITIVE
from rnnmath.theory.norm_bound.objects import CHAPTER, at_most, equal

__all__ = ["ACTIVATION_ATTAINED", "ACTIVATION_SUP"]

LESS, IFF = Relation.LESS, Relation.IFF

_u, _e = Symbol("u", real=True), Symbol("varepsilon", positive=True)
_CLOSE = Rational(1, 10**9)
#: The one supremum that no short formula gives, to twelve digits.
_ROUNDED = {"gelu_tanh": Rational(1128993068659, 10**12)}


@cache
def _replayed(name: str) -> bool:
    """Replay the certificate of a supremum once; an error means that it does not hold."""
    try:
        check_supremum(catalogue()[name])
    except RnnmathError:
        return False
    return True


def _entry(supremum: Any) -> Activation | None:
    return next(
        (entry for entry in catalogue().values() if ActivationSupremum(entry.function) == supremum),
        None,
    )


def _certified(focus: Any, result: Any, _: Step) -> bool:
    entry = _entry(focus)
    return entry is not None and bool(result == entry.supremum) and _replayed(entry.name)


def _enclosed(focus: Any, result: Any, _: Step) -> bool:
    """``x < r`` between numbers, by intervals."""
    if focus.free_symbols or not result.is_Rational:
        return False
    box = enclose(result - focus, {})
    return bool(box.a > 0)


def _where(attained: Set) -> Statement:
    """Write a set of numbers u as a statement about u."""
    if isinstance(attained, FiniteSet):
        return equal(_u, attained.args[0])
    return {
        Interval.open(0, oo): Statement(Integer(0), LESS, _u),
        Interval(0, oo): at_most(0, _u),
        Interval.open(-1, 1): Statement(Abs(_u), LESS, Integer(1)),
    }[attained]


def _reaches(entry: Activation) -> Statement:
    return equal(Abs(entry.slope(_u)), entry.supremum)


def _place(entry: Activation) -> Statement:
    """Say where ``|f'| = gamma``; where nowhere, that it stays below."""
    if entry.attained is S.EmptySet:
        return Statement(Abs(entry.slope(_u)), LESS, entry.supremum)
    return Statement(_reaches(entry), IFF, _where(entry.attained))


def _attained(focus: Any, result: Any, step: Step) -> bool:
    """Compare with the points that the certificate found."""
    stated = Statement(focus, step.rule.relation, result)
    return any(stated == _place(catalogue()[name]) and _replayed(name) for name in _PLACED)


_CERTIFICATE = Rule(
    "certificate",
    r"\gamma \mp f' \ge 0, \text{ and } 0 \text{ at a point or in a limit}",
    Relation.EQUAL,
    _certified,
)
_WHERE, _NOWHERE = (
    Rule("where the certificate closes", r"\gamma - \lvert f'(u) \rvert = 0", relation, _attained)
    for relation in (IFF, LESS)
)
_ENCLOSED = Rule("interval arithmetic", "", LESS, _enclosed)


def _value(name: str) -> Any:
    return _ROUNDED.get(name, catalogue()[name].supremum)


def _near(name: str, value: Any, within: Any = _e) -> Statement:
    """Return ``|gamma - value| < within``."""
    return Statement(Abs(_gamma(name) - value), LESS, within)


def _gamma(name: str) -> Any:
    return ActivationSupremum(catalogue()[name].function)


def _stated(name: str) -> Statement:
    return _near(name, _value(name), _CLOSE if name in _ROUNDED else _e)


def _proved(name: str) -> Derivation:
    start, gamma = _stated(name).lhs, _gamma(name)
    chain = Derivation(start).then(_CERTIFICATE, gamma, catalogue()[name].supremum)
    rule = _ENCLOSED if name in _ROUNDED else LESS_BY_A_POSITIVE
    return chain.then(rule, chain.end, _stated(name).rhs)


_NAMES = tuple(catalogue())
#: The identity is as steep everywhere; the steepest point of tanh-GELU has no short name.
_PLACED = tuple(name for name in _NAMES if name not in ("identity", "gelu_tanh"))
_WITHIN = Draw("random", {"scalars": {"varepsilon": (_CLOSE, Rational(1, 10**6))}})
_FINE = Draw("explicit", {"values": {"varepsilon": Rational(1, 1000)}, "note": "three digits"})

ACTIVATION_SUP = Claim(
    id="activation-sup",
    kind=Kind.IDENTITY,
    title="How steep each activation can be",
    says=tuple(_stated(name) for name in _NAMES),
    given=(Hypothesis("$\\varepsilon > 0$"),),
    derive=lambda: tuple(_proved(name) for name in _NAMES),
    draws=(_WITHIN, _FINE),
    mutants=(
        Mutant("one half for the logistic function", _near("logistic", Rational(1, 2)), (_FINE,)),
        Mutant("one for the logistic function", _near("logistic", Integer(1)), (_FINE,)),
        Mutant("one for SiLU", _near("silu", Integer(1)), (_FINE,)),
        Mutant("one for GELU", _near("gelu", Integer(1)), (_FINE,)),
        Mutant(
            "the same for GELU and its tanh approximation",
            _near("gelu_tanh", _value("gelu"), Rational(1, 10**5)),
            (_FINE,),
        ),
        Mutant(
            "the outer factor for scaled tanh",
            _near("scaled_tanh", Rational(17159, 10000)),
            (_FINE,),
        ),
        Mutant("the leak for leaky ReLU", _near("leaky_relu", Rational(1, 100)), (_FINE,)),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)

_ANYWHERE = Draw("random", {"scalars": {"u": (Rational(-6), Rational(6))}})


def _at(value: Any) -> Draw:
    return Draw("explicit", {"values": {"u": value}, "note": f"at {value}"})


def _only(name: str, where: Statement) -> Statement:
    return Statement(_reaches(catalogue()[name]), IFF, where)


def _placed(name: str) -> Derivation:
    stated = _place(catalogue()[name])
    rule = _WHERE if stated.relation == IFF else _NOWHERE
    return Derivation(stated.lhs).then(rule, stated.lhs, stated.rhs)


ACTIVATION_ATTAINED = Claim(
    id="activation-attained",
    kind=Kind.IDENTITY,
    title="Where each activation is steepest",
    says=tuple(_place(catalogue()[name]) for name in _PLACED),
    derive=lambda: tuple(_placed(name) for name in _PLACED),
    draws=(_ANYWHERE, _at(0), _at(1), _at(Rational(1, 2)), _at(Rational(-1, 2)), _at(-1)),
    mutants=(
        Mutant(
            "softplus far out",
            _only("softplus", Statement(Integer(5), LESS, _u)),
            (_at(6),),
        ),
        Mutant("GELU at 1", _only("gelu", equal(_u, 1)), (_at(1),)),
        Mutant("SiLU at 0", _only("silu", equal(_u, 0)), (_at(0),)),
        Mutant(
            "tanh for all small u",
            _only("tanh", Statement(Abs(_u), LESS, Rational(1, 8))),
            (_at(Rational(1, 16)),),
        ),
        Mutant("ReLU at its kink", _only("relu", at_most(0, _u)), (_at(0),)),
        Mutant("softsign for u above 0", _only("softsign", Statement(Integer(0), LESS, _u))),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
