"""The derivatives in the first state fall like a power of T, and with what constant."""

from typing import Any

from sympy import Matrix, Rational, Sum, gamma

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant, Source, Witness, cite
from rnnmath.symbolic.derivation import Derivation, Relation, Statement
from rnnmath.symbolic.tidy import multiply
from rnnmath.theory.beyond.attention_law.bound_rules import (
    BINOMIAL_TAIL,
    EARLY_AND_LATE,
    FALLING,
    MEAN_BELOW,
    NORM_OF_MULTIPLE,
    REGIME,
    WENDEL_ABOVE,
    WENDEL_BELOW,
    late,
    weight,
)
from rnnmath.theory.beyond.attention_law.generating import ATTENTION_SERIES, TERMS
from rnnmath.theory.beyond.attention_law.objects import (
    CHAPTER,
    EYE,
    LENGTH,
    M,
    T,
    coefficient,
    compare,
    drawn,
    j,
    kappa,
    law_influence,
    r,
)

__all__ = ["ATTENTION_POWER_LAW", "ATTENTION_THRESHOLD", "lower", "upper"]

_IFF = Relation.IFF
_FROM_TWO = compare(2, "<=", T)
_KEPT = (compare(0, "<=", M), compare(M, "<=", T - 2))
#: The limit of the derivative over ``T^(kappa - 1) / Gamma(kappa)``.
CONSTANT = (1 - r) ** (kappa - 1)


def lower(power: Any = kappa - 1, constant: Any = CONSTANT, of: Any = kappa) -> Any:
    """Return ``(C - r^T / (1 - r)) T^(kappa - 1) / Gamma(kappa)``.

    Examples
    --------
    >>> lower().has(gamma)
    True
    """
    return (constant - r**T / (1 - r)) * T**power / gamma(of)


def upper(power: Any = kappa - 1, constant: Any = CONSTANT, of: Any = kappa) -> Any:
    """Return ``C (T - 1 - M)^(kappa - 1) / Gamma(kappa) + r^(M+1) / (1 - r)``.

    Examples
    --------
    >>> upper().has(M)
    True
    """
    return (T - 1 - M) ** power / gamma(of) * constant + r ** (M + 1) / (1 - r)


def _summed(given: tuple[Statement, ...]) -> Derivation:
    """Derive that the norm of the derivative is the sum of the terms."""
    start = law_influence(T)
    chain = Derivation(LENGTH, given=given)
    chain = chain.then(cite(ATTENTION_SERIES), start, multiply(coefficient(T), EYE))
    chain = chain.then(cite(ATTENTION_SERIES, 1), coefficient(T), TERMS)
    return chain.then(NORM_OF_MULTIPLE, chain.end, TERMS)


def _below() -> Derivation:
    chain = _summed(_GRANTED)
    total = Sum(late(j), (j, 0, T - 1))
    chain = chain.then(FALLING, chain.end, weight(T - 1) * total)
    chain = chain.then(WENDEL_BELOW, chain.end, T ** (kappa - 1) / gamma(kappa) * total)
    return chain.then(BINOMIAL_TAIL, chain.end, lower())


def _above() -> Derivation:
    chain = _summed(_GRANTED)
    cut = weight(T - 1 - M) * CONSTANT + r ** (M + 1) / (1 - r)
    chain = chain.then(EARLY_AND_LATE, chain.end, cut)
    return chain.then(WENDEL_ABOVE, chain.end, upper())


def _run(power: Any, rest: Any, times: int, cut: int = 0) -> Draw:
    values = {"n": 1, "kappa": power, "r": rest, "T": times, "t": 2, "M": cut, "h_1": Matrix([1])}
    return Draw("explicit", {"values": values, "note": "by hand"})


_GRANTED = (*REGIME, *_KEPT)
_POSITIVE = Hypothesis(
    "$\\kappa \\gt 0$: the mean counts with a positive factor",
    REGIME[0],
)
_SMALL = Hypothesis(
    "$\\kappa \\le 1$",
    REGIME[1],
    Witness("for $\\kappa = 2$ the derivative grows like T", _run(2, Rational(1, 2), 8, 2)),
)
_KEEPS = Hypothesis(
    "$r \\ge 0$",
    REGIME[2],
    Witness("a negative r lets the sign alternate", _run(Rational(1, 2), Rational(-9, 10), 4)),
)
_SETTLES = Hypothesis("$r \\lt 1$", REGIME[3])
_NAMES = Hypothesis("$r = a c$ and $\\kappa = a / (1 - r)$")
_FAR = drawn(kappa=("1/8", "1"), r=("0", "4/5"), times=(50, 80), width=1, M=(5, 30))
_NEAR = drawn(kappa=("1/8", "1"), r=("0", "1"), times=(5, 12))
_PLAIN = _run(Rational(1, 2), 0, 120)


