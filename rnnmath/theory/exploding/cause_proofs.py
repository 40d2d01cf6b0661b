"""The parts of dL/dW, one for each loss and each use of W, and what clipping makes of them."""

from typing import Any

from sympy import Max, Trace

from rnnmath.symbolic.derivation import Derivation, Relation, Statement
from rnnmath.symbolic.derivation.order import shown
from rnnmath.symbolic.derivation.quadratic import FROBENIUS, TRACE
from rnnmath.symbolic.derivation.reasoning import SYMMETRY, TERM_BY_TERM
from rnnmath.symbolic.nodes import IndexedSum
from rnnmath.symbolic.norms import FrobeniusNorm
from rnnmath.symbolic.notation import (
    T,
    delta,
    k,
    t,
    time,
)
from rnnmath.symbolic.quantities.clipping import Clip
from rnnmath.symbolic.tidy import multiply, transpose
from rnnmath.theory.exploding.clip_proofs import as_share
from rnnmath.theory.exploding.objects import at_most, equal, theta
from rnnmath.theory.gradient_parts import (
    GRADIENT,
    all_parts,
    double_sum,
    part_of,
    signal,
    signal_proof,
    tau,
)
from rnnmath.theory.loss_by_loss import INTO_SUM

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
i = time("i")

CUT_GRADIENT = Clip(GRADIENT, theta)
SHARE = theta / Max(theta, FrobeniusNorm(GRADIENT))


WHOLE = double_sum(multiply(SHARE, part_of(tau, k)))


def cut_parts() -> Derivation:
    """Write the clipped gradient as the sum of its parts, each cut by the same factor."""
    given = (at_most(1, t), at_most(t, T))
    parts = all_parts(given)
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
    proof = signal_proof(t, given)
    return chain.then(shown(_EQUAL), whole, multiply(SHARE, proof.end), (proof,))
