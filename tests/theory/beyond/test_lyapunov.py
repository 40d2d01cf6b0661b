"""The claims on Lyapunov exponents and the edge of chaos hold; each way to break them is seen."""

from dataclasses import replace
from typing import Any

import pytest
from sympy import Abs, Determinant, Integer, MatMul, Product, Rational, Symbol, log
from sympy.matrices.expressions.matexpr import MatrixElement

from rnnmath.claim import Claim, Mutant, Verdict
from rnnmath.errors import BadDerivation, Refuted
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Step
from rnnmath.symbolic.derivation import check as check_derivation
from rnnmath.symbolic.nodes import BOUND, OrderedProduct
from rnnmath.symbolic.norms import SpectralNorm
from rnnmath.symbolic.notation import j, k, n, size, t
from rnnmath.theory.beyond.lyapunov import (
    CLAIMS,
    LYAPUNOV_BOUND,
    LYAPUNOV_DETERMINANT,
    LYAPUNOV_FIXED,
    LYAPUNOV_SWITCHING,
    MEAN_FIELD_EDGE,
    factor_rules,
    relu,
    wide,
)
from rnnmath.theory.beyond.lyapunov.factor_rules import factor, frame, triangle
from rnnmath.theory.beyond.lyapunov.law import average
from rnnmath.theory.beyond.lyapunov.objects import claimed, compare, per_step, x
from rnnmath.verify import check, examine

IDS = (
    "lyapunov-determinant",
    "lyapunov-subadditive",
    "lyapunov-bound",
    "lyapunov-fixed",
    "lyapunov-switching",
    "mean-field-relu",
    "mean-field-contraction",
    "mean-field-edge",
)


def test_chapter_holds_its_claims() -> None:
    """The chapter states its claims in the order of its page."""
    assert tuple(claim.id for claim in CLAIMS) == IDS


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("claim", CLAIMS, ids=IDS)
def test_claim_is_green(claim: Claim, seed: int) -> None:
    """Each claim holds: derived, decided on every case, all mutants killed, all witnesses break."""
    evidence = check(claim, seed=seed)
    assert evidence.derived
    assert evidence.mutants.total == evidence.mutants.reached == len(claim.mutants)
    assert evidence.hypotheses.total == evidence.hypotheses.reached
    assert evidence.decided == evidence.admissible * len(claim.says) > 0


PLANTED = [(claim, mutant) for claim in CLAIMS for mutant in claim.mutants]


@pytest.mark.parametrize(
    ("claim", "mutant"), PLANTED, ids=[f"{claim.id}: {mutant.note}" for claim, mutant in PLANTED]
)
def test_planted_error_is_refuted(claim: Claim, mutant: Mutant) -> None:
    """A claim that states one of its mutants instead is refuted."""
    given = claim.given if not mutant.given else ()
    broken = replace(
        claim, says=(mutant.says,), draws=mutant.draws or claim.draws, given=given, mutants=()
    )
    assert examine(broken, cases=24).verdict == Verdict.FAILS
    with pytest.raises(Refuted, match=claim.id):
        check(broken, cases=24)


