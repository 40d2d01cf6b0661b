"""How large the Jacobian of one LSTM step can be: each block, and the pair."""

from typing import Any

from sympy import ImmutableDenseMatrix, Rational

from rnnmath.claim import DERIVED_HERE, Claim, Kind, Mutant, cite
from rnnmath.symbolic.bounds.rules import BLOCK
from rnnmath.symbolic.derivation import Derivation, Relation
from rnnmath.symbolic.derivation.order import shown
from rnnmath.symbolic.nodes import hadamard
from rnnmath.symbolic.norms import MaxAbs, SpectralNorm
from rnnmath.symbolic.notation import h, t
from rnnmath.theory.cell_rules import block_of, blocks
from rnnmath.theory.gate_ranges import entries_apart, norms_apart
from rnnmath.theory.vanishing.gates.lstm import LSTM_JACOBIAN, PAIR
from rnnmath.theory.vanishing.gates.objects import (
    CHAPTER,
    IN,
    LSTM,
    F,
    G,
    W,
    at_most,
    c,
    drawn,
    equal,
    sigma_slope,
    tanh_slope,
)

__all__ = ["LSTM_BOUND"]

_QUARTER = Rational(1, 4)
_NORM = {letter: SpectralNorm(matrix) for letter, matrix in W.items()}
_KEPT = MaxAbs(F)
_CELL_BEFORE = MaxAbs(c[t - 1])
_BLOCKS = [statement.lhs for statement in LSTM_JACOBIAN.says[:4]]
_DIRECT, _GATES, _SEEN, _HIDDEN = (SpectralNorm(block) for block in _BLOCKS)

_IN_VALUES = (
    MaxAbs(hadamard(c[t - 1], sigma_slope(F))) * _NORM["f"]
    + MaxAbs(hadamard(G, sigma_slope(IN))) * _NORM["i"]
    + MaxAbs(hadamard(IN, tanh_slope(G))) * _NORM["g"]
)
#: What the gates can let through at most: alpha of the theory.
_ALPHA = _CELL_BEFORE * _NORM["f"] * _QUARTER + _NORM["i"] * _QUARTER + _NORM["g"]
_OUTPUT = _NORM["o"] * _QUARTER


def _pair(top: Any, seen: Any, alpha: Any, kept: Any) -> Any:
    return SpectralNorm(ImmutableDenseMatrix([[top, seen], [alpha, kept]]))


def _read_off(index: int) -> Derivation:
    """Start from the norm of a block and write the block out."""
    statement = LSTM_JACOBIAN.says[index]
    start = Derivation(SpectralNorm(statement.lhs))
    start = start.then(cite(LSTM_JACOBIAN, index), statement.lhs, statement.rhs)
    return norms_apart(start)


def _worst(derivation: Derivation) -> Derivation:
    return entries_apart(LSTM, derivation, (F,))


def _lstm_bound() -> tuple[Derivation, ...]:
    direct, values, seen, hidden = (_read_off(index) for index in range(4))
    gates, seen = _worst(values), _worst(seen)
    hidden = hidden.then(shown(Relation.AT_MOST), _GATES, gates.end, (gates,))
    hidden = _worst(hidden)
    pair = SpectralNorm(PAIR)
    both = block_of(PAIR, h, c)
    norms = _pair(_HIDDEN, _SEEN, _GATES, _DIRECT)
    whole = Derivation(pair).then(blocks(h, c), PAIR, both)
    whole = whole.then(BLOCK, SpectralNorm(both), norms)
    for part in (hidden, seen, gates):
        whole = whole.then(shown(Relation.AT_MOST), part.start, part.end, (part,))
    whole = whole.then(shown(Relation.EQUAL), direct.start, direct.end, (direct,))
    return direct, values, gates, seen, hidden, whole


def _open(**where: Any) -> Any:
    """Return a draw of the first step from rest; what is not said is zero."""
    rest = dict.fromkeys(
        [f"{kind}_{gate}" for kind in "WUb" for gate in "ifgo"] + ["h", "c", "x"], "zero"
    )
    sizes = {"n": (2, 3), "m": (1, 1)}
    return drawn("lstm", where={**rest, **where}, horizon=(1, 1), sizes=sizes)


#: A pre-activation at which a gate is open to six digits.
_WIDE = 10**6
_ALIGNED = _open(
    W_f=Rational(7, 3), W_i=Rational(3, 2), W_g=Rational(1, 2),
    b_f=Rational(1, 2), b_i=Rational(-1, 3), b_g=Rational(2, 3), c=Rational(9, 2),
)  # fmt: skip
_FORGET_HALF = _open(W_f="orthogonal multiple", c=3)
_INPUT_HALF = _open(W_i="orthogonal multiple", b_g=_WIDE)
_OUTPUT_HALF = _open(W_o="orthogonal multiple", b_f=_WIDE, c=_WIDE)
_CANDIDATE_OPEN = _open(W_g="orthogonal multiple", b_i=_WIDE, b_o=_WIDE, b_f=1)
_SMALL = drawn(
    "lstm",
    sizes={"n": (1, 2), "m": (1, 1)},
    horizon=(1, 2),
    where={f"W_{gate}": "rational norm" for gate in "ifgo"},
)

LSTM_BOUND = Claim(
    id="lstm-bound",
    kind=Kind.BOUND,
    title="A bound for each block of an LSTM step, and for the pair",
    says=(
        equal(_DIRECT, _KEPT),
        at_most(_GATES, _IN_VALUES),
        at_most(_GATES, _ALPHA),
        at_most(_SEEN, _KEPT),
        at_most(_HIDDEN, _OUTPUT + _ALPHA),
        at_most(SpectralNorm(PAIR), _pair(_OUTPUT + _ALPHA, _KEPT, _ALPHA, _KEPT)),
    ),
    derive=_lstm_bound,
    draws=(_SMALL, _ALIGNED, _FORGET_HALF, _INPUT_HALF, _OUTPUT_HALF, _CANDIDATE_OPEN),
    mutants=(
        Mutant(
            "the forget gate's path without the size of the cell state",
            at_most(_GATES, _NORM["f"] * _QUARTER + _NORM["i"] * _QUARTER + _NORM["g"]),
            (_FORGET_HALF,),
        ),
        Mutant(
            "the slope of the candidate quartered, as if it were a gate",
            at_most(_GATES, _ALPHA - _NORM["g"] + _NORM["g"] * _QUARTER),
            (_CANDIDATE_OPEN,),
        ),
        Mutant(
            "half the slope of the input gate",
            at_most(_GATES, _ALPHA - _NORM["i"] * _QUARTER / 2),
            (_INPUT_HALF,),
        ),
        Mutant(
            "the hidden state without the path through the output gate",
            at_most(_HIDDEN, _ALPHA),
            (_OUTPUT_HALF,),
        ),
        Mutant(
            "the pair by the forget gate alone",
            at_most(SpectralNorm(PAIR), _KEPT),
            (_CANDIDATE_OPEN,),
        ),
        Mutant(
            "the pair by its largest block",
            at_most(
                SpectralNorm(PAIR),
                MaxAbs(ImmutableDenseMatrix([_OUTPUT + _ALPHA, _KEPT])),
            ),
            (_CANDIDATE_OPEN,),
        ),
        Mutant(
            "the pair without what the hidden state sees of the cell",
            at_most(SpectralNorm(PAIR), _pair(_OUTPUT + _ALPHA, 0, _ALPHA, _KEPT)),
            (_CANDIDATE_OPEN,),
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
