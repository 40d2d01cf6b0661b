"""Experiments: baselines derived, outcomes read from records; the opposite is refuted."""

from dataclasses import replace
from math import isclose

import pytest
import sympy as sp

from rnnmath.claim import Kind, Status, cite
from rnnmath.errors import BadDerivation, RnnmathError, Undecided, Unsupported
from rnnmath.experiments import MODELS, TASKS, Record
from rnnmath.symbolic.derivation import Derivation, Relation, Statement
from rnnmath.symbolic.derivation import check as check_derivation
from rnnmath.symbolic.quantities.outcome import Outcome
from rnnmath.theory.experiments import ADDING_BASELINE, CLAIMS, COPY_BASELINE, OUTCOMES
from rnnmath.theory.experiments.baselines import (
    LOG_OF_PRODUCT,
    MULTIPLIED_OUT,
    TERM_BY_TERM,
    WRITTEN_OUT,
    i,
    x,
    y,
)
from rnnmath.theory.experiments.objects import ADDING, COPY
from rnnmath.verify import examine
from rnnmath.verify.evaluate import Case, decide, evaluate

BY_ID = {claim.id: claim for claim in CLAIMS}
DERIVED = [claim.id for claim in (ADDING_BASELINE, COPY_BASELINE)]


@pytest.mark.parametrize("name", BY_ID)
def test_every_claim_is_green(name):
    """Each claim holds, its mutants are refuted, and nothing is in trouble."""
    evidence = examine(BY_ID[name])
    assert evidence.trouble == ()
    assert evidence.green
    assert evidence.status == Status.TESTED
    assert evidence.mutants.reached == evidence.mutants.total >= 3


@pytest.mark.parametrize("name", DERIVED)
def test_baselines_hold_under_another_seed(name):
    """A derived claim does not depend on the draw."""
    assert examine(BY_ID[name], seed=11).green


@pytest.mark.parametrize("name", BY_ID)
def test_a_planted_error_is_refuted(name):
    """A claim that states one of its mutants is red."""
    claim = BY_ID[name]
    planted = replace(claim, says=(claim.mutants[0].says,), derive=tuple)
    assert not examine(planted).green


def test_experiments_prove_nothing():
    """Every outcome is of the kind experiment, comes without derivation, and cannot be cited."""
    for claim in OUTCOMES:
        assert claim.kind == Kind.EXPERIMENT
        assert claim.derive() == ()
        with pytest.raises(RnnmathError, match="experiment"):
            cite(claim)


def test_claims_speak_of_tasks_and_models_that_there_are():
    """Each outcome names a task and a model of the experiments' room."""
    named = {
        (node.task, node.model)
        for claim in OUTCOMES
        for statement in (*claim.says, *(mutant.says for mutant in claim.mutants))
        for node in statement.lhs.atoms(Outcome)
    }
    assert {task for task, _ in named} == set(TASKS)
    assert {model for _, model in named} == set(MODELS)


def test_baselines_of_theory_and_of_training_agree():
    """The numbers that the room of experiments uses are those that the theory derives."""
    assert isclose(float(ADDING), TASKS["adding"].baseline, rel_tol=1e-15)
    assert isclose(float(COPY), TASKS["copy"].baseline, rel_tol=1e-15)


def test_an_outcome_is_read_from_the_record(monkeypatch):
    """The evaluator takes the very number of the record; one that is not finite is undecided."""
    run = Record("copy", "GRU", 0, ((5, 0.1),), (-1.0, 2.0), (float("-inf"), 0.0), 3.0, 1.0, "x")
    monkeypatch.setattr("rnnmath.experiments.outcome", lambda *_: run)
    error = Outcome("copy", "GRU", "error")
    tenth = Statement(error, Relation.GREATER, sp.Rational(1, 10))
    assert decide(tenth, Case({})) is True  # 0.1 in binary is a little more than a tenth
    assert evaluate(Outcome("copy", "GRU", "reach before"), Case({})) == -3
    with pytest.raises(Undecided, match="-inf"):
        evaluate(Outcome("copy", "GRU", "reach after"), Case({}))


def test_an_outcome_prints_and_can_be_rebuilt():
    """The node names what it reads, in plain text and in LaTeX."""
    node = Outcome("copy", "tanh clipped", "longest gradient")
    assert node.func(*node.args) == node
    assert str(node) == "longest gradient(copy, tanh clipped)"
    assert sp.latex(node) == r"\text{longest gradient}(\text{copy, tanh clipped})"


@pytest.mark.parametrize("power", [0, 1, 2, 3])
def test_integrals_are_exact(power):
    """Simpson's rule gives the integral of a power up to the third, over two variables too."""
    node = sp.Integral(x**power * y**power, (x, 0, 1), (y, -1, 2))
    assert evaluate(node, Case({})) == node.doit()


def test_integrals_beyond_the_rule_are_refused():
    """A fourth power, or a function that is no polynomial, is not integrated."""
    for integrand in (x**4, sp.exp(x)):
        with pytest.raises(Unsupported, match="degree up to 3"):
            evaluate(sp.Integral(integrand, (x, 0, 1)), Case({}))


@pytest.mark.parametrize(
    ("rule", "focus", "result"),
    [
        (MULTIPLIED_OUT, sp.Integral((x + 1) ** 2, (x, 0, 1)), sp.Integral(x**2 + 1, (x, 0, 1))),
        (MULTIPLIED_OUT, sp.Integral(x, (x, 0, 1)), sp.Integral(x, (x, 0, 2))),
        (TERM_BY_TERM, sp.Integral(x**2, (x, 0, 1)), sp.Rational(1, 2)),
        (TERM_BY_TERM, sp.Integral(x**2, (x, 0, 2)), sp.Rational(1, 3)),
        (TERM_BY_TERM, sp.Integral(x * y, (x, 0, 1), (y, 0, 1)), y / 2),
        (WRITTEN_OUT, sp.Sum(x * i, (i, 0, 7)), 27 * x),
        (LOG_OF_PRODUCT, sp.log(8 * sp.exp(x), evaluate=False), sp.log(8) - x),
    ],
)
def test_forged_steps_are_refused(rule, focus, result):
    """No rule of the chapter leads to a wrong result."""
    with pytest.raises(BadDerivation, match="does not lead"):
        check_derivation(Derivation(focus).then(rule, focus, result))
