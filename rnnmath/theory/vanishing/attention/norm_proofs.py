"""Why softmax stretches by at most one half, and when it does."""

from sympy import DiagMatrix, Integer, Rational, S, Transpose

from rnnmath.symbolic.bounds.rules import SCALAR
from rnnmath.symbolic.derivation import Derivation, Relation, Statement
from rnnmath.symbolic.derivation.order import (
    BOTH_WAYS,
    EQUIVALENT,
    by_squares,
    shown,
    supposed,
    there_is,
)
from rnnmath.symbolic.derivation.quadratic import INNER_PRODUCT
from rnnmath.symbolic.derivation.reasoning import SYMMETRY
from rnnmath.symbolic.nodes import InnerProduct
from rnnmath.symbolic.norms import InfinityNorm, MaxAbs, OneNorm, VectorNorm
from rnnmath.symbolic.tidy import add, multiply
from rnnmath.theory.multiplied_out import MULTIPLY_OUT
from rnnmath.theory.stretch import STRETCH
from rnnmath.theory.vanishing.attention.norm_rules import (
    DIAGONAL,
    DIAGONAL_ENTRY,
    HALF,
    NORM,
    QUARTER,
    REACHED,
    ROW_SUM,
    ROW_SUMS,
    SQUARES,
    SUMS_MULTIPLIED,
    TWO_HALVES,
    TWO_PLACES,
    TWO_VALUES,
    e,
    v,
    w,
)
from rnnmath.theory.vanishing.attention.objects import (
    ONES,
    SPREAD,
    SUM_ONE,
    alpha,
    at_most,
    equal,
)
from rnnmath.theory.vanishing.attention.softmax import DIAGONAL_ONES, no_variance_below_zero

__all__ = ["equality", "half", "lower", "upper"]

_EQUAL, _AT_MOST = Relation.EQUAL, Relation.AT_MOST


def lower() -> Derivation:
    """Derive ``max alpha_i (1 - alpha_i) <= ‖S‖``.

    Examples
    --------
    >>> len(lower().steps)
    1
    """
    start = MaxAbs(DIAGONAL)
    return Derivation(start, given=SUM_ONE).then(DIAGONAL_ENTRY, start, NORM)


def upper(given: tuple[Statement, ...]) -> Derivation:
    """Derive ``‖S‖ <= 2 max alpha_i (1 - alpha_i)``.

    Examples
    --------
    >>> len(upper(SUM_ONE).steps)
    1
    """
    one, infinity = OneNorm(SPREAD), InfinityNorm(SPREAD)
    square = Derivation(NORM**2, given=given).then(SUMS_MULTIPLIED, NORM**2, one * infinity)
    for norm in (one, infinity):
        square = square.then(ROW_SUMS, norm, ROW_SUM)
    return Derivation(NORM, given=given).then(by_squares(_AT_MOST), NORM, ROW_SUM, (square,))


def half(given: tuple[Statement, ...]) -> Derivation:
    """Derive ``‖S‖ <= 1/2``.

    Examples
    --------
    >>> half(SUM_ONE).end
    1/2
    """
    return upper(given).then(QUARTER, MaxAbs(DIAGONAL), Rational(1, 4))


def _image(given: tuple[Statement, ...]) -> Derivation:
    """Derive ``S w = w / 2`` from ``S w = ‖S‖ w`` and ``‖S‖ = 1/2``."""
    start = multiply(SPREAD, w)
    chain = Derivation(start, given=given).then(supposed(_EQUAL), start, multiply(NORM, w))
    return chain.then(supposed(_EQUAL), NORM, HALF)


def _as_given(fact: Statement, given: tuple[Statement, ...]) -> Derivation:
    return Derivation(fact.lhs, given=given).then(supposed(_EQUAL), fact.lhs, fact.rhs)


def _no_mean(given: tuple[Statement, ...]) -> Derivation:
    """Derive ``alpha^T w = 0`` for the eigenvector w: some weight is 1/2."""
    mean, diagonal = InnerProduct(alpha, w), DiagMatrix(alpha)
    facts = (
        equal(multiply(diagonal, e), multiply(HALF, e)),
        equal(InnerProduct(alpha, e), HALF),
    )
    largest = MaxAbs(DIAGONAL)
    exists = there_is(
        "a weight of one half",
        r"\max_i \alpha_i (1 - \alpha_i) \ge \tfrac14"
        r" \implies \alpha_i = \tfrac12 \text{ for some } i",
        facts,
        (e,),
        _EQUAL,
        about=alpha,
        needs=(at_most(HALF, 2 * largest), *SUM_ONE),
    )
    need = Derivation(HALF, given=given).then(supposed(_EQUAL), HALF, NORM)
    need = need.then(shown(_AT_MOST), NORM, 2 * largest, (upper(given),))
    needs = (need, *(_as_given(fact, given) for fact in SUM_ONE))
    inside = (*given, *facts)
    seen = InnerProduct(e, multiply(SPREAD, w))
    one = Derivation(seen, given=inside)
    apart = InnerProduct(w, multiply(diagonal, e)) - InnerProduct(alpha, e) * mean
    one = one.then(INNER_PRODUCT, one.end, apart)
    one = one.then(supposed(_EQUAL), multiply(diagonal, e), multiply(HALF, e))
    one = one.then(
        INNER_PRODUCT, one.end, HALF * InnerProduct(e, w) - InnerProduct(alpha, e) * mean
    )
    one = one.then(supposed(_EQUAL), InnerProduct(alpha, e), HALF)
    other = Derivation(seen, given=inside)
    other = other.then(shown(_EQUAL), multiply(SPREAD, w), multiply(HALF, w), (_image(given),))
    other = other.then(INNER_PRODUCT, other.end, HALF * InnerProduct(e, w))
    main = Derivation(mean, given=inside).then(TWO_VALUES, mean, S.Zero, (one, other))
    return Derivation(mean, given=given).then(exists, mean, S.Zero, (*needs, main))


