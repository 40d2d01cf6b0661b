"""The parts of dL/dW, one for each loss and each use of W, and what clipping makes of them."""

from typing import Any

from sympy import Max, Trace

from rnnmath.claim import cite
from rnnmath.symbolic.derivation import Derivation, Relation, Statement
from rnnmath.symbolic.derivation.order import shown
from rnnmath.symbolic.derivation.quadratic import FROBENIUS, TRACE
from rnnmath.symbolic.derivation.reasoning import SYMMETRY, TERM_BY_TERM
from rnnmath.symbolic.nodes import IndexedSum
from rnnmath.symbolic.norms import FrobeniusNorm
from rnnmath.symbolic.notation import (
    L,
    T,
    TotalDerivative,
    V,
    W,
    a,
    delta,
    error_at,
    h,
    k,
    loss_at,
    o,
    t,
    time,
)
from rnnmath.symbolic.quantities.clipping import Clip
from rnnmath.symbolic.tidy import multiply, transpose
from rnnmath.theory.exploding.clip_proofs import as_share
from rnnmath.theory.exploding.objects import at_most, equal, theta
from rnnmath.theory.jacobian_product.temporal_path import (
    ERROR_TEMPORAL_PATH,
    PATH_PRODUCT,
    TRANSPORT_PRODUCT,
)
from rnnmath.theory.jacobian_product.weights import WEIGHT_GRADIENTS
from rnnmath.theory.loss_by_loss import BOTH_TRANSPOSED, INTO_SUM, LOSS_BY_LOSS, RENAMED_INDEX
from rnnmath.theory.one_step import worked_out
from rnnmath.theory.program import contributions, slope_matrix
from rnnmath.theory.program_rules import CHILDREN

__all__ = [
    "CUT_GRADIENT",
    "FAR",
    "GRADIENT",
    "NEAR",
    "RATIO",
    "SHARE",
    "WHOLE",
    "cut_parts",
    "double_sum",
    "i",
    "part_of",
    "ratio",
    "ratio_proof",
    "scale",
    "signal",
    "signal_through",
    "square_of",
    "tau",
]

_EQUAL = Relation.EQUAL
i, tau = time("i"), time("tau")

GRADIENT = TotalDerivative(L, W)
CUT_GRADIENT = Clip(GRADIENT, theta)
SHARE = theta / Max(theta, FrobeniusNorm(GRADIENT))


def signal(later: Any, earlier: Any) -> Any:
    """Return ``D_k P(t,k)^T V^T e_t``, the error signal of one loss."""
    transport = transpose(TRANSPORT_PRODUCT).xreplace({t: later, k: earlier})
    return multiply(slope_matrix(earlier), transport, transpose(V), error_at(later))


def part_of(later: Any, earlier: Any) -> Any:
    """Return ``C(t,k)``, what the loss at t makes of the use of W in step k."""
    return multiply(signal(later, earlier), transpose(h[earlier - 1]))


def double_sum(part: Any) -> Any:
    """Return the sum over every use k of W and every loss tau that comes after it."""
    return IndexedSum(IndexedSum(part, (tau, k, T)), (k, 1, T))


WHOLE = double_sum(multiply(SHARE, part_of(tau, k)))


def _signal_proof(later: Any, given: tuple[Statement, ...]) -> Derivation:
    """Send the error of one output back through the transposed Jacobians."""
    names = {t: later}
    start, end = delta(k, only=later), delta(later, only=later)
    state = TotalDerivative(loss_at(later), h[later])
    path, transport = PATH_PRODUCT.xreplace(names), TRANSPORT_PRODUCT.xreplace(names)
    chain = Derivation(start, given=given)
    back = multiply(transpose(path), end)
    chain = chain.then(cite(ERROR_TEMPORAL_PATH, 1, names=names), start, back)
    chain = chain.then(CHILDREN, end, contributions(loss_at(later), a[later], given))
    chain = worked_out(chain, TotalDerivative(h[later], a[later]))
    chain = chain.then(CHILDREN, state, contributions(loss_at(later), h[later], given))
    chain = worked_out(chain, TotalDerivative(o[later], h[later]))
    link = Derivation(multiply(slope_matrix(later), path), given=given)
    moved = multiply(transport, slope_matrix(k))
    link = link.then(cite(ERROR_TEMPORAL_PATH, 2, names=names), link.end, moved)
    turned = Derivation(transpose(link.start), given=given)
    turned = turned.then(BOTH_TRANSPOSED, turned.end, transpose(moved), (link,))
    return chain.then(shown(_EQUAL), chain.end, signal(later, k), (turned,))


