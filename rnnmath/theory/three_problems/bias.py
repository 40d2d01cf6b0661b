"""How much of the gradient truncation leaves out, where the scale of a step is below one."""

from typing import Any

from sympy import Matrix, Max, Rational, Sum, ceiling

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant, Witness, cite
from rnnmath.symbolic.derivation import Derivation, Relation, Statement
from rnnmath.symbolic.derivation.order import shown
from rnnmath.symbolic.norms import FrobeniusNorm, SpectralNorm, VectorNorm
from rnnmath.symbolic.notation import T, V, W, delta, error_at, h, j, k, t
from rnnmath.symbolic.quantities.largest import Largest
from rnnmath.symbolic.quantities.truncation import ChunkStart
from rnnmath.symbolic.tidy import add, multiply, transpose
from rnnmath.theory.gradient_parts import GRADIENT, part_of, signal_proof
from rnnmath.theory.norm_bound.gradient import GRADIENT_BOUND
from rnnmath.theory.norm_bound.objects import FINITE, GAMMA, IS_FINITE
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
from rnnmath.theory.three_problems.objects import (
    CHAPTER,
    SHORT_ENOUGH,
    WITHIN,
    B,
    H,
    K,
    at_most,
    less,
    s,
)
from rnnmath.theory.three_problems.sums import DROPPED, TBPTT_SUM, TRUNCATED

__all__ = ["TBPTT_AT_ONE", "TBPTT_BIAS"]

_SHARE_BOUND = cite(GRADIENT_BOUND, 2)
_SEEN = VectorNorm(multiply(transpose(V), error_at(t)))
_STATE = VectorNorm(h[k - 1])
_ERRORS = at_most(Largest(_SEEN.xreplace({t: j}), (j, 1, T)), B)
_STATES = at_most(Largest(VectorNorm(h[j]), (j, 0, T - 1)), H)
_BELOW, _SCALED, _AT_ONE = less(s, 1), at_most(SCALE, s), at_most(SCALE, 1)

_LOST = {name: FrobeniusNorm(add(GRADIENT, multiply(-1, cut))) for name, cut in TRUNCATED.items()}
_FACTOR = GAMMA * B * H
_TAILS = geometric(_FACTOR, t - K)
_LINEAR = _FACTOR * (T - K) * s**K / (1 - s)
_CHUNKS = _FACTOR * (ceiling(T / K) - 1) * s / (1 - s) ** 2
_PAIRS = _FACTOR * (T - K) * (T - K + 1) / 2


def _one_part(given: tuple[Statement, ...]) -> Derivation:
    """Bound what one loss makes of one use of W."""
    within = (*given, at_most(1, k), at_most(k, t), at_most(t, T))
    chain = Derivation(FrobeniusNorm(part_of(t, k)), given=within)
    signal = signal_proof(t, (at_most(1, k), at_most(k, t), at_most(t, T)))
    share = FrobeniusNorm(multiply(delta(k, only=t), transpose(h[k - 1])))
    turned = Derivation(share, given=signal.given)
    turned = turned.then(shown(Relation.EQUAL), delta(k, only=t), signal.end, (signal,))
    chain = chain.then(shown(Relation.EQUAL), chain.end, share, (turned,))
    spread = GAMMA * SCALE ** (t - k) * _SEEN * _STATE
    chain = chain.then(_SHARE_BOUND, chain.end, spread)
    power = s ** (t - k) if _SCALED in given else 1
    rule = SCALE_POWER if _SCALED in given else TO_ONE
    chain = chain.then(rule, chain.end, GAMMA * power * _SEEN * _STATE)
    return chain.then(TERMS, _SEEN, B).then(TERMS, _STATE, H)


def _lost(schedule: str, given: tuple[Statement, ...]) -> Derivation:
    """Bound what is left out, loss by loss and use by use."""
    chain = Derivation(_LOST[schedule], given=given)
    number = 5 if schedule == "window" else 6
    kept = cite(TBPTT_SUM, number, names={t: T, k: T})
    dropped = DROPPED[schedule]
    chain = chain.then(kept, GRADIENT, add(TRUNCATED[schedule], dropped))
    part = _one_part(given)
    last = dropped.term.upper
    chain = chain.then(EACH_AT_MOST, chain.end, Sum(part.end, (k, 1, last), (t, 1, T)), (part,))
    last = t - K if last == Max(0, t - K) else last
    return chain.then(LATER_LOSSES, chain.end, Sum(part.end, (k, 1, last), (t, K + 1, T)))


_GIVEN = (WITHIN, _BELOW, _SCALED, _ERRORS, _STATES, IS_FINITE)


def _derive() -> tuple[Derivation, ...]:
    window, chunks = (_lost(schedule, _GIVEN) for schedule in ("window", "chunks"))
    window = window.then(GEOMETRIC, window.end, _TAILS)
    start = ChunkStart(t, K)
    chunks = chunks.then(GEOMETRIC, chunks.end, geometric(_FACTOR, start))
    heads = _FACTOR * Sum(s ** (t - start) / (1 - s), (t, K + 1, T))
    chunks = chunks.then(NO_TAIL, chunks.end, heads).then(CHUNK_BY_CHUNK, heads, _CHUNKS)
    return window, window.then(BELOW_SERIES, window.end, _LINEAR), chunks


def _at_one() -> tuple[Derivation, ...]:
    chain = _lost("window", (WITHIN, _AT_ONE, _ERRORS, _STATES, IS_FINITE))
    return (chain.then(PAIRS, chain.end, _PAIRS),)


