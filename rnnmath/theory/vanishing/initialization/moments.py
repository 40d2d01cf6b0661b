"""Independent entries of mean zero and one variance: the means of ``W^T W`` and ``W W^T``."""

from typing import Any

from sympy import Integer, Sum, Symbol

from rnnmath.claim import DERIVED_HERE, Claim, Hypothesis, Kind, Mutant, Witness
from rnnmath.symbolic.derivation import Derivation, Relation, Statement
from rnnmath.symbolic.quantities.chance import Expectation, MeanMatrix
from rnnmath.symbolic.tidy import multiply, transpose
from rnnmath.theory.means import (
    ENTRY_OF_MEAN,
    GRAM_BY_ENTRIES,
    INDEPENDENT,
    LINEAR,
    SAME_TERMS,
    column_product,
)
from rnnmath.theory.vanishing.initialization.objects import (
    CHAPTER,
    ENTRIES,
    GRAM,
    GRAM_BACK,
    SPREAD,
    UNIT_BACK,
    UNIT_FORWARD,
    ZERO_MEAN,
    W,
    equal,
    explicit,
    layers,
    n_in,
    n_out,
    v,
)

__all__ = ["SECOND_MOMENTS"]

_i, _j, _k = (Symbol(name, integer=True, nonnegative=True) for name in "ijk")
_GIVEN = (ZERO_MEAN, SPREAD)


def _mean(expr: Any) -> Expectation:
    return Expectation(expr, ENTRIES)


def _on_the_diagonal(half: Any) -> Derivation:
    """Derive that the squares of a column of M add up to ``rows v`` in the mean."""
    total = column_product(half, _j, _j, _i)
    square = _mean(total.function)
    chain = Derivation(_mean(total), given=_GIVEN)
    chain = chain.then(LINEAR, chain.end, Sum(square, *total.limits))
    chain = chain.then(ENTRY_OF_MEAN, square, v)
    return chain.then(SAME_TERMS, chain.end, half.shape[0] * v)


def _off_the_diagonal(half: Any) -> Derivation:
    """Derive that different columns of M do not move together."""
    total = column_product(half, _j, _k, _i)
    left, right = _mean(half[_i, _j]), _mean(half[_i, _k])
    chain = Derivation(_mean(total), given=(*_GIVEN, Statement(_j, Relation.LESS, _k)))
    chain = chain.then(LINEAR, chain.end, Sum(_mean(total.function), *total.limits))
    chain = chain.then(INDEPENDENT, _mean(total.function), left * right)
    chain = chain.then(ENTRY_OF_MEAN, left, Integer(0))
    return chain if chain.end == 0 else chain.then(SAME_TERMS, chain.end, Integer(0))


def _gram(half: Any) -> Derivation:
    """Derive ``E M^T M = rows v I`` for M = W or its transpose."""
    matrix = MeanMatrix(multiply(transpose(half), half), ENTRIES)
    result = UNIT_FORWARD if half == W else UNIT_BACK
    premises = (_on_the_diagonal(half), _off_the_diagonal(half))
    chain = Derivation(matrix, given=_GIVEN)
    return chain.then(GRAM_BY_ENTRIES, matrix, result, premises)


def _gram_is(matrix: Any, unit: Any) -> Statement:
    return equal(MeanMatrix(matrix, ENTRIES), unit)


SECOND_MOMENTS = Claim(
    id="second-moments",
    kind=Kind.IDENTITY,
    title="Independent entries of mean zero: in the mean, W is a multiple of an isometry",
    says=(_gram_is(GRAM, UNIT_FORWARD), _gram_is(GRAM_BACK, UNIT_BACK)),
    given=(
        Hypothesis(
            "the entries of $W$ are independent",
            None,
            Witness("two entries that are always equal", explicit(1, 2, "signs", {"tied": "all"})),
        ),
        Hypothesis(
            "every entry has mean $0$",
            ZERO_MEAN,
            Witness("two coins of $0$ and $2$", explicit(1, 2, "shifted")),
        ),
        Hypothesis(
            "every entry has variance $v$",
            SPREAD,
            Witness("signs have variance $1$, not $2$", explicit(2, 2, "signs", v=2)),
        ),
    ),
    derive=lambda: (_gram(W), _gram(transpose(W))),
    draws=tuple(layers(kind) for kind in ("signs", "rare", "like normal", "lopsided")),
    mutants=(
        Mutant("the other side counts", _gram_is(GRAM, multiply(n_in / n_out, UNIT_FORWARD))),
        Mutant("no side counts", _gram_is(GRAM, multiply(1 / n_out, UNIT_FORWARD))),
        Mutant("of all entries", _gram_is(GRAM_BACK, multiply(n_out, UNIT_BACK))),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
