"""The parts of dL/dW, one for each loss and each use of W: what they are, and that they add up."""

from typing import Any

from rnnmath.claim import cite
from rnnmath.symbolic.derivation import Derivation, Relation, Statement
from rnnmath.symbolic.derivation.order import shown
from rnnmath.symbolic.derivation.reasoning import TERM_BY_TERM
from rnnmath.symbolic.nodes import IndexedSum
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
from rnnmath.symbolic.tidy import multiply, transpose
from rnnmath.theory.jacobian_product.setting import at_most
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

__all__ = ["GRADIENT", "all_parts", "double_sum", "part_of", "signal", "signal_proof", "tau"]

_EQUAL = Relation.EQUAL
tau = time("tau")

GRADIENT = TotalDerivative(L, W)


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


def signal_proof(later: Any, given: tuple[Statement, ...]) -> Derivation:
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


def all_parts(given: tuple[Statement, ...]) -> Derivation:
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
    loss = loss.then(shown(_EQUAL), one, signal(tau, k), (signal_proof(tau, inside),))
    step = step.then(TERM_BY_TERM, spread, IndexedSum(loss.end, losses.args[1]), (loss,))
    return chain.then(TERM_BY_TERM, renamed, double_sum(part_of(tau, k)), (step,))
