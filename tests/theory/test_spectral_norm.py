"""The claims of chapter 4 hold, and every way to break them is noticed."""

from dataclasses import replace

import pytest
from sympy import S, sqrt

from rnnmath.claim import Claim, Mutant
from rnnmath.errors import BadDerivation, Refuted, Undecided
from rnnmath.symbolic.derivation import Derivation, Relation, Statement
from rnnmath.symbolic.derivation import check as check_derivation
from rnnmath.symbolic.norms import SpectralNorm
from rnnmath.theory.spectral_norm import (
    CLAIMS,
    NORM_AXIOMS,
    NORM_IS_STRETCH,
    NORM_SANDWICH,
    NORM_TRANSPOSE,
)
from rnnmath.theory.spectral_norm.definition import EIGENVALUE
from rnnmath.theory.spectral_norm.objects import A, C, top
from rnnmath.verify import check, examine

IDS = ("norm-is-stretch", "norm-transpose", "norm-axioms", "norm-sandwich")


def test_chapter_holds_its_claims() -> None:
    """The chapter states the four claims of the theory, in its order."""
    assert tuple(claim.id for claim in CLAIMS) == IDS


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("claim", CLAIMS, ids=IDS)
def test_claim_is_green(claim: Claim, seed: int) -> None:
    """Each claim holds: derived, decided on every case, all mutants killed, all witnesses break."""
    evidence = check(claim, seed=seed)
    assert evidence.derived
    assert evidence.mutants.total == evidence.mutants.reached == len(claim.mutants)
    assert evidence.hypotheses.total == evidence.hypotheses.reached
    assert evidence.decided == evidence.admissible * len(claim.says)


@pytest.mark.parametrize("claim", CLAIMS, ids=IDS)
def test_bounds_come_near_equality(claim: Claim) -> None:
    """Where a claim states an inequality, some drawn case reaches it."""
    tightness = examine(claim).tightness
    if any(statement.relation == Relation.AT_MOST for statement in claim.says):
        assert tightness is not None
        assert tightness["largest"] == 1


PLANTED = [(claim, mutant) for claim in CLAIMS for mutant in claim.mutants]


@pytest.mark.parametrize(
    ("claim", "mutant"), PLANTED, ids=[f"{claim.id}: {mutant.note}" for claim, mutant in PLANTED]
)
def test_planted_error_is_refuted(claim: Claim, mutant: Mutant) -> None:
    """A claim that states one of its mutants is refuted, on cases and by its derivation."""
    draws = mutant.draws or claim.draws
    given = () if mutant.draws else claim.given
    wrong = replace(claim, says=(mutant.says,), given=given, draws=draws, mutants=())
    evidence = examine(wrong, cases=24)
    assert evidence.verdict == "fails"
    assert any(trouble.startswith("refuted") for trouble in evidence.trouble)
    assert any(trouble.startswith("derivation") for trouble in evidence.trouble)


@pytest.mark.parametrize("claim", CLAIMS, ids=IDS)
def test_each_statement_needs_its_own_proof(claim: Claim) -> None:
    """Derivations in another order prove something else, and that is noticed."""
    turned = replace(claim, derive=lambda: claim.derive()[::-1])
    with pytest.raises(Undecided, match="the derivation proves"):
        check(turned)


def test_strengthened_bound_is_refuted() -> None:
    """The Frobenius norm squared is not below the norm squared times the rank less one half."""
    bound = NORM_SANDWICH.says[2]
    too_strong = Statement(bound.lhs, bound.relation, bound.rhs - SpectralNorm(A) ** 2 * S.Half)
    with pytest.raises(Refuted, match="refuted"):
        check(replace(NORM_SANDWICH, says=(too_strong,), derive=NORM_SANDWICH.derive))


@pytest.mark.parametrize("claim", [NORM_IS_STRETCH, NORM_AXIOMS, NORM_SANDWICH])
def test_dropped_hypotheses_are_missed(claim: Claim) -> None:
    """Without a hypothesis, the derivation that supposes it is refused."""
    with pytest.raises((Refuted, Undecided), match="which is no hypothesis of the claim"):
        check(replace(claim, given=()))


def test_no_claim_rests_on_itself() -> None:
    """Only the sandwich rests on other claims, on the definition and the transpose."""
    uses = {claim.id: examine(claim, cases=1).uses for claim in CLAIMS}
    assert uses["norm-sandwich"] == ("norm-is-stretch", "norm-transpose")
    assert all(uses[claim_id] == () for claim_id in IDS if claim_id != "norm-sandwich")


def forged(end: object) -> object:
    """Return something near the end of a chain that the chain does not prove."""
    if isinstance(end, Statement):
        return Statement(end.rhs, Relation.EQUAL, end.rhs)
    return end + 1


@pytest.mark.parametrize("claim", CLAIMS, ids=IDS)
def test_forged_step_is_refused(claim: Claim) -> None:
    """A chain whose last line is replaced no longer checks."""
    for derivation in claim.derive():
        check_derivation(derivation)
        *steps, last = derivation.steps
        wrong = forged(last.after)
        steps = (*steps, replace(last, after=wrong, result=wrong))
        with pytest.raises(BadDerivation):
            check_derivation(replace(derivation, steps=steps))


def test_swapped_premises_are_refused() -> None:
    """Two inequalities make an equation only if one goes each way."""
    (step,) = NORM_TRANSPOSE.derive()[0].steps
    one_way = replace(step, premises=(step.premises[0], step.premises[0]))
    with pytest.raises(BadDerivation, match="both ways"):
        check_derivation(Derivation(step.before, (one_way,)))


def test_eigenvalue_rule_is_exact() -> None:
    """The rule that later claims use gives the root of the top eigenvalue, and nothing else."""
    norm = SpectralNorm(C)
    check_derivation(Derivation(norm).then(EIGENVALUE, norm, sqrt(top(C))))
    with pytest.raises(BadDerivation):
        check_derivation(Derivation(norm).then(EIGENVALUE, norm, top(C)))
