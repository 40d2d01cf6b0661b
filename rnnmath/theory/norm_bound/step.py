"""What one step can do at most: a product of norms, and gamma for the slopes."""

from sympy import (
    Abs,
    Identity,
    Integer,
    OneMatrix,
    Rational,
    Symbol,
)

from rnnmath.claim import Claim, Kind, Mutant, Source, cite
from rnnmath.symbolic.bounds.rules import DIAGONAL, SCALAR, activation_supremum
from rnnmath.symbolic.bounds.rules import STRETCH as STRETCH_RULE
from rnnmath.symbolic.bounds.rules import SUBMULTIPLICATIVE as SUBMULTIPLICATIVE_RULE
from rnnmath.symbolic.derivation import Derivation, Relation, Statement
from rnnmath.symbolic.derivation.quadratic import INNER_PRODUCT, LENGTH
from rnnmath.symbolic.nodes import Elementwise, InnerProduct
from rnnmath.symbolic.norms import (
    MaxAbs,
    MinAbs,
    SpectralNorm,
    SpectralRadius,
    VectorNorm,
)
from rnnmath.symbolic.notation import TotalDerivative, W, f_prime, h, n, t
from rnnmath.symbolic.tidy import diag, multiply
from rnnmath.theory.constant_slopes import CONSTANT_SLOPES
from rnnmath.theory.local_jacobian import LOCAL_JACOBIAN
from rnnmath.theory.norm_bound.objects import (
    CHAPTER,
    FINITE,
    GAMMA,
    SCALE,
    at_most,
    equal,
    network,
    v,
)
from rnnmath.theory.program import slope_matrix, step_matrix

__all__ = ["STEP_BOUND"]

EQUAL, IFF = Relation.EQUAL, Relation.IFF

_ONE_STEP = TotalDerivative(h[t], h[t - 1])
_JACOBIAN, _SLOPES = step_matrix(t), slope_matrix(t)
_SIZE = SpectralNorm(_ONE_STEP)
_SPLIT = SpectralNorm(_SLOPES) * SpectralNorm(W)
_IMAGE = multiply(W, v)
_STRETCHED = VectorNorm(multiply(_SLOPES, _IMAGE))
_THROUGH = SpectralNorm(_SLOPES) * VectorNorm(_IMAGE)
_GAP = GAMMA**2 * Identity(n) - _SLOPES**2
_SQUARES = GAMMA**2 * VectorNorm(_IMAGE) ** 2 - _STRETCHED**2
_u = Symbol("u", real=True)
_SAME = diag(Elementwise(f_prime, multiply(_u, OneMatrix(n, 1))))


def _to_slopes(chain: Derivation) -> Derivation:
    """Go on from the norm of the slope matrix to gamma."""
    largest = MaxAbs(_SLOPES.args[0])
    chain = chain.then(DIAGONAL, SpectralNorm(_SLOPES), largest)
    return chain.then(activation_supremum({}), largest, GAMMA)


def _gap_of_squares() -> Derivation:
    """Write both squares as inner products of W v with its image."""
    image = multiply(_SLOPES, _IMAGE)
    chain = Derivation(_SQUARES)
    chain = chain.then(LENGTH, VectorNorm(_IMAGE) ** 2, InnerProduct(_IMAGE, _IMAGE))
    chain = chain.then(LENGTH, _STRETCHED**2, InnerProduct(image, image))
    return chain.then(INNER_PRODUCT, chain.end, InnerProduct(_IMAGE, multiply(_GAP, _IMAGE)))


def _step_bound() -> tuple[Derivation, ...]:
    norms = Derivation(_SIZE).then(cite(LOCAL_JACOBIAN), _ONE_STEP, _JACOBIAN)
    norms = norms.then(SUBMULTIPLICATIVE_RULE, norms.end, _SPLIT)
    column = Derivation(_STRETCHED**2).then(STRETCH_RULE, _STRETCHED, _THROUGH)
    same = Derivation(SpectralNorm(multiply(_SAME, W)))
    same = same.then(CONSTANT_SLOPES, _SAME, multiply(f_prime(_u), Identity(n)))
    return (
        norms,
        _to_slopes(norms),
        _gap_of_squares(),
        _to_slopes(column),
        same.then(SCALAR, same.end, Abs(f_prime(_u)) * SpectralNorm(W)),
    )


_TALL = {"n": (2, 3)}
_WITH = {
    "sizes": _TALL,
    "times": ("t",),
    "first": 1,
    "matrices": {"v": ("n", 1, "generic")},
    "scalars": {"u": (Rational(-3), Rational(3))},
}
_STEEP = (Statement(GAMMA, Relation.GREATER, Integer(1)),)

STEP_BOUND = Claim(
    id="step-bound",
    kind=Kind.BOUND,
    title="One step stretches by at most its steepest slope times the norm of W",
    says=(
        at_most(_SIZE, _SPLIT),
        at_most(_SIZE, SCALE),
        equal(_SQUARES, InnerProduct(_IMAGE, multiply(_GAP, _IMAGE))),
        at_most(_STRETCHED**2, GAMMA**2 * VectorNorm(_IMAGE) ** 2),
        equal(SpectralNorm(multiply(_SAME, W)), Abs(f_prime(_u)) * SpectralNorm(W)),
    ),
    given=(FINITE,),
    derive=_step_bound,
    draws=(
        network("softsign", "rational norm", **_WITH),
        network("leaky", "rational norm", **_WITH),
        network("linear", "orthogonal multiple", **_WITH),
        network("relu", "rational norm", **_WITH),
    ),
    mutants=(
        Mutant("always equal", equal(_SIZE, SCALE)),
        Mutant(
            "gamma left out",
            at_most(_SIZE, SpectralNorm(W)),
            (network("linear", "orthogonal multiple", **_WITH),),
            _STEEP,
        ),
        Mutant("the smallest slope", at_most(_SIZE, MinAbs(_SLOPES.args[0]) * SpectralNorm(W))),
        Mutant(
            "the spectral radius of W",
            at_most(_SIZE, GAMMA * SpectralRadius(W)),
            (network("linear", "generic", **_WITH),),
        ),
    ),
    source=Source("pascanu2013", "Eq. (6)"),
    chapter=CHAPTER,
)
