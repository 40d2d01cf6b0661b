"""The statements, rules and symbols that the claims of this chapter share."""

from collections.abc import Mapping
from typing import Any

from sympy import Add, Mul, Symbol, log, sympify

from rnnmath.claim import Claim
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement, Step
from rnnmath.symbolic.derivation.reasoning import not_before

__all__ = ["CHAPTER", "at_most", "claimed", "compare", "equal", "per_step", "x"]

CHAPTER = "beyond/lyapunov"

#: A growth rate as a logarithm, any real number.
x = Symbol("x", real=True)


def equal(left: Any, right: Any) -> Statement:
    """Return ``left = right``.

    Examples
    --------
    >>> print(equal(x, 1))
    x = 1
    """
    return Statement(sympify(left), Relation.EQUAL, sympify(right))


def at_most(left: Any, right: Any) -> Statement:
    """Return ``left <= right``.

    Examples
    --------
    >>> print(at_most(x, 1))
    x <= 1
    """
    return compare(left, "<=", right)


def compare(left: Any, relation: str, right: Any) -> Statement:
    """Return the statement that two numbers stand in a relation, given by its sign.

    Examples
    --------
    >>> print(compare(x, ">", 1))
    x > 1
    """
    return Statement(sympify(left), Relation(relation), sympify(right))


def claimed(claim: Claim, index: int, names: Mapping[Any, Any]) -> Rule:
    """Return a claimed equivalence as a rule, read from either side, its names replaced.

    What the claim supposes must be given.

    Examples
    --------
    >>> from rnnmath.theory.eigenvalue_intuition import EIGEN_REGIMES
    >>> claimed(EIGEN_REGIMES, 3, {}).claim
    'eigen-regimes'
    """
    statement = claim.says[index]
    sides = tuple(side.renamed(names) for side in (statement.lhs, statement.rhs))

    needs = [each.condition.renamed(names) for each in claim.given if each.condition is not None]

    def justify(focus: Any, result: Any, step: Step) -> bool:
        return (focus, result) in (sides, sides[::-1]) and set(needs) <= set(step.given)

    return Rule(claim.id, "", Relation.IFF, justify, claim.id)


def _logarithm(number: Any) -> Any:
    """Return the logarithm of a product of powers, as a sum of multiples."""
    powers = [part.as_base_exp() for part in Mul.make_args(number)]
    logs = [
        exponent * (_logarithm(base) if base.is_Mul else log(base)) for base, exponent in powers
    ]
    return Add(*logs).expand()


def _has_logarithms(number: Any) -> bool:
    """Tell whether no base of a product of powers is negative: if it is positive, so are they."""
    bases = [part.as_base_exp()[0] for part in Mul.make_args(number)]
    return all(_has_logarithms(base) if base.is_Mul else base.is_nonnegative for base in bases)


def _spread(expr: Any) -> Any:
    return expr.replace(log, _logarithm).expand()


def _is_positive(premise: Derivation, step: Step) -> bool:
    """Tell whether the smaller side of a comparison is positive, so that both are."""
    upward = premise.relation == Relation.AT_MOST
    smaller = premise.start if upward else premise.end
    return bool(smaller.is_positive) or compare(0, "<", smaller) in step.given


def per_step(relation: Relation) -> Rule:
    """Return the rule that takes logarithms and divides by the number of steps.

    The focus is ``ln(v) / m``; the premise compares v with a power, whose logarithm is m times
    the result.  That the smaller side is positive must be given or plain, and m at least 1.

    Examples
    --------
    >>> per_step(Relation.AT_MOST).name
    'logarithms, per step'
    """

    def justify(focus: Any, result: Any, step: Step) -> bool:
        if len(step.premises) != 1 or not set(step.premises[0].given) <= set(step.given):
            return False
        (premise,) = step.premises
        inner = log(premise.start)
        count = (inner / focus).cancel()
        return bool(
            premise.relation == relation
            and inner in focus.atoms(log)
            and _is_positive(premise, step)
            and _has_logarithms(premise.end)
            and count.is_integer
            and not_before(count, sympify(1), step.given)
            and (count * _spread(result) - _logarithm(premise.end)).expand() == 0
        )

    law = rf"v {relation.value} c^m \implies \tfrac1m \ln v {relation.value} \ln c"
    law = law.replace("<=", r"\le").replace(">=", r"\ge")
    return Rule("logarithms, per step", law, relation, justify)
