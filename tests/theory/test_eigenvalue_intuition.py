"""The claims of chapter 5 hold, and every way to break them is noticed."""

from dataclasses import replace
from typing import Any

import pytest
from sympy import Integer, Rational, cosh, sqrt, tanh

from rnnmath.claim import Claim, Mutant, Verdict
from rnnmath.errors import BadDerivation, Refuted
from rnnmath.symbolic.derivation import Derivation, Relation, Statement
from rnnmath.symbolic.derivation import check as check_derivation
from rnnmath.symbolic.norms import SpectralNorm, SpectralRadius
from rnnmath.symbolic.quantities.growth import GrowthRate
from rnnmath.symbolic.tidy import multiply
from rnnmath.theory.eigenvalue_intuition import (
    CLAIMS,
    EIGEN_REGIMES,
    NONNORMAL_TRANSIENT,
    RADIUS_OF_PRODUCT,
    SATURATION,
    TIME_VARYING,
)
from rnnmath.theory.eigenvalue_intuition import explicit_rules as explicit
from rnnmath.theory.eigenvalue_intuition import hyperbolic_rules as hyperbolic
from rnnmath.theory.eigenvalue_intuition import power_rules as powers
from rnnmath.theory.eigenvalue_intuition import rate_rules as rates
from rnnmath.theory.eigenvalue_intuition import sequence_rules as sequences
from rnnmath.theory.eigenvalue_intuition.objects import COUNT, J, R, c, compare, power
from rnnmath.theory.eigenvalue_intuition.transient import LEANING
from rnnmath.verify import check, examine

IDS = (
    "eigen-power",
    "eigen-regimes",
    "nonnormal-transient",
    "time-varying-counterexample",
    "radius-of-product",
    "saturation-defeats-eigenvalues",
)


def test_chapter_holds_its_claims() -> None:
    """The chapter states the claims of the theory, in its order, and one that repairs the rule."""
    assert tuple(claim.id for claim in CLAIMS) == IDS


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("claim", CLAIMS, ids=IDS)
def test_claim_is_green(claim: Claim, seed: int) -> None:
    """Each claim holds: derived, decided on every case, all mutants killed, all witnesses break."""
    evidence = check(claim, seed=seed)
    assert evidence.derived
    assert evidence.mutants.total == evidence.mutants.reached == len(claim.mutants)
    assert evidence.hypotheses.total == evidence.hypotheses.reached > 0
    assert evidence.decided == evidence.admissible * len(claim.says)


PLANTED = [(claim, mutant) for claim in CLAIMS for mutant in claim.mutants]


@pytest.mark.parametrize(
    ("claim", "mutant"), PLANTED, ids=[f"{claim.id}: {mutant.note}" for claim, mutant in PLANTED]
)
def test_planted_error_is_refuted(claim: Claim, mutant: Mutant) -> None:
    """A claim that states one of its mutants instead is refuted."""
    given = claim.given if not mutant.draws else ()
    broken = replace(
        claim, says=(mutant.says,), draws=mutant.draws or claim.draws, given=given, mutants=()
    )
    assert examine(broken).verdict == Verdict.FAILS
    with pytest.raises(Refuted, match=claim.id):
        check(broken)


def test_transient_is_decided_at_every_early_step() -> None:
    """Every m from 1 to 40 is a case of its own, so the peak and m = 34, 35 are all decided."""
    steps = {draw.options["values"]["m"] for draw in NONNORMAL_TRANSIENT.draws[:-1]}
    assert steps == set(range(1, 41))


