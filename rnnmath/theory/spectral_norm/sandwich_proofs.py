"""The proofs of the sandwich: spectral radius, spectral norm, Frobenius norm, sums of entries.

One decomposition carries three of them: with a unit top vector w of A,
``‖A‖_F^2 = ‖A w‖^2 + ‖A - A w w^T‖_F^2``.
"""

from typing import Any

from sympy import S, Sum, Trace, sqrt

from rnnmath.symbolic.bounds.rules import CONSTANT_TERM, TRANSPOSE
from rnnmath.symbolic.derivation import Derivation, Relation, Statement
from rnnmath.symbolic.derivation.order import (
    ARITHMETIC,
    NONNEGATIVE,
    by_squares,
    supposed,
)
from rnnmath.symbolic.derivation.quadratic import FROBENIUS, INNER_PRODUCT, LENGTH, TRACE
from rnnmath.symbolic.nodes import InnerProduct
from rnnmath.symbolic.norms import (
    FrobeniusNorm,
    InfinityNorm,
    OneNorm,
    SpectralNorm,
    SpectralRadius,
    VectorNorm,
)
from rnnmath.symbolic.notation import time
from rnnmath.symbolic.tidy import add, multiply, transpose
from rnnmath.theory.eigenvectors import (
    column_basis,
    complex_eigenpair,
    top_eigenvector,
)
from rnnmath.theory.entries import (
    BASIS_LENGTH,
    COLUMN_SUMS,
    ROW_SUMS,
    SCALED_SUM,
    TRACE_BY_ENTRIES,
    basis,
)
from rnnmath.theory.euclid import isometry
from rnnmath.theory.spectral_norm.definition import EIGENVALUE
from rnnmath.theory.spectral_norm.objects import A, top, w
from rnnmath.theory.spectral_norm.sandwich_objects import (
    BASIS,
    BESIDE,
    COMBINED,
    FLIPPED,
    FROBENIUS_NORM,
    GRAM,
    NORM,
    OUTER_GRAM,
    PAIR,
    RANK,
    SEEN,
)
from rnnmath.theory.stretch import STRETCH

__all__ = [
    "as_eigenvalue",
    "column_and_row_sums",
    "frobenius_below",
    "in_the_basis",
    "multiplied_out",
    "norm_below_frobenius",
    "radius_below_norm",
    "unit_pair",
]

EQUAL, AT_MOST = Relation.EQUAL, Relation.AT_MOST


def unit_pair(derivation: Derivation) -> Derivation:
    """Use that the complex eigenvector ``x + iy`` has length 1."""
    *_, x, y = PAIR
    return derivation.then(supposed(EQUAL), InnerProduct(x, x) + InnerProduct(y, y), S.One)


def radius_below_norm(matrix: Any) -> Derivation:
    """Derive ``rho(M) <= ‖M‖`` along a complex eigenvector, written in real parts.

    Examples
    --------
    >>> from rnnmath.theory.spectral_norm.objects import C
    >>> print(radius_below_norm(C).statement)
    rho(C) <= ||C||
    """
    a, b, x, y = PAIR
    radius, norm = SpectralRadius(matrix), SpectralNorm(matrix)
    theorem, facts = complex_eigenpair(matrix, PAIR)
    unit = InnerProduct(x, x) + InnerProduct(y, y)
    left, right = add(multiply(a, x), multiply(-b, y)), add(multiply(b, x), multiply(a, y))
    chain = Derivation(radius**2, given=facts).then(supposed(EQUAL), radius**2, a**2 + b**2)
    chain = chain.then(supposed(EQUAL), chain.end, (a**2 + b**2) * unit)
    chain = chain.then(
        INNER_PRODUCT, chain.end, InnerProduct(left, left) + InnerProduct(right, right)
    )
    images = [multiply(matrix, part) for part in (x, y)]
    for combined, image in zip((left, right), images, strict=True):
        chain = chain.then(supposed(EQUAL), combined, image)
    for image in images:
        chain = chain.then(LENGTH, InnerProduct(image, image), VectorNorm(image) ** 2)
    for image, part in zip(images, (x, y), strict=True):
        chain = chain.then(STRETCH, VectorNorm(image), norm * VectorNorm(part))
    for part in (x, y):
        chain = chain.then(LENGTH, VectorNorm(part) ** 2, InnerProduct(part, part))
    chain = unit_pair(chain.then(ARITHMETIC, chain.end, norm**2 * unit))
    squares = Derivation(radius, given=facts).then(by_squares(AT_MOST), radius, norm, (chain,))
    return Derivation(radius).then(theorem, radius, norm, (squares,))


def as_eigenvalue(derivation: Derivation, matrix: Any) -> Derivation:
    """Go on from a norm in the last line to the root of the eigenvalue."""
    return derivation.then(EIGENVALUE, SpectralNorm(matrix), sqrt(top(matrix)))


