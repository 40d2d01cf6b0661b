"""Rules about sums over losses and uses of W: their order, what a run keeps and leaves out."""

from typing import Any

from sympy import Max, Tuple, ceiling

from rnnmath.symbolic.derivation import Relation, Rule, Statement, Step
from rnnmath.symbolic.derivation.reasoning import not_before
from rnnmath.symbolic.nodes import IndexedSum
from rnnmath.symbolic.notation import T, delta, h, k, loss_at, t
from rnnmath.symbolic.quantities.truncation import (
    ChunkStart,
    HeldGradient,
    RestartedGradient,
    TruncatedGradient,
)
from rnnmath.symbolic.tidy import add, multiply, same, transpose
from rnnmath.theory.jacobian_product.weights import WEIGHT_GRADIENTS
from rnnmath.theory.three_problems.objects import K

__all__ = [
    "ADDED_UP",
    "BY_COLUMNS",
    "LATER_CHUNK",
    "NEXT_INTEGER",
    "OF_THE_SUM",
    "REACHED",
    "USES_AFTER",
    "held_sum",
    "last_left_out",
]


def last_left_out(schedule: str, step: Any, length: Any) -> Any:
    """Return the last use of W that the loss of a step does not reach; 0 means it reaches all.

    Examples
    --------
    >>> last_left_out("window", t, K), last_left_out("chunks", t, K)
    (Max(0, -K + t), K*(ceil(t/K) - 1))
    """
    return Max(0, step - length) if schedule == "window" else ChunkStart(step, length)


def held_sum(schedule: str, length: Any) -> IndexedSum:
    """Return the sum of the gradients of every loss, with the state held that its way back meets.

    Examples
    --------
    >>> held_sum("chunks", K).upper
    T
    """
    after = last_left_out(schedule, t, length)
    state = h[0] if schedule == "restarted" else h[after]
    return IndexedSum(HeldGradient(loss_at(t), after, state), (t, 1, T))


def _added_up(focus: Any, result: Any, _: Step) -> bool:
    """Read what a run of truncated backpropagation is: one held gradient for each loss."""
    run = isinstance(focus, TruncatedGradient)
    return bool(run and result == held_sum(focus.schedule, focus.length))


def _of_the_sum(focus: Any, result: Any, _: Step) -> bool:
    """Add up the losses of the restarted program, each of which sees its own chunk only."""
    restarted = isinstance(result, RestartedGradient)
    return bool(restarted and focus == held_sum("restarted", result.length))


def _uses_after(focus: Any, result: Any, step: Step) -> bool:
    """Look where the program that starts after s uses W: in the steps s+1..t."""
    if not isinstance(focus, HeldGradient) or focus.state != h[focus.after]:
        return False
    last = focus.of.index
    share = multiply(delta(k, only=last), transpose(h[k - 1]))
    expected = IndexedSum(share, (k, focus.after + 1, last))
    return not_before(last, 1, step.given) and result == expected


def _by_columns(focus: Any, result: Any, _: Step) -> bool:
    """``sum_k sum_{t=k..T} = sum_t sum_{k=1..t}``: the same triangle, added up the other way."""
    if not all(
        isinstance(side, IndexedSum) and isinstance(side.term, IndexedSum)
        for side in (focus, result)
    ):
        return False
    inner, outer = focus.term.index, focus.index
    triangle = (focus.lower, focus.upper, focus.term.lower, focus.term.upper)
    turned = (result.lower, result.upper, result.term.lower, result.term.upper)
    return bool(
        (result.index, result.term.index) == (inner, outer)
        and triangle == (1, T, outer, T)
        and turned == (1, T, 1, inner)
        and same(focus.term.term, result.term.term)
    )


def _reached(focus: Any, result: Any, _: Step) -> bool:
    """All uses up to t are those from s+1 to t and those up to s, where s is from 0 to t."""
    if not isinstance(focus, IndexedSum) or not isinstance(focus.term, IndexedSum):
        return False
    every, losses, step = focus.term, focus.args[1], focus.index
    if (losses, every.lower, every.upper) != (Tuple(step, 1, T), 1, step):
        return False
    return any(
        same(
            result,
            add(
                IndexedSum(IndexedSum(every.term, (every.index, cut + 1, step)), losses),
                IndexedSum(IndexedSum(every.term, (every.index, 1, cut)), losses),
            ),
        )
        for cut in (last_left_out(schedule, step, K) for schedule in ("window", "chunks"))
    )


def _later_chunk(focus: Any, result: Any, step: Step) -> bool:
    """For k <= t the chunk of t is not before that of k, so equal is the same as not after."""
    if not isinstance(focus, Statement) or focus.relation != Relation.EQUAL:
        return False
    early, late = focus.lhs, focus.rhs
    chunks = all(isinstance(side, ceiling) for side in (early, late))
    return bool(
        chunks
        and not_before(late.args[0] * K, early.args[0] * K, step.given)
        and result == Statement(late, Relation.AT_MOST, early)
    )


def _next_integer(focus: Any, result: Any, _: Step) -> bool:
    """``j <= ceil(k/K)`` exactly if ``(j-1) K < k``: for integers, ``(j-1) K + 1 <= k``."""
    if not isinstance(focus, Statement) or focus.relation != Relation.AT_MOST:
        return False
    last, early = focus.lhs, focus.rhs
    if not all(isinstance(side, ceiling) for side in (last, early)):
        return False
    step, use = last.args[0] * K, early.args[0] * K
    expected = Statement(ChunkStart(step, K) + 1, Relation.AT_MOST, use)
    return bool(step.is_integer and use.is_integer and result == expected)


def _rule(name: str, justify: Any, law: str = "", claim: str | None = None) -> Rule:
    return Rule(name, law, Relation.EQUAL, justify, claim)


ADDED_UP = _rule("what the run adds up", _added_up)
OF_THE_SUM = _rule("the gradient of a sum", _of_the_sum)
USES_AFTER = _rule("the uses of W after the held state", _uses_after, claim=WEIGHT_GRADIENTS.id)
BY_COLUMNS = _rule(
    "the triangle added up the other way",
    _by_columns,
    r"\sum_{k=1}^{T} \sum_{t=k}^{T} = \sum_{t=1}^{T} \sum_{k=1}^{t}",
)
REACHED = _rule("what is kept, and what is left out", _reached)
LATER_CHUNK = Rule("a later step is in no earlier chunk", "", Relation.IFF, _later_chunk)
NEXT_INTEGER = Rule(
    "the meaning of the ceiling",
    r"j \le \lceil x \rceil \iff j - 1 \lt x",
    Relation.IFF,
    _next_integer,
)
