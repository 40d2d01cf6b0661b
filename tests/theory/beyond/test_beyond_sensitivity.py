"""One linear unit under white inputs: every claim holds, and every way to break one is noticed."""

from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
from sympy import Eq, Identity, Integer, MatrixSymbol, Piecewise, Sum, Symbol

from rnnmath.claim import Status
from rnnmath.errors import BadDerivation, Refuted, ShapeMismatch, Undecided, Unsupported
from rnnmath.numeric import ACTIVATIONS, VanillaRNN, complex_step, dual_jacobian, forward
from rnnmath.symbolic.derivation import Derivation, Rule, Statement
from rnnmath.symbolic.derivation import check as check_derivation
from rnnmath.symbolic.notation import T, j, k, t
from rnnmath.symbolic.quantities.chance import Expectation, Law, MeanMatrix
from rnnmath.symbolic.quantities.scalar_state import ScalarInput, ScalarState
from rnnmath.symbolic.tidy import multiply
from rnnmath.theory.beyond.sensitivity import CLAIMS, rules, stationary
from rnnmath.theory.beyond.sensitivity.objects import (
    GRADIENT,
    IS_WHITE,
    SENSITIVITY,
    STATE,
    i,
    law,
    weight,
    x,
)
from rnnmath.theory.beyond.sensitivity.recursion import SENSITIVITY_BY_LAG, STATE_BY_LAG
from rnnmath.theory.beyond.sensitivity.stationary import STATIONARY
from rnnmath.theory.beyond.sensitivity.white import SQUARES
from rnnmath.theory.norm_bound.objects import at_most, equal
from rnnmath.theory.vanishing.activation_choice.objects import less
from rnnmath.verify import check, examine
from rnnmath.verify.evaluate import Case, evaluate

IDS = (
    "linear-sensitivity",
    "white-sensitivity",
    "stationary-sensitivity",
    "critical-sensitivity",
)
BY_ID = {claim.id: claim for claim in CLAIMS}
LATER = {t: t + 1}


def test_ids_are_pinned() -> None:
    """Four claims carry the entry of the theory."""
    assert tuple(BY_ID) == IDS


@pytest.mark.parametrize("seed", [3, 11])
@pytest.mark.parametrize("name", IDS)
def test_every_claim_is_green(name: str, seed: int) -> None:
    """Derived, decided on every case, every mutant killed, every witness broken."""
    evidence = examine(BY_ID[name], seed=seed, cases=2)
    assert evidence.trouble == ()
    assert evidence.status == Status.TESTED
    assert evidence.mutants.reached == evidence.mutants.total >= 4


@pytest.mark.parametrize("name", IDS)
def test_a_planted_mutant_is_refuted(name: str) -> None:
    """A claim that states one of its mutants in its place is refuted."""
    claim = BY_ID[name]
    mutant = claim.mutants[0]
    draws = mutant.draws or claim.draws
    with pytest.raises(Refuted, match=name):
        check(replace(claim, says=(mutant.says,), draws=draws, mutants=()))


@pytest.mark.parametrize("name", IDS)
def test_a_statement_without_its_derivation_is_not_shown(name: str) -> None:
    """A true statement that no derivation ends in leaves the claim red."""
    claim = BY_ID[name]
    with pytest.raises(Undecided, match="derivation"):
        check(replace(claim, says=(*claim.says, less(0, 1)), mutants=()), cases=1)


def forged(rule: Rule, focus: Any, result: Any, *given: Statement) -> None:
    """Demand that a rule refuses a step."""
    with pytest.raises(BadDerivation, match="does not lead"):
        check_derivation(Derivation(focus, given=given).then(rule, focus, result))


def allowed(rule: Rule, focus: Any, result: Any, *given: Statement) -> None:
    """Demand that a rule accepts a step."""
    check_derivation(Derivation(focus, given=given).then(rule, focus, result))


def test_the_recursion_is_read_rightly() -> None:
    """A step takes the newest input; its derivative in the weight takes the state before."""
    later, felt = STATE.at(t + 1), SENSITIVITY.at(t + 1)
    allowed(rules.STEP, later, weight * STATE + ScalarInput(x, t + 1))
    forged(rules.STEP, later, weight * STATE + ScalarInput(x, t))
    forged(rules.STEP, STATE, weight * STATE.at(t - 1) + ScalarInput(x, t))  # t may be 0
    allowed(rules.PRODUCT_RULE, felt, STATE + weight * SENSITIVITY)
    forged(rules.PRODUCT_RULE, felt, STATE)
    forged(rules.PRODUCT_RULE, felt, later + weight * SENSITIVITY)
    forged(rules.START, STATE, Integer(0))
    forged(rules.START, STATE.at(0), Integer(1))


