"""How the clipped gradient moves with the gradient, where it is cut."""

from typing import Any

from sympy import Identity, Trace, Transpose, ZeroMatrix

from rnnmath.claim import DERIVED_HERE, Claim, Hypothesis, Kind, Mutant, Witness
from rnnmath.symbolic.calculus import Jacobian, trace_jacobian
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement, Step
from rnnmath.symbolic.derivation.order import shown
from rnnmath.symbolic.derivation.quadratic import LENGTH, TRACE
from rnnmath.symbolic.derivation.reasoning import SYMMETRY
from rnnmath.symbolic.nodes import InnerProduct
from rnnmath.symbolic.norms import Rank
from rnnmath.symbolic.tidy import add, multiply, same, transpose
from rnnmath.theory.cases import known_less
from rnnmath.theory.exploding.clip_rules import NEAR_CUT, cut
from rnnmath.theory.exploding.objects import (
    CHAPTER,
    CLIPPED,
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
from rnnmath.theory.multiplied_out import MULTIPLY_OUT

__all__ = ["ACROSS", "CLIP_JACOBIAN", "FACTOR", "FORMULA", "OUTSIDE", "J", "formula"]

_EQUAL = Relation.EQUAL

J = Jacobian(CLIPPED, g)
FACTOR = theta / SIZE
_LINE = multiply(g, transpose(g))
#: The projection onto what is orthogonal to g.
ACROSS = add(Identity(n), multiply(-1 / SIZE**2, _LINE))
FORMULA = multiply(FACTOR, ACROSS)
_OUT = less(theta, SIZE)


def formula(given: tuple[Statement, ...]) -> Derivation:
    """Differentiate ``theta g / ‖g‖``, with which clipping agrees near g."""
    chain = Derivation(J, given=given)
    calculus = trace_jacobian(cut(CLIPPED), g)
    chain = chain.then(NEAR_CUT, J, calculus.start)
    for step in calculus.steps:
        chain = chain.then(step.rule, step.focus, step.result)
    return chain.then(MULTIPLY_OUT, chain.end, FORMULA)


def _rank_of_multiple(focus: Any, result: Any, step: Step) -> bool:
    """``rank(c A) = rank(A)`` for ``c = a / b`` with a > 0 and a < b known, so that c is not 0."""
    if not isinstance(focus, Rank) or not isinstance(result, Rank):
        return False
    if not focus.matrix.is_MatMul:
        return False
    factor, rest = focus.matrix.as_coeff_matrices()
    top, below = factor.as_numer_denom()
    positive = top.is_positive and known_less(top, below, step)
    return bool(positive and same(result.matrix, multiply(*rest)))


def _rank_of_projection(focus: Any, result: Any, step: Step) -> bool:
    """``rank(P) = tr(P)`` where the premise shows ``P P = P``."""
    if not isinstance(focus, Rank) or len(step.premises) != 1:
        return False
    (premise,) = step.premises
    return (
        set(premise.given) <= set(step.given)
        and premise.relation == _EQUAL
        and same(premise.start, multiply(focus.matrix, focus.matrix))
        and same(premise.end, focus.matrix)
        and result == Trace(focus.matrix)
    )


_RANK_OF_MULTIPLE = Rule(
    "rank of a multiple",
    r"c \ne 0 \implies \operatorname{rank}(c A) = \operatorname{rank}(A)",
    _EQUAL,
    _rank_of_multiple,
)
_RANK_OF_PROJECTION = Rule(
    "rank of a projection",
    r"P^2 = P \implies \operatorname{rank}(P) = \operatorname{tr}(P)",
    _EQUAL,
    _rank_of_projection,
)


def _jacobian() -> tuple[Derivation, ...]:
    given = (_OUT,)
    worked = formula(given)
    turned = Derivation(Transpose(J), given=given)
    turned = turned.then(shown(_EQUAL), J, FORMULA, (worked,))
    turned = turned.then(SYMMETRY, turned.end, J, (worked,))
    along = Derivation(multiply(J, g), given=given)
    along = along.then(shown(_EQUAL), J, FORMULA, (worked,))
    along = along.then(MULTIPLY_OUT, along.end, ZeroMatrix(n, 1))
    twice = Derivation(multiply(ACROSS, ACROSS), given=given)
    twice = twice.then(MULTIPLY_OUT, twice.end, ACROSS)
    rank = Derivation(Rank(J), given=given)
    rank = rank.then(shown(_EQUAL), J, FORMULA, (worked,))
    rank = rank.then(_RANK_OF_MULTIPLE, rank.end, Rank(ACROSS))
    rank = rank.then(_RANK_OF_PROJECTION, rank.end, Trace(ACROSS), (twice,))
    rank = rank.then(TRACE, rank.end, n - InnerProduct(g, g) / SIZE**2)
    rank = rank.then(LENGTH, InnerProduct(g, g), SIZE**2)
    return worked, turned, along, rank


OUTSIDE = Hypothesis(
    "$\\lVert g \\rVert \\gt \\theta$: the gradient is cut",
    _OUT,
    Witness(
        "a short gradient is left alone, and so is every one near it",
        explicit([3, 4], 6, [0, 0]),
    ),
)
_LONG = columns("1/16", "1/4")
_LONG_WIDE = columns("1/16", "1/4", n=(2, 4))


def _rank_one(power: int, sign: int = -1) -> Any:
    return multiply(FACTOR, add(Identity(n), multiply(sign / SIZE**power, _LINE)))


CLIP_JACOBIAN = Claim(
    id="clip-jacobian",
    kind=Kind.IDENTITY,
    title="A cut gradient moves only across itself",
    says=(
        equal(J, FORMULA),
        equal(Transpose(J), J),
        equal(multiply(J, g), ZeroMatrix(n, 1)),
        equal(Rank(J), n - 1),
    ),
    given=(POSITIVE, OUTSIDE),
    derive=_jacobian,
    draws=(_LONG, _LONG_WIDE, columns(), explicit([3, 4], 1, [0, 0])),
    mutants=(
        Mutant("without the rank-one term", equal(J, multiply(FACTOR, Identity(n)))),
        Mutant(
            "without the rank-one term: along g it scales",
            equal(multiply(J, g), multiply(FACTOR, g)),
        ),
        Mutant("the rank-one term added", equal(J, _rank_one(2, 1))),
        Mutant("the rank-one term over the length, not its square", equal(J, _rank_one(1))),
        Mutant("without the factor", equal(J, ACROSS)),
        Mutant("of full rank", equal(Rank(J), n)),
        Mutant("the identity, as if the length were constant", equal(J, Identity(n))),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
