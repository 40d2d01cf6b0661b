"""What the spectral radius of one fixed matrix decides about its powers."""

from typing import Any

from sympy import Abs, Determinant, Identity, Inverse, Matrix, MatrixSymbol, Rational, Trace

from rnnmath.claim import Claim, Draw, Hypothesis, Kind, Mutant, Source, Witness
from rnnmath.symbolic.bounds.rules import POWER, SUBMULTIPLICATIVE
from rnnmath.symbolic.derivation import Derivation, Relation, Statement
from rnnmath.symbolic.derivation.order import EQUIVALENT, shown, supposed
from rnnmath.symbolic.derivation.reasoning import induction
from rnnmath.symbolic.norms import SpectralNorm, SpectralRadius
from rnnmath.symbolic.notation import n, time
from rnnmath.symbolic.quantities.growth import GrowthRate
from rnnmath.symbolic.tidy import multiply
from rnnmath.theory.eigenvalue_intuition.explicit_rules import (
    ENTRY_BELOW_NORM,
    MULTIPLIED,
    NEXT_POWER,
    TRIANGULAR,
    written,
)
from rnnmath.theory.eigenvalue_intuition.objects import (
    CHAPTER,
    COUNT,
    J,
    c,
    compare,
    equal,
    power,
)
from rnnmath.theory.eigenvalue_intuition.powers import similar_power
from rnnmath.theory.eigenvalue_intuition.rate_rules import (
    FIRST_ROOT,
    RADIUS_BELOW_NORM,
    ROOT_BELOW,
    ROOTS,
    SPECTRAL_MAPPING,
    SPLIT_POWER,
    TRACE_BELOW,
    shrinking_basis,
)

__all__ = ["EIGEN_REGIMES", "radius_below_rate"]

EQUAL, LESS, IFF = Relation.EQUAL, Relation.LESS, Relation.IFF

_RADIUS, _RATE = SpectralRadius(J), GrowthRate(J)
_POWER = power(J, COUNT)
_NORM = SpectralNorm(_POWER)
_PERIOD, _REST = time("q"), time("r")
_LONG = SpectralNorm(power(J, _PERIOD * COUNT + _REST))
_WHOLE = SpectralNorm(power(J, _PERIOD)) ** COUNT
_ONES = written([1, 1], [0, 1])
_SHEARED = written([1, COUNT], [0, 1])
_SHRINKS, _SLOW = compare(_RADIUS, "<", c), compare(_RATE, "<", c)


def _radius_of_power(given: tuple[Statement, ...] = ()) -> Derivation:
    chain = Derivation(_RADIUS**COUNT, given=given)
    chain = chain.then(SPECTRAL_MAPPING, chain.end, SpectralRadius(_POWER))
    return chain.then(RADIUS_BELOW_NORM, chain.end, _NORM)


def radius_below_rate(given: tuple[Statement, ...] = ()) -> Derivation:
    """Derive ``rho(J) <= lim ‖J^m‖^(1/m)``.

    Examples
    --------
    >>> print(radius_below_rate().statement)
    rho(J) <= lim ||J**m||**(1/m)
    """
    premise = _radius_of_power(given)
    return Derivation(_RADIUS, given=given).then(ROOT_BELOW, _RADIUS, _RATE, (premise,))


def _periods() -> Derivation:
    chain = Derivation(_LONG)
    split = SpectralNorm(power(J, _PERIOD * COUNT)) * SpectralNorm(power(J, _REST))
    chain = chain.then(SPLIT_POWER, chain.end, split)
    return chain.then(POWER, SpectralNorm(power(J, _PERIOD * COUNT)), _WHOLE)


def _trace() -> Derivation:
    chain = Derivation(_TRACE).then(TRACE_BELOW, _TRACE, n * SpectralRadius(_POWER))
    return chain.then(SPECTRAL_MAPPING, SpectralRadius(_POWER), _RADIUS**COUNT)


