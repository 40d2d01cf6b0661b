"""The LSTM's derivative against its forget gates: claims are green, and errors are noticed."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sympy import BlockMatrix, Integer, MatPow, MatrixSymbol, Symbol, ZeroMatrix

from rnnmath.claim import Claim, Mutant
from rnnmath.errors import BadDerivation, Refuted
from rnnmath.numeric.cells import cell_jacobian_product, forward_lstm, random_lstm
from rnnmath.numeric.exact import Interval
from rnnmath.symbolic.derivation import Derivation, Relation
from rnnmath.symbolic.derivation import check as check_derivation
from rnnmath.symbolic.derivation.order import supposed
from rnnmath.symbolic.nodes import IndexedSum, OrderedProduct
from rnnmath.symbolic.norms import SpectralNorm
from rnnmath.symbolic.notation import TotalDerivative, h, j, k, n, t
from rnnmath.symbolic.tidy import add, diag, multiply
from rnnmath.theory.beyond.forget_gates import CLAIMS, LSTM_REST_GAP, rules
from rnnmath.theory.beyond.forget_gates.detour import DETOUR, TWO_STEPS
from rnnmath.theory.beyond.forget_gates.objects import LATER, by_both, long_run, through_both
from rnnmath.theory.loss_by_loss import INTO_SUM
from rnnmath.theory.vanishing.gates.lstm import CELL_IN_HIDDEN
from rnnmath.theory.vanishing.gates.objects import IN, F, G, at_most, c, equal, s
from rnnmath.verify import check
from rnnmath.verify.draws import draw_case
from rnnmath.verify.evaluate import evaluate

BY_ID = {claim.id: claim for claim in CLAIMS}
A, B = MatrixSymbol("A", n, n), MatrixSymbol("B", n, n)
X, Y, v = MatrixSymbol("X", 2 * n, n), MatrixSymbol("Y", n, 2 * n), MatrixSymbol("v", n, 1)


def test_chapter_holds_its_claims() -> None:
    """The chapter states the detours, their size, their absence, and the runs at rest."""
    assert list(BY_ID) == [
        "lstm-detour",
        "lstm-detours",
        "lstm-detour-bound",
        "lstm-detour-none",
        "lstm-textbook",
        "lstm-rest-gap",
        "lstm-rest-direction",
        "lstm-grows-gates-fade",
        "lstm-cut-off",
    ]


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("claim", CLAIMS, ids=BY_ID)
def test_claim_is_green(claim: Claim, seed: int) -> None:
    """Each claim holds: derived, decided on every case, all mutants killed, all witnesses break."""
    evidence = check(claim, seed=seed, cases=3)
    assert evidence.derived
    assert evidence.mutants.total == evidence.mutants.reached == len(claim.mutants)
    assert evidence.hypotheses.total == evidence.hypotheses.reached
    assert evidence.decided == evidence.admissible * len(claim.says)


PLANTED = [(claim, mutant) for claim in CLAIMS for mutant in claim.mutants if not mutant.given]


@pytest.mark.parametrize(
    ("claim", "mutant"), PLANTED, ids=[f"{claim.id}: {mutant.note}" for claim, mutant in PLANTED]
)
def test_planted_error_is_refuted(claim: Claim, mutant: Mutant) -> None:
    """A claim that states one of its mutants instead is refuted."""
    given = tuple(replace(one, witness=None) for one in claim.given)
    draws = mutant.draws or claim.draws
    broken = replace(claim, says=(mutant.says,), draws=draws, mutants=(), given=given)
    with pytest.raises(Refuted, match=claim.id):
        check(broken, cases=4)


def test_both_blocks_of_the_bound_come_near_equality() -> None:
    """Each statement of the bound has a case within a thousandth of equality."""
    claim = BY_ID["lstm-detour-bound"]
    cases = [draw_case(draw, np.random.default_rng(1)) for draw in claim.draws]
    for says in claim.says:
        ratios = []
        for case in cases:
            left, right = (
                float(Interval.exactly(evaluate(side, case)).upper) for side in (says.lhs, says.rhs)
            )
            ratios.append(left / right)
        assert 0.999 < max(ratios) <= 1 + 1e-12


def test_no_claim_rests_on_itself() -> None:
    """The derivations lean on the chapter of gates, and on each other in one direction."""
    uses = {
        claim.id: frozenset().union(*(proof.uses for proof in claim.derive())) for claim in CLAIMS
    }
    assert uses["lstm-textbook"] == uses["lstm-detours"] == {"lstm-jacobian"}
    assert uses["lstm-rest-direction"] == {"lstm-rest-gap", "eigen-power"}
    order = list(BY_ID)
    for claim_id, used in uses.items():
        inside = used & set(order)
        assert all(order.index(other) < order.index(claim_id) for other in inside)


GATE, BACK = diag(F), TotalDerivative(h[t - 1], c[t - 2])
SUM = IndexedSum(multiply(A, TotalDerivative(c[j], h[j - 1])), (j, k + 2, t))
FORGED: dict[str, tuple[Any, ...]] = {
    "a factor that knows the index": (
        INTO_SUM,
        multiply(diag(F.xreplace({t: j})), SUM),
        IndexedSum(multiply(diag(F.xreplace({t: j})), SUM.term), (j, k + 2, t)),
    ),
    "the newest term of a sum that may be empty": (
        rules.NEWEST_TERM,
        SUM,
        add(SUM.at(t), IndexedSum(SUM.term, (j, k + 2, t - 1))),
    ),
    "factors that differ": (
        rules.EQUAL_FACTORS,
        OrderedProduct(diag(F.xreplace({t: j})), (j, k + 1, k + 3)),
        MatPow(diag(F), 3),
    ),
    "a power of a product that may run back in time": (
        rules.EQUAL_FACTORS,
        OrderedProduct(A, (j, k + 1, t)),
        MatPow(A, t - k),
    ),
    "a power with a factor too many": (
        rules.EQUAL_FACTORS,
        OrderedProduct(A, (j, k + 1, k + 3)),
        MatPow(A, 4),
    ),
    "pushed through a power that may be empty": (
        rules.PUSHED_THROUGH,
        MatPow(multiply(X, Y), t - k),
        multiply(X, MatPow(multiply(Y, X), t - k - 1), Y),
    ),
    "the empty power of zero": (
        rules.ZERO_POWER,
        MatPow(ZeroMatrix(n, n), t - k),
        ZeroMatrix(n, n),
    ),
    "an eigenvector without a premise": (
        rules.EIGENVECTOR,
        multiply(A, A, v),
        multiply(Integer(4), v),
    ),
    "a block without a premise": (rules.ONE_BLOCK, TWO_STEPS, multiply(GATE, GATE)),
    "a factor cancelled without a premise": (
        rules.NO_ZERO_FACTOR,
        SpectralNorm(CELL_IN_HIDDEN),
        Integer(0),
    ),
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_forged_step_is_refused(forged: tuple[Any, ...]) -> None:
    """No rule of the chapter justifies a line that does not follow."""
    rule, focus, result = forged
    with pytest.raises(BadDerivation, match=rule.name):
        check_derivation(Derivation(focus).then(rule, focus, result))


def test_powers_need_their_exponent() -> None:
    """With k + 1 <= t the power of a product goes through, and with one factor less it does not."""
    given, focus = (LATER,), MatPow(multiply(X, Y), t - k)
    inner = multiply(Y, X)
    right = multiply(X, MatPow(inner, t - k - 1), Y)
    check_derivation(Derivation(focus, given=given).then(rules.PUSHED_THROUGH, focus, right))
    wrong = multiply(X, MatPow(inner, t - k), Y)
    with pytest.raises(BadDerivation, match="power of a product"):
        check_derivation(Derivation(focus, given=given).then(rules.PUSHED_THROUGH, focus, wrong))


def test_block_is_read_at_its_place() -> None:
    """From the pair, the derivative of c in c is the block at its own place and no other."""
    found, proof = through_both(TWO_STEPS, t - 1)
    check_derivation(Derivation(TWO_STEPS).then(rules.ONE_BLOCK, TWO_STEPS, found, (proof,)))
    other = proof.end.blocks[0, 1]
    with pytest.raises(BadDerivation, match="one block"):
        check_derivation(Derivation(TWO_STEPS).then(rules.ONE_BLOCK, TWO_STEPS, other, (proof,)))
    elsewhere = TotalDerivative(c[t], c[t - 3])
    with pytest.raises(BadDerivation, match="one block"):
        check_derivation(Derivation(elsewhere).then(rules.ONE_BLOCK, elsewhere, found, (proof,)))


def test_chain_rule_needs_a_time_between() -> None:
    """A step after the end is no step on the way."""
    node = TotalDerivative(c[t], c[k])
    for at, given in ((t + 1, (at_most(k, t),)), (t - 1, ())):
        with pytest.raises(BadDerivation, match="all states"):
            check_derivation(by_both(Derivation(node, given=given), node, at))


@pytest.mark.parametrize("column", [G, c[t], h[t]], ids=["candidate", "cell state", "state"])
def test_only_factors_without_zeros_cancel(column: Any) -> None:
    """A candidate or a state may be zero, so a factor of it hides what it is multiplied by."""
    for diagonal, fits in ((column, False), (IN, True)):
        product = SpectralNorm(multiply(A, diag(diagonal)))
        given = (equal(product, 0),)
        shown = Derivation(product, given=given)
        shown = shown.then(_supposed(), product, Integer(0))
        chain = Derivation(SpectralNorm(A), given=given)
        chain = chain.then(rules.NO_ZERO_FACTOR, SpectralNorm(A), Integer(0), (shown,))
        if fits:
            check_derivation(chain)
        else:
            with pytest.raises(BadDerivation, match="without zeros"):
                check_derivation(chain)


def test_a_factor_that_may_be_zero_does_not_cancel() -> None:
    """``‖x A D‖ = 0`` says nothing of A where x may be 0."""
    for scale, fits in ((Symbol("x", real=True), False), (Symbol("x", positive=True), True)):
        product = SpectralNorm(multiply(scale, A, diag(IN)))
        given = (equal(product, 0),)
        shown = Derivation(product, given=given).then(_supposed(), product, Integer(0))
        chain = Derivation(SpectralNorm(A), given=given)
        (step,) = chain.then(rules.NO_ZERO_FACTOR, SpectralNorm(A), Integer(0), (shown,)).steps
        assert rules.NO_ZERO_FACTOR.justify(step.focus, step.result, step) == fits


def _supposed() -> Any:
    return supposed(Relation.EQUAL)


def test_eigenvector_takes_its_own_value() -> None:
    """The power of an eigenvector's image has the eigenvalue of the premise, to the same power."""
    given = (LATER, equal(multiply(A, v), multiply(3, v)))
    once = Derivation(multiply(A, v), given=given).then(_supposed(), multiply(A, v), multiply(3, v))
    focus = multiply(MatPow(A, t - k - 1), v)
    start = Derivation(focus, given=given)
    right = multiply(Integer(3) ** (t - k - 1), v)
    check_derivation(start.then(rules.EIGENVECTOR, focus, right, (once,)))
    wrong = multiply(Integer(3) ** (t - k), v)
    with pytest.raises(BadDerivation, match="eigen-power"):
        check_derivation(start.then(rules.EIGENVECTOR, focus, wrong, (once,)))


