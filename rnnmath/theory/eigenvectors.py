"""What linear algebra provides: a top eigenvector, a complex eigenpair, a basis of the columns.

Each function returns a theorem of existence: a rule, and the facts that its premise may suppose
about objects that nothing else mentions.
"""

from typing import Any

from sympy import Identity, sympify

from rnnmath.symbolic.derivation import Relation, Rule, Statement
from rnnmath.symbolic.derivation.order import there_is
from rnnmath.symbolic.nodes import InnerProduct
from rnnmath.symbolic.norms import (
    LargestEigenvalue,
    MaxAbs,
    Rank,
    SpectralRadius,
    VectorNorm,
)
from rnnmath.symbolic.tidy import add, diag, multiply, transpose

__all__ = [
    "Eigenpair",
    "Theorem",
    "column_basis",
    "complex_eigenpair",
    "largest_entry",
    "shared_eigenpair",
    "top_eigenvector",
]

_EQUAL, _AT_MOST = Relation.EQUAL, Relation.AT_MOST
Eigenpair = tuple[Any, Any, Any, Any]
#: The rule, and the facts that its premise may suppose.
Theorem = tuple[Rule, tuple[Statement, ...]]


def _equal(left: Any, right: Any) -> Statement:
    return Statement(left, _EQUAL, sympify(right))


def top_eigenvector(
    matrix: Any, w: Any, relation: Relation = _AT_MOST, *, norm: type = VectorNorm
) -> Theorem:
    """Return the theorem that ``A^T A`` has an eigenvector w for its largest eigenvalue.

    It may be scaled to length 1 in any norm.  In the Euclidean norm the facts are the equation,
    its product with w, and the length.
    Source: spectral theorem.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> A, w = MatrixSymbol("A", 2, 3), MatrixSymbol("w", 3, 1)
    >>> rule, facts = top_eigenvector(A, w)
    >>> rule.name, len(facts)
    ('a top eigenvector', 3)
    """
    gram = multiply(transpose(matrix), matrix)
    top, image = LargestEigenvalue(gram), multiply(gram, w)
    seen = (_equal(top, InnerProduct(w, image)),) if norm is VectorNorm else ()
    facts = (_equal(image, multiply(top, w)), *seen, _equal(norm(w), 1))
    law = r"A^\top A w = \lambda_{\max}(A^\top A) \, w, \quad \lVert w \rVert = 1"
    return there_is("a top eigenvector", law, facts, (w,), relation, about=matrix), facts


def largest_entry(column: Any, e: Any) -> Theorem:
    """Return the theorem that ``diag(s)`` stretches one basis vector e by ``max |s_i|``.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> s, e = MatrixSymbol("s", 3, 1), MatrixSymbol("e", 3, 1)
    >>> rule, facts = largest_entry(s, e)
    >>> rule.name, len(facts)
    ('the largest entry', 2)
    """
    facts = (
        _equal(MaxAbs(column), VectorNorm(multiply(diag(column), e))),
        _equal(VectorNorm(e), 1),
    )
    law = r"\lVert \operatorname{diag}(s) e \rVert = \max_i \lvert s_i \rvert"
    return there_is("the largest entry", law, facts, (e,), about=column), facts


def _pair_facts(matrix: Any, pair: Eigenpair) -> tuple[Statement, ...]:
    """Return ``A (x + iy) = (a + ib)(x + iy)`` in real parts, and the length 1 of x + iy."""
    a, b, x, y = pair
    return (
        _equal(multiply(matrix, x), add(multiply(a, x), multiply(-b, y))),
        _equal(multiply(matrix, y), add(multiply(b, x), multiply(a, y))),
        _equal(InnerProduct(x, x) + InnerProduct(y, y), 1),
    )


def complex_eigenpair(matrix: Any, pair: Eigenpair) -> Theorem:
    """Return the theorem that some eigenvalue a + ib of A has modulus ``rho(A)``, with its vector.

    Source: fundamental theorem of algebra.

    Examples
    --------
    >>> from sympy import MatrixSymbol, Symbol
    >>> a, b = Symbol("a", real=True), Symbol("b", real=True)
    >>> x, y, A = MatrixSymbol("x", 2, 1), MatrixSymbol("y", 2, 1), MatrixSymbol("A", 2, 2)
    >>> rule, facts = complex_eigenpair(A, (a, b, x, y))
    >>> rule.name, len(facts)
    ('an eigenvector of largest modulus', 4)
    """
    a, b, *_ = pair
    facts = (*_pair_facts(matrix, pair), _equal(SpectralRadius(matrix) ** 2, a**2 + b**2))
    law = r"A (x + i y) = (a + i b)(x + i y), \quad a^2 + b^2 = \rho(A)^2"
    return there_is("an eigenvector of largest modulus", law, facts, pair, about=matrix), facts


def shared_eigenpair(matrix: Any, pair: Eigenpair) -> Theorem:
    """Return the theorem that N has an eigenvector among the top eigenvectors of ``S = N^T N``.

    The first premise shows ``N S = S N``: so N keeps that eigenspace, and has a complex
    eigenvector in it; no eigenvalue exceeds ``rho(N)``.
    Source: commuting maps share an eigenvector.

    Examples
    --------
    >>> from sympy import MatrixSymbol, Symbol
    >>> a, b = Symbol("a", real=True), Symbol("b", real=True)
    >>> x, y, N = MatrixSymbol("x", 2, 1), MatrixSymbol("y", 2, 1), MatrixSymbol("N", 2, 2)
    >>> rule, facts = shared_eigenpair(N, (a, b, x, y))
    >>> rule.name, len(facts)
    ('a shared eigenvector', 6)
    """
    a, b, x, y = pair
    gram = multiply(transpose(matrix), matrix)
    top = LargestEigenvalue(gram)
    facts = (
        *_pair_facts(matrix, pair),
        *(_equal(multiply(gram, part), multiply(top, part)) for part in (x, y)),
        Statement(a**2 + b**2, _AT_MOST, SpectralRadius(matrix) ** 2),
    )
    needs = (_equal(multiply(matrix, gram), multiply(gram, matrix)),)
    law = r"N S = S N \implies N z = \mu z, \; S z = \lambda_{\max}(S) z \text{ for some } z \ne 0"
    return there_is("a shared eigenvector", law, facts, pair, about=matrix, needs=needs), facts


def column_basis(matrix: Any, Q: Any, Y: Any, relation: Relation = _AT_MOST) -> Theorem:
    """Return the theorem that the columns of Q are an orthonormal basis of the column space of A.

    Q has ``rank(A)`` columns, each of them in the column space: ``A Y = Q``.
    Source: Gram-Schmidt.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> A = MatrixSymbol("A", 2, 3)
    >>> Q, Y = MatrixSymbol("Q", 2, Rank(A)), MatrixSymbol("Y", 3, Rank(A))
    >>> rule, facts = column_basis(A, Q, Y)
    >>> rule.name, len(facts)
    ('a basis of the columns', 3)
    """
    facts = (
        _equal(multiply(transpose(Q), Q), Identity(Rank(matrix))),
        _equal(multiply(Q, transpose(Q), matrix), matrix),
        _equal(multiply(matrix, Y), Q),
    )
    law = r"Q^\top Q = I_r, \quad Q Q^\top A = A, \quad A Y = Q, \quad r = \operatorname{rank}(A)"
    return there_is("a basis of the columns", law, facts, (Q, Y), relation, about=matrix), facts
