"""In a basis where the matrix is triangular, all that is not normal stands above the diagonal."""

from typing import Any

from sympy import Identity, Matrix, Rational, Trace, sqrt

from rnnmath.claim import Claim, Draw, Hypothesis, Kind, Mutant, Source, Witness
from rnnmath.symbolic.bounds.rules import orthogonal_factor
from rnnmath.symbolic.derivation import Derivation, Relation, Statement
from rnnmath.symbolic.derivation.order import by_squares, shown, supposed
from rnnmath.symbolic.derivation.quadratic import FROBENIUS, TRACE
from rnnmath.symbolic.derivation.reasoning import induction
from rnnmath.symbolic.norms import FrobeniusNorm, MaxAbs, SpectralNorm, VectorNorm
from rnnmath.symbolic.notation import n
from rnnmath.symbolic.quantities.nonnormality import Departure, StrictUpper
from rnnmath.symbolic.tidy import add, multiply, transpose
from rnnmath.theory.beyond.nonnormality import triangular_rules as rules
from rnnmath.theory.beyond.nonnormality.objects import (
    CHAPTER,
    binomial_bound,
    commutator,
    commutator_bound,
    diagonal_part,
    eigenvalues,
    nilpotent_part,
    power_bound,
    triangle,
    turn,
)
from rnnmath.theory.eigenvalue_intuition.objects import COUNT, J, equal, power
from rnnmath.theory.eigenvalue_intuition.power_rules import LAST_FACTOR
from rnnmath.theory.multiplied_out import MULTIPLY_OUT

__all__ = ["HENRICI_SCHUR", "TURNED"]

EQUAL, AT_MOST = Relation.EQUAL, Relation.AT_MOST

_BACK = transpose(turn)
#: ``Q (diag(l) + N) Q^T``: any matrix with real eigenvalues.
TURNED = multiply(turn, triangle, _BACK)
_ORTHOGONAL = equal(multiply(_BACK, turn), Identity(n))
_ONTO = equal(multiply(turn, _BACK), Identity(n))
_STRICT = equal(nilpotent_part, StrictUpper(nilpotent_part))
_GIVEN = (equal(J, TURNED), _ORTHOGONAL, _ONTO, _STRICT)

_IS_TURNED = equal(J, TURNED)
_SIZE, _ABOVE = FrobeniusNorm(TURNED), FrobeniusNorm(nilpotent_part)
_SPECTRUM, _DEPARTURE = VectorNorm(eigenvalues), Departure(J)
_COMMUTATOR = FrobeniusNorm(commutator(J))
_PARTS = 2 * _SPECTRUM * _ABOVE + sqrt(2) * _ABOVE**2
_POWER = power(TURNED, COUNT)
_STEPS = SpectralNorm(power(J, COUNT))
_IS_ABOVE = equal(_DEPARTURE**2, _ABOVE**2)


def _turned_alike(inner: Any) -> Derivation:
    """Derive ``‖Q A Q^T‖_F^2 = ‖A‖_F^2``."""
    outer = multiply(turn, inner, _BACK)
    flipped, gram = transpose(inner), multiply(_BACK, turn)
    chain = Derivation(FrobeniusNorm(outer) ** 2, given=_GIVEN)
    chain = chain.then(FROBENIUS, chain.end, Trace(multiply(transpose(outer), outer)))
    chain = chain.then(TRACE, chain.end, Trace(multiply(gram, flipped, gram, inner)))
    chain = chain.then(supposed(EQUAL), chain.end, Trace(multiply(flipped, gram, inner)))
    chain = chain.then(supposed(EQUAL), chain.end, Trace(multiply(flipped, inner)))
    return chain.then(FROBENIUS, chain.end, FrobeniusNorm(inner) ** 2)


def _split() -> Derivation:
    """Derive ``‖J‖_F^2 = ‖l‖^2 + ‖N‖_F^2``."""
    chain = _turned_alike(triangle)
    return chain.then(rules.SPLIT_ENTRIES, chain.end, _SPECTRUM**2 + _ABOVE**2)


def _departure() -> Derivation:
    square = Derivation(_DEPARTURE**2, given=_GIVEN)
    square = square.then(rules.PUT_IN, square.end, Departure(TURNED) ** 2)
    square = square.then(rules.SPECTRUM_TAKEN_AWAY, square.end, _SIZE**2 - _SPECTRUM**2)
    return square.then(shown(EQUAL), _SIZE**2, _SPECTRUM**2 + _ABOVE**2, (_split(),))


