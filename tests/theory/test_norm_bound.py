"""Chapter 6: every claim is green, and a planted error in any of them is red."""

from dataclasses import replace

import numpy as np
import pytest
from sympy import Integer, Rational, ceiling, log

from rnnmath.claim import Claim, Status
from rnnmath.symbolic.derivation import Relation, Statement
from rnnmath.symbolic.norms import SpectralNorm, SpectralRadius
from rnnmath.symbolic.notation import W, k, t
from rnnmath.symbolic.quantities.crossing import FirstTime
from rnnmath.theory.norm_bound import CLAIMS
from rnnmath.theory.norm_bound.crossing import EXPONENT_EFFECT, FIRST_CROSSING, eps, s
from rnnmath.theory.norm_bound.growth import EXPLODE_NECESSARY
from rnnmath.theory.norm_bound.objects import GAMMA, SCALE, TRANSPORT, at_most, explicit
from rnnmath.theory.norm_bound.product import PRODUCT_BOUND, switching
from rnnmath.theory.norm_bound.scaling import SCALED_PRODUCT_BOUND
from rnnmath.verify.bench import examine
from rnnmath.verify.draws import draw_case
from rnnmath.verify.evaluate import Case, decide, evaluate

BY_ID = {claim.id: claim for claim in CLAIMS}
SLOW = {"activation-sup", "activation-attained"}  # their certificates are replayed once
SEEDS = [(name, seed) for name in BY_ID for seed in (3, 11) if seed == 3 or name not in SLOW]
#: Which mutant is planted: the first, unless that one differs from the claim in its regime only.
PLANTED = {"vanish-sufficient": 3, "step-bound": 1}


def case_of(draw: object) -> Case:
    """Return the one case of an explicit draw."""
    return draw_case(draw, np.random.default_rng(0))  # type: ignore[arg-type]  # any draw


def test_ids_are_those_of_the_theory() -> None:
    """The chapter holds every claim of its entry, and four that carry part of an entry."""
    assert list(BY_ID) == [
        "submultiplicative",
        "diagonal-norm",
        "activation-sup",
        "activation-attained",
        "step-bound",
        "product-bound",
        "scaled-product-bound",
        "gradient-bound",
        "first-crossing",
        "vanish-sufficient",
        "explode-necessary",
        "normal-power",
        "exponent-effect",
        "smallest-stretch",
        "product-lower-bound",
    ]


@pytest.mark.parametrize(("claim_id", "seed"), SEEDS)
def test_every_claim_is_green(claim_id: str, seed: int) -> None:
    """Derived, decided on every case, every mutant killed, every witness broken."""
    evidence = examine(BY_ID[claim_id], seed=seed, cases=2)
    assert evidence.trouble == ()
    assert evidence.green
    assert evidence.status == Status.TESTED


@pytest.mark.parametrize("claim_id", [name for name in BY_ID if name not in SLOW])
def test_a_planted_mutant_is_refuted(claim_id: str) -> None:
    """A claim that states one of its mutants is neither derived nor green."""
    claim = BY_ID[claim_id]
    mutant = claim.mutants[PLANTED.get(claim_id, 0)]
    planted = replace(claim, says=(mutant.says, *claim.says[1:]), draws=mutant.draws or claim.draws)
    evidence = examine(planted, seed=0, cases=2)
    assert not evidence.derived
    assert not evidence.green


@pytest.mark.parametrize("claim_id", ["activation-sup", "activation-attained"])
def test_a_planted_supremum_is_refuted(claim_id: str) -> None:
    """A claim with one activation wrong fails on a case, certificates aside."""
    claim = BY_ID[claim_id]
    mutant = claim.mutants[0]
    verdicts = [decide(mutant.says, case_of(draw)) for draw in mutant.draws or claim.draws[1:]]
    assert False in verdicts


@pytest.mark.parametrize("claim_id", [name for name in BY_ID if name not in SLOW])
def test_no_claim_rests_on_itself(claim_id: str) -> None:
    """What a derivation uses leads back to the claim by no path within the chapter."""
    uses = {claim.id: set().union(*(proof.uses for proof in claim.derive())) for claim in CLAIMS}
    seen, waiting = set[str](), list(uses[claim_id])
    while waiting:
        used = waiting.pop()
        if used not in seen:
            seen.add(used)
            waiting += list(uses.get(used, ()))
    assert claim_id not in seen


