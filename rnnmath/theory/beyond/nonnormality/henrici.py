"""For every real matrix: how far from normal it is, and what that allows its powers to do."""

from typing import Any

from sympy import Integer, Rational, sqrt

from rnnmath.claim import Claim, Draw, Hypothesis, Kind, Mutant, Source
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement, Step
from rnnmath.symbolic.derivation.order import (
    BOTH_WAYS,
    EQUIVALENT,
    NONNEGATIVE,
    by_squares,
    supposed,
)
from rnnmath.symbolic.norms import FrobeniusNorm, MaxAbs, SpectralNorm, SpectralRadius
from rnnmath.symbolic.notation import n
from rnnmath.symbolic.quantities.nonnormality import Departure
from rnnmath.symbolic.tidy import same, transpose
from rnnmath.theory.beyond.nonnormality.objects import (
    CHAPTER,
    COMMUTATOR,
    FIXED,
    LEANING,
    binomial_bound,
    commutator_bound,
    eigenvalues,
    matrix_case,
    nilpotent_part,
    power_bound,
)
from rnnmath.theory.beyond.nonnormality.schur import HENRICI_SCHUR
from rnnmath.theory.eigenvalue_intuition.objects import COUNT, J, equal, power

__all__ = ["HENRICI", "HENRICI_UPPER", "OVER_THE_COMPLEX_NUMBERS"]

EQUAL, AT_MOST, IFF = Relation.EQUAL, Relation.AT_MOST, Relation.IFF

_DEPARTURE, _RADIUS, _SIZE = Departure(J), SpectralRadius(J), FrobeniusNorm(J)
_COMMUTATOR = FrobeniusNorm(COMMUTATOR)
_ABOVE = FrobeniusNorm(nilpotent_part)
_FACTOR = sqrt((n**3 - n) / 12)
#: Each statement in the real triangular form, and the same of a matrix with any eigenvalues.
_ALIKE = (
    (commutator_bound(J, _ABOVE), commutator_bound(J, _DEPARTURE)),
    (power_bound(J, MaxAbs(eigenvalues), _ABOVE), power_bound(J, _RADIUS, _DEPARTURE)),
)


def _complex(focus: Any, result: Any, _: Step) -> bool:
    """Read a statement that is proven in the triangular form, with a unitary Q and complex l."""
    return any(
        proven in HENRICI_SCHUR.says and same(focus, general.lhs) and same(result, general.rhs)
        for proven, general in _ALIKE
    )


def _henrici(focus: Any, result: Any, _: Step) -> bool:
    return bool(focus == _DEPARTURE**2 and result == _FACTOR * _COMMUTATOR)


#: Every matrix is ``Q (diag(l) + N) Q^*`` with a unitary Q (Schur); each line of the real proof
#: holds with absolute values and conjugates, and ``d(A) = ‖N‖_F``, ``rho(A) = max |l_i|``.
OVER_THE_COMPLEX_NUMBERS = Rule(
    "the same over the complex numbers",
    r"A = Q (\operatorname{diag}(l) + N) Q^*, \quad Q^* Q = I",
    AT_MOST,
    _complex,
    HENRICI_SCHUR.id,
)
#: Henrici's upper bound; not derived here.
HENRICI_UPPER = Rule(
    "theorem of Henrici",
    r"d(A)^2 \le \sqrt{\tfrac{n^3 - n}{12}} \, \lVert A^\top A - A A^\top \rVert_F",
    AT_MOST,
    _henrici,
)

_NOT_FAR, _NORMAL = equal(_DEPARTURE, 0), equal(_COMMUTATOR, 0)


def _no_commutator() -> Derivation:
    """Derive ``C = 0`` from ``d = 0``."""
    given, bound = (_NOT_FAR,), commutator_bound(J, _DEPARTURE)
    above = Derivation(_COMMUTATOR, given=given)
    above = above.then(OVER_THE_COMPLEX_NUMBERS, bound.lhs, bound.rhs)
    above = above.then(supposed(EQUAL), _DEPARTURE, Integer(0))
    return _vanishes(_COMMUTATOR, above)


def _no_departure() -> Derivation:
    """Derive ``d = 0`` from ``C = 0``."""
    given, square = (_NORMAL,), _DEPARTURE**2
    above = Derivation(square, given=given)
    above = above.then(HENRICI_UPPER, square, _FACTOR * _COMMUTATOR)
    above = above.then(supposed(EQUAL), _COMMUTATOR, Integer(0))
    chain = Derivation(_DEPARTURE, given=given)
    return chain.then(by_squares(EQUAL), _DEPARTURE, Integer(0), (_vanishes(square, above),))


