"""A fixed matrix whose eigenvalues are below 1 and whose powers still grow for a while."""

from typing import Any

from sympy import Identity, Integer, Rational, sqrt

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant, Witness
from rnnmath.symbolic.derivation import Derivation, Relation, Statement
from rnnmath.symbolic.derivation.order import ARITHMETIC, shown, supposed
from rnnmath.symbolic.derivation.reasoning import induction
from rnnmath.symbolic.norms import LargestEigenvalue, SpectralNorm, SpectralRadius
from rnnmath.symbolic.tidy import multiply, transpose
from rnnmath.theory.eigenvalue_intuition.explicit_rules import (
    LARGER_ROOT,
    MULTIPLIED,
    NEXT_POWER,
    TRIANGULAR,
    written,
)
from rnnmath.theory.eigenvalue_intuition.objects import CHAPTER, COUNT, compare, equal, power
from rnnmath.theory.eigenvalue_intuition.sequence_rules import (
    REWRITTEN,
    ROOT_STEP,
    below,
    enclosed,
    from_here_on,
    instance,
    until,
)
from rnnmath.theory.spectral_norm.definition import EIGENVALUE

__all__ = ["LEANING", "NONNORMAL_TRANSIENT", "PEAK"]

EQUAL, LESS, IFF = Relation.EQUAL, Relation.LESS, Relation.IFF

_RATIO = Rational(9, 10)
#: The matrix: both eigenvalues are 9/10, and it has one eigenvector only.
LEANING = written([_RATIO, 1], [0, _RATIO])
PEAK, _LAST = Integer(9), Integer(34)
_WRITTEN = written([_RATIO**COUNT, COUNT * _RATIO ** (COUNT - 1)], [0, _RATIO**COUNT])
_POWER = power(LEANING, COUNT)
_NORM = SpectralNorm(_POWER)
_LATER = {COUNT: COUNT + 1}
_NEXT = SpectralNorm(power(LEANING, COUNT + 1))
_ROOT = sqrt(COUNT**2 + Rational(81, 25))
_SIZE = Rational(5, 9) * _RATIO**COUNT * (COUNT + _ROOT)
_TOP = SpectralNorm(power(LEANING, PEAK))


def _written() -> Derivation:
    """Derive the powers, entry by entry, by induction on m."""
    base = Derivation(Identity(2)).then(MULTIPLIED, Identity(2), _WRITTEN.xreplace({COUNT: 0}))
    onward = Derivation(_POWER.xreplace(_LATER), given=(equal(_POWER, _WRITTEN),))
    onward = onward.then(NEXT_POWER, onward.end, _WRITTEN.xreplace(_LATER))
    return Derivation(_POWER).then(induction(COUNT, 0), _POWER, _WRITTEN, (base, onward))


def _closed() -> Derivation:
    """Derive ``‖J^m‖ = (5/9) (9/10)^m (m + sqrt(m^2 + 81/25))``."""
    chain = Derivation(_NORM).then(shown(EQUAL), _POWER, _WRITTEN, (_written(),))
    gram = multiply(transpose(_WRITTEN), _WRITTEN)
    chain = chain.then(EIGENVALUE, chain.end, sqrt(LargestEigenvalue(gram)))
    product = transpose(_WRITTEN) * _WRITTEN
    chain = chain.then(MULTIPLIED, gram, product)
    return chain.then(LARGER_ROOT, LargestEigenvalue(product), _SIZE**2)


def _closed_at(count: Any) -> Derivation:
    put = {COUNT: count}
    start = _NORM.xreplace(put)
    return Derivation(start).then(instance(COUNT, count), start, _SIZE.xreplace(put), (_closed(),))


def _falls(first: Any) -> Derivation:
    """Derive ``‖J^(m+1)‖ < ‖J^m‖`` in closed form, where m is at least ``first`` and 9."""
    given = (compare(first, "<=", COUNT),)
    chain = Derivation(_SIZE.xreplace(_LATER), given=given)
    after = sqrt((COUNT + 1) ** 2 + Rational(81, 25))
    scale = Rational(5, 9) * _RATIO**COUNT
    chain = chain.then(ARITHMETIC, chain.end, scale * (_RATIO * (COUNT + 1 + after)))
    chain = chain.then(ROOT_STEP, after, 1 + _ROOT)
    inner = _RATIO * (COUNT + 2 + _ROOT)
    return chain.then(below(_ROOT, COUNT), inner, COUNT + _ROOT)


def _radius() -> Derivation:
    start = SpectralRadius(LEANING)
    return Derivation(start).then(TRIANGULAR, start, _RATIO)


