"""A matrix whose powers pass a level, come back above it, and only then stay below."""

from sympy import Identity, Integer, Lambda, Rational, sqrt

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant, Witness
from rnnmath.symbolic.bounds.rules import IDENTITY, SCALAR
from rnnmath.symbolic.derivation import Derivation, Relation
from rnnmath.symbolic.norms import LargestEigenvalue, SpectralNorm, SpectralRadius
from rnnmath.symbolic.notation import T, time
from rnnmath.symbolic.quantities.horizon import FirstBelow, Horizon
from rnnmath.symbolic.tidy import multiply, transpose
from rnnmath.theory.eigenvalue_intuition.explicit_rules import LARGER_ROOT, MULTIPLIED, written
from rnnmath.theory.eigenvalue_intuition.objects import power
from rnnmath.theory.long_term.objects import CHAPTER, GAP
from rnnmath.theory.long_term.rules import SCALAR_SQUARE, TWO_IN_TURN
from rnnmath.theory.norm_bound.objects import at_most, equal
from rnnmath.theory.spectral_norm.definition import EIGENVALUE

__all__ = ["FIRST_IS_NOT_LAST", "LEVEL", "RETURNING"]

EQUAL = Relation.EQUAL

#: Two steps divide by four; one step doubles the second axis.
RETURNING = written([0, 2], [Rational(1, 8), 0])
LEVEL = Rational(3, 10)
_q, _QUARTER = time("q"), Rational(1, 4)
#: The even powers, as numbers: a quarter for each two steps.
_FALLEN = Integer(4) ** -_q
_EVEN, _ODD = power(RETURNING, 2 * _q), power(RETURNING, 2 * _q + 1)
_SEQUENCE = Lambda(GAP, SpectralNorm(power(RETURNING, GAP)))
_FIRST, _LAST = FirstBelow(_SEQUENCE, T, LEVEL), Horizon(_SEQUENCE, T, LEVEL)
_LONG = at_most(4, T)


def _square() -> Derivation:
    start = power(RETURNING, 2)
    return Derivation(start).then(MULTIPLIED, start, written([_QUARTER, 0], [0, _QUARTER]))


def _norm() -> Derivation:
    """Derive ``‖J‖ = 2``."""
    chain = Derivation(SpectralNorm(RETURNING))
    gram = multiply(transpose(RETURNING), RETURNING)
    chain = chain.then(EIGENVALUE, chain.end, sqrt(LargestEigenvalue(gram)))
    product = transpose(RETURNING) * RETURNING
    chain = chain.then(MULTIPLIED, gram, product)
    return chain.then(LARGER_ROOT, LargestEigenvalue(product), Integer(4))


def _even() -> Derivation:
    chain = Derivation(SpectralNorm(_EVEN))
    chain = chain.then(SCALAR_SQUARE, _EVEN, multiply(_FALLEN, Identity(2)), (_square(),))
    chain = chain.then(SCALAR, chain.end, _FALLEN * SpectralNorm(Identity(2)))
    return chain.then(IDENTITY, SpectralNorm(Identity(2)), Integer(1))


def _odd() -> Derivation:
    chain = Derivation(SpectralNorm(_ODD))
    chain = chain.then(SCALAR_SQUARE, _ODD, multiply(_FALLEN, RETURNING), (_square(),))
    size = SpectralNorm(RETURNING)
    chain = chain.then(SCALAR, chain.end, _FALLEN * size)
    proof = _norm()
    for step in proof.steps:
        chain = chain.then(step.rule, step.focus, step.result, step.premises)
    return chain


def _crossings() -> tuple[Derivation, ...]:
    premises, given = (_even(), _odd()), (_LONG,)
    return tuple(
        Derivation(node, given=given).then(TWO_IN_TURN, node, Integer(value), premises)
        for node, value in ((_FIRST, 2), (_LAST, 4))
    )


def _steps(count: int, q: int = 1) -> Draw:
    return Draw("explicit", {"values": {"T": count, "q": q}, "note": f"{count} steps"})


FIRST_IS_NOT_LAST = Claim(
    id="first-is-not-last",
    kind=Kind.WITNESS,
    title="The norms of powers can pass a level twice: the first crossing is not the last",
    says=(
        equal(SpectralNorm(_EVEN), _FALLEN),
        equal(SpectralNorm(_ODD), 2 * _FALLEN),
        equal(_FIRST, 2),
        equal(_LAST, 4),
    ),
    given=(
        Hypothesis(
            "$4 \\le T$",
            _LONG,
            Witness("after two steps the return is not seen yet", _steps(2), equal(_LAST, 4)),
        ),
    ),
    derive=lambda: (_even(), _odd(), *_crossings()),
    draws=tuple(_steps(count, q) for count, q in ((4, 0), (5, 1), (6, 2), (9, 3), (20, 7))),
    mutants=(
        Mutant("the last crossing is the first", equal(_LAST, _FIRST)),
        Mutant("the last crossing is at 3", equal(_LAST, 3)),
        Mutant("the last crossing is at 5", equal(_LAST, 5)),
        Mutant("the first crossing is at 1", equal(_FIRST, 1)),
        Mutant("the odd powers are no larger", equal(SpectralNorm(_ODD), _FALLEN)),
        Mutant(
            "the norms are powers of the radius",
            equal(SpectralNorm(_ODD), SpectralRadius(RETURNING) ** (2 * _q + 1)),
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