_whole = OrderedProduct(factor(j), (j, k + 1, t))
_volume = Abs(Determinant(triangle(j)))
_start = SpectralNorm(factor(1))
FORGED: dict[str, tuple[Any, ...]] = {
    "a frame on the wrong side": (
        factor_rules.FACTORED,
        MatMul(frame(0), factor(1)),
        MatMul(frame(1), triangle(1)),
    ),
    "a frame of another time": (
        factor_rules.FACTORED,
        MatMul(factor(3), frame(1)),
        MatMul(frame(3), triangle(3)),
    ),
    "a factor taken for a frame": (
        factor_rules.FRAME_NORM,
        SpectralNorm(MatMul(factor(1), factor(0))),
        SpectralNorm(factor(0)),
    ),
    "a determinant of factors by their diagonal": (
        factor_rules.TRIANGULAR_DETERMINANT,
        Abs(Determinant(factor(j))),
        Product(MatrixElement(factor(j), k, k), (k, 0, n - 1)),
    ),
    "a diagonal without its last entry": (
        factor_rules.TRIANGULAR_DETERMINANT,
        _volume,
        Product(MatrixElement(triangle(j), k, k), (k, 0, n - 2)),
    ),
    "diagonals of full matrices": (
        factor_rules.DIAGONALS_MULTIPLY,
        Product(MatrixElement(factor(j), 0, 0), (j, k + 1, t)),
        MatrixElement(_whole, 0, 0),
    ),
    "an entry above the norm of another": (
        factor_rules.ENTRY_BELOW_NORM,
        MatrixElement(factor(1), 0, 0),
        SpectralNorm(factor(2)),
    ),
    "logarithms without a premise": (per_step(Relation.AT_MOST), log(_start) / 2, log(2)),
    "half of a mean": (relu._ON_BOTH_SIDES, average(abs(BOUND)), average(BOUND)),
    "wrong moments": (wide._BY_MOMENTS, wide._VALUE, wide._VALUE.moments() + 1),
    "a mean above the supremum": (
        wide._SLOPES_BELOW,
        wide._SLOPES,
        wide._GAMMA,
    ),
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_forged_step_is_refused(forged: tuple[Any, ...]) -> None:
    """No rule of the chapter justifies a line that does not follow."""
    rule, focus, result = forged
    with pytest.raises(BadDerivation, match=rule.name.split()[0]):
        check_derivation(Derivation(focus).then(rule, focus, result))


def test_a_mean_is_at_most_the_largest_for_weights() -> None:
    """Weights that sum to 1 may still be negative, and then the mean may lie above."""
    whole = wide.MEAN_FIELD_CONTRACTION.derive()[0]
    (step,) = whole.steps
    for missing in whole.given[:2]:
        given = tuple(fact for fact in whole.given if fact != missing)
        with pytest.raises(BadDerivation, match="a mean is at most"):
            check_derivation(
                Derivation(whole.start, given=given).then(step.rule, step.focus, step.result)
            )


def test_the_logarithm_of_a_square_is_split_for_what_is_not_negative() -> None:
    """``v <= r^2`` bounds ln v by ``2 ln |r|``, and not by ``2 ln r`` where r may be negative."""
    v, m = Symbol("v", positive=True), size("m")
    signed, size_of = Symbol("r", real=True), Symbol("r", nonnegative=True)
    rule = Rule("granted", "", Relation.AT_MOST, lambda *_: True)
    for base, fits in ((size_of, True), (signed, False)):
        premise = Derivation(v).then(rule, v, base**2)
        wanted = per_step(Relation.AT_MOST).justify
        assert wanted(log(v) / m, 2 * log(base) / m, _step(v, premise)) == fits


def _step(focus: Any, *premises: Derivation) -> Step:
    return Step(per_step(Relation.AT_MOST), focus, focus, focus, focus, premises)


def test_logarithm_needs_a_positive_norm() -> None:
    """Without the hypothesis that something is left, no logarithm is taken."""
    (chain,) = LYAPUNOV_BOUND.derive()
    given = tuple(fact for fact in chain.given if fact.relation != Relation.LESS)
    (step,) = chain.steps
    premise = step.premises[0]
    bare = replace(
        chain,
        given=given,
        steps=(replace(step, given=given, premises=(replace(premise, given=()),)),),
    )
    with pytest.raises(BadDerivation):
        check_derivation(bare)


def test_the_rate_of_the_switch_is_not_that_of_a_step() -> None:
    """At ln(1.2) the product of both masks still grows faster; either alone has died out."""
    one, _, both = LYAPUNOV_SWITCHING.says[:3]
    assert one.rhs == compare(Rational(9, 10), "<", one.lhs.rhs)
    assert both.rhs == compare(Rational(3, 2), "<", both.lhs.rhs)
    assert both.lhs.rhs.has(x)


def test_an_equivalence_is_used_under_its_hypotheses() -> None:
    """The rule of a claimed equivalence asks for what the claim supposes."""
    statement = LYAPUNOV_FIXED.says[0]
    needs = tuple(each.condition for each in LYAPUNOV_FIXED.given if each.condition is not None)
    rule = claimed(LYAPUNOV_FIXED, 0, {})
    for given, fits in ((needs, True), (needs[:1], False)):
        (step,) = (
            Derivation(statement.lhs, given=given).then(rule, statement.lhs, statement.rhs).steps
        )
        assert rule.justify(step.focus, step.result, step) == fits


def test_chapter_rests_on_what_it_cites() -> None:
    """The exponents rest on the regimes of chapter 5, the bound on the product bound."""
    uses = {claim.id: frozenset().union(*(d.uses for d in claim.derive())) for claim in CLAIMS}
    assert uses[LYAPUNOV_FIXED.id] == {"eigen-regimes"}
    assert uses[LYAPUNOV_BOUND.id] == {"product-bound"}
    assert {"eigen-regimes", "time-varying-counterexample"} <= uses[LYAPUNOV_SWITCHING.id]
    assert "norm-axioms" in uses[LYAPUNOV_DETERMINANT.id]
    assert uses[MEAN_FIELD_EDGE.id] == frozenset()
    assert Integer(0) == LYAPUNOV_FIXED.says[2].rhs
