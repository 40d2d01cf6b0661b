"""Chapter 2: products of Jacobians, the error on its way back, the gradients of the parameters."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from sympy import Identity, MatMul

from rnnmath.claim import Claim, Hypothesis, Status, Verdict
from rnnmath.errors import BadDerivation
from rnnmath.numeric import backward, loss_gradients, polynomial, quadratic_loss, random_network
from rnnmath.numeric.wiring import Wiring
from rnnmath.symbolic.derivation import Derivation, Statement, check
from rnnmath.symbolic.notation import L, TotalDerivative, U, V, W, b, delta, error_at, h, t
from rnnmath.symbolic.tidy import add, multiply, same, transpose
from rnnmath.theory.jacobian_product import (
    CHAIN,
    CLAIMS,
    ERROR_TWO_EQUATIONS,
    MLP_SHARED,
    WEIGHT_GRADIENTS,
)
from rnnmath.theory.jacobian_product.setting import DIFFERENTIABLE, departing, equal
from rnnmath.verify.bench import examine
from rnnmath.verify.draws import draw_case
from rnnmath.verify.evaluate import Case, decide, evaluate

BY_ID = {claim.id: claim for claim in CLAIMS}
STATEMENTS = [(claim.id, index) for claim in CLAIMS for index in range(len(claim.says))]


def case_of(wiring: dict[str, Any], **values: int) -> Case:
    """Return the small network that departs from the plain program."""
    return draw_case(departing(wiring, **values), np.random.default_rng(0))


def with_statement(claim: Claim, index: int, statement: Statement) -> Claim:
    """Return the claim with one statement replaced."""
    says = list(claim.says)
    says[index] = statement
    return replace(claim, says=tuple(says))


def _conditions(claim: Claim) -> tuple[Hypothesis, ...]:
    """Return the hypotheses without their witnesses."""
    return tuple(replace(hypothesis, witness=None) for hypothesis in claim.given)


def test_ids_are_those_of_the_theory() -> None:
    """The chapter holds every claim of its entry, in this order."""
    assert list(BY_ID) == [
        "chain",
        "chain-semigroup",
        "error-two-equations",
        "error-recursion",
        "error-temporal-step",
        "error-temporal-path",
        "mlp-analogue",
        "mlp-shared",
        "weight-gradients",
    ]


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
    """A statement whose right side is doubled fails on a case and is not what is derived."""
    claim = BY_ID[claim_id]
    true = claim.says[index]
    planted = replace(true, rhs=multiply(2, true.rhs))
    light = replace(claim, mutants=(), given=_conditions(claim), draws=claim.draws[-1:])
    evidence = examine(with_statement(light, index, planted), cases=1)
    assert evidence.verdict == Verdict.FAILS
    assert any(line.startswith("refuted:") for line in evidence.trouble)
    assert any(line.startswith("derivation:") for line in evidence.trouble)


@pytest.mark.parametrize("claim_id", BY_ID)
def test_a_forged_last_line_is_refused(claim_id: str) -> None:
    """No derivation can end in twice its end."""
    for proof in BY_ID[claim_id].derive():
        *steps, last = proof.steps
        forged = replace(last, after=multiply(2, last.after), result=multiply(2, last.result))
        with pytest.raises(BadDerivation):
            check(Derivation(proof.start, (*steps, forged), proof.given))


def test_dropping_a_hypothesis_without_its_witness_is_seen() -> None:
    """A witness that satisfies the hypothesis, or breaks nothing, is trouble."""
    order = CHAIN.given[0]
    idle = Hypothesis(order.says, order.condition, DIFFERENTIABLE.witness)
    evidence = examine(replace(CHAIN, given=(idle, *CHAIN.given[1:])), cases=1)
    assert any(line.startswith("witness") for line in evidence.trouble)


def test_feedback_adds_its_path_and_nothing_else() -> None:
    """With x_{t+1} = o_t the missing term is V^T U^T delta_{t+1}, measured exactly."""
    statement = ERROR_TWO_EQUATIONS.says[0]
    case = case_of({"feedback": True}, t=2)
    assert decide(statement, case) is False
    extra = multiply(transpose(V), transpose(U), delta(t + 1))
    assert decide(equal(statement.lhs, add(statement.rhs, extra)), case) is True
    last = equal(TotalDerivative(L, h[3]), multiply(transpose(V), error_at(3)))
    assert decide(last, case) is True


def test_a_start_grown_from_the_parameters_adds_its_path_and_nothing_else() -> None:
    """With h_0 = W s + b the missing terms are W^T delta_1 for b, and that times s^T for W."""
    case = case_of({"grown_start": True}, t=2)
    into_start = multiply(transpose(W), delta(1))
    by_variable = {statement.lhs.wrt: statement for statement in WEIGHT_GRADIENTS.says}
    bias = by_variable[b]
    assert decide(bias, case) is False
    assert decide(equal(bias.lhs, add(bias.rhs, into_start)), case) is True
    weights = by_variable[W]
    assert case.world is not None
    missing = evaluate(weights.lhs, case) - evaluate(weights.rhs, case)
    assert (missing == evaluate(into_start, case) @ case.world.h0.T).all()
    for untouched in (U, V, h[0]):
        assert decide(by_variable[untouched], case) is True


def test_the_kink_has_a_derivative_that_the_product_misses() -> None:
    """Exact differences measure du_2/du_0 = 1, the product of conventional Jacobians says 0."""
    witness = DIFFERENTIABLE.witness
    assert witness is not None
    assert witness.says is not None
    case = draw_case(witness.case, np.random.default_rng(0))
    assert evaluate(witness.says.lhs, case)[0, 0] == 1
    assert evaluate(witness.says.rhs, case)[0, 0] == 0
    assert decide(witness.says, case) is False


def test_layers_of_their_own_carry_the_error_back_through_their_own_matrices() -> None:
    """Untied layers break the shared recursion, and tied ones, given one by one, do not."""
    statement = MLP_SHARED.says[0]
    tied = case_of({"layers": [[[1, 2], [-1, 1]]] * 3}, t=1)
    assert decide(statement, tied) is True
    untied = case_of({"layers": [[[1, 2], [-1, 1]], [[2, 1], [0, 1]], [[0, 1], [1, 3]]]}, t=1)
    assert decide(statement, untied) is False


def test_the_recursion_is_what_backpropagation_computes() -> None:
    """The hand-written backward pass agrees with the sums of the claim, fraction by fraction."""
    rng = np.random.default_rng(3)
    network = random_network(rng, 3, 2, 2, polynomial([0, 1, Fraction(1, 8)]), exact=True)
    case = case_of({}, t=1)
    assert case.world is not None
    targets = np.array(np.arange(8).reshape(4, 2, 1), dtype=object)
    x = np.array(np.arange(8).reshape(4, 2, 1) - 3, dtype=object)
    start = np.array([[1], [0], [-1]], dtype=object)
    world = replace(
        case.world,
        network=network,
        x=x,
        h0=start,
        loss=quadratic_loss(targets),
        wiring=Wiring(),
    )
    activation = {"f": network.activation.value, "f'": network.activation.slope}
    case = Case({"t": 1, "n": 3, "m": 2, "p": 2}, activation, world)
    seen = world.trajectory
    hand = backward(network, seen, loss_gradients(world.loss, seen))
    by_variable = {str(statement.lhs.wrt): statement.rhs for statement in WEIGHT_GRADIENTS.says}
    for name in ("W", "U", "V", "b", "c"):
        assert (evaluate(by_variable[name], case) == getattr(hand, name)).all()


def test_cutting_at_the_ends_adds_nothing() -> None:
    """P(t, k) = P(t, t) P(t, k): the empty product is the unit of the semigroup."""
    transport = CHAIN.says[0].lhs
    unit = TotalDerivative(h[t], h[t])
    case = case_of({}, k=1, t=3)
    assert decide(equal(transport, MatMul(unit, transport)), case) is True
    assert same(BY_ID["chain-semigroup"].says[1].rhs, Identity(W.shape[0]))
