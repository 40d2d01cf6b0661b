"""Chapter 3: the Jacobian of one step, products of it, and what inputs and bias do."""

from dataclasses import replace

import numpy as np
import pytest
from sympy import ZeroMatrix

from rnnmath.claim import Status, Verdict
from rnnmath.errors import BadDerivation
from rnnmath.symbolic.derivation import Derivation, check
from rnnmath.symbolic.notation import TotalDerivative, U, V, b, h, t
from rnnmath.symbolic.tidy import add, multiply
from rnnmath.theory.jacobian_product.setting import departing, equal
from rnnmath.theory.local_jacobian import CLAIMS, INPUT_JACOBIAN, LOCAL_JACOBIAN
from rnnmath.theory.program import slope_matrix, step_matrix
from rnnmath.verify.bench import examine
from rnnmath.verify.draws import draw_case
from rnnmath.verify.evaluate import decide, evaluate

BY_ID = {claim.id: claim for claim in CLAIMS}
STATEMENTS = [(claim.id, index) for claim in CLAIMS for index in range(len(claim.says))]


def test_ids_are_those_of_the_theory() -> None:
    """The chapter holds every claim of its entry."""
    expected = ["activation-jacobian", "local-jacobian", "product-expanded", "input-jacobian"]
    assert list(BY_ID) == expected


@pytest.mark.parametrize("claim_id", BY_ID)
def test_every_claim_is_green(claim_id: str) -> None:
    """Derived, exact on every case, every mutant killed, every witness broken, under a new seed."""
    evidence = examine(BY_ID[claim_id], seed=7, cases=2)
    assert evidence.trouble == ()
    assert evidence.green
    assert evidence.status == Status.TESTED
    assert evidence.exact
    assert evidence.error_probability is not None
    assert evidence.gradients is not None


@pytest.mark.parametrize(("claim_id", "index"), STATEMENTS)
def test_a_planted_error_is_refuted(claim_id: str, index: int) -> None:
    """A statement whose right side is off fails on a case and is not what is derived."""
    claim = BY_ID[claim_id]
    says = list(claim.says)
    zero = isinstance(says[index].rhs, ZeroMatrix)
    wrong = slope_matrix(t) if zero else multiply(2, says[index].rhs)
    says[index] = replace(says[index], rhs=wrong)
    given = tuple(replace(hypothesis, witness=None) for hypothesis in claim.given)
    light = replace(claim, says=tuple(says), mutants=(), given=given, draws=claim.draws[-1:])
    evidence = examine(light, cases=1)
    assert evidence.verdict == Verdict.FAILS
    assert any(line.startswith("refuted:") for line in evidence.trouble)
    assert any(line.startswith("derivation:") for line in evidence.trouble)


@pytest.mark.parametrize("claim_id", BY_ID)
def test_a_forged_last_line_is_refused(claim_id: str) -> None:
    """No derivation can end in twice its end, or, for zero, in the slopes."""
    for proof in BY_ID[claim_id].derive():
        *steps, last = proof.steps
        zero = isinstance(last.result, ZeroMatrix)
        after, result = (
            slope_matrix(t) if zero else multiply(2, side) for side in (last.after, last.result)
        )
        forged = replace(last, after=after, result=result)
        with pytest.raises(BadDerivation):
            check(Derivation(proof.start, (*steps, forged), proof.given))


def test_feedback_adds_its_path_and_nothing_else() -> None:
    """With x_t = o_{t-1} the Jacobian of a step is D_t (W + U V), measured exactly."""
    case = draw_case(departing({"feedback": True}, t=2), np.random.default_rng(0))
    statement = LOCAL_JACOBIAN.says[0]
    assert decide(statement, case) is False
    extra = multiply(slope_matrix(t), U, V)
    assert decide(equal(statement.lhs, add(statement.rhs, extra)), case) is True


def test_a_step_holds_what_came_before() -> None:
    """The partial derivative in b is D_t also where the total one is not."""
    case = draw_case(departing({}, k=1, t=3), np.random.default_rng(0))
    within, total = (INPUT_JACOBIAN.says[place].lhs for place in (1, 3))
    assert not np.array_equal(evaluate(within, case), evaluate(total, case))
    assert decide(equal(within, slope_matrix(t)), case) is True


def test_the_recursion_starts_at_zero_and_reaches_the_sum() -> None:
    """B_0 = 0, B_1 = D_1, and B_t = D_t (I + W B_{t-1}) adds up to the sum over k."""
    case = draw_case(departing({}, k=1, t=3), np.random.default_rng(0))
    reached = 0 * evaluate(slope_matrix(t), case)
    for step in (1, 2, 3):
        here = evaluate(slope_matrix(t), case.but(t=step))
        reached = here + evaluate(step_matrix(t), case.but(t=step)) @ reached
        assert (reached == evaluate(TotalDerivative(h[t], b), case.but(t=step))).all()
    assert (reached == evaluate(INPUT_JACOBIAN.says[3].rhs, case)).all()
