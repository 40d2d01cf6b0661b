"""Rules about finite sums: by parts, the newest term, a triangle of terms."""

from typing import Any

from sympy import Integer, Pow, Sum

from rnnmath.symbolic.derivation import Relation, Rule, Statement, Step
from rnnmath.symbolic.derivation.quadratic import normal_form
from rnnmath.symbolic.nodes import IndexedSum, InnerProduct
from rnnmath.symbolic.norms import VectorNorm
from rnnmath.symbolic.tidy import add, multiply, same, tidy
from rnnmath.theory.beyond.truncation.objects import M, chance, r, x
from rnnmath.theory.multiplied_out import multiplied_out

__all__ = ["BY_PARTS", "FROM_TRIANGLE", "NEWEST_OR_OLDEST", "SQUARES"]

_EQUAL = Relation.EQUAL


def _term(total: Any) -> Any:
    """Return the term of a sum over r = 0..M, None for anything else."""
    if isinstance(total, IndexedSum):
        return total.term if (total.index, total.lower, total.upper) == (r, 0, M) else None
    whole = isinstance(total, Sum) and total.limits == Sum(1, (r, 0, M)).limits
    return total.function if whole else None


def _is_empty_before(expr: Any) -> bool:
    """Tell whether a number or a column is 0 where r is -1: its sums run from 0 to r."""
    sums = expr.atoms(IndexedSum)
    if isinstance(expr, VectorNorm):
        return _is_empty_before(expr.matrix)
    if expr.is_Pow and expr.exp.is_positive:
        return _is_empty_before(expr.base)
    return bool(expr in sums and (expr.lower, expr.upper) == (0, r))


def _by_parts(focus: Any, result: Any, step: Step) -> bool:
    """``Σ_r (p_r - p_{r+1}) G_r = Σ_r p_r (G_r - G_{r-1})`` for ``p_{M+1} = 0``, ``G_{-1} = 0``."""
    before, after = _term(focus), _term(result)
    if before is None or after is None or type(focus) is not type(result):
        return False
    weight = chance(r) - chance(r + 1)
    grown = [part for part in before.args if same(multiply(weight, part), before)]
    return any(
        Statement(chance(M + 1), _EQUAL, Integer(0)) in step.given
        and _is_empty_before(part)
        and same(
            after,
            multiply(chance(r), add(part, multiply(-1, part.xreplace({r: r - 1})))),
        )
        for part in grown
    )


def _peeled(expr: Any) -> Any:
    """Take the newest term off sums up to r, and the oldest off sums from r on."""
    parts = {}
    for total in expr.atoms(IndexedSum):
        index, lower, upper = total.args[1]
        if (lower, upper) == (0, r):
            parts[total] = add(IndexedSum(total.term, (index, 0, r - 1)), total.at(r))
        if (lower, upper) == (r, M):
            parts[total] = add(total.at(r), IndexedSum(total.term, (index, r + 1, M)))
    return tidy(expr.xreplace(parts))


def _newest_or_oldest(focus: Any, result: Any, _: Step) -> bool:
    terms = _term(focus), _term(result)
    matrices = all(isinstance(side, IndexedSum) for side in (focus, result))
    if None in terms or not matrices:
        return False
    left, right = (multiplied_out(_peeled(term)) for term in terms)
    return left == right


def _in_products(expr: Any) -> Any:
    """Write squared lengths as inner products, everything multiplied out."""
    lengths = {
        part: InnerProduct(part.base.matrix, part.base.matrix)
        for part in expr.atoms(Pow)
        if isinstance(part.base, VectorNorm) and part.exp == 2
    }
    return normal_form(_peeled(expr.xreplace(lengths)).expand()).expand()


def _squares(focus: Any, result: Any, _: Step) -> bool:
    terms = _term(focus), _term(result)
    if None in terms or not all(isinstance(side, Sum) for side in (focus, result)):
        return False
    return bool((_in_products(terms[0]) - _in_products(terms[1])).expand() == 0)


def _from_triangle(focus: Any, result: Any, _: Step) -> bool:
    """``Σ_r <x_r, Σ_{d<r} c_d x_d> = Σ_r c_r <x_r, Σ_{d>r} x_d>``, the same pairs d < r."""
    before, after = _term(focus), _term(result)
    if before is None or after is None:
        return False
    for inner in before.atoms(InnerProduct):
        for early in inner.atoms(IndexedSum):
            index, lower, upper = early.args[1]
            factor = 1 / chance(r)
            fits = (lower, upper) == (0, r - 1) and same(early.at(r), multiply(factor, x[r]))
            late = IndexedSum(x[index], (index, r + 1, M))
            if fits and inner == InnerProduct(x[r], early):
                expected = before.xreplace({inner: factor * InnerProduct(x[r], late)})
                return bool((expected - after).expand() == 0) and before.expand().coeff(inner) == 2
    return False


BY_PARTS = Rule(
    "summation by parts",
    r"\sum_{r=0}^{M} (p_r - p_{r+1}) G_r = \sum_{r=0}^{M} p_r (G_r - G_{r-1}),"
    r" \quad p_{M+1} = 0, \; G_{-1} = 0",
    _EQUAL,
    _by_parts,
)
NEWEST_OR_OLDEST = Rule("the newest term", r"Z_r = Z_{r-1} + x_r / p_r", _EQUAL, _newest_or_oldest)
SQUARES = Rule(
    "squares differ by one term",
    r"\lVert a + b \rVert^2 - \lVert b \rVert^2 = \lVert a \rVert^2 + 2 a^\top b",
    _EQUAL,
    _squares,
)
FROM_TRIANGLE = Rule(
    "each pair once, the other way",
    r"\sum_r x_r^\top \sum_{d \lt r} c_d x_d = \sum_r c_r x_r^\top \sum_{d > r} x_d",
    _EQUAL,
    _from_triangle,
)