def _at_least(bound: Any) -> Statement:
    return compare(bound, "<=", LENGTH)


def _at_most(bound: Any) -> Statement:
    return compare(LENGTH, "<=", bound)


ATTENTION_POWER_LAW = Claim(
    id="attention-power-law",
    kind=Kind.LIMIT,
    title="With attention to the mean the derivative falls like a power, not exponentially",
    says=(compare(LENGTH, ">=", lower()), _at_most(upper())),
    given=(
        _NAMES,
        _POSITIVE,
        _SMALL,
        _KEEPS,
        _SETTLES,
        Hypothesis("$0 \\le M$, the number of steps that are kept apart", _KEPT[0]),
        Hypothesis("$M \\le T - 2$", _KEPT[1]),
    ),
    derive=lambda: (_below(), _above()),
    draws=(
        _NEAR,
        _FAR,
        _PLAIN,
        _run(1, Rational(1, 2), 40, 20),
        _run(Rational(1, 2), Rational(1, 2), 150, 40),
    ),
    mutants=(
        Mutant("the exponent kappa", _at_least(lower(power=kappa)), (_FAR,)),
        Mutant("the exponent kappa - 2", _at_most(upper(power=kappa - 2)), (_FAR,)),
        Mutant(
            "the exponent of the square root, whatever kappa",
            _at_most(upper(power=-Rational(1, 2))),
            (_run(Rational(3, 4), 0, 200),),
        ),
        Mutant("without the constant of r", _at_most(upper(constant=1)), (_FAR,)),
        Mutant(
            "the constant to the power kappa", _at_most(upper(constant=(1 - r) ** kappa)), (_FAR,)
        ),
        Mutant(
            "the constant of a pole of order kappa + 1", _at_least(lower(of=kappa + 1)), (_FAR,)
        ),
        Mutant(
            "exponential decay by the sum of the weights",
            _at_most((r + kappa * (1 - r)) ** (T - 1)),
            (_FAR,),
        ),
        Mutant("exponential decay, as without attention", _at_most(r ** (T - 1)), (_FAR,)),
        Mutant("exponential decay with a constant", _at_most(100 * Rational(9, 10) ** T), (_FAR,)),
        Mutant("no decay", _at_least(1), (_FAR,)),
        Mutant(
            "without what the cut leaves over", _at_most(upper() - r ** (M + 1) / (1 - r)), (_NEAR,)
        ),
    ),
    source=Source("flajolet2009", "Theorem VI.1"),
    chapter=CHAPTER,
)


def _threshold(relation: str) -> Derivation:
    given = (REGIME[0], *REGIME[2:], _FROM_TWO)
    start, end = compare(LENGTH, relation, 1), compare(kappa, relation, 1)
    return Derivation(start, given=given).then(MEAN_BELOW, start, end)


def _tells(relation: str, level: Any) -> Statement:
    return Statement(compare(LENGTH, relation, 1), _IFF, level)


ATTENTION_THRESHOLD = Claim(
    id="attention-threshold",
    kind=Kind.IDENTITY,
    title="The derivative falls below 1 exactly where kappa is below 1",
    says=tuple(_tells(sign, compare(kappa, sign, 1)) for sign in ("<", "=", ">")),
    given=(
        _NAMES,
        _POSITIVE,
        Hypothesis(
            "$r \\ge 0$",
            REGIME[2],
            Witness("a long way down on the other side", _run(Rational(1, 2), -4, 3)),
        ),
        _SETTLES,
        Hypothesis(
            "$T \\ge 2$",
            _FROM_TWO,
            Witness("the first state moves itself by 1", _run(Rational(1, 2), Rational(1, 2), 1)),
        ),
    ),
    derive=lambda: tuple(_threshold(sign) for sign in ("<", "=", ">")),
    draws=(
        drawn(kappa=("1/8", "2"), r=("0", "1"), times=(2, 12)),
        drawn(kappa=("1/8", "2"), r=("0", "1"), times=(30, 40), width=1),
        *(_run(1, rest, times) for rest, times in ((0, 5), (Rational(1, 2), 9))),
        _run(Rational(99, 100), Rational(9, 10), 50),
        _run(Rational(101, 100), Rational(9, 10), 50),
    ),
    mutants=(
        Mutant("as soon as r is below 1", _tells("<", compare(r, "<", 1))),
        Mutant("where the sum of kappa and r is below 1", _tells("<", compare(kappa + r, "<", 1))),
        Mutant("also at kappa = 1", _tells("<", compare(kappa, "<=", 1))),
        Mutant("where kappa is below one half", _tells("<", compare(kappa, "<", Rational(1, 2)))),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
