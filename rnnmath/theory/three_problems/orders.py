"""The orders of growth: between two multiples of one power, where inputs and outputs are few."""

from collections.abc import Iterator
from itertools import permutations
from typing import Any

from sympy import Add, Dummy, Rational, ceiling

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant, Witness, cite
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Step
from rnnmath.symbolic.derivation.order import supposed
from rnnmath.symbolic.derivation.reasoning import SYMMETRY
from rnnmath.symbolic.notation import T, m, n, p
from rnnmath.theory.three_problems.cost import TRUNCATION_COST, UNROLL_COST, run
from rnnmath.theory.three_problems.objects import (
    CHAPTER,
    SHORT_ENOUGH,
    WITHIN,
    K,
    at_most,
    cost,
    units,
)

__all__ = ["COST_ORDERS", "SLACK"]

_AT_MOST = Relation.AT_MOST


def _above_their_bounds(gap: Any, step: Step) -> Iterator[Any]:
    """Yield a gap with each symbol written as a bound of it, given or 1, plus what is above."""
    facts = [
        fact for fact in step.given if fact.relation == _AT_MOST and fact.rhs in (T, K, m, n, p)
    ]
    for order in permutations(facts):
        written = gap
        for fact in order:
            if written.has(fact.rhs):
                written = written.xreplace({fact.rhs: fact.lhs + Dummy(nonnegative=True)})
        whole = [symbol for symbol in written.free_symbols if symbol.is_integer]
        above = {symbol: 1 + Dummy(nonnegative=True) for symbol in whole if symbol.is_positive}
        yield written.xreplace(above).expand()


def _chunks_counted(gap: Any) -> Iterator[Any]:
    """Yield a gap as it is, and with each ``ceil(u/K)`` as u minus something, for K >= 1."""
    yield gap
    fewer = {
        chunks: (chunks.args[0] * K) - Dummy(nonnegative=True)
        for chunks in gap.atoms(ceiling)
        if (chunks.args[0] * K).is_integer and (chunks.args[0] * K).is_nonnegative
    }
    if fewer:
        yield gap.xreplace(fewer)


def _slack(focus: Any, result: Any, step: Step) -> bool:
    return any(
        all(term.is_nonnegative for term in Add.make_args(gap))
        for written in _chunks_counted(result - focus)
        for gap in _above_their_bounds(written, step)
    )


SLACK = Rule("no term of the difference is negative", "", _AT_MOST, _slack)

_FROM_ONE = at_most(1, T)
_INPUTS, _OUTPUTS = at_most(m, units * n), at_most(p, units * n)
_GIVEN = (_FROM_ONE, WITHIN, _INPUTS, _OUTPUTS)
_FACTOR = 3 + 5 * units


def _below(low: Any, claim: Claim, index: int) -> Derivation:
    statement = claim.says[index]
    known = Derivation(statement.lhs, given=_GIVEN)
    known = known.then(cite(claim, index), statement.lhs, statement.rhs)
    chain = Derivation(low, given=_GIVEN).then(SLACK, low, statement.rhs)
    return chain.then(SYMMETRY, chain.end, statement.lhs, (known,))


def _above(claim: Claim, index: int, high: Any) -> Derivation:
    statement = claim.says[index]
    chain = Derivation(statement.lhs, given=_GIVEN)
    chain = chain.then(cite(claim, index), statement.lhs, statement.rhs)
    for few in (m, p):
        if chain.end.has(few):
            chain = chain.then(supposed(_AT_MOST), few, units * n)
    return chain.then(SLACK, chain.end, high)


_CASES = (
    (2 * T * n**2, UNROLL_COST, 0, _FACTOR * T * n**2),
    (T * n, UNROLL_COST, 2, 2 * T * n),
    (T * n**2, TRUNCATION_COST, 0, _FACTOR * T * n**2),
    (K * n, TRUNCATION_COST, 2, 2 * K * n),
    (T * K * n**2 / 2, TRUNCATION_COST, 1, _FACTOR * T * K * n**2),
)


def _derive() -> tuple[Derivation, ...]:
    both = [
        (_below(low, claim, index), _above(claim, index, high))
        for low, claim, index, high in _CASES
    ]
    return tuple(chain for pair in both for chain in pair)


def _sizes(**scalars: Any) -> Draw:
    draw = run(**scalars)
    options = dict(draw.options)
    options["scalars"] = {**options["scalars"], "nu": (1, 3)}
    return Draw("random", options)


_LONG = (_sizes(T=(40, 60), K=(30, 40)),)
_PRODUCTS, _WINDOW = cost("products", "whole"), cost("products", "window")
_MANY = Draw(
    "explicit", {"values": {"n": 1, "m": 40, "p": 1, "T": 3, "K": 2, "nu": 1}, "note": "by hand"}
)

COST_ORDERS = Claim(
    id="cost-orders",
    kind=Kind.COUNT,
    title="With m and p at most a multiple of n: T n^2 in time, T n or K n in memory",
    says=tuple(
        statement
        for low, claim, index, high in _CASES
        for statement in (
            at_most(low, claim.says[index].lhs),
            at_most(claim.says[index].lhs, high),
        )
    ),
    given=(
        Hypothesis("$1 \\le T$, and $h_0$ is given", _FROM_ONE),
        SHORT_ENOUGH,
        Hypothesis(
            "$m \\le \\nu n$",
            _INPUTS,
            Witness("forty inputs for one unit cost more than eight multiply-adds a step", _MANY),
        ),
        Hypothesis(
            "$p \\le \\nu n$",
            _OUTPUTS,
            Witness(
                "forty outputs for one unit do so too",
                Draw(
                    "explicit",
                    {**_MANY.options, "values": {**_MANY.options["values"], "m": 1, "p": 40}},
                ),
            ),
        ),
    ),
    derive=_derive,
    draws=(_sizes(T=(6, 14), K=(1, 6)), *_LONG),
    mutants=(
        Mutant("the time grows with the square of T", at_most(T**2 * n**2 / 2, _PRODUCTS), _LONG),
        Mutant(
            "the memory stays below a multiple of n",
            at_most(cost("states", "whole"), 20 * n),
            _LONG,
        ),
        Mutant(
            "a window costs T n^2, whatever K",
            at_most(_WINDOW, _FACTOR * T * n**2),
            (
                Draw(
                    "explicit",
                    {
                        "values": {"n": 6, "m": 1, "p": 1, "T": 50, "K": 40, "nu": 1},
                        "note": "by hand",
                    },
                ),
            ),
        ),
        Mutant(
            "chunks divide the time by K",
            at_most(cost("products", "chunks"), _FACTOR * T * n**2 / K),
            _LONG,
        ),
        Mutant(
            "a window needs T n numbers",
            at_most(T * n, cost("states", "window")),
            (_sizes(T=(40, 60), K=(1, 6)),),
        ),
        Mutant("twice n^2 a step is enough", at_most(_PRODUCTS, Rational(5, 2) * T * n**2), _LONG),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