_LATE = (compare(9, "<=", COUNT),)
_root = sqrt(COUNT**2 + 1)
FORGED: dict[str, tuple[Any, ...]] = {
    "power of the eigenvalue": (
        rates.SPECTRAL_MAPPING,
        SpectralRadius(power(J, 2)),
        SpectralRadius(J),
    ),
    "norm below radius": (rates.RADIUS_BELOW_NORM, SpectralNorm(J), SpectralRadius(J)),
    "norm of a matrix not known normal": (rates.NORMAL_RADIUS, SpectralNorm(J), SpectralRadius(J)),
    "Gelfand for the norm": (rates.GELFAND, GrowthRate(J), SpectralNorm(J)),
    "Fekete backwards": (rates.FIRST_ROOT, SpectralNorm(J), GrowthRate(J)),
    "rates without a premise": (rates.ROOTS, GrowthRate(J), GrowthRate(R)),
    "a limit from nothing": (rates.ROOT_BELOW, SpectralRadius(J), GrowthRate(J)),
    "factors not known to commute": (
        powers.COMMUTING_POWERS,
        power(multiply(J, R), COUNT),
        multiply(power(J, COUNT), power(R, COUNT)),
    ),
    "radius of a full matrix": (
        explicit.TRIANGULAR,
        SpectralRadius(explicit.written([1, 1], [1, 1])),
        Integer(1),
    ),
    "an entry above the norm": (
        explicit.ENTRY_BELOW_NORM,
        Integer(2),
        SpectralNorm(explicit.written([1, 1], [0, 1])),
    ),
    "a product mistaken": (explicit.MULTIPLIED, power(LEANING, 2), LEANING),
    "a constant on the wrong side": (sequences.enclosed(Relation.LESS), Integer(2), sqrt(3)),
    "tanh without an order": (hyperbolic.TANH_RISES, tanh(2 * c), tanh(Integer(1))),
    "cosh without an order": (hyperbolic.COSH_RISES, 2 / cosh(c) ** 2, 2 / cosh(1) ** 2),
    "exponentials mistaken": (hyperbolic.EXPONENTIALS, 2 / cosh(1) ** 2, Integer(1)),
    "too large a step of a root": (sequences.ROOT_STEP, sqrt((COUNT + 2) ** 2 + 1), 1 + _root),
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_forged_step_is_refused(forged: tuple[Any, ...]) -> None:
    """No rule of the chapter justifies a line that does not follow."""
    rule, focus, result = forged
    with pytest.raises(BadDerivation, match=rule.name.split()[0]):
        check_derivation(Derivation(focus).then(rule, focus, result))


def test_tail_must_be_proven() -> None:
    """What holds one by one up to 34 says nothing beyond without a premise about the rest."""
    _, _, above, *_ = NONNORMAL_TRANSIENT.derive()
    last = above.steps[-1]
    bare = replace(last, premises=())
    with pytest.raises(BadDerivation, match="one by one"):
        check_derivation(replace(above, steps=(*above.steps[:-1], bare)))
    wrong = replace(last, result=compare(COUNT, "<=", 33), after=compare(COUNT, "<=", 33))
    with pytest.raises(BadDerivation, match="one by one"):
        check_derivation(replace(above, steps=(*above.steps[:-1], wrong)))


def test_size_of_m_needs_the_hypothesis() -> None:
    """The sequence is seen to fall from m = 9 on only."""
    rule = sequences.below(_root, COUNT)
    focus, result = Rational(9, 10) * (COUNT + 2 + _root), COUNT + _root
    check_derivation(Derivation(focus, given=_LATE).then(rule, focus, result))
    early = (compare(8, "<=", COUNT),)
    with pytest.raises(BadDerivation, match="by the size of m"):
        check_derivation(Derivation(focus, given=early).then(rule, focus, result))


def test_regimes_rest_on_the_sandwich() -> None:
    """The radius is compared with the norm by the claim that proves it, nowhere else."""
    uses = frozenset().union(*(proof.uses for proof in EIGEN_REGIMES.derive()))
    assert {"norm-sandwich", "submultiplicative", "eigen-power"} <= uses
    assert "eigen-regimes" in frozenset().union(*(d.uses for d in RADIUS_OF_PRODUCT.derive()))


def test_network_of_the_counterexample_is_one_network() -> None:
    """The switching network has one W, of radius below 1, and its Jacobian is measured."""
    assert {str(draw.options["network"]["W"]) for draw in TIME_VARYING.draws} == {
        str(TIME_VARYING.draws[0].options["network"]["W"])
    }
    lower = TIME_VARYING.says[-1]
    assert lower.relation == Relation.AT_LEAST
    assert lower.rhs == Rational(3, 2) ** COUNT


def test_saturation_needs_its_start() -> None:
    """Without the hypothesis the same statements are refuted, at the state 0."""
    dropped = replace(SATURATION, given=(), draws=(SATURATION.given[0].witness.case,), mutants=())
    assert examine(dropped).verdict == Verdict.FAILS
    with pytest.raises(Refuted, match="saturation"):
        check(dropped)


def test_equivalence_is_one() -> None:
    """The radius is compared with the growth rate in both directions, for every c."""
    (equivalence,) = [says for says in EIGEN_REGIMES.says if says.relation == Relation.IFF]
    assert equivalence == Statement(
        compare(SpectralRadius(J), "<", c), Relation.IFF, compare(GrowthRate(J), "<", c)
    )
