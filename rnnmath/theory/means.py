"""Rules of means: linear, iterated where independent, products of independent entries, symmetry."""

from collections.abc import Iterator
from typing import Any

from sympy import (
    Add,
    Identity,
    MatAdd,
    MatMul,
    Mul,
    OneMatrix,
    Sum,
    Trace,
    Transpose,
)
from sympy.matrices.expressions.matexpr import MatrixElement

from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Step
from rnnmath.symbolic.derivation.order import mentions
from rnnmath.symbolic.derivation.quadratic import normal_form
from rnnmath.symbolic.derivation.reasoning import runs_through
from rnnmath.symbolic.nodes import InnerProduct, same_size
from rnnmath.symbolic.quantities.chance import Expectation, Law, MeanMatrix
from rnnmath.symbolic.tidy import multiply, same, transpose

__all__ = [
    "ENTRY_OF_MEAN",
    "GRAM_BY_ENTRIES",
    "INDEPENDENT",
    "ITERATED",
    "LINEAR",
    "SAME_TERMS",
    "SIGN_TURNED",
    "column_product",
]

_EQUAL = Relation.EQUAL


def _random(expr: Any, law: Law) -> bool:
    return bool(expr.has(*law.variables))


def _linear(expr: Any, parts: frozenset[Any], law: Law) -> bool:
    """Tell whether an expression is linear in the parts, with factors that are not random."""
    if expr in parts:
        return True
    if isinstance(expr, Add | MatAdd):
        return all(_linear(arg, parts, law) for arg in expr.args)
    if isinstance(expr, Mul | MatMul | InnerProduct):
        moving = [arg for arg in expr.args if arg.has(*parts)]
        fixed = [arg for arg in expr.args if not arg.has(*parts)]
        steady = not any(_random(arg, law) for arg in fixed)
        return steady and len(moving) == 1 and _linear(moving[0], parts, law)
    if isinstance(expr, Trace | Transpose):
        return _linear(expr.args[0], parts, law)
    if isinstance(expr, Sum):
        return _linear(expr.function, parts, law)
    return False


def _agree(left: Any, right: Any) -> bool:
    if getattr(left, "is_Matrix", False) or getattr(right, "is_Matrix", False):
        return same(left, right)
    return same(left, right) or bool((normal_form(left) - normal_form(right)).expand() == 0)


def _linearity(focus: Any, result: Any, _: Step) -> bool:
    """``E(a X + Y) = a E X + E Y``: the means in the result, taken off, give the focus."""
    if not isinstance(focus, Expectation | MeanMatrix):
        return False
    law = focus.law
    means = frozenset(mean for mean in result.atoms(Expectation, MeanMatrix) if mean.law == law)
    if not means or not _linear(result, means, law):
        return False
    bare = result.xreplace({mean: mean.args[0] for mean in means})
    return _agree(bare, focus.args[0])


def _iterated(focus: Any, result: Any, _: Step) -> bool:
    """``E_(A, B) X = E_B E_A X`` for blocks A and B that are independent of each other."""
    if not (isinstance(focus, Expectation) and isinstance(result, Expectation)):
        return False
    inner = result.expr
    if not isinstance(inner, Expectation) or inner.expr != focus.expr:
        return False
    together = [*inner.law.blocks, *result.law.blocks]
    whole = focus.law.blocks
    return len(together) == len(whole) and set(together) == set(whole)


def _entries_in(product: Any) -> Iterator[MatrixElement]:
    for factor in Mul.make_args(product):
        yield factor.base if factor.is_Pow else factor


def _differ(left: Any, right: Any, step: Step) -> bool:
    """Tell whether two indices are known to be different."""
    gap = left - right
    if gap.is_nonzero:
        return True
    return any(
        fact.relation == Relation.LESS and fact.lhs - fact.rhs in (gap, -gap) for fact in step.given
    )


def _apart(left: Any, right: Any, law: Law, step: Step) -> bool:
    """Tell whether two factors are different entries of matrices of independent entries."""
    if not (isinstance(left, MatrixElement) and isinstance(right, MatrixElement)):
        return False
    free = all(law.has_independent_entries(entry.parent) for entry in (left, right))
    places = zip((left.i, left.j), (right.i, right.j), strict=True)
    elsewhere = left.parent != right.parent or any(_differ(*pair, step) for pair in places)
    return free and elsewhere


def _independent(focus: Any, result: Any, step: Step) -> bool:
    """``E X Y = E X E Y`` where X and Y are made of different independent entries."""
    if not isinstance(focus, Expectation) or not isinstance(result, Mul):
        return False
    means = result.args
    if len(means) != 2 or not all(
        isinstance(mean, Expectation) and mean.law == focus.law for mean in means
    ):
        return False
    left, right = (mean.expr for mean in means)
    return bool((left * right - focus.expr).expand() == 0) and all(
        _apart(one, other, focus.law, step)
        for one in _entries_in(left)
        for other in _entries_in(right)
    )


def _entry_of_mean(focus: Any, result: Any, step: Step) -> bool:
    """Read one entry off an equation ``E M = C`` between matrices that is supposed."""
    if not isinstance(focus, Expectation):
        return False
    entries = focus.expr.atoms(MatrixElement)
    return any(
        fact.relation == _EQUAL
        and isinstance(fact.lhs, MeanMatrix)
        and fact.lhs.law == focus.law
        and (focus.expr - fact.lhs.matrix[entry.i, entry.j]).expand() == 0
        and (result - _constant_entry(fact.rhs, entry.i, entry.j)).expand() == 0
        for fact in step.given
        for entry in entries
    )