def _rate_below() -> Derivation:
    """Derive ``lim < c`` from ``rho(J) < c``: in some basis already ``‖J‖ < c``."""
    T = MatrixSymbol("T", n, n)
    back = Inverse(T)
    theorem, fact = shrinking_basis(J, T, c)
    given = (_SHRINKS, fact)
    inner = multiply(back, J, T)
    apart = similar_power(back, J, given)
    outside = multiply(T, apart.start, back)
    around = Derivation(outside, given=given).then(shown(EQUAL), apart.start, apart.end, (apart,))
    steps = Derivation(_NORM, given=given).then(shown(EQUAL), _POWER, outside, (around,))
    norms = SpectralNorm(T) * SpectralNorm(apart.start) * SpectralNorm(back)
    steps = steps.then(SUBMULTIPLICATIVE, steps.end, norms)
    chain = Derivation(_RATE, given=given).then(ROOTS, _RATE, GrowthRate(inner), (steps,))
    chain = chain.then(FIRST_ROOT, chain.end, SpectralNorm(inner))
    chain = chain.then(supposed(LESS), chain.end, c)
    known = Derivation(_RADIUS, given=(_SHRINKS,)).then(supposed(LESS), _RADIUS, c)
    return Derivation(_RATE, given=(_SHRINKS,)).then(theorem, _RATE, c, (known, chain))


def _gelfand() -> Derivation:
    back = radius_below_rate((_SLOW,)).then(supposed(LESS), _RATE, c)
    return Derivation(_SHRINKS).then(EQUIVALENT, _SHRINKS, _SLOW, (_rate_below(), back))


def _shear() -> Derivation:
    """Derive the powers of the shear by induction on m."""
    start = power(_ONES, COUNT)
    base = Derivation(Identity(2)).then(MULTIPLIED, Identity(2), written([1, 0], [0, 1]))
    later = {COUNT: COUNT + 1}
    onward = Derivation(start.xreplace(later), given=(equal(start, _SHEARED),))
    onward = onward.then(NEXT_POWER, onward.end, _SHEARED.xreplace(later))
    return Derivation(start).then(induction(COUNT, 0), start, _SHEARED, (base, onward))


def _shear_grows() -> Derivation:
    chain = Derivation(COUNT).then(ENTRY_BELOW_NORM, COUNT, SpectralNorm(_SHEARED))
    return chain.then(shown(EQUAL), _SHEARED, power(_ONES, COUNT), (_shear(),))


def _shear_radius() -> Derivation:
    start = SpectralRadius(_ONES)
    return Derivation(start).then(TRIANGULAR, start, 1)


_TRACE = Abs(Trace(_POWER))
_EXPONENTS = {"m": (1, 5), "q": (1, 3), "r": (1, 2), "c": (Rational(103, 401), Rational(3))}


def _drawn(style: str, low: int = 2, high: int = 3) -> Draw:
    matrices = {"J": ("n", "n", style)}
    options = {"sizes": {"n": (low, high)}, "matrices": matrices, "scalars": _EXPONENTS}
    return Draw("random", options)


def _given(matrix: Any, m: int, **more: Any) -> Draw:
    values = {"J": Matrix(matrix), "n": 2, "m": m, "q": 2, "r": 1, "c": 1, **more}
    return Draw("explicit", {"values": values})


_HALF_TURN = [[0, -1], [1, 0]]
_EYE, _SHEAR, _NILPOTENT = [[1, 0], [0, 1]], [[1, 1], [0, 1]], [[0, 2], [0, 0]]
_TRANSIENT = [[Rational(9, 10), 1], [0, Rational(9, 10)]]
_A, _B = MatrixSymbol("A", n, n), MatrixSymbol("B", n, n)
_GROWN = compare(_NORM, ">", 1)

