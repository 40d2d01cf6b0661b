"""Two LSTMs at rest with one product of forget gates: one that grows, and one that is cut off."""

from typing import Any

from sympy import Identity, Integer, MatPow, Rational, ZeroMatrix

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant, Witness, cite
from rnnmath.symbolic.bounds.rules import IDENTITY, SCALAR
from rnnmath.symbolic.derivation import Derivation, Relation
from rnnmath.symbolic.derivation.order import supposed
from rnnmath.symbolic.norms import SpectralNorm
from rnnmath.symbolic.notation import k, n, t
from rnnmath.symbolic.tidy import multiply
from rnnmath.theory.beyond.forget_gates.objects import CHAPTER, PATH, TOTAL, long_run
from rnnmath.theory.beyond.forget_gates.rest import AT_REST, LSTM_REST_GAP
from rnnmath.theory.beyond.forget_gates.rules import ZERO_POWER
from rnnmath.theory.vanishing.gates.objects import W, at_most, equal
from rnnmath.theory.vanishing.gates.zero_state import BETAS

__all__ = ["LSTM_CUT_OFF", "LSTM_GROWS"]

_EQUAL = Relation.EQUAL
_HALVES = {beta: Integer(0) for beta in BETAS.values()}
_HALF = Rational(1, 2)
#: What is left of an error along the cell state alone.
_FADED = Integer(2) ** (k - t)
_SIZE, _DIRECT = SpectralNorm(TOTAL), SpectralNorm(PATH)


def _weights(number: int) -> Any:
    return equal(W["g"], multiply(number, Identity(n)))


def _halved(says: str) -> str:
    return says.replace(says[says.index("$\\sigma") :], "$\\tfrac12$") if "sigma" in says else says


def _hypotheses(number: int, witness: Witness) -> tuple[Hypothesis, ...]:
    at_rest = [
        Hypothesis(_halved(one.says), one.condition.renamed(_HALVES))
        for one in AT_REST
        if one.condition is not None
    ]
    return (*at_rest, Hypothesis(f"$W_g = {number} I$", _weights(number), witness))


def _run(number: Any, **options: Any) -> Draw:
    """Return a draw at rest with half open gates; the gates may hear what they like."""
    where = dict.fromkeys(["h", "c", "x", "b_i", "b_f", "b_o", "b_g"], "zero")
    usual: dict[str, Any] = {"gap": 1, "horizon": (1, 4)}
    return long_run(**{**usual, **options}, where={**where, "W_g": number})


def _cite(chain: Derivation, index: int) -> Derivation:
    says = LSTM_REST_GAP.says[index].renamed(_HALVES)
    return chain.then(cite(LSTM_REST_GAP, index, names=_HALVES), says.lhs, says.rhs)


def _direct(given: tuple[Any, ...]) -> Derivation:
    chain = _cite(Derivation(_DIRECT, given=given), 2)
    chain = chain.then(SCALAR, chain.end, _FADED * SpectralNorm(Identity(n)))
    return chain.then(IDENTITY, SpectralNorm(Identity(n)), Integer(1))


def _conditions(claim_hypotheses: tuple[Hypothesis, ...]) -> tuple[Any, ...]:
    return tuple(one.condition for one in claim_hypotheses if one.condition is not None)


_FIVE_QUARTERS = Rational(5, 4)
_GROWN = _HALF * _FIVE_QUARTERS ** (t - k - 1)
_THREE = _hypotheses(
    3,
    Witness("$W_g = I$: the factor is $\\tfrac34$, and both fade", _run(1, gap=2, horizon=(2, 3))),
)


def _grows() -> tuple[Derivation, ...]:
    given = _conditions(_THREE)
    chain = _cite(Derivation(_SIZE, given=given), 1)
    chain = chain.then(supposed(_EQUAL), W["g"], _weights(3).rhs)
    chain = chain.then(SCALAR, chain.end, _GROWN * SpectralNorm(Identity(n)))
    return chain.then(IDENTITY, SpectralNorm(Identity(n)), Integer(1)), _direct(given)


LSTM_GROWS = Claim(
    id="lstm-grows-gates-fade",
    kind=Kind.WITNESS,
    title="The forget gates halve an error each step, and the derivative grows by a quarter",
    says=(equal(_SIZE, _GROWN), equal(_DIRECT, _FADED)),
    given=_THREE,
    derive=_grows,
    draws=(_run(3), _run(3, gap=5, horizon=(5, 6), sizes={"n": (1, 1), "m": (1, 1)})),
    mutants=(
        Mutant("the derivative is at most the product", at_most(_SIZE, _DIRECT)),
        Mutant("five quarters from the first step on", equal(_SIZE, _FIVE_QUARTERS ** (t - k))),
        Mutant("it grows by a half", equal(_SIZE, _HALF * Rational(3, 2) ** (t - k - 1))),
        Mutant("the derivative fades", at_most(_SIZE, _HALF), (_run(3, gap=3, horizon=(3, 4)),)),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)

_TWO_APART = at_most(k + 2, t)
_MINUS_TWO = (
    *_hypotheses(
        -2, Witness("$W_g = -I$: a quarter of each step is left", _run(-1, gap=2, horizon=(2, 3)))
    ),
    Hypothesis(
        "$k + 2 \\le t$: at least two steps lie between",
        _TWO_APART,
        Witness(
            "over one step there is no detour yet, and nothing to cancel",
            _run(-2, first=0, horizon=(1, 1)),
            equal(TOTAL, ZeroMatrix(n, n)),
        ),
    ),
)


def _cut_off() -> tuple[Derivation, ...]:
    given = _conditions(_MINUS_TWO)
    chain = _cite(Derivation(TOTAL, given=given), 1)
    chain = chain.then(supposed(_EQUAL), W["g"], _weights(-2).rhs)
    nothing = ZeroMatrix(n, n)
    chain = chain.then(ZERO_POWER, MatPow(nothing, t - k - 1), nothing)
    return chain, _direct(given)


LSTM_CUT_OFF = Claim(
    id="lstm-cut-off",
    kind=Kind.WITNESS,
    title="The same forget gates, and a derivative that is exactly zero after two steps",
    says=(equal(TOTAL, ZeroMatrix(n, n)), equal(_DIRECT, _FADED)),
    given=_MINUS_TWO,
    derive=_cut_off,
    draws=(_run(-2, gap=2, horizon=(2, 6)),),
    mutants=(
        Mutant("the derivative is at least the product", at_most(_DIRECT, _SIZE)),
        Mutant("the derivative is the product", equal(_SIZE, _DIRECT)),
        Mutant("the direct path is cut off too", equal(_DIRECT, 0)),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
