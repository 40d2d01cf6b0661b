"""Chapter on attention: every claim is green, a planted error is red, a forged step is refused."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from sympy import Abs, DiagMatrix, MatrixSymbol, OneMatrix, Rational

from rnnmath.claim import Status
from rnnmath.errors import BadDerivation, Refuted
from rnnmath.numeric.dual import Dual, dual_jacobian
from rnnmath.numeric.exact import spectral_norm
from rnnmath.symbolic.calculus import jacobian
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement, Step
from rnnmath.symbolic.derivation import check as check_derivation
from rnnmath.symbolic.nodes import Elementwise, InnerProduct, Softmax, hadamard
from rnnmath.symbolic.norms import MaxAbs, OneNorm, SpectralNorm
from rnnmath.symbolic.quantities.attention import Weights
from rnnmath.symbolic.tidy import multiply
from rnnmath.theory.vanishing.attention import CLAIMS
from rnnmath.theory.vanishing.attention.norm_rules import (
    DIAGONAL,
    DIAGONAL_ENTRY,
    NORM,
    QUARTER,
    ROW_SUM,
    ROW_SUMS,
    SQUARES,
    TWO_PLACES,
    TWO_VALUES,
    w,
)
from rnnmath.theory.vanishing.attention.objects import (
    ONES,
    SPREAD,
    SUM_ONE,
    T,
    alpha,
    at_most,
    e,
    equal,
    n,
    v,
)
from rnnmath.theory.vanishing.attention.path import COUNT_ONES, EQUAL_WEIGHTS, ONE_ENTRY
from rnnmath.theory.vanishing.attention.softmax import (
    DIAGONAL_ONES,
    SUMS_TO_ONE,
    WEIGHTED_SQUARES,
)
from rnnmath.verify import check, examine
from rnnmath.verify.evaluate import Case, evaluate
from rnnmath.verify.evaluate.softmax import formal_exponential

BY_ID = {claim.id: claim for claim in CLAIMS}
HALF = Rational(1, 2)


def test_ids_are_those_of_the_chapter() -> None:
    """The chapter holds the path, and what is said of softmax under ids of their own."""
    assert list(BY_ID) == [
        "softmax-jacobian",
        "softmax-variance",
        "softmax-norm",
        "attention-path",
        "attention-bound",
        "attention-uniform",
    ]


@pytest.mark.parametrize("seed", [3, 11])
@pytest.mark.parametrize("claim_id", BY_ID)
def test_every_claim_is_green(claim_id: str, seed: int) -> None:
    """Derived, decided on every case, every mutant killed, every witness broken."""
    evidence = examine(BY_ID[claim_id], seed=seed, cases=3)
    assert evidence.trouble == ()
    assert evidence.green
    assert evidence.status == Status.TESTED
    assert evidence.mutants.reached == evidence.mutants.total >= 4


@pytest.mark.parametrize("claim_id", BY_ID)
def test_a_planted_mutant_is_refuted(claim_id: str) -> None:
    """A claim that states one of its mutants in its place is refuted."""
    claim = BY_ID[claim_id]
    mutant = claim.mutants[0]
    with pytest.raises(Refuted, match=claim_id):
        check(replace(claim, says=(mutant.says, *claim.says[1:])), cases=6)


@pytest.mark.parametrize("claim_id", BY_ID)
def test_no_claim_is_derived_once_a_statement_is_swapped(claim_id: str) -> None:
    """The derivations prove the statements of the claim and nothing else."""
    claim = BY_ID[claim_id]
    assert not examine(replace(claim, says=(equal(n, T),) * len(claim.says)), cases=1).derived


def forged(rule: Rule, focus: Any, result: Any, *given: Statement, premises: Any = ()) -> None:
    """Demand that a rule refuses a step."""
    with pytest.raises(BadDerivation):
        check_derivation(Derivation(focus, given=given).then(rule, focus, result, premises))


def sound(rule: Rule, focus: Any, result: Any, *given: Statement) -> None:
    """Demand that a rule takes a step, so that a refusal beside it means something."""
    check_derivation(Derivation(focus, given=given).then(rule, focus, result))


def test_one_entry_needs_a_unit_column() -> None:
    """``diag(x) e = (x^T e) e`` is refused unless e is known to hold one 1 and zeros."""
    place, length = equal(hadamard(e, e), e), equal(InnerProduct(e, e), 1)
    focus, result = multiply(DiagMatrix(alpha), e), multiply(InnerProduct(alpha, e), e)
    sound(ONE_ENTRY, focus, result, place, length)
    forged(ONE_ENTRY, focus, result, place)
    forged(ONE_ENTRY, focus, result, length)
    forged(ONE_ENTRY, focus, multiply(InnerProduct(alpha, e), alpha), place, length)


def test_sums_of_weights_refuse_other_columns() -> None:
    """Softmax sums to 1, other columns need not; equal weights need equal scores."""
    weights = Weights(v)
    sound(SUMS_TO_ONE, InnerProduct(ONES, weights), 1)
    forged(SUMS_TO_ONE, InnerProduct(ONES, v), 1)
    forged(SUMS_TO_ONE, InnerProduct(ONES, weights), 2)
    forged(EQUAL_WEIGHTS, weights, multiply(1 / T, ONES))
    zero = multiply(0, v)
    sound(EQUAL_WEIGHTS, Weights(zero), multiply(1 / T, ONES))
    forged(EQUAL_WEIGHTS, Weights(zero), multiply(1 / n, ONES))
    forged(COUNT_ONES, InnerProduct(e, ONES), InnerProduct(e, e))
    sound(COUNT_ONES, InnerProduct(e, ONES), InnerProduct(e, e), equal(hadamard(e, e), e))


def test_diagonal_rules_refuse_the_wrong_column() -> None:
    """``diag(x) 1`` is x and nothing else, and squares are weighed by what is not negative."""
    diagonal = DiagMatrix(alpha)
    sound(DIAGONAL_ONES, multiply(diagonal, ONES), alpha)
    forged(DIAGONAL_ONES, multiply(diagonal, v), alpha)
    forged(DIAGONAL_ONES, multiply(diagonal, OneMatrix(T, 2)), alpha)
    forged(DIAGONAL_ONES, InnerProduct(v, multiply(diagonal, v)), InnerProduct(alpha, v))
    weighed = InnerProduct(v, multiply(diagonal, v))
    sound(WEIGHTED_SQUARES, Rational(0), weighed, equal(Elementwise(Abs, alpha), alpha))
    forged(WEIGHTED_SQUARES, Rational(0), weighed)
    other = InnerProduct(e, multiply(diagonal, v))
    forged(WEIGHTED_SQUARES, Rational(0), other, equal(Elementwise(Abs, alpha), alpha))


def test_norm_rules_need_a_distribution() -> None:
    """Row sums, the diagonal and the quarter are read off only for weights that sum to 1."""
    sound(ROW_SUMS, OneNorm(SPREAD), ROW_SUM, *SUM_ONE)
    forged(ROW_SUMS, OneNorm(SPREAD), ROW_SUM, SUM_ONE[0])
    forged(ROW_SUMS, OneNorm(SPREAD), ROW_SUM / 2, *SUM_ONE)
    forged(ROW_SUMS, OneNorm(DiagMatrix(alpha)), ROW_SUM, *SUM_ONE)
    sound(DIAGONAL_ENTRY, MaxAbs(DIAGONAL), NORM, *SUM_ONE)
    forged(DIAGONAL_ENTRY, MaxAbs(alpha), NORM, *SUM_ONE)
    forged(DIAGONAL_ENTRY, MaxAbs(DIAGONAL), SpectralNorm(DiagMatrix(alpha)), *SUM_ONE)
    sound(QUARTER, MaxAbs(DIAGONAL), Rational(1, 4), *SUM_ONE)
    forged(QUARTER, MaxAbs(DIAGONAL), Rational(1, 4))
    forged(QUARTER, MaxAbs(DIAGONAL), Rational(1, 5), *SUM_ONE)


def test_two_places_and_two_values_need_their_premises() -> None:
    """Neither lemma of the case of equality is used without what it rests on."""
    result = multiply(HALF, alpha)
    forged(TWO_PLACES, SQUARES, result, *SUM_ONE)
    blank = tuple(Derivation(part, given=SUM_ONE) for part in (w, w, w))
    forged(TWO_PLACES, SQUARES, result, *SUM_ONE, premises=blank)
    x = InnerProduct(alpha, w)
    same_value = (Derivation(x), Derivation(x))
    forged(TWO_VALUES, x, Rational(0), premises=same_value)
    forged(TWO_VALUES, x, Rational(0), premises=same_value[:1])


def _steps(derivation: Derivation, name: str) -> list[Step]:
    """Return the steps by a rule, those of the premises included."""
    own = [step for step in derivation.steps if step.rule.name == name]
    premises = [premise for step in derivation.steps for premise in step.premises]
    return own + [step for premise in premises for step in _steps(premise, name)]


def test_what_exists_needs_weights_and_every_column() -> None:
    """A weight of one half exists among weights only; ``v^T S v >= 0`` is shown for every v."""
    whole = BY_ID["softmax-norm"].derive()[3]
    (half,) = _steps(whole, "a weight of one half")[:1]
    check_derivation(Derivation(half.before, (half,), half.given))
    need, *others = half.premises
    assert len(others) == 3  # both halves of "weights", and the proof itself
    forged(half.rule, half.focus, half.result, *half.given, premises=(need, others[-1]))
    (along,) = _steps(whole, "an eigenvector for the norm")
    still = equal(v, multiply(0, v))
    *needs, main = along.premises
    given = (*along.given, still)
    moved = replace(main, given=(*given, *main.given[len(along.given) :]))
    forged(along.rule, along.focus, along.result, *given, premises=(*needs, moved))
    assert not along.rule.justify(
        along.focus, along.result, replace(along, given=given, premises=(*needs, moved))
    )


def test_formal_exponential_is_its_own_slope() -> None:
    """At every score the value is positive and equal to the slope, and E grows."""
    scores = [Fraction(k, 7) for k in range(-20, 21)]
    moved = [formal_exponential(Dual(score, 1)) for score in scores]
    assert all(dual.value == dual.derivative > 0 for dual in moved)
    values = [formal_exponential(score) for score in scores]
    assert values == sorted(set(values)) == [dual.value for dual in moved]


def test_formal_softmax_and_the_true_one_have_one_jacobian() -> None:
    """The formula of the calculus holds for formal weights exactly, and in floats to rounding."""
    a = MatrixSymbol("a", 4, 1)
    formula = jacobian(Softmax(a), a)
    point = np.array([[Fraction(1)], [Fraction(-2)], [Fraction(1, 3)], [Fraction(0)]], dtype=object)
    case = Case({"a": point})
    measured = dual_jacobian(lambda x: evaluate(Softmax(a), case.but(a=x)), point)
    assert (measured == evaluate(formula, case)).all()
    floats = point.astype(float)
    grown = np.exp(floats) / np.exp(floats).sum()
    seen = evaluate(formula, Case({"a": floats}))
    expected = np.diag(grown[:, 0]) - grown @ grown.T
    np.testing.assert_allclose(seen, expected, rtol=1e-13, atol=1e-16)


def test_one_half_is_reached_by_two_equal_weights_only() -> None:
    """Among all distributions in sixths the norm is one half at two halves, and below elsewhere."""
    for first in range(7):
        for second in range(7 - first):
            numbers = [first, second, 6 - first - second]
            weights = np.array([[Fraction(number, 6)] for number in numbers], dtype=object)
            norm = spectral_norm(np.diag(weights[:, 0]) - weights @ weights.T)
            reached = sorted(numbers) == [0, 3, 3]
            assert norm.certainly_le(Fraction(1, 2))
            assert (norm.certainly_lt(Fraction(1, 2)) is True) != reached


def test_a_far_state_is_reached_by_a_factor_above_one() -> None:
    """A bound of 1 on the factor is false: two scalar states 3 and 0, the query 1."""
    bound = next(mutant for mutant in BY_ID["attention-bound"].mutants if "explode" in mutant.note)
    assert bound.says == at_most(bound.says.lhs, 1)
    assert bound.says.relation == Relation.AT_MOST
    states = np.array([3.0, 0.0])

    def context(h: float) -> float:
        weights = np.exp(np.array([h, 0.0]))
        return float(weights @ np.array([h, 0.0]) / weights.sum())

    step = 1e-6
    slope = (context(states[0] + step) - context(states[0] - step)) / (2 * step)
    assert slope > 1
