"""The claims of the chapter on long-term dependencies hold, and every way to break them is seen."""

from dataclasses import replace
from typing import Any

import pytest
from sympy import Function, Identity, Integer, Lambda, MatrixSymbol, Rational, Symbol, ceiling, log

from rnnmath.claim import Claim, Mutant, Verdict
from rnnmath.errors import BadDerivation, Refuted
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement, Step
from rnnmath.symbolic.derivation import check as check_derivation
from rnnmath.symbolic.norms import SpectralNorm
from rnnmath.symbolic.notation import L, TotalDerivative, W, h, j, k, t
from rnnmath.symbolic.quantities.horizon import FirstBelow, Horizon
from rnnmath.symbolic.tidy import multiply
from rnnmath.theory.eigenvalue_intuition.objects import COUNT, J, power
from rnnmath.theory.long_term import CLAIMS, FIRST_IS_NOT_LAST, HORIZON, layers, rules
from rnnmath.theory.long_term import information as info
from rnnmath.theory.long_term.objects import GAP, along, first_crossing, last_crossing
from rnnmath.theory.long_term.returning import RETURNING
from rnnmath.theory.norm_bound.crossing import eps, s
from rnnmath.theory.norm_bound.objects import at_most
from rnnmath.verify import check, examine

IDS = (
    "deep-mlp",
    "shared-scale",
    "horizon",
    "first-is-not-last",
    "information-is-not-gradient",
)


def test_chapter_holds_its_claims() -> None:
    """The chapter states the claims of the theory, in its order."""
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
    with pytest.raises(Refuted, match=claim.id):
        check(broken)


def test_layers_have_matrices_of_their_own() -> None:
    """The networks of deep-mlp are layered: in no random draw does one W serve every layer."""
    drawn = [draw for draw in layers.DEEP_MLP.draws if draw.strategy == "random"]
    assert drawn
    assert all(draw.options["network"]["layered"] for draw in drawn)


