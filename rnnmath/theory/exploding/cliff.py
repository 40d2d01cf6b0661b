"""The cliff of one unit: where the plain step climbs, and where the cut step goes down."""

from typing import Any

from sympy import Integer, Rational, Symbol

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant, Witness
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement, Step
from rnnmath.symbolic.notation import T
from rnnmath.theory.exploding.objects import CHAPTER, POSITIVE, at_most, less, theta

__all__ = ["CLIFF"]

_IFF, _LESS = Relation.IFF, Relation.LESS

_w, _eta = Symbol("w", positive=True), Symbol("eta", positive=True)
#: ``eta`` times the curvature at w, over ``2 T - 1``: the length of the step over that of w.
_RATIO = _eta * T * _w ** (2 * T - 2)
_PLAIN = _w * (1 - _RATIO)
_CUT = _w - _eta * theta


#: A number of steps that is known to be positive, as T is where ``1 <= T`` is given.
_ONCE = Symbol("T", integer=True, positive=True)


def _loss(weight: Any) -> Any:
    """Return ``h_T^2 = w^(2 T)``, twice the loss of a linear unit that starts at 1."""
    return weight ** (2 * T)


_CLIMBS, _FALLS = less(_loss(_w), _loss(_PLAIN)), less(_loss(_CUT), _loss(_w))
_STEEP, _SHORT = less(2, _RATIO), less(_eta * theta, 2 * _w)


def _even_powers(focus: Any, result: Any, step: Step) -> bool:
    """``a^(2 T) < b^(2 T)`` exactly if ``a^2 < b^2``, for ``T >= 1``."""
    statements = all(
        isinstance(side, Statement) and side.relation == _LESS for side in (focus, result)
    )
    return (
        statements
        and Statement(Integer(1), Relation.AT_MOST, T) in step.given
        and any(
            (focus.lhs, focus.rhs) == (_loss(x), _loss(y))
            and (result.lhs, result.rhs) == (x**2, y**2)
            for x, y in ((_w, _PLAIN), (_CUT, _w))
        )
    )


def _positive_factor(focus: Any, result: Any, step: Step) -> bool:
    """Tell whether ``b - a = p (d - c)`` with p positive, for ``a < b`` and ``c < d``."""
    if not all(isinstance(side, Statement) and side.relation == _LESS for side in (focus, result)):
        return False
    if at_most(1, T) not in step.given:
        return False
    whole, part = focus.rhs - focus.lhs, result.rhs - result.lhs
    return any(
        (whole - factor * part).expand() == 0
        for factor in (_w**2 * _RATIO, _eta * theta)
        if factor.xreplace({T: _ONCE}).is_positive
    )


_EVEN_POWERS = Rule(
    "even powers",
    r"a^{2T} \lt b^{2T} \iff a^2 \lt b^2, \quad T \ge 1",
    _IFF,
    _even_powers,
)
_POSITIVE_FACTOR = Rule(
    "positive factor",
    r"b - a = p (d - c), \; p \gt 0 \implies (a \lt b \iff c \lt d)",
    _IFF,
    _positive_factor,
)


def _chains() -> tuple[Derivation, ...]:
    given = (at_most(1, T),)
    climbs = Derivation(_CLIMBS, given=given)
    climbs = climbs.then(_EVEN_POWERS, _CLIMBS, less(_w**2, _PLAIN**2))
    climbs = climbs.then(_POSITIVE_FACTOR, climbs.end, _STEEP)
    falls = Derivation(_FALLS, given=given)
    falls = falls.then(_EVEN_POWERS, _FALLS, less(_CUT**2, _w**2))
    return climbs, falls.then(_POSITIVE_FACTOR, falls.end, _SHORT)


def _draw(steps: tuple[int, int], weight: Any, rate: Any, threshold: Any) -> Draw:
    scalars = {"T": steps, "w": weight, "eta": rate, "theta": threshold}
    return Draw("random", {"scalars": scalars})


def _at(**values: Any) -> Draw:
    return Draw("explicit", {"values": {"theta": 1, **values}, "note": "one unit"})


_EDGE = _at(T=1, w=1, eta=2)
_BEFORE_EDGE = _at(T=5, w=1, eta=Rational(3, 10))

CLIFF = Claim(
    id="cliff",
    kind=Kind.IDENTITY,
    title="On the cliff of one unit the plain step climbs, and the cut step goes down",
    says=(
        Statement(_CLIMBS, _IFF, _STEEP),
        Statement(_FALLS, _IFF, _SHORT),
    ),
    given=(
        Hypothesis(
            "$T \\ge 1$",
            at_most(1, T),
            Witness("after no step the loss does not depend on $w$", _at(T=0, w=1, eta=1)),
        ),
        POSITIVE,
        Hypothesis("$w \\gt 0$ and $\\eta \\gt 0$", less(0, _w * _eta)),
    ),
    derive=_chains,
    draws=(
        _draw((1, 12), ("3/4", "3/2"), ("1/100", 2), ("1/4", 3)),
        _draw((1, 3), ("1/4", 3), ("1/100", 1), ("1/4", 9)),
        _EDGE,
        _BEFORE_EDGE,
        _at(T=10, w=Rational(11, 10), eta=Rational(1, 10)),
    ),
    mutants=(
        Mutant(
            "it climbs as soon as it steps over the minimum",
            Statement(_CLIMBS, _IFF, less(1, _RATIO)),
            (_BEFORE_EDGE,),
        ),
        Mutant(
            "it climbs where the weight is above one",
            Statement(_CLIMBS, _IFF, less(1, _w)),
        ),
        Mutant(
            "the curvature of the last step alone",
            Statement(_CLIMBS, _IFF, less(2, _eta * _w ** (2 * T - 2))),
        ),
        Mutant("the plain step goes down", less(_loss(_PLAIN), _loss(_w))),
        Mutant("the cut step always goes down", _FALLS),
        Mutant(
            "the cut step goes down while it stops before the minimum only",
            Statement(_FALLS, _IFF, less(_eta * theta, _w)),
            (_at(T=3, w=1, eta=Rational(3, 2)),),
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
