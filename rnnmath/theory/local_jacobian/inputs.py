"""What a step takes in: inputs and bias, within their step and through all later ones."""

from typing import Any

from sympy import Identity, ZeroMatrix

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant, cite
from rnnmath.symbolic.derivation import Derivation, Statement
from rnnmath.symbolic.derivation.algebra import COMMON_FACTOR
from rnnmath.symbolic.derivation.reasoning import TERM_BY_TERM
from rnnmath.symbolic.nodes import IndexedSum, OrderedProduct
from rnnmath.symbolic.notation import (
    LocalDerivative,
    TotalDerivative,
    U,
    W,
    a,
    b,
    h,
    j,
    k,
    n,
    t,
    x,
)
from rnnmath.symbolic.tidy import add, multiply
from rnnmath.theory.jacobian_product import IN_ORDER
from rnnmath.theory.jacobian_product.setting import (
    GIVEN_START,
    at_most,
    equal,
)
from rnnmath.theory.local_jacobian.step import (
    ACTIVATION_JACOBIAN,
    ANY_GAP,
    ANY_STEP,
    CHAPTER,
    LOCAL_JACOBIAN,
    LONG_GAP,
    NO_FEEDBACK,
    PRODUCT_EXPANDED,
)
from rnnmath.theory.one_step import read_off, within_step
from rnnmath.theory.program import parameter_sum, slope_matrix, step_matrix
from rnnmath.theory.program_rules import CHAIN_RULE, FIXED_START, PARAMETER, PARAMETER_STEP

__all__ = ["INPUT_JACOBIAN"]

_ONE_STEP = TotalDerivative(h[t], h[t - 1])
_TRANSPORT = TotalDerivative(h[t], h[k])
_EXPANDED = OrderedProduct(step_matrix(j), (j, k + 1, t))
_INPUT, _BIAS = LocalDerivative(h[t], x[t]), LocalDerivative(h[t], b)
_TOTAL_INPUT, _TOTAL_BIAS = TotalDerivative(h[t], x[k]), TotalDerivative(h[t], b)
_TO_STATE = multiply(_EXPANDED, slope_matrix(k))
_BIAS_SUM = IndexedSum(_TO_STATE, (k, 1, t))
_BEFORE = TotalDerivative(h[t - 1], b)
_RECURSION = multiply(slope_matrix(t), add(Identity(n), multiply(W, _BEFORE)))
_AT_START = TotalDerivative(h[0], b)
_FROM_FIRST = (at_most(1, k), at_most(k, t))


def _along(start: Any, given: tuple[Statement, ...]) -> Derivation:
    """Derive the derivative of h_t in x_k or a_k: over the gap, then within step k."""
    local = TotalDerivative(h[k], start.wrt)
    derivation = Derivation(start, given=given).then(CHAIN_RULE, start, multiply(_TRANSPORT, local))
    derivation = derivation.then(cite(PRODUCT_EXPANDED), _TRANSPORT, _EXPANDED)
    if start.wrt == a[k]:
        return derivation.then(cite(ACTIVATION_JACOBIAN, names={t: k}), local, slope_matrix(k))
    return read_off(derivation, local)


def _bias_recursion() -> Derivation:
    """Split what the bias does to h_t: within step t, and through h_{t-1}."""
    split = add(_BIAS, multiply(_ONE_STEP, _BEFORE))
    whole = Derivation(_TOTAL_BIAS, given=_FROM_FIRST)
    whole = whole.then(PARAMETER_STEP, _TOTAL_BIAS, split)
    whole = read_off(whole, _BIAS)
    whole = whole.then(cite(LOCAL_JACOBIAN), _ONE_STEP, step_matrix(t))
    return whole.then(COMMON_FACTOR, whole.end, _RECURSION)


def _input_jacobian() -> tuple[Derivation, ...]:
    shares = parameter_sum(h[t], b)
    share = _along(shares.term, _FROM_FIRST)  # here k is the index of the sum
    bias = Derivation(_TOTAL_BIAS).then(PARAMETER, _TOTAL_BIAS, shares)
    return (
        within_step(_INPUT),
        within_step(_BIAS),
        _along(_TOTAL_INPUT, _FROM_FIRST),
        bias.then(TERM_BY_TERM, shares, _BIAS_SUM, (share,)),
        _bias_recursion(),
        Derivation(_AT_START).then(FIXED_START, _AT_START, ZeroMatrix(n, n)),
    )


INPUT_JACOBIAN = Claim(
    id="input-jacobian",
    kind=Kind.IDENTITY,
    title="Inputs and bias: within one step, and through all later ones",
    says=(
        equal(_INPUT, multiply(slope_matrix(t), U)),
        equal(_BIAS, slope_matrix(t)),
        equal(_TOTAL_INPUT, multiply(_TO_STATE, U)),
        equal(_TOTAL_BIAS, _BIAS_SUM),
        equal(_TOTAL_BIAS, _RECURSION),
        equal(_AT_START, ZeroMatrix(n, n)),
    ),
    given=(
        Hypothesis("$1 \\le k$: the input $x_k$ exists", at_most(1, k)),
        IN_ORDER,
        GIVEN_START,
        NO_FEEDBACK,
    ),
    derive=_input_jacobian,
    draws=(ANY_GAP, LONG_GAP),
    mutants=(
        Mutant(
            "the immediate term taken for the total",
            equal(_TOTAL_BIAS, slope_matrix(t)),
            (LONG_GAP,),
        ),
        Mutant(
            "the recursion without the slopes on what came before",
            equal(_TOTAL_BIAS, add(slope_matrix(t), multiply(W, _BEFORE))),
            (LONG_GAP,),
        ),
        Mutant(
            "the recursion with the slopes and the matrix swapped",
            equal(_TOTAL_BIAS, add(slope_matrix(t), multiply(W, slope_matrix(t), _BEFORE))),
            (LONG_GAP,),
        ),
        Mutant(
            "the slopes of step k left out",
            equal(_TOTAL_INPUT, multiply(_EXPANDED, U)),
            (LONG_GAP,),
        ),
        Mutant(
            "the recurrent matrix for the input matrix",
            equal(_INPUT, multiply(slope_matrix(t), W)),
            (Draw("random", {**ANY_STEP.options, "sizes": {"n": (2, 2), "m": (2, 2)}}),),
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
