"""Chapter 7: every claim is green, a planted error in any is red, a forged step is refused."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from sympy import MatrixSymbol, Max, Min

from rnnmath.claim import Status
from rnnmath.errors import BadDerivation, DomainError, Refuted, ShapeMismatch
from rnnmath.numeric.clipping import clip
from rnnmath.numeric.dual import dual_jacobian
from rnnmath.numeric.landscape import PowerLandscape
from rnnmath.numeric.oracles import central_difference
from rnnmath.symbolic.calculus.differentials import Jacobian
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement
from rnnmath.symbolic.derivation import check as check_derivation
from rnnmath.symbolic.nodes import IndexedSum
from rnnmath.symbolic.norms import Rank
from rnnmath.symbolic.notation import L, T, TotalDerivative, a, k, loss_at, n, time
from rnnmath.symbolic.quantities.clipping import Clip
from rnnmath.symbolic.quantities.landscape import Curvature, GradientAt, LossAt
from rnnmath.symbolic.tidy import multiply, transpose
from rnnmath.theory.cases import EXTREME, GAP, SMALLER, by_cases, in_cases
from rnnmath.theory.exploding import CLAIMS, CLIP
from rnnmath.theory.exploding.clip_rules import CUT, KEPT, NEAR_CUT, NEAR_KEPT, cut
from rnnmath.theory.exploding.objects import CLIPPED, LENGTH, at_most, equal, g, less, theta
from rnnmath.theory.loss_by_loss import BOTH_TRANSPOSED, INTO_SUM, LOSS_BY_LOSS, RENAMED_INDEX
from rnnmath.theory.multiplied_out import MULTIPLY_OUT
from rnnmath.verify import check, examine
from rnnmath.verify.draws import draw_case
from rnnmath.verify.evaluate import decide, evaluate

BY_ID = {claim.id: claim for claim in CLAIMS}
SLOW = {"clip-keeps-cause"}  # it measures the gradients of float networks
SEEDS = [(name, seed) for name in BY_ID for seed in (3, 11) if seed == 3 or name not in SLOW]
#: Which mutant is planted: the first that the claim's own draws give all names to.
PLANTED = {"clip-keeps-cause": 1}
SHORT, LONG, LONGER = at_most(LENGTH, theta), at_most(theta, LENGTH), less(theta, LENGTH)
J = Jacobian(CLIPPED, g)


def exact(values: list[Any]) -> Any:
    """Return a column of exact numbers."""
    return np.array([[Fraction(value)] for value in values], dtype=object)


def test_ids_are_those_of_the_theory() -> None:
    """The chapter holds the four claims of its entry, and eight that carry part of an entry."""
    assert list(BY_ID) == [
        "clip",
        "clip-scale",
        "clip-corner",
        "clip-projection",
        "clip-jacobian",
        "clip-jacobian-norm",
        "clip-jacobian-inside",
        "clip-kink",
        "clip-keeps-cause",
        "first-order-failure",
        "clipped-decrease",
        "cliff",
    ]


@pytest.mark.parametrize(("claim_id", "seed"), SEEDS)
def test_every_claim_is_green(claim_id: str, seed: int) -> None:
    """Derived, decided on every case, every mutant killed, every witness broken."""
    evidence = examine(BY_ID[claim_id], seed=seed, cases=2)
    assert evidence.trouble == ()
    assert evidence.green
    assert evidence.status == Status.TESTED
    assert evidence.mutants.reached == evidence.mutants.total >= 2
    if claim_id == "clip-keeps-cause":  # the clipped gradient of a network is measured
        assert evidence.gradients is not None
        assert evidence.gradients["checked"] >= 50


@pytest.mark.parametrize("claim_id", BY_ID)
def test_a_planted_mutant_is_refuted(claim_id: str) -> None:
    """A claim that states one of its mutants in its place is refuted."""
    claim = BY_ID[claim_id]
    mutant = claim.mutants[PLANTED.get(claim_id, 0)]
    planted = replace(
        claim,
        says=(mutant.says, *claim.says[1:]),
        draws=mutant.draws or claim.draws,
        given=tuple(hypothesis for hypothesis in claim.given if not mutant.given),
    )
    with pytest.raises(Refuted, match=claim_id):
        check(planted, cases=12)


@pytest.mark.parametrize("claim_id", BY_ID)
def test_no_claim_is_derived_once_a_statement_is_swapped(claim_id: str) -> None:
    """The derivations prove the statements of the claim and nothing else."""
    claim = BY_ID[claim_id]
    assert not examine(replace(claim, says=(equal(LENGTH, theta),) * len(claim.says))).derived


def forged(rule: Rule, focus: Any, result: Any, *given: Statement, premises: Any = ()) -> None:
    """Demand that a rule refuses a step."""
    with pytest.raises(BadDerivation):
        check_derivation(Derivation(focus, given=given).then(rule, focus, result, premises))


def test_clipping_rules_refuse_what_is_not_known() -> None:
    """The definition of clipping is used only where the length is known to be on that side."""
    cut_g, near = cut(CLIPPED), Jacobian(cut(CLIPPED), g)
    for rule, focus, result, wrong in (
        (KEPT, CLIPPED, g, LONG),
        (CUT, CLIPPED, cut_g, SHORT),
        (NEAR_KEPT, J, Jacobian(g, g), SHORT),
        (NEAR_CUT, J, near, LONG),
    ):
        forged(rule, focus, result)
        forged(rule, focus, result, wrong)
    check_derivation(Derivation(CLIPPED, given=(SHORT,)).then(KEPT, CLIPPED, g))
    check_derivation(Derivation(J, given=(LONGER,)).then(NEAR_CUT, J, near))


def test_the_sphere_belongs_to_neither_region() -> None:
    """At ``‖g‖ = theta`` both definitions agree, but no Jacobian may be read off either."""
    at = equal(LENGTH, theta)
    check_derivation(Derivation(CLIPPED, given=(at,)).then(KEPT, CLIPPED, g))
    forged(NEAR_KEPT, J, Jacobian(g, g), at)
    forged(NEAR_CUT, J, Jacobian(cut(CLIPPED), g), at)


def test_a_jacobian_in_another_column_is_not_rewritten() -> None:
    """What is near y says nothing of what is near g."""
    other = Clip(multiply(2, g), theta)
    forged(NEAR_KEPT, Jacobian(other, g), Jacobian(multiply(2, g), g), less(2 * LENGTH, theta))


def test_cases_must_be_complete() -> None:
    """A proof by cases needs both cases, of one comparison."""
    below, above = in_cases((), LENGTH, theta)
    ends = {given: Derivation(theta, given=given) for given in (below, above)}
    rule = by_cases(Relation.EQUAL)
    check_derivation(Derivation(theta).then(rule, theta, theta, tuple(ends.values())))
    forged(rule, theta, theta, premises=(ends[below],))
    forged(rule, theta, theta, premises=(ends[below], ends[below]))
    strict = Derivation(theta, given=(less(LENGTH, theta),))
    forged(rule, theta, theta, premises=(strict, ends[above]))


def test_extremes_and_gaps_refuse_the_wrong_direction() -> None:
    """The larger of two is known only from a fact, and only what is not negative is added."""
    longer = Max(theta, LENGTH)
    forged(EXTREME, longer, LENGTH)
    forged(EXTREME, longer, LENGTH, SHORT)
    forged(EXTREME, Min(theta, LENGTH), LENGTH, LONG)
    forged(SMALLER, longer, theta)
    fact = Derivation(LENGTH, given=(SHORT,))
    forged(GAP, theta, theta + LENGTH, SHORT, premises=(fact,))


def test_multiplying_out_compares_coefficients() -> None:
    """A wrong power of the length, a wrong sign and a missing term are seen."""
    line = multiply(g, transpose(g))
    square = multiply(line, line)
    check_derivation(Derivation(square).then(MULTIPLY_OUT, square, multiply(LENGTH**2, line)))
    forged(MULTIPLY_OUT, square, multiply(LENGTH, line))
    forged(MULTIPLY_OUT, square, line)
    forged(MULTIPLY_OUT, LENGTH, theta)


def test_sums_of_losses_start_where_the_state_is_seen() -> None:
    """Losses before k see nothing of ``a_k``, and none of the later ones may be left out."""
    tau, total = time("tau"), TotalDerivative(L, a[k])
    one = TotalDerivative(loss_at(tau), a[k])
    given = (at_most(1, k),)
    right = IndexedSum(one, (tau, k, T))
    check_derivation(Derivation(total, given=given).then(LOSS_BY_LOSS, total, right))
    forged(LOSS_BY_LOSS, total, right)
    for lower, upper in ((k + 1, T), (k, T - 1)):
        forged(LOSS_BY_LOSS, total, IndexedSum(one, (tau, lower, upper)), *given)
    forged(RENAMED_INDEX, right, IndexedSum(one, (k, tau, T)))
    forged(INTO_SUM, multiply(theta, right), IndexedSum(one, (tau, k, T)))
    forged(BOTH_TRANSPOSED, transpose(one), total, premises=(Derivation(one),))


def test_nodes_say_what_is_wrong_with_their_arguments() -> None:
    """A clip takes a matrix and a number; a loss takes columns of one length."""
    with pytest.raises(DomainError, match="threshold of a clip is a number"):
        Clip(g, g)
    with pytest.raises(ShapeMismatch, match="a column"):
        LossAt(MatrixSymbol("A", 2, 2))
    with pytest.raises(ShapeMismatch, match="one length"):
        Curvature(MatrixSymbol("u", 2, 1), MatrixSymbol("v", 3, 1))
    w = MatrixSymbol("w", n, 1)
    for node in (CLIPPED, LossAt(w), GradientAt(w), Curvature(w, w)):
        assert node.func(*node.args) == node


def test_clip_in_floats_and_in_fractions_agree() -> None:
    """One function serves floats and exact numbers, and neither overflows nor turns."""
    rng = np.random.default_rng(7)
    for scale in (1e-3, 1.0, 1e200):
        column = rng.normal(size=(5, 1)) * scale
        made = clip(column, 0.5)
        expected = column * min(1.0, 0.5 / np.hypot.reduce(column.ravel()))
        np.testing.assert_allclose(made, expected, rtol=8 * np.finfo(float).eps)
    assert clip(exact([3, 4]), Fraction(1)).ravel().tolist() == [Fraction(3, 5), Fraction(4, 5)]
    assert clip(np.zeros(3), 1.0).tolist() == [0.0, 0.0, 0.0]
    with pytest.raises(DomainError, match="theta must be positive"):
        clip(np.ones(2), 0.0)
    with pytest.raises(DomainError, match="finite"):
        clip(np.array([np.inf, 1.0]), 1.0)


def test_the_jacobian_agrees_with_dual_numbers_and_with_differences() -> None:
    """The formula equals forward mode exactly, and central differences to a third of the digits."""
    point, bound = exact([2, 3, 6]), Fraction(1, 2)
    line = point @ point.T
    formula = bound / 7 * (np.eye(3, dtype=int) - line / Fraction(49))
    assert (dual_jacobian(lambda v: clip(v, bound), point) == formula).all()
    measured = central_difference(lambda v: clip(v, 0.5), point.astype(float)).jacobian
    np.testing.assert_allclose(measured, formula.astype(float), atol=1e-9)
    inside = dual_jacobian(lambda v: clip(v, 8), point)
    assert (inside == np.eye(3, dtype=int)).all()


def test_a_padded_length_is_never_idempotent() -> None:
    """With a small number added to the length, clipping twice is shorter than clipping once."""

    def padded(v: Any) -> Any:
        length = Fraction(5) * abs(v[0, 0]) / 3
        return min(Fraction(1), 1 / (length + Fraction(1, 10**6))) * v

    once = padded(exact([3, 4]))
    twice = padded(once)
    assert 0 < abs(twice[0, 0]) < abs(once[0, 0]) < Fraction(3, 5)


def test_curvature_is_a_bound_on_differences_of_gradients() -> None:
    """Between any two points of a segment the gradient moves by at most the curvature times it."""
    axes = [[Fraction(3, 5), Fraction(4, 5)], [Fraction(-4, 5), Fraction(3, 5)]]
    loss = PowerLandscape(np.array(axes, dtype=object), [Fraction(1, 2), -2], [4, 3])
    start, end = exact([1, -2]), exact([-3, 1])
    bend = loss.curvature(start, end)
    points = [start + (end - start) * Fraction(step, 8) for step in range(9)]
    for first, second in pairwise(points):
        moved = loss.gradient(second) - loss.gradient(first)
        far = second - first
        assert (moved**2).sum() <= bend**2 * (far**2).sum()


def test_landscapes_say_what_is_wrong() -> None:
    """Sizes must agree, and powers are positive integers."""
    with pytest.raises(ShapeMismatch, match="one size"):
        PowerLandscape(np.eye(2), [1], [2])
    with pytest.raises(DomainError, match="positive integers"):
        PowerLandscape(np.eye(1), [1], [0])


def test_undecided_where_no_rational_length_is_known() -> None:
    """A cut column of irrational length has no exact value, and nothing is claimed of it."""
    diagonal = draw_case(CLIP.draws[-1], np.random.default_rng(0)).but(g=exact([1, 1]))
    assert decide(equal(CLIPPED, g), diagonal.but(theta=Fraction(1))) is None
    assert decide(equal(CLIPPED, g), diagonal.but(theta=Fraction(2))) is True
    assert evaluate(Rank(J), diagonal.but(theta=Fraction(2))) == 2
    assert evaluate(Rank(J), diagonal.but(g=exact([3, 4]), theta=Fraction(2))) == 1
