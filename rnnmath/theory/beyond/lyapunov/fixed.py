"""An exponent that is known: one matrix again and again."""

from typing import Any

from sympy import Abs, Determinant, Integer, MatMul, Matrix, Rational, exp, log

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant, Witness, cite
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement
from rnnmath.symbolic.norms import SpectralNorm, SpectralRadius
from rnnmath.symbolic.quantities.growth import GrowthRate
from rnnmath.theory.beyond.lyapunov.objects import (
    CHAPTER,
    at_most,
    claimed,
    compare,
    equal,
    x,
)
from rnnmath.theory.eigenvalue_intuition import EIGEN_REGIMES
from rnnmath.theory.eigenvalue_intuition.explicit_rules import (
    TRIANGULAR,
    written,
)
from rnnmath.theory.eigenvalue_intuition.objects import COUNT, J, c, power
from rnnmath.theory.eigenvalue_intuition.rate_rules import GELFAND
from rnnmath.theory.eigenvalue_intuition.switching import FIRST, RECURRENT, SECOND

__all__ = ["LYAPUNOV_FIXED", "STARTED", "slower"]

EQUAL, AT_MOST, AT_LEAST, IFF = Relation.EQUAL, Relation.AT_MOST, Relation.AT_LEAST, Relation.IFF

_RADIUS, _GROWTH = SpectralRadius(J), GrowthRate(J)
STARTED, _ALIVE = at_most(1, COUNT), compare(0, "<", _RADIUS)
_SIZE = SpectralNorm(power(J, COUNT))
_PER_STEP = log(_SIZE) / COUNT
_NILPOTENT = written([0, 2], [0, 0])


def slower(rate: Any, number: Any) -> Statement:
    """Return that ``rate < e^x`` exactly if ``number < e^x``.

    Examples
    --------
    >>> print(slower(SpectralRadius(J), 2))
    rho(J) < exp(x) iff 2 < exp(x)
    """
    return Statement(compare(rate, "<", exp(x)), IFF, compare(number, "<", exp(x)))


def _limit() -> Derivation:
    statement = slower(_GROWTH, _RADIUS)
    rule = claimed(EIGEN_REGIMES, 3, {c: exp(x)})
    return Derivation(statement.lhs).then(rule, statement.lhs, statement.rhs)


def _never_below() -> Derivation:
    """Derive ``ln rho <= ln ‖J^m‖ / m`` from ``rho^m <= ‖J^m‖``."""
    given = (STARTED, _ALIVE)
    raised = Derivation(_RADIUS**COUNT, given=given).then(
        cite(EIGEN_REGIMES), _RADIUS**COUNT, _SIZE
    )
    chain = Derivation(log(_RADIUS), given=given)
    return chain.then(_ROOT_OF, log(_RADIUS), _PER_STEP, (raised,))


def _root_of(focus: Any, result: Any, step: Any) -> bool:
    """``ln r <= ln(v) / m`` where the premise shows ``r^m <= v``, m at least 1 and r positive."""
    if len(step.premises) != 1 or not isinstance(focus, log):
        return False
    (premise,) = step.premises
    r = focus.args[0]
    raised, m = premise.start.as_base_exp()
    return bool(
        premise.relation in (AT_MOST, EQUAL)
        and set(premise.given) <= set(step.given)
        and raised == r
        and m.is_integer
        and at_most(1, m) in step.given
        and compare(0, "<", r) in step.given
        and result == log(premise.end) / m
    )


_ROOT_OF = Rule(
    "logarithms, per step", r"r^m \le v \implies \ln r \le \tfrac1m \ln v", AT_MOST, _root_of
)


def _dies() -> Derivation:
    start = GrowthRate(_NILPOTENT)
    chain = Derivation(start).then(GELFAND, start, SpectralRadius(_NILPOTENT))
    return chain.then(TRIANGULAR, chain.end, Integer(0))


_EXPONENTS = {"m": (1, 5), "x": (Rational(-301, 211), Rational(301, 211))}


def _drawn(style: str) -> Draw:
    matrices = {"J": ("n", "n", style)}
    options = {"sizes": {"n": (2, 3)}, "matrices": matrices, "scalars": _EXPONENTS}
    return Draw("random", options)


def _given(matrix: Any, m: int, rate: Any = 0) -> Draw:
    return Draw("explicit", {"values": {"J": Matrix(matrix), "n": 2, "m": m, "x": rate}})


_LEANING = _given([[Rational(9, 10), 1], [0, Rational(9, 10)]], 9)
_SPREAD = _given([[2, 0], [0, Rational(1, 4)]], 2)
_DEAD = _given([[0, 2], [0, 0]], 2, -2)

LYAPUNOV_FIXED = Claim(
    id="lyapunov-fixed",
    kind=Kind.LIMIT,
    title="One Jacobian again and again: the exponent is the logarithm of its spectral radius",
    says=(
        slower(_GROWTH, _RADIUS),
        at_most(log(_RADIUS), _PER_STEP),
        equal(GrowthRate(_NILPOTENT), 0),
    ),
    given=(
        Hypothesis("$m \\ge 1$: there is a step", STARTED),
        Hypothesis("$\\rho(J) > 0$, else its logarithm is $-\\infty$", _ALIVE),
        Hypothesis(
            "every step has the same $J$",
            witness=Witness(
                "two masks in turn: the product of the two steps grows by $3/2$, the product of "
                "their radii is $81/100$",
                Draw("explicit", {"values": {"x": 0}}),
                compare(
                    GrowthRate(MatMul(FIRST, RECURRENT, SECOND, RECURRENT)),
                    "<=",
                    SpectralRadius(MatMul(FIRST, RECURRENT))
                    * SpectralRadius(MatMul(SECOND, RECURRENT)),
                ),
            ),
        ),
    ),
    derive=lambda: (_limit(), _never_below(), _dies()),
    draws=(_drawn("generic"), _drawn("positive"), _LEANING),
    mutants=(
        Mutant("the norm of a step decides", slower(_GROWTH, SpectralNorm(J)), (_LEANING,)),
        Mutant(
            "the root of the determinant decides",
            slower(_GROWTH**2, Abs(Determinant(J))),
            (_SPREAD,),
        ),
        Mutant("a finite time is the limit", at_most(_PER_STEP, log(_RADIUS)), (_LEANING,)),
        Mutant(
            "the logarithm of the norm is the limit",
            at_most(log(SpectralNorm(J)), _PER_STEP),
            (_LEANING,),
        ),
        Mutant(
            "an exponent is always a number",
            compare(_GROWTH, ">", 0),
            (_DEAD,),
            (STARTED,),
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
