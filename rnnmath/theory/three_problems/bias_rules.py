"""Rules about the size of a double sum: term by term, geometric sums, one chunk after the other."""

from typing import Any

from sympy import Max, Mul, S, Sum, ceiling

from rnnmath.symbolic.derivation import Relation, Rule, Step
from rnnmath.symbolic.derivation.monotone import nonnegative
from rnnmath.symbolic.derivation.reasoning import not_before
from rnnmath.symbolic.nodes import IndexedSum
from rnnmath.symbolic.norms import FrobeniusNorm, SpectralNorm
from rnnmath.symbolic.notation import T, W, k, t
from rnnmath.symbolic.quantities.largest import Largest
from rnnmath.symbolic.quantities.truncation import ChunkStart
from rnnmath.symbolic.tidy import same
from rnnmath.theory.norm_bound.objects import GAMMA
from rnnmath.theory.three_problems.objects import K, at_most, less, s
from rnnmath.theory.three_problems.sum_rules import last_left_out

__all__ = [
    "BELOW_SERIES",
    "CHUNK_BY_CHUNK",
    "EACH_AT_MOST",
    "GEOMETRIC",
    "LATER_LOSSES",
    "NO_TAIL",
    "PAIRS",
    "SCALE",
    "SCALE_POWER",
    "TERMS",
    "TO_ONE",
    "geometric",
]

_AT_MOST = Relation.AT_MOST
#: The effective scale of one step, ``gamma ‖W‖``.
SCALE = GAMMA * SpectralNorm(W)


def _parts(expr: Any) -> tuple[Any, Any] | None:
    """Split a number into a factor and one sum."""
    sums = [factor for factor in Mul.make_args(expr) if isinstance(factor, Sum)]
    return (expr / sums[0], sums[0]) if len(sums) == 1 else None


def _below_one(step: Step) -> bool:
    return less(s, 1) in step.given


def _each_at_most(focus: Any, result: Any, step: Step) -> bool:
    """``‖sum C‖ <= sum c`` where the premise shows ``‖C‖ <= c`` for 1 <= k <= t <= T."""
    if not isinstance(focus, FrobeniusNorm) or len(step.premises) != 1:
        return False
    losses, (premise,) = focus.matrix, step.premises
    nested = isinstance(losses, IndexedSum) and isinstance(losses.term, IndexedSum)
    if not nested or any(side.has(t, k) for fact in step.given for side in (fact.lhs, fact.rhs)):
        return False
    uses = losses.term
    cuts = [last_left_out(schedule, t, K) for schedule in ("window", "chunks")]
    ranges = (tuple(losses.args[1]), uses.index, uses.lower) == ((t, 1, T), k, 1)
    within = (at_most(1, k), at_most(k, t), at_most(t, T))  # no cut is after t
    return bool(
        ranges
        and uses.upper in cuts
        and premise.given == (*step.given, *within)
        and premise.relation in (_AT_MOST, Relation.EQUAL)
        and same(premise.start, FrobeniusNorm(uses.term))
        and result == Sum(premise.end, (k, 1, uses.upper), (t, 1, T))
    )


def _scale_power(focus: Any, result: Any, step: Step) -> bool:
    """``x (gamma ‖W‖)^(t-k) <= x s^(t-k)`` for ``gamma ‖W‖ <= s``, where x is not negative."""
    known = at_most(SCALE, s) in step.given and not_before(t, k, step.given)
    x = (result / s ** (t - k)).powsimp()
    return bool(known and nonnegative(x) and focus == x * SCALE ** (t - k))


def _to_one(focus: Any, result: Any, step: Step) -> bool:
    """``x (gamma ‖W‖)^(t-k) <= x`` for ``gamma ‖W‖ <= 1``, where x is not negative."""
    whole = at_most(SCALE, 1) in step.given and not_before(t, k, step.given)
    return bool(whole and nonnegative(result) and focus == result * SCALE ** (t - k))


def _terms(focus: Any, result: Any, step: Step) -> bool:
    """One of the numbers is at most a bound of the largest."""
    for fact in step.given:
        upper = fact.relation in (_AT_MOST, Relation.LESS, Relation.EQUAL)
        if not isinstance(fact.lhs, Largest) or fact.rhs != result or not upper:
            continue
        shifts = [0, -1]
        index, (low, high) = fact.lhs.index, fact.lhs.ends
        for at in [step_ + shift for step_ in (t, k) for shift in shifts]:
            inside = not_before(at, low, step.given) and not_before(high, at, step.given)
            if inside and same(fact.lhs.term.xreplace({index: at}), focus):
                return True
    return False


