"""Rules about a triangular matrix ``diag(l) + N``: its entries, its words, its commutator."""

from typing import Any

from sympy import DiagMatrix, MatAdd, MatPow, Pow, preorder_traversal, sqrt

from rnnmath.symbolic.derivation import Relation, Rule, Statement, Step
from rnnmath.symbolic.norms import FrobeniusNorm, MaxAbs, SpectralNorm, VectorNorm
from rnnmath.symbolic.quantities.nonnormality import Departure, StrictUpper
from rnnmath.symbolic.tidy import add, multiply, same, transpose
from rnnmath.theory.beyond.nonnormality.objects import binomial_bound

__all__ = [
    "COMMUTED",
    "FROBENIUS_TRIANGLE",
    "GRAMS_APART",
    "MIRRORED",
    "PUT_IN",
    "SPECTRUM_TAKEN_AWAY",
    "SPLIT_ENTRIES",
    "TWO_PAIRS",
    "WORDS",
]

_EQUAL, _AT_MOST = Relation.EQUAL, Relation.AT_MOST


def _is_strict(matrix: Any, step: Step) -> bool:
    return Statement(matrix, _EQUAL, StrictUpper(matrix)) in step.given


def _parts(matrix: Any, step: Step) -> tuple[Any, Any] | None:
    """Read ``diag(l) + N`` as (l, N), N strictly upper by what is given; else None."""
    if not isinstance(matrix, MatAdd) or len(matrix.args) != 2:
        return None
    diagonals = [part for part in matrix.args if isinstance(part, DiagMatrix)]
    others = [part for part in matrix.args if not isinstance(part, DiagMatrix)]
    if len(diagonals) != 1 or len(others) != 1 or not _is_strict(others[0], step):
        return None
    return diagonals[0].args[0], others[0]


def _spectrum_taken_away(focus: Any, result: Any, step: Step) -> bool:
    """``d(Q (diag(l) + N) Q^T)^2 = ‖...‖_F^2 - ‖l‖^2``: the eigenvalues stand on the diagonal."""
    if not focus.is_Pow or focus.exp != 2 or not isinstance(focus.base, Departure):
        return False
    node = focus.base
    factors: tuple[Any, ...] = node.matrix.args
    if len(factors) != 3 or not same(factors[2], transpose(factors[0])):
        return False
    Q, parts = factors[0], _parts(factors[1], step)
    turns = any(
        fact.relation == _EQUAL
        and same(fact.lhs, multiply(transpose(Q), Q))
        and fact.rhs.is_Identity
        for fact in step.given
        if getattr(fact.lhs, "is_Matrix", False)
    )
    if parts is None or not turns:
        return False
    return bool(result == FrobeniusNorm(node.matrix) ** 2 - VectorNorm(parts[0]) ** 2)


def _split_entries(focus: Any, result: Any, step: Step) -> bool:
    """``‖diag(l) + N‖_F^2 = ‖l‖^2 + ‖N‖_F^2``: no entry belongs to both."""
    if not focus.is_Pow or focus.exp != 2 or not isinstance(focus.base, FrobeniusNorm):
        return False
    parts = _parts(focus.base.matrix, step)
    if parts is None:
        return False
    return bool(result == VectorNorm(parts[0]) ** 2 + FrobeniusNorm(parts[1]) ** 2)


def _commutator_of(matrix: Any, step: Step) -> tuple[Any, Any] | None:
    """Read ``diag(l) N - N diag(l)`` as (l, N), N strictly upper by what is given."""
    for fact in step.given:
        if fact.relation != _EQUAL or not isinstance(fact.rhs, StrictUpper):
            continue
        N = fact.lhs
        for diagonal in matrix.atoms(DiagMatrix):
            swapped = add(multiply(diagonal, N), multiply(-1, N, diagonal))
            if fact.rhs.matrix == N and same(matrix, swapped):
                return diagonal.args[0], N
    return None


def _mirrored(focus: Any, result: Any, step: Step) -> bool:
    """``‖K + K^T‖_F = sqrt(2) ‖K‖_F`` for the strictly upper ``K = diag(l) N - N diag(l)``."""
    if not isinstance(focus, FrobeniusNorm):
        return False
    for norm in result.atoms(FrobeniusNorm):
        K = norm.matrix
        both = same(focus.matrix, add(K, transpose(K)))
        if both and result == sqrt(2) * norm and _commutator_of(K, step) is not None:
            return True
    return False


def _commuted(focus: Any, result: Any, step: Step) -> bool:
    """``‖diag(l) N - N diag(l)‖_F <= sqrt(2) ‖l‖ ‖N‖_F``: the entries are (l_i - l_j) N_ij."""
    if not isinstance(focus, FrobeniusNorm):
        return False
    parts = _commutator_of(focus.matrix, step)
    if parts is None:
        return False
    return bool(result == sqrt(2) * VectorNorm(parts[0]) * FrobeniusNorm(parts[1]))


