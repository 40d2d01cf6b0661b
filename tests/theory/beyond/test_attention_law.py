"""Attention to the mean: every claim is green, a planted error is red, a forged step is refused."""

import math
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from sympy import Identity, Integer, Rational, S, Sum, Symbol, gamma

from rnnmath.claim import Status
from rnnmath.errors import BadDerivation, Refuted, Unsupported
from rnnmath.numeric.dual import dual_jacobian
from rnnmath.symbolic.calculus import Jacobian
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement, Step
from rnnmath.symbolic.derivation import check as check_derivation
from rnnmath.symbolic.nodes import IndexedSum
from rnnmath.symbolic.quantities.averaging import AveragingState, SeriesCoefficient
from rnnmath.symbolic.tidy import add, multiply
from rnnmath.theory.beyond.attention_law import CLAIMS
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
from rnnmath.theory.beyond.attention_law.generating import TERMS
from rnnmath.theory.beyond.attention_law.objects import (
    EYE,
    LENGTH,
    SERIES,
    M,
    T,
    a,
    c,
    coefficient,
    compare,
    equal,
    h_1,
    influence,
    j,
    kappa,
    law_influence,
    r,
    state,
    t,
    z,
)
from rnnmath.theory.beyond.attention_law.power_law import upper
from rnnmath.theory.beyond.attention_law.recurrence import (
    DEFINITION,
    FIRST,
    LAST_TERM,
    SUBTRACT,
)
from rnnmath.theory.beyond.attention_law.series_rules import (
    BINOMIAL_SERIES,
    COEFFICIENTS,
    FIRST_COEFFICIENTS,
    ONE_RECURRENCE,
)
from rnnmath.verify import check, examine
from rnnmath.verify.elementary import power_of
from rnnmath.verify.evaluate import Case, evaluate
from rnnmath.verify.evaluate.averaging import raised, series

BY_ID = {claim.id: claim for claim in CLAIMS}
FROM_TWO = compare(2, "<=", t)


def test_ids_are_those_of_the_chapter() -> None:
    """The entry is stated by four claims, whose hypotheses differ."""
    assert list(BY_ID) == [
        "attention-recurrence",
        "attention-series",
        "attention-power-law",
        "attention-threshold",
    ]


@pytest.mark.parametrize("seed", [3, 11])
@pytest.mark.parametrize("claim_id", BY_ID)
def test_every_claim_is_green(claim_id: str, seed: int) -> None:
    """Derived, decided on every case, every mutant killed, every witness broken."""
    evidence = examine(BY_ID[claim_id], seed=seed, cases=2)
    assert evidence.trouble == ()
    assert evidence.green
    assert evidence.status == Status.TESTED
    assert evidence.mutants.reached == evidence.mutants.total >= 4


@pytest.mark.parametrize("claim_id", BY_ID)
def test_a_planted_mutant_is_refuted(claim_id: str) -> None:
    """A claim that states one of its mutants in its place is refuted."""
    claim = BY_ID[claim_id]
    mutant = claim.mutants[0]
    planted = replace(claim, says=(mutant.says,), draws=mutant.draws or claim.draws)
    with pytest.raises(Refuted, match=claim_id):
        check(planted, cases=6)


@pytest.mark.parametrize("claim_id", BY_ID)
def test_no_claim_is_derived_once_a_statement_is_swapped(claim_id: str) -> None:
    """The derivations prove the statements of the claim and nothing else."""
    claim = BY_ID[claim_id]
    assert not examine(replace(claim, says=(equal(t, t),) * len(claim.says)), cases=1).derived


def forged(rule: Rule, focus: Any, result: Any, *given: Statement, premises: Any = ()) -> None:
    """Demand that a rule refuses a step."""
    with pytest.raises(BadDerivation):
        check_derivation(Derivation(focus, given=given).then(rule, focus, result, premises))


def sound(rule: Rule, focus: Any, result: Any, *given: Statement) -> None:
    """Demand that a rule takes a step, so that a refusal beside it means something."""
    check_derivation(Derivation(focus, given=given).then(rule, focus, result))


