"""Three values of the looseness of a step, decided in rationals."""

from typing import Any

from sympy import Integer, Mul, Pow, Rational

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Kind, Mutant
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement, Step
from rnnmath.theory.beyond.looseness.edge import CHAPTER

__all__ = ["LOOSENESS_NUMBERS"]

_EQUAL, _LESS = Relation.EQUAL, Relation.LESS


def _raised(base: Any, exponent: int) -> Any:
    return Pow(base, Integer(exponent), evaluate=False)


def _loose(power: int) -> Any:
    """Return ``(4 m)^m / (m + 1)^(m + 1)``, the looseness of a step to the power 2m."""
    top, bottom = _raised(Integer(4 * power), power), _raised(Integer(power + 1), -power - 1)
    return Mul(top, bottom, evaluate=False)


def _computed(relation: Relation) -> Rule:
    def justify(focus: Any, result: Any, _: Step) -> bool:
        gap = result.doit() - focus.doit()
        return bool(gap == 0 if relation == _EQUAL else gap.is_positive)

    return Rule("computed in rationals", "", relation, justify)


def _above(value: Any, power: int) -> Statement:
    return Statement(_raised(value, 2 * power), _LESS, _loose(power))


def _below(value: Any, power: int) -> Statement:
    return Statement(_loose(power), _LESS, _raised(value, 2 * power))


def _derived(statement: Statement) -> Derivation:
    rule = _computed(statement.relation)
    return Derivation(statement.lhs).then(rule, statement.lhs, statement.rhs)


_SAYS = (
    Statement(_loose(1), _EQUAL, Integer(1)),
    _above(Rational(337, 200), 10),
    _below(Rational(339, 200), 10),
    _above(Rational(379, 200), 50),
    _below(Rational(381, 200), 50),
)

LOOSENESS_NUMBERS = Claim(
    id="looseness-numbers",
    kind=Kind.WITNESS,
    title="The looseness of a step is 1 for one step, 1.69 for ten and 1.90 for fifty",
    says=_SAYS,
    derive=lambda: tuple(map(_derived, _SAYS)),
    draws=(Draw("explicit", {"note": "numbers", "values": {}}),),
    mutants=(
        Mutant("the power of the norm: the bound is met", _below(Rational(101, 100), 10)),
        Mutant("the root of one more than the power", _above(Rational(88, 50), 10)),
        Mutant("1.70 for ten", _above(Rational(339, 200), 10)),
        Mutant("2 for fifty", _above(Rational(399, 200), 50)),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
