"""The LSTM that stays at the zero state: an eigenvector of the candidate's matrix."""

from typing import Any

from rnnmath.claim import DERIVED_HERE, Claim, Hypothesis, Kind, Mutant, Witness, cite
from rnnmath.symbolic.derivation import Derivation, Relation, Statement
from rnnmath.symbolic.derivation.order import supposed
from rnnmath.symbolic.notation import k, t
from rnnmath.symbolic.tidy import add, multiply
from rnnmath.theory.beyond.forget_gates.objects import CHAPTER, TOTAL
from rnnmath.theory.beyond.forget_gates.rest import (
    AT_REST,
    CORE,
    GIVEN,
    IN_CELL,
    LSTM_REST_GAP,
    TWO_UNITS,
    resting,
)
from rnnmath.theory.beyond.forget_gates.rules import EIGENVECTOR
from rnnmath.theory.euclid import DISTRIBUTE
from rnnmath.theory.vanishing.gates.objects import W, equal
from rnnmath.theory.vanishing.gates.zero_state import BETAS, EIGENPAIR, MU, RATE, SIGMA, V

__all__ = ["LSTM_REST_DIRECTION"]

_EQUAL = Relation.EQUAL
_ON = multiply(TOTAL, V)


def _grown(rate: Any, exponent: Any = t - k - 1) -> Statement:
    return equal(_ON, multiply(SIGMA["f"] * rate**exponent, V))


def _direction() -> tuple[Derivation, ...]:
    given = (*GIVEN, EIGENPAIR)
    once = Derivation(multiply(CORE, V), given=given)
    spread = add(multiply(SIGMA["f"], V), multiply(SIGMA["o"] * SIGMA["i"], W["g"], V))
    once = once.then(DISTRIBUTE, once.end, spread)
    once = once.then(supposed(_EQUAL), once.end, multiply(RATE, V))
    chain = Derivation(_ON, given=given).then(cite(LSTM_REST_GAP, 1), TOTAL, IN_CELL)
    grown = multiply(SIGMA["f"] * RATE ** (t - k - 1), V)
    return (chain.then(EIGENVECTOR, chain.end, grown, (once,)),)


_DIAGONAL = {"diagonalized": [("n", ("W_g", "R_g", "l_g", "mu", "v", "K_g"))]}

LSTM_REST_DIRECTION = Claim(
    id="lstm-rest-direction",
    kind=Kind.IDENTITY,
    title="At rest an eigenvector of the candidate's matrix has one factor a step, at every gap",
    says=(_grown(RATE),),
    given=(
        *(Hypothesis(one.says, one.condition) for one in AT_REST),
        Hypothesis(
            "$v$ is an eigenvector of $W_g$, with eigenvalue $\\mu$",
            EIGENPAIR,
            Witness(
                "a vector that $W_g$ turns",
                resting(
                    **TWO_UNITS,
                    matrices={"v": ("n", 1, "generic")},
                    scalars={
                        **{beta.name: ("-3", "3") for beta in BETAS.values()},
                        "mu": ("-3", "3"),
                    },
                ),
            ),
        ),
    ),
    derive=_direction,
    draws=(resting(**_DIAGONAL), resting(**_DIAGONAL, gap=3, horizon=(3, 5))),
    mutants=(
        Mutant("the forget gate at every step", _grown(SIGMA["f"])),
        Mutant("one factor more", _grown(RATE, t - k)),
        Mutant("no output gate", _grown(SIGMA["f"] + SIGMA["i"] * MU)),
        Mutant("the way through the candidate alone", _grown(SIGMA["o"] * SIGMA["i"] * MU)),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