EIGEN_REGIMES = Claim(
    id="eigen-regimes",
    kind=Kind.LIMIT,
    title="The spectral radius of a fixed matrix decides whether its powers vanish or grow",
    says=(
        compare(_RADIUS**COUNT, "<=", _NORM),
        compare(_LONG, "<=", _WHOLE * SpectralNorm(power(J, _REST))),
        compare(_TRACE, "<=", n * _RADIUS**COUNT),
        Statement(_SHRINKS, IFF, _SLOW),
        equal(SpectralRadius(_ONES), 1),
        equal(power(_ONES, COUNT), _SHEARED),
        compare(COUNT, "<=", SpectralNorm(power(_ONES, COUNT))),
    ),
    given=(
        Hypothesis(
            "every step has the same $J$",
            witness=Witness(
                "two nilpotent matrices in turn: both radii are $0$, that of the product is $4$",
                Draw(
                    "explicit",
                    {
                        "values": {
                            "n": 2,
                            "A": Matrix(_NILPOTENT),
                            "B": Matrix(_NILPOTENT).T,
                        }
                    },
                ),
                compare(SpectralRadius(_A * _B), "<=", SpectralRadius(_A) * SpectralRadius(_B)),
            ),
        ),
    ),
    derive=lambda: (
        _radius_of_power(),
        _periods(),
        _trace(),
        _gelfand(),
        _shear_radius(),
        _shear(),
        _shear_grows(),
    ),
    draws=(
        _drawn("generic"),
        _drawn("normal"),
        _drawn("generic", 1, 1),
        _given(_EYE, 5),
        _given(_SHEAR, 5),
        _given(_NILPOTENT, 3),
        _given(_HALF_TURN, 4),
        _given(_TRANSIENT, 9),
        _given(_TRANSIENT, 40),
    ),
    mutants=(
        Mutant(
            "the norm of one step decides",
            Statement(compare(SpectralNorm(J), "<", c), IFF, _SLOW),
            (_given(_NILPOTENT, 2),),
        ),
        Mutant(
            "a radius of 1 gives growth",
            _GROWN,
            (_given(_EYE, 5),),
            (compare(_RADIUS, ">=", 1),),
        ),
        Mutant(
            "a radius of 1 keeps the powers bounded by the norm of the first",
            compare(_NORM, "<=", SpectralNorm(J)),
            (_given(_SHEAR, 5),),
            (compare(_RADIUS, "<=", 1),),
        ),
        Mutant(
            "a norm above 1 gives growth",
            _GROWN,
            (_given(_NILPOTENT, 2),),
            (compare(SpectralNorm(J), ">", 1),),
        ),
        Mutant(
            "a norm above 1 gives a rate above 1",
            compare(_RATE, ">", 1),
            (_given(_TRANSIENT, 2),),
            (compare(SpectralNorm(J), ">", 1),),
        ),
        Mutant(
            "a determinant below 1 gives a rate below 1",
            compare(_RATE, "<", 1),
            (_given([[2, 0], [0, Rational(1, 4)]], 2),),
            (compare(Abs(Determinant(J)), "<", 1),),
        ),
        Mutant(
            "one large power certifies a radius above 1",
            compare(_RADIUS, ">", 1),
            (_given(_TRANSIENT, 9),),
            (_GROWN,),
        ),
        Mutant(
            "a small trace certifies a radius of at most 1",
            compare(_RADIUS, "<=", 1),
            (_given([[2, 0], [0, -2]], 1),),
            (compare(_TRACE, "<=", n),),
        ),
        Mutant("the trace without n", compare(_TRACE, "<=", _RADIUS**COUNT)),
        Mutant("the norm of a power is a power of the radius", equal(_NORM, _RADIUS**COUNT)),
        Mutant("one period too many", compare(_LONG, "<=", _WHOLE)),
    ),
    source=Source("horn2012", "Corollary 5.6.14"),
    chapter=CHAPTER,
    formal="spectrum.pow_nnnorm_pow_one_div_tendsto_nhds_spectralRadius",
)
