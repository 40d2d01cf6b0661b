"""Rules about ``diag(alpha) - alpha alpha^T`` for weights alpha: its rows, its diagonal, a half."""

from typing import Any

from sympy import Abs, DiagMatrix, MatrixSymbol, Rational

from rnnmath.symbolic.derivation import Relation, Rule, Step
from rnnmath.symbolic.nodes import Elementwise, InnerProduct, elementwise, hadamard
from rnnmath.symbolic.norms import InfinityNorm, MaxAbs, OneNorm, SpectralNorm, VectorNorm
from rnnmath.symbolic.tidy import add, multiply, same, transpose
from rnnmath.theory.vanishing.attention.objects import (
    ONES,
    SPREAD,
    SUM_ONE,
    T,
    alpha,
    equal,
)

__all__ = [
    "DIAGONAL",
    "DIAGONAL_ENTRY",
    "HALF",
    "NORM",
    "QUARTER",
    "REACHED",
    "ROW_SUM",
    "ROW_SUMS",
    "SQUARES",
    "SUMS_MULTIPLIED",
    "TWO_HALVES",
    "TWO_PLACES",
    "TWO_VALUES",
    "e",
    "v",
    "w",
]

_EQUAL, _AT_MOST = Relation.EQUAL, Relation.AT_MOST
HALF = Rational(1, 2)
NORM = SpectralNorm(SPREAD)


def _on_diagonal(weights: Any) -> Any:
    """Return the column of ``alpha_i (1 - alpha_i)``, the diagonal of the matrix."""
    return elementwise(lambda u: u * (1 - u), weights)


DIAGONAL = _on_diagonal(alpha)
ROW_SUM = 2 * MaxAbs(DIAGONAL)
SQUARES = hadamard(alpha, alpha)
REACHED = equal(NORM, HALF)
TWO_HALVES = equal(SQUARES, multiply(HALF, alpha))
e, v, w = (MatrixSymbol(name, T, 1) for name in "evw")


def _is_spread(matrix: Any, step: Step) -> Any:
    """Return x of ``diag(x) - x x^T`` where x is known to be a distribution, else None."""
    for diagonal in matrix.atoms(DiagMatrix):
        x = diagonal.args[0]
        facts = (
            any(
                fact.relation == _EQUAL
                and fact.rhs == 1
                and isinstance(fact.lhs, InnerProduct)
                and x in fact.lhs.args
                and any(type(part).__name__ == "OneMatrix" for part in fact.lhs.args)
                for fact in step.given
            ),
            equal(Elementwise(Abs, x), x) in step.given,
        )
        if all(facts) and same(matrix, add(diagonal, multiply(-1, x, transpose(x)))):
            return x
    return None


def _row_sums(focus: Any, result: Any, step: Step) -> bool:
    """Check ``2 max alpha_i (1 - alpha_i)``: row i holds it once on the diagonal, once beside."""
    norm = isinstance(focus, OneNorm | InfinityNorm)
    x = _is_spread(focus.matrix, step) if norm else None
    return x is not None and result == 2 * MaxAbs(_on_diagonal(x))


def _diagonal_entry(focus: Any, result: Any, step: Step) -> bool:
    x = _is_spread(result.matrix, step) if isinstance(result, SpectralNorm) else None
    return x is not None and focus == MaxAbs(_on_diagonal(x))


def _sums_multiplied(focus: Any, result: Any, _: Step) -> bool:
    base, exponent = focus.as_base_exp()
    norm = isinstance(base, SpectralNorm) and exponent == 2
    return norm and result == OneNorm(base.matrix) * InfinityNorm(base.matrix)


def _quarter(focus: Any, result: Any, step: Step) -> bool:
    """``|u (1 - u)| <= 1/4`` for weights u in [0, 1]: ``1/4 - u (1 - u) = (u - 1/2)^2``."""
    known = all(fact in step.given for fact in SUM_ONE)
    return known and focus == MaxAbs(DIAGONAL) and result == Rational(1, 4)


def _two_values(focus: Any, result: Any, step: Step) -> bool:
    """Solve for x where two premises give one number two values that differ by ``c (x - y)``."""
    if len(step.premises) != 2 or any(each.given != step.given for each in step.premises):
        return False
    first, second = step.premises
    if not same(first.start, second.start) or {first.relation, second.relation} != {_EQUAL}:
        return False
    gap = (first.end - second.end).expand()
    factor = gap.coeff(focus)
    return bool(factor.is_number and factor != 0 and (gap - factor * (focus - result)) == 0)


def _two_places(focus: Any, result: Any, step: Step) -> bool:
    """Check the three premises ``diag(x) w = w / 2``, ``1^T w = 0`` and ``‖w‖ = 1``."""
    if focus != SQUARES or len(step.premises) != 3 or not set(SUM_ONE) <= set(step.given):
        return False
    wanted = (
        equal(multiply(DiagMatrix(alpha), w), multiply(HALF, w)),
        equal(InnerProduct(ONES, w), 0),
        equal(VectorNorm(w), 1),
    )
    shown_ones = all(
        premise.given == step.given
        and premise.relation == _EQUAL
        and same(premise.start, fact.lhs)
        and same(premise.end, fact.rhs)
        for premise, fact in zip(step.premises, wanted, strict=True)
    )
    return shown_ones and same(result, multiply(HALF, alpha))


ROW_SUMS = Rule(
    "sums along a row",
    r"\alpha_i (1 - \alpha_i) + \alpha_i \sum_{j \ne i} \alpha_j = 2 \alpha_i (1 - \alpha_i)",
    _EQUAL,
    _row_sums,
)
DIAGONAL_ENTRY = Rule(
    "an entry of the diagonal",
    r"A_{ii} = e_i^\top A e_i \le \lVert A \rVert",
    _AT_MOST,
    _diagonal_entry,
    "norm-is-stretch",
)
SUMS_MULTIPLIED = Rule(
    "column sums and row sums",
    r"\lVert A \rVert^2 \le \lVert A \rVert_1 \lVert A \rVert_\infty",
    _AT_MOST,
    _sums_multiplied,
    "norm-sandwich",
)
QUARTER = Rule("a square", r"\tfrac14 - u (1 - u) = (u - \tfrac12)^2", _AT_MOST, _quarter)
TWO_VALUES = Rule(
    "two values of one number", r"a + c x = a + c y, \; c \ne 0 \implies x = y", _EQUAL, _two_values
)
#: A column w that sums to 0 and is not 0 has two entries that are not 0; the weights there are
#: 1/2 each, and nothing is left for the others.
TWO_PLACES = Rule(
    "two places",
    r"x \odot w = \tfrac12 w, \; \mathbf 1^\top w = 0, \; w \ne 0 \implies x_i \in \{0, \tfrac12\}",
    _EQUAL,
    _two_places,
)
