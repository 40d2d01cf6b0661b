"""Chapter 1: every claim is green, a planted error in any is red, a forged step is refused."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sympy import Integer, Max, S, Sum, ceiling

from rnnmath.claim import Draw, Status
from rnnmath.errors import BadDerivation, DomainError, Refuted, Unsupported
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement
from rnnmath.symbolic.derivation import check as check_derivation
from rnnmath.symbolic.nodes import IndexedSum
from rnnmath.symbolic.norms import FrobeniusNorm, VectorNorm
from rnnmath.symbolic.notation import T, U, V, W, b, c, h, k, loss_at, m, n, p, t, x
from rnnmath.symbolic.printing import latex, plain
from rnnmath.symbolic.quantities.cost import Multiplied, RunCost, Touched
from rnnmath.symbolic.quantities.largest import Largest
from rnnmath.symbolic.quantities.truncation import (
    ChunkStart,
    HeldGradient,
    RestartedGradient,
    TruncatedGradient,
)
from rnnmath.symbolic.tidy import add, diag, multiply
from rnnmath.theory.gradient_parts import part_of
from rnnmath.theory.three_problems import CLAIMS
from rnnmath.theory.three_problems.bias_rules import (
    BELOW_SERIES,
    CHUNK_BY_CHUNK,
    EACH_AT_MOST,
    GEOMETRIC,
    LATER_LOSSES,
    NO_TAIL,
    PAIRS,
    SCALE,
    SCALE_POWER,
    TERMS,
    TO_ONE,
    geometric,
)
from rnnmath.theory.three_problems.cost_rules import (
    CLOSED_SUM,
    LINKS,
    PHASES,
    READ_SLOPES,
    READ_STATES,
    SHAPES,
    TELESCOPE,
    TO_THE_END,
    links,
)
from rnnmath.theory.three_problems.objects import B, H, K, at_most, cost, equal, less, s
from rnnmath.theory.three_problems.orders import SLACK
from rnnmath.theory.three_problems.sum_rules import (
    ADDED_UP,
    BY_COLUMNS,
    LATER_CHUNK,
    NEXT_INTEGER,
    OF_THE_SUM,
    REACHED,
    USES_AFTER,
    held_sum,
)
from rnnmath.theory.three_problems.sums import DROPPED, KEPT, by_loss
from rnnmath.verify import check, examine
from rnnmath.verify.draws import draw_case
from rnnmath.verify.evaluate import Case, evaluate

BY_ID = {claim.id: claim for claim in CLAIMS}
_PHASES = ("forward", "backward", "gradient")
FROM_ONE, WITHIN, BELOW = at_most(1, T), at_most(K, T), less(s, 1)


def test_ids_are_those_of_the_theory() -> None:
    """The chapter holds the three claims of its entry, and three that carry part of an entry."""
    assert list(BY_ID) == [
        "unroll-cost",
        "truncation-cost",
        "cost-orders",
        "tbptt-sum",
        "tbptt-bias",
        "tbptt-at-one",
    ]


@pytest.mark.parametrize("seed", [3, 11])
@pytest.mark.parametrize("claim_id", BY_ID)
def test_every_claim_is_green(claim_id: str, seed: int) -> None:
    """Derived, decided on every case, every mutant killed, every witness broken."""
    evidence = examine(BY_ID[claim_id], seed=seed, cases=2)
    assert evidence.trouble == ()
    assert evidence.status == Status.TESTED
    assert evidence.mutants.reached == evidence.mutants.total >= 3
    if claim_id == "tbptt-sum":
        assert evidence.gradients is not None
        assert evidence.error_probability is not None
        assert evidence.error_probability < 1e-6


MUTANTS = [(claim.id, number) for claim in CLAIMS for number in (0, len(claim.mutants) - 1)]


@pytest.mark.parametrize(("claim_id", "number"), MUTANTS)
def test_a_planted_mutant_is_refuted(claim_id: str, number: int) -> None:
    """A claim that states one of its mutants in its place is refuted."""
    claim = BY_ID[claim_id]
    mutant = claim.mutants[number]
    conditions = [each.condition for each in claim.given if each.condition is not None]
    given = claim.given
    if mutant.given:
        changed = [fact for fact in conditions if fact not in mutant.given]
        given = tuple(each for each in claim.given if each.condition not in changed)
    draws = mutant.draws or claim.draws
    planted = replace(claim, says=(mutant.says,), draws=draws, given=given, mutants=())
    with pytest.raises(Refuted, match=claim_id):
        check(planted, cases=8)


@pytest.mark.parametrize("claim_id", BY_ID)
def test_no_claim_is_derived_once_a_statement_is_swapped(claim_id: str) -> None:
    """The derivations prove the statements of the claim and nothing else."""
    claim = BY_ID[claim_id]
    swapped = replace(claim, says=(FROM_ONE,) * len(claim.says), mutants=(), draws=claim.draws[:1])
    assert not examine(swapped, cases=1).derived


def forged(rule: Rule, focus: Any, result: Any, *given: Statement, premises: Any = ()) -> None:
    """Demand that a rule refuses a step."""
    with pytest.raises(BadDerivation):
        check_derivation(Derivation(focus, given=given).then(rule, focus, result, premises))


def taken(rule: Rule, focus: Any, result: Any, *given: Statement, premises: Any = ()) -> None:
    """Demand that a rule takes a step."""
    check_derivation(Derivation(focus, given=given).then(rule, focus, result, premises))


def test_costs_follow_from_shapes() -> None:
    """Each product costs rows times inner times columns; a diagonal and a sum cost entries."""
    step = add(multiply(W, h[t - 1]), multiply(U, x[t]), b)
    assert Multiplied(step).count == n**2 + m * n
    assert Touched(step).count == 2 * n
    assert Multiplied(multiply(diag(h[t]), W, h[t])).count == n**2
    assert Touched(multiply(diag(h[t]), W, h[t])).count == n
    assert Multiplied(multiply(W, W, h[t])).count == 2 * n**2  # the column first
    assert Touched(add(multiply(V, h[t]), c)).count == p
    assert Touched(IndexedSum(h[t], (t, 1, T))).count == n * (T - 1)


def test_count_rules_refuse_wrong_counts() -> None:
    """A wrong shape, a missing phase, a wrong sum and a length that is not known are seen."""
    one = Multiplied(multiply(W, h[t]))
    taken(SHAPES, one, n**2)
    forged(SHAPES, one, n)
    run = cost("products", "whole")
    parts = [RunCost(f"{phase} products", "whole", T) for phase in ("forward", "backward")]
    forged(PHASES, run, sum(parts))
    forged(LINKS, RunCost("steps back", "chunks", K), links("whole", K))
    ones, window, chunks = (links(name, K) for name in ("whole", "window", "chunks"))
    taken(CLOSED_SUM, ones, T - 1, FROM_ONE)
    forged(CLOSED_SUM, ones, T - 1)  # T = 0 is not excluded
    forged(CLOSED_SUM, ones, T, FROM_ONE)
    forged(CLOSED_SUM, window, window.doit(), FROM_ONE)
    taken(TELESCOPE, chunks, T - ceiling(T / K), FROM_ONE)
    forged(TELESCOPE, chunks, T - ceiling(T / K))
    forged(TELESCOPE, chunks, T - ceiling(T / K) + 1, FROM_ONE)
    cut = Sum(t - 1, (t, 1, K)) + Sum(K - 1, (t, K + 1, T))
    taken(TO_THE_END, window, cut, WITHIN)
    forged(TO_THE_END, window, cut, FROM_ONE)
    forged(READ_STATES, cost("states", "chunks"), K * n, WITHIN)
    forged(READ_SLOPES, cost("tape", "chunks"), cost("states", "chunks"), WITHIN)


def test_costs_are_read_of_runs_that_fit() -> None:
    """A cut longer than the run, a whole run of another length, and cut entries are refused."""
    kept = (K + 1) * n
    taken(READ_STATES, cost("states", "chunks"), kept, WITHIN)
    forged(READ_STATES, cost("states", "chunks"), kept, FROM_ONE)  # K > T keeps T + 1 states
    forged(READ_STATES, RunCost("states", "whole", K), kept, WITHIN)
    forged(READ_SLOPES, RunCost("tape", "whole", K), RunCost("states", "whole", K) + K * n, WITHIN)
    for schedule, measure in (("chunks", "entries"), ("window", "entries"), ("whole", "products")):
        node = RunCost(measure, schedule, K)
        phases = [RunCost(f"{phase} {measure}", schedule, K) for phase in _PHASES]
        forged(PHASES, node, sum(phases), WITHIN)
    sizes = Case({"T": 5, "n": 2, "m": 1, "p": 1, "K": 2})
    with pytest.raises(Unsupported, match="one stretch of the whole run"):
        evaluate(RunCost("states", "whole", K), sizes)


def test_slack_needs_every_bound() -> None:
    """An inequality between polynomials is taken only where the given bounds make it plain."""
    taken(SLACK, K * n, T * n, WITHIN)
    forged(SLACK, K * n, T * n, FROM_ONE)
    forged(SLACK, T * n, K * n, WITHIN)
    taken(SLACK, S.Zero, T - ceiling(T / K))
    forged(SLACK, S.Zero, ceiling(T / K) - T, FROM_ONE, WITHIN)


def test_sum_rules_refuse_other_ranges() -> None:
    """A run is read by its own schedule, and a triangle is turned, cut and kept whole."""
    window, restarted = TruncatedGradient("window", K), TruncatedGradient("restarted", K)
    forged(ADDED_UP, window, held_sum("chunks", K))
    forged(ADDED_UP, restarted, held_sum("chunks", K))
    forged(OF_THE_SUM, held_sum("chunks", K), RestartedGradient(K))
    part = part_of(t, k)
    whole = by_loss(part, 1, t)
    for schedule in ("window", "chunks"):
        taken(REACHED, whole, add(KEPT[schedule], DROPPED[schedule]))
    forged(REACHED, whole, add(KEPT["window"], DROPPED["chunks"]))
    forged(REACHED, whole, KEPT["window"])
    inner = IndexedSum(IndexedSum(part, (t, k, T)), (k, 1, T))
    taken(BY_COLUMNS, inner, whole)
    forged(BY_COLUMNS, inner, by_loss(part, 1, T))
    held = HeldGradient(loss_at(t), K, h[0])  # a state that is not the one before the steps
    forged(USES_AFTER, held, IndexedSum(part, (k, K + 1, t)), at_most(1, t))


def test_same_chunk_needs_an_order() -> None:
    """Only for k <= t is "in no earlier chunk" the same as "in the same chunk"."""
    same = equal(ceiling(k / K), ceiling(t / K))
    later = at_most(ceiling(t / K), ceiling(k / K))
    taken(LATER_CHUNK, same, later, at_most(k, t))
    forged(LATER_CHUNK, same, later)
    taken(NEXT_INTEGER, later, at_most(ChunkStart(t, K) + 1, k))
    forged(NEXT_INTEGER, later, at_most(ChunkStart(t, K), k))


def test_bias_rules_refuse_what_is_not_known() -> None:
    """Without ``s < 1``, a bound of the scale or of the largest, no step is taken."""
    power, factor = SCALE ** (t - k), SCALE
    taken(SCALE_POWER, power, s ** (t - k), at_most(SCALE, s), at_most(k, t))
    forged(SCALE_POWER, power, s ** (t - k), at_most(k, t))
    forged(SCALE_POWER, power, s ** (t - k), at_most(SCALE, s))
    falling = 1 / (1 + power), 1 / (1 + s ** (t - k))
    forged(SCALE_POWER, *falling, at_most(SCALE, s), at_most(k, t))
    taken(TO_ONE, factor * power, factor, at_most(SCALE, 1), at_most(k, t))
    forged(TO_ONE, factor * power, factor, at_most(SCALE, s), at_most(k, t))
    largest = at_most(Largest(VectorNorm(h[k]), (k, 0, T - 1)), H)
    inside = (at_most(1, t), at_most(t, T))
    taken(TERMS, VectorNorm(h[t - 1]), H, largest, *inside)
    forged(TERMS, VectorNorm(h[t]), H, largest, *inside)  # h_T is past the range
    forged(TERMS, VectorNorm(h[t - 1]), B, largest, *inside)
    below = Statement(largest.lhs, Relation.AT_LEAST, largest.rhs)
    forged(TERMS, VectorNorm(h[t - 1]), H, below, *inside)
    double = Sum(B * s ** (t - k), (k, 1, Max(0, t - K)), (t, 1, T))
    late = Sum(B * s ** (t - k), (k, 1, t - K), (t, K + 1, T))
    taken(LATER_LOSSES, double, late)
    forged(LATER_LOSSES, double, Sum(late.function, (k, 1, t - K), (t, K + 2, T)))
    tails = geometric(B, t - K)
    taken(GEOMETRIC, late, tails, BELOW)
    forged(GEOMETRIC, late, tails)
    none = Sum(B * s ** (t - k), (k, 1, -1), (t, K + 1, T))  # empty, not less than empty
    forged(GEOMETRIC, none, geometric(B, Integer(-1)), BELOW)
    forged(GEOMETRIC, late, geometric(B, t - K - 1), BELOW)
    linear = B * (T - K) * s**K / (1 - s)
    taken(BELOW_SERIES, tails, linear, BELOW, WITHIN)
    forged(BELOW_SERIES, tails, linear, BELOW)
    forged(BELOW_SERIES, tails, linear * s, BELOW, WITHIN)
    start = ChunkStart(t, K)
    heads = B * Sum(s ** (t - start) / (1 - s), (t, K + 1, T))
    taken(NO_TAIL, geometric(B, start), heads, BELOW)
    forged(NO_TAIL, heads, geometric(B, start), BELOW)
    chunks = B * (ceiling(T / K) - 1) * s / (1 - s) ** 2
    taken(CHUNK_BY_CHUNK, heads, chunks, BELOW)
    forged(CHUNK_BY_CHUNK, heads, chunks * s, BELOW)
    pairs = Sum(B, (k, 1, t - K), (t, K + 1, T))
    taken(PAIRS, pairs, B * (T - K) * (T - K + 1) / 2, WITHIN)
    forged(PAIRS, pairs, B * (T - K) ** 2 / 2, WITHIN)


def test_a_double_sum_is_bounded_by_bounds_of_its_own_terms() -> None:
    """The premise must bound the very term of the sum, within its range and no less."""
    whole = FrobeniusNorm(DROPPED["window"])
    term = FrobeniusNorm(part_of(t, k))
    within = (at_most(1, k), at_most(k, t), at_most(t, T))
    result = Sum(term, (k, 1, Max(0, t - K)), (t, 1, T))
    taken(EACH_AT_MOST, whole, result, premises=(Derivation(term, given=within),))
    forged(EACH_AT_MOST, whole, result, premises=(Derivation(term),))
    other = FrobeniusNorm(part_of(t, k - 1))
    wrong = Sum(other, (k, 1, Max(0, t - K)), (t, 1, T))
    forged(EACH_AT_MOST, whole, wrong, premises=(Derivation(other, given=within),))


def test_nodes_print_and_rebuild() -> None:
    """Every node rebuilds from its parts, prints both ways, and says what it does not know."""
    for node in (
        TruncatedGradient("chunks", K),
        HeldGradient(loss_at(t), 0, h[0]),
        RestartedGradient(K),
        ChunkStart(t, K),
        RunCost("states", "window", K),
        Multiplied(multiply(W, h[t])),
        Touched(multiply(W, h[t])),
        Largest(VectorNorm(h[t]), (t, 1, T)),
    ):
        assert node.func(*node.args) == node
        assert latex(node)
        assert plain(node)
    with pytest.raises(DomainError, match="schedule must be"):
        TruncatedGradient("sometimes", K)
    with pytest.raises(DomainError, match="a cost is one of"):
        RunCost("seconds", "whole", T)
    with pytest.raises(DomainError, match="held gradient"):
        HeldGradient(h[1], 0, h[0])
    assert not Largest(VectorNorm(h[t]), (t, 1, T)).has_free(t)


def test_a_largest_number_is_found() -> None:
    """The largest of the norms of the states is that of one of them, and of no other range."""
    network = {"activation": "leaky", "weights": "diagonal", "others": "generic"}
    draw = Draw("random", {"network": network, "sizes": {"n": (1, 1)}})
    case = draw_case(draw, np.random.default_rng(1))
    assert case.world is not None
    sizes = [abs(case.world.vector("h", step)[0, 0]) for step in range(case.world.horizon + 1)]
    assert evaluate(Largest(VectorNorm(h[t]), (t, 0, T)), case) == max(sizes)
    assert evaluate(Largest(VectorNorm(h[t]), (t, 1, 1)), case) == sizes[1]


def test_a_run_reads_only_what_the_meter_shows() -> None:
    """The cost of one phase alone is no reading of the meter."""
    sizes = Case({"T": 3, "n": 2, "m": 1, "p": 1, "K": 2})
    assert evaluate(cost("states", "chunks"), sizes) == 6
    with pytest.raises(Unsupported, match="the meter reads"):
        evaluate(RunCost("forward products", "whole", T), sizes)


def test_the_part_left_out_grows_like_a_square_at_one() -> None:
    """A unit of weight one that holds its state loses ``(T-K)(T-K+1)/2`` exactly."""
    claim = BY_ID["tbptt-at-one"]
    for draw in claim.draws[1:]:
        case = draw_case(draw, np.random.default_rng(0))
        left, right = (evaluate(side, case) for side in (claim.says[0].lhs, claim.says[0].rhs))
        gap = evaluate(T - K, case)
        assert left == right == Integer(gap) * (gap + 1) / 2