def _above_one() -> Derivation:
    """Derive that the norm is above 1 exactly for m = 1..34."""
    given, start = (_STARTED,), compare(_NORM, ">", 1)
    closed = compare(_SIZE, ">", 1)
    chain = Derivation(start, given=given).then(REWRITTEN, start, closed, (_closed(),))
    first = _LAST + 1
    later = (compare(first, "<=", COUNT),)
    base = Derivation(_SIZE.xreplace({COUNT: first}), given=later)
    base = base.then(enclosed(LESS), base.end, Integer(1))
    known = (*later, compare(_SIZE, "<", 1))
    onward = Derivation(_SIZE.xreplace(_LATER), given=known)
    onward = onward.then(shown(LESS), onward.end, _SIZE, (_falls(first),))
    onward = onward.then(supposed(LESS), _SIZE, Integer(1))
    tail = Derivation(_SIZE, given=later)
    tail = tail.then(induction(COUNT, first, LESS), _SIZE, Integer(1), (base, onward))
    return chain.then(until(COUNT, 1), closed, compare(COUNT, "<=", _LAST), (tail,))


def _peak() -> tuple[Derivation, Derivation]:
    """Derive that the norm rises exactly up to m = 9, and falls exactly from there on."""
    premises, tail = (_closed_at(COUNT + 1), _closed()), (_falls(PEAK),)
    proofs = []
    for sign, rule, where in (
        (">", until(COUNT, 1), compare(COUNT, "<=", PEAK - 1)),
        ("<", from_here_on(COUNT, 1), compare(PEAK, "<=", COUNT)),
    ):
        start = compare(_NEXT, sign, _NORM)
        closed = compare(_SIZE.xreplace(_LATER), sign, _SIZE)
        chain = Derivation(start, given=(_STARTED,)).then(REWRITTEN, start, closed, premises)
        proofs.append(chain.then(rule, closed, where, tail))
    rising, falling = proofs
    return rising, falling


def _height(low: Any, high: Any) -> tuple[Derivation, Derivation]:
    closed = _closed_at(PEAK)
    up = Derivation(low).then(enclosed(LESS), low, closed.end)
    down = Derivation(_TOP).then(shown(EQUAL), _TOP, closed.end, (closed,))
    return (
        up.then(shown(EQUAL), closed.end, _TOP, (closed,)),
        down.then(enclosed(LESS), closed.end, high),
    )


_STARTED = compare(1, "<=", COUNT)
_LOW, _HIGH = Rational(39125, 10**4), Rational(39127, 10**4)


def _above(limit: int) -> Statement:
    return Statement(compare(_NORM, ">", 1), IFF, compare(COUNT, "<=", limit))


def _rising(last: int) -> Statement:
    return Statement(compare(_NEXT, ">", _NORM), IFF, compare(COUNT, "<=", last))


def _falling(first: int) -> Statement:
    return Statement(compare(_NEXT, "<", _NORM), IFF, compare(first, "<=", COUNT))


def _at(m: int) -> Draw:
    return Draw("explicit", {"values": {"m": m}, "note": f"m = {m}"})


NONNORMAL_TRANSIENT = Claim(
    id="nonnormal-transient",
    kind=Kind.WITNESS,
    title="Eigenvalues below 1 allow powers that grow before they vanish",
    says=(
        equal(SpectralRadius(LEANING), _RATIO),
        equal(_POWER, _WRITTEN),
        _above(34),
        _rising(8),
        _falling(9),
        compare(_LOW, "<", _TOP),
        compare(_TOP, "<", _HIGH),
    ),
    given=(
        Hypothesis(
            "$m \\ge 1$",
            _STARTED,
            Witness(
                "no step at all is the identity, whose norm is not above $1$",
                _at(0),
                _above(34),
            ),
        ),
    ),
    derive=lambda: (_radius(), _written(), _above_one(), *_peak(), *_height(_LOW, _HIGH)),
    draws=(
        *(_at(m) for m in range(1, 41)),
        Draw("random", {"scalars": {"m": (41, 200)}}),
    ),
    mutants=(
        Mutant("a radius below 1 keeps every power at most 1", compare(_NORM, "<=", 1)),
        Mutant("m = 35 is above 1 too", _above(35)),
        Mutant("m = 34 is not above 1", _above(33)),
        Mutant("the peak is at 10", _falling(10)),
        Mutant("the peak is at 8", _falling(8)),
        Mutant("the powers rise up to 10", _rising(9)),
        Mutant("the powers fall from the start", compare(_NEXT, "<", _NORM)),
        Mutant("the peak is above 3.92", compare(Rational(392, 100), "<", _TOP)),
        Mutant(
            "the power of the radius beside the diagonal",
            equal(_POWER, written([_RATIO**COUNT, COUNT * _RATIO**COUNT], [0, _RATIO**COUNT])),
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
