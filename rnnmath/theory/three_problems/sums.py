"""Which parts of the gradient a truncated run keeps: a window, chunks carried over or restarted."""

from typing import Any

from sympy import Rational, ceiling

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant, Witness
from rnnmath.symbolic.derivation import Derivation, Relation, Statement
from rnnmath.symbolic.derivation.order import shown
from rnnmath.symbolic.derivation.reasoning import TERM_BY_TERM
from rnnmath.symbolic.nodes import IndexedSum
from rnnmath.symbolic.notation import T, V, delta, error_at, h, k, t
from rnnmath.symbolic.quantities.truncation import RestartedGradient, TruncatedGradient
from rnnmath.symbolic.tidy import add, multiply, transpose
from rnnmath.theory.gradient_parts import GRADIENT, all_parts, part_of, signal_proof, tau
from rnnmath.theory.jacobian_product.setting import departing
from rnnmath.theory.jacobian_product.temporal_path import TRANSPORT_PRODUCT
from rnnmath.theory.loss_by_loss import RENAMED_INDEX
from rnnmath.theory.three_problems.objects import (
    CHAPTER,
    SHORT_ENOUGH,
    WITHIN,
    K,
    at_most,
    equal,
)
from rnnmath.theory.three_problems.sum_rules import (
    ADDED_UP,
    BY_COLUMNS,
    LATER_CHUNK,
    NEXT_INTEGER,
    OF_THE_SUM,
    REACHED,
    USES_AFTER,
    held_sum,
    last_left_out,
)

__all__ = ["DROPPED", "KEPT", "TBPTT_SUM", "TRUNCATED", "by_loss"]

_EQUAL = Relation.EQUAL
_WINDOW, _CHUNKS, _RESTARTED = (
    TruncatedGradient(schedule, K) for schedule in ("window", "chunks", "restarted")
)
TRUNCATED = {"window": _WINDOW, "chunks": _CHUNKS}


def by_loss(part: Any, first: Any, last: Any) -> IndexedSum:
    """Return the sum over the losses t, and for each over the uses k of W from first to last."""
    return IndexedSum(IndexedSum(part, (k, first, last)), (t, 1, T))


_PART = part_of(t, k)
_ALL = by_loss(_PART, 1, t)
#: What each schedule keeps and leaves out of the double sum.
KEPT = {name: by_loss(_PART, last_left_out(name, t, K) + 1, t) for name in TRUNCATED}
DROPPED = {name: by_loss(_PART, 1, last_left_out(name, t, K)) for name in TRUNCATED}


_STEP = (at_most(1, t), at_most(t, T))


def _whole() -> Derivation:
    """Add the parts up loss by loss."""
    chain = all_parts(_STEP)
    parts = chain.end.term.term
    turned = IndexedSum(IndexedSum(parts, (k, 1, tau)), (tau, 1, T))
    return chain.then(BY_COLUMNS, chain.end, turned).then(RENAMED_INDEX, turned, _ALL)


def _kept(schedule: str) -> Derivation:
    """Read off the run what it adds up, and each part as a product of Jacobians."""
    given = (WITHIN,)
    chain = Derivation(TRUNCATED[schedule], given=given)
    held = held_sum(schedule, K)
    chain = chain.then(ADDED_UP, chain.end, held)
    within = (*given, at_most(1, t), at_most(t, T))
    one = Derivation(held.term, given=within)
    first = last_left_out(schedule, t, K) + 1
    row = transpose(h[k - 1])
    shares = IndexedSum(multiply(delta(k, only=t), row), (k, first, t))
    one = one.then(USES_AFTER, one.end, shares)
    inside = (*within, at_most(first, k), at_most(k, t))
    use = Derivation(shares.term, given=inside)
    signal = signal_proof(t, inside)
    use = use.then(shown(_EQUAL), delta(k, only=t), signal.end, (signal,))
    one = one.then(TERM_BY_TERM, shares, IndexedSum(use.end, shares.args[1]), (use,))
    return chain.then(TERM_BY_TERM, held, KEPT[schedule], (one,))


def _dropped(schedule: str) -> Derivation:
    """Cut the sum over the uses where the run stops."""
    chain = Derivation(GRADIENT, given=(WITHIN, *_STEP))
    chain = chain.then(shown(_EQUAL), GRADIENT, _ALL, (_whole(),))
    chain = chain.then(REACHED, _ALL, add(KEPT[schedule], DROPPED[schedule]))
    return chain.then(shown(_EQUAL), KEPT[schedule], TRUNCATED[schedule], (_kept(schedule),))


def _restarted() -> Derivation:
    chain = Derivation(_RESTARTED, given=(WITHIN,))
    chain = chain.then(ADDED_UP, chain.end, held_sum("restarted", K))
    return chain.then(OF_THE_SUM, chain.end, RestartedGradient(K))