def test_run_at_rest_matches_the_program() -> None:
    """The closed form over a gap is what the float program multiplies up."""
    rng = np.random.default_rng(4)
    size, gap = 3, 7
    random = random_lstm(rng, size, 1, 1, scale=1.5)
    b = np.repeat([0.3, -0.7, 0.0, 0.9], size)[:, None]  # i, f, g, o
    cell = replace(random, b=b)
    zero = np.zeros((size, 1))
    run = forward_lstm(cell, np.zeros((gap, 1, 1)), zero, zero)
    i, f, o = (1 / (1 + np.exp(-beta)) for beta in (0.3, -0.7, 0.9))
    core = f * np.eye(size) + i * o * cell.W[2 * size : 3 * size]
    measured = cell_jacobian_product(cell, run, gap, 0)[0][size:, size:]
    expected = f * np.linalg.matrix_power(core, gap - 1)
    assert np.allclose(measured, expected, rtol=1e-12, atol=1e-14 * np.abs(expected).max())


def test_detour_is_not_symmetric() -> None:
    """The drawn cases keep the two factors of the detour apart: they do not commute."""
    draw = long_run(horizon=(2, 2), sizes={"n": (2, 2), "m": (1, 1)})
    case = draw_case(draw, np.random.default_rng(2))
    heard, seen = CELL_IN_HIDDEN, DETOUR.args[-1]
    swapped = evaluate(multiply(seen, heard), case)
    assert (evaluate(DETOUR, case) != swapped).any()


def test_rest_block_is_the_pair_of_all_states() -> None:
    """The closed form of the pair has four blocks, and the one of c in c is the claimed one."""
    pair, cell = LSTM_REST_GAP.says[:2]
    assert isinstance(pair.rhs, BlockMatrix)
    assert pair.lhs == TotalDerivative(s[t], s[k])
    assert pair.rhs.blocks[1, 1] == cell.rhs
