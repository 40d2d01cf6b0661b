"""What clipping is, and the variants that it is not."""

from typing import Any

from sympy import BlockMatrix, Integer, Lambda, Matrix, MatrixSymbol, Max, Min, Rational, Symbol

from rnnmath.claim import Claim, Draw, Hypothesis, Kind, Mutant, Source, Witness
from rnnmath.symbolic.bounds.rules import SCALAR
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement, Step
from rnnmath.symbolic.derivation.order import supposed
from rnnmath.symbolic.derivation.reasoning import SYMMETRY
from rnnmath.symbolic.nodes import InnerProduct, elementwise
from rnnmath.symbolic.norms import VectorNorm
from rnnmath.symbolic.notation import m
from rnnmath.symbolic.quantities.clipping import Clip
from rnnmath.symbolic.tidy import add, multiply
from rnnmath.theory.cases import known_at_most
from rnnmath.theory.exploding import clip_proofs
from rnnmath.theory.exploding.clip_rules import CUT, cut
from rnnmath.theory.exploding.objects import (
    CHAPTER,
    CLIPPED,
    LENGTH,
    LONGER,
    POSITIVE,
    SHARE,
    at_most,
    columns,
    equal,
    explicit,
    g,
    other,
    theta,
    y,
)

__all__ = ["CLIP", "CLIP_SCALE", "by_value", "padded"]

_GAP = add(g, multiply(-1, CLIPPED))
_u = Symbol("u", real=True)


def by_value(column: Any) -> Any:
    """Return the column with every entry cut to ``[-theta, theta]``."""
    return elementwise(Lambda(_u, Max(-theta, Min(theta, _u))), column)


def _keeps_direction(column: Any, made: Any) -> Statement:
    return equal(InnerProduct(column, made), VectorNorm(column) * VectorNorm(made))


#: What PyTorch adds to the length before it divides.
_EPSILON = Rational(1, 10**6)


def padded(column: Any) -> Any:
    """Return ``min(1, theta / (‖v‖ + 10^-6)) v``, as PyTorch clips."""
    return multiply(Min(1, theta / (VectorNorm(column) + _EPSILON)), column)


_z = MatrixSymbol("z", m, 1)
_JOINT = BlockMatrix([[g], [_z]])
_PER_TENSOR = BlockMatrix([[CLIPPED], [Clip(_z, theta)]])
_TENSORS = Draw(
    "explicit",
    {
        "note": "one long tensor, one short",
        "values": {"n": 1, "m": 1, "theta": 3, "g": Matrix([4]), "z": Matrix([3])},
    },
)
_INSIDE, _OUTSIDE = columns(Rational(5, 2), 3, n=(2, 3)), columns(Rational(1, 16), Rational(1, 4))
_CLOSE = explicit([1], 1 + _EPSILON / 2, [0])

CLIP = Claim(
    id="clip",
    kind=Kind.BOUND,
    title="Clipping keeps the direction and bounds the length",
    says=(
        equal(CLIPPED, multiply(SHARE, g)),
        equal(VectorNorm(CLIPPED), Min(theta, LENGTH)),
        at_most(VectorNorm(CLIPPED), theta),
        _keeps_direction(g, CLIPPED),
        Statement(at_most(LENGTH, theta), Relation.IFF, equal(CLIPPED, g)),
        equal(Clip(CLIPPED, theta), CLIPPED),
        equal(_GAP, multiply(Max(0, LENGTH - theta) / LONGER, g)),
    ),
    given=(POSITIVE,),
    derive=lambda: (
        clip_proofs.as_share(CLIPPED),
        clip_proofs.length(CLIPPED),
        clip_proofs.bounded(CLIPPED),
        clip_proofs.along(CLIPPED),
        clip_proofs.kept_iff(CLIPPED),
        clip_proofs.idempotent(CLIPPED),
        clip_proofs.taken_off(CLIPPED),
    ),
    draws=(
        columns(),
        _INSIDE,
        _OUTSIDE,
        columns(lengths="zero"),
        explicit([3, 4], 5, [0, 2]),
        explicit([3, 4], 2, [3, 4]),
    ),
    mutants=(
        Mutant("rescaled also where it is short", equal(CLIPPED, cut(CLIPPED)), (_INSIDE,)),
        Mutant("by value keeps the direction", _keeps_direction(g, by_value(g)), (_OUTSIDE,)),
        Mutant(
            "each tensor clipped alone keeps the joint direction",
            _keeps_direction(_JOINT, _PER_TENSOR),
            (_TENSORS,),
        ),
        Mutant(
            "additive",
            equal(Clip(add(g, y), theta), add(CLIPPED, other)),
            (explicit([3, 0], 2, [0, 4]),),
        ),
        Mutant("always of the allowed length", equal(VectorNorm(CLIPPED), theta)),
        Mutant(
            "length plus a small number, as a library divides: twice is once",
            equal(padded(padded(g)), padded(g)),
            (_OUTSIDE,),
        ),
        Mutant("length plus a small number: short ones are kept", equal(padded(g), g), (_CLOSE,)),
    ),
    source=Source("pascanu2013", "Algorithm 1"),
    chapter=CHAPTER,
)

