"""What a regularizer can promise about the norm of W, and so about the scale of a step."""

from typing import Any

from sympy import Integer, MatPow, Matrix, MatrixSymbol, Rational, Symbol

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant, Source, Witness
from rnnmath.symbolic.derivation import Derivation
from rnnmath.symbolic.norms import FrobeniusNorm, SpectralNorm, VectorNorm
from rnnmath.symbolic.notation import W, n
from rnnmath.symbolic.tidy import multiply, transpose
from rnnmath.theory.norm_bound.objects import (
    GAMMA,
    SCALE,
    TRANSPORT,
    at_most,
    equal,
    network,
)
from rnnmath.theory.norm_bound.product import LONG_GAP
from rnnmath.theory.stretch import STRETCH
from rnnmath.theory.vanishing.activation_choice.decay_rules import (
    BELOW_FROBENIUS,
    DIVIDED,
    MOVED_OVER,
    NORMALIZED,
    QUOTIENT_AT_LEAST_ONE,
)
from rnnmath.theory.vanishing.activation_choice.objects import CHAPTER, at_least, less

__all__ = ["REGULARIZATION_BOUNDS", "SPECTRAL_NORMALIZATION"]

_NORM = SpectralNorm(W)
_v = MatrixSymbol("v", n, 1)
_m = Symbol("m", integer=True, nonnegative=True)
#: The column that m rounds of power iteration make of v, not yet scaled.
_TURNED = multiply(MatPow(multiply(transpose(W), W), _m), _v)
_STRETCHED, _LENGTH = VectorNorm(multiply(W, _TURNED)), VectorNorm(_TURNED)
_NORMALIZED = SpectralNorm(multiply(1 / _NORM, W))
#: The norm of W over its estimate ``‖W y‖ / ‖y‖``: the norm that the network is left with.
_LEFT = _NORM * _LENGTH / _STRETCHED
_ONE = Integer(1)
_NOT_ZERO, _SEEN = less(0, _NORM), less(0, _STRETCHED)


def _normalization() -> tuple[Derivation, ...]:
    given = (_NOT_ZERO, _SEEN)
    one = Derivation(_NORMALIZED, given=given).then(NORMALIZED, _NORMALIZED, _ONE)
    scale = Derivation(GAMMA * _NORMALIZED, given=given).then(NORMALIZED, _NORMALIZED, _ONE)
    below = Derivation(_STRETCHED, given=given).then(STRETCH, _STRETCHED, _NORM * _LENGTH)
    left = Derivation(_LEFT, given=given).then(QUOTIENT_AT_LEAST_ONE, _LEFT, _ONE, (below,))
    squares = Derivation(_STRETCHED**2, given=given)
    squares = squares.then(STRETCH, _STRETCHED, _NORM * _LENGTH)
    return one, scale, squares, left


def _matrices(style: str, **sizes: Any) -> Draw:
    matrices = {"W": ("n", "n", style), "v": ("n", 1, "generic")}
    scalars = {"m": (0, 3), "gamma": (Rational(1, 4), Rational(3))}
    return Draw(
        "random", {"sizes": sizes or {"n": (1, 3)}, "matrices": matrices, "scalars": scalars}
    )


_FREE = _matrices("rational norm", n=(2, 3))

