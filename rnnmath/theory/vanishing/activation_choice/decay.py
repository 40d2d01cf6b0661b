"""Weight decay and clipping together: the norm of W is bounded whatever the gradients are."""

from typing import Any

from sympy import Abs, Matrix, MatrixSymbol, Min, Rational, Symbol

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant, Witness
from rnnmath.symbolic.bounds.rules import SCALAR, TRIANGLE
from rnnmath.symbolic.derivation import Derivation, Relation, Statement
from rnnmath.symbolic.derivation.order import ARITHMETIC, shown, supposed
from rnnmath.symbolic.derivation.reasoning import induction
from rnnmath.symbolic.norms import SpectralNorm
from rnnmath.symbolic.notation import n, time
from rnnmath.symbolic.quantities.clipping import Clip
from rnnmath.symbolic.quantities.decay import Decayed
from rnnmath.symbolic.tidy import multiply
from rnnmath.theory.cases import SMALLER
from rnnmath.theory.exploding.clip_proofs import LARGER_TIMES_SMALLER, as_share
from rnnmath.theory.exploding.objects import theta
from rnnmath.theory.exploding.steps import eta
from rnnmath.theory.norm_bound.objects import at_most
from rnnmath.theory.vanishing.activation_choice.decay_rules import (
    ABSOLUTE,
    BELOW_FROBENIUS,
    NO_STEP,
    WEIGHT_STEP,
)
from rnnmath.theory.vanishing.activation_choice.objects import CHAPTER, less

__all__ = ["DECAY_AND_CLIPPING"]

_AT_MOST, _EQUAL = Relation.AT_MOST, Relation.EQUAL
_m, _lam = time("m"), Symbol("lambda", positive=True)
_START = MatrixSymbol("W_0", n, n)
_WEIGHTS = Decayed(_START, "G", eta, _lam, theta, _m)
_SIZE = SpectralNorm(_WEIGHTS)
_KEPT = 1 - eta * _lam


def _bound(count: Any = _m, limit: Any = theta / _lam) -> Any:
    """Return ``(1 - η λ)^m ‖W_0‖ + (θ/λ) (1 - (1 - η λ)^m)``."""
    return _KEPT**count * SpectralNorm(_START) + limit * (1 - _KEPT**count)


_MILD = at_most(0, _KEPT)


def _cut(given: tuple[Statement, ...]) -> Derivation:
    """Derive that a clipped gradient has a spectral norm of at most θ."""
    clip = Clip(_WEIGHTS.gradient(_m), theta)
    share = as_share(clip)
    chain = Derivation(SpectralNorm(clip), given=given)
    chain = chain.then(shown(_EQUAL), clip, share.end, (share,))
    factor = share.end.as_coeff_matrices()[0]
    norm = SpectralNorm(clip.argument)
    chain = chain.then(SCALAR, chain.end, factor * norm)
    chain = chain.then(BELOW_FROBENIUS, norm, clip.length)
    smaller = clip.length * factor
    chain = chain.then(LARGER_TIMES_SMALLER, smaller, Min(theta, clip.length))
    return chain.then(SMALLER, chain.end, theta)


def _bounded() -> Derivation:
    given = (_MILD,)
    base = Derivation(SpectralNorm(_WEIGHTS.at(0)), given=given)
    base = base.then(NO_STEP, _WEIGHTS.at(0), _START)
    known = (*given, at_most(_SIZE, _bound()))
    later = _WEIGHTS.at(_m + 1)
    stepped = later.at(_m).stepped()
    kept, taken = multiply(_KEPT, _WEIGHTS), multiply(-eta, Clip(_WEIGHTS.gradient(_m), theta))
    onward = Derivation(SpectralNorm(later), given=known)
    onward = onward.then(WEIGHT_STEP, later, stepped)
    onward = onward.then(TRIANGLE, onward.end, SpectralNorm(kept) + SpectralNorm(taken))
    onward = onward.then(SCALAR, SpectralNorm(kept), Abs(_KEPT) * _SIZE)
    cut = SpectralNorm(Clip(_WEIGHTS.gradient(_m), theta))
    onward = onward.then(SCALAR, SpectralNorm(taken), eta * cut)
    onward = onward.then(shown(_AT_MOST), cut, theta, (_cut(known),))
    onward = onward.then(supposed(_AT_MOST), _SIZE, _bound())
    onward = onward.then(ABSOLUTE, Abs(_KEPT), _KEPT)
    onward = onward.then(ARITHMETIC, onward.end, _bound(_m + 1))
    whole = Derivation(_SIZE, given=given)
    return whole.then(induction(_m, 0, _AT_MOST), _SIZE, _bound(), (base, onward))


_STEPS = 5


def _training(size: int) -> Draw:
    """Return steps with gradients of rational length: multiples of orthogonal matrices."""
    scalars = {
        "eta": (Rational(1, 20), Rational(1)),
        "lambda": (Rational(1, 20), Rational(1)),
        "theta": (Rational(1, 4), Rational(4)),
        "m": (0, _STEPS),
    }
    options = {
        "sizes": {"n": (size, size)},
        "matrices": {"W_0": ("n", "n", "rational norm")},
        "sequences": {"G": (_STEPS, "n", "n", "orthogonal multiple")},
        "scalars": scalars,
    }
    return Draw("random", options)


def _one(weight: Any, gradients: list[Any], **numbers: Any) -> Draw:
    values = {"G": tuple(Matrix([gradient]) for gradient in gradients)}
    fixed = {"n": 1, "W_0": Matrix([weight]), "gamma": 1, "m": len(gradients)}
    return Draw("explicit", {"values": {**fixed, **values, **numbers}, "note": "one weight"})


_OUTWARD = _one(2, [-9] * 5, eta=Rational(1, 2), theta=3, **{"lambda": Rational(1, 4)})
_HARSH = _one(1, [0], eta=3, theta=1, **{"lambda": 1})

DECAY_AND_CLIPPING = Claim(
    id="decay-and-clipping",
    kind=Kind.BOUND,
    title="With decay and clipping the norm of W settles below theta over lambda, step by step",
    says=(at_most(_SIZE, _bound()),),
    given=(
        Hypothesis(
            "$\\theta, \\eta, \\lambda \\gt 0$ and $\\eta \\lambda \\le 1$: "
            "a step does not overshoot zero",
            _MILD,
            Witness("with $\\eta \\lambda = 3$ one step turns 1 into $-2$", _HARSH),
        ),
    ),
    derive=lambda: (_bounded(),),
    draws=(_training(1), _training(4), _OUTWARD),
    mutants=(
        Mutant("decay and clipping let nothing stay", at_most(_SIZE, _bound(limit=0))),
        Mutant("the threshold alone", at_most(_SIZE, _bound(limit=theta)), (_OUTWARD,)),
        Mutant("the length of a step alone", at_most(_SIZE, _bound(limit=eta * theta))),
        Mutant("one step of decay too many", at_most(_SIZE, _bound(_m + 1))),
        Mutant("a norm below 1", less(_SIZE, 1), (_OUTWARD,)),
        Mutant("it never grows", at_most(_SIZE, SpectralNorm(_START)), (_OUTWARD,)),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
