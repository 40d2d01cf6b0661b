"""When the sandwich is an equation: rank one, equal singular values, normal matrices."""

from sympy import Identity, S, Sum, Trace

from rnnmath.symbolic.bounds.rules import CONSTANT_TERM
from rnnmath.symbolic.derivation import Derivation, Relation
from rnnmath.symbolic.derivation.order import (
    BOTH_WAYS,
    EQUIVALENT,
    by_squares,
    shown,
    supposed,
)
from rnnmath.symbolic.derivation.quadratic import FROBENIUS, INNER_PRODUCT, LENGTH, TRACE
from rnnmath.symbolic.nodes import InnerProduct
from rnnmath.symbolic.norms import (
    FrobeniusNorm,
    Rank,
    SpectralNorm,
    SpectralRadius,
    VectorNorm,
)
from rnnmath.symbolic.notation import m, time
from rnnmath.symbolic.tidy import add, multiply, transpose
from rnnmath.theory.eigenvectors import (
    column_basis,
    shared_eigenpair,
    top_eigenvector,
)
from rnnmath.theory.entries import (
    NO_FROBENIUS,
    RANK_ONE,
    TRACE_BY_ENTRIES,
    basis,
)
from rnnmath.theory.spectral_norm.objects import A, N, top, w
from rnnmath.theory.spectral_norm.sandwich_objects import (
    BASIS,
    BESIDE,
    COMBINED,
    FLAT,
    FLIPPED,
    FROBENIUS_FULL,
    FROBENIUS_NORM,
    GRAM,
    NORM,
    NORMAL,
    NORMS_AGREE,
    OUTER_GRAM,
    PAIR,
    RANK,
    RANK_AT_MOST_ONE,
    SEEN,
)
from rnnmath.theory.spectral_norm.sandwich_proofs import (
    as_eigenvalue,
    frobenius_below,
    in_the_basis,
    multiplied_out,
    norm_below_frobenius,
    radius_below_norm,
    unit_pair,
)
from rnnmath.theory.stretch import STRETCH

__all__ = ["flat_iff", "normal_radius", "rank_one_iff"]

EQUAL, AT_MOST = Relation.EQUAL, Relation.AT_MOST


def rank_one_iff() -> Derivation:
    """Derive that ``‖A‖ = ‖A‖_F`` holds for rank at most one, and for no other rank."""
    given = (NORMS_AGREE,)
    theorem, facts = top_eigenvector(A, w)
    inside, unit = (*given, *facts), VectorNorm(w)
    rest = multiplied_out(Derivation(FrobeniusNorm(BESIDE) ** 2, given=inside))
    rest = rest.then(LENGTH, InnerProduct(w, w), unit**2).then(supposed(EQUAL), unit, S.One)
    rest = rest.then(FROBENIUS, Trace(GRAM), FROBENIUS_NORM**2)
    rest = rest.then(supposed(EQUAL), FROBENIUS_NORM, NORM)
    rest = as_eigenvalue(rest, A).then(supposed(EQUAL), top(A), SEEN)
    outer = multiply(A, w, transpose(w))
    same = Derivation(A, given=inside).then(NO_FROBENIUS, A, outer, (rest,))
    rank = Derivation(RANK, given=inside).then(shown(EQUAL), RANK, Rank(outer), (same,))
    rank = rank.then(RANK_ONE, rank.end, S.One)
    one = Derivation(RANK, given=given).then(theorem, RANK, S.One, (rank,))

    given = (RANK_AT_MOST_ONE,)
    square = Derivation(FROBENIUS_NORM**2, given=given)
    square = square.then(shown(AT_MOST), square.end, RANK * NORM**2, (frobenius_below(),))
    square = square.then(supposed(AT_MOST), RANK, S.One)
    down = Derivation(FROBENIUS_NORM, given=given)
    down = down.then(by_squares(AT_MOST), FROBENIUS_NORM, NORM, (square,))
    both = norm_below_frobenius(given), down
    agree = Derivation(NORM, given=given).then(BOTH_WAYS, NORM, FROBENIUS_NORM, both)
    return Derivation(NORMS_AGREE).then(EQUIVALENT, NORMS_AGREE, RANK_AT_MOST_ONE, (one, agree))


def _frobenius_stretch() -> Derivation:
    """Derive ``‖A A^T‖_F^2 <= ‖A‖^2 ‖A‖_F^2``, entry by entry of the trace."""
    index = time("i")
    column = basis(m)[index]
    back = multiply(FLIPPED, column)
    image = multiply(A, back)
    start = FrobeniusNorm(OUTER_GRAM) ** 2
    chain = Derivation(start).then(FROBENIUS, start, Trace(multiply(OUTER_GRAM, OUTER_GRAM)))
    entry = InnerProduct(column, multiply(OUTER_GRAM, OUTER_GRAM, column))
    chain = chain.then(TRACE_BY_ENTRIES, chain.end, Sum(entry, (index, 1, m)))
    chain = chain.then(INNER_PRODUCT, entry, InnerProduct(image, image))
    chain = chain.then(LENGTH, InnerProduct(image, image), VectorNorm(image) ** 2)
    chain = chain.then(STRETCH, VectorNorm(image), NORM * VectorNorm(back))
    chain = chain.then(LENGTH, VectorNorm(back) ** 2, InnerProduct(back, back))
    entry = InnerProduct(column, multiply(OUTER_GRAM, column))
    chain = chain.then(INNER_PRODUCT, InnerProduct(back, back), entry)
    total = Sum(entry, (index, 1, m))
    chain = chain.then(CONSTANT_TERM, chain.end, NORM**2 * total)
    chain = chain.then(TRACE_BY_ENTRIES, total, Trace(OUTER_GRAM))
    return chain.then(FROBENIUS, Trace(OUTER_GRAM), FROBENIUS_NORM**2)


