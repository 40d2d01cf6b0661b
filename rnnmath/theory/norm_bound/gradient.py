"""From Jacobians to gradients: the error signal of one loss, and its share in dL/dW."""

from typing import Any

from sympy import Integer, Matrix, Rational, Trace

from rnnmath.claim import Claim, Draw, Hypothesis, Kind, Mutant, Source, cite
from rnnmath.symbolic.bounds import norm_bound
from rnnmath.symbolic.bounds.rules import DIAGONAL, STRETCH, activation_supremum
from rnnmath.symbolic.derivation import Derivation, Relation, Statement
from rnnmath.symbolic.derivation.order import by_squares, shown
from rnnmath.symbolic.derivation.quadratic import FROBENIUS, LENGTH, TRACE
from rnnmath.symbolic.nodes import InnerProduct
from rnnmath.symbolic.norms import FrobeniusNorm, MaxAbs, SpectralNorm, VectorNorm
from rnnmath.symbolic.notation import (
    TotalDerivative,
    V,
    a,
    delta,
    error_at,
    h,
    k,
    loss_at,
    o,
    t,
)
from rnnmath.symbolic.tidy import multiply, transpose
from rnnmath.theory.jacobian_product import IN_ORDER
from rnnmath.theory.jacobian_product.temporal_path import ERROR_TEMPORAL_PATH, PATH_PRODUCT
from rnnmath.theory.norm_bound.objects import (
    CHAPTER,
    FINITE,
    GAMMA,
    IS_FINITE,
    SCALE,
    at_most,
    equal,
    explicit,
    network,
    u,
    v,
)
from rnnmath.theory.norm_bound.ordered import continued
from rnnmath.theory.one_step import worked_out
from rnnmath.theory.program import contributions, slope_matrix
from rnnmath.theory.program_rules import CHILDREN

__all__ = ["GRADIENT_BOUND"]

EQUAL, AT_MOST = Relation.EQUAL, Relation.AT_MOST
_GIVEN = (at_most(1, k), at_most(k, t), IS_FINITE)

_EARLIER, _END = delta(k, only=t), delta(t, only=t)
_SIGNAL, _LAST, _STATE = VectorNorm(_EARLIER), VectorNorm(_END), VectorNorm(h[k - 1])
_SHARE = multiply(_EARLIER, transpose(h[k - 1]))
_SIZE = FrobeniusNorm(_SHARE)
_OUTER = FrobeniusNorm(multiply(u, transpose(v)))
_SEEN = multiply(transpose(V), error_at(t))
_DECAY = SCALE ** (t - k)
_SPREAD = _DECAY * VectorNorm(_SEEN) * _STATE


_THROUGH = multiply(transpose(PATH_PRODUCT), _END)


def _back(chain: Derivation, *, to_output: bool) -> Derivation:
    """Go back through the path product, whose factors are transposed and bounded.

    The error signal at the end is bounded right after it is split off, while all that stands
    beside it is a norm.
    """
    chain = chain.then(cite(ERROR_TEMPORAL_PATH, 1), _EARLIER, _THROUGH)
    first, *rest = norm_bound(_THROUGH).steps
    chain = chain.then(first.rule, first.focus, first.result)
    if to_output:
        chain = chain.then(shown(AT_MOST), _LAST, GAMMA * VectorNorm(_SEEN), (_last(),))
    return continued(chain, Derivation(first.after, tuple(rest)))


def _signal() -> Derivation:
    return _back(Derivation(_SIGNAL, given=_GIVEN), to_output=False)


def _squares(column: Any, row: Any, given: tuple[Statement, ...]) -> Derivation:
    """Read a column times a row by squares: the lengths multiply."""
    outer = multiply(column, transpose(row))
    lengths = [(InnerProduct(side, side), VectorNorm(side)) for side in (column, row)]
    chain = Derivation(FrobeniusNorm(outer) ** 2, given=given)
    chain = chain.then(FROBENIUS, chain.end, Trace(multiply(transpose(outer), outer)))
    chain = chain.then(TRACE, chain.end, lengths[0][0] * lengths[1][0])
    for inner, length in lengths:
        chain = chain.then(LENGTH, inner, length**2)
    return chain