def _scalar(w: Any, steps: int, length: int, slope: Any = 1, **values: Any) -> Draw:
    """Return one linear unit whose inputs hold the state at 1, seen by losses with error 1."""
    w, slope = Rational(w), Rational(slope)
    network = {
        "W": Matrix([[w]]),
        "U": Matrix([[1]]),
        "x": [Matrix([1 / slope - w])] * steps,
        "h0": Matrix([1]),
        "activation": ("polynomial", 0, slope),
    }
    named = {"s": slope * w, "B": 1, "H": 1, "K": length, "k": 1, "t": 1, "eta": 0, **values}
    return Draw("explicit", {"network": network, "values": named, "note": "one unit held at 1"})


def _wide(weights: str, scale: tuple[Any, Any]) -> Draw:
    """Return bounded networks, with numbers that bound their states and errors from afar."""
    return Draw(
        "random",
        {
            "network": {
                "activation": "leaky",
                "weights": weights,
                "loss": "linear",
                "horizon": (4, 6),
            },
            "sizes": {"n": (1, 2)},
            "scalars": {"K": (1, 4), "B": (32, 40), "H": (440, 450), "s": scale},
        },
    )


_HALVES = (_scalar("1/2", 6, 2), _scalar("1/4", 8, 1), _scalar("2/5", 7, 3, 2))
_LONG_CHUNKS = _scalar("1/4", 12, 6)
_STEEP = (_scalar("2/5", 6, 2, 2),)


def _bounded(w: Any) -> tuple[Hypothesis, ...]:
    """Suppose bounds of errors and states; the witnesses have one unit with weight w."""
    half = Rational(1, 2)
    return (
        Hypothesis(
            "$\\lVert V^\\top e_t \\rVert \\le B$ for every loss",
            _ERRORS,
            Witness("errors of 1, said to be at most 1/2", _scalar(w, 6, 2, B=half)),
        ),
        Hypothesis(
            "$\\lVert h_t \\rVert \\le H$ for every state",
            _STATES,
            Witness("states of 1, said to be at most 1/2", _scalar(w, 6, 2, H=half)),
        ),
        FINITE,
        Hypothesis("parameters, inputs and $h_0$ are as in tbptt-sum"),
    )


TBPTT_BIAS = Claim(
    id="tbptt-bias",
    kind=Kind.BOUND,
    title="What a window leaves out fades with K; what chunks leave out does not",
    says=(
        at_most(_LOST["window"], _TAILS),
        at_most(_LOST["window"], _LINEAR),
        at_most(_LOST["chunks"], _CHUNKS),
    ),
    given=(
        SHORT_ENOUGH,
        Hypothesis(
            "$s \\lt 1$",
            _BELOW,
            Witness("at $s = 2$ the early uses outweigh the late ones", _scalar(2, 6, 2)),
        ),
        Hypothesis(
            "$\\gamma \\lVert W \\rVert \\le s$",
            _SCALED,
            Witness(
                "a scale of 4/5, said to be at most 2/5", _scalar("4/5", 6, 2, s=Rational(2, 5))
            ),
        ),
        *_bounded("1/2"),
    ),
    derive=_derive,
    draws=(_wide("contraction", ("3/4", 1)), *_HALVES, _LONG_CHUNKS),
    mutants=(
        Mutant(
            "the tail starts one step later",
            at_most(_LOST["window"], _FACTOR * Sum((s ** (K + 1) - s**t) / (1 - s), (t, K + 1, T))),
            _HALVES,
        ),
        Mutant("gamma left out in front", at_most(_LOST["window"], _TAILS / GAMMA), _STEEP),
        Mutant(
            "the norm of W in place of the scale",
            at_most(_LOST["window"], _TAILS),
            (_scalar("2/5", 6, 2, 2, s=Rational(2, 5)),),
            (WITHIN, _BELOW, at_most(SpectralNorm(W), s), _ERRORS, _STATES),
        ),
        Mutant("the tail of a window for chunks", at_most(_LOST["chunks"], _TAILS), _HALVES),
        Mutant(
            "chunks that fade with K",
            at_most(_LOST["chunks"], _CHUNKS * s ** (K - 1)),
            (_LONG_CHUNKS,),
        ),
        Mutant(
            "one chunk alone loses something",
            at_most(_LOST["chunks"], _FACTOR * s / (1 - s) ** 2),
            (_scalar("1/4", 12, 3),),
        ),
        Mutant(
            "one loss alone loses something",
            at_most(_LOST["window"], _FACTOR * s**K / (1 - s)),
            _HALVES,
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)

_UNITS = (_scalar(1, 6, 2), _scalar(1, 12, 1), _scalar(1, 9, 5))

TBPTT_AT_ONE = Claim(
    id="tbptt-at-one",
    kind=Kind.BOUND,
    title="At scale one the part left out may grow with the square of the run",
    says=(at_most(_LOST["window"], _PAIRS),),
    given=(
        SHORT_ENOUGH,
        Hypothesis(
            "$\\gamma \\lVert W \\rVert \\le 1$",
            _AT_ONE,
            Witness("a scale of 2", _scalar(2, 6, 2)),
        ),
        *_bounded(1),
    ),
    derive=_at_one,
    draws=(_wide("contraction", ("3/4", 1)), *_UNITS),
    mutants=(
        Mutant(
            "no more than K for every loss",
            at_most(_LOST["window"], _FACTOR * K * (T - K)),
            _UNITS,
        ),
        Mutant(
            "half a square, rounded down",
            at_most(_LOST["window"], _FACTOR * (T - K) ** 2 / 2),
            _UNITS,
        ),
        Mutant("K losses lose nothing more", at_most(_LOST["window"], _FACTOR * (T - K)), _UNITS),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