def _commutator() -> tuple[Derivation, Derivation]:
    flipped, inner = transpose(triangle), commutator(triangle)
    chain = Derivation(_COMMUTATOR, given=_GIVEN)
    chain = chain.then(rules.PUT_IN, chain.end, FrobeniusNorm(commutator(TURNED)))
    for sign, first, second in ((1, flipped, triangle), (-1, triangle, flipped)):
        product = multiply(sign, turn, first, _BACK, turn, second, _BACK)
        shorter = multiply(sign, turn, first, second, _BACK)
        chain = chain.then(supposed(EQUAL), product, shorter)
    outer = multiply(turn, inner, _BACK)
    chain = chain.then(MULTIPLY_OUT, chain.end.matrix, outer)
    alike = Derivation(FrobeniusNorm(outer), given=_GIVEN)
    alike = alike.then(by_squares(EQUAL), alike.end, FrobeniusNorm(inner), (_turned_alike(inner),))
    chain = chain.then(shown(EQUAL), chain.end, FrobeniusNorm(inner), (alike,))
    swapped = add(
        multiply(diagonal_part, nilpotent_part), multiply(-1, nilpotent_part, diagonal_part)
    )
    both, rest = add(swapped, transpose(swapped)), commutator(nilpotent_part)
    chain = chain.then(MULTIPLY_OUT, inner, add(both, rest))
    chain = chain.then(
        rules.FROBENIUS_TRIANGLE, chain.end, FrobeniusNorm(both) + FrobeniusNorm(rest)
    )
    chain = chain.then(rules.MIRRORED, FrobeniusNorm(both), sqrt(2) * FrobeniusNorm(swapped))
    chain = chain.then(rules.COMMUTED, FrobeniusNorm(swapped), sqrt(2) * _SPECTRUM * _ABOVE)
    parts = chain.then(rules.GRAMS_APART, FrobeniusNorm(rest), sqrt(2) * _ABOVE**2)
    root = sqrt(_SPECTRUM**2 + _ABOVE**2)
    whole = parts.then(rules.TWO_PAIRS, parts.end, sqrt(6) * _ABOVE * root)
    size = Derivation(_SIZE, given=_GIVEN).then(by_squares(EQUAL), _SIZE, root, (_split(),))
    whole = whole.then(shown(EQUAL), root, _SIZE, (size,))
    return parts, whole.then(rules.PUT_IN, _SIZE, FrobeniusNorm(J))


def _turned_power() -> Derivation:
    """Derive ``(Q A Q^T)^m = Q A^m Q^T`` by induction on m."""
    end = multiply(turn, power(triangle, COUNT), _BACK)
    later = {COUNT: COUNT + 1}
    onward = Derivation(_POWER.xreplace(later), given=(*_GIVEN, equal(_POWER, end)))
    onward = onward.then(LAST_FACTOR, onward.end, multiply(_POWER, TURNED))
    onward = onward.then(supposed(EQUAL), onward.end, multiply(end, TURNED))
    onward = onward.then(
        supposed(EQUAL), onward.end, multiply(turn, power(triangle, COUNT + 1), _BACK)
    )
    base = Derivation(Identity(n), given=_GIVEN)
    base = base.then(supposed(EQUAL), base.end, multiply(turn, _BACK))
    return Derivation(_POWER, given=_GIVEN).then(induction(COUNT, 0), _POWER, end, (base, onward))


def _power() -> Derivation:
    apart = _turned_power()
    chain = Derivation(SpectralNorm(power(J, COUNT)), given=_GIVEN)
    chain = chain.then(rules.PUT_IN, chain.end, SpectralNorm(_POWER))
    chain = chain.then(shown(EQUAL), _POWER, apart.end, (apart,))
    chain = chain.then(orthogonal_factor([turn]), chain.end, SpectralNorm(power(triangle, COUNT)))
    return chain.then(rules.WORDS, chain.end, binomial_bound(MaxAbs(eigenvalues), _ABOVE))


def _drawn(low: int, high: int) -> Draw:
    planted = [("n", ("J", "Q", "l", "N"))]
    options = {"sizes": {"n": (low, high)}, "triangular": planted, "scalars": {"m": (0, 4)}}
    return Draw("random", options)


