"""One step through saturated units: strictly below gamma times the norm of W."""

from typing import Any

from sympy import Integer, Matrix, Rational

from rnnmath.claim import DERIVED_HERE, Claim, Hypothesis, Kind, Mutant, Witness, cite
from rnnmath.symbolic.bounds.rules import DIAGONAL, SUBMULTIPLICATIVE
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Step
from rnnmath.symbolic.norms import MaxAbs, MinAbs, SpectralNorm, SpectralRadius
from rnnmath.symbolic.notation import TotalDerivative, W, h, t
from rnnmath.theory.cases import known_less
from rnnmath.theory.local_jacobian import LOCAL_JACOBIAN
from rnnmath.theory.norm_bound.objects import GAMMA, SCALE, at_most, explicit, network
from rnnmath.theory.program import slope_matrix, step_matrix
from rnnmath.theory.vanishing.activation_choice.objects import CHAPTER, less

__all__ = ["SATURATED_STEP"]

_JACOBIAN = TotalDerivative(h[t], h[t - 1])
_SIZE, _NORM = SpectralNorm(_JACOBIAN), SpectralNorm(W)
_SLOPES = slope_matrix(t).args[0]
_LARGEST = MaxAbs(_SLOPES)
_FLAT, _NOT_ZERO = less(_LARGEST, GAMMA), less(0, _NORM)


def _times_positive(focus: Any, result: Any, step: Step) -> bool:
    """``x z < y z`` where ``x < y`` and ``0 < z`` are known."""
    return any(
        known_less(focus / factor, result / factor, step) and known_less(0, factor, step)
        for factor in focus.args
        if factor in result.args
    )


_TIMES_POSITIVE = Rule(
    "times a positive number",
    r"x \lt y, \; z \gt 0 \implies x z \lt y z",
    Relation.LESS,
    _times_positive,
)


def _chains() -> tuple[Derivation, ...]:
    chain = Derivation(_SIZE, given=(_FLAT, _NOT_ZERO))
    chain = chain.then(cite(LOCAL_JACOBIAN), _JACOBIAN, step_matrix(t))
    norm = SpectralNorm(slope_matrix(t))
    chain = chain.then(SUBMULTIPLICATIVE, chain.end, norm * _NORM)
    chain = chain.then(DIAGONAL, norm, _LARGEST)
    return chain, chain.then(_TIMES_POSITIVE, chain.end, SCALE)


_WITH: dict[str, Any] = {"sizes": {"n": (1, 3)}, "times": ("t",), "first": 1}
_TALL: dict[str, Any] = {**_WITH, "sizes": {"n": (2, 3)}}


def _half_saturated(W: Any, *bias: Any) -> Any:
    """Return one softsign step from ``h_0 = (1, ..., 1)``."""
    return explicit(W, 1, "softsign", 1, b=Matrix(bias), values={"t": 1})


_TWO = Matrix([[2, 0], [0, 1]])
_ONE_SATURATED = _half_saturated(_TWO, -2, 99)

SATURATED_STEP = Claim(
    id="saturated-step",
    kind=Kind.BOUND,
    title="If every unit is flatter than gamma, a step stays below gamma times the norm of W",
    says=(at_most(_SIZE, _LARGEST * _NORM), less(_SIZE, SCALE)),
    given=(
        Hypothesis(
            "every unit is flatter than $\\gamma$; for tanh, the logistic function and softsign "
            "that is: no pre-activation is zero",
            _FLAT,
            Witness("the first of two units sits at zero, and W stretches it most", _ONE_SATURATED),
        ),
        Hypothesis(
            "$W \\ne 0$",
            _NOT_ZERO,
            Witness("zero is not below zero", _half_saturated(Matrix([[0, 0], [0, 0]]), 1, 1)),
        ),
    ),
    derive=_chains,
    draws=(
        network("softsign", "rational norm", **_WITH),
        _half_saturated(Matrix([[3]]), Rational(1, 2)),
    ),
    mutants=(
        Mutant(
            "one saturated unit lowers the norm",
            less(_SIZE, SCALE),
            (_ONE_SATURATED,),
            (less(MinAbs(_SLOPES), GAMMA), _NOT_ZERO),
        ),
        Mutant(
            "the flattest unit counts",
            at_most(_SIZE, MinAbs(_SLOPES) * _NORM),
            (network("softsign", "rational norm", **_TALL),),
        ),
        Mutant(
            "lowered to half at least",
            less(_SIZE, SCALE / 2),
            (_half_saturated(Matrix([[3]]), Rational(-29, 10)),),
        ),
        Mutant(
            "the spectral radius of W",
            at_most(_SIZE, _LARGEST * SpectralRadius(W)),
            (network("softsign", "generic", **_TALL),),
        ),
        Mutant("lowered below one", less(_SIZE, Integer(1))),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