def test_one_step_is_the_one_of_the_definition() -> None:
    """The mean runs over all states up to t, and there is no step into the first state."""
    good = BY_ID["attention-recurrence"].says[0]
    sound(DEFINITION, good.lhs, good.rhs, FROM_TWO)
    forged(DEFINITION, good.lhs, good.rhs)
    forged(DEFINITION, good.lhs, good.rhs.xreplace({c: c + 1}), FROM_TWO)
    shorter = good.rhs.xreplace({IndexedSum(state(j), (j, 1, t)): state(t)})
    forged(DEFINITION, good.lhs, shorter, FROM_TWO)
    forged(DEFINITION, influence(t + 1), multiply(a * c, influence(t)), FROM_TWO)
    forged(FIRST, influence(2), EYE)


def test_sums_and_differences_of_equations_are_checked() -> None:
    """The last term of a sum leaves the rest, and equations are subtracted as they are."""
    whole = IndexedSum(influence(j), (j, 1, t))
    rest = IndexedSum(influence(j), (j, 1, t - 1))
    sound(LAST_TERM, whole, add(influence(t), rest), FROM_TWO)
    forged(LAST_TERM, whole, add(influence(t), rest))
    forged(LAST_TERM, whole, add(influence(t), whole), FROM_TWO)
    left = Derivation(influence(t), given=(FROM_TWO,))
    forged(SUBTRACT, influence(t), EYE, FROM_TWO, premises=(left, left))
    forged(SUBTRACT, influence(t), influence(t), FROM_TWO, premises=(left,))


def test_coefficients_follow_the_differential_equation_only() -> None:
    """Another factor, or another series, is no consequence of ``P z F' = Q F``."""
    focus = t * coefficient(t + 1)
    right = ((1 + r) * t + kappa * (1 - r) - 1) * coefficient(t)
    right -= r * (t - 1) * coefficient(t - 1)
    sound(COEFFICIENTS, focus, right)
    forged(COEFFICIENTS, focus, right + coefficient(t))
    forged(COEFFICIENTS, focus, right + r * coefficient(t - 1))
    forged(COEFFICIENTS, focus, right.xreplace({coefficient(t): coefficient(t - 1)}))
    other = SERIES.xreplace({kappa: kappa + 1})
    swap = {coefficient(power): coefficient(power, other) for power in (t + 1, t, t - 1)}
    forged(COEFFICIENTS, focus.xreplace(swap), right.xreplace(swap))


def test_values_of_coefficients_are_computed() -> None:
    """The first coefficients and the product of two binomial series are what they are."""
    sound(FIRST_COEFFICIENTS, coefficient(2), kappa * (1 - r) + r)
    forged(FIRST_COEFFICIENTS, coefficient(2), kappa)
    sound(BINOMIAL_SERIES, coefficient(T), TERMS)
    forged(BINOMIAL_SERIES, coefficient(T), TERMS.xreplace({kappa: -kappa}))
    forged(BINOMIAL_SERIES, coefficient(T + 1), TERMS)


def test_one_recurrence_needs_both_first_values() -> None:
    """Without the six premises nothing follows, nor with a wrong first value."""
    proof = BY_ID["attention-series"].derive()[0]
    (step,) = proof.steps
    given = proof.given
    forged(ONE_RECURRENCE, step.focus, step.result, *given)
    for place in range(6):
        premises = list(step.premises)
        premises[place] = replace(premises[place], start=premises[place].end, steps=())
        forged(ONE_RECURRENCE, step.focus, step.result, *given, premises=tuple(premises))
    later = multiply(coefficient(T + 1), EYE)
    forged(ONE_RECURRENCE, step.focus, later, *given, premises=step.premises)


