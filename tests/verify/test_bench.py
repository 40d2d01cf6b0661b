"""The bench can fail in every way it can pass."""

from dataclasses import replace
from typing import Any

import pytest
from sympy import Matrix, MatrixSymbol, Rational, Symbol

from rnnmath.claim import (
    DERIVED_HERE,
    Claim,
    Draw,
    Hypothesis,
    Kind,
    Mutant,
    Status,
    Tally,
    Verdict,
    Witness,
    cite,
)
from rnnmath.errors import DomainError
from rnnmath.symbolic.bounds import norm_bound
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement
from rnnmath.symbolic.norms import SpectralNorm
from rnnmath.symbolic.notation import n
from rnnmath.theory.local_jacobian import INPUT_JACOBIAN, LOCAL_JACOBIAN
from rnnmath.verify.bench import examine

A, B = MatrixSymbol("A", n, n), MatrixSymbol("B", n, n)
GENERIC = Draw("random", {"matrices": {"A": ("n", "n", "generic"), "B": ("n", "n", "generic")}})
TIGHT = Draw(
    "random",
    {
        "matrices": {
            "A": ("n", "n", "orthogonal multiple"),
            "B": ("n", "n", "orthogonal multiple"),
        }
    },
)
BOUND = Statement(SpectralNorm(A * B), Relation.AT_MOST, SpectralNorm(A) * SpectralNorm(B))


def a_claim(**changes: Any) -> Claim:
    """Return a small true bound, changed as a test needs it."""
    claim = Claim(
        id="a-bound",
        kind=Kind.BOUND,
        title="The norm of a product",
        says=(BOUND,),
        derive=lambda: (norm_bound(A * B),),
        draws=(GENERIC, TIGHT),
        mutants=(Mutant("equality", Statement(BOUND.lhs, Relation.EQUAL, BOUND.rhs)),),
        source=DERIVED_HERE,
        chapter="nowhere",
    )
    return replace(claim, **changes)


def test_true_bound_is_green() -> None:
    """A true bound is derived, enclosed and tight, and its mutant dies."""
    evidence = examine(a_claim())
    assert evidence.green
    assert evidence.trouble == ()
    assert evidence.status == Status.TESTED
    assert evidence.enclosed is True
    assert evidence.exact is None
    assert evidence.mutants == Tally(1, 1)
    assert evidence.tightness is not None
    assert evidence.tightness["largest"] >= 0.999
    assert evidence.drawn == evidence.admissible == evidence.decided == 12
    assert evidence.uses == ("submultiplicative",)


def test_false_bound_fails_with_its_case() -> None:
    """A false statement is refuted, and the trouble shows the case."""
    false = Statement(BOUND.lhs, Relation.AT_MOST, BOUND.rhs / 2)
    evidence = examine(a_claim(says=(false,)))
    assert evidence.verdict == Verdict.FAILS
    assert not evidence.green
    assert any(line.startswith("refuted:") and "A = " in line for line in evidence.trouble)


def test_derivation_of_something_else_is_trouble() -> None:
    """A derivation that ends elsewhere does not count as derived."""
    evidence = examine(a_claim(derive=lambda: (norm_bound(B * A),)))
    assert not evidence.derived
    assert evidence.status == Status.STATED
    assert any("the derivation proves" in line for line in evidence.trouble)


def test_stronger_statement_than_derived_is_trouble() -> None:
    """A derivation of <= does not prove <."""
    strict = Statement(BOUND.lhs, Relation.LESS, BOUND.rhs)
    evidence = examine(a_claim(says=(strict,), draws=(GENERIC,)))
    assert not evidence.derived


def test_forged_step_is_trouble() -> None:
    """A step whose rule does not justify it makes the claim red."""
    wish = Rule("wish", "", Relation.AT_MOST, lambda *_: False)
    forged = Derivation(BOUND.lhs).then(wish, BOUND.lhs, BOUND.rhs)
    evidence = examine(a_claim(derive=lambda: (forged,)))
    assert not evidence.derived
    assert any("'wish'" in line for line in evidence.trouble)


def test_missing_derivation_is_trouble() -> None:
    """Each statement needs a derivation of its own."""
    assert not examine(a_claim(derive=lambda: ())).derived


def test_experiment_is_measured_and_not_derived() -> None:
    """An experiment needs no derivation and may have none; it says nothing of proofs."""
    evidence = examine(a_claim(kind=Kind.EXPERIMENT, derive=tuple))
    assert evidence.green
    assert evidence.status == Status.TESTED
    assert (evidence.derived, evidence.exact, evidence.enclosed) == (None, None, None)
    derived = examine(a_claim(kind=Kind.EXPERIMENT))
    assert any("an experiment is measured" in line for line in derived.trouble)
    false = Statement(BOUND.lhs, Relation.AT_LEAST, BOUND.rhs + 1)
    refuted = examine(a_claim(kind=Kind.EXPERIMENT, derive=tuple, says=(false,)))
    assert refuted.verdict == Verdict.FAILS


def test_experiment_proves_nothing_else() -> None:
    """A derivation can't cite an experiment."""
    with pytest.raises(DomainError, match="experiment"):
        cite(a_claim(kind=Kind.EXPERIMENT, derive=tuple))


def test_unstated_supposition_is_trouble() -> None:
    """A derivation may suppose only what the claim lists as a hypothesis."""
    supposed = replace(norm_bound(A * B), given=(Statement(n, Relation.AT_MOST, 2),), steps=())
    claim = a_claim(
        says=(Statement(BOUND.lhs, Relation.EQUAL, BOUND.lhs),), derive=lambda: (supposed,)
    )
    assert any("no hypothesis of the claim" in line for line in examine(claim).trouble)


