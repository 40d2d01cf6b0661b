"""The state of one linear unit, and its derivatives, written out by the lag of the inputs."""

from typing import Any

from sympy import Integer, Matrix, Rational, Sum

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant
from rnnmath.symbolic.derivation import Derivation, Relation
from rnnmath.symbolic.derivation.order import shown, supposed
from rnnmath.symbolic.derivation.reasoning import induction
from rnnmath.symbolic.notation import T, k, t
from rnnmath.symbolic.quantities.scalar_state import ScalarInput
from rnnmath.theory.beyond.sensitivity.objects import (
    CHAPTER,
    FROM_FIRST,
    GRADIENT,
    IN_HORIZON,
    SENSITIVITY,
    STATE,
    i,
    weight,
    x,
)
from rnnmath.theory.beyond.sensitivity.rules import (
    BY_LAG,
    GRADIENT_START,
    GRADIENT_STEP,
    NEXT_POWER,
    PRODUCT_RULE,
    START,
    STEP,
)
from rnnmath.theory.norm_bound.objects import at_most, equal

__all__ = ["LINEAR_SENSITIVITY", "SENSITIVITY_BY_LAG", "STATE_BY_LAG"]

_EQUAL = Relation.EQUAL
_LATER = {t: t + 1}
STATE_BY_LAG = Sum(weight**i * ScalarInput(x, t - i), (i, 0, t - 1))
SENSITIVITY_BY_LAG = Sum((i + 1) * weight**i * ScalarInput(x, t - 1 - i), (i, 0, t - 2))
_POWER = weight ** (t - k)
_GIVEN = (at_most(1, t), at_most(t, T), at_most(k, t))


def _state() -> Derivation:
    """Derive the state by induction from ``h_0 = 0``."""
    base = Derivation(STATE.at(0)).then(START, STATE.at(0), Integer(0))
    onward = Derivation(STATE.at(t + 1), given=(equal(STATE, STATE_BY_LAG),))
    onward = onward.then(STEP, onward.end, weight * STATE + ScalarInput(x, t + 1))
    onward = onward.then(supposed(_EQUAL), STATE, STATE_BY_LAG)
    onward = onward.then(BY_LAG, onward.end, STATE_BY_LAG.xreplace(_LATER))
    return Derivation(STATE).then(induction(t, 0), STATE, STATE_BY_LAG, (base, onward))


def _sensitivity() -> Derivation:
    """Derive the sensitivity by induction from ``dh_1/dλ = 0``."""
    given = (at_most(1, t),)
    first = SENSITIVITY.at(1)
    base = Derivation(first, given=given)
    base = base.then(PRODUCT_RULE, first, STATE.at(0) + weight * SENSITIVITY.at(0))
    base = base.then(START, STATE.at(0), Integer(0)).then(START, SENSITIVITY.at(0), Integer(0))
    onward = Derivation(
        SENSITIVITY.at(t + 1), given=(*given, equal(SENSITIVITY, SENSITIVITY_BY_LAG))
    )
    onward = onward.then(PRODUCT_RULE, onward.end, STATE + weight * SENSITIVITY)
    onward = onward.then(shown(_EQUAL), STATE, STATE_BY_LAG, (_state(),))
    onward = onward.then(supposed(_EQUAL), SENSITIVITY, SENSITIVITY_BY_LAG)
    onward = onward.then(BY_LAG, onward.end, SENSITIVITY_BY_LAG.xreplace(_LATER))
    whole = Derivation(SENSITIVITY, given=given)
    proof = (base, onward)
    return whole.then(induction(t, 1), SENSITIVITY, SENSITIVITY_BY_LAG, proof)


def _gradient() -> Derivation:
    """Derive ``dh_t/dh_k = λ^(t-k)`` by induction on t from k on."""
    given = (at_most(k, t),)
    start = GRADIENT.at(k, k)
    base = Derivation(start, given=given).then(GRADIENT_START, start, Integer(1))
    onward = Derivation(GRADIENT.at(t + 1, k), given=(*given, equal(GRADIENT, _POWER)))
    onward = onward.then(GRADIENT_STEP, onward.end, weight * GRADIENT)
    onward = onward.then(supposed(_EQUAL), GRADIENT, _POWER)
    onward = onward.then(NEXT_POWER, onward.end, weight ** (t + 1 - k))
    whole = Derivation(GRADIENT, given=given)
    return whole.then(induction(t, k), GRADIENT, _POWER, (base, onward))


_WIDE = Draw(
    "random",
    {
        "sizes": {"T": (6, 6)},
        "scalars": {"lambda": (Rational(-2), Rational(2)), "t": (2, 6), "k": (0, 2)},
        "matrices": {"x": ("T", 1, "generic")},
    },
)


def _run(value: Any, *inputs: Any, since: int = 0) -> Draw:
    steps = len(inputs)
    values = {"lambda": value, "T": steps, "t": steps, "k": since, "x": Matrix(inputs)}
    return Draw("explicit", {"values": values, "note": "one run"})


LINEAR_SENSITIVITY = Claim(
    id="linear-sensitivity",
    kind=Kind.IDENTITY,
    title="The weight is felt through every input but the newest, the older ones more often",
    says=(
        equal(STATE, STATE_BY_LAG),
        equal(SENSITIVITY, SENSITIVITY_BY_LAG),
        equal(GRADIENT, _POWER),
    ),
    given=(
        FROM_FIRST,
        IN_HORIZON,
        Hypothesis("$k \\le t$", at_most(k, t)),
    ),
    derive=lambda: (_state(), _sensitivity(), _gradient()),
    draws=(_WIDE, _run(1, 3), _run(0, 3, -2, 5), _run(-1, 1, 2, 3, 4, since=2)),
    mutants=(
        Mutant(
            "the newest input is felt too",
            equal(SENSITIVITY, Sum((i + 1) * weight**i * ScalarInput(x, t - i), (i, 0, t - 1))),
        ),
        Mutant(
            "the last step alone",
            equal(SENSITIVITY, Sum(weight**i * ScalarInput(x, t - 1 - i), (i, 0, t - 2))),
        ),
        Mutant(
            "counted by the lag, not by the steps",
            equal(SENSITIVITY, Sum(i * weight**i * ScalarInput(x, t - 1 - i), (i, 0, t - 2))),
        ),
        Mutant("one factor too many", equal(GRADIENT, weight ** (t - k + 1))),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
