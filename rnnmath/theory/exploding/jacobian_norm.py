"""How much of a small move of the gradient is left once it has been cut."""

from typing import Any

from sympy import Abs, Integer, MatrixSymbol

from rnnmath.claim import DERIVED_HERE, Claim, Hypothesis, Kind, Mutant, Witness
from rnnmath.symbolic.bounds.rules import SCALAR
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Step
from rnnmath.symbolic.derivation.order import BOTH_WAYS, CANCEL, shown, supposed, there_is
from rnnmath.symbolic.derivation.quadratic import INNER_PRODUCT, LENGTH
from rnnmath.symbolic.derivation.reasoning import SYMMETRY
from rnnmath.symbolic.nodes import InnerProduct
from rnnmath.symbolic.norms import SpectralNorm, VectorNorm
from rnnmath.symbolic.tidy import add, multiply
from rnnmath.theory.cases import known_less
from rnnmath.theory.euclid import CAUCHY_SCHWARZ
from rnnmath.theory.exploding.jacobian import ACROSS, FACTOR, FORMULA, OUTSIDE, J, formula
from rnnmath.theory.exploding.objects import (
    CHAPTER,
    POSITIVE,
    at_most,
    columns,
    equal,
    explicit,
    g,
    less,
    n,
    theta,
)
from rnnmath.theory.exploding.objects import LENGTH as SIZE
from rnnmath.theory.multiplied_out import MULTIPLY_OUT
from rnnmath.theory.stretch import STRETCH, least_upper_bound

__all__ = ["CLIP_JACOBIAN_NORM"]

_EQUAL, _AT_MOST = Relation.EQUAL, Relation.AT_MOST
_OUT = less(theta, SIZE)
_WIDE = at_most(2, n)
_x = MatrixSymbol("u", n, 1)


def _times(focus: Any, result: Any, step: Step) -> bool:
    """``c x <= c y`` where the premise shows ``x <= y``, and c is theta over a larger number."""
    if len(step.premises) != 1 or not set(step.premises[0].given) <= set(step.given):
        return False
    (premise,) = step.premises
    factor = focus / premise.start
    top, below = factor.as_numer_denom()
    positive = top.is_positive and known_less(top, below, step)
    upward = premise.relation in (_EQUAL, _AT_MOST, Relation.LESS)
    return bool(positive and upward and result == factor * premise.end)


_TIMES = Rule(
    "times a positive number", r"x \le y, \; c \gt 0 \implies c x \le c y", _AT_MOST, _times
)


def _no_longer(start: Derivation, v: Any) -> Derivation:
    """Go from ``‖J v‖`` to ``theta / ‖g‖ ‖v‖``."""
    image = multiply(ACROSS, v)
    seen = InnerProduct(g, v)
    square = Derivation(VectorNorm(image) ** 2, given=start.given)
    square = square.then(LENGTH, square.end, InnerProduct(image, image))
    whole = InnerProduct(v, v) - 2 * seen**2 / SIZE**2 + seen**2 * InnerProduct(g, g) / SIZE**4
    square = square.then(INNER_PRODUCT, square.end, whole)
    square = square.then(LENGTH, InnerProduct(g, g), SIZE**2)
    square = square.then(INNER_PRODUCT, square.end, InnerProduct(v, image))
    square = square.then(CAUCHY_SCHWARZ, square.end, VectorNorm(v) * VectorNorm(image))
    chain = start.then(shown(_EQUAL), J, FORMULA, (formula(start.given),))
    chain = chain.then(SCALAR, chain.end, Abs(FACTOR) * VectorNorm(image))
    shorter = Derivation(VectorNorm(image), given=start.given)
    shorter = shorter.then(CANCEL, shorter.end, VectorNorm(v), (square,))
    return chain.then(_TIMES, chain.end, FACTOR * VectorNorm(v), (shorter,))


def _norm() -> tuple[Derivation, ...]:
    given = (_OUT, _WIDE)
    up = least_upper_bound(J, FACTOR, _no_longer, given=given)
    facts = (equal(InnerProduct(g, _x), 0), equal(VectorNorm(_x), 1))
    inside = (*given, *facts)
    image = Derivation(multiply(J, _x), given=inside)
    image = image.then(shown(_EQUAL), J, FORMULA, (formula(given),))
    turned = multiply(-FACTOR / SIZE**2 * InnerProduct(g, _x), g)
    image = image.then(MULTIPLY_OUT, image.end, add(multiply(FACTOR, _x), turned))
    image = image.then(supposed(_EQUAL), InnerProduct(g, _x), Integer(0))
    stretched = VectorNorm(multiply(FACTOR, _x))
    back = Derivation(stretched, given=inside)
    back = back.then(SCALAR, back.end, Abs(FACTOR) * VectorNorm(_x))
    down = Derivation(FACTOR, given=inside)
    down = down.then(supposed(_EQUAL), FACTOR, FACTOR * VectorNorm(_x))
    down = down.then(SYMMETRY, down.end, stretched, (back,))
    down = down.then(SYMMETRY, multiply(FACTOR, _x), image.start, (image,))
    down = down.then(STRETCH, down.end, SpectralNorm(J) * VectorNorm(_x))
    down = down.then(supposed(_EQUAL), VectorNorm(_x), Integer(1))
    exists = there_is(
        "a unit column across g",
        r"n \ge 2 \implies \exists u: \ g^\top u = 0, \ \lVert u \rVert = 1",
        facts,
        (_x,),
        about=g,
        needs=(_WIDE,),
    )
    two = Derivation(Integer(2), given=given).then(supposed(_AT_MOST), Integer(2), n)
    low = Derivation(FACTOR, given=given).then(exists, FACTOR, SpectralNorm(J), (two, down))
    norm = SpectralNorm(J)
    return (Derivation(norm, given=given).then(BOTH_WAYS, norm, FACTOR, (up, low)),)


CLIP_JACOBIAN_NORM = Claim(
    id="clip-jacobian-norm",
    kind=Kind.IDENTITY,
    title="A cut gradient moves less than the gradient, by the factor of the cut",
    says=(equal(SpectralNorm(J), FACTOR),),
    given=(
        POSITIVE,
        OUTSIDE,
        Hypothesis(
            "$n \\ge 2$",
            _WIDE,
            Witness(
                "in one dimension nothing lies across $g$, and a cut gradient does not move",
                explicit([4], 1, [0]),
            ),
        ),
    ),
    derive=_norm,
    draws=(columns("1/16", "1/4", n=(2, 4)), columns(n=(2, 3)), explicit([3, 4], 1, [0, 0])),
    mutants=(
        Mutant("one", equal(SpectralNorm(J), 1)),
        Mutant("the factor squared", equal(SpectralNorm(J), FACTOR**2)),
        Mutant("the threshold", equal(SpectralNorm(J), theta)),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
