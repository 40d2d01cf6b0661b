"""Chapter 2: a gradient through time is a product of Jacobians, newest factor on the left."""

from sympy import Identity

from rnnmath.claim import Claim, Draw, Hypothesis, Kind, Mutant, Source
from rnnmath.symbolic.derivation import Derivation, Relation, Statement
from rnnmath.symbolic.nodes import OrderedProduct
from rnnmath.symbolic.notation import TotalDerivative, h, j, k, n, t
from rnnmath.symbolic.reasoning import HYPOTHESIS, PEEL, induction
from rnnmath.symbolic.tidy import multiply
from rnnmath.theory.program import CHAIN_RULE, SAME_VARIABLE

__all__ = ["CHAIN", "CLAIMS", "IN_ORDER"]

CHAPTER = "jacobian_product"
EQUAL, AT_MOST = Relation.EQUAL, Relation.AT_MOST

IN_ORDER = Hypothesis("$k \\le t$: the state $h_k$ comes first", Statement(k, AT_MOST, t))
_TRANSPORT = TotalDerivative(h[t], h[k])
_FACTOR = TotalDerivative(h[j], h[j - 1])
_PRODUCT = OrderedProduct(_FACTOR, (j, k + 1, t))
_LONG_GAP = Draw(
    "random",
    {"network": {"horizon": (3, 4)}, "sizes": {"n": (2, 3)}, "times": ("k", "t"), "gap": 2},
)


def _chain() -> tuple[Derivation, ...]:
    """Prove the product by induction on the newer time."""
    given = (Statement(k, AT_MOST, t),)
    start = _TRANSPORT.xreplace({t: k})
    base = Derivation(start, given=given).then(SAME_VARIABLE, start, Identity(n))
    onward = Derivation(
        _TRANSPORT.xreplace({t: t + 1}), given=(*given, Statement(_TRANSPORT, EQUAL, _PRODUCT))
    )
    newest = TotalDerivative(h[t + 1], h[t])
    onward = onward.then(CHAIN_RULE, onward.start, multiply(newest, _TRANSPORT))
    onward = onward.then(HYPOTHESIS, _TRANSPORT, _PRODUCT)
    onward = onward.then(PEEL, onward.end, _PRODUCT.xreplace({t: t + 1}))
    whole = Derivation(_TRANSPORT, given=given)
    return (whole.then(induction(t, k), _TRANSPORT, _PRODUCT, (base, onward)),)


def _reversed_product() -> Statement:
    """Return the product with the oldest factor on the left."""
    flipped = TotalDerivative(h[t + k + 1 - j], h[t + k - j])
    return Statement(_TRANSPORT, EQUAL, OrderedProduct(flipped, (j, k + 1, t)))


CHAIN = Claim(
    id="chain",
    kind=Kind.IDENTITY,
    title="The Jacobian over a gap is the ordered product of one-step Jacobians",
    says=(Statement(_TRANSPORT, EQUAL, _PRODUCT),),
    given=(IN_ORDER,),
    derive=_chain,
    draws=(
        Draw("random", {"network": {}, "times": ("k", "t")}),
        _LONG_GAP,
    ),
    mutants=(
        Mutant("factors in reversed order", _reversed_product(), (_LONG_GAP,)),
        Mutant(
            "one factor too many",
            Statement(_TRANSPORT, EQUAL, OrderedProduct(_FACTOR, (j, k, t))),
            (Draw("random", {**_LONG_GAP.options, "first": 1}),),
        ),
        Mutant(
            "one factor too few",
            Statement(_TRANSPORT, EQUAL, OrderedProduct(_FACTOR, (j, k + 2, t))),
            (_LONG_GAP,),
        ),
    ),
    source=Source("pascanu2013", "Eq. (5)"),
    chapter=CHAPTER,
)

CLAIMS = (CHAIN,)
