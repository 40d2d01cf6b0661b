"""One loss alone: its error signal travels back along a single path, through one product."""

from typing import Any

from sympy import Identity

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant, Source, cite
from rnnmath.symbolic.derivation import Derivation
from rnnmath.symbolic.derivation.reasoning import (
    EMPTY_PRODUCT,
    HYPOTHESIS,
    PEEL,
    SYMMETRY,
    TERM_BY_TERM,
    induction,
)
from rnnmath.symbolic.nodes import OrderedProduct
from rnnmath.symbolic.notation import TotalDerivative, W, a, delta, h, j, k, loss_at, n, t
from rnnmath.symbolic.tidy import multiply, transpose
from rnnmath.theory.jacobian_product.setting import (
    CHAPTER,
    GIVEN_INPUTS,
    NO_DELAY,
    at_most,
    equal,
)
from rnnmath.theory.jacobian_product.transport import CHAIN
from rnnmath.theory.one_step import read_off, within_step
from rnnmath.theory.program import contributions, slope_matrix, step_matrix
from rnnmath.theory.program_rules import CHAIN_RULE, CHAIN_RULE_BACK, CHILDREN, SAME_VARIABLE

__all__ = ["ERROR_TEMPORAL_PATH", "ERROR_TEMPORAL_STEP", "PATH_PRODUCT", "TRANSPORT_PRODUCT"]

_FIRST = Hypothesis("$1 \\le k$: the step $k$ exists", at_most(1, k))
_UP_TO = Hypothesis("$k \\le t$", at_most(k, t))
_STRICT = Hypothesis("$k < t$: at least one step lies between", at_most(k + 1, t))

_OPTIONS = {"network": {}, "sizes": {"n": (2, 3)}, "times": ("k", "t"), "first": 1}
_ANY_GAP = Draw("random", _OPTIONS)
_ONE_STEP = Draw("random", {**_OPTIONS, "gap": 1})
_LONG_GAP = Draw("random", {**_OPTIONS, "network": {"horizon": (3, 4)}, "gap": 2})

_EARLIER, _END = delta(k, only=t), delta(t, only=t)
_STEP = multiply(slope_matrix(k), transpose(W), delta(k + 1, only=t))


def _one_step_back() -> tuple[Derivation, ...]:
    """Follow the one path: from a_k into h_k, from h_k into a_{k+1}."""
    given = (at_most(k + 1, t),)
    state = TotalDerivative(loss_at(t), h[k])
    back = Derivation(_EARLIER, given=given)
    back = back.then(CHILDREN, _EARLIER, contributions(loss_at(t), a[k], given))
    back = read_off(back, TotalDerivative(h[k], a[k]))
    back = back.then(CHILDREN, state, contributions(loss_at(t), h[k], given))
    return (read_off(back, TotalDerivative(a[k + 1], h[k])),)


