"""Along the cell state alone: the product of the forget gates, and when that is a power."""

from typing import Any

from sympy import Identity, OneMatrix, Product, Sum, Symbol

from rnnmath.claim import DERIVED_HERE, Claim, Hypothesis, Kind, Mutant, Witness, cite
from rnnmath.symbolic.activations.records import logistic
from rnnmath.symbolic.bounds.rules import DIAGONAL, IDENTITY, SCALAR
from rnnmath.symbolic.cells.gated import bias, drive
from rnnmath.symbolic.derivation import Derivation
from rnnmath.symbolic.derivation.reasoning import HYPOTHESIS, PEEL, TERM_BY_TERM, induction
from rnnmath.symbolic.nodes import OrderedProduct, elementwise
from rnnmath.symbolic.norms import MaxAbs, SpectralNorm, VectorNorm
from rnnmath.symbolic.notation import TotalDerivative, j, k, n, t, time, x
from rnnmath.symbolic.quantities.paths import DirectDerivative
from rnnmath.symbolic.tidy import add, diag, multiply
from rnnmath.theory.cell_rules import SAME_STATE, STACKED_CHAIN, definition, direct_step
from rnnmath.theory.constant_columns import (
    AT_CONSTANT,
    CONSTANT_PRODUCT,
    DIAGONAL_PRODUCT,
    EACH_IS_ZERO,
)
from rnnmath.theory.vanishing.gates.objects import (
    CHAPTER,
    LSTM,
    F,
    at_most,
    c,
    drawn,
    equal,
    s,
)

__all__ = ["LSTM_CAROUSEL", "LSTM_CONSTANT_GATES"]

_DIRECT = DirectDerivative(c[t], c[k])
_GATE = F.xreplace({t: j})
_GATES = OrderedProduct(diag(_GATE), (j, k + 1, t))
_ENTRIES = MaxAbs(multiply(_GATES, OneMatrix(n, 1)))
_TOTAL = TotalDerivative(s[t], s[k])
_STEP = TotalDerivative(s[j], s[j - 1])
_PRODUCT = OrderedProduct(_STEP, (j, k + 1, t))
_GIVEN = (at_most(k, t),)
_IN_ORDER = Hypothesis("$k \\le t$: the path does not run back in time", _GIVEN[0])


def _by_induction(transport: Any, product: Any, newest_step: Any, split: Any) -> Derivation:
    start = transport.xreplace({t: k})
    base = Derivation(start, given=_GIVEN).then(SAME_STATE, start, Identity(start.shape[0]))
    later = transport.xreplace({t: t + 1})
    onward = Derivation(later, given=(*_GIVEN, equal(transport, product)))
    onward = onward.then(newest_step, later, split)
    onward = onward.then(HYPOTHESIS, transport, product)
    onward = onward.then(PEEL, onward.end, product.xreplace({t: t + 1}))
    whole = Derivation(transport, given=_GIVEN)
    return whole.then(induction(t, k), transport, product, (base, onward))


def _carousel() -> tuple[Derivation, ...]:
    newest = multiply(diag(F.xreplace({t: t + 1})), _DIRECT)
    direct = _by_induction(_DIRECT, _GATES, direct_step(LSTM), newest)
    pair = multiply(TotalDerivative(s[t + 1], s[t]), _TOTAL)
    total = _by_induction(_TOTAL, _PRODUCT, STACKED_CHAIN, pair)
    norm = Derivation(SpectralNorm(_DIRECT), given=_GIVEN)
    norm = norm.then(direct.steps[0].rule, _DIRECT, _GATES, direct.steps[0].premises)
    norm = norm.then(DIAGONAL_PRODUCT, _GATES, diag(_ENTRIES.matrix))
    norm = norm.then(DIAGONAL, norm.end, _ENTRIES)
    return direct, norm, total


_PATH = drawn("lstm", times=("k", "t"), first=0, horizon=(2, 4), sizes={"n": (1, 2), "m": (1, 1)})
_LONG = drawn(
    "lstm", times=("k", "t"), first=0, gap=2, horizon=(2, 3), sizes={"n": (2, 2), "m": (1, 1)}
)

