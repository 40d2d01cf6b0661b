"""What the product must keep at least: the smallest stretches of its factors."""

from typing import Any

from sympy import DiagMatrix, Integer, Matrix, MatrixSymbol, Product

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant, Witness, cite
from rnnmath.symbolic.bounds import singular_value_bound
from rnnmath.symbolic.derivation import Derivation, Relation, Statement
from rnnmath.symbolic.derivation.order import BOTH_WAYS, supposed
from rnnmath.symbolic.nodes import OrderedProduct
from rnnmath.symbolic.norms import (
    MaxAbs,
    MinAbs,
    SmallestSingularValue,
    SpectralNorm,
    VectorNorm,
)
from rnnmath.symbolic.notation import W, j, k, n, t
from rnnmath.symbolic.tidy import multiply, transpose
from rnnmath.theory.jacobian_product import IN_ORDER
from rnnmath.theory.least_stretch import (
    ENTRY_BY_ENTRY,
    LEAST_STRETCH,
    greatest_lower_bound,
    smallest_entry,
    squeezed,
)
from rnnmath.theory.local_jacobian import PRODUCT_EXPANDED
from rnnmath.theory.norm_bound.objects import (
    CHAPTER,
    TRANSPORT,
    A,
    B,
    at_most,
    d,
    equal,
    network,
    v,
    y,
)
from rnnmath.theory.norm_bound.ordered import continued
from rnnmath.theory.norm_bound.product import LONG_GAP
from rnnmath.theory.program import slope_matrix, step_matrix

__all__ = ["PRODUCT_LOWER_BOUND", "SMALLEST_STRETCH"]

EQUAL, AT_MOST, AT_LEAST = Relation.EQUAL, Relation.AT_MOST, Relation.AT_LEAST

_PRODUCT = SmallestSingularValue(multiply(A, B))
_EACH = SmallestSingularValue(A) * SmallestSingularValue(B)
_DIAGONAL = SmallestSingularValue(DiagMatrix(d))


def _at_least(left: Any, right: Any) -> Statement:
    return Statement(left, AT_LEAST, right)


def _of_product() -> Derivation:
    """Show that every stretch by A B is at least the product of the least stretches."""
    inner = VectorNorm(multiply(B, y))
    chain = Derivation(VectorNorm(multiply(A, B, y)))
    chain = chain.then(LEAST_STRETCH, chain.end, SmallestSingularValue(A) * inner)
    chain = chain.then(LEAST_STRETCH, inner, SmallestSingularValue(B) * VectorNorm(y))
    return Derivation(_PRODUCT).then(greatest_lower_bound(AT_LEAST), _PRODUCT, _EACH, (chain,))


def _of_diagonal() -> Derivation:
    """Bound every stretch by the smallest entry, and find it along a basis vector."""
    smallest, length = MinAbs(d), VectorNorm(multiply(DiagMatrix(d), v))
    start = smallest * VectorNorm(v)
    chain = Derivation(start).then(ENTRY_BY_ENTRY, start, length)
    below = Derivation(smallest).then(greatest_lower_bound(AT_MOST), smallest, _DIAGONAL, (chain,))
    e = MatrixSymbol("e", n, 1)
    theorem, facts = smallest_entry(d, e)
    image = VectorNorm(multiply(DiagMatrix(d), e))
    along = Derivation(_DIAGONAL, given=facts)
    along = along.then(supposed(EQUAL), _DIAGONAL, _DIAGONAL * VectorNorm(e))
    along = along.then(squeezed(), along.end, image).then(supposed(EQUAL), image, smallest)
    above = Derivation(_DIAGONAL).then(theorem, _DIAGONAL, smallest, (along,))
    return Derivation(_DIAGONAL).then(BOTH_WAYS, _DIAGONAL, smallest, (above, below))


def _pair(style: str, **sizes: Any) -> Draw:
    matrices = {"A": ("n", "n", style), "B": ("n", "n", style), "d": ("n", 1, "generic")}
    return Draw("random", {"sizes": sizes or {"n": (2, 3)}, "matrices": matrices})


