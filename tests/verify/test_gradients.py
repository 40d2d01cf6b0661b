"""The float oracles: they agree with every right formula, and see a wrong one."""

from dataclasses import replace
from zlib import crc32

import numpy as np
import pytest

from rnnmath.claim import Claim
from rnnmath.verify.draws import draw_case
from rnnmath.verify.gradients import AGREEMENT, agreement, observed
from rnnmath.verify.shelf import find

#: A network, a gated cell, and a function without a network.
MEASURED = ["local-jacobian", "gru-jacobian", "lstm-jacobian", "softmax-jacobian"]


def seen(claim: Claim) -> dict[str, float] | None:
    """Return the agreement of a claim on one case of each of its draws."""
    rng = np.random.default_rng(crc32(claim.id.encode()))
    found = agreement(claim, [draw_case(draw, rng) for draw in claim.draws], rng)
    return None if found is None else dict(found)


@pytest.mark.parametrize("claim_id", MEASURED)
def test_oracles_agree_with_the_formula(claim_id: str) -> None:
    """Both oracles measure what the formula says, for true activations in floats."""
    found = seen(find(claim_id))
    assert found is not None
    assert found["checked"] > 0
    assert all(found[oracle] <= accepted for oracle, accepted in AGREEMENT.items())


@pytest.mark.parametrize("claim_id", MEASURED)
def test_oracles_refute_a_wrong_formula(claim_id: str) -> None:
    """A mutant in the place of the formula differs in the first digits."""
    claim = find(claim_id)
    wrong = next(mutant.says for mutant in claim.mutants if observed(mutant.says))
    found = seen(replace(claim, says=(wrong,)))
    assert found is not None
    assert all(found[oracle] > 1e-3 for oracle in AGREEMENT)


def test_what_has_no_derivative_is_not_measured() -> None:
    """A claim without a derivative, and one whose length has no complex step, get no figures."""
    assert seen(find("submultiplicative")) is None
    assert seen(find("clip-jacobian")) is None


def test_case_that_breaks_a_hypothesis_is_passed_over() -> None:
    """Where a hypothesis fails on the float case, the statement says nothing about it."""
    claim = find("lstm-zero-state")
    assert seen(claim) is not None
    moved = replace(claim, draws=find("lstm-jacobian").draws[:1])
    assert seen(moved) is None
