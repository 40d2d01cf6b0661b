"""Activations and regularizers: every claim holds, and every way to break one is noticed."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from sympy import (
    Abs,
    Integer,
    Lambda,
    MatPow,
    MatrixSymbol,
    Piecewise,
    Rational,
    Symbol,
    exp,
    symbols,
    tanh,
)

from rnnmath.claim import Status, Verdict
from rnnmath.errors import BadDerivation, Refuted, ShapeMismatch, Undecided
from rnnmath.numeric import ACTIVATIONS, VanillaRNN, linear_loss, sensitivity
from rnnmath.symbolic.activations import catalogue
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement
from rnnmath.symbolic.derivation import check as check_derivation
from rnnmath.symbolic.nodes import Elementwise, elementwise
from rnnmath.symbolic.norms import FrobeniusNorm, MaxAbs, MinAbs, SpectralNorm
from rnnmath.symbolic.quantities.decay import Decayed
from rnnmath.symbolic.tidy import diag, multiply
from rnnmath.theory.norm_bound.objects import at_most
from rnnmath.theory.vanishing.activation_choice import CLAIMS, decay_rules, relu, step
from rnnmath.theory.vanishing.activation_choice import envelope_rules as envelope
from rnnmath.theory.vanishing.activation_choice.objects import at_least, less
from rnnmath.verify import check, examine
from rnnmath.verify.evaluate import Case, evaluate

IDS = (
    "saturation",
    "saturated-slopes",
    "saturated-step",
    "relu",
    "relu-one-unit",
    "relu-dies",
    "spectral-normalization",
    "regularization-bounds",
    "decay-and-clipping",
)
BY_ID = {claim.id: claim for claim in CLAIMS}
u, w = Symbol("u", real=True), Symbol("w", real=True)
x = exp(-2 * Abs(u))
A, v = MatrixSymbol("A", 2, 2), MatrixSymbol("v", 2, 1)
eta, lam, theta = symbols("eta lambda theta", positive=True)
weights = Decayed(
    MatrixSymbol("W_0", 2, 2), "G", eta, lam, theta, Symbol("m", integer=True, nonnegative=True)
)


def test_ids_are_those_of_the_theory() -> None:
    """The chapter holds the three entries of the theory, and the parts with other hypotheses."""
    assert tuple(BY_ID) == IDS


@pytest.mark.parametrize("seed", [3, 11])
@pytest.mark.parametrize("name", IDS)
def test_every_claim_is_green(name: str, seed: int) -> None:
    """Derived, decided on every case, every mutant killed, every witness broken."""
    evidence = examine(BY_ID[name], seed=seed, cases=3)
    assert evidence.trouble == ()
    assert evidence.status == Status.TESTED
    assert evidence.mutants.reached == evidence.mutants.total >= 3


@pytest.mark.parametrize("name", IDS)
def test_a_planted_mutant_is_refuted(name: str) -> None:
    """A claim that states one of its mutants in its place is refuted."""
    claim = BY_ID[name]
    mutant = claim.mutants[0]
    given = () if mutant.given else claim.given
    planted = replace(
        claim, says=(mutant.says,), draws=mutant.draws or claim.draws, given=given, mutants=()
    )
    with pytest.raises(Refuted, match=name):
        check(planted)


@pytest.mark.parametrize("name", IDS)
def test_a_statement_without_its_derivation_is_not_shown(name: str) -> None:
    """A statement that no derivation ends in leaves the claim red."""
    claim = BY_ID[name]
    with pytest.raises((Refuted, Undecided)):
        check(replace(claim, says=(*claim.says, less(0, 1)), mutants=()))


def forged(rule: Rule, focus: Any, result: Any, *given: Statement, premises: Any = ()) -> None:
    """Demand that a rule refuses a step."""
    with pytest.raises(BadDerivation, match="does not lead"):
        check_derivation(Derivation(focus, given=given).then(rule, focus, result, premises))


def allowed(rule: Rule, focus: Any, result: Any, *given: Statement, premises: Any = ()) -> None:
    """Demand that a rule accepts a step."""
    check_derivation(Derivation(focus, given=given).then(rule, focus, result, premises))


def test_only_even_functions_are_read_at_the_absolute_value() -> None:
    """The slope of tanh is even, tanh itself is not."""
    slope = 1 - tanh(u) ** 2
    allowed(envelope.EVEN, slope, slope.xreplace({u: Abs(u)}))
    forged(envelope.EVEN, tanh(u), tanh(Abs(u)))
    forged(envelope.EVEN, slope, 1 - tanh(2 * Abs(u)) ** 2)


def test_denominators_lie_between_one_and_four() -> None:
    """``4x/(1+x)^2`` is at most 4x and at least x, for x from 0 to 1 and for no other x."""
    share = 4 * x / (1 + x) ** 2
    allowed(envelope.DENOMINATOR_ONE, share, 4 * x)
    allowed(envelope.DENOMINATOR_TWO, share, x)
    forged(envelope.DENOMINATOR_ONE, share, 2 * x)
    forged(envelope.DENOMINATOR_TWO, share, 2 * x)
    rising = exp(2 * Abs(u))
    forged(envelope.DENOMINATOR_TWO, 4 * rising / (1 + rising) ** 2, rising)
    forged(envelope.DENOMINATOR_ONE, 4 * x / (1 + x) ** 3, 4 * x)


def test_below_the_top_needs_a_number_that_is_not_zero() -> None:
    """``4x/(1+x)^2 < 1`` only where ``0 < |u|`` is known, of this very u."""
    share = 4 * x / (1 + x) ** 2
    allowed(envelope.BELOW_TOP, share, Integer(1), less(0, Abs(u)))
    forged(envelope.BELOW_TOP, share, Integer(1))
    forged(envelope.BELOW_TOP, share, Integer(1), less(0, Abs(w)))
    forged(envelope.BELOW_TOP, share, Rational(1, 2), less(0, Abs(u)))


def test_entries_need_a_proof_for_one_fresh_number() -> None:
    """From entries to their largest only with every entry nonzero and a proof for a fresh u."""
    slope = Lambda(u, 4 * x / (1 + x) ** 2)
    column = MaxAbs(Elementwise(slope, v))
    known = less(0, MinAbs(v))
    entry = Derivation(Abs(slope(u)), given=(known, less(0, Abs(u))))
    entry = entry.then(envelope.BELOW_TOP, entry.end, Integer(1))
    allowed(envelope.EACH_ENTRY, column, Integer(1), known, premises=(entry,))
    forged(envelope.EACH_ENTRY, column, Integer(1), known)
    forged(envelope.EACH_ENTRY, column, Rational(1, 2), known, premises=(entry,))
    bare = Derivation(Abs(slope(u)), given=(less(0, Abs(u)),))
    bare = bare.then(envelope.BELOW_TOP, bare.end, Integer(1))
    forged(envelope.EACH_ENTRY, column, Integer(1), premises=(bare,))


def test_absolute_values_are_dropped_only_where_nothing_is_negative() -> None:
    """``|x| = y`` needs a proof of ``x = y`` and a y that is not negative."""
    minus = Derivation(u)
    forged(envelope.NOT_NEGATIVE, Abs(u), u, premises=(minus,))
    forged(decay_rules.ABSOLUTE, Abs(u), u)
    allowed(decay_rules.ABSOLUTE, Abs(u), u, at_most(0, u))


def test_masks_have_entries_zero_or_one() -> None:
    """A function with another value is no mask."""
    mask = Elementwise(catalogue()["relu"].slope, v)
    leaky = Elementwise(Lambda(u, Piecewise((1, u > 0), (Rational(1, 2), True))), v)
    allowed(relu._ONES_AND_ZEROS, MaxAbs(mask), Integer(1))
    forged(relu._ONES_AND_ZEROS, MaxAbs(leaky), Integer(1))
    allowed(relu._TWICE_IS_ONCE, MatPow(diag(mask), 2), diag(mask))
    forged(relu._TWICE_IS_ONCE, MatPow(diag(leaky), 2), diag(leaky))
    forged(relu._TWICE_IS_ONCE, MatPow(diag(mask), 3), diag(mask))


def test_a_strict_inequality_times_zero_is_refused() -> None:
    """``x z < y z`` needs both ``x < y`` and ``0 < z``."""
    small, large, z = symbols("x y z", nonnegative=True)
    below, positive = less(small, large), less(0, z)
    allowed(step._TIMES_POSITIVE, small * z, large * z, below, positive)
    forged(step._TIMES_POSITIVE, small * z, large * z, below)
    forged(step._TIMES_POSITIVE, small * z, large * z, positive)


def test_norms_are_divided_by_themselves_only() -> None:
    """``‖A/‖A‖‖ = 1`` needs the spectral norm of A, and A not zero."""
    norm = SpectralNorm(A)
    allowed(decay_rules.NORMALIZED, SpectralNorm(multiply(1 / norm, A)), Integer(1), less(0, norm))
    forged(decay_rules.NORMALIZED, SpectralNorm(multiply(1 / norm, A)), Integer(1))
    other = FrobeniusNorm(A)
    forged(decay_rules.NORMALIZED, SpectralNorm(multiply(1 / other, A)), Integer(1), less(0, other))
    allowed(decay_rules.BELOW_FROBENIUS, norm, other)
    forged(decay_rules.BELOW_FROBENIUS, other, norm)


def test_inequalities_are_moved_and_divided_rightly() -> None:
    """A sum below b leaves ``b - a``; a positive factor may be divided out, another may not."""
    a, b = symbols("a b", real=True)
    fact = at_most(a + lam * theta, b)
    allowed(decay_rules.MOVED_OVER, lam * theta, b - a, fact)
    forged(decay_rules.MOVED_OVER, lam * theta, b, fact)
    premise = Derivation(lam * theta, given=(fact,))
    premise = premise.then(decay_rules.MOVED_OVER, premise.end, b - a)
    allowed(decay_rules.DIVIDED, theta, (b - a) / lam, fact, premises=(premise,))
    forged(decay_rules.DIVIDED, theta, b - a, fact, premises=(premise,))
    forged(decay_rules.QUOTIENT_AT_LEAST_ONE, theta / lam, Integer(1))


def test_weights_take_the_step_of_their_recursion() -> None:
    """One step is decay and a clipped gradient of that very step."""
    later = weights.at(weights.count + 1)
    allowed(decay_rules.WEIGHT_STEP, later, weights.stepped())
    forged(decay_rules.WEIGHT_STEP, later, later.stepped())
    forged(decay_rules.WEIGHT_STEP, weights, weights.at(weights.count - 1).stepped())
    allowed(decay_rules.NO_STEP, weights.at(0), weights.start)
    forged(decay_rules.NO_STEP, weights, weights.start)


def test_weights_run_step_by_step() -> None:
    """The evaluator runs the recursion: from 2, with a gradient that is clipped to 3."""
    one = np.array([[Fraction(1)]], dtype=object)
    values = {
        "W_0": 2 * one,
        "G": (-9 * one, one),
        "eta": Fraction(1, 2),
        "lambda": Fraction(1, 4),
        "theta": Fraction(3),
        "m": 2,
    }
    small = Decayed(MatrixSymbol("W_0", 1, 1), "G", eta, lam, theta, weights.count)
    first = 2 * Fraction(7, 8) + Fraction(3, 2)
    assert evaluate(small, Case(values)) == first * Fraction(7, 8) - Fraction(1, 2)
    irrational = {**values, "G": (np.array([[Fraction(1), Fraction(1)]], dtype=object),)}
    wide = Decayed(MatrixSymbol("W_0", 1, 2), "G", eta, lam, Rational(1), 1)
    with pytest.raises(Undecided, match="no exact value"):
        evaluate(wide, Case({**irrational, "W_0": np.zeros((1, 2), dtype=object)}))


def test_weights_start_from_a_matrix_symbol() -> None:
    """What has no name and shape is refused."""
    with pytest.raises(ShapeMismatch, match="matrix symbol"):
        Decayed(3, "G", eta, lam, theta, 1)


def test_extremes_of_enclosed_entries_are_enclosed() -> None:
    """The largest slope of tanh on a column is enclosed, and is 1 exactly where an entry is 0."""
    node = MaxAbs(Elementwise(catalogue()["tanh"].slope, v))
    column = np.array([[Fraction(1)], [Fraction(-3)]], dtype=object)
    found = evaluate(node, Case({"v": column}))
    assert found.lower < Fraction(np.cosh(1.0) ** -2) + Fraction(1, 10**12)
    assert found.upper > Fraction(np.cosh(1.0) ** -2) - Fraction(1, 10**12)
    assert found.upper - found.lower < Fraction(1, 10**12)


@pytest.mark.parametrize(
    ("weight", "bias", "derivative"),
    [(2, 0, 2**6), (Fraction(1, 2), 0, Fraction(1, 2**6)), (-1, -1, 0)],
)
def test_the_three_stories_are_those_of_a_real_network(
    weight: Any, bias: Any, derivative: Any
) -> None:
    """Dual numbers measure on a network what the claims say of one unit."""

    def number(value: Any) -> Any:
        return np.array([[Fraction(value)]], dtype=object)

    unit = VanillaRNN(
        number(weight), number(0), number(1), number(bias), number(0), ACTIVATIONS["relu"]
    )
    inputs = np.full((6, 1, 1), Fraction(0), dtype=object)
    places = ("h", 0), ("h", 6)
    measured = sensitivity(unit, inputs, number(3), linear_loss(inputs), *places, route="dual")
    assert measured.jacobian[0, 0] == derivative


def test_the_envelopes_hold_for_the_floats_of_the_package() -> None:
    """The slopes that networks run with lie between the exponentials, to rounding."""
    size = np.linspace(0, 15, 400)
    for name, rate, top in (("tanh", 2, 4.0), ("logistic", 1, 1.0)):
        decayed = np.exp(-rate * size)
        slope = ACTIVATIONS[name].slope(-size)
        # 1 - tanh^2 cancels: its error is a few roundings of 1, not of the slope
        assert (slope >= top / 4 * decayed - 1e-15).all()
        assert (slope <= top * decayed + 1e-15).all()


def test_a_wrong_envelope_is_refuted_not_undecided() -> None:
    """Without the factor four the bound fails, by enclosures."""
    claim = BY_ID["saturation"]
    wrong = replace(claim, says=(at_most(1 - tanh(u) ** 2, x),), mutants=())
    assert examine(wrong).verdict == Verdict.FAILS
    tight = replace(claim, says=(at_least(1 - tanh(u) ** 2, 4 * x),), mutants=())
    assert examine(tight).verdict == Verdict.FAILS


def test_entries_need_a_proof_for_numbers_of_either_sign() -> None:
    """``e^-u < 1`` for positive u says nothing of a negative entry."""
    column, positive = MatrixSymbol("v", 3, 1), Symbol("u", positive=True)
    given = (less(0, MinAbs(column)),)
    rule = Rule("granted", "", Relation.LESS, lambda *_: True)
    one = Integer(1)
    for u, works in ((positive, False), (Symbol("u", real=True), True)):
        proof = Derivation(Abs(exp(-u)), given=(*given, less(0, Abs(u))))
        premises = (proof.then(rule, proof.end, one),)
        largest = MaxAbs(elementwise(lambda value: exp(-value), column))
        step = envelope.EACH_ENTRY, largest, one, *given
        (allowed if works else forged)(*step, premises=premises)