def _last() -> Derivation:
    """Bound the error signal where the loss is: only the output of that step is seen."""
    state = TotalDerivative(loss_at(t), h[t])
    chain = Derivation(_LAST, given=_GIVEN)
    chain = chain.then(CHILDREN, _END, contributions(loss_at(t), a[t], _GIVEN))
    chain = worked_out(chain, TotalDerivative(h[t], a[t]))
    chain = chain.then(CHILDREN, state, contributions(loss_at(t), h[t], _GIVEN))
    chain = worked_out(chain, TotalDerivative(o[t], h[t]))
    slopes = slope_matrix(t)
    largest = MaxAbs(slopes.args[0])
    chain = chain.then(STRETCH, chain.end, SpectralNorm(slopes) * VectorNorm(_SEEN))
    chain = chain.then(DIAGONAL, SpectralNorm(slopes), largest)
    return chain.then(activation_supremum({}), largest, GAMMA)


def _share() -> Derivation:
    lengths = _SIGNAL * _STATE
    chain = Derivation(_SIZE, given=_GIVEN)
    chain = chain.then(by_squares(EQUAL), _SIZE, lengths, (_squares(_EARLIER, h[k - 1], _GIVEN),))
    return _back(chain, to_output=True)


_ORDER = Hypothesis("$1 \\le k \\le t$", at_most(1, k))
_FAR: dict[str, Any] = {
    "sizes": {"n": (2, 3), "p": (1, 2)},
    "horizon": (3, 4),
    "times": ("k", "t"),
    "first": 1,
    "gap": 2,
    "matrices": {"u": ("n", 1, "generic"), "v": ("n", 1, "generic")},
}
_TURNING = network("linear", "orthogonal multiple", **_FAR)
_STEEP = (Statement(GAMMA, Relation.GREATER, Integer(1)),)


def _loud(V: list[list[int]], slope: Any = 2) -> Draw:
    """Return a linear network that turns the plane and is read out by V; all lengths rational."""
    turn, column = Matrix([[3, -4], [4, 3]]) / 5, Matrix([3, 4])
    values = {"k": 1, "t": 3, "u": column, "v": Matrix([1, 2])}
    options: dict[str, Any] = {"V": Matrix(V), "h0": column, "loss": ("linear", [column] * 3)}
    return explicit(turn, 3, "polynomial", 0, slope, values=values, **options)


GRADIENT_BOUND = Claim(
    id="gradient-bound",
    kind=Kind.BOUND,
    title="The error signal of one loss, and its share in the gradient, fade with the gap",
    says=(
        at_most(_SIGNAL, _DECAY * _LAST),
        equal(_OUTER**2, VectorNorm(u) ** 2 * VectorNorm(v) ** 2),
        at_most(_SIZE, GAMMA * _SPREAD),
    ),
    given=(_ORDER, IN_ORDER, FINITE, Hypothesis("the inputs do not depend on the state")),
    derive=lambda: (_signal(), _squares(u, v, ()), _share()),
    draws=(
        network("softsign", "generic", **_FAR),
        network("leaky", "rational norm", **_FAR),
        _loud([[1, 0], [0, 1]]),
        _loud([[0, 2], [2, 0]]),
    ),
    mutants=(
        Mutant(
            "the error signal of all losses",
            at_most(VectorNorm(delta(k)), _DECAY * VectorNorm(delta(t))),
            (network("softsign", "contraction", **_FAR),),
        ),
        Mutant(
            "the state after the step",
            at_most(_SIZE, GAMMA * _DECAY * VectorNorm(_SEEN) * VectorNorm(h[k])),
            (_loud([[1, 0], [0, 1]], Rational(1, 2)),),
        ),
        Mutant(
            "the output error without its way through V",
            at_most(_SIZE, GAMMA * _DECAY * VectorNorm(error_at(t)) * _STATE),
            (_loud([[3, 0], [0, 3]]),),
        ),
        Mutant("gamma left out at the end", at_most(_SIZE, _SPREAD), (_TURNING,), _STEEP),
        Mutant(
            "one factor too many",
            at_most(_SIGNAL, SCALE ** (t - k + 1) * _LAST),
            (_TURNING,),
            (Statement(SCALE, Relation.LESS, Integer(1)),),
        ),
        Mutant(
            "one factor too few",
            at_most(_SIGNAL, SCALE ** (t - k - 1) * _LAST),
            (_TURNING,),
            (Statement(SCALE, Relation.GREATER, Integer(1)),),
        ),
    ),
    source=Source("pascanu2013", "Eq. (7)"),
    chapter=CHAPTER,
)