LSTM_CAROUSEL = Claim(
    id="lstm-carousel",
    kind=Kind.IDENTITY,
    title="Along the cell state alone the Jacobian is the product of the forget gates",
    says=(
        equal(_DIRECT, _GATES),
        equal(SpectralNorm(_DIRECT), _ENTRIES),
        equal(_TOTAL, _PRODUCT),
    ),
    given=(_IN_ORDER,),
    derive=_carousel,
    draws=(_PATH, _LONG),
    mutants=(
        Mutant(
            "the norm is the product of the largest gates",
            equal(SpectralNorm(_DIRECT), Product(MaxAbs(_GATE), (j, k + 1, t))),
            (_LONG,),
        ),
        Mutant(
            "the direct path is the full derivative of the cell state",
            equal(TotalDerivative(c[t], c[k]), _GATES),
            (_LONG,),
        ),
        Mutant(
            "one gate too few",
            equal(_DIRECT, OrderedProduct(diag(_GATE), (j, k + 2, t))),
            (_LONG,),
        ),
        Mutant(
            "the gate of the step before",
            equal(_DIRECT, OrderedProduct(diag(F.xreplace({t: j - 1})), (j, k + 1, t))),
            (
                drawn(
                    "lstm",
                    times=("k", "t"),
                    first=1,
                    gap=1,
                    horizon=(3, 3),
                    sizes={"n": (2, 2), "m": (1, 1)},
                ),
            ),
        ),
        Mutant(
            "the full derivative with its factors reversed",
            equal(
                _TOTAL,
                OrderedProduct(TotalDerivative(s[t + k + 1 - j], s[t + k - j]), (j, k + 1, t)),
            ),
            (_LONG,),
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)

_BETA = Symbol("beta", real=True)
_CONSTANT = multiply(_BETA, OneMatrix(n, 1))
_AT = time("l")
_EACH = add(drive("f").xreplace({t: _AT}), multiply(-1, _CONSTANT))
_ALL_EQUAL = equal(Sum(VectorNorm(_EACH), (_AT, k + 1, t)), 0)
_POWER = logistic(_BETA) ** (t - k)


def _constant_gates() -> tuple[Derivation, ...]:
    given = (_GIVEN[0], _ALL_EQUAL)
    within = (*given, at_most(k + 1, j), at_most(j, t))
    pre, opened = drive("f").xreplace({t: j}), logistic(_BETA)
    gate = Derivation(diag(_GATE), given=within)
    gate = gate.then(definition(LSTM), _GATE, elementwise(logistic, pre))
    gate = gate.then(EACH_IS_ZERO, pre, _CONSTANT)
    at_beta = elementwise(logistic, _CONSTANT)
    gate = gate.then(AT_CONSTANT, at_beta, multiply(opened, OneMatrix(n, 1)))
    alike = OrderedProduct(multiply(opened, Identity(n)), (j, k + 1, t))
    power = multiply(_POWER, Identity(n))
    path = Derivation(_DIRECT, given=given).then(cite(LSTM_CAROUSEL), _DIRECT, _GATES)
    path = path.then(TERM_BY_TERM, _GATES, alike, (gate,)).then(CONSTANT_PRODUCT, alike, power)
    norm = Derivation(SpectralNorm(_DIRECT), given=given)
    for step in path.steps:
        norm = norm.then(step.rule, step.focus, step.result, step.premises)
    norm = norm.then(SCALAR, SpectralNorm(power), _POWER * SpectralNorm(Identity(n)))
    return path, norm.then(IDENTITY, SpectralNorm(Identity(n)), 1)


def _constant(**where: Any) -> Any:
    return drawn(
        "lstm",
        times=("k", "t"),
        first=0,
        horizon=(2, 4),
        gap=1,
        sizes={"n": (1, 2), "m": (1, 1)},
        scalars={"beta": ("-3", "3")},
        where={"b_f": "beta", **where},
    )


_NO_INPUT = _constant(x="zero")

LSTM_CONSTANT_GATES = Claim(
    id="lstm-constant-gates",
    kind=Kind.IDENTITY,
    title="Equal forget gates let the direct path decay like a power",
    says=(
        equal(_DIRECT, multiply(_POWER, Identity(n))),
        equal(SpectralNorm(_DIRECT), _POWER),
    ),
    given=(
        _IN_ORDER,
        Hypothesis(
            "every forget gate on the way has the pre-activation $\\beta$",
            _ALL_EQUAL,
            Witness("zero input alone: the hidden state still moves the gates", _NO_INPUT),
        ),
    ),
    derive=_constant_gates,
    draws=(
        _constant(W_f="zero", U_f="zero"),
        _constant(W_f="zero", x="zero"),
        _constant(x="zero", h="zero", c="zero", W_g="zero", b_g="zero"),
    ),
    mutants=(
        Mutant(
            "zero input is enough",
            equal(SpectralNorm(_DIRECT), _POWER),
            (_NO_INPUT,),
            (
                _GIVEN[0],
                equal(Sum(VectorNorm(x[_AT]), (_AT, k + 1, t)), 0),
                equal(bias("f"), _CONSTANT),
            ),
        ),
        Mutant("one gate too many", equal(SpectralNorm(_DIRECT), _POWER * logistic(_BETA))),
        Mutant("the bias for its gate", equal(SpectralNorm(_DIRECT), _BETA ** (t - k))),
        Mutant(
            "the full derivative, where the gates do not move",
            equal(TotalDerivative(c[t], c[k]), multiply(_POWER, Identity(n))),
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