_first, _last = first_crossing(eps), last_crossing(eps)
_sequence = Lambda(GAP, SpectralNorm(power(RETURNING, GAP)))
_K = MatrixSymbol("K", *J.shape)
FORGED: dict[str, tuple[Any, ...]] = {
    "a layer with the matrix of the next": (
        layers._ONE_LAYER,
        TotalDerivative(h[t], h[k]),
        multiply(layers.own_weights(t + 1), TotalDerivative(h[t - 1], h[k])),
    ),
    "a layer that does not follow": (
        layers._ONE_LAYER,
        TotalDerivative(h[t], h[t]),
        multiply(layers.own_weights(t), TotalDerivative(h[t - 1], h[t])),
    ),
    "a derivative of no layer": (
        layers._ONE_LAYER,
        TotalDerivative(L, W),
        multiply(layers.own_weights(t), TotalDerivative(L, W)),
    ),
    "a horizon without a tail": (rules.FROM_THERE_ON, _last, ceiling(log(eps) / log(s))),
    "the last crossing below the first": (rules.FIRST_IS_BELOW, _last, _first),
    "another level": (rules.FIRST_IS_BELOW, _first, last_crossing(eps / 2)),
    "a square that nobody showed": (
        rules.SCALAR_SQUARE,
        power(RETURNING, 2 * j),
        multiply(Rational(1, 4) ** j, Identity(2)),
    ),
    "crossings without the two sequences": (
        rules.TWO_IN_TURN,
        Horizon(_sequence, 6, Rational(3, 10)),
        Integer(4),
    ),
    "a power of one from nothing": (
        rules.UNIT_POWER,
        Statement(s**COUNT, Relation.EQUAL, Integer(1)),
        Statement(s, Relation.EQUAL, Integer(1)),
    ),
    "a way back that is none": (
        info.UNDONE,
        multiply(power(_K, COUNT + 1), power(J, COUNT + 1)),
        multiply(power(_K, COUNT), power(J, COUNT)),
    ),
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_forged_step_is_refused(forged: tuple[Any, ...]) -> None:
    """No rule of the chapter justifies a line that does not follow."""
    rule, focus, result = forged
    with pytest.raises(BadDerivation, match=rule.name.split()[0]):
        check_derivation(Derivation(focus).then(rule, focus, result))


def test_tail_must_speak_of_every_gap() -> None:
    """A bound at one gap only is no tail: the gap must be free of all else."""
    whole = HORIZON.derive()[0]
    (step,) = whole.steps
    tail, above = step.premises
    one = replace(tail, start=SpectralNorm(along(3)), steps=())
    with pytest.raises(BadDerivation):
        check_derivation(replace(whole, steps=(replace(step, premises=(one, above)),)))
    with pytest.raises(BadDerivation, match="small from there on"):
        check_derivation(replace(whole, steps=(replace(step, premises=(above, tail)),)))


def test_crossing_of_two_sequences_is_counted() -> None:
    """The rule refuses a crossing one step off, and a run that ends before it."""
    *_, last = FIRST_IS_NOT_LAST.derive()
    (step,) = last.steps
    for wrong in (3, 5):
        moved = replace(step, result=Integer(wrong), after=Integer(wrong))
        with pytest.raises(BadDerivation, match="two falling"):
            check_derivation(replace(last, steps=(moved,)))
    short = (at_most(3, last.start.last),)
    with pytest.raises(BadDerivation, match="two falling"):
        check_derivation(replace(last, given=short, steps=(replace(step, given=short),)))


def test_horizon_rests_on_vanishing() -> None:
    """The horizon is bounded by the claims that it follows from, and by nothing new."""
    uses = frozenset().union(*(proof.uses for proof in HORIZON.derive()))
    assert uses == {"vanish-sufficient", "first-crossing"}


def test_horizon_falls_without_its_scale() -> None:
    """Without the hypothesis on the scale the same statement is refuted."""
    witness = HORIZON.given[2].witness
    assert witness is not None
    case = witness.case
    broken = replace(HORIZON, says=HORIZON.says[:1], given=(), draws=(case,), mutants=())
    assert examine(broken).verdict == Verdict.FAILS


def test_first_below_is_of_the_same_sequence() -> None:
    """Both crossings are read off one profile, over the same gaps."""
    assert isinstance(_first, FirstBelow)
    assert _first.args == _last.args
    assert _last.xreplace({eps: Rational(1, 8)}).level == Rational(1, 8)
    assert _last.at(Symbol("q", integer=True)).matrix.of == h[k + Symbol("q", integer=True)]


def test_tail_and_turns_run_through_all_gaps() -> None:
    """A proof for even gaps, or for one that the sequence itself names, is no proof for all."""
    g, other = Function("g", real=True), Symbol("j", integer=True, nonnegative=True)
    index, last = Symbol("m", integer=True, nonnegative=True), Symbol("T", integer=True)
    even = Symbol("e", integer=True, nonnegative=True, even=True)
    zero, level = Integer(0), Rational(1, 2)
    rule = Rule("granted", "", Relation.AT_MOST, lambda *_: True)
    for term, gap, works in ((g(index), other, True), (g(index), even, False)):
        node = Horizon(Lambda(index, term), last, level)
        tail = Derivation(node.at(gap), given=(Statement(zero, Relation.AT_MOST, gap),))
        premises = (tail.then(rule, tail.end, level), Derivation(zero))
        assert rules.FROM_THERE_ON.justify(node, zero, _bare(node, premises)) == works
    node = Horizon(Lambda(index, g(index, other)), last, level)
    tail = Derivation(node.at(other), given=(Statement(zero, Relation.AT_MOST, other),))
    premises = (tail.then(rule, tail.end, level), Derivation(zero))
    assert not rules.FROM_THERE_ON.justify(node, zero, _bare(node, premises))


def _bare(node: Any, premises: tuple[Derivation, ...]) -> Step:
    return Step(rules.FROM_THERE_ON, node, node, node, node, premises)
