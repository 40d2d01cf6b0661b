"""An orthogonal W: its norm is one at every power, and where the bound is met."""

from typing import Any

from sympy import DiagMatrix, Identity, Matrix, MatrixSymbol, Symbol

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant, Witness
from rnnmath.symbolic.bounds import norm_bound
from rnnmath.symbolic.derivation import Derivation, Relation, Statement
from rnnmath.symbolic.derivation.order import EQUIVALENT, supposed
from rnnmath.symbolic.norms import MaxAbs, SpectralNorm, SpectralRadius
from rnnmath.symbolic.notation import W, n
from rnnmath.symbolic.tidy import multiply, transpose
from rnnmath.theory.vanishing.initialization.objects import CHAPTER, equal

__all__ = ["ORTHOGONAL_NORM", "ORTHOGONAL_TIGHT"]

_EQUAL = Relation.EQUAL
_k = Symbol("k", integer=True, nonnegative=True)
_c = Symbol("c", positive=True)
_d = MatrixSymbol("d", n, 1)
_D = DiagMatrix(_d)
_COLUMNS = equal(multiply(transpose(W), W), Identity(n))
_ROWS = equal(multiply(W, transpose(W)), Identity(n))
_SCALED = multiply(_c, W)


def _drawn(style: str, entries: str = "generic") -> Draw:
    return Draw(
        "random",
        {
            "sizes": {"n": (2, 3)},
            "matrices": {"W": ("n", "n", style), "d": ("n", 1, entries)},
            "scalars": {"k": (0, 5), "c": ("1/4", "3")},
        },
    )


def _fixed(weights: Any, slopes: list[Any], **values: Any) -> Draw:
    held = {"n": len(slopes), "W": Matrix(weights), "d": Matrix(slopes), "k": 3, "c": 1}
    return Draw("explicit", {"note": "by hand", "values": {**held, **values}})


def _norm() -> tuple[Derivation, ...]:
    return (
        norm_bound(W, orthogonal=[W]),
        norm_bound(W**_k, orthogonal=[W]),
        norm_bound(_SCALED**_k, orthogonal=[W]),
    )


_POWER, _SCALED_POWER = SpectralNorm(W**_k), SpectralNorm(_SCALED**_k)
_TURN = Matrix([[3, -4], [4, 3]]) / 5
_STRETCHED = Hypothesis(
    "$W^\\top W = I$",
    _COLUMNS,
    Witness("a stretch by 2 of one direction", _fixed([[2, 0], [0, 1]], [1, 1])),
)

ORTHOGONAL_NORM = Claim(
    id="orthogonal-norm",
    kind=Kind.IDENTITY,
    title="An orthogonal W has norm one, and so has each of its powers",
    says=(
        equal(SpectralNorm(W), 1),
        equal(_POWER, 1),
        equal(_SCALED_POWER, _c**_k),
    ),
    given=(_STRETCHED,),
    derive=_norm,
    draws=(_drawn("orthogonal"), _fixed(_TURN, [1, 1], k=7, c=2)),
    mutants=(
        Mutant(
            "its spectral radius is below one",
            Statement(SpectralRadius(W), Relation.LESS, SpectralNorm(W)),
            (_fixed([[1, 0], [0, -1]], [1, 1]),),
        ),
        Mutant("one factor more", equal(_SCALED_POWER, _c ** (_k + 1))),
        Mutant("as a normal matrix of variance one", equal(SpectralNorm(W), 2)),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)

_STEP = multiply(_D, W)
_LEVEL = _c**2
_EVERY_WAY = equal(multiply(transpose(_STEP), _STEP), multiply(_LEVEL, Identity(n)))
_SLOPES = equal(multiply(_D, _D), multiply(_LEVEL, Identity(n)))
_GIVEN = (_COLUMNS, _ROWS)


def _onward() -> Derivation:
    """Derive ``D^2 = c^2 I`` where ``(D W)^T (D W) = c^2 I``."""
    around = multiply(W, _EVERY_WAY.lhs, transpose(W))
    chain = Derivation(_SLOPES.lhs, given=(*_GIVEN, _EVERY_WAY))
    chain = chain.then(supposed(_EQUAL), chain.end, multiply(W, transpose(W), _D, _D))
    chain = chain.then(supposed(_EQUAL), chain.end, around)
    chain = chain.then(supposed(_EQUAL), chain.end, multiply(_LEVEL, W, transpose(W)))
    return chain.then(supposed(_EQUAL), chain.end, _SLOPES.rhs)


def _back() -> Derivation:
    chain = Derivation(_EVERY_WAY.lhs, given=(*_GIVEN, _SLOPES))
    chain = chain.then(supposed(_EQUAL), chain.end, multiply(_LEVEL, transpose(W), W))
    return chain.then(supposed(_EQUAL), chain.end, _EVERY_WAY.rhs)


def _tight() -> tuple[Derivation, ...]:
    both = Derivation(_EVERY_WAY, given=_GIVEN)
    both = both.then(EQUIVALENT, _EVERY_WAY, _SLOPES, (_onward(), _back()))
    norm = norm_bound(_STEP, orthogonal=[W])
    return both, Derivation(norm.start, norm.steps, norm.given)


_MIXED = _fixed(_TURN, [2, -2], c=2)
_ONE_WAY = _fixed([[1, 0], [0, 1]], [1, 0])
_SQUARED = SpectralNorm(multiply(_D, W, _D, W))

ORTHOGONAL_TIGHT = Claim(
    id="orthogonal-tight",
    kind=Kind.IDENTITY,
    title="With an orthogonal W the bound is met in every direction iff all slopes have one size",
    says=(
        Statement(_EVERY_WAY, Relation.IFF, _SLOPES),
        equal(SpectralNorm(_STEP), MaxAbs(_d)),
    ),
    given=(
        Hypothesis(
            "$W^\\top W = I$",
            _COLUMNS,
            Witness(
                "a stretch that the slopes undo",
                _fixed([[2, 0], [0, 1]], ["1/2", 1]),
                Statement(_EVERY_WAY, Relation.IFF, _SLOPES),
            ),
        ),
        Hypothesis("$W W^\\top = I$, as follows for a square $W$", _ROWS),
    ),
    derive=_tight,
    draws=(
        _drawn("orthogonal"),
        _drawn("orthogonal", "orthogonal multiple"),
        _MIXED,
        _ONE_WAY,
        _fixed(_TURN, [1, "1/2"]),
    ),
    mutants=(
        Mutant(
            "of the norm alone: the bound of two steps is met iff all slopes have one size",
            Statement(equal(_SQUARED, _LEVEL**2), Relation.IFF, _SLOPES),
            (_ONE_WAY,),
        ),
        Mutant(
            "all slopes have one sign",
            Statement(_EVERY_WAY, Relation.IFF, equal(_D, multiply(_c, Identity(n)))),
            (_MIXED,),
        ),
        Mutant(
            "two steps always stretch as far as the steepest slope, twice",
            equal(_SQUARED, MaxAbs(_d) ** 2),
            (_fixed([[0, 1], [1, 0]], [1, "1/2"]),),
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