def _vanishes(number: Any, above: Derivation) -> Derivation:
    zero = Integer(0)
    below = Derivation(zero, given=above.given).then(NONNEGATIVE, zero, number)
    return Derivation(number, given=above.given).then(BOTH_WAYS, number, zero, (above, below))


def _henrici_claim() -> tuple[Derivation, ...]:
    lower, powers = (
        Derivation(general.lhs).then(OVER_THE_COMPLEX_NUMBERS, general.lhs, general.rhs)
        for _, general in _ALIKE
    )
    square = _DEPARTURE**2
    upper = Derivation(square).then(HENRICI_UPPER, square, _FACTOR * _COMMUTATOR)
    normal = Derivation(_NOT_FAR)
    normal = normal.then(EQUIVALENT, _NOT_FAR, _NORMAL, (_no_commutator(), _no_departure()))
    return lower, upper, normal, powers


def _drawn(style: str, low: int = 2, high: int = 3) -> Draw:
    matrices = {"J": ("n", "n", style)}
    return Draw(
        "random", {"sizes": {"n": (low, high)}, "matrices": matrices, "scalars": {"m": (0, 5)}}
    )


_HALF, _TINY = Rational(1, 2), Rational(1, 10**4)
_SHORT = matrix_case([[0, _HALF], [0, 0]])
_CHAIN = matrix_case([[0, 2, 0], [0, 0, 2], [0, 0, 0]], 2)
_FAR = matrix_case([[20, 1], [0, -20]])
_TURN = matrix_case([[0, -1], [1, 0]])
_NEARLY = matrix_case([[_TINY, 2], [0, -_TINY]])
_AT_MOST_CHAIN = binomial_bound(_RADIUS, _DEPARTURE, last=n - 2)
_POWER = SpectralNorm(power(J, COUNT))

HENRICI = Claim(
    id="henrici",
    kind=Kind.BOUND,
    title="The departure from normality bounds the powers, and the commutator measures it",
    says=(
        commutator_bound(J, _DEPARTURE),
        Statement(_DEPARTURE**2, AT_MOST, _FACTOR * _COMMUTATOR),
        Statement(_NOT_FAR, IFF, _NORMAL),
        power_bound(J, _RADIUS, _DEPARTURE),
    ),
    given=(FIXED, Hypothesis("$J$ is real")),
    derive=_henrici_claim,
    draws=(
        _drawn("generic"),
        _drawn("normal"),
        _drawn("generic", 1, 1),
        Draw(
            "random",
            {
                "sizes": {"n": (2, 4)},
                "diagonalized": [("n", ("J", "R", "l", "lambda", "v", "K"))],
                "scalars": {"m": (0, 5)},
            },
        ),
        _NEARLY,
        _TURN,
        matrix_case([[Rational(9, 10), 1], [0, Rational(4, 5)]], 9),
    ),
    mutants=(
        Mutant(
            "the commutator: a constant of 3 in place of 6",
            Statement(_COMMUTATOR, AT_MOST, sqrt(3) * _SIZE * _DEPARTURE),
            (_FAR,),
        ),
        Mutant(
            "the departure: half the commutator",
            Statement(_DEPARTURE**2, AT_MOST, _COMMUTATOR / 2),
            (_NEARLY,),
        ),
        Mutant(
            "the departure itself in place of its square",
            Statement(_DEPARTURE, AT_MOST, _FACTOR * _COMMUTATOR),
            (_SHORT,),
        ),
        Mutant(
            "no departure only for symmetric matrices",
            Statement(_NOT_FAR, IFF, equal(J, transpose(J))),
            (_TURN,),
        ),
        Mutant(
            "norm minus radius",
            equal(_DEPARTURE, SpectralNorm(J) - _RADIUS),
            (matrix_case(LEANING),),
        ),
        Mutant(
            "d without its root",
            power_bound(J, _RADIUS, _DEPARTURE**2),
            (_SHORT,),
        ),
        Mutant("one word too few", Statement(_POWER, AT_MOST, _AT_MOST_CHAIN), (_CHAIN,)),
        Mutant("the power of the radius", Statement(_POWER, AT_MOST, _RADIUS**COUNT), (_NEARLY,)),
        Mutant(
            "radius and departure added once",
            Statement(_POWER, AT_MOST, _RADIUS**COUNT + _DEPARTURE),
            (matrix_case(LEANING, 9),),
        ),
    ),
    source=Source("henrici1962", "the departure from normality and its bounds"),
    chapter=CHAPTER,
)
