"""Two masks in turn: the exponent of what each step does alone, and of the two together."""

from typing import Any

from sympy import Integer, MatMul, Rational, exp, log, sqrt, sympify

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant, Witness, cite
from rnnmath.symbolic.derivation import Derivation, Relation
from rnnmath.symbolic.derivation.order import shown
from rnnmath.symbolic.derivation.reasoning import induction
from rnnmath.symbolic.norms import LargestEigenvalue, SpectralNorm, SpectralRadius
from rnnmath.symbolic.notation import TotalDerivative, h, n
from rnnmath.symbolic.quantities.growth import GrowthRate
from rnnmath.symbolic.tidy import multiply, transpose
from rnnmath.theory.beyond.lyapunov.fixed import STARTED, slower
from rnnmath.theory.beyond.lyapunov.objects import (
    CHAPTER,
    at_most,
    claimed,
    compare,
    equal,
    per_step,
    x,
)
from rnnmath.theory.eigenvalue_intuition import EIGEN_REGIMES, TIME_VARYING
from rnnmath.theory.eigenvalue_intuition.explicit_rules import (
    LARGER_ROOT,
    MULTIPLIED,
    NEXT_POWER,
    written,
)
from rnnmath.theory.eigenvalue_intuition.objects import COUNT, J, c, power
from rnnmath.theory.eigenvalue_intuition.sequence_rules import REWRITTEN, enclosed
from rnnmath.theory.eigenvalue_intuition.switching import FIRST, RECURRENT, SECOND, switching
from rnnmath.theory.spectral_norm.definition import EIGENVALUE

__all__ = ["LYAPUNOV_SWITCHING"]

EQUAL, AT_MOST, AT_LEAST, IFF = Relation.EQUAL, Relation.AT_MOST, Relation.AT_LEAST, Relation.IFF

_BOTH = MatMul(FIRST, RECURRENT, SECOND, RECURRENT)
_PRODUCT = _BOTH.as_explicit()
_THREE_HALVES = Rational(3, 2)
_BASE = -_THREE_HALVES
_TURNS = power(_PRODUCT, COUNT)
_WRITTEN = written([_BASE**COUNT, _BASE**COUNT * Rational(9, 10)], [0, 0])
_TRANSPORT = SpectralNorm(TotalDerivative(h[2 * COUNT], h[0]))
_FINITE = log(_TRANSPORT) / (2 * COUNT)
_ALTERNATE: Any = TIME_VARYING.given[0].condition
_NINE = Rational(9, 10)


def _turns() -> Derivation:
    """Derive the powers of the two steps by induction on the number of turns."""
    given, later = (STARTED,), {COUNT: COUNT + 1}
    base = Derivation(_PRODUCT, given=given)
    base = base.then(MULTIPLIED, _PRODUCT, _WRITTEN.xreplace({COUNT: Integer(1)}))
    onward = Derivation(_TURNS.xreplace(later), given=(*given, equal(_TURNS, _WRITTEN)))
    onward = onward.then(NEXT_POWER, onward.end, _WRITTEN.xreplace(later))
    chain = Derivation(_TURNS, given=given)
    return chain.then(induction(COUNT, 1), _TURNS, _WRITTEN, (base, onward))


def _never_above() -> Derivation:
    """Derive ``‖(product)^m‖ <= (27/20) (3/2)^m`` from its largest eigenvalue."""
    given, root = (STARTED,), sqrt(Integer(181))
    norm, size = SpectralNorm(_TURNS), _THREE_HALVES**COUNT * root / 10
    chain = Derivation(norm, given=given).then(shown(EQUAL), _TURNS, _WRITTEN, (_turns(),))
    gram = multiply(transpose(_WRITTEN), _WRITTEN)
    chain = chain.then(EIGENVALUE, chain.end, sqrt(LargestEigenvalue(gram)))
    product = transpose(_WRITTEN) * _WRITTEN
    chain = chain.then(MULTIPLIED, gram, product)
    chain = chain.then(LARGER_ROOT, LargestEigenvalue(product), size**2)
    return chain.then(enclosed(AT_MOST), root, Rational(27, 2))


def _grows() -> Derivation:
    given = (_ALTERNATE, STARTED)
    grown = Derivation(_TRANSPORT, given=given)
    grown = grown.then(cite(TIME_VARYING, 8), _TRANSPORT, _THREE_HALVES**COUNT)
    chain = Derivation(_FINITE, given=given)
    return chain.then(per_step(AT_LEAST), _FINITE, log(_THREE_HALVES) / 2, (grown,))


def _rate(matrix: Any, index: int, value: Any) -> Derivation:
    """Derive the exponent of a matrix whose radius chapter 5 claims."""
    statement = slower(GrowthRate(matrix), SpectralRadius(matrix))
    names = {J: matrix, n: Integer(2), c: exp(x)}
    given = (_ALTERNATE,)
    chain = Derivation(statement.lhs, given=given)
    chain = chain.then(claimed(EIGEN_REGIMES, 3, names), statement.lhs, statement.rhs)
    radius = SpectralRadius(matrix)
    known = Derivation(radius, given=given).then(cite(TIME_VARYING, index), radius, sympify(value))
    return chain.then(REWRITTEN, chain.end, compare(value, "<", exp(x)), (known,))


def _turning(m: int, rate: Any, *, left_alone: bool = False) -> Draw:
    options = dict(switching(m, left_alone=left_alone).options)
    options["values"] = {**options["values"], "x": rate}
    return Draw("explicit", options)


_ONE, _OTHER = MatMul(FIRST, RECURRENT), MatMul(SECOND, RECURRENT)

LYAPUNOV_SWITCHING = Claim(
    id="lyapunov-switching",
    kind=Kind.WITNESS,
    title="Two masks in turn: each step alone has exponent ln(9/10), together half of ln(3/2)",
    says=(
        slower(GrowthRate(_ONE), _NINE),
        slower(GrowthRate(_OTHER), _NINE),
        slower(GrowthRate(_BOTH), _THREE_HALVES),
        equal(_TURNS, _WRITTEN),
        at_most(SpectralNorm(_TURNS), _THREE_HALVES**COUNT * Rational(27, 20)),
        compare(_FINITE, ">=", log(_THREE_HALVES) / 2),
    ),
    given=(
        Hypothesis(
            TIME_VARYING.given[0].says,
            _ALTERNATE,
            Witness(
                "without input the first unit stays on, and six steps shrink",
                _turning(3, 0, left_alone=True),
            ),
        ),
        Hypothesis("$m \\ge 1$: there is a turn", STARTED),
    ),
    derive=lambda: (
        _rate(_ONE, 3, _NINE),
        _rate(_OTHER, 4, _NINE),
        _rate(_BOTH, 5, _THREE_HALVES),
        _turns(),
        _never_above(),
        _grows(),
    ),
    draws=(_turning(1, 0), _turning(2, Rational(1, 3)), _turning(6, Rational(1, 2))),
    mutants=(
        Mutant(
            "the product grows like the product of the radii",
            slower(GrowthRate(_BOTH), _NINE**2),
        ),
        Mutant("ln(3/2) at every step", compare(_FINITE, ">=", log(_THREE_HALVES))),
        Mutant("the exponent is negative", compare(_FINITE, "<", 0)),
        Mutant(
            "two turns later the sign is back",
            equal(_TURNS, power(-_PRODUCT, COUNT)),
        ),
        Mutant(
            "exactly the power of the radius",
            at_most(SpectralNorm(_TURNS), _THREE_HALVES**COUNT),
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