_c = Symbol("c", positive=True)
_LONG = Clip(multiply(_c, g), theta)
_GROWN, _AT_LEAST = at_most(1, _c), at_most(theta, LENGTH)


def _grown(focus: Any, result: Any, step: Step) -> bool:
    """``x <= c x`` for x >= 0, where ``1 <= c`` is known."""
    return bool(focus.is_nonnegative) and known_at_most(1, result / focus, step)


_MORE = Rule("times at least one", r"1 \le c \implies x \le c x", Relation.AT_MOST, _grown)


def _scale() -> tuple[Derivation, ...]:
    given = (_GROWN, _AT_LEAST)
    size = VectorNorm(_LONG.argument)
    scaled = Derivation(size, given=given).then(SCALAR, size, _c * LENGTH)
    long = Derivation(theta, given=given).then(supposed(Relation.AT_MOST), theta, LENGTH)
    long = long.then(_MORE, LENGTH, _c * LENGTH)
    long = long.then(SYMMETRY, long.end, size, (scaled,))
    chain = Derivation(_LONG, given=given).then(CUT, _LONG, cut(_LONG), (long,))
    chain = chain.then(SCALAR, size, _c * LENGTH)
    back = Derivation(CLIPPED, given=given).then(CUT, CLIPPED, cut(CLIPPED))
    return (chain.then(SYMMETRY, chain.end, CLIPPED, (back,)),)


_SCALED = {"c": (Integer(1), Integer(9))}

CLIP_SCALE = Claim(
    id="clip-scale",
    kind=Kind.IDENTITY,
    title="Once long enough, a gradient may grow as it will: clipping forgets its length",
    says=(equal(_LONG, CLIPPED),),
    given=(
        POSITIVE,
        Hypothesis(
            "$c \\ge 1$",
            _GROWN,
            Witness(
                "a factor below one may bring the gradient inside",
                explicit([3, 4], 5, [0, 0], c=Rational(1, 2)),
            ),
        ),
        Hypothesis(
            "$\\lVert g \\rVert \\ge \\theta$",
            _AT_LEAST,
            Witness(
                "a short gradient still has its length",
                explicit([3, 4], 20, [0, 0], c=2),
            ),
        ),
    ),
    derive=_scale,
    draws=(
        columns(Rational(1, 16), Rational(1, 4), scalars=_SCALED),
        columns(Rational(1, 4), 3, scalars=_SCALED, n=(1, 2)),
        explicit([3, 4], 5, [0, 0], c=7),
    ),
    mutants=(
        Mutant("proportional to its argument", equal(_LONG, multiply(_c, CLIPPED))),
        Mutant(
            "by value forgets the length too",
            equal(by_value(multiply(_c, g)), by_value(g)),
            (explicit([3, 1], 2, [0, 0], c=2),),
        ),
        Mutant(
            "with the number added to the length",
            equal(padded(multiply(_c, g)), padded(g)),
            (explicit([3, 4], 2, [0, 0], c=2),),
        ),
    ),
    source=Source("pascanu2013", "Algorithm 1"),
    chapter=CHAPTER,
)
