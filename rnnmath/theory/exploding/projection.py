"""Clipping as a projection: no allowed column is nearer, and no two columns come further apart."""

from typing import Any

from sympy import Abs, Integer, Max, S

from rnnmath.claim import Claim, Kind, Mutant, Source, cite
from rnnmath.symbolic.bounds.rules import SCALAR
from rnnmath.symbolic.derivation import Derivation, Relation, Statement
from rnnmath.symbolic.derivation.order import ARITHMETIC, CANCEL, NONNEGATIVE, shown
from rnnmath.symbolic.derivation.quadratic import INNER_PRODUCT, LENGTH
from rnnmath.symbolic.derivation.reasoning import SYMMETRY
from rnnmath.symbolic.nodes import InnerProduct
from rnnmath.symbolic.norms import VectorNorm
from rnnmath.symbolic.tidy import add, multiply
from rnnmath.theory.cases import EXTREME, GAP, by_cases, in_cases
from rnnmath.theory.euclid import CAUCHY_SCHWARZ
from rnnmath.theory.exploding.clip import CLIP, by_value, padded
from rnnmath.theory.exploding.objects import (
    CHAPTER,
    CLIPPED,
    LONGER,
    POSITIVE,
    SHARE,
    at_most,
    columns,
    equal,
    explicit,
    g,
    less,
    other,
    theta,
    y,
)
from rnnmath.theory.exploding.objects import LENGTH as SIZE

__all__ = ["CLIP_CORNER", "CLIP_PROJECTION"]

_EQUAL, _AT_MOST = Relation.EQUAL, Relation.AT_MOST
_GIVEN = (less(0, theta),)

_GAP, _FAR = add(g, multiply(-1, CLIPPED)), add(g, multiply(-1, other))
_MOVED, _APART = add(CLIPPED, multiply(-1, other)), add(g, multiply(-1, y))
_OVER = Max(0, SIZE - theta)
_EXCESS = _OVER / LONGER
_CORNER = at_most(InnerProduct(_GAP, other), InnerProduct(_GAP, CLIPPED))


def _same_number(start: Any, end: Any) -> tuple[Derivation, Derivation]:
    """Prove ``max(0, x - theta) x^2 / m^2 = max(0, x - theta) x / m``, m the larger, by cases."""
    below, above = in_cases(_GIVEN, SIZE, theta)
    none = Derivation(end, given=below).then(EXTREME, _OVER, Integer(0))
    short = Derivation(start, given=below).then(EXTREME, _OVER, Integer(0))
    cut = Derivation(end, given=above).then(EXTREME, LONGER, SIZE)
    long = Derivation(start, given=above).then(EXTREME, LONGER, SIZE)
    return short.then(SYMMETRY, S.Zero, end, (none,)), long.then(SYMMETRY, long.end, end, (cut,))


def _right_side() -> Derivation:
    """Derive ``(g - p)^T p = theta ‖g - p‖``: g - p has the direction of p."""
    rest = multiply(_EXCESS, g)
    chain = Derivation(InnerProduct(_GAP, CLIPPED), given=_GIVEN)
    chain = chain.then(cite(CLIP, 6), _GAP, rest)
    chain = chain.then(cite(CLIP, 0), CLIPPED, multiply(SHARE, g))
    chain = chain.then(INNER_PRODUCT, chain.end, _EXCESS * SHARE * InnerProduct(g, g))
    chain = chain.then(LENGTH, InnerProduct(g, g), SIZE**2)
    back = Derivation(theta * VectorNorm(_GAP), given=_GIVEN).then(cite(CLIP, 6), _GAP, rest)
    back = back.then(SCALAR, VectorNorm(rest), Abs(_EXCESS) * SIZE)
    back = back.then(ARITHMETIC, back.end, theta * _EXCESS * SIZE)
    both = _same_number(chain.end, back.end)
    chain = chain.then(by_cases(_EQUAL), chain.end, back.end, both)
    return chain.then(SYMMETRY, chain.end, back.start, (back,))


def _corner() -> tuple[Derivation, ...]:
    chain = Derivation(_CORNER.lhs, given=_GIVEN)
    chain = chain.then(CAUCHY_SCHWARZ, chain.end, VectorNorm(_GAP) * VectorNorm(other))
    chain = chain.then(cite(CLIP, 2, names={g: y}), VectorNorm(other), theta)
    return (chain.then(SYMMETRY, chain.end, _CORNER.rhs, (_right_side(),)),)


_INSIDE, _OUTSIDE = columns("5/2", 3, n=(2, 3)), columns("1/16", "1/4")
_DRAWS = (
    columns(),
    _INSIDE,
    _OUTSIDE,
    columns(lengths="zero"),
    explicit([3, 4], 5, [0, 2]),
    explicit([3, 4], 2, [3, 4]),
)