SPECTRAL_NORMALIZATION = Claim(
    id="spectral-normalization",
    kind=Kind.BOUND,
    title="Divided by its norm, W leaves gamma; divided by an estimate, it leaves no less",
    says=(
        equal(_NORMALIZED, 1),
        equal(GAMMA * _NORMALIZED, GAMMA),
        at_most(_STRETCHED**2, (_NORM * _LENGTH) ** 2),
        at_least(_LEFT, 1),
    ),
    given=(
        Hypothesis("$W \\ne 0$", _NOT_ZERO),
        Hypothesis("the iteration does not start in the kernel of $W$", _SEEN),
    ),
    derive=_normalization,
    draws=(_FREE, _matrices("rational norm", n=(1, 1))),
    mutants=(
        Mutant("an estimate is enough: at most 1", at_most(_LEFT, 1), (_FREE,)),
        Mutant("one round of iteration finds the norm", equal(_LEFT, 1), (_FREE,)),
        Mutant("the scale becomes 1", equal(GAMMA * _NORMALIZED, 1)),
        Mutant(
            "divided by the Frobenius norm",
            equal(SpectralNorm(multiply(1 / FrobeniusNorm(W), W)), 1),
            (
                Draw(
                    "explicit",
                    {"values": {"n": 2, "W": Matrix([[3, 0], [0, 4]])}, "note": "two values"},
                ),
            ),
            (_NOT_ZERO,),
        ),
        Mutant(
            "normalized, the product keeps its size",
            equal(SpectralNorm(TRANSPORT), 1),
            (network("softsign", "orthogonal", **LONG_GAP),),
            (equal(_NORM, 1),),
        ),
    ),
    source=Source("miyato2018", "Section 2.1 and Algorithm 1"),
    chapter=CHAPTER,
)

_lam = Symbol("lambda", positive=True)
_here, _zero, _least = (Symbol(name, real=True) for name in ("ell", "ell_0", "ell_*"))
_SQUARE = FrobeniusNorm(W) ** 2
_BETTER = at_most(_here + _lam * _SQUARE / 2, _zero)
_BELOW = at_most(_least, _here)
_BOUND = 2 * (_zero - _least) / _lam


def _decay() -> tuple[Derivation, ...]:
    given = (_BETTER, _BELOW)
    half = Derivation(_lam * _SQUARE / 2, given=given)
    half = half.then(MOVED_OVER, half.end, _zero - _here)
    half = half.then(MOVED_OVER, half.end, _zero - _least)
    chain = Derivation(_NORM**2, given=given).then(BELOW_FROBENIUS, _NORM**2, _SQUARE)
    return (chain.then(DIVIDED, _SQUARE, _BOUND, (half,)),)


def _weights(W: list[list[int]], decay: Any, here: Any, zero: Any, least: Any) -> Draw:
    matrix = Matrix(W)
    losses = {"ell": here, "ell_0": zero, "ell_*": least}
    values = {"n": matrix.rows, "W": matrix, "lambda": decay, "gamma": 1, **losses}
    return Draw("explicit", {"values": values, "note": "one matrix"})


_TIGHT = _weights([[3, 0], [0, 0]], 2, 0, 9, 0)

REGULARIZATION_BOUNDS = Claim(
    id="regularization-bounds",
    kind=Kind.BOUND,
    title="Weight decay bounds the norm of W by what the loss can lose, not by one",
    says=(at_most(_NORM**2, _BOUND),),
    given=(
        Hypothesis(
            "the decayed loss is no higher than at zero: "
            "$L(W) + \\tfrac{\\lambda}{2} \\lVert W \\rVert_F^2 \\le L(0)$",
            _BETTER,
            Witness("weights that training has not reached", _weights([[9]], 2, 0, 1, 0)),
        ),
        Hypothesis(
            "the loss has a lower bound, $\\ell_* \\le L(W)$",
            _BELOW,
            Witness("a loss that falls without end pays for W", _weights([[9]], 2, -100, 0, 0)),
        ),
    ),
    derive=_decay,
    draws=(
        Draw(
            "random",
            {
                "sizes": {"n": (1, 3)},
                "matrices": {"W": ("n", "n", "rational norm")},
                "scalars": {
                    "lambda": (Rational(1, 20), Rational(1)),
                    "ell": (Rational(-1), Rational(3)),
                    "ell_0": (Rational(3), Rational(9)),
                    "ell_*": (Rational(-3), Rational(-1)),
                },
            },
        ),
        _TIGHT,
    ),
    mutants=(
        Mutant("decay gives a scale below 1", less(SCALE, 1), (_TIGHT,)),
        Mutant("without the factor two", at_most(_NORM**2, _BOUND / 2)),
        Mutant("the decay squared", at_most(_NORM**2, _BOUND / _lam), (_TIGHT,)),
        Mutant(
            "the loss at zero alone",
            at_most(_NORM**2, 2 * _zero / _lam),
            (_weights([[3]], 2, -9, 0, -9),),
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