def _constant_entry(matrix: Any, i: Any, j: Any) -> Any:
    """Return an entry; SymPy keeps that of a matrix of ones as a symbol."""
    coefficient, factors = matrix.as_coeff_matrices() if matrix.is_MatMul else (1, [matrix])
    if len(factors) == 1 and isinstance(factors[0], OneMatrix):
        return coefficient
    return matrix[i, j]


def column_product(matrix: Any, j: Any, k: Any, i: Any) -> Any:
    """Return ``Σ_i M_ij M_ik``, the product of two columns of a matrix, written out.

    Examples
    --------
    >>> from sympy import MatrixSymbol, symbols
    >>> i, j, k = symbols("i j k", integer=True)
    >>> column_product(MatrixSymbol("W", 2, 3), j, k, i)
    Sum(W[i, j]*W[i, k], (i, 0, 1))
    """
    return Sum(matrix[i, j] * matrix[i, k], (i, 0, matrix.shape[0] - 1))


def _proves_entry(
    premise: Derivation, mean: MeanMatrix, places: tuple[Any, Any], value: Any
) -> bool:
    """Tell whether a premise finds one entry of ``E M^T M``."""
    start, half = premise.start, mean.matrix.args[-1]
    if not isinstance(start, Expectation) or not isinstance(start.expr, Sum):
        return False
    ((index, *_),) = start.expr.limits
    if index in places:
        return False
    written = column_product(half, *places, index)
    fits = start.expr == written and start.law == mean.law
    return fits and premise.relation == _EQUAL and same(premise.end, value)


def _gram_by_entries(focus: Any, result: Any, step: Step) -> bool:
    """``E M^T M = c I`` where the premises find c on the diagonal, and 0 at j < k."""
    if not isinstance(focus, MeanMatrix) or not isinstance(focus.matrix, MatMul):
        return False
    factors = list(focus.matrix.args)
    gram = len(factors) == 2 and same(transpose(factors[1]), factors[0])
    scalar, matrices = result.as_coeff_matrices() if result.is_MatMul else (1, [result])
    unit = len(matrices) == 1 and isinstance(matrices[0], Identity)
    if not (gram and unit and len(step.premises) == 2):
        return False
    on, off = step.premises
    if on.given != step.given or len(off.given) != len(step.given) + 1:
        return False
    order = off.given[-1]
    j, k = order.lhs, order.rhs
    known = (*step.given, result, focus)
    fresh = j != k and not any(mentions(fact, index) for fact in known for index in (j, k))
    fresh = fresh and runs_through(j, 0) and runs_through(k, 0)
    return (
        off.given[:-1] == step.given
        and order.relation == Relation.LESS
        and fresh
        and same_size(*focus.shape)
        and _proves_entry(on, focus, (j, j), scalar)
        and _proves_entry(off, focus, (j, k), scalar * 0)
    )


def _same_terms(focus: Any, result: Any, _: Step) -> bool:
    """``Σ_(i=a..b) c = (b - a + 1) c`` for a c that does not depend on i."""
    if not isinstance(focus, Sum) or len(focus.limits) != 1:
        return False
    ((index, lower, upper),) = focus.limits
    steady = not focus.function.has(index)
    return steady and bool((result - focus.function * (upper - lower + 1)).expand() == 0)


def _sign_turned(focus: Any, result: Any, _: Step) -> bool:
    """``E g(W) = E g(-W)`` where W and -W have one law."""
    if not (isinstance(focus, Expectation) and isinstance(result, Expectation)):
        return False
    if focus.law != result.law or not focus.law.is_symmetric():
        return False
    minus = {variable: multiply(-1, variable) for variable in focus.law.variables}
    return same(focus.expr.xreplace(minus), result.expr)


LINEAR = Rule(
    "linearity of the mean",
    r"\mathbb{E} (a X + Y) = a \, \mathbb{E} X + \mathbb{E} Y",
    _EQUAL,
    _linearity,
)
ITERATED = Rule(
    "independent parts, one after the other",
    r"\mathbb{E}_{W, x} X = \mathbb{E}_x \mathbb{E}_W X",
    _EQUAL,
    _iterated,
)
INDEPENDENT = Rule(
    "independent entries",
    r"\mathbb{E} X Y = \mathbb{E} X \; \mathbb{E} Y",
    _EQUAL,
    _independent,
)
ENTRY_OF_MEAN = Rule(
    "an entry of what is supposed",
    r"\mathbb{E} M = C \implies \mathbb{E} M_{ij} = C_{ij}",
    _EQUAL,
    _entry_of_mean,
)
GRAM_BY_ENTRIES = Rule(
    "entry by entry, on the diagonal and off it",
    r"(M^\top M)_{jk} = \sum_i M_{ij} M_{ik}",
    _EQUAL,
    _gram_by_entries,
)
SAME_TERMS = Rule("equal terms", r"\sum_{i=1}^{n} c = n c", _EQUAL, _same_terms)
SIGN_TURNED = Rule(
    "the sign turned",
    r"W \sim -W \implies \mathbb{E} g(W) = \mathbb{E} g(-W)",
    _EQUAL,
    _sign_turned,
)