def norm_below_frobenius(given: tuple[Statement, ...] = ()) -> Derivation:
    """Derive ``‖A‖ <= ‖A‖_F``: what A does beside its top vector only adds.

    Examples
    --------
    >>> print(norm_below_frobenius().statement)
    ||A|| <= ||A||_F
    """
    theorem, facts = top_eigenvector(A, w)
    facts = (*given, *facts)
    unit = VectorNorm(w)
    chain = as_eigenvalue(Derivation(NORM**2, given=facts), A)
    chain = chain.then(supposed(EQUAL), top(A), SEEN)
    chain = chain.then(NONNEGATIVE, chain.end, SEEN + FrobeniusNorm(BESIDE) ** 2)
    chain = multiplied_out(chain)
    chain = chain.then(LENGTH, InnerProduct(w, w), unit**2).then(supposed(EQUAL), unit, S.One)
    chain = chain.then(FROBENIUS, Trace(GRAM), FROBENIUS_NORM**2)
    squares = Derivation(NORM, given=facts)
    squares = squares.then(by_squares(AT_MOST), NORM, FROBENIUS_NORM, (chain,))
    return Derivation(NORM, given=given).then(theorem, NORM, FROBENIUS_NORM, (squares,))


def multiplied_out(chain: Derivation) -> Derivation:
    """Multiply out ``‖A - A w w^T‖_F^2`` inside the last line."""
    beside = FrobeniusNorm(BESIDE) ** 2
    gram = Trace(multiply(transpose(BESIDE), BESIDE))
    chain = chain.then(FROBENIUS, beside, gram)
    return chain.then(TRACE, gram, Trace(GRAM) - 2 * SEEN + InnerProduct(w, w) * SEEN)


def frobenius_below(given: tuple[Statement, ...] = ()) -> Derivation:
    """Derive ``‖A‖_F^2 <= rank(A) ‖A‖^2``: r basis vectors, each stretched by at most the norm.

    Examples
    --------
    >>> print(frobenius_below().statement)
    ||A||_F**2 <= rank(A)*||A||**2
    """
    theorem, facts = column_basis(A, BASIS, COMBINED)
    index = time("i")
    column = basis(RANK)[index]
    chain = in_the_basis(Derivation(FROBENIUS_NORM**2, given=(*given, *facts)))
    inside = multiply(transpose(BASIS), OUTER_GRAM, BASIS)
    entries = Sum(InnerProduct(column, multiply(inside, column)), (index, 1, RANK))
    chain = chain.then(TRACE_BY_ENTRIES, chain.end, entries)
    member = multiply(BASIS, column)
    image = multiply(FLIPPED, member)
    chain = chain.then(INNER_PRODUCT, entries.function, InnerProduct(image, image))
    chain = chain.then(LENGTH, InnerProduct(image, image), VectorNorm(image) ** 2)
    chain = chain.then(STRETCH, VectorNorm(image), SpectralNorm(FLIPPED) * VectorNorm(member))
    chain = chain.then(TRANSPOSE, SpectralNorm(FLIPPED), NORM)
    chain = isometry(chain, member, column).then(BASIS_LENGTH, VectorNorm(column), S.One)
    chain = chain.then(CONSTANT_TERM, chain.end, RANK * NORM**2)
    start, end = FROBENIUS_NORM**2, RANK * NORM**2
    return Derivation(start, given=given).then(theorem, start, end, (chain,))


def in_the_basis(chain: Derivation) -> Derivation:
    """Go from ``‖A‖_F^2`` to ``tr(Q^T A A^T Q)``."""
    chain = chain.then(FROBENIUS, FROBENIUS_NORM**2, Trace(OUTER_GRAM))
    chain = chain.then(
        supposed(EQUAL), chain.end, Trace(multiply(BASIS, transpose(BASIS), OUTER_GRAM))
    )
    return chain.then(TRACE, chain.end, Trace(multiply(transpose(BASIS), OUTER_GRAM, BASIS)))


def column_and_row_sums() -> Derivation:
    """Derive ``‖A‖^2 <= ‖A‖_1 ‖A‖_inf`` along a top eigenvector measured in the 1-norm.

    Examples
    --------
    >>> print(column_and_row_sums().statement)
    ||A||**2 <= ||A||_inf*||A||_1
    """
    theorem, facts = top_eigenvector(A, w, norm=OneNorm)
    end = OneNorm(A) * InfinityNorm(A)
    image, whole = multiply(A, w), multiply(GRAM, w)
    chain = as_eigenvalue(Derivation(NORM**2, given=facts), A)
    chain = chain.then(supposed(EQUAL), top(A), top(A) * OneNorm(w))
    chain = chain.then(SCALED_SUM, chain.end, OneNorm(multiply(top(A), w)))
    chain = chain.then(supposed(EQUAL), multiply(top(A), w), whole)
    chain = chain.then(COLUMN_SUMS, OneNorm(whole), OneNorm(FLIPPED) * OneNorm(image))
    chain = chain.then(COLUMN_SUMS, OneNorm(image), OneNorm(A) * OneNorm(w))
    chain = chain.then(supposed(EQUAL), OneNorm(w), S.One)
    chain = chain.then(ROW_SUMS, OneNorm(FLIPPED), InfinityNorm(A))
    return Derivation(NORM**2).then(theorem, NORM**2, end, (chain,))