def _two_halves() -> Derivation:
    """Derive ``alpha o alpha = alpha / 2`` from ``‖S‖ = 1/2``."""
    given = (*SUM_ONE, REACHED)
    facts = (equal(multiply(SPREAD, w), multiply(NORM, w)), equal(VectorNorm(w), 1))
    exists = there_is(
        "an eigenvector for the norm",
        r"S^\top = S, \; v^\top S v \ge 0 \implies S w = \lVert S \rVert w, \; \lVert w \rVert = 1",
        facts,
        (w,),
        _EQUAL,
        about=SPREAD,
        needs=(
            equal(Transpose(SPREAD), SPREAD),
            at_most(0, InnerProduct(v, multiply(SPREAD, v))),
        ),
        every=(v,),
    )
    symmetric = Derivation(Transpose(SPREAD), given=given)
    inside = (*given, *facts)
    image, mean = _image(inside), _no_mean(inside)
    diagonal = multiply(DiagMatrix(alpha), w)
    first = Derivation(diagonal, given=inside)
    whole = add(multiply(SPREAD, w), multiply(InnerProduct(alpha, w), alpha))
    first = first.then(MULTIPLY_OUT, diagonal, whole)
    first = first.then(shown(_EQUAL), InnerProduct(alpha, w), S.Zero, (mean,))
    first = first.then(shown(_EQUAL), first.end, multiply(HALF, w), (image,))
    second = Derivation(InnerProduct(ONES, w), given=inside)
    second = second.then(INNER_PRODUCT, second.end, 2 * InnerProduct(ONES, multiply(HALF, w)))
    second = second.then(SYMMETRY, multiply(HALF, w), image.start, (image,))
    onto = InnerProduct(ONES, diagonal)
    apart = 2 * onto - 2 * InnerProduct(ONES, alpha) * InnerProduct(alpha, w)
    second = second.then(INNER_PRODUCT, second.end, apart)
    second = second.then(DIAGONAL_ONES, onto, InnerProduct(alpha, w))
    second = second.then(supposed(_EQUAL), InnerProduct(ONES, alpha), 1)
    third = Derivation(VectorNorm(w), given=inside).then(
        supposed(_EQUAL), VectorNorm(w), Integer(1)
    )
    end = multiply(HALF, alpha)
    main = Derivation(SQUARES, given=inside).then(TWO_PLACES, SQUARES, end, (first, second, third))
    needs = (symmetric, no_variance_below_zero(given))
    return Derivation(SQUARES, given=given).then(exists, SQUARES, end, (*needs, main))


def _reached() -> Derivation:
    """Derive ``‖S‖ = 1/2`` where every weight is 0 or 1/2, along the difference of two places."""
    given = (*SUM_ONE, TWO_HALVES)
    needs = (TWO_HALVES, *SUM_ONE)
    facts = (
        equal(multiply(DiagMatrix(alpha), w), multiply(HALF, w)),
        equal(InnerProduct(alpha, w), 0),
        equal(VectorNorm(w), 1),
    )
    exists = there_is(
        "two weights of one half",
        r"\alpha = \tfrac12 (e_i + e_j), \quad w = \tfrac{1}{\sqrt 2} (e_i - e_j)",
        facts,
        (w,),
        about=alpha,
        needs=needs,
    )
    inside = (*given, *facts)
    image = Derivation(multiply(SPREAD, w), given=inside)
    diagonal, mean = multiply(DiagMatrix(alpha), w), InnerProduct(alpha, w)
    image = image.then(MULTIPLY_OUT, image.end, add(diagonal, multiply(-mean, alpha)))
    image = image.then(supposed(_EQUAL), mean, S.Zero)
    image = image.then(supposed(_EQUAL), diagonal, multiply(HALF, w))
    stretched = VectorNorm(multiply(HALF, w))
    back = Derivation(stretched, given=inside).then(SCALAR, stretched, HALF * VectorNorm(w))
    low = Derivation(HALF, given=inside).then(supposed(_EQUAL), HALF, HALF * VectorNorm(w))
    low = low.then(SYMMETRY, low.end, stretched, (back,))
    low = low.then(SYMMETRY, multiply(HALF, w), image.start, (image,))
    low = low.then(STRETCH, low.end, NORM * VectorNorm(w))
    low = low.then(supposed(_EQUAL), VectorNorm(w), Integer(1))
    known = tuple(
        Derivation(need.lhs, given=given).then(supposed(_EQUAL), need.lhs, need.rhs)
        for need in needs
    )
    down = Derivation(HALF, given=given).then(exists, HALF, NORM, (*known, low))
    return Derivation(NORM, given=given).then(BOTH_WAYS, NORM, HALF, (half(given), down))


def equality() -> Derivation:
    """Derive that ``‖S‖ = 1/2`` exactly where every weight is 0 or 1/2.

    Examples
    --------
    >>> len(equality().steps)
    1
    """
    parts = (_two_halves(), _reached())
    return Derivation(REACHED, given=SUM_ONE).then(EQUIVALENT, REACHED, TWO_HALVES, parts)