def test_bounds_hold_in_their_regime_only() -> None:
    """Each rule of the two bounds is refused as soon as one condition is left out."""
    total = TERMS.func(late(j), (j, 0, T - 1))
    power = T ** (kappa - 1) / gamma(kappa)
    cut = (1 - r) ** (kappa - 1) - r**T / (1 - r)
    apart = weight(T - 1 - M) * (1 - r) ** (kappa - 1) + r ** (M + 1) / (1 - r)
    more = (compare(1, "<=", T), compare(0, "<=", M), compare(M, "<=", T - 2))
    steps = (
        (FALLING, TERMS, weight(T - 1) * total),
        (EARLY_AND_LATE, TERMS, apart),
        (WENDEL_BELOW, weight(T - 1) * total, power * total),
        (BINOMIAL_TAIL, power * total, power * cut),
        (WENDEL_ABOVE, apart, upper()),
    )
    for rule, focus, result in steps:
        sound(rule, focus, result, *REGIME, *more)
        for place in range(4):
            forged(rule, focus, result, *REGIME[:place], *REGIME[place + 1 :], *more)
        forged(rule, focus, 2 * result, *REGIME, *more)
    forged(EARLY_AND_LATE, TERMS, apart, *REGIME, *more[:2])


def test_a_norm_is_a_sum_only_where_no_term_is_negative() -> None:
    """``‖x I‖ = x`` is refused outside the regime, for another sum and for another matrix."""
    focus = LENGTH.func(multiply(TERMS, EYE))

    def allows(of: Any, result: Any, given: tuple[Statement, ...]) -> bool:
        step = Step(NORM_OF_MULTIPLE, of, result, of, result, given=given)
        return NORM_OF_MULTIPLE.justify(of, result, step)

    assert allows(focus, TERMS, REGIME)
    assert not any(allows(focus, TERMS, (*REGIME[:k], *REGIME[k + 1 :])) for k in range(4))
    assert not allows(focus, 2 * TERMS, REGIME)
    assert not allows(LENGTH, TERMS, REGIME)


def test_the_threshold_speaks_of_kappa_and_one() -> None:
    """The side of 1 is told by kappa, for this recurrence and from T = 2 on."""
    given = (REGIME[0], *REGIME[2:], compare(2, "<=", T))
    below = compare(LENGTH, "<", 1)
    sound(MEAN_BELOW, below, compare(kappa, "<", 1), *given)
    forged(MEAN_BELOW, below, compare(kappa, "<", 1), *given[:-1])
    forged(MEAN_BELOW, below, compare(kappa, "<", 2), *given)
    forged(MEAN_BELOW, below, compare(r, "<", 1), *given)
    forged(MEAN_BELOW, below, compare(kappa, ">", 1), *given)
    forged(MEAN_BELOW, compare(LENGTH, "<", 2), compare(kappa, "<", 1), *given)


def run(step: Fraction, kept: Fraction, steps: int) -> list[Fraction]:
    """Return the derivatives of a run, written a second time in plain Python."""
    found, total, last = [], Fraction(0), Fraction(1)
    for count in range(1, steps + 1):
        found.append(last)
        total += last
        last = step * (kept * last + total / count)
    return found


def test_the_evaluator_runs_the_recurrence() -> None:
    """Dual numbers through the evaluator agree with a run of the derivative itself."""
    step, kept = Fraction(2, 5), Fraction(3, 7)
    start = np.array([[Fraction(2)], [Fraction(-1, 3)]], dtype=object)
    case = Case({"a": step, "c": kept, "h_1": start, "T": 9, "n": 2})
    measured = evaluate(influence(T), case)
    expected = run(step, kept, 9)[-1]
    assert (measured == expected * np.eye(2, dtype=int)).all()
    again = dual_jacobian(lambda x: evaluate(state(T), case.but(h_1=x)), start)
    assert (again == measured).all()


def test_closed_forms_of_special_cases() -> None:
    """At kappa = 1 every derivative is 1, at kappa = 2 it is linear, at r = 0 a product."""
    rest = Fraction(1, 3)
    assert set(run(1 - rest, rest / (1 - rest), 20)) == {Fraction(1)}
    step = 2 * (1 - rest)
    linear = [(1 - rest) * time + rest for time in range(1, 21)]
    assert run(step, rest / step, 20) == linear
    power = Fraction(2, 7)
    product = [
        math.prod((1 + (power - 1) / Fraction(k) for k in range(1, time)), start=Fraction(1))
        for time in range(1, 21)
    ]
    assert run(power, Fraction(0), 20) == product


