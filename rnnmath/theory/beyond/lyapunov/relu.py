"""A random network of ReLU units: half of what flows through it passes, whatever its size."""

from typing import Any

from sympy import (
    Integer,
    Max,
    Piecewise,
    Rational,
    Symbol,
    sympify,
)

from rnnmath.claim import DERIVED_HERE, Claim, Hypothesis, Kind, Mutant, Witness
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Step
from rnnmath.symbolic.derivation.order import supposed
from rnnmath.symbolic.derivation.quadratic import INNER_PRODUCT, factors_of
from rnnmath.symbolic.nodes import BOUND, Elementwise, InnerProduct
from rnnmath.symbolic.norms import MinAbs
from rnnmath.symbolic.tidy import multiply
from rnnmath.theory.beyond.lyapunov.law import ONES, THIRDS, WHOLE, average, p, points, v, z
from rnnmath.theory.beyond.lyapunov.objects import CHAPTER, compare, equal

__all__ = ["MEAN_FIELD_RELU"]

EQUAL, AT_MOST = Relation.EQUAL, Relation.AT_MOST


def _even(function: Any) -> Any:
    """Return ``(g(u) + g(-u)) / 2``: the mean over both signs."""
    return (function + function.xreplace({BOUND: -BOUND})) / 2


_RELU_SQUARED = Max(BOUND, 0) ** 2
_MASK = Piecewise((1, BOUND > 0), (0, True))
_CHI, _NEXT = v * average(_even(_MASK**2)), v * average(_even(_RELU_SQUARED))
_AWAY = compare(0, "<", MinAbs(z))


def _averaged(mean: Any) -> Any:
    """Return g of ``Σ p_i g(z_i)`` as a formula in the bound symbol; None for anything else."""
    if not isinstance(mean, InnerProduct) or p not in mean.args:
        return None
    (other,) = (side for side in mean.args if side != p)
    if isinstance(other, Elementwise) and other.argument == z:
        return other.apply(BOUND)
    scalar, factors = factors_of(other)
    return scalar if factors == [ONES] else None


def _on_both_sides(focus: Any, result: Any, step: Step) -> bool:
    """Compare two means entry by entry, at u > 0, at u < 0, and at 0 unless no entry is 0."""
    functions = _averaged(focus), _averaged(result)
    if None in functions:
        return False
    gap = functions[0] - functions[1]
    u = Symbol("u", positive=True)
    places = [u, -u] + ([] if _AWAY in step.given else [Integer(0)])
    return all(sympify(gap.subs(BOUND, place)).expand() == 0 for place in places)


_ON_BOTH_SIDES = Rule("for either sign", "", EQUAL, _on_both_sides)


def _chi_of_relu() -> Derivation:
    given = (WHOLE, _AWAY)
    half = InnerProduct(p, multiply(Rational(1, 2), ONES))
    chain = Derivation(_CHI, given=given)
    chain = chain.then(_ON_BOTH_SIDES, average(_even(_MASK**2)), half)
    chain = chain.then(INNER_PRODUCT, half, InnerProduct(p, ONES) / 2)
    return chain.then(supposed(EQUAL), InnerProduct(p, ONES), Integer(1))


def _variance_of_relu() -> Derivation:
    chain = Derivation(_NEXT)
    return chain.then(_ON_BOTH_SIDES, average(_even(_RELU_SQUARED)), average(BOUND**2 / 2))


_LAWS = (
    points(THIRDS, [2, Rational(-1, 2)]),
    points(
        [Rational(1, 6), Rational(1, 3), Rational(1, 2)], [3, 1, Rational(1, 5)], Rational(7, 3)
    ),
    points([1], [-4], Rational(1, 9)),
)

MEAN_FIELD_RELU = Claim(
    id="mean-field-relu",
    kind=Kind.IDENTITY,
    title="With ReLU half of everything passes, so the edge is at twice the variance, whatever q",
    says=(equal(_CHI, v / 2), equal(_NEXT, v * average(BOUND**2 / 2))),
    given=(
        Hypothesis("the weights of the law sum to $1$", WHOLE),
        Hypothesis(
            "the law has no point at $0$",
            _AWAY,
            Witness("all at $0$: no unit is on", points([1], [0]), equal(_CHI, v / 2)),
        ),
        Hypothesis(
            "the law is symmetric: each point stands with both signs",
            witness=Witness(
                "$2$ with probability $1/3$ and $-1$ with $2/3$: two thirds pass, not half",
                points(THIRDS, [2, -1]),
                equal(average(_RELU_SQUARED), average(BOUND**2 / 2)),
            ),
        ),
    ),
    derive=lambda: (_chi_of_relu(), _variance_of_relu()),
    draws=_LAWS,
    mutants=(
        Mutant("the edge at v = 1", equal(_CHI, v)),
        Mutant("the mean of the slope, squared", equal(_CHI, v / 4)),
        Mutant("the variance is kept at v = 1", equal(_NEXT, v * average(BOUND**2))),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
