"""Rules about matrices that are written out: powers step by step, entries, triangular ones."""

from typing import Any

from sympy import Abs, ImmutableDenseMatrix, Integer, MatMul, MatPow, Max, Mul

from rnnmath.symbolic.derivation import Relation, Rule, Step
from rnnmath.symbolic.norms import LargestEigenvalue, SpectralNorm, SpectralRadius
from rnnmath.symbolic.tidy import same

__all__ = [
    "ENTRY_BELOW_NORM",
    "LARGER_ROOT",
    "MULTIPLIED",
    "NEXT_POWER",
    "TRIANGULAR",
    "vanishes",
    "written",
]

_EQUAL, _AT_MOST = Relation.EQUAL, Relation.AT_MOST


def written(*rows: Any) -> Any:
    """Return a matrix that is written out, row by row.

    Examples
    --------
    >>> written([1, 2], [3, 4])
    Matrix([
    [1, 2],
    [3, 4]])
    """
    return ImmutableDenseMatrix([list(row) for row in rows])


def _is_written(matrix: Any) -> bool:
    return isinstance(matrix, ImmutableDenseMatrix)


def _in_primes(power: Any) -> Any:
    factors = power.base.factors()
    return Mul(*(Integer(prime) ** (count * power.exp) for prime, count in factors.items()))


def vanishes(expr: Any) -> bool:
    """Tell whether a number is 0 once powers of rationals are split into powers of primes.

    Examples
    --------
    >>> from sympy import Rational, Symbol
    >>> m = Symbol("m", integer=True)
    >>> vanishes(Rational(4, 9) ** m - Rational(2, 3) ** (2 * m))
    True
    """
    split = expr.replace(lambda part: part.is_Pow and part.base.is_Rational, _in_primes)
    return bool(split.expand() == 0)


def _agree(left: Any, right: Any) -> bool:
    return all(vanishes(entry) for entry in left - right)


def _next_power(focus: Any, result: Any, step: Step) -> bool:
    """Multiply out ``A^e = A^(e-1) A``, where ``A^(e-1)`` is given."""
    if not isinstance(focus, MatPow) or not _is_written(focus.base) or not _is_written(result):
        return False
    before = MatPow(focus.base, focus.exp - 1)
    return any(
        fact.relation == _EQUAL
        and _is_written(fact.rhs)
        and same(fact.lhs, before)
        and _agree(fact.rhs * focus.base, result)
        for fact in step.given
    )


def _multiplied(focus: Any, result: Any, _: Step) -> bool:
    """Multiply written matrices out, or write the identity, by entries."""
    parts = focus.args if isinstance(focus, MatMul) else (focus,)
    if isinstance(focus, MatPow) and _is_written(focus.base) and focus.exp.is_Integer:
        parts = (focus.base,) * int(focus.exp)
    known = all(_is_written(part) or part.is_Identity or not part.is_Matrix for part in parts)
    if not known or not _is_written(result):
        return False
    product = ImmutableDenseMatrix.eye(result.rows)
    for part in parts:
        product = product * (part.as_explicit() if part.is_Matrix else part)
    return _agree(product, result)


def _entry_below_norm(focus: Any, result: Any, _: Step) -> bool:
    if not isinstance(result, SpectralNorm) or not _is_written(result.matrix):
        return False
    return any(focus in (entry, Abs(entry)) for entry in result.matrix if entry.is_nonnegative)


def _larger_root(focus: Any, result: Any, _: Step) -> bool:
    """Check that x is a root of ``x^2 - (p + s) x + p s - q^2`` and not below the middle."""
    if not isinstance(focus, LargestEigenvalue) or not _is_written(focus.matrix):
        return False
    matrix = focus.matrix
    if matrix.shape != (2, 2) or not matrix.is_symmetric():
        return False
    middle = matrix.trace()
    root = vanishes(result**2 - middle * result + matrix.det())
    return root and bool((2 * result - middle).expand().is_nonnegative)


def _triangular(focus: Any, result: Any, _: Step) -> bool:
    if not isinstance(focus, SpectralRadius) or not _is_written(focus.matrix):
        return False
    matrix = focus.matrix
    shaped = matrix.is_upper or matrix.is_lower
    return bool(shaped and result == Max(*(Abs(entry) for entry in matrix.diagonal())))


NEXT_POWER = Rule("next power, entry by entry", r"A^{m+1} = A^m A", _EQUAL, _next_power)
MULTIPLIED = Rule("multiplied out", "", _EQUAL, _multiplied)
ENTRY_BELOW_NORM = Rule(
    "an entry is at most the norm",
    r"\lvert A_{ij} \rvert = \lvert e_i^\top A e_j \rvert \le \lVert A \rVert",
    _AT_MOST,
    _entry_below_norm,
    "norm-is-stretch",
)
LARGER_ROOT = Rule(
    "larger root",
    r"\lambda^2 - (\operatorname{tr} S) \lambda + \det S = 0,"
    r" \quad 2 \lambda \ge \operatorname{tr} S",
    _EQUAL,
    _larger_root,
)
TRIANGULAR = Rule(
    "eigenvalues of a triangular matrix",
    r"\rho(A) = \max_i \lvert A_{ii} \rvert",
    _EQUAL,
    _triangular,
)