def _later_losses(focus: Any, result: Any, _: Step) -> bool:
    """Drop the losses up to K, which leave nothing out: their inner sums are empty."""
    if not isinstance(focus, Sum) or len(focus.limits) != 2:
        return False
    uses, losses = focus.limits
    if tuple(losses) != (t, 1, T) or tuple(uses)[:2] != (k, 1):
        return False
    ends = {Max(0, t - K): t - K, ChunkStart(t, K): ChunkStart(t, K)}
    if uses[2] not in ends:
        return False
    return bool(result == Sum(focus.function, (k, 1, ends[uses[2]]), (t, K + 1, T)))


def geometric(factor: Any, last: Any) -> Any:
    """Return the sum over the losses after K of ``sum_{k=1..last} s^(t-k)``, times a factor."""
    return factor * Sum((s ** (t - last) - s**t) / (1 - s), (t, K + 1, T))


def _geometric(focus: Any, result: Any, step: Step) -> bool:
    """``sum_{k=1..m} s^(t-k) = (s^(t-m) - s^t) / (1 - s)`` for s other than 1, m not below 0."""
    if not isinstance(focus, Sum) or len(focus.limits) != 2 or not _below_one(step):
        return False
    (index, low, last), losses = focus.limits
    power = s ** (t - k)
    factor = Mul(*(part for part in Mul.make_args(focus.function) if part != power))
    free = power in Mul.make_args(focus.function) and not factor.has(t, k)
    ranges = (index, low) == (k, 1) and tuple(losses) == (t, K + 1, T)
    ranges = ranges and last in (t - K, ChunkStart(t, K))
    return bool(free and ranges and result == geometric(factor, last))


def _no_tail(focus: Any, result: Any, step: Step) -> bool:
    """``(x - s^t) / (1 - s) <= x / (1 - s)``, added up."""
    split, simpler = _parts(focus), _parts(result)
    if split is None or simpler is None or not _below_one(step):
        return False
    (factor, total), (other, less_) = split, simpler
    gap = (less_.function - total.function).simplify()
    tail = (gap - s**t / (1 - s)).simplify() == 0
    return bool(factor == other and nonnegative(factor) and total.limits == less_.limits and tail)


def _below_series(focus: Any, result: Any, step: Step) -> bool:
    """``sum_{t=K+1..T} (s^K - s^t)/(1-s) <= (T-K) s^K/(1-s)``."""
    split = _parts(focus)
    if split is None or not _below_one(step) or not not_before(T, K, step.given):
        return False
    factor, total = split
    return bool(
        nonnegative(factor)
        and factor * total == geometric(factor, t - K)
        and result == factor * (T - K) * s**K / (1 - s)
    )


def _chunk_by_chunk(focus: Any, result: Any, step: Step) -> bool:
    """After the first chunk ``t - start`` runs through 1..K, and ``sum s^r <= s/(1-s)``."""
    split = _parts(focus)
    if split is None or not _below_one(step):
        return False
    factor, total = split
    term = s ** (t - ChunkStart(t, K)) / (1 - s)
    return bool(
        nonnegative(factor)
        and total == Sum(term, (t, K + 1, T))
        and result == factor * (ceiling(T / K) - 1) * s / (1 - s) ** 2
    )


def _pairs(focus: Any, result: Any, step: Step) -> bool:
    """``sum_{t=K+1..T} sum_{k=1..t-K} c = c (T-K)(T-K+1)/2``."""
    if not isinstance(focus, Sum) or not not_before(T, K, step.given):
        return False
    constant = focus.function
    whole = tuple(map(tuple, focus.limits)) == ((k, 1, t - K), (t, K + 1, T))
    expected = constant * (T - K) * (T - K + 1) / 2
    return bool(whole and not constant.has(t, k) and (result - expected).expand() == S.Zero)


EACH_AT_MOST = Rule(
    "a sum, term by term",
    r"\lVert A + B \rVert_F \le \lVert A \rVert_F + \lVert B \rVert_F",
    _AT_MOST,
    _each_at_most,
)
SCALE_POWER = Rule("power of what is bounded", "", _AT_MOST, _scale_power)
TO_ONE = Rule("power of what is at most one", "", _AT_MOST, _to_one)
TERMS = Rule("at most the largest", "", _AT_MOST, _terms)
LATER_LOSSES = Rule("the first K losses lose nothing", "", Relation.EQUAL, _later_losses)
GEOMETRIC = Rule(
    "geometric sum",
    r"\sum_{k=1}^{m} s^{t-k} = \frac{s^{t-m} - s^t}{1 - s}",
    Relation.EQUAL,
    _geometric,
)
NO_TAIL = Rule("without what is taken away", "", _AT_MOST, _no_tail)
BELOW_SERIES = Rule("every loss at most the whole tail", "", _AT_MOST, _below_series)
CHUNK_BY_CHUNK = Rule(
    "chunk by chunk",
    r"\sum_{r=1}^{K} s^r \le \frac{s}{1 - s}",
    _AT_MOST,
    _chunk_by_chunk,
)
PAIRS = Rule("count the pairs", "", Relation.EQUAL, _pairs)
