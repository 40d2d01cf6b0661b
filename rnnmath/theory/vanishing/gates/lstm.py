"""The Jacobian of one LSTM step, block by block."""

from typing import Any

from sympy import BlockMatrix, tanh

from rnnmath.claim import DERIVED_HERE, Claim, Kind, Mutant
from rnnmath.symbolic.cells import joined
from rnnmath.symbolic.derivation import Derivation, Relation, Statement
from rnnmath.symbolic.derivation.order import shown
from rnnmath.symbolic.nodes import elementwise, hadamard
from rnnmath.symbolic.notation import TotalDerivative, h, t
from rnnmath.symbolic.tidy import add, diag, multiply
from rnnmath.theory.cell_rules import JOINED, block_of, blocks, worked_out
from rnnmath.theory.vanishing.gates.objects import (
    CHAPTER,
    IN,
    LSTM,
    OUT,
    F,
    G,
    W,
    c,
    drawn,
    equal,
    one_step,
    s,
    sigma_slope,
    tanh_slope,
)

__all__ = ["CELL_IN_HIDDEN", "LSTM_JACOBIAN", "PAIR"]

#: The pair (h, c) in the pair before it.
PAIR = one_step(s, s)
_CELL_IN_CELL, CELL_IN_HIDDEN = one_step(c, c), one_step(c, h)
_HIDDEN_IN_CELL, _HIDDEN_IN_HIDDEN = one_step(h, c), one_step(h, h)

_FORGET = multiply(diag(hadamard(c[t - 1], sigma_slope(F))), W["f"])
_INPUT = multiply(diag(hadamard(G, sigma_slope(IN))), W["i"])
_CANDIDATE = multiply(diag(hadamard(IN, tanh_slope(G))), W["g"])
_SEEN = hadamard(OUT, tanh_slope(c[t], of="argument"))
_OUTPUT = multiply(diag(hadamard(elementwise(tanh, c[t]), sigma_slope(OUT))), W["o"])
_THROUGH_GATES = add(_FORGET, _INPUT, _CANDIDATE)
_THROUGH_CELL = multiply(diag(_SEEN), CELL_IN_HIDDEN)
_BLOCKS = BlockMatrix(
    [
        [add(_OUTPUT, _THROUGH_CELL), diag(hadamard(_SEEN, F))],
        [CELL_IN_HIDDEN, diag(F)],
    ]
)


def _within(node: TotalDerivative, stop: tuple[Any, ...] = ()) -> Derivation:
    """Follow the paths of one block until no derivative is left but those to stop at."""
    derivation = Derivation(node)
    while True:
        pending = [
            part
            for part in sorted(derivation.end.atoms(TotalDerivative), key=lambda x: x.sort_key())
            if part not in stop
        ]
        if not pending:
            break
        derivation = worked_out(LSTM, derivation, pending[0])
    together = joined(derivation.end)
    if together == derivation.end:
        return derivation
    return derivation.then(JOINED, derivation.end, together)


def _lstm_jacobian() -> tuple[Derivation, ...]:
    direct, gates = _within(_CELL_IN_CELL), _within(CELL_IN_HIDDEN)
    seen = _within(_HIDDEN_IN_CELL)
    hidden = _within(_HIDDEN_IN_HIDDEN, (CELL_IN_HIDDEN,))
    whole = Derivation(PAIR).then(blocks(h, c), PAIR, block_of(PAIR, h, c))
    for part in (hidden, seen, direct):
        whole = whole.then(shown(Relation.EQUAL), part.start, part.end, (part,))
    return direct, gates, seen, hidden, whole


def _in_pair(hidden: Any = None, seen: Any = None, direct: Any = None) -> Statement:
    """Return the statement about the pair with some blocks replaced."""
    (first, second), (third, fourth) = _BLOCKS.blocks.tolist()
    rows = [[hidden or first, seen or second], [third, direct or fourth]]
    return equal(PAIR, BlockMatrix(rows))


LSTM_JACOBIAN = Claim(
    id="lstm-jacobian",
    kind=Kind.IDENTITY,
    title="The Jacobian of an LSTM step, block by block",
    says=(
        equal(_CELL_IN_CELL, diag(F)),
        equal(CELL_IN_HIDDEN, _THROUGH_GATES),
        equal(_HIDDEN_IN_CELL, diag(hadamard(_SEEN, F))),
        equal(_HIDDEN_IN_HIDDEN, add(_OUTPUT, _THROUGH_CELL)),
        equal(PAIR, _BLOCKS),
    ),
    derive=_lstm_jacobian,
    draws=(drawn("lstm"),),
    mutants=(
        Mutant("the input gate on the direct path", equal(_CELL_IN_CELL, diag(IN))),
        Mutant("no path through the output gate", equal(_HIDDEN_IN_HIDDEN, _THROUGH_CELL)),
        Mutant("no path through the forget gate", equal(CELL_IN_HIDDEN, add(_INPUT, _CANDIDATE))),
        Mutant("the candidate alone", equal(CELL_IN_HIDDEN, _CANDIDATE)),
        Mutant(
            "the new cell state in the path of the forget gate",
            equal(
                CELL_IN_HIDDEN,
                add(multiply(diag(hadamard(c[t], sigma_slope(F))), W["f"]), _INPUT, _CANDIDATE),
            ),
        ),
        Mutant(
            "the cell state passed on without the slope of tanh",
            equal(_HIDDEN_IN_CELL, diag(hadamard(OUT, F))),
        ),
        Mutant("the pair without the path through the output gate", _in_pair(hidden=_THROUGH_CELL)),
        Mutant("the pair with the input gate on the direct path", _in_pair(direct=diag(IN))),
        Mutant("the pair with the hidden state blind to the cell", _in_pair(seen=diag(_SEEN))),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
