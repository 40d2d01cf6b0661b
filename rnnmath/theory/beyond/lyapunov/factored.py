"""What the diagonals of a step-by-step factorization say about the whole product."""

from typing import Any

from sympy import Abs, Determinant, Identity, Matrix, Product
from sympy.matrices.expressions.matexpr import MatrixElement

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant, Witness
from rnnmath.symbolic.derivation import Derivation, Relation, Statement
from rnnmath.symbolic.derivation.order import shown
from rnnmath.symbolic.derivation.reasoning import EMPTY_PRODUCT, HYPOTHESIS, PEEL, induction
from rnnmath.symbolic.nodes import OrderedProduct
from rnnmath.symbolic.norms import SpectralNorm
from rnnmath.symbolic.notation import j, k, n, t, time
from rnnmath.symbolic.tidy import multiply
from rnnmath.theory.beyond.lyapunov.factor_rules import (
    DIAGONALS_MULTIPLY,
    ENTRY_BELOW_NORM,
    FACTORED,
    FRAME_DETERMINANT,
    FRAME_NORM,
    ORDERED_DETERMINANT,
    TRIANGULAR_DETERMINANT,
    factor,
    frame,
    triangle,
)
from rnnmath.theory.beyond.lyapunov.objects import CHAPTER, at_most, equal
from rnnmath.theory.jacobian_product import IN_ORDER
from rnnmath.theory.norm_bound.ordered import PEEL_WITHIN

__all__ = ["LYAPUNOV_DETERMINANT"]

EQUAL = Relation.EQUAL

_i = time("i")
_RANGE = (j, k + 1, t)
_WHOLE = OrderedProduct(factor(j), _RANGE)
_TRIANGLES = OrderedProduct(triangle(j), _RANGE)
_AHEAD = multiply(_WHOLE, frame(k))
_SPLIT = multiply(frame(t), _TRIANGLES)
_VOLUME = Abs(Determinant(_WHOLE))
_GIVEN = (at_most(k, t),)


def _stretched(of: Any = triangle) -> Any:
    """Return ``prod_j (R_j)_ii``."""
    return Product(MatrixElement(of(j), _i, _i), _RANGE)


def _diagonal(of: Any = triangle) -> Any:
    """Return ``prod_i (R_j)_ii``."""
    return Product(MatrixElement(of(j), _i, _i), (_i, 0, n - 1))


def _diagonals(of: Any = triangle) -> Any:
    """Return ``prod_j prod_i (R_j)_ii``."""
    return Product(_diagonal(of), _RANGE)


def _factorization() -> Derivation:
    """Derive ``P Q_k = Q_t prod R_j`` by induction on the newer time."""
    base = Derivation(_AHEAD.xreplace({t: k}), given=_GIVEN)
    base = base.then(EMPTY_PRODUCT, _WHOLE.xreplace({t: k}), Identity(n))
    onward = Derivation(_AHEAD.xreplace({t: t + 1}), given=(*_GIVEN, equal(_AHEAD, _SPLIT)))
    newest = multiply(factor(t + 1), _WHOLE)
    onward = onward.then(PEEL, _WHOLE.xreplace({t: t + 1}), newest)
    onward = onward.then(HYPOTHESIS, onward.end, multiply(factor(t + 1), _SPLIT))
    after = multiply(frame(t + 1), triangle(t + 1), _TRIANGLES)
    onward = onward.then(FACTORED, onward.end, after)
    onward = onward.then(PEEL_WITHIN, onward.end, _SPLIT.xreplace({t: t + 1}))
    chain = Derivation(_AHEAD, given=_GIVEN)
    return chain.then(induction(t, k), _AHEAD, _SPLIT, (base, onward))


def _volume() -> Derivation:
    chain = Derivation(_VOLUME, given=_GIVEN)
    chain = chain.then(FRAME_DETERMINANT, _VOLUME, Abs(Determinant(_AHEAD)))
    chain = chain.then(shown(EQUAL), _AHEAD, _SPLIT, (_factorization(),))
    volume = Abs(Determinant(_TRIANGLES))
    chain = chain.then(FRAME_DETERMINANT, chain.end, volume)
    each = Abs(Determinant(triangle(j)))
    chain = chain.then(ORDERED_DETERMINANT, volume, Product(each, _RANGE))
    return chain.then(TRIANGULAR_DETERMINANT, each, _diagonal())


