"""One step: the activation, the recurrent matrix, and the product over a gap written out."""

from sympy import HadamardProduct, Identity, MatPow, Matrix, OneMatrix

from rnnmath.claim import Claim, Draw, Hypothesis, Kind, Mutant, Source, Witness, cite
from rnnmath.symbolic.derivation import Derivation
from rnnmath.symbolic.derivation.reasoning import TERM_BY_TERM
from rnnmath.symbolic.nodes import Elementwise, OrderedProduct
from rnnmath.symbolic.notation import (
    TotalDerivative,
    W,
    a,
    f,
    f_prime,
    h,
    j,
    k,
    n,
    t,
)
from rnnmath.symbolic.tidy import diag, multiply, transpose
from rnnmath.theory.jacobian_product import CHAIN, IN_ORDER
from rnnmath.theory.jacobian_product.setting import (
    DIFFERENTIABLE,
    NO_DELAY,
    at_most,
    equal,
    given_inputs,
)
from rnnmath.theory.one_step import within_step
from rnnmath.theory.program import slope_matrix, step_matrix

__all__ = [
    "ACTIVATION_JACOBIAN",
    "ANY_GAP",
    "ANY_STEP",
    "CHAPTER",
    "LOCAL_JACOBIAN",
    "LONG_GAP",
    "NO_FEEDBACK",
    "PRODUCT_EXPANDED",
]

CHAPTER = "local_jacobian"

_WIDE = {"n": (2, 3)}
ANY_STEP = Draw("random", {"network": {}, "sizes": _WIDE, "times": ("t",), "first": 1})
ANY_GAP = Draw("random", {"network": {}, "times": ("k", "t"), "first": 1})
LONG_GAP = Draw(
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
    draws=(ANY_STEP,),
    mutants=(
        Mutant("every row alike", equal(_ACTIVATION, multiply(_SLOPES, OneMatrix(1, n)))),
        Mutant("an outer product", equal(_ACTIVATION, multiply(_SLOPES, transpose(_SLOPES)))),
        Mutant("the value for the slope", equal(_ACTIVATION, diag(Elementwise(f, a[t])))),
    ),
    source=Source("goodfellow2016", "Eq. (10.21)"),
    chapter=CHAPTER,
)

_ONE_STEP = TotalDerivative(h[t], h[t - 1])
NO_FEEDBACK = given_inputs("feedback $x_t = o_{t-1}$ adds $D_t U V$ to the Jacobian of a step")

LOCAL_JACOBIAN = Claim(
    id="local-jacobian",
    kind=Kind.IDENTITY,
    title="The Jacobian of one step is the slopes times the recurrent matrix",
    says=(equal(_ONE_STEP, step_matrix(t)),),
    given=(NO_FEEDBACK,),
    derive=lambda: (within_step(_ONE_STEP),),
    draws=(ANY_STEP,),
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
    given = (at_most(k, t),)
    product = CHAIN.says[0].rhs
    derivation = Derivation(_TRANSPORT, given=given).then(cite(CHAIN), _TRANSPORT, product)
    within = (*given, at_most(k + 1, j), at_most(j, t))
    factor = Derivation(product.term, given=within).then(
        cite(LOCAL_JACOBIAN, names={t: j}), product.term, step_matrix(j)
    )
    return (derivation.then(TERM_BY_TERM, product, _EXPANDED, (factor,)),)


PRODUCT_EXPANDED = Claim(
    id="product-expanded",
    kind=Kind.IDENTITY,
    title="Over a gap, slopes and recurrent matrix alternate",
    says=(equal(_TRANSPORT, _EXPANDED),),
    given=(IN_ORDER, DIFFERENTIABLE, NO_DELAY, NO_FEEDBACK),
    derive=_product_expanded,
    draws=(ANY_GAP, LONG_GAP),
    mutants=(
        Mutant(
            "all slopes gathered on the right",
            equal(_TRANSPORT, multiply(MatPow(W, t - k), _SLOPE_PRODUCT)),
            (LONG_GAP,),
        ),
        Mutant(
            "all slopes gathered on the left",
            equal(_TRANSPORT, multiply(_SLOPE_PRODUCT, MatPow(W, t - k))),
            (LONG_GAP,),
        ),
    ),
    source=Source("pascanu2013", "Eq. (5)"),
    chapter=CHAPTER,
)