def test_true_mutant_survives_and_is_trouble() -> None:
    """A mutant that is true makes the claim red."""
    weaker = Mutant("true, only weaker", Statement(BOUND.lhs, Relation.AT_MOST, 2 * BOUND.rhs))
    evidence = examine(a_claim(mutants=(weaker,)))
    assert evidence.mutants == Tally(1, 0)
    assert any("mutant survives: true, only weaker" in line for line in evidence.trouble)


def test_ill_shaped_mutant_is_no_refutation() -> None:
    """A mutant that has no value is trouble, not a kill."""
    ill = Mutant("ill-shaped", Statement(SpectralNorm(MatrixSymbol("C", 2, 2)), Relation.EQUAL, 0))
    evidence = examine(a_claim(mutants=(ill,)))
    assert evidence.mutants == Tally(1, 0)
    assert any("no value for 'C'" in line for line in evidence.trouble)


def test_bound_without_near_equality_is_trouble() -> None:
    """A bound that is never nearly attained on the drawn cases is not tested."""
    slack = Statement(BOUND.lhs, Relation.AT_MOST, 3 * BOUND.rhs)
    evidence = examine(a_claim(says=(slack,)))
    assert any("no case near equality" in line for line in evidence.trouble)


def test_no_admissible_case_is_undecided() -> None:
    """A claim whose hypotheses no case satisfies is undecided, not true."""
    never = Hypothesis("the impossible", Statement(SpectralNorm(A), Relation.LESS, 0))
    evidence = examine(a_claim(given=(never,)))
    assert evidence.admissible == 0
    assert evidence.verdict == Verdict.UNDECIDED
    assert not evidence.green


def test_undecidable_equation_is_undecided() -> None:
    """Two equal irrational numbers can't be told from nearly equal ones; that is red."""
    symmetric = Statement(SpectralNorm(A), Relation.EQUAL, SpectralNorm(A.T))
    draws = (Draw("explicit", {"values": {"A": Matrix([[1, 1], [0, 1]]), "n": 2}}),)
    evidence = examine(a_claim(says=(symmetric,), draws=draws, mutants=()))
    assert evidence.verdict == Verdict.UNDECIDED
    assert any(line.startswith("undecided:") for line in evidence.trouble)


def _witnessed(case: Draw) -> Claim:
    c = Symbol("c", real=True)
    condition = Statement(Rational(1), Relation.AT_MOST, c)
    says = Statement(c, Relation.AT_MOST, c**2)
    draw = Draw("random", {"scalars": {"c": (Rational(1, 2), Rational(5))}})
    given = (Hypothesis("$c \\ge 1$", condition, Witness("squares of small numbers", case)),)
    return a_claim(
        kind=Kind.IDENTITY,
        says=(says,),
        given=given,
        draws=(draw, Draw("explicit", {"values": {"c": 1}})),
        mutants=(),
    )


def test_witness_must_break_the_claim() -> None:
    """A hypothesis is necessary when its witness violates it and breaks the claim."""
    good = examine(_witnessed(Draw("explicit", {"values": {"c": Rational(1, 2)}})))
    assert good.hypotheses == Tally(1, 1)
    assert 0 < good.admissible < good.drawn


@pytest.mark.parametrize("value", [2, -1])
def test_idle_witness_is_trouble(value: int) -> None:
    """A witness that satisfies the hypothesis, or breaks nothing, is trouble."""
    evidence = examine(_witnessed(Draw("explicit", {"values": {"c": value}})))
    assert evidence.hypotheses == Tally(1, 0)
    assert any("witness breaks nothing" in line for line in evidence.trouble)


def test_error_probability_is_small_and_positive() -> None:
    """An identity on wild integers states the chance that a false one passes."""
    evidence = examine(LOCAL_JACOBIAN)
    assert evidence.error_probability is not None
    assert 0 < evidence.error_probability < 1e-20
    assert examine(a_claim()).error_probability is None


def test_gradients_are_compared_with_both_oracles() -> None:
    """Agreement is counted, and central differences are rougher than complex step."""
    gradients = examine(INPUT_JACOBIAN).gradients
    assert gradients is not None
    assert gradients["checked"] >= 32
    assert gradients["complex_step"] < 1e-13
    assert gradients["complex_step"] < gradients["central_difference"] < 1e-8


def test_same_seed_same_evidence() -> None:
    """Evidence depends on the seed and on nothing else."""
    assert examine(LOCAL_JACOBIAN, seed=5) == examine(LOCAL_JACOBIAN, seed=5)
    wide = Draw("random", {**GENERIC.options, "sizes": {"n": (2, 3)}})
    first, second = (examine(a_claim(draws=(wide, TIGHT)), seed=seed) for seed in (1, 2))
    assert first.tightness != second.tightness


def test_mutant_is_tried_under_the_hypotheses() -> None:
    """A variant that fails only where a hypothesis does is true, so it survives."""
    c = Symbol("c", real=True)
    outside = Draw("explicit", {"values": {"c": Rational(-3)}})
    claim = _witnessed(Draw("explicit", {"values": {"c": Rational(1, 2)}}))
    positive = Statement(c, Relation.AT_LEAST, Rational(0))
    false_outside = Mutant("true where c >= 1", positive, (outside,))
    assert examine(replace(claim, mutants=(false_outside,))).mutants == Tally(1, 0)
    own = replace(false_outside, given=(Statement(c, Relation.LESS, Rational(0)),))
    assert examine(replace(claim, mutants=(own,))).mutants == Tally(1, 1)
