"""Where clipping does nothing it is smooth; on the sphere, where it begins, it has a kink."""

from typing import Any

from sympy import Identity, Integer, Symbol, ZeroMatrix

from rnnmath.claim import DERIVED_HERE, Claim, Hypothesis, Kind, Mutant, Witness
from rnnmath.symbolic.bounds.rules import SCALAR
from rnnmath.symbolic.calculus import trace_jacobian
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Step
from rnnmath.symbolic.derivation.reasoning import SYMMETRY
from rnnmath.symbolic.quantities.clipping import Clip
from rnnmath.symbolic.tidy import add, multiply
from rnnmath.theory.cases import known_at_most
from rnnmath.theory.exploding.clip_rules import CUT, KEPT, NEAR_KEPT, cut
from rnnmath.theory.exploding.jacobian import FORMULA, J
from rnnmath.theory.exploding.objects import (
    CHAPTER,
    POSITIVE,
    columns,
    equal,
    explicit,
    g,
    less,
    n,
    theta,
)
from rnnmath.theory.exploding.objects import LENGTH as SIZE

__all__ = ["CLIP_JACOBIAN_INSIDE", "CLIP_KINK"]

_IN = less(SIZE, theta)


def _inside() -> tuple[Derivation, ...]:
    calculus = trace_jacobian(g, g)
    chain = Derivation(J, given=(_IN,)).then(NEAR_KEPT, J, calculus.start)
    for step in calculus.steps:
        chain = chain.then(step.rule, step.focus, step.result)
    return (chain,)


CLIP_JACOBIAN_INSIDE = Claim(
    id="clip-jacobian-inside",
    kind=Kind.IDENTITY,
    title="A short gradient moves freely",
    says=(equal(J, Identity(n)),),
    given=(
        POSITIVE,
        Hypothesis(
            "$\\lVert g \\rVert \\lt \\theta$: the gradient is kept",
            _IN,
            Witness("a long gradient is cut", explicit([3, 4], 1, [0, 0])),
        ),
    ),
    derive=_inside,
    draws=(columns(2, 3), columns(), columns(lengths="zero")),
    mutants=(
        Mutant(
            "the formula of the outside",
            equal(J, FORMULA),
            (columns(2, 3, n=(1, 2)),),
            (_IN,),
        ),
        Mutant("zero", equal(J, ZeroMatrix(n, n))),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)

_c = Symbol("c", positive=True)
_ON = Clip(g, SIZE)
_BEYOND, _BEFORE = Clip(multiply(_c, g), SIZE), Clip(multiply(1 / _c, g), SIZE)
_STRICT, _NOT_ZERO = less(1, _c), less(0, SIZE)


def _quotient(later: Any, earlier: Any, step: Any) -> Any:
    """Return the difference quotient of two columns."""
    return multiply(1 / step, add(later, multiply(-1, earlier)))


_OUTWARD, _INWARD = _quotient(_BEYOND, _ON, _c - 1), _quotient(_ON, _BEFORE, 1 - 1 / _c)


def _shrunk(focus: Any, result: Any, step: Step) -> bool:
    """``x / c <= x`` and ``x <= c x`` for x >= 0, where ``1 <= c`` is known."""
    return bool(focus.is_nonnegative) and any(
        same_ratio and known_at_most(1, _c, step)
        for same_ratio in (result == _c * focus, focus == result / _c)
    )


_AT_LEAST_ONE = Rule(
    "a factor of at least one", r"1 \le c \implies x \le c x", Relation.AT_MOST, _shrunk
)


def _kink() -> tuple[Derivation, ...]:
    given = (_STRICT, _NOT_ZERO)
    on = Derivation(SIZE, given=given)
    outer, inner = (clip.length for clip in (_BEYOND, _BEFORE))
    grown = Derivation(outer, given=given).then(SCALAR, outer, _c * SIZE)
    reach = on.then(_AT_LEAST_ONE, SIZE, _c * SIZE).then(SYMMETRY, _c * SIZE, outer, (grown,))
    near = Derivation(inner, given=given).then(SCALAR, inner, SIZE / _c)
    near = near.then(_AT_LEAST_ONE, near.end, SIZE)
    outward = Derivation(_OUTWARD, given=given).then(CUT, _BEYOND, cut(_BEYOND), (reach,))
    outward = outward.then(SCALAR, outer, _c * SIZE)
    outward = outward.then(KEPT, _ON, g)
    inward = Derivation(_INWARD, given=given).then(KEPT, _ON, g)
    inward = inward.then(KEPT, _BEFORE, multiply(1 / _c, g), (near,))
    return outward, inward


_RANGE = {"c": (Integer(1), Integer(3))}

CLIP_KINK = Claim(
    id="clip-kink",
    kind=Kind.IDENTITY,
    title="On the sphere clipping has no Jacobian: outward nothing moves, inward everything",
    says=(equal(_OUTWARD, ZeroMatrix(n, 1)), equal(_INWARD, g)),
    given=(
        Hypothesis(
            "$c \\gt 1$: the step along $g$ goes outward, and the step by $1/c$ inward",
            _STRICT,
            Witness(
                "with $c$ below one the two directions change places",
                explicit([3, 4], 1, [0, 0], c=Integer(1) / 2),
            ),
        ),
        Hypothesis("$g \\ne 0$; the threshold is its length, so $g$ lies on the sphere", _NOT_ZERO),
    ),
    derive=_kink,
    draws=(columns(scalars=_RANGE), columns(scalars={"c": (Integer(1), "1001/1000")})),
    mutants=(
        Mutant("outward it moves along", equal(_OUTWARD, g)),
        Mutant("inward it does not move", equal(_INWARD, ZeroMatrix(n, 1))),
        Mutant("one difference quotient on both sides", equal(_OUTWARD, _INWARD)),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