def flat_iff() -> Derivation:
    """Derive that ``‖A‖_F^2 = rank(A) ‖A‖^2`` holds when ``A A^T A = ‖A‖^2 A``, and only then."""
    given = (FROBENIUS_FULL,)
    theorem, facts = column_basis(A, BASIS, COMBINED, EQUAL)
    projector, whole = multiply(BASIS, transpose(BASIS)), multiply(A, FLIPPED, A)
    flat = multiply(NORM**2, projector)
    gap = add(OUTER_GRAM, multiply(-1, flat))
    square = FrobeniusNorm(OUTER_GRAM) ** 2
    mixed = Trace(multiply(projector, OUTER_GRAM))
    core = multiply(transpose(BASIS), BASIS)
    rest = Derivation(FrobeniusNorm(gap) ** 2, given=(*given, *facts))
    rest = rest.then(FROBENIUS, rest.end, Trace(multiply(transpose(gap), gap)))
    gram = Trace(multiply(OUTER_GRAM, OUTER_GRAM))
    full = Trace(multiply(core, core))
    rest = rest.then(TRACE, rest.end, gram - 2 * NORM**2 * mixed + NORM**4 * full)
    rest = rest.then(FROBENIUS, gram, square)
    rest = rest.then(shown(AT_MOST), square, NORM**2 * FROBENIUS_NORM**2, (_frobenius_stretch(),))
    rest = rest.then(supposed(EQUAL), mixed, Trace(OUTER_GRAM))
    rest = rest.then(FROBENIUS, Trace(OUTER_GRAM), FROBENIUS_NORM**2)
    rest = rest.then(supposed(EQUAL), FROBENIUS_NORM**2, RANK * NORM**2)
    rest = rest.then(supposed(EQUAL), full, Trace(core))
    rest = rest.then(supposed(EQUAL), core, Identity(RANK))
    rest = rest.then(TRACE, rest.end, S.Zero)
    same = Derivation(OUTER_GRAM, given=rest.given)
    same = same.then(NO_FROBENIUS, OUTER_GRAM, flat, (rest,))
    kept = Derivation(whole, given=rest.given).then(shown(EQUAL), whole, multiply(flat, A), (same,))
    kept = kept.then(supposed(EQUAL), kept.end, multiply(NORM**2, A))
    onward = Derivation(whole, given=given).then(theorem, whole, FLAT.rhs, (kept,))

    given = (FLAT,)
    chain = in_the_basis(Derivation(FROBENIUS_NORM**2, given=(*given, *facts)))
    turned = multiply(transpose(BASIS), OUTER_GRAM, A, COMBINED)
    chain = chain.then(supposed(EQUAL), chain.end, Trace(turned))
    chain = chain.then(
        supposed(EQUAL), chain.end, Trace(multiply(NORM**2, transpose(BASIS), A, COMBINED))
    )
    chain = chain.then(supposed(EQUAL), chain.end, Trace(multiply(NORM**2, core)))
    chain = chain.then(TRACE, chain.end, NORM**2 * Trace(core))
    chain = chain.then(supposed(EQUAL), core, Identity(RANK))
    chain = chain.then(TRACE, chain.end, NORM**2 * RANK)
    back = Derivation(FROBENIUS_NORM**2, given=given)
    back = back.then(theorem, back.start, FROBENIUS_FULL.rhs, (chain,))
    return Derivation(FROBENIUS_FULL).then(EQUIVALENT, FROBENIUS_FULL, FLAT, (onward, back))


def normal_radius() -> Derivation:
    """Derive ``rho(N) = ‖N‖`` where ``N^T N = N N^T``: N and ``N^T N`` share an eigenvector."""
    flipped, norm, radius = transpose(N), SpectralNorm(N), SpectralRadius(N)
    given = (NORMAL,)
    gram = multiply(flipped, N)
    commute = Derivation(multiply(N, gram), given=given)
    commute = commute.then(supposed(EQUAL), commute.end, multiply(gram, N))
    theorem, facts = shared_eigenpair(N, PAIR)
    a, b, x, y = PAIR
    unit = InnerProduct(x, x) + InnerProduct(y, y)
    chain = as_eigenvalue(Derivation(norm**2, given=(*given, *facts)), N)
    chain = chain.then(supposed(EQUAL), chain.end, top(N) * unit)
    stretched = [multiply(top(N), part) for part in (x, y)]
    chain = chain.then(
        INNER_PRODUCT,
        chain.end,
        InnerProduct(x, stretched[0]) + InnerProduct(y, stretched[1]),
    )
    for part, image in zip((x, y), stretched, strict=True):
        chain = chain.then(supposed(EQUAL), image, multiply(gram, part))
    images = [multiply(N, part) for part in (x, y)]
    squares = [InnerProduct(image, image) for image in images]
    chain = chain.then(INNER_PRODUCT, chain.end, squares[0] + squares[1])
    left, right = add(multiply(a, x), multiply(-b, y)), add(multiply(b, x), multiply(a, y))
    chain = chain.then(supposed(EQUAL), images[0], left).then(supposed(EQUAL), images[1], right)
    chain = chain.then(INNER_PRODUCT, chain.end, (a**2 + b**2) * unit)
    chain = unit_pair(chain).then(supposed(AT_MOST), a**2 + b**2, radius**2)
    below = Derivation(norm, given=chain.given).then(by_squares(AT_MOST), norm, radius, (chain,))
    down = Derivation(norm, given=given).then(theorem, norm, radius, (commute, below))
    up = Derivation(radius, given=given)
    up = up.then(shown(AT_MOST), radius, norm, (radius_below_norm(N),))
    return Derivation(radius, given=given).then(BOTH_WAYS, radius, norm, (up, down))
