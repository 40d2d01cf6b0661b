"""What the derivative of a cell state holds beside the product of the forget gates."""

from typing import Any

from sympy import Identity

from rnnmath.claim import DERIVED_HERE, Claim, Kind, Mutant, cite
from rnnmath.symbolic.derivation import Derivation, Relation
from rnnmath.symbolic.derivation.order import shown
from rnnmath.symbolic.notation import TotalDerivative, n, t
from rnnmath.symbolic.quantities.paths import DirectDerivative
from rnnmath.symbolic.tidy import add, diag, multiply
from rnnmath.theory.beyond.forget_gates.objects import (
    CHAPTER,
    by_both,
    long_run,
)
from rnnmath.theory.cell_rules import SAME_STATE, direct_step
from rnnmath.theory.vanishing.gates.lstm import CELL_IN_HIDDEN, LSTM_JACOBIAN
from rnnmath.theory.vanishing.gates.objects import LSTM, F, W, c, equal

__all__ = ["DETOUR", "GATES_OF_TWO", "LSTM_DETOUR", "TWO_STEPS", "two_steps"]

_EQUAL = Relation.EQUAL
_BACK = {t: t - 1}
_ONE, _GATES, _SEEN = (LSTM_JACOBIAN.says[index] for index in range(3))
TWO_STEPS = TotalDerivative(c[t], c[t - 2])
#: The textbook's answer over two steps, and the way through the hidden state between.
GATES_OF_TWO = multiply(diag(F), diag(F.xreplace(_BACK)))
_SEEN_BEFORE = _SEEN.rhs.xreplace(_BACK)
DETOUR = multiply(CELL_IN_HIDDEN, _SEEN_BEFORE)


def two_steps() -> Derivation:
    """Derive the derivative over two steps, what the gates hear of h left as one name.

    Examples
    --------
    >>> two_steps().steps[0].rule.name
    'one block of all'
    """
    chain = by_both(Derivation(TWO_STEPS), TWO_STEPS, t - 1)
    chain = chain.then(cite(LSTM_JACOBIAN), _ONE.lhs, _ONE.rhs)
    for index, one in ((0, _ONE), (2, _SEEN)):
        earlier = one.renamed(_BACK)
        chain = chain.then(cite(LSTM_JACOBIAN, index, names=_BACK), earlier.lhs, earlier.rhs)
    return chain


def _detour() -> tuple[Derivation, ...]:
    before = DirectDerivative(c[t - 1], c[t - 1])
    along = DirectDerivative(c[t], c[t - 1])
    direct = Derivation(along).then(direct_step(LSTM), along, multiply(_ONE.rhs, before))
    direct = direct.then(SAME_STATE, before, Identity(n))
    one = Derivation(_ONE.lhs).then(cite(LSTM_JACOBIAN), _ONE.lhs, _ONE.rhs)
    one = one.then(shown(Relation.EQUAL), _ONE.rhs, along, (direct,))
    two = two_steps()
    return one, two, two.then(cite(LSTM_JACOBIAN, 1), _GATES.lhs, _GATES.rhs)


_WRITTEN = multiply(_GATES.rhs, _SEEN_BEFORE)
_TERMS = list(_GATES.rhs.args)


def _without(letter: str) -> Any:
    """Return the two steps with one matrix left out of what the gates hear."""
    kept = [term for term in _TERMS if W[letter] not in term.free_symbols]
    return equal(TWO_STEPS, add(GATES_OF_TWO, multiply(add(*kept), _SEEN_BEFORE)))


_TWO_UNITS = (long_run(horizon=(2, 2), sizes={"n": (2, 2), "m": (1, 1)}),)

LSTM_DETOUR = Claim(
    id="lstm-detour",
    kind=Kind.IDENTITY,
    title="Over two steps: two forget gates, and the detour through the hidden state",
    says=(
        equal(_ONE.lhs, DirectDerivative(c[t], c[t - 1])),
        equal(TWO_STEPS, add(GATES_OF_TWO, DETOUR)),
        equal(TWO_STEPS, add(GATES_OF_TWO, _WRITTEN)),
    ),
    derive=_detour,
    draws=(long_run(horizon=(2, 2)),),
    mutants=(
        Mutant("the product of the forget gates alone", equal(TWO_STEPS, GATES_OF_TWO)),
        Mutant(
            "the detour in the other order",
            equal(TWO_STEPS, add(GATES_OF_TWO, multiply(_SEEN_BEFORE, CELL_IN_HIDDEN))),
            _TWO_UNITS,
        ),
        *(
            Mutant(f"a detour that the gates hear of without $W_{letter}$", _without(letter))
            for letter in "fig"
        ),
        Mutant(
            "a detour that the output gate does not narrow",
            equal(
                TWO_STEPS,
                add(GATES_OF_TWO, multiply(CELL_IN_HIDDEN, diag(F.xreplace(_BACK)))),
            ),
        ),
        Mutant(
            "a detour that keeps the newest forget gate",
            equal(TWO_STEPS, add(GATES_OF_TWO, multiply(diag(F), DETOUR))),
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