def test_gradients_between_states_go_forward_only() -> None:
    """``dh_(t+1)/dh_k = λ dh_t/dh_k`` needs ``k <= t``."""
    later = GRADIENT.at(t + 1, k)
    allowed(rules.GRADIENT_STEP, later, weight * GRADIENT, at_most(k, t))
    forged(rules.GRADIENT_STEP, later, weight * GRADIENT)
    forged(rules.GRADIENT_STEP, later, GRADIENT, at_most(k, t))
    forged(rules.GRADIENT_START, GRADIENT, Integer(1))
    forged(rules.NEXT_POWER, weight * weight**t, weight ** (t + 2))
    allowed(rules.NEXT_POWER, weight * weight**t, weight ** (t + 1))


def test_sums_by_lag_are_compared_term_by_term() -> None:
    """A sum whose first or later terms differ is refused."""
    start = weight * STATE_BY_LAG + ScalarInput(x, t + 1)
    allowed(rules.BY_LAG, start, STATE_BY_LAG.xreplace(LATER))
    forged(rules.BY_LAG, weight * STATE_BY_LAG + ScalarInput(x, t), STATE_BY_LAG.xreplace(LATER))
    forged(rules.BY_LAG, start, SENSITIVITY_BY_LAG.xreplace({t: t + 2}))
    both = weight * SENSITIVITY_BY_LAG + STATE_BY_LAG
    allowed(rules.BY_LAG, both, SENSITIVITY_BY_LAG.xreplace(LATER), at_most(1, t))
    forged(rules.BY_LAG, both, SENSITIVITY_BY_LAG.xreplace(LATER))  # at t = 0 there is no term
    forged(rules.BY_LAG, 2 * weight * SENSITIVITY_BY_LAG + STATE_BY_LAG, both)


def test_products_drop_out_only_under_white_inputs() -> None:
    """The mean of a square is the sum of squares only where ``E x x^T = I`` is given."""
    mean = Expectation(STATE_BY_LAG**2, law)
    squares = Sum(weight ** (2 * i), (i, 0, t - 1))
    known = (IS_WHITE, at_most(t, T))
    allowed(rules.WHITE, mean, squares, *known)
    forged(rules.WHITE, mean, squares, at_most(t, T))
    forged(rules.WHITE, mean, squares, IS_WHITE)  # x_t might not exist
    forged(rules.WHITE, mean, Sum(weight**i, (i, 0, t - 1)), *known)
    forged(rules.WHITE, mean, Sum(weight ** (2 * i), (i, 0, t)), *known)
    twice = Expectation(Sum(weight**i * ScalarInput(x, t), (i, 0, t - 1)) ** 2, law)
    forged(rules.WHITE, twice, squares, *known)  # one input, many times: no cross terms drop
    before = Expectation(Sum(weight**i * ScalarInput(x, t - i), (i, 0, t)) ** 2, law)
    forged(rules.WHITE, before, Sum(weight ** (2 * i), (i, 0, t)), *known)  # there is no x_0


def test_sums_are_shifted_and_peeled_within_their_range() -> None:
    """A shifted sum keeps its ends and its terms; a last term needs a range that is not empty."""
    plain = Sum((i + 1) ** 2, (i, 0, t - 2))
    allowed(rules.RENAMED_LAG, plain, Sum(j**2, (j, 1, t - 1)))
    forged(rules.RENAMED_LAG, plain, Sum(j**2, (j, 1, t)))
    forged(rules.RENAMED_LAG, plain, Sum((j + 1) ** 2, (j, 1, t - 1)))
    whole = Sum(j**2, (j, 1, t))
    allowed(rules.LAST_TERM, whole, Sum(j**2, (j, 1, t - 1)) + t**2, at_most(1, t))
    forged(rules.LAST_TERM, whole, Sum(j**2, (j, 1, t - 1)) + t**2)
    forged(rules.NO_TERM, whole, Integer(0))


def test_powers_are_one_only_at_weight_one() -> None:
    """Even powers of λ are 1 where ``λ^2 = 1`` is given; odd ones are not known."""
    critical, plain = equal(weight**2, 1), Sum(j**2, (j, 1, t - 1))
    allowed(rules.UNIT_POWERS, SQUARES, plain, critical)
    forged(rules.UNIT_POWERS, SQUARES, plain)
    forged(rules.UNIT_POWERS, weight**3, Integer(1), critical)


def test_fractions_need_a_weight_below_one() -> None:
    """A common denominator is taken only where it is known not to be zero."""
    gap, stable = 1 - weight**2, less(weight**2, 1)
    split = 1 / gap**3 + weight**2 / gap**3
    allowed(stationary._FRACTIONS, split, STATIONARY, stable)
    forged(stationary._FRACTIONS, split, STATIONARY)
    forged(stationary._FRACTIONS, split, 1 / gap**3, stable)
    forged(stationary._FRACTIONS, split, STATIONARY + weight ** (2 * t), stable)


def test_a_ceiling_that_is_too_low_is_refused() -> None:
    """Only what is seen to be nonnegative may be added."""
    given = (at_most(1, t), less(weight**2, 1))
    allowed(stationary._ADDED, stationary._MISSING, stationary._CEILING, *given)
    forged(stationary._ADDED, stationary._MISSING, stationary._CEILING / 2, *given)
    forged(stationary._ADDED, stationary._MISSING, stationary._CEILING)