ERROR_TEMPORAL_STEP = Claim(
    id="error-temporal-step",
    kind=Kind.IDENTITY,
    title="One loss alone: one step back is the slopes times the transposed recurrent matrix",
    says=(equal(_EARLIER, _STEP),),
    given=(_FIRST, _STRICT, GIVEN_INPUTS),
    derive=_one_step_back,
    draws=(_ONE_STEP, _LONG_GAP),
    mutants=(
        Mutant(
            "the recurrent matrix not transposed",
            equal(_EARLIER, multiply(slope_matrix(k), W, delta(k + 1, only=t))),
        ),
        Mutant(
            "the slopes of the later step",
            equal(_EARLIER, multiply(slope_matrix(k + 1), transpose(W), delta(k + 1, only=t))),
        ),
        Mutant(
            "slopes and matrix swapped",
            equal(_EARLIER, multiply(transpose(W), slope_matrix(k), delta(k + 1, only=t))),
        ),
        Mutant(
            "all losses in place of one",
            equal(delta(k), multiply(slope_matrix(k), transpose(W), delta(k + 1))),
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)

#: ``Q(t, k)``: from one pre-activation to a later one.
PATH_PRODUCT = OrderedProduct(multiply(W, slope_matrix(j - 1)), (j, k + 1, t))
#: ``P(t, k)``: from one state to a later one.
TRANSPORT_PRODUCT = OrderedProduct(step_matrix(j), (j, k + 1, t))
_BETWEEN = TotalDerivative(a[t], a[k])
_LINKED = multiply(slope_matrix(t), PATH_PRODUCT), multiply(TRANSPORT_PRODUCT, slope_matrix(k))
_AT_STATE, _AT_END = TotalDerivative(loss_at(t), h[k]), TotalDerivative(loss_at(t), h[t])
_GIVEN = (at_most(1, k), at_most(k, t))


def _between() -> Derivation:
    """Prove by induction that Q(t, k) is the Jacobian of a_t in a_k."""
    start = _BETWEEN.xreplace({t: k})
    base = Derivation(start, given=_GIVEN).then(SAME_VARIABLE, start, Identity(n))
    onward = Derivation(
        _BETWEEN.xreplace({t: t + 1}), given=(*_GIVEN, equal(_BETWEEN, PATH_PRODUCT))
    )
    newest, state = TotalDerivative(a[t + 1], h[t]), TotalDerivative(h[t], a[t])
    step = TotalDerivative(a[t + 1], a[t])
    onward = onward.then(CHAIN_RULE, onward.start, multiply(step, _BETWEEN))
    onward = onward.then(CHAIN_RULE, step, multiply(newest, state))
    onward = read_off(read_off(onward, newest), state)
    onward = onward.then(HYPOTHESIS, _BETWEEN, PATH_PRODUCT)
    onward = onward.then(PEEL, onward.end, PATH_PRODUCT.xreplace({t: t + 1}))
    whole = Derivation(_BETWEEN, given=_GIVEN)
    return whole.then(induction(t, k), _BETWEEN, PATH_PRODUCT, (base, onward))


def _signal() -> Derivation:
    """Let the loss at t see a_k through a_t."""
    back = Derivation(_EARLIER, given=_GIVEN)
    back = back.then(CHAIN_RULE_BACK, _EARLIER, multiply(transpose(_BETWEEN), _END))
    for step in _between().steps:
        back = back.then(step.rule, step.focus, step.result, step.premises)
    return back


def _link() -> Derivation:
    """Prove the link by induction: one more factor W D_t on one side, D_{t+1} W on the other."""
    left, right = _LINKED
    begin, advance = {t: k}, {t: t + 1}
    base = Derivation(left.xreplace(begin), given=_GIVEN)
    base = base.then(EMPTY_PRODUCT, PATH_PRODUCT.xreplace(begin), Identity(n))
    onward = Derivation(left.xreplace(advance), given=(*_GIVEN, equal(left, right)))
    longer = PATH_PRODUCT.xreplace(advance)
    onward = onward.then(PEEL, longer, multiply(W, slope_matrix(t), PATH_PRODUCT))
    moved = multiply(step_matrix(t + 1), right)
    onward = onward.then(HYPOTHESIS, onward.end, moved)
    goal, longer = right.xreplace(advance), TRANSPORT_PRODUCT.xreplace(advance)
    peeled = multiply(step_matrix(t + 1), TRANSPORT_PRODUCT)
    back = Derivation(goal, given=onward.given).then(PEEL, longer, peeled)
    onward = onward.then(SYMMETRY, moved, goal, (back,))
    return Derivation(left, given=_GIVEN).then(induction(t, k), left, right, (base, onward))


def _state() -> Derivation:
    """Let the loss at t see h_k through h_t, and write the transport as a product."""
    transport = TotalDerivative(h[t], h[k])
    chain = CHAIN.says[0].rhs
    back = Derivation(_AT_STATE, given=_GIVEN)
    back = back.then(CHAIN_RULE_BACK, _AT_STATE, multiply(transpose(transport), _AT_END))
    back = back.then(cite(CHAIN), transport, chain)
    within = (*_GIVEN, at_most(k + 1, j), at_most(j, t))
    inner = within_step(chain.term)
    factor = Derivation(chain.term, given=within)
    for step in inner.steps:
        factor = factor.then(step.rule, step.focus, step.result)
    return back.then(TERM_BY_TERM, chain, TRANSPORT_PRODUCT, (factor,))


def _signal_through(product: Any, *, full: bool = False) -> Any:
    left = delta(k) if full else _EARLIER
    return equal(left, multiply(product, _END))


ERROR_TEMPORAL_PATH = Claim(
    id="error-temporal-path",
    kind=Kind.IDENTITY,
    title="One loss alone: its error signal goes back through one product",
    says=(
        equal(_BETWEEN, PATH_PRODUCT),
        equal(_EARLIER, multiply(transpose(PATH_PRODUCT), _END)),
        equal(*_LINKED),
        equal(_AT_STATE, multiply(transpose(TRANSPORT_PRODUCT), _AT_END)),
    ),
    given=(_FIRST, _UP_TO, GIVEN_INPUTS, NO_DELAY),
    derive=lambda: (_between(), _signal(), _link(), _state()),
    draws=(_ANY_GAP, _LONG_GAP),
    mutants=(
        Mutant(
            "the product of the states in place of that of the arguments",
            _signal_through(transpose(TRANSPORT_PRODUCT)),
            (_LONG_GAP,),
        ),
        Mutant("no transpose", _signal_through(PATH_PRODUCT), (_LONG_GAP,)),
        Mutant(
            "the full error signal in place of that of one loss",
            _signal_through(transpose(PATH_PRODUCT), full=True),
            (_LONG_GAP,),
        ),
        Mutant("the link without its end corrections", equal(PATH_PRODUCT, TRANSPORT_PRODUCT)),
        Mutant(
            "the link with its end corrections swapped",
            equal(
                multiply(slope_matrix(k), PATH_PRODUCT),
                multiply(TRANSPORT_PRODUCT, slope_matrix(t)),
            ),
            (_LONG_GAP,),
        ),
        Mutant(
            "an end correction where none is due",
            equal(_AT_STATE, multiply(slope_matrix(k), transpose(TRANSPORT_PRODUCT), _AT_END)),
            (_LONG_GAP,),
        ),
    ),
    source=Source("pascanu2013", "Eqs. (4)-(5)"),
    chapter=CHAPTER,
)