def test_series_are_multiplied_out_exactly() -> None:
    """The coefficients for the run are its derivatives, at a negative r too, and 200 of them."""
    for power, rest in ((Fraction(1, 2), Fraction(1, 3)), (Fraction(-5, 3), Fraction(-3, 4))):
        step = power * (1 - rest)
        known = series(SERIES, z, 201, Case({"kappa": power, "r": rest}))
        assert known[0] == 0
        assert known[1:] == run(step, rest / step, 200)


def test_series_refuse_what_they_cannot_raise() -> None:
    """A power needs the constant term 1, and only sums, products and powers are read."""
    with pytest.raises(Unsupported, match="constant term 1"):
        raised([Fraction(2), Fraction(1)], Fraction(1, 2))
    with pytest.raises(Unsupported, match="no power series"):
        series(gamma(z), z, 3, Case({}))


def test_gamma_and_powers_are_enclosed() -> None:
    """``Gamma(1/2)^2`` is pi, whole arguments are exact, and a root is enclosed."""
    half = evaluate(gamma(kappa), Case({"kappa": Fraction(1, 2)}))
    assert half.lower**2 < Fraction(math.pi) * (1 + Fraction(1, 10**15))
    assert half.upper**2 > Fraction(math.pi) * (1 - Fraction(1, 10**15))
    assert evaluate(gamma(kappa), Case({"kappa": Fraction(5)})) == 24
    root = power_of(Fraction(2), Fraction(1, 3), 80)
    assert root.lower**3 < 2 < root.upper**3
    assert evaluate(T ** (kappa - 1), Case({"T": 4, "kappa": Fraction(3)})) == 16


def test_the_ratio_to_the_power_law_tends_to_its_constant() -> None:
    """Over T the ratio comes nearer to ``(1 - r)^(kappa - 1)``, at a rate of about 1 / T."""
    power, rest = 0.5, 0.5
    step = power * (1 - rest)
    last, total, errors = 1.0, 0.0, {}
    for time in range(1, 4001):
        if time in (40, 400, 4000):
            law = (1 - rest) ** (power - 1) * time ** (power - 1) / math.gamma(power)
            errors[time] = abs(last / law - 1)
        total += last
        last = rest * last + step * total / time
    assert errors[4000] < errors[400] / 8 < errors[40] / 64


def test_nodes_rebuild_and_hide_their_variable() -> None:
    """A node is rebuilt from its parts, and the variable of a series is bound."""
    for node in (state(t), coefficient(T), SeriesCoefficient(1 / (1 - z), z, 3)):
        assert node.func(*node.args) == node
    assert z not in coefficient(T).free_symbols
    assert Symbol("kappa", real=True) in coefficient(T).free_symbols
    assert law_influence(T) == Jacobian(law_influence(T).args[0], influence(T).args[1])
    assert coefficient(T).at(Integer(1)).power == S.One
    assert state(T).at(3).time == 3
    assert Rational(1, 2) != coefficient(T)


def test_sums_identities_and_numbers_are_those_of_the_node() -> None:
    """A sum of a sum, an identity of another size and exchanged numbers are refused."""
    index = Symbol("i", integer=True)
    total = Sum(TERMS.function, *TERMS.limits, (index, 1, 2))  # twice the coefficient
    forged(BINOMIAL_SERIES, coefficient(T), total)
    last = T - 1
    five = Sum(weight(j) * late(last - j), (j, 0, last), (index, 1, 5))
    bound = weight(last) * (1 - r) ** (kappa - 1) + r / (1 - r)
    from_one = Statement(Integer(1), Relation.AT_MOST, T)
    forged(EARLY_AND_LATE, five, bound, *REGIME, from_one)
    forged(FIRST, Jacobian(AveragingState(a, c, h_1, 1), h_1), Identity(7))
    swapped = AveragingState(c, a, h_1, t + 1)
    straight = BY_ID["attention-recurrence"].says[0].rhs
    forged(
        DEFINITION,
        swapped,
        straight.xreplace({a: c, c: a}).xreplace({swapped.at(t): AveragingState(a, c, h_1, t)}),
        FROM_TWO,
    )
