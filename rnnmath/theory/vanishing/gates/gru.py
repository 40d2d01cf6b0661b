"""The Jacobian of one GRU step, in both conventions for the reset gate."""

from dataclasses import dataclass
from typing import Any

from rnnmath.claim import DERIVED_HERE, Claim, Kind, Mutant
from rnnmath.symbolic.cells import Cell
from rnnmath.symbolic.cells.gated import one_minus
from rnnmath.symbolic.derivation import Derivation
from rnnmath.symbolic.nodes import hadamard
from rnnmath.symbolic.notation import TotalDerivative, h, t
from rnnmath.symbolic.tidy import add, diag, multiply
from rnnmath.theory.cell_rules import JOINED, worked_out
from rnnmath.theory.constant_columns import DIAGONAL_SUM
from rnnmath.theory.multiplied_out import MULTIPLY_OUT
from rnnmath.theory.vanishing.gates.objects import (
    CHAPTER,
    RESET_AFTER,
    RESET_BEFORE,
    N,
    Q,
    R,
    W,
    Z,
    drawn,
    equal,
    one_step,
    sigma_slope,
    tanh_slope,
)

__all__ = ["AFTER", "BEFORE", "GRU_JACOBIAN", "GRU_JACOBIAN_BEFORE", "STEP", "Convention"]

STEP = one_step(h, h)
_BEFORE, _TAKEN = h[t - 1], one_minus(Z)
_DIFFERENCE = add(_BEFORE, multiply(-1, N))
_UPDATE = hadamard(_DIFFERENCE, sigma_slope(Z))
_CANDIDATE = hadamard(_TAKEN, tanh_slope(N))


def _bracket(seen: Any) -> Any:
    """Return ``diag(r) + diag(seen o r (1 - r)) W_r``, without the matrix of the candidate."""
    return diag(R), multiply(diag(hadamard(seen, sigma_slope(R))), W["r"])


def _after(seen: Any) -> Any:
    kept, moved = _bracket(seen)
    return add(multiply(kept, W["n"]), moved)


def _before(seen: Any) -> Any:
    return multiply(W["n"], add(*_bracket(seen)))


def _jacobian(bracket: Any, *, z: Any = Z, taken: Any = _TAKEN, sign: int = 1) -> Any:
    """Return the Jacobian with this bracket; the rest may be varied."""
    return add(
        diag(z),
        multiply(sign, diag(_UPDATE), W["z"]),
        multiply(diag(hadamard(taken, tanh_slope(N))), bracket),
    )


@dataclass(frozen=True)
class Convention:
    """What the two conventions differ in."""

    cell: Cell
    drawn: str
    bracket: Any
    seen: Any


AFTER = Convention(RESET_AFTER, "gru", _after(Q), Q)
BEFORE = Convention(RESET_BEFORE, "gru before", _before(_BEFORE), _BEFORE)


def _derived(one: Convention) -> tuple[Derivation, ...]:
    chain = worked_out(one.cell, Derivation(STEP), STEP)
    gap = add(diag(_BEFORE), multiply(-1, diag(N)))
    chain = chain.then(DIAGONAL_SUM, gap, diag(_DIFFERENCE))
    for gate in (Z, N):
        chain = worked_out(one.cell, chain, TotalDerivative(gate, _BEFORE))
    for gate in (R, Q):
        node = TotalDerivative(gate, _BEFORE)
        if chain.end.has(node):
            chain = worked_out(one.cell, chain, node)
    chain = chain.then(MULTIPLY_OUT, chain.end, _split(one))
    return (chain.then(JOINED, chain.end, _jacobian(one.bracket)),)


def _split(one: Convention) -> Any:
    """Return the Jacobian with every diagonal factor apart."""
    kept, moved = diag(R), multiply(diag(one.seen), diag(sigma_slope(R)), W["r"])
    bracket = add(multiply(kept, W["n"]), moved)
    if one is BEFORE:
        bracket = multiply(W["n"], add(kept, moved))
    return add(
        diag(Z),
        multiply(diag(_DIFFERENCE), diag(sigma_slope(Z)), W["z"]),
        multiply(diag(_TAKEN), diag(tanh_slope(N)), bracket),
    )


def _mutants(one: Convention, others: tuple[Mutant, ...]) -> tuple[Mutant, ...]:
    swapped = add(
        diag(_TAKEN),
        multiply(-1, diag(_UPDATE), W["z"]),
        multiply(diag(hadamard(Z, tanh_slope(N))), one.bracket),
    )
    return (
        Mutant("z and 1 - z swapped", equal(STEP, swapped)),
        Mutant("no path through the update gate", equal(STEP, _jacobian(one.bracket, sign=0))),
        Mutant(
            "the update gate's path with the wrong sign",
            equal(STEP, _jacobian(one.bracket, sign=-1)),
        ),
        *others,
    )


def _claim(one: Convention, name: str, title: str, others: tuple[Mutant, ...]) -> Claim:
    return Claim(
        id=name,
        kind=Kind.IDENTITY,
        title=title,
        says=(equal(STEP, _jacobian(one.bracket)),),
        derive=lambda: _derived(one),
        draws=(drawn(one.drawn),),
        mutants=_mutants(one, others),
        source=DERIVED_HERE,
        chapter=CHAPTER,
    )


_TWO = {"sizes": {"n": (2, 3)}}
GRU_JACOBIAN = _claim(
    AFTER,
    "gru-jacobian",
    "The Jacobian of a GRU step, the reset gate after the product",
    (
        Mutant(
            "the bracket of the other convention",
            equal(STEP, _jacobian(_before(_BEFORE))),
            (drawn("gru", **_TWO),),
        ),
        Mutant(
            "the state for the product under the reset gate",
            equal(STEP, _jacobian(_after(_BEFORE))),
        ),
        Mutant("no path through the reset gate", equal(STEP, _jacobian(multiply(diag(R), W["n"])))),
    ),
)
GRU_JACOBIAN_BEFORE = _claim(
    BEFORE,
    "gru-jacobian-before",
    "The Jacobian of a GRU step, the reset gate before the product",
    (
        Mutant(
            "the bracket of the other convention",
            equal(STEP, _jacobian(_after(_BEFORE))),
            (drawn("gru before", **_TWO),),
        ),
        Mutant("no path through the reset gate", equal(STEP, _jacobian(multiply(W["n"], diag(R))))),
    ),
)
