"""Chapter 3: the Jacobian of one step, ``J_t = diag(f'(a_t)) W``, and products of it."""

from typing import Any

from sympy import HadamardProduct, Identity, MatPow, Matrix, OneMatrix

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant, Source, Witness, cite
from rnnmath.symbolic.derivation import Derivation, Relation, Statement
from rnnmath.symbolic.nodes import Elementwise, IndexedSum, OrderedProduct
from rnnmath.symbolic.notation import (
    LocalDerivative,
    TotalDerivative,
    U,
    W,
    a,
    b,
    f,
    f_prime,
    h,
    j,
    k,
    n,
    t,
    x,
)
from rnnmath.symbolic.reasoning import TERM_BY_TERM
from rnnmath.symbolic.tidy import diag, multiply, transpose
from rnnmath.theory.jacobian_product import CHAIN, IN_ORDER
from rnnmath.theory.jacobian_product.setting import at_most, equal
from rnnmath.theory.one_step import within_step
from rnnmath.theory.program import parameter_sum, slope_matrix, step_matrix
from rnnmath.theory.program_rules import CHAIN_RULE, PARAMETER

__all__ = ["ACTIVATION_JACOBIAN", "CLAIMS", "INPUT_JACOBIAN", "LOCAL_JACOBIAN", "PRODUCT_EXPANDED"]

CHAPTER = "local_jacobian"
EQUAL, AT_MOST = Relation.EQUAL, Relation.AT_MOST

_WIDE = {"n": (2, 3)}
_STEP = Draw("random", {"network": {}, "sizes": _WIDE, "times": ("t",), "first": 1})
_GAP = Draw("random", {"network": {}, "times": ("k", "t"), "first": 1})
_LONG_GAP = Draw(
    "random",
    {
        "network": {"horizon": (3, 4)},
        "sizes": {"n": (2, 3), "m": (2, 3)},
        "times": ("k", "t"),
        "first": 1,
        "gap": 2,
    },
)


_ACTIVATION = TotalDerivative(h[t], a[t])
_SLOPES = Elementwise(f_prime, a[t])
_OWN_DIAGONAL = equal(_ACTIVATION, HadamardProduct(Identity(n), _ACTIVATION))

ACTIVATION_JACOBIAN = Claim(
    id="activation-jacobian",
    kind=Kind.IDENTITY,
    title="An element-wise activation has a diagonal Jacobian",
    says=(equal(_ACTIVATION, slope_matrix(t)),),
    given=(
        Hypothesis(
            "$f$ acts element by element",
            witness=Witness(
                "shares $a_i / \\sum_j a_j$, the core of softmax, mix the entries: "
                "their Jacobian is full",
                Draw(
                    "explicit",
                    {
                        "network": {
                            "W": Matrix([[1, 0], [0, 1]]),
                            "b": Matrix([1, 2]),
                            "x": [Matrix([0])],
                            "activation": ("shares",),
                        },
                        "values": {"t": 1},
                    },
                ),
                _OWN_DIAGONAL,
            ),
        ),
    ),
    derive=lambda: (within_step(_ACTIVATION),),
    draws=(_STEP,),
    mutants=(
        Mutant("every row alike", equal(_ACTIVATION, multiply(_SLOPES, OneMatrix(1, n)))),
        Mutant("an outer product", equal(_ACTIVATION, multiply(_SLOPES, transpose(_SLOPES)))),
        Mutant("the value for the slope", equal(_ACTIVATION, diag(Elementwise(f, a[t])))),
    ),
    source=Source("goodfellow2016", "Eq. (10.21)"),
    chapter=CHAPTER,
)

_ONE_STEP = TotalDerivative(h[t], h[t - 1])

LOCAL_JACOBIAN = Claim(
    id="local-jacobian",
    kind=Kind.IDENTITY,
    title="The Jacobian of one step is the slopes times the recurrent matrix",
    says=(equal(_ONE_STEP, step_matrix(t)),),
    derive=lambda: (within_step(_ONE_STEP),),
    draws=(_STEP,),
    mutants=(
        Mutant("slopes on the right", equal(_ONE_STEP, multiply(W, slope_matrix(t)))),
        Mutant("W transposed", equal(_ONE_STEP, multiply(slope_matrix(t), transpose(W)))),
        Mutant(
            "the value for the slope",
            equal(_ONE_STEP, multiply(diag(Elementwise(f, a[t])), W)),
        ),
    ),
    source=Source("pascanu2013", "Eq. (5)"),
    chapter=CHAPTER,
)

