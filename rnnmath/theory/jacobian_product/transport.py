"""From a state to a later one: the ordered product of one-step Jacobians, and cutting it."""

from sympy import Identity

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant, Source, Witness, cite
from rnnmath.symbolic.derivation import Derivation, Statement
from rnnmath.symbolic.derivation.reasoning import HYPOTHESIS, PEEL, SPLIT, SYMMETRY, induction
from rnnmath.symbolic.nodes import OrderedProduct
from rnnmath.symbolic.notation import TotalDerivative, h, j, k, n, t, time
from rnnmath.symbolic.tidy import multiply
from rnnmath.theory.jacobian_product.setting import (
    CHAPTER,
    DIFFERENTIABLE,
    IN_ORDER,
    NO_DELAY,
    at_most,
    departing,
    equal,
)
from rnnmath.theory.program_rules import CHAIN_RULE, SAME_VARIABLE

__all__ = ["CHAIN", "CHAIN_SEMIGROUP"]

_TRANSPORT = TotalDerivative(h[t], h[k])
_FACTOR = TotalDerivative(h[j], h[j - 1])
_PRODUCT = OrderedProduct(_FACTOR, (j, k + 1, t))
_ANY_GAP = Draw("random", {"network": {}, "times": ("k", "t")})
_LONG_GAP = Draw(
    "random",
    {"network": {"horizon": (3, 4)}, "sizes": {"n": (2, 3)}, "times": ("k", "t"), "gap": 2},
)


def _chain() -> tuple[Derivation, ...]:
    """Prove the product by induction on the newer time."""
    given = (at_most(k, t),)
    start = _TRANSPORT.xreplace({t: k})
    base = Derivation(start, given=given).then(SAME_VARIABLE, start, Identity(n))
    onward = Derivation(
        _TRANSPORT.xreplace({t: t + 1}), given=(*given, equal(_TRANSPORT, _PRODUCT))
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
    return equal(_TRANSPORT, OrderedProduct(flipped, (j, k + 1, t)))


CHAIN = Claim(
    id="chain",
    kind=Kind.IDENTITY,
    title="The Jacobian over a gap is the ordered product of one-step Jacobians",
    says=(equal(_TRANSPORT, _PRODUCT),),
    given=(IN_ORDER, DIFFERENTIABLE, NO_DELAY),
    derive=_chain,
    draws=(_ANY_GAP, _LONG_GAP),
    mutants=(
        Mutant("factors in reversed order", _reversed_product(), (_LONG_GAP,)),
        Mutant(
            "one factor too many",
            equal(_TRANSPORT, OrderedProduct(_FACTOR, (j, k, t))),
            (Draw("random", {**_LONG_GAP.options, "first": 1}),),
        ),
        Mutant(
            "one factor too few",
            equal(_TRANSPORT, OrderedProduct(_FACTOR, (j, k + 2, t))),
            (_LONG_GAP,),
        ),
    ),
    source=Source("pascanu2013", "Eq. (5)"),
    chapter=CHAPTER,
)

# The cut; j is the index of the products.
_CUT = time("s")
_NEWER, _OLDER = TotalDerivative(h[t], h[_CUT]), TotalDerivative(h[_CUT], h[k])
_SAME_TIME = TotalDerivative(h[t], h[t])
_CUT_GAP = Draw("random", {**_LONG_GAP.options, "times": ("k", "s", "t"), "first": 1})


def _semigroup() -> tuple[Derivation, ...]:
    """Write all three as products, and cut the long one in two."""
    given = (at_most(k, _CUT), at_most(_CUT, t))
    newer, older = _PRODUCT.xreplace({k: _CUT}), _PRODUCT.xreplace({t: _CUT})
    cut = Derivation(_TRANSPORT, given=given).then(cite(CHAIN), _TRANSPORT, _PRODUCT)
    cut = cut.then(SPLIT, _PRODUCT, multiply(newer, older))
    for part, product, names in ((_NEWER, newer, {k: _CUT}), (_OLDER, older, {t: _CUT})):
        chain = Derivation(part, given=given).then(cite(CHAIN, names=names), part, product)
        cut = cut.then(SYMMETRY, product, part, (chain,))
    return cut, Derivation(_SAME_TIME, given=given).then(SAME_VARIABLE, _SAME_TIME, Identity(n))


CHAIN_SEMIGROUP = Claim(
    id="chain-semigroup",
    kind=Kind.IDENTITY,
    title="A gap may be cut anywhere inside",
    says=(equal(_TRANSPORT, multiply(_NEWER, _OLDER)), equal(_SAME_TIME, Identity(n))),
    given=(
        Hypothesis(
            "$k \\le s$: the cut does not come before the start",
            at_most(k, _CUT),
            Witness(
                "before the start: the later state no longer moves the earlier one",
                departing({}, k=1, s=0, t=2),
            ),
        ),
        Hypothesis(
            "$s \\le t$: the cut does not come after the end",
            at_most(_CUT, t),
            Witness("after the end: nothing flows back in time", departing({}, k=0, s=2, t=1)),
        ),
        DIFFERENTIABLE,
        NO_DELAY,
    ),
    derive=_semigroup,
    draws=(Draw("random", {"network": {}, "times": ("k", "s", "t")}), _CUT_GAP),
    mutants=(
        Mutant("parts swapped", equal(_TRANSPORT, multiply(_OLDER, _NEWER)), (_CUT_GAP,)),
        Mutant(
            "one factor shared by both parts",
            equal(_TRANSPORT, multiply(TotalDerivative(h[t], h[_CUT - 1]), _OLDER)),
            (_CUT_GAP,),
        ),
        Mutant(
            "one factor in neither part",
            equal(_TRANSPORT, multiply(_NEWER, TotalDerivative(h[_CUT - 1], h[k]))),
            (_CUT_GAP,),
            (at_most(k + 1, _CUT),),
        ),
        Mutant(
            "an inverse without invertibility: the way back undoes the way on",
            equal(multiply(TotalDerivative(h[k], h[t]), _TRANSPORT), Identity(n)),
            (_LONG_GAP,),
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