def _all_parts(given: tuple[Statement, ...]) -> Derivation:
    """Write dL/dW as the sum of what each loss makes of each use of W."""
    uses = WEIGHT_GRADIENTS.says[0].rhs
    chain = Derivation(GRADIENT, given=given).then(cite(WEIGHT_GRADIENTS), GRADIENT, uses)
    renamed = IndexedSum(uses.at(k), (k, uses.lower, uses.upper))
    chain = chain.then(RENAMED_INDEX, uses, renamed)
    within = (*given, at_most(1, k), at_most(k, T))
    inside = (*within, at_most(k, tau), at_most(tau, T))
    row = transpose(h[k - 1])
    one = delta(k, only=tau)
    losses = IndexedSum(one, (tau, k, T))
    step = Derivation(renamed.term, given=within).then(LOSS_BY_LOSS, delta(k), losses)
    spread = IndexedSum(multiply(one, row), losses.args[1])
    step = step.then(INTO_SUM, step.end, spread)
    loss = Derivation(spread.term, given=inside)
    loss = loss.then(shown(_EQUAL), one, signal(tau, k), (_signal_proof(tau, inside),))
    step = step.then(TERM_BY_TERM, spread, IndexedSum(loss.end, losses.args[1]), (loss,))
    return chain.then(TERM_BY_TERM, renamed, double_sum(part_of(tau, k)), (step,))


def cut_parts() -> Derivation:
    """Write the clipped gradient as the sum of its parts, each cut by the same factor."""
    given = (at_most(1, t), at_most(t, T))
    parts = _all_parts(given)
    chain = Derivation(CUT_GRADIENT, given=given)
    scaled = multiply(SHARE, GRADIENT)
    chain = chain.then(shown(_EQUAL), CUT_GRADIENT, scaled, (as_share(CUT_GRADIENT),))
    chain = chain.then(shown(_EQUAL), scaled, multiply(SHARE, parts.end), (parts,))
    inner = parts.end.term
    within = (*given, at_most(1, k), at_most(k, T))
    outer = IndexedSum(multiply(SHARE, inner), parts.end.args[1])
    chain = chain.then(INTO_SUM, chain.end, outer)
    moved = Derivation(outer.term, given=within).then(INTO_SUM, outer.term, WHOLE.term)
    return chain.then(TERM_BY_TERM, outer, WHOLE, (moved,))


def square_of(matrix: Any) -> Any:
    """Return the sum of the squares of the entries."""
    return FrobeniusNorm(matrix) ** 2


def _scaled_square(part: Any) -> Derivation:
    """Derive ``‖c C‖² = c² ‖C‖²``."""
    scaled = multiply(SHARE, part)
    chain = Derivation(square_of(scaled))
    chain = chain.then(FROBENIUS, chain.end, Trace(multiply(transpose(scaled), scaled)))
    plain = Trace(multiply(transpose(part), part))
    chain = chain.then(TRACE, chain.end, SHARE**2 * plain)
    return chain.then(FROBENIUS, plain, square_of(part))


def ratio(made: Any, first: Any, second: Any) -> Statement:
    """Return that two parts keep their ratio when something is made of both."""
    left, right = (
        square_of(made(first)) * square_of(second),
        square_of(first) * square_of(made(second)),
    )
    return equal(left, right)


def scale(part: Any) -> Any:
    """Return what clipping leaves of a part."""
    return multiply(SHARE, part)


FAR, NEAR = part_of(t, k), part_of(t, i)
RATIO = ratio(scale, FAR, NEAR)


def ratio_proof() -> Derivation:
    """Derive that two parts of one loss keep their ratio."""
    chains = []
    for side, part in ((RATIO.lhs, FAR), (RATIO.rhs, NEAR)):
        square = _scaled_square(part)
        chains.append(Derivation(side).then(shown(_EQUAL), square.start, square.end, (square,)))
    there, back = chains
    return there.then(SYMMETRY, there.end, back.start, (back,))


def signal_through() -> Derivation:
    """Derive that the scaled error signal goes back through the Jacobians as they were."""
    given = (at_most(1, k), at_most(k, t))
    whole = multiply(SHARE, delta(k, only=t))
    chain = Derivation(whole, given=given)
    proof = _signal_proof(t, given)
    return chain.then(shown(_EQUAL), whole, multiply(SHARE, proof.end), (proof,))