def _case(diagonal: Any, above: Any, m: int = 1, basis: Any = None, **changed: Any) -> Draw:
    above, column = Matrix(above), Matrix(diagonal)
    size = above.rows
    basis = Matrix.eye(size) if basis is None else Matrix(basis)
    whole = basis * (Matrix.diag(*column) + above) * basis.T
    values = {"J": whole, "l": column, "N": above, "Q": basis, "n": size, "m": m, **changed}
    return Draw("explicit", {"values": values, "note": "one triangular matrix"})


_HALF, _TINY = Rational(1, 2), Rational(1, 10**4)
_ONE_ABOVE = _case([0, 0], [[0, _HALF], [0, 0]])
_NEARLY_ONE = _case([_TINY, -_TINY], [[0, 1], [0, 0]])
_CHAIN = _case([0, 0, 0], [[0, 2, 0], [0, 0, 2], [0, 0, 0]], 2)
_FAR = _case([20, -20], [[0, 1], [0, 0]])
_JORDAN = _case([3, 3], [[0, 1], [0, 0]], 4)

HENRICI_SCHUR = Claim(
    id="henrici-schur",
    kind=Kind.BOUND,
    title="For real eigenvalues, the departure from normality is what stands above the diagonal",
    says=(
        _IS_ABOVE,
        Statement(_COMMUTATOR, AT_MOST, _PARTS),
        commutator_bound(J, _ABOVE),
        power_bound(J, MaxAbs(eigenvalues), _ABOVE),
    ),
    given=(
        Hypothesis(
            "$J = Q (\\operatorname{diag}(l) + N) Q^\\top$: all eigenvalues are real",
            _IS_TURNED,
            Witness(
                "a quarter turn has no such form with $l = 0$ and one entry above the diagonal: "
                "it is normal",
                _case([0, 0], [[0, 1], [0, 0]], J=Matrix([[0, -1], [1, 0]])),
                _IS_ABOVE,
            ),
        ),
        Hypothesis(
            "$Q^\\top Q = I$",
            _ORTHOGONAL,
            Witness(
                "a basis that is not orthonormal changes the lengths",
                _case([1, 2], [[0, 1], [0, 0]], 1, [[2, 0], [0, 1]]),
                _IS_ABOVE,
            ),
        ),
        Hypothesis("$Q Q^\\top = I$, which follows, $Q$ being square", _ONTO),
        Hypothesis(
            "$N$ is strictly upper triangular",
            _STRICT,
            Witness(
                "a symmetric matrix is normal, whatever stands beside its diagonal",
                _case([0, 0], [[0, 1], [1, 0]]),
                _IS_ABOVE,
            ),
        ),
    ),
    derive=lambda: (_departure(), *_commutator(), _power()),
    draws=(
        _drawn(2, 2),
        _drawn(3, 3),
        _NEARLY_ONE,
        _FAR,
        _JORDAN,
    ),
    mutants=(
        Mutant("the departure without its root", equal(_DEPARTURE**2, _ABOVE), (_ONE_ABOVE,)),
        Mutant(
            "the spectral norm of what stands above",
            equal(_DEPARTURE**2, SpectralNorm(nilpotent_part) ** 2),
            (_CHAIN,),
        ),
        Mutant(
            "the eigenvalues counted in",
            equal(_DEPARTURE**2, FrobeniusNorm(triangle) ** 2),
            (_JORDAN,),
        ),
        Mutant(
            "the commutator: a constant of 3 in place of 6",
            Statement(_COMMUTATOR, AT_MOST, sqrt(3) * _SIZE * _ABOVE),
            (_FAR,),
        ),
        Mutant(
            "the commutator: the eigenvalues left out",
            Statement(_COMMUTATOR, AT_MOST, sqrt(2) * _ABOVE**2),
            (_FAR,),
        ),
        Mutant(
            "one word too few",
            Statement(
                SpectralNorm(_POWER),
                AT_MOST,
                binomial_bound(MaxAbs(eigenvalues), _ABOVE, last=n - 2),
            ),
            (_CHAIN,),
        ),
        Mutant(
            "each word once",
            Statement(
                SpectralNorm(_POWER),
                AT_MOST,
                MaxAbs(eigenvalues) ** COUNT + MaxAbs(eigenvalues) ** (COUNT - 1) * _ABOVE,
            ),
            (_JORDAN,),
        ),
        Mutant(
            "the radius to the power of the gap in every word",
            Statement(_STEPS, AT_MOST, MaxAbs(eigenvalues) ** COUNT * (1 + _ABOVE) ** COUNT),
            (_ONE_ABOVE,),
        ),
    ),
    source=Source("henrici1962", "the departure from normality"),
    chapter=CHAPTER,
)