CLIP_CORNER = Claim(
    id="clip-corner",
    kind=Kind.BOUND,
    title="Seen from the cut gradient, no allowed column lies on the side of the gradient",
    says=(_CORNER,),
    given=(POSITIVE,),
    derive=_corner,
    draws=_DRAWS,
    mutants=(
        Mutant("the other side", Statement(_CORNER.lhs, Relation.AT_LEAST, _CORNER.rhs)),
        Mutant("always a right angle", Statement(_CORNER.lhs, _EQUAL, _CORNER.rhs)),
        Mutant("the allowed column unclipped", at_most(InnerProduct(_GAP, y), _CORNER.rhs)),
    ),
    source=Source("bauschke2017", "Theorem 3.16"),
    chapter=CHAPTER,
)


def _side(*swapped: Any) -> Derivation:
    """Use the corner at p, or with g and y in each other's place."""
    names = {g: y, y: g} if swapped else {}
    fact = _CORNER.renamed(names)
    return Derivation(fact.lhs, given=_GIVEN).then(
        cite(CLIP_CORNER, names=names), fact.lhs, fact.rhs
    )


def _unique() -> Derivation:
    chain = Derivation(VectorNorm(_GAP) ** 2 + VectorNorm(_MOVED) ** 2, given=_GIVEN)
    for part in (_GAP, _MOVED):
        chain = chain.then(LENGTH, VectorNorm(part) ** 2, InnerProduct(part, part))
    corner = _side()
    chain = chain.then(GAP, chain.end, chain.end + 2 * (corner.end - corner.start), (corner,))
    chain = chain.then(INNER_PRODUCT, chain.end, InnerProduct(_FAR, _FAR))
    return chain.then(LENGTH, chain.end, VectorNorm(_FAR) ** 2)


def _nearest() -> Derivation:
    squares = _unique()
    chain = Derivation(VectorNorm(_GAP) ** 2, given=_GIVEN)
    chain = chain.then(NONNEGATIVE, chain.end, squares.start)
    return chain.then(shown(_AT_MOST), squares.start, squares.end, (squares,))


def _firm() -> Derivation:
    chain = Derivation(VectorNorm(_MOVED) ** 2, given=_GIVEN)
    chain = chain.then(LENGTH, chain.end, InnerProduct(_MOVED, _MOVED))
    for corner in (_side(), _side(g, y)):
        chain = chain.then(GAP, chain.end, chain.end + corner.end - corner.start, (corner,))
    return chain.then(INNER_PRODUCT, chain.end, InnerProduct(_MOVED, _APART))


def _nonexpansive() -> Derivation:
    moved, apart = VectorNorm(_MOVED), VectorNorm(_APART)
    chain = _firm()
    chain = chain.then(CAUCHY_SCHWARZ, chain.end, moved * apart)
    length = Derivation(moved, given=_GIVEN).then(CANCEL, moved, apart, (chain,))
    return Derivation(moved**2, given=_GIVEN).then(shown(_AT_MOST), moved, apart, (length,))


_PYTHAGORAS = (VectorNorm(_GAP) ** 2 + VectorNorm(_MOVED) ** 2, VectorNorm(_FAR) ** 2)

CLIP_PROJECTION = Claim(
    id="clip-projection",
    kind=Kind.BOUND,
    title="The cut gradient is the nearest allowed column, and clipping brings none further apart",
    says=(
        at_most(*_PYTHAGORAS),
        at_most(VectorNorm(_GAP) ** 2, VectorNorm(_FAR) ** 2),
        at_most(VectorNorm(_MOVED) ** 2, InnerProduct(_MOVED, _APART)),
        at_most(VectorNorm(_MOVED) ** 2, VectorNorm(_APART) ** 2),
    ),
    given=(POSITIVE,),
    derive=lambda: (_unique(), _nearest(), _firm(), _nonexpansive()),
    draws=_DRAWS,
    mutants=(
        Mutant(
            "length plus a small number: the nearest allowed column",
            at_most(VectorNorm(add(g, multiply(-1, padded(g)))), VectorNorm(_FAR)),
            (explicit([3, 4], 2, [3, 4]),),
        ),
        Mutant(
            "strictly nearer together",
            less(VectorNorm(_MOVED) ** 2, VectorNorm(_APART) ** 2),
            (_INSIDE,),
        ),
        Mutant("a right angle, as Pythagoras has it", equal(*_PYTHAGORAS)),
        Mutant(
            "by value is the nearest column of allowed length",
            at_most(VectorNorm(_GAP), VectorNorm(add(g, multiply(-1, by_value(g))))),
            (columns("1/2", 1, n=(2, 4)),),
        ),
    ),
    source=Source("bauschke2017", "Proposition 4.16"),
    chapter=CHAPTER,
)