def _strict(claim: Claim, index: int) -> Statement:
    statement = claim.says[index]
    return Statement(statement.lhs, Relation.LESS, statement.rhs)


def test_near_equality_is_drawn() -> None:
    """On a turning linear network the product bound holds with equality, so none is sharper."""
    turn = explicit([[0, -3], [3, 0]], 4, "polynomial", 0, 2, values={"k": 1, "t": 4})
    case = case_of(turn)
    assert evaluate(PRODUCT_BOUND.says[1].lhs, case) == 6**3
    assert decide(PRODUCT_BOUND.says[1], case) is True
    assert decide(_strict(PRODUCT_BOUND, 1), case) is False


def test_the_switching_network_grows_though_its_radius_is_below_one() -> None:
    """Two steps multiply by 3/2, while rho(W) = sqrt(69)/10 and rho(D W) = 9/10."""
    sizes = [evaluate(SpectralNorm(TRANSPORT), case_of(switching(steps))) for steps in (2, 4, 6)]
    growth = [evaluate(SpectralNorm(TRANSPORT) ** 2, case_of(switching(n))) for n in (2, 4)]
    assert sizes[2].lower > sizes[1].upper > sizes[0].upper
    assert float(growth[1].upper / growth[0].lower) == pytest.approx(9 / 4, rel=1e-12)
    radius = Statement(SpectralRadius(W) ** 2, Relation.LESS, Rational(70, 100))
    assert decide(radius, case_of(switching(2))) is True


def test_scaling_brings_the_unbalanced_matrix_below_one() -> None:
    """With S = diag(1, 20) the norm 4.06 of W falls to 7/10 exactly."""
    case = case_of(SCALED_PRODUCT_BOUND.draws[2])
    norms = list(SCALED_PRODUCT_BOUND.says[0].rhs.atoms(SpectralNorm))
    assert [evaluate(norm, case) for norm in norms] == [Rational(7, 10)]
    assert decide(Statement(SpectralNorm(W), Relation.GREATER, Integer(4)), case) is True
    assert evaluate(GAMMA, case) == 1


def test_a_bound_at_scale_one_is_kept_over_thirty_steps() -> None:
    """A rotation keeps the product at 1, so the hypothesis of the claim can't be weakened."""
    case = case_of(EXPLODE_NECESSARY.draws[-1])
    assert evaluate(SpectralNorm(TRANSPORT), case) == 1
    assert evaluate(SCALE, case) == 1
    assert evaluate(t - k, case) == 30


def test_a_power_of_one_half_is_decided_where_floats_err() -> None:
    """The first m with 2^-m <= 2^-29 is 29; the ratio of float logarithms exceeds 29."""
    case = case_of(FIRST_CROSSING.draws[-1])
    assert evaluate(ceiling(log(eps) / log(s)), case) == 29
    assert evaluate(FirstTime(s, Relation.AT_MOST, eps), case) == 29
    assert evaluate(FirstTime(s, Relation.LESS, eps), case) == 30
    assert np.ceil(np.log(2.0**-29) / np.log(0.5)) == 30


def test_ten_percent_doubles_in_eight_steps_and_halves_in_seven() -> None:
    """At eps = 1/10 the two first times are 8 and 7."""
    case = case_of(EXPONENT_EFFECT.draws[-1])
    assert [evaluate(says.lhs, case) for says in EXPONENT_EFFECT.says[:2]] == [8, 7]


def test_conditions_of_a_vanishing_gradient_are_each_needed() -> None:
    """Every hypothesis of vanish-sufficient but two comes with a case that breaks the claim."""
    vanish = BY_ID["vanish-sufficient"]
    assert [hypothesis.witness is not None for hypothesis in vanish.given] == [
        False,
        True,
        True,
        True,
        False,
        True,
    ]
    assert at_most(SCALE, s) in [hypothesis.condition for hypothesis in vanish.given]