_SAME_CHUNK = equal(ceiling(k / K), ceiling(t / K))
_AFTER_START = at_most(last_left_out("chunks", t, K) + 1, k)


def _same_chunk() -> Derivation:
    chain = Derivation(_SAME_CHUNK, given=(at_most(k, t),))
    chain = chain.then(LATER_CHUNK, chain.end, at_most(ceiling(t / K), ceiling(k / K)))
    return chain.then(NEXT_INTEGER, chain.end, _AFTER_START)


def _draw(shortest: int) -> Draw:
    """Return networks of at least two units, with a length that cuts the run."""
    return Draw(
        "random",
        {
            "network": {"horizon": (3, 4)},
            "sizes": {"n": (2, 2)},
            "scalars": {"K": (shortest, 3)},
            "times": ("k", "t"),
            "first": 1,
        },
    )


_LONG_CHUNKS = _draw(2)
_NEXT_STATE = multiply(part_of(t, k).xreplace({h[k - 1]: h[k]}))
_NO_SLOPE = multiply(transpose(TRANSPORT_PRODUCT), transpose(V), error_at(t), transpose(h[k - 1]))


def _kept_instead(schedule: str, part: Any, first: Any) -> Statement:
    return equal(TRUNCATED[schedule], by_loss(part, first, t))


_FIRST = {name: last_left_out(name, t, K) + 1 for name in TRUNCATED}
_STALE = departing({}, K=1, k=1, t=2, eta=Rational(1, 2))

TBPTT_SUM = Claim(
    id="tbptt-sum",
    kind=Kind.IDENTITY,
    title="Truncated backpropagation keeps some parts of a double sum",
    says=(
        equal(GRADIENT, _ALL),
        equal(_WINDOW, KEPT["window"]),
        equal(_CHUNKS, KEPT["chunks"]),
        Statement(_SAME_CHUNK, Relation.IFF, _AFTER_START),
        equal(_RESTARTED, RestartedGradient(K)),
        equal(GRADIENT, add(_WINDOW, DROPPED["window"])),
        equal(GRADIENT, add(_CHUNKS, DROPPED["chunks"])),
    ),
    given=(
        SHORT_ENOUGH,
        Hypothesis("$k \\le t$: the use comes before the loss", at_most(k, t)),
        Hypothesis("$1 \\le t$", at_most(1, t)),
        Hypothesis("$t \\le T$", at_most(t, T)),
        Hypothesis(
            "the parameters are held while the chunks are run",
            witness=Witness(
                "after an update between chunks the carried state comes from old parameters",
                _STALE,
                equal(_CHUNKS, KEPT["chunks"]),
            ),
        ),
        Hypothesis(
            "$h_0$ does not depend on the parameters",
            witness=Witness(
                "a start $h_0 = W s + b$ adds what $W$ does through $h_0$",
                departing({"grown_start": True}, K=1, k=1, t=2),
                equal(GRADIENT, _ALL),
            ),
        ),
        Hypothesis(
            "the inputs do not depend on the state",
            witness=Witness(
                "feedback $x_{t+1} = o_t$ opens a path that the parts leave out",
                departing({"feedback": True}, K=1, k=1, t=2),
                equal(GRADIENT, _ALL),
            ),
        ),
    ),
    derive=lambda: (
        _whole(),
        _kept("window"),
        _kept("chunks"),
        _same_chunk(),
        _restarted(),
        _dropped("window"),
        _dropped("chunks"),
    ),
    draws=(_draw(1),),
    mutants=(
        Mutant("chunks keep what a window keeps", equal(_CHUNKS, KEPT["window"]), (_LONG_CHUNKS,)),
        Mutant("carried and restarted chunks agree", equal(_CHUNKS, _RESTARTED)),
        Mutant(
            "carried chunks are the gradient of the restarted loss",
            equal(_CHUNKS, RestartedGradient(K)),
        ),
        Mutant(
            "the truncated gradient has the direction of the gradient",
            equal(multiply(GRADIENT[0, 0], _WINDOW), multiply(_WINDOW[0, 0], GRADIENT)),
        ),
        Mutant(
            "a window reaches one use further",
            _kept_instead("window", _PART, last_left_out("window", t, K + 1) + 1),
        ),
        Mutant("the first slope omitted", _kept_instead("window", _NO_SLOPE, _FIRST["window"])),
        Mutant("the state after the step", _kept_instead("window", _NEXT_STATE, _FIRST["window"])),
        Mutant(
            "the state after the step, in chunks",
            _kept_instead("chunks", _NEXT_STATE, _FIRST["chunks"]),
        ),
        Mutant("nothing is left out", equal(_WINDOW, _ALL)),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
