"""A sum cut at random, its terms weighted: right on average, and how far it spreads."""

from typing import Any

from sympy import Matrix, Rational, Sum

from rnnmath.claim import Claim, Draw, Hypothesis, Kind, Mutant, Source, Witness
from rnnmath.symbolic.derivation import Derivation
from rnnmath.symbolic.nodes import IndexedSum, InnerProduct
from rnnmath.symbolic.tidy import add, multiply
from rnnmath.theory.beyond.truncation.objects import (
    CHAPTER,
    M,
    chance,
    d,
    equal,
    estimate,
    r,
    square,
    tail,
    x,
)
from rnnmath.theory.beyond.truncation.sum_rules import (
    BY_PARTS,
    FROM_TRIANGLE,
    NEWEST_OR_OLDEST,
    SQUARES,
)

__all__ = ["RANDOM_TRUNCATION"]

_ALL = (r, 0, M)
_WEIGHT = chance(r) - chance(r + 1)
_ENDS = equal(chance(M + 1), 0)
_STEP = add(estimate(r), multiply(-1, estimate(r - 1)))


def _average(of: Any) -> IndexedSum:
    """Return ``Σ_r (p_r - p_{r+1}) Y_r``: the mean over the last term r."""
    return IndexedSum(multiply(_WEIGHT, of), _ALL)


def _second(of: Any) -> Any:
    return Sum(_WEIGHT * square(of), _ALL)


_TOTAL = IndexedSum(x[r], _ALL)
_MEAN, _SPREAD = _average(estimate(r)), _second(estimate(r))
_TAILS = Sum((square(tail(r)) - square(tail(r + 1))) / chance(r), _ALL)


def _unbiased() -> Derivation:
    chain = Derivation(_MEAN, given=(_ENDS,))
    chain = chain.then(BY_PARTS, _MEAN, IndexedSum(multiply(chance(r), _STEP), _ALL))
    return chain.then(NEWEST_OR_OLDEST, chain.end, _TOTAL)


def _second_moment() -> Derivation:
    grown = chance(r) * (square(estimate(r)) - square(estimate(r - 1)))
    own = square(x[r]) / chance(r)
    pairs = own + 2 * InnerProduct(x[r], estimate(r - 1))
    turned = own + 2 * InnerProduct(x[r], tail(r + 1)) / chance(r)
    chain = Derivation(_SPREAD, given=(_ENDS,))
    chain = chain.then(BY_PARTS, _SPREAD, Sum(grown, _ALL))
    chain = chain.then(SQUARES, chain.end, Sum(pairs, _ALL))
    chain = chain.then(FROM_TRIANGLE, chain.end, Sum(turned, _ALL))
    return chain.then(SQUARES, chain.end, _TAILS)


def _drawn(low: int, high: int) -> Draw:
    return Draw("random", {"sizes": {"n": (1, 3)}, "weighted": [("n", (low, high))]})


_LONG = _drawn(2, 5)


def _two(chances: list[Any], note: str) -> Draw:
    columns = (Matrix([1]), Matrix([2]))
    values = {"n": 1, "M": 1, "x": columns, "p": Matrix(chances)}
    return Draw("explicit", {"values": values, "note": note})


_HALF = Rational(1, 2)
_PLAIN = IndexedSum(x[d], (d, 0, r))
_OWN = Sum(square(x[r]) / chance(r), _ALL)

RANDOM_TRUNCATION = Claim(
    id="random-truncation",
    kind=Kind.IDENTITY,
    title="Cut at random and weighted by the chance to be reached, a sum is right on average",
    says=(equal(_MEAN, _TOTAL), equal(_SPREAD, _TAILS)),
    given=(
        Hypothesis(
            "the sum ends: $p_{M+1} = 0$",
            _ENDS,
            Witness(
                "where one time in two the sum goes on beyond its last term, that part is missing",
                _two([1, _HALF, Rational(1, 4)], "goes on"),
            ),
        ),
        Hypothesis("$p_d$ is the chance to reach term $d$, not $0$ up to $M$; $p_0 = 1$"),
    ),
    derive=lambda: (_unbiased(), _second_moment()),
    draws=(_drawn(0, 2), _LONG, _two([1, _HALF, 0], "a coin")),
    mutants=(
        Mutant("cut at random without the weights", equal(_average(_PLAIN), _TOTAL), (_LONG,)),
        Mutant(
            "weighted by the chance to stop there",
            equal(
                _average(IndexedSum(multiply(chance(d) - chance(d + 1), x[d]), (d, 0, r))), _TOTAL
            ),
            (_LONG,),
        ),
        Mutant("only the squares of the terms", equal(_SPREAD, _OWN), (_LONG,)),
        Mutant("the square of the sum", equal(_SPREAD, square(_TOTAL)), (_LONG,)),
        Mutant(
            "the tail from the next term on",
            equal(
                _SPREAD,
                Sum((square(tail(r)) - square(tail(r + 1))) / chance(r + 1), (r, 0, M - 1)),
            ),
            (_LONG,),
        ),
        Mutant(
            "the tails without the weights",
            equal(_SPREAD, Sum(square(tail(r)) - square(tail(r + 1)), _ALL)),
            (_LONG,),
        ),
    ),
    source=Source("rhee2015", "Theorem 1"),
    chapter=CHAPTER,
)
