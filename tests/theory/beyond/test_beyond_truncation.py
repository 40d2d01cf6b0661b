"""The claims on truncated gradients hold, and every way to break them is noticed."""

from dataclasses import replace
from typing import Any

import pytest
from sympy import Integer, Sum

from rnnmath.claim import Claim, Mutant, Verdict
from rnnmath.errors import BadDerivation, Refuted
from rnnmath.symbolic.derivation import Derivation
from rnnmath.symbolic.derivation import check as check_derivation
from rnnmath.symbolic.nodes import IndexedSum
from rnnmath.symbolic.tidy import multiply
from rnnmath.theory.beyond.truncation import (
    CLAIMS,
    RANDOM_TRUNCATION,
    TRUNCATION_HEAVY,
    TRUNCATION_LIGHT,
    bounded,
    moments,
    sign,
    sum_rules,
)
from rnnmath.theory.beyond.truncation.objects import M, chance, compare, d, estimate, r, square, x
from rnnmath.verify import check, examine

IDS = (
    "truncation-sign",
    "random-truncation",
    "truncation-spread",
    "truncation-light",
    "truncation-heavy",
)


def test_chapter_holds_its_claims() -> None:
    """The chapter states its claims in the order of its page."""
    assert tuple(claim.id for claim in CLAIMS) == IDS


@pytest.mark.parametrize("claim", CLAIMS, ids=IDS)
def test_claim_is_green(claim: Claim) -> None:
    """Each claim holds: derived, decided on every case, all mutants killed, all witnesses break."""
    evidence = check(claim, seed=1)
    assert evidence.derived
    assert evidence.mutants.total == evidence.mutants.reached == len(claim.mutants)
    assert evidence.hypotheses.total == evidence.hypotheses.reached > 0
    assert evidence.decided == evidence.admissible * len(claim.says) > 0


PLANTED = [(claim, mutant) for claim in CLAIMS for mutant in claim.mutants]


@pytest.mark.parametrize(
    ("claim", "mutant"), PLANTED, ids=[f"{claim.id}: {mutant.note}" for claim, mutant in PLANTED]
)
def test_planted_error_is_refuted(claim: Claim, mutant: Mutant) -> None:
    """A claim that states one of its mutants instead is refuted."""
    given = claim.given if not mutant.given else ()
    draws = (mutant.draws or claim.draws)[-4:]
    broken = replace(claim, says=(mutant.says,), draws=draws, given=given, mutants=())
    assert examine(broken).verdict == Verdict.FAILS
    with pytest.raises(Refuted, match=claim.id):
        check(broken)


_all = (r, 0, M)
_weight = chance(r) - chance(r + 1)
FORGED: dict[str, tuple[Any, ...]] = {
    "by parts, though the sum goes on": (
        sum_rules.BY_PARTS,
        IndexedSum(multiply(_weight, estimate(r)), _all),
        IndexedSum(multiply(chance(r), estimate(r) - estimate(r - 1)), _all),
    ),
    "a newest term without its weight": (
        sum_rules.NEWEST_OR_OLDEST,
        IndexedSum(estimate(r) - estimate(r - 1), _all),
        IndexedSum(x[r], _all),
    ),
    "squares without the product": (
        sum_rules.SQUARES,
        Sum(square(estimate(r)) - square(estimate(r - 1)), _all),
        Sum(square(x[r]) / chance(r) ** 2, _all),
    ),
    "a triangle left as it is": (
        sum_rules.FROM_TRIANGLE,
        Sum(square(x[r]), _all),
        Sum(square(x[r]) / chance(r), _all),
    ),
    "one term too few": (moments._COUNTED, moments._STOP * M, Sum(moments._STOP, _all)),
    "powers above 1 without a reason": (
        moments._NOT_BELOW_ONE,
        Sum(moments._STOP, _all),
        moments._POWERS,
    ),
    "another exponent": (
        moments._REARRANGED,
        moments._POWERS,
        Sum(moments._STOP * moments._BASE ** (r + 1), _all),
    ),
    "a geometric sum without growth": (
        moments._GEOMETRIC_BELOW,
        moments._MOMENT,
        moments._MOMENT.xreplace({moments._ESTIMATE: moments._RATIO**r * moments._SCALE}),
    ),
    "a series without its limit": (moments._SERIES, moments._POWERS, Integer(1)),
    "a wrong closed form": (sign._ADDED_UP, Sum(d, (d, 0, sign._K - 1)), sign._K**2),
    "a rate that is not supposed": (bounded._BY_RATES, bounded._LENGTHS, bounded._RATES),
    "a geometric tail that may not end": (bounded._GEOMETRIC, bounded._RATES, bounded._BOUND),
    "a sign without the first step": (
        sign._POSITIVE_UNTIL,
        compare(0, "<", sign._K * (7 - sign._K)),
        compare(sign._K, "<=", 7),
    ),
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_forged_step_is_refused(forged: tuple[Any, ...]) -> None:
    """No rule of the chapter justifies a line that does not follow."""
    rule, focus, result = forged
    with pytest.raises(BadDerivation, match=rule.name.split()[0]):
        check_derivation(Derivation(focus).then(rule, focus, result))


def test_moments_need_their_hypotheses() -> None:
    """The proof of a finite moment does not replay where the terms are not small enough."""
    for claim in (TRUNCATION_LIGHT, TRUNCATION_HEAVY):
        (chain,) = claim.derive()
        given = chain.given[:1]
        bare = replace(
            chain, given=given, steps=tuple(replace(step, given=given) for step in chain.steps)
        )
        with pytest.raises(BadDerivation):
            check_derivation(bare)


def test_one_regime_ends_where_the_other_begins() -> None:
    """The two hypotheses on the terms exclude each other and leave nothing out."""
    light, heavy = (claim.given[1].condition for claim in (TRUNCATION_LIGHT, TRUNCATION_HEAVY))
    assert light is not None
    assert heavy is not None
    assert (light.lhs, light.rhs) == (heavy.rhs, heavy.lhs)
    assert (light.relation.value, heavy.relation.value) == ("<", "<=")


def test_derivations_use_no_claim_of_their_own() -> None:
    """The identities of a random cut rest on sums alone."""
    assert all(derivation.uses == frozenset() for derivation in RANDOM_TRUNCATION.derive())


def test_a_closed_sum_has_terms_that_stay() -> None:
    """K times K is no triangle: the terms of the sum change with its length."""
    length = sign._K
    square_sum = Sum(length, (d, 0, length - 1))
    with pytest.raises(BadDerivation, match="added up"):
        check_derivation(
            Derivation(square_sum).then(sign._ADDED_UP, square_sum, length * (length - 1) / 2)
        )


def test_a_series_of_negative_terms_lies_above_its_limit() -> None:
    """``Σ c b^r <= c / (1 - b)`` turns round for a negative c."""
    given = (moments._GOES_ON, moments._LIGHT, moments._GROWS)
    for factor, works in ((1, True), (-1, False), (moments._q - 1, False), (moments._STOP, True)):
        focus = Sum(factor * moments._BASE**r, (r, 0, M))
        result = factor / (1 - moments._BASE)
        chain = Derivation(focus, given=given).then(moments._SERIES, focus, result)
        assert _holds(chain) == works


def _holds(chain: Derivation) -> bool:
    try:
        check_derivation(chain)
    except BadDerivation:
        return False
    return True
