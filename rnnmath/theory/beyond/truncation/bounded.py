"""The spread of a random cut where the terms shrink at a known rate, for vectors of any size."""

from typing import Any

from sympy import Matrix, Rational, Sum, Symbol

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant, Witness, cite
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Step
from rnnmath.symbolic.nodes import InnerProduct
from rnnmath.symbolic.norms import VectorNorm
from rnnmath.symbolic.quantities.largest import Largest
from rnnmath.theory.beyond.truncation.objects import (
    CHAPTER,
    M,
    chance,
    compare,
    d,
    r,
    square,
    tail,
    x,
)
from rnnmath.theory.beyond.truncation.sum_rules import SQUARES
from rnnmath.theory.beyond.truncation.unbiased import RANDOM_TRUNCATION

__all__ = ["TRUNCATION_SPREAD"]

AT_MOST = Relation.AT_MOST

_s, _C = Symbol("s", positive=True), Symbol("C", positive=True)
_ALL, _LATER = (r, 0, M), (d, r + 1, M)
_SPREAD, _TAILS = RANDOM_TRUNCATION.says[1].lhs, RANDOM_TRUNCATION.says[1].rhs
_ENDS: Any = RANDOM_TRUNCATION.given[0].condition
_SHRINKS = compare(_s, "<", 1)
_BELOW = compare(Largest(VectorNorm(x[r]) / _s**r, _ALL), "<=", _C)


def _over(term: Any) -> Sum:
    return Sum(term / chance(r), _ALL)


_PAIRS = _over(square(x[r]) + 2 * InnerProduct(x[r], tail(r + 1)))
_LENGTHS = _over(square(x[r]) + 2 * VectorNorm(x[r]) * Sum(VectorNorm(x[d]), _LATER))
_RATES = _over((_C * _s**r) ** 2 + 2 * _C * _s**r * Sum(_C * _s**d, _LATER))
_BOUND = _C**2 * (1 + _s) / (1 - _s) * _over(_s ** (2 * r))


def _line(before: Any, after: Any, *needs: Any) -> Any:
    def justify(focus: Any, result: Any, step: Step) -> bool:
        return (focus, result) == (before, after) and set(needs) <= set(step.given)

    return justify


_BY_LENGTHS = Rule(
    "lengths instead of products",
    r"a^\top (b + c) \le \lVert a \rVert (\lVert b \rVert + \lVert c \rVert)",
    AT_MOST,
    _line(_PAIRS, _LENGTHS),
)
_BY_RATES = Rule(
    "each length at its rate",
    r"\lVert x_d \rVert \le C s^d",
    AT_MOST,
    _line(_LENGTHS, _RATES, _BELOW),
)
_GEOMETRIC = Rule(
    "geometric tail",
    r"1 + 2 \sum_{d > 0} s^d \le 1 + \frac{2 s}{1 - s} = \frac{1 + s}{1 - s}, \quad s \lt 1",
    AT_MOST,
    _line(_RATES, _BOUND, _SHRINKS),
)


def _spread() -> Derivation:
    chain = Derivation(_SPREAD, given=(_ENDS, _SHRINKS, _BELOW))
    chain = chain.then(cite(RANDOM_TRUNCATION, 1), _SPREAD, _TAILS)
    chain = chain.then(SQUARES, _TAILS, _PAIRS)
    for rule, result in ((_BY_LENGTHS, _LENGTHS), (_BY_RATES, _RATES), (_GEOMETRIC, _BOUND)):
        chain = chain.then(rule, chain.end, result)
    return chain


def _drawn(low: int, high: int) -> Draw:
    scalars = {"s": (Rational(3, 5), Rational(1)), "C": (80, 400)}
    weighted = [("n", (low, high))]
    return Draw("random", {"sizes": {"n": (1, 3)}, "weighted": weighted, "scalars": scalars})


def _geometric(s: Any, last: int, **more: Any) -> Draw:
    """Return the terms ``s^d`` with chances 2^-d, or what is put in their place."""
    chances = [Rational(1, 2**place) for place in range(last + 1)] + [0]
    columns = tuple(Matrix([s**place]) for place in range(last + 1))
    values = {"n": 1, "M": last, "x": columns, "p": Matrix(chances), "s": s, "C": 1, **more}
    return Draw("explicit", {"values": values})


_HUNDREDTH, _HALF = Rational(1, 100), Rational(1, 2)

TRUNCATION_SPREAD = Claim(
    id="truncation-spread",
    kind=Kind.BOUND,
    title="Terms that shrink like s to the d spread at most like a series in s squared",
    says=(compare(_SPREAD, "<=", _BOUND),),
    given=(
        Hypothesis(RANDOM_TRUNCATION.given[0].says, _ENDS),
        Hypothesis("$s < 1$", _SHRINKS),
        Hypothesis(
            "$\\lVert x_d \\rVert \\le C s^d$",
            _BELOW,
            Witness(
                "terms that do not shrink",
                _geometric(_HALF, 6, x=tuple(Matrix([1]) for _ in range(7))),
            ),
        ),
        Hypothesis("$p_d > 0$ is the chance to reach term $d$; $p_0 = 1$"),
    ),
    derive=lambda: (_spread(),),
    draws=(_drawn(0, 3), _drawn(4, 5), _geometric(_HUNDREDTH, 6), _geometric(_HALF, 9)),
    mutants=(
        Mutant("the terms by themselves", compare(_SPREAD, "<=", _C**2 * _over(_s ** (2 * r)))),
        Mutant(
            "C without the square",
            compare(_SPREAD, "<=", _BOUND / _C),
            (
                _geometric(
                    _HUNDREDTH, 3, C=3, x=tuple(Matrix([3 * _HUNDREDTH**d]) for d in range(4))
                ),
            ),
        ),
        Mutant(
            "the fourth power of s",
            compare(_SPREAD, "<=", _BOUND.xreplace({_s ** (2 * r): _s ** (4 * r)})),
            (_geometric(_HUNDREDTH, 6),),
        ),
        Mutant("s squared in front", compare(_SPREAD, "<=", _BOUND * (1 - _s) / (1 - _s**2))),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