_TALL = Draw(
    "random",
    {
        "sizes": {"m": (3, 4), "n": (2, 2), "p": (1, 2)},
        "matrices": {
            "A": ("m", "n", "generic"),
            "B": ("n", "p", "generic"),
            "d": ("n", 1, "generic"),
        },
    },
)

SMALLEST_STRETCH = Claim(
    id="smallest-stretch",
    kind=Kind.BOUND,
    title="The smallest stretch of a product is at least the product of the smallest stretches",
    says=(_at_least(_PRODUCT, _EACH), equal(_DIAGONAL, MinAbs(d))),
    given=(
        Hypothesis(
            "$\\sigma_{\\min}$ is the least stretch, so it is $0$ for every matrix wider than high",
            witness=Witness(
                "with the least singular value of the other side, $1$ for a row of length $1$, "
                "a row times a column can be $0$",
                Draw(
                    "explicit",
                    {"values": {"A": Matrix([[1, 0]]), "B": Matrix([0, 1])}, "note": "row, column"},
                ),
                _at_least(_PRODUCT, SmallestSingularValue(transpose(A)) * SmallestSingularValue(B)),
            ),
        ),
    ),
    derive=lambda: (_of_product(), _of_diagonal()),
    draws=(_pair("generic"), _pair("orthogonal multiple"), _TALL),
    mutants=(
        Mutant("always equal", equal(_PRODUCT, _EACH), (_pair("generic"),)),
        Mutant(
            "a norm for one of the least stretches",
            _at_least(_PRODUCT, SpectralNorm(A) * SmallestSingularValue(B)),
            (_pair("generic"),),
        ),
        Mutant("the largest entry of a diagonal", equal(_DIAGONAL, MaxAbs(d)), (_pair("generic"),)),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)

_RANGE = (j, k + 1, t)
_EXPANDED = OrderedProduct(step_matrix(j), _RANGE)
_SIZE = SmallestSingularValue(TRANSPORT)
_SLOPES = slope_matrix(j).args[0]


def _bound(entry: Any, kept: Any, exponent: Any = t - k) -> Statement:
    return _at_least(_SIZE, kept(W) ** exponent * Product(entry(_SLOPES), _RANGE))


def _product_lower_bound() -> tuple[Derivation, ...]:
    chain = Derivation(_SIZE, given=(at_most(k, t),))
    chain = chain.then(cite(PRODUCT_EXPANDED), TRANSPORT, _EXPANDED)
    return (continued(chain, singular_value_bound(_EXPANDED)),)


_TURNING = network("linear", "orthogonal multiple", **LONG_GAP)
_KEPT = SmallestSingularValue(W)

PRODUCT_LOWER_BOUND = Claim(
    id="product-lower-bound",
    kind=Kind.BOUND,
    title="Over a gap, the smallest stretch is at least that of W and of the slopes, once a step",
    says=(_bound(MinAbs, SmallestSingularValue),),
    given=(IN_ORDER,),
    derive=_product_lower_bound,
    draws=(
        network("softsign", "rational norm", **LONG_GAP),
        network("leaky", "generic", **LONG_GAP),
        network("relu", "generic", **LONG_GAP),
        _TURNING,
    ),
    mutants=(
        Mutant(
            "the norm of W",
            _bound(MinAbs, SpectralNorm),
            (network("linear", "generic", **LONG_GAP),),
        ),
        Mutant("the largest slope", _bound(MaxAbs, SmallestSingularValue)),
        Mutant(
            "one factor of W too few",
            _bound(MinAbs, SmallestSingularValue, t - k - 1),
            (_TURNING,),
            (Statement(_KEPT, Relation.LESS, Integer(1)),),
        ),
        Mutant(
            "one factor of W too many",
            _bound(MinAbs, SmallestSingularValue, t - k + 1),
            (_TURNING,),
            (Statement(_KEPT, Relation.GREATER, Integer(1)),),
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