def _direction() -> Derivation:
    start = _stretched()
    chain = Derivation(start, given=_GIVEN)
    chain = chain.then(DIAGONALS_MULTIPLY, start, MatrixElement(_TRIANGLES, _i, _i))
    chain = chain.then(ENTRY_BELOW_NORM, chain.end, SpectralNorm(_TRIANGLES))
    chain = chain.then(FRAME_NORM, chain.end, SpectralNorm(_SPLIT))
    chain = chain.then(shown(EQUAL), _SPLIT, _AHEAD, (_factorization(),))
    return chain.then(FRAME_NORM, chain.end, SpectralNorm(_WHOLE))


def _drawn(low: int, high: int, *, even: bool = False, steps: tuple[int, int] = (1, 4)) -> Draw:
    options = {"sizes": {"n": (low, high)}, "factored": [("n", steps, even)]}
    return Draw("random", {**options, "scalars": {"i": (0, low - 1)}})


_LONG = _drawn(2, 3, steps=(2, 4))


def _one_step(note: str, J: Any, before: Any, after: Any, R: Any) -> Draw:
    values = {
        "n": 2,
        "i": 0,
        "k": 0,
        "t": 1,
        "J": (None, Matrix(J)),
        "Q": (Matrix(before), Matrix(after)),
        "R": (None, Matrix(R)),
    }
    return Draw("explicit", {"values": values, "note": note})


_EYE = [[1, 0], [0, 1]]

LYAPUNOV_DETERMINANT = Claim(
    id="lyapunov-determinant",
    kind=Kind.IDENTITY,
    title="Factored step by step, the growth rates of all directions add up to that of volumes",
    says=(
        equal(_AHEAD, _SPLIT),
        equal(_VOLUME, _diagonals()),
        at_most(_stretched(), SpectralNorm(_WHOLE)),
    ),
    given=(
        IN_ORDER,
        Hypothesis(
            "the frames are orthogonal: $Q_j^\\top Q_j = I$",
            witness=Witness(
                "a frame that grows with the product takes the growth to itself",
                _one_step("frame too long", [[2, 0], [0, 2]], _EYE, [[2, 0], [0, 2]], _EYE),
                equal(_VOLUME, _diagonals()),
            ),
        ),
        Hypothesis(
            "the $R_j$ are upper triangular, with no negative entry on the diagonal",
            witness=Witness(
                "a full matrix has a determinant that its diagonal does not tell",
                _one_step("full", [[1, 1], [1, 1]], _EYE, _EYE, [[1, 1], [1, 1]]),
                equal(_VOLUME, _diagonals()),
            ),
        ),
        Hypothesis("each step is factored: $J_j Q_{j-1} = Q_j R_j$"),
    ),
    derive=lambda: (_factorization(), _volume(), _direction()),
    draws=(_drawn(2, 3), _LONG, _drawn(1, 1), _drawn(2, 3, even=True)),
    mutants=(
        Mutant("without the absolute value", equal(Determinant(_WHOLE), _diagonals())),
        Mutant("the diagonals of the Jacobians", equal(_VOLUME, _diagonals(factor)), (_LONG,)),
        Mutant(
            "the first direction alone",
            equal(_VOLUME, _stretched().xreplace({_i: 0})),
            (_LONG,),
        ),
        Mutant("the norm is the first entry", equal(SpectralNorm(_WHOLE), _stretched()), (_LONG,)),
        Mutant(
            "no direction grows less than the norm",
            Statement(_stretched(), Relation.AT_LEAST, SpectralNorm(_WHOLE)),
            (_LONG,),
        ),
        Mutant("the frame stays on its side", equal(_AHEAD, multiply(_TRIANGLES, frame(t)))),
        Mutant(
            "no frame to start from",
            equal(_WHOLE, _SPLIT),
            (_LONG,),
        ),
        Mutant(
            "one step too few",
            equal(_VOLUME, _diagonals().xreplace({k: k + 1})),
            (_LONG,),
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
