"""How far a cut step goes down, and why the plain one need not."""

from typing import Any

from sympy import Abs, Min, Rational

from rnnmath.claim import DERIVED_HERE, Claim, Hypothesis, Kind, Mutant, Witness, cite
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement, Step
from rnnmath.symbolic.nodes import InnerProduct
from rnnmath.symbolic.norms import VectorNorm
from rnnmath.symbolic.quantities.landscape import Curvature, LossAt
from rnnmath.theory.cases import known_less
from rnnmath.theory.exploding.clip import CLIP
from rnnmath.theory.exploding.failure import FIRST_ORDER_FAILURE
from rnnmath.theory.exploding.objects import CHAPTER, POSITIVE, at_most, g, less, theta
from rnnmath.theory.exploding.steps import (
    BEND,
    BOWL_TWICE,
    BOWLS,
    FAIL,
    FLAT,
    HERE,
    OVER_THE_EDGE,
    QUADRATIC,
    SLOPE,
    SMOOTH,
    STEEP,
    STEEPENING,
    STEP,
    THERE,
    after,
    cliff,
    eta,
    remainder,
    w,
)

__all__ = ["CLIPPED_DECREASE"]

_LESS, _AT_MOST, _EQUAL = Relation.LESS, Relation.AT_MOST, Relation.EQUAL

_SMALLER = Min(theta, STEEP)
_STEPPED = LossAt(THERE)
_GAIN = HERE - eta * STEEP * VectorNorm(STEP) + remainder(BEND, VectorNorm(STEP))
_NOT_FLAT = less(0, STEEP)


def _short_enough(bend: Any, limit: Any = 2) -> Statement:
    """Return ``eta M min(theta, ‖grad L‖) < 2 ‖grad L‖``."""
    return less(eta * bend * _SMALLER, limit * STEEP)


def _from_absolute(focus: Any, result: Any, step: Step) -> bool:
    """``x <= x - a + c`` where the premise shows ``|a| <= c``."""
    if len(step.premises) != 1 or not set(step.premises[0].given) <= set(step.given):
        return False
    (premise,) = step.premises
    absolute = isinstance(premise.start, Abs) and premise.relation in (_EQUAL, _AT_MOST, _LESS)
    if not absolute:
        return False
    inside = premise.start.args[0]
    return bool((focus - inside + premise.end - result).expand() == 0)


def _lowered(focus: Any, result: Any, step: Step) -> bool:
    """``x - eta m (2 G - eta M m) / 2 < x`` where m, G and the bracket are known positive."""
    bracket = 2 * STEEP - eta * BEND * _SMALLER
    taken = eta * _SMALLER * bracket / 2
    positive = all(known_less(0, part, step) for part in (eta, *_SMALLER.args, bracket))
    return positive and bool((result - taken - focus).expand() == 0)


_FROM_ABSOLUTE = Rule(
    "no more than the failure",
    r"\lvert a \rvert \le c \implies x \le x - a + c",
    _AT_MOST,
    _from_absolute,
)
_LOWERED = Rule("less by what is positive", r"x - y \lt x, \quad y \gt 0", _LESS, _lowered)


def _decrease() -> tuple[Derivation, ...]:
    given = tuple(
        hypothesis.condition
        for hypothesis in (POSITIVE, *_DECREASING)
        if hypothesis.condition is not None
    )
    size, names = VectorNorm(STEP), {g: SLOPE}
    along = InnerProduct(SLOPE, STEP)
    failure = Derivation(Abs(FAIL), given=given)
    failure = failure.then(cite(FIRST_ORDER_FAILURE), failure.end, remainder(BEND, size))
    chain = Derivation(_STEPPED, given=given)
    bound = HERE - eta * along + remainder(BEND, size)
    chain = chain.then(_FROM_ABSOLUTE, _STEPPED, bound, (failure,))
    chain = chain.then(cite(CLIP, 3, names=names), along, STEEP * size)
    lower = chain.then(cite(CLIP, 1, names=names), size, _SMALLER)
    return chain, lower.then(_LOWERED, lower.end, HERE)


_DECREASING = (
    Hypothesis(
        "$\\eta \\gt 0$",
        less(0, eta),
        Witness(
            "a step against the descent climbs",
            cliff(2, 1, 1, Rational(-1, 4)),
            less(_STEPPED, HERE),
        ),
    ),
    Hypothesis(
        "$\\nabla L(w) \\ne 0$",
        _NOT_FLAT,
        Witness(
            "at the bottom there is nothing to gain",
            cliff(2, 0, 1, Rational(1, 4)),
            less(_STEPPED, HERE),
        ),
    ),
    Hypothesis(
        "the step is short against the curvature on it: "
        "$\\eta M \\min(\\theta, \\lVert \\nabla L \\rVert) \\lt 2 \\lVert \\nabla L \\rVert$",
        _short_enough(BEND),
        Witness(
            "in the bowl $w^2$ from 1 with rate 3/2 the step lands at $-2$",
            BOWL_TWICE,
            less(_STEPPED, HERE),
        ),
    ),
)
_UNCLIPPED = LossAt(after(SLOPE))
_EDGES = (OVER_THE_EDGE, STEEPENING)
_PLAIN = (_NOT_FLAT, less(0, eta))

CLIPPED_DECREASE = Claim(
    id="clipped-decrease",
    kind=Kind.BOUND,
    title="A cut step may be the longer against the curvature the steeper the loss",
    says=(at_most(_STEPPED, _GAIN), less(_STEPPED, HERE)),
    given=(POSITIVE, *_DECREASING, SMOOTH),
    derive=_decrease,
    draws=(QUADRATIC, BOWLS, STEEPENING, FLAT, OVER_THE_EDGE),
    mutants=(
        Mutant(
            "unclipped, it decreases too",
            less(_UNCLIPPED, HERE),
            _EDGES,
            (*_PLAIN, _short_enough(BEND)),
        ),
        Mutant(
            "with the curvature of the point alone",
            less(_STEPPED, HERE),
            (cliff(4, 0, 9, 2, tilt=1),),
            (*_PLAIN, _short_enough(Curvature(w, w))),
        ),
        Mutant(
            "up to twice as far",
            less(_STEPPED, HERE),
            (QUADRATIC, BOWL_TWICE),
            (*_PLAIN, _short_enough(BEND, 4)),
        ),
        Mutant("however far", less(_STEPPED, HERE), (BOWL_TWICE, STEEPENING), _PLAIN),
        Mutant(
            "by as much as the first order says",
            at_most(_STEPPED, HERE - eta * STEEP * VectorNorm(STEP)),
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