_TRANSPORT = TotalDerivative(h[t], h[k])
_EXPANDED = OrderedProduct(step_matrix(j), (j, k + 1, t))
_SLOPE_PRODUCT = OrderedProduct(slope_matrix(j), (j, k + 1, t))


def _product_expanded() -> tuple[Derivation, ...]:
    given = (Statement(k, AT_MOST, t),)
    product = CHAIN.says[0].rhs
    derivation = Derivation(_TRANSPORT, given=given).then(cite(CHAIN), _TRANSPORT, product)
    within = (*given, Statement(k + 1, AT_MOST, j), Statement(j, AT_MOST, t))
    factor = Derivation(product.term, given=within).then(
        cite(LOCAL_JACOBIAN, names={t: j}), product.term, step_matrix(j)
    )
    return (derivation.then(TERM_BY_TERM, product, _EXPANDED, (factor,)),)


PRODUCT_EXPANDED = Claim(
    id="product-expanded",
    kind=Kind.IDENTITY,
    title="Over a gap, slopes and recurrent matrix alternate",
    says=(equal(_TRANSPORT, _EXPANDED),),
    given=(IN_ORDER,),
    derive=_product_expanded,
    draws=(_GAP, _LONG_GAP),
    mutants=(
        Mutant(
            "all slopes gathered on the right",
            equal(_TRANSPORT, multiply(MatPow(W, t - k), _SLOPE_PRODUCT)),
            (_LONG_GAP,),
        ),
        Mutant(
            "all slopes gathered on the left",
            equal(_TRANSPORT, multiply(_SLOPE_PRODUCT, MatPow(W, t - k))),
            (_LONG_GAP,),
        ),
    ),
    source=Source("pascanu2013", "Eq. (5)"),
    chapter=CHAPTER,
)

_INPUT, _BIAS = LocalDerivative(h[t], x[t]), LocalDerivative(h[t], b)
_TOTAL_INPUT, _TOTAL_BIAS = TotalDerivative(h[t], x[k]), TotalDerivative(h[t], b)
_TO_STATE = multiply(_EXPANDED, slope_matrix(k))
_BIAS_SUM = IndexedSum(_TO_STATE, (k, 1, t))


def _along(start: Any, given: tuple[Statement, ...]) -> Derivation:
    """Derive the derivative of h_t in x_k or a_k: over the gap, then within step k."""
    local = TotalDerivative(h[k], start.wrt)
    derivation = Derivation(start, given=given).then(CHAIN_RULE, start, multiply(_TRANSPORT, local))
    derivation = derivation.then(cite(PRODUCT_EXPANDED), _TRANSPORT, _EXPANDED)
    if start.wrt == a[k]:
        return derivation.then(cite(ACTIVATION_JACOBIAN, names={t: k}), local, slope_matrix(k))
    within = within_step(local)
    for step in within.steps:
        derivation = derivation.then(step.rule, step.focus, step.result)
    return derivation


def _input_jacobian() -> tuple[Derivation, ...]:
    given = (Statement(k, AT_MOST, t),)
    shares = parameter_sum(h[t], b)
    within = (at_most(1, k), at_most(k, t))
    share = _along(shares.term, within)
    bias = Derivation(_TOTAL_BIAS).then(PARAMETER, _TOTAL_BIAS, shares)
    return (
        within_step(_INPUT),
        within_step(_BIAS),
        _along(_TOTAL_INPUT, given),
        bias.then(TERM_BY_TERM, shares, _BIAS_SUM, (share,)),
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
    ),
    given=(IN_ORDER,),
    derive=_input_jacobian,
    draws=(_GAP, _LONG_GAP),
    mutants=(
        Mutant(
            "the immediate term taken for the total",
            equal(_TOTAL_BIAS, slope_matrix(t)),
            (_LONG_GAP,),
        ),
        Mutant(
            "the recurrent matrix for the input matrix",
            equal(_INPUT, multiply(slope_matrix(t), W)),
            (Draw("random", {**_STEP.options, "sizes": {"n": (2, 2), "m": (2, 2)}}),),
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)

CLAIMS = (ACTIVATION_JACOBIAN, LOCAL_JACOBIAN, PRODUCT_EXPANDED, INPUT_JACOBIAN)