def test_the_index_of_the_sum_ends_before_t() -> None:
    """At t = 1 the sensitivity is 0, where a sum up to t would say 1."""
    one = np.array([[Fraction(1)]], dtype=object)
    case = Case({"lambda": Fraction(3), "T": 1, "t": 1, "x": one})
    assert evaluate(SENSITIVITY, case) == 0
    assert evaluate(SQUARES, case) == 0
    assert evaluate(SQUARES, case.but(t=2)) == 1


def _last_state(value: Any, inputs: Any, start: Any) -> Any:
    one, none = np.ones((1, 1), dtype=int), np.zeros((1, 1), dtype=int)
    unit = VanillaRNN(value, one, one, none, none, ACTIVATIONS["identity"])
    return forward(unit, inputs, start).state(len(inputs))


def test_the_nodes_are_those_of_a_real_network() -> None:
    """State and sensitivity of the unit agree exactly with the vanilla network of the package."""
    values = [Fraction(value) for value in (2, -1, 3, 5)]
    column = np.array([[value] for value in values], dtype=object)
    point, start = (np.array([[Fraction(value)]], dtype=object) for value in (Fraction(-2, 3), 0))
    case = Case({"lambda": point[0, 0], "T": 4, "t": 4, "k": 1, "x": column})
    inputs = column.reshape(4, 1, 1)
    assert evaluate(STATE, case) == _last_state(point, inputs, start)[0, 0]
    measured = dual_jacobian(lambda moved: _last_state(moved, inputs, start), point)
    assert evaluate(SENSITIVITY, case) == measured[0, 0]
    assert evaluate(GRADIENT, case) == Fraction(-8, 27)


def test_the_mean_over_all_signs_agrees_with_complex_step() -> None:
    """Floats know no rule: 64 runs of the network at once give the sum, to rounding."""
    steps, value = 6, 0.8
    signs = np.array(list(product([-1.0, 1.0], repeat=steps))).T.reshape(steps, 1, -1)
    start = np.zeros((1, signs.shape[2]))
    jacobian = complex_step(lambda moved: _last_state(moved, signs, start), np.array([[value]]))
    expected = sum(age**2 * value ** (2 * age - 2) for age in range(1, steps))
    assert abs((jacobian**2).mean() / expected - 1) < 1e-13  # some hundred roundings


def test_a_unit_reads_a_column() -> None:
    """Inputs of another shape are refused."""
    with pytest.raises(ShapeMismatch, match="column"):
        ScalarState(Symbol("lambda", real=True), MatrixSymbol("x", T, 2), t)
    with pytest.raises(ShapeMismatch, match="column"):
        ScalarInput(MatrixSymbol("x", T, 2), t)


def test_an_index_is_free_nowhere_else() -> None:
    """A factor, a term or a fact with the name of the index speaks of another number."""
    y = Symbol("y", real=True)
    head, free = Integer(3), i * Sum(y**i, (i, 0, t - 1))
    moved = Piecewise((3, Eq(i, 0)), ((i - 1) * y ** (i - 1), True))
    forged(rules.BY_LAG, head + free, Sum(moved, (i, 0, t)))
    forged(rules.RENAMED_LAG, Sum(i * j, (i, 1, 3)), Sum(j * j, (j, 1, 3)))
    forged(rules.UNIT_POWERS, Sum(i**2 * y, (i, 1, 3)), Sum(y, (i, 1, 3)), equal(i**2, 1))
    twice = Sum(y, (i, 1, 3), (j, 1, 2))
    forged(rules.LAST_TERM, twice, Sum(y, (i, 1, 2)) + y)


def test_weights_of_white_inputs_are_not_random() -> None:
    """``E (z x)^2`` is no ``z^2``: the factor z is random as well."""
    z = MatrixSymbol("z", 1, 1)
    both = Law(x, z)
    white = equal(MeanMatrix(multiply(x, x.T), both), Identity(T))
    total = Sum(z[0, 0] * ScalarInput(x, t - i), (i, 0, t - 1))
    squares = Sum(z[0, 0] ** 2, (i, 0, t - 1))
    forged(rules.WHITE, Expectation(total**2, both), squares, white, at_most(t, T))


def test_a_run_has_no_time_before_its_first_and_none_after_its_last() -> None:
    """No input is read from the other end, and no derivative goes back in time."""
    run = np.array([[Fraction(2)], [Fraction(5)]], dtype=object)
    case = Case({"lambda": Fraction(3), "T": 2, "x": run})
    assert evaluate(ScalarInput(x, 2), case) == 5
    for node in (ScalarInput(x, 0), ScalarInput(x, 3), STATE.at(-1), STATE.at(3)):
        with pytest.raises(Unsupported):
            evaluate(node, case)
    with pytest.raises(Unsupported):
        evaluate(GRADIENT.at(1, 2), case)
