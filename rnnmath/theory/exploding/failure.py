"""Why a long step fails: what the first order leaves out."""

from typing import Any

from sympy import Abs

from rnnmath.claim import DERIVED_HERE, Claim, Hypothesis, Kind, Mutant
from rnnmath.symbolic.bounds.rules import SCALAR
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Step
from rnnmath.symbolic.derivation.quadratic import INNER_PRODUCT
from rnnmath.symbolic.nodes import InnerProduct
from rnnmath.symbolic.norms import VectorNorm
from rnnmath.symbolic.quantities.landscape import Curvature, GradientAt, LossAt
from rnnmath.symbolic.tidy import add, multiply, same, tidy
from rnnmath.theory.exploding.objects import CHAPTER, POSITIVE, at_most, equal, less, theta
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
    cliff,
    eta,
    remainder,
    w,
)

__all__ = ["FIRST_ORDER_FAILURE"]

_AT_MOST = Relation.AT_MOST


def _second_order(focus: Any, result: Any, _: Step) -> bool:
    """Taylor: ``|L(x) - L(w) - grad L(w)^T (x - w)| <= sup ‖H‖ ‖x - w‖^2 / 2``."""
    for bend in result.atoms(Curvature):
        start, end = bend.args
        gap = tidy(add(end, multiply(-1, start)))
        first = LossAt(end) - LossAt(start) - InnerProduct(GradientAt(start), gap)
        if same(focus, Abs(first)) and same(result, bend * VectorNorm(gap) ** 2 / 2):
            return True
    return False


_TAYLOR = Rule(
    "Taylor, second order",
    r"\lvert L(x) - L(w) - \nabla L(w)^\top (x - w) \rvert"
    r" \le \tfrac12 \sup \lVert \nabla^2 L \rVert \, \lVert x - w \rVert^2",
    _AT_MOST,
    _second_order,
)


def _first_order() -> tuple[Derivation, ...]:
    gap = multiply(-eta, STEP)
    chain = Derivation(Abs(FAIL))
    along = LossAt(THERE) - HERE - InnerProduct(SLOPE, gap)
    chain = chain.then(INNER_PRODUCT, FAIL, along)
    chain = chain.then(_TAYLOR, chain.end, BEND * VectorNorm(gap) ** 2 / 2)
    return (chain.then(SCALAR, VectorNorm(gap), eta * VectorNorm(STEP)),)


FIRST_ORDER_FAILURE = Claim(
    id="first-order-failure",
    kind=Kind.BOUND,
    title="A step is off by at most half the curvature times the square of its length",
    says=(at_most(Abs(FAIL), remainder(BEND, VectorNorm(STEP))),),
    given=(POSITIVE, Hypothesis("$\\eta \\gt 0$", less(0, eta)), SMOOTH),
    derive=_first_order,
    draws=(QUADRATIC, BOWLS, STEEPENING, FLAT, OVER_THE_EDGE, BOWL_TWICE),
    mutants=(
        Mutant(
            "the curvature of the point alone",
            at_most(Abs(FAIL), remainder(Curvature(w, w), VectorNorm(STEP))),
            (STEEPENING, cliff(4, 1, 9, 1)),
        ),
        Mutant(
            "the length of the step, not its square",
            at_most(Abs(FAIL), BEND * eta**2 * VectorNorm(STEP) / 2),
            (QUADRATIC,),
        ),
        Mutant(
            "the threshold, not its square, for a cut step",
            at_most(Abs(FAIL), BEND * eta**2 * theta / 2),
            (QUADRATIC,),
            (less(theta, STEEP),),
        ),
        Mutant(
            "the rate, not its square",
            at_most(Abs(FAIL), BEND * eta * VectorNorm(STEP) ** 2 / 2),
            (cliff(2, 1, 9, 3),),
        ),
        Mutant("half of it", at_most(Abs(FAIL), remainder(BEND, VectorNorm(STEP)) / 2)),
        Mutant("the first order is exact", equal(FAIL, 0)),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