def _grams_apart(focus: Any, result: Any, _: Step) -> bool:
    """``‖N^T N - N N^T‖_F <= sqrt(2) ‖N‖_F^2``, whose inner product is not negative."""
    squares = [part for part in result.atoms(Pow) if isinstance(part.base, FrobeniusNorm)]
    for square in squares:
        N = square.base.matrix
        gap = add(multiply(transpose(N), N), multiply(-1, N, transpose(N)))
        fits = isinstance(focus, FrobeniusNorm) and same(focus.matrix, gap)
        if fits and result == sqrt(2) * FrobeniusNorm(N) ** 2:
            return True
    return False


def _two_pairs(focus: Any, result: Any, _: Step) -> bool:
    """``2 p q + sqrt(2) q^2 <= sqrt(6) q sqrt(p^2 + q^2)`` for p, q that are not negative."""
    norms = list(focus.atoms(FrobeniusNorm, VectorNorm))
    return any(
        (focus - 2 * p * q - sqrt(2) * q**2).expand() == 0
        and result == sqrt(6) * q * sqrt(p**2 + q**2)
        for p in norms
        for q in norms
    )


def _words(focus: Any, result: Any, step: Step) -> bool:
    """Expand ``(diag(l) + N)^m`` into words; those with n or more letters N are zero."""
    if not isinstance(focus, SpectralNorm) or not isinstance(focus.matrix, MatPow):
        return False
    base, exponent = focus.matrix.args
    parts = _parts(base, step)
    if parts is None or not (exponent.is_integer and exponent.is_nonnegative):
        return False
    column, N = parts
    last = base.shape[0] - 1
    return bool(result == binomial_bound(MaxAbs(column), FrobeniusNorm(N), exponent, last))


def _frobenius_triangle(focus: Any, result: Any, _: Step) -> bool:
    terms = result.args if result.is_Add else ()
    return bool(
        isinstance(focus, FrobeniusNorm)
        and terms
        and all(isinstance(term, FrobeniusNorm) for term in terms)
        and same(add(*(term.matrix for term in terms)), focus.matrix)
    )


def _put_in(focus: Any, result: Any, step: Step) -> bool:
    """Replace a matrix by what it is given to be, wherever it stands, or put its name back.

    Nothing is replaced inside a derivative: equal values need not vary alike.
    """
    parts = (*preorder_traversal(focus), *preorder_traversal(result))
    if any(getattr(part, "is_derivative_of_args", False) for part in parts):
        return False
    return any(
        fact.lhs.is_symbol
        and (
            same(result, focus.xreplace({fact.lhs: fact.rhs}))
            or same(focus, result.xreplace({fact.lhs: fact.rhs}))
        )
        for fact in step.given
        if fact.relation == _EQUAL and getattr(fact.lhs, "is_Matrix", False)
    )


PUT_IN = Rule("put in what is given", "", _EQUAL, _put_in)
SPECTRUM_TAKEN_AWAY = Rule(
    "eigenvalues of a triangular matrix",
    r"d(A)^2 = \lVert A \rVert_F^2 - \sum_i \lvert \lambda_i \rvert^2",
    _EQUAL,
    _spectrum_taken_away,
)
SPLIT_ENTRIES = Rule(
    "entry by entry",
    r"\lVert \operatorname{diag}(l) + N \rVert_F^2 = \lVert l \rVert^2 + \lVert N \rVert_F^2",
    _EQUAL,
    _split_entries,
)
FROBENIUS_TRIANGLE = Rule(
    "triangle, entry by entry",
    r"\lVert A + B \rVert_F \le \lVert A \rVert_F + \lVert B \rVert_F",
    _AT_MOST,
    _frobenius_triangle,
)
MIRRORED = Rule(
    "two triangles that share no entry",
    r"\lVert K + K^\top \rVert_F = \sqrt{2} \, \lVert K \rVert_F",
    _EQUAL,
    _mirrored,
)
#: ``(l_i - l_j)^2 <= 2 l_i^2 + 2 l_j^2 <= 2 ‖l‖^2`` for i and j that differ.
COMMUTED = Rule(
    "differences of eigenvalues",
    r"(l_i - l_j)^2 \le 2 \lVert l \rVert^2",
    _AT_MOST,
    _commuted,
)
#: ``‖X - Y‖_F^2 = ‖X‖_F^2 + ‖Y‖_F^2 - 2 tr(X Y)``, and ``tr(X Y) >= 0`` for Gram matrices.
GRAMS_APART = Rule(
    "two Gram matrices",
    r"\lVert N^\top N - N N^\top \rVert_F \le \sqrt{2} \, \lVert N \rVert_F^2",
    _AT_MOST,
    _grams_apart,
)
TWO_PAIRS = Rule(
    "Cauchy-Schwarz of two pairs",
    r"2 p + \sqrt{2} q \le \sqrt{6} \sqrt{p^2 + q^2}",
    _AT_MOST,
    _two_pairs,
)
WORDS = Rule(
    "words with few letters N",
    r"\Bigl\lVert (D + N)^m \Bigr\rVert \le \sum_{j < n} \binom{m}{j}"
    r" \lVert D \rVert^{m-j} \lVert N \rVert_F^j",
    _AT_MOST,
    _words,
)
